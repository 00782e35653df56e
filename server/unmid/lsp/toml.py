"""Where a cursor stands in a TOML file that is being written, and so is broken most of the time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r'''(?P<comment>\#[^\n]*)|(?P<newline>\n)'''
    r'''|(?P<string>"""(?:[^\\]|\\.)*?(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|"(?:[^"\\\n]|\\.)*(?:"|(?=\n)|\Z)|'[^'\n]*(?:'|(?=\n)|\Z))'''
    r'''|(?P<sign>[\[\]{}=,.])|(?P<bare>[^\s\[\]{}=,.\#"']+)''',
    re.S,
)


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at an offset. `typed` is the word before the cursor, from the offset `start`.

    `what` is `table` in a header, `key` or `value`. `way` are the keys that lead there: of a table's header what stands
    before the word, of a key its table, of a value its key too. `quoted`: the word is inside quotes that are open.
    """

    what: str
    way: tuple[str, ...]
    typed: str
    start: int
    quoted: bool


def place(source: str, offset: int) -> Place | None:
    """The place at an offset (code points); None inside a comment."""
    scan = _Scan()
    last: re.Match[str] | None = None
    for token in _TOKEN.finditer(source, 0, offset):
        if last:
            scan.take(last)
        last = token
    if last is None:
        return Place("key", (), "", offset, False)
    kind, text = last.lastgroup, last[0]
    if kind == "comment" and last.end() == offset:
        return None
    if last.end() == offset and kind == "bare":
        return scan.here(text, last.start(), False)
    if last.end() == offset and kind == "string" and not _closed(text):
        mark = 3 if text[:3] in ('"""', "'''") else 1
        return scan.here(text[mark:], last.start() + mark, True)
    scan.take(last)
    return scan.here("", offset, False)


def word_at(source: str, offset: int) -> tuple[int, int]:
    """The stretch of the key or string that an offset stands in, without quotes; empty where there is none."""
    for token in _TOKEN.finditer(source):
        if token.start() <= offset <= token.end() and token.lastgroup in ("bare", "string"):
            if token.lastgroup == "bare":
                return token.span()
            return token.start() + 1, max(token.end() - int(_closed(token[0])), token.start() + 1)
        if token.start() > offset:
            break
    return offset, offset


def _closed(text: str) -> bool:
    mark = text[:3] if text[:3] in ('"""', "'''") else text[:1]
    return len(text) >= 2 * len(mark) and text.endswith(mark)


class _Scan:
    """Follows tables, keys and brackets; forgives what is missing."""

    def __init__(self) -> None:
        self._table: tuple[str, ...] = ()
        self._header = False
        self._parts: list[str] = []
        self._value = False
        self._open: list[tuple[str, tuple[str, ...]]] = []
        """Brackets that are open, each with the way to its value."""

    def here(self, typed: str, start: int, quoted: bool) -> Place:
        if self._header:
            return Place("table", tuple(self._parts), typed, start, quoted)
        if self._value:
            return Place("value", self._way(), typed, start, quoted)
        return Place("key", (*self._base(), *self._parts), typed, start, quoted)

    def take(self, token: re.Match[str]) -> None:
        kind, text = token.lastgroup, token[0]
        if kind == "comment":
            return
        if kind == "newline":
            if self._header:
                self._table, self._header = tuple(self._parts), False
                self._parts = []
            elif not self._open:
                self._parts, self._value = [], False
        elif kind == "sign":
            self._sign(text)
        elif not self._value:
            self._parts.append(text.strip("\"'") if kind == "string" else text)

    def _sign(self, sign: str) -> None:
        if self._header:
            if sign == "]":
                self._table, self._header, self._parts = tuple(self._parts), False, []
        elif sign == "[" and not self._value and not self._open and not self._parts:
            self._header = True
        elif sign in "[{":
            self._open.append((sign, self._way()))
            self._value = sign == "["
            self._parts = []
        elif sign in "]}" and self._open:
            self._open.pop()
            self._parts, self._value = [], True
        elif sign == "=":
            self._value = True
        elif sign == "," and self._open:
            self._value = self._open[-1][0] == "["
            self._parts = []

    def _base(self) -> tuple[str, ...]:
        return self._open[-1][1] if self._open else self._table

    def _way(self) -> tuple[str, ...]:
        return (*self._base(), *self._parts)
