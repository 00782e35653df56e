"""Settings: one frozen dataclass, read from `unmid.toml` or `[tool.unmid]` in `pyproject.toml`; unknown keys are reported."""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from unmid.packs.load import suggestion
from unmid.packs.model import GENRES, SEVERITIES, Problem

FILE = "unmid.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set.

    `select` and `ignore` name rules (`filler/note-that`) or families (`filler`); an empty `select` means all.
    `severity` maps a rule or family to a severity or `off`. `limits` maps `rule.key` to a number.
    `packs` names installed packs or folders to use besides the built-in one. `genre` sets the scene, `paths` does so for
    paths that match a glob. `pipeline` names a spaCy pipeline for rules that need one. `exclude` holds globs that a
    walk over folders passes by. `debounce` is in milliseconds.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    packs: tuple[str, ...] = ()
    author: str = ""
    genre: str = "essay"
    paths: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pipeline: str = ""
    exclude: tuple[str, ...] = ()
    debounce: int = 150

    def for_path(self, path: str) -> Settings:
        """These settings with what the `paths` table says for a file; later entries win."""
        settings = self
        for pattern, values in self.paths.items():
            if fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(Path(path).name, pattern):
                settings, _ = parse(values, "", base=settings)
        return settings

    def for_front_matter(self, source: str) -> Settings:
        """These settings with the `genre` that a draft's front matter names, if it is one of ours."""
        found = re.search(r"""^genre:[ \t]*["']?([\w-]+)["']?[ \t]*$""", source, re.M)
        return replace(self, genre=found[1]) if found and found[1] in GENRES else self


class SettingsError(ValueError):
    """A configuration that cannot be used; the message names the file, the line and the cure."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def find(start: Path) -> Path | None:
    """The configuration nearest to a file or folder: `unmid.toml`, or a `pyproject.toml` with a `[tool.unmid]` table."""
    for folder in [start, *start.parents]:
        if (folder / FILE).is_file():
            return folder / FILE
        project = folder / "pyproject.toml"
        if project.is_file() and "[tool.unmid" in project.read_text(encoding="utf-8", errors="replace"):
            return project
    return None


def load(path: Path) -> Settings:
    """The settings in a configuration file. Raises SettingsError."""
    try:
        source = path.read_text(encoding="utf-8")
        raw = tomllib.loads(source)
    except OSError as error:
        raise SettingsError((Problem(str(path), 0, f"cannot be read: {error.strerror}"),)) from error
    except UnicodeDecodeError as error:
        raise SettingsError((Problem(str(path), 0, "is not UTF-8 text; save it as UTF-8"),)) from error
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+)", str(error))
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        problem = Problem(str(path), int(where[1]) if where else 0, f"is not valid TOML: {reason}")
        raise SettingsError((problem,)) from error
    if path.name == "pyproject.toml":
        raw = raw.get("tool", {}).get("unmid", {})
    settings, problems = parse(raw, source, str(path))
    if problems:
        raise SettingsError(problems)
    return settings


def parse(
    raw: Mapping[str, Any], source: str = "", path: str = "settings", base: Settings | None = None
) -> tuple[Settings, tuple[Problem, ...]]:
    """Settings from plain values over `base`. A wrong value is left out and reported; nothing raises."""
    base = base or Settings()
    known = {item.name for item in fields(Settings)}
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for key, value in raw.items():
        name = key.replace("-", "_")
        if name not in known:
            problems.append(Problem(path, _line(source, key), f"unknown setting “{key}”{suggestion(key, known)}"))
            continue
        message, value = _checked(name, value)
        if message:
            problems.append(Problem(path, _line(source, key), message))
        else:
            values[name] = value
    return replace(base, **values), tuple(problems)


def _checked(name: str, value: Any) -> tuple[str, Any]:
    if name in ("select", "ignore", "packs", "exclude"):
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return "", tuple(value)
        return f"{name} must be an array of strings", value
    if name == "severity":
        if not isinstance(value, dict):
            return 'severity must be a table such as { "filler/booster" = "off" }', value
        for rule, level in value.items():
            if level not in (*SEVERITIES, "off"):
                allowed = ", ".join((*SEVERITIES, "off"))
                return f"severity of {rule} is “{level}”; allowed: {allowed}{suggestion(str(level), (*SEVERITIES, 'off'))}", value
        return "", value
    if name == "limits":
        flat = _flatten(value) if isinstance(value, dict) else None
        if flat is None or not all(isinstance(item, int | float) and not isinstance(item, bool) for item in flat.values()):
            return 'limits must be a table of numbers such as { "list/share.share" = 0.4 }', value
        return "", flat
    if name == "paths":
        ok = isinstance(value, dict) and all(isinstance(item, dict) for item in value.values())
        return ("", value) if ok else ('paths must be a table of tables such as { "docs/**" = { genre = "docs" } }', value)
    if name == "genre":
        if value not in GENRES:
            return f"genre is “{value}”; allowed: {', '.join(GENRES)}{suggestion(str(value), GENRES)}", value
        return "", value
    if name == "debounce":
        ok = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 60_000
        return ("", value) if ok else ("debounce must be a number of milliseconds from 0 to 60000", value)
    return ("", value) if isinstance(value, str) else (f"{name} must be a string", value)


def _flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            out |= _flatten(value, f"{prefix}{key}.")
        else:
            out[prefix + key] = value
    return out


def _line(source: str, key: str) -> int:
    for number, line in enumerate(source.split("\n"), 1):
        if re.match(rf"""\s*\[?(?:tool\.unmid\.)?["']?{re.escape(key)}["']?\s*[=\].]""", line):
            return number
    return 0
