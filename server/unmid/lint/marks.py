"""The marks of one chunk: findings with their fixes, of which the longest win. All in chunk coordinates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from unmid.checks.hit import Hit
from unmid.checks.layout import BlockHit, Layout
from unmid.checks.reading import Reading, word_count
from unmid.lint import blocks, fixes, rewrites
from unmid.lint.chunk import Candidate, ChunkLint
from unmid.lint.finding import Blank, Finding, Fix, Marks
from unmid.lint.ruleset import rank
from unmid.lint.suppress import Silence
from unmid.prose.model import Chunk
from unmid.text.edits import Edit
from unmid.text.span import Span

_MOST_KEPT = 8
_LINE_END = re.compile(r"[\r\n\t]")
_PRECEDENCE = ("neutral", "hedge", "chat", "filler")
"""Of marks that are equal in all else, the one that says most about the fault."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the marks of a chunk, or of neighbouring ones, depend on besides these.

    `before` and `after` are the kinds of the blocks right before and after, `only` is the one rule that is asked for. `end` is
    for what ends a document: its text, and where in it the chunk or the first of them begins.
    """

    before: str = ""
    after: str = ""
    only: str = ""
    end: tuple[str, int] | None = None

    @property
    def key(self) -> object:
        """The same for what leads to the same marks, but at the end of a document: there the text counts as well."""
        return self.before, self.after, self.only, self.end is None


def of(
    chunk: ChunkLint,
    stand: tuple[Candidate, ...],
    whole: tuple[Finding, ...],
    silent: tuple[Silence, ...],
    around: Around,
) -> Marks:
    """The marks of a chunk of which these candidates and `block` findings stand; the same object when asked again.

    `silent` is what comments silence in the chunk.
    """
    key = stand, tuple(map(id, whole)), silent, around.key
    known = chunk.marks.get(key)
    if known is not None and around.end is None:
        return known
    found = [*(_finding(chunk.chunk, candidate, around) for candidate in stand), *whole]
    found = [f for f in found if not any(silence.covers(f.rule, f.span) for silence in silent)]
    made = Marks(_swallow([f for f in found if not around.only or f.rule == around.only]), saved)
    # What the last chunk's fixes take away depends on the blank lines before it, which are another chunk's.
    if around.end is not None and known is not None and tuple(known) == tuple(made):
        return known
    if len(chunk.marks) >= _MOST_KEPT:
        chunk.marks.clear()
    # Whatever is known by its id() must live as long as that.
    made.kept[of] = whole
    chunk.marks[key] = made
    return made


def without(kept: Marks, dropped: Sequence[Finding]) -> Marks:
    """The marks less some; the same object when asked again."""
    gone = frozenset(map(id, dropped))
    known: dict[frozenset[int], Marks] = kept.kept.setdefault(without, {})
    if gone not in known:
        if len(known) >= _MOST_KEPT:
            known.clear()
        known[gone] = Marks((finding for finding in kept if id(finding) not in gone), saved)
    return known[gone]


def saved(finding: Finding) -> int:
    """Words that can go: those of a mark that a fix cuts whole."""
    return word_count(finding.text) if finding.cuttable and not finding.block else 0


# Marks of words.


def _finding(chunk: Chunk, item: Candidate, around: Around) -> Finding:
    hit, rule, reading = item.hit, item.hit.rule, item.part.reading
    known = item.part.fixes.get(item.index)
    if known is None:
        rivals = item.part.rivals.get(item.index, ())
        known = item.part.fixes[item.index] = tuple(_fixes(chunk, reading, (hit, *rivals)))
    fix = hit.match.fix or rule.fix
    offers = tuple(
        _settled(one, around.end)
        for one in known
        if not blocks.merges(around.before, chunk.blocks, one.edits)
        # Only a rule about lists may take out the line that leads into one.
        and (rule.family == "list" or not blocks.strands(around.after, chunk.text, one.edits))
    )
    return Finding(
        rule=rule.id,
        severity=item.severity,
        message=_message(
            hit.match.message or rule.message, {"match": hit.found.of(reading.text), "replacement": hit.text or ""}
        ),
        span=item.span,
        text=item.span.of(chunk.text),
        fixes=offers,
        cuttable=fix == "cut" and hit.cut.covers(hit.span) and bool(offers),
        blank=_blank(chunk, reading, hit) if fix == "prompt" else None,
    )


def _blank(chunk: Chunk, reading: Reading, hit: Hit) -> Blank | None:
    """The words to fill in, where the rule says what with; None across lines, since editors would indent the second one."""
    title = hit.match.fill or hit.rule.fill
    span = reading.passage.offsets.to_chunk(hit.cut)
    return Blank(title, span) if title and not _LINE_END.search(span.of(chunk.text)) else None


def _settled(fix: Fix, end: tuple[str, int] | None) -> Fix:
    if end is None:
        return fix
    text, base = end
    return replace(fix, edits=blocks.settled(text, fix.shifted(base).edits)).shifted(-base)


def _fixes(chunk: Chunk, reading: Reading, hits: Sequence[Hit]) -> Iterator[Fix]:
    """The fix of each hit. Where several cut different words of one mark, each says what stays; only the first can be safe."""
    made: list[tuple[Hit, str, tuple[Edit, ...]]] = []
    for hit in hits:
        fix = hit.match.fix or hit.rule.fix
        edits = fixes.edits(chunk, reading, hit, fix) if fix in ("cut", "replace") else None
        if edits and all(edits != known for _, _, known in made):
            made.append((hit, fix, edits))
    # What leaves nothing of the mark is no choice beside what leaves some of it.
    some = [one for one in made if one[1] == "replace" or _kept(reading.text, one[0])]
    made = some if len(made) > 1 and some else made[:1]
    for number, (hit, fix, edits) in enumerate(made):
        safe = (hit.rule.safe if hit.match.safe is None else hit.match.safe) and number == 0
        safe = safe and (fix != "cut" or fixes.keeps_names(reading, hit))
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


# Marks of blocks.


def block(layout: Layout, number: int, hit: BlockHit) -> Finding:
    """The finding of a shape in the chunk of that number; the same object as long as all that it depends on is the same."""
    sheet = layout.sheets[number][1]
    key = block, hit.rule.id, hit.span
    basis = tuple(sorted(hit.facts.items())), rewrites.surroundings(layout, number)
    known = sheet.kept.get(key)
    if known is not None and known[0] == basis and all(layout.uses(word) == used for word, used in known[1].items()):
        finding: Finding = known[2]
        return finding
    asked: dict[str, bool] = {}

    def uses(word: str) -> bool:
        asked[word] = layout.uses(word)
        return asked[word]

    offers = tuple(fix.shifted(-hit.base) for fix in rewrites.offered(layout, number, hit, uses))
    words = hit.span.of(sheet.chunk.text)
    facts: Mapping[str, str | int] = {"match": _shorten(words), **hit.facts}
    finding = Finding(
        hit.rule.id,
        hit.rule.severity,
        _message(hit.rule.message, facts),
        hit.span,
        words,
        offers,
        block=hit.whole,
        cuttable=bool(hit.cut and offers),
    )
    sheet.kept[key] = basis, asked, finding
    return finding


def _message(template: str, facts: Mapping[str, str | int]) -> str:
    for key, value in facts.items():
        template = template.replace(f"{{{key}}}", _shorten(str(value)))
    return template


def _shorten(words: str, most: int = 48) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


# One mark for one fault.


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
