"""Edits: several replacements in one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmid.text.edits import Edit, apply
from unmid.text.span import Span


def test_no_edits_change_nothing() -> None:
    """The text comes back."""
    assert apply("A valve.", []) == "A valve."


def test_edits_speak_of_the_text_before_any_of_them() -> None:
    """Offsets are not moved by edits that come earlier in the text, in whatever order the edits are given."""
    cut, capital = Edit(Span(0, 8), ""), Edit(Span(8, 9), "T")
    assert apply("In fact the valve sticks.", [capital, cut]) == "The valve sticks."


def test_an_insertion_replaces_nothing() -> None:
    """An empty span puts text between two characters, at both ends of the text too."""
    assert apply("ac", [Edit(Span(1, 1), "b")]) == "abc"
    assert apply("b", [Edit(Span(1, 1), "c"), Edit(Span(0, 0), "a")]) == "abc"
    assert apply("", [Edit(Span(0, 0), "a")]) == "a"


def test_neighbours_do_not_overlap() -> None:
    """One edit may end where the next one starts; an insertion there comes first."""
    assert apply("abcd", [Edit(Span(0, 2), "x"), Edit(Span(2, 4), "y"), Edit(Span(2, 2), "-")]) == "x-y"


def test_overlapping_edits_are_refused() -> None:
    """The error names the offset at which the later edit starts."""
    with pytest.raises(ValueError, match=r"^edits overlap at offset 1$"):
        apply("abcd", [Edit(Span(1, 3), "x"), Edit(Span(0, 2), "y")])


def test_offsets_are_code_points() -> None:
    """Characters beyond the basic plane count once."""
    assert apply("😀 really good", [Edit(Span(2, 9), "")]) == "😀 good"


@given(
    st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5)), max_size=6), st.text()
)
def test_each_stretch_is_replaced_and_the_rest_is_kept(parts: list[tuple[str, str, str]], tail: str) -> None:
    """A text of kept and replaced stretches by turns becomes the kept stretches with the replacements between."""
    before, after, edits = "", "", []
    for kept, old, new in parts:
        start = len(before) + len(kept)
        # Two edits at one place would leave it open which comes first.
        if not kept:
            kept, start = "-", start + 1
        edits.append(Edit(Span(start, start + len(old)), new))
        before += kept + old
        after += kept + new
    assert apply(before + tail, reversed(edits)) == after + tail
