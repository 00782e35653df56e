"""The essay that began this: its author hedges by habit and means it. Their pack keeps that, and nothing that is pasted."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmid.cli import main
from unmid.layers import effective
from unmid.lint.check import check_under
from unmid.packs.author import load_pack_file
from unmid.packs.discovery import personal
from unmid.voice.lesson import usual
from unmid.voice.proposals import quirks
from voice.founding import post

DRAFT = """\
The engine is fairly new, and the launch was a bit cringe — I just want it to work. I'm fairly sure that it is
a fairly simple pump, and that the price is pretty good.
"""
PASTED = "Ultimately, it depends on your needs."


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What was learned of ten posts, everything that is proposed accepted."""
    monkeypatch.setenv("UNMID_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "posts").mkdir()
    for number in range(10):
        (tmp_path / "posts" / f"{number}.md").write_text(post(number), encoding="utf-8")
    assert main(["voice", "learn", "posts", "--author", "nat", "--accept"]) == 0
    return personal() / "nat.toml"


def marks(text: str, author: str = "") -> list[tuple[str, str]]:
    settings = effective(Path("draft.md"), author=author).settings
    return [(finding.rule, finding.text) for finding in check_under(text, settings).findings]


def test_what_is_learned(pack: Path) -> None:
    """The softeners, the turn of phrase and the dashes are quirks; none of them is held down by a ban."""
    found = load_pack_file(pack)
    assert found.baseline is not None
    assert found.baseline.words > 5_000

    assert {"fairly", "just", "a bit cringe"} <= {*found.choices.phrases}
    assert "punct.dash" in quirks(found.baseline, usual())
    assert not {word for banned in found.choices.ban for word in banned.split()} & {"fairly", "just", "bit", "cringe"}


def test_what_is_kept_and_what_is_not(pack: Path) -> None:
    """Beside a pasted sentence that makes the draft suspect, the author's softeners are let be; the sentence is marked, as
    are softeners that are not theirs."""
    text = f"{DRAFT}\n{PASTED}\n"
    alone = [("neutral/depends-closer", PASTED)]
    softened = [("hedge/degree", words) for words in ("is fairly new", "I'm fairly sure", "a fairly simple pump")]
    others = [("hedge/degree", "is pretty good")]

    assert marks(PASTED) == marks(PASTED, "nat") == alone
    assert marks(text) == [*softened, *others, *alone]
    assert marks(text, "nat") == [*others, *alone]


def test_their_own_posts(pack: Path) -> None:
    """A post that was not learned from has no mark on what is theirs."""
    found = marks(post(11), "nat")

    assert [text for _, text in found if any(word in text.lower() for word in ("fairly", "just", "cringe", "—"))] == []
