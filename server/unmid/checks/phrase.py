"""Kind `phrase`: lists of fixed phrases, found all at once by spaCy's PhraseMatcher."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from unmid.checks.hit import Hit
from unmid.checks.reading import Reading
from unmid.packs.model import Match, Rule
from unmid.prose import nlp
from unmid.text.span import Span


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
    """All phrases of a ruleset. `phrases` has those of each match, folded."""

    def __init__(self, entries: Sequence[tuple[Rule, Match]]) -> None:
        self._entries = tuple(entries)
        self.phrases = tuple(tuple(map(nlp.fold, match.phrases)) for _, match in entries)
        self._replace = [{nlp.fold(key): value for key, value in match.replace.items()} for _, match in entries]

    def hits(self, reading: Reading, found: Iterable[tuple[int, Span]]) -> Iterator[Hit]:
        """Every phrase in the passage; `found` says which of `phrases` stand where."""
        for number, span in found:
            rule, match = self._entries[number]
            text = self._replace[number].get(span.of(reading.folded))
            yield Hit(rule, match, span, span, span, text, reading.sentence_at(span.start))
