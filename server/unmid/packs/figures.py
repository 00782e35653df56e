"""Measured figures of a pack's rules, kept beside them in `figures.json` and written by one command (`make figures`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

FILE = "figures.json"


@dataclass(frozen=True, slots=True)
class Figures:
    """How a rule did.

    `marks` of its marks fell on documents that readers had marked, and `right` of these met a reader's mark of any kind.
    `human` and `machine` are its marks per 1,000 words on acclaimed human essays and on assistant answers.
    """

    marks: int
    right: int
    human: float
    machine: float

    @property
    def sentence(self) -> str:
        """The figures in words."""
        if not self.marks:
            precision = "It has no mark on the documents that readers marked."
        else:
            precision = f"Readers agreed with {self.right} of its {self.marks} marks ({self.right / self.marks:.0%})."
        rates = f"Per 1,000 words it marks {_rate(self.human)} in human essays and {_rate(self.machine)} in machine answers."
        return f"{precision} {rates}"


def _rate(value: float) -> str:
    return f"{value:.2f}" if value else "none"


@lru_cache(maxsize=8)
def load_figures(root: Path) -> tuple[str, Mapping[str, Figures]]:
    """How the figures of a pack were made, in one sentence, and the figures by rule; nothing if the pack has none."""
    path = root / FILE
    if not path.is_file():
        return "", {}
    names = [item.name for item in fields(Figures)]
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return raw["about"], {rule: Figures(**{name: row[name] for name in names}) for rule, row in raw["rules"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # someone else's file of that name
        return "", {}
