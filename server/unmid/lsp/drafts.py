"""What of an open document is prose to be read, and how."""

from __future__ import annotations

import re
from typing import Final

from unmid.lsp.from_proto import key_of, path_of
from unmid.lsp.state import Snapshot
from unmid.text.formats import format_of

_COMMIT: Final = frozenset({"git-commit", "gitcommit", "git-commit-message", "commit"})
_PLAIN: Final = frozenset({"plaintext", "plain", "text", "txt"})
_NOT_TYPED: Final = re.compile(r"^#.*", re.M)
_COMMENTS: Final = {"markdown": "<!-- {} -->", "latex": "% {}", "rst": ".. {}", "asciidoc": "// {}"}
_SCISSORS: Final = re.compile(r"^# -+ >8 -+.*", re.M | re.S)


def is_draft(uri: str, language: str) -> bool:
    """Whether an open document is prose at all. Settings and packs are open in the editor, too, to be told what is wrong in them."""
    return language.lower() != "toml" and not key_of(uri).lower().endswith(".toml")


def format_of_draft(snapshot: Snapshot) -> str:
    """The draft's format: as the editor says or, when it names a language that says nothing to us, as the file's name does.

    An editor that does not know AsciiDoc, say, calls it plain text; a Markdown file that is called so is meant to be.
    """
    language = snapshot.language.lower()
    if language in _COMMIT:
        return "plain"
    named = format_of(language)
    path = path_of(snapshot.uri)
    if named != "plain" or path is None:
        return named
    written = format_of(path.name)
    return "plain" if language in _PLAIN and written == "markdown" else written


def text_of_draft(snapshot: Snapshot) -> str:
    """The text to read, as long as the document. What git adds to a commit message is blank."""
    if snapshot.language.lower() not in _COMMIT:
        return snapshot.text
    return _NOT_TYPED.sub(_blank, _SCISSORS.sub(_blank, snapshot.text))


def comment_for(snapshot: Snapshot) -> str:
    """A comment of the draft's format, `{}` in place of its words; empty where none can silence a rule."""
    mdx = snapshot.language.lower() == "mdx" or snapshot.uri.lower().endswith(".mdx")
    return "" if mdx else _COMMENTS.get(format_of_draft(snapshot), "")


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\r\n]", " ", found.group())
