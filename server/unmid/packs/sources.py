"""Packs as last read, and what they extend. A pack that turns bad leaves what was good before in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from unmid.packs.author import load_pack_file
from unmid.packs.discovery import BUILTIN, installed
from unmid.packs.lines import key_lines
from unmid.packs.load import files_of
from unmid.packs.model import PackFile, Problem
from unmid.packs.reader import suggestion

Stamp = tuple[int, int]
DEEPEST = 8
"""How deep packs may extend one another."""
_MOST = 100
"""How many packs one may extend in all."""


def stamp_of(path: Path) -> Stamp:
    """Changes when a file, or any file of a pack's folder, is written, added or taken away."""
    try:
        if path.is_dir():
            times = [file.stat().st_mtime_ns for file in files_of(path)]
            return len(times), max(times, default=0)
        status = path.stat()
        return status.st_size, status.st_mtime_ns
    except OSError:
        return -1, 0


class Packs:
    """Reads packs, each again only when its files have changed."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[Stamp, PackFile]] = {}

    def read(self, path: Path, name: str = "") -> PackFile:
        """The pack at `path` as it should be used: with the newest problems, but what it said before it had any."""
        stamp, known = stamp_of(path), self._known.get(path)
        if known is None or known[0] != stamp:
            new = load_pack_file(path, name)
            if new.problems and known:
                new = replace(known[1], problems=new.problems)
            known = self._known[path] = stamp, new
        return known[1]

    def forget(self) -> None:
        """Look at all files again, whatever their stamps say; what was good stays in force."""
        self._known = {path: ((-2, 0), pack) for path, (_, pack) in self._known.items()}

    def with_bases(self, path: Path, name: str, allowed: Sequence[Path]) -> tuple[tuple[PackFile, ...], tuple[Problem, ...]]:
        """The pack at `path` after all that it extends, each once; files must lie in the `allowed` folders.

        What cannot be extended is a problem and left out.
        """
        return self.under(self.read(path, name), allowed)

    def under(self, pack: PackFile, allowed: Sequence[Path]) -> tuple[tuple[PackFile, ...], tuple[Problem, ...]]:
        """The same for a pack that was read, or is only being written."""
        climb = _Climb(self, tuple(folder.resolve() for folder in allowed))
        return tuple(climb.from_(pack, ())), tuple(climb.problems)


@dataclass(frozen=True, slots=True)
class _Step:
    """A pack on the way down, and which of the packs that it extends is the next."""

    pack: PackFile
    nth: int

    @property
    def path(self) -> Path:
        return self.pack.path.resolve()

    def problem(self, message: str) -> Problem:
        lines = key_lines(self.pack.source)
        return Problem(str(self.pack.file), lines.get(("extends", self.nth), lines.get(("extends",), 1)), message)


class _Climb:
    def __init__(self, packs: Packs, allowed: tuple[Path, ...]) -> None:
        self.problems: list[Problem] = []
        self._packs = packs
        self._allowed = allowed
        self._seen: set[Path] = set()

    def from_(self, pack: PackFile, way: tuple[_Step, ...]) -> Iterator[PackFile]:
        self._seen.add(pack.path.resolve())
        self.problems += pack.problems
        for nth, wanted in enumerate(pack.extends):
            found = self._target((*way, _Step(pack, nth)), wanted)
            if isinstance(found, Problem):
                self.problems.append(found)
            elif found.resolve() not in self._seen:
                yield from self.from_(self._packs.read(found, wanted if wanted in installed() else ""), (*way, _Step(pack, nth)))
        yield pack

    def _target(self, way: tuple[_Step, ...], wanted: str) -> Path | Problem:
        """The pack that is meant, or what is wrong with naming it."""
        here = way[-1]
        path = located(wanted, here.pack.file.parent)
        if path is None:
            return here.problem(missing(wanted))
        real = path.resolve()
        if wanted not in installed() and not any(real.is_relative_to(folder) for folder in self._allowed):
            return here.problem(f"extends “{wanted}”, which lies outside the project and the folders of packs; copy it into one of them")
        circle = next((way[nth:] for nth, step in enumerate(way) if step.path == real), ())
        if circle:
            names = [step.pack.name for step in circle]
            # Told where the circle is entered: that is the pack which somebody uses, or writes.
            return circle[0].problem(f"extends goes in a circle: {' → '.join([*names, names[0]])}; take one of them out")
        if len(way) > DEEPEST:
            return here.problem(f"extends goes more than {DEEPEST} packs deep; extend one of them directly")
        if len(self._seen) >= _MOST and real not in self._seen:
            return here.problem(f"extends more than {_MOST} packs in all; leave some out")
        return path


def located(wanted: str, folder: Path | None) -> Path | None:
    """The pack of an installed name, or at a path that is relative to `folder` if there is one; None if there is none."""
    found = installed()
    if wanted in found and wanted != BUILTIN:
        return found[wanted]
    if not wanted or "\0" in wanted or not (folder or Path(wanted).is_absolute()):
        return None
    path = (folder or Path()) / wanted
    try:
        return next((one for one in (path, path.with_name(f"{path.name}.toml")) if one.is_dir() or one.is_file()), None)
    except (OSError, ValueError):
        return None


def missing(wanted: str, known: Iterable[str] = ()) -> str:
    """What to say of a pack that is not there."""
    return f"there is no pack “{wanted}”{suggestion(wanted, [*(name for name in installed() if name != BUILTIN), *known])}"
