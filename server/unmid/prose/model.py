"""What a format's parser makes of a source text.

Three coordinate systems meet here; all count code points and all ranges are half-open.

- *source*: the text of the whole document;
- *chunk*: the text of one chunk, which starts at some source offset (its base);
- *passage*: the clean prose of one paragraph, heading, list item or table cell.

Everything inside a `Chunk` is in chunk coordinates, so that a chunk can be kept and moved when the text around it
changes. `OffsetMap` leads from a passage to its chunk; adding the chunk's base leads to the source.
LSP positions exist only in `unmid.lsp`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from unmid.text.span import Span

PLACEHOLDER = "\ufffc"
"""Stands in a passage for what is not prose (inline code, math, an image, raw HTML): one per element."""


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where each character of a passage stands in its chunk.

    `runs` are `(passage start, passage end, chunk start, chunk end)`, sorted, without gaps in the passage.
    A run either has the same length on both sides (plain characters) or stands for a single passage character that
    replaces several source characters: collapsed white space, an entity, an escape, a placeholder.
    """

    runs: tuple[tuple[int, int, int, int], ...]

    def _run(self, offset: int) -> tuple[int, int, int, int]:
        return self.runs[max(bisect_right(self.runs, offset, key=lambda run: run[0]) - 1, 0)]

    def start_of(self, offset: int) -> int:
        """Where the source of the passage character at `offset` starts."""
        if not self.runs:
            return 0
        start, end, source_start, source_end = self._run(offset)
        if offset >= end:
            return source_end
        return source_start + (offset - start) if end - start == source_end - source_start else source_start

    def end_of(self, offset: int) -> int:
        """Where the source of the passage character at `offset - 1` ends."""
        if not self.runs:
            return 0
        if offset <= 0:
            return self.runs[0][2]
        start, end, source_start, source_end = self._run(offset - 1)
        return source_start + (offset - start) if end - start == source_end - source_start else source_end

    def to_chunk(self, span: Span) -> Span:
        """The source of a passage span, in chunk coordinates, from its first character to its last."""
        start = self.start_of(span.start)
        return Span(start, max(start, self.end_of(span.end)))


@dataclass(frozen=True, slots=True)
class Mark:
    """Inline markup inside a passage.

    `kind` is one of code, math, image, html, footnote, break (these show as one placeholder character, footnote marks and
    breaks as nothing or a space), link, strong, emphasis, strike, span (words in some other dress). html is whatever
    shows nothing, in any format. `span` is in passage coordinates; `source` is in chunk coordinates and includes the
    delimiters: `**`, `[` and `](url)`, back-ticks, `\\emph{` and `}`.
    """

    kind: str
    span: Span
    source: Span


@dataclass(frozen=True, slots=True)
class Passage:
    """The clean prose of one block: markup gone, white-space runs collapsed to one space, none at either end.

    `kind` is paragraph, heading, list-item (every paragraph inside a list item) or table-cell.
    `path` names the enclosing blocks, outermost first: any of quote, list, definitions, item, table, footnote.
    `span` is the block's inline content in chunk coordinates, without block prefixes such as `- `, `> ` or `## `.
    """

    kind: str
    text: str
    offsets: OffsetMap
    span: Span
    marks: tuple[Mark, ...] = ()
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A node of the document's block tree, in chunk coordinates.

    `kind` is one of paragraph, heading, list, definitions, item, quote, code, html, comment, math, table, row, rule,
    front-matter, footnote. A list's span starts at its first item's marker; an item's span starts at its marker.
    Definitions are a list of terms with what is said of each: a glossary, no list of points. A footnote that is written
    in its sentence is a child of the paragraph or heading.
    Leaf blocks that hold prose carry their `passages` (one, but for a table row, which holds one a cell).
    """

    kind: str
    span: Span
    children: tuple[Block, ...] = ()
    passages: tuple[Passage, ...] = ()
    level: int = 0
    """Heading level, 1 to 6; for lists the nesting depth, 1 for an outermost one."""
    ordered: bool = False
    """An ordered list."""
    marker: str = ""
    """An item's marker as written: `-`, `*`, `3.`, `•`."""
    task: bool = False
    """An item with a check box."""
    info: str = ""
    """The info string of a fenced code block; the text of a comment or front matter."""

    def walk(self) -> Iterator[Block]:
        """This block and all below it, in source order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole blocks that parses the same wherever it stands. `text` is its source.

    `context` is what it had to know of the rest of the document: the labels of links.
    """

    text: str
    blocks: tuple[Block, ...]
    key: str = field(compare=False, default="")
    """Identifies text, format and context together: equal keys mean equal chunks."""
    defines: frozenset[str] = field(compare=False, default=frozenset())
    """The (normalised) labels that it defines for links anywhere in the document."""
    format: str = field(compare=False, default="markdown")
    context: frozenset[str] = field(compare=False, default=frozenset())

    def walk(self) -> Iterator[Block]:
        """All blocks, in source order."""
        for block in self.blocks:
            yield from block.walk()

    def passages(self) -> Iterator[Passage]:
        """All passages, in source order."""
        for block in self.walk():
            yield from block.passages


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed text: its chunks with the source offset at which each stands."""

    text: str
    chunks: tuple[tuple[int, Chunk], ...]
    format: str = "markdown"

    @property
    def labels(self) -> frozenset[str]:
        """The (normalised) labels that are defined for links."""
        return frozenset(label for _, chunk in self.chunks if chunk.defines for label in chunk.defines)

    @property
    def front_matter(self) -> str:
        """The text of the front matter; empty if there is none."""
        for _, chunk in self.chunks[:1]:
            for block in chunk.blocks[:1]:
                return block.info if block.kind == "front-matter" else ""
        return ""

    def passages(self) -> Iterator[tuple[int, Passage]]:
        """All passages in source order, each with the base of its chunk."""
        for base, chunk in self.chunks:
            for passage in chunk.passages():
                yield base, passage

    def blocks(self) -> Iterator[tuple[int, Block]]:
        """All top-level blocks in source order, each with the base of its chunk."""
        for base, chunk in self.chunks:
            for block in chunk.blocks:
                yield base, block
