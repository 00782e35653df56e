"""Limits that follow an author: what their own texts do is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unmid.lint.check import check_text, ruleset_for
from unmid.packs.model import Baseline, Rate
from unmid.settings import Settings

HEDGED = "The pump may fail. The seal is probably old, and the valve could stick, and perhaps it does. "
FIRM = "The keeper opens the lower gate at six and the water comes in over the sill. "
SHOWN = Settings(select=("hedge/density",), severity={"hedge/density": "hint"})


def own(rate: Rate, name: str = "hedge/density", words: int = 60_000) -> Baseline:
    return Baseline("ana", words, 40, rates={name: rate})


@pytest.mark.parametrize(
    ("baseline", "marks"),
    [
        (None, 5),
        (own(Rate(5, 2, 1, 5, 10, 30)), 5),
        (own(Rate(15, 2, 1, 15, 25, 30)), 0),
        (own(Rate(15, 2, 1, 15, 25, 7)), 5),
        (own(Rate(15, 2, 1, 15, 25, 30), words=4_999), 5),
    ],
)
def test_density_follows_the_author(baseline: Baseline | None, marks: int) -> None:
    """A cluster is marked only where the draft as a whole has more than nine tenths of the author's texts; from eight texts
    that hold it, and 5,000 words."""
    text = HEDGED + "\n\n" + FIRM * 12 + "\n\n" + HEDGED + "\n\n" + FIRM * 12

    assert len(check_text(text, settings=replace(SHOWN, baseline=baseline)).findings) == marks


def test_rhythm_follows_the_author() -> None:
    """A limit on variety is the author's fifth percentile, higher or lower than the shipped one."""
    name = "rhythm/flat.cv_below"

    assert ruleset_for(Settings(baseline=own(Rate(0.3, 0.1, 0.11, 0.3, 0.4, 30), name))).rules["rhythm/flat"].limit["cv_below"] == 0.11
    assert ruleset_for(Settings(baseline=own(Rate(0.5, 0.1, 0.41, 0.5, 0.6, 30), name))).rules["rhythm/flat"].limit["cv_below"] == 0.41


def test_percentiles_of_measures() -> None:
    """A pack may set a limit to a percentile of its author's own texts."""
    baseline = own(Rate(0.2, 0.1, 0.05, 0.2, 0.6, 30), "list/share.share")

    assert ruleset_for(Settings(limits={"list/share.share": "p90"}, baseline=baseline)).rules["list/share"].limit["share"] == 0.6


def test_rules_of_voice_are_silent_until_wanted() -> None:
    """They cost nothing while they are quiet, and are not counted either."""
    text = FIRM * 40
    baseline = own(Rate(9, 1, 5, 9, 12, 30), "punct.question")
    names = ("voice/drift", "voice/lost-quirk")
    report = check_text(text, settings=Settings(select=names, baseline=baseline))
    shown = check_text(text, settings=Settings(select=names, severity={"voice/lost-quirk": "hint"}, baseline=baseline))

    assert (report.findings, dict(report.counted)) == ((), {})
    assert [(f.rule, f.message, f.text) for f in shown.findings] == [
        ("voice/lost-quirk", "You usually have questions; here they are all but gone", FIRM.strip())
    ]


def test_rules_of_voice_are_silent_in_another_genre() -> None:
    """Nobody asks as many questions in documentation."""
    settings = Settings(select=("voice/lost-quirk",), severity={"voice/lost-quirk": "hint"}, genre="docs")
    baseline = own(Rate(9, 1, 5, 9, 12, 30), "punct.question")

    assert len(check_text(FIRM * 40, settings=replace(settings, baseline=replace(baseline, genres=("docs",)))).findings) == 1
    assert check_text(FIRM * 40, settings=replace(settings, baseline=replace(baseline, genres=("essay",)))).findings == ()
