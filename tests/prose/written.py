"""Documents written down: one line a block, and everything about a block, to compare parses by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from unmid.prose.formats import parse, parse_chunk
from unmid.prose.model import Block, Passage


def outline(text: str, blocks: Sequence[Block], depth: int = 0) -> Iterator[str]:
    """One line a block: kind, attributes, `source`, then its passages with their markup."""
    for block in blocks:
        attributes = [block.kind]
        attributes += [str(block.level)] if block.level else []
        attributes += ["ordered"] if block.ordered else []
        attributes += [f"<{block.marker}>"] if block.marker else []
        attributes += ["task"] if block.task else []
        yield f"{'  ' * depth}{' '.join(attributes)}: {block.span.of(text)!r}"
        for passage in block.passages:
            yield f"{'  ' * depth}= {passage.kind}[{'/'.join(passage.path)}] {passage.text!r}"
        yield from outline(text, block.children, depth + 1)


def only(text: str, format: str) -> Passage:
    """The first passage of a text that is one paragraph."""
    ((_, passage), *notes) = parse(text, format).passages()
    assert all("footnote" in note.path for _, note in notes)
    return passage


def marks(text: str, passage: Passage) -> list[tuple[str, str, str]]:
    """The markup of a passage: kind, words, source."""
    return [(mark.kind, mark.span.of(passage.text), mark.source.of(text)) for mark in passage.marks]


def described(block: Block, base: int) -> tuple[Any, ...]:
    """Everything about a block, in source coordinates."""
    return (
        *(block.kind, block.span.shifted(base), block.level, block.ordered, block.marker, block.task, block.info),
        tuple(
            (
                *(p.kind, p.text, p.span.shifted(base), p.path),
                tuple((start, end, a + base, b + base) for start, end, a, b in p.offsets.runs),
                tuple((m.kind, m.span, m.source.shifted(base)) for m in p.marks),
            )
            for p in block.passages
        ),
        tuple(described(child, base) for child in block.children),
    )


def in_chunks(text: str, format: str) -> list[tuple[Any, ...]]:
    """The blocks of a text as its chunks have them."""
    return [described(block, base) for base, block in parse(text, format).blocks()]


def whole(text: str, format: str) -> list[tuple[Any, ...]]:
    """The blocks of a text that is parsed in one piece."""
    chunks = parse(text, format).chunks
    return [described(block, 0) for block in parse_chunk(text, format, chunks[0][1].context if chunks else ())]


def drafts(pieces: Sequence[str]) -> st.SearchStrategy[str]:
    """Texts put together from pieces of markup, words and line ends of one kind."""
    every = st.sampled_from([*pieces, "tea", "a b", "Käse 🙂", "\u2028", "\x0c", "\u00a0", " ", "\n", "\n", "\n\n", "\n\n", "\n\n"])
    texts = st.lists(every, max_size=24).map("".join)
    return st.builds(lambda text, end: text.replace("\n", end), texts, st.sampled_from(["\n", "\r\n", "\r"]))
