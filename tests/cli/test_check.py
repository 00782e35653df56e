"""`unmid check` as a writer runs it: what it prints, where, and how it exits."""

from __future__ import annotations

import json
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from unmid.cli import main

DRAFT = "🙂 It is important to note that\nthe valve sticks.\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str | bytes) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def give(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text.encode())))


def test_full(capsys: pytest.CaptureFixture[str]) -> None:
    """The full format shows the line with carets under the words and the fix that is offered."""
    write("a.md", "The draft.\n\nHello: it could potentially rain.\n")

    assert main(["check", "--isolated", "--select", "hedge/modal-stack", "a.md"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "a.md:3:11: warning hedge/modal-stack  “could potentially” doubts twice; the modal is enough",
        "  3 | Hello: it could potentially rain.",
        "    |           ^^^^^^^^^^^^^^^^^",
        "    = safe fix: Keep “could”, cut “potentially”",
        "",
        "1 finding in 1 file, 7 words. 1 can be cut with --fix.",
    ]


def test_concise(capsys: pytest.CaptureFixture[str]) -> None:
    """The concise format has one line a finding and no closing line."""
    write("a.md", "It could potentially rain.\n")

    assert main(["check", "--isolated", "--select", "hedge/modal-stack", "--output-format", "concise", "a.md"]) == 1
    assert capsys.readouterr().out == (
        "a.md:1:4: warning hedge/modal-stack  “could potentially” doubts twice; the modal is enough\n"
    )


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON contract: code points, end exclusive, lines and columns from 1."""
    write("a.md", DRAFT)

    assert main(["check", "--isolated", "--select", "filler/note-that", "--output-format", "json", "a.md"]) == 1
    out = json.loads(capsys.readouterr().out)
    finding = out["files"][0]["findings"][0]
    finding.pop("message")
    assert finding == {
        "rule": "filler/note-that",
        "severity": "warning",
        "start": 2,
        "end": 30,
        "line": 1,
        "column": 3,
        "end_line": 1,
        "end_column": 31,
        "text": "It is important to note that",
        "fixes": [
            {
                "title": "Cut “It is important to note that”",
                "safe": True,
                "edits": [{"start": 2, "end": 32, "text": "T"}],
            }
        ],
    }
    assert out["version"] == 1
    assert out["files"][0]["path"] == "a.md"
    assert out["files"][0]["words"] == 9
    assert set(out["files"][0]["metrics"]) == {"cuttable_words", "hedges_per_1k", "list_share", "sentence_cv"}
    assert out["summary"] == {"files": 1, "words": 9, "findings": 1}


def test_fix(capsys: pytest.CaptureFixture[str]) -> None:
    """`--fix` writes safe cuts; a second run finds nothing to do."""
    write("a.md", DRAFT)

    assert main(["check", "--isolated", "--select", "filler/note-that", "--fix", "a.md"]) == 0
    assert Path("a.md").read_text() == "🙂 The valve sticks.\n"
    assert [path.name for path in Path.cwd().iterdir()] == ["a.md"]


def test_fix_keeps_line_ends_and_mode() -> None:
    """Fixing changes words, not line ends or permissions."""
    write("a.md", DRAFT.replace("\n", "\r\n") + "\r\nMore.\r\n")
    Path("a.md").chmod(0o640)

    assert main(["check", "--isolated", "--select", "filler/note-that", "--fix", "a.md"]) == 0
    assert Path("a.md").read_bytes() == "🙂 The valve sticks.\r\n\r\nMore.\r\n".encode()
    assert Path("a.md").stat().st_mode & 0o777 == 0o640


def test_diff(capsys: pytest.CaptureFixture[str]) -> None:
    """`--diff` shows what `--fix` would do and writes nothing."""
    write("a.md", DRAFT)

    assert main(["check", "--isolated", "--select", "filler/note-that", "--diff", "a.md"]) == 1
    assert Path("a.md").read_text() == DRAFT
    assert capsys.readouterr().out == (
        "--- a.md\n+++ a.md\n@@ -1,2 +1 @@\n-🙂 It is important to note that\n-the valve sticks.\n+🙂 The valve sticks.\n"
    )


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads a draft from standard input; with `--fix` the fixed text comes out."""
    give(monkeypatch, "It could potentially rain.\n")
    assert main(["check", "--isolated", "--select", "hedge/modal-stack", "--output-format", "concise", "-"]) == 1
    assert capsys.readouterr().out.startswith("draft.md:1:4: ")

    give(monkeypatch, "It could potentially rain.\n")
    assert main(["check", "--isolated", "--select", "hedge/modal-stack", "--fix", "-"]) == 0
    assert capsys.readouterr().out == "It could rain.\n"


def test_exit_zero() -> None:
    """`--exit-zero` reports and succeeds."""
    write("a.md", "It could potentially rain.\n")

    assert main(["check", "--isolated", "--exit-zero", "a.md"]) == 0


def test_folder_respects_gitignore(capsys: pytest.CaptureFixture[str]) -> None:
    """Folders are walked in order; ignored files and other kinds of files are passed by."""
    for name in ("b.md", "a.txt", "skip/c.md", "sub/d.md", "sub/e.md", "sub/f.py", "node_modules/g.md"):
        write(name, "It could potentially rain.\n")
    write(".gitignore", "skip/\n")
    write("sub/.gitignore", "e.md\n")

    assert main(["check", "--isolated", "--select", "hedge/modal-stack", "--output-format", "json", "."]) == 1
    assert [file["path"] for file in json.loads(capsys.readouterr().out)["files"]] == ["a.txt", "b.md", "sub/d.md"]


def test_each_draft_once(capsys: pytest.CaptureFixture[str]) -> None:
    """However often it is named, in its first place."""
    write("b/a.md", "It could potentially rain.\n")
    write("b/c.md", "Text.\n")

    assert main(["check", "--isolated", "--select", "hedge/modal-stack", "--output-format", "json", "b/c.md", "b", "./b/a.md", "b/../b/c.md"]) == 1
    assert [file["path"] for file in json.loads(capsys.readouterr().out)["files"]] == ["b/c.md", "b/a.md"]


def test_exclude_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    """Is relative to its file, from whatever folder below it drafts are asked for."""
    for name in ("part/old/a.md", "part/b.md"):
        write(name, "It could potentially rain.\n")
    write("unmid.toml", 'exclude = ["part/old"]\n')

    assert main(["check", "--select", "hedge/modal-stack", "--output-format", "json", "part"]) == 1
    assert [file["path"] for file in json.loads(capsys.readouterr().out)["files"]] == ["part/b.md"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("latin.md", b"caf\xe9", "latin.md: is not UTF-8 text (line 1); save it as UTF-8"),
        ("image.md", b"\x89PNG\0\0", "image.md: is binary, not text"),
        ("gone.md", None, "gone.md: no such file"),
    ],
)
def test_unreadable(capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, said: str) -> None:
    """One bad file is one sentence and status 2; the others are still checked."""
    if content is not None:
        write(name, content)
    write("good.md", "It could potentially rain.\n")

    assert main(["check", "--isolated", "--select", "hedge/modal-stack", "--output-format", "concise", name, "good.md"]) == 2
    out, err = capsys.readouterr()
    assert err == f"unmid: {said}\n"
    assert out.startswith("good.md:1:4:")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--diff", "--output-format", "json", "a.md"], "--diff and --output-format json both write to standard output; leave one out"),
        (["--diff", "--output-format", "sarif", "-"], "--diff and --output-format sarif both write to standard output; leave one out"),
        (
            ["--fix", "--output-format", "github", "-"],
            "--fix - and --output-format github both write to standard output; name a file, or leave one out",
        ),
    ],
)
def test_two_outputs_at_once(capsys: pytest.CaptureFixture[str], options: list[str], said: str) -> None:
    """Would be one that nobody can read, so there is none."""
    write("a.md", "In order to row, sit.\n")

    assert main(["check", "--isolated", *options]) == 2
    assert capsys.readouterr() == ("", f"unmid: {said}\n")


def test_empty_file(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty draft is a draft without findings."""
    write("a.md", "")

    assert main(["check", "--isolated", "a.md"]) == 0
    assert capsys.readouterr().out == "No findings in 1 file, 0 words.\n"


def test_folder_without_drafts(capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without drafts says so."""
    write("a.py", "print()")

    assert main(["check", "--isolated", "."]) == 0
    assert capsys.readouterr().err == (
        "unmid: .: no drafts in this folder (looking for .md, .markdown, .mdx, .qmd, .rmd, .mkd, .mdown, .txt, .text, .tex, .ltx, .latex, .rst, .rest, .adoc, .asciidoc)\n"
    )


def test_long_line() -> None:
    """Five megabytes on one line are checked, not refused."""
    write("a.md", "The oar is long and the boat is wet. " * 140_000)

    assert main(["check", "--isolated", "--exit-zero", "--select", "hedge/modal-stack", "a.md"]) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--select", "hedge/modal-stak"], "command line: there is no rule “hedge/modal-stak”; did you mean “hedge/modal-stack”?"),
        (["--ignore", "hedges"], "command line: there is no rule “hedges”; did you mean “hedge”?"),
        (["--config", "none.toml"], "none.toml: cannot be read: No such file or directory"),
    ],
)
def test_bad_options(capsys: pytest.CaptureFixture[str], options: list[str], said: str) -> None:
    """A wrong name is broken configuration: status 2 and a suggestion."""
    write("a.md", "It rains.\n")

    assert main(["check", *options, "a.md"]) == 2
    assert capsys.readouterr().err == f"unmid: {said}\n"


def test_broken_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    """A configuration that cannot be used stops the run, with file and line; `--isolated` passes it by."""
    write("unmid.toml", '\ngenre = "essays"\n')
    write("a.md", "It rains.\n")

    assert main(["check", "a.md"]) == 2
    assert "unmid.toml:2: genre is “essays”; allowed: essay, docs" in capsys.readouterr().err
    assert main(["check", "--isolated", "a.md"]) == 0


def test_broken_rule_file(capsys: pytest.CaptureFixture[str]) -> None:
    """A broken rule is reported and left out; the rest of the pack and the drafts are still checked; status 2."""
    write("unmid.toml", 'packs = ["house"]\n')
    write("house/filler/bad.toml", 'kind = "phrase"\nseverity = "loud"\n')
    write(
        "house/filler/oar.toml",
        'kind = "phrase"\nseverity = "warning"\nsummary = "s"\nmessage = "“{match}”"\nwhy = "w"\ninstead = "i"\nphrases = ["rusty oar"]\n',
    )
    write("a.md", "A rusty oar.\n")

    assert main(["check", "--output-format", "concise", "a.md"]) == 2
    out, err = capsys.readouterr()
    assert out == "a.md:1:3: warning filler/oar  “rusty oar”\n"
    assert "house/filler/bad.toml:2: severity is “loud”; allowed: error, warning, information, hint, quiet" in err


def test_usage() -> None:
    """Usage errors exit with 2."""
    with pytest.raises(SystemExit) as exit_:
        main(["check", "--output-format", "xml"])

    assert exit_.value.code == 2


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        ("a.tex", "\\emph{It could} potentially rain. % could potentially\n", 10),
        ("a.rst", "*It could* potentially rain, not ``could potentially``.\n", 5),
        ("a.adoc", "_It could_ potentially rain, not `could potentially`.\n", 5),
    ],
)
def test_other_formats(capsys: pytest.CaptureFixture[str], name: str, text: str, column: int) -> None:
    """Folders are searched for LaTeX, reStructuredText and AsciiDoc, too, and marks stand on words, whatever splits them."""
    write(f"drafts/{name}", text)

    assert main(["check", "--isolated", "--select", "hedge/modal-stack", "--output-format", "concise", "drafts"]) == 1
    assert capsys.readouterr().out == (
        f"drafts/{name}:1:{column}: warning hedge/modal-stack  “could potentially” doubts twice; the modal is enough\n"
    )
