"""Markdown to blocks and passages.

markdown-it decides what is what; this module adds where it is. Its block tokens know their lines; the rules are wrapped
to note the column as well, and a block's raw lines are kept, each of which is the end of a source line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock, RuleFuncBlockType
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from unmid.prose import plain
from unmid.prose.compose import Composer, is_white
from unmid.prose.inline import Content, Markdown, compose
from unmid.prose.model import Block, Passage
from unmid.text.span import Span

_MAX_NESTING = 40
_PLUSES = "+++"
"""Levels of nested blocks, a list counting twice; each costs a few frames of Python's stack."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_TASK = re.compile(r"\[[ xX]\](?=[ \t\n]|$)")
_BULLET = re.compile(r"^[ \t]*(•)[ \t\u00a0]*", re.M)
_MARKER = re.compile(r"[-+*]|\d{1,9}[.)]")
_PIPE = re.compile(r"(?<!\\)\|")
_COMMENT = re.compile(r"[ \t]*<!--(?:>|->|(.*?)(?:-->|\Z))\s*", re.S)

_CONTAINERS = {
    "blockquote": "quote",
    "bullet_list": "list",
    "ordered_list": "list",
    "list_item": "item",
    "table": "table",
    "tr": "row",
    "footnote_reference": "footnote",
}
_LEAVES = {
    "hr": "rule",
    "fence": "code",
    "code_block": "code",
    "html_block": "html",
    "math_block": "math",
    "math_block_label": "math",
    "front_matter": "front-matter",
}


class _State(StateBlock):
    """A block state that keeps the raw lines of inline content and the places of list markers."""

    raw = ""

    def getLines(self, begin: int, end: int, indent: int, keepLastLF: bool) -> str:  # noqa: N802, N803
        self.raw = super().getLines(begin, end, indent, keepLastLF)
        return self.raw

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        if ttype == "inline":
            token.meta["raw"] = self.raw
        elif ttype == "list_item_open":
            token.meta["at"] = self.bMarks[self.line] + self.tShift[self.line]
        return token


class _Parser(ParserBlock):
    """The block parser on our state."""

    def parse(self, src: str, md: MarkdownIt, env: Any, outTokens: list[Token]) -> list[Token] | None:  # noqa: N803
        if src:
            state = _State(src, md, env, outTokens)
            self.tokenize(state, state.line, state.lineMax)
        return outTokens


def _with_column(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """`rule`, made to note the offset (in the normalised text) at which its block begins, and a table's rows."""

    def placed(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if silent:
            return rule(state, start, end, True)
        at, count = state.bMarks[start] + state.tShift[start], len(state.tokens)
        done = rule(state, start, end, False)
        if done and len(state.tokens) > count:
            opening = state.tokens[count]
            opening.meta["at"] = at
            if opening.type == "table_open":
                for token in state.tokens[count:]:
                    if token.type == "tr_open" and token.map:
                        token.meta["at"] = state.bMarks[token.map[0]] + state.tShift[token.map[0]]
        return done

    return placed


def _toml_front_matter(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The plugin's rule reads YAML alone; this one reads TOML, between lines of three plus signs."""
    if start or not state.src.startswith(_PLUSES) or state.getLines(0, 1, 0, False).rstrip() != _PLUSES:
        return False
    close = next((line for line in range(1, end) if state.getLines(line, line + 1, 0, False).rstrip() == _PLUSES), 0)
    if close and not silent:
        token = state.push("front_matter", "", 0)
        token.content = state.getLines(1, close, 0, False)
        token.map = [0, close + 1]
        state.line = close + 1
    return bool(close)


@cache
def _markdown() -> MarkdownIt:
    """A parser of which only the block level is used; the inline level is run block by block, see `_Builder`."""
    md = Markdown("commonmark", {"maxNesting": _MAX_NESTING})
    md.block = _Parser()
    md.configure("commonmark", {"maxNesting": _MAX_NESTING})
    md.enable("table")
    md.use(front_matter_plugin)
    md.block.ruler.after("front_matter", "toml_front_matter", _toml_front_matter)
    md.use(footnote_plugin, move_to_end=False)
    md.use(dollarmath_plugin, allow_blank_lines=False)
    md.core.ruler.enableOnly(["normalize", "block"])
    # Only the rules that make blocks, not those that merely look whether a paragraph ends, need to note the column.
    ruler = md.block.ruler
    blocks = [_with_column(rule) for rule in ruler.getRules("")]
    assert ruler.__cache__ is not None
    ruler.__cache__[""] = blocks
    return md


@lru_cache(maxsize=1024)
def definitions(text: str) -> frozenset[str]:
    """The normalised labels of the link reference definitions in `text`."""
    env: dict[str, Any] = {}
    try:
        _markdown().parse(text, env)
    except (RuntimeError, LookupError, ValueError):
        return frozenset()
    return frozenset(env.get("references", ()))


def parse_chunk(text: str, references: Collection[str] = ()) -> tuple[Block, ...]:
    """The blocks of `text`. `references` are normalised link labels that are defined elsewhere in the document."""
    try:
        return parse_strictly(text, references)
    except (RuntimeError, LookupError, ValueError):
        # Whatever a draft holds, its writer gets an answer: on input that the parser chokes on (nesting deeper than
        # Python's stack, above all), prose without structure.
        return plain.parse_chunk(text)


def parse_strictly(text: str, references: Collection[str] = ()) -> tuple[Block, ...]:
    """Like `parse_chunk`, but lets the parser's exceptions pass."""
    env: dict[str, Any] = {}
    if references:  # without any, the parser need not look for their labels
        env["references"] = {label: {"href": "", "title": ""} for label in references}
    tokens = _markdown().parse(text, env)
    return _Builder(text, env).build(tokens)


@dataclass(slots=True)
class _Frame:
    """A container block that is still open."""

    kind: str
    token: Token | None = None
    path: tuple[str, ...] = ()
    children: list[Block] = field(default_factory=list)
    columns: int = 0
    task: bool = False


class _Builder:
    """Turns the block tokens of one chunk into blocks."""

    def __init__(self, text: str, env: dict[str, Any]) -> None:
        self.text = text
        self.env = env
        self.starts, self.ends, self.shift = [0], [], [0]
        shift = 0
        for end in _LINE_END.finditer(text):
            self.ends.append(end.start())
            self.starts.append(end.end())
            shift += len(end.group()) - 1  # markdown-it sees one LF
            self.shift.append(shift)
        self.ends.append(len(text))

    # --- positions

    def _start(self, token: Token) -> int:
        """Where a block token's block begins."""
        line = token.map[0] if token.map else 0
        return int(token.meta["at"]) + self.shift[line]

    def _span(self, token: Token) -> Span:
        """From a block's first character to the end of its last line that is not blank."""
        start = self._start(token)
        first, last = token.map or [0, 1]
        last = min(last, len(self.ends))
        while last - 1 > first and not self.text[self.starts[last - 1] : self.ends[last - 1]].strip(" \t>"):
            last -= 1
        end = self.ends[last - 1]
        while end > start and self.text[end - 1] in " \t":
            end -= 1
        return Span(start, max(start, end))

    def _content(self, token: Token, opening: Token) -> Content:
        """The inline content of a paragraph or heading."""
        assert opening.map is not None
        first = opening.map[0]
        if opening.markup.startswith("#"):
            at = self._start(opening) + len(opening.markup)
            while at < self.ends[first] and is_white(self.text[at]):
                at += 1
            return Content(token.content, (0,), (at,))
        raw: str = token.meta["raw"]
        offset = -raw.index(token.content)
        starts: list[int] = []
        bases: list[int] = []
        for line, text in enumerate(raw.split("\n"), first):
            starts.append(offset)
            bases.append(self.ends[line] - len(text))
            offset += len(text) + 1
        return Content(token.content, starts, bases)

    # --- blocks

    def build(self, tokens: list[Token]) -> tuple[Block, ...]:
        stack = [_Frame("document")]
        opening: Token | None = None
        for token in tokens:
            name, _, side = token.type.rpartition("_")
            if side == "open" and name in _CONTAINERS:
                kind = _CONTAINERS[name]
                path = stack[-1].path + ((kind,) if kind != "row" else ())
                stack.append(_Frame(kind, token, path))
            elif side == "close" and name in _CONTAINERS:
                frame = stack.pop()
                _append(stack[-1].children, self._container(frame, stack))
            elif token.type in ("paragraph_open", "heading_open"):
                opening = token
            elif token.type == "inline":
                if opening is not None and stack[-1].kind != "row":
                    for block in self._prose(token, opening, stack[-1]):
                        _append(stack[-1].children, block)
                opening = None
            elif token.type in _LEAVES:
                stack[-1].children.extend(self._leaf(token))
        return tuple(stack[0].children)

    def _container(self, frame: _Frame, stack: list[_Frame]) -> Block:
        token = frame.token
        assert token is not None
        span = self._span(token)
        if frame.kind == "row":
            return Block("row", span, passages=tuple(self._cells(token, stack[-1])))
        children = tuple(frame.children)
        if children:  # an empty quote at the end is blank to the eye, but a child
            span = Span(span.start, max(span.end, children[-1].span.end))
        if frame.kind == "list":
            return Block(
                "list",
                span,
                children,
                level=frame.path.count("list"),
                ordered=token.type.startswith("ordered"),
            )
        if frame.kind == "item":
            marker = _MARKER.match(self.text, span.start)
            return Block("item", span, children, marker=marker.group() if marker else "", task=frame.task)
        return Block(frame.kind, span, children)

    def _leaf(self, token: Token) -> Iterator[Block]:
        span = self._span(token)
        kind = _LEAVES[token.type]
        if kind == "html":
            at = span.start
            while at < span.end and (comment := _COMMENT.match(self.text, at, span.end)):
                inner = comment.group()
                start, end = at + len(inner) - len(inner.lstrip()), at + len(inner.rstrip())
                yield Block("comment", Span(start, end), info=(comment.group(1) or "").strip())
                at = comment.end()
            if at == span.end:
                return
            span = Span(at, span.end)
        info = {"code": token.info.strip(), "front-matter": token.content}.get(kind, "")
        yield Block(kind, span, info=info)

    def _prose(self, token: Token, opening: Token, frame: _Frame) -> Iterator[Block]:
        """The block of a paragraph or heading; several, when lines of the paragraph begin with a bullet."""
        content = self._content(token, opening)
        end = len(content.text)
        if opening.type == "heading_open":
            passage = self._passage(content, 0, end, "heading", frame.path)
            yield Block("heading", self._span(opening), passages=_some(passage), level=int(opening.tag[1]))
            return
        start = 0
        if frame.kind == "item" and not frame.children and (task := _TASK.match(content.text)):
            frame.task = True
            start = task.end()
        bullets = list(_BULLET.finditer(content.text, start)) if "•" in content.text else []
        first = bullets[0].start() if bullets else end
        if not bullets or content.text[start:first].strip():
            yield self._paragraph(content, start, first, frame.path)
        if not bullets:
            return
        items: list[Block] = []
        path = (*frame.path, "list", "item")
        for bullet, stop in zip(bullets, [*(b.start() for b in bullets[1:]), end], strict=True):
            paragraph = self._paragraph(content, bullet.end(), stop, path)
            marker = content.to_chunk(bullet.start(1))
            children = (paragraph,) if paragraph.passages else ()
            items.append(
                Block("item", Span(marker, max(marker + 1, paragraph.span.end)), children, marker="•")
            )
        span = Span(items[0].span.start, items[-1].span.end)
        yield Block("list", span, tuple(items), level=path.count("list"))

    def _paragraph(self, content: Content, start: int, end: int, path: tuple[str, ...]) -> Block:
        passage = self._passage(content, start, end, "list-item" if "item" in path else "paragraph", path)
        return Block("paragraph", self._trimmed(content, start, end)[2], passages=_some(passage))

    def _cells(self, row: Token, table: _Frame) -> Iterator[Passage]:
        """The passages of a row's cells. Escaped pipes stay escaped: the inline parser knows the escape, too."""
        assert row.map is not None
        start, end = self._start(row), self.ends[row.map[0]]
        while end > start and is_white(self.text[end - 1]):
            end -= 1
        cuts = [pipe.start() for pipe in _PIPE.finditer(self.text, start, end)]
        cells = list(zip([start, *(cut + 1 for cut in cuts)], [*cuts, end], strict=True))
        if cells and cells[0][0] == cells[0][1]:
            del cells[0]
        if cells and cells[-1][0] == cells[-1][1]:
            del cells[-1]
        table.columns = table.columns or len(cells)
        for first, last in cells[: table.columns]:
            text = self.text[first:last].replace("\0", "\ufffd")
            passage = self._passage(Content(text, (0,), (first,)), 0, last - first, "table-cell", table.path)
            if passage:
                yield passage

    # --- passages

    def _trimmed(self, content: Content, start: int, end: int) -> tuple[int, int, Span]:
        """The stretch without white space at its ends, and its place in the chunk."""
        while start < end and is_white(content.text[start]):
            start += 1
        while end > start and is_white(content.text[end - 1]):
            end -= 1
        first = content.to_chunk(start)
        return start, end, Span(first, content.end_to_chunk(end) if end > start else first)

    def _passage(
        self, content: Content, start: int, end: int, kind: str, path: tuple[str, ...]
    ) -> Passage | None:
        start, end, span = self._trimmed(content, start, end)
        composer = Composer(self.text)
        compose(content, start, end, self.env, composer)
        return composer.finish(kind, span, path)


def _some(passage: Passage | None) -> tuple[Passage, ...]:
    return (passage,) if passage else ()


def _append(blocks: list[Block], block: Block) -> None:
    """Add a block; lists of `•` items that only blank lines part are one list, as they would be with `-`."""
    if blocks and block.kind == "list" == blocks[-1].kind:
        before = blocks[-1]
        if (
            before.children
            and block.children
            and before.children[-1].marker == block.children[0].marker == "•"
        ):
            span = Span(before.span.start, block.span.end)
            blocks[-1] = replace(before, span=span, children=before.children + block.children)
            return
    blocks.append(block)
