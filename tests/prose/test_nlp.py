"""Tokens, sentences, folding and phrases."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmid.prose import nlp
from unmid.prose.model import PLACEHOLDER
from unmid.prose.nlp import analysed, fold, phrase_matcher, pipeline, sentences, words


def split(text: str) -> list[str]:
    return [span.of(text) for span in sentences(pipeline()(text))]


@pytest.mark.parametrize(
    "expected",
    [
        ["One came.", "Two left!", "Who stayed?"],
        ["He paid approx. five pounds."],
        ["“Go.”", "She went."],
        ["She said: “Go.", "Now!”", "He did."],
        ["He left.", "“Why?” she asked.", "Nobody knew."],
        ["He left.", '"Why?" she asked.', '"Well."', "Fine."],
        ["It rained (a lot).", "(It was May.)", "We stayed."],
        ["Mr. Gray, e.g., met Dr. Oz vs. no one.", "He won 3.5 points."],
        ["i went home.", "then i slept."],
        [f"See {PLACEHOLDER}.", f"{PLACEHOLDER} is better."],
        ["No stop at the end"],
        ["Wait...", "What?!", "Yes… but no.", "So…", "Yes."],
    ],
    ids=lambda sentences: sentences[0],
)
def test_sentences(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


def test_nothing_has_no_sentences() -> None:
    assert split("") == []
    assert split("  ") == []


def test_words() -> None:
    text = f"Don't say “it’s 3.5 e.g. C++”: {PLACEHOLDER} — we'd well-known it."
    assert [token.text for token in words(pipeline()(text))] == [
        *("Do", "say", "it", "3.5", "e.g.", "C++", "we", "well", "known", "it"),
    ]


def test_the_pipeline_is_made_once() -> None:
    assert pipeline() is pipeline()


def test_importing_the_module_does_not_import_spacy() -> None:
    program = "import sys, unmid.prose.nlp, unmid.prose.formats; print('spacy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_fold() -> None:
    assert fold("“Don’t” CO\u2011OP\u00a0‘X’ İß") == "\"don't\" co-op 'x' İß"


@given(st.text())
def test_fold_keeps_offsets_and_settles(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_phrases() -> None:
    find = phrase_matcher([["it's worth noting", "Note that"], ["at the end of the day"], [""]])
    text = "It’s worth noting: at the END of the day, note that it's worth  noting."
    found = {(key, span.of(text)) for key, span in find(pipeline()(text))}
    assert found == {
        (0, "It’s worth noting"),
        (0, "note that"),
        (1, "at the END of the day"),
    }


def test_what_finds_phrases_outlives_the_text_that_it_is_first_used_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though so many words are known that those of one text go with it."""
    monkeypatch.setattr(nlp, "_MOST_WORDS", 0)
    finder = nlp.Finder(phrases=(("never seen zyxglomp",),) * 30, tokens=([[{"LOWER": "zyxglimp"}]],))
    for _ in range(3):
        found = finder.find("I was never seen zyxglomp. A zyxglimp!")
        assert sorted(number for number, _ in found.phrases) == [*range(30)]
        assert [number for number, _ in found.tokens] == [0]


def test_phrases_are_whole_tokens() -> None:
    find = phrase_matcher([["the end"]])
    assert not list(find(pipeline()("bathe ending")))


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_the_command_line_of_spacy_is_not_imported() -> None:
    """But it is there for whoever asks for it afterwards."""
    program = (
        "import sys; from unmid.prose.nlp import pipeline; nlp = pipeline()\n"
        "print({'typer', 'weasel', 'httpx', 'spacy.cli'} & sys.modules.keys())\n"
        "import spacy; print(hasattr(spacy, 'cli'), spacy.info(silent=True)['spacy_version'] == spacy.__version__)\n"
        "import spacy.cli; print(spacy.cli.info.__module__, 'typer' in sys.modules)"
    )
    assert run(program).split("\n") == ["set()", "False True", "spacy.cli.info True"]


def test_nor_is_the_first_version_of_pydantic() -> None:
    """But it is there for whoever asks for it afterwards."""
    program = (
        "import sys; from unmid.prose.nlp import pipeline; pipeline(); print('pydantic.v1' in sys.modules)\n"
        "from pydantic.v1 import BaseModel; print(BaseModel.__module__)"
    )
    assert run(program).split("\n") == ["False", "pydantic.v1.main"]


def test_nor_is_it_by_whatever_comes_first() -> None:
    """Rules ask for a matcher before any draft asks for the pipeline."""
    program = (
        "import sys; from unmid import check_text; marks = check_text('In order to row.').findings\n"
        "print(len(marks), {'typer', 'weasel', 'httpx', 'spacy.cli'} & sys.modules.keys())"
    )
    assert run(program) == "1 set()"


def test_a_pipeline_of_ones_own(tmp_path: Path) -> None:
    """Loads after ours or before it, with whatever of spaCy it needs."""
    import spacy

    spacy.blank("en").to_disk(tmp_path / "own")
    for first in ("pipeline(); ", ""):
        program = f"from unmid.prose.nlp import pipeline; {first}own = pipeline({str(tmp_path / 'own')!r}); print(own.pipe_names)"
        assert run(program) == "['sentencizer']"


def test_asking_by_default_or_by_none_is_the_same() -> None:
    assert pipeline(None) is pipeline()


def test_token_patterns_may_ask_what_a_word_is_like() -> None:
    """Of which nothing is worked out where nobody asks; what tokens and sentences there are is the same."""
    text = "See https://rope.example, or ask ten rowers. He’ll know (“Now!”)."
    plain, full = pipeline()(text), pipeline(nlp.FULL)(text)

    assert [token.text for token in full if token.like_url or token.like_num] == ["https://rope.example", "ten"]
    assert [token.text for token in plain] == [token.text for token in full]
    assert sentences(plain) == sentences(full)


def test_words_beyond_those_that_are_remembered_go_with_their_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that memory does not grow with every letter that is typed; those that are known stay."""
    vocabulary = pipeline().vocab
    with analysed("She said zyxgloop and rowed."):
        pass
    monkeypatch.setattr(nlp, "_MOST_WORDS", len(vocabulary))
    with analysed("She said zyxglump and zyxgloop.") as doc:
        assert doc[2].text == "zyxglump"
        assert "zyxglump" in vocabulary.strings
    assert "zyxglump" not in vocabulary.strings
    with analysed("She said zyxgloop again.") as doc:
        assert (doc[2].text, doc[2].lower_) == ("zyxgloop", "zyxgloop")


def test_one_text_at_a_time() -> None:
    """Several threads may read at once: each in turn."""
    with ThreadPoolExecutor(4) as threads:
        counts = [*threads.map(_tokens, (f"Line {'word ' * number}" for number in range(200)))]

    assert counts == [number + 1 for number in range(200)]


def _tokens(text: str) -> int:
    with analysed(text.strip()) as doc:
        return len(doc)
