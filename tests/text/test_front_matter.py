"""Values of front matter, in the ways that people write them."""

from __future__ import annotations

import pytest

from unmid.text.front_matter import value_of


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("genre: docs", "docs"),
        ("title: Tea\ngenre: docs  # a manual\ndate: 2020-01-01", "docs"),
        ('genre: "docs"', "docs"),
        ("genre: 'docs' # a manual", "docs"),
        ("Genre:docs\r\ntitle: Tea\r", "docs"),
        ('genre = "docs"', "docs"),
        ("genre = 'docs'  # a manual", "docs"),
        ("genre: C# for cooks", "C# for cooks"),
        ('genre: "one # two"', "one # two"),
        ("genre:", ""),
        ("genre: []", ""),
        ("genre: # none", ""),
        ("  genre: docs", ""),
        ("subgenre: docs", ""),
        ("genres: docs", ""),
        ("genre:\n  - docs", ""),
    ],
)
def test_value(source: str, value: str) -> None:
    """Quotation marks and comments are no part of it; a list, or a key of another table, is none."""
    assert value_of(source, "genre") == value
