"""What is counted in one text: habits, small words, the hits of every rule, and words that come back."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from unmid.checks import habits
from unmid.lint.check import ruleset_for
from unmid.lint.engine import Cache, layout, lint
from unmid.lint.finding import Report
from unmid.lint.ruleset import Ruleset
from unmid.packs.values import GENRES
from unmid.prose import nlp
from unmid.prose.formats import parse
from unmid.prose.model import Document
from unmid.settings import Settings
from unmid.text.formats import format_of
from unmid.voice.terms import terms

LEAST = 300
"""Words below which a text says too little about its writer, as for the rhythm rules."""
PLAIN_HEDGES = "hedge/density"


@dataclass(frozen=True, slots=True)
class Sample:
    """One text, counted. Held in memory only: what is stored of it are figures.

    `words` is how many were counted. `rates` holds habits, rules (`hedge/density`) and families (`hedge`), per 1,000
    words unless `habits.MEASURED` names them. `pieces` are its words in equal parts. `marks` are the marked words, folded,
    by rule; `terms` the content words and phrases of each sentence, that may be pet words. `source` is a short hash of the text.
    """

    words: int
    rates: Mapping[str, float]
    pieces: tuple[Counter[str], ...]
    marks: Counter[tuple[str, str]]
    terms: Mapping[str, tuple[str, ...]]
    source: str


def sample(document: Document, genre: str = "essay") -> Sample:
    """Count what one text holds, under the shipped rules of its genre."""
    ruleset = counting(genre)
    cache = Cache()
    report = lint(document, ruleset, cache=cache)
    shape = layout(document, ruleset, cache)
    found = habits.habits(shape)
    return Sample(
        words=found.words,
        rates={**found.rates, **_rule_rates(report, ruleset, found.words)},
        pieces=habits.pieces(shape),
        marks=Counter(
            (finding.rule, " ".join(nlp.fold(finding.text).split()))
            for finding in report.findings
            if not finding.block and ruleset.rules[finding.rule].kind != "density"
        ),
        terms=terms(shape),
        source=hashlib.blake2b(document.text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest(),
    )


def read(text: str, path: str = "draft.md") -> Document:
    """A text as the format of its path has it."""
    return parse(text, format_of(path))


@lru_cache(maxsize=len(GENRES))
def counting(genre: str = "essay") -> Ruleset:
    """The shipped rules with every density rule counting from its first hit, and plain hedges among the findings."""
    shipped = ruleset_for(Settings(genre=genre))
    dense = [rule for rule in shipped.rules.values() if rule.kind == "density"]
    limits = {f"{rule.id}.{key}": 0.0 for rule in dense for key in ("at_least", "per_1k") if key in rule.limit}
    return ruleset_for(Settings(genre=genre, limits=limits, severity={PLAIN_HEDGES: "hint"}))


def _rule_rates(report: Report, ruleset: Ruleset, words: int) -> dict[str, float]:
    """Hits per 1,000 words of each rule and each family, quiet ones included."""
    hits = Counter(finding.rule for finding in report.findings if finding.rule in ruleset.rules) + Counter(report.counted)
    for rule, count in [*hits.items()]:
        # What other density rules count are ordinary words, and no fault until there are many.
        if ruleset.rules[rule].kind != "density" or rule == PLAIN_HEDGES:
            hits[ruleset.rules[rule].family] += count
    names = {name for rule in ruleset.rules.values() for name in (rule.id, rule.family)}
    return {name: 1000 * hits[name] / words if words else 0.0 for name in sorted(names)}
