"""JSON schemas of the files that people write, made from the tables that their readers go by; draft 7, which TOML tools know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from unmid.packs import schema as tables
from unmid.packs.author import LEVELS
from unmid.packs.load import REQUIRED
from unmid.packs.model import Rate
from unmid.packs.values import GENRES

Schema = dict[str, Any]
_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_STRING: Final[Schema] = {"type": "string"}
_STRINGS: Final[Schema] = {"type": "array", "items": _STRING}
_NUMBER: Final[Schema] = {"type": "number", "minimum": 0}
_BOOLEAN: Final[Schema] = {"type": "boolean"}
_STRING_KEYS: Final = frozenset(
    {"since", "summary", "message", "fill", "why", "instead", "exceptions", "needs", "shape", "text", "fixed", "note", "say", "author", "pipeline"}
)
_ARRAYS: Final = frozenset({"scope", "off", "only", "through", "genres"})
"""Keys that hold several of their few words."""


def schemas() -> Mapping[str, Schema]:
    """All schemas by file name."""
    return {
        "settings.json": _file("Settings of unmid: unmid.toml", _settings()),
        "pack.json": _file("A pack of unmid: NAME.toml, or pack.toml in a folder", _pack()),
        "rule.json": _file("A rule of unmid: FAMILY/RULE.toml in a pack's folder", _rule({})),
        "words.json": _file("Word classes of a pack of unmid: words/NAME.toml", _all(_either(_STRING, _STRINGS))),
    }


def _file(title: str, body: Schema) -> Schema:
    return {"$schema": _DRAFT, "title": title, **body}


def _table(keys: tables.Keys, known: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """A table that holds these keys and no others, each with its description."""
    properties = {key: {"description": words, **(known.get(key) or _value(key))} for key, words in keys.items()}
    return {"type": "object", "additionalProperties": False, "properties": properties} | ({"required": list(required)} if required else {})


def _value(key: str) -> Schema:
    """What a key takes when nothing special is known of it."""
    if key == "safe":
        return _BOOLEAN
    if key in tables.VALUES:
        choice: Schema = {"enum": list(tables.VALUES[key])}
        return {"type": "array", "items": choice} if key in _ARRAYS else choice
    return _STRING if key in _STRING_KEYS else _STRINGS


def _all(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}


def _either(*values: Schema) -> Schema:
    return {"anyOf": list(values)}


def _limit() -> Schema:
    numbers = {key: {"description": words, **_NUMBER} for key, words in tables.LIMIT.items()}
    genres = {genre: _all(_NUMBER) for genre in GENRES}
    return {"type": "object", "properties": numbers | genres, "additionalProperties": _NUMBER}


def _matching() -> Mapping[str, Schema]:
    return {
        "tokens": {"type": "array", "items": {"type": "array", "items": {"type": "object"}}},
        "replace": _either(_STRING, _all(_STRING)),
        "across": {"type": "integer", "minimum": 1, "maximum": 3},
        "limit": _limit(),
    }


def _rule(more: tables.Keys) -> Schema:
    example = _table(tables.EXAMPLE, {"with": {"type": "object"}}, ("text",))
    known = {
        **_matching(),
        "match": {"type": "array", "items": _table(tables.MATCH, _matching())},
        "example": {"type": "array", "items": example},
        "id": {"type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*/[a-z][a-z0-9]*(-[a-z0-9]+)*$"},
    }
    return _table({**more, **tables.RULE}, known, (*more, *REQUIRED))


def _choices() -> Mapping[str, Schema]:
    limit = _either(_NUMBER, {"type": "string", "pattern": "^p[0-9]{1,2}$"})
    ban = _table(tables.BAN, {"max": {"type": "integer", "minimum": 0}, "max_per_1k": _NUMBER})
    return {
        "ban": _all(ban),
        "limits": _all(_either(limit, _all(limit))),
        "severity": _all({"enum": list(LEVELS)}),
    }


def _pack() -> Schema:
    choices = {**_choices(), "allow": _table(tables.ALLOW, {})}
    numbers = {"words": _NUMBER, "texts": _NUMBER, "learned": _STRING, "summary": _STRING, "author": _STRING}
    rate = {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: {"type": "number"} for field in fields(Rate)},
        "required": [field.name for field in fields(Rate) if field.name != "p50"],
    }
    known = {
        **choices,
        "extends": _either(_STRING, _STRINGS),
        "meta": _table(tables.META, numbers),
        "genre": {
            "type": "object",
            "additionalProperties": False,
            "properties": {genre: _table(tables.CHOICES, choices) for genre in GENRES},
        },
        "rule": {"type": "array", "items": _rule({"id": "What the rule is called: family/name."})},
        "baseline": _all(rate),
    }
    return _table(tables.PACK, known)


def _settings() -> Schema:
    known = {
        **_choices(),
        "paths": _all({"$ref": "#"}),
        "debounce": {"type": "integer", "minimum": 0, "maximum": 60_000},
    }
    return _table(tables.SETTINGS, known)
