"""Read a pack: a folder of rule files `<family>/<rule>.toml`, with word classes in `words/<any name>.toml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from itertools import islice
from pathlib import Path

from unmid.packs.model import Example, Match, Pack, Problem, Rule
from unmid.packs.reader import Table, is_amount, read_toml
from unmid.packs.values import FIXES, GENRES, KINDS, MARKS, SCOPES, SEVERITIES
from unmid.text.formats import FORMATS

WORDS = "words"
MOST_FILES = 4_000
"""Files that a pack may hold."""
REQUIRED = ("kind", "severity", "summary", "message", "why", "instead")
"""Keys that every rule has."""
MATCH_KEYS = {field.name for field in fields(Match)} - {"number"}
_EXAMPLE_KEYS = {field.name for field in fields(Example)} - {"given"} | {"with"}
_SHORTHAND = MATCH_KEYS - {"fix", "safe", "message", "severity", "fill", "limit"}
RULE_KEYS = {field.name for field in fields(Rule)} - {"id", "matches", "limits", "examples", "path"} | {"match", "example"} | _SHORTHAND
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FINDERS = {"phrase": ("phrases", "replace"), "pattern": ("patterns", "tokens"), "regex": ("regexes",)}


def line_naming(message: str, source: str, first: int = 1) -> int:
    """The line (from 1) at or after `first` that holds the words which a message quotes; `first` if none does."""
    for quoted in re.findall(r"“([^”]+)”", message):
        for number, line in enumerate(source.split("\n")[first - 1 :], first):
            if quoted in line:
                return number
    return first


def _match(table: Table, own: bool) -> Match:
    """The match in a table of its own, or at the top of its rule, where it says nothing that stands for the rule's."""
    raw = table.raw
    replace = raw.get("replace", {})
    if isinstance(replace, str):
        replace = {"": replace}
    if not isinstance(replace, dict) or not all(isinstance(value, str) for value in replace.values()):
        table.problem("replace must be a string or a table of strings", "replace")
        replace = {}
    across = raw.get("across", 1)
    if not isinstance(across, int) or isinstance(across, bool) or not 1 <= across <= 3:
        table.problem("across must be 1, 2 or 3 sentences", "across")
        across = 1
    return Match(
        patterns=table.strings("patterns"),
        phrases=(*table.strings("phrases"), *(key for key in replace if key)),
        regexes=table.strings("regexes"),
        tokens=_tokens(table),
        when=table.strings("when"),
        unless=table.strings("unless"),
        mark=table.choice("mark", MARKS, "match"),
        across=across,
        replace=replace,
        fix=table.choice("fix", FIXES, "") if own else "",
        safe=table.flag("safe") if own else None,
        message=table.string("message") if own else "",
        severity=table.choice("severity", SEVERITIES, "") if own else "",
        fill=table.string("fill") if own else "",
        limit=_limit(table)[0] if own else {},
    )


def _tokens(table: Table) -> tuple[tuple[Mapping[str, object], ...], ...]:
    value = table.raw.get("tokens", [])
    right = isinstance(value, list) and all(
        isinstance(pattern, list) and all(isinstance(token, dict) for token in pattern) for pattern in value
    )
    if not right:
        table.problem("tokens must be an array of arrays of tables", "tokens")
        return ()
    return tuple(map(tuple, value))


def _limit(table: Table) -> tuple[Mapping[str, float], Mapping[str, Mapping[str, float]]]:
    """The thresholds, and those of each genre that has its own."""
    value = table.raw.get("limit", {})
    numbers = {key: item for key, item in value.items() if key not in GENRES} if isinstance(value, dict) else None
    genres = {key: item for key, item in value.items() if key in GENRES} if isinstance(value, dict) else {}
    for part in (numbers, *genres.values()):
        if not isinstance(part, dict) or not all(is_amount(item) for item in part.values()):
            table.problem("limit must be a table of numbers from 0 up", "limit")
            return {}, {}
    return numbers or {}, genres


def _example(table: Table) -> Example:
    table.only(_EXAMPLE_KEYS)
    text = table.string("text")
    flags = table.strings("flags")
    if not text:
        table.problem("an example needs a text", "text")
    for nth, flag in enumerate(flags):
        if flag not in text:
            table.problem(f"flags “{flag}”, which is not in the example's text", "flags", nth)
    return Example(
        text=text,
        flags=flags,
        fixed=table.string("fixed") if "fixed" in table.raw else None,
        note=table.string("note"),
        genre=table.choice("genre", GENRES, "essay"),
        format=table.choice("format", FORMATS, "markdown"),
        given=table.table("with").raw,
    )


def load_rule(path: Path, family: str) -> tuple[Rule | None, tuple[Problem, ...]]:
    """The rule in one file, or None with what is wrong. Never raises for what the file says."""
    raw, source, broken = read_toml(path)
    if broken:
        return None, (broken,)
    table = Table(str(path), source, raw)
    table.only(RULE_KEYS)
    return read_rule(table, f"{family}/{path.stem}"), tuple(table.problems)


def read_rule(table: Table, name: str) -> Rule | None:
    """The rule in a table, under the id `name`; None, with problems in the table, where something is wrong."""
    before = table.count
    for part in name.split("/", 1):
        if not _ID.fullmatch(part):
            table.problem(f"“{part}” cannot be part of a rule id; use lower case, digits and single hyphens")
    for key in REQUIRED:
        if key not in table.raw:
            table.problem(f"key “{key}” is missing")
    kind = table.choice("kind", KINDS, "phrase")
    limit, limits = _limit(table)
    matches = [_match(table, own=False)] if _SHORTHAND & set(table.raw) else []
    for inner in table.tables("match"):
        inner.only(MATCH_KEYS)
        matches.append(_match(inner, own=True))
    finders = _FINDERS.get(kind, ())
    if finders and not any(getattr(match, finder) for match in matches for finder in finders):
        table.problem(f"a {kind} rule needs {' or '.join(finders)}", "kind")
    if kind in ("structure", "rhythm", "absence") and not table.raw.get("shape"):
        table.problem(f"a {kind} rule needs a shape", "kind")
    if (table.raw.get("fill") or any(match.fill for match in matches)) and "prompt" not in (table.raw.get("fix"), *(match.fix for match in matches)):
        table.problem("fill is for a rule that leaves the words to the writer: fix = \"prompt\"", "fill")
    rule = Rule(
        id=name,
        kind=kind,
        severity=table.choice("severity", SEVERITIES, "information"),
        summary=table.string("summary"),
        message=table.string("message"),
        why=table.string("why").strip(),
        instead=table.string("instead").strip(),
        exceptions=table.string("exceptions").strip(),
        fix=table.choice("fix", FIXES, "none"),
        safe=bool(table.flag("safe")),
        fill=table.string("fill"),
        since=table.string("since"),
        scope=table.strings("scope", SCOPES) or ("paragraph", "list-item"),
        through=table.strings("through"),
        off=table.strings("off", GENRES),
        only=table.strings("only", GENRES),
        needs=table.string("needs"),
        shape=table.string("shape"),
        limit=limit,
        limits=limits,
        matches=tuple(replace(match, number=number) for number, match in enumerate(matches)),
        examples=tuple(map(_example, table.tables("example"))),
        path=table.path,
    )
    return rule if table.count == before else None


def files_of(root: Path) -> tuple[Path, ...]:
    """The files that a pack's folder may hold, in order: its own and those of its folders, no deeper; at most one too many."""
    found = (path for pattern in ("*.toml", "*/*.toml") for path in root.glob(pattern))
    return tuple(sorted(islice(found, MOST_FILES + 1)))


def load_classes(root: Path) -> tuple[dict[str, tuple[str, ...]], tuple[Problem, ...]]:
    """The word classes of a pack: names to words, in the notation of patterns. Strings are split at white space."""
    classes: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for path in files_of(root):
        if path.parent.name != WORDS:
            continue
        raw, source, broken = read_toml(path)
        table = Table(str(path), source, raw)
        for name, words in raw.items():
            if name in classes:
                table.problem(f"word class “{name}” is already defined in another file", name)
            classes[name] = tuple(words.split()) if isinstance(words, str) else table.strings(name)
        problems += [broken] if broken else table.problems
    return classes, tuple(problems)


Check = Callable[[Rule], str]
"""Says what is wrong with a rule that has the right form, or nothing."""
Checker = Callable[[Mapping[str, tuple[str, ...]]], Check]
"""Makes, from a pack's word classes, the check that each of its rules must pass beyond its form (a pattern that does not
compile)."""


def unchecked(classes: Mapping[str, tuple[str, ...]]) -> Check:
    """The checker that is content with the form."""
    return lambda rule: ""


def load_pack(name: str, root: Path, checker: Checker = unchecked) -> Pack:
    """All rules below `root`. A broken rule is left out and becomes a problem; the others stay."""
    files = files_of(root)
    if len(files) > MOST_FILES:
        return Pack(name, root, problems=(Problem(str(root), 0, f"holds more than {MOST_FILES:,} files; split it"),))
    classes, problems = load_classes(root)
    check = checker(classes)
    found = list(problems)
    rules = []
    for path in files:
        if path.parent.name == WORDS or path.parent == root:
            continue
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            found.append(Problem(str(path), 0, "is a link to a file outside its pack; copy the file"))
            continue
        rule, wrong = load_rule(path, path.parent.name)
        found += wrong
        if rule and (message := check(rule)):
            found.append(Problem(str(path), line_naming(message, path.read_text(encoding="utf-8")), message))
            continue
        if rule:
            rules.append(rule)
    return Pack(name, root, tuple(rules), classes, tuple(found))
