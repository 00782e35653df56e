"""Turning a rule off: the smallest change to a configuration file."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest

from unmid.lsp.project import file_for, turn_off
from unmid.packs.edit import EditError

RULE = "filler/note-that"
CASES = {
    "nothing": ("", 'ignore = ["filler/note-that"]\n'),
    "keys": ('genre = "docs"\n', 'genre = "docs"\nignore = ["filler/note-that"]\n'),
    "no newline": ('genre = "docs"', 'genre = "docs"\nignore = ["filler/note-that"]\n'),
    "tables": (
        '# mine\ngenre = "docs"  # yes\n\n# levels\n[severity]\nfiller = "hint"\n',
        '# mine\ngenre = "docs"  # yes\n\n# levels\nignore = ["filler/note-that"]\n\n[severity]\nfiller = "hint"\n',
    ),
    "only tables": (
        '# levels\n[severity]\nfiller = "hint"\n',
        '# levels\nignore = ["filler/note-that"]\n\n[severity]\nfiller = "hint"\n',
    ),
    "empty list": ("ignore = []\n", 'ignore = ["filler/note-that"]\n'),
    "list": ('ignore = ["puff"] # x\n', 'ignore = ["puff", "filler/note-that"] # x\n'),
    "trailing comma": ('ignore = ["puff", ]\n', 'ignore = ["puff", "filler/note-that" ]\n'),
    "many lines": (
        'ignore = [\n    "puff", # why\n    "list]" # because, "so"\n]\nselect = []\n',
        'ignore = [\n    "puff", # why\n    "list]", # because, "so"\n    "filler/note-that"\n]\nselect = []\n',
    ),
    "windows": ('ignore = [\r\n  "puff",\r\n]\r\n', 'ignore = [\r\n  "puff",\r\n  "filler/note-that",\r\n]\r\n'),
    "list of lists of lines": (
        'select = [\n  "a",\n  "[b]",\n]\n[severity]\nignore = "hint"\n',
        'select = [\n  "a",\n  "[b]",\n]\nignore = ["filler/note-that"]\n\n[severity]\nignore = "hint"\n',
    ),
    "byte order mark": ('\ufeffgenre = "docs"\n', '\ufeffgenre = "docs"\nignore = ["filler/note-that"]\n'),
    "there already": ('ignore = ["filler/note-that"]\n', 'ignore = ["filler/note-that"]\n'),
}
PROJECTS = {
    "section": (
        '[project]\nname = "x"\n\n[tool.unmid] # ours\ngenre = "docs"\n\n[tool.ruff]\nignore = ["E"]\n',
        '[project]\nname = "x"\n\n[tool.unmid] # ours\ngenre = "docs"\nignore = ["filler/note-that"]\n\n[tool.ruff]\nignore = ["E"]\n',
    ),
    "list": (
        '[tool.ruff]\nignore = ["E"]\n[tool.unmid]\nignore = ["puff"]\n',
        '[tool.ruff]\nignore = ["E"]\n[tool.unmid]\nignore = ["puff", "filler/note-that"]\n',
    ),
    "only a subsection": (
        '[tool.unmid.severity]\nfiller = "hint"\n',
        '[tool.unmid]\nignore = ["filler/note-that"]\n\n[tool.unmid.severity]\nfiller = "hint"\n',
    ),
    "none": ('[project]\nname = "x"\n', '[project]\nname = "x"\n\n[tool.unmid]\nignore = ["filler/note-that"]\n'),
}


@pytest.fixture(autouse=True)
def _locks(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


def ignoring(file: Path, before: str) -> str:
    """What a configuration file holds once the rule is turned off."""
    file.write_bytes(before.encode("utf-8"))
    turn_off(file, RULE)
    return file.read_bytes().decode("utf-8")


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_unmid_toml(tmp_path: Path, before: str, after: str) -> None:
    """The list grows or begins; comments and all else stay."""
    assert ignoring(tmp_path / "unmid.toml", before) == after
    assert RULE in tomllib.loads(after.removeprefix("\ufeff"))["ignore"]


@pytest.mark.parametrize(("before", "after"), PROJECTS.values(), ids=PROJECTS)
def test_pyproject(tmp_path: Path, before: str, after: str) -> None:
    """The same inside the section for unmid, and nowhere else."""
    assert ignoring(tmp_path / "pyproject.toml", before) == after


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("unmid.toml", "ignore = [", "is not valid TOML, so it cannot be changed; mend it first: .*"),
        ("unmid.toml", 'ignore = "x"\n', "ignore is not an array; mend it first"),
        ("unmid.toml", 'severity.filler = "hint"\nignore = 3\n', "ignore is not an array; mend it first"),
        ("pyproject.toml", "tool = 3\n", r"\[tool.unmid\] is not a table; mend it first"),
        ("pyproject.toml", "[tool]\nunmid = 3\n", r"\[tool.unmid\] is not a table; mend it first"),
    ],
)
def test_files_that_cannot_be_changed(tmp_path: Path, name: str, source: str, message: str) -> None:
    """Are left alone, and what is wrong is said in a sentence."""
    with pytest.raises(EditError, match=f"{name}: {message}$"):
        ignoring(tmp_path / name, source)
    assert (tmp_path / name).read_text(encoding="utf-8") == source


def test_inline_table(tmp_path: Path) -> None:
    """TOML has many ways to write a table; each is kept."""
    before = 'tool.unmid = { ignore = ["puff"] }\n'

    assert ignoring(tmp_path / "pyproject.toml", before) == 'tool.unmid = { ignore = ["puff", "filler/note-that"] }\n'


def test_turn_off_writes_whole_files(tmp_path: Path) -> None:
    """A new file, then a change that keeps the permissions; nothing else is left in the folder."""
    file = tmp_path / "unmid.toml"

    turn_off(file, "puff")
    os.chmod(file, 0o640)
    turn_off(file, RULE)

    assert file.read_text(encoding="utf-8") == 'ignore = ["puff", "filler/note-that"]\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_which_file(tmp_path: Path) -> None:
    """The nearest, else one in the workspace, else one beside the draft; none for a draft without a place."""
    chapter, elsewhere = tmp_path / "book" / "chapter", tmp_path / "elsewhere"
    chapter.mkdir(parents=True)
    draft, root = chapter / "one.md", tmp_path / "book"

    assert file_for(draft, root) == root / "unmid.toml"
    assert file_for(None, root) == root / "unmid.toml"
    assert file_for(elsewhere / "x.md", root) == elsewhere / "unmid.toml"
    assert file_for(draft, None) == chapter / "unmid.toml"
    assert file_for(None, None) is None

    (root / "pyproject.toml").write_text("[tool.unmid]\n", encoding="utf-8")

    assert file_for(draft, root) == root / "pyproject.toml"
