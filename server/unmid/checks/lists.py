"""Kind `structure`: lists, headings and emphasis.

Each public function is a shape that a rule names (`single_item` is `single-item`) and yields what it marks. Thresholds come from
the rule's `limit`, so that packs can move them. `unmid.checks.shapes` gathers them.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator

import regex

from unmid.checks.layout import (
    REFERENCE,
    BlockHit,
    ItemShape,
    Layout,
    ListShape,
    Sheet,
    Stretch,
    all_bold,
    variation,
)
from unmid.checks.reading import word_count
from unmid.packs.model import Rule
from unmid.prose.model import Block, Passage
from unmid.text.span import Span

_ORDER_STEM = re.compile(
    r"\b(?:steps|step-by-step|stages|phases|procedure|instructions?|ingredients?|protocol|checklist|agenda|schedule|recipe|"
    r"directions|timeline|workflow|syllabus|curriculum|roadmap|itinerary|learning path)\b|"
    r"\b(?:how to|in (?:this )?order)\b[^.]*$|"
    r"\b(?:process|tools?|materials|equipment|parameters|commands?|sequence)\b[^.]{0,30}$"
)
_POINTS = re.compile(
    r"(?:^|[.!?] )[^.!?]*\b(?:strategies|tips|ways|reasons|factors|benefits|points|things|suggestions|explanations|implications|"
    r"considerations|aspects|methods|advantages)\b[^.!?]*$"
)
_ASKED = re.compile(
    r"\b(?:top (?:\d+|three|five|ten)|ideas?|places|destinations|books|titles|names|themes|quotes|prompts|movies|films|songs|gifts|"
    r"products|brands|dishes|roles|jobs|careers|projects|plugins|courses|questions|pros|cons|specifications|criteria|symptoms)\b"
    r"[^.]*$"
)
_OPEN_STEM = re.compile(
    r"(?:\b(?:for|between|of|like|with|by|to|from|into|as|about|through|why|how|that|because|whether|is|are|was|were|be|being|can|"
    r"could|may|might|will|would|should|must|and|or|means?|involves?|becomes?|"
    r"(?:give|tell|show|offer|leave|bring|get)s? (?:us|you|me|them|it)|add|gain|lose|find|see|suggests?|explains?|distinguish)|"
    r"\b(?:this|it|that|we|you) (?:could|can|may|might|would|will) (?:\w+ )?(?:\w+ )?\w+)\s*:\s*$"
)
_ORDER_WORD = re.compile(r"^(?:first|second|third|then|next|finally|once you|after (?:you|that)|last(?:ly)?|step)\b")
_GERUND = re.compile(r"^\w{3,}ing\b")
_CONNECTIVE = re.compile(r"^(?:this|that|which|so|because|but|and|therefore|thus|it|these|hence|as a result)\b")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|must|should|will|would|do|does|did|\w{3,}(?:n't))\b"
)
_EMOJI = regex.compile(r"^(?:[\p{Extended_Pictographic}--[\d#*©®™]]\ufe0f?\u200d?)+\s*", regex.V1)
_NUMBERED = re.compile(r"\b(?:items?|points?|steps?|number|#)\s?\d|\btop \d|\brank")
_STATUS = frozenset("✅❌⚠❗✔✖☑✗☒")
_CONTENT = re.compile(r"[^\W\d_]{3,}")
_STOP = frozenset(["the", "and", "for", "with", "that", "this", "from", "your", "are", "was", "were", "its", "their", "our", "has", "have", "can", "will", "not", "but", "all", "any"])


def _hit(rule: Rule, base: int, shape: ListShape, *rewrites: str, **facts: str | int) -> BlockHit:
    return BlockHit(rule, base, shape.block.span, facts, rewrites=rewrites)


def labels(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Lists whose items are a label and a remark. `bold` 1: bold labels only, 0: plain ones only.

    Steps, catalogues of gerunds, lists that the lead-in says were asked for, and a text that is nothing but its list are left
    alone; so is a text with more than `lists_at_most` lists, which is a reference, and a pair of long run-in paragraphs.
    """
    if len(layout.lists) > rule.limit.get("lists_at_most", 4):
        return
    for base, shape in layout.lists:
        if shape.once(rule.id, lambda shape=shape: _labelled(shape, rule)):  # type: ignore[misc]
            yield _hit(rule, base, shape, "fold", "paragraphs", count=len(shape.items))


def _labelled(shape: ListShape, rule: Rule) -> bool:
    limit = rule.limit
    bold = bool(limit.get("bold", 1))
    bodies = [item.body_words for item in shape.items if item.label]
    return (
        len(shape.items) >= limit.get("items", 2)
        and bool(shape.lead)
        and not shape.exempt()
        and shape.share(lambda item: bool(item.nested)) <= limit.get("nested", 0.2)
        and shape.share(lambda item: bool(item.label) and item.bold == bold) >= limit.get("share", 0.75)
        and bool(bodies)
        and statistics.fmean(bodies) >= limit.get("body", 0)
        and statistics.fmean(item.words for item in shape.items) >= limit.get("item", 0)
        and statistics.fmean(bodies) <= limit.get("body_at_most" if len(shape.items) > 2 else "pair_body_at_most", 1000)
        and shape.share(lambda item: item.digits) < limit.get("digits_below", 0.65)
        and (bool(_POINTS.search(shape.lead)) or not _ORDER_STEM.search(shape.lead))
        and not _ASKED.search(shape.lead)
        and shape.share(lambda item: bool(_GERUND.match(item.body))) < limit.get("gerunds_below", 0.6)
        and shape.share(lambda item: bool(_ORDER_WORD.match(item.body) or _ORDER_WORD.match(item.label))) < 0.34
    )


def fragments(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Short lists of unlabelled fragments under a stem with a colon: one sentence cut up, or items that lean on one another.

    A stem that breaks off in the middle (“this gives us:”) allows two items more and full clauses.
    """
    for base, shape in layout.lists:
        chopped, leaning = shape.once(rule.id, lambda shape=shape: _fragmented(shape, rule))  # type: ignore[misc]
        if leaning or (chopped and shape.words < 0.7 * layout.words):
            yield _hit(rule, base, shape, "fold", "paragraphs", count=len(shape.items))


def _fragmented(shape: ListShape, rule: Rule) -> tuple[bool, bool]:
    """Whether the items are pieces of a sentence that was cut up, and whether they lean on one another."""
    limit = rule.limit
    if shape.exempt() or any(item.nested or item.label or item.code_first for item in shape.items):
        return False, False
    count = len(shape.items)
    broken = bool(_OPEN_STEM.search(shape.stem))
    most = limit.get("items_at_most", 4) + 2 * broken
    words = limit.get("words_below", 11) + 3 * broken
    if not limit.get("items", 3) <= count <= most or not shape.stem.rstrip().endswith(":"):
        return False, False
    chopped = (
        not (shape.block.ordered and not broken)
        and all(item.body_words < words for item in shape.items)
        and not any(item.digits for item in shape.items)
        and (broken or shape.share(lambda item: bool(_FINITE.search(item.body))) < 0.5)
        and not _ORDER_STEM.search(shape.stem)
        and not _ASKED.search(shape.stem)
    )
    return chopped, sum(bool(_CONNECTIVE.match(item.body)) for item in shape.items[1:]) >= (count - 1) * 0.5


def outline(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Lists of titles with a list under each: prose in the shape of an outline."""
    for base, shape in layout.lists:
        if shape.once(rule.id, lambda shape=shape: _outlined(shape, rule)):  # type: ignore[misc]
            yield _hit(rule, base, shape, count=len(shape.items))


def _outlined(shape: ListShape, rule: Rule) -> bool:
    limit = rule.limit
    titled = limit.get("title", 9)
    return (
        len(shape.items) >= limit.get("items", 3)
        and not shape.exempt()
        and shape.share(lambda item: bool(item.nested) and item.body_words <= titled) >= limit.get("share", 0.75)
        and statistics.fmean(item.words for item in shape.items) >= limit.get("item", 25)
        and bool(shape.lead)
        and not _ORDER_STEM.search(shape.lead)
        and not _ASKED.search(shape.lead)
        and not re.search(r"\bhow\b|\blearn", shape.lead)
    )


def list_share(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Documents whose words are mostly inside lists."""
    if layout.words >= rule.limit.get("words", 120) and layout.list_share >= rule.limit.get("share", 0.5) and layout.lists:
        exempt = sum(shape.words for _, shape in layout.lists if shape.exempt())
        if exempt < 0.5 * layout.list_share * layout.words:
            base, first = layout.lists[0]
            yield BlockHit(rule, base, first.block.span, {"share": round(100 * layout.list_share)})


def single_item(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Lists of one."""
    for base, shape in layout.lists:
        if len(shape.items) == 1 and not shape.exempt() and not shape.items[0].nested and not shape.block.ordered:
            yield _hit(rule, base, shape, "unwrap")


def nested_single(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Lists in which item after item holds a nested list with a single child."""
    for base, shape in layout.lists:
        if shape.exempt() or len(shape.items) < rule.limit.get("items", 2):
            continue
        lone = shape.once(rule.id, lambda shape=shape: shape.share(_has_lone_child))  # type: ignore[misc]
        if lone >= rule.limit.get("share", 0.4):
            yield _hit(rule, base, shape, "join", count=round(lone * len(shape.items)))


def _has_lone_child(item: ItemShape) -> bool:
    return any(sum(child.kind == "item" for child in inner.children) == 1 for inner in item.nested)


def number_no_order(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Numbered lists without steps, ranks or a reference to their numbers."""
    if any(True for _ in layout.each(_refers_to_numbers)):
        return
    for base, shape in layout.lists:
        if (
            shape.block.ordered
            and len(shape.items) >= rule.limit.get("items", 3)
            and not shape.exempt()
            and not _ORDER_STEM.search(shape.lead)
            and not _ORDER_STEM.search(shape.heading)
            and shape.share(lambda item: bool(_ORDER_WORD.match(item.body))) == 0
            and shape.share(lambda item: bool(_FINITE.search(item.body))) < 0.5
        ):
            yield _hit(rule, base, shape, "bullets", "fold", "paragraphs", count=len(shape.items))


def _refers_to_numbers(sheet: Sheet) -> bool:
    return any(_NUMBERED.search(reading.folded) for reading in sheet.readings.values())


def uniform_items(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Items of one length and one opening."""
    for base, shape in layout.lists:
        lengths = [item.words for item in shape.items]
        if shape.exempt() or len(lengths) < rule.limit.get("items", 4) or statistics.fmean(lengths) < 5:
            continue
        spread = variation(lengths)
        openings = [_opening(item.body) for item in shape.items]
        same = max(openings.count(one) for one in openings) / len(openings)
        if spread < rule.limit.get("cv_below", 0.25) and same >= rule.limit.get("same", 0.8):
            yield _hit(rule, base, shape, count=len(lengths))


def everything_equal(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Long lists in which nothing ranks."""
    for base, shape in layout.lists:
        if (
            len(shape.items) >= rule.limit.get("items", 8)
            and not shape.exempt()
            and shape.share(lambda item: item.digits) < 0.4
            and shape.share(lambda item: bool(_ORDER_WORD.match(item.body))) == 0
            and not _ORDER_STEM.search(shape.lead)
        ):
            yield _hit(rule, base, shape, count=len(shape.items))


def ends_on_list(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Texts that stop on a list."""
    if layout.words < rule.limit.get("words", 200) or not layout.lists or not layout.blocks:
        return
    base, last = layout.lists[-1]
    if layout.blocks[-1] == (base, last.block) and layout.blocks[-1][1] is last.block and not last.exempt():
        yield _hit(rule, base, last)


def label_echo(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Labels that their own text repeats in its first words."""
    sheets = dict(layout.sheets)
    for base, shape in layout.lists:
        if shape.exempt():
            continue
        for item in shape.items:
            label = [word for word in _CONTENT.findall(item.label) if word not in _STOP]
            first = [word for word in _CONTENT.findall(item.body) if word not in _STOP][: int(rule.limit.get("within", 3))]
            if label and len(label) <= 3 and any(_kin(label[-1], word) for word in first):
                passage = next(p for child in item.block.children for p in child.passages)
                span = sheets[base].reading(passage).label
                if span:
                    mark = passage.offsets.to_chunk(span)
                    yield BlockHit(rule, base, mark, whole=False, passage=passage, cut=_unlabel(passage, span))


def _unlabel(passage: Passage, label: Span) -> Span | None:
    """The label with the space after it, where what follows can open a sentence."""
    start = label.end
    while start < len(passage.text) and passage.text[start].isspace():
        start += 1
    return Span(0, start) if passage.text[start : start + 1].isupper() else None


def scaffold(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Bold lines that stand as headings over single short paragraphs, three or more."""
    run: list[tuple[int, Block]] = []
    for base, lines in [*layout.each(_bold_lines), (0, (None,))]:
        for line in lines:
            if line:
                run.append((base, line))
                continue
            if len(run) >= rule.limit.get("items", 3):
                yield BlockHit(rule, run[0][0], run[0][1].span, {"count": len(run)})
            run = []


def _bold_lines(sheet: Sheet) -> tuple[Block | None, ...]:
    """Bold lines that may stand as headings; None for each block that ends a run of them, as a plain paragraph does not."""
    found: list[Block | None] = []
    for block in sheet.blocks:
        passage = block.passages[0] if block.kind == "paragraph" and block.passages else None
        if passage is None:
            found.append(None)
        elif all_bold(passage) and word_count(passage.text) <= 10 and not passage.text.endswith((".", "!")):
            found.append(block)
    return tuple(found)


def emoji_marker(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Emoji as bullets or in front of headings."""
    for base, found in layout.each(_emoji):
        for passage, cut in found:
            yield BlockHit(rule, base, passage.offsets.to_chunk(cut), whole=False, passage=passage, cut=cut)


def _emoji(sheet: Sheet) -> tuple[tuple[Passage, Span], ...]:
    """Headings and items that open with an emoji, and the emoji."""
    kinds = ("heading", "list-item")
    passages = (p for block in sheet.blocks for inner in block.walk() for p in inner.passages if p.kind in kinds)
    found = ((passage, _EMOJI.match(passage.text)) for passage in passages)
    return tuple(
        (passage, Span(0, emoji.end()))
        for passage, emoji in found
        if emoji and not set(emoji[0].strip()) & _STATUS and emoji.end() < len(passage.text)
    )


def header_per_paragraph(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """A heading over every one or two sentences."""
    sections: list[tuple[int, Block, bool]] = []
    sizes: list[tuple[int, int]] = []
    for base, (blocks, words, found) in layout.every(_sections):
        if sizes:
            sizes[-1] = sizes[-1][0] + blocks, sizes[-1][1] + words
        sections += [(base + offset, heading, reference) for offset, heading, reference, _, _ in found]
        sizes += [(blocks, words) for _, _, _, blocks, words in found]
    below = rule.limit.get("words_below", 60)
    thin = [
        (base, heading)
        for (base, heading, reference), (blocks, words) in zip(sections, sizes, strict=True)
        if blocks == 1 and 0 < words < below and not reference
    ]
    if len(thin) >= rule.limit.get("sections", 3) and len(thin) >= 0.5 * len(sections):
        base, heading = thin[0]
        yield BlockHit(rule, base, heading.span, {"count": len(thin)})


_Section = tuple[int, Block, bool, int, int]


def _sections(stretch: Stretch) -> tuple[int, int, tuple[_Section, ...]]:
    """The number of blocks and words before the first heading; each heading, whether it names a reference, and those under it."""
    found: list[_Section] = []
    before = 0, 0
    for offset, sheet in stretch.sheets:
        for block in sheet.blocks:
            if block.kind == "heading":
                found.append((offset, block, _plain_reference(sheet, block), 0, 0))
                continue
            words = sum(sheet.reading(p).count for inner in block.walk() for p in inner.passages)
            if found:
                found[-1] = (*found[-1][:3], found[-1][3] + 1, found[-1][4] + words)
            else:
                before = before[0] + 1, before[1] + words
    return *before, tuple(found)


def _plain_reference(sheet: Sheet, heading: Block) -> bool:
    """Whether a heading is a question or the name of a part that is short by nature."""
    text = sheet.reading(heading.passages[0]).folded if heading.passages else ""
    return text.endswith("?") or bool(REFERENCE.search(text) or _ORDER_STEM.search(text))


def bold_spray(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Bold for emphasis everywhere, outside headings and labels."""
    spans = [(base, span) for base, found in layout.each(_emphasised) for span in found]
    allowed = rule.limit.get("per_300_words", 8) * max(layout.words, 300) / 300
    if len(spans) > allowed:
        base, span = spans[0]
        yield BlockHit(rule, base, span, {"count": len(spans)})


def _emphasised(sheet: Sheet) -> tuple[Span, ...]:
    """Bold words in paragraphs that are neither labels nor bold as a whole."""
    return tuple(
        mark.source
        for reading in sheet.readings.values()
        if reading.passage.kind == "paragraph" and not all_bold(reading.passage)
        for mark in reading.passage.marks
        if mark.kind == "strong" and not (reading.label and mark.span.start < reading.label.end)
    )


def _opening(body: str) -> str:
    words = re.findall(r"[\w']+", body)
    if not words:
        return ""
    return "-ing" if words[0].endswith("ing") else words[0] if len(words[0]) <= 4 else "word"


def _kin(one: str, other: str) -> bool:
    """Whether two words are likely forms of one another: the same first letters, five or all of the shorter."""
    size = min(len(one), len(other), 6)
    return size >= 4 and one[:size] == other[:size]
