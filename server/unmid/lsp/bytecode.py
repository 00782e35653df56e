"""The bytecode of lsprotocol's classes, kept between runs.

For each of 554 classes attrs writes methods in Python and has them compiled, whenever lsprotocol is imported: two fifths of
what it takes to import pygls. Here that bytecode is kept as Python keeps that of modules: beside this module's own, trusted
as that is, and not at all where Python keeps none.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from importlib import import_module
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

_SEAL: Final = 16
"""Bytes of the hash that comes first."""


def preload() -> None:
    """Import lsprotocol, from what was kept."""
    # Of pygls's libraries it alone: attrs puts a number into classes with a hash that is another in each process.
    with kept():
        import_module("lsprotocol.types")


@contextmanager
def kept(place: Path | None = None) -> Iterator[None]:
    """While it lasts, attrs does not compile again what it compiled the last time. `place` names another file to keep it in.

    What was kept and is of no use any more goes.
    """
    try:
        from attr import _make
    except ImportError:  # it is nobody's but theirs
        yield
        return
    place = place or _place()
    known = _taken(place) if place else {}
    used: dict[bytes, CodeType] = {}
    flags = _flags(_make)

    def compiled(source: Any, filename: str, mode: str, *more: Any, **options: Any) -> Any:
        if more or options or not isinstance(source, str):
            return compile(source, filename, mode, *more, **options)
        key = blake2b(f"{filename}\0{mode}\0{flags}\0{source}".encode(), digest_size=16).digest()
        used[key] = known.get(key) or compile(source, filename, mode, flags, dont_inherit=True)
        return used[key]

    # What is named so in the module goes before the builtin.
    vars(_make)["compile"] = compiled
    try:
        yield
    finally:
        vars(_make).pop("compile", None)
    if place and used and used.keys() != known.keys() and not sys.dont_write_bytecode:
        _put(place, used)


def _place() -> Path | None:
    try:
        return Path(cache_from_source(__file__)).with_suffix(".attrs")
    except NotImplementedError:  # this Python keeps no bytecode
        return None


def _flags(module: ModuleType) -> int:
    """What the module imports from `__future__`, which holds for all that it compiles."""
    return sum(value.compiler_flag for value in vars(module).values() if isinstance(value, type(annotations)))


def _taken(place: Path) -> dict[bytes, CodeType]:
    """What was kept; nothing where that is damaged or another Python's."""
    try:
        data = place.read_bytes()
        seal, body = data[:_SEAL], data[_SEAL:]
        return marshal.loads(body) if seal == _seal(body) else {}
    except (OSError, ValueError, EOFError, TypeError):
        return {}


def _put(place: Path, used: dict[bytes, CodeType]) -> None:
    body = marshal.dumps(used)
    beside = place.with_name(f"{place.name}.{os.getpid()}.tmp")
    with suppress(OSError):  # nothing is lost but time
        place.parent.mkdir(parents=True, exist_ok=True)
        # One try, as Python has with its own: `tempfile` takes a folder that it may not write for one with names that are taken.
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _mode())
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_seal(body) + body)
            os.replace(beside, place)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def _mode() -> int:
    """Who may read and write the file: whoever may this module, and its owner."""
    return Path(__file__).stat().st_mode & 0o666 | 0o200


def _seal(body: bytes) -> bytes:
    return blake2b(sys.version.encode() + body, digest_size=_SEAL).digest()
