"""Files: writing one whole, and which are drafts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from unmid.files import Unreadable, drafts, matches, write_text


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes in folders")
@pytest.mark.parametrize("linked", [False, True])
def test_what_is_no_file_is_written_into(tmp_path: Path, linked: bool) -> None:
    """A pipe stays one, named or through a link, and whoever reads it has the text."""
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    # Opened for both, a pipe keeps nobody waiting.
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)

    write_text(link if linked else pipe, "a page\n")

    assert os.read(reader, 100) == b"a page\n"
    os.close(reader)
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert sorted(tmp_path.iterdir()) == [link, pipe]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file at its end is replaced, with its permissions kept."""
    file, link = tmp_path / "texts" / "draft.md", tmp_path / "draft.md"
    file.parent.mkdir()
    file.write_text("old", encoding="utf-8")
    file.chmod(0o640)
    link.symlink_to(file)

    write_text(link, "new")

    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "new"
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["draft.md"]


def test_what_cannot_be_written(tmp_path: Path) -> None:
    """A folder is named as such, and so is a folder that is missing."""
    with pytest.raises(Unreadable, match=r"cannot be written: Is a directory"):
        write_text(tmp_path, "x")
    with pytest.raises(Unreadable, match=r"cannot be written: No such file or directory"):
        write_text(tmp_path / "none" / "draft.md", "x")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A repository with drafts in folders."""
    for name in (".git/x.md", "a.md", "old/b.md", "part/c.md", "part/old/d.md", "part/old/e.txt", "part/out/f.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Text.", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("folder", "exclude", "found"),
    [
        ("", (), ["a.md", "old/b.md", "part/c.md", "part/old/d.md", "part/old/e.txt", "part/out/f.md"]),
        ("", ("old/", "*.txt"), ["a.md", "part/c.md", "part/out/f.md"]),
        ("", ("/old/",), ["a.md", "part/c.md", "part/old/d.md", "part/old/e.txt", "part/out/f.md"]),
        ("part", ("/old/",), ["part/c.md", "part/old/d.md", "part/old/e.txt", "part/out/f.md"]),
        ("part", ("part/old/d.md",), ["part/c.md", "part/old/e.txt", "part/out/f.md"]),
        ("part/old", ("old/",), ["part/old/d.md", "part/old/e.txt"]),
    ],
)
def test_exclude(book: Path, folder: str, exclude: tuple[str, ...], found: list[str]) -> None:
    """Globs are relative to the folder of the configuration, whichever folder is asked for; one that is asked for is looked into."""
    assert [path.relative_to(book).as_posix() for path in drafts(book / folder, exclude, book)] == found


@pytest.mark.parametrize(
    ("folder", "ignored", "found"),
    [
        ("part", "out/\n", ["part/c.md", "part/old/d.md", "part/old/e.txt"]),
        ("part", "/part/old\n", ["part/c.md", "part/out/f.md"]),
        ("part", "*.md\n!c.md\n", ["part/c.md", "part/old/e.txt"]),
        ("part/old", "old/\n", ["part/old/d.md", "part/old/e.txt"]),
    ],
)
def test_gitignore_of_folders_above(book: Path, folder: str, ignored: str, found: list[str]) -> None:
    """Counts up to the top of the repository, and no further."""
    (book / ".gitignore").write_text(ignored, encoding="utf-8")
    (book.parent / ".gitignore").write_text("*\n", encoding="utf-8")

    assert [path.relative_to(book).as_posix() for path in drafts(book / folder)] == found


def test_exclude_goes_over_gitignore(book: Path) -> None:
    """What a file brings back stays excluded."""
    (book / "part" / ".gitignore").write_text("*\n!*.md\n", encoding="utf-8")

    assert [path.name for path in drafts(book / "part", ("c.md",))] == []
    assert [path.name for path in drafts(book / "part", ("x.md",))] == ["c.md"]


@pytest.mark.parametrize(
    ("path", "glob", "fits"),
    [
        ("docs/a/b.md", "docs/**", True),
        ("docs/a/b.md", "docs/", True),
        ("docs/a/b.md", "*.md", True),
        ("docs/a/b.md", "a", True),
        ("docs/a/b.md", "/a", False),
        ("docs/a/b.md", "b.*", True),
        ("docs/a/b.md", "docs/*.md", False),
        ("docs/a/b.md", "docs/**/b.md", True),
        ("docs/a/b.md", "!docs", False),
        ("docs/a/b.md", "", False),
    ],
)
def test_globs(path: str, glob: str, fits: bool) -> None:
    """As `.gitignore` has them."""
    assert matches(path, glob) == fits
