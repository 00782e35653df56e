"""Read a pack with all that it says: `NAME.toml`, or a folder with rule files and perhaps a `pack.toml` of the same form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from unmid.packs.load import RULE_KEYS, Check, Checker, line_naming, load_pack, read_rule, unchecked
from unmid.packs.model import Ban, Baseline, Choices, Pack, PackFile, Rate, Rule, alike
from unmid.packs.reader import Table, is_amount, kind_of, parse_toml, read_toml, suggestion, told
from unmid.packs.values import GENRES, SEVERITIES

FILE = "pack.toml"
KEYS = ("extends", "meta", "allow", "ban", "limits", "severity", "genre", "rule", "baseline")
META_KEYS = ("summary", "author", "emails", "words", "texts", "genres", "learned", "sources", "refused")
ALLOW_KEYS = ("rules", "phrases")
CHOICE_KEYS = ("allow", "ban", "limits", "severity")
LEVELS = (*SEVERITIES, "off")
PERCENTILE = re.compile(r"p(\d\d?)")
_RATE_KEYS = tuple(field.name for field in fields(Rate))
_BAN_KEYS = tuple(field.name for field in fields(Ban))


def load_pack_file(path: Path, name: str = "", checker: Checker = unchecked) -> PackFile:
    """The pack at `path`, called `name` or else as its file is. Never raises for what the files say: see `problems`.

    What can be used of a pack with problems is there; `checker` is as for `load_pack`.
    """
    name = name or path.stem
    folder = path.is_dir()
    file = path / FILE if folder else path
    pack = load_pack(name, path, checker) if folder else Pack(name, path)
    if folder and not file.is_file():
        return PackFile(name, path, file, pack=pack, problems=pack.problems)
    raw, source, broken = read_toml(file)
    if broken:
        problems = (broken, *pack.problems)
        return PackFile(name, path, file, pack=replace(pack, problems=problems), problems=problems)
    return _read(Table(str(file), source, raw), source, PackFile(name, path, file, source, pack=pack), checker)


def parse_pack_file(
    source: str, file: Path, checker: Checker = unchecked, classes: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> PackFile:
    """The pack that a text says, which is or will be in `file`; of a folder, what its `pack.toml` says and no more.

    `classes` are the folder's word classes. Never raises for what the text says: see `problems`.
    """
    place = file.parent if file.name == FILE else file
    bare = PackFile(place.stem, place, file, source, pack=Pack(place.stem, place, classes=classes))
    raw, broken = parse_toml(source, str(file))
    return replace(bare, problems=(broken,)) if broken else _read(Table(str(file), source, raw), source, bare, checker)


def _read(table: Table, source: str, bare: PackFile, checker: Checker) -> PackFile:
    table.only(KEYS)
    meta = table.table("meta")
    meta.only(META_KEYS)
    genres = table.table("genre")
    for genre in genres.raw:
        if genre not in GENRES:
            genres.problem(f"there is no genre “{genre}”; allowed: {', '.join(GENRES)}{suggestion(genre, GENRES)}", genre)
    # The numbers of a baseline are looked at where there is one; what is only said about it is let be.
    found = replace(
        bare,
        summary=meta.string("summary"),
        extends=_extends(table),
        author=meta.string("author"),
        emails=meta.strings("emails"),
        refused=meta.strings("refused"),
        choices=_choices(table),
        genres={genre: _genre(genres.table(genre)) for genre in genres.raw if genre in GENRES},
        baseline=read_baseline(table) if "baseline" in table.raw else None,
    )
    rules = tuple(_rules(table, source, checker(bare.pack.classes)))
    problems = (*table.problems, *bare.pack.problems)
    own = {rule.id for rule in rules}
    rules = (*(rule for rule in bare.pack.rules if rule.id not in own), *rules)
    return replace(found, pack=replace(bare.pack, rules=rules, problems=problems), problems=problems)


def _extends(table: Table) -> tuple[str, ...]:
    # One name is written without brackets by everyone's first guess.
    one = table.raw.get("extends")
    return (one,) if isinstance(one, str) else table.strings("extends")


def _genre(table: Table) -> Choices:
    table.only(CHOICE_KEYS)
    return _choices(table)


def _choices(table: Table) -> Choices:
    allow = table.table("allow")
    allow.only(ALLOW_KEYS)
    phrases = tuple(_phrases(allow))
    return Choices(
        rules=allow.strings("rules"),
        phrases=phrases,
        ban=dict(_bans(table.table("ban"), {alike(phrase) for phrase in phrases})),
        limits=dict(_limits(table.table("limits"))),
        severity=dict(_severities(table.table("severity"))),
    )


def _phrases(allow: Table) -> Iterator[str]:
    for nth, phrase in enumerate(allow.strings("phrases")):
        if phrase.strip():
            yield phrase
        else:
            allow.problem("phrases holds an empty phrase; take it out", "phrases", nth)


def _bans(table: Table, allowed: Collection[str]) -> Iterator[tuple[str, Ban]]:
    for word, value in table.raw.items():
        message, ban = ban_of(word, value)
        if message:
            table.problem(message, word)
        elif alike(word) in allowed:
            table.problem(f"“{word}” is both allowed and banned; take one of them out", word)
        else:
            yield word, ban


def ban_of(word: str, value: Any) -> tuple[str, Ban]:
    """A ban from its plain value; or a message on what is wrong with it."""
    if not word.strip():
        return "ban names an empty word; take it out", Ban()
    if not isinstance(value, dict):
        return f'ban of “{word}” must be a table such as {{ max = 0, say = "why" }}, not {kind_of(value)}', Ban()
    probe = Table("", "", value)
    probe.only(_BAN_KEYS)
    rate, most, say = probe.number("max_per_1k"), probe.number("max"), probe.string("say")
    if most is not None and most != int(most):
        probe.problem(f"max must be a whole number, not {most:g}")
    if most is not None and rate is not None:
        probe.problem("takes max or max_per_1k, not both")
    if probe.problems:
        return f"ban of “{word}”: {probe.problems[0].message}", Ban()
    return "", Ban(None if most is None else int(most), rate, say)


def _limits(table: Table) -> Iterator[tuple[str, float | str]]:
    for name, value in flat(table.raw).items():
        if message := limit_fault(name, value):
            table.problem(message, *_way(table.raw, name))
        else:
            yield name, value


def limit_fault(name: str, value: Any) -> str:
    """What is wrong with a limit, or nothing."""
    if "." not in name:
        return f'limits: “{name}” names no limit; write "rule.key", such as "list/share.share"'
    if is_limit(value):
        return ""
    said = f"“{value}”" if isinstance(value, str) else told(value)
    return f'limit “{name}” must be a number from 0 up or a percentile such as "p90", not {said}'


def is_limit(value: Any) -> bool:
    """Whether a value is a number from 0 up or a percentile."""
    if isinstance(value, str):
        return bool(PERCENTILE.fullmatch(value))
    return is_amount(value)


def flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A table of tables as one table with dotted keys."""
    out: dict[str, Any] = {}
    for key, value in table.items():
        out |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return out


def _way(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The keys that lead to a flattened name."""
    for key, value in table.items():
        if key == name:
            return (key,)
        if isinstance(value, dict) and name.startswith(f"{key}."):
            return (key, *_way(value, name.removeprefix(f"{key}.")))
    return ()


def _severities(table: Table) -> Iterator[tuple[str, str]]:
    for name in table.raw:
        level = table.choice(name, LEVELS, "")
        if level:
            yield name, level


def read_baseline(table: Table) -> Baseline:
    """The baseline of a pack, with what `[meta]` says of it; problems go to the table."""
    meta = table.table("meta")
    return Baseline(
        author=meta.string("author"),
        words=int(meta.number("words") or 0),
        texts=int(meta.number("texts") or 0),
        genres=meta.strings("genres", GENRES),
        learned=_date(meta),
        sources=meta.strings("sources"),
        rates=dict(_rates(table.table("baseline"))),
    )


def _date(meta: Table) -> str:
    value = meta.raw.get("learned", "")
    return value.isoformat() if hasattr(value, "isoformat") else meta.string("learned")


def _rates(table: Table) -> Iterator[tuple[str, Rate]]:
    for name, value in table.raw.items():
        inner = table.table(name)
        if not isinstance(value, dict):
            continue
        inner.only(_RATE_KEYS)
        missing = [key for key in _RATE_KEYS if key not in value and key != "p50"]
        if missing:
            inner.problem(f"baseline of “{name}” lacks {', '.join(missing)}; learn it again")
            continue
        mean, sd, p05, p50, p90, n = (inner.number(key) for key in _RATE_KEYS)
        if mean is not None and sd is not None and p05 is not None and p90 is not None and n is not None:
            yield name, Rate(mean, sd, p05, mean if p50 is None else p50, p90, int(n))


def _rules(table: Table, source: str, check: Check) -> Iterator[Rule]:
    seen: set[str] = set()
    for inner in table.tables("rule"):
        inner.only(RULE_KEYS | {"id"})
        name = inner.string("id")
        if not name:
            inner.problem("key “id” is missing; a rule needs one such as \"filler/my-rule\"")
        elif "/" not in name:
            inner.problem(f"id “{name}” has no family; write it as \"family/name\"", "id")
        elif name in seen:
            inner.problem(f"there is a rule “{name}” above already", "id")
        elif rule := read_rule(inner, name):
            seen.add(name)
            if message := check(rule):
                inner.note(message, line_naming(message, source, inner.line()))
            else:
                yield rule


