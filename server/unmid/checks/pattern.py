"""Kinds `pattern` and `regex`: templates with slots, and regular expressions with a time limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from unmid.checks.hit import Hit
from unmid.checks.notation import Classes, Pattern, PatternError, compile_pattern
from unmid.checks.reading import Reading
from unmid.packs.model import Match, Rule
from unmid.text.span import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

TIME_LIMIT = 0.25
"""Seconds that one regular expression may take over one sentence."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    match: Match
    pattern: Pattern


class PatternCheck:
    """All patterns and regular expressions of a ruleset, behind an index of anchor words.

    Raises TimeoutError from `hits`, with the rule's id, when a regular expression exceeds its time.
    """

    def __init__(self, entries: Sequence[tuple[Rule, Match, Classes]]) -> None:
        self._anchored: dict[str, list[int]] = defaultdict(list)
        self._always: list[int] = []
        self._compiled: list[_Compiled] = []
        for rule, match, classes in entries:
            for pattern in compile_match(match, classes):
                number = len(self._compiled)
                self._compiled.append(_Compiled(rule, match, pattern))
                for anchor in pattern.anchors:
                    self._anchored[anchor].append(number)
                if not pattern.anchors:
                    self._always.append(number)

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Every match in the passage, sentence by sentence; each pattern's matches do not overlap."""
        last = len(reading.sentences) - 1
        for index, words in enumerate(reading.words):
            numbers = set(self._always)
            for word in words & self._anchored.keys():
                numbers.update(self._anchored[word])
            for number in sorted(numbers):
                item = self._compiled[number]
                end = reading.sentences[min(index + item.match.across - 1, last)].end
                yield from _search(item, reading, index, end)


def compile_match(match: Match, classes: Classes) -> Iterator[Pattern]:
    """The compiled alternatives of a match. Raises PatternError."""
    for source in match.patterns:
        yield compile_pattern(source, classes)
    for source in match.regexes:
        try:
            yield Pattern(source, regex.compile(source, regex.V1), frozenset())
        except regex.error as error:
            raise PatternError(f"regexes: “{source}” does not compile: {error}") from error


def _search(item: _Compiled, reading: Reading, index: int, end: int) -> Iterator[Hit]:
    sentence = reading.sentences[index]
    limit = TIME_LIMIT if item.match.regexes else None
    try:
        for found in item.pattern.regex.finditer(reading.folded, sentence.start, end, timeout=limit):
            # A match that starts in a later sentence is found again from there.
            if found.start() < sentence.end and found.end() > found.start():
                yield _hit(item, reading, index, found)
    except TimeoutError as error:
        raise TimeoutError(item.rule.id) from error


def _hit(item: _Compiled, reading: Reading, index: int, found: regex.Match[str]) -> Hit:
    groups = found.groupdict()
    whole = _trim(reading.folded, *found.span())
    marked = _trim(reading.folded, *found.span("mark")) if groups.get("mark") else whole
    cut = _trim(reading.folded, *found.span("cut")) if groups.get("cut") else marked
    template = item.match.replace.get("")
    text = None if template is None else _fill(template, found)
    last = reading.sentence_at(max(whole.end - 1, whole.start))
    match item.match.mark:
        case "sentence":
            marked = reading.sentences[index]
        case "sentences":
            marked = Span(reading.sentences[index].start, reading.sentences[last].end)
        case "tail":
            marked = Span(marked.start, reading.sentences[last].end)
    if not groups.get("cut") and item.match.mark != "match":
        cut = marked
    return Hit(item.rule, item.match, marked, whole, cut, text, index)


def _fill(template: str, found: regex.Match[str]) -> str:
    def group(number: regex.Match[str]) -> str:
        try:
            return (found[int(number[1])] or "").strip()
        except IndexError:
            return ""

    return regex.sub(r"\$(\d)", group, template).strip()


def _trim(text: str, start: int, end: int) -> Span:
    """Without white space at either end."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


class TokenCheck:
    """Token patterns of rules that need more than words (`needs`), run by spaCy's Matcher over a tagged document.

    Raises PatternError for a token pattern that spaCy does not accept.
    """

    def __init__(self, entries: Sequence[tuple[Rule, Match]]) -> None:
        from unmid.prose import nlp

        self._entries = tuple(entries)
        try:
            self._find = nlp.token_matcher({str(n): match.tokens for n, (_, match) in enumerate(entries)})
        except ValueError as error:
            raise PatternError(f"tokens: {error}") from error

    def hits(self, reading: Reading, doc: Doc) -> Iterator[Hit]:
        """Every match in the passage."""
        for key, span in self._find(doc):
            rule, match = self._entries[int(key)]
            yield Hit(rule, match, span, span, span, match.replace.get(""), reading.sentence_at(span.start))
