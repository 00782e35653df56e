"""Several processes: the same bytes in the same order, and no more of them than pay."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from unmid import cli
from unmid.cli import workers
from unmid.cli.workers import WorkerDied, in_order, sensible
from unmid.prose import annex

COMMAND = [sys.executable, "-m", "unmid", "check", "--isolated"]
MID = "It is important to note that the valve sticks, and in order to mend it, perhaps you could possibly turn it.\n"


def house(root: Path, drafts: int = 5) -> Path:
    for number in range(drafts):
        (root / f"{number}.md").write_text(f"# Valve {number}\n\n" + MID * (drafts - number), encoding="utf-8")
    (root / "broken.md").write_bytes(b"\xff\xfe no text")
    return root


def check(root: Path, *options: str) -> tuple[int, str, str]:
    done = subprocess.run([*COMMAND, *options, "."], cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("options", [("--output-format", "full"), ("--output-format", "json"), ("--diff",)], ids=" ".join)
def test_the_same_bytes(options: Sequence[str], tmp_path: Path) -> None:
    """Findings, differences, complaints and status do not tell how many processes there were."""
    root = house(tmp_path)
    alone = check(root, *options, "--jobs", "1")

    assert alone[0] == 2
    assert "0.md" in alone[1]
    assert alone[2] == "unmid: broken.md: is not UTF-8 text (line 1); save it as UTF-8\n"
    assert check(root, *options, "--jobs", "2") == alone


def test_fixes_are_written_by_workers(tmp_path: Path) -> None:
    """As one process would."""
    texts = []
    for jobs in ("1", "2"):
        root = tmp_path / jobs
        root.mkdir()
        check(house(root), "--fix", "--jobs", jobs)
        texts.append([(root / f"{number}.md").read_text(encoding="utf-8") for number in range(5)])

    assert texts[0] == texts[1]
    assert texts[0][4] != f"# Valve 4\n\n{MID}"


def test_how_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as are asked for; else one a core, but none where starting it would take longer than the work."""
    monkeypatch.setattr(workers, "WORTH", 10)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    files = []
    for number in range(6):
        files.append(tmp_path / str(number))
        files[-1].write_text("12345", encoding="utf-8")

    assert [sensible(files[:count], None) for count in (0, 1, 2, 4, 6)] == [1, 1, 1, 2, 3]
    assert [sensible(files, asked) for asked in (1, 2, 50)] == [1, 2, 6]
    assert sensible([*files, tmp_path / "gone"], None) == 3


def nothing() -> None:
    return None


def dies(state: None, item: int) -> int:
    if item == 2:
        os._exit(9)
    return item


def test_a_worker_that_dies_is_reported() -> None:
    """In one sentence, whatever ended it."""
    with pytest.raises(WorkerDied):
        list(in_order(range(4), nothing, dies, 2))


def lingers(state: None, item: int) -> int:
    if item:
        time.sleep(600)
    return item


def test_interrupted() -> None:
    """Nobody waits for the drafts that are being read, and no process is left."""
    results = in_order(range(4), nothing, lingers, 2)
    assert next(results) == 0
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)

    assert multiprocessing.active_children() == []


def test_no_number_of_processes() -> None:
    """Is a mistake in how the command was used."""
    done = subprocess.run([*COMMAND, "--jobs", "0"], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "0 is no number of processes; write 1 or more" in done.stderr


@pytest.mark.parametrize("draft", ["0.md", "broken.md", "none.md", "-"])
def test_a_draft_read_alone(draft: str, tmp_path: Path) -> None:
    """spaCy is beside it then, which nobody can tell from what is printed; and nobody is left when the command is done."""
    root = house(tmp_path)
    said = []
    for options in ([], ["--jobs", "1"]):
        process = subprocess.Popen(
            [*COMMAND, *options, draft], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        said.append((*process.communicate(MID.encode(), timeout=60), process.returncode))
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)

    assert said[0] == said[1]
    assert said[0][0] or said[0][1]


def test_spacy_is_beside_a_draft_that_is_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where there are more, and not where it is here already; gone afterwards, whatever happens."""
    calls: list[str] = []
    monkeypatch.setattr(annex, "begin", lambda: calls.append("begin"))
    monkeypatch.setattr(annex, "end", lambda: calls.append("end"))

    def interrupted() -> None:
        with cli._spacy_beside(True):
            assert calls == ["begin"]
            raise KeyboardInterrupt

    with cli._spacy_beside(True):
        assert calls == []  # the tests have it
    monkeypatch.delitem(sys.modules, "spacy")
    with cli._spacy_beside(False):
        assert calls == []
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert calls == ["begin", "end"]


@pytest.mark.parametrize(
    ("arguments", "alone"),
    [(["0.md"], True), (["-"], True), (["."], False), (["0.md", "1.md"], False), (["0.md", "--jobs", "1"], False)],
    ids=str,
)
def test_which_drafts_are_read_alone(
    arguments: list[str], alone: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is named; of a folder nobody knows yet."""
    asked: list[bool] = []
    monkeypatch.setattr(cli, "_spacy_beside", lambda wanted: (asked.append(wanted), nullcontext())[1])
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"")))
    monkeypatch.chdir(house(tmp_path))
    cli.main(["check", "--isolated", *arguments])
    assert asked == [alone]
