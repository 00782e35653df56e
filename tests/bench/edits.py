"""What a person does to a draft: types, deletes a line, pastes a page, takes it back; and the draft that results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from bench.drafts import page, sentence

PLACES: Final = {"start": 0.02, "middle": 0.5, "end": 0.98}
"""Where in a draft the edits are made, as a share of its lines."""

Point = tuple[int, int]
"""A line and a column, from 0. Drafts hold no character beyond the first plane, so columns are UTF-16 units as well."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A range and what takes its place. `kind` is `key` for what a finger does, `page` for a paste and its undoing."""

    kind: str
    start: Point
    end: Point
    text: str

    def change(self) -> dict[str, Any]:
        """The edit as a content change of the protocol."""
        start, end = ({"line": line, "character": column} for line, column in (self.start, self.end))
        return {"range": {"start": start, "end": end}, "text": self.text}


class Text:
    """A draft in an editor, kept by lines, so that an edit costs what it touches."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def apply(self, edit: Edit) -> Edit:
        """Make an edit; the one that would undo it."""
        (first, column), (last, end) = edit.start, edit.end
        old = self.lines[first : last + 1]
        removed = "\n".join(old)[column : len("\n".join(old)) - len(old[-1]) + end]
        new = (old[0][:column] + edit.text + old[-1][end:]).split("\n")
        self.lines[first : last + 1] = new
        added = edit.text.split("\n")
        stop = (first + len(added) - 1, len(added[-1]) + (column if len(added) == 1 else 0))
        return Edit(edit.kind, edit.start, stop, removed)

    def paragraph(self, share: float) -> int:
        """The line of prose nearest after that share of the draft."""
        first = min(int(len(self.lines) * share), len(self.lines) - 1)
        for line in [*range(first, len(self.lines)), *range(first, -1, -1)]:
            if len(self.lines[line]) > 60 and self.lines[line][0].isalpha():
                return line
        raise ValueError("no paragraph in this draft")


def edits(text: Text, share: float, seed: int) -> Iterator[Edit]:
    """Edits around one place, without end; each is meant for the draft as the one before left it.

    The caller applies them to `text`: what is typed, a slip of the finger taken back, a line deleted and restored, a page
    pasted and removed.
    """
    chance = Random(seed)
    while True:
        line = text.paragraph(share)
        for letter in " " + sentence(chance):
            at = (line, len(text.lines[line]))
            yield Edit("key", at, at, letter)
        for _ in range(5):
            at = (line, len(text.lines[line]))
            yield Edit("key", (line, at[1] - 1), at, "")
        whole = Edit("key", (line, 0), (line + 1, 0), "")
        removed = text.lines[line] + "\n"
        yield whole
        yield Edit("key", (line, 0), (line, 0), removed)
        at = (line, len(text.lines[line]))
        pasted = page(chance)
        yield Edit("page", at, at, pasted)
        rows = pasted.split("\n")
        yield Edit("page", at, (line + len(rows) - 1, len(rows[-1])), "")
