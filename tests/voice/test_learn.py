"""From texts to a baseline: exact figures, whatever the order, and never a word."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmid.packs.model import Rate
from unmid.packs.usual import Usual, dump_usual, load_usual
from unmid.voice.features import Sample, read, sample
from unmid.voice.learn import learn, progress
from unmid.voice.profile import percentile, spread
from unmid.voice.texts import files

FILLER = "The keeper opens the lower gate at six and the water comes in over the sill. "


def text(questions: int, words: int = 320) -> str:
    """A text of so many words at least, with so many questions."""
    return "Who rows? " * questions + FILLER * (words // 16 + 1)


def samples(*questions: int) -> list[Sample]:
    """Texts with so many questions each; no two are the same."""
    return [sample(read(f"Text {'ABCDEFGHIJ'[n]}. {text(count)}")) for n, count in enumerate(questions)]


def test_spread() -> None:
    """Means are pooled by words and shrunk by five thousand words of the usual rate; percentiles are over texts."""
    usual = Rate(2, 0, 0, 0, 0, 9)

    assert spread([10, 0], [3000, 2000], usual, 5) == Rate(4.0, 5.0, 0.5, 5.0, 9.0, 1)
    assert spread([10, 0], [3000, 2000], None, 0) == Rate(6.0, 5.0, 0.5, 5.0, 9.0, 1)
    assert spread([7], [1000], usual, 5) == Rate(2.833, 0, 7, 7, 7, 1)


def test_percentile() -> None:
    """Between two values in proportion."""
    assert [percentile([1, 2, 3, 11], share) for share in (0, 0.5, 0.9, 1)] == [1, 2.5, pytest.approx(8.6), 11]


def test_baseline() -> None:
    """Texts, words, hashes and rates; what no text holds has no rate."""
    found = learn(samples(0, 1, 3), Usual(), author="ana", genre="docs", learned="2026-11-22")

    assert (found.author, found.texts, found.genres, found.learned) == ("ana", 3, ("docs",), "2026-11-22")
    assert found.words == sum(one.words for one in samples(0, 1, 3)) == 1022
    assert found.sources == tuple(sorted(one.source for one in samples(0, 1, 3)))
    assert all(len(source) == 8 for source in found.sources)
    question = found.rates["punct.question"]
    assert question.n == 2
    assert question.mean == round(4 / (1.022 + 5), 3)
    assert "punct.dash" not in found.rates


def test_the_same_text_counts_once_and_short_ones_not_at_all() -> None:
    """Copies in two folders are one text."""
    found = learn([*samples(1, 2), *samples(1, 2), sample(read("Too short."))], Usual(), author="ana")

    assert found == learn(samples(1, 2), Usual(), author="ana")
    assert learn([], Usual(), author="ana").rates == {}


@pytest.mark.parametrize(
    ("texts", "status"),
    [(1, "learning (338 of 5,000 words)"), (3, "learning (3 of 5 texts)"), (6, "")],
)
def test_progress(texts: int, status: str) -> None:
    """What is missing is said in words, then in texts."""
    long = [sample(read(f"Text {n}. {text(0, 320 if texts == 1 else 2000)}")) for n in range(texts)]

    assert progress(learn(long, Usual(), author="ana")) == status


KNOWN = samples(0, 1, 2, 3, 4)


@given(st.permutations(KNOWN))
def test_order_does_not_matter(shuffled: Sequence[Sample]) -> None:
    """Learning the same texts in any order yields the same figures, to the last digit."""
    assert learn(shuffled, USUAL, author="ana") == learn(KNOWN, USUAL, author="ana")


USUAL = Usual("made up", {"function.the": Rate(60, 9, 40, 60, 80, 9), "punct.question": Rate(2, 1, 0, 2, 5, 9)}, {"actually": 300, "at the end of the day": 20}, 18)


def test_own_distances() -> None:
    """With more than one text the baseline knows how far they are from each other."""
    assert learn(KNOWN, USUAL, author="ana").rates["voice/drift.distance"].n == 5
    assert "voice/drift.distance" not in learn(KNOWN[:1], USUAL, author="ana").rates


def test_usual_file(tmp_path: Path) -> None:
    """What is usual survives writing and reading; a term that is not listed is as rare as the floor at most."""
    root = tmp_path / "pack"
    root.mkdir()
    (root / "usual.json").write_text(dump_usual(USUAL), encoding="utf-8")

    assert load_usual(root) == USUAL
    assert (USUAL.term("actually"), USUAL.term("delve")) == (0.3, 0.018)
    assert load_usual(root.parent) == Usual()


@pytest.mark.parametrize(("trusted", "found"), [(True, ["a.md"]), (False, ["a.md", "old/b.md"])])
def test_excluded_texts(tmp_path: Path, trusted: bool, found: list[str]) -> None:
    """What a project passes by teaches nothing, if it is trusted."""
    (tmp_path / "old").mkdir()
    for name in ("a.md", "old/b.md"):
        (tmp_path / name).write_text("Text.", encoding="utf-8")
    (tmp_path / "unmid.toml").write_text('exclude = ["old"]\n', encoding="utf-8")

    assert [path.relative_to(tmp_path).as_posix() for path in files([tmp_path], trusted)] == found
