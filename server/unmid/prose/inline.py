"""Markdown's inline level, with positions.

markdown-it's inline tokens do not say where they came from. Its rules are therefore run by a loop of our own, which
turns text into tokens at once and notes which stretch each rule consumed: each token ends up with `meta["span"]`,
half-open offsets into the inline content.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from unmid.prose.compose import Composer, urls

_MOST_MARKUP = 2_000
"""Signs of markup in one block. What holds more is shown as written: some rules take time by the square of their number."""

_MAX_NESTING = 16
"""Brackets within brackets. What is nested deeper is text."""

_RULES = {
    "\n": "newline",
    "\\": "escape",
    "`": "backticks",
    "~": "strikethrough",
    "*": "emphasis",
    "_": "emphasis",
    "[": "link footnote_ref",
    "!": "image",
    "^": "footnote_inline",
    "<": "autolink html_inline",
    "&": "entity",
    "$": "math_inline",
}
"""The characters at which inline constructs begin, with the rules to try. Anything else but `]` is text."""

_STOP = re.compile(f"[]{re.escape(''.join(_RULES))}]")

_COSTLY = re.compile(r"[*_~`\[\]<^$]")

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
)  # fmt: skip
"""Elements whose tags do not show and whose content reads on as prose."""

_OPAQUE = frozenset(
    {
        "audio", "button", "canvas", "code", "iframe", "kbd", "math", "object", "picture", "pre",
        "samp", "script", "select", "style", "svg", "textarea", "var", "video",
    }
)  # fmt: skip
"""Elements whose content is not prose: one placeholder from tag to tag."""

_KINDS = {"em_open": "emphasis", "strong_open": "strong", "s_open": "strike", "link_open": "link"}
_PLACEHOLDERS = {
    "code_inline": "code",
    "math_inline": "math",
    "math_inline_double": "math",
    "image": "image",
    "bare_url": "link",
}


class Markdown(MarkdownIt):
    """Link targets do not matter to prose: take them as they are, which also saves the time to check them."""

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


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
    """An inline state that knows the bare addresses in its text and where closing tokens came from."""

    @cached_property
    def urls(self) -> dict[int, int]:
        """Bare addresses, start to end."""
        return urls(self.src)

    @cached_property
    def url_starts(self) -> list[int]:
        return list(self.urls)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self.pos
        return token

    def push_text(self, start: int, end: int) -> None:
        """Add src[start:end] as it stands."""
        self.tokens.append(Token("text", "", 0, content=self.src[start:end], meta={"span": (start, end)}))

    def text_end(self) -> int:
        """The next character that may mean something, or the next bare address."""
        stop = _STOP.search(self.src, self.pos, self.posMax)
        end = stop.start() if stop else self.posMax
        if self.url_starts:
            following = bisect_left(self.url_starts, self.pos)
            if following < len(self.url_starts):
                end = min(end, self.url_starts[following])
        return end


class _Parser(ParserInline):
    """The inline parser: only rules that can begin with the character at hand are tried, and every token gets its span."""

    by_character: dict[str, tuple[RuleFuncInlineType, ...]]

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        """Nothing: rules call this for image descriptions and inline notes, which are not prose here."""
        return tokens

    def tokenize(self, state: StateInline) -> None:
        assert isinstance(state, _State)
        end = state.posMax
        is_literal = state.level >= state.md.options["maxNesting"]
        while state.pos < end:
            start, count = state.pos, len(state.tokens)
            if (stop := state.text_end()) > start:
                state.push_text(start, stop)
                state.pos = stop
            elif not is_literal and self._one(state, False):
                if state.pending:  # back-ticks without a partner
                    state.pending = ""
                    state.push_text(start, state.pos)
                _settle(state.tokens, count, start, state.pos)
            else:
                state.pos = start + 1
                state.push_text(start, state.pos)

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        assert isinstance(state, _State)
        start = state.pos
        if start in state.cache:
            state.pos = state.cache[start]
            return
        if state.level >= state.md.options["maxNesting"]:
            state.pos = state.posMax
        elif (stop := state.text_end()) > start:
            state.pos = stop
        else:
            state.level += 1  # bounds the recursion; no token is made here
            done = self._one(state, True)
            state.level -= 1
            if not done:
                state.pos = start + 1
        state.cache[start] = state.pos

    def _one(self, state: _State, silent: bool) -> bool:
        """Take one construct at the current position, if there is one."""
        end = state.urls.get(state.pos, state.posMax + 1)
        if end <= state.posMax:
            if not silent:
                state.push("bare_url", "", 0)
            state.pos = end
            return True
        for rule in self.by_character.get(state.src[state.pos], ()):  # noqa: SIM110  # a generator costs a third more
            if rule(state, silent):
                return True
        return False


def _settle(tokens: list[Token], count: int, start: int, end: int) -> None:
    """Give the tokens from `count` on, which one rule added for start:end, their spans."""
    at = start
    for token in tokens[count:]:
        if "span" in token.meta:  # from a rule within
            continue
        if token.type == "text" and token.content:  # one of a run of delimiters
            token.meta["span"] = (at, at + len(token.content))
            at += len(token.content)
        elif token.markup == "autolink":
            token.meta["span"] = (start, end)
        elif token.type == "link_open":
            token.meta["span"] = (start, token.meta["at"])
        elif token.type == "link_close":
            token.meta["span"] = (token.meta["at"], end)
        else:
            token.meta["span"] = (start, end)


def _newline(state: StateInline, silent: bool) -> bool:
    """A line end: a hard break after two blanks. The blanks stay in the text before it."""
    start = state.pos
    if not silent:
        state.push("hardbreak" if state.src.endswith("  ", 0, start) else "softbreak", "br", 0)
    state.pos += 1
    while state.pos < state.posMax and state.src[state.pos] in " \t":
        state.pos += 1
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


@cache
def _markdown() -> MarkdownIt:
    """A parser of which only the inline level is used."""
    md = Markdown("commonmark", {"maxNesting": _MAX_NESTING})
    md.inline = _Parser()
    md.configure("commonmark", {"maxNesting": _MAX_NESTING})
    md.enable("strikethrough")
    md.use(footnote_plugin)
    md.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    md.disable(["fragments_join", "text_collapse"], ignoreInvalid=True)  # they merge text and lose its place
    md.inline.ruler.at("newline", _newline)
    md.inline.ruler.at("footnote_ref", _footnote_ref)
    rules = {rule.name: rule.fn for rule in md.inline.ruler.__rules__}
    md.inline.by_character = {
        character: tuple(rules[name] for name in names.split()) for character, names in _RULES.items()
    }
    return md


def _tokens(text: str, env: dict[str, Any]) -> list[Token]:
    md = _markdown()
    state = _State(text, md, env, [])
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


def compose(content: Content, start: int, end: int, env: dict[str, Any], into: Composer) -> None:
    """Parse content[start:end] and feed it to `into`."""
    if end - start > _MOST_MARKUP and len(_COSTLY.findall(content.text, start, end)) > _MOST_MARKUP:
        _as_written(content, start, end, into)
        return
    tokens = _tokens(content.text[start:end], env)
    elements: _Elements | None = None
    index = -1
    while (index := index + 1) < len(tokens):
        token = tokens[index]
        first, last = token.meta["span"][0] + start, token.meta["span"][1] + start
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
                index = close
                reached = tokens[close].meta["span"][1] + start
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


def _as_written(content: Content, start: int, end: int, into: Composer) -> None:
    """Feed content[start:end] line by line, markup and all."""
    while start < end:
        stop = content.text.find("\n", start, end)
        stop = stop if stop >= 0 else end
        if stop > start:
            into.prose(content.to_chunk(start), content.end_to_chunk(stop))
        if stop < end:
            into.space(content.to_chunk(stop), content.to_chunk(stop + 1))
        start = stop + 1
