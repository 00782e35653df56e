"""LaTeX to blocks and passages.

Macros are not expanded: a table says which commands hold words, which stand for a word (a formula, a reference) and which
show nothing. Of a command that is not known, an argument of several words is prose, and anything else stands for a word.
An argument ends with its paragraph, so that a brace that is still to be typed costs no more than that.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from unmid.prose.model import Block
from unmid.prose.scan import MAX_NESTING, Scan, gathered, leaf, named, unified
from unmid.text.span import Span

PREAMBLE = "preamble"
"""The context of a first chunk that holds what stands before the document."""

# Environments, without their stars.

_VERBATIM = named("verbatim Verbatim lstlisting minted alltt filecontents comment code pycode luacode tcblisting Sinput Soutput")
_MATH = named("equation align alignat flalign gather multline eqnarray math displaymath dmath IEEEeqnarray subequations split")
_OPAQUE = named(
    "tabular tabularx tabulary longtable tabu tblr longtblr supertabular xtabular tabbing array tikzpicture tikzcd pgfpicture picture "
    "thebibliography algorithm algorithmic algorithm2e pspicture forest axis CCSXML overpic prooftree")
_LISTS = named(
    "itemize enumerate description compactitem compactenum compactdesc asparaenum asparaitem inparaenum inparaitem "
    "etaremune")
_ORDERED = frozenset(["enumerate", "compactenum", "asparaenum", "inparaenum", "etaremune"])
_TERMS = frozenset(["description", "compactdesc"])
_QUOTES = frozenset(["quote", "quotation", "verse", "displayquote", "quoting", "displaycquote"])
_UNREAD = _VERBATIM | _MATH | _OPAQUE
_NESTED = _LISTS | _QUOTES
_TABLES = frozenset(name for name in _OPAQUE if "tab" in name or "tbl" in name)

# Commands, without their stars.

_SECTIONS = {
    "title": 1, "subtitle": 2, "part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4,
    "paragraph": 5, "subparagraph": 6, "frametitle": 3, "framesubtitle": 4,
}  # fmt: skip
_CAPTIONS = frozenset(["caption", "captionof", "subcaption"])
_BREAKS = named(
    "par newpage clearpage cleardoublepage pagebreak maketitle tableofcontents listoffigures listoftables appendix frontmatter "
    "mainmatter backmatter printbibliography bigskip medskip smallskip hline hrule item vfill input include subfile bibliography "
    "newline")
_STYLES = {
    **dict.fromkeys(["emph", "textit", "textsl"], "emphasis"),
    **dict.fromkeys(["textbf", "alert"], "strong"),
    **dict.fromkeys(named("textsc textrm textsf textup textmd textnormal underline uline mbox hbox text MakeUppercase MakeLowercase "
        "uppercase lowercase sout hl so caps added replaced centerline leftline rightline"),
        "span",
    ),
    **dict.fromkeys(["href", "hyperref"], "link"),
    **dict.fromkeys(named("textcolor colorbox foreignlanguage textlang parbox raisebox scalebox"), "span"),
}
_ARGUMENT = {
    **dict.fromkeys(["href", "textcolor", "colorbox", "foreignlanguage", "textlang", "parbox", "raisebox", "scalebox"], 2)
}
"""Which of a command's arguments holds the words, if it is not the first."""
_QUOTED = {"enquote": "“”", "textquote": "“”", "blockquote": "“”"}
_NOTES = named("footnote footnotetext thanks sidenote marginpar marginnote endnote")
_CODE = named("texttt lstinline code mintinline path nolinkurl verb")
_CITES = re.compile(r"(?:foot|paren|text|auto|full|no|super|smart|paren)?cite[A-Za-z]*|Cite[A-Za-z]*", re.I)
_REFERENCES = named(
    "ref eqref autoref cref Cref pageref nameref vref hyperlink url labelcref subref prettyref fullref gls Gls glspl Glspl "
    "ac acp acs acl acf SI si num qty unit")
_IMAGES = named("includegraphics includesvg tikz includepdf")
_HIDDEN = named(
    "label index vspace hspace vskip hskip pagestyle thispagestyle setlength addtolength setcounter addtocounter stepcounter "
    "usepackage RequirePackage documentclass documentstyle bibliographystyle graphicspath color pagecolor newcommand renewcommand "
    "providecommand newenvironment renewenvironment newtheorem def let DeclareMathOperator usetikzlibrary tikzset lstset hypersetup "
    "geometry pagenumbering fontsize selectfont selectlanguage linespread addcontentsline phantomsection hypertarget nocite "
    "markboth markright date author affil affiliation institute email address keywords hyphenation footnotemark newlength "
    "newcounter captionsetup sisetup theoremstyle numberwithin allowdisplaybreaks addbibresource IfFileExists makeatletter "
    "makeatother todo glsresetall deleted rule phantom hphantom vphantom")
_BARE = named(
    "bf it em sl sc sf rm tt bfseries itshape slshape scshape sffamily rmfamily ttfamily mdseries upshape normalfont tiny "
    "scriptsize footnotesize small normalsize large Large LARGE huge Huge noindent indent centering raggedright raggedleft "
    "protect relax null strut leavevmode ignorespaces unskip xspace hfill hfil quad qquad linebreak nolinebreak nopagebreak "
    "samepage sloppy fussy singlespacing doublespacing onehalfspacing columnbreak newblock and toprule midrule bottomrule "
    "centerdot doublespace displaystyle hfuzz FloatBarrier smallbreak medbreak bigbreak pause onslide")
_SYMBOLS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł",
    "i": "ı", "j": "ȷ", "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "textquoteleft": "‘",
    "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”", "textbackslash": "\\", "textasciitilde": "~",
    "S": "§", "P": "¶", "pounds": "£", "textsterling": "£", "euro": "€", "copyright": "©", "texttrademark": "™",
    "textregistered": "®", "slash": "/", "textbar": "|", "textless": "<", "textgreater": ">", "textunderscore": "_", "dag": "†",
}  # fmt: skip
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307", "c": "\u0327",
    "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_SIGNS = {"---": "—", "--": "–", "``": "“", "''": "”", "`": "‘"}


# Structure: environments and paragraphs, as the whole document and each chunk have them alike.

_VERB = r"(?:verb|lstinline)\*?(?P<delimiter>[^\sA-Za-z*\[{])[^\n]{0,400}?(?P=delimiter)"
_RAW = r"(?:url|href|path|nolinkurl)[\x20\t]*(?P<raw>\{[^{}\n]*\})"
"""Commands in whose first argument a percent sign begins no comment."""
_EVENT = re.compile(
    rf"""
    (?P<comment> % [^\n]* )
  | \\ (?: (?P<side> begin | end ) [ \t]* \{{ (?P<name> [A-Za-z]+ \*? ) \}}
         | {_VERB}
         | {_RAW}
         | (?P<command> (?:{"|".join(sorted({*_SECTIONS, *_CAPTIONS, *_BREAKS}, key=len, reverse=True))}) (?![A-Za-z@]) \*? )
         | . | \Z )
  | (?P<blank> \n (?: [ \t]* \n )+ )
    """,
    re.X | re.S,
)
_BRACE = re.compile(rf"%[^\n]*|\\(?:{_RAW}|{_VERB}|.|\Z)|(?P<brace>[{{}}])|\n[ \t]*\n", re.S)
_BEGIN = re.compile(r"^(?:[^%\\\n]|\\(?!begin\{document\})[^\n])*\\begin\{document\}", re.M)


@dataclass(slots=True)
class _Event:
    """Something that shapes blocks: `kind` is comment, begin, end, command, blank or stop (the document's end)."""

    kind: str
    span: Span
    name: str = ""
    partner: int = -1
    """Index of the event that ends the environment; -1 for one that is seen through."""


class _Structure:
    """The events of a text, found one by one, and where the environments lie that are not read as LaTeX.

    Environments that are never ended, and ends without a beginning, count for nothing.
    """

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.events: list[_Event] = []
        self.opaque: list[Span] = []
        self.waiting: list[int] = []
        """Environments whose end is still to come, as indices of events."""
        self.endless = False
        """Whether one that is not read as LaTeX is not ended; then all that follows may turn out to belong to it."""
        self._at = at
        self._missing: set[str] = set()

    def step(self) -> _Event | None:
        """Find one event more; None at the end."""
        while found := _EVENT.search(self.text, self._at):
            self._at = found.end()
            span = Span(*found.span())
            if found["side"]:
                return self._environment(found, span)
            for kind in ("command", "blank", "comment"):
                if found[kind]:
                    event = _Event(kind, span, found["command"].rstrip("*") if kind == "command" else "")
                    self.events.append(event)
                    return event
        return None

    def _environment(self, found: re.Match[str], span: Span) -> _Event:
        name, side = found["name"].rstrip("*"), found["side"]
        number = len(self.events)
        event = _Event(side, span, name)
        self.events.append(event)
        if side == "end" and name == "document":
            event.kind = "stop"
            self._at = len(self.text)
        elif side == "begin" and name in _UNREAD:
            written = found["name"]
            end = -1 if written in self._missing else self.text.find(f"\\end{{{written}}}", self._at)
            if end < 0:
                self._missing.add(written)
                self.endless = True
                return event
            self._at = end + len(written) + 6
            self.opaque.append(Span(span.start, self._at))
            event.partner = number + 1
            self.events.append(_Event("end", Span(end, self._at), name, number))
        elif side == "begin" and name in _NESTED:
            self.waiting.append(number)
        elif name in _NESTED:
            opening = next((one for one in reversed(self.waiting[-100:]) if self.events[one].name == name), None)
            while opening is not None and self.waiting.pop() != opening:
                pass
            if opening is not None:
                self.events[opening].partner = number
                event.partner = opening
        return event


def preamble(text: str) -> int:
    """Where the document begins; 0 where nothing says so."""
    found = _BEGIN.search(unified(text)) if "\\begin{document}" in text else None
    return found.end() if found else 0


def cuts(text: str, first: bool = True) -> Iterator[int]:
    """The offsets at which chunks begin: below blank lines outside of lists, quotes and all that is not read as LaTeX.

    `first`: the text begins where the document does, and may hold a preamble, which is one chunk with what follows it.
    """
    text = unified(text)
    structure = _Structure(text, preamble(text) if first else 0)
    while (event := structure.step()) and event.kind != "stop" and not structure.endless:
        if event.kind == "blank" and not structure.waiting and event.span.end < len(text):
            yield event.span.end


# Blocks.


def parse_chunk(text: str, context: Collection[str] = ()) -> tuple[Block, ...]:
    """The blocks of `text`. `context` says whether it begins with a preamble."""
    text = unified(text)
    start = preamble(text) if PREAMBLE in context else 0
    reader = _Reader(text, start)
    return (*(reader.titles(start) if start else ()), *reader.blocks(0, len(reader.events), start, len(text), ()))


class _Reader:
    """Reads the events of one chunk."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        structure = _Structure(text, start)
        while structure.step():
            pass
        self.events = structure.events
        self.starts = [event.span.start for event in self.events]
        self.braces = _braces(text, structure.opaque)
        self.maths = {
            event.span.start: self.events[event.partner].span.end
            for event in self.events
            if event.kind == "begin" and event.name in _MATH and event.partner >= 0
        }

    def titles(self, end: int) -> list[Block]:
        """The headings that a preamble holds: the document's title."""
        found = []
        for match in _TITLE.finditer(self.text, 0, end):
            line = self.text.rfind("\n", 0, match.start()) + 1
            if "%" not in self.text[line : match.start()]:
                found.append(self._heading(match[1], match.start(), match.end(), end)[0])
        return [block for block in found if block]

    def blocks(self, first: int, last: int, start: int, end: int, path: tuple[str, ...]) -> list[Block]:
        """The blocks from `start` to `end`, which hold the events from `first` up to `last`."""
        found: list[Block] = []
        number, at = first, start

        def flush(to: int) -> None:
            if block := self._prose(at, to, path):
                found.append(block)

        while number < last:
            event = self.events[number]
            if event.span.start < at:  # inside the argument of a heading
                number += 1
                continue
            begin, after = event.span.start, event.span.end
            if event.kind == "comment":
                if not self.text[at:begin].strip():
                    found.append(Block("comment", event.span, info=self.text[begin + 1 : after].strip()))
                    at = after
            elif event.kind == "blank":
                flush(begin)
                at = after
            elif event.kind == "stop":
                end = begin
                break
            elif event.kind == "begin" and event.partner > number:
                partner = self.events[event.partner]
                if event.name not in _MATH:
                    flush(begin)
                    at = partner.span.end
                    found.append(self._environment(number, path))
                number = event.partner
            elif event.kind in ("begin", "end"):
                if event.name not in _MATH:
                    flush(begin)
                    at = self._past_arguments(after) if event.kind == "begin" else after
            elif event.name in _SECTIONS or event.name in _CAPTIONS:
                flush(begin)
                block, at = self._heading(event.name, begin, after, end, path)
                if block:
                    found.append(block)
            else:
                flush(begin)
                at = self._past_arguments(after) if event.name in ("input", "include", "subfile", "bibliography", "item") else after
            number += 1
        flush(max(at, end))
        return found

    def _environment(self, number: int, path: tuple[str, ...]) -> Block:
        """The block of an environment that is ended."""
        event = self.events[number]
        name, last = event.name, event.partner
        end = self.events[last].span
        start = event.span.end
        if name in _QUOTES and len(path) < 2 * MAX_NESTING:
            children = self.blocks(number + 1, last, start, end.start, (*path, "quote"))
            return Block("quote", Span(event.span.start, end.end), tuple(children))
        if name in _LISTS and len(path) < 2 * MAX_NESTING:
            return self._list(number, path)
        if name in _NESTED:
            return Block("html", Span(event.span.start, end.end))
        kind = "code" if name in _VERBATIM else "table" if name in _TABLES else "html"
        return Block(kind, Span(event.span.start, end.end), info=name if kind == "code" else "")

    def _list(self, number: int, path: tuple[str, ...]) -> Block:
        opening = self.events[number]
        last = opening.partner
        end = self.events[last].span.start
        marks: list[int] = []
        at = number + 1
        while at < last:
            event = self.events[at]
            if event.kind == "command" and event.name == "item":
                marks.append(at)
            at = event.partner + 1 if event.partner > at else at + 1
        kind = "definitions" if opening.name in _TERMS else "list"
        inner = (*path, kind, "item")
        items = []
        for one, following in pairwise([*marks, last]):
            span = self.events[one].span
            stop = self.events[following].span.start if following != last else end
            start = span.end
            children: list[Block] = []
            label = _OPTIONAL.match(self.text, start, stop)
            if label:
                start = label.end()
                if kind == "definitions" and (term := self._prose(label.start(1), label.end(1), inner)):
                    children.append(term)
            children += self.blocks(one + 1, following, start, stop, inner)
            items.append(gathered("item", children, span.start, span.end, marker="\\item"))
        first = items[0].span.start if items else opening.span.start
        return gathered(
            kind, items, first, first, level=inner.count(kind) if kind == "list" else 0, ordered=opening.name in _ORDERED
        )

    def _heading(self, name: str, start: int, at: int, end: int, path: tuple[str, ...] = ()) -> tuple[Block | None, int]:
        """A heading or caption before `end`, and where it ends."""
        option = _OPTIONAL.match(self.text, at)
        at = option.end() if option else at
        if name == "captionof" and (kind := self._group(at)):
            at = kind.end
        group = self._group(at)
        if not group or group.end > end:
            return None, at
        words = Span(self.text.index("{", group.start) + 1, group.end - 1)
        if name in _CAPTIONS:
            return self._prose(words.start, words.end, path), group.end
        block = self._prose(words.start, words.end, path, "heading", _SECTIONS[name])
        if block is None or not block.passages:
            return None, group.end
        return Block("heading", Span(start, group.end), block.children, block.passages, block.level), group.end

    # --- arguments

    def _group(self, at: int) -> Span | None:
        """The braces that follow, with the white space before them."""
        start = at
        while at < len(self.text) and self.text[at] in " \t\n":
            at += 1
        end = self.braces.get(at, -1)
        return Span(start, end + 1) if end >= 0 and self.text.count("\n", start, at) < 2 else None

    def _past_arguments(self, at: int) -> int:
        """Where the arguments end that follow right away."""
        while True:
            option = _OPTIONAL.match(self.text, at)
            if option:
                at = option.end()
            elif self.text.startswith("{", at) and at in self.braces:
                at = self.braces[at] + 1
            else:
                return at

    # --- prose

    def _prose(
        self, start: int, end: int, path: tuple[str, ...], kind: str = "paragraph", level: int = 0
    ) -> Block | None:
        if start >= end:
            return None
        before = bisect_left(self.starts, end)
        while before and self.events[before - 1].kind == "comment" and self.starts[before - 1] >= start:
            before -= 1
            if self.text[self.events[before].span.end : end].strip():
                break
            end = self.starts[before]  # what follows the last word
        return leaf(self.text, start, end, path, self._read, kind=kind, level=level)

    def _read(self, scan: Scan) -> None:
        scan.run(_MARKUP, self._construct)

    def _construct(self, scan: Scan, found: re.Match[str]) -> int:
        sign, at, after = found.group(), found.start(), found.end()
        composer = scan.composer
        if sign[0] == "%":
            composer.hidden("html", at, after)
            return after
        if sign in _SIGNS:
            composer.character(_SIGNS[sign], at, after)
            return after
        if sign == "~":
            composer.space(at, after)
            return after
        if sign == "{":
            end = self.braces.get(at, scan.limit)
            if end < scan.limit:
                return scan.enter("span", at, Span(after, end), end + 1)
        if sign in "{}":
            composer.hidden("html", at, after)
            return after
        if sign[0] == "$":
            closing = scan.find(_DOLLARS if sign == "$$" else _DOLLAR, after)
            return self._placed(scan, "math", at, closing.end()) if closing else at
        return self._command(scan, found)

    def _command(self, scan: Scan, found: re.Match[str]) -> int:
        composer, at, after = scan.composer, found.start(), found.end()
        name = found.group()[1:].rstrip("*") or found.group()[1:]
        if at in self.maths and self.maths[at] <= scan.limit:
            return self._placed(scan, "math", at, self.maths[at])
        if name in ("(", "["):
            closing = scan.find(_ROUND if name == "(" else _SQUARE, after)
            return self._placed(scan, "math", at, closing.end()) if closing else self._hide(scan, at, after)
        if name in _ACCENTS and (made := self._accent(scan, name, after)):
            composer.character(made[0], at, made[1])
            return made[1]
        if not name[:1].isalpha():
            return self._sign(scan, name, at, after)
        if name in _SYMBOLS:
            if self.text.startswith("{}", after):
                after += 2
            while len(name) <= 2 and after < scan.limit and self.text[after] in " \t":
                after += 1
            after = min(after, scan.limit)
            composer.character(_SYMBOLS[name], at, after)
            return after
        if name in ("begin", "end"):
            return self._hide(scan, at, min(self._past_arguments(after), scan.limit))
        if name in ("verb", "lstinline") and (verb := _VERBATIM_INLINE.match(self.text, at, scan.limit)):
            return self._placed(scan, "code", at, verb.end())
        if name in _BARE:
            while after < scan.limit and self.text[after] in " \t":
                after += 1
            return self._hide(scan, at, after)
        return self._with_arguments(scan, name, at, after)

    def _with_arguments(self, scan: Scan, name: str, at: int, after: int) -> int:
        groups, end = self._arguments(scan, after, name)
        number = _ARGUMENT.get(name, 1)
        if name in _QUOTED and groups:
            return scan.quote(_QUOTED[name], at, groups[0], groups[0].end + 1)
        if name in _STYLES and len(groups) >= number:
            words = groups[number - 1]
            return scan.enter(_STYLES[name], at, words, words.end + 1)
        if name in _STYLES:
            return self._hide(scan, at, after)  # its braces are still to be typed
        if name in _NOTES:
            scan.composer.hidden("footnote", at, end)
            scan.notes += groups[-1:]
            return end
        if name in _HIDDEN:
            return self._hide(scan, at, end)
        if name in _CODE or name in _IMAGES:
            return self._placed(scan, "code" if name in _CODE else "image", at, end)
        if _CITES.fullmatch(name):
            return self._placed(scan, "footnote", at, end)
        if name in _REFERENCES:
            return self._placed(scan, "link", at, end)
        prose = next((words for words in groups if _SEVERAL.search(self.text, words.start, words.end)), None)
        if prose:
            return scan.enter("span", at, prose, prose.end + 1)
        return self._placed(scan, "html", at, end)

    def _arguments(self, scan: Scan, at: int, name: str) -> tuple[list[Span], int]:
        """What stands in the braces after a command, and where the last of them ends."""
        groups: list[Span] = []
        while True:
            option = _OPTIONAL.match(self.text, at, scan.limit)
            if option:
                at = option.end()
                continue
            end = self.braces.get(at, scan.limit)
            if end >= scan.limit or (name in _STYLES and len(groups) == _ARGUMENT.get(name, 1)) or (groups and name in _CODE | _NOTES):
                return groups, at
            groups.append(Span(at + 1, end))
            at = end + 1

    def _sign(self, scan: Scan, name: str, at: int, after: int) -> int:
        """A backslash before something that is no letter."""
        composer = scan.composer
        if name in ("%", "&", "$", "#", "_", "{", "}"):
            composer.character(name, at, after)
        elif name == "\\":
            more = _LINE_BREAK.match(self.text, after, scan.limit)
            after = more.end() if more else after
            composer.hidden("break", at, after)
            composer.space(at, after)
        elif name in (",", ";", ":", ">", " ", "\n", "\t"):
            composer.space(at, after)
        elif name == "":
            composer.prose(at, after)
        else:
            composer.hidden("html", at, after)
        return after

    def _accent(self, scan: Scan, name: str, at: int) -> tuple[str, int] | None:
        """The letter that an accent and its argument make, and where they end."""
        found = _ACCENTED.match(self.text, at, scan.limit)
        if not found or (found.group()[0].isspace() and not name.isalpha()):
            return None
        letter = (found[1] or found[2]).removeprefix("\\")
        made = unicodedata.normalize("NFC", letter + _ACCENTS[name])
        return (made, found.end()) if len(made) == 1 else None

    def _placed(self, scan: Scan, kind: str, start: int, end: int) -> int:
        if self.text.startswith("{}", end) and end + 2 <= scan.limit:
            end += 2
        scan.composer.placeholder(kind, start, end)
        return end

    def _hide(self, scan: Scan, start: int, end: int) -> int:
        scan.composer.hidden("html", start, end)
        return end


def _braces(text: str, opaque: Sequence[Span]) -> dict[int, int]:
    """Where each opening brace is closed, if that is in the same paragraph."""
    pairs: dict[int, int] = {}
    open_: list[int] = []
    starts = [span.start for span in opaque]
    at = 0
    while found := _BRACE.search(text, at):
        at = found.end()
        passed = bisect_left(starts, found.start())
        if passed < len(starts) and starts[passed] == found.start():
            at = opaque[passed].end
        elif found["raw"]:
            pairs[found.start("raw")] = at - 1
        elif found["brace"] == "{":
            open_.append(found.start())
        elif found["brace"] and open_:
            pairs[open_.pop()] = found.start()
        elif found.group()[0] == "\n":
            open_.clear()
            at -= 1
    return pairs


_TITLE = re.compile(r"(?<!\\)\\(title|subtitle)(?![A-Za-z])")
_OPTIONAL = re.compile(r"\[((?:[^\[\]{}\n]|\{[^{}\n]{0,200}\}){0,300})\]")
_MARKUP = re.compile(r"%[^\n]*(?:\n[ \t]*)?|\\(?:[A-Za-z@]+\*?|.|\Z)|[{}~]|\$\$?|---?|``|''|`", re.S)
_DOLLAR = re.compile(r"(?<!\\)\$")
_DOLLARS = re.compile(r"(?<!\\)\$\$")
_ROUND = re.compile(r"\\\)")
_SQUARE = re.compile(r"\\\]")
_VERBATIM_INLINE = re.compile(rf"\\{_VERB}")
_LINE_BREAK = re.compile(r"\*?(?:\[[^\[\]\n]{0,40}\])?[ \t]*\n?[ \t]*")
_LETTER = r"(\\[ij](?![A-Za-z])|[^\W\d_])"
_ACCENTED = re.compile(rf"[ \t]*\{{{_LETTER}\}}|[ \t]*{_LETTER}")
_SEVERAL = re.compile(r"[^\W\d_]{2,}[,;]?\s+[^\W\d_]+")
