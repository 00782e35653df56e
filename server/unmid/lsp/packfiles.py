"""Pack files, rule files and `unmid.toml`, as people write them: what is wrong, what could stand here, what a word means.

Runs on the worker, and speaks in offsets; `lsp/tomls` brings it to the editor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from unmid.checks.shapes import SHAPES
from unmid.layers import absent, named_in_pack, named_in_settings
from unmid.lint.names import unknown
from unmid.lint.ruleset import GATES, PLACES, packs, rule_checker
from unmid.lsp.basis import Basis
from unmid.lsp.toml import Place, place, word_at
from unmid.packs import schema
from unmid.packs.author import FILE as PACK_FILE
from unmid.packs.author import LEVELS, load_pack_file, parse_pack_file
from unmid.packs.discovery import BESIDE, BUILTIN, installed, packs_in, reach
from unmid.packs.lines import key_lines
from unmid.packs.load import RULE_KEYS, WORDS, line_naming, load_classes, read_rule
from unmid.packs.model import Pack, Problem
from unmid.packs.reader import Table, parse_toml
from unmid.packs.sources import Packs, located
from unmid.packs.values import GENRES
from unmid.settings import FILE, values_of
from unmid.text.span import Span

PACK, RULE, SETTINGS = "pack", "rule", "settings"
_FAMILY: Final = re.compile(r"[a-z][a-z0-9-]*")
_RULE_LIKE: Final = re.compile(r"^(?:kind|severity|message|why|summary)[ \t]*=", re.M)
_RULE_NAMES: Final = ("select", "ignore", "rules")


@dataclass(frozen=True, slots=True)
class Names:
    """What a file at `path` may name: rules with their summaries, families, limits with their values.

    `loaded` are the packs in force, less the file itself; `root` is the top of the project.
    """

    rules: Mapping[str, str]
    families: Mapping[str, str]
    limits: Mapping[str, str]
    path: Path
    loaded: tuple[Pack, ...] = ()
    root: Path | None = None

    @property
    def packs(self) -> Mapping[str, str]:
        """Packs that can be named here, with what they are for: installed ones, and those beside the file or in the
        folder that is for packs."""
        folder = self.path.name == PACK_FILE
        home, up = (self.path.parent.parent, "../") if folder else (self.path.parent, "")
        near = {up + name: place for way in (Path(), BESIDE) for name, place in packs_in(home, way).items()}
        found = {name: place for name, place in installed().items() if name != BUILTIN}
        found |= {f"./{name}" if name in found else name: place for name, place in near.items() if place not in (self.path, self.path.parent)}
        return {name: load_pack_file(place).summary for name, place in found.items()}


@dataclass(frozen=True, slots=True)
class Option:
    """Something that could stand at a place. `span` is what it takes the place of, `text` what is put there."""

    label: str
    about: str
    text: str
    span: Span
    key: bool


def kind_of(path: Path, source: str) -> str | None:
    """What a TOML file is to us, by its place and its look; None for anything else."""
    if path.name == FILE:
        return SETTINGS
    if path.name == PACK_FILE or (path.parent.name == "packs" and path.parent.parent.name in (".unmid", "unmid")):
        return PACK
    if path.parent.name == WORDS or not _FAMILY.fullmatch(path.parent.name):
        return None
    above = path.parent.parent
    in_pack = (above / PACK_FILE).is_file() or above in installed().values() or above.parent.name == "packs"
    return RULE if in_pack or len(set(_RULE_LIKE.findall(source))) >= 3 else None


def names_in(basis: Basis, path: Path, root: Path | None) -> Names:
    """What a file at `path` may name, in the project at `root`."""
    loaded = tuple(pack for pack in packs(basis.settings, basis.folder) if pack.path not in (path, path.parent))
    rules = {rule.id: rule for pack in loaded for rule in pack.rules}
    limits = {f"{rule.id}.{key}": f"{value:g} as it comes" for rule in rules.values() for key, value in rule.limit.items()}
    families = dict.fromkeys(sorted({rule.family for rule in rules.values()}), "All rules of the family.")
    return Names({name: rules[name].summary for name in sorted(rules)}, families, limits, path, loaded, root)


def problems(kind: str, path: Path, source: str, names: Names) -> tuple[Problem, ...]:
    """What is wrong in a text that is not saved yet, each at its line."""
    file = str(path)
    raw, broken = parse_toml(source, file)
    if broken:
        return (broken,)
    if kind == RULE:
        found = tuple(_rule_problems(path, source, raw))
    else:
        look = _settings_problems if kind == SETTINGS else _pack_problems
        found = tuple(look(path, source, names))
    return tuple(dict.fromkeys(found))


def _settings_problems(path: Path, source: str, names: Names) -> Iterator[Problem]:
    values, wrong = values_of(parse_toml(source, str(path))[0], source, str(path))
    yield from wrong
    for nth, name in enumerate(values.get("packs", ())):
        if located(name, path.parent) is None:
            yield absent(name, nth, str(path), source)
    if not wrong:
        yield from unknown(named_in_settings(values, str(path), source), names.loaded)


def _pack_problems(path: Path, source: str, names: Names) -> Iterator[Problem]:
    pack = parse_pack_file(source, path, rule_checker, _classes_near(path))
    found, wrong = Packs().under(pack, reach(pack.path, names.root))
    # What is wrong in packs that this one extends is told in their files.
    yield from (problem for problem in wrong if problem.path == str(path))
    if not wrong:
        rules = (one.pack for one in (*found, *([load_pack_file(pack.path)] if path.name == PACK_FILE else [])))
        yield from unknown(named_in_pack(pack), (*names.loaded, *rules))


def _rule_problems(path: Path, source: str, raw: Mapping[str, object]) -> Iterator[Problem]:
    table = Table(str(path), source, raw)
    table.only(RULE_KEYS)
    rule = read_rule(table, f"{path.parent.name}/{path.stem}")
    yield from table.problems
    if rule and (message := rule_checker(_classes_near(path.parent))(rule)):
        yield Problem(str(path), line_naming(message, source), message)


def _classes_near(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The word classes of the pack whose folder a file or family lies in."""
    stamp = max((file.stat().st_mtime_ns for file in (path.parent / WORDS).glob("*.toml")), default=0)
    return _classes(path.parent if stamp else None, stamp)


@lru_cache(maxsize=8)
def _classes(root: Path | None, stamp: int) -> Mapping[str, tuple[str, ...]]:
    # Kept, since the lexicon that is made of them is kept by their identity.
    return load_classes(root)[0] if root else {}


def _past(kind: str, way: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The way without the genre or path that it is about."""
    first = {PACK: "genre", SETTINGS: "paths"}.get(kind)
    return way[2:] if len(way) > 1 and way[0] == first else way


# What could stand here.


def options(kind: str, source: str, offset: int, names: Names) -> tuple[Option, ...]:
    """What could stand at an offset, in a sensible order."""
    here = place(source, offset)
    if here is None:
        return ()
    end = offset
    while end < len(source) and (source[end].isalnum() or source[end] in "-_/:"):
        end += 1
    span = Span(here.start, end)
    if here.what == "table":
        return tuple(Option(name, about, name, span, True) for name, about in _keys(kind, here.way, names).items() if _is_table(name))
    if here.what == "key":
        present = _present(source, here)
        found = [(name, about) for name, about in _keys(kind, here.way, names).items() if name not in present]
        return tuple(_key_option(name, about, source, span, here) for name, about in found)
    return tuple(_value_option(word, about, source, span, here) for word, about in _values(kind, here.way, names).items())


def about(kind: str, source: str, offset: int, names: Names) -> tuple[str, Span] | None:
    """What the word at an offset means."""
    start, end = word_at(source, offset)
    here = place(source, end) if start < end else None
    if here is None or here.start != start:
        return None
    table = _values(kind, here.way, names) if here.what == "value" else _keys(kind, here.way, names)
    told = table.get(here.typed) or table.get(here.typed.partition(":")[0]) or names.rules.get(here.typed)
    return (told, Span(start, end)) if told else None


def _keys(kind: str, way: tuple[str, ...], names: Names) -> Mapping[str, str]:
    """The keys of the table at the end of a way, with what they say."""
    if kind == RULE:
        return _rule_keys(way)
    rest = tuple(map(str, _past(kind, way)))
    if kind == PACK and way[:1] == ("rule",):
        return {"id": "The rule's id: \"family/name\".", **schema.RULE} if len(way) == 1 else _rule_keys(way[1:])
    if kind == PACK and way == ("genre",):
        return dict.fromkeys(GENRES, "What differs there.")
    match rest:
        case ():
            return schema.SETTINGS if kind == SETTINGS else schema.CHOICES if way else schema.PACK
        case ("meta",):
            return schema.META
        case ("allow",) if kind == PACK:
            return schema.ALLOW
        case ("ban", _):
            return schema.BAN
        case ("limits",):
            return names.limits
        case ("severity",):
            return {**names.families, **names.rules}
    return {}


def _rule_keys(way: tuple[str, ...]) -> Mapping[str, str]:
    match way:
        case ():
            return schema.RULE
        case ("match",):
            return schema.MATCH
        case ("example",):
            return schema.EXAMPLE
        case ("limit",) | ("match", "limit"):
            return schema.LIMIT
        case ("example", "with"):
            return schema.SETTINGS
    return {}


def _values(kind: str, way: tuple[str, ...], names: Names) -> Mapping[str, str]:
    """The words that the value at the end of a way may be, or hold, with what they mean."""
    key = way[-1] if way else ""
    if key in ("when", "unless"):
        return {name: _first_line(function.__doc__) for name, function in sorted({**GATES, **PLACES}.items())}
    if key == "shape":
        return {name: _first_line(function.__doc__) for name, function in sorted(SHAPES.items())}
    if kind != RULE and key in _RULE_NAMES:
        return {**names.families, **names.rules}
    if kind != RULE and len(way) > 1 and way[-2] == "severity":
        return dict.fromkeys(LEVELS, "")
    if kind != RULE and "limits" in way[:-1]:
        return {f"p{number}": f"The rate below which {number} in 100 of your own texts lie." for number in (50, 75, 90, 95)}
    if kind != RULE and key in ("extends", "packs"):
        return names.packs
    return dict.fromkeys(schema.VALUES.get(key, ()), "")


def _first_line(doc: str | None) -> str:
    return " ".join((doc or "").split("\n\n")[0].split())


def _is_table(name: str) -> bool:
    return name in ("match", "example", "limit", "meta", "allow", "ban", "limits", "severity", "genre", "rule", "baseline", "paths", *GENRES)


def _present(source: str, here: Place) -> set[str]:
    """Keys that the table has already. Those of a table that may come again are not known apart, so none is left out."""
    if here.way[:1] in (("rule",), ("match",), ("example",)):
        return set()
    return {str(way[-1]) for way in key_lines(source[: here.start] + "\n" + source[_line_end(source, here.start) :]) if way[:-1] == here.way}


def _line_end(source: str, offset: int) -> int:
    end = source.find("\n", offset)
    return len(source) if end < 0 else end


def _key_option(name: str, about: str, source: str, span: Span, here: Place) -> Option:
    bare = re.fullmatch(r"[\w-]+", name)
    text = name if bare or here.quoted else f'"{name}"'
    if here.quoted and source[span.end : span.end + 1] != '"':
        text += '"'
    follows = source[span.end : _line_end(source, span.end)]
    return Option(name, about, text if "=" in follows else f"{text} = ", span, True)


def _value_option(word: str, about: str, source: str, span: Span, here: Place) -> Option:
    if word in ("true", "false"):
        text = word
    elif not here.quoted:
        text = f'"{word}"'
    else:
        text = word if source[span.end : span.end + 1] in ('"', "'") and span.end < len(source) else f'{word}"'
    return Option(word, about, text, span, False)
