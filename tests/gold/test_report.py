"""The usual rate of hedges, that a report holds a draft against."""

from __future__ import annotations

import pytest

from marked import SHARED
from unmid.report.portrait import USUAL_HEDGES, portrait
from unmid.settings import Settings

pytestmark = [
    pytest.mark.skipif(
        not (SHARED / "corpora").is_dir(), reason="needs the corpora in ../shared, beside the checkout"
    ),
    pytest.mark.xdist_group("shared"),
]


def test_usual_hedges() -> None:
    """The figure is that of acclaimed essays, within a tenth."""
    hedges = words = 0
    for path in sorted((SHARED / "corpora" / "human_essays").glob("*.md")):
        found = portrait(path.read_text(encoding="utf-8"), path=path.name, settings=Settings())
        hedges += sum(paragraph.hedges for paragraph in found.paragraphs)
        words += sum(paragraph.words for paragraph in found.paragraphs)

    assert 1000 * hedges / words == pytest.approx(USUAL_HEDGES, rel=0.1)
