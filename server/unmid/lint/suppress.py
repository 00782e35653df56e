"""Suppression comments.

`<!-- unmid-ignore rule: reason -->` silences the next block, or its own line when it stands at the end of one;
`<!-- unmid-off rule -->` silences from there to `<!-- unmid-on -->` or the end. Without a rule they speak of all rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import regex

from unmid.packs.reader import suggestion
from unmid.prose.model import Block, Document
from unmid.text.span import Span

_PREFIX = regex.compile(r"(?:[\s>]|(?:[-+*•]|\d{1,9}[.)])(?=\s))*")
"""What may stand before a block on its line: quote marks and list markers."""

_COMMENT = regex.compile(r"<!--\s*unmid-(?P<what>ignore|off|on)\b(?P<rules>[^:>-]*(?:-(?!->)[^:>-]*)*)(?::.*?)?-->", regex.S)


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch of the source in which some rules are silent; no rules means all of them."""

    span: Span
    rules: tuple[str, ...]

    def covers(self, rule: str, span: Span) -> bool:
        """Whether a finding of this rule there is silenced."""
        named = not self.rules or rule in self.rules or rule.split("/", 1)[0] in self.rules
        return named and self.span.start <= span.start < self.span.end


@dataclass(frozen=True, slots=True)
class Unknown:
    """A comment that names a rule that does not exist."""

    span: Span
    name: str
    hint: str


def silences(document: Document, known: Collection[str]) -> tuple[tuple[Silence, ...], tuple[Unknown, ...]]:
    """What the document's comments silence, and the names in them that are no rule or family."""
    if "unmid-" not in document.text:
        return (), ()
    families = {rule.split("/", 1)[0] for rule in known}
    found: list[Silence] = []
    unknown: list[Unknown] = []
    opened: list[tuple[int, tuple[str, ...]]] = []
    for comment in _comments(document):
        names = tuple(regex.findall(r"[\w/-]+", comment["rules"]))
        for name in names:
            if name not in families and name not in known:
                unknown.append(Unknown(Span(*comment.span()), name, suggestion(name, [*known, *families])))
        match comment["what"]:
            case "off":
                opened.append((comment.end(), names))
            case "on":
                found += [Silence(Span(start, comment.start()), rules) for start, rules in opened]
                opened.clear()
            case _:
                found.append(Silence(_target(document, comment.start(), comment.end()), names))
    found += [Silence(Span(start, len(document.text)), rules) for start, rules in opened]
    return tuple(found), tuple(unknown)


def _comments(document: Document) -> Iterator[regex.Match[str]]:
    """Comments that are comments: not those shown in code."""
    if document.format != "markdown":
        return
    code = [
        block.span.shifted(base)
        for base, chunk in document.chunks
        for block in chunk.walk()
        if block.kind in ("code", "front-matter", "math")
    ]
    code += [
        mark.source.shifted(base) for base, passage in document.passages() for mark in passage.marks if mark.kind == "code"
    ]
    for found in _COMMENT.finditer(document.text):
        if not any(found.start() in span for span in code):
            yield found


def _target(document: Document, start: int, end: int) -> Span:
    """The line that the comment ends, if words stand before it there, else the next block."""
    text = document.text
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    if not _PREFIX.fullmatch(text, line, start):
        return Span(line, start)
    return _next(document.blocks(), end) or Span(end, end)


def _next(blocks: Iterable[tuple[int, Block]], offset: int) -> Span | None:
    """The first block from `offset` on, inside the list item or quote that holds the comment if one does."""
    for base, block in blocks:
        span = block.span.shifted(base)
        if block.kind in ("comment", "html") or span.end <= offset:
            continue
        if span.start >= offset:
            return span
        return _next(((base, child) for child in block.children), offset) or Span(offset, span.end)
    return None
