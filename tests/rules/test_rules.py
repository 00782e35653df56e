"""Every example in every rule file is a test, as written and in other clothes."""

from __future__ import annotations

import pytest
from packaging.version import Version

from unmid import __version__
from unmid.lint.examples import dressed, findings, fixed, incomplete, scene, words
from unmid.lint.ruleset import packs
from unmid.packs.model import Example, Rule
from unmid.settings import Settings

RULES = [rule for pack in packs(Settings()) for rule in pack.rules if not rule.needs]
CASES = [pytest.param(rule, example, id=f"{rule.id}[{n}]") for rule in RULES for n, example in enumerate(rule.examples)]
MARKED = [case for case in CASES if case.values[1].flags]


def marks(rule: Rule, example: Example, text: str) -> list[str]:
    return [words(finding.text) for finding in findings(text, scene(rule, example), rule, example.format)]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: Rule, example: Example) -> None:
    """A rule marks exactly what its examples say."""
    found = findings(example.text, scene(rule, example), rule, example.format)

    assert [finding.text for finding in found] == list(example.flags)


@pytest.mark.parametrize(("rule", "example"), [case for case in MARKED if case.values[1].fixed is not None])
def test_fix(rule: Rule, example: Example) -> None:
    """Fixes leave the text that the example promises, and the rule is silent on it."""
    after = fixed(example.text, scene(rule, example), rule, example.format)

    assert after == example.fixed
    assert not any(finding.fixes for finding in findings(after, scene(rule, example), rule, example.format))


DRESSED = [pytest.param(*case.values, text, id=f"{case.id}-{dress}") for case in MARKED for dress, text in dressed(*case.values)]


@pytest.mark.parametrize(("rule", "example", "text"), DRESSED)
def test_dressed(rule: Rule, example: Example, text: str) -> None:
    """Marks survive other line ends and quotes, a hard wrap, emphasis, a link, an emoji before them and life in a list item."""
    assert marks(rule, example, text) == [words(flag) for flag in example.flags]


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_complete(rule: Rule) -> None:
    """A rule explains itself and has three marked examples and two near misses."""
    assert list(incomplete(rule)) == []


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_since(rule: Rule) -> None:
    """No rule came with a version that is still to come."""
    assert Version(rule.since) <= Version(__version__)


def test_no_pack_problems() -> None:
    """Every shipped rule loads."""
    assert [str(problem) for pack in packs(Settings()) for problem in pack.problems] == []
