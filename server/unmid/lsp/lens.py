"""The line above a draft that says how much of it can go. It is there only when something is over its limit."""

from __future__ import annotations

from collections import Counter
from typing import Final

from lsprotocol import types

from unmid.lsp.state import Analysis

FIGURES: Final = "unmid.showFigures"
_NOUNS: Final = {
    "hedge": ("hedge", "hedges"),
    "weasel": ("weasel", "weasels"),
    "puff": ("puff", "puffs"),
    "list": ("list", "lists"),
}


def lenses(analysis: Analysis) -> list[types.CodeLens]:
    """The lens of a draft, on its first line."""
    title = summary(analysis)
    if title is None:
        return []
    start = types.Position(0, 0)
    command = types.Command(title, FIGURES, arguments=[analysis.snapshot.uri])
    return [types.CodeLens(types.Range(start, start), command)]


def summary(analysis: Analysis) -> str | None:
    """Words, the share that can go, and what is over its limit; None when nothing is."""
    report, rules = analysis.report, analysis.basis.ruleset.rules
    parts = []
    share = 100 * report.metrics.get("cuttable_words", 0) / report.words if report.words else 0
    if share >= 1:
        parts.append(f"{share:.0f} % can go")
    over = Counter(f.rule.split("/", 1)[0] for f in report.findings if f.rule in rules and rules[f.rule].kind == "density")
    for family, number in over.most_common():
        one, many = _NOUNS.get(family, (f"{family} mark", f"{family} marks"))
        parts.append(f"{number} {one if number == 1 else many} over the limit")
    return " · ".join([words(report.words), *parts]) if parts else None


def words(number: int) -> str:
    """A number of words, in words."""
    return f"{number:,} word" if number == 1 else f"{number:,} words"


def figures(analysis: Analysis) -> str:
    """All figures of a draft in one sentence."""
    metrics = analysis.report.metrics
    return (
        f"{words(analysis.report.words)}; {metrics.get('cuttable_words', 0):.0f} of them can go; "
        f"{metrics.get('hedges_per_1k', 0):.1f} hedges in 1,000 words; "
        f"{100 * metrics.get('list_share', 0):.0f} % in lists"
    )
