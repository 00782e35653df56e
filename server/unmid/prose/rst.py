"""reStructuredText to blocks and passages.

Blocks are told apart as docutils does it, by indentation, with the same order of preference. Inline markup does not nest.
Unlike docutils nothing is an error: what is no markup is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from unmid.prose.model import Block
from unmid.prose.scan import (
    MAX_NESTING,
    URL,
    Line,
    Scan,
    dedented,
    gathered,
    indent,
    leaf,
    lines,
    named,
    unified,
)
from unmid.text.span import Span

_SIGN = r"[!-/:-@\[-`{-~]"
_ADORNED = re.compile(rf"({_SIGN})\1*")
_BULLET = re.compile(r"([*+\-•‣⁃])(?:[ \t]+|$)")
_ENUMERATOR = re.compile(r"(\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdm]{1,9}|[IVXLCDM]{1,9}|#)[.)])(?:[ \t]+|$)")
_FIELD = re.compile(r":(?![: ])(?:[^:\\\n]|\\.|:(?![ \t`]|$)){1,200}(?<! ):(?:[ \t]+|$)")
_OPTION = r"(?:--?\w[\w-]*|/[A-Z])(?:[ =](?:<[^<>\n]{1,80}>|[A-Za-z][\w-]*))?"
_OPTIONS = re.compile(rf"{_OPTION}(?:, {_OPTION})*(?:[ \t]{{2,}}|$)")
_GRID = re.compile(r"\+-[-+]+-\+$")
_SIMPLE = re.compile(r"=+(?: +=+)+$")
_DOCTEST = re.compile(r">>>(?: |$)")
_LINE_BLOCK = re.compile(r"\|(?: +|$)")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|$)")
_ANONYMOUS = re.compile(r"__(?: |$)")
_NOTE = re.compile(r"\[(?:\d+|#[\w.-]*|\*|[\w.-]+)\](?:[ \t]+|$)")
_DIRECTIVE = re.compile(r"([\w.+:-]+?) ?::(?:[ \t]+|$)")
_TARGET = re.compile(r"_(?! )[^\n]*?:(?:[ \t]|$)|\|[^|\n]+\|(?: |$)")
_OPTION_FIELD = re.compile(r":[\w-]+:(?:[ \t]|$)")

_ADMONITIONS = named(
    "attention caution danger error hint important note tip warning admonition seealso topic sidebar todo "
    "versionadded versionchanged versionremoved deprecated deprecated-removed compound container class only "
    "figure rubric epigraph highlights pull-quote rst-class dropdown tab-item card glossary")
"""Directives whose body is prose, besides those that describe an object of some language."""
_QUOTES = frozenset(["epigraph", "highlights", "pull-quote"])
_TITLED = frozenset(["admonition", "topic", "sidebar", "rubric", "dropdown", "tab-item", "card"])
_SILENT = frozenset(["figure", "class", "only", "container", "rst-class", "glossary"])
"""Directives whose argument is no prose."""
_VERSIONS = frozenset(["versionadded", "versionchanged", "versionremoved", "deprecated", "deprecated-removed"])
_OBJECTS = named(
    "function method class data attribute property exception module currentmodule classmethod staticmethod decorator "
    "describe object option envvar confval type macro var member enum struct union term directive role")

_WORD_ROLES = frozenset(["ref", "doc", "term", "abbr", "download", "numref", "any", "emphasis", "strong", "sub", "sup", "subscript", "superscript", "guilabel", "menuselection", "dfn", "title-reference", "title"])
"""Roles whose text is words; that of all others is code."""
_BARE = frozenset(["ref", "doc", "download", "numref", "any"])
"""Roles whose text is a target, unless it names one in angle brackets."""


# Chunks.

_CUT = re.compile(
    r"\n[ \t]*\n(?=[^\W_]|[\"'“‘]|``?[^`]|\*\*?[^\s*]|\.\. [\w_|\[])"
    r"(?!\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdm]{1,9}|[IVXLCDM]{1,9}|#)[.)](?:[ \t]|\n|\Z))"
    r"(?![^\n]*\n[ \t]+\S)"
)
"""A blank line before a line that begins a block, whatever stands above: not in an item, a list or a literal block."""
_LITERAL = re.compile(r"::[^\S\n]*\n\s*\Z")
_LEVELS = {"=": 1, "#": 1, "*": 2, "-": 2, "~": 3, "^": 4, '"': 5}
"""What most writers mean by a line of signs below a title. In truth the order of first use in the document decides."""


def cuts(text: str) -> Iterator[int]:
    """The offsets at which chunks begin."""
    text = unified(text)
    for found in _CUT.finditer(text):
        at = found.end()
        # Below a double colon lines that all begin with the same sign are a literal block.
        if text[at] not in "\"'`*." or not _LITERAL.search(text, max(found.start() - 200, 0), at):
            yield at


# Blocks.


def parse_chunk(text: str) -> tuple[Block, ...]:
    """The blocks of `text`."""
    text = unified(text)
    return tuple(_Reader(text).blocks(lines(text), (), 0))


class _Reader:
    """Reads the lines of one chunk. Lines that go deeper lose their indentation."""

    def __init__(self, text: str) -> None:
        self.text = text

    def of(self, line: Line) -> str:
        return self.text[line[0] : line[1]]

    def blank(self, line: Line) -> bool:
        return line[0] >= line[1] or self.text[line[0] : line[1]].isspace()

    def indented(self, line: Line) -> bool:
        return line[0] < line[1] and self.text[line[0]] in " \t"

    def blocks(self, rows: Sequence[Line], path: tuple[str, ...], depth: int) -> Iterator[Block]:
        """The blocks of some lines."""
        at = 0
        while at < len(rows):
            if self.blank(rows[at]):
                at += 1
                continue
            at, found = self._block(rows, at, path, depth)
            yield from found

    def _block(
        self, rows: Sequence[Line], at: int, path: tuple[str, ...], depth: int
    ) -> tuple[int, Sequence[Block]]:
        """The block that begins at a line, and the line after it."""
        if depth >= MAX_NESTING:
            return self._paragraph(rows, at, path, depth)
        line = self.of(rows[at])
        if self.indented(rows[at]):
            body, after = self._body(rows, at)
            children = tuple(self.blocks(body, (*path, "quote"), depth + 1))
            return after, [gathered("quote", children, self._first(body), self._last(body))]
        if _BULLET.match(line) or self._enumerates(rows, at):
            return self._list(rows, at, path, depth)
        if _FIELD.match(line) or _OPTIONS.match(line):
            return self._described(rows, at, path, depth)
        if _DOCTEST.match(line):
            return self._run(rows, at, "code")
        if _LINE_BLOCK.match(line):
            return self._verse(rows, at, path)
        if _GRID.match(line) or _SIMPLE.match(line):
            return self._run(rows, at, "table")
        if marker := _EXPLICIT.match(line):
            return self._explicit(rows, at, marker.end(), path, depth)
        if _ANONYMOUS.match(line):
            return at + 1, []
        if _ADORNED.fullmatch(line) and (found := self._adorned(rows, at, path)):
            return found
        return self._text(rows, at, path, depth)

    # --- stretches of lines

    def _body(self, rows: Sequence[Line], at: int, least: int = 1, first: Line | None = None) -> tuple[list[Line], int]:
        """The lines from `at` on that are indented by `least` columns, without what they share; and the line after.

        `first` is what stands behind a marker in the line before.
        """
        end = after = at
        while end < len(rows):
            if not self.blank(rows[end]):
                if not self.indented(rows[end]) or indent(self.text, rows[end]) < least:
                    break
                after = end + 1
            end += 1
        body = rows[at:after]
        columns = min((indent(self.text, row) for row in body if not self.blank(row)), default=0)
        columns = least if least > 1 else columns
        return [*([first] if first else []), *(dedented(self.text, row, columns) for row in body)], after

    def _first(self, rows: Sequence[Line]) -> int:
        return next((row[0] for row in rows if not self.blank(row)), rows[0][0] if rows else 0)

    def _last(self, rows: Sequence[Line]) -> int:
        return next((row[1] for row in reversed(rows) if not self.blank(row)), rows[0][1] if rows else 0)

    def _until_blank(self, rows: Sequence[Line], at: int) -> int:
        while at < len(rows) and not self.blank(rows[at]):
            at += 1
        return at

    def _run(self, rows: Sequence[Line], at: int, kind: str) -> tuple[int, Sequence[Block]]:
        """A block of lines up to a blank one that are not read."""
        end = self._until_blank(rows, at)
        return end, [Block(kind, Span(rows[at][0], rows[end - 1][1]))]

    # --- lists

    def _enumerates(self, rows: Sequence[Line], at: int) -> re.Match[str] | None:
        """Whether a line begins an enumerated item: the next one is blank, indented, or an item, too."""
        line = self.of(rows[at])
        found = _ENUMERATOR.match(line)
        if not found or at + 1 >= len(rows) or self.blank(rows[at + 1]) or self.indented(rows[at + 1]):
            return found
        return found if _ENUMERATOR.match(self.of(rows[at + 1])) else None

    def _list(
        self, rows: Sequence[Line], at: int, path: tuple[str, ...], depth: int
    ) -> tuple[int, Sequence[Block]]:
        items: list[Block] = []
        inner = (*path, "list", "item")
        sign, start = "", rows[at][0]
        while at < len(rows):
            line = self.of(rows[at])
            marker = None if self.blank(rows[at]) else _BULLET.match(line) or self._enumerates(rows, at)
            if not marker or (sign and _shape(marker[1]) != sign):
                break
            sign = _shape(marker[1])
            row = rows[at]
            first = (row[0] + marker.end(), row[1])
            least = marker.end() if first[0] < first[1] else 1
            body, after = self._body(rows, at + 1, least, first)
            children = tuple(self.blocks(body, inner, depth + 1))
            items.append(gathered("item", children, row[0], row[0] + len(marker[1]), marker=marker[1]))
            at = after
            while at < len(rows) and self.blank(rows[at]):
                at += 1
        ordered = sign in (".", ")", "()")
        return at, [gathered("list", items, start, start, level=inner.count("list"), ordered=ordered)]

    def _described(
        self, rows: Sequence[Line], at: int, path: tuple[str, ...], depth: int
    ) -> tuple[int, Sequence[Block]]:
        """Fields and options with what is said of them."""
        items: list[Block] = []
        start = rows[at][0]
        while at < len(rows) and not self.blank(rows[at]):
            line = self.of(rows[at])
            marker = _FIELD.match(line) or _OPTIONS.match(line)
            if not marker:
                break
            row = rows[at]
            body, at = self._body(rows, at + 1, 1, (row[0] + marker.end(), row[1]))
            children = tuple(self.blocks(body, (*path, "definitions", "item"), depth + 1))
            items.append(gathered("item", children, row[0], row[0] + len(marker[0].rstrip())))
            following = at
            while following < len(rows) and self.blank(rows[following]):
                following += 1
            if following < len(rows) and (
                _FIELD.match(self.of(rows[following])) or _OPTIONS.match(self.of(rows[following]))
            ):
                at = following
        return at, [gathered("definitions", items, start, start)]

    def _definition(
        self, rows: Sequence[Line], at: int, path: tuple[str, ...], depth: int
    ) -> tuple[int, Sequence[Block]]:
        """Terms, each with an indented definition right below it."""
        items: list[Block] = []
        inner = (*path, "definitions", "item")
        start = rows[at][0]
        while at + 1 < len(rows) and not self.blank(rows[at]) and self._defines(rows, at):
            term = self._prose(*rows[at], inner)
            body, at = self._body(rows, at + 1)
            children = [*([term] if term else []), *self.blocks(body, inner, depth + 1)]
            items.append(gathered("item", children, children[0].span.start if children else start, start))
            while at < len(rows) and self.blank(rows[at]):
                at += 1
        return at, [gathered("definitions", items, start, start)]

    def _defines(self, rows: Sequence[Line], at: int) -> bool:
        """Whether a line of text is a term with its definition below."""
        line = self.of(rows[at])
        return (
            at + 1 < len(rows)
            and not self.indented(rows[at])
            and not self.blank(rows[at + 1])
            and self.indented(rows[at + 1])
            and not line.endswith("::")
            and not any(
                pattern.match(line)
                for pattern in (_BULLET, _ENUMERATOR, _FIELD, _OPTIONS, _DOCTEST, _LINE_BLOCK, _GRID, _SIMPLE, _EXPLICIT, _ANONYMOUS)
            )
        )

    def _verse(self, rows: Sequence[Line], at: int, path: tuple[str, ...]) -> tuple[int, Sequence[Block]]:
        """Lines that the writer broke: verse, addresses."""
        end = self._until_blank(rows, at)
        children = []
        for row in rows[at:end]:
            marker = _LINE_BLOCK.match(self.of(row))
            if block := self._prose(row[0] + (marker.end() if marker else 0), row[1], (*path, "quote")):
                children.append(block)
        return end, [gathered("quote", children, rows[at][0], rows[end - 1][1])]

    # --- explicit markup

    def _explicit(
        self, rows: Sequence[Line], at: int, marker: int, path: tuple[str, ...], depth: int
    ) -> tuple[int, Sequence[Block]]:
        row = rows[at]
        rest = self.text[row[0] + marker : row[1]]
        if not rest and (at + 1 == len(rows) or self.blank(rows[at + 1])):
            return at + 1, [Block("comment", Span(*row))]
        body, after = self._body(rows, at + 1)
        end = self._last([row, *body])
        span = Span(row[0], end)
        if note := _NOTE.match(rest):
            first = (row[0] + marker + note.end(), row[1])
            children = tuple(self.blocks([first, *body], (*path, "footnote"), depth + 1))
            return after, [gathered("footnote", children, row[0], end)]
        if _TARGET.match(rest):
            return after, []
        if directive := _DIRECTIVE.match(rest):
            name = directive[1]
            first = (row[0] + marker + directive.end(), row[1])
            return after, self._directive(name.rpartition(":")[2], span, first, body, path, depth)
        return after, [Block("comment", span, info=self.text[row[0] + marker : end].strip())]

    def _directive(
        self, name: str, span: Span, first: Line, body: list[Line], path: tuple[str, ...], depth: int
    ) -> Sequence[Block]:
        """The prose of a directive. One that is not known holds none."""
        if name not in _ADMONITIONS and name not in _OBJECTS:
            return [Block(_kind(name), span)]
        silent = name in _OBJECTS or name in _SILENT
        text = "" if silent else self.of(first)
        while text and name not in _TITLED and body and not self.blank(body[0]) and not self._is_option(body[0]):
            first = (first[0], body.pop(0)[1])  # the words go on
        while body and not self.blank(body[0]) and (silent or self._is_option(body[0])):
            body.pop(0)
        start = first[0]
        if name in _VERSIONS:
            version = re.compile(r"\S+\s*").match(self.text, *first)
            start = version.end() if version else start
        inner = (*path, "quote") if name in _QUOTES else path
        head = self._prose(start, first[1], inner) if text else None
        found = [*([head] if head else []), *self.blocks(body, inner, depth + 1)]
        return [gathered("quote", found, span.start, span.end)] if name in _QUOTES else found

    def _is_option(self, row: Line) -> bool:
        return bool(_OPTION_FIELD.match(self.of(row)))

    # --- titles and text

    def _adorned(
        self, rows: Sequence[Line], at: int, path: tuple[str, ...]
    ) -> tuple[int, Sequence[Block]] | None:
        """A title between two lines of signs, or a transition."""
        line = self.of(rows[at])
        if at + 1 == len(rows) or self.blank(rows[at + 1]):
            return (at + 1, [Block("rule", Span(*rows[at]))]) if len(line) >= 4 else None
        if at + 2 < len(rows) and self.of(rows[at + 2]) == line and not _ADORNED.fullmatch(self.of(rows[at + 1])):
            return at + 3, self._title(rows[at][0], rows[at + 1], rows[at + 2][1], 1, path)
        return None

    def _title(self, start: int, title: Line, end: int, level: int, path: tuple[str, ...]) -> Sequence[Block]:
        block = self._prose(*title, path, "heading", level)
        return [replace(block, span=Span(start, end))] if block else []

    def _text(
        self, rows: Sequence[Line], at: int, path: tuple[str, ...], depth: int
    ) -> tuple[int, Sequence[Block]]:
        if at + 1 < len(rows):
            under = self.of(rows[at + 1])
            if _ADORNED.fullmatch(under) and (len(under) >= 4 or len(under) >= rows[at][1] - rows[at][0]):
                return at + 2, self._title(rows[at][0], rows[at], rows[at + 1][1], _LEVELS.get(under[0], 4), path)
            if self._defines(rows, at):
                return self._definition(rows, at, path, depth)
        return self._paragraph(rows, at, path, depth)

    def _paragraph(
        self, rows: Sequence[Line], at: int, path: tuple[str, ...], depth: int
    ) -> tuple[int, Sequence[Block]]:
        """A paragraph, with the literal block that it announces by a double colon."""
        end = at
        while end < len(rows) and not self.blank(rows[end]):
            end += 1
            if self.of(rows[end - 1]).endswith("::") and end < len(rows) and self.indented(rows[end]):
                break
        found = []
        start, stop = rows[at][0], rows[end - 1][1]
        literal = self.text.endswith("::", start, stop) and depth < MAX_NESTING
        if literal:
            bare = stop - 2
            stop = bare if bare == start or self.text[bare - 1].isspace() else stop - 1
        if block := self._prose(start, stop, path):
            found.append(block)
        if not literal:
            return end, found
        while end < len(rows) and self.blank(rows[end]):
            end += 1
        if end < len(rows) and self.indented(rows[end]):
            body, end = self._body(rows, end)
            found.append(Block("code", Span(self._first(body), self._last(body))))
        elif end < len(rows) and _ADORNED.match(self.of(rows[end])):
            sign = self.of(rows[end])[0]
            first = end
            while end < len(rows) and self.of(rows[end]).startswith(sign):
                end += 1
            found.append(Block("code", Span(rows[first][0], rows[end - 1][1])))
        return end, found

    def _prose(
        self, start: int, end: int, path: tuple[str, ...], kind: str = "paragraph", level: int = 0
    ) -> Block | None:
        return leaf(self.text, start, end, path, _read, kind=kind, level=level)


def _shape(marker: str) -> str:
    """What the markers of one list have in common."""
    if marker[0] == "(":
        return "()"
    return marker[-1] if marker[-1] in ".)" and len(marker) > 1 else marker


def _kind(name: str) -> str:
    if name in ("math", "image"):
        return "math" if name == "math" else "html"
    return "table" if "table" in name else "code"


# Inline markup.

_MARKUP = re.compile(
    rf"\\|``|`|\*\*?|\||\[(?=[\w#*])|(?<=\w)__?(?!\w)|_`|:(?=[A-Za-z][\w.+:-]{{0,60}}:`)|(?<![\w@/.])(?:{URL})", re.I
)
_ENDS = r"(?!\w)"
_EMPHASIS = re.compile(rf"(?<![\s\\])\*{_ENDS}")
_STRONG = re.compile(rf"(?<![\s\\])\*\*{_ENDS}")
_LITERAL_END = re.compile(rf"(?<!\s)``{_ENDS}")
_PHRASE_END = re.compile(rf"(?<![\s\\])`(?!`)(?:__?{_ENDS}|:[A-Za-z][\w.+:-]{{0,60}}:|{_ENDS})")
_TARGET_END = re.compile(rf"(?<![\s\\])`{_ENDS}")
_SUBSTITUTION_END = re.compile(rf"(?<![\s\\])\|(?:__?)?{_ENDS}")
_REFERENCE = re.compile(r"\[(?:\d+|#[\w.-]*|\*|[A-Za-z][\w.-]*)\]_(?!\w)")
_ROLE = re.compile(r":([A-Za-z][\w.+:-]{0,60}):`")
_TARGETED = re.compile(r"\s*<[^<>]*>\Z")
_ESCAPE = re.compile(r"\\")
_PAIRS = {'"': '"', "'": "'", "(": ")", "[": "]", "{": "}", "<": ">"}


def _read(scan: Scan) -> None:
    scan.run(_MARKUP, _construct)


def _construct(scan: Scan, found: re.Match[str]) -> int:
    text, at, sign = scan.text, found.start(), found.group()
    if sign == "\\":
        return _escape(scan, at)
    if sign in ("_", "__"):
        scan.composer.hidden("html", at, found.end())
        return found.end()
    if sign == "[":
        reference = _REFERENCE.match(text, at, scan.limit)
        if not reference:
            return at
        if at > scan.start and text[at - 1].isspace():
            scan.composer.placeholder("footnote", at, reference.end())
        else:
            scan.composer.hidden("footnote", at, reference.end())
        return reference.end()
    if not _may_begin(text, at, found.end(), scan.start, scan.limit):
        return at
    if sign == "_`":
        end = scan.find(_TARGET_END, found.end() + 1)
        return _words(scan, "span", at, Span(found.end(), end.start()), end.end()) if end else at
    if sign == "``":
        return _opaque(scan, at, _LITERAL_END, found.end(), "code")
    if sign == "|":
        return _opaque(scan, at, _SUBSTITUTION_END, found.end(), "html")
    if sign in ("*", "**"):
        end = scan.find(_STRONG if sign == "**" else _EMPHASIS, found.end() + 1)
        if not end:
            return at
        kind = "strong" if sign == "**" else "emphasis"
        return _words(scan, kind, at, Span(found.end(), end.start()), end.end())
    if sign not in ("`", ":"):
        return at
    role = _ROLE.match(text, at, scan.limit) if sign == ":" else None
    start = role.end() if role else found.end()
    end = scan.find(_PHRASE_END, start + 1)
    return _phrase(scan, at, role[1] if role else "", start, end) if end else at


def _phrase(scan: Scan, at: int, role: str, start: int, end: re.Match[str]) -> int:
    """Text between back-ticks: a link, or what its role says."""
    suffix = end.group()[1:]
    words = Span(start, end.start())
    if suffix.startswith(":"):
        role = suffix.strip(":")
    if suffix in ("_", "__") and not role:
        target = _TARGETED.search(words.of(scan.text))
        if target:
            words = Span(start, start + target.start())
        return _words(scan, "link", at, words, end.end()) if words else _whole(scan, "link", at, end.end())
    name = role.rpartition(":")[2]
    target = _TARGETED.search(words.of(scan.text)) if name not in ("term", "emphasis", "strong") or "<" in words.of(scan.text) else None
    if name in _WORD_ROLES and (target or name not in _BARE):
        if target:
            words = Span(start, start + target.start())
        kind = name if name in ("emphasis", "strong") else "link"
        return _words(scan, kind, at, words, end.end()) if words else _whole(scan, kind, at, end.end())
    return _whole(scan, "math" if name == "math" else "link" if name in _BARE else "code", at, end.end())


def _words(scan: Scan, kind: str, at: int, words: Span, end: int) -> int:
    """Markup around words, in which nothing but a backslash has a meaning."""
    composer = scan.composer
    composer.open(kind, at)
    start = words.start
    while escape := _ESCAPE.search(scan.text, start, words.end):
        composer.prose(start, escape.start())
        start = _escape(scan, escape.start(), words.end)
    composer.prose(start, words.end)
    composer.close(end)
    return end


def _whole(scan: Scan, kind: str, start: int, end: int) -> int:
    scan.composer.placeholder(kind, start, end)
    return end


def _opaque(scan: Scan, at: int, closing: re.Pattern[str], start: int, kind: str) -> int:
    end = scan.find(closing, start + 1)
    return _whole(scan, kind, at, end.end()) if end else at


def _escape(scan: Scan, at: int, limit: int | None = None) -> int:
    """A backslash: the character after it means nothing but itself, and white space goes."""
    limit = scan.limit if limit is None else limit
    if at + 1 >= limit:
        scan.composer.prose(at, at + 1)
    elif scan.text[at + 1].isspace():
        scan.composer.hidden("html", at, at + 2)
    else:
        scan.composer.character(scan.text[at + 1], at, at + 2)
    return min(at + 2, limit)


def _may_begin(text: str, at: int, after: int, start: int, limit: int) -> bool:
    """Whether inline markup may begin there: after white space or an opening sign, right before words."""
    if after >= limit or text[after].isspace():
        return False
    if at == start:
        return True
    before = text[at - 1]
    return not before.isalnum() and before not in "_\\*`|" and _PAIRS.get(before) != text[after]
