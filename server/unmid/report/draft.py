"""The draft with its marks. Without tips, numbers and notes, the text of what is made here is the draft, character by character."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from unmid.lint.finding import Finding
from unmid.prose.model import Block, Document, Passage
from unmid.report.markup import Html, joined, tag
from unmid.text.span import Span

_INLINE = {"strong": "strong", "emphasis": "em", "strike": "s", "code": "code", "math": "code", "link": "u"}
_PLAIN = ("code", "math", "html", "comment", "front-matter", "rule")


def draft(document: Document, findings: Sequence[Finding]) -> Html:
    """The whole draft. Findings are numbered from 1, in their order."""
    return Html("".join(_Drawing(document, findings).pieces()))


def family(rule: str) -> str:
    """The family of a rule, fit to be a class."""
    name = rule.split("/", 1)[0]
    return name if name.isascii() and name.isalnum() else "other"


class _Drawing:
    """Goes through the blocks once, from the first character to the last."""

    def __init__(self, document: Document, findings: Sequence[Finding]) -> None:
        self._document = document
        self._text = document.text
        self._at = 0
        self._notes = [(number, one) for number, one in enumerate(findings, 1) if one.block]
        self._marks = [(number, one) for number, one in enumerate(findings, 1) if not one.block]
        self._marks.sort(key=lambda mark: mark[1].span)
        self._starts = [one.span.start for _, one in self._marks]
        self._held: list[Span] = []

    def pieces(self) -> Iterator[str]:
        for base, block in self._document.blocks():
            yield self._block(block, base)
        yield self._syntax(len(self._text))

    def _block(self, block: Block, base: int) -> Html:
        span = block.span.shifted(base)
        before = self._syntax(span.start)
        leaf = bool(block.passages) or not block.children  # a footnote inside its paragraph is part of that
        notes = self._placed(span, leaf)
        held = any(whole.covers(span) for whole in self._held)
        if leaf:
            inner = Html("".join(self._leaf(block, base)))
        else:
            inner = joined(*(self._block(child, base) for child in block.children), self._syntax(span.end))
        return joined(before, *notes, _element(block, inner, held))

    def _placed(self, span: Span, leaf: bool) -> list[Html]:
        """The notes that belong before a block: those that speak of all of it, or begin in it."""
        here = [
            (number, one)
            for number, one in self._notes
            if one.span.covers(span) or (leaf and one.span.start in span) or one.span.start < span.start
        ]
        self._notes = [note for note in self._notes if note not in here]
        self._held += [one.span for _, one in here]
        return [_note(number, one) for number, one in here]

    def _syntax(self, end: int, style: str = "syntax") -> Html:
        """What lies between blocks up to `end`: markers, quote signs, blank lines."""
        start, self._at = self._at, max(self._at, end)
        return Html("".join(self._marked(start, self._at, [(start, self._at, style)])))

    def _leaf(self, block: Block, base: int) -> Iterator[str]:
        span = block.span.shifted(base)
        for passage in block.passages:
            inside = passage.span.shifted(base)
            yield self._syntax(inside.start, "delimiter" if block.kind == "heading" else "syntax")
            start = max(self._at, inside.start)
            self._at = max(self._at, inside.end)
            yield from self._marked(start, self._at, [*_runs(passage, base, start, self._at)])
        plain = "plain" if block.kind in _PLAIN else "syntax"
        start, self._at = self._at, max(self._at, span.end)
        yield from self._marked(start, self._at, [(start, self._at, plain)])

    def _marked(self, start: int, end: int, runs: Sequence[tuple[int, int, str]]) -> Iterator[str]:
        """A stretch whose runs (start, end, style) have no gaps, parted by the marks in it."""
        at = start
        first = max(bisect_right(self._starts, start) - 1, 0)
        for number, one in self._marks[first:]:
            if one.span.start >= end:
                break
            begin, stop = max(one.span.start, at), min(one.span.end, end)
            if begin >= stop:
                continue
            yield from _styled(self._text, at, begin, runs)
            inner = Html("".join(_styled(self._text, begin, stop, runs)))
            yield _mark(number, one, inner, begin == one.span.start, stop == one.span.end)
            at = stop
        yield from _styled(self._text, at, end, runs)


def _element(block: Block, inner: Html, held: bool) -> Html:
    held_ = " held" if held else ""
    match block.kind:
        case "heading":
            return tag(f"h{min(block.level + 2, 6)}", inner, class_=f"level{block.level}{held_}", dir="auto")
        case "list":
            return tag("div", inner, role="list", class_=f"list{held_}")
        case "item":
            return tag("div", inner, role="listitem", class_=f"item{held_}")
        case "quote":
            return tag("blockquote", inner, class_=held_.strip() or None)
        case "paragraph":
            return tag("p", inner, class_=held_.strip() or None, dir="auto")
    return tag("div", inner, class_=f"{block.kind}{held_}")


def _runs(passage: Passage, base: int, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """A passage's source by style: the elements that its words are in, `delimiter` for the signs of these, or `syntax`."""
    edges = {start, end}
    prose = [(run[2] + base, run[3] + base) for run in passage.offsets.runs]
    marks = [(mark.kind, mark.source.shifted(base)) for mark in passage.marks if mark.kind in _INLINE]
    edges.update(edge for run in prose for edge in run)
    edges.update(edge for _, source in marks for edge in (source.start, source.end))
    cuts = sorted(edge for edge in edges if start <= edge <= end)
    starts = [run[0] for run in prose]
    for left, right in itertools.pairwise(cuts):
        number = bisect_right(starts, left) - 1
        kinds = [_INLINE[kind] for kind, source in marks if source.start <= left and right <= source.end]
        if (number >= 0 and left < prose[number][1]) or "code" in kinds:
            yield left, right, " ".join(dict.fromkeys(kinds)) or "plain"
        else:
            yield left, right, "delimiter" if kinds else "syntax"


def _styled(text: str, start: int, end: int, runs: Sequence[tuple[int, int, str]]) -> Iterator[str]:
    for left, right, style in runs:
        piece = text[max(left, start) : min(right, end)] if max(left, start) < min(right, end) else ""
        if not piece:
            continue
        if style in ("syntax", "delimiter"):
            yield tag("span", piece, class_=style) if not piece.isspace() else joined(piece)
            continue
        inner = joined(piece)
        for name in reversed(style.split()):
            inner = tag(name, inner) if name != "plain" else inner
        yield inner


def _mark(number: int, finding: Finding, inner: Html, first: bool, last: bool) -> Html:
    if not last:
        return tag("mark", inner, class_=family(finding.rule), id=f"mark-{number}" if first else None)
    label = f"Mark {number}, {finding.rule}: {finding.message}"
    link = tag("a", str(number), href=f"#finding-{number}", class_="number", aria_label=label)
    return tag(
        "mark", inner, link, _tip(finding), class_=family(finding.rule), id=f"mark-{number}" if first else None
    )


def _tip(finding: Finding) -> Html:
    """What shows beside a mark that is pointed at. The link says the same, so it is hidden from those who listen."""
    fix = finding.fixes[0].title if finding.fixes else ""
    return tag(
        "span",
        tag("span", finding.rule, class_="rule"),
        tag("span", finding.message, class_="message"),
        tag("span", fix, class_="fix") if fix else "",
        class_="tip",
        aria_hidden="true",
    )


def _note(number: int, finding: Finding) -> Html:
    link = tag("a", str(number), href=f"#finding-{number}", class_="number", aria_label=f"Mark {number}")
    rule = tag("span", finding.rule, class_="rule")
    return tag("p", link, " ", rule, " ", finding.message, class_=f"note {family(finding.rule)}", id=f"mark-{number}", role="note")
