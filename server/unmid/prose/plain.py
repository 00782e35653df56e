"""Plain text to blocks and passages: paragraphs between blank lines, and the lists that writers type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from unmid.prose.compose import Composer, urls
from unmid.prose.model import Block, Passage
from unmid.text.span import Span

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_ITEM = re.compile(r"([ \t]*)([-*•]|\d{1,3}[.)])[ \t\u00a0]+(?=\S)")
_TAB = 4
_MAX_NESTING = 20


def parse_chunk(text: str) -> tuple[Block, ...]:
    """The blocks of `text`: paragraphs and lists."""
    return tuple(_blocks(text, list(_lines(text)), (), 1))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line, line end excluded."""
    for match in _LINE.finditer(text):
        if match.start() < len(text):
            yield match.span(1)


def _indent(text: str, start: int, end: int) -> int:
    """Columns of white space before the first character."""
    body = text[start:end]
    return len(body[: len(body) - len(body.lstrip(" \t"))].expandtabs(_TAB))


def _blocks(
    text: str, lines: Sequence[tuple[int, int]], path: tuple[str, ...], level: int
) -> Iterator[Block]:
    """Blocks of consecutive lines. Items nest by indentation."""
    paragraph: list[tuple[int, int]] = []
    items: list[tuple[int, re.Match[str], list[tuple[int, int]]]] = []  # indent, marker, lines after it
    blank = True

    def flush_paragraph() -> Iterator[Block]:
        if paragraph:
            yield from _some(_paragraph(text, paragraph, path))
            paragraph.clear()

    def flush_items() -> Iterator[Block]:
        if items:
            yield _list(text, items, path, level)
            items.clear()

    for start, end in lines:
        if not text[start:end].strip():
            yield from flush_paragraph()
            blank = True
            if items:
                items[-1][2].append((start, end))
            continue
        match = _ITEM.match(text, start, end) if level <= _MAX_NESTING else None
        indent = _indent(text, start, end)
        if items and indent >= items[-1][0] + 2:
            items[-1][2].append((start, end))  # the item goes on, or holds a list of its own
        elif match and _begins(match, items):
            yield from flush_paragraph()
            if items and not _alike(items[-1][1], match):
                yield from flush_items()
            items.append((indent, match, [(match.end(), end)]))
        elif items and not blank:
            items[-1][2].append((start, end))
        else:
            yield from flush_items()
            paragraph.append((start, end))
        blank = False
    yield from flush_paragraph()
    yield from flush_items()


def _begins(match: re.Match[str], items: Sequence[tuple[int, re.Match[str], object]]) -> bool:
    """Whether a line that looks like an item begins one: numbers count only from 1 or from the item before."""
    marker = match[2]
    if not marker[0].isdigit():
        return True
    before = items[-1][1][2] if items else ""
    return int(marker[:-1]) == 1 or (before[:-1].isdigit() and int(marker[:-1]) == int(before[:-1]) + 1)


def _alike(one: re.Match[str], other: re.Match[str]) -> bool:
    return one[2][-1] == other[2][-1]


def _list(
    text: str,
    items: Sequence[tuple[int, re.Match[str], list[tuple[int, int]]]],
    path: tuple[str, ...],
    level: int,
) -> Block:
    blocks: list[Block] = []
    inner = (*path, "list", "item")
    for _, match, lines in items:
        children = tuple(_blocks(text, lines, inner, level + 1))
        start = match.start(2)
        end = children[-1].span.end if children else match.end(2)
        blocks.append(Block("item", Span(start, end), children, marker=match[2]))
    span = Span(blocks[0].span.start, blocks[-1].span.end)
    return Block("list", span, tuple(blocks), level=level, ordered=blocks[0].marker[0].isdigit())


def _paragraph(text: str, lines: Sequence[tuple[int, int]], path: tuple[str, ...]) -> Block | None:
    passage = _passage(text, lines[0][0], lines[-1][1], path)
    return Block("paragraph", passage.span, passages=(passage,)) if passage else None


def _passage(text: str, start: int, end: int, path: tuple[str, ...]) -> Passage | None:
    body = text[start:end]
    start, end = start + len(body) - len(body.lstrip()), end - len(body) + len(body.rstrip())
    composer = Composer(text)
    at = start
    for first, last in urls(text[start:end]).items():
        composer.prose(at, start + first)
        at = start + last
        composer.placeholder("link", start + first, at)
    composer.prose(at, end)
    return composer.finish("list-item" if "item" in path else "paragraph", Span(start, end), path)


def _some(block: Block | None) -> Iterator[Block]:
    if block:
        yield block
