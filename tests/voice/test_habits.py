"""What is counted in a text, exactly."""

from __future__ import annotations

import pytest

from unmid.checks.habits import COUNTED, MEASURED, Habits, habits, label, lost, pieces
from unmid.lint.engine import layout
from unmid.packs.model import Rate
from unmid.voice.features import counting, read, sample


def counted(text: str, path: str = "draft.md") -> Habits:
    """The habits of a text."""
    return habits(layout(read(text, path), counting()))


def hits(text: str) -> dict[str, int]:
    """Each habit that a text shows, as a number of hits."""
    found = counted(text)
    return {name: round(found.rates[name] * found.words / 1000) for name in COUNTED if found.rates[name]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The oar — long, wet - lay there -- or did it, pages 3–4?", {"punct.dash": 3, "punct.question": 1}),
        ("A well-known oar (bent); see 10:30, note: late!! Then… or...", {"punct.parenthesis": 1, "punct.semicolon": 1, "punct.colon": 1, "punct.exclamation": 1, "punct.ellipsis": 2, "sentence.short": 1}),
        ("It's late, the crew's late, we don’t row and they'd know.", {"word.contraction": 3, "person.first": 1, "open.it": 1}),
        ("I row. You row my boat. Yours is old.", {"person.first": 2, "person.second": 2, "open.i": 1, "open.you": 1, "sentence.short": 3}),
        ("But it sank. And then. So what? This is the end.", {"open.but": 1, "open.and": 1, "open.so": 1, "open.this": 1, "punct.question": 1, "sentence.short": 4}),
        ("Rain. A wet day at sea. We rowed.", {"sentence.one-word": 1, "sentence.short": 2, "person.first": 1, "open.we": 1}),
        ("The **old** oar, *very* old, at [the lock](https://x.example/?a=1) with `--fix`.", {"markup.bold": 1, "markup.emphasis": 1, "markup.link": 1, "markup.code": 1}),
        ("# But why?\n\nThe oar is old.", {"markup.heading": 1, "sentence.short": 1}),
    ],
)
def test_counted(text: str, found: dict[str, int]) -> None:
    """Each sign, opening, person and mark."""
    assert hits(text) == found


def test_other_peoples_words() -> None:
    """Quotations, code and addresses are not the writer's words; what follows a quotation opens no sentence."""
    text = '> But why? You!\n\nThe keeper said “I don’t know; you ask me?” See https://x.example/a?b. `you?`\n\n"Row," you said.'

    assert hits(text) == {"markup.code": 1, "markup.link": 1, "person.second": 1}
    assert counted(text).words == 6


def test_measured() -> None:
    """Lengths, their spread, and the share of lists."""
    found = counted("One two three four. One two.\n\nOne two three.\n\n- one two three")

    assert found.words == 12
    assert {name: round(found.rates[name], 3) for name in MEASURED} == {
        "sentence.words": 3.0,
        "sentence.variation": 0.272,
        "paragraph.words": 4.5,
        "rhythm/flat.cv_below": 0.0,
        "rhythm/flat-paragraphs.cv_below": 0.333,
        "list/share.share": 0.25,
    }


def test_flattest_stretch() -> None:
    """The measure that rhythm/flat compares: the lowest variation over twelve sentences in a row."""
    found = counted("The old oar is wet. " * 12 + "It is wet and old and long and bent and nobody wants it. " * 6)

    assert found.rates["rhythm/flat.cv_below"] == 0.0
    assert found.rates["sentence.variation"] > 0.3


def test_pieces() -> None:
    """A text is counted in equal pieces, of which none is lost."""
    text = "\n\n".join(["The oar is wet and the crew is late today."] * 120)
    found = pieces(layout(read(text), counting()))

    assert [piece.total() for piece in found] == [600, 600]
    assert sum(piece["the"] for piece in found) == 240
    assert [piece.total() for piece in pieces(layout(read(""), counting()))] == [0]


def test_rules_are_counted_when_quiet() -> None:
    """Density rules count from the first hit, quiet rules count, and families are the sum of their rules."""
    found = sample(read("The pump may fail. In order to row, we wait."))

    assert found.words == 10
    assert {name: round(rate / 100, 6) for name, rate in found.rates.items() if rate and name.startswith(("hedge", "filler"))} == {
        "hedge": 1,
        "hedge/density": 1,
        "filler": 1,
        "filler/wordy-phrase": 1,
    }
    assert found.marks == {("filler/wordy-phrase", "in order to"): 1}


def test_lost() -> None:
    """A habit is lost below its fifth percentile, where four hits were to be expected; markup never is."""
    def rate(mean: float, p05: float, n: int = 9) -> Rate:
        return Rate(mean, 1, p05, mean, 2 * mean, n)

    text = Habits(1000, dict.fromkeys(COUNTED, 0.0) | {"open.but": 3.0})
    own = {
        "punct.question": rate(6, 1),
        "punct.dash": rate(9, 4),
        "open.but": rate(6, 2.9),
        "punct.semicolon": rate(3.9, 1),
        "punct.colon": rate(9, 0),
        "word.contraction": rate(9, 4, n=4),
        "markup.bold": rate(9, 4),
    }

    assert lost(text, own) == ("punct.dash", "punct.question")
    assert [label(name) for name in ("open.but", "punct.dash")] == ["openings with “But”", "dashes"]
