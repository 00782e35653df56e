"""The one entrance: source text of some format to a `Document`."""

from __future__ import annotations

import re
from collections.abc import Collection, MutableMapping
from hashlib import blake2b

from unmid.prose import chunks, markdown, plain
from unmid.prose.model import Chunk, Document

_MARKDOWN = frozenset({"md", "markdown", "mdx", "qmd", "rmd", "quarto", "mkd", "mdown"})

_LINE_LIMIT = 100_000
"""Characters in a line that no one typed. Markdown's inline rules are not all linear in its length."""

_BYTE_ORDER_MARK = "\ufeff"

_LINE_END = re.compile(r"[\r\n]")


def format_of(name: str) -> str:
    """`markdown` or `plain`, from a path or an editor's language id."""
    return "markdown" if name.lower().rpartition(".")[2] in _MARKDOWN else "plain"


def parse(text: str, format: str = "markdown", cache: MutableMapping[str, Chunk] | None = None) -> Document:
    """The document that `text` is. Never fails, whatever the text holds.

    Chunks are taken from `cache` where it has them and put there where it has not; the caller sees to its size.
    """
    cache = {} if cache is None else cache
    # A byte order mark is no part of the first line.
    mark = int(text.startswith(_BYTE_ORDER_MARK))
    body = text[mark:]
    if format != "markdown":
        spans = chunks.split_plain(body)
        return Document(text, tuple((s.start + mark, _chunk(s.of(body), "plain", (), cache)) for s in spans), format)
    pieces = [(span.start + mark, span.of(body)) for span in chunks.split(body)]
    labels: set[str] = set()
    for _, piece in pieces:
        if chunks.may_define(piece) and not _is_endless(piece):
            labels |= markdown.definitions(piece)
    return Document(
        text,
        tuple((base, _chunk(piece, "markdown", chunks.used(piece, labels), cache)) for base, piece in pieces),
        format,
    )


def _chunk(text: str, format: str, references: Collection[str], cache: MutableMapping[str, Chunk]) -> Chunk:
    key = _key(text, format, references)
    chunk = cache.get(key)
    if chunk is None:
        if format == "plain" or _is_endless(text):
            blocks = plain.parse_chunk(text)
        else:
            blocks = markdown.parse_chunk(text, references)
        chunk = cache[key] = Chunk(text, blocks, key)
    return chunk


def _key(text: str, format: str, references: Collection[str]) -> str:
    """Equal for equal text, format and labels that matter; lone surrogates count like other characters."""
    head = "\0".join((format, *sorted(references)))
    return blake2b(f"{head}\0\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _is_endless(text: str) -> bool:
    return len(text) >= _LINE_LIMIT and max(map(len, _LINE_END.split(text))) >= _LINE_LIMIT
