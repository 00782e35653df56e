"""Fixes together: which are made at once, when it ends, and what a choice of fixes looks like."""

from __future__ import annotations

import pytest

from unmid.lint.apply import chosen, fix_all
from unmid.lint.check import check_text
from unmid.lint.finding import Finding, Fix
from unmid.settings import Settings
from unmid.text.edits import Edit
from unmid.text.span import Span


def finding(*fixes: Fix) -> Finding:
    return Finding("test/rule", "warning", "", Span(0, 1), "", fixes)


def fix(start: int, end: int, text: str = "", safe: bool = True) -> Fix:
    return Fix(f"{start}-{end}", safe, (Edit(Span(start, end), text),))


def linted(text: str, *rules: str) -> tuple[Finding, ...]:
    shown = dict.fromkeys(rules, "information")
    return check_text(text, settings=Settings(select=rules, severity=shown)).findings


def test_safe_ones_only_unless_asked() -> None:
    """The first fix of a finding that may be made; none of those that may not."""
    both = finding(fix(0, 4, safe=False), fix(0, 2))

    assert [one.title for one in chosen([both])] == ["0-2"]
    assert [one.title for one in chosen([both], suggested=True)] == ["0-4"]


@pytest.mark.parametrize(("second", "made"), [((3, 6), 1), ((4, 6), 1), ((5, 6), 1), ((7, 9), 2)])
def test_near_fixes_wait(second: tuple[int, int], made: int) -> None:
    """Each fix was worked out alone: a word must stand between two that are made at once."""
    assert len(chosen([finding(fix(0, 4)), finding(fix(*second))])) == made


def test_fixes_that_undo_each_other() -> None:
    """An end is reached, the same from wherever one starts."""

    def turn(text: str) -> list[Finding]:
        return [finding(fix(0, 1, "b" if text == "a" else "a"))]

    assert fix_all("a", turn)[0] == fix_all("b", turn)[0] == "a"


def test_fixes_that_make_work() -> None:
    """A replacement that matches itself does not run for ever."""
    text, count = fix_all("a", lambda text: [finding(fix(0, 1, "aa"))])

    assert count == len(text) - 1 == 100


def test_list_that_loses_all_items() -> None:
    """Item after item, and in the end the list with the blank line that set it off."""
    items = "\n".join(["- These are just a few examples."] * 5)
    text, count = fix_all(
        f"He rows.\n\n{items}\n\nShe steers.\n", lambda now: linted(now, "list/stem-and-outro"), suggested=True
    )

    assert (text, count) == ("He rows.\n\nShe steers.\n", 5)


def test_each_survivor_of_a_stack() -> None:
    """Of two hedges either can stay; the one that says how much doubt there is comes first, and titles say what stays."""
    (found,) = linted("I think it's probably the gasket.", "hedge/double")

    assert [one.title for one in found.fixes] == [
        "Keep “it's probably”, cut “I think”",
        "Keep “I think it's”, cut “probably”",
    ]
    assert not any(one.safe for one in found.fixes)


def test_last_paragraph() -> None:
    """No blank lines are left at the end of the text."""
    text, _ = fix_all(
        "We row.\n\nThese are just a few examples.\n", lambda now: linted(now, "list/stem-and-outro"), suggested=True
    )

    assert text == "We row.\n"


def test_paragraph_between_lists() -> None:
    """It keeps two lists apart, and so it stays."""
    (found,) = linted("- rope\n- tar\n\nThese are just a few examples.\n\n- oars\n- nails\n", "list/stem-and-outro")

    assert found.fixes == ()


def test_rewrites_are_told_apart() -> None:
    """A fold is a rewrite and never safe."""
    text = (
        "The town likes the new plan for the old mill, which has three parts:\n\n- a cheap roof\n- a quick lease\n"
        "- a patient owner\n\nIt starts in spring, if the council agrees to pay for the road and for the new bridge.\n"
    )
    (found,) = linted(text, "list/fragment-paragraph")

    assert [(one.kind, one.safe) for one in found.fixes] == [("refactor.rewrite", False)]


@pytest.mark.parametrize(
    ("following", "safe"),
    [
        ("the pump leaks", True),
        ("it's late", True),
        ("testing takes time", True),
        ("Ana rows", True),
        ("`git` is slow", True),
        ("git keeps no empty folders", False),
        ("apt-get keeps a log", False),
        ("*the* pump leaks", False),
        ("**attrs** is a library", False),
    ],
)
def test_safe_where_no_name_is_spoiled(following: str, safe: bool) -> None:
    """A cut that would give its capital to what may be a name in small letters is only suggested."""
    (found,) = check_text(f"The boat is new. Note that {following}.").findings

    assert [one.safe for one in found.fixes] == [safe]
