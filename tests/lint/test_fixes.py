"""Before and after: what is left when words are cut or replaced.

Cases live in `fixes.toml`, by kind of repair. `⟦words⟧` are cut, `⟦words→other⟧` replaced; `none` means that no fix is offered.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from unmid.checks.hit import Hit
from unmid.checks.reading import read
from unmid.lint import blocks, fixes
from unmid.lint.finding import Fix
from unmid.packs.model import Match, Rule
from unmid.prose import nlp
from unmid.prose.formats import parse
from unmid.prose.model import Passage
from unmid.text.edits import apply
from unmid.text.span import Span

TABLE = tomllib.loads((Path(__file__).parent / "fixes.toml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(before, after, id=f"{kind}[{n}]")
    for kind, pairs in TABLE.items()
    for n, (before, after) in enumerate(pairs)
]
RULE = Rule("test/rule", "pattern", "warning", "", "", "", "", "")
MARKED = re.compile(r"⟦([^→⟧]*)(→[^⟧]*)?⟧")


def fix(before: str, format: str = "markdown") -> str:
    """The text after the fix that `before` asks for."""
    asked = MARKED.search(before)
    assert asked is not None
    text = before[: asked.start()] + asked[1] + before[asked.end() :]
    document = parse(text, format)
    for base, chunk in document.chunks:
        for passage in chunk.passages():
            reading = read(passage, nlp.Finder().find(passage.text).sentences)
            span = _inside(passage, asked.start() - base, asked.start() + len(asked[1]) - base)
            if span is None:
                continue
            new = asked[2][1:] if asked[2] else None
            hit = Hit(RULE, Match(), span, span, span, new, reading.sentence_at(span.start))
            edits = fixes.edits(chunk, reading, hit, "cut" if new is None else "replace")
            if edits is None:
                return "none"
            return apply(text, blocks.settled(text, Fix("", True, edits).shifted(base).edits))
    raise AssertionError("the marked words are in no passage")


def _inside(passage: Passage, start: int, end: int) -> Span | None:
    """The passage span of the characters whose source lies in the range."""
    places = [
        offset
        for offset in range(len(passage.text))
        if start <= passage.offsets.start_of(offset) and passage.offsets.end_of(offset + 1) <= end
    ]
    return Span(places[0], places[-1] + 1) if places else None


@pytest.mark.parametrize(("before", "after"), CASES)
def test_fix(before: str, after: str) -> None:
    """The sentence is left as a copy-editor would leave it."""
    assert fix(before) == after
