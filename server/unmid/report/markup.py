"""HTML, built so that nothing of a draft can become markup: text is escaped where it enters, and nowhere else."""

from __future__ import annotations

import re
from typing import Final

_VOID: Final = frozenset({"meta", "input", "br", "rect", "line"})
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\r": "&#13;"}
"""A carriage return is written as a reference, since parsers take a bare one for a line feed."""

_SPECIAL: Final = re.compile(r"[&<>\"'\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """Text as it is shown. Characters that no page may hold become U+FFFD."""
    if isinstance(text, Html):
        return text
    return Html(_SPECIAL.sub(lambda found: _ESCAPES.get(found.group(), "\ufffd"), text))


def joined(*children: str) -> Html:
    """Children in a row; those that are not `Html` are escaped."""
    return Html("".join(map(escaped, children)))


def tag(name: str, /, *children: str, **attributes: str | int | float | bool | None) -> Html:
    """An element. An underscore in an attribute's name is a hyphen, one at its end goes; None and False leave it out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escaped(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{name}{written}/>" if name in _VOID else f"<{name}{written}>{joined(*children)}</{name}>")
