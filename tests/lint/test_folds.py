"""Before and after: lists rewritten, with every link, code span and emphasis in its place.

Cases live in `folds.toml`, by rewrite, and those of words cut from lists in `shapes.toml`, by rule; `none` means that nothing is
offered.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from unmid.checks.layout import BlockHit, Layout, Sheet, Stretch
from unmid.checks.reading import read
from unmid.lint import rewrites
from unmid.lint.apply import fix_all
from unmid.lint.check import check_text
from unmid.packs.model import Rule
from unmid.prose import nlp
from unmid.prose.formats import parse
from unmid.settings import Settings
from unmid.text.edits import apply

TABLE = tomllib.loads((Path(__file__).parent / "folds.toml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(rewrite, case["before"], case["after"], id=f"{rewrite}[{n}]")
    for rewrite, cases in TABLE.items()
    for n, case in enumerate(cases)
]
SHAPES = [
    pytest.param(rule, case["before"], case["after"], id=f"{rule}[{n}]")
    for rule, cases in tomllib.loads((Path(__file__).parent / "shapes.toml").read_text(encoding="utf-8")).items()
    for n, case in enumerate(cases)
]
RULE = Rule("list/test", "structure", "warning", "", "", "", "", "")


def rewritten(rewrite: str, text: str) -> str:
    """The text after a rewrite of its first list."""
    document = parse(text, "markdown")
    sheets = [
        (base, Sheet(chunk, [read(passage, nlp.Finder().find(passage.text).sentences) for passage in chunk.passages()]))
        for base, chunk in document.chunks
    ]
    layout = Layout(document, "essay", [(0, Stretch(sheets))])
    base, block = next(
        (base, inner) for base, block in document.blocks() for inner in block.walk() if inner.kind == "list"
    )
    fixes = list(rewrites.offered(layout, layout.number(base), BlockHit(RULE, base, block.span, rewrites=(rewrite,)), layout.uses))
    return apply(text, fixes[0].edits) if fixes else "none"


@pytest.mark.parametrize(("rewrite", "before", "after"), CASES)
def test_rewrite(rewrite: str, before: str, after: str) -> None:
    """Nobody who reads the result would know that there was a list."""
    assert rewritten(rewrite, before) == after


@pytest.mark.parametrize(("rewrite", "before", "after"), CASES)
def test_line_ends_do_not_matter(rewrite: str, before: str, after: str) -> None:
    """Carriage returns stay where they were, and new lines get theirs."""
    assert rewritten(rewrite, before.replace("\n", "\r\n")) == after.replace("\n", "\r\n")


@pytest.mark.parametrize(("rule", "before", "after"), SHAPES)
def test_shape(rule: str, before: str, after: str) -> None:
    """Echoes, emoji, stems and outros go with what set them off."""
    settings = Settings(select=(rule,), severity={rule: "information"})
    text, count = fix_all(before, lambda now: check_text(now, settings=settings).findings, suggested=True)

    assert (text if count else "none") == after
