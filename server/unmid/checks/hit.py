"""What a check finds in one passage, before gates and fixes."""

from __future__ import annotations

from dataclasses import dataclass

from unmid.packs.model import Match, Rule
from unmid.text.span import Span


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a rule's match applies. Spans are in passage coordinates.

    `span` is what is marked, `found` what was matched, `cut` what the fix takes away or replaces, `text` its
    replacement (None: nothing stands for it). `sentence` is the index of the first sentence touched.
    """

    rule: Rule
    match: Match
    span: Span
    found: Span
    cut: Span
    text: str | None
    sentence: int
