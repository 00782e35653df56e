"""Suppression comments.

`<!-- unmid-ignore rule: reason -->` silences the next block, or its own line when it stands at the end of one;
`<!-- unmid-off rule -->` silences from there to `<!-- unmid-on -->` or the end. Without a rule they speak of all rules.
The same words stand behind `%` in LaTeX, and on a line of their own behind `..` in reStructuredText and `//` in AsciiDoc.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from unmid.packs.reader import suggestion
from unmid.prose.model import Block, Chunk, Document
from unmid.text.span import Span

_PREFIX = re.compile(r"(?:[\s>]|(?:[-+*•]|\d{1,9}[.)])(?=\s))*")
"""What may stand before a block on its line: quote marks and list markers."""

_MOST_HINTS = 20
"""Unknown names for which the nearest known one is looked up."""

# Bounded, so that a comment that never ends is not read to the end of the draft from each place where one begins.
_WHAT = r"unmid-(?P<what>ignore|off|on)\b"
_REST = r"(?P<rules>[^:\r\n]{0,500})(?::[^\r\n]{0,1000})?"
_COMMENTS = {
    "markdown": re.compile(rf"<!--\s*{_WHAT}(?P<rules>(?:[^:>-]|-(?!->)){{0,500}}+)(?::.{{0,1000}}?)?-->", re.S),
    "latex": re.compile(rf"(?<![\\%])%+[ \t]*{_WHAT}{_REST}"),
    "rst": re.compile(rf"\.\.[ \t]+{_WHAT}{_REST}"),
    "asciidoc": re.compile(rf"//[ \t]*{_WHAT}{_REST}"),
}
_OWN_LINE = {"rst": _PREFIX, "asciidoc": re.compile("")}
"""What alone may stand before a comment, where one needs a line of its own."""


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


@dataclass(frozen=True, slots=True)
class Comment:
    """A suppression comment, in the coordinates of its chunk. `what` is ignore, off or on."""

    span: Span
    what: str
    rules: tuple[str, ...]


def comments(chunk: Chunk, format: str) -> tuple[Comment, ...]:
    """The suppression comments of a chunk that are comments: not those shown in code."""
    pattern, prefix = _COMMENTS.get(format), _OWN_LINE.get(format)
    if pattern is None or "unmid-" not in chunk.text:
        return ()
    code = [block.span for block in chunk.walk() if block.kind in ("code", "front-matter", "math")]
    code += [mark.source for passage in chunk.passages() for mark in passage.marks if mark.kind == "code"]
    return tuple(
        Comment(Span(*found.span()), found["what"], tuple(re.findall(r"[\w/-]+", found["rules"])))
        for found in pattern.finditer(chunk.text)
        if not any(found.start() in span for span in code)
        and (prefix is None or prefix.fullmatch(chunk.text, _line_start(chunk.text, found.start()), found.start()))
    )


def silences(
    document: Document, found: Iterable[tuple[int, Comment]], known: Collection[str]
) -> tuple[tuple[Silence, ...], tuple[Unknown, ...]]:
    """What comments silence, and the names in them that are no rule or family. Each comes with the number of its chunk."""
    names = frozenset(known) | {rule.split("/", 1)[0] for rule in known}
    silent: list[Silence] = []
    unknown: list[Unknown] = []
    opened: dict[str, int] = {}
    """By rule or family, or by nothing for all of them: where it was switched off first."""
    for chunk, comment in found:
        span = comment.span.shifted(document.chunks[chunk][0])
        for name in comment.rules:
            if name not in names:
                unknown.append(Unknown(span, name, _hint(name, names) if len(unknown) < _MOST_HINTS else ""))
        match comment.what:
            case "off":
                for name in names.intersection(comment.rules) if comment.rules else ("",):
                    opened.setdefault(name, span.end)
            case "on":
                silent += _closed(opened, span.start)
                opened.clear()
            case _:
                silent.append(Silence(_target(document, chunk, span), comment.rules))
    silent += _closed(opened, len(document.text))
    return tuple(silent), tuple(unknown)


def _closed(opened: Mapping[str, int], end: int) -> Iterator[Silence]:
    """What was switched off, up to `end`."""
    for name, start in opened.items():
        yield Silence(Span(start, end), (name,) if name else ())


@lru_cache(maxsize=256)
def _hint(name: str, known: frozenset[str]) -> str:
    # Asked again with every keystroke, and it takes milliseconds to find out.
    return suggestion(name, known)


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _target(document: Document, chunk: int, comment: Span) -> Span:
    """The line that a comment ends, if words stand before it there, else the next block."""
    text, start, end = document.text, comment.start, comment.end
    line = _line_start(text, start)
    if not _PREFIX.fullmatch(text, line, start):
        return Span(line, start)
    later = (document.chunks[number] for number in range(chunk, len(document.chunks)))
    following = ((base, block) for base, one in later for block in one.blocks)
    return _next(following, end) or Span(end, end)


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
