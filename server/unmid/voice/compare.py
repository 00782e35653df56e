"""Where a draft leaves its author's habits, both ways. Less than usual of what is marked is no departure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from unmid.checks.delta import DRIFT, Drift, drift, own_rates
from unmid.checks.habits import COUNTED, MEASURED, label, lasting
from unmid.packs.model import Baseline, Rate
from unmid.packs.usual import Usual
from unmid.prose.model import Document
from unmid.voice.features import LEAST, Sample, sample
from unmid.voice.learn import DRIFT_WORDS

LEAST_HITS = 4
"""Hits that a draft must have more, or that it should have had, before a difference is one."""
DRIFT_TEXT = 500
"""Words below which the small words of a draft say nothing."""
FAMILIES = {
    "hedge": "hedges",
    "weasel": "claims without an owner",
    "filler": "filler",
    "list": "lists for their own sake",
    "neutral": "non-opinions",
    "puff": "inflated words",
    "chat": "leftovers of a chat",
}
"""Families of rules in words."""
_LISTS = "list/share.share"
_SHARES = ((0.15, "hardly any of"), (0.3, "a quarter of"), (0.42, "a third of"), (0.8, "half"))
_TIMES = ((1.75, "half as many again as"), (2.5, "twice"), (3.5, "three times"), (4.5, "four times"), (5.5, "five times"))


@dataclass(frozen=True, slots=True)
class Departure:
    """One habit that a draft leaves.

    `feature` is its name, `label` the same in words, `words` the sentence for the author. `draft` is the draft's rate,
    `own` the author's, `usual` that of general usage, if known: per 1,000 words but for `habits.MEASURED`.
    """

    feature: str
    label: str
    words: str
    draft: float
    own: Rate
    usual: Rate | None = None

    @property
    def over(self) -> bool:
        """Whether the draft has more of it than its author."""
        return self.draft > self.own.typical


def departures(document: Document, baseline: Baseline, usual: Usual, genre: str = "essay") -> tuple[Departure, ...]:
    """Where a draft leaves its author's habits, the furthest first; nothing for drafts under LEAST words."""
    return departures_of(sample(document, genre), baseline, usual)


def departures_of(draft: Sample, baseline: Baseline, usual: Usual) -> tuple[Departure, ...]:
    """The same for a draft that was counted."""
    if draft.words < LEAST:
        return ()
    found: list[tuple[float, Departure]] = []
    for name, rate in draft.rates.items():
        own = baseline.rates.get(name)
        wanted = name in COUNTED or name in MEASURED or name in FAMILIES
        if not wanted or own is None:
            continue
        weight = _measure(name, rate, own) if name in MEASURED else _weight(name, rate, own, draft.words)
        if weight:
            words = FAMILIES.get(name) or label(name)
            said = _measured(name, rate, own) if name in MEASURED else _said(words, rate, own)
            found.append((weight, Departure(name, words, said, rate, own, usual.rates.get(name))))
    return tuple(one for _, one in sorted(found, key=lambda item: (-item[0], item[1].feature)))


def drift_of(draft: Sample, baseline: Baseline, usual: Usual) -> tuple[Drift, Rate] | None:
    """How far a draft's small words are from the author's, with the author's own distances; None where too little is known."""
    own = baseline.rates.get(DRIFT)
    if own is None or baseline.words < DRIFT_WORDS or draft.words < DRIFT_TEXT:
        return None
    return drift(draft.pieces, own_rates(baseline.rates), usual.rates), own


def _weight(name: str, rate: float, own: Rate, words: int) -> float:
    """How far a rate is from the author's, in standard deviations of a count; 0 where it may be chance, or is no loss."""
    hits, expected = rate * words / 1000, own.typical * words / 1000
    far = (hits - expected) / math.sqrt(max(expected, 1))
    if rate > own.p90 and rate >= 1.5 * own.typical and hits - expected >= LEAST_HITS / 2 and hits >= LEAST_HITS and far >= 2:
        return far
    if lasting(name) and expected >= LEAST_HITS and (rate < own.p05 or (rate <= 0.6 * own.typical and far <= -2)):
        return -far
    return 0.0


def _measure(name: str, rate: float, own: Rate) -> float:
    """How far a measure is outside nine tenths of the author's texts, in their spread; 0 inside."""
    slack = 0.25 * own.typical
    # Fewer lists than usual are no loss.
    beyond = max(rate - own.p90, own.p05 - rate if name != _LISTS else 0.0)
    return 1 + beyond / own.sd if own.sd and beyond > slack else 0.0


def _said(words: str, rate: float, own: Rate) -> str:
    theirs = f"{own.typical:.1f} in 1,000 words"
    if not rate:
        return f"you use none of your usual {words} here; your own rate is {theirs}"
    times = rate / own.typical if own.typical else math.inf
    steps = _SHARES if times < 1 else _TIMES
    ratio = next((said for most, said in steps if times < most), "many times" if times > 1 else "fewer than")
    return f"you use {ratio} your usual {words}: {rate:.1f} in 1,000 words, your own rate is {own.typical:.1f}"


def _measured(name: str, rate: float, own: Rate) -> str:
    more = rate > own.typical
    if name == _LISTS:
        return f"more of this is lists than you usually make: {rate:.0%}, usually {own.typical:.0%}"
    kind = "paragraph" if "paragraph" in name else "sentence"
    if name.endswith(".words"):
        return f"your {kind}s are {'longer' if more else 'shorter'} than usual: {rate:.0f} words on average, usually {own.typical:.0f}"
    if name == "rhythm/flat.cv_below":
        return f"your most even stretch is {'less' if more else 'more'} even than usual: {rate:.2f}, usually {own.typical:.2f}"
    return f"your {kind}s vary {'more' if more else 'less'} in length than usual: {rate:.2f}, usually {own.typical:.2f}"

