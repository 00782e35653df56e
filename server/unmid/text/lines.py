"""Where the lines of a text start, and what an editor calls each place in it.

Four coordinate systems meet here; all count from zero.

- *offset*: code points from the start of the text. Everything inside unmid speaks of places this way, spaCy too.
- *line*: lines from the start of the text. A line ends at `\\n`, `\\r\\n` or `\\r` and nowhere else, as in the Language
  Server Protocol; U+2028, NEL, vertical tab and form feed are characters like any other.
- *column*: code units from the start of the line, in the encoding that client and server have agreed on: UTF-8 bytes,
  UTF-16 units or UTF-32 units, the last being code points. Owned by the editor; only `unmid.lsp` may mention them.
- *line and column from one*: what people read in the output of the command line. Owned by `unmid.cli`, which adds one to a
  line and a UTF-32 column.

`LineIndex` is the only place where one becomes another. Its conversions are total: what lies outside the text is moved to
the nearest place inside.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal, overload

from unmid.text.edits import Edit, apply

Encoding = Literal["utf-8", "utf-16", "utf-32"]
"""What a column counts: bytes, UTF-16 code units, code points."""


@dataclass(frozen=True, slots=True)
class LineIndex(Sequence[str]):
    """A text by lines. As a sequence it holds the lines, each with the characters that end it.

    There is always a last line without an ending; it is empty when the text is, or ends with a line end.
    """

    text: str
    starts: tuple[int, ...] = field(default=(), compare=False, repr=False)
    """The offset at which each line starts. Worked out from the text when not given."""

    def __post_init__(self) -> None:
        if not self.starts:
            object.__setattr__(self, "starts", tuple(_starts(self.text)))

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, line: int) -> str: ...
    @overload
    def __getitem__(self, line: slice) -> list[str]: ...
    def __getitem__(self, line: int | slice) -> str | list[str]:
        lines = range(len(self))[line]
        if isinstance(lines, int):
            return self.text[self.starts[lines] : self._next_start(lines)]
        return [self[line] for line in lines]

    def line_of(self, offset: int) -> int:
        """The line that the character at `offset` stands in; its line end belongs to it."""
        return max(bisect_right(self.starts, offset) - 1, 0)

    def end_of(self, line: int) -> int:
        """The offset at which the words of `line` stop, before the characters that end it."""
        end = self._next_start(line)
        if line == len(self) - 1:
            return end
        return end - 2 if self.text.startswith("\r\n", end - 2) else end - 1

    def offset_to_position(self, offset: int, encoding: Encoding) -> tuple[int, int]:
        """Line and column of `offset`. Between `\\r` and `\\n` there is no position; the one before `\\r` is given."""
        line = self.line_of(offset)
        start = self.starts[line]
        offset = min(max(offset, start), self.end_of(line))
        return line, _units(self.text[start:offset], encoding)

    def position_to_offset(self, line: int, column: int, encoding: Encoding) -> int:
        """The offset of a position.

        A line past the last is the end of the text. A column past the end of its line is that end, before the line end;
        one inside a character is the start of that character.
        """
        if line < 0:
            return 0
        if line >= len(self):
            return len(self.text)
        start, column = self.starts[line], max(column, 0)
        # No character takes less than one unit, so none beyond this stretch can matter.
        words = self.text[start : min(self.end_of(line), start + column)]
        return start + _fitting(words, column, encoding)

    def edited(self, edit: Edit) -> LineIndex:
        """The index of the text after `edit`, whose span lies inside this text. Only the lines it touches are read again."""
        # The line before the edit can change too: a `\r` at its end may gain or lose the `\n` that follows. The line after
        # cannot: the last character before it stays, and so does what follows that character.
        first = max(self.line_of(edit.span.start) - 1, 0)
        after = self.line_of(edit.span.end) + 1
        shift = len(edit.text) - len(edit.span)
        text = apply(self.text, [edit])
        begin, end = self.starts[first], self._next_start(after - 1) + shift
        touched = [begin + start for start in _starts(text[begin:end])]
        later = [start + shift for start in self.starts[after + 1 :]]
        return LineIndex(text, (*self.starts[:first], *touched, *later))

    def _next_start(self, line: int) -> int:
        return self.starts[line + 1] if line + 1 < len(self) else len(self.text)


def _starts(text: str) -> list[int]:
    """Where the lines of `text` start: zero, and after each line end."""
    if "\r" in text:
        # Keeps every character in its place while it leaves `\n` as the only line end.
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return list(accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0))


def _units(words: str, encoding: Encoding) -> int:
    """How many code units `words` take. Lone surrogates count as what they are: three bytes, one UTF-16 unit."""
    if encoding == "utf-32" or words.isascii():
        return len(words)
    if encoding == "utf-8":
        return len(words.encode("utf-8", "surrogatepass"))
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def _fitting(words: str, units: int, encoding: Encoding) -> int:
    """How many whole characters of `words` fit into `units` code units."""
    if encoding == "utf-32" or words.isascii():
        return min(len(words), units)
    if len(words) == 1:
        return int(_units(words, encoding) <= units)
    # Halving reads each character about once, and stops early where what is left is plain.
    middle = len(words) // 2
    taken = _units(words[:middle], encoding)
    if taken > units:
        return _fitting(words[:middle], units, encoding)
    return middle + _fitting(words[middle:], units - taken, encoding)
