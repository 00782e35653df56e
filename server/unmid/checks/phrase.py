"""Kind `phrase`: lists of fixed phrases, found all at once by spaCy's PhraseMatcher."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from unmid.checks.hit import Hit
from unmid.checks.reading import Reading
from unmid.packs.model import Match, Rule
from unmid.prose import nlp

if TYPE_CHECKING:
    from spacy.tokens import Doc


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
