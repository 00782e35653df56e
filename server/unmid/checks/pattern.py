"""Kinds `pattern` and `regex`: templates with slots, and regular expressions with a time limit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from unmid.checks.hit import Hit
from unmid.checks.notation import (
    Found,
    Lexicon,
    Pattern,
    PatternError,
    Tape,
    compile_pattern,
    tape_of,
)
from unmid.checks.reading import Reading
from unmid.checks.starts import Starts
from unmid.checks.verbs import agreeing
from unmid.packs.model import Match, Rule
from unmid.prose import nlp
from unmid.text.span import Span

TIME_LIMIT = 0.25
"""Seconds that one regular expression may take over one sentence."""
_MOST_KNOWN = 10_000
"""Sentences whose matches are kept."""
LONGEST = 10_000
"""Characters of a stretch that regular expressions read. What has no sentence end for longer is no reason to give up a rule."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A pattern of a rule, and what the rule does with what it matches."""

    rule: Rule
    match: Match
    pattern: Pattern


# `$2`, or a verb that agrees with its subject: `$2/$1`, `$2/they`.
_SLOT = regex.compile(r"\$(?P<verb>\d)/(?:\$(?P<subject>\d)|(?P<word>\w+))|\$(?P<group>\d)")
_DECORATION = regex.compile(r"(?:[\p{Extended_Pictographic}--[\d#*©®™]]\ufe0f?\u200d?|[\s•·–—-])+", regex.V1)


class PatternCheck:
    """All patterns of a ruleset, behind an index of words without which they cannot match."""

    def __init__(self, entries: Sequence[tuple[Rule, Match, Lexicon]]) -> None:
        self._entries: list[_Entry] = []
        for rule, match, lexicon in entries:
            for source in match.patterns:
                self._entries.append(_Entry(rule, match, compile_pattern(source, lexicon)))
        self._starts = Starts([(entry.pattern, entry.match.across) for entry in self._entries])
        self._across = max((entry.match.across for entry in self._entries), default=1)
        self._known: dict[tuple[object, ...], tuple[tuple[int, Found], ...]] = {}

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Every match in the passage, sentence by sentence; each pattern's matches do not overlap.

        What was found in a sentence is kept: a keystroke leaves the others of its paragraph as they were.
        """
        tape = tape_of(reading.folded)
        edges = [bisect_left(tape.starts, sentence.start) for sentence in reading.sentences]
        stops = [bisect_left(tape.starts, sentence.end) for sentence in reading.sentences]
        for index, first in enumerate(edges):
            window = stops[index : index + self._across]
            if first == window[-1]:
                continue
            start, end = tape.starts[first], tape.ends[window[-1] - 1]
            before = start - tape.ends[first - 1] if first else -1
            shape = tuple(stop - first for stop in window)
            key = before, shape, reading.folded[start : end + 1]
            found = self._known.get(key)
            if found is None:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                found = self._known[key] = tuple(self._search(tape, first, window))
            for number, one in found:
                entry = self._entries[number]
                yield _hit(entry.rule, entry.match, reading, index, one.shifted(start))

    def _search(self, tape: Tape, first: int, window: Sequence[int]) -> Iterator[tuple[int, Found]]:
        """The numbers of entries that match from a sentence on, and what they found, from the sentence's first word.

        `window` tells where the sentence and those after it end, in words. Nothing else may matter here: see `hits`.
        """
        tape.begin, tape.stop = first, window[-1]
        near = {
            across: frozenset(tape.words[first : window[min(across, len(window)) - 1]]) for across in range(1, self._across + 1)
        }
        places = self._starts.of(tape, window[0], near)
        for number in sorted(places):
            pattern, across = self._entries[number].pattern, self._entries[number].match.across
            if any(map(near[across].isdisjoint, pattern.required)):
                continue
            tape.stop = window[min(across, len(window)) - 1]
            for found in pattern.find(tape, places[number]):
                yield number, found.shifted(-tape.starts[first])


class RegexCheck:
    """All regular expressions of a ruleset, each with a time limit. Raises PatternError for one that does not compile."""

    def __init__(self, entries: Sequence[tuple[Rule, Match]]) -> None:
        self._entries = [
            (rule, match, compile_regex(source)) for rule, match in entries for source in match.regexes
        ]

    def hits(self, reading: Reading, skipped: Container[str] = ()) -> Iterator[Hit]:
        """Every match in the passage, sentence by sentence, but for `skipped` rules. Raises TimeoutError with the rule's id."""
        last = len(reading.sentences) - 1
        for rule, match, expression in self._entries:
            if rule.id in skipped:
                continue
            for index, sentence in enumerate(reading.sentences):
                end = reading.sentences[min(index + match.across - 1, last)].end
                if end - sentence.start > LONGEST:
                    continue
                try:
                    for found in expression.finditer(reading.folded, sentence.start, end, timeout=TIME_LIMIT):
                        if found.start() < sentence.end and found.end() > found.start():
                            yield _hit(rule, match, reading, index, _named(found))
                except TimeoutError as error:
                    raise TimeoutError(rule.id) from error


def compile_regex(source: str) -> regex.Pattern[str]:
    """A regular expression of a rule. Raises PatternError."""
    try:
        return regex.compile(source, regex.V1)
    except regex.error as error:
        raise PatternError(f"regexes: “{source}” does not compile: {error}") from error
    except RecursionError as error:
        raise PatternError("regexes: one has too many brackets one inside another") from error


def check_match(match: Match, lexicon: Lexicon) -> None:
    """Try whether everything in a match compiles. Raises PatternError."""
    for source in match.patterns:
        try:
            compile_pattern(source, lexicon)
        except PatternError as error:
            raise PatternError(f"patterns: {error}") from error
        except RecursionError as error:
            raise PatternError("patterns: one has too many brackets one inside another") from error
    for source in match.regexes:
        compile_regex(source)


def _named(found: regex.Match[str]) -> Found:
    def span(name: str | int) -> Span | None:
        start, end = found.span(name)
        return Span(start, end) if start >= 0 else None

    named = found.groupdict()
    groups = {n: group for n in range(1, len(found.groups()) + 1) if (group := span(n))}
    return Found(
        Span(*found.span()),
        span("mark") if "mark" in named else None,
        span("cut") if "cut" in named else None,
        groups,
    )


def _hit(rule: Rule, match: Match, reading: Reading, index: int, found: Found) -> Hit:
    marked = found.mark or found.span
    cut = found.cut or marked
    last = reading.sentence_at(max(found.span.end - 1, found.span.start))
    match match.mark:
        case "sentence":
            marked = _words_of(reading, index, index)
        case "sentences":
            marked = _words_of(reading, index, last)
        case "tail":
            marked = Span(marked.start, reading.sentences[last].end)
    if found.cut is None and match.mark != "match":
        cut = marked
    template = match.replace.get("")
    replacement = None if template is None else _fill(template, reading.folded, found)
    return Hit(rule, match, marked, found.span, cut, replacement, index)


def _words_of(reading: Reading, first: int, last: int) -> Span:
    """Sentences without what decorates their start: emoji, bullets, stray signs."""
    span = Span(reading.sentences[first].start, reading.sentences[last].end)
    found = _DECORATION.match(span.of(reading.text))
    return Span(span.start + found.end(), span.end) if found and found.end() < len(span) else span


def _fill(template: str, text: str, found: Found) -> str | None:
    """A replacement with its groups; None where a verb cannot be made to agree with its subject."""
    sure = True

    def group(number: str) -> str:
        span = found.groups.get(int(number))
        return span.of(text) if span else ""

    def words(slot: regex.Match[str]) -> str:
        nonlocal sure
        if not slot["verb"]:
            return group(slot["group"])
        verb = agreeing(group(slot["verb"]), group(slot["subject"]) if slot["subject"] else slot["word"])
        sure = sure and verb is not None
        return verb or ""

    filled = " ".join(_SLOT.sub(words, template).split())
    return filled if sure else None


class TokenCheck:
    """Token patterns of rules that need more than words (`needs`), run by spaCy's Matcher over a tagged document.

    `patterns` has those of each match. Raises PatternError for a token pattern that spaCy does not accept.
    """

    def __init__(self, entries: Sequence[tuple[Rule, Match]]) -> None:
        self._entries = tuple(entries)
        self.patterns = tuple(match.tokens for _, match in entries)
        try:
            nlp.token_matcher(self.patterns)
        except ValueError as error:
            faults = regex.findall(r"^- (.*)$", str(error), regex.M) or [str(error)]
            raise PatternError(f"tokens: {'; '.join(faults)}") from error

    def hits(self, reading: Reading, found: Iterable[tuple[int, Span]]) -> Iterator[Hit]:
        """Every match in the passage; `found` says which of `patterns` stand where."""
        for number, span in found:
            rule, match = self._entries[number]
            yield Hit(rule, match, span, span, span, match.replace.get(""), reading.sentence_at(span.start))
