"""From the protocol's terms to ours. With `to_proto`, the only place where positions change their units."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls.uris import to_fs_path

from unmid.settings import Settings
from unmid.text.lines import Encoding, LineIndex
from unmid.text.span import Span

_ENCODINGS: Final[dict[str, Encoding]] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}


def encoding_of(kind: types.PositionEncodingKind | str | None) -> Encoding:
    """The encoding that pygls has agreed on with the client; UTF-16, the protocol's default, for none or an unknown one."""
    name = kind.value if isinstance(kind, types.PositionEncodingKind) else kind
    return _ENCODINGS.get(name or "", "utf-16")


def offset_of(position: types.Position, lines: LineIndex, encoding: Encoding) -> int:
    """The code point that a client's position stands before."""
    return lines.position_to_offset(position.line, position.character, encoding)


def span_of(range_: types.Range, lines: LineIndex, encoding: Encoding) -> Span:
    """The code points that a client's range covers. One whose end comes before its start covers the same, read forwards."""
    start, end = (offset_of(position, lines, encoding) for position in (range_.start, range_.end))
    return Span(min(start, end), max(start, end))


def key_of(uri: str) -> str:
    """What a document is known by. Clients may escape more or less of a URI from one message to the next."""
    return unquote(uri)


def path_of(uri: str) -> Path | None:
    """The file that a document is, or that a notebook's cell lies in; None for a buffer without one."""
    if uri.startswith("vscode-notebook-cell:"):
        return Path(unquote(urlsplit(uri).path)) if urlsplit(uri).path else None
    path = to_fs_path(uri)
    return Path(path) if path and _can_be(path) else None


def _can_be(path: str) -> bool:
    """Whether there could be a file of that name: none has a null in it, half a character, or more than the system takes."""
    try:
        os.stat(path)
    except ValueError:
        return False
    except OSError as error:
        return error.errno not in (errno.ENAMETOOLONG, errno.EINVAL)
    return True


@dataclass(frozen=True, slots=True)
class OfferedFix:
    """A fix as a diagnostic carries it to the client and back: its edits are in the client's positions."""

    title: str
    safe: bool
    kind: str
    edits: tuple[types.TextEdit, ...]


@dataclass(frozen=True, slots=True)
class OfferedBlank:
    """Words for the writer to replace, as a diagnostic carries them to the client and back."""

    title: str
    range: types.Range
    text: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What `to_proto` put into a diagnostic's data."""

    rule: str
    version: int
    fixes: tuple[OfferedFix, ...]
    blank: OfferedBlank | None = None


def offer_of(data: object) -> Offer | None:
    """The offer in a diagnostic's data; None for data that is not ours or that came back damaged."""
    try:
        if not isinstance(data, Mapping):
            return None
        blank = data.get("blank")
        return Offer(str(data["rule"]), int(data["version"]), tuple(_fixes(data["fixes"])), _blank(blank) if blank else None)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _fixes(raw: Any) -> Iterator[OfferedFix]:
    for fix in raw:
        edits = tuple(types.TextEdit(_range(edit), str(edit["text"])) for edit in fix["edits"])
        kind = str(fix.get("kind", types.CodeActionKind.QuickFix.value))
        yield OfferedFix(str(fix["title"]), bool(fix["safe"]), kind, edits)


def _blank(raw: Any) -> OfferedBlank:
    return OfferedBlank(str(raw["title"]), _range(raw), str(raw["text"]))


def _range(edit: Mapping[str, Any]) -> types.Range:
    start, end = (types.Position(int(edit[key][0]), int(edit[key][1])) for key in ("start", "end"))
    return types.Range(start, end)


def settings_of(raw: object) -> dict[str, Any]:
    """The section `unmid` of what an editor sends as settings, or all of it when it comes without that heading.

    What is null is not set; what only the editor's own extension reads is left out.
    """
    if not isinstance(raw, Mapping):
        return {}
    section = raw.get("unmid", raw)
    if not isinstance(section, Mapping):
        return {}
    return {str(key): value for key, value in section.items() if value is not None and key not in _EXTENSION_ONLY}


def speaks_of_us(raw: object) -> bool:
    """Whether settings that a client sends unasked hold any for us: some clients send everyone's, some nothing."""
    return isinstance(raw, Mapping) and ("unmid" in raw or not _SETTINGS.isdisjoint(raw))


_SETTINGS: Final = frozenset(item.name for item in fields(Settings))
_EXTENSION_ONLY: Final = frozenset({"trace", "path", "command", "enable"})
