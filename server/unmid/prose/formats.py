"""The one entrance: source text of some format to a `Document`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, MutableMapping
from hashlib import blake2b
from itertools import pairwise

from unmid.prose import chunks, markdown, plain
from unmid.prose.model import Block, Chunk, Document

_LINE_LIMIT = 100_000
"""Characters in a line that no one typed. Markdown's inline rules are not all linear in its length."""

_BYTE_ORDER_MARK = "\ufeff"

_LINE_END = re.compile(r"[\r\n]")


def parse(
    text: str, format: str = "markdown", cache: MutableMapping[str, Chunk] | None = None, before: Document | None = None
) -> Document:
    """The document that `text` is. Never fails, whatever the text holds.

    Chunks are taken from `cache` where it has them and put there where it has not; the caller sees to its size. With
    `before`, the document as it was, only what lies around the difference is read again; the result is the same.
    """
    cache = {} if cache is None else cache
    front, edges, tail = _kept(text, format, before)
    pieces = [(start, text[start:stop]) for start, stop in pairwise(edges) if stop > start]
    if format != "markdown":
        begins = frozenset[str]()
        if format == "latex" and not front:
            from unmid.prose import latex

            begins = frozenset([latex.PREAMBLE]) if latex.preamble(text) else begins
        middle = (
            (at, _chunk(piece, format, cache, frozenset() if number else begins)) for number, (at, piece) in enumerate(pieces)
        )
        return Document(text, (*front, *middle, *tail), format)
    defined = [_definitions(piece) for _, piece in pieces]
    labels = frozenset(label for _, chunk in (*front, *tail) if chunk.defines for label in chunk.defines).union(*defined)
    if before is not None and (front or tail) and labels != before.labels:
        return parse(text, format, cache)
    middle = (
        (at, _chunk(piece, format, cache, chunks.used(piece, labels), defines))
        for (at, piece), defines in zip(pieces, defined, strict=True)
    )
    return Document(text, (*front, *middle, *tail), format)


_Placed = tuple[int, Chunk]


def _kept(text: str, format: str, before: Document | None) -> tuple[list[_Placed], list[int], list[_Placed]]:
    """The chunks of `before` that stand at the start and at the end of `text` still, and the edges of those between."""
    # A byte order mark is no part of the first line.
    start = int(text.startswith(_BYTE_ORDER_MARK))
    old = before.chunks if before and before.format == format else ()
    # What opens like front matter is some as soon as a line that closes it stands anywhere below.
    open_ended = text.startswith(("---", "+++"), start) and not (before and before.front_matter)
    # So is all that stands above the line that begins a document in LaTeX.
    if format == "latex" and old:
        from unmid.prose import latex

        open_ended = (latex.PREAMBLE in old[0][1].context) != (latex.preamble(text) > 0)
    if before is None or not old or old[0][0] != start or open_ended:
        old, shift, length = (), 0, 0
    else:
        length, shift = len(before.text), len(text) - len(before.text)
    alike = _alike(before.text, text) if before and old else 0
    changed = max(bisect_right(old, alike, key=_base) - 1, 0) if alike < length else len(old)
    # Whether a chunk begins is seen in its first line, which may go on where the text did not.
    first = max(min(changed, len(old) - 1) - 1, 0)
    start = old[first][0] if old else start
    most = length - (old[changed][0] if changed < len(old) else length)
    tail = bisect_left(old, length - _alike_at_end(before.text, text, min(most, most + shift)), key=_base) if before and old else 0
    edges = [start]
    for cut in _cuts(text[start:], format, first == 0):
        edges.append(start + cut)
        again = bisect_left(old, edges[-1] - shift, lo=tail, key=_base)
        if again < len(old) and old[again][0] + shift == edges[-1]:
            return [*old[:first]], edges, [(base + shift, chunk) for base, chunk in old[again:]]
    return [*old[:first]], [*edges, len(text)], []


def _base(placed: _Placed) -> int:
    return placed[0]


def _alike(one: str, other: str) -> int:
    """How many characters at the start of two texts are the same."""
    return _most(min(len(one), len(other)), lambda start, stop: one[start:stop] == other[start:stop])


def _alike_at_end(one: str, other: str, most: int) -> int:
    """How many characters at the end of two texts are the same, up to `most`."""
    return _most(most, lambda start, stop: one[len(one) - stop : len(one) - start] == other[len(other) - stop : len(other) - start])


def _most(most: int, same: Callable[[int, int], bool]) -> int:
    """The largest number up to `most` below which all is the `same`, by halves: texts compare fastest in long pieces."""
    low, high = 0, max(most, 0)
    while low < high:
        middle = (low + high + 1) // 2
        if same(low, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _definitions(piece: str) -> frozenset[str]:
    return markdown.definitions(piece) if chunks.may_define(piece) and not _is_endless(piece) else frozenset()


def _cuts(text: str, format: str, first: bool) -> Iterator[int]:
    """The offsets at which chunks of a text begin that is the `first` part of a document or a later one."""
    # Each reader is imported where it is used: most drafts are Markdown, and the first marks should not wait for the others.
    match format:
        case "latex":
            from unmid.prose import latex

            return latex.cuts(text, first)
        case "rst":
            from unmid.prose import rst

            return rst.cuts(text)
        case "asciidoc":
            from unmid.prose import asciidoc

            return asciidoc.cuts(text)
    return chunks.cuts(text, format == "plain")


def _chunk(
    text: str,
    format: str,
    cache: MutableMapping[str, Chunk],
    context: frozenset[str] = frozenset(),
    defines: frozenset[str] = frozenset(),
) -> Chunk:
    key = _key(text, format, context)
    chunk = cache.get(key)
    if chunk is None:
        chunk = cache[key] = Chunk(text, parse_chunk(text, format, context), key, defines, format, context)
    return chunk


def parse_chunk(text: str, format: str, context: Collection[str] = ()) -> tuple[Block, ...]:
    """The blocks of a chunk, or of a text that stands in for one. `context` is what the chunk knows of its document."""
    match format:
        case "latex":
            from unmid.prose import latex

            return latex.parse_chunk(text, context)
        case "rst":
            from unmid.prose import rst

            return rst.parse_chunk(text)
        case "asciidoc":
            from unmid.prose import asciidoc

            return asciidoc.parse_chunk(text)
        case "markdown" if not _is_endless(text):
            return markdown.parse_chunk(text, context)
    return plain.parse_chunk(text)


def _key(text: str, format: str, references: Collection[str]) -> str:
    """Equal for equal text, format and labels that matter; lone surrogates count like other characters."""
    head = "\0".join((format, *sorted(references)))
    return blake2b(f"{head}\0\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _is_endless(text: str) -> bool:
    return len(text) >= _LINE_LIMIT and max(map(len, _LINE_END.split(text))) >= _LINE_LIMIT
