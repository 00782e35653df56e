"""From one text to another, as people read it: words that go, words that come."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_LINE: Final = re.compile(r"[^\n]*\n\s*|[^\n]+")
"""A line with the blank ones after it: on their own they would be taken for things in common."""
_WORD: Final = re.compile(r"\s+|\w+(?:['’-]\w+)*|[^\w\s]")
_MOST: Final = 4_000
"""Words on either side beyond which a stretch is not compared word by word."""


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch: `old` is what it was, `new` what it is. Equal where nothing changed."""

    old: str
    new: str


def changes(old: str, new: str) -> Iterator[Change]:
    """The stretches of two texts, in order. All `old` joined is the old text, all `new` joined the new one."""
    # Lines first: word by word, a long draft would take for ever.
    for before, after in _compared(_LINE.findall(old), _LINE.findall(new)):
        if before == after:
            yield Change(before, after)
            continue
        left, right = _WORD.findall(before), _WORD.findall(after)
        if max(len(left), len(right)) > _MOST:
            yield Change(before, after)
        else:
            yield from _merged([Change(*pair) for pair in _compared(left, right)])


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    for _, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield "".join(old[start:end]), "".join(new[first:last])


def _merged(found: Sequence[Change]) -> Iterator[Change]:
    """Changes with no more than white space or a sign between them read as one."""
    held: Change | None = None
    for number, change in enumerate(found):
        follows = number + 1 < len(found)
        small = change.old == change.new and not re.search(r"\w", change.old) and "\n" not in change.old
        if change.old != change.new or (held and small and follows):
            held = Change(held.old + change.old, held.new + change.new) if held else change
            continue
        if held:
            yield held
            held = None
        yield change
    if held:
        yield held
