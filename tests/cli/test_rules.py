"""`unmid rules`, `unmid explain` and `unmid config`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unmid.cli import main


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_rules(capsys: pytest.CaptureFixture[str]) -> None:
    """Every rule has a line with its severity, fix and summary; the JSON says the same and more."""
    assert main(["rules", "--isolated"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("filler/note-that "))
    assert line.split(maxsplit=3) == ["filler/note-that", "warning", "cut", "Announcing that a note follows"]

    assert main(["rules", "--isolated", "--output-format", "json"]) == 0
    rule = next(rule for rule in json.loads(capsys.readouterr().out) if rule["id"] == "filler/note-that")
    assert rule["kind"] == "pattern"
    assert rule["examples"][0]["flags"] == ["It is important to note that"]


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    """A rule's page says why, what instead, and shows both sides."""
    assert main(["explain", "--isolated", "filler/note-that"]) == 0
    out = capsys.readouterr().out
    assert [head for head in ("Why:", "Instead:", "Exceptions:", "Marked:", "Not marked:") if head not in out] == []
    assert "[It is important to note that] the valve sticks." in out
    assert "→ The valve sticks." in out


def test_explain_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown rule is answered with the nearest one."""
    assert main(["explain", "--isolated", "filler/note-tht"]) == 2
    assert capsys.readouterr().err == (
        "unmid: there is no rule “filler/note-tht”; did you mean “filler/note-that”?\n"
    )


def test_config(capsys: pytest.CaptureFixture[str]) -> None:
    """Settings are shown with the layer that each comes from."""
    Path("unmid.toml").write_text('genre = "docs"\n[paths."*.txt"]\ngenre = "legal"\n')

    assert main(["config", "a.md", "--ignore", "hedge"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert f"genre = 'docs'  # {Path.cwd() / 'unmid.toml'}" in out
    assert "ignore = ['hedge']  # command line" in out
    assert "debounce = 150  # shipped" in out

    assert main(["config", "a.txt"]) == 0
    assert f"genre = 'legal'  # {Path.cwd() / 'unmid.toml'}, paths" in capsys.readouterr().out.splitlines()
