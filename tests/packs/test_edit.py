"""Changing a pack file: small changes that keep all else, even from two programs at once."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import unmid
from unmid.packs.author import load_pack_file
from unmid.packs.edit import HEAD, EditError, allow_rule, ban_word, editing, keep_phrase
from unmid.packs.model import Ban

HAND = """\
# mine
extends = "plain"  # and why

[allow]  # what stays
phrases = [
  "sort of",  # my brother's
]

[ban]
"Delve" = { max = 0 }  # never

[baseline]
"punct.dash" = { mean = 4.8, sd = 1.9, p05 = 1.9, p90 = 7.4, n = 41 }
"""


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "ana.toml"
    path.write_text(HAND, encoding="utf-8")
    return path


def test_new_file(tmp_path: Path) -> None:
    """A pack that is not there yet is begun, with a word on what it is for."""
    path = tmp_path / "packs" / "ana.toml"

    assert keep_phrase(path, "sort  of")
    assert allow_rule(path, "hedge/i-think")
    assert ban_word(path, "delve", Ban())

    assert path.read_text(encoding="utf-8") == HEAD + (
        '\n[allow]\nphrases = [\n    "sort of",\n]\nrules = [\n    "hedge/i-think",\n]\n\n[ban]\ndelve = {max = 0}\n'
    )
    assert load_pack_file(path).problems == ()


def test_keeps_the_hand_written(pack: Path) -> None:
    """Comments, order and forms stay."""
    assert keep_phrase(pack, "a bit much")
    assert allow_rule(pack, "hedge/i-think")
    assert ban_word(pack, "interesting", Ban(1, say="what is it?"))
    assert ban_word(pack, "cringe", Ban(None, 0.5))

    assert pack.read_text(encoding="utf-8") == HAND.replace(
        '  "sort of",  # my brother\'s\n]\n', '  "sort of",  # my brother\'s\n  "a bit much",\n]\nrules = [\n    "hedge/i-think",\n]\n'
    ).replace('# never\n', '# never\ninteresting = {max = 1, say = "what is it?"}\ncringe = {max_per_1k = 0.5}\n')


def test_nothing_to_do(pack: Path) -> None:
    """What is there already is not written again, whatever its case."""
    before = pack.stat().st_mtime_ns

    assert not keep_phrase(pack, "Sort of")
    assert not ban_word(pack, "delve", Ban(0))
    assert not keep_phrase(pack, "  ")
    assert pack.stat().st_mtime_ns == before
    assert pack.read_text(encoding="utf-8") == HAND


def test_a_ban_is_changed_in_place(pack: Path) -> None:
    """A word has one ban."""
    assert ban_word(pack, "delve", Ban(2))
    assert tomllib.loads(pack.read_text(encoding="utf-8"))["ban"] == {"Delve": {"max": 2}}


@pytest.mark.parametrize("before", ['allow.phrases = ["x"]\n', 'allow = { phrases = ["x"] }\n', "[allow]\nphrases = ['x']\n[ban]\n"])
def test_forms(pack: Path, before: str) -> None:
    """However a table is written, it is found."""
    pack.write_text(before, encoding="utf-8")

    assert keep_phrase(pack, "y")
    assert tomllib.loads(pack.read_text(encoding="utf-8"))["allow"]["phrases"] == ["x", "y"]


def test_folder(tmp_path: Path) -> None:
    """Of a folder the pack.toml is changed; permissions and line ends stay; nothing else is left lying."""
    (tmp_path / "team").mkdir()
    file = tmp_path / "team" / "pack.toml"
    file.write_bytes(b'[allow]\r\nphrases = [\r\n  "x",\r\n]\r\n')
    file.chmod(0o640)

    assert keep_phrase(tmp_path / "team", "y")

    assert file.read_bytes() == b'[allow]\r\nphrases = [\r\n  "x",\r\n  "y",\r\n]\r\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list((tmp_path / "team").iterdir()) == [file]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"[allow", "is not valid TOML, so it cannot be changed; mend it first: "),
        (b"allow = 3\n", "allow is not a table; mend it first"),
        (b'[allow]\nphrases = "x"\n', "phrases is not an array; mend it first"),
        (b"\xff", "is not UTF-8 text; save it as UTF-8"),
    ],
)
def test_files_that_cannot_be_changed(pack: Path, source: bytes, message: str) -> None:
    """Are left alone, and the message says why."""
    pack.write_bytes(source)

    with pytest.raises(EditError) as error:
        keep_phrase(pack, "x")

    assert str(error.value).startswith(f"{pack}: {message}")
    assert pack.read_bytes() == source


def test_an_edit_that_fails_writes_nothing(pack: Path) -> None:
    """All or nothing."""
    def change() -> None:
        with editing(pack) as document:
            document["x"] = 1
            raise KeyError

    with pytest.raises(KeyError):
        change()

    assert pack.read_text(encoding="utf-8") == HAND


WRITER = """\
import sys
from pathlib import Path
from unmid.packs.edit import keep_phrase
for n in range(25):
    keep_phrase(Path(sys.argv[1]), f"{sys.argv[2]} {n}")
"""


def test_two_editors_at_once(pack: Path) -> None:
    """Two programs that write at the same time lose nothing."""
    environment = os.environ | {"PYTHONPATH": str(Path(str(unmid.__file__)).parents[1])}
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(pack), name], env=environment) for name in ("one", "two")]

    assert [writer.wait(60) for writer in writers] == [0, 0]

    phrases = tomllib.loads(pack.read_text(encoding="utf-8"))["allow"]["phrases"]
    assert sorted(phrases) == sorted(["sort of", *(f"{name} {n}" for name in ("one", "two") for n in range(25))])


BOTH = """\
[allow]
phrases = [
  "sort of",  # my brother's
  # of boats
  "Delve  in",
  "a bit",  # hm
]

[ban]
# never again
"cringe" = { max = 0 }
# and these
"very"   = { max_per_1k = 0.5, say = "how much?" }  # really

[genre.docs]
allow.phrases = ["very"]
"""


def test_what_is_banned_is_kept_no_more(pack: Path) -> None:
    """The later choice holds: the other entry goes, and nothing else."""
    pack.write_text(BOTH, encoding="utf-8")

    assert ban_word(pack, "delve in", Ban(0))
    assert pack.read_text(encoding="utf-8") == BOTH.replace('  "Delve  in",\n', "").replace(
        "# really\n", '# really\n"delve in" = {max = 0}\n'
    )


def test_what_is_kept_is_banned_no_more(pack: Path) -> None:
    """In any case, whatever the ban was; the genres are not asked about."""
    pack.write_text(BOTH, encoding="utf-8")

    assert keep_phrase(pack, "Very")
    assert pack.read_text(encoding="utf-8") == BOTH.replace('"very"   = { max_per_1k = 0.5, say = "how much?" }  # really\n', "").replace(
        '# hm\n', '# hm\n  "Very",\n'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('allow = { phrases = ["x"] }\nban = { x = { max = 0 } }\n', {"allow": {"phrases": ["x"]}, "ban": {}}),
        ('[allow]\nphrases = ["X"]\n[ban.x]\nmax = 3\n', {"allow": {"phrases": ["X"]}}),
        ('[allow]\nphrases = []\n[ban]\nx.max = 3\ny.max = 0\n', {"allow": {"phrases": ["x"]}, "ban": {"y": {"max": 0}}}),
        ("ban = 3\n", {"allow": {"phrases": ["x"]}, "ban": 3}),
    ],
)
def test_kept_in_any_form(pack: Path, before: str, after: dict[str, object]) -> None:
    """However the ban is written, also beside a phrase that is there already; a file of another form is not made worse."""
    pack.write_text(before, encoding="utf-8")

    assert keep_phrase(pack, "x")
    assert tomllib.loads(pack.read_text(encoding="utf-8")) == after
