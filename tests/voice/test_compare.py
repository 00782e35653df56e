"""Where a draft leaves its author: both ways, but never less of what is marked."""

from __future__ import annotations

import pytest

from unmid.packs.model import Baseline, Rate
from unmid.packs.usual import Usual
from unmid.voice.compare import departures, drift_of
from unmid.voice.features import read, sample

PLAIN = "The keeper opens the lower gate at six and the water comes in over the sill. " * 32


def rate(mean: float, p05: float = 0.0, p90: float = 0.0) -> Rate:
    return Rate(mean, mean / 4, p05 or mean / 2, mean, p90 or 1.5 * mean, 20)


def said(text: str, **rates: Rate) -> list[tuple[str, str]]:
    own = Baseline("ana", 60_000, 40, rates={name.replace("_", "."): one for name, one in rates.items()})
    return [(one.feature, one.words) for one in departures(read(text), own, Usual())]


def test_fewer() -> None:
    """A lost habit is named with both rates."""
    text = "Who rows? Who waits? Who pays? " + PLAIN

    assert said(text, punct_question=rate(12)) == [("punct.question", "you use half your usual questions: 5.8 in 1,000 words, your own rate is 12.0")]
    assert said(text, punct_question=rate(24)) == [("punct.question", "you use a quarter of your usual questions: 5.8 in 1,000 words, your own rate is 24.0")]
    assert said(PLAIN, punct_question=rate(24)) == [("punct.question", "you use none of your usual questions here; your own rate is 24.0 in 1,000 words")]


def test_more() -> None:
    """So is one that has grown."""
    text = "Who rows? " * 10 + PLAIN

    assert said(text, punct_question=rate(9)) == [("punct.question", "you use twice your usual questions: 18.8 in 1,000 words, your own rate is 9.0")]
    assert said(text, punct_question=rate(3)) == [("punct.question", "you use many times your usual questions: 18.8 in 1,000 words, your own rate is 3.0")]


@pytest.mark.parametrize(("own", "words"), [(rate(12, p90=30), []), (rate(17), []), (rate(30, p05=10), [])])
def test_within(own: Rate, words: list[str]) -> None:
    """What nine tenths of the author's texts do is no departure, nor what may be chance."""
    assert said("Who rows? " * 10 + PLAIN, punct_question=own) == words


def test_less_of_what_is_marked_is_never_reported() -> None:
    """Fewer hedges, less filler, fewer headings, links and bold words are no loss."""
    assert said(PLAIN, hedge=rate(20), filler=rate(20), markup_bold=rate(30), markup_heading=rate(20), **{"list/share.share": rate(0.4)}) == []


def test_more_of_what_is_marked() -> None:
    """“You hedge twice your own rate.”"""
    text = "The pump may fail. It will perhaps leak. It possibly sticks. The gate is probably old. The keeper is usually late. " + PLAIN

    assert said(text, hedge=rate(3)) == [("hedge", "you use three times your usual hedges: 9.4 in 1,000 words, your own rate is 3.0")]
    lists = "\n\n- the lower gate and the sill" * 30
    assert said(PLAIN + lists, **{"list/share.share": rate(0.1)}) == [
        ("list/share.share", "more of this is lists than you usually make: 26%, usually 10%")
    ]


def test_lengths() -> None:
    """Measures outside the author's range, either way."""
    assert said(PLAIN, sentence_words=rate(30, 25, 35)) == [("sentence.words", "your sentences are shorter than usual: 16 words on average, usually 30")]
    assert said(PLAIN, sentence_variation=rate(0.6, 0.5, 0.7)) == [("sentence.variation", "your sentences vary less in length than usual: 0.00, usually 0.60")]


def test_too_short_to_say() -> None:
    """Under 300 words nothing is said."""
    assert said("Who rows? " * 40, punct_question=rate(1)) == []


def test_drift_needs_a_known_author_and_a_long_draft() -> None:
    """From 10,000 words learned and 500 in the draft."""
    usual = Usual("", {"function.the": Rate(60, 9, 40, 60, 80, 9)})
    rates = {"voice/drift.distance": rate(0.5), "function.the": rate(66)}
    draft, short = sample(read(PLAIN)), sample(read(PLAIN[: len(PLAIN) // 2]))

    found = drift_of(draft, Baseline("ana", 10_000, 9, rates=rates), usual)
    assert found is not None
    assert found[0].distance == pytest.approx(0)
    assert drift_of(short, Baseline("ana", 10_000, 9, rates=rates), usual) is None
    assert drift_of(draft, Baseline("ana", 9_999, 9, rates=rates), usual) is None
    assert drift_of(draft, Baseline("ana", 10_000, 9), usual) is None
