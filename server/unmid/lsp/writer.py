"""The person who writes: what they keep and ban goes into their own pack at once, and their voice is learned from texts.

Commands end in the sentence that the person is told, or None. Files are read and written on the worker.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pygls.exceptions import JsonRpcInvalidParams

from unmid.lsp.from_proto import path_of
from unmid.lsp.session import Session

if TYPE_CHECKING:
    from unmid.lsp.basis import Bases
    from unmid.lsp.schedule import Cancelled
    from unmid.packs.model import PackFile
    from unmid.settings import Settings
    from unmid.voice.proposals import Proposal

CHOOSE: Final = "unmid.chooseAuthor"
AUTHORS: Final = "unmid.authors"
LEARN: Final = "unmid.learnVoice"

_NOT_A_NAME: Final = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class _Written:
    """A pack that was written: by whose name, where, whether that changed it, and whether it is new."""

    author: str
    file: Path
    changed: bool
    new: bool
    found: bool
    """Whether the author is known to be the one who writes without being told."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What learning came to: the sentence that the person is told, the pack that was written, and what to ask them."""

    told: str
    pack: Path | None = None
    proposals: tuple[Proposal, ...] = ()


async def keep(session: Session, phrase: str, uri: str) -> None:
    """Mark a phrase no more."""
    from unmid.packs.edit import keep_phrase

    await _write(session, uri, lambda pack: keep_phrase(pack, phrase))


async def allow(session: Session, rule: str, uri: str) -> None:
    """Mark nothing by a rule any more."""
    from unmid.packs.edit import allow_rule

    await _write(session, uri, lambda pack: allow_rule(pack, rule))


async def ban(session: Session, word: str, uri: str) -> None:
    """Mark a word wherever it stands."""
    from unmid.packs.edit import ban_word
    from unmid.packs.model import Ban

    await _write(session, uri, lambda pack: ban_word(pack, word, Ban(max=0)))


async def choose(session: Session, name: str) -> None:
    """Judge by an author's pack from now on, as long as the server runs; by nobody's for an empty name.

    Whatever the setting `author` may name will do, a style too.
    """

    def work(bases: Bases, settings: Settings, cancelled: Cancelled) -> str:
        from unmid.packs.authors import pack_for
        from unmid.packs.reader import suggestion
        from unmid.packs.sources import Packs

        hand = _at_hand(session, bases)
        return "" if pack_for(name, hand, Packs())[1] else f"there is no author “{name}”{suggestion(name, hand)}"

    trouble = await session.run(work) if name else ""
    if trouble != "":
        raise JsonRpcInvalidParams(trouble or "the packs cannot be read; the log of the server says why")
    session.choose(name)


async def authors(session: Session) -> list[dict[str, Any]]:
    """The authors whose packs are at hand, by name, with what was learned of them. Whose pack holds now is among them, a style or not."""

    def work(bases: Bases, settings: Settings, cancelled: Cancelled) -> list[dict[str, Any]]:
        from unmid.packs.authors import of_people
        from unmid.packs.sources import Packs

        packs, hand = Packs(), _at_hand(session, bases)
        basis = bases.of(None, settings, session.root)
        people = {**of_people(hand, packs, map(Path, basis.settings.packs)), **{name: hand[name] for name in (basis.author,) if name in hand}}
        return [_author(packs.read(path, name)) for name, path in sorted(people.items())]

    return await session.run(work) or []


async def learn(session: Session, name: str, folder: str, progress: Callable[[int, int], None]) -> Taught:
    """Learn an author's voice from the drafts in a folder, into their pack. `progress` hears how many texts are done."""
    from unmid.voice.features import Sample
    from unmid.voice.learn import distinct
    from unmid.voice.learn import progress as missing
    from unmid.voice.lesson import LessonError, conclude

    place = path_of(folder) if folder else session.root
    if place is None or not place.is_dir():
        wrong = f"{place} is not a folder; " if place else ""
        raise JsonRpcInvalidParams(f"{wrong}name a folder with texts to learn from")
    if not name or _NOT_A_NAME.search(name):
        raise JsonRpcInvalidParams(f"“{name}” cannot be the name of a pack; use letters, digits, dots and hyphens")
    samples: list[Sample] = []
    async for sample, number, total in _samples(session, place):
        samples += [sample] if sample else []
        progress(number, total)

    def work(bases: Bases, settings: Settings, cancelled: Cancelled) -> Taught:
        from unmid.packs.authors import home_of, pack_for
        from unmid.packs.discovery import personal
        from unmid.packs.edit import EditError
        from unmid.packs.sources import Packs

        if not distinct(samples):
            return Taught(f"there is nothing to learn from in {place}: drafts of 300 words or more are read")
        # The pack that is heard: a new one among one's own would stand behind the project's.
        called, known = pack_for(name, _at_hand(session, bases), Packs())
        file = home_of(called, known) if known else personal() / f"{name}.toml"
        if file is None:
            return Taught(f"the pack of {name} was installed and is not yours to change; choose another name")
        try:
            if trouble := _trouble(file):
                return Taught(trouble)
            lesson = conclude(samples, file, name)
        except (EditError, LessonError) as error:
            return Taught(f"nothing was written: {error}")
        baseline, found = lesson.baseline, lesson.proposals
        wanting = f"; {missing(baseline)}" if missing(baseline) else ""
        texts = f"{baseline.texts} text{'s' * (baseline.texts != 1)}"
        unasked = f"; if nothing asks what to allow and ban ({len(found)} found), `unmid voice learn` in a terminal does" if found and not session.client.asks else ""
        return Taught(f"learned from {texts}, {baseline.words:,} words, into {file}{wanting}{unasked}", file, found)

    taught = await session.run(work)
    session.reload()
    return taught or Taught("the voice cannot be learned; the log of the server says why")


async def _samples(session: Session, place: Path) -> AsyncIterator[tuple[Any, int, int]]:
    """The texts in a folder, counted one at a time, so that drafts that are open come in between."""
    from unmid.files import Unreadable, read_text
    from unmid.voice.features import Sample, read, sample
    from unmid.voice.texts import Wanted, files

    paths = await session.run(lambda bases, settings, cancelled: list(files([place], bases.trusted))) or []
    for number, path in enumerate(paths, 1):

        def work(bases: Bases, settings: Settings, cancelled: Cancelled, path: Path = path) -> Sample | None:
            try:
                document = read(read_text(path), str(path))
            except Unreadable:
                return None
            return None if Wanted().refusal(path, document.front_matter) else sample(document)

        yield await session.run(work), number, len(paths)


def _at_hand(session: Session, bases: Bases) -> Mapping[str, Path]:
    """The packs that the workspace, the person who writes and what is installed bring, by name."""
    from unmid.packs.discovery import at_hand, folders, personal

    root = session.root if bases.trusted else None
    return at_hand((*(folders(root, root) if root else ()), personal()))


def _author(pack: PackFile) -> dict[str, Any]:
    learned = pack.baseline
    return {
        "name": pack.name,
        "path": str(pack.file),
        "words": learned.words if learned else 0,
        "texts": learned.texts if learned else 0,
    }


async def _write(session: Session, uri: str, change: Callable[[Path], bool]) -> None:
    """Change the pack of whoever writes a draft; say where it is, once, or why it stays as it is."""
    document = session.document(uri)
    front_matter = document.analysis.document.front_matter if document and document.analysis else ""

    def work(bases: Bases, settings: Settings, cancelled: Cancelled) -> _Written | str:
        from unmid.packs.edit import EditError

        basis = bases.of(path_of(uri), settings, session.root, front_matter)
        if basis.author and basis.pack is None:
            return f"the pack of {basis.author} was installed and is not yours to change; `unmid pack new` makes one that extends it"
        try:
            if basis.pack:
                name, file, email = basis.author, basis.pack, ""
            else:
                name, file, email = _self(path_of(uri), session.root)
            if trouble := _trouble(file):
                return trouble
            new = not file.exists()
            if email:
                _introduce(file, name, email)
            return _Written(name, file, change(file), new, bool(basis.pack or email))
        except EditError as error:
            return f"nothing was written: {error}"

    done = await session.run(work)
    if not isinstance(done, _Written):
        session.say(f"unmid: {done or 'nothing was written; the log of the server says why'}")
        return
    if not done.found:
        session.choose(done.author)
    whose = f"a new pack for {done.author}" if done.new else f"the pack of {done.author}"
    lasting = "" if done.found else f"; set `author = \"{done.author}\"` in your settings to go by it next time"
    session.note_once(f"unmid: what you keep and ban goes into {whose}: {done.file}{lasting}")
    session.reload()


def _trouble(file: Path) -> str:
    """Why a pack must be mended before it can be changed: what it says now would not be heard."""
    from unmid.lint.ruleset import rule_checker
    from unmid.packs.author import load_pack_file

    problems = load_pack_file(file, checker=rule_checker).problems if file.exists() else ()
    return f"nothing was written: {problems[0]}; mend that first" if problems else ""


def _self(path: Path | None, root: Path | None) -> tuple[str, Path, str]:
    """Name, pack and email of the git user; without one, those of whoever is logged in, who has no email."""
    from unmid.packs.authors import git_email
    from unmid.packs.discovery import personal

    email = git_email(path.parent if path and path.parent.is_dir() else root)
    name = _NOT_A_NAME.sub("-", email.partition("@")[0] if email else getpass.getuser()).strip(".-") or "me"
    return name, personal() / f"{name}.toml", email


def _introduce(file: Path, name: str, email: str) -> None:
    """Have a pack say whose it is, so that it is found by the git user's email. Raises EditError."""
    import tomlkit

    from unmid.packs.edit import editing

    with editing(file) as document:
        meta = document.setdefault("meta", tomlkit.table())
        meta.setdefault("author", name)
        emails = meta.setdefault("emails", tomlkit.array())
        if email not in emails:
            emails.append(email)
