"""spaCy in a process of its own says what it says here, and its end is the end of nothing else."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import gone
from unmid.prose import annex
from unmid.prose.nlp import FULL, Finder, Found

FINDER = Finder((("in order to", "don’t"), ("at the end of the day",)))
WORDS = st.sampled_from(
    ["In order to", "row", "don’t", "don't", "at the END of the day", "e.g.", "Dr.", "(“So?”)", "…", "\ud83d", "\ud83d" "\ude00", "\u2028", "\u0000", "\n", "x" * 300, "🚣"]
)
HERE = "marks = check_text('In order to row, row.').findings; print(len(marks), 'spacy' in sys.modules)"


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """spaCy is in a process of its own, however few cores there are."""
    monkeypatch.setattr(annex, "cores", lambda: 2)
    annex.begin()
    yield
    annex.end()


def process() -> subprocess.Popen[bytes]:
    """The process as it is now."""
    assert annex._annex
    assert annex._annex.process
    return annex._annex.process._process


def run(program: str, folder: Path | None = None) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=folder)
    return done.stdout.strip()


@given(texts=st.lists(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=60), max_size=4))
def test_there_as_here(texts: list[str]) -> None:
    """Whatever the text, halves of characters and odd line ends among it."""
    assert list(annex.find_all(FINDER, texts)) == [FINDER.find(text) for text in texts]
    assert [annex.find(FINDER, text) for text in texts] == [FINDER.find(text) for text in texts]


def test_more_texts_than_are_sent_ahead() -> None:
    texts = [f"Row {number} miles. " * (number % 40) + "In order to rest, stop." for number in range(400)]
    assert sum(map(len, texts)) > 4 * annex._AHEAD
    assert list(annex.find_all(FINDER, texts)) == [FINDER.find(text) for text in texts]


def test_a_text_longer_than_all_that_is_sent_ahead() -> None:
    text = "A. b! " * annex._AHEAD
    assert list(annex.find_all(FINDER, ["Row.", text, "Rest."])) == [FINDER.find(one) for one in ("Row.", text, "Rest.")]


def test_answers_that_nobody_waits_for_are_passed_over() -> None:
    begun = annex.find_all(FINDER, ["One. Two. Three.", "In order to stop.", "Never asked for."])
    assert len(next(begun).sentences) == 3
    other = annex.find_all(FINDER, ["At the end of the day.", "Four. Five."])
    assert next(other).phrases == FINDER.find("At the end of the day.").phrases
    begun.close()
    assert next(other) == FINDER.find("Four. Five.")


def test_what_many_rulesets_look_for() -> None:
    """The oldest are forgotten, and told again when they are asked about."""
    finders = [Finder(((f"word{number}",),)) for number in range(3 * annex._MOST_FINDERS)]
    for _ in range(2):
        for number, finder in enumerate(finders):
            assert [n for n, _ in annex.find(finder, f"A word{number} and word{number + 1}.").phrases] == [0]


def test_the_server_itself_does_without_spacy() -> None:
    program = f"import sys; from unmid.prose import annex; from unmid import check_text; annex.begin(); {HERE}; annex.end()"
    assert run(program) == "1 False"


def test_models_and_token_patterns_are_used_here() -> None:
    """Such a pipeline may be anything that the user has installed, and answers in more than spans."""
    assert annex.find(Finder(pipeline=FULL), "Row. Rest.") == FINDER.find("Row. Rest.")
    tokens = Finder(tokens=([[{"LIKE_NUM": True}]],), pipeline=FULL)
    assert [number for number, _ in annex.find(tokens, "Row ten miles.").tokens] == [0]


def test_the_next_one_takes_over() -> None:
    """Whether the process ends while it has nothing to do, or in the middle of an answer."""
    assert len(annex.find(FINDER, "One. Two.").sentences) == 2
    first = process()
    first.kill()
    first.wait()
    assert len(annex.find(FINDER, "One. Two. Three.").sentences) == 3
    assert process().pid != first.pid

    asked = annex.find_all(FINDER, ["Row. Rest."] * 500)
    next(asked)
    process().kill()
    assert all(found == FINDER.find("Row. Rest.") for found in asked)


@pytest.mark.parametrize("end", ["os._exit(11)", "1 / 0", "os.kill(os.getpid(), 11)"])
def test_a_text_that_it_does_not_survive(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, end: str) -> None:
    """Costs that text alone, and is told."""
    fatal = "import os; from unmid.prose import nlp; find = nlp.Finder.find; "
    fatal += f"nlp.Finder.find = lambda self, text: {end} if 'leak' in text else find(self, text); "
    monkeypatch.setattr(annex, "_PROGRAM", annex._PROGRAM.replace("from unmid.prose.annex", fatal + "from unmid.prose.annex"))
    annex.end()
    annex.begin()

    texts = ["One. Two.", "They leak.", "Three. Four."]
    assert [*annex.find_all(FINDER, texts)] == [FINDER.find(texts[0]), Found(()), FINDER.find(texts[2])]
    assert [record.getMessage() for record in caplog.records] == ["spaCy does not survive a passage of 10 characters, which is left unmarked"]


@pytest.mark.skipif(sys.platform == "win32", reason="only elsewhere can a process be halted; runs on Linux and macOS")
def test_one_that_is_stuck_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has not ended, and says nothing any more."""
    assert len(annex.find(FINDER, "One. Two.").sentences) == 2
    first = process()
    first.send_signal(signal.SIGSTOP)
    assert annex._annex
    monkeypatch.setattr(annex._annex.process, "patience", 0.2)
    texts = ["One. Two. Three.", "Four. Five."]
    assert [*annex.find_all(FINDER, texts)] == [*map(FINDER.find, texts)]
    assert process().pid != first.pid
    assert first.poll() == -signal.SIGKILL


@pytest.mark.parametrize("program", ["raise SystemExit", "print('hello')", "import no_such_module"])
def test_where_it_does_not_come_up_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(annex, "_PROGRAM", program)
    annex.end()
    annex.begin()
    assert annex.find(FINDER, "One. Two.") == FINDER.find("One. Two.")
    assert annex._annex
    assert annex._annex.process is None


def test_where_it_cannot_be_started_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    annex.end()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    annex.begin()
    assert annex.find(FINDER, "One. Two.") == FINDER.find("One. Two.")


def test_on_a_single_core_it_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    annex.end()
    monkeypatch.setattr(annex, "cores", lambda: 1)
    annex.begin()
    assert annex._annex is None


def test_what_lies_in_the_folder_is_not_imported(tmp_path: Path) -> None:
    """Neither in place of our modules nor of the standard library's."""
    for name in ("json", "spacy", "unmid", "numpy", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("import os; os._exit(9)\n", encoding="utf-8")
    program = (
        "import sys; sys.path[:] = [p for p in sys.path if p]; from unmid.prose import annex; from unmid import check_text\n"
        f"annex.begin(); {HERE}; print(annex._annex.process._process.poll()); annex.end()"
    )
    assert run(program, tmp_path) == "1 False\nNone"
    assert run(program.replace("annex.begin()", f"import os; os.environ['PYTHONPATH'] = {str(tmp_path)!r}; annex.begin()")) == "1 False\nNone"


@pytest.mark.skipif(sys.platform == "win32", reason="runs on Linux and macOS: Windows has no such signals")
def test_it_ends_with_the_server_however_that_ends() -> None:
    """Even in the middle of a long text."""
    program = (
        "import sys; from unmid.prose import annex, nlp; annex.begin(); finder = nlp.Finder(); annex.find(finder, 'Row.')\n"
        "print(annex._annex.process._process.pid, flush=True); annex.find(finder, 'Row. ' * 2_000_000)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        child = int(server.stdout.readline())
        server.send_signal(signal.SIGKILL)
    assert gone(child)


def test_ending_it_twice_or_without_a_beginning() -> None:
    ended = process()
    annex.end()
    annex.end()
    assert ended.poll() is not None


def test_killing_it() -> None:
    """Which waits for nobody."""
    asked = annex.find_all(FINDER, ["Row.", "Row. " * 100_000])
    assert next(asked) == FINDER.find("Row.")
    killed = process()
    annex.kill()
    assert killed.poll() is not None
    assert next(asked) == FINDER.find("Row. " * 100_000)
