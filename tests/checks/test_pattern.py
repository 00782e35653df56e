"""Rules that need more than words: token patterns over a tagged pipeline that the user names."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from unmid.cli import main
from unmid.lint.check import check_text, ruleset_for
from unmid.settings import Settings

RULE = """\
kind = "pattern"
needs = "tagger"
severity = "warning"
since = "0.1"
summary = "Oars as verbs"
message = "“{match}”"
why = "w"
instead = "i"
tokens = [[{ TAG = "VB", LOWER = "oar" }]]
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A pack with one rule that needs a tagger."""
    path = tmp_path / "house" / "filler" / "oar.toml"
    path.parent.mkdir(parents=True)
    path.write_text(RULE, encoding="utf-8")
    return tmp_path / "house"


@pytest.fixture
def tagger(tmp_path: Path) -> Path:
    """A pipeline of our own that tags `oar` after `to` as a verb."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("attribute_ruler")
    ruler.add([[{"LOWER": "to"}, {"LOWER": "oar"}]], {"TAG": "VB"}, index=1)  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "tagger")
    return tmp_path / "tagger"


def test_off_without_a_pipeline(house: Path) -> None:
    """Without a pipeline such a rule is off, and says so."""
    settings = Settings(packs=(str(house),), select=("filler/oar",))

    assert check_text("They want to oar.", settings=settings).findings == ()
    assert ruleset_for(settings).off["filler/oar"] == "needs a spaCy pipeline with tagger; set `pipeline`"


def test_listed_as_off(house: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`unmid rules` lists it as off, with the reason."""
    monkeypatch.chdir(house.parent)
    Path("unmid.toml").write_text('packs = ["house"]\n', encoding="utf-8")

    assert main(["rules"]) == 0
    line = next(line for line in capsys.readouterr().out.split("\n") if line.startswith("filler/oar "))
    assert line.split(maxsplit=3) == ["filler/oar", "off", "none", "Oars as verbs (needs a spaCy pipeline with a tagger; set `pipeline`)"]


def test_on_with_a_pipeline(house: Path, tagger: Path) -> None:
    """With one it tells the verb from the noun."""
    settings = Settings(packs=(str(house),), select=("filler/oar",), pipeline=str(tagger))

    found = check_text("They want to oar. The oar is wet.", settings=settings).findings

    assert [(finding.text, finding.span.start) for finding in found] == [("oar", 13)]
