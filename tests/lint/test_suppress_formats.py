"""Suppression comments in LaTeX, reStructuredText and AsciiDoc."""

from __future__ import annotations

import pytest

from unmid.lint.check import check_text

NOTE = "It is important to note that the oar is wet."


@pytest.mark.parametrize(
    ("name", "text", "marked"),
    [
        ("a.tex", "% unmid-ignore filler: quoted\n{}\n\n{}\n", [1]),
        ("a.tex", "{} % unmid-ignore filler/note-that\n\n{}\n", [1]),
        ("a.tex", "\\documentclass{{article}}\n%% unmid-off filler\n\\begin{{document}}\n{}\n\n% unmid-on\n{}\n", [1]),
        ("a.tex", "\\begin{{verbatim}}\n% unmid-off\n\\end{{verbatim}}\n{}\n\n5\\% unmid-off\n\n{}\n", [0, 1]),
        ("a.rst", ".. unmid-ignore filler/note-that: quoted\n\n{}\n\n{}\n", [1]),
        ("a.rst", ".. unmid-off\n\n{}\n\n.. unmid-on\n\n{}\n", [1]),
        ("a.rst", "- .. unmid-ignore filler\n\n  {}\n\n- {}\n", [1]),
        ("a.rst", "Thus::\n\n  .. unmid-off\n\n{}\n\nSo .. unmid-off\n\n{}\n", [0, 1]),
        ("a.adoc", "// unmid-ignore filler: quoted\n{}\n\n{}\n", [1]),
        ("a.adoc", "//unmid-off filler/note-that\n{}\n\n//unmid-on\n{}\n", [1]),
        ("a.adoc", "----\n// unmid-off\n----\n{}\n\nSo // unmid-off\n\n{}\n", [0, 1]),
    ],
)
def test_silenced(name: str, text: str, marked: list[int]) -> None:
    """The next block, the line, or from there on; not where the comment is shown as code."""
    draft = text.format(NOTE, NOTE)
    starts = [draft.index(NOTE), draft.rindex(NOTE)]
    found = [finding.span.start for finding in check_text(draft, path=name).findings if finding.rule == "filler/note-that"]

    assert found == [starts[number] for number in marked]


@pytest.mark.parametrize(("name", "comment"), [("a.tex", "% unmid-ignore filler/note-taht"), ("a.rst", ".. unmid-ignore filler/note-taht"), ("a.adoc", "// unmid-ignore filler/note-taht")])
def test_unknown_rules_are_told(name: str, comment: str) -> None:
    """With the nearest name."""
    (finding,) = check_text(f"{comment}\n\nThe oar is wet.\n", path=name).findings

    assert finding.text == comment
    assert finding.message == "there is no rule “filler/note-taht”; did you mean “filler/note-that”?"
