"""A judge that is not ours: accepting every fix adds no fault that Harper's grammar checker would find at its place."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from editors.machine import lacking
from marked import SHARED
from unmid.lint.apply import fix_all
from unmid.lint.check import check_text
from unmid.lint.engine import Cache
from unmid.text.span import Span

HERE = Path(__file__).parent
KINDS = frozenset({"Capitalization", "Agreement", "Grammar", "Punctuation", "Repetition", "Formatting"})
ARTICLE = "Incorrect indefinite article."  # Harper files it under miscellany
NEAR = 24
"""Characters between a fix and a finding that it may have caused."""

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


@pytest.mark.skipif(not SHARED.exists(), reason="needs the corpora in ../shared, beside the checkout")
def test_fixes_add_no_fault_that_harper_finds() -> None:
    if not shutil.which("node"):
        lacking("there is no node on PATH", "install Node.js 20 or later, then run `make test`")
    if not (HERE / "node_modules" / "harper.js").exists():
        lacking("Harper is not there", "`make test` installs it with npm")
    applied = 0
    pairs: list[Pair] = []

    def results() -> Iterator[str]:
        nonlocal applied
        for path in sorted([*SHARED.glob("corpora/*/*.md"), *SHARED.glob("gold/*/docs/*.md")]):
            before = path.read_text(encoding="utf-8")
            after, count = _fixed(before, path.name)
            applied += count
            for pair in _stretches(path.name, before, after):
                pairs.append(pair)
                yield pair.after

    found = [(pair, lints) for lints, pair in zip(_judge(results()), pairs, strict=True)]
    suspects = [(pair, lints) for pair, lints in found if _near_a_fix(pair, lints)]
    earlier = _judge(pair.before for pair, _ in suspects)
    added = [line for (pair, lints), old in zip(suspects, earlier, strict=True) for line in _added(pair, old, lints)]
    print(f"{applied} fixes applied, {len(added)} findings added", *added, sep="\n")
    assert applied > 1000
    assert not added, "\n".join(added)


def _fixed(text: str, name: str) -> tuple[str, int]:
    cache = Cache()
    return fix_all(text, lambda now: check_text(now, path=name, cache=cache).findings, suggested=True)


def _stretches(name: str, before: str, after: str) -> Iterator[Pair]:
    """Changed paragraphs, old and new; with their neighbours where one is gone."""
    old, new = _blocks(before), _blocks(after)
    for tag, i, j, k, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            wider = int(j - i != end - k)
            yield Pair(name, "".join(old[max(i - wider, 0) : j + wider]), "".join(new[max(k - wider, 0) : end + wider]))


def _blocks(text: str) -> list[str]:
    return [found[0] for found in _BLOCK.finditer(text) if found[0]]


def _judge(texts: Iterable[str]) -> list[list[Lint]]:
    """What Harper says of each text. It starts on the first while later ones are still in the making."""
    with TemporaryFile("w+", encoding="utf-8") as answers:
        with subprocess.Popen(
            ["node", "judge.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=answers, text=True, encoding="utf-8"
        ) as judge:
            assert judge.stdin
            for text in texts:
                judge.stdin.write(json.dumps(text) + "\n")
                judge.stdin.flush()
            judge.stdin.close()
        assert judge.returncode == 0
        answers.seek(0)
        return [
            [Lint(one["kind"], Span(one["start"], one["end"]), one["text"], one["message"]) for one in json.loads(line)]
            for line in answers
        ]


def _near_a_fix(pair: Pair, lints: list[Lint]) -> list[Lint]:
    """Lints of the new text, of kinds that a bad cut leaves, at a place that a fix touched."""
    touched = _touched(pair.before, pair.after)
    return [
        lint
        for lint in lints
        if lint.counts and any(s.start - NEAR <= lint.span.end and lint.span.start <= s.end + NEAR for s in touched)
    ]


def _added(pair: Pair, before: list[Lint], after: list[Lint]) -> Iterator[str]:
    """Lints without counterpart in the old text."""
    near = _near_a_fix(pair, after)
    known = Counter((lint.kind, lint.text) for lint in before)
    known.subtract((lint.kind, lint.text) for lint in after if lint not in near)
    for lint in near:
        if known[lint.kind, lint.text] > 0:
            known[lint.kind, lint.text] -= 1
        else:
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
