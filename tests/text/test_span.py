"""Spans: half-open ranges of code points."""

from unmid.text.span import Span


def test_the_start_is_inside_and_the_end_is_not() -> None:
    """A span of two holds its first two offsets."""
    assert [offset for offset in range(6) if offset in Span(2, 4)] == [2, 3]
    assert len(Span(2, 4)) == 2


def test_an_empty_span_holds_nothing() -> None:
    """A place between two characters has no length, and no offset is in it."""
    assert len(Span(3, 3)) == 0
    assert 3 not in Span(3, 3)
    assert Span(3, 3).of("abcdef") == ""


def test_covers() -> None:
    """A span covers itself, what lies inside, and nothing that sticks out on either side."""
    assert Span(2, 5).covers(Span(2, 5))
    assert Span(2, 5).covers(Span(3, 4))
    assert Span(2, 5).covers(Span(5, 5))
    assert not Span(2, 5).covers(Span(1, 3))
    assert not Span(2, 5).covers(Span(4, 6))


def test_meets() -> None:
    """Spans meet when they share a character; neighbours do not."""
    assert Span(2, 5).meets(Span(4, 9))
    assert Span(4, 9).meets(Span(2, 5))
    assert not Span(2, 5).meets(Span(5, 9))
    assert not Span(5, 9).meets(Span(2, 5))


def test_shifted() -> None:
    """Shifting moves both ends, either way."""
    assert Span(2, 5).shifted(3) == Span(5, 8)
    assert Span(2, 5).shifted(-2) == Span(0, 3)


def test_of_counts_code_points() -> None:
    """An emoji is one code point and an accent of its own another."""
    assert Span(2, 6).of("😀 cafe\u0301") == "cafe"
    assert Span(5, 7).of("😀 cafe\u0301") == "e\u0301"


def test_spans_sort_by_start_then_end() -> None:
    """Text order, shorter first."""
    assert sorted([Span(2, 5), Span(0, 9), Span(2, 3)]) == [Span(0, 9), Span(2, 3), Span(2, 5)]
