"""Cuts a source into chunks that parse the same on their own as in place, so that an edit re-parses only its surroundings.

A chunk begins at a line in column 0 that follows a blank line, unless that line may belong to what stands before it: an
item of a list, or anything inside a fence, an HTML block or front matter. Where it is not certain that a cut is safe
there is none; a chunk that is too large costs time, a wrong cut would cost the meaning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from markdown_it.common.html_blocks import block_names
from markdown_it.common.html_re import HTML_OPEN_CLOSE_TAG_STR
from markdown_it.common.utils import normalizeReference

from unmid.text.span import Span

_LONE_CR = re.compile(r"\r(?!\n)")
_END = r"[ \t]*\r?(?=\n|\Z)"

_EVENT = re.compile(
    r"""
    \n(?:
        (?P<blank> [ \t]* \r? ) (?=\n)
      | (?P<indent> [ ]{0,3} )
        (?: (?P<fence> `{3,} (?=[^`\n]*(?:\n|\Z)) | ~{3,} )
          | (?P<item> • | (?:[-+*]|(?P<number>\d{1,9})[.)]) (?=[ \t\r\n]|\Z) )
          | (?P<html> < (?=[A-Za-z/!?]) )
          | (?P<math> \$\$ )
        )
    )
    """,
    re.X,
)
"""A line that matters. Lines are found by the line end before them, since a search for a literal is fast."""

_HTML = (
    (
        re.compile(r"<(?:script|pre|style|textarea)(?=[\s>]|\Z)", re.I),
        re.compile(r"</(?:script|pre|style|textarea)>", re.I),
    ),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
)
"""HTML blocks that may hold blank lines: how they begin and what ends them."""

_HTML_ELEMENT = re.compile(rf"</?(?:{'|'.join(block_names)})(?=\s|/?>|\Z)", re.I)
_HTML_TAG = re.compile(rf"{HTML_OPEN_CLOSE_TAG_STR.removeprefix('^')}{_END}")
_BLANK_LINE = re.compile(r"\n(?=[ \t]*\r?\n)")
_FRONT_MATTER = re.compile(rf"\n(?:(-{{3,}})|\+\+\+{_END})")
_ITEM = re.compile(r"•|(?:[-+*]|\d{1,9}[.)])(?=[ \t\r\n]|\Z)")
_RULE = re.compile(rf"(?:([-*])[ \t]*)(?:\1[ \t]*){{2,}}{_END}")
_MATH_END = re.compile(rf"\$\${_END}|\n(?=[ \t]*\r?\n)")
_PLAIN_ITEM = re.compile(r"(?:[-*•]|\d{1,3}[.)])[ \t\u00a0]")

_DEFINITION = re.compile(r"\[(?!\^)(?:[^\[\]\\]|\\.){1,999}\]:", re.S)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999})\]", re.S)


def split(text: str) -> tuple[Span, ...]:
    """The chunks of a Markdown source, in order and without gaps."""
    return _spans(text, cuts(text))


def cuts(text: str, plain: bool = False) -> Iterator[int]:
    """The offsets at which chunks begin, but for the first, which begins where the text does.

    What a cut leaves behind has no say in the cuts after it: from any cut on, a text is cut as it would be on its own.
    Found one by one, so that whoever needs no more of them need not pay for them.
    """
    lines = _LONE_CR.sub("\n", text) if "\r" in text else text
    return (_plain_cuts if plain else _markdown_cuts)("\n" + lines)


def may_define(text: str) -> bool:
    """Whether a chunk can hold a link reference definition. A cheap look that errs on the side of yes."""
    return "]:" in text and _DEFINITION.search(text) is not None


def used(text: str, labels: Collection[str]) -> frozenset[str]:
    """Those of the (normalised) link labels that a chunk can refer to."""
    if not labels or "[" not in text:
        return frozenset()
    return frozenset(
        label for match in _LABEL.finditer(text) if (label := normalizeReference(match[1])) in labels
    )


def _spans(text: str, found: Iterator[int]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairwise([0, *found, len(text)])) if text else ()


def _plain_cuts(source: str) -> Iterator[int]:
    """Offsets into source[1:] at which a chunk may begin."""
    for blank in _BLANK_LINE.finditer(source):
        start = source.index("\n", blank.end()) + 1
        if start < len(source) and not source[start].isspace() and not _PLAIN_ITEM.match(source, start):
            yield start - 1


def _markdown_cuts(source: str) -> Iterator[int]:
    """Offsets into source[1:] at which a chunk may begin."""
    at = _after_front_matter(source)
    inside = -1  # columns of indentation that belong to the list item before; -1: no list
    after_blank = at  # the line end after the last blank line
    while event := _EVENT.search(source, at):
        at = event.end()
        start = at  # where the line's construct begins, white space aside
        if event["blank"] is not None:
            after_blank = at
            start = at + 1
            if (
                start < len(source)
                and source[start] not in " \t\r\n"
                and not _ITEM.match(source, start)
                and not source.startswith(("---", "+++"), start)  # would be front matter at the start of a chunk
            ):
                yield start - 1
                inside = -1
            continue
        indent = len(event["indent"])
        start = event.start() + 1 + indent
        is_first = event.start() == after_blank
        if inside >= 0 and indent >= inside:
            continue  # within an item; whatever it opens, the next cut closes
        if event["item"]:
            starts_list = is_first or inside >= 0 or event["number"] in (None, "1")
            if starts_list and not _RULE.match(source, start):
                inside = _item_indent(source, event.end("item"), indent + len(event["item"]))
        elif event["fence"]:
            inside = -1
            fence = event["fence"]
            closing = re.compile(rf"\n {{0,3}}{fence[0]}{{{len(fence)},}}{_END}").search(source, at)
            if not closing:
                return
            at = closing.end()
        elif event["html"]:
            for opening, ending in _HTML:
                if opening.match(source, start):
                    inside = -1
                    closing = ending.search(source, start)
                    if not closing:
                        return
                    at = closing.end()
                    break
            else:
                if _HTML_ELEMENT.match(source, start) or (is_first and _HTML_TAG.match(source, start)):
                    inside = -1
                    blank = _BLANK_LINE.search(source, start)
                    if not blank:
                        return
                    at = blank.start()
        elif is_first and "$$" not in source[at : _line_end(source, at)]:
            closing = _MATH_END.search(source, at)
            if closing and closing.group().startswith("$$"):
                inside = -1
                at = closing.end()


def _line_end(source: str, at: int) -> int:
    end = source.find("\n", at)
    return end if end >= 0 else len(source)


def _after_front_matter(source: str) -> int:
    opening = _FRONT_MATTER.match(source)
    if not opening:
        return 0
    ending = rf"(?: {{0,3}}-{{{len(opening[1])},}}|\.\.\.)" if opening[1] else r"\+\+\+"
    closing = re.compile(rf"\n{ending}{_END}").search(source, opening.end())
    return closing.end() if closing else 0


def _item_indent(source: str, at: int, column: int) -> int:
    """Columns that a line must be indented by to belong to the item whose marker ends at `at` in `column`."""
    marker_end = column
    while at < len(source) and source[at] in " \t":
        column += 4 - column % 4 if source[at] == "\t" else 1
        at += 1
    blank = at == len(source) or source[at] in "\r\n"
    return marker_end + 1 if blank or column - marker_end > 4 else column
