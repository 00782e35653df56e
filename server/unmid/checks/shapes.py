"""Kinds `structure`, `rhythm` and `absence`: the shape of a document.

Each public function is a shape that a rule names (`bold_labels` is `bold-labels`) and yields what it marks. Thresholds come from
the rule's `limit`, so that packs can move them.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import regex

from unmid.checks.reading import Reading, word_count
from unmid.packs.model import Rule
from unmid.prose.model import PLACEHOLDER, Block, Document, Passage
from unmid.text.span import Span

_ORDER_STEM = regex.compile(
    r"\b(?:steps|step-by-step|stages|phases|procedure|instructions?|ingredients?|protocol|checklist|agenda|schedule|recipe|"
    r"directions|timeline|workflow|syllabus|curriculum|roadmap|itinerary|learning path)\b|"
    r"\b(?:how to|in (?:this )?order)\b[^.]*$|"
    r"\b(?:process|tools?|materials|equipment|parameters|commands?|sequence)\b[^.]{0,30}$"
)
# A last sentence that announces advice or points, whatever steps were spoken of before.
_POINTS = regex.compile(
    r"(?:^|[.!?] )[^.!?]*\b(?:strategies|tips|ways|reasons|factors|benefits|points|things|suggestions|explanations|implications|"
    r"considerations|aspects|methods|advantages)\b[^.!?]*$"
)
_ASKED = regex.compile(
    r"\b(?:top (?:\d+|three|five|ten)|ideas?|places|destinations|books|titles|names|themes|quotes|prompts|movies|films|songs|gifts|"
    r"products|brands|dishes|roles|jobs|careers|projects|plugins|courses|questions|pros|cons|specifications|criteria|symptoms)\b"
    r"[^.]*$"
)
# A stem that breaks off: the list goes on with its sentence.
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
_LONG_LABEL = regex.compile(r"[^\s:.!?;][^:.!?;]{2,90}:\s")
_GERUND = regex.compile(r"^\w{3,}ing\b")
_CONNECTIVE = regex.compile(r"^(?:this|that|which|so|because|but|and|therefore|thus|it|these|hence|as a result)\b")
_FINITE = regex.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|must|should|will|would|do|does|did|\w{3,}(?:n't))\b"
)
_SUBJECT = regex.compile(r"^\W*(?:i|you|he|she|it|we|they|this|that|there|who|nobody|everyone)\b|\w'(?:s|re|ve|ll|d|m|t)\b")
_EMOJI = regex.compile(r"^(?:[\p{Extended_Pictographic}--[\d#*©®™]]\ufe0f?\u200d?)+\s*", regex.V1)
_STATUS = frozenset("✅❌⚠❗✔✖☑✗☒")
_STANCE = regex.compile(
    r"\b(?:i|we|my|our|should|must|ought|never|wrong|right|better|worse|best|worst|bad|good|fail(?:s|ed|ure)?|mistake|myth|nonsense|"
    r"wins?|loses?|beats?|prefer|pick|choose|avoid|worth|deserves?|matters?|need(?:s|n't)? to|too (?:much|many|little|few|\w+) |"
    r"more \w+ than|less \w+ than|rather than|nobody|nothing|not because|in fact|the point is|the trouble|the problem is)\b"
)
_NAME = regex.compile(r"\d|(?<=[\p{L}\d,;:'’)] )(?!I\b|I['’])\p{Lu}")
_FIRST = regex.compile(r"\b(?:i|me|my|we|us|our)\b")
_DIGIT = regex.compile(r"\d")
_CONTENT = regex.compile(r"\p{L}{3,}")
_STOP = frozenset(["the", "and", "for", "with", "that", "this", "from", "your", "are", "was", "were", "its", "their", "our", "has", "have", "can", "will", "not", "but", "all", "any"])


@dataclass(frozen=True, slots=True)
class BlockHit:
    """What a shape marks. `base` is the chunk's source offset; `span` and `edits` are in chunk coordinates.

    `facts` fill the rule's message (`{share}`, `{count}`). `whole` marks a block rather than words. `cut` are words of
    `passage` that can go. `rewrites` name the changes of shape that can mend a list, best first: fold, unwrap, join, bullets.
    """

    rule: Rule
    base: int
    span: Span
    facts: Mapping[str, str | int] = field(default_factory=dict)
    whole: bool = True
    passage: Passage | None = None
    cut: Span | None = None
    rewrites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemShape:
    """One item of a list, in words of prose. `body` is what follows the label, folded; `label` is folded too."""

    block: Block
    words: int
    label: str
    bold: bool
    body: str
    body_words: int
    sentences: int
    digits: bool
    code_first: bool
    link: bool
    nested: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListShape:
    """An outermost list with its items and the line that leads into it, folded.

    `lead` is the last paragraph or heading before the list, `stem` the same only where it stands right before.
    """

    base: int
    block: Block
    items: tuple[ItemShape, ...]
    lead: str
    heading: str
    stem: str

    @property
    def words(self) -> int:
        """Words of prose in the list, nested items included."""
        return sum(item.words for item in self.items)

    def share(self, test: Callable[[ItemShape], bool]) -> float:
        """Share of the items that pass a test, 0 to 1."""
        return sum(map(test, self.items)) / len(self.items) if self.items else 0.0

    def exempt(self) -> bool:
        """Lists that are lists by nature: tasks, links, code, data, references."""
        return (
            any(item.block.task for item in self.items)
            or self.share(lambda item: item.link) >= 0.7
            or self.share(lambda item: item.code_first) >= 0.5
            or any(block.kind in ("code", "math", "table") for block in self.block.walk())
            or bool(_REFERENCE.search(self.heading))
        )


@dataclass
class Layout:
    """A document as shapes see it. `readings` leads from a passage's id() to its reading."""

    document: Document
    genre: str
    readings: Mapping[int, Reading]

    @cached_property
    def blocks(self) -> tuple[tuple[int, Block], ...]:
        """Top-level blocks that hold content, each with its base."""
        return tuple(
            (base, block) for base, block in self.document.blocks() if block.kind not in ("comment", "front-matter", "html")
        )

    @cached_property
    def words(self) -> int:
        """Words of prose, headings included."""
        return sum(reading.count for reading in self.readings.values())

    @cached_property
    def lists(self) -> tuple[ListShape, ...]:
        """Outermost lists in source order."""
        found = []
        lead = heading = ""
        before = ""
        for base, block in self.blocks:
            for outer in _outer_lists(block):
                stem = lead if before in ("paragraph", "heading") else ""
                found.append(self._list(base, outer, lead, heading, stem))
            before = block.kind
            if block.kind in ("paragraph", "heading") and block.passages:
                lead = self.reading(block.passages[0]).folded
                if block.kind == "heading":
                    heading = lead
        return tuple(found)

    @cached_property
    def list_share(self) -> float:
        """Words in list items over all words of prose, 0 to 1."""
        inside = sum(shape.words for shape in self.lists)
        return inside / self.words if self.words else 0.0

    def reading(self, passage: Passage) -> Reading:
        """The reading of a passage of this document."""
        return self.readings[id(passage)]

    def _list(self, base: int, block: Block, lead: str, heading: str, stem: str) -> ListShape:
        items = tuple(self._item(child) for child in block.children if child.kind == "item")
        return ListShape(base, block, items, lead, heading, stem)

    def _item(self, block: Block) -> ItemShape:
        own = [p for child in block.children if child.kind == "paragraph" for p in child.passages]
        every = [p for child in block.walk() for p in child.passages]
        first = self.reading(own[0]) if own else None
        body = " ".join(self.reading(p).folded for p in own)
        label, bold, body = _split_label(first, body)
        links = sum(len(mark.span) for p in own for mark in p.marks if mark.kind == "link")
        return ItemShape(
            block=block,
            words=sum(self.reading(p).count for p in every),
            label=label,
            bold=bold,
            body=body,
            body_words=sum(sum(self.reading(p).lengths) for p in own),
            sentences=sum(len(self.reading(p).sentences) for p in own),
            digits=bool(_DIGIT.search(body)),
            code_first=bool(own and own[0].text.startswith(PLACEHOLDER)),
            link=bool(own) and links >= 0.6 * max(sum(len(p.text) for p in own), 1),
            nested=tuple(child for child in block.children if child.kind == "list"),
        )


Shape = Callable[[Layout, Rule], Iterator[BlockHit]]


def _outer_lists(block: Block) -> Iterator[Block]:
    if block.kind == "list":
        yield block
    elif block.kind == "footnote":
        for child in block.children:
            yield from _outer_lists(child)


def _split_label(first: Reading | None, body: str) -> tuple[str, bool, str]:
    """An item's label, whether it is bold, and what follows.

    Longer labels count here than in a reading: a bold lead-in of any length, or up to ten plain words with a colon. A bold
    sentence that ends in a stop is a statement, not a label.
    """
    if first is None:
        return "", False, body
    strong = next((m.span for m in first.passage.marks if m.kind == "strong" and m.span.start == 0), None)
    lead = strong.of(first.folded) if strong and strong.end < len(first.text) else ""
    if lead.endswith((".", "!")) and word_count(lead) >= 4:
        return "", False, body
    if first.label:
        return first.label.of(first.folded).strip(" :–—.-"), first.bold_label, body[first.label.end :].strip()
    rest = body[len(lead) :]
    if lead and (lead.endswith((":", "?")) or rest.startswith((":", "–", "—"))):
        return lead.strip(" :?–—.-"), True, rest.strip(" :–—-")
    plain = _LONG_LABEL.match(first.folded)
    if plain and word_count(plain[0]) <= 10 and PLACEHOLDER not in plain[0] and plain.end() < len(first.folded):
        return plain[0].strip(" :"), False, body[plain.end() :].strip()
    return "", False, body


def _hit(rule: Rule, shape: ListShape, *rewrites: str, **facts: str | int) -> BlockHit:
    return BlockHit(rule, shape.base, shape.block.span, facts, rewrites=rewrites)


# Lists.


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
        if passage and _all_bold(passage) and word_count(passage.text) <= 10 and not passage.text.endswith((".", "!")):
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


# Headings and emphasis.


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
            if mark.kind == "strong" and not (label and mark.span.start < label.end) and not _all_bold(passage)
        ]
    allowed = rule.limit.get("per_300_words", 8) * max(layout.words, 300) / 300
    if len(spans) > allowed:
        base, span = spans[0]
        yield BlockHit(rule, base, span, {"count": len(spans)})


# Rhythm.


def flat_sentences(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Runs of sentences of one length: the coefficient of variation over a window of sentences falls below the limit."""
    window = int(rule.limit.get("window", 12))
    lengths: list[tuple[int, Span, int]] = []
    for base, reading in _prose(layout):
        for number, sentence in enumerate(reading.sentences):
            span = reading.passage.offsets.to_chunk(sentence)
            lengths.append((base, span, reading.lengths[number]))
    if layout.words < rule.limit.get("words", 300) or len(lengths) < window:
        return
    flattest, at = min(
        (variation([n for _, _, n in lengths[i : i + window]]), i) for i in range(len(lengths) - window + 1)
    )
    if flattest < rule.limit.get("cv_below", 0.28):
        base, span, _ = lengths[at]
        yield BlockHit(rule, base, span, {"cv": f"{flattest:.2f}"})


def flat_paragraphs(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Paragraphs all of one size."""
    paragraphs = [(base, reading) for base, reading in _prose(layout)]
    sizes = [reading.count for _, reading in paragraphs]
    if len(sizes) >= rule.limit.get("paragraphs", 5) and layout.words >= rule.limit.get("words", 300):
        flat = variation(sizes)
        if flat < rule.limit.get("cv_below", 0.2):
            base, reading = paragraphs[0]
            yield BlockHit(rule, base, reading.passage.span, {"cv": f"{flat:.2f}"})


def same_opener(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Many sentences that open with the same word, where it is no deliberate anaphora."""
    sentences = [(base, reading, n) for base, reading in _prose(layout) for n in range(len(reading.sentences))]
    window, least = int(rule.limit.get("window", 8)), int(rule.limit.get("same", 4))
    openers = [regex.findall(r"[\w']+", reading.sentence(n))[:3] for _, reading, n in sentences]
    last = -window
    for i in range(len(sentences)):
        if i - last < window or not openers[i] or openers[i][0] in ("i", "the", "a"):
            continue
        alike = [o for o in openers[i : i + window] if o[:1] == openers[i][:1]]
        anaphora = sum(o == openers[i] for o in alike) >= 3
        if len(alike) >= least and not anaphora:
            base, reading, n = sentences[i]
            span = reading.passage.offsets.to_chunk(reading.sentences[n])
            yield BlockHit(rule, base, span, {"count": len(alike), "word": openers[i][0].capitalize()})
            last = i


def staccato(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Bursts of verbless fragments."""
    least = int(rule.limit.get("fragments", 3))
    for base, reading in _prose(layout):
        run: list[Span] = []
        for n, sentence in enumerate([*reading.sentences, None]):
            short = (
                sentence is not None
                and reading.lengths[n] <= 4
                and not _FINITE.search(reading.sentence(n))
                and not _SUBJECT.search(reading.sentence(n))
            )
            if short and sentence and sentence.of(reading.text).endswith(".") and not _quoted(reading, sentence):
                run.append(sentence)
                continue
            if len(run) >= least:
                yield BlockHit(rule, base, reading.passage.offsets.to_chunk(Span(run[0].start, run[-1].end)), whole=False)
            run = []


# Absence.


def no_claim(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Texts of some length in which no sentence takes a stand: no ought, no judgement, no first person, no comparison."""
    prose = list(_prose(layout))
    words = sum(reading.count for _, reading in prose)
    if words < rule.limit.get("words", 300) or any(_STANCE.search(reading.folded) for _, reading in prose):
        return
    base, reading = prose[0]
    yield BlockHit(rule, base, reading.passage.span)


def no_specifics(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Long stretches of paragraphs without a name, a number, a quotation, code or a link, and hardly a first person."""
    least = rule.limit.get("words", 100)
    run: list[tuple[int, Reading]] = []
    for base, reading in [*_prose(layout), (0, None)]:
        if reading is not None and not _specific(reading):
            run.append((base, reading))
            continue
        if sum(bare.count for _, bare in run) >= least and sum(len(_FIRST.findall(bare.folded)) for _, bare in run) < 2:
            start, first = run[0]
            yield BlockHit(rule, start, first.passage.span, {"count": sum(bare.count for _, bare in run)})
        run = []


def _specific(reading: Reading) -> bool:
    held = any(mark.kind in ("link", "code", "math", "image") for mark in reading.passage.marks)
    return held or bool(reading.quotes) or bool(_NAME.search(reading.text))


def variation(lengths: Sequence[int]) -> float:
    """Standard deviation over mean; 0 for fewer than two lengths."""
    mean = sum(lengths) / len(lengths) if lengths else 0.0
    if len(lengths) < 2 or not mean:
        return 0.0
    # Plain floats: the statistics module is exact and twenty times slower, and this runs at every keystroke.
    return math.sqrt(sum((length - mean) ** 2 for length in lengths) / len(lengths)) / mean


def _prose(layout: Layout) -> Iterator[tuple[int, Reading]]:
    for base, passage in layout.document.passages():
        if passage.kind == "paragraph" and "quote" not in passage.path:
            yield base, layout.reading(passage)


def _quoted(reading: Reading, span: Span) -> bool:
    return any(quote.meets(span) for quote in reading.quotes)


def _opening(body: str) -> str:
    words = regex.findall(r"[\w']+", body)
    if not words:
        return ""
    return "-ing" if words[0].endswith("ing") else words[0] if len(words[0]) <= 4 else "word"


def _kin(one: str, other: str) -> bool:
    """Whether two words are likely forms of one another: the same first letters, five or all of the shorter."""
    size = min(len(one), len(other), 6)
    return size >= 4 and one[:size] == other[:size]


def _all_bold(passage: Passage) -> bool:
    return any(mark.kind == "strong" and len(mark.span) >= len(passage.text.rstrip(":.")) for mark in passage.marks)


def _named() -> dict[str, Shape]:
    return {
        name.replace("_", "-"): function
        for name, function in globals().items()
        if callable(function) and getattr(function, "__annotations__", {}).get("return") == "Iterator[BlockHit]"
    }


SHAPES: Mapping[str, Shape] = _named()
