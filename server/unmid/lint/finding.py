"""What linting a document yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from unmid.packs.model import Problem
from unmid.text.edits import Edit
from unmid.text.span import Span

QUICK_FIX = "quickfix"
REWRITE = "refactor.rewrite"


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that a finding offers. `safe` means that it cannot change what is said. Edits are in source coordinates.

    `kind` is `quickfix` for a change to words and `refactor.rewrite` for one to the shape of the text.
    """

    title: str
    safe: bool
    edits: tuple[Edit, ...]
    kind: str = QUICK_FIX

    def shifted(self, by: int) -> Fix:
        """The same change, `by` code points further on."""
        return Fix(self.title, self.safe, tuple(Edit(edit.span.shifted(by), edit.text) for edit in self.edits), self.kind)


@dataclass(frozen=True, slots=True)
class Finding:
    """One mark. `span` is in source coordinates and `text` is what stands there.

    `block` marks a list, section or document as a whole. `cuttable`: the words can simply go.
    """

    rule: str
    severity: str
    message: str
    span: Span
    text: str
    fixes: tuple[Fix, ...] = ()
    block: bool = False
    cuttable: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one document, in source order, with its figures.

    `words` are words of prose. `metrics` has `cuttable_words`, `hedges_per_1k`, `list_share` (0 to 1) and `sentence_cv`
    (standard deviation of sentence lengths in words over their mean; 0 with fewer than two sentences). `counted` holds,
    by rule, the hits that are not shown.
    """

    path: str
    words: int
    findings: tuple[Finding, ...]
    metrics: Mapping[str, float] = field(default_factory=dict)
    counted: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
