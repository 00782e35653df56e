"""Packs as they were last read, kept between runs: reading the rules anew takes ten times as long.

What is kept is JSON in the user's own cache folder: data that can at worst mark the wrong words, never code. A file holds
for the bytes of the pack, this code and this Python alone, and carries a hash of itself: whatever else lies there, cut
short, foreign or old, is as good as nothing. So is a folder that cannot be read or written.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, fields
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import unmid
from unmid.checks.notation import Lexicon
from unmid.packs.model import Example, Match, Pack, Rule

FOLDER: Final = "UNMID_CACHE_DIR"
"""The environment variable that names another folder."""
_FEWEST: Final = 20
"""Files below which a pack is read as fast as it is looked up."""
_MOST: Final = 8
"""Packs that are kept; the ones used least recently go."""
_LARGEST: Final = 20_000_000
_CODE: Final = ("checks", "lint", "packs", "prose")
_FIELDS: Final = {field.name for field in fields(Rule)}


def shelved(name: str, root: Path, load: Callable[[], tuple[Pack, Lexicon]]) -> tuple[Pack, Lexicon]:
    """The pack below `root` with its word classes read, from the shelf or else from `load`, and then on the shelf.

    A pack that has problems is not kept: it is about to change.
    """
    try:
        files = sorted(root.glob("**/*.toml"))
        key = _key(name, root, files) if len(files) >= _FEWEST else ""
    except OSError:
        key = ""
    known = _taken(key, name, root) if key else None
    if known is not None:
        return known
    pack, lexicon = load()
    if key and not pack.problems:
        _put(key, pack, lexicon)
    return pack, lexicon


def folder() -> Path:
    """Where packs are kept."""
    from platformdirs import user_cache_path

    named = os.environ.get(FOLDER)
    return (Path(named) if named else user_cache_path("unmid")) / "packs"


def _key(name: str, root: Path, files: list[Path]) -> str:
    """Names the content of a pack and all that reads it."""
    digest = blake2b(repr((name, str(root), sys.version, _code())).encode("utf-8", "surrogatepass"), digest_size=16)
    for file in files:
        data = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()}\0{len(data)}\0".encode("utf-8", "surrogatepass") + data)
    return digest.hexdigest()


@cache
def _code() -> str:
    """Names the code that reads packs: its version is not enough while it is being written."""
    here = Path(unmid.__file__).parent
    found = [(str(f), f.stat().st_mtime_ns, f.stat().st_size) for part in _CODE for f in sorted((here / part).glob("*.py"))]
    return repr((unmid.__version__, found))


def _taken(key: str, name: str, root: Path) -> tuple[Pack, Lexicon] | None:
    path = folder() / f"{key}.json"
    try:
        if path.stat().st_size > _LARGEST:
            return None
        data = path.read_bytes()
        seal, _, body = data.partition(b"\n")
        if seal != _seal(key, body):
            return None
        raw = json.loads(body)
        classes = {label: tuple(words) for label, words in raw["classes"].items()}
        pack = Pack(name, root, tuple(map(_rule, raw["rules"])), classes)
        lexicon = Lexicon.restored(classes, raw["patterns"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    with suppress(OSError):
        os.utime(path)
    return pack, lexicon


def _put(key: str, pack: Pack, lexicon: Lexicon) -> None:
    raw = {"classes": pack.classes, "rules": [asdict(rule) for rule in pack.rules], "patterns": lexicon.noted()}
    try:
        # Surrogates and all: JSON of ASCII alone.
        body = json.dumps(raw, separators=(",", ":")).encode("ascii")
        place = folder()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=place, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_seal(key, body) + b"\n" + body)
            os.replace(name, place / f"{key}.json")
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        for old in list(_by_age(place))[_MOST:]:
            old.unlink(missing_ok=True)
    except (OSError, TypeError, ValueError):
        return  # nothing is lost but time


def _by_age(place: Path) -> Iterator[Path]:
    """Files on the shelf, the one used last first; what another process is writing is left alone."""
    yield from sorted(place.glob("*.json"), key=lambda path: -path.stat().st_mtime_ns)


def _seal(key: str, body: bytes) -> bytes:
    return blake2b(body, key=key.encode(), digest_size=16).hexdigest().encode()


def _rule(raw: Mapping[str, Any]) -> Rule:
    values = _tuples(raw)
    values["matches"] = tuple(
        Match(**{**_tuples(match), "tokens": tuple(map(tuple, match["tokens"]))}) for match in raw["matches"]
    )
    values["examples"] = tuple(Example(**_tuples(example)) for example in raw["examples"])
    if values.keys() != _FIELDS:
        raise ValueError("not a rule of ours")
    return Rule(**values)


def _tuples(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
