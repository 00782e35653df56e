"""Packs kept between runs: equal to those that are read, and never in the way."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from unmid.checks.notation import Lexicon
from unmid.lint import ruleset, shelf
from unmid.packs.discovery import installed
from unmid.packs.load import load_pack
from unmid.packs.model import Pack

ROOT = installed()["builtin"]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(shelf.FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache" / "packs"


@pytest.fixture(scope="module")
def read() -> tuple[Pack, Lexicon]:
    """The built-in pack as its files say it is."""
    return ruleset._read("builtin", ROOT)


def take(read: tuple[Pack, Lexicon], root: Path = ROOT) -> tuple[tuple[Pack, Lexicon], bool]:
    """What comes off the shelf, and whether it had to be read."""
    reads: list[int] = []
    found = shelf.shelved("builtin", root, lambda: (reads.append(1), read)[1])
    return found, bool(reads)


def test_what_is_kept_is_what_was_read(read: tuple[Pack, Lexicon], place: Path) -> None:
    """Rules, classes, and what is known of every pattern before it is tried; in plain JSON, for its owner's eyes."""
    assert take(read) == (read, True)
    (file,) = place.iterdir()
    (pack, lexicon), again = take(read)

    assert not again
    assert pack == read[0]
    assert lexicon.classes == read[1].classes
    assert {source: (one.required, one.initial) for source, one in lexicon.patterns.items()} == {
        source: (one.required, one.initial) for source, one in read[1].patterns.items()
    }
    source = next(iter(lexicon.patterns))
    assert lexicon.patterns[source].node == read[1].patterns[source].node
    assert json.loads(file.read_bytes().partition(b"\n")[2]).keys() == {"classes", "rules", "patterns"}
    assert os.name == "nt" or file.stat().st_mode & 0o077 == 0


def broken(data: bytes) -> dict[str, bytes]:
    body = data.partition(b"\n")[2]
    return {
        "empty": b"",
        "cut short": data[: len(data) // 2],
        "not ours": b"\x80\x04K\x01.",
        "changed": data.replace(b'"warning"', b'"hint"'),
        "no JSON": shelf._seal("key", b"{") + b"\n{",
        "no seal": body,
    }


@pytest.mark.parametrize("kind", broken(b"").keys())
def test_what_is_damaged_is_read_anew(kind: str, read: tuple[Pack, Lexicon], place: Path) -> None:
    """And put right for the next time."""
    take(read)
    (file,) = place.iterdir()
    good = file.read_bytes()
    file.write_bytes(broken(good)[kind])

    assert take(read)[1]
    assert file.read_bytes() == good
    assert not take(read)[1]


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"classes":{},"rules":[{}],"patterns":{"sets":[],"known":{}}}', b'{"classes":{},"rules":[],"patterns":{"sets":[],"known":{"a":[0,7]}}}'])
def test_what_another_writes_under_our_name_is_not_taken(body: bytes, read: tuple[Pack, Lexicon], place: Path) -> None:
    """Well sealed, but no pack of ours."""
    take(read)
    (file,) = place.iterdir()
    file.write_bytes(shelf._seal(file.stem, body) + b"\n" + body)

    assert take(read)[1]


def test_it_holds_for_these_bytes_alone(read: tuple[Pack, Lexicon], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another rule, another word, another version: another pack."""
    root = tmp_path / "pack"
    shutil.copytree(ROOT, root)
    assert [take(read, root)[1] for _ in range(2)] == [True, False]
    for change in (root / "filler" / "note-that.toml", next((root / "words").glob("*.toml"))):
        change.write_text(change.read_text(encoding="utf-8") + "\n# later\n", encoding="utf-8")
        assert [take(read, root)[1] for _ in range(2)] == [True, False]
    monkeypatch.setattr(shelf, "_code", lambda: "another version")
    assert take(read, root)[1]


def test_few_are_kept(read: tuple[Pack, Lexicon], tmp_path: Path, place: Path) -> None:
    """Those used least recently go."""
    root = tmp_path / "pack"
    shutil.copytree(ROOT, root)
    for number in range(shelf._MOST + 3):
        (root / "filler" / "note-that.toml").write_text(f"# {number}\n", encoding="utf-8")
        take(read, root)

    assert len(list(place.iterdir())) == shelf._MOST
    assert not take(read, root)[1]


def test_small_packs_and_broken_ones_are_not_kept(read: tuple[Pack, Lexicon], tmp_path: Path, place: Path) -> None:
    """Reading a small one is no work, and one with problems is about to be mended."""
    (tmp_path / "small" / "filler").mkdir(parents=True)
    (tmp_path / "small" / "filler" / "a.toml").write_text("", encoding="utf-8")
    assert [take(read, tmp_path / "small")[1] for _ in range(2)] == [True, True]
    bad = load_pack("bad", tmp_path / "small")
    assert bad.problems
    assert [take((bad, read[1]))[1] for _ in range(2)] == [True, True]
    assert not place.exists()


def test_a_folder_that_cannot_be_written_is_no_matter(read: tuple[Pack, Lexicon], place: Path) -> None:
    """A file where the folder would be stands for a read-only home."""
    place.parent.parent.mkdir(exist_ok=True)
    place.parent.write_text("in the way", encoding="utf-8")

    assert [take(read) for _ in range(2)] == [(read, True), (read, True)]
