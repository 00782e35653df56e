"""From an author's own texts to a baseline."""

from __future__ import annotations

from collections.abc import Iterable

from unmid.packs.model import LEARNED_TEXTS, LEARNED_WORDS, Baseline
from unmid.packs.usual import Usual
from unmid.voice.features import LEAST, Sample
from unmid.voice.profile import rates

DRIFT_WORDS = 10_000
"""Words from which on a text's distance from an author says something."""


def learn(samples: Iterable[Sample], usual: Usual, *, author: str, genre: str = "essay", learned: str = "") -> Baseline:
    """What some texts of an author show, whatever their order. `learned` is the date, as in 2026-11-22.

    A text given twice counts once; texts under LEAST words are passed by.
    """
    texts = distinct(samples)
    return Baseline(
        author=author,
        words=sum(one.words for one in texts),
        texts=len(texts),
        genres=(genre,) if texts else (),
        learned=learned,
        sources=tuple(one.source for one in texts),
        rates={name: rate for name, rate in rates(texts, usual.rates).items() if rate.n} if texts else {},
    )


def distinct(samples: Iterable[Sample]) -> tuple[Sample, ...]:
    """The samples that can be learned from, each once, in an order of their own."""
    found = {one.source: one for one in samples if one.words >= LEAST}
    return tuple(found[source] for source in sorted(found))


def progress(baseline: Baseline) -> str:
    """What is missing before the baseline speaks for its author: “learning (3,200 of 5,000 words)”; or nothing."""
    if baseline.words < LEARNED_WORDS:
        return f"learning ({baseline.words:,} of {LEARNED_WORDS:,} words)"
    if baseline.texts < LEARNED_TEXTS:
        return f"learning ({baseline.texts} of {LEARNED_TEXTS} texts)"
    return ""
