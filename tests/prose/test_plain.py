"""Plain text: paragraphs, and the lists that writers type."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from unmid.prose.formats import parse
from unmid.prose.model import PLACEHOLDER, Block, Document
from unmid.prose.plain import parse_chunk


def outline(text: str, blocks: tuple[Block, ...], depth: int = 0) -> Iterator[str]:
    """One line a block: kind, marker, `source`, and the passage."""
    for block in blocks:
        line = f"{'  ' * depth}{block.kind}{block.level or ''} {block.marker}".rstrip()
        line += " ordered" if block.ordered else ""
        if block.passages:
            (passage,) = block.passages
            assert passage.span == block.span
            line += f": {passage.kind}[{'/'.join(passage.path)}] {block.span.of(text)!r} -> {passage.text!r}"
        yield line
        yield from outline(text, block.children, depth + 1)


BLOCKS = {
    "paragraphs": (
        "One *plain*\n  line.  \n \t\nTwo.\n\n\n",
        [
            r"paragraph: paragraph[] 'One *plain*\n  line.' -> 'One *plain* line.'",
            "paragraph: paragraph[] 'Two.' -> 'Two.'",
        ],
    ),
    "list after its stem, items over several lines": (
        "Pack:\n- a coat,\n  warm\n- boots\nand socks\n\n- soap\n\nThen go.\n",
        [
            "paragraph: paragraph[] 'Pack:' -> 'Pack:'",
            "list1",
            "  item -",
            r"    paragraph: list-item[list/item] 'a coat,\n  warm' -> 'a coat, warm'",
            "  item -",
            r"    paragraph: list-item[list/item] 'boots\nand socks' -> 'boots and socks'",
            "  item -",
            "    paragraph: list-item[list/item] 'soap' -> 'soap'",
            "paragraph: paragraph[] 'Then go.' -> 'Then go.'",
        ],
    ),
    "numbers, nested bullets, another paragraph": (
        "1. one\n   * sub\n   * sub two\n2. two\n\n   more of two\n",
        [
            "list1 ordered",
            "  item 1.",
            "    paragraph: list-item[list/item] 'one' -> 'one'",
            "    list2",
            "      item *",
            "        paragraph: list-item[list/item/list/item] 'sub' -> 'sub'",
            "      item *",
            "        paragraph: list-item[list/item/list/item] 'sub two' -> 'sub two'",
            "  item 2.",
            "    paragraph: list-item[list/item] 'two' -> 'two'",
            "    paragraph: list-item[list/item] 'more of two' -> 'more of two'",
        ],
    ),
    "another marker, another list": (
        "- a\n• b\n",
        [
            "list1",
            "  item -",
            "    paragraph: list-item[list/item] 'a' -> 'a'",
            "list1",
            "  item •",
            "    paragraph: list-item[list/item] 'b' -> 'b'",
        ],
    ),
    "a number that wraps to a line's start begins no list": (
        "We met in the year\n84. It rained -\n-5 degrees.\n",
        [
            r"paragraph: paragraph[] 'We met in the year\n84. It rained -\n-5 degrees.'"
            " -> 'We met in the year 84. It rained - -5 degrees.'",
        ],
    ),
    "addresses": (
        "See www.a.example/x, or http://b.example.\n",
        [
            "paragraph: paragraph[] 'See www.a.example/x, or http://b.example.'"
            f" -> 'See {PLACEHOLDER}, or {PLACEHOLDER}.'",
        ],
    ),
    "nothing": (" \n\t\n", []),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks(name: str) -> None:
    text, expected = BLOCKS[name]
    assert list(outline(text, parse_chunk(text))) == expected


def test_addresses_are_marked() -> None:
    text = "See www.a.example, now"
    (block,) = parse_chunk(text)
    (mark,) = block.passages[0].marks
    assert (mark.kind, mark.source.of(text)) == ("link", "www.a.example")


def described(block: Block, base: int) -> tuple[object, ...]:
    texts = tuple((p.kind, p.text, p.span.shifted(base), p.path) for p in block.passages)
    children = tuple(described(child, base) for child in block.children)
    return (block.kind, block.span.shifted(base), block.marker, block.level, texts, children)


_TEXT = st.lists(
    st.sampled_from(
        [
            "tea ",
            "- ",
            "• ",
            "1. ",
            "2) ",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "  ",
            "\t",
            "🙂",
            "\u2028",
            "\x0c",
            "\u00a0",
            "www.a.b ",
        ]
    )
).map("".join)


@settings(max_examples=300, deadline=None)
@example("- tea \n\n\u2028\n- tea ")
@given(_TEXT)
def test_chunks_parse_as_the_whole_does(check: Callable[[Document], None], text: str) -> None:
    document = parse(text, "plain")
    check(document)
    whole = [described(block, 0) for block in parse_chunk(text)]
    assert [described(block, base) for base, block in document.blocks()] == whole
