"""Builds one passage, piece by piece in source order, and keeps account of where each piece stands.

All offsets that go in are chunk offsets. Formats say *what* a stretch of source is (prose, space, a placeholder, markup
that does not show); how white space collapses and how runs and marks come about is decided here, once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from unmid.prose.model import PLACEHOLDER, Mark, OffsetMap, Passage
from unmid.text.span import Span

_SPACE = r"[^\S\u00a0\u2007\u202f]"
"""White space that may collapse. No-break spaces are the writer's choice and stay."""

_UNEVEN = re.compile(rf"{_SPACE}{{2,}}|(?! ){_SPACE}")
"""White space other than a single blank: what a passage cannot take over as it stands."""

_LONGEST = 100_000
"""Characters of a passage, some 17,000 words. What is longer is data, not a paragraph that someone wrote."""

_URL = re.compile(
    r"(?<![\w@/.])(?:(?:https?|ftp)://(?=\w)|www\.(?=[\w-]+\.))[^\s<>\[\]`\"“”«»|\\^{}—–…]+", re.I
)
_URL_TAIL = "?!.,:;*_~'’‘"


def urls(text: str) -> dict[int, int]:
    """Bare web addresses in `text`: start to end, without the punctuation of the sentence around them."""
    found: dict[int, int] = {}
    for match in _URL.finditer(text):
        url = match.group()
        surplus = url.count(")") - url.count("(")
        end = len(url)
        while end and (url[end - 1] in _URL_TAIL or (url[end - 1] == ")" and surplus > 0)):
            surplus -= url[end - 1] == ")"
            end -= 1
        found[match.start()] = match.start() + end
    return found


def is_white(character: str) -> bool:
    """Whether this is white space that may collapse."""
    return character.isspace() and character not in "\u00a0\u2007\u202f"


@dataclass(slots=True)
class _Open:
    """Markup that was opened: the `index` of its mark; `start` is set by the first character that shows."""

    kind: str
    source: int
    index: int
    start: int = -1


class Composer:
    """A passage in the making. Feed it in source order, then `finish`."""

    __slots__ = ("_length", "_marks", "_open", "_parts", "_runs", "_space", "_waiting", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._parts: list[str] = []
        self._length = 0
        self._runs: list[tuple[int, int, int, int]] = []
        self._space: tuple[int, int] | None = None
        self._marks: list[_Open | Mark] = []
        self._open: list[_Open] = []
        self._waiting: list[_Open] = []

    def prose(self, start: int, end: int) -> None:
        """Characters that show as they stand, white space aside."""
        for gap in _UNEVEN.finditer(self.source, start, end):
            self._even(start, gap.start())
            self.space(gap.start(), gap.end())
            start = gap.end()
        self._even(start, end)

    def _even(self, start: int, end: int) -> None:
        """Prose that holds no white space but single blanks."""
        if start < end and self.source[start] == " ":
            self.space(start, start + 1)
            start += 1
        trailing = start < end and self.source[end - 1] == " "
        if start < end - trailing:
            self._put(self.source[start : end - trailing], start, end - trailing)
        if trailing:
            self.space(end - 1, end)

    def character(self, shown: str, start: int, end: int) -> None:
        """One character that is written with several, such as an entity or an escape."""
        if is_white(shown):
            self.space(start, end)
        else:
            self._put(shown, start, end)

    def space(self, start: int, end: int) -> None:
        """White space. It shows only between two things that show, and then as one blank.

        Runs that touch become one; of runs with hidden markup between them the first one counts, so that whoever
        cuts the blank does not cut the markup.
        """
        if self._space is None:
            self._space = start, end
        elif self._space[1] == start:
            self._space = self._space[0], end

    def placeholder(self, kind: str, start: int, end: int) -> None:
        """Something that is not prose and takes the place of a word."""
        self._put(PLACEHOLDER, start, end)
        self._marks.append(Mark(kind, Span(self._length - 1, self._length), Span(start, end)))

    def hidden(self, kind: str, start: int, end: int) -> None:
        """Markup that does not show: an empty mark after what shows before it."""
        self._marks.append(Mark(kind, Span(self._length, self._length), Span(start, end)))

    def open(self, kind: str, start: int) -> None:
        """Markup begins; the next character that shows is its first."""
        mark = _Open(kind, start, len(self._marks))
        self._marks.append(mark)
        self._open.append(mark)
        self._waiting.append(mark)

    def close(self, end: int) -> None:
        """The markup that was opened last ends."""
        if not self._open:
            return
        mark = self._open.pop()
        start = mark.start if mark.start >= 0 else self._length
        if mark.start < 0:
            self._waiting.pop()  # markup nests: what was opened last waits last
        self._marks[mark.index] = Mark(mark.kind, Span(start, self._length), Span(mark.source, end))

    def _put(self, shown: str, start: int, end: int) -> None:
        if not self._length:
            while shown and shown[0].isspace():  # a no-break space at the very start
                shown, start = shown[1:], (start + 1 if end - start == len(shown) else end)
            if not shown:
                return
        elif self._space is not None:
            self._run(" ", *self._space)
        self._space = None
        for mark in self._waiting:
            mark.start = self._length
        self._waiting.clear()
        self._run(shown, start, end)

    def _run(self, shown: str, start: int, end: int) -> None:
        at, self._length = self._length, self._length + len(shown)
        self._parts.append(shown)
        if self._runs and end - start == len(shown):
            first, last, source_first, source_last = self._runs[-1]
            if source_last == start and last - first == source_last - source_first:
                self._runs[-1] = (first, self._length, source_first, end)
                return
        self._runs.append((at, self._length, start, end))

    def finish(self, kind: str, span: Span, path: tuple[str, ...] = ()) -> Passage | None:
        """The passage, or None when nothing shows, or more than anyone reads."""
        while self._open:
            self.close(span.end)
        text = "".join(self._parts)
        while text and text[-1].isspace():  # a no-break space at the very end
            text = text[:-1]
            first, last, start, end = self._runs.pop()
            if last - first > 1:
                self._runs.append((first, last - 1, start, end - 1))
        if not text or len(text) > _LONGEST:
            return None
        marks = (mark for mark in self._marks if isinstance(mark, Mark))
        if len(text) < self._length:
            limit = len(text)
            marks = (
                Mark(m.kind, Span(min(m.span.start, limit), min(m.span.end, limit)), m.source) for m in marks
            )
        return Passage(kind, text, OffsetMap(tuple(self._runs)), span, tuple(marks), path)
