"""Take out blocks that a fix has emptied: a paragraph, a list item, a list, with the blank line that set them off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from unmid.lint import source
from unmid.prose.formats import parse_chunk
from unmid.prose.model import PLACEHOLDER, Block, Chunk, Passage
from unmid.text.edits import Edit, apply
from unmid.text.span import Span

LED = ("list", "table", "code", "math", "quote", "rule")
"""Blocks that a line with a colon leads into."""
_BARE = ("markdown", "plain")
"""Formats whose blocks have no frame but the marks in front of their lines."""
_QUOTED = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*")
_BLANK = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*(?:\r\n|\r|\n|\Z)")


def way_to(blocks: Sequence[Block], passage: Passage) -> tuple[Block, ...]:
    """The blocks that hold a passage, outermost first; empty if none does."""
    for block in blocks:
        if any(one is passage or one == passage for one in block.passages):
            return (block,)
        if inner := way_to(block.children, passage):
            return (block, *inner)
    return ()


def follower(blocks: Sequence[Block], passage: Passage) -> str:
    """The kind of the block that follows a passage's own in the same container; empty if none does."""
    way = way_to(blocks, passage)
    siblings = list(way[-2].children if len(way) > 1 else blocks)
    after = siblings[siblings.index(way[-1]) + 1 :] if way else []
    return next((block.kind for block in after if block.kind != "comment"), "")


def remove(chunk: Chunk, passage: Passage) -> tuple[Edit, ...] | None:
    """The edit that takes out the block that a passage fills; None where something else would go or be orphaned.

    A heading and a table cell are never emptied, a footnote has its reference, and code, links, images and notes are not
    ours to throw away.
    """
    way = way_to(chunk.blocks, passage)
    if not way or way[-1].kind != "paragraph" or any(mark.kind == "link" or (not mark.span and mark.kind != "break") for mark in passage.marks):
        return None
    if PLACEHOLDER in passage.text or any(block.kind == "footnote" and len(block.children) == 1 for block in way):
        return None
    depth = len(way) - 1
    while depth and len(way[depth - 1].children) == 1:
        depth -= 1
    gone = way[depth]
    if gone.kind == "paragraph" and depth and way[depth - 1].kind == "item" and way[depth - 1].children[0] is gone:
        return _lifted(chunk, gone, way[depth - 1])
    span = lines_of(chunk.text, gone)
    if span is None or (chunk.format not in _BARE and not _goes(chunk, way[: depth + 1], span)):
        return None
    return (Edit(span, ""),)


def _lifted(chunk: Chunk, gone: Block, item: Block) -> tuple[Edit, ...] | None:
    """The edit that takes an item's first paragraph out and puts the next one behind the marker; None where that is no paragraph.

    A list under the words hangs on them: it has no place of its own among the items around it.
    """
    after = item.children[1]
    if after.kind != "paragraph" or not after.passages:
        return None
    made = (Edit(Span(gone.passages[0].span.start, after.passages[0].span.start), ""),)
    left = parse_chunk(apply(chunk.text, made), chunk.format, chunk.context)
    return made if source.outline(left) == source.outline(_without(chunk.blocks, gone)) else None


def _goes(chunk: Chunk, way: Sequence[Block], span: Span) -> bool:
    """Whether the last block of a way goes with these lines and nothing else: a paragraph of the text, or one of several items.

    Lines that frame a block, such as `\\begin{quote}`, would be left without it.
    """
    gone = way[-1]
    if gone.kind not in ("paragraph", "item") or gone.children[1:] or (gone.kind == "paragraph" and len(way) > 1):
        return False
    line = _after_line(chunk.text, gone.span.end)
    if chunk.text[gone.span.end : line].strip() or not (gone.kind == "item" or _blank_before(chunk.text, span.start)):
        return False
    after = chunk.blocks[chunk.blocks.index(way[0]) + 1 :]
    if len(way) == 1 and after and after[0].kind not in ("paragraph", "heading"):
        return False  # would belong to what stands above
    left = parse_chunk(apply(chunk.text, [Edit(span, "")]), chunk.format, chunk.context)
    return source.outline(left) == source.outline(_without(chunk.blocks, gone))


def _without(blocks: Sequence[Block], gone: Block) -> tuple[Block, ...]:
    return tuple(replace(block, children=_without(block.children, gone)) for block in blocks if block is not gone)


def lines_of(text: str, block: Block) -> Span | None:
    """The lines of a block and the blank line that would be left double without it; None if it shares its first line."""
    start = _line_start(text, block.span.start)
    if not _QUOTED.fullmatch(text, start, block.span.start):
        return None
    end = _after_line(text, block.span.end)
    if _blank_before(text, start):
        while end < len(text) and (blank := _BLANK.match(text, end)) and blank.end() > end:
            end = blank.end()
    return Span(start, end)


def settled(text: str, made: Sequence[Edit]) -> tuple[Edit, ...]:
    """Edits of the whole source, so that taking out its last block leaves no blank lines at its end."""
    *others, last = made
    start = last.span.start
    if last.text or last.span.end < len(text) or not start or text[start - 1] not in "\r\n":
        return tuple(made)
    while start and _blank_before(text, start):
        start = _line_start(text, _line_end_before(text, start))
    return (*others, Edit(Span(start, last.span.end), ""))


def merges(before: str, blocks: Sequence[Block], made: Sequence[Edit]) -> bool:
    """Whether taking out a chunk's first block lets what follows run into the block `before` the chunk (its kind).

    An item always belongs to the list before it, and so does what is indented; only the gone paragraph kept them apart.
    """
    follower = next((block.kind for block in blocks[1:] if block.kind != "comment"), "")
    return before == "list" and follower in ("list", "code") and any(not e.text and e.span.covers(blocks[0].span) for e in made)


def strands(after: str, text: str, made: Sequence[Edit]) -> bool:
    """Whether a chunk loses the colon that leads into the block `after` the chunk (its kind)."""
    return after in LED and text.rstrip().endswith(":") and not apply(text, made).rstrip().endswith(":")


def _blank_before(text: str, start: int) -> bool:
    """Whether the line before is blank; the start of a chunk follows a blank line, if it follows anything."""
    return start == 0 or bool(_BLANK.fullmatch(text, _line_start(text, _line_end_before(text, start)), start))


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end_before(text: str, start: int) -> int:
    """Where the words of the line before end, for the start of a line."""
    return start - 2 if text.startswith("\r\n", start - 2) else start - 1


def _after_line(text: str, at: int) -> int:
    found = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)").match(text, at)
    return int(found.end()) if found else len(text)
