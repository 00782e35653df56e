"""Lint a document: chunk by chunk with a cache, then what needs the whole document.

`lint` reads chunks (checks and gates, kept by content and ruleset), asks the document-wide questions (places, density,
shapes), and sends the survivors through small steps: swallow, suppress, cap, sort.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from unmid.checks.hit import Hit
from unmid.checks.layout import BlockHit, Layout, variation
from unmid.checks.phrase import occurrences
from unmid.checks.reading import Reading, read, word_count
from unmid.checks.shapes import SHAPES
from unmid.lint import blocks, fixes, rewrites
from unmid.lint.finding import Finding, Fix, Report
from unmid.lint.places import Scene, Sketch, Spot
from unmid.lint.ruleset import GATES, PLACES, Condition, Ruleset, rank, weak
from unmid.lint.suppress import silences
from unmid.packs.model import Problem, Rule
from unmid.prose import nlp
from unmid.prose.model import Chunk, Document, Passage
from unmid.text.edits import Edit
from unmid.text.span import Span

SUPPRESSION = "unmid/unknown-rule"
_LIMIT_WORDS = 300
_PAGE = 1_800
"""Characters of source, about 300 words."""
_PAGE_MARKS = 18
"""Marks that a page may show; readers who mark hardest reach half of that."""


class Cancelled(Exception):
    """The run is no longer wanted."""


@dataclass(frozen=True, slots=True)
class PassageLint:
    """A passage with its hits, each of which passed the gates that see only the passage.

    `rivals` are, by index into `hits`, what else the same rule would cut of the same words.
    """

    reading: Reading
    sketch: Sketch
    hits: tuple[Hit, ...]
    rivals: Mapping[int, tuple[Hit, ...]] = field(default_factory=dict)
    fixes: dict[int, tuple[Fix, ...]] = field(default_factory=dict)
    """Fixes already made, by index into `hits`, in chunk coordinates."""


@dataclass(frozen=True, slots=True)
class ChunkLint:
    """What a chunk yields under a ruleset, wherever the chunk stands."""

    passages: tuple[PassageLint, ...]


Cache = MutableMapping[tuple[str, str], ChunkLint]


@dataclass(frozen=True, slots=True)
class _Found:
    """A hit in its document, on the way to becoming a finding."""

    base: int
    chunk: Chunk
    part: PassageLint
    index: int
    spot: Spot
    span: Span

    @property
    def hit(self) -> Hit:
        return self.part.hits[self.index]


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
    parts = _parts(document, ruleset, {} if cache is None else cache, broken, cancelled)
    return _assemble(document, ruleset, parts, path, broken, only)


def layout(document: Document, ruleset: Ruleset, cache: Cache | None = None) -> Layout:
    """The shape of a document with its readings; those in `cache` are not made again."""
    return _layout(document, ruleset, _parts(document, ruleset, {} if cache is None else cache, {}, lambda: False))


def _parts(
    document: Document, ruleset: Ruleset, cache: Cache, broken: dict[str, str], cancelled: Callable[[], bool]
) -> list[tuple[int, Chunk, PassageLint]]:
    parts: list[tuple[int, Chunk, PassageLint]] = []
    for base, chunk in document.chunks:
        if cancelled():
            raise Cancelled
        key = (chunk.key, ruleset.fingerprint)
        known = cache.get(key) if chunk.key else None
        if known is None:
            known = _lint_chunk(chunk, ruleset, broken)
            if chunk.key and not broken:
                cache[key] = known
        parts += [(base, chunk, part) for part in known.passages]
    return parts


def _layout(document: Document, ruleset: Ruleset, parts: Sequence[tuple[int, Chunk, PassageLint]]) -> Layout:
    # A kept chunk's readings hold the passages of an earlier parse, equal but not the same: pair them by order.
    pairs = zip(document.passages(), parts, strict=True)
    readings = {id(passage): part.reading for (_, passage), (_, _, part) in pairs}
    return Layout(document, ruleset.genre, readings, ruleset.baseline, ruleset.usual)


# One chunk.


def _lint_chunk(chunk: Chunk, ruleset: Ruleset, broken: dict[str, str]) -> ChunkLint:
    return ChunkLint(
        tuple(
            _lint_passage(passage, ruleset, broken)
            for passage in chunk.passages()
        )
    )


def _lint_passage(passage: Passage, ruleset: Ruleset, broken: dict[str, str]) -> PassageLint:
    doc = nlp.pipeline(ruleset.pipeline or None)(passage.text)
    reading = read(passage, doc)
    sketch = Sketch.of(reading)
    hits: list[Hit] = []
    for find in _finders(ruleset, reading, doc):
        try:
            hits += [hit for hit in find() if _in_scope(hit.rule, reading) and hit.rule.id not in broken]
        except TimeoutError as error:
            broken[str(error)] = "takes too long on this text"
    kept: list[Hit] = []
    for hit in hits:
        try:
            if _passes(ruleset, reading, hit):
                kept.append(hit)
        except Exception as error:  # a rule that throws is switched off; the others go on
            broken[hit.rule.id] = f"{type(error).__name__}: {error}"
    if kept and ruleset.allow:
        allowed = tuple(occurrences(ruleset.allow, reading.folded))
        kept = [hit for hit in kept if not any(span.covers(hit.found) or span.covers(hit.span) for span in allowed)]
    ordered = sorted(_longest_of_each(kept, ruleset), key=lambda hit: (hit.span, hit.rule.id))
    return PassageLint(reading, sketch, tuple(ordered), dict(_rivals(ordered, kept, ruleset)))


def _finders(ruleset: Ruleset, reading: Reading, doc: object) -> Iterator[Callable[[], list[Hit]]]:
    if ruleset.phrases:
        yield lambda: list(ruleset.phrases.hits(reading, doc))  # type: ignore[union-attr, arg-type]
    yield lambda: list(ruleset.patterns.hits(reading))
    yield lambda: list(ruleset.regexes.hits(reading))
    if ruleset.tokens:
        yield lambda: list(ruleset.tokens.hits(reading, doc))  # type: ignore[union-attr, arg-type]


def _in_scope(rule: Rule, reading: Reading) -> bool:
    kind = reading.passage.kind
    return kind in rule.scope and ("quote" not in reading.passage.path or "quote" in rule.scope or kind != "quote")


def _passes(ruleset: Ruleset, reading: Reading, hit: Hit) -> bool:
    if any(GATES[name](reading, hit, "") for name in ruleset.defaults[hit.rule.id]):
        return False
    return all(
        GATES[condition.name](reading, hit, condition.arg) == condition.wanted
        for condition in ruleset.conditions[hit.rule.id, hit.match.number]
        if not condition.place
    )


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
    return frozenset(condition for condition in ruleset.conditions[hit.rule.id, hit.match.number] if condition.place)


# The whole document.


def _assemble(
    document: Document,
    ruleset: Ruleset,
    parts: Sequence[tuple[int, Chunk, PassageLint]],
    path: str,
    broken: dict[str, str],
    only: str,
) -> Report:
    scene, found = _scene(ruleset, parts)
    alone = [item for item in found if not weak(ruleset.conditions[item.hit.rule.id, item.hit.match.number]) and _placed(scene, item, ruleset)]
    alone = [*_dense(scene, alone)]
    scene.strong = Counter(item.spot.number for item in alone if _counts(item.hit.rule))
    leaning = [item for item in found if weak(ruleset.conditions[item.hit.rule.id, item.hit.match.number]) and _placed(scene, item, ruleset)]
    kept = [*alone, *_dense(scene, leaning)]
    shape = _layout(document, ruleset, parts)
    shaped = [hit for hit in _shapes(shape, ruleset, broken) if hit.whole or not _allowed(hit, shape, ruleset)]
    before = {base: chunk.blocks[-1].kind if chunk.blocks else "" for (_, chunk), (base, _) in pairwise(document.chunks)}
    findings = [_finding(item, document, before) for item in kept] + [_block_finding(hit, shape) for hit in shaped]
    silenced, unknown = silences(document, ruleset.rules.keys() | ruleset.off.keys())
    findings = [f for f in findings if not any(s.covers(f.rule, f.span) for s in silenced)]
    if only:
        findings = [f for f in findings if f.rule == only]
    shown = _capped(_swallow([f for f in findings if f.severity != "quiet"]))
    shown += [
        Finding(
            SUPPRESSION, "warning", f"there is no rule “{item.name}”{item.hint}", item.span, item.span.of(document.text)
        )
        for item in unknown
    ]
    shown.sort(key=lambda f: (f.span, f.rule))
    return Report(
        path=path,
        words=scene.words,
        findings=tuple(shown),
        metrics=_metrics(scene, shape, shown),
        counted=dict(Counter(f.rule for f in findings if f.severity == "quiet")),
        problems=tuple(Problem(rule, 0, reason) for rule, reason in broken.items()),
    )


def _scene(ruleset: Ruleset, parts: Sequence[tuple[int, Chunk, PassageLint]]) -> tuple[Scene, list[_Found]]:
    spots: list[Spot] = []
    found: list[_Found] = []
    sentences, heading = 0, -1
    for number, (base, chunk, part) in enumerate(parts):
        kind = part.reading.passage.kind
        spot = Spot(number, sentences, kind, heading)
        spots.append(spot)
        for index, hit in enumerate(part.hits):
            span = part.reading.passage.offsets.to_chunk(hit.span).shifted(base)
            found.append(_Found(base, chunk, part, index, spot, span))
        if kind == "heading":
            heading = number
        else:
            sentences += part.sketch.sentences
    readings = tuple(part.reading for _, _, part in parts)
    return Scene(ruleset.genre, tuple(spots), readings, tuple(part.sketch for _, _, part in parts)), found


def _placed(scene: Scene, item: _Found, ruleset: Ruleset) -> bool:
    conditions: tuple[Condition, ...] = ruleset.conditions[item.hit.rule.id, item.hit.match.number]
    return all(
        PLACES[condition.name](scene, item.spot, item.hit, condition.arg) == condition.wanted
        for condition in conditions
        if condition.place
    )


def _counts(rule: Rule) -> bool:
    """Whether a rule's marks are company for weaker ones."""
    return rank(rule.severity) <= rank("information") and rule.kind != "density"


def _dense(scene: Scene, found: Sequence[_Found]) -> Iterator[_Found]:
    """All hits of other rules; of density rules those beyond what is allowed.

    `at_least` hits are needed, or a rate above `per_1k` words (under 300 words two more than that rate allows). `within`
    words must hold `at_least` of them, and the document more than `per_1k`. `all` marks every hit once the limit is passed, not just the extra ones. A match
    with a limit of its own is counted by itself.
    """
    counted: dict[tuple[str, int], list[_Found]] = defaultdict(list)
    for item in found:
        if item.hit.rule.kind == "density":
            counted[item.hit.rule.id, item.hit.match.number if item.hit.match.limit else -1].append(item)
        else:
            yield item
    for hits in counted.values():
        limit = hits[0].hit.match.limit or hits[0].hit.rule.limit
        least = max(int(limit.get("at_least", 1)), 1)
        spare = 2 if scene.words < _LIMIT_WORDS else 0
        usual = int(limit["per_1k"] * scene.words / 1000 + spare) if "per_1k" in limit else 0
        allowed = least - 1
        if "within" in limit:
            hits = _near(scene, hits, int(limit["within"]), least) if len(hits) > usual else []
        else:
            allowed = max(allowed, usual)
        if len(hits) > allowed:
            yield from hits if limit.get("all") else hits[allowed:]


def _near(scene: Scene, hits: Sequence[_Found], words: int, least: int) -> list[_Found]:
    """Hits of which at least `least` stand within so many words."""
    starts, total = [], 0
    for sketch in scene.sketches:
        starts.append(total)
        total += sketch.words
    at = [starts[h.spot.number] + word_count(h.part.reading.text[: h.hit.span.start]) for h in hits]
    near: set[int] = set()
    for i in range(len(hits) - least + 1):
        if at[i + least - 1] - at[i] <= words:
            near.update(range(i, i + least))
    return [hits[i] for i in sorted(near)]


def _shapes(layout: Layout, ruleset: Ruleset, broken: dict[str, str]) -> Iterator[BlockHit]:
    for rule in ruleset.shapes:
        if rule.id in broken:
            continue
        try:
            yield from list(SHAPES[rule.shape](layout, rule))
        except Exception as error:  # a rule that throws is switched off; the others go on
            broken[rule.id] = f"{type(error).__name__}: {error}"


def _allowed(hit: BlockHit, layout: Layout, ruleset: Ruleset) -> bool:
    """Whether what a shape marks is itself a phrase that the author keeps."""
    return " ".join(nlp.fold(hit.span.shifted(hit.base).of(layout.document.text)).split()) in ruleset.allow


def _finding(item: _Found, document: Document, before: Mapping[int, str]) -> Finding:
    """A hit as a finding. `before` holds by a chunk's base the kind of the block right before that chunk."""
    hit, rule = item.hit, item.hit.rule
    text = item.part.reading.text
    known = item.part.fixes.get(item.index)
    if known is None:
        rivals = item.part.rivals.get(item.index, ())
        known = item.part.fixes[item.index] = tuple(_fixes(item.chunk, item.part.reading, (hit, *rivals)))
    fix = hit.match.fix or rule.fix
    offers = tuple(
        replace(shifted, edits=blocks.settled(document.text, shifted.edits))
        for one in known
        if not blocks.merges(before.get(item.base, ""), item.chunk.blocks, one.edits)
        for shifted in (one.shifted(item.base),)
    )
    return Finding(
        rule=rule.id,
        severity=hit.match.severity or rule.severity,
        message=_message(hit.match.message or rule.message, {"match": hit.found.of(text), "replacement": hit.text or ""}),
        span=item.span,
        text=Span(item.span.start - item.base, item.span.end - item.base).of(item.chunk.text),
        fixes=offers,
        cuttable=fix == "cut" and hit.cut.covers(hit.span) and bool(offers),
    )


def _fixes(chunk: Chunk, reading: Reading, hits: Sequence[Hit]) -> Iterator[Fix]:
    """The fix of each hit. Where several cut different words of one mark, each says what stays; only the first can be safe."""
    made: list[tuple[Hit, str, tuple[Edit, ...]]] = []
    for hit in hits:
        fix = hit.match.fix or hit.rule.fix
        edits = fixes.edits(chunk, reading, hit, fix) if fix in ("cut", "replace") else None
        if edits and all(edits != known for _, _, known in made):
            made.append((hit, fix, edits))
    for number, (hit, fix, edits) in enumerate(made):
        safe = (hit.rule.safe if hit.match.safe is None else hit.match.safe) and number == 0
        words = _shorten(hit.cut.of(reading.text))
        if fix == "replace" and hit.text:
            yield Fix(f"Replace “{words}” with “{hit.text}”", safe, edits)
        elif len(made) == 1:
            yield Fix(f"Cut “{words}”", safe, edits)
        else:
            yield Fix(f"Keep “{_shorten(_kept(reading.text, hit))}”, cut “{words}”", safe, edits)


def _kept(text: str, hit: Hit) -> str:
    """The marked words without those that are cut."""
    return f"{text[hit.span.start : hit.cut.start]} {text[hit.cut.end : hit.span.end]}".strip(" ,")


def _block_finding(hit: BlockHit, layout: Layout) -> Finding:
    text = layout.document.text
    span = hit.span.shifted(hit.base)
    # Nobody sees the fixes of a rule that is only counted.
    offers = tuple(rewrites.offered(layout, hit)) if hit.rule.severity != "quiet" else ()
    facts: Mapping[str, str | int] = {"match": _shorten(span.of(text)), **hit.facts}
    return Finding(
        hit.rule.id,
        hit.rule.severity,
        _message(hit.rule.message, facts),
        span,
        span.of(text),
        offers,
        block=hit.whole,
        cuttable=bool(hit.cut and offers),
    )


def _message(template: str, facts: Mapping[str, str | int]) -> str:
    for key, value in facts.items():
        template = template.replace(f"{{{key}}}", _shorten(str(value)))
    return template


def _shorten(words: str, most: int = 48) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


_PRECEDENCE = ("neutral", "hedge", "chat", "filler")
"""Of marks that are equal in all else, the one that says most about the fault."""


def _precedence(rule: str) -> int:
    family = rule.split("/", 1)[0]
    return _PRECEDENCE.index(family) if family in _PRECEDENCE else len(_PRECEDENCE)


def _swallow(findings: Sequence[Finding]) -> list[Finding]:
    """Of overlapping marks the more severe, then the longer. A block mark stands beside the marks inside it."""
    kept: list[Finding] = []
    tokens = sorted(
        (f for f in findings if not f.block),
        key=lambda f: (-len(f.span), rank(f.severity), _precedence(f.rule), f.span.start, f.rule),
    )
    taken: dict[int, list[Span]] = defaultdict(list)
    for finding in tokens:
        cells = range(finding.span.start // 256, max(finding.span.end - 1, finding.span.start) // 256 + 1)
        if not any(finding.span.meets(span) for cell in cells for span in taken[cell]):
            kept.append(finding)
            for cell in cells:
                taken[cell].append(finding.span)
    whole: dict[Span, Finding] = {}
    for finding in sorted((f for f in findings if f.block), key=lambda f: (rank(f.severity), f.rule)):
        whole.setdefault(finding.span, finding)
    return [*kept, *whole.values()]


def _capped(findings: Sequence[Finding]) -> list[Finding]:
    """The strongest marks of each page, so that none drowns: the most severe, then the longest."""
    pages: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        pages[finding.span.start // _PAGE].append(finding)
    return [
        finding
        for page in pages.values()
        for finding in sorted(page, key=lambda f: (rank(f.severity), -len(f.span), f.span.start, f.rule))[:_PAGE_MARKS]
    ]


def _saved(finding: Finding) -> int:
    """Words that can go: those of a mark that a fix cuts whole."""
    return word_count(finding.text) if finding.cuttable and not finding.block else 0


def _metrics(scene: Scene, layout: Layout, findings: Sequence[Finding]) -> dict[str, float]:
    lengths = [n for reading in scene.readings if reading.passage.kind == "paragraph" for n in reading.lengths]
    hedges = sum(f.rule.startswith("hedge/") for f in findings)
    return {
        "cuttable_words": sum(map(_saved, findings)),
        "hedges_per_1k": round(1000 * hedges / scene.words, 2) if scene.words else 0.0,
        "list_share": round(layout.list_share, 3),
        "sentence_cv": round(variation(lengths), 3),
    }
