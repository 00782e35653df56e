"""What a draft is judged by: the settings that hold for it, compiled to a ruleset, and what is wrong with either.

Everything here belongs to the worker. Files are looked at each time, so that an editor that cannot watch them is served
as well; they are read again only when they have changed.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from unmid.lint.check import ruleset_for
from unmid.lint.ruleset import Ruleset
from unmid.packs.discovery import installed
from unmid.packs.model import Problem
from unmid.packs.reader import suggestion
from unmid.settings import Settings, SettingsError, find, load, parse

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Basis:
    """The settings and rules for a draft. `file` is the project's configuration, if there is one; packs are named from `folder`.

    A problem without a path is in no file that could be shown.
    """

    settings: Settings
    ruleset: Ruleset
    file: Path | None
    problems: tuple[Problem, ...]
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class _Project:
    """A configuration file as last read: its values when they were last good, and what is wrong with it now."""

    stamp: tuple[int, int]
    raw: dict[str, Any]
    source: str
    problems: tuple[Problem, ...]


class Bases:
    """The bases of all drafts. A file that turns bad leaves what was good before in force, and is reported."""

    def __init__(self) -> None:
        self._projects: dict[Path, _Project] = {}
        self._rulesets: dict[str, tuple[object, Ruleset, tuple[Problem, ...]]] = {}
        """By settings and folder: a stamp of the packs, the ruleset in force, and what is wrong with the packs now."""
        self._named: dict[Path, tuple[_Project, Ruleset, tuple[Problem, ...]]] = {}
        self._disabled: dict[str, str] = {}
        self._stale = False

    def of(self, path: Path | None, editor: Settings, root: Path | None, front_matter: str = "") -> Basis:
        """The basis for a draft at `path`, or for one without a file in the workspace at `root`."""
        if self._stale:
            self._stale = False
            self._disabled.clear()
            self._rulesets = {key: (None, *known[1:]) for key, known in self._rulesets.items()}
        start = path or root
        file = find(start) if start else None
        settings = editor
        problems: tuple[Problem, ...] = ()
        folder = root
        if file:
            project = self._project(file)
            settings, problems = parse(project.raw, project.source, str(file), base=editor)
            problems = project.problems or problems
            folder = file.parent
        settings = settings.for_path(_relative(path, folder)).for_front_matter(front_matter)
        if self._disabled:
            settings = replace(settings, ignore=(*settings.ignore, *sorted(self._disabled)))
        ruleset, wrong = self._ruleset(settings, folder)
        if file and not problems:
            problems = self._names(file, project, ruleset, settings)
        off = (Problem("", 0, f"the rule {rule} is switched off: {why}") for rule, why in self._disabled.items())
        return Basis(settings, ruleset, file, (*problems, *wrong, *off), folder)

    def disable(self, rule: str, reason: str) -> None:
        """Leave a rule out from now on, because it throws."""
        self._disabled[rule] = reason

    def forget(self) -> None:
        """Look at all packs again, installed ones too, before the next draft is read. May be called from any thread."""
        self._stale = True

    def _names(self, file: Path, project: _Project, ruleset: Ruleset, settings: Settings) -> tuple[Problem, ...]:
        """What is wrong with the names in a configuration; asked again when it or the rules have changed."""
        known = self._named.get(file)
        if known is None or known[0] is not project or known[1] is not ruleset:
            known = self._named[file] = (project, ruleset, tuple(_unknown(project, file, ruleset, settings)))
        return known[2]

    def _project(self, file: Path) -> _Project:
        known = self._projects.get(file)
        try:
            status = file.stat()
            stamp = status.st_mtime_ns, status.st_size
        except OSError:
            stamp = 0, 0
        if known is None or known.stamp != stamp:
            known = self._projects[file] = _read(file, stamp, known)
        return known

    def _ruleset(self, settings: Settings, folder: Path | None) -> tuple[Ruleset, tuple[Problem, ...]]:
        key = repr((settings, folder))
        stamp = tuple(_stamps(settings.packs, folder))
        known = self._rulesets.get(key)
        if known is None or known[0] != stamp:
            if len(self._rulesets) > 64:
                self._rulesets.clear()
            known = self._rulesets[key] = (stamp, *_compiled(settings, folder, known[1] if known else None))
        return known[1], known[2]


def _read(file: Path, stamp: tuple[int, int], before: _Project | None) -> _Project:
    try:
        load(file)
        source = file.read_text(encoding="utf-8")
        return _Project(stamp, _table(file, source), source, ())
    except SettingsError as error:
        if before:
            return replace(before, stamp=stamp, problems=error.problems)
        try:
            # Nothing good to go by: the values that can be used are better than none.
            source = file.read_text(encoding="utf-8")
            return _Project(stamp, _table(file, source), source, error.problems)
        except (OSError, ValueError):
            return _Project(stamp, {}, "", error.problems)


def _table(file: Path, source: str) -> dict[str, Any]:
    raw = tomllib.loads(source)
    table: dict[str, Any] = raw.get("tool", {}).get("unmid", {}) if file.name == "pyproject.toml" else raw
    return table


def _relative(path: Path | None, folder: Path | None) -> str:
    """A draft's path as the globs of the `paths` table see it: from the folder of the configuration."""
    if path is None:
        return ""
    return path.relative_to(folder).as_posix() if folder and path.is_relative_to(folder) else path.as_posix()


def _stamps(packs: Iterable[str], folder: Path | None) -> Iterator[tuple[str, int, int]]:
    """When the rules in the packs that are folders last changed, and how many files there are."""
    for name in packs:
        files = [path.stat().st_mtime_ns for path in _folder(name, folder).glob("**/*.toml")]
        yield name, len(files), max(files, default=0)


def _folder(name: str, folder: Path | None) -> Path:
    return (folder or Path.cwd()) / name


def _compiled(settings: Settings, folder: Path | None, before: Ruleset | None) -> tuple[Ruleset, tuple[Problem, ...]]:
    try:
        ruleset = ruleset_for(settings, folder)
    except Exception as error:  # a pack must not take the server down, whatever it holds
        logger.exception("The rules cannot be compiled")
        if before is None:
            ruleset = ruleset_for(Settings())
            return ruleset, (Problem("", 0, f"the rules cannot be used: {error}"),)
        return before, before.problems
    return (before if ruleset.problems and before else ruleset), ruleset.problems


def _unknown(project: _Project, file: Path, ruleset: Ruleset, settings: Settings) -> Iterator[Problem]:
    """Rules and packs that a configuration names and that do not exist."""
    rules = ruleset.rules.keys() | ruleset.off.keys()
    known = rules | {rule.split("/", 1)[0] for rule in rules}
    for key in ("select", "ignore", "severity"):
        for name in project.raw.get(key, ()):
            if name not in known:
                yield Problem(str(file), _line(project.source, name), f"there is no rule “{name}”{suggestion(name, known)}")
    missing = [name for name in settings.packs if not _folder(name, file.parent).is_dir()]
    if missing:
        found = installed()
        for name in missing:
            if name not in found:
                yield Problem(str(file), _line(project.source, name), f"there is no pack “{name}”{suggestion(name, found)}")


def _line(source: str, name: str) -> int:
    """The line (from 1) that a quoted name first stands in."""
    for number, line in enumerate(source.split("\n"), 1):
        if f'"{name}"' in line or f"'{name}'" in line:
            return number
    return 1
