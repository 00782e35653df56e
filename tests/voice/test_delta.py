"""How far small words are from an author's."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from unmid.checks.delta import distance, drift, own_rates, word_rates
from unmid.packs.model import Rate


def usual(**means: float) -> dict[str, Rate]:
    """General usage with a standard deviation of one."""
    return {f"function.{word}": Rate(mean, 1, 0, mean, mean, 9) for word, mean in means.items()}


def test_distance() -> None:
    """One minus the cosine of the z-scores: 0 in one direction, 1 at right angles, 2 in opposite ones."""
    norm = usual(the=50, but=5)

    def apart(one: tuple[float, float], two: tuple[float, float]) -> float:
        names = ("function.the", "function.but")
        return distance(dict(zip(names, one, strict=True)), dict(zip(names, two, strict=True)), norm)

    assert apart((53, 5), (60, 5)) == pytest.approx(0)
    assert apart((53, 5), (50, 9)) == pytest.approx(1)
    assert apart((53, 5), (47, 5)) == pytest.approx(2)
    assert apart((51, 6), (51, 5)) == pytest.approx(1 - math.sqrt(0.5))
    assert apart((50, 5), (60, 9)) == 1


def test_unknown_words_are_neutral() -> None:
    """A word of which an author's rates say nothing weighs nothing."""
    assert distance({"function.the": 52.0, "function.but": 5.0}, {"function.the": 51.0}, usual(the=50, but=5)) == pytest.approx(0)


def test_drift() -> None:
    """The mean over pieces, and the words that are furthest."""
    norm = usual(the=500, but=100, so=0)
    own = own_rates({"function.the": Rate(510, 1, 0, 0, 0, 9), "function.but": Rate(100, 1, 0, 0, 0, 9), "punct.dash": Rate(1, 1, 1, 1, 1, 1)})
    near, far = Counter({"the": 6, "but": 1, "oar": 3}), Counter({"the": 4, "but": 1, "oar": 5})

    assert word_rates(near, norm) == {"function.the": 600, "function.but": 100, "function.so": 0}
    assert drift([near, far], own, norm).distance == pytest.approx(1)
    assert drift([near], own, norm).distance == pytest.approx(0)
    assert drift([near], own, norm).words == (("the", 600, 510), ("but", 100, 100))
    assert drift([Counter()], own, norm).words[0] == ("the", 0, 510)
