"""The marked documents and corpora beside the project, and what the product makes of them.

They lie in `../shared`, beside the checkout; they are for measuring and are no part of the project.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from unmid.lint.check import check_text
from unmid.lint.finding import Finding, Report

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


@lru_cache(maxsize=16)
def reports(folder: str) -> tuple[tuple[str, str, Report], ...]:
    """Name, text and report of every document in a folder of ../shared."""
    paths = sorted((SHARED / folder).glob("*.md"))
    texts = [(path.name, path.read_text(encoding="utf-8")) for path in paths]
    return tuple((name, text, check_text(text, path=name)) for name, text in texts)


def score(split: str) -> Score:
    """How the shipped rules do on a split (`train` or `dev`)."""
    lines = (SHARED / "gold" / split / "gold.jsonl").read_text(encoding="utf-8").split("\n")
    gold = {entry["doc"]: entry for entry in map(json.loads, filter(None, lines))}
    total = Score()
    for name, _, report in reports(f"gold/{split}/docs"):
        must, may = gold[name]["must"], gold[name]["may"]
        for finding in report.findings:
            right = any(meets(finding, span) for span in must + may)
            total.marks += 1
            total.right += right
            total.rules[finding.rule, right] += 1
        total.must += len(must)
        total.met += sum(any(meets(finding, span) for finding in report.findings) for span in must)
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
    for _, text, report in reports(f"corpora/{folder}"):
        words += len(text.split())
        rules.update(finding.rule for finding in report.findings)
    return words, rules
