"""From a change of clean prose to edits of its source.

Markup goes along when all that it marks goes, and stays when it does not; it is never torn. Where an edit touches a
line start or stands next to markup, the result is parsed and compared with what was meant, since a word that moves to
the start of a line can turn into a list, and two asterisks that meet into something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from unmid.lint import mend
from unmid.lint.article import Change
from unmid.prose.formats import parse_chunk
from unmid.prose.model import PLACEHOLDER, Block, Chunk, Passage
from unmid.text.edits import Edit, apply
from unmid.text.span import Span

_MARKDOWN = frozenset("*_[]<>`~$|&!\\#^=\n\r")
_MARKUP = {
    "latex": frozenset("\\{}[]$&#^_~%`-\n\r"),
    "rst": frozenset("*_`|:\\<>[]\n\r"),
    "asciidoc": frozenset("*_`#^~+\\{}[]<>()|:;=\n\r"),
}
"""Characters next to which a change must be proven, by format."""
_POINTERS = frozenset(["link", "image", "footnote", "code", "math"])
_TEX = frozenset("\\{}$&#^_~%")
_BRACES = re.compile(r"\\.|[{}]", re.S)
_PREFIX = re.compile(r"[ \t>]*(?:(?:[-+*•]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?[ \t>]*)*")
_LINE_END = re.compile(r"[\r\n]")

Skeleton = tuple[tuple[object, ...], ...]


def edits(chunk: Chunk, passage: Passage, change: Change) -> tuple[Edit, ...] | None:
    """The edits, in chunk coordinates, that make a change to a passage; None if it cannot be done cleanly."""
    for made in (_edits(passage, change), _joined(chunk.text, passage, change)):
        if made is None or (chunk.format == "latex" and _tears(chunk.text, made)):
            continue
        if _plain(chunk, passage, made) or _proven(chunk, passage, change, made):
            return made
    return None


def _edits(passage: Passage, change: Change) -> tuple[Edit, ...] | None:
    out: list[Edit] = []
    for span, new in change:
        source = _source(passage, span, new)
        if source is None or PLACEHOLDER in span.of(passage.text):
            return None
        if out and out[-1].span.end == source.start:
            out[-1] = Edit(Span(out[-1].span.start, source.end), out[-1].text + new)
        else:
            out.append(Edit(source, new))
    return tuple(out)


def _source(passage: Passage, span: Span, new: str) -> Span | None:
    """The source of a passage span with the markup that lies wholly in it, but for what `new` words can wear; None if markup would be torn."""
    if not span:
        at = passage.offsets.end_of(span.start) if span.start else passage.offsets.start_of(0)
        return Span(at, at)
    source = passage.offsets.to_chunk(span)
    start, end = source.start, source.end
    hidden = {"start": False, "end": False}
    for mark in passage.marks:
        if new and mark.span == span:
            continue  # the other words take over its dress
        if mark.span and span.covers(mark.span):
            start, end = min(start, mark.source.start), max(end, mark.source.end)
        elif mark.span:
            if mark.span.meets(span) and not mark.span.covers(span):
                return None
        elif mark.kind == "break":
            continue  # it is written with the blank after it, and goes with that
        elif span.start < mark.span.start < span.end:
            return None
        elif mark.kind == "footnote" and mark.span.start == span.end and not new:
            return None  # a note to words that are gone
        elif mark.kind == "html":
            hidden["start"] |= mark.span.start == span.start
            hidden["end"] |= mark.span.start == span.end
    return None if all(hidden.values()) else Span(start, end)


def _joined(text: str, passage: Passage, change: Change) -> tuple[Edit, ...] | None:
    """The same change with the line before joined to what is left of this one, for words that may not open a line."""
    (span, new), *rest = change
    if span.start == 0 or passage.text[span.start - 1] != " ":
        return None
    if not _LINE_END.search(passage.offsets.to_chunk(Span(span.start - 1, span.start)).of(text)):
        return None
    return _edits(passage, ((Span(span.start - 1, span.end), f" {new}"), *rest))


# Proof.


def _plain(chunk: Chunk, passage: Passage, made: Sequence[Edit]) -> bool:
    """Whether edits stay inside lines and away from markup, or leave a word at the line start: nothing can go wrong."""
    text = chunk.text
    markup = _MARKUP.get(chunk.format, _MARKDOWN)
    strict = chunk.format in _MARKUP
    if strict and passage.kind == "heading":
        return False  # the line of signs below it may be too short or too long
    for edit in made:
        around = text[max(edit.span.start - 1, 0) : edit.span.end + 1]
        opens = _opens_line(text, edit.span.start)
        if opens:
            around = text[edit.span.start : edit.span.end + 1]
            left = (edit.text + text[edit.span.end : edit.span.end + 2])[:2]
            if strict or not (left[:1].isalpha() or left[:1] in tuple("“‘\"'(")) or (len(left) > 1 and left[1] in ".)"):
                return False
        if not markup.isdisjoint(around) or "\n" in edit.text or (strict and not markup.isdisjoint(edit.text)):
            return False
    return True


def _tears(text: str, made: Sequence[Edit]) -> bool:
    """Whether an edit takes one brace of a pair, as where the other is still to be typed, or puts in what means something."""
    for edit in made:
        depth = 0
        if not _TEX.isdisjoint(edit.text):
            return True
        for sign in _BRACES.findall(edit.span.of(text)):
            depth += {"{": 1, "}": -1}.get(sign, 0)
            if depth < 0:
                return True
        if depth:
            return True
    return False


def _opens_line(text: str, at: int) -> bool:
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    return _PREFIX.fullmatch(text, start, at) is not None


def _proven(chunk: Chunk, passage: Passage, change: Change, made: Sequence[Edit]) -> bool:
    """Whether the edited chunk parses as meant: the same blocks, the passage changed, every other one untouched."""
    number = next((n for n, other in enumerate(chunk.passages()) if other is passage or other == passage), None)
    if number is None:
        return False
    before, after = chunk.blocks, parse_chunk(apply(chunk.text, made), chunk.format, chunk.context)
    if skeleton(before) != skeleton(after):
        return False
    olds, news = list(_passages(before)), list(_passages(after))
    meant = _squeezed(mend.apply(passage.text, change))
    return all(
        _squeezed(new.text) == (meant if n == number else _squeezed(old.text)) for n, (old, new) in enumerate(zip(olds, news, strict=True))
    ) and _markup(news[number]) <= _markup(olds[number]) and pointers(after) == pointers(before)


def skeleton(blocks: Sequence[Block]) -> Skeleton:
    """The tree of blocks without their words."""
    return tuple(
        (block.kind, block.level, block.ordered, block.marker, block.task, len(block.passages), skeleton(block.children))
        for block in blocks
    )


def outline(blocks: Sequence[Block]) -> tuple[Skeleton, tuple[str, ...]]:
    """The tree of blocks, and its words."""
    return skeleton(blocks), tuple(_squeezed(passage.text) for passage in _passages(blocks))


def pointers(blocks: Iterable[Block]) -> Counter[str]:
    """How many links, images, notes, code spans and formulas there are: what no fix may drop unasked."""
    return Counter(mark.kind for passage in _passages(blocks) for mark in passage.marks if mark.kind in _POINTERS)


def _passages(blocks: Iterable[Block]) -> Iterator[Passage]:
    for block in blocks:
        for inner in block.walk():
            yield from inner.passages


def _markup(passage: Passage) -> frozenset[str]:
    return frozenset(mark.kind for mark in passage.marks)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
