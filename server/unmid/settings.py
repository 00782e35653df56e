"""Settings: one frozen dataclass, read from `unmid.toml` or `[tool.unmid]` in `pyproject.toml`; unknown keys are reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from unmid.files import matches
from unmid.packs.author import LEVELS, ban_of, flat, limit_fault
from unmid.packs.lines import key_lines
from unmid.packs.model import Ban, Baseline, Limits, Problem, alike
from unmid.packs.reader import MOST_BYTES, read_toml, suggestion
from unmid.packs.values import DRAFTS, GENRES
from unmid.text.front_matter import value_of

FILE = "unmid.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set.

    `select` and `ignore` name rules (`filler/note-that`) or families (`filler`); an empty `select` means all.
    `severity` maps a rule or family to a severity or `off`. `limits` maps `rule.key` to a number, or to a percentile of
    the author's own texts (`p90`). `allow` holds phrases that are never marked, `ban` words that always are.
    `packs` names installed packs or folders to use besides the built-in one. `genre` sets the scene, `paths` does so for
    paths that match a glob. `pipeline` names a spaCy pipeline for rules that need one. `exclude` holds globs that a
    walk over folders passes by. Globs are those of `.gitignore`, relative to the folder of the configuration. `drafts` says which drafts an editor is told about: those that are `open` in it, or `all`
    in its folders. `debounce` is in milliseconds. `baseline` is no setting but what was learned of the
    author; it comes with their pack.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=dict)
    allow: tuple[str, ...] = ()
    ban: Mapping[str, Ban] = field(default_factory=dict)
    packs: tuple[str, ...] = ()
    author: str = ""
    genre: str = "essay"
    paths: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pipeline: str = ""
    exclude: tuple[str, ...] = ()
    drafts: str = "open"
    debounce: int = 150
    baseline: Baseline | None = None

    def for_path(self, path: str) -> Settings:
        """These settings with what the `paths` table says for a file; later entries win."""
        settings = self
        for _, values in self.entries_for(path):
            settings, _ = parse(values, "", base=settings)
        return settings

    def entries_for(self, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The entries of the `paths` table that speak of a file, with their globs, in order."""
        for pattern, values in self.paths.items():
            if matches(path, pattern):
                yield pattern, values

    def for_front_matter(self, source: str) -> Settings:
        """These settings with the `genre` that a draft's front matter names, if it is one of ours."""
        genre = genre_in(source)
        return replace(self, genre=genre) if genre else self


NAMES = frozenset(item.name for item in fields(Settings)) - {"baseline"}
"""What a settings file or an editor may name."""


def genre_in(source: str) -> str:
    """The genre that a draft's front matter names, if it is one of ours, or nothing."""
    named = value_of(source, "genre")
    return named if named in GENRES else ""


ADDED = frozenset({"ignore", "allow", "ban", "severity", "limits"})
"""Settings that layers add to; of all others the later layer's stands."""


class SettingsError(ValueError):
    """A configuration that cannot be used; the message names the file, the line and the cure."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def table_of(raw: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """The part of a configuration file that is ours."""
    if path.name != "pyproject.toml":
        return raw
    tool = raw.get("tool")
    table = tool.get("unmid") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else {}


def find(start: Path) -> Path | None:
    """The configuration nearest to a file or folder: `unmid.toml`, or a `pyproject.toml` with a `[tool.unmid]` table."""
    for folder in [start, *start.parents]:
        if (folder / FILE).is_file():
            return folder / FILE
        project = folder / "pyproject.toml"
        if _speaks_of_us(project):
            return project
    return None


def _speaks_of_us(project: Path) -> bool:
    try:
        if not project.is_file() or project.stat().st_size > MOST_BYTES:
            return False
        return "[tool.unmid" in project.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def load(path: Path) -> Settings:
    """The settings in a configuration file. Raises SettingsError."""
    raw, source, broken = read_toml(path)
    if broken:
        raise SettingsError((broken,))
    settings, problems = parse(table_of(raw, path), source, str(path))
    if problems:
        raise SettingsError(problems)
    return settings


def parse(
    raw: Mapping[str, Any], source: str = "", path: str = "settings", base: Settings | None = None
) -> tuple[Settings, tuple[Problem, ...]]:
    """Settings from plain values over `base`. A wrong value is left out and reported; nothing raises."""
    values, problems = values_of(raw, source, path)
    return over(base or Settings(), values), problems


def values_of(
    raw: Mapping[str, Any], source: str = "", path: str = "settings", table: tuple[str, ...] = ()
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Plain values as settings hold them, by the setting's name. A wrong one is left out and reported; nothing raises.

    `table` leads to the values in their file, as `("paths", "docs/**")` does.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for key, value in raw.items():
        name = key.replace("-", "_")
        if name not in NAMES:
            problems.append(Problem(path, _line(source, (*table, key)), f"unknown setting “{key}”{suggestion(key, NAMES)}"))
            continue
        message, inner, value = _checked(name, value)
        if message:
            problems.append(Problem(path, _line(source, (*table, key), inner), message))
        else:
            values[name] = value
        if name == "paths" and not message:
            for glob, inside in value.items():
                problems += values_of(inside, source, path, (*table, "paths", glob))[1]
    return values, tuple(problems)


def over(base: Settings, values: Mapping[str, Any]) -> Settings:
    """Settings with the values of a layer over them: lists and tables of `ADDED` grow, all else is replaced.

    A severity for a family stands over what was said before of its rules, and of allowing and banning the same words what
    was said last.
    """
    found = dict(values)
    if "severity" in values:
        before = {rule: level for rule, level in base.severity.items() if rule.split("/", 1)[0] not in values["severity"]}
        base = replace(base, severity=before)
    said = {alike(phrase) for phrase in (*values.get("allow", ()), *values.get("ban", ()))}
    if said:
        allow = tuple(phrase for phrase in base.allow if alike(phrase) not in said)
        base = replace(base, allow=allow, ban={word: ban for word, ban in base.ban.items() if alike(word) not in said})
    for name in ADDED & values.keys():
        old, new = getattr(base, name), values[name]
        found[name] = tuple(dict.fromkeys((*old, *new))) if isinstance(old, tuple) else {**old, **new}
    return replace(base, **found)


def given(settings: Settings) -> dict[str, Any]:
    """What settings say beyond the defaults, by the setting's name."""
    shipped = Settings()
    return {item.name: getattr(settings, item.name) for item in fields(Settings) if getattr(settings, item.name) != getattr(shipped, item.name)}


def _checked(name: str, value: Any) -> tuple[str, str, Any]:
    """What is wrong with a value, the key inside it that is meant, and the value as settings hold it."""
    if name in ("select", "ignore", "allow", "packs", "exclude"):
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return "", "", tuple(value)
        return f"{name} must be an array of strings", "", value
    if name == "severity":
        if not isinstance(value, dict):
            return 'severity must be a table such as { "filler/booster" = "off" }', "", value
        for rule, level in value.items():
            if level not in LEVELS:
                return f"severity of {rule} is “{level}”; allowed: {', '.join(LEVELS)}{suggestion(str(level), LEVELS)}", rule, value
        return "", "", value
    if name == "limits":
        if not isinstance(value, dict):
            return 'limits must be a table of numbers such as { "list/share.share" = 0.4 }', "", value
        limits = flat(value)
        rule, wrong = next(((rule, fault) for rule, limit in limits.items() if (fault := limit_fault(rule, limit))), ("", ""))
        return wrong, rule, limits
    if name == "ban":
        if not isinstance(value, dict):
            return 'ban must be a table such as { "delve" = { max = 0, say = "why" } }', "", value
        bans = {word: ban_of(word, ban) for word, ban in value.items()}
        word, wrong = next(((word, message) for word, (message, _) in bans.items() if message), ("", ""))
        return wrong, word, {word: ban for word, (_, ban) in bans.items()}
    if name == "paths":
        ok = isinstance(value, dict) and all(isinstance(item, dict) for item in value.values())
        return ("" if ok else 'paths must be a table of tables such as { "docs/**" = { genre = "docs" } }'), "", value
    if name in ("genre", "drafts"):
        known = GENRES if name == "genre" else DRAFTS
        wrong = "" if value in known else f"{name} is “{value}”; allowed: {', '.join(known)}{suggestion(str(value), known)}"
        return wrong, "", value
    if name == "debounce":
        ok = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 60_000
        return ("" if ok else "debounce must be a number of milliseconds from 0 to 60000"), "", value
    return ("" if isinstance(value, str) else f"{name} must be a string"), "", value


def _line(source: str, setting: tuple[str, ...], inner: str = "") -> int:
    """The line (from 1) of a setting, or of a key inside it; 0 if it is not there."""
    lines = key_lines(source)
    for way in ((*setting, inner), (*setting, *inner.split(".")), setting):
        for at in (way, ("tool", "unmid", *way)):
            if at in lines:
                return lines[at]
    return 0
