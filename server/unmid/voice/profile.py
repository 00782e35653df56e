"""From counted texts to figures: means, spreads, percentiles."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from unmid.checks.delta import DRIFT, PREFIX, drift, word_rates
from unmid.checks.habits import MEASURED
from unmid.packs.model import Rate
from unmid.voice.features import Sample

SHRINK = 5
"""Thousands of words of general usage that every author's rate is mixed with: small counts say little."""


def rates(samples: Sequence[Sample], usual: Mapping[str, Rate]) -> dict[str, Rate]:
    """The rates of every habit, rule and small word over some texts, whatever their order.

    Means of counted things are pooled and shrunk towards the usual rate; spreads and percentiles are over texts, so
    that one odd text cannot set the norm.
    """
    ordered = sorted(samples, key=lambda one: one.source)
    found: dict[str, Rate] = {}
    names = sorted({name for one in ordered for name in one.rates})
    for name in names:
        shrink = 0 if name in MEASURED else SHRINK
        found[name] = spread([one.rates.get(name, 0.0) for one in ordered], [one.words for one in ordered], usual.get(name), shrink)
    whole = [sum(one.pieces, Counter()) for one in ordered]
    small = [word_rates(words, usual) for words in whole]
    for name in sorted(name for name in usual if name.startswith(PREFIX)):
        found[name] = spread([one[name] for one in small], [words.total() for words in whole], usual[name], SHRINK)
    if len(ordered) > 1 and small[0]:
        apart = spread(own_distances(ordered, usual), [one.words for one in ordered], None, 0)
        found[DRIFT] = replace(apart, n=len(ordered))
    return found


def own_distances(samples: Sequence[Sample], usual: Mapping[str, Rate]) -> list[float]:
    """How far each text is from its author, as the author's other texts have it."""
    words = sum((piece for one in samples for piece in one.pieces), Counter())
    return [
        drift(one.pieces, word_rates(words - sum(one.pieces, Counter()), usual), usual).distance for one in samples
    ]


def spread(values: Sequence[float], weights: Sequence[int], usual: Rate | None, shrink: float) -> Rate:
    """The rate over texts: `weights` are their words; the mean is mixed with `shrink` thousand words of the usual one."""
    total = sum(weights) / 1000
    pooled = sum(value * weight / 1000 for value, weight in zip(values, weights, strict=True))
    mean = (pooled + shrink * (usual.mean if usual else 0.0)) / (total + shrink) if total + shrink else 0.0
    plain = sum(values) / len(values)
    sd = math.sqrt(sum((value - plain) ** 2 for value in values) / len(values))
    ordered = sorted(values)
    p05, p50, p90 = (round(percentile(ordered, share), 3) for share in (0.05, 0.5, 0.9))
    return Rate(round(mean, 3), round(sd, 3), p05, p50, p90, sum(value > 0 for value in values))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of sorted values lie, between two of them in proportion."""
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
