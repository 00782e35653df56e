"""Where a comment goes that silences a rule in one place."""

from __future__ import annotations

from collections.abc import Iterator

from unmid.lsp.drafts import has_comments
from unmid.lsp.state import Analysis
from unmid.prose.model import Block, Document
from unmid.text.edits import Edit
from unmid.text.span import Span


def silencing(analysis: Analysis, span: Span, rule: str) -> Edit | None:
    """The edit that silences `rule` at `span`: a comment on its own line before the block, with the block's indentation.

    None where the format has no comments. At a list item with a check box, which a comment would push away from its
    marker, the comment stands at the end of the line.
    """
    if not has_comments(analysis.snapshot):
        return None
    comment = f"<!-- unmid-ignore {rule} -->"
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
    ending = lines[first][lines.end_of(first) - lines.starts[first] :] or "\n"
    return Edit(Span(block.start, block.start), comment + ending + _continued(prefix))


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
