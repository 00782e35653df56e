"""Where a comment goes that silences a rule in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from unmid.lsp.drafts import comment_for
from unmid.lsp.state import Analysis
from unmid.prose.model import Block, Document
from unmid.text.edits import Edit
from unmid.text.lines import LineIndex
from unmid.text.span import Span

_MARKER: Final = re.compile(r"\s*(?:(?:[-+*•]|\(?\w{1,9}[.)])\s+)+")


def silencing(analysis: Analysis, span: Span, rule: str) -> Edit | None:
    """The edit that silences `rule` at `span`: a comment on its own line before the block, with the block's indentation.

    None where the format has no comments. At a list item with a check box, which a comment would push away from its
    marker, the comment stands at the end of the line.
    """
    pattern = comment_for(analysis.snapshot)
    if not pattern:
        return None
    comment = pattern.format(f"unmid-ignore {rule}")
    if analysis.document.format != "markdown":
        return _beside(analysis, span, comment)
    text, lines = analysis.snapshot.text, analysis.snapshot.lines
    line = lines.line_of(span.start)
    block, boxed = _block(analysis.document, span)
    if block is None:
        return None
    if boxed:
        end = lines.end_of(line)
        return Edit(Span(end, end), f" {comment}")
    first = lines.line_of(block.start)
    prefix = text[lines.starts[first] : block.start]
    return Edit(Span(block.start, block.start), comment + _line_end(lines, first) + _continued(prefix))


def _beside(analysis: Analysis, span: Span, comment: str) -> Edit | None:
    """The comment in a format whose comments end with their line.

    In AsciiDoc it would cut a list in two, so it stands before the whole of it. In reStructuredText a blank line follows,
    since the comment would take what is indented below it. In LaTeX words behind an `\\item` get it at the line's end.
    """
    text, lines, format = analysis.snapshot.text, analysis.snapshot.lines, analysis.document.format
    way = _way(analysis.document, span)
    if not way:
        return None
    whole = ("list", "definitions") if format == "asciidoc" else ("definitions", "table")
    base, block = next((one for one in way if one[1].kind in whole), way[-1])
    start = block.span.start + base
    first = lines.line_of(start)
    prefix = text[lines.starts[first] : start]
    if format == "latex" and prefix.strip():
        line = lines.line_of(span.start)
        end = lines.end_of(line)
        return None if "%" in lines[line] else Edit(Span(end, end), f" {comment}")
    gap = _line_end(lines, first) * (2 if format == "rst" else 1)
    if format == "rst" and _MARKER.fullmatch(prefix):
        return Edit(Span(start, start), comment + gap + _continued(prefix))
    at = lines.starts[first]
    indent = prefix[: len(prefix) - len(prefix.lstrip())] if format != "asciidoc" else ""
    return Edit(Span(at, at), indent + comment + gap)


def _line_end(lines: LineIndex, line: int) -> str:
    return lines[line][lines.end_of(line) - lines.starts[line] :] or "\n"


def _way(document: Document, span: Span) -> list[tuple[int, Block]]:
    """The blocks that hold a span, outermost first, each with its base; notes and items go with their paragraph or list."""
    for base, top in document.blocks():
        if top.span.shifted(base).meets(span):
            way = [top]
            while inner := next((one for one in way[-1].children if one.span.shifted(base).covers(span) and one.kind != "footnote"), None):
                way.append(inner)
            return [(base, block) for block in way if block.kind not in ("item", "row") or block is top]
    return []


def _continued(prefix: str) -> str:
    """How a further line begins in the block whose first line begins with `prefix`: list markers are blank there."""
    return "".join(character if character in "> \t" else " " for character in prefix)


def _block(document: Document, span: Span) -> tuple[Span | None, bool]:
    """The source of the block to silence, and whether it is the first in an item with a check box.

    The innermost block that holds all of the span; for a span of several blocks, such as a section, the first of them.
    """
    found: tuple[Span | None, bool] = None, False
    for base, top in document.blocks():
        if not top.span.shifted(base).meets(span):
            continue
        found = top.span.shifted(base), False
        for block, box in _ways(top, False):
            # A comment inside a table would be a cell, and before an item it would cut the list in two.
            if block.kind not in ("item", "row") and block.span.shifted(base).covers(span):
                found = block.span.shifted(base), box
        break
    return found


def _ways(block: Block, box: bool) -> Iterator[tuple[Block, bool]]:
    yield block, box
    for number, child in enumerate(block.children):
        yield from _ways(child, block.kind == "item" and block.task and number == 0)
