"""What the fronts for LaTeX, reStructuredText and AsciiDoc have in common: lines, and a walk through inline markup.

A format says which characters may begin markup and what each of them means; the walk feeds a `Composer`, keeps account of
markup that is open, and looks every closing delimiter up once, so that hostile input stays linear. In these formats
a passage is one stretch of source, since what stands at the start of its lines is white space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from unmid.prose.compose import Composer, urls
from unmid.prose.model import Block
from unmid.text.span import Span

Line = tuple[int, int]
"""Start and end of a line, line end and trailing white space excluded; in an indented block, without the indentation."""

MAX_NESTING = 20
"""Levels of nested blocks; what is deeper is read as if it stood in the deepest."""

URL = r"https?://|ftp://|www\."
"""How a bare web address begins, whatever its case."""

_TAB = 8
_MAX_NOTES = 3
_SHOWS = re.compile(r"[^\W_]")


def named(names: str) -> frozenset[str]:
    """A set of names that are written with blanks between them."""
    return frozenset(names.split())


def unified(text: str) -> str:
    """The text with `\\n` as its only line end, character for character as long as before."""
    return text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text


def lines(text: str) -> list[Line]:
    """The lines of a unified text."""
    found = []
    start = 0
    for line in text.split("\n"):
        found.append((start, start + len(line.rstrip())))
        start += len(line) + 1
    return found


def indent(text: str, line: Line) -> int:
    """Columns of white space before the first character of a line."""
    columns = 0
    for character in text[line[0] : line[1]]:
        if character == "\t":
            columns += _TAB - columns % _TAB
        elif character == " ":
            columns += 1
        else:
            break
    return columns


def dedented(text: str, line: Line, columns: int) -> Line:
    """A line without so many columns of its indentation."""
    start, end = line
    done = 0
    while start < end and done < columns and text[start] in " \t":
        done += _TAB - done % _TAB if text[start] == "\t" else 1
        start += 1
    return start, max(start, end)


class Scan:
    """A walk through the inline markup of one stretch of source."""

    __slots__ = ("_ahead", "_open", "at_url", "composer", "end", "limit", "notes", "start", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.composer = Composer(text)
        self.limit = end
        """Where the innermost markup that is open ends, delimiter excluded."""
        self.notes: list[Span] = []
        """Stretches that are passages of their own: the words of footnotes."""
        self.at_url = {first + start: last + start for first, last in urls(text[start:end]).items()}
        self._open: list[tuple[int, int, str]] = []
        self._ahead: dict[re.Pattern[str], re.Match[str] | None] = {}

    def find(self, pattern: re.Pattern[str], at: int) -> re.Match[str] | None:
        """The next match inside the innermost open markup. Each pattern passes over the source once."""
        found = self._ahead.get(pattern)
        if pattern not in self._ahead or (found and found.start() < at):
            found = self._ahead[pattern] = pattern.search(self.text, at, self.end)
        return found if found and found.end() <= self.limit else None

    def enter(self, kind: str, start: int, content: Span, end: int) -> int:
        """Open markup at `start` whose words are `content` and that ends at `end`. The offset of its first word."""
        self.composer.open(kind, start)
        return self._enter(content, end, "")

    def quote(self, signs: str, start: int, content: Span, end: int) -> int:
        """Like `enter`, for markup that shows as an opening and a closing sign."""
        self.composer.character(signs[0], start, content.start)
        return self._enter(content, end, signs[1])

    def _enter(self, content: Span, end: int, sign: str) -> int:
        self._open.append((content.end, end, sign))
        self.limit = content.end
        return content.start

    def run(self, pattern: re.Pattern[str], construct: Callable[[Scan, re.Match[str]], int]) -> None:
        """Feed the composer. `construct` takes what `pattern` found and says where to go on; where it began: no markup."""
        at = self.start
        while True:
            found = pattern.search(self.text, at, self.limit)
            stop = found.start() if found else self.limit
            self.composer.prose(at, stop)
            if found is not None:
                url = self.at_url.get(stop, self.limit + 1)
                if url <= self.limit and self.text[url : url + 1] != "[":
                    at = url
                    self.composer.placeholder("link", stop, at)
                    continue
                at = construct(self, found)
                if at <= stop:
                    at = found.end()
                    self.composer.prose(stop, at)
            elif self._open:
                stop, at, sign = self._open.pop()
                if sign:
                    self.composer.character(sign, stop, at)
                else:
                    self.composer.close(at)
                self.limit = self._open[-1][0] if self._open else self.end
            else:
                return


def leaf(
    text: str,
    start: int,
    end: int,
    path: tuple[str, ...],
    read: Callable[[Scan], None],
    *,
    kind: str = "paragraph",
    level: int = 0,
    notes: int = _MAX_NOTES,
) -> Block | None:
    """A paragraph or heading with its passage, and its footnotes as children; None if there is nothing but white space.

    Words that are none (a lone formula, an image) make no passage.
    """
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    span = Span(start, end)
    scan = Scan(text, start, end)
    read(scan)
    shown = "list-item" if "item" in path and kind == "paragraph" else kind
    passage = scan.composer.finish(shown, span, path)
    children = []
    for note in scan.notes if notes else ():
        inner = (*path, "footnote")
        words = leaf(text, note.start, note.end, inner, read, notes=notes - 1)
        if words:
            children.append(Block("footnote", words.span, (words,)))
    if passage and _SHOWS.search(passage.text):
        return Block(kind, span, tuple(children), (passage,), level)
    other = "math" if passage and all(mark.kind == "math" for mark in passage.marks) else "html"
    return Block(other, span, tuple(children))


def gathered(kind: str, blocks: Sequence[Block], start: int, end: int, **attributes: object) -> Block:
    """A container block from `start` to the end of its last child, or to `end`."""
    stop = max((block.span.end for block in blocks), default=end)
    return replace(Block(kind, Span(start, max(start, stop)), tuple(blocks)), **attributes)  # type: ignore[arg-type]
