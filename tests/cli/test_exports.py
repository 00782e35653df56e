"""Findings for other programs: SARIF, GitHub, GitLab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from unmid.cli import main

SELECT = ["--isolated", "--select", "hedge/modal-stack"]
DRAFT = "🙂 It could potentially rain.\r\n\r\nIt could\r\npotentially snow.\r\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def export(capsys: pytest.CaptureFixture[str], form: str, *paths: str) -> Any:
    assert main(["check", *SELECT, "--output-format", form, *paths]) == 1
    out = capsys.readouterr().out
    return out if form == "github" else json.loads(out)


def test_sarif(capsys: pytest.CaptureFixture[str]) -> None:
    """One run with its rules, places in code points, and fixes; every index and level is one that the format knows."""
    write("a draft/ü.md", DRAFT)

    log = export(capsys, "sarif", "a draft/ü.md")
    (run,) = log["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    first, second = run["results"]

    assert (log["version"], log["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    assert (run["tool"]["driver"]["name"], run["columnKind"], run["newlineSequences"]) == ("unmid", "unicodeCodePoints", ["\r\n", "\n", "\r"])
    assert run["invocations"] == [{"executionSuccessful": True}]
    assert (rule["id"], rule["defaultConfiguration"], rule["properties"]) == ("hedge/modal-stack", {"level": "warning"}, {"tags": ["hedge"]})
    assert rule["helpUri"].startswith("file:///")
    assert rule["helpUri"].endswith("/hedge/modal-stack.md")
    assert rule["help"]["markdown"].startswith("# hedge/modal-stack\n")
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("hedge/modal-stack", 0, "warning")
    assert first["message"] == {"text": "“could potentially” doubts twice; the modal is enough"}
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20draft/%C3%BC.md", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {
        "startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 23, "charOffset": 5, "charLength": 17,
        "snippet": {"text": "could potentially"},
    }
    region = second["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]) == (3, 4, 4, 12)
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == place["artifactLocation"]
    (replacement,) = change["replacements"]
    start, length = replacement["deletedRegion"]["charOffset"], replacement["deletedRegion"]["charLength"]
    assert DRAFT[:start] + replacement["insertedContent"]["text"] + DRAFT[start + length :] == DRAFT.replace("could potentially rain", "could rain")
    assert first["partialFingerprints"] != second["partialFingerprints"]


def test_sarif_without_findings(capsys: pytest.CaptureFixture[str]) -> None:
    """A run with nothing to say is a log all the same; an unreadable file shows in it."""
    write("a.md", "It rains.\n")
    assert main(["check", *SELECT, "--output-format", "sarif", "a.md"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []

    assert main(["check", *SELECT, "--output-format", "sarif", "a.md", "gone.md"]) == 2
    assert json.loads(capsys.readouterr().out)["runs"][0]["invocations"] == [{"executionSuccessful": False}]


def test_sarif_outside_the_folder(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not below has a whole address."""
    write("a.md", DRAFT)
    write("sub/x", "")
    monkeypatch.chdir("sub")

    log = export(capsys, "sarif", "../a.md")

    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": (Path.cwd().parent / "a.md").resolve().as_uri()}


def test_github(capsys: pytest.CaptureFixture[str]) -> None:
    """One command a finding, with what the syntax needs escaped; columns only within a line."""
    write("a,b:100%.md", DRAFT)

    assert export(capsys, "github", "a,b:100%.md").split("\n") == [
        "::warning file=a%2Cb%3A100%25.md,line=1,endLine=1,col=6,endColumn=23,title=hedge/modal-stack"
        "::“could potentially” doubts twice; the modal is enough",
        "::warning file=a%2Cb%3A100%25.md,line=3,endLine=4,title=hedge/modal-stack::“could potentially” doubts twice; the modal is enough",
        "",
    ]


def test_gitlab(capsys: pytest.CaptureFixture[str]) -> None:
    """Fingerprints are all different, and stay when lines are put before them."""
    write("a.md", DRAFT)
    before = export(capsys, "gitlab", "./a.md")
    write("a.md", f"A title.\n\n{DRAFT}")
    after = export(capsys, "gitlab", "a.md")

    assert [{key: value for key, value in issue.items() if key != "fingerprint"} for issue in before] == [
        {
            "description": "“could potentially” doubts twice; the modal is enough", "check_name": "hedge/modal-stack", "severity": "minor",
            "location": {"path": "a.md", "lines": {"begin": begin, "end": end}},
        }
        for begin, end in ((1, 1), (3, 4))
    ]
    assert [issue["fingerprint"] for issue in before] == [issue["fingerprint"] for issue in after]
    assert len({issue["fingerprint"] for issue in before}) == 2
    assert [issue["location"]["lines"]["begin"] for issue in after] == [3, 5]
