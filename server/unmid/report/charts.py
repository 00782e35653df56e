"""The figures of a report, as SVG. Each has a title and says its numbers in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from unmid.report.markup import Html, joined, tag
from unmid.report.portrait import Paragraph, Portrait, Sentence, Standard

_WIDTH: Final = 400
_ROW: Final = 72
"""Height of a row of bars, in the units of the drawing, which are about pixels."""

_GAP: Final = 22
_SIDE: Final = 24
_MOST_BARS: Final = 80
"""Bars in a row. What does not fit goes on in the next."""


def sentence_lengths(portrait: Portrait) -> Html:
    """A bar for each sentence in reading order, as tall as it has words."""
    sentences = portrait.sentences
    if not sentences:
        return tag("p", "No sentences.", class_="none")
    lengths = [sentence.words for sentence in sentences]
    told = (
        f"{len(lengths)} sentence{'s' * (len(lengths) != 1)} of {min(lengths)} to {max(lengths)} words, in the middle "
        f"{median(lengths):g}. In reading order: {', '.join(map(str, lengths))}."
    )
    return _bars(
        "sentences",
        "Words in each sentence, in reading order",
        told,
        [_Bar(s.words, f"{s.words} words: {_short(s.text)}", _sentence_class(s), s.paragraph) for s in sentences],
        unit="words",
    )


def hedges(paragraphs: Sequence[Paragraph], usual: Standard) -> Html:
    """A bar for each paragraph, as tall as it has hedges; a tick where the usual rate would put it."""
    if not paragraphs:
        return tag("p", "No paragraphs.", class_="none")
    told = (
        f"{sum(p.hedges for p in paragraphs)} hedges in {len(paragraphs)} paragraph{'s' * (len(paragraphs) != 1)} and list items; "
        f"at {usual.whose} there would be {sum(p.words for p in paragraphs) * usual.per_1k / 1000:.1f}. "
        f"By paragraph: {', '.join(str(p.hedges) for p in paragraphs)}."
    )
    bars = [
        _Bar(
            p.hedges,
            f"{p.hedges} hedge{'s' * (p.hedges != 1)}, {p.marked} marked, in {p.words} words: {_short(p.text)}",
            "hedge",
            number,
            part=p.hedges - p.marked,
            tick=p.words * usual.per_1k / 1000,
        )
        for number, p in enumerate(paragraphs)
    ]
    return _bars("hedges", "Hedges in each paragraph, in reading order", told, bars, unit="hedges")


def share(name: str, title: str, value: float, limit: float) -> Html:
    """A share from 0 to 1 as a part of one long bar, with a tick at its limit."""
    told = f"{value:.0%}" + (f"; the limit is {limit:.0%}" if limit else "")
    drawn = [tag("rect", x=0, y=5, width=_WIDTH, height=10, rx=2, class_="ground")]
    drawn.append(tag("rect", x=0, y=5, width=_n(_WIDTH * min(value, 1)), height=10, rx=2, class_="bar listed"))
    if limit:
        drawn.append(tag("line", x1=_n(_WIDTH * limit), x2=_n(_WIDTH * limit), y1=0, y2=20, class_="tick"))
    return _svg(name, title, told, 20, drawn)


def family_bar(value: int, most: int, name: str) -> Html:
    """A bar beside a number that stands in the text, so it says nothing to those who listen."""
    width = _n(_WIDTH * value / most) if most else "0"
    bar = tag("rect", x=0, y=0, width=width, height=12, rx=2, class_=f"bar {name}")
    return tag("svg", bar, viewBox=f"0 0 {_WIDTH} 12", preserveAspectRatio="none", aria_hidden="true", focusable="false")


class _Bar:
    """One bar: its height in the unit of its figure, of which `part` is drawn pale; where one would expect it to end."""

    __slots__ = ("group", "name", "part", "tick", "told", "value")

    def __init__(self, value: float, told: str, name: str, group: int, part: float = 0, tick: float = 0) -> None:
        self.value, self.told, self.name, self.group, self.part, self.tick = value, told, name, group, part, tick


def _bars(name: str, title: str, told: str, bars: Sequence[_Bar], unit: str) -> Html:
    most = max(1.0, *(max(bar.value, bar.tick) for bar in bars))
    step = next(step for step in _steps() if most / step <= 3.5)
    rows = [bars[start : start + _MOST_BARS] for start in range(0, len(bars), _MOST_BARS)]
    across = max(len(rows[0]), 16)
    drawn: list[Html] = []
    for number, row in enumerate(rows):
        drawn += _row(row, number * (_ROW + _GAP) + 8, most, step, across)
    return _svg(name, title, told, len(rows) * (_ROW + _GAP) - 8, drawn, unit)


def _row(bars: Sequence[_Bar], top: float, most: float, step: int, across: int) -> Iterator[Html]:
    foot = top + _ROW
    for value in range(0, int(most) + 1, step):
        y = _n(foot - _ROW * value / most)
        yield tag("line", x1=_SIDE, x2=_WIDTH, y1=y, y2=y, class_="grid" if value else "foot")
        yield tag("text", str(value), x=_SIDE - 6, y=_n(foot - _ROW * value / most + 4), class_="scale")
    slot = (_WIDTH - _SIDE) / across
    width = min(slot * 0.72, 14)
    for number, bar in enumerate(bars):
        x = _SIDE + slot * number + (slot - width) / 2
        whole, pale = _ROW * bar.value / most, _ROW * bar.part / most
        inner = []
        if whole - pale > 0:
            inner.append(tag("rect", x=_n(x), y=_n(foot - (whole - pale)), width=_n(width), height=_n(whole - pale), class_=f"bar {bar.name}"))
        if pale > 0:
            inner.append(tag("rect", x=_n(x), y=_n(foot - whole), width=_n(width), height=_n(pale), class_=f"bar pale {bar.name}"))
        if bar.tick:
            y = _n(foot - _ROW * bar.tick / most)
            inner.append(tag("line", x1=_n(x - slot * 0.1), x2=_n(x + width + slot * 0.1), y1=y, y2=y, class_="tick"))
        if number and bar.group != bars[number - 1].group and len({b.group for b in bars}) < len(bars):
            edge = _n(x - (slot - width) / 2)
            yield tag("line", x1=edge, x2=edge, y1=_n(foot + 2), y2=_n(foot + 8), class_="edge")
        yield tag("g", tag("title", bar.told), *inner)


def _steps() -> Iterator[int]:
    size = 1
    while True:
        yield from (size, 2 * size, 5 * size)
        size *= 10


def _svg(name: str, title: str, told: str, height: float, drawn: Sequence[Html], unit: str = "") -> Html:
    heads = tag("title", title, id=f"{name}-title"), tag("desc", told, id=f"{name}-told")
    return tag(
        "svg",
        joined(*heads, *drawn),
        viewBox=f"0 0 {_WIDTH} {_n(height)}",
        role="img",
        aria_labelledby=f"{name}-title {name}-told",
        data_unit=unit or None,
    )


def _sentence_class(sentence: Sentence) -> str:
    return ("listed" if sentence.listed else "prose") + (" marked" if sentence.marked else "")


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _n(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.1f}".removesuffix(".0")
