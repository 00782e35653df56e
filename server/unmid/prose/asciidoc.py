"""AsciiDoc to blocks and passages.

Lines decide what is a block, as Asciidoctor reads them: delimiters, list markers, attribute lines. Attributes, conditions
and includes are passed by, not evaluated.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from unmid.prose.model import Block
from unmid.prose.scan import MAX_NESTING, URL, Line, Scan, gathered, leaf, lines, unified
from unmid.text.span import Span

_DELIMITER = re.compile(r"(?:-{4,}|\.{4,}|\+{4,}|/{4,}|={4,}|\*{4,}|_{4,}|--|`{3,}[^`\n]*|[|,:!]={3,})[ \t]*$")
_CONTAINERS = {"=": "", "*": "", "_": "quote", "--": ""}
_ITEM = re.compile(r"[ \t]*(-|•|\*{1,9}|\.{1,9}|\d{1,9}\.|[A-Za-z]\.|[ivxIVX]{1,9}\)|<(?:\d+|\.)>)[ \t]+(?=\S)")
_TERM = re.compile(r"[ \t]*(?!//)(?=\S)((?:(?!::|;;)[^\n]){1,300}?)(:{2,4}|;;)(?:[ \t]+(?=\S)|$)")
_BOX = re.compile(r"\[[ xX*]\][ \t]+")
_TITLE = re.compile(r"(={1,6}|#{1,6})[ \t]+(?=\S)")
_ATTRIBUTE = re.compile(r":!?\w[\w-]*!?:(?:[ \t]|$)")
_STYLE = re.compile(r"\[(?:|[\w.#%\"'*(\[,{].*)\]$")
_COMMENT = re.compile(r"//(?!/)")
_CAPTION = re.compile(r"\.[^\s.]")
_MACRO = re.compile(r"(?:image|video|audio|include|toc|icon|ifdef|ifndef|ifeval|endif|[a-z]\w+)::[^\s\[]*\[.*\]$")
_RULE = re.compile(r"(?:'{3,}|<{3,}|-{3}|\*{3}|- - -|\* \* \*)$")
_ADMONITION = re.compile(r"(?:NOTE|TIP|IMPORTANT|CAUTION|WARNING):[ \t]+")
_AUTHOR = re.compile(r"\w[\w.'-]*(?: +\w[\w.'-]*){0,2} *<[^>]+>|v?\d[\w.]*, *\S.*|v\d[\w.]*$")
_UNDERLINE = re.compile(r"([=\-~^+])\1+$")
_UNDERLINES = "=-~^+"
_CODE = re.compile(
    r"\[(?:source|listing|literal|stem|latexmath|asciimath|pass|comment|plantuml|ditaa|mermaid|graphviz|vega|bibliography|,)"
)
_VERSE = re.compile(r"\[(?:quote|verse)\b|\[\"\"")
_RISKY = re.compile(r"[ \t+]|\Z")


def cuts(text: str) -> Iterator[int]:
    """The offsets at which chunks begin.

    A chunk begins below a blank line outside of delimited blocks, unless its first line may go on with what stands above.
    """
    text = unified(text)
    rows = lines(text)
    reader = _Reader(text, rows)
    at = 0
    while at < len(rows):
        if at and reader.blank(at - 1) and not reader.blank(at) and not reader.goes_on(at):
            yield rows[at][0]
        at = reader.past(at)


def parse_chunk(text: str) -> tuple[Block, ...]:
    """The blocks of `text`."""
    text = unified(text)
    rows = lines(text)
    return tuple(_Reader(text, rows).blocks(0, len(rows), ()))


class _Reader:
    """Reads the lines of one text. Lines are named by their number."""

    def __init__(self, text: str, rows: list[Line]) -> None:
        self.text = text
        self.rows = rows
        self.ends: dict[str, list[int]] | None = None

    def of(self, at: int) -> str:
        return self.text[self.rows[at][0] : self.rows[at][1]]

    def blank(self, at: int) -> bool:
        start, end = self.rows[at]
        return start >= end or self.text[start:end].isspace()

    # --- where blocks begin and end

    def underlined(self, at: int) -> bool:
        """Whether a line is a title with a line of signs below it, as long as itself within one."""
        if at + 1 >= len(self.rows) or self.blank(at):
            return False
        under = self.of(at + 1)
        if under[:1] not in _UNDERLINES or not under or not _UNDERLINE.match(under):
            return False
        title = self.of(at)
        return (
            abs(len(title) - len(under)) < 2
            and len(under) > 1
            and (title[0].isalnum() or title[0] in "\"'“‘`_*({")
            and (at == 0 or self.blank(at - 1) or self._is_meta(self.of(at - 1)))
        )

    def delimiter(self, at: int) -> str:
        """The delimiter that a line is; empty if it is none."""
        start, end = self.rows[at]
        if end - start < 2 or self.text[start] not in "-.+/=*_`|,:!":
            return ""
        line = self.of(at)
        if not _DELIMITER.match(line) or (at and self.underlined(at - 1)):
            return ""
        return line

    def closing(self, at: int, delimiter: str) -> int:
        """The line that closes the block whose delimiter stands at a line; one past the last if none does."""
        if self.ends is None:
            self.ends = {}
            for number, row in enumerate(self.rows):
                if row[1] - row[0] > 1 and self.text[row[0]] in "-.+/=*_`|,:!" and _DELIMITER.match(line := self.of(number)):
                    self.ends.setdefault(line, []).append(number)
        wanted = "`" * (len(delimiter) - len(delimiter.lstrip("`"))) if delimiter[0] == "`" else delimiter
        found = self.ends.get(wanted, [])
        after = bisect_right(found, at)
        return found[after] if after < len(found) else len(self.rows)

    def past(self, at: int) -> int:
        """The line after a line, or after the delimited block that begins there."""
        delimiter = self.delimiter(at)
        return min(self.closing(at, delimiter) + 1, len(self.rows)) if delimiter else at + 1

    def goes_on(self, at: int) -> bool:
        """Whether a line below a blank one may belong to what stands above: an item, or part of one."""
        line = self.of(at)
        if _RISKY.match(line) or _ITEM.match(line) or _term(line):
            return True
        above = at - 1
        while above >= 0 and self.blank(above):
            above -= 1
        return above >= 0 and self.of(above).endswith(("::", ";;", "\\"))

    def _is_meta(self, line: str) -> bool:
        return bool(_STYLE.match(line) or _CAPTION.match(line))

    def _interrupts(self, at: int) -> bool:
        """Whether a line ends the paragraph before it without a blank line."""
        line = self.of(at)
        return self.blank(at) or bool(self.delimiter(at)) or bool(line[0] == "[" and _STYLE.match(line))

    # --- blocks

    def blocks(self, at: int, end: int, path: tuple[str, ...], depth: int = 0) -> Iterator[Block]:
        """The blocks of some lines."""
        style = ""
        while at < end:
            if self.blank(at):
                style = ""
                at += 1
                continue
            line = self.of(at)
            if line[0] == "[" and _STYLE.match(line):
                style = line
                at += 1
                continue
            after, found = self._block(at, end, path, depth, style)
            yield from found
            if not found or found[0].kind != "comment":
                style = ""
            at = max(after, at + 1)

    def _block(
        self, at: int, end: int, path: tuple[str, ...], depth: int, style: str
    ) -> tuple[int, list[Block]]:
        """The block that begins at a line, and the line after it."""
        line = self.of(at)
        start, stop = self.rows[at]
        if delimiter := self.delimiter(at):
            return self._delimited(at, end, delimiter, path, depth, style)
        if _COMMENT.match(line):
            return at + 1, [Block("comment", Span(start, stop), info=line[2:].strip())]
        if (title := _TITLE.match(line)) and not path:
            block = self._prose(start + title.end(), stop, path, "heading", len(title[1]))
            return self._past_header(at + 1, end, len(title[1])), self._placed(block, start, stop)
        if self.underlined(at) and at + 1 < end and not path:
            level = _UNDERLINES.index(self.of(at + 1)[0]) + 1
            block = self._prose(start, stop, path, "heading", level)
            return self._past_header(at + 2, end, level), self._placed(block, start, self.rows[at + 1][1])
        if _ATTRIBUTE.match(line):
            while line.endswith("\\") and at + 1 < end:
                at += 1
                line = self.of(at)
            return at + 1, []
        if _MACRO.match(line):
            return at + 1, [Block("html", Span(start, stop))]
        if _RULE.match(line):
            return at + 1, [Block("rule", Span(start, stop))]
        if (_ITEM.match(line) or _term(line)) and depth < MAX_NESTING:
            return self._list(at, end, path, depth)
        if _CAPTION.match(line):
            return at + 1, []
        return self._paragraph(at, end, path, style)

    def _past_header(self, at: int, end: int, level: int) -> int:
        """The line after a document's author and revision."""
        while level == 1 and at < end and not self.blank(at) and _AUTHOR.match(self.of(at)):
            at += 1
        return at

    def _placed(self, block: Block | None, start: int, stop: int) -> list[Block]:
        return [replace(block, span=Span(start, stop))] if block else []

    def _delimited(
        self, at: int, end: int, delimiter: str, path: tuple[str, ...], depth: int, style: str
    ) -> tuple[int, list[Block]]:
        last = min(self.closing(at, delimiter), end)
        final = min(last, end - 1)
        while final > at and self.blank(final):
            final -= 1
        span = Span(self.rows[at][0], self.rows[final][1])
        sign = "--" if delimiter == "--" else delimiter[0]
        if sign == "/":
            return last + 1, [Block("comment", span)]
        if sign not in _CONTAINERS or _CODE.match(style) or depth >= MAX_NESTING:
            kind = "table" if sign in "|,:!" else "math" if sign == "+" and "math" in style else "code"
            return last + 1, [Block(kind, span, info=style)]
        quote = _CONTAINERS[sign] == "quote" or _VERSE.match(style)
        inner = (*path, "quote") if quote else path
        children = list(self.blocks(at + 1, last, inner, depth + 1))
        return last + 1, [Block("quote", span, tuple(children))] if quote else children

    def _paragraph(self, at: int, end: int, path: tuple[str, ...], style: str) -> tuple[int, list[Block]]:
        start = self.rows[at][0]
        is_literal = self.text[start] in " \t" and not style
        first = at
        at += 1
        while at < end and not self._interrupts(at):
            at += 1
        stop = self.rows[at - 1][1]
        if is_literal or _CODE.match(style):
            return at, [Block("math" if "math" in style or "stem" in style else "code", Span(start, stop), info=style)]
        label = _ADMONITION.match(self.of(first))
        start += label.end() if label else 0
        if _VERSE.match(style):
            block = self._prose(start, stop, (*path, "quote"))
            return at, [Block("quote", block.span, (block,))] if block else []
        block = self._prose(start, stop, path)
        return at, [block] if block else []

    # --- lists

    def _list(self, at: int, end: int, path: tuple[str, ...], depth: int) -> tuple[int, list[Block]]:
        """A list with the lists that are nested in it: another marker than those that are open is one level more."""
        open_: list[_Open] = []
        done: list[Block] = []

        def close(levels: int) -> None:
            while len(open_) > levels:
                block = open_.pop().closed()
                (open_[-1].children if open_ else done).append(block)

        while at < end:
            if self.blank(at):
                following = at
                while following < end and self.blank(following):
                    following += 1
                if following == end or not self.goes_on(following):
                    break
                if self.delimiter(following) or self.of(following)[0] == "[":
                    break
                if self._empty(open_) and not self._begins(following):
                    at = self._text(following, end, open_)
                    continue
                if self.of(following)[0] in " \t" and not self._begins(following):
                    after, found = self._paragraph(following, end, (*path, "list", "item"), "")
                    open_[-1].children += found
                    at = after
                    continue
                at = following
                if not self._begins(at) and self.of(at) != "+":
                    break
                continue
            line = self.of(at)
            if line == "+":
                if at + 1 < end and not self.blank(at + 1) and self.of(at + 1) != "+":
                    at = self._attached(at + 1, end, open_, depth)
                else:
                    at += 1
            elif marker := self._begins(at):
                sign = _kind_of(marker)
                known = next((n for n, one in enumerate(open_) if one.sign == sign), None)
                if known is not None:
                    close(known + 1)
                    open_[-1].next_item()
                else:
                    close(MAX_NESTING - 1)
                    inner = open_[-1].path if open_ else path
                    open_.append(_Open(sign, (*inner, "definitions" if sign[0] in ":;<" else "list", "item")))
                at = self._item(at, end, marker, open_[-1])
            elif _COMMENT.match(line) and not line.startswith("//-"):
                start, stop = self.rows[at]
                open_[-1].children.append(Block("comment", Span(start, stop), info=line[2:].strip()))
                at += 1
            elif line[0] != "[" and not self.delimiter(at) and open_ and not open_[-1].children:
                at = self._text(at, end, open_)
            else:
                break
        close(0)
        return at, done

    def _begins(self, at: int) -> re.Match[str] | None:
        """The marker of the item that begins at a line."""
        line = self.of(at)
        return None if self.delimiter(at) else _ITEM.match(line) or _term(line)

    def _empty(self, open_: list[_Open]) -> bool:
        return bool(open_) and open_[-1].sign[0] in ":;" and len(open_[-1].children) < 2

    def _item(self, at: int, end: int, marker: re.Match[str], into: _Open) -> int:
        """The marker and the words of an item."""
        start, stop = self.rows[at]
        if marker.re is _TERM:
            first = start + marker.start(1)
            into.begin(first, "")
            if term := self._prose(first, start + marker.end(1), into.path):
                into.children.append(term)
            into.end = start + marker.end()
            if start + marker.end() >= stop:
                return self._text(at + 1, end, [into]) if at + 1 < end and self._flows(at + 1) else at + 1
        else:
            into.begin(start + marker.start(1), marker[1])
            into.end = start + marker.end(1)
            if box := _BOX.match(self.text, start + marker.end(), stop):
                into.task = True
                marker_end = box.end()
                return self._words(marker_end, at, end, into)
        return self._words(start + marker.end(), at, end, into)

    def _flows(self, at: int) -> bool:
        """Whether a line goes on with an item's words."""
        line = self.of(at)
        return not self._interrupts(at) and line != "+" and not self._begins(at)

    def _words(self, start: int, at: int, end: int, into: _Open) -> int:
        at += 1
        while at < end and self._flows(at):
            at += 1
        if block := self._prose(start, self.rows[at - 1][1], into.path):
            into.children.append(block)
        return at

    def _text(self, at: int, end: int, open_: list[_Open]) -> int:
        """Words of an item that begin on a line of their own."""
        return self._words(self.rows[at][0], at, end, open_[-1])

    def _attached(self, at: int, end: int, open_: list[_Open], depth: int) -> int:
        """The block that a plus sign attaches to the innermost item."""
        style = ""
        while at < end and (line := self.of(at)) and self._is_meta(line) and not self.delimiter(at):
            style = line if line[0] == "[" else style
            at += 1
        if at >= end or self.blank(at):
            return at
        into = open_[-1]
        if self._begins(at):
            return at
        if not self.delimiter(at):
            stop = at + 1
            while stop < end and self._flows(stop):
                stop += 1
            end = stop
        after, found = self._block(at, end, into.path, depth + 1, style)
        into.children += found
        return max(after, at + 1)

    def _prose(
        self, start: int, end: int, path: tuple[str, ...], kind: str = "paragraph", level: int = 0
    ) -> Block | None:
        return leaf(self.text, start, end, path, _read, kind=kind, level=level)


class _Open:
    """A list whose last item may still go on."""

    def __init__(self, sign: str, path: tuple[str, ...]) -> None:
        self.sign, self.path = sign, path
        self.items: list[Block] = []
        self.children: list[Block] = []
        self.start = self.end = -1
        self.marker = ""
        self.task = False

    def begin(self, start: int, marker: str) -> None:
        self.start, self.marker = start, marker

    def next_item(self) -> None:
        item = gathered("item", self.children, self.start, self.end, marker=self.marker, task=self.task)
        self.items.append(item)
        self.children, self.task = [], False

    def closed(self) -> Block:
        self.next_item()
        kind = self.path[-2]
        level = self.path.count("list") if kind == "list" else 0
        start = self.items[0].span.start
        return gathered(kind, self.items, start, start, level=level, ordered=self.sign[0] in ".19aAiI")


def _term(line: str) -> re.Match[str] | None:
    """The term that a line begins with."""
    return _TERM.match(line) if "::" in line or ";;" in line else None


def _kind_of(marker: re.Match[str]) -> str:
    """What tells one level of a list from another."""
    if marker.re is _TERM:
        return marker[2]
    sign = marker[1]
    if sign[0].isdigit():
        return "1."
    if sign[0] == "<":
        return "<"
    return ("i" if sign[-1] == ")" else "a") if sign[0].isalpha() else sign


# Inline markup.

_MARKUP = re.compile(
    rf"""
    \\ | \*\*?(?=\S) | __?(?=\S) | \"`(?=\S) | '`(?=\S) | `[\"'] | ``?(?=\S) | \#\#?(?=\S) | \^(?=\S) | ~(?=\S) | \+{{1,3}}(?=\S)
  | <<(?=[^\s<>]) | \{{(?=[\w!-]) | \[\[ | \[[.\#][^\[\]\n]{{1,80}}\]\#\#? | \(\(\(?
  | [ ]\+(?=\n) | ^//(?!/)[^\n]* | ^(?:include|ifdef|ifndef|ifeval|endif)::[^\n]*
  | (?<![\w@/.])(?:{URL})
  | (?<!\w)(?:link|mailto|xref|image|icon|kbd|btn|menu|stem|latexmath|asciimath|pass|anchor|indexterm2?|irc):(?!:)
  | footnote(?:ref)?:(?!:)
    """,
    re.X | re.I | re.M,
)
_KINDS = {"*": "strong", "_": "emphasis", "#": "span", "^": "span", "~": "span"}
_CLOSE = {
    sign: re.compile(rf"(?<![\s\\]){re.escape(sign)}{'' if sign in ('^', '~') else '(?!' + chr(92) + 'w)'}")
    for sign in ("*", "_", "#", "^", "~")
}
_CLOSE_DOUBLE = {sign: re.compile(re.escape(sign)) for sign in ("**", "__", "##", "``", "++", "+++")}
_CODE_END = re.compile(r"(?<!\s)`(?![\w\"'`])")
_PASS_END = re.compile(r"(?<![\s+])\+(?![\w+])")
_BRACKET = re.compile(r"(?<!\\)\]")
_ANGLES = re.compile(r">>")
_CURLY = re.compile(r"\{[\w!:.-]+\}")
_ANCHOR = re.compile(r"\[\[[^\[\]\n]{1,200}\]\]")
_INDEX_END = re.compile(r"\)\)\)")
_SHOWN_INDEX_END = re.compile(r"\)\)")
_TARGET = re.compile(r"[^\s\[\]<>]{0,2000}\[")
_OPTIONS = re.compile(r"\^?(?:,[ ]*\w+=[^\]]*)?\Z")
_LINKS = frozenset(["link", "mailto", "xref", "irc"])
_SILENT = frozenset(["anchor", "indexterm"])
_MATHS = frozenset(["stem", "latexmath", "asciimath"])


def _read(scan: Scan) -> None:
    scan.run(_MARKUP, _construct)


def _construct(scan: Scan, found: re.Match[str]) -> int:
    text, at, after, sign = scan.text, found.start(), found.end(), found.group()
    composer = scan.composer
    if sign == "\\":
        return _escape(scan, at)
    if sign[0] == "/" or "::" in sign:
        composer.hidden("html", at, after)
        return after
    if sign == " +":
        composer.hidden("break", at, after)
        return after
    if sign in ("\"`", "'`") and not _word(text, at - 1):
        composer.character("“" if sign[0] == '"' else "‘", at, after)
        return after
    if sign in ("`\"", "`'") and not (at == scan.start or text[at - 1].isspace()):
        composer.character("”" if sign[1] == '"' else "’", at, after)
        return after
    if sign[0] == "`":
        return _mono(scan, at)
    if sign[0] == "+":
        return _passed(scan, at, sign)
    if sign == "<<":
        return _reference(scan, at)
    if sign == "{":
        attribute = _CURLY.match(text, at, scan.limit)
        return _whole(scan, "html", at, attribute.end()) if attribute else at
    if sign == "[[":
        anchor = _ANCHOR.match(text, at, scan.limit)
        return _hide(scan, at, anchor.end()) if anchor else at
    if sign == "(((":
        end = scan.find(_INDEX_END, after)
        return _hide(scan, at, end.end()) if end else at
    if sign == "((":
        end = scan.find(_SHOWN_INDEX_END, after + 1)
        return scan.enter("span", at, Span(after, end.start()), end.end()) if end else at
    if sign[0] == "[":  # words with a role
        return _styled(scan, at, sign[sign.index("#") :], after)
    if sign[0] in "*_#^~":
        return _styled(scan, at, sign, after)
    return _macro(scan, at, after, sign)


def _styled(scan: Scan, at: int, sign: str, after: int) -> int:
    """Words between signs that stand at their edges, or between doubled signs anywhere."""
    text = scan.text
    kind = _KINDS[sign[0]]
    if len(sign) == 2:
        end = scan.find(_CLOSE_DOUBLE[sign], after + 1)
        if end:
            return scan.enter(kind, at, Span(after, end.start()), end.end())
        after -= 1
        sign = sign[0]
    if sign not in "^~" and _word(text, at - 1):
        return at
    if text[after : after + 1].isspace():
        return at
    end = scan.find(_CLOSE[sign], after + 1)
    if not end or (sign in "^~" and any(map(str.isspace, text[after : end.start()]))):
        return at
    return scan.enter(kind, at, Span(after, end.start()), end.end())


def _mono(scan: Scan, at: int) -> int:
    if scan.text.startswith("``", at) and (end := scan.find(_CLOSE_DOUBLE["``"], at + 3)):
        return _whole(scan, "code", at, end.end())
    if _word(scan.text, at - 1):
        return at
    end = scan.find(_CODE_END, at + 2)
    return _whole(scan, "code", at, end.end()) if end else at


def _passed(scan: Scan, at: int, sign: str) -> int:
    if len(sign) > 1:
        end = scan.find(_CLOSE_DOUBLE[sign], at + len(sign))
    else:
        end = None if _word(scan.text, at - 1) else scan.find(_PASS_END, at + 2)
    return _whole(scan, "code", at, end.end()) if end else at


def _reference(scan: Scan, at: int) -> int:
    end = scan.find(_ANGLES, at + 3)
    if not end:
        return at
    comma = scan.text.find(",", at, end.start())
    if comma < 0:
        return _whole(scan, "link", at, end.end())
    return scan.enter("link", at, Span(comma + 1, end.start()), end.end())


def _macro(scan: Scan, at: int, after: int, sign: str) -> int:
    """`name:target[text]`, and addresses with words in brackets."""
    name = sign.rstrip(":").lower() if sign.endswith(":") else ""
    target = _TARGET.match(scan.text, after, scan.limit)
    end = scan.find(_BRACKET, target.end()) if target else None
    if not target or not end:
        return at
    words = Span(target.end(), end.start())
    if name in _MATHS:
        return _whole(scan, "math", at, end.end())
    if name == "footnote" and words:
        scan.notes.append(words)
    if name in ("footnote", "footnoteref"):
        scan.composer.hidden("footnote", at, end.end())
        return end.end()
    if name in _SILENT:
        return _hide(scan, at, end.end())
    if name and name not in _LINKS:
        kind = "image" if name in ("image", "icon") else "code"
        return _whole(scan, kind, at, end.end())
    options = _OPTIONS.search(words.of(scan.text))
    if options:
        words = Span(words.start, words.start + options.start())
    return scan.enter("link", at, words, end.end()) if words else _whole(scan, "link", at, end.end())


def _escape(scan: Scan, at: int) -> int:
    """A backslash before markup, which then is none."""
    follows = _MARKUP.match(scan.text, at + 1, scan.limit)
    if not follows or follows.group()[0] == "\\":
        scan.composer.prose(at, at + 1)
        return at + 1
    scan.composer.hidden("html", at, at + 1)
    scan.composer.prose(at + 1, follows.end())
    return follows.end()


def _word(text: str, at: int) -> bool:
    return at >= 0 and (text[at].isalnum() or text[at] == "_")


def _whole(scan: Scan, kind: str, start: int, end: int) -> int:
    scan.composer.placeholder(kind, start, end)
    return end


def _hide(scan: Scan, start: int, end: int) -> int:
    scan.composer.hidden("html", start, end)
    return end
