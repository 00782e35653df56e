"""`unmid pack`: begin a pack, test it, list those at hand, publish one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

import unmid
import unmid_rules
from support import write
from unmid.cli import main
from unmid.packs.discovery import personal

pytestmark = pytest.mark.usefixtures("own_folder")


def test_new_pack(capsys: pytest.CaptureFixture[str]) -> None:
    """A new pack passes its own tests and works as soon as it is named."""
    assert main(["pack", "new", "house"]) == 0
    out, err = capsys.readouterr()
    assert out.split() == ["house/pack.toml", "house/filler/meeting-talk.toml"]
    assert err == 'Next: `unmid pack test house`; then use it with packs = ["house"] in unmid.toml\n'

    assert main(["pack", "test", "house"]) == 0
    told = capsys.readouterr().out.split("\n")
    assert told[0] == "1 rule, 5 examples: all good."
    assert re.fullmatch(r"Speed: \d+\.\d\d ms per 1,000 words\. Slowest: filler/meeting-talk \d+\.\d\d ms\.", told[1])

    write("unmid.toml", 'packs = ["house"]\nselect = ["filler/meeting-talk"]\n')
    write("a.md", "We touched base on Monday.\n")
    assert main(["check", "--output-format", "concise", "a.md"]) == 1
    assert capsys.readouterr().out == "a.md:1:4: information filler/meeting-talk  “touched base”: say what will be done, and by whom\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("House", "“House” cannot be a pack's name; use lower case, digits and single hyphens"),
        ("../x", "“../x” cannot be a pack's name; use lower case, digits and single hyphens"),
        ("there", "there exists already"),
    ],
)
def test_packs_that_cannot_be_begun(capsys: pytest.CaptureFixture[str], name: str, message: str) -> None:
    """Nothing is written over."""
    write("there", "")

    assert main(["pack", "new", name]) == 2
    assert capsys.readouterr().err == f"unmid: {message}\n"


RULE = """\
[[rule]]
id = "filler/oar"
kind = "pattern"
severity = "warning"
since = "1"
summary = "s"
message = "“{match}”"
why = "w"
instead = "i"
fix = "cut"
patterns = ["rusty oar"]

[[rule.example]]
text = "A rusty oar lies there."
flags = ["oar"]

[[rule.example]]
text = "Another rusty oar lies there."
flags = ["rusty oar"]
fixed = "Another one lies there."

[[rule.example]]
text = "It is rusty."
flags = ["rusty"]
with = { genr = "docs" }

[[rule.example]]
text = "A rusty oar."
"""


def test_failures(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its file, its line, what was expected and what was got."""
    write("ana.toml", RULE)

    assert main(["pack", "test", "ana.toml"]) == 1
    assert capsys.readouterr().out.split("\n")[:-2] == [
        "ana.toml:1: filler/oar: has 1 examples without flags; write two near misses or more",
        "ana.toml:1: filler/oar: an example without flags needs a note on why it is silent",
        "ana.toml:13: filler/oar: example 1: expected “oar”, got “rusty oar”",
        "ana.toml:17: filler/oar: example 2: fixed should be “Another one lies there.”, is “Another lies there.”",
        "ana.toml:22: filler/oar: example 3: with: unknown setting “genr”; did you mean “genre”?",
        "ana.toml:27: filler/oar: example 4: expected nothing, got “rusty oar”",
        "1 rule, 4 examples: 6 faults.",
    ]


def test_broken_and_missing_packs(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, and the problem at its line."""
    write("ana.toml", '[alow]\n')

    assert main(["pack", "test", "ana.toml"]) == 2
    assert main(["pack", "test", "anna.toml"]) == 2
    assert capsys.readouterr().err.split("\n") == [
        "unmid: ana.toml:1: unknown key “alow”; did you mean “allow”?",
        "unmid: anna.toml: there is no pack “anna.toml”",
        "",
    ]


def test_a_rule_that_never_ends(capsys: pytest.CaptureFixture[str]) -> None:
    """A regular expression that explodes is stopped and named."""
    text = RULE.split("\n[[rule.example]]")[0].replace('"pattern"', '"regex"').replace('patterns = ["rusty oar"]', "regexes = ['(?:a|aa)+$']")
    examples = f'\n[[rule.example]]\ntext = "{"a" * 60}b"\n'
    write("ana.toml", text + examples)
    start = time.process_time()

    assert main(["pack", "test", "ana.toml"]) == 1
    assert "filler/oar: example 1: filler/oar: takes too long on this text\n" in capsys.readouterr().out
    assert time.process_time() - start < 20


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    """All packs at hand: name, kind, rules, whether in force here, place."""
    write("style/pack.toml", "")
    write("unmid.toml", 'packs = ["style"]\nauthor = "ana"\n')
    ana = write(personal() / "ana.toml", RULE)
    ben = write(personal() / "ben.toml", "")
    cleo = write(".unmid/packs/cleo.toml", "").absolute()

    assert main(["pack", "list"]) == 0
    rows = [re.split(r"  +", line) for line in capsys.readouterr().out.strip().split("\n")]
    assert rows[0][:2] == ["builtin", "always"]
    assert [row for row in rows if row[1] in ("project", "personal")] == [
        ["style", "project", "0 rules", "in force", str(Path.cwd() / "style")],
        ["ana", "personal", "1 rule", "in force", str(ana)],
        ["cleo", "project", "0 rules", str(cleo)],
        ["ben", "personal", "0 rules", str(ben)],
    ]


def test_a_published_pack(tmp_path: Path) -> None:
    """A project from the template builds into a wheel; unpacked beside unmid, it is found by name and marks."""
    assert main(["pack", "new", "sea-talk", "--python"]) == 0
    root = Path("sea-talk")
    assert sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()) == [
        "README.md", "pyproject.toml", "src/unmid_sea_talk/__init__.py", "src/unmid_sea_talk/filler/meeting-talk.toml",
        "src/unmid_sea_talk/pack.toml", "tests/test_pack.py",
    ]
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")], cwd=root, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert wheel.name == "unmid_sea_talk-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    write("unmid.toml", 'packs = ["sea-talk"]\nselect = ["filler/meeting-talk"]\n')
    write("a.md", "We touched base on Monday.\n")
    places = [str(tmp_path / "site"), *(str(Path(str(module.__file__)).parents[1]) for module in (unmid, unmid_rules))]
    done = subprocess.run(
        [sys.executable, "-m", "unmid", "check", "--output-format", "concise", "a.md"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(places)}, capture_output=True, check=False, encoding="utf-8",
    )

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("a.md:1:4: information filler/meeting-talk")


def test_examples_in_other_formats(capsys: pytest.CaptureFixture[str]) -> None:
    """An example may be in any format that drafts are read in; it is run in that, and its fix leaves its markup whole."""
    texts = {
        "latex": ("A \\\\emph{rusty} oar lies there.", "rusty} oar"),
        "rst": ("A *rusty* oar lies there.", "rusty* oar"),
        "asciidoc": ("A _rusty_ oar lies there.", "rusty_ oar"),
        "plain": ("A rusty oar lies there.", "rusty oar"),
    }
    head = RULE.split("\n[[rule.example]]")[0]
    examples = "".join(
        f'\n[[rule.example]]\nformat = "{name}"\ntext = "{text}"\nflags = ["{flag}"]\n' for name, (text, flag) in texts.items()
    )
    silent = '\n[[rule.example]]\nformat = "latex"\nnote = "a comment"\ntext = "It lay there. % a rusty oar"\n'
    write("ana.toml", head.replace('fix = "cut"\n', "") + examples + silent + silent.replace("latex", "asciidoc").replace("% ", "\\n// "))

    assert main(["pack", "test", "ana.toml"]) == 0
    assert capsys.readouterr().out.split("\n")[0] == "1 rule, 6 examples: all good."
