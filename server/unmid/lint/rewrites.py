"""Rewrites of lists: fold into a paragraph, unwrap, join, plain bullets. All are suggested, one at a time.

Each is tried on the source and the result parsed: what is offered has the blocks that were meant and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from unmid.checks.layout import BlockHit, Layout, Sheet
from unmid.lint import fold, mend, source
from unmid.lint.finding import REWRITE, Fix
from unmid.prose.formats import parse
from unmid.prose.model import Block, Chunk, OffsetMap, Passage
from unmid.text.edits import Edit, apply
from unmid.text.span import Span

_LINE_END = re.compile(r"\r\n|\r|\n")
_BREAKABLE = re.compile(r"[ \t]+(?![-+*>#|=~`:<]|\d+[.)]|\[\^?[^\]]*\]:|$)")
_BLANKS = re.compile(r"[ \t]*")
Meant = Callable[[Block], tuple[Block, ...]]
"""What should stand where a block stands: itself, others, nothing."""
_KEPT = ("code", "footnote", "link")
_PARAGRAPH = Block("paragraph", Span(0, 0), passages=(Passage("paragraph", "", OffsetMap(()), Span(0, 0)),))
_LEAST_WIDTH, _MOST_WIDTH = 60, 120


def offered(layout: Layout, number: int, hit: BlockHit, uses: fold.Uses) -> Iterator[Fix]:
    """What the mark of a block in the chunk of that number offers, in source coordinates.

    `uses` says whether the document's prose holds a word. All else that counts is in the `surroundings`.
    """
    chunk = layout.sheets[number][1].chunk
    if hit.cut and hit.passage:
        text = hit.passage.text
        change = ((hit.cut, ""), *mend.capital(text, hit.cut.end))
        if mend.sound(text, change) and (made := source.edits(chunk, hit.passage, change)):
            yield Fix(f"Cut “{hit.cut.of(text).strip()}”", hit.rule.safe, made).shifted(hit.base)
    # In LaTeX a list stands in a frame that would be left behind.
    place = _Place.of(layout, number, hit.span, uses) if hit.rewrites and chunk.format != "latex" else None
    for name in hit.rewrites if place else ():
        title, make = _REWRITES[name]
        if place and (edits := make(place)):
            yield Fix(title, False, edits, REWRITE)


def surroundings(layout: Layout, number: int) -> tuple[str, ...]:
    """What the offers for a chunk's blocks depend on: the chunks from the last block before it to one after it, how lines
    end, and whether a byte order mark comes first."""
    newline = _LINE_END.search(layout.document.text)
    near = layout.sheets[_before(layout, number) : number + 2]
    return newline[0] if newline else "", str(layout.sheets[0][0]), *(sheet.chunk.key or sheet.chunk.text for _, sheet in near)


def _before(layout: Layout, number: int) -> int:
    """The number of the nearest chunk before one that has blocks; its own if there is none."""
    return next((n for n in range(number - 1, -1, -1) if layout.sheets[n][1].chunk.blocks), number)


@dataclass(frozen=True, slots=True)
class _Place:
    """A list in its document. `before` is the block right before it in the same container, with its chunk's base."""

    layout: Layout
    number: int
    block: Block
    before: tuple[int, Block] | None
    uses: fold.Uses

    @staticmethod
    def of(layout: Layout, number: int, span: Span, uses: fold.Uses) -> _Place | None:
        """The place of the list at a span of a chunk."""
        base, sheet = layout.sheets[number]
        block = next((one for one in sheet.chunk.walk() if one.kind == "list" and one.span == span), None)
        if block is None:
            return None
        earlier = _before(layout, number)
        outside = (layout.sheets[earlier][0], layout.sheets[earlier][1].chunk.blocks[-1]) if earlier < number else None
        inner = [one.children for one in sheet.chunk.walk() if one.kind in ("quote", "footnote", "item")]
        for siblings, first in [(sheet.chunk.blocks, outside), *((children, None) for children in inner)]:
            before = first
            for other in siblings:
                if other is block:
                    return _Place(layout, number, block, before, uses)
                before = base, other
        return None

    @property
    def base(self) -> int:
        """The source offset of the list's chunk."""
        return self.layout.sheets[self.number][0]

    @property
    def sheet(self) -> Sheet:
        """The sheet of the list's chunk."""
        return self.layout.sheets[self.number][1]

    @property
    def chunk(self) -> Chunk:
        """The list's chunk."""
        return self.sheet.chunk

    @property
    def text(self) -> str:
        return self.layout.document.text

    @property
    def span(self) -> Span:
        """The list in the source."""
        return self.block.span.shifted(self.base)

    @property
    def stem(self) -> Passage | None:
        """The paragraph right before the list."""
        block = self.before[1] if self.before else None
        return block.passages[0] if block and block.kind == "paragraph" and block.passages else None

    @property
    def stem_end(self) -> int:
        """Where the stem's words end in the source."""
        return self.before[0] + self.stem.span.end if self.before and self.stem else self.span.start

    @property
    def prefix(self) -> str:
        """What every line of the list's container starts with: quote marks, indentation."""
        start = max(self.text.rfind("\n", 0, self.span.start), self.text.rfind("\r", 0, self.span.start)) + 1
        return str(re.sub(r"[^\s>]", " ", self.text[start : self.span.start]))


# The rewrites.


def _fold(place: _Place) -> tuple[Edit, ...] | None:
    items = _items(place)
    if items is None:
        return None
    stem = place.stem.text if place.stem else ""
    made = fold.folded(items, stem, place.uses)
    return None if made is None else _put(place, made.source, joined=stem.endswith(":"), opens=made.opens)


def _paragraphs(place: _Place) -> tuple[Edit, ...] | None:
    """Each item a paragraph, apart from the stem."""
    items = _items(place)
    made = fold.paragraphs(items, place.stem.text if place.stem else "") if items else None
    if made is None:
        return None
    found = _LINE_END.search(place.text)
    newline = found[0] if found else "\n"
    gap = f"{newline}{place.prefix.rstrip()}{newline}{place.prefix}"
    start = place.span.start if not place.stem or _parted(place) else place.stem_end
    words = gap.join(_wrapped(place, one, len(place.prefix), place.prefix) for one in made)
    edits = (Edit(Span(start, place.span.end), words if start == place.span.start else gap + words),)
    return edits if _proven(place, edits, lambda block: (_PARAGRAPH,) * len(made) if block is place.block else (block,)) else None


def _unwrap(place: _Place) -> tuple[Edit, ...] | None:
    items = _items(place)
    if items is None or len(items) != 1:
        return None
    stem = place.stem.text if place.stem else ""
    (item,) = place.block.children
    words = _flat(place, item.children[0].passages[0])
    if stem.endswith(":"):
        if not _ends(items[0].prose):
            words = re.sub(r"[,;]$", "", words) + "."
        return _put(place, words, joined=True)
    return _put(place, words, joined=False)


def _join(place: _Place) -> tuple[Edit, ...] | None:
    """Each nested single child on the line of its item."""
    edits: list[Edit] = []
    joined: list[Block] = []
    for item in place.block.children:
        if [child.kind for child in item.children] != ["paragraph", "list"] or item.task:
            continue
        paragraph, inner = item.children
        if len(inner.children) != 1 or not _simple(inner.children[0]) or not paragraph.passages:
            continue
        title, child = paragraph.passages[0], inner.children[0].children[0].passages[0]
        sign = "" if _ends(title.text) or title.text.endswith((":", ",", ";", "–", "—")) else ":" if child.text[:1].isupper() else ","
        edits.append(Edit(Span(title.span.end, child.span.end).shifted(place.base), f"{sign} {_flat(place, child)}"))
        joined.append(inner)
    made = tuple(edits)
    return made if made and _proven(place, made, lambda block: () if any(block is one for one in joined) else (block,)) else None


def _bullets(place: _Place) -> tuple[Edit, ...] | None:
    """Bullets in place of the numbers."""
    items = [item for item in place.block.children if item.marker]
    for sign in "-*+":
        edits = tuple(
            Edit(Span(item.span.start, item.span.start + len(item.marker)).shifted(place.base), sign) for item in items
        )
        plain = replace(
            place.block, ordered=False, children=tuple(replace(item, marker=sign) for item in place.block.children)
        )
        if edits and _proven(place, edits, lambda block, plain=plain: (plain if block is place.block else block,)):  # type: ignore[misc]
            return edits
    return None


_REWRITES: Mapping[str, tuple[str, Callable[[_Place], tuple[Edit, ...] | None]]] = {
    "bullets": ("Use plain bullets", _bullets),
    "fold": ("Fold the list into a paragraph", _fold),
    "join": ("Join each child to its item", _join),
    "paragraphs": ("Turn the items into paragraphs", _paragraphs),
    "unwrap": ("Take the bullet away", _unwrap),
}


# Items.


def _items(place: _Place) -> list[fold.Item] | None:
    """The items, each a single paragraph of prose; None where one is more than that."""
    out = []
    for block in place.block.children:
        if block.kind != "item" or not _simple(block):
            return None
        passage = block.children[0].passages[0]
        item = _item(place, passage)
        if item is None:
            return None
        out.append(item)
    return out


def _simple(item: Block) -> bool:
    """Whether an item is one paragraph without images, formulas, HTML or a box to tick."""
    if item.task or [child.kind for child in item.children] != ["paragraph"] or not item.children[0].passages:
        return False
    return not any(mark.kind in ("image", "math", "html", "break") for mark in item.children[0].passages[0].marks)


def _item(place: _Place, passage: Passage) -> fold.Item | None:
    reading = place.sheet.reading(passage)
    if not reading.label:
        strong = next((mark for mark in passage.marks if mark.kind == "strong" and mark.span.start == 0), None)
        if strong and strong.span.end < len(passage.text) and strong.span.of(passage.text).endswith((":", "?", ".", "–", "—")):
            return None  # a lead-in that is no plain label
        return fold.Item("", _flat(place, passage), passage.text)
    at = reading.label.end
    while at < len(passage.text) and passage.text[at].isspace():
        at += 1
    if at >= len(passage.text) or any(mark.span.start < at and (at < mark.span.end or mark.kind in _KEPT) for mark in passage.marks):
        return None
    start = min([passage.offsets.start_of(at), *(m.source.start for m in passage.marks if m.span and m.span.start == at)])
    return fold.Item(fold.reading_label(reading), _flat(place, passage, start), passage.text[at:], reading.bold_label)


def _flat(place: _Place, passage: Passage, start: int | None = None) -> str:
    """The source of a passage on one line, from a chunk offset on."""
    text, out = place.chunk.text, []
    at = passage.span.start if start is None else start
    for offset, char in enumerate(passage.text):
        if char == " ":
            space = passage.offsets.to_chunk(Span(offset, offset + 1))
            if space.start >= at and _LINE_END.search(space.of(text)):
                out += [text[at : space.start], " "]
                at = space.end
    return "".join([*out, text[at : passage.span.end]])


def _ends(prose: str) -> bool:
    return bool(re.search(r"[.!?…][\"'”’)]*$", prose))


# Putting a paragraph in place of the list.


def _put(place: _Place, words: str, *, joined: bool, opens: bool = False) -> tuple[Edit, ...] | None:
    """The edit that puts a paragraph in the list's place, or its words behind the stem."""
    span, prefix = place.span, place.prefix
    if not joined and place.stem and not _parted(place):
        joined = True  # on the next line the words would be the stem's in any case
    if joined:
        start = place.stem_end
        if opens:
            if place.text[start - 1 : start] != ":":
                return None
            start -= 1
        column = start - (max(place.text.rfind("\n", 0, start), place.text.rfind("\r", 0, start)) + 1)
        new = " " + words
        span = Span(start, span.end)
    else:
        new, column = words, len(prefix)
    made = (Edit(span, _wrapped(place, new, column, prefix)),)
    left = () if joined else (_PARAGRAPH,)
    return made if _proven(place, made, lambda block: left if block is place.block else (block,)) else None


def _parted(place: _Place) -> bool:
    """Whether a blank line stands between the stem and the list."""
    between = place.text[place.stem_end : place.span.start]
    return len(_LINE_END.findall(between)) > 1


def _wrapped(place: _Place, words: str, column: int, prefix: str) -> str:
    """The words in lines no longer than those around them, if those are wrapped; else as they are."""
    near = [child.children[0].passages[0] for child in place.block.children if child.children and child.children[0].passages]
    sources = [passage.span.shifted(place.base).of(place.text) for passage in near]
    if place.stem and place.before:
        sources.append(place.stem.span.shifted(place.before[0]).of(place.text))
    if not any(_LINE_END.search(one) for one in sources):
        return words
    newline = _LINE_END.search(place.text)
    width = min(max(_LEAST_WIDTH, *(len(line) for one in sources for line in _LINE_END.split(one))), _MOST_WIDTH)
    out, start, at = [], 0, 0
    for gap in [*_BREAKABLE.finditer(words), None]:
        end = gap.start() if gap else len(words)
        if column + end - start > width and at > start:
            out.append(words[start:at])
            blanks = _BLANKS.match(words, at)
            start, column = blanks.end() if blanks else at, len(prefix)
        at = end
    return f"{newline[0] if newline else chr(10)}{prefix}".join([*out, words[start:]])


# Proof.


def _proven(place: _Place, made: Sequence[Edit], meant: Meant) -> bool:
    """Whether the edited source has the blocks that were meant, and the links, code and notes that it had."""
    document = place.layout.document
    # One more chunk: what follows must not grow together with what is new.
    start = place.layout.number(place.before[0]) if place.before else place.number
    near = place.layout.sheets[start : place.number + 2]
    first, end = near[0][0], near[-1][0] + len(near[-1][1].chunk.text)
    text = apply(document.text[first:end], [Edit(edit.span.shifted(-first), edit.text) for edit in made])
    chunks = [(base, sheet.chunk) for base, sheet in near]
    # Equal chunks are one and the same object, so the place counts, too.
    old = [
        block
        for base, chunk in chunks
        for block in (_mapped(chunk.blocks, meant) if base == place.base else chunk.blocks)
    ]
    after = parse(text, document.format)
    new = [block for _, chunk in after.chunks for block in chunk.blocks]
    kept = source.pointers(block for _, chunk in chunks for block in chunk.blocks)
    return source.skeleton(new) == source.skeleton(old) and kept == source.pointers(new)


def _mapped(blocks: Sequence[Block], meant: Meant) -> list[Block]:
    """A tree with some blocks exchanged or gone."""
    out: list[Block] = []
    for block in blocks:
        made = meant(block)
        out += [replace(block, children=tuple(_mapped(block.children, meant)))] if made and made[0] is block else made
    return out
