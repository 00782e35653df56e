"""What must hold for every parsed text, whatever the format."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from unmid.prose.model import PLACEHOLDER, Chunk, Document, Passage
from unmid.text.span import Span

_WRITTEN = {"latex": "\\&`'-}", "rst": "\\", "asciidoc": "\\\"'`"}
"""How a character may begin that is written with other characters, by format."""


def _check_passage(chunk: Chunk, passage: Passage) -> None:
    text, runs = passage.text, passage.offsets.runs
    assert text
    assert not text[0].isspace()
    assert not text[-1].isspace()
    assert "  " not in text
    reached = source_reached = 0
    for start, end, source_start, source_end in runs:
        assert start == reached < end
        assert source_reached <= source_start < source_end
        assert end - start in (1, source_end - source_start)
        reached, source_reached = end, source_end
    assert reached == len(text)
    assert passage.span.start <= runs[0][2]
    assert source_reached <= passage.span.end
    for offset, character in enumerate(text):
        source = passage.offsets.to_chunk(Span(offset, offset + 1)).of(chunk.text)
        if character in (PLACEHOLDER, " "):
            assert source
        else:
            assert source == character or source[0] in _WRITTEN.get(chunk.format, "&\\")
    for mark in passage.marks:
        assert 0 <= mark.span.start <= mark.span.end <= len(text)
        assert passage.span.covers(mark.source)


def _check(document: Document) -> None:
    base = 0
    for start, chunk in document.chunks:
        assert start == base
        base += len(chunk.text)
        for block in chunk.walk():
            assert 0 <= block.span.start <= block.span.end <= len(chunk.text)
            for child in block.children:
                assert block.span.covers(child.span)
        for passage in chunk.passages():
            _check_passage(chunk, passage)
    assert "".join(chunk.text for _, chunk in document.chunks) == document.text


@pytest.fixture(scope="session")
def check() -> Callable[[Document], None]:
    """Assert that chunks tile the text, that blocks nest and that each character of each passage leads home."""
    return _check
