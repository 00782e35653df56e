"""Kind `structure`: lists, headings and emphasis.

Each public function is a shape that a rule names (`single_item` is `single-item`) and yields what it marks. Thresholds come from
the rule's `limit`, so that packs can move them. `unmid.checks.shapes` gathers them.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import regex

from unmid.checks.layout import BlockHit, Layout, ListShape, all_bold, variation
from unmid.checks.reading import word_count
from unmid.packs.model import Rule
from unmid.prose.model import Block, Passage
from unmid.text.span import Span

_ORDER_STEM = regex.compile(
    r"\b(?:steps|step-by-step|stages|phases|procedure|instructions?|ingredients?|protocol|checklist|agenda|schedule|recipe|"
    r"directions|timeline|workflow|syllabus|curriculum|roadmap|itinerary|learning path)\b|"
    r"\b(?:how to|in (?:this )?order)\b[^.]*$|"
    r"\b(?:process|tools?|materials|equipment|parameters|commands?|sequence)\b[^.]{0,30}$"
)
_POINTS = regex.compile(
    r"(?:^|[.!?] )[^.!?]*\b(?:strategies|tips|ways|reasons|factors|benefits|points|things|suggestions|explanations|implications|"
    r"considerations|aspects|methods|advantages)\b[^.!?]*$"
)
_ASKED = regex.compile(
    r"\b(?:top (?:\d+|three|five|ten)|ideas?|places|destinations|books|titles|names|themes|quotes|prompts|movies|films|songs|gifts|"
    r"products|brands|dishes|roles|jobs|careers|projects|plugins|courses|questions|pros|cons|specifications|criteria|symptoms)\b"
    r"[^.]*$"
)
_OPEN_STEM = regex.compile(
    r"(?:\b(?:for|between|of|like|with|by|to|from|into|as|about|through|why|how|that|because|whether|is|are|was|were|be|being|can|"
    r"could|may|might|will|would|should|must|and|or|means?|involves?|becomes?|"
    r"(?:give|tell|show|offer|leave|bring|get)s? (?:us|you|me|them|it)|add|gain|lose|find|see|suggests?|explains?|distinguish)|"
    r"\b(?:this|it|that|we|you) (?:could|can|may|might|would|will) (?:\w+ )?(?:\w+ )?\w+)\s*:\s*$"
)
_REFERENCE = regex.compile(
    r"\b(?:references?|bibliography|sources|works cited|further reading|links|changelog|changes|contents|glossary|faq|ingredients|"
    r"requirements|installation|usage|options|api|dependencies|cast|credits)\b"
)
_ORDER_WORD = regex.compile(r"^(?:first|second|third|then|next|finally|once you|after (?:you|that)|last(?:ly)?|step)\b")
_GERUND = regex.compile(r"^\w{3,}ing\b")
_CONNECTIVE = regex.compile(r"^(?:this|that|which|so|because|but|and|therefore|thus|it|these|hence|as a result)\b")
_FINITE = regex.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|must|should|will|would|do|does|did|\w{3,}(?:n't))\b"
)
_EMOJI = regex.compile(r"^(?:[\p{Extended_Pictographic}--[\d#*©®™]]\ufe0f?\u200d?)+\s*", regex.V1)
_STATUS = frozenset("✅❌⚠❗✔✖☑✗☒")
_CONTENT = regex.compile(r"\p{L}{3,}")
_STOP = frozenset(["the", "and", "for", "with", "that", "this", "from", "your", "are", "was", "were", "its", "their", "our", "has", "have", "can", "will", "not", "but", "all", "any"])


def _hit(rule: Rule, shape: ListShape, *rewrites: str, **facts: str | int) -> BlockHit:
    return BlockHit(rule, shape.base, shape.block.span, facts, rewrites=rewrites)


def labels(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Lists whose items are a label and a remark. `bold` 1: bold labels only, 0: plain ones only.

    Steps, catalogues of gerunds, lists that the lead-in says were asked for, and a text that is nothing but its list are left
    alone; so is a text with more than `lists_at_most` lists, which is a reference, and a pair of long run-in paragraphs.
    """
    limit = rule.limit
    if len(layout.lists) > limit.get("lists_at_most", 4):
        return
    bold = bool(limit.get("bold", 1))
    for shape in layout.lists:
        bodies = [item.body_words for item in shape.items if item.label]
        if (
            len(shape.items) >= limit.get("items", 2)
            and shape.lead
            and not shape.exempt()
            and shape.share(lambda item: bool(item.nested)) <= limit.get("nested", 0.2)
            and shape.share(lambda item: bool(item.label) and item.bold == bold) >= limit.get("share", 0.75)
            and statistics.fmean(bodies) >= limit.get("body", 0)
            and statistics.fmean(item.words for item in shape.items) >= limit.get("item", 0)
            and statistics.fmean(bodies) <= limit.get("body_at_most" if len(shape.items) > 2 else "pair_body_at_most", 1000)
            and shape.share(lambda item: item.digits) < limit.get("digits_below", 0.65)
            and (bool(_POINTS.search(shape.lead)) or not _ORDER_STEM.search(shape.lead))
            and not _ASKED.search(shape.lead)
            and shape.share(lambda item: bool(_GERUND.match(item.body))) < limit.get("gerunds_below", 0.6)
            and shape.share(lambda item: bool(_ORDER_WORD.match(item.body) or _ORDER_WORD.match(item.label))) < 0.34
        ):
            yield _hit(rule, shape, "fold", count=len(shape.items))


def fragments(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Short lists of unlabelled fragments under a stem with a colon: one sentence cut up, or items that lean on one another.

    A stem that breaks off in the middle (“this gives us:”) allows two items more and full clauses.
    """
    limit = rule.limit
    for shape in layout.lists:
        if shape.exempt() or any(item.nested or item.label or item.code_first for item in shape.items):
            continue
        count = len(shape.items)
        broken = bool(_OPEN_STEM.search(shape.stem))
        most = limit.get("items_at_most", 4) + 2 * broken
        words = limit.get("words_below", 11) + 3 * broken
        if not limit.get("items", 3) <= count <= most or not shape.stem.rstrip().endswith(":"):
            continue
        chopped = (
            not (shape.block.ordered and not broken)
            and all(item.body_words < words for item in shape.items)
            and not any(item.digits for item in shape.items)
            and (broken or shape.share(lambda item: bool(_FINITE.search(item.body))) < 0.5)
            and not _ORDER_STEM.search(shape.stem)
            and not _ASKED.search(shape.stem)
            and shape.words < 0.7 * layout.words
        )
        leaning = sum(bool(_CONNECTIVE.match(item.body)) for item in shape.items[1:]) >= (count - 1) * 0.5
        if chopped or leaning:
            yield _hit(rule, shape, "fold", count=count)


def outline(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Lists of titles with a list under each: prose in the shape of an outline."""
    limit = rule.limit
    for shape in layout.lists:
        if (
            len(shape.items) >= limit.get("items", 3)
            and not shape.exempt()
            and shape.share(lambda item: bool(item.nested) and item.body_words <= limit.get("title", 9)) >= limit.get("share", 0.75)
            and statistics.fmean(item.words for item in shape.items) >= limit.get("item", 25)
            and shape.lead
            and not _ORDER_STEM.search(shape.lead)
            and not _ASKED.search(shape.lead)
            and not regex.search(r"\bhow\b|\blearn", shape.lead)
        ):
            yield _hit(rule, shape, count=len(shape.items))


def list_share(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Documents whose words are mostly inside lists."""
    if layout.words >= rule.limit.get("words", 120) and layout.list_share >= rule.limit.get("share", 0.5) and layout.lists:
        exempt = sum(shape.words for shape in layout.lists if shape.exempt())
        if exempt < 0.5 * layout.list_share * layout.words:
            first = layout.lists[0]
            yield BlockHit(rule, first.base, first.block.span, {"share": round(100 * layout.list_share)})


def single_item(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Lists of one."""
    for shape in layout.lists:
        if len(shape.items) == 1 and not shape.exempt() and not shape.items[0].nested and not shape.block.ordered:
            yield _hit(rule, shape, "unwrap")


def nested_single(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Lists in which item after item holds a nested list with a single child."""
    for shape in layout.lists:
        if shape.exempt() or len(shape.items) < rule.limit.get("items", 2):
            continue
        lone = shape.share(lambda item: any(sum(c.kind == "item" for c in inner.children) == 1 for inner in item.nested))
        if lone >= rule.limit.get("share", 0.4):
            yield _hit(rule, shape, "join", count=round(lone * len(shape.items)))


def number_no_order(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Numbered lists without steps, ranks or a reference to their numbers."""
    text = " ".join(reading.folded for reading in layout.readings.values())
    if regex.search(r"\b(?:items?|points?|steps?|number|#)\s?\d|\btop \d|\brank", text):
        return
    for shape in layout.lists:
        if (
            shape.block.ordered
            and len(shape.items) >= rule.limit.get("items", 3)
            and not shape.exempt()
            and not _ORDER_STEM.search(shape.lead)
            and not _ORDER_STEM.search(shape.heading)
            and shape.share(lambda item: bool(_ORDER_WORD.match(item.body))) == 0
            and shape.share(lambda item: bool(_FINITE.search(item.body))) < 0.5
        ):
            yield _hit(rule, shape, "bullets", "fold", count=len(shape.items))


def uniform_items(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Items of one length and one opening."""
    for shape in layout.lists:
        lengths = [item.words for item in shape.items]
        if shape.exempt() or len(lengths) < rule.limit.get("items", 4) or statistics.fmean(lengths) < 5:
            continue
        spread = variation(lengths)
        openings = [_opening(item.body) for item in shape.items]
        same = max(openings.count(one) for one in openings) / len(openings)
        if spread < rule.limit.get("cv_below", 0.25) and same >= rule.limit.get("same", 0.8):
            yield _hit(rule, shape, count=len(lengths))


def everything_equal(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Long lists in which nothing ranks."""
    for shape in layout.lists:
        if (
            len(shape.items) >= rule.limit.get("items", 8)
            and not shape.exempt()
            and shape.share(lambda item: item.digits) < 0.4
            and shape.share(lambda item: bool(_ORDER_WORD.match(item.body))) == 0
            and not _ORDER_STEM.search(shape.lead)
        ):
            yield _hit(rule, shape, count=len(shape.items))


def ends_on_list(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Texts that stop on a list."""
    if layout.words < rule.limit.get("words", 200) or not layout.lists or not layout.blocks:
        return
    base, block = layout.blocks[-1]
    last = layout.lists[-1]
    if block.kind == "list" and block is last.block and base == last.base and not last.exempt():
        yield _hit(rule, last)


def label_echo(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Labels that their own text repeats in its first words."""
    for shape in layout.lists:
        if shape.exempt():
            continue
        for item in shape.items:
            label = [word for word in _CONTENT.findall(item.label) if word not in _STOP]
            first = [word for word in _CONTENT.findall(item.body) if word not in _STOP][: int(rule.limit.get("within", 3))]
            if label and len(label) <= 3 and any(_kin(label[-1], word) for word in first):
                passage = next(p for child in item.block.children for p in child.passages)
                span = layout.reading(passage).label
                if span:
                    mark = passage.offsets.to_chunk(span)
                    yield BlockHit(rule, shape.base, mark, whole=False, passage=passage, cut=_unlabel(passage, span))


def _unlabel(passage: Passage, label: Span) -> Span | None:
    """The label with the space after it, where what follows can open a sentence."""
    start = label.end
    while start < len(passage.text) and passage.text[start].isspace():
        start += 1
    return Span(0, start) if passage.text[start : start + 1].isupper() else None


def scaffold(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Bold lines that stand as headings over single short paragraphs, three or more."""
    run: list[tuple[int, Block]] = []
    for base, block in [*layout.blocks, (0, Block("rule", Span(0, 0)))]:
        passage = block.passages[0] if block.kind == "paragraph" and block.passages else None
        if passage and all_bold(passage) and word_count(passage.text) <= 10 and not passage.text.endswith((".", "!")):
            run.append((base, block))
        elif passage is None:
            if len(run) >= rule.limit.get("items", 3):
                yield BlockHit(rule, run[0][0], run[0][1].span, {"count": len(run)})
            run = []


def emoji_marker(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Emoji as bullets or in front of headings."""
    for base, block in layout.blocks:
        for inner in block.walk():
            for passage in inner.passages:
                found = _EMOJI.match(passage.text) if passage.kind in ("heading", "list-item") else None
                if found and not set(found[0].strip()) & _STATUS and found.end() < len(passage.text):
                    cut = Span(0, found.end())
                    yield BlockHit(rule, base, passage.offsets.to_chunk(cut), whole=False, passage=passage, cut=cut)


def header_per_paragraph(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """A heading over every one or two sentences."""
    sections: list[tuple[int, Block, int, int]] = []
    for base, block in layout.blocks:
        if block.kind == "heading":
            sections.append((base, block, 0, 0))
        elif sections:
            start, head, blocks, words = sections[-1]
            words += sum(layout.reading(p).count for inner in block.walk() for p in inner.passages)
            sections[-1] = (start, head, blocks + 1, words)
    thin = [
        section
        for section in sections
        if section[2] == 1 and 0 < section[3] < rule.limit.get("words_below", 60) and not _plain_reference(layout, section[1])
    ]
    if len(thin) >= rule.limit.get("sections", 3) and len(thin) >= 0.5 * len(sections):
        base, block, _, _ = thin[0]
        yield BlockHit(rule, base, block.span, {"count": len(thin)})


def _plain_reference(layout: Layout, heading: Block) -> bool:
    """Whether a heading is a question or the name of a part that is short by nature."""
    text = layout.reading(heading.passages[0]).folded if heading.passages else ""
    return text.endswith("?") or bool(_REFERENCE.search(text) or _ORDER_STEM.search(text))


def bold_spray(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Bold for emphasis everywhere, outside headings and labels."""
    spans = []
    for base, passage in layout.document.passages():
        if passage.kind != "paragraph":
            continue
        label = layout.reading(passage).label
        spans += [
            (base, mark.source)
            for mark in passage.marks
            if mark.kind == "strong" and not (label and mark.span.start < label.end) and not all_bold(passage)
        ]
    allowed = rule.limit.get("per_300_words", 8) * max(layout.words, 300) / 300
    if len(spans) > allowed:
        base, span = spans[0]
        yield BlockHit(rule, base, span, {"count": len(spans)})


def _opening(body: str) -> str:
    words = regex.findall(r"[\w']+", body)
    if not words:
        return ""
    return "-ing" if words[0].endswith("ing") else words[0] if len(words[0]) <= 4 else "word"


def _kin(one: str, other: str) -> bool:
    """Whether two words are likely forms of one another: the same first letters, five or all of the shorter."""
    size = min(len(one), len(other), 6)
    return size >= 4 and one[:size] == other[:size]
