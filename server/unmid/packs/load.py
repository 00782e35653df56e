"""Read a pack: a folder of rule files `<family>/<rule>.toml`, with word classes in `words/<any name>.toml`."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from unmid.packs.model import (
    FIXES,
    GENRES,
    KINDS,
    MARKS,
    SCOPES,
    SEVERITIES,
    Example,
    Match,
    Pack,
    Problem,
    Rule,
)

WORDS = "words"
_MATCH_KEYS = {field.name for field in fields(Match)} - {"number"}
_EXAMPLE_KEYS = {field.name for field in fields(Example)}
_RULE_KEYS = {field.name for field in fields(Rule)} - {"id", "matches", "examples", "path"} | {"match", "example"}
_SHORTHAND = _MATCH_KEYS - {"fix", "safe", "message"}
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FINDERS = {"phrase": ("phrases", "replace"), "pattern": ("patterns", "tokens"), "regex": ("regexes",)}


class _Reader:
    """Checks the values of one TOML file and gathers what is wrong with them."""

    def __init__(self, path: Path, source: str) -> None:
        self.path = path
        self.lines = source.split("\n")
        self.problems: list[Problem] = []

    def line_of(self, key: str, table: str = "", nth: int = 0) -> int:
        """The line (from 1) of `key`, in the `nth` table of that name if one is given; 0 if it is not there."""
        seen = -1
        inside = not table
        for number, line in enumerate(self.lines, 1):
            head = re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line)
            if head:
                if head[1] == table:
                    seen += 1
                inside = head[1] == table and seen == nth
                if inside and not key:
                    return number
                if not table:
                    inside = False
            elif inside and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
                return number
        return 0

    def problem(self, message: str, key: str = "", table: str = "", nth: int = 0) -> None:
        line = self.line_of(key, table, nth) or (self.line_of("", table, nth) if table else 1)
        self.problems.append(Problem(str(self.path), line, message))

    def unknown(self, keys: Iterable[str], allowed: Iterable[str], table: str = "", nth: int = 0) -> None:
        allowed = sorted(allowed)
        for key in keys:
            if key not in allowed:
                self.problem(f"unknown key “{key}”{suggestion(key, allowed)}", key, table, nth)

    def choice(self, value: object, key: str, allowed: Iterable[str], default: str, table: str = "", nth: int = 0) -> str:
        if value is None:
            return default
        allowed = tuple(allowed)
        if value not in allowed:
            hint = suggestion(str(value), allowed)
            self.problem(f"{key} is “{value}”; allowed: {', '.join(allowed)}{hint}", key, table, nth)
            return default
        return str(value)

    def string(self, value: object, key: str, table: str = "", nth: int = 0) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self.problem(f"{key} must be a string, not {_kind(value)}", key, table, nth)
            return ""
        return value

    def strings(
        self, value: object, key: str, table: str = "", nth: int = 0, allowed: Iterable[str] | None = None
    ) -> tuple[str, ...]:
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.problem(f"{key} must be an array of strings", key, table, nth)
            return ()
        if allowed is not None:
            options = tuple(allowed)
            for item in value:
                if item not in options:
                    self.problem(
                        f"{key} names “{item}”; allowed: {', '.join(options)}{suggestion(item, options)}", key, table, nth
                    )
        return tuple(value)

    def flag(self, value: object, key: str, table: str = "", nth: int = 0) -> bool | None:
        if value is not None and not isinstance(value, bool):
            self.problem(f"{key} must be true or false, not {_kind(value)}", key, table, nth)
            return None
        return value

    def tables(self, value: object, key: str) -> list[Mapping[str, Any]]:
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.problem(f"{key} must be written as [[{key}]] tables", key)
            return []
        return value


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """ "; did you mean “…”?" when something close is allowed, else nothing."""
    near = difflib.get_close_matches(word, list(allowed), n=1, cutoff=0.6)
    return f"; did you mean “{near[0]}”?" if near else ""


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", list: "an array", dict: "a table", str: "a string"}
    return names.get(type(value), type(value).__name__)


def _read_toml(path: Path) -> tuple[dict[str, Any], str, Problem | None]:
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return {}, "", Problem(str(path), 0, "is not UTF-8 text; save it as UTF-8")
    except OSError as error:
        return {}, "", Problem(str(path), 0, f"cannot be read: {error.strerror}")
    try:
        return tomllib.loads(source), source, None
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+)", str(error))
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        line = int(where[1]) if where else source.count("\n") + 1
        return {}, source, Problem(str(path), line, f"is not valid TOML: {reason}")


def _line_naming(message: str, source: str) -> int:
    """The line (from 1) that holds the words which a message quotes; 1 if none does."""
    for quoted in re.findall(r"“([^”]+)”", message):
        for number, line in enumerate(source.split("\n"), 1):
            if quoted in line:
                return number
    return 1


def _match(reader: _Reader, raw: Mapping[str, Any], table: str, nth: int) -> Match:
    replace = raw.get("replace", {})
    if isinstance(replace, str):
        replace = {"": replace}
    if not isinstance(replace, dict) or not all(isinstance(value, str) for value in replace.values()):
        reader.problem("replace must be a string or a table of strings", "replace", table, nth)
        replace = {}
    across = raw.get("across", 1)
    if not isinstance(across, int) or isinstance(across, bool) or not 1 <= across <= 3:
        reader.problem("across must be 1, 2 or 3 sentences", "across", table, nth)
        across = 1
    return Match(
        patterns=reader.strings(raw.get("patterns"), "patterns", table, nth),
        phrases=(*reader.strings(raw.get("phrases"), "phrases", table, nth), *(key for key in replace if key)),
        regexes=reader.strings(raw.get("regexes"), "regexes", table, nth),
        tokens=tuple(tuple(pattern) for pattern in raw.get("tokens", ())),
        when=reader.strings(raw.get("when"), "when", table, nth),
        unless=reader.strings(raw.get("unless"), "unless", table, nth),
        mark=reader.choice(raw.get("mark"), "mark", MARKS, "match", table, nth),
        across=across,
        replace=replace,
        fix=reader.choice(raw.get("fix"), "fix", FIXES, "", table, nth) if table else "",
        safe=reader.flag(raw.get("safe"), "safe", table, nth) if table else None,
        message=reader.string(raw.get("message"), "message", table, nth) if table else "",
    )


def _example(reader: _Reader, raw: Mapping[str, Any], nth: int) -> Example:
    reader.unknown(raw, _EXAMPLE_KEYS, "example", nth)
    text = reader.string(raw.get("text"), "text", "example", nth)
    flags = reader.strings(raw.get("flags"), "flags", "example", nth)
    if not text:
        reader.problem("an example needs a text", "text", "example", nth)
    for flag in flags:
        if flag not in text:
            reader.problem(f"flags “{flag}”, which is not in the example's text", "flags", "example", nth)
    return Example(
        text=text,
        flags=flags,
        fixed=reader.string(raw["fixed"], "fixed", "example", nth) if "fixed" in raw else None,
        note=reader.string(raw.get("note"), "note", "example", nth),
        genre=reader.choice(raw.get("genre"), "genre", GENRES, "essay", "example", nth),
        format=reader.choice(raw.get("format"), "format", ("markdown", "plain"), "markdown", "example", nth),
    )


def load_rule(path: Path, family: str) -> tuple[Rule | None, tuple[Problem, ...]]:
    """The rule in one file, or None with what is wrong. Never raises for what the file says."""
    raw, source, broken = _read_toml(path)
    if broken:
        return None, (broken,)
    reader = _Reader(path, source)
    reader.unknown(raw, _RULE_KEYS | _SHORTHAND)
    for name in (family, path.stem):
        if not _ID.fullmatch(name):
            reader.problem(f"“{name}” cannot be part of a rule id; use lower case, digits and single hyphens")
    for key in ("kind", "severity", "summary", "message", "why", "instead"):
        if key not in raw:
            reader.problem(f"key “{key}” is missing")
    kind = reader.choice(raw.get("kind"), "kind", KINDS, "phrase")
    limit = raw.get("limit", {})
    numbers = isinstance(limit, dict) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in limit.values()
    )
    if not numbers:
        reader.problem("limit must be a table of numbers", "limit")
        limit = {}
    matches = [_match(reader, raw, "", 0)] if _SHORTHAND & set(raw) else []
    for nth, table in enumerate(reader.tables(raw.get("match"), "match")):
        reader.unknown(table, _MATCH_KEYS, "match", nth)
        matches.append(_match(reader, table, "match", nth))
    finders = _FINDERS.get(kind, ())
    if finders and not any(getattr(match, name) for match in matches for name in finders):
        reader.problem(f"a {kind} rule needs {' or '.join(finders)}", "kind")
    if kind in ("structure", "rhythm", "absence") and not raw.get("shape"):
        reader.problem(f"a {kind} rule needs a shape", "kind")
    matches = [replace(match, number=number) for number, match in enumerate(matches)]
    rule = Rule(
        id=f"{family}/{path.stem}",
        kind=kind,
        severity=reader.choice(raw.get("severity"), "severity", SEVERITIES, "information"),
        summary=reader.string(raw.get("summary"), "summary"),
        message=reader.string(raw.get("message"), "message"),
        why=reader.string(raw.get("why"), "why").strip(),
        instead=reader.string(raw.get("instead"), "instead").strip(),
        exceptions=reader.string(raw.get("exceptions"), "exceptions").strip(),
        fix=reader.choice(raw.get("fix"), "fix", FIXES, "none"),
        safe=bool(reader.flag(raw.get("safe"), "safe")),
        since=reader.string(raw.get("since"), "since"),
        scope=reader.strings(raw.get("scope"), "scope", allowed=SCOPES) or ("paragraph", "list-item"),
        through=reader.strings(raw.get("through"), "through"),
        off=reader.strings(raw.get("off"), "off", allowed=GENRES),
        only=reader.strings(raw.get("only"), "only", allowed=GENRES),
        needs=reader.string(raw.get("needs"), "needs"),
        shape=reader.string(raw.get("shape"), "shape"),
        limit=limit,
        matches=tuple(matches),
        examples=tuple(_example(reader, table, n) for n, table in enumerate(reader.tables(raw.get("example"), "example"))),
        path=str(path),
    )
    return (None if reader.problems else rule), tuple(reader.problems)


def load_classes(root: Path) -> tuple[dict[str, tuple[str, ...]], tuple[Problem, ...]]:
    """The word classes of a pack: names to words, in the notation of patterns. Strings are split at white space."""
    classes: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for path in sorted((root / WORDS).glob("*.toml")):
        raw, source, broken = _read_toml(path)
        reader = _Reader(path, source)
        for name, words in raw.items():
            if name in classes:
                reader.problem(f"word class “{name}” is already defined in another file", name)
            classes[name] = tuple(words.split()) if isinstance(words, str) else reader.strings(words, name)
        problems += [broken] if broken else reader.problems
    return classes, tuple(problems)


Check = Callable[[Rule], str]
"""Says what is wrong with a rule that has the right form, or nothing."""


def load_pack(
    name: str, root: Path, checker: Callable[[Mapping[str, tuple[str, ...]]], Check] = lambda _: lambda _: ""
) -> Pack:
    """All rules below `root`. A broken rule is left out and becomes a problem; the others stay.

    `checker` makes, from the pack's word classes, the check that each rule must pass beyond its form (a pattern that does
    not compile).
    """
    classes, problems = load_classes(root)
    check = checker(classes)
    found = list(problems)
    rules = []
    for path in sorted(path for path in root.glob("*/*.toml") if path.parent.name != WORDS):
        rule, wrong = load_rule(path, path.parent.name)
        found += wrong
        if rule and (message := check(rule)):
            found.append(Problem(str(path), _line_naming(message, path.read_text(encoding="utf-8")), message))
            continue
        if rule:
            rules.append(rule)
    return Pack(name, root, tuple(rules), classes, tuple(found))
