"""The shape of a document, as structure, rhythm and absence rules see it."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

import regex

from unmid.checks.reading import Reading, word_count
from unmid.packs.model import Baseline, Rate, Rule
from unmid.prose.model import PLACEHOLDER, Block, Chunk, Document, Passage
from unmid.text.span import Span

REFERENCE = re.compile(
    r"\b(?:references?|bibliography|sources|works cited|further reading|links|changelog|changes|contents|glossary|faq|ingredients|"
    r"requirements|installation|usage|options|api|dependencies|cast|credits)\b"
)
"""Names of parts that are lists, or short, by nature."""
_LONG_LABEL = re.compile(r"[^\s:.!?;][^:.!?;]{2,90}:\s")
_DIGIT = re.compile(r"\d")
_NO_CONTENT = frozenset({"comment", "front-matter", "html"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BlockHit:
    """What a shape marks. `base` is the chunk's source offset; `span` and `edits` are in chunk coordinates.

    `facts` fill the rule's message (`{share}`, `{count}`). `whole` marks a block rather than words. `cut` are words of
    `passage` that can go. `rewrites` name the changes of shape that can mend a list, best first: fold, paragraphs,
    unwrap, join, bullets.
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

    `lead` is the last paragraph or heading before the list, `stem` the same only where it stands right before. `words` are
    those of prose in the list, nested items included.
    """

    block: Block
    items: tuple[ItemShape, ...]
    lead: str
    heading: str
    stem: str
    words: int
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def share(self, test: Callable[[ItemShape], bool]) -> float:
        """Share of the items that pass a test, 0 to 1."""
        return sum(map(test, self.items)) / len(self.items) if self.items else 0.0

    def once(self, name: str, answer: Callable[[], T]) -> T:
        """An answer that depends on nothing but the list, worked out when it is first asked for."""
        if name not in self.kept:
            self.kept[name] = answer()
        return cast(T, self.kept[name])

    def exempt(self) -> bool:
        """Lists that are lists by nature: tasks, links, code, data, references."""
        return self.once("exempt", self._exempt)

    def _exempt(self) -> bool:
        return (
            any(item.block.task for item in self.items)
            or self.share(lambda item: item.link) >= 0.7
            or self.share(lambda item: item.code_first) >= 0.5
            or any(block.kind in ("code", "math", "table") for block in self.block.walk())
            or bool(REFERENCE.search(self.heading))
        )


class Sheet:
    """What a chunk contributes to the shape of its document. Kept with the chunk, under one ruleset.

    `readings` leads from the id() of a passage of `chunk` to its reading, `blocks` are the top-level ones that hold content,
    `prose` the paragraphs outside quotes. `lead`, `heading` and `last` are the folded text of the last paragraph or heading,
    that of the last heading, and the kind of the last block: what a list at the start of the next chunk hangs on.
    """

    __slots__ = ("_lists", "blocks", "chunk", "heading", "kept", "last", "lead", "outer", "prose", "readings", "words")

    def __init__(self, chunk: Chunk, readings: Sequence[Reading]) -> None:
        self.chunk = chunk
        self.readings: Mapping[int, Reading] = {id(p): r for p, r in zip(chunk.passages(), readings, strict=True)}
        self.blocks = tuple(block for block in chunk.blocks if block.kind not in _NO_CONTENT)
        self.prose = tuple(r for r in readings if r.passage.kind == "paragraph" and "quote" not in r.passage.path)
        self.words = sum(reading.count for reading in readings)
        self.outer = any(True for block in self.blocks for _ in _outer_lists(block))
        led = [block for block in self.blocks if block.kind in ("paragraph", "heading") and block.passages]
        heads = [block for block in led if block.kind == "heading"]
        self.lead = self._folded(led[-1]) if led else ""
        self.heading = self._folded(heads[-1]) if heads else ""
        self.last = self.blocks[-1].kind if self.blocks else ""
        self.kept: dict[object, Any] = {}
        self._lists: tuple[tuple[str, str, str], tuple[ListShape, ...]] | None = None

    def reading(self, passage: Passage) -> Reading:
        """The reading of a passage of this chunk."""
        return self.readings[id(passage)]

    def lists(self, lead: str, heading: str, last: str) -> tuple[ListShape, ...]:
        """Outermost lists in source order. The arguments are the `lead`, `heading` and `last` of what stands before."""
        if self._lists is None or self._lists[0] != (lead, heading, last):
            self._lists = (lead, heading, last), tuple(self._shapes(lead, heading, last))
        return self._lists[1]

    def _shapes(self, lead: str, heading: str, last: str) -> Iterator[ListShape]:
        for block in self.blocks:
            for outer in _outer_lists(block):
                items = tuple(self._item(child) for child in outer.children if child.kind == "item")
                stem = lead if last in ("paragraph", "heading") else ""
                yield ListShape(outer, items, lead, heading, stem, sum(item.words for item in items))
            last = block.kind
            if last in ("paragraph", "heading") and block.passages:
                lead = self._folded(block)
                heading = lead if last == "heading" else heading

    def _folded(self, block: Block) -> str:
        return self.reading(block.passages[0]).folded

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


class Stretch:
    """Neighbouring sheets. What they hold together is kept, so that an edit in a long draft asks its stretch and no other.

    `sheets` are in source order, each with the offset of its chunk from the start of the stretch. `lead`, `heading` and `last`
    are as those of a sheet.
    """

    __slots__ = ("_lists", "heading", "kept", "last", "lead", "sheets", "words")

    def __init__(self, sheets: Sequence[tuple[int, Sheet]]) -> None:
        self.sheets = tuple(sheets)
        self.words = sum(sheet.words for _, sheet in sheets)
        self.lead = self.heading = self.last = ""
        for _, sheet in sheets:
            self.lead, self.heading, self.last = sheet.lead or self.lead, sheet.heading or self.heading, sheet.last or self.last
        self.kept: dict[object, Any] = {}
        self._lists: tuple[tuple[str, str, str], tuple[tuple[int, ListShape], ...]] | None = None

    def lists(self, lead: str, heading: str, last: str) -> tuple[tuple[int, ListShape], ...]:
        """Outermost lists in source order, each with the offset of its chunk. The arguments are as for `Sheet.lists`."""
        before = lead, heading, last
        if self._lists is None or self._lists[0] != before:
            found: list[tuple[int, ListShape]] = []
            for offset, sheet in self.sheets:
                if sheet.outer:
                    found += [(offset, shape) for shape in sheet.lists(lead, heading, last)]
                lead, heading, last = sheet.lead or lead, sheet.heading or heading, sheet.last or last
            self._lists = before, tuple(found)
        return self._lists[1]

    def each(self, find: Callable[[Sheet], T]) -> tuple[tuple[int, T], ...]:
        """What a function finds on each sheet, with the offset of its chunk, where it finds anything."""
        if find not in self.kept:
            for _, sheet in self.sheets:
                if find not in sheet.kept:
                    sheet.kept[find] = find(sheet)
            self.kept[find] = tuple((offset, sheet.kept[find]) for offset, sheet in self.sheets if sheet.kept[find])
        found: tuple[tuple[int, T], ...] = self.kept[find]
        return found


@dataclass
class Layout:
    """A document as shapes see it: its sheets by stretches, each of these with the source offset at which it begins.

    `baseline` is what was learned of its author, `usual` what is usual in general.
    Equal chunks may share a sheet, and a kept sheet's chunk is that of an earlier parse: equal to the document's, not the same.
    """

    document: Document
    genre: str
    stretches: Sequence[tuple[int, Stretch]]
    baseline: Baseline | None = None
    usual: Mapping[str, Rate] = field(default_factory=dict)
    _uses: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def sheets(self) -> Sequence[tuple[int, Sheet]]:
        """The sheets in source order, each with the source offset at which its chunk stands."""
        return [(base + offset, sheet) for base, stretch in self.stretches for offset, sheet in stretch.sheets]

    @cached_property
    def blocks(self) -> tuple[tuple[int, Block], ...]:
        """Top-level blocks that hold content, each with its base."""
        return tuple((base, block) for base, sheet in self.sheets for block in sheet.blocks)

    @cached_property
    def words(self) -> int:
        """Words of prose, headings included."""
        return sum(stretch.words for _, stretch in self.stretches)

    @cached_property
    def lists(self) -> tuple[tuple[int, ListShape], ...]:
        """Outermost lists in source order, each with its base."""
        found: list[tuple[int, ListShape]] = []
        lead = heading = last = ""
        for base, stretch in self.stretches:
            found += [(base + offset, shape) for offset, shape in stretch.lists(lead, heading, last)]
            lead, heading, last = stretch.lead or lead, stretch.heading or heading, stretch.last or last
        return tuple(found)

    @cached_property
    def list_share(self) -> float:
        """Words in list items over all words of prose, 0 to 1."""
        inside = sum(shape.words for _, shape in self.lists)
        return inside / self.words if self.words else 0.0

    def number(self, base: int) -> int:
        """The number of the sheet that stands at a source offset."""
        return bisect_left(self.sheets, base, key=lambda one: one[0])

    def uses(self, word: str) -> bool:
        """Whether a word stands, in just these letters, in prose outside lists."""
        if word not in self._uses:
            near = [sheet for _, sheet in self.sheets if word in sheet.chunk.text] if word in self.document.text else []
            whole = regex.compile(rf"(?<!\p{{L}}){regex.escape(word)}(?!\p{{L}})")
            passages = (reading.passage for sheet in near for reading in sheet.readings.values())
            self._uses[word] = any("list" not in one.path and whole.search(one.text) for one in passages)
        return self._uses[word]

    def every(self, find: Callable[[Stretch], T]) -> list[tuple[int, T]]:
        """What a function finds in each stretch, with its base; each stretch is searched once."""
        for _, stretch in self.stretches:
            if find not in stretch.kept:
                stretch.kept[find] = find(stretch)
        return [(base, stretch.kept[find]) for base, stretch in self.stretches]

    def each(self, find: Callable[[Sheet], T]) -> list[tuple[int, T]]:
        """What a function finds on each sheet, with its base, where it finds anything; each sheet is searched once."""
        return [(base + offset, found) for base, stretch in self.stretches for offset, found in stretch.each(find)]


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
    return ((base, reading) for base, sheet in layout.sheets for reading in sheet.prose)


def all_bold(passage: Passage) -> bool:
    return any(mark.kind == "strong" and len(mark.span) >= len(passage.text.rstrip(":.")) for mark in passage.marks)
