"""The shape of a document, as structure, rhythm and absence rules see it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import regex

from unmid.checks.reading import Reading, word_count
from unmid.packs.model import Baseline, Rate, Rule
from unmid.prose.model import PLACEHOLDER, Block, Document, Passage
from unmid.text.span import Span

_REFERENCE = regex.compile(
    r"\b(?:references?|bibliography|sources|works cited|further reading|links|changelog|changes|contents|glossary|faq|ingredients|"
    r"requirements|installation|usage|options|api|dependencies|cast|credits)\b"
)
_LONG_LABEL = regex.compile(r"[^\s:.!?;][^:.!?;]{2,90}:\s")
_DIGIT = regex.compile(r"\d")


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
    """A document as shapes see it. `readings` leads from a passage's id() to its reading.

    `baseline` is what was learned of its author, `usual` what is usual in general.
    """

    document: Document
    genre: str
    readings: Mapping[int, Reading]
    baseline: Baseline | None = None
    usual: Mapping[str, Rate] = field(default_factory=dict)

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


def variation(lengths: Sequence[int]) -> float:
    """Standard deviation over mean; 0 for fewer than two lengths."""
    mean = sum(lengths) / len(lengths) if lengths else 0.0
    if len(lengths) < 2 or not mean:
        return 0.0
    # Plain floats: the statistics module is exact and twenty times slower, and this runs at every keystroke.
    return math.sqrt(sum((length - mean) ** 2 for length in lengths) / len(lengths)) / mean


def prose(layout: Layout) -> Iterator[tuple[int, Reading]]:
    for base, passage in layout.document.passages():
        if passage.kind == "paragraph" and "quote" not in passage.path:
            yield base, layout.reading(passage)


def all_bold(passage: Passage) -> bool:
    return any(mark.kind == "strong" and len(mark.span) >= len(passage.text.rstrip(":.")) for mark in passage.marks)
