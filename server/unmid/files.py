"""Files: which are drafts, their text, and writing one whole."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pathspec

from unmid.text.formats import ENDINGS

_SKIPPED = {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache"}
MOST_BYTES = 50_000_000
"""Bytes of a draft."""
_MOST_PATTERNS = 1_000_000
"""Bytes of a `.gitignore`; a larger one is not read."""
_DEEPEST = 100
"""Folders within folders; what lies deeper is not looked for."""
_HUNGRY = re.compile(r"(?:\*+[^*]*){5}")
"""Patterns with more asterisks than people write, which can take hours over one file name. They are passed by."""


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):
    """A file that cannot be checked, in one sentence."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def read_text(path: Path) -> str:
    """The decoded text of a draft, line ends as they are. Raises Unreadable."""
    try:
        if path.is_dir():
            raise Unreadable(str(path), "is a folder")
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(str(path), f"is larger than {MOST_BYTES // 1_000_000} MB; split it")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable(str(path), "no such file") from error
    except OSError as error:
        raise Unreadable(str(path), f"cannot be read: {error.strerror}") from error
    return decode(data, str(path))


def decode(data: bytes, path: str) -> str:
    """UTF-8 to text, a byte order mark kept as a character. Raises Unreadable."""
    if b"\0" in data[:8192]:
        raise Unreadable(path, "is binary, not text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(path, f"is not UTF-8 text (line {line}); save it as UTF-8") from error


def write_text(path: Path, text: str) -> None:
    """Replace a file's text whole: written beside it, then renamed, with its permissions kept. Raises Unreadable.

    A link stays one. What is there and no file (a device, a pipe) is written into.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Unreadable(str(path), "cannot be written: the text holds half a character") from error
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        target = path.resolve()
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(name, target.stat().st_mode & 0o7777 if target.exists() else 0o644)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Unreadable(str(path), f"cannot be written: {error.strerror}") from error


def drafts(folder: Path, exclude: tuple[str, ...] = (), base: Path | None = None) -> Iterator[Path]:
    """Drafts below a folder in a stable order, but for what `exclude` and `.gitignore` files name.

    Globs of `exclude` are relative to `base`, by default the folder; files count from the top of the repository down. A
    folder that these name itself is looked into all the same, for somebody asked for it.
    """
    real = Path(os.path.abspath(folder))
    top = Path(os.path.abspath(base)) if base else real
    said = [(top if real.is_relative_to(top) else real, _spec(exclude))] if exclude else []
    repository = next((one for one in (real, *real.parents) if (one / ".git").exists()), real)
    above = [one for one in real.parents if one.is_relative_to(repository)][::-1]
    files = [(one, spec) for one in above if (spec := _gitignore(one))]
    files, said = ([one for one in specs if real == one[0] or not _ignored(real, True, [one])] for specs in (files, said))
    yield from _walk(folder, real, files, said, _DEEPEST)


def matches(path: str, glob: str) -> bool:
    """Whether a path fits a glob as `.gitignore` files have them."""
    return bool(_spec((glob,)).match_file(path))


def _walk(folder: Path, real: Path, files: list[_Spec], said: list[_Spec], deeper: int) -> Iterator[Path]:
    """Drafts below a folder that is `real` there. What the `files` bring back (`!a.md`) is left out still if it is `said`."""
    try:
        files = [*files, (real, spec)] if (spec := _gitignore(real)) else files
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = Path(entry.path)
        is_folder = entry.is_dir(follow_symlinks=False)
        if _ignored(real / entry.name, is_folder, [*files, *said]):
            continue
        if is_folder:
            if entry.name not in _SKIPPED and deeper:
                yield from _walk(path, real / entry.name, files, said, deeper - 1)
        elif entry.is_file() and path.suffix.lower() in ENDINGS:
            yield path


_Spec = tuple[Path, pathspec.GitIgnoreSpec]
"""Globs with the folder that they are relative to."""


def _gitignore(folder: Path) -> pathspec.GitIgnoreSpec | None:
    file = folder / ".gitignore"
    try:
        if not file.is_file() or file.stat().st_size > _MOST_PATTERNS:
            return None
        return _spec(tuple(file.read_text(encoding="utf-8", errors="replace").splitlines()))
    except OSError:
        return None


@lru_cache(maxsize=64)
def _spec(lines: tuple[str, ...]) -> pathspec.GitIgnoreSpec:
    return pathspec.GitIgnoreSpec.from_lines(line for line in lines if not _HUNGRY.search(line))


def _ignored(path: Path, folder: bool, specs: list[_Spec]) -> bool:
    verdict = False
    for base, spec in specs:
        relative = path.relative_to(base).as_posix() + ("/" if folder else "")
        result = spec.check_file(relative)
        if result.include is not None:
            verdict = result.include
    return verdict
