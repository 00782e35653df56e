"""Offsets and positions, against a model that walks the text one character at a time."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from unmid.text.edits import Edit
from unmid.text.lines import Encoding, LineIndex
from unmid.text.span import Span

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")

PIECES = [
    "a", "word", " ", "é", "e\u0301", "“", "中", "😀", "👩\u200d👧", "𐐀",
    "\n", "\r", "\r\n",
    "\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\x00", "\ufeff",
    "\ud83d", "\ude00",
]  # fmt: skip
"""Line ends, what Python alone takes for line ends, characters of every width, combining marks, lone surrogates."""

texts = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)
encodings = st.sampled_from(ENCODINGS)
places = st.one_of(st.integers(-2, 8), st.integers(9, 24), st.sampled_from([-(2**31), 2**31 - 1]))


def width(character: str, encoding: Encoding) -> int:
    """Code units of one character."""
    code = ord(character)
    if encoding == "utf-8":
        return 1 + (code >= 0x80) + (code >= 0x800) + (code >= 0x10000)
    if encoding == "utf-16":
        return 1 + (code >= 0x10000)
    return 1


def model_positions(text: str, encoding: Encoding) -> list[tuple[int, int] | None]:
    """The position of every offset, the end of the text included; None between `\\r` and `\\n`."""
    positions: list[tuple[int, int] | None] = []
    line = column = 0
    previous = ""
    for character in text:
        if previous == "\r" and character == "\n":
            # The carriage return has been taken for a line end of its own; the line ends here instead.
            positions.append(None)
            previous = character
            continue
        positions.append((line, column))
        if character in "\r\n":
            line, column = line + 1, 0
        else:
            column += width(character, encoding)
        previous = character
    return [*positions, (line, column)]


def model_offset(text: str, line: int, column: int, encoding: Encoding) -> int:
    """The last offset on the line whose column is not past the one asked for."""
    positions = model_positions(text, encoding)
    last = positions[-1]
    assert last is not None
    if line < 0:
        return 0
    if line > last[0]:
        return len(text)
    return max(
        offset
        for offset, position in enumerate(positions)
        if position is not None and position[0] == line and position[1] <= max(column, 0)
    )


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("", (0,)),
        ("a", (0,)),
        ("a\n", (0, 2)),
        ("a\r\nb\rc\nd", (0, 3, 5, 7)),
        ("\r\r\n\n", (0, 1, 3, 4)),
        ("\n\r", (0, 1, 2)),
        ("a\u2028b\u2029c\x85d\ve\ff\x1cg\x1dh\x1ei\n", (0, 18)),
    ],
)
def test_lines_end_where_the_protocol_says(text: str, starts: tuple[int, ...]) -> None:
    """Line feed, carriage return, and both; no other character starts a line."""
    assert LineIndex(text).starts == starts


def test_the_index_is_a_sequence_of_lines() -> None:
    """Lines come with the characters that end them; the last one may be empty."""
    index = LineIndex("a\r\nb\u2028c\rd\n")
    assert list(index) == ["a\r\n", "b\u2028c\r", "d\n", ""]
    assert index[-2] == "d\n"
    assert index[1:3] == ["b\u2028c\r", "d\n"]
    with pytest.raises(IndexError):
        index[4]


@given(texts)
def test_the_lines_make_up_the_text(text: str) -> None:
    """No character is lost or doubled between lines."""
    assert "".join(LineIndex(text)) == text


@given(texts)
def test_line_of_and_end_of(text: str) -> None:
    """A character belongs to the line that it ends; a line's words stop before what ends it."""
    index = LineIndex(text)
    for offset, position in enumerate(model_positions(text, "utf-32")):
        if position is None:
            assert index.line_of(offset) == index.line_of(offset - 1)
        else:
            assert index.line_of(offset) == position[0]
            assert (offset == index.end_of(position[0])) == (text[offset : offset + 1] in ("", "\r", "\n"))


@pytest.mark.parametrize(
    ("encoding", "columns"),
    [("utf-8", [0, 1, 2, 6, 9, 12]), ("utf-16", [0, 1, 2, 4, 5, 6]), ("utf-32", [0, 1, 2, 3, 4, 5])],
)
def test_columns_count_units_of_the_encoding(encoding: Encoding, columns: list[int]) -> None:
    """Letters, an emoji, a curly quote and a full-width character, each by its own width."""
    index = LineIndex("\nab😀“中")
    assert [index.offset_to_position(offset, encoding) for offset in range(1, 7)] == [
        (1, column) for column in columns
    ]
    assert [index.position_to_offset(1, column, encoding) for column in columns] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("encoding", "offsets"),
    [
        ("utf-8", [1, 2, 2, 2, 2, 3, 3, 4, 4]),
        ("utf-16", [1, 2, 2, 3, 4, 4, 4, 4, 4]),
        ("utf-32", [1, 2, 3, 4, 4, 4, 4, 4, 4]),
    ],
)
def test_a_column_inside_a_character_is_its_start(encoding: Encoding, offsets: list[int]) -> None:
    """Half an emoji or half an accented letter rounds down; past the end of the line is the end of the line."""
    index = LineIndex("\na😀é\r\nb")
    assert [index.position_to_offset(1, column, encoding) for column in range(9)] == offsets


@given(texts, encodings)
@example("", "utf-16")
@example("\r\n", "utf-16")
@example("a\u2028😀\r", "utf-16")
def test_offset_to_position_is_what_walking_finds(text: str, encoding: Encoding) -> None:
    """At every offset; between `\\r` and `\\n` it is the position before both."""
    index = LineIndex(text)
    positions = model_positions(text, encoding)
    for offset, position in enumerate(positions):
        expected = positions[offset - 1] if position is None else position
        assert index.offset_to_position(offset, encoding) == expected


@given(texts, encodings, places, places)
@example("ab", "utf-16", 0, -1)
@example("a\nb😀", "utf-16", 1, -(2**31))
@example("ab", "utf-8", -1, 1)
def test_position_to_offset_is_what_walking_finds(
    text: str, encoding: Encoding, line: int, column: int
) -> None:
    """At every position, on the page or off it."""
    assert LineIndex(text).position_to_offset(line, column, encoding) == model_offset(
        text, line, column, encoding
    )


@given(texts, encodings)
def test_there_and_back(text: str, encoding: Encoding) -> None:
    """Every offset has a position of its own, but the one between `\\r` and `\\n`."""
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        inside = text[max(offset - 1, 0) : offset + 1] == "\r\n"
        position = index.offset_to_position(offset, encoding)
        assert index.position_to_offset(*position, encoding) == offset - inside


@given(texts, encodings, places)
def test_offsets_outside_the_text_are_moved_into_it(text: str, encoding: Encoding, offset: int) -> None:
    """Before the text is its start, after it its end."""
    index = LineIndex(text)
    nearest = min(max(offset, 0), len(text))
    assert index.offset_to_position(offset, encoding) == index.offset_to_position(nearest, encoding)


def test_a_long_line_of_wide_characters() -> None:
    """Exact at both ends of a paragraph that is one line."""
    index = LineIndex("x\n" + "ein “Wört” 😀 " * 5_000)
    end = len(index.text)
    assert index.offset_to_position(end, "utf-8") == (1, 105_000)
    assert index.offset_to_position(end, "utf-16") == (1, 70_000)
    assert index.position_to_offset(1, 105_000, "utf-8") == end
    assert index.position_to_offset(1, 104_999, "utf-8") == end - 1


@given(texts, texts, st.integers(0, 40), st.integers(0, 40))
@example("a\rX\nb", "", 2, 3)
@example("a\r\nb", "X", 2, 2)
@example("a\rb", "\n", 2, 2)
@example("a\nb", "\r", 1, 1)
def test_an_edited_index_is_the_index_of_the_edited_text(text: str, new: str, start: int, end: int) -> None:
    """Also when an edit joins `\\r` and `\\n` into one line end, or parts them."""
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    edited = LineIndex(text).edited(Edit(Span(start, end), new))
    assert edited.text == text[:start] + new + text[end:]
    assert edited.starts == LineIndex(edited.text).starts
