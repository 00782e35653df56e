"""Authors and layers as a writer meets them on the command line."""

from __future__ import annotations

import pytest

from support import write
from unmid.cli import main
from unmid.packs.discovery import personal

pytestmark = pytest.mark.usefixtures("own_folder")

DRAFT = "It could potentially rain.\n"
SELECT = ["--select", "hedge/modal-stack,voice/pet-word"]


def test_author(capsys: pytest.CaptureFixture[str]) -> None:
    """Each author is judged by their own pack: by option, by front matter; with `--isolated` by none."""
    write(personal() / "ana.toml", '[allow]\nphrases = ["could potentially"]\n')
    write(personal() / "ben.toml", '[ban]\nrain = { say = "which kind?" }\n')
    write("a.md", DRAFT)
    write("b.md", f"---\nauthor: ben\n---\n\n{DRAFT}")

    assert main(["check", *SELECT, "--output-format", "concise", "a.md", "b.md"]) == 1
    assert capsys.readouterr().out.split("\n") == [
        "a.md:1:4: warning hedge/modal-stack  “could potentially” doubts twice; the modal is enough",
        "b.md:5:4: warning hedge/modal-stack  “could potentially” doubts twice; the modal is enough",
        "b.md:5:22: warning voice/pet-word  “rain”: which kind?",
        "",
    ]
    assert main(["check", *SELECT, "--author", "ana", "a.md", "b.md"]) == 0
    assert main(["check", *SELECT, "--author", "ana", "--isolated", "a.md"]) == 1


def test_author_without_a_pack(capsys: pytest.CaptureFixture[str]) -> None:
    """Named here, an author is expected to have a pack; named in a draft or a shared file they may have it elsewhere."""
    write(personal() / "ana.toml", "")
    write("a.md", "---\nauthor: Somebody Else\n---\n\nIt rains.\n")

    assert main(["check", "a.md"]) == 0
    assert main(["check", "--author", "anna", "a.md"]) == 2
    assert main(["check", "--author", "zoe", "a.md"]) == 2
    assert capsys.readouterr().err.split("\n") == [
        "unmid: command line: there is no pack of an author “anna”; did you mean “ana”?",
        "unmid: command line: there is no pack of an author “zoe”; `unmid voice learn PATH --author zoe` makes one",
        "",
    ]


def test_broken_pack(capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong in a pack is told with its line and status 2; the rest of the pack is used."""
    pack = write(personal() / "ana.toml", '[severity]\nhedge = "loud"\n[allow]\nphrases = ["could potentially"]\n')
    write("a.md", DRAFT)

    assert main(["check", *SELECT, "--author", "ana", "a.md"]) == 2
    out, err = capsys.readouterr()
    assert err == f"unmid: {pack}:2: hedge is “loud”; allowed: error, warning, information, hint, quiet, off\n"
    assert out == "No findings in 1 file, 4 words.\n"


def test_team_pack(capsys: pytest.CaptureFixture[str]) -> None:
    """A pack that the project names brings its rules and its choices; a rule in it may use the word classes of ours."""
    write("unmid.toml", 'packs = ["style/team.toml"]\nselect = ["hedge", "filler/oar"]\n')
    write(
        "style/team.toml",
        '[severity]\nhedge = "off"\n[[rule]]\nid = "filler/oar"\nkind = "pattern"\nseverity = "warning"\nsummary = "s"\nmessage = "“{match}”"\n'
        'why = "w"\ninstead = "i"\npatterns = ["oars {modal} float"]\n',
    )
    write("a.md", f"{DRAFT}\nOars might float.\n")

    assert main(["check", "--output-format", "concise", "a.md"]) == 1
    assert capsys.readouterr() == ("a.md:3:1: warning filler/oar  “Oars might float”\n", "")


def test_config(capsys: pytest.CaptureFixture[str]) -> None:
    """Each part of a setting that layers add to says where it comes from; so does the author."""
    pack = write(
        personal() / "ana.toml",
        '[meta]\ntexts = 41\n[severity]\nhedge = "hint"\n[ban]\ndelve = { say = "dig" }\n[allow]\nphrases = ["sort of"]\nrules = ["puff/awe"]\n[baseline]\n',
    )
    file = write("unmid.toml", 'ignore = ["puff/role"]\n[severity]\nfiller = "off"\n').absolute()
    write("a.md", "---\nauthor: ana\ngenre: docs\n---\n\nIt rains.\n")

    assert main(["config", "a.md", "--ignore", "chat"]) == 0
    assert capsys.readouterr().out.split("\n") == [
        "select = []  # shipped",
        f"ignore = ['puff/awe']  # author pack {pack}",
        f"ignore += ['puff/role']  # {file}",
        "ignore += ['chat']  # command line",
        f"severity.'hedge' = 'hint'  # author pack {pack}",
        f"severity.'filler' = 'off'  # {file}",
        "limits = {}  # shipped",
        f"allow = ['sort of']  # author pack {pack}",
        f"ban.'delve' = {{'say': 'dig'}}  # author pack {pack}",
        "packs = ['ana']  # author pack",
        "author = 'ana'  # front matter",
        "genre = 'docs'  # front matter",
        "paths = {}  # shipped",
        "pipeline = ''  # shipped",
        "exclude = []  # shipped",
        "drafts = 'open'  # shipped",
        "debounce = 150  # shipped",
        f"# ana's pack: {pack}, learned from 41 texts",
        f"# packs of your own: {personal()}",
        "",
    ]
