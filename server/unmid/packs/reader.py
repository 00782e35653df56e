"""Read a TOML file that a person wrote: its values, and what is wrong with them, with line and cure."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeGuard

from unmid.packs.lines import At, key_lines
from unmid.packs.model import Problem

MOST_BYTES = 1_000_000
"""The largest file of settings or rules that is read."""
MOST_PROBLEMS = 100
"""Problems that are told of one file; nobody reads more."""
_MOST_PARTS = 40
"""Parts of a dotted key; `tomllib` takes memory by the square of their number."""
_DOTTED = re.compile(rf"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{_MOST_PARTS}}}""")
_KINDS = {bool: "a boolean", int: "a number", float: "a number", list: "an array", dict: "a table", str: "a string"}


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """ "; did you mean “…”?" when something close is allowed, else nothing."""
    near = difflib.get_close_matches(word, list(allowed), n=1, cutoff=0.6)
    return f"; did you mean “{near[0]}”?" if near else ""


def kind_of(value: object) -> str:
    """What a value is, with its article."""
    return _KINDS.get(type(value), type(value).__name__)


def is_amount(value: object) -> TypeGuard[float]:
    """Whether a value is a number from 0 up."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")


def told(value: object) -> str:
    """A value as a message tells of it: a number as it is, of anything else what it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return kind_of(value)
    return f"{value:g}" if isinstance(value, float) or abs(value) < 10**300 else "one so large"


def read_toml(path: Path) -> tuple[dict[str, Any], str, Problem | None]:
    """The values in a file and its text, or what is wrong with the file. Line ends are `\\n` in the text."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}, "", Problem(str(path), 0, f"is larger than {MOST_BYTES // 1_000_000} MB; split it")
        source = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return {}, "", Problem(str(path), 0, "is not UTF-8 text; save it as UTF-8")
    except OSError as error:
        return {}, "", Problem(str(path), 0, f"cannot be read: {error.strerror}")
    raw, broken = parse_toml(source, str(path))
    return raw, source, broken


def parse_toml(source: str, path: str) -> tuple[dict[str, Any], Problem | None]:
    """The values in a text, or what is wrong with it. `path` names the file in the problem."""
    for number, line in enumerate(source.split("\n"), 1):
        if line.count(".") >= _MOST_PARTS and _DOTTED.search(line):
            return {}, Problem(path, number, f"has a key of more than {_MOST_PARTS} parts; write it shorter")
    try:
        return tomllib.loads(source), None
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+)", str(error))
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        return {}, Problem(path, int(where[1]) if where else source.count("\n") + 1, f"is not valid TOML: {reason}")
    except RecursionError:
        return {}, Problem(path, 0, "has too many brackets one inside another; write it flatter")
    except ValueError:  # a number of more digits than Python reads
        return {}, Problem(path, 0, "is not valid TOML: a number is too long")


class Table:
    """One table of a file: reads its values, and gathers what is wrong with them for the whole file.

    Each method reads one key and gives the default when the key is missing or its value is wrong.
    """

    def __init__(self, path: str, source: str, raw: Mapping[str, Any], at: At = (), root: Table | None = None) -> None:
        self.path = path
        self.raw = raw
        self.at = at
        self._source = source
        self._root = root or self
        self.problems: list[Problem] = root.problems if root else []
        self._count = 0

    @cached_property
    def _lines(self) -> Mapping[At, int]:
        return key_lines(self._source)

    def inner(self, raw: Mapping[str, Any], *at: str | int) -> Table:
        """A table inside this one."""
        return Table(self.path, self._source, raw, (*self.at, *at), self._root)

    def line(self, *at: str | int) -> int:
        """The line (from 1) of a key, or of the innermost table or array around it that has one."""
        way = (*self.at, *at)
        return next((self._root._lines[way[:n]] for n in range(len(way), 0, -1) if way[:n] in self._root._lines), 1)

    @property
    def count(self) -> int:
        """How many problems the file has had so far, told or not."""
        return self._root._count

    def problem(self, message: str, *at: str | int) -> None:
        """Note what is wrong with a value."""
        self.note(message, self.line(*at) if self.count < MOST_PROBLEMS else 0)

    def note(self, message: str, line: int) -> None:
        """Note what is wrong on a line, unless there is too much already."""
        self._root._count += 1
        if self.count <= MOST_PROBLEMS:
            self.problems.append(Problem(self.path, line, message))

    def only(self, allowed: Iterable[str], what: str = "key") -> None:
        """Report keys that mean nothing."""
        allowed = sorted(allowed)
        for key in self.raw:
            if key not in allowed and self.count < MOST_PROBLEMS:
                self.problem(f"unknown {what} “{key}”{suggestion(key, allowed)}", key)

    def choice(self, key: str, allowed: Iterable[str], default: str) -> str:
        """One of a few words."""
        value = self.raw.get(key)
        if value is None:
            return default
        allowed = tuple(allowed)
        if value not in allowed:
            self.problem(f"{key} is “{value}”; allowed: {', '.join(allowed)}{suggestion(str(value), allowed)}", key)
            return default
        return str(value)

    def string(self, key: str) -> str:
        """A string, "" by default."""
        value = self.raw.get(key, "")
        if not isinstance(value, str):
            self.problem(f"{key} must be a string, not {kind_of(value)}", key)
            return ""
        return value

    def strings(self, key: str, allowed: Iterable[str] | None = None) -> tuple[str, ...]:
        """Strings, each one of `allowed` where that is given."""
        value = self.raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.problem(f"{key} must be an array of strings", key)
            return ()
        options = () if allowed is None else tuple(allowed)
        for nth, item in enumerate(value):
            if options and item not in options:
                self.problem(f"{key} names “{item}”; allowed: {', '.join(options)}{suggestion(item, options)}", key, nth)
        return tuple(value)

    def flag(self, key: str) -> bool | None:
        """True, false, or None by default."""
        value = self.raw.get(key)
        if value is not None and not isinstance(value, bool):
            self.problem(f"{key} must be true or false, not {kind_of(value)}", key)
            return None
        return value

    def number(self, key: str) -> float | None:
        """A number from 0 up, or None by default."""
        value = self.raw.get(key)
        if value is None:
            return None
        if not is_amount(value):
            self.problem(f"{key} must be a number from 0 up, not {told(value)}", key)
            return None
        return value

    def table(self, key: str) -> Table:
        """A table, empty by default."""
        value = self.raw.get(key, {})
        if not isinstance(value, dict):
            self.problem(f"{key} must be a table, not {kind_of(value)}", key)
            value = {}
        return self.inner(value, key)

    def tables(self, key: str) -> Iterator[Table]:
        """Tables written as `[[key]]`."""
        value = self.raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.problem(f"{key} must be written as [[{key}]] tables", key)
            return
        for nth, item in enumerate(value):
            yield self.inner(item, key, nth)
