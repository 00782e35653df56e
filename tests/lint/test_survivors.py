"""Of several hedges on one claim any can stay: what is offered, in order, and what each offer leaves."""

from __future__ import annotations

import pytest

from unmid.lint.check import check_text
from unmid.text.edits import apply

STACKS = {
    # A modal and an adverb.
    "This could potentially slow the build.": ["This could slow the build.", "This potentially slows the build."],
    "It may possibly be the cache.": ["It may be the cache.", "It is possibly the cache."],
    "They might perhaps complain.": ["They might complain.", "They perhaps complain."],
    "The old pumps could conceivably leak.": ["The old pumps could leak.", "The old pumps conceivably leak."],
    "We know that the pump could possibly fail.": ["We know that the pump could fail.", "We know that the pump possibly fails."],
    "A cracked seal could be potentially costly.": ["A cracked seal could be costly.", "A cracked seal is potentially costly."],
    "The valves likely may leak.": ["The valves may leak.", "The valves likely leak."],
    "She *could potentially* carry it.": ["She *could* carry it.", "She potentially carries it."],
    # What the subject is, and how many, is not plain; or the next word is no verb.
    "The crew might perhaps row.": ["The crew might row."],
    "The price of oars could potentially rise.": ["The price of oars could rise."],
    "A tool that could potentially help is here.": ["A tool that could help is here."],
    "One of these could potentially leak.": ["One of these could leak."],
    "He could potentially also row.": ["He could also row."],
    # A firm verb leaves the doubt to the adverb.
    "She will possibly come.": ["She may come."],
    # A frame.
    "I believe it might help.": ["It might help.", "I believe it helps."],
    "I think it's probably the gasket.": ["It's probably the gasket.", "I think it's the gasket."],
    "It seems likely that prices may rise.": ["Prices may rise.", "It seems likely that prices will rise."],
    # Three on one claim.
    "I think it might perhaps help.": ["It might help.", "It perhaps helps.", "I think it helps."],
    "But I think that they could possibly be right.": [
        "But they could be right.", "But they are possibly right.", "But I think they are right.",
    ],
    # Verbs that hedge.
    "The readings seem to suggest a leak.": ["The readings suggest a leak.", "The readings seem to show a leak."],
    "It seems to suggest a leak.": ["It suggests a leak.", "It seems to show a leak."],
    "It strikes me as somewhat slow.": ["It strikes me as slow.", "It is somewhat slow."],
    "The verse seems somewhat slow.": ["The verse seems slow.", "The verse is somewhat slow."],
    "Verses may seem somewhat slow.": ["Verses may seem slow."],
    "It could have the potential to flood the town.": ["It could flood the town.", "It has the potential to flood the town."],
    "Ann generally tends to carry it.": ["Ann tends to carry it.", "Ann generally carries it."],
    "Volunteers tend to usually leave.": ["Volunteers tend to leave.", "Volunteers usually leave."],
    # Two adverbs.
    "In a sense, perhaps the mill is old.": ["Perhaps the mill is old.", "In a sense, the mill is old."],
    "It arguably in a way works.": ["It in a way works.", "It arguably works."],
}  # fmt: skip


@pytest.mark.parametrize(("text", "survivors"), STACKS.items())
def test_survivors(text: str, survivors: list[str]) -> None:
    """The first keeps the word that carries the doubt; every one is a sentence, and a suggestion but for a cut that is safe."""
    (finding,) = [one for one in check_text(text).findings if one.rule in ("hedge/double", "hedge/modal-stack")]

    assert [apply(text, fix.edits) for fix in finding.fixes] == survivors
    assert not any(fix.safe for fix in finding.fixes[1:])
