"""Which form of a verb a subject takes, as far as words show it."""

from __future__ import annotations

import pytest

from unmid.checks.verbs import agreeing


@pytest.mark.parametrize(
    ("subject", "verb", "form"),
    [
        ("it", "leak", "leaks"),
        ("she", "carry", "carries"),
        ("they", "leak", "leak"),
        ("you", "be", "are"),
        ("this", "be", "is"),
        ("everyone", "have", "has"),
        ("the pump", "fix", "fixes"),
        ("the pumps", "fix", "fix"),
        ("the old pumps", "do", "do"),
        ("a glass", "break", "breaks"),
        ("each bus", "rely", "relies"),
        ("the boatmen", "row", "row"),
        ("these fish", "bite", None),
        ("those oars", "break", "break"),
        # The words do not show the number, or whether they are a subject.
        ("the crew", "row", None),
        ("the species", "die", None),
        ("the areas", "flood", None),
        ("the man who", "row", None),
        ("the people involved", "row", None),
        ("the boat also", "leak", None),
        ("the boat probably", "leak", None),
        ("pumps", "leak", None),
        ("", "leak", None),
        # What follows is no verb.
        ("it", "also", None),
        ("it", "slowly", None),
        ("it", "well-meant", None),
    ],
)
def test_agreeing(subject: str, verb: str, form: str | None) -> None:
    """The form that everybody would write, or none."""
    assert agreeing(verb, subject) == form
