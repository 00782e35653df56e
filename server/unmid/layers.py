"""The settings that hold for a draft, layer over layer, and where each value comes from.

Shipped defaults, team packs, the author's pack, the editor's settings, the project's file, its `paths` table, front matter,
the command line: each goes over the one before (`unmid.settings.over`). A genre brings no settings of its own: rules and
packs hold what differs in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from unmid.packs.authors import any_email, git_email, home_of, pack_for, pack_of_email
from unmid.packs.discovery import at_hand, folders, installed, personal, reach
from unmid.packs.lines import At, key_lines
from unmid.packs.model import Baseline, Choices, PackFile, Problem
from unmid.packs.reader import read_toml
from unmid.packs.sources import Packs, Stamp, located, missing, stamp_of
from unmid.settings import ADDED, FILE, Settings, find, genre_in, given, over, table_of, values_of
from unmid.text.front_matter import value_of

COMMAND_LINE = "command line"
FRONT_MATTER = "front matter"
EDITOR = "editor settings"
_ROOTS = (".git", ".hg", ".jj", FILE)
"""What marks the top of a project."""


@dataclass(frozen=True, slots=True)
class Named:
    """A rule, family or limit that a file names, and where. Whether it exists only the rules can tell."""

    name: str
    limit: bool
    path: str
    at: tuple[At, ...] = ()
    source: str = field(default="", repr=False)

    def problem(self, message: str) -> Problem:
        """What is wrong with it, at its line."""
        lines = key_lines(self.source)
        return Problem(self.path, next((lines[at] for at in self.at if at in lines), 0), message)


@dataclass(frozen=True, slots=True)
class Effective:
    """The settings in force for a draft.

    `author` is who writes and `pack` the file that what they keep is written to. `origins` say in words which layer a value
    comes from: by setting, and by `severity.RULE`, `ban.WORD` and so on for what layers add to. `files` were read, or
    would be if they were there. `config` is the project's file; `packs` are all in force, bases first.
    """

    settings: Settings
    author: str = ""
    pack: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()
    config: Path | None = None
    packs: tuple[PackFile, ...] = ()
    named: tuple[Named, ...] = ()
    found: bool = False
    """Whether the author has a pack."""

    @property
    def baseline(self) -> Baseline | None:
        """What was learned of the author."""
        return self.settings.baseline


@dataclass(frozen=True, slots=True)
class _File:
    """A configuration file: its values when they were last good, and what is wrong with it now."""

    stamp: Stamp
    raw: Mapping[str, Any]
    values: Mapping[str, Any]
    source: str
    problems: tuple[Problem, ...]


class Sources:
    """Files of settings and packs as last read. One that turns bad leaves what was good before in force."""

    def __init__(self) -> None:
        self.packs = Packs()
        self._files: dict[Path, _File] = {}

    def file(self, path: Path) -> _File:
        """A configuration file."""
        stamp, known = stamp_of(path), self._files.get(path)
        if known is None or known.stamp != stamp:
            known = self._files[path] = _read(path, stamp, known)
        return known

    def forget(self) -> None:
        """Look at all files again, whatever their stamps say."""
        self.packs.forget()
        self._files = {path: replace(file, stamp=(-2, 0)) for path, file in self._files.items()}


def _read(path: Path, stamp: Stamp, before: _File | None) -> _File:
    raw, source, broken = read_toml(path)
    values, problems = values_of(table_of(raw, path), source, str(path))
    problems = (broken,) if broken else problems
    # With nothing good to go by, the values that can be used are better than none.
    return replace(before, stamp=stamp, problems=problems) if problems and before else _File(stamp, table_of(raw, path), values, source, problems)


class _Stack:
    """Layers, one laid over the other."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.origins: dict[str, str] = {}

    def lay(self, layer: _Layer) -> None:
        """Put a layer on top."""
        values, words = layer
        self.settings = over(self.settings, values)
        for name, value in values.items():
            self.origins[name] = words
            if name in ADDED:
                self.origins |= {f"{name}.{item}": words for item in value}


_Layer = tuple[Mapping[str, Any], str]
"""Values of settings by name, and where they come from, in words."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """Where a draft is: its file, the folder it lies in, the workspace, the top of its project, its configuration file.

    Of a project that is not trusted there is neither top nor configuration.
    """

    path: Path | None
    start: Path | None
    folder: Path | None
    root: Path | None
    file: Path | None
    front_matter: str
    trusted: bool

    @property
    def base(self) -> Path | None:
        """What paths in the settings are relative to."""
        return self.file.parent if self.file else self.folder or self.start

    @property
    def places(self) -> tuple[Path, ...]:
        """Folders in which authors' packs may be, the nearest first."""
        return (*(folders(self.start, self.root) if self.start and self.root else ()), personal())


@dataclass(frozen=True, slots=True)
class _Author:
    """Whose words a draft is, and who says so."""

    name: str = ""
    words: str = ""
    path: Path | None = None


def effective(
    path: Path | None,
    *,
    editor: Settings | None = None,
    folder: Path | None = None,
    front_matter: str = "",
    author: str = "",
    config: Path | None = None,
    command: Mapping[str, Any] | None = None,
    isolated: bool = False,
    trusted: bool = True,
    sources: Sources | None = None,
) -> Effective:
    """The settings for a draft at `path` (or without a file), in the workspace `folder`. Raises nothing: see `problems`.

    `editor` are the editor's settings, `command` those of the command line by name, `author` who is named there.
    `config` is used instead of the nearest configuration file. With `isolated` only the command line counts. A project
    that is not `trusted` is not heard: no file of it is read, and its drafts do not choose their author. `sources` keeps
    what was read, from one call to the next.
    """
    sources = sources or Sources()
    said: _Layer = ({**(command or {}), **({"author": author} if author else {})}, COMMAND_LINE)
    if isolated:
        stack = _Stack()
        stack.lay(said)
        return Effective(stack.settings, author, origins=stack.origins)
    draft = _draft(path, folder, config, front_matter, trusted)
    upper, problems = _upper(draft, editor, sources)
    top = _Stack()
    for layer in (*upper, said):
        top.lay(layer)
    hand = at_hand(draft.places)
    who = _author(draft, author, top, hand, sources.packs)
    team, faults = _team(draft, top.settings, sources)
    stack = _Stack()
    packs, wrong = _lay_packs(stack, team, who, draft.root, top.settings.genre, sources)
    for layer in (*upper, said):
        stack.lay(layer)
    if who.words:
        stack.origins["author"] = who.words
    if who.path:
        stack.origins["packs"] = "; ".join([*([top.origins["packs"]] if team else []), "author pack"])
    return Effective(
        settings=replace(
            stack.settings, author=who.name, packs=tuple(map(str, packs)), baseline=_learned(packs) if who.path else None
        ),
        author=who.name,
        pack=home_of(who.name, who.path) if who.name else None,
        origins=stack.origins,
        files=tuple(dict.fromkeys(_files(draft, top.settings, packs.values()))),
        problems=tuple(dict.fromkeys((*problems, *faults, *wrong))),
        config=draft.file,
        packs=tuple(packs.values()),
        named=tuple(_named(draft.file, packs.values(), sources)),
        found=who.path is not None,
    )


def with_packs(settings: Settings, folder: Path | None = None, sources: Sources | None = None) -> tuple[Settings, tuple[Problem, ...]]:
    """Settings with all that the packs which they name decide, the author's too, under what they say themselves; and what
    is wrong with these packs.

    No other file is read, and nobody is the author who is not named. Paths are relative to `folder`, or to where we are.
    """
    sources = sources or Sources()
    here = (folder or Path()).absolute()
    team, faults = _team(_Draft(None, here, here, here, None, "", True), settings, sources)
    name, path = pack_for(settings.author, at_hand((*folders(here, here), personal())), sources.packs) if settings.author else ("", None)
    if settings.author and path is None:
        faults.append(Problem("", 0, f"there is no pack of an author “{settings.author}”"))
    stack = _Stack()
    packs, wrong = _lay_packs(stack, team, _Author(name, "", path), here, settings.genre, sources)
    stack.lay((given(settings), ""))
    baseline = settings.baseline or (_learned(packs) if path else None)
    found = replace(stack.settings, packs=tuple(map(str, packs)), baseline=baseline)
    return found, tuple(dict.fromkeys(replace(problem, path=problem.path or "settings") for problem in (*faults, *wrong)))


def _draft(path: Path | None, folder: Path | None, config: Path | None, front_matter: str, trusted: bool) -> _Draft:
    path = path.absolute() if path else None
    start = folder if path is None else path if path.is_dir() else path.parent
    if not trusted:
        return _Draft(path, None, None, None, None, front_matter, trusted)
    file = config or (find(start) if start else None)
    return _Draft(path, start, folder, _root(start, folder), file, front_matter, trusted)


def _root(start: Path | None, folder: Path | None) -> Path | None:
    """The top of the project: the workspace, else the nearest folder that looks like one, else where the draft lies."""
    if start is None or (folder and start.is_relative_to(folder)):
        return folder
    return next((one for one in (start, *start.parents) if any((one / mark).exists() for mark in _ROOTS)), start)


def _upper(draft: _Draft, editor: Settings | None, sources: Sources) -> tuple[list[_Layer], list[Problem]]:
    """The layers above packs, but for the command line, and what is wrong with them."""
    layers: list[_Layer] = [(given(editor), EDITOR)] if editor else []
    problems: list[Problem] = []
    if draft.file:
        file = sources.file(draft.file)
        problems += file.problems
        layers.append((file.values, str(draft.file)))
        for glob, raw in over(Settings(), file.values).entries_for(_relative(draft.path, draft.file.parent)):
            values, wrong = values_of(raw, file.source, str(draft.file), ("paths", glob))
            problems += wrong
            layers.append((values, f"{draft.file}, paths"))
    if genre := genre_in(draft.front_matter):
        layers.append(({"genre": genre}, FRONT_MATTER))
    return layers, problems


def _relative(path: Path | None, folder: Path) -> str:
    """A draft's path as the globs of the `paths` table see it: from the folder of the configuration, else from here."""
    if path is None:
        return ""
    near = next((base for base in (folder.absolute(), Path.cwd()) if path.is_relative_to(base)), None)
    return path.relative_to(near).as_posix() if near else path.as_posix()


def _author(draft: _Draft, author: str, top: _Stack, hand: Mapping[str, Path], packs: Packs) -> _Author:
    """Who is writing: the first that is named, or else whoever the git user is."""
    named = value_of(draft.front_matter, "author") if draft.trusted else ""
    name, words = next(
        (one for one in ((author, COMMAND_LINE), (named, FRONT_MATTER), (top.settings.author, top.origins.get("author", ""))) if one[0]),
        ("", ""),
    )
    if name:
        name, path = pack_for(name, hand, packs)
        return _Author(name, words, path)
    if any_email(hand, packs) and (email := git_email(draft.start)):
        name = pack_of_email(email, hand, packs)
        return _Author(name, f"git user {email}", hand[name]) if name else _Author()
    return _Author()


def _team(draft: _Draft, settings: Settings, sources: Sources) -> tuple[dict[str, Path], list[Problem]]:
    """The packs that the settings name, and what to say of those that are not there."""
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    file = sources.file(draft.file) if draft.file else None
    for nth, name in enumerate(settings.packs):
        place = located(name, draft.base)
        if place:
            found[name] = place
        elif draft.trusted:
            here = file is not None and name in file.values.get("packs", ())
            problems.append(absent(name, nth, str(draft.file), file.source) if file and here else Problem("", 0, missing(name)))
    return found, problems


def _lay_packs(
    stack: _Stack, team: Mapping[str, Path], who: _Author, root: Path | None, genre: str, sources: Sources
) -> tuple[dict[Path, PackFile], list[Problem]]:
    """Lay what packs decide, the author's last; the packs by their place, bases first, and what is wrong with them."""
    chosen = [(place, name if name in installed() else "", "pack") for name, place in team.items()]
    if who.path:
        chosen.append((who.path, who.name, "author pack"))
    packs: dict[Path, PackFile] = {}
    problems: list[Problem] = []
    for place, name, words in chosen:
        found, wrong = sources.packs.with_bases(place, name, reach(place, root))
        problems += wrong
        for pack in found:
            packs[pack.path] = pack
            stack.lay((_values(pack.choices), f"{words} {pack.file}"))
            stack.lay((_values(pack.genres.get(genre, Choices())), f"{words} {pack.file}, genre.{genre}"))
    return packs, problems


def _learned(packs: dict[Path, PackFile]) -> Baseline | None:
    """What was learned of an author: by their pack, or else by the last that it extends."""
    return next((pack.baseline for pack in reversed(packs.values()) if pack.baseline), None)


def absent(name: str, nth: int, path: str, source: str) -> Problem:
    """What to say of a pack that a configuration file names, as the `nth` from 0, and that is not there."""
    lines = key_lines(source)
    line = next((lines[at] for at in ((*prefix, "packs", nth) for prefix in _PREFIXES) if at in lines), 0)
    return Problem(path, line, missing(name))


_PREFIXES: tuple[At, ...] = ((), ("tool", "unmid"))
"""Where our table may be in a configuration file."""


def _values(choices: Choices) -> dict[str, Any]:
    """What a pack decides, as settings."""
    values = {
        "ignore": choices.rules, "allow": choices.phrases, "ban": choices.ban, "limits": choices.limits, "severity": choices.severity,
    }
    return {name: value for name, value in values.items() if value}


def _files(draft: _Draft, settings: Settings, packs: Iterable[PackFile]) -> Iterator[Path]:
    """Files and folders that decide: when none of them changes, neither do the settings."""
    if draft.root and draft.start:
        for folder in (draft.start, *draft.start.parents):
            yield from (folder / FILE, folder / "pyproject.toml")
            if draft.file and folder == draft.file.parent:
                break
    if draft.file:
        yield draft.file
    yield from draft.places
    if draft.base:
        yield from (draft.base / name for name in settings.packs)
    for pack in packs:
        yield pack.path
        yield from (pack.file.parent / name for name in pack.extends)


def _named(file: Path | None, packs: Iterable[PackFile], sources: Sources) -> Iterator[Named]:
    """The rules and limits that files name. A broken file is let be: its lines are not those that are in force."""
    for pack in packs:
        if not pack.problems:
            yield from named_in_pack(pack)
    if file and not (known := sources.file(file)).problems:
        yield from named_in_settings(known.values, str(file), known.source)


def named_in_pack(pack: PackFile) -> Iterator[Named]:
    """The rules and limits that a pack names."""
    tables = {(): pack.choices} | {("genre", genre): choices for genre, choices in pack.genres.items()}
    for way, choices in tables.items():
        names = {**{name: ("allow", "rules", n) for n, name in enumerate(choices.rules)}, **{name: ("severity", name) for name in choices.severity}}
        yield from (Named(name, False, str(pack.file), ((*way, *at),), pack.source) for name, at in names.items())
        yield from (_limit(name, str(pack.file), [way], pack.source) for name in choices.limits)


def named_in_settings(values: Mapping[str, Any], path: str, source: str) -> Iterator[Named]:
    """The rules and limits that a configuration file names. `values` are as settings hold them."""
    tables: dict[At, Mapping[str, Any]] = {(): values}
    tables |= {("paths", glob): values_of(raw)[0] for glob, raw in values.get("paths", {}).items()}
    for way, here in tables.items():
        ways = [(*prefix, *way) for prefix in _PREFIXES]
        for key in ("select", "ignore"):
            for nth, name in enumerate(here.get(key, ())):
                yield Named(name, False, path, tuple((*one, key, nth) for one in ways), source)
        for name in here.get("severity", ()):
            yield Named(name, False, path, tuple((*one, "severity", name) for one in ways), source)
        for name in here.get("limits", ()):
            yield _limit(name, path, ways, source)


def _limit(name: str, path: str, ways: Iterable[At], source: str) -> Named:
    """A limit by its dotted name, which may be written in one key or two."""
    rule, _, key = name.rpartition(".")
    return Named(name, True, path, tuple((*way, "limits", *at) for way in ways for at in ((name,), (rule, key))), source)
