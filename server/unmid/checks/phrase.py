"""Kind `phrase`: lists of fixed phrases, found all at once by spaCy's PhraseMatcher."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from unmid.checks.hit import Hit
from unmid.checks.reading import Reading
from unmid.packs.model import Match, Rule
from unmid.prose import nlp
from unmid.text.span import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc


def occurrences(phrases: Iterable[str], text: str) -> Iterator[Span]:
    """Where folded phrases stand in a folded text, as whole words; overlapping ones as well."""
    for phrase in phrases:
        at = text.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            if not _joined(text, at) and not _joined(text, end):
                yield Span(at, end)
            at = text.find(phrase, at + 1)


def _joined(text: str, at: int) -> bool:
    """Whether a word goes on across an offset."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


class PhraseCheck:
    """All phrases of a ruleset."""

    def __init__(self, entries: Sequence[tuple[Rule, Match]]) -> None:
        self._entries = tuple(entries)
        self._find = nlp.phrase_matcher(
            {str(n): tuple(map(nlp.fold, match.phrases)) for n, (_, match) in enumerate(entries)}
        )
        self._replace = [{nlp.fold(key): value for key, value in match.replace.items()} for _, match in entries]

    def hits(self, reading: Reading, doc: Doc) -> Iterator[Hit]:
        """Every phrase in the passage."""
        for key, span in self._find(doc):
            rule, match = self._entries[int(key)]
            text = self._replace[int(key)].get(span.of(reading.folded))
            yield Hit(rule, match, span, span, span, text, reading.sentence_at(span.start))
