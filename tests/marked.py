"""The marked documents and corpora beside the project, and what the product makes of them.

They lie in `../shared`, beside the checkout; they are for measuring and are no part of the project.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unmid.lint.check import check_text
from unmid.lint.finding import Finding

SHARED = Path(__file__).parents[2] / "shared"
CATEGORY = {
    "hedge": "hedge",
    "filler": "filler",
    "chat": "filler",
    "neutral": "nonopinion",
    "list": "listitis",
    "weasel": "slop",
    "puff": "slop",
    "rhythm": "slop",
    "voice": "slop",
}


@dataclass
class Score:
    """Counts over a set of documents. `right` marks meet a reader's span; `met` of the `must` spans are met by a mark."""

    marks: int = 0
    right: int = 0
    must: int = 0
    met: int = 0
    rules: Counter[tuple[str, bool]] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """Share of marks that are right."""
        return self.right / self.marks if self.marks else 0.0

    @property
    def recall(self) -> float:
        """Share of must spans that are met."""
        return self.met / self.must if self.must else 0.0


def documents(split: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Gold entries of a split (`train` or `dev`) with the text of each document."""
    folder = SHARED / "gold" / split
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").split("\n"):
        if line:
            entry = json.loads(line)
            yield entry, (folder / "docs" / entry["doc"]).read_text(encoding="utf-8")


def score(split: str) -> Score:
    """How the shipped rules do on a split."""
    total = Score()
    for entry, text in documents(split):
        found = check_text(text, path=entry["doc"]).findings
        every = entry["must"] + entry["may"]
        for finding in found:
            right = any(meets(finding, span) for span in every)
            total.marks += 1
            total.right += right
            total.rules[finding.rule, right] += 1
        total.must += len(entry["must"])
        total.met += sum(any(meets(finding, span) for finding in found) for span in entry["must"])
    return total


def meets(finding: Finding, span: dict[str, Any]) -> bool:
    """They share a character; a list finding meets only a list, and no finding swallows a page."""
    if not (finding.span.start < span["end"] and span["start"] < finding.span.end):
        return False
    if CATEGORY.get(finding.rule.split("/")[0]) == "listitis":
        return bool(span["cat"] == "listitis")
    return len(finding.span) <= max(240, 3 * (span["end"] - span["start"]))


def rates(folder: str) -> tuple[int, Counter[str]]:
    """Words in a corpus, as white space parts them, and the marks on it by rule."""
    words = 0
    rules: Counter[str] = Counter()
    for path in sorted((SHARED / "corpora" / folder).glob("*.md")):
        text = path.read_text(encoding="utf-8")
        words += len(text.split())
        rules.update(finding.rule for finding in check_text(text, path=path.name).findings)
    return words, rules
