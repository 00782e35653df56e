"""Author packs keep what they promise: their author is recognised, and pasted text is judged as strictly as ever."""

from __future__ import annotations

import pytest

from gold import voices
from marked import SHARED

pytestmark = [
    pytest.mark.skipif(not (SHARED / "corpora" / "human_essays").is_dir(), reason="needs the corpora in ../shared, beside the checkout"),
    pytest.mark.xdist_group("shared"),
]


@pytest.fixture(scope="module")
def every() -> list[voices.Text]:
    return voices.texts()


def test_drift_knows_its_author(every: list[voices.Text]) -> None:
    """A held-out text is nearer to its author's other texts than other authors' texts are; those of the same century too."""
    pairs = [pair for own in voices.by_author(every).values() for pair in voices.nearer(own, every)]
    same = [right for right, alike in pairs if alike]

    assert sum(right for right, _ in pairs) / len(pairs) >= 0.94
    assert sum(same) / len(same) >= 0.88


def test_pasted_text_keeps_its_marks(every: list[voices.Text]) -> None:
    """All of them, under the pack that allows most, with everything accepted."""
    own = max(voices.by_author(every).values(), key=lambda own: len(voices.settings(own, own[0].author).allow))
    left, total = voices.pasted(own, voices.answers(10))

    assert total > 30
    assert left == total
