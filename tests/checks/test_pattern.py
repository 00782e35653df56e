"""Patterns: what is kept of a sentence, and rules that need more than words, over a tagged pipeline that the user names."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from unmid.checks.notation import Pattern, Tape, opening
from unmid.checks.reading import read
from unmid.cli import main
from unmid.lint.check import check_text, ruleset_for
from unmid.prose import nlp
from unmid.prose.model import OffsetMap, Passage
from unmid.settings import Settings
from unmid.text.span import Span

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


def test_what_a_word_is_like_needs_no_pipeline(tmp_path: Path) -> None:
    """Token patterns may ask for what spaCy knows of a word by itself."""
    path = tmp_path / "house" / "filler" / "oar.toml"
    path.parent.mkdir(parents=True)
    path.write_text(RULE.replace('needs = "tagger"\n', "").replace('TAG = "VB", LOWER = "oar"', "LIKE_NUM = true"), encoding="utf-8")
    settings = Settings(packs=(str(path.parents[1]),), select=("filler/oar",))

    found = check_text("They have ten oars.", settings=settings).findings
    assert [finding.text for finding in found] == ["ten"]


def test_on_with_a_pipeline(house: Path, tagger: Path) -> None:
    """With one it tells the verb from the noun."""
    settings = Settings(packs=(str(house),), select=("filler/oar",), pipeline=str(tagger))

    found = check_text("They want to oar. The oar is wet.", settings=settings).findings

    assert [(finding.text, finding.span.start) for finding in found] == [("oar", 13)]


def _passage(text: str) -> Passage:
    return Passage("paragraph", text, OffsetMap(((0, len(text), 0, len(text)),)), Span(0, len(text)))


SENTENCES = st.lists(
    st.sampled_from(
        [
            "It is important to note that she leaks.", "It depends.", "Some would say so -", "- others would not!", "We left at 5.",
            "Not just a boat. A way of life.", "So what? Nothing.", "In order to row, row.", "“It depends,” he said.", "e.g. this",
        ]
    ),
    max_size=6,
)  # fmt: skip


@given(st.lists(SENTENCES, min_size=2, max_size=5))
def test_a_sentence_is_matched_as_if_for_the_first_time(paragraphs: list[list[str]]) -> None:
    """What was found in a sentence is kept, and holds wherever the sentence stands again."""
    patterns = ruleset_for(Settings()).patterns
    texts = [_passage(" ".join(paragraph)) for paragraph in paragraphs]
    readings = [read(passage, nlp.Finder().find(passage.text).sentences) for passage in texts]
    patterns._known.clear()
    kept = [[*patterns.hits(reading)] for reading in readings]
    for reading, hits in zip(readings, kept, strict=True):
        patterns._known.clear()
        assert [*patterns.hits(reading)] == hits


PROSE = [
    paragraph
    for rule in ruleset_for(Settings()).rules.values()
    for example in rule.examples
    for paragraph in example.text.split("\n\n")
]


@settings(max_examples=30)
@given(st.sampled_from(PROSE))
def test_what_is_passed_over_does_not_match(text: str) -> None:
    """Only a few patterns are tried on a sentence, from a few of its words. They find what trying all from everywhere finds."""
    patterns = ruleset_for(Settings()).patterns
    passage = _passage(text)
    reading = read(passage, nlp.Finder().find(passage.text).sentences)
    patterns._known.clear()

    quick = [*patterns.hits(reading)]

    patterns._known.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns, "_starts", _Everywhere([entry.pattern for entry in patterns._entries]))
        for entry in patterns._entries:
            patch.setitem(vars(entry.pattern), "required", ())
        assert [*patterns.hits(reading)] == quick


class _Everywhere:
    """An index that knows nothing but that a sentence has to have a word to begin with."""

    def __init__(self, patterns: list[Pattern]) -> None:
        self._patterns = patterns

    def of(self, tape: Tape, stop: int, near: object) -> dict[int, range]:
        begins = opening(tape, tape.begin) < stop
        return {number: range(tape.begin, stop) for number, one in enumerate(self._patterns) if begins or not one.initial}
