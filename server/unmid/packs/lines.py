"""Where in a TOML file each key and array item stands. Made for error messages: it follows what `tomllib` has accepted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

At = tuple[str | int, ...]
"""The way to a value: keys, and numbers (from 0) inside arrays."""

_TOKEN = re.compile(
    r'''(?P<comment>\#[^\n]*)|(?P<newline>\n)|(?P<sign>[\[\]{}=,.])|(?P<bare>[^\s\[\]{}=,.\#"']+)'''
    r'''|(?P<string>"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')''',
    re.S,
)


def key_lines(source: str) -> Mapping[At, int]:
    """The line (from 1) of every key, table and array item. As much as can be read, where the file is broken."""
    walk = _Walk(source)
    with suppress(StopIteration, RecursionError):
        walk.run()
    return walk.lines


def _tokens(source: str) -> Iterator[tuple[str, str, int]]:
    line, last = 1, 0
    for token in _TOKEN.finditer(source):
        line += source.count("\n", last, token.start())
        last = token.start()
        kind = token.lastgroup or ""
        if kind != "comment":
            yield kind, token[0], line


class _Walk:
    def __init__(self, source: str) -> None:
        self.lines: dict[At, int] = {}
        self._tokens = _tokens(source)
        self._next: tuple[str, str, int] = "newline", "\n", 0
        self._nth: dict[At, int] = {}

    def run(self) -> None:
        table: At = ()
        while True:
            self._skip_lines()
            if self._next[1] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _advance(self) -> tuple[str, str, int]:
        token, self._next = self._next, next(self._tokens)
        return token

    def _skip_lines(self) -> None:
        while self._next[0] == "newline":
            self._advance()

    def _header(self) -> At:
        line = self._advance()[2]
        many = self._next[1] == "["
        if many:
            self._advance()
        at = self._key((), line)
        if many:
            self._nth[at] = self._nth.get(at, -1) + 1
            at = self._inside(at)
            self.lines[at] = line
        while self._next[0] != "newline":
            self._advance()
        return at

    def _key(self, at: At, line: int) -> At:
        """Read a dotted key, up to the sign after it."""
        while self._next[1] not in ("=", "]"):
            kind, text, line = self._advance()
            if kind != "sign":
                at = (*self._inside(at), _name(kind, text))
                self.lines.setdefault(at, line)
        return self._inside(at) if self._next[1] == "]" and at not in self._nth else at

    def _inside(self, at: At) -> At:
        """The newest table of an array of tables."""
        return (*at, self._nth[at]) if at in self._nth else at

    def _pair(self, table: At) -> None:
        at = self._key(table, self._next[2])
        self._advance()
        self._value(at)

    def _value(self, at: At) -> None:
        _, sign, _ = self._advance()
        if sign not in ("[", "{"):
            while self._next[0] == "bare" or self._next[1] == ".":
                self._advance()
            return
        closing, nth = "]" if sign == "[" else "}", 0
        self._skip_commas()
        while self._next[1] != closing:
            if sign == "[":
                self.lines[(*at, nth)] = self._next[2]
                self._value((*at, nth))
                nth += 1
            else:
                self._pair(at)
            self._skip_commas()
        # What closes a value may be the last token of the file.
        self._next = next(self._tokens, ("newline", "\n", 0))

    def _skip_commas(self) -> None:
        while self._next[1] == "," or self._next[0] == "newline":
            self._advance()


def _name(kind: str, text: str) -> str:
    if kind != "string":
        return text
    if text[0] == "'":
        return text[1:-1]
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]
