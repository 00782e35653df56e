"""The formats of drafts, and the names that mean them: how files end, and how editors call the languages."""

from __future__ import annotations

FORMATS = ("markdown", "plain", "latex", "rst", "asciidoc")

_ENDINGS = {
    "markdown": ("md", "markdown", "mdx", "qmd", "rmd", "mkd", "mdown"),
    "plain": ("txt", "text"),
    "latex": ("tex", "ltx", "latex"),
    "rst": ("rst", "rest"),
    "asciidoc": ("adoc", "asciidoc"),
}
_LANGUAGES = {"markdown": ("quarto",), "latex": ("plaintex",), "rst": ("restructuredtext",), "asciidoc": ("asc", "asciidoctor")}
_BY_NAME = {name: format for table in (_ENDINGS, _LANGUAGES) for format, names in table.items() for name in names}

ENDINGS = tuple(f".{ending}" for endings in _ENDINGS.values() for ending in endings)
"""How the names of drafts end, in small letters."""


def format_of(name: str) -> str:
    """One of `FORMATS`, from a path or an editor's language id; plain text where the name says nothing."""
    return _BY_NAME.get(name.lower().rpartition(".")[2], "plain")
