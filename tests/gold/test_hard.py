"""Sentences on which prose linters go wrong, from the catalogue beside the project, each with the marks it must get."""

from __future__ import annotations

import re

import pytest

from marked import SHARED
from unmid.lint.check import check_text

CATALOGUE = SHARED / "taxonomy.md"
pytestmark = pytest.mark.skipif(not CATALOGUE.is_file(), reason="needs the catalogue in ../shared, beside the checkout")


def section() -> dict[int, str]:
    """The numbered sentences of section 9."""
    if not CATALOGUE.is_file():
        return {}
    text = CATALOGUE.read_text(encoding="utf-8")
    body = text.split("## 9. Thirty-six hard sentences")[1].split("\nTests to add")[0]
    return {int(n): line for n, line in re.findall(r"^(\d+)\. (.*)$", body, re.M)}


HARD = section()
SILENT = [1, 3, 4, 5, 7, 8, 9, 10, 12, 13, 15, 17, 18, 20, 22, 24, 26, 28, 31]


def spoken(line: str) -> str:
    return line.split(" → ")[0].replace("⟦", "").replace("⟧", "")


def found(text: str) -> set[tuple[str, str]]:
    return {(finding.rule, finding.text) for finding in check_text(text).findings}


@pytest.mark.parametrize("number", SILENT)
def test_silent(number: int) -> None:
    """Nothing is wrong with these."""
    assert found(spoken(HARD[number])) == set()


@pytest.mark.parametrize(
    ("number", "rules"),
    [
        (2, {"hedge/modal-stack"}),
        (6, {"hedge/double", "hedge/modal-stack", "hedge/scope-fog"}),
        (11, {"filler/intensifier"}),
        (14, {"filler/note-that"}),
        (16, {"weasel/vague-attribution"}),
        (19, {"neutral/depends-closer"}),
        (21, {"neutral/both-sides"}),
        (23, {"neutral/complex-issue"}),
        (25, {"puff/significance"}),
        (27, {"hedge/then-overstate"}),
        (29, {"puff/ai-vocab"}),
        (32, {"filler/buried-verb"}),
    ],
)
def test_marked(number: int, rules: set[str]) -> None:
    """These get the marks of the catalogue, on its words."""
    text = spoken(HARD[number])
    marks = re.findall(r"⟦(.*?)⟧", HARD[number].split(" → ")[0])
    result = found(text)

    assert {rule for rule, _ in result} == rules
    assert all(any(mark.rstrip(".") in words or words in mark for _, words in result) for mark in marks)


@pytest.mark.parametrize(
    ("number", "silent", "marked", "rule"),
    [
        (30, 0, 1, "filler/wordy-phrase"),
        (33, 0, 1, "puff/"),
        (34, 1, 0, "chat/"),
        (35, 0, 1, "chat/leftover"),
    ],
)
def test_pairs(number: int, silent: int, marked: int, rule: str) -> None:
    """Of these pairs one is right and the other is not."""
    first, rest, _ = HARD[number].split(" → ")
    texts = [spoken(half) for half in (first, rest.split("; ", 1)[1])]

    assert found(texts[silent]) == set()
    assert any(name.startswith(rule) for name, _ in found(texts[marked]))


def test_labelled_list() -> None:
    """The labelled list is marked once as a whole; the same shape with code labels is not."""
    echoed = "Here are the key benefits:\n\n" + "\n".join(
        f"- **{name}:** {name} is improved." for name in ("Speed", "Cost", "Safety", "Comfort")
    )
    flags = "Here are the flags:\n\n" + "\n".join(f"- `--{name}:` sets the {name}." for name in ("speed", "cost", "port"))

    assert "list/bold-label" in {rule for rule, _ in found(echoed)}
    assert not any(rule.startswith("list/") for rule, _ in found(flags))
