"""Lint a document: chunk by chunk with a cache, then what needs the whole document.

`lint` reads chunks (checks and gates, kept by content and ruleset) and leaves the rest to `unmid.lint.whole`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from unmid.checks.hit import Hit
from unmid.checks.layout import Layout
from unmid.checks.phrase import occurrences
from unmid.checks.reading import Reading, read
from unmid.lint.chunk import ChunkLint, PassageLint
from unmid.lint.finding import Report
from unmid.lint.places import Sketch
from unmid.lint.ruleset import Condition, Ruleset
from unmid.lint.run import Run, runs
from unmid.lint.suppress import comments
from unmid.lint.whole import Whole
from unmid.prose import annex
from unmid.prose.model import Chunk, Document, Passage
from unmid.prose.nlp import Found
from unmid.text.span import Span


class Cancelled(Exception):
    """The run is no longer wanted."""


@dataclass(slots=True)
class Cache:
    """What was linted before: chunks by their key and the ruleset's fingerprint, and the runs of the last document."""

    chunks: dict[tuple[str, str], ChunkLint] = field(default_factory=dict)
    runs: dict[tuple[ChunkLint, ...], Run] = field(default_factory=dict)


def lint(
    document: Document,
    ruleset: Ruleset,
    *,
    path: str = "",
    cache: Cache | None = None,
    broken: dict[str, str] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    only: str = "",
) -> Report:
    """All findings of a document; with `only`, those of one rule, to which the others are company but no rivals.

    `cache` keeps chunks between runs. `broken` gathers rules that threw, with the reason; they are skipped from then on.
    Raises Cancelled between chunks when `cancelled` says so.
    """
    broken = {} if broken is None else broken
    found = _runs(document, ruleset, cache or Cache(), broken, cancelled)
    return Whole(document, ruleset, found, only, broken).report(path)


def layout(document: Document, ruleset: Ruleset, cache: Cache | None = None) -> Layout:
    """The shape of a document with its readings; those in `cache` are not made again."""
    return Whole(document, ruleset, _runs(document, ruleset, cache or Cache(), {}, lambda: False)).layout


def _runs(
    document: Document, ruleset: Ruleset, cache: Cache, broken: dict[str, str], cancelled: Callable[[], bool]
) -> list[Run]:
    known, fingerprint = cache.chunks, ruleset.fingerprint
    kept = [known.get((chunk.key, fingerprint)) if chunk.key else None for _, chunk in document.chunks]
    # Of chunks that are the same, one is enough.
    new = {chunk.key or str(id(chunk)): chunk for (_, chunk), one in zip(document.chunks, kept, strict=True) if one is None}
    made: dict[str, ChunkLint] = {}
    for key, one in zip(new, _made([*new.values()], ruleset, broken, document.format, cancelled), strict=True):
        made[key] = one
        if one.chunk.key and not broken:
            known[one.chunk.key, fingerprint] = one
    if cancelled():
        raise Cancelled
    found = [one or made[chunk.key or str(id(chunk))] for (_, chunk), one in zip(document.chunks, kept, strict=True)]
    together = runs(found, cache.runs)
    cache.runs = {run.chunks: run for run in together}
    return together


# Chunks, one by one.


def _made(
    chunks: Sequence[Chunk], ruleset: Ruleset, broken: dict[str, str], format: str, cancelled: Callable[[], bool]
) -> Iterator[ChunkLint]:
    passages = [(*chunk.passages(),) for chunk in chunks]
    with closing(annex.find_all(ruleset.finder, (passage.text for some in passages for passage in some))) as found:
        for chunk, some in zip(chunks, passages, strict=True):
            if cancelled():
                raise Cancelled
            read = [_lint_passage(passage, next(found), ruleset, broken) for passage in some]
            yield ChunkLint(chunk, read, ruleset, comments(chunk, format))


def _lint_passage(passage: Passage, found: Found, ruleset: Ruleset, broken: dict[str, str]) -> PassageLint:
    reading = read(passage, found.sentences)
    hits = _hits(ruleset, reading, found, broken)
    sketch = Sketch.of(reading)
    kept: list[Hit] = []
    for hit in hits:
        try:
            if _passes(ruleset, reading, hit):
                kept.append(hit)
        except Exception as error:  # a rule that throws is switched off; the others go on
            broken[hit.rule.id] = f"{type(error).__name__}: {error}"
    spared: list[Hit] = []
    if kept and ruleset.allow:
        allowed = tuple(occurrences(ruleset.allow, reading.folded))
        spared = [hit for hit in kept if any(_lets_be(span, hit) for span in allowed)]
        kept = [hit for hit in kept if hit not in spared]
    ordered = sorted(_longest_of_each(kept, ruleset), key=lambda hit: (hit.span, hit.rule.id))
    rivals = dict(_rivals(ordered, kept, ruleset))
    return PassageLint(reading, sketch, tuple(ordered), tuple(_longest_of_each(spared, ruleset)), rivals)


def _lets_be(allowed: Span, hit: Hit) -> bool:
    """Whether a hit lies in a phrase that the author keeps, or what it asks about does: half of a fault does not."""
    asks = (hit.match.fix or hit.rule.fix) == "prompt" and hit.cut != hit.span
    return allowed.covers(hit.found) or allowed.covers(hit.span) or (asks and allowed.covers(hit.cut))


def _hits(ruleset: Ruleset, reading: Reading, found: Found, broken: dict[str, str]) -> list[Hit]:
    hits: list[Hit] = []
    for find in _finders(ruleset, reading, found, broken):
        while True:
            try:
                hits += [hit for hit in find() if reading.passage.kind in hit.rule.scope and hit.rule.id not in broken]
                break
            except TimeoutError as error:  # once is enough: it is left out from here on
                broken[str(error)] = "takes too long on this text"
    return hits


def _finders(
    ruleset: Ruleset, reading: Reading, found: Found, broken: dict[str, str]
) -> Iterator[Callable[[], list[Hit]]]:
    yield lambda: list(ruleset.phrases.hits(reading, found.phrases))
    yield lambda: list(ruleset.patterns.hits(reading))
    yield lambda: list(ruleset.regexes.hits(reading, broken))
    if ruleset.tokens:
        yield lambda: list(ruleset.tokens.hits(reading, found.tokens))  # type: ignore[union-attr]


def _passes(ruleset: Ruleset, reading: Reading, hit: Hit) -> bool:
    for gate, arg, wanted in ruleset.conditions[hit.rule.id, hit.match.number].gates:
        if gate(reading, hit, arg) != wanted:
            return False
    return True


def _longest_of_each(hits: Sequence[Hit], ruleset: Ruleset) -> Iterator[Hit]:
    """Of one rule's overlapping hits the longest.

    Hits under different places do not compete: whether a place holds is not known yet, and a hit that the document turns
    down must not take a good one along.
    """
    taken: dict[tuple[str, frozenset[Condition]], list[Span]] = defaultdict(list)
    for hit in sorted(hits, key=lambda hit: (-len(hit.span), hit.span.start, hit.rule.id)):
        spans = taken[hit.rule.id, _places(hit, ruleset)]
        if not any(hit.span.meets(span) for span in spans):
            spans.append(hit.span)
            yield hit


def _rivals(chosen: Sequence[Hit], kept: Sequence[Hit], ruleset: Ruleset) -> Iterator[tuple[int, tuple[Hit, ...]]]:
    """For each chosen hit those of its rule that mark the same words, under the same places, and cut others of them."""
    marking: dict[tuple[str, Span, frozenset[Condition]], list[Hit]] = defaultdict(list)
    for hit in kept:
        marking[hit.rule.id, hit.span, _places(hit, ruleset)].append(hit)
    for index, hit in enumerate(chosen):
        others = {(one.cut, one.text): one for one in reversed(marking[hit.rule.id, hit.span, _places(hit, ruleset)])}
        others.pop((hit.cut, hit.text), None)
        if others:
            yield index, tuple(reversed(others.values()))


def _places(hit: Hit, ruleset: Ruleset) -> frozenset[Condition]:
    return ruleset.conditions[hit.rule.id, hit.match.number].places
