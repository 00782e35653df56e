"""A judge that is not ours: accepting every fix adds no fault that Harper's grammar checker would find at its place."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from marked import SHARED

from unmid.lint.apply import fix_all
from unmid.lint.check import check_text
from unmid.lint.engine import Cache
from unmid.text.span import Span

HERE = Path(__file__).parent
KINDS = frozenset({"Capitalization", "Agreement", "Grammar", "Punctuation", "Repetition", "Formatting"})
ARTICLE = "Incorrect indefinite article."  # Harper files it under miscellany
NEAR = 24

_BLOCK = re.compile(r".*?(?:\n[ \t]*(?=\n)\n+|\Z)", re.S)
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Lint:
    """What Harper finds in a text."""

    kind: str
    span: Span
    text: str
    message: str

    @property
    def counts(self) -> bool:
        """Whether it is of a kind that a bad cut leaves."""
        return self.kind in KINDS or self.message == ARTICLE


@dataclass(frozen=True)
class Pair:
    """A stretch of a document before and after all fixes."""

    name: str
    before: str
    after: str


@pytest.mark.skipif(not SHARED.exists(), reason="the corpora lie in ../shared, which is missing")
@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js 20 or later: install it, then run `make test`")
@pytest.mark.skipif(not (HERE / "node_modules" / "harper.js").exists(), reason="`make test` installs Harper with npm")
def test_fixes_add_no_fault_that_harper_finds() -> None:
    pairs, applied = _pairs()
    assert applied > 1000
    verdicts = _judge([text for pair in pairs for text in (pair.before, pair.after)])
    added = [
        line
        for pair, before, after in zip(pairs, verdicts[::2], verdicts[1::2], strict=True)
        for line in _added(pair, before, after)
    ]
    print(f"{applied} fixes applied, {len(added)} findings added", *added, sep="\n")
    assert not added, "\n".join(added)


def _pairs() -> tuple[list[Pair], int]:
    """The stretches that fixes change, in all corpora and marked documents, and how many fixes were applied."""
    pairs: list[Pair] = []
    applied = 0
    for path in sorted([*SHARED.glob("corpora/*/*.md"), *SHARED.glob("gold/*/docs/*.md")]):
        before = path.read_text(encoding="utf-8")
        cache: Cache = {}
        name = path.name
        after, count = fix_all(
            before, lambda text: check_text(text, path=name, cache=cache).findings, suggested=True  # noqa: B023
        )
        applied += count
        pairs += [Pair(name, old, new) for old, new in _stretches(before, after)]
    return pairs, applied


def _stretches(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Changed paragraphs, old and new; with their neighbours where one is gone."""
    old, new = _blocks(before), _blocks(after)
    for tag, i, j, k, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        wider = int(j - i != end - k)
        yield "".join(old[max(i - wider, 0) : j + wider]), "".join(new[max(k - wider, 0) : end + wider])


def _blocks(text: str) -> list[str]:
    return [found[0] for found in _BLOCK.finditer(text) if found[0]]


def _judge(texts: list[str]) -> list[list[Lint]]:
    done = subprocess.run(
        ["node", "judge.mjs"],
        cwd=HERE,
        input="".join(json.dumps(text) + "\n" for text in texts),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return [
        [Lint(lint["kind"], Span(lint["start"], lint["end"]), lint["text"], lint["message"]) for lint in json.loads(line)]
        for line in done.stdout.splitlines()
    ]


def _added(pair: Pair, before: list[Lint], after: list[Lint]) -> Iterator[str]:
    """Lints of the new text at a place that a fix touched, without counterpart in the old."""
    known = Counter((lint.kind, lint.text) for lint in before)
    touched = _touched(pair.before, pair.after)
    for lint in after:
        if known[lint.kind, lint.text]:
            known[lint.kind, lint.text] -= 1
        elif lint.counts and any(
            span.start - NEAR <= lint.span.end and lint.span.start <= span.end + NEAR for span in touched
        ):
            around = pair.after[max(lint.span.start - 60, 0) : lint.span.end + 60]
            yield f"{pair.name}: {lint.kind}: {lint.text!r}: {lint.message} In {around!r}"


def _touched(before: str, after: str) -> list[Span]:
    """Where the new text differs from the old, word by word."""
    new = _WORD.findall(after)
    starts = [0]
    for word in new:
        starts.append(starts[-1] + len(word))
    changes = SequenceMatcher(None, _WORD.findall(before), new, autojunk=False).get_opcodes()
    return [Span(starts[k], starts[end]) for tag, _, _, k, end in changes if tag != "equal"]
