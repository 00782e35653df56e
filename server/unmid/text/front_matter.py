"""Front matter: the values at the top of a draft, in YAML between `---` or in TOML between `+++`."""

from __future__ import annotations

import re

_VALUE = r"""^{key}[ \t]*[:=][ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'\[{{#&*|>][^\n]*?))[ \t]*(?:(?<=[\s"'])#[^\n]*)?\r?$"""


def value_of(front_matter: str, key: str) -> str:
    """The text that a key of the top level has, without quotation marks and comment; nothing if it has none on its line."""
    found = re.search(_VALUE.format(key=re.escape(key)), front_matter, re.M | re.I)
    return next((value.strip() for value in found.groups() if value), "") if found else ""
