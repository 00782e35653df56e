"""Learn an author from files and write it into their pack: what the command line and the server share."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from unmid.packs.author import load_pack_file
from unmid.packs.discovery import BUILTIN, installed
from unmid.packs.model import Baseline, PackFile, alike
from unmid.packs.usual import Usual, load_usual
from unmid.voice import store
from unmid.voice.features import LEAST, Sample
from unmid.voice.learn import learn, progress
from unmid.voice.proposals import Proposal, proposals
from unmid.voice.texts import Wanted, gather


class LessonError(ValueError):
    """Nothing can be learned; the message is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned and written.

    `proposals` are those that the pack says nothing about, `refused` the number of those left out because the author refused
    them before; `passed` says why texts were not read.
    """

    baseline: Baseline
    proposals: tuple[Proposal, ...]
    refused: int
    passed: Counter[str]

    @property
    def told(self) -> str:
        """What was learned, in a sentence or two."""
        texts = f"{self.baseline.texts} {'text' if self.baseline.texts == 1 else 'texts'}"
        said = f"Learned {self.baseline.author} from {texts}, {self.baseline.words:,} words{_reasons(self.passed)}."
        status = progress(self.baseline)
        still = [f"Still {status}: until then your own rates move no limit."] if status else []
        are = "is" if self.refused == 1 else "are"
        left = [f"{self.refused} that you refused before {are} not proposed; --ask-again asks about all."] if self.refused else []
        return "\n".join([said, *still, *left])


def take(
    paths: Sequence[Path],
    pack: Path,
    author: str,
    wanted: Wanted,
    tell: Callable[[int, int], None] = lambda number, total: None,
    again: bool = False,
) -> Lesson:
    """Learn from files and folders, and write the baseline into the pack file at `pack`.

    `tell` hears which text of how many is being read; `again` is as for `conclude`. Raises LessonError, Unreadable and
    EditError.
    """
    usable(pack)
    texts, passed = gather(paths, wanted, tell)
    if not texts:
        raise LessonError(f"nothing to learn from: no text of {LEAST} words or more{_reasons(passed)}; name finished texts or a folder of them")
    return conclude(texts, pack, author, wanted.genre, passed, again)


def conclude(
    texts: Sequence[Sample], pack: Path, author: str, genre: str = "essay", passed: Counter[str] | None = None, again: bool = False
) -> Lesson:
    """Learn from texts that were counted, and write the baseline into the pack file at `pack`.

    `again` proposes what the author refused before, too. Raises LessonError and EditError.
    """
    usable(pack)
    found = learn(texts, usual(), author=author, genre=genre, learned=datetime.date.today().isoformat())
    store.save(pack, found, again)
    before = load_pack_file(pack)
    refused: list[Proposal] = []

    def settled(one: Proposal) -> bool:
        if _decided(one, before):
            return True
        if known := _refused(one, before):
            refused.append(one)
        return known

    asked = proposals(texts, found, usual(), settled)
    return Lesson(found, asked, len(refused), passed or Counter())


def unsettled(found: Iterable[Proposal], pack: PackFile) -> tuple[Proposal, ...]:
    """The proposals that a pack says nothing about, and whose author has not refused them."""
    return tuple(one for one in found if not (_decided(one, pack) or _refused(one, pack)))


def usable(path: Path) -> PackFile | None:
    """The pack at a path, if there is one. Raises LessonError for one with faults: it is not written into."""
    if not path.exists():
        return None
    found = load_pack_file(path)
    if found.problems:
        raise LessonError(f"{found.problems[0]}; mend it first")
    return found


def usual() -> Usual:
    """What is usual in good essays."""
    return load_usual(installed()[BUILTIN])


def _decided(one: Proposal, pack: PackFile) -> bool:
    """Whether the pack says something about it already: a decision by hand is not asked about again."""
    choices = pack.choices
    known = (*choices.phrases, *choices.ban) if one.kind != "rule" else (*choices.rules, *choices.severity)
    return alike(one.what) in map(alike, known)


def _refused(one: Proposal, pack: PackFile) -> bool:
    return store.mark(one) in pack.refused


def _reasons(passed: Counter[str]) -> str:
    return f" (passed by: {', '.join(f'{count} {why}' for why, count in sorted(passed.items()))})" if passed else ""
