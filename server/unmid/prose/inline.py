"""Markdown's inline level, with positions.

markdown-it's inline tokens do not say where they came from. Its parser is therefore run on a state that knows where
pending text began and ended, and every rule is wrapped to note which stretch it consumed: each token ends up with
`meta["span"]`, half-open offsets into the inline content.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from unmid.prose.compose import Composer, urls

_STOP = re.compile(r"[\n!$&*<\[\\\]^_`~]")
"""Characters at which some inline rule may begin; anything else is text."""

_NOTE = re.compile(r"\[\^[^\s\]]{1,200}\]")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")

_SHOWN_THROUGH = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blockquote", "center", "cite", "data", "dd",
        "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2",
        "h3", "h4", "h5", "h6", "hr", "i", "ins", "label", "li", "main", "mark", "nobr", "ol", "p", "q",
        "rp", "rt", "ruby", "s", "section", "small", "span", "strike", "strong", "sub", "summary",
        "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "wbr",
    }
)
"""Elements whose tags do not show and whose content reads on as prose."""

_OPAQUE = frozenset(
    {
        "audio", "button", "canvas", "code", "iframe", "kbd", "math", "object", "picture", "pre",
        "samp", "script", "select", "style", "svg", "textarea", "var", "video",
    }
)
"""Elements whose content is not prose: one placeholder from tag to tag."""

_KINDS = {"em_open": "emphasis", "strong_open": "strong", "s_open": "strike", "link_open": "link"}
_PLACEHOLDERS = {
    "code_inline": "code",
    "math_inline": "math",
    "math_inline_double": "math",
    "image": "image",
    "bare_url": "link",
}


@dataclass(frozen=True, slots=True)
class Content:
    """The inline content of a block, line by line without block prefixes, and where it stands in its chunk.

    From content offset `starts[i]` on, content stands in the chunk from `bases[i]` on, up to the end of that line.
    """

    text: str
    starts: Sequence[int]
    bases: Sequence[int]

    def to_chunk(self, offset: int) -> int:
        """Where the character at `offset` stands."""
        line = max(bisect_right(self.starts, offset) - 1, 0)
        return self.bases[line] + offset - self.starts[line]

    def end_to_chunk(self, offset: int) -> int:
        """Where the character before `offset` ends."""
        return self.to_chunk(offset - 1) + 1 if offset else self.to_chunk(0)


class _State(StateInline):
    """An inline state that knows where text came from."""

    def __init__(self, src: str, md: MarkdownIt, env: dict[str, Any]) -> None:
        super().__init__(src, md, env, [])
        self.entry = 0
        """Where the innermost rule that is running was called."""

    @cached_property
    def urls(self) -> dict[int, int]:
        """Bare addresses, start to end."""
        return urls(self.src)

    @cached_property
    def url_starts(self) -> list[int]:
        return list(self.urls)

    def pushPending(self) -> Token:  # noqa: N802
        return self._flush(self.pos)

    def _flush(self, end: int) -> Token:
        token = super().pushPending()
        token.meta["span"] = (end - len(token.content), end)
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if self.pending:
            end = self.entry
            if self.src[end] == "\n":  # the newline rule has cut trailing blanks off the pending text
                while self.src[end - 1] == " ":
                    end -= 1
            self._flush(end)
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self.pos
        return token


def _with_spans(name: str, rule: RuleFuncInlineType) -> RuleFuncInlineType:
    """`rule`, made to note which stretch of the content each token it adds stands for."""

    def spanned(state: StateInline, silent: bool) -> bool:
        assert isinstance(state, _State)
        if silent:
            return rule(state, True)
        outer, start, count = state.entry, state.pos, len(state.tokens)
        state.entry = start
        done = rule(state, False)
        state.entry = outer
        if done and len(state.tokens) > count:
            at = start
            for token in state.tokens[count:]:
                if "span" in token.meta:  # set by a nested rule
                    continue
                if name in ("emphasis", "strikethrough"):  # one token a delimiter
                    token.meta["span"] = (at, at + len(token.content))
                    at += len(token.content)
                elif name == "link" and token.type == "link_open":
                    token.meta["span"] = (start, token.meta["at"])
                elif name == "link" and token.type == "link_close":
                    token.meta["span"] = (token.meta["at"], state.pos)
                else:
                    token.meta["span"] = (start, state.pos)
        return done

    return spanned


def _text(state: StateInline, silent: bool) -> bool:
    """Text up to the next character that may mean something, or the next bare address."""
    assert isinstance(state, _State)
    start = state.pos
    stop = _STOP.search(state.src, start, state.posMax)
    end = stop.start() if stop else state.posMax
    if state.url_starts:
        index = bisect_left(state.url_starts, start)
        if index < len(state.url_starts):
            end = min(end, state.url_starts[index])
    if end <= start:
        return False
    if not silent:
        state.pending += state.src[start:end]
    state.pos = end
    return True


def _bare_url(state: StateInline, silent: bool) -> bool:
    assert isinstance(state, _State)
    end = state.urls.get(state.pos)
    if end is None or end > state.posMax:
        return False
    if not silent:
        state.push("bare_url", "", 0)
    state.pos = end
    return True


def _footnote_ref(state: StateInline, silent: bool) -> bool:
    """`[^label]`, whether or not this chunk holds the definition. The label's length is bounded to stay linear."""
    match = _NOTE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.push("footnote_ref", "", 0)
    state.pos = match.end()
    return True


class Inline(ParserInline):
    """The inline parser, without the nested runs over image descriptions and inline notes, which are not prose here."""

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        return tokens


def instrument(md: MarkdownIt) -> None:
    """Give the inline parser of `md` our rules and make all its rules note positions. To be called once, last."""
    ruler = md.inline.ruler
    ruler.at("text", _text)
    ruler.before("text", "bare_url", _bare_url)
    ruler.at("footnote_ref", _footnote_ref)
    for rule in ruler.__rules__:
        rule.fn = _with_spans(rule.name, rule.fn)
    ruler.__compile__()
    md.disable(["fragments_join", "text_collapse"], ignoreInvalid=True)  # they merge text and lose its place


def _tokens(md: MarkdownIt, text: str, env: dict[str, Any]) -> list[Token]:
    state = _State(text, md, env)
    md.inline.tokenize(state)
    for rule in md.inline.ruler2.getRules(""):
        rule(state)
    # The strikethrough rule swaps a lone `~` with its neighbour; put everything back into source order.
    return sorted(state.tokens, key=lambda token: token.meta["span"][0])


class _Elements:
    """Finds the closing tags of opaque elements; all look-ups are prepared once, so hostile input stays linear."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.closing: dict[str, list[int]] = {}
        self.depth = [0]
        for index, token in enumerate(tokens):
            self.depth.append(self.depth[-1] + token.nesting)
            tag = _TAG.match(token.content) if token.type == "html_inline" else None
            if tag and tag[1]:
                self.closing.setdefault(tag[2].lower(), []).append(index)

    def close(self, name: str, index: int) -> int | None:
        """The index of the token that closes the element opened at `index`, with no markup open across it."""
        closing = self.closing.get(name, [])
        found = bisect_left(closing, index)
        if found == len(closing) or self.depth[closing[found]] != self.depth[index]:
            return None
        return closing[found]


def compose(md: MarkdownIt, content: Content, start: int, end: int, env: dict[str, Any], into: Composer) -> None:
    """Parse content[start:end] and feed it to `into`."""
    tokens = _tokens(md, content.text[start:end], env)
    elements: _Elements | None = None
    reached = start
    index = -1
    while (index := index + 1) < len(tokens):
        token = tokens[index]
        first, last = token.meta["span"][0] + start, token.meta["span"][1] + start
        if first > reached:  # blanks that the newline rule dropped
            into.space(content.to_chunk(reached), content.to_chunk(first))
        reached = max(reached, last)
        a, b = content.to_chunk(first), content.end_to_chunk(last)
        kind = token.type
        if kind == "text":
            if token.content:  # else half of a `**`
                into.prose(a, b)
        elif kind == "text_special":
            if len(token.content) == last - first:  # a backslash that escapes nothing
                into.prose(a, b)
            else:  # of the few entities that mean two code points, the second is a combining mark
                into.character(token.content[0], a, b)
        elif kind == "softbreak":
            into.space(a, content.to_chunk(last))
        elif kind == "hardbreak":
            into.hidden("break", a, content.to_chunk(last))
            into.space(a, content.to_chunk(last))
        elif kind == "footnote_ref":
            into.hidden("footnote", a, b)
        elif kind in _PLACEHOLDERS:
            into.placeholder(_PLACEHOLDERS[kind], a, b)
        elif kind == "html_inline":
            tag = _TAG.match(token.content)
            name = tag[2].lower() if tag else ""
            close = None
            if tag and not tag[1] and name in _OPAQUE:
                elements = elements or _Elements(tokens)
                close = elements.close(name, index)
            if close is not None:
                index, reached = close, tokens[close].meta["span"][1] + start
                into.placeholder("code" if name == "code" else "html", a, content.end_to_chunk(reached))
            elif not tag or tag[1] or name in _SHOWN_THROUGH or name in _OPAQUE:
                into.hidden("html", a, b)
            elif name == "br":
                into.hidden("html", a, b)
                into.space(a, b)
            else:
                into.placeholder("html", a, b)
        elif kind == "link_open" and token.markup == "autolink":
            into.placeholder("link", a, b)
            index += 2
        elif token.nesting > 0:
            into.open(_KINDS[kind], a if kind == "link_open" else b - len(token.markup))
        elif token.nesting < 0:
            into.close(b if kind == "link_close" else a + len(token.markup))
