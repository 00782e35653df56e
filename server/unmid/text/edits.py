"""Edits: a stretch of text and what to put in its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unmid.text.span import Span


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace `span` (code points of the source) by `text`."""

    span: Span
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits, each of which speaks of the text before any of them.

    Raises ValueError when two edits overlap.
    """
    out: list[str] = []
    at = 0
    for edit in sorted(edits):
        if edit.span.start < at:
            raise ValueError(f"edits overlap at offset {edit.span.start}")
        out += text[at : edit.span.start], edit.text
        at = edit.span.end
    out.append(text[at:])
    return "".join(out)
