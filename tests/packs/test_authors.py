"""Whose packs they are: an author's, or a style that others build on."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmid.packs import authors
from unmid.packs.authors import of_people
from unmid.packs.discovery import at_hand
from unmid.packs.sources import Packs

BASELINE = '[baseline]\n"punct.dash" = { mean = 4.8, sd = 1.9, p05 = 1.9, p90 = 7.4, n = 41 }\n'


def people(*folders: Path, used: tuple[Path, ...] = ()) -> list[str]:
    return sorted(of_people(at_hand(folders), Packs(), used))


def put(folder: Path, **packs: str) -> None:
    for name, text in packs.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def test_styles_that_come_along_are_nobody(tmp_path: Path) -> None:
    """The packs that were installed are at hand, and none of them is an author's."""
    put(tmp_path, ana="")

    assert {"plain", "academic", "newsletter", "ana"} <= at_hand((tmp_path,)).keys()
    assert people(tmp_path) == ["ana"]


def test_what_others_build_on_is_a_style(tmp_path: Path) -> None:
    """Unless it says whose it is: one author may well extend another."""
    put(tmp_path, ana='extends = ["team", "bo.toml", "cy", "plain"]\n', team="", bo='[meta]\nauthor = "Bo"\n', cy=BASELINE, house="", dee="broken = [")

    assert people(tmp_path) == ["ana", "bo", "cy", "dee", "house"]
    assert people(tmp_path, used=(tmp_path / "house.toml", tmp_path / "cy.toml")) == ["ana", "bo", "cy", "dee"]


@pytest.mark.parametrize(("text", "whose"), [('[meta]\nemails = ["ana@example.org"]\n', ["house"]), (BASELINE, ["house"]), ('[meta]\nsummary = "x"\n', [])])
def test_installed_packs_of_authors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, whose: list[str]) -> None:
    """A team may install the packs of its authors: they have an address, or hold what was learned."""
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "pack.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(authors, "installed", lambda: {"house": tmp_path / "house"})

    assert sorted(of_people({"house": tmp_path / "house"}, Packs())) == whose
