"""Turn a rule off in a project: the smallest change to its configuration file that does it."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any, Final

from unmid.settings import FILE, find

_HEADER: Final = re.compile(r"^[ \t]*\[", re.M)
_IGNORE: Final = re.compile(r"""^[ \t]*(?:ignore|"ignore"|'ignore')[ \t]*=[ \t]*\[""", re.M)
_TOKEN: Final = re.compile(r"""#[^\r\n]*|"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*'|\]|[^\]#"']+""")
_SECTION: Final = re.compile(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*unmid[ \t]*\][^\r\n]*(?:\r\n|\n|\Z)", re.M)
_SUBSECTION: Final = re.compile(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*unmid[ \t]*\.", re.M)


class EditError(ValueError):
    """The file is not one that can be changed safely; the message says what to do by hand."""


def file_for(path: Path | None, root: Path | None) -> Path | None:
    """The configuration file to change for a draft: the nearest, else a new one in the workspace or beside the draft."""
    start = path or root
    if start is None:
        return None
    folder = root if root and (path is None or path.is_relative_to(root)) else start.parent
    return find(start) or folder / FILE


def turn_off(file: Path, rule: str) -> None:
    """Write `rule` into the `ignore` list of a configuration file. Raises EditError."""
    try:
        source = file.read_bytes().decode("utf-8") if file.exists() else ""
        _write(file, ignoring(source, rule, pyproject=file.name == "pyproject.toml"))
    except (OSError, UnicodeDecodeError) as error:
        raise EditError(f"{file} cannot be changed: {error}") from error


def ignoring(source: str, rule: str, pyproject: bool = False) -> str:
    """A configuration that ignores `rule`; all else, comments included, stays as it is. Raises EditError."""
    before = _table(source, pyproject)
    ignored = before.get("ignore", [])
    if not isinstance(ignored, list):
        raise EditError("`ignore` is not a list")
    if rule in ignored:
        return source
    changed = _changed(source, rule, pyproject, "ignore" in before)
    # TOML can be written in more ways than are looked for above; what is read back decides.
    if _table(changed, pyproject) != {**before, "ignore": [*ignored, rule]}:
        raise EditError(f'add "{rule}" to `ignore` by hand: the file is written in a way that is hard to change safely')
    return changed


def _table(source: str, pyproject: bool) -> dict[str, Any]:
    try:
        raw: dict[str, Any] = tomllib.loads(source)
        return dict(raw.get("tool", {}).get("unmid", {})) if pyproject else raw
    except (tomllib.TOMLDecodeError, AttributeError, TypeError, ValueError) as error:
        raise EditError(f"the file is not valid TOML: {error}") from error


def _changed(source: str, rule: str, pyproject: bool, listed: bool) -> str:
    newline = "\r\n" if "\r\n" in source else "\n"
    start, end = _section(source, pyproject)
    if listed and (found := _IGNORE.search(source, start, end)):
        return _longer(source, found.end(), rule, newline)
    entry = f'ignore = ["{rule}"]{newline}'
    if start < 0:
        first = _SUBSECTION.search(source)
        at = first.start() if first else len(source)
        lead = newline if source[:at] and not source[:at].endswith("\n") else ""
        return f"{source[:at]}{lead}[tool.unmid]{newline}{entry}{newline}{source[at:]}"
    at = start + len(_keys(source[start:end]))
    lead = newline if source[:at] and not source[:at].endswith("\n") else ""
    gap = newline if at == 0 and source else ""
    return source[:at] + lead + entry + gap + source[at:]


def _keys(section: str) -> str:
    """A section up to the last line that says something: comments below belong to what follows."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", section)
    while lines and lines[-1].strip()[:1] in ("", "#"):
        lines.pop()
    return "".join(lines)


def _section(source: str, pyproject: bool) -> tuple[int, int]:
    """Where our own keys stand: offsets of the first and past the last; -1 if there is no place for them yet."""
    start = 0
    if pyproject:
        head = _SECTION.search(source)
        if head is None:
            return -1, -1
        start = head.end()
    following = next((found for found in _HEADER.finditer(source, start) if not _inside(source, start, found.start())), None)
    return start, following.start() if following else len(source)


def _inside(source: str, start: int, at: int) -> bool:
    """Whether a line that begins with a bracket belongs to an array that is still open."""
    depth = 0
    for token in re.finditer(r"""#[^\r\n]*|"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*'|[\[\]]""", source[start:at]):
        depth += {"[": 1, "]": -1}.get(token.group(), 0)
    return depth > 0


def _longer(source: str, start: int, rule: str, newline: str) -> str:
    """The source with `rule` as the last entry of the array whose inside begins at `start`."""
    last = end = start
    for token in _TOKEN.finditer(source, start):
        word = token.group()
        if word == "]":
            end = token.start()
            break
        if word[0] in "\"'":
            last = token.end()
        elif word[0] != "#" and "," in word:
            last = token.start() + word.rindex(",") + 1
    comma = "" if last == start or source[last - 1] == "," else ","
    line = source.find(newline, last, end)
    if line < 0:
        gap = "" if last == start else " "
        return f'{source[:last]}{comma}{gap}"{rule}"{source[last:]}'
    # On a line of its own, below a comment that may stand beside the last entry.
    indent = re.search(r"\n([ \t]*)[\"']", source[start:end])
    return f'{source[:last]}{comma}{source[last:line]}{newline}{indent[1] if indent else "  "}"{rule}",{source[line:]}'


def _write(file: Path, text: str) -> None:
    """Replace a file whole: written beside it, then renamed, with its permissions kept."""
    import tempfile  # brings in more than the start of the server should wait for

    target = file.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
        os.chmod(name, target.stat().st_mode & 0o7777 if target.exists() else 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
