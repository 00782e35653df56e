"""What a report shows of a draft, before any of it is drawn."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from unmid.checks.reading import Reading, read
from unmid.lint.apply import fix_all
from unmid.lint.check import ruleset_for
from unmid.lint.engine import Cache, lint
from unmid.lint.finding import Finding, Report
from unmid.lint.ruleset import Ruleset
from unmid.packs.discovery import installed
from unmid.packs.model import Rule
from unmid.packs.usual import Usual, load_usual
from unmid.prose import annex
from unmid.prose.formats import parse
from unmid.prose.model import Document
from unmid.settings import Settings
from unmid.text.formats import format_of
from unmid.text.span import Span
from unmid.voice.compare import Departure, departures

_PROFILE: Final = ("absence", "rhythm")
"""Kinds of rules that speak of a draft as a whole."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in reading order: its words, and whether it stands in a list or holds a mark."""

    words: int
    text: str
    paragraph: int
    listed: bool
    marked: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or list item: its words, all its hedges, and how many of these are marked."""

    words: int
    hedges: int
    marked: int
    text: str


@dataclass(frozen=True, slots=True)
class Standard:
    """What is usual, per 1,000 words, and for whom: `your usual rate`, or `the usual rate` where no author was learned."""

    per_1k: float
    whose: str


@dataclass(frozen=True, slots=True)
class After:
    """The draft after all cuts, suggested ones too, and how many that took."""

    text: str
    words: int
    fixes: int


@dataclass(frozen=True, slots=True)
class Portrait:
    """A draft as its report shows it.

    `whole` holds what rules that are only counted say of the draft as a whole, `departures` where it leaves the habits of
    its author, if these were learned.
    """

    name: str
    document: Document
    report: Report
    rules: Mapping[str, Rule]
    genre: str
    author: str
    sentences: tuple[Sentence, ...]
    paragraphs: tuple[Paragraph, ...]
    usual: Standard
    list_limit: float
    whole: tuple[Finding, ...]
    departures: tuple[Departure, ...]
    after: After
    families: Mapping[str, int] = field(default_factory=dict)
    """Marks by family, the most frequent first."""

    @property
    def text(self) -> str:
        """The draft as written."""
        return self.document.text


def portrait(
    text: str,
    *,
    path: str,
    settings: Settings,
    folder: Path | None = None,
    format: str = "",
    cancelled: Callable[[], bool] = lambda: False,
) -> Portrait:
    """Look at one draft under the settings that hold for its path; its front matter is heard here. Raises Cancelled."""
    format = format or format_of(path)
    document = parse(text, format)
    settings = settings.for_front_matter(document.front_matter)
    ruleset = ruleset_for(settings, folder)
    cache = Cache()

    def check(now: str, under: Ruleset = ruleset) -> Report:
        return lint(parse(now, format), under, path=path, cache=cache, cancelled=cancelled)

    report = check(text)
    hedges = check(text, ruleset_for(_hedges_only(settings), folder)).findings
    whole = check(text, ruleset_for(_profile_only(settings, ruleset), folder)).findings
    fixed, fixes = fix_all(text, lambda now: check(now).findings, suggested=True)
    readings = tuple(_readings(document, ruleset))
    share = ruleset.rules.get("list/share")
    return Portrait(
        name=Path(path).name,
        document=document,
        report=report,
        rules=ruleset.rules,
        genre=settings.genre,
        author=settings.author,
        sentences=tuple(_sentences(readings, report)),
        paragraphs=tuple(_paragraphs(readings, report, hedges)),
        usual=_standard(settings),
        list_limit=share.limit.get("share", 0.0) if share else 0.0,
        whole=tuple(finding for finding in whole if finding not in report.findings),
        departures=departures(document, settings.baseline, usual(), settings.genre) if settings.baseline else (),
        after=After(fixed, check(fixed).words, fixes),
        families=dict(Counter(finding.rule.split("/", 1)[0] for finding in report.findings).most_common()),
    )


def usual() -> Usual:
    """What is usual in good essays."""
    return load_usual(installed()["builtin"]) if "builtin" in installed() else Usual()


def _standard(settings: Settings) -> Standard:
    """The rate of hedges that a draft is held against: the author's, else that of good essays."""
    own = settings.baseline.rates.get("hedge") if settings.baseline else None
    if own:
        return Standard(own.mean, "your usual rate")
    known = usual().rates.get("hedge")
    return Standard(known.mean if known else 0.0, "the usual rate")


def _hedges_only(settings: Settings) -> Settings:
    """Settings under which every hedge is a finding, those that are within their limit too."""
    limits = {**settings.limits, "hedge/density.at_least": 1}
    return replace(settings, select=("hedge",), ignore=(), severity={"hedge": "information"}, limits=limits)


def _profile_only(settings: Settings, ruleset: Ruleset) -> Settings:
    """Settings under which the rules that speak of the whole draft are shown, though they are only counted."""
    names = tuple(rule.id for rule in ruleset.rules.values() if rule.severity == "quiet" and rule.kind in _PROFILE)
    return replace(settings, select=names or ("-",), severity=dict.fromkeys(names, "information"))


def _readings(document: Document, ruleset: Ruleset) -> Iterator[tuple[int, Reading]]:
    for base, passage in document.passages():
        if passage.kind in ("paragraph", "list-item"):
            yield base, read(passage, annex.find(ruleset.finder, passage.text).sentences)


def _sentences(readings: tuple[tuple[int, Reading], ...], report: Report) -> Iterator[Sentence]:
    marks = _Places(finding.span for finding in report.findings if not finding.block)
    for number, (base, reading) in enumerate(readings):
        for span, words in zip(reading.sentences, reading.lengths, strict=True):
            source = reading.passage.offsets.to_chunk(span).shifted(base)
            listed = reading.passage.kind == "list-item"
            yield Sentence(words, span.of(reading.text), number, listed, marks.any_in(source))


def _paragraphs(
    readings: tuple[tuple[int, Reading], ...], report: Report, hedges: tuple[Finding, ...]
) -> Iterator[Paragraph]:
    every = _Places(finding.span for finding in hedges)
    marked = _Places(finding.span for finding in report.findings if finding.rule.startswith("hedge/"))
    for base, reading in readings:
        source = reading.passage.span.shifted(base)
        shown = marked.count_in(source)
        yield Paragraph(reading.count, max(every.count_in(source), shown), shown, reading.text)


class _Places:
    """Spans, asked how many start in a stretch."""

    def __init__(self, spans: Iterator[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [span.start for span in self._spans]

    def count_in(self, stretch: Span) -> int:
        return bisect_right(self._starts, stretch.end - 1) - bisect_right(self._starts, stretch.start - 1)

    def any_in(self, stretch: Span) -> bool:
        """Whether one of them meets the stretch; they do not overlap each other."""
        last = bisect_right(self._starts, stretch.end - 1) - 1
        return last >= 0 and self._spans[last].end > stretch.start
