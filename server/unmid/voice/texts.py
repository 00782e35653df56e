"""An author's texts: which files, of what date and genre."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from unmid.files import Unreadable, drafts, read_text
from unmid.layers import effective
from unmid.text.front_matter import value_of
from unmid.voice.features import LEAST, Sample, read, sample

_DATE = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which texts to learn from. A date is wanted of a text only where `before` or `after` is given.

    `genre` leaves out texts whose front matter names another.
    """

    before: datetime.date | None = None
    after: datetime.date | None = None
    genre: str = "essay"

    def refusal(self, path: Path, front_matter: str) -> str:
        """Why a text is not wanted; empty if it is."""
        named = value_of(front_matter, "genre")
        if named and named != self.genre:
            return f"of another genre than {self.genre}"
        if self.before is None and self.after is None:
            return ""
        when = date_of(path, front_matter)
        if when is None:
            return "without a date in front matter or name"
        if (self.before and when >= self.before) or (self.after and when <= self.after):
            return "outside the dates"
        return ""


def date_of(path: Path, front_matter: str) -> datetime.date | None:
    """A text's date, from its front matter or its name: never from the clock of the machine that it lies on."""
    found = _DATE.match(value_of(front_matter, "date")) or _DATE.search(path.name)
    try:
        return datetime.date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def files(paths: Iterable[Path], trusted: bool = True) -> Iterator[Path]:
    """The drafts that paths name, folders walked, each once; a project that is not `trusted` has no say in what is passed by.

    A path that does not exist is passed on for reading to refuse.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in _below(path, trusted) if path.is_dir() else (path,):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _below(folder: Path, trusted: bool) -> Iterator[Path]:
    here = effective(folder, trusted=trusted)
    return drafts(folder, here.settings.exclude, here.config and here.config.parent)


def gather(
    paths: Sequence[Path], wanted: Wanted, tell: Callable[[int, int], None] = lambda number, total: None
) -> tuple[tuple[Sample, ...], Counter[str]]:
    """The wanted texts, counted, and why others were passed by, with their number.

    `tell` hears which text of how many is being read. Raises Unreadable for a file that was named and cannot be read.
    """
    found = [*files(paths)]
    samples: list[Sample] = []
    passed: Counter[str] = Counter()
    for number, path in enumerate(found, 1):
        tell(number, len(found))
        try:
            document = read(read_text(path), str(path))
        except Unreadable:
            if path in paths:
                raise
            passed["unreadable"] += 1
            continue
        counted = None if (refusal := wanted.refusal(path, document.front_matter)) else sample(document, wanted.genre)
        if counted is None:
            passed[refusal] += 1
        elif counted.words < LEAST:
            passed[f"under {LEAST} words"] += 1
        else:
            samples.append(counted)
    return tuple(samples), passed
