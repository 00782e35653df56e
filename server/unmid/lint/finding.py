"""What linting a document yields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

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
class Blank:
    """Words in place of which the writer should put others; `title` says which. `span` is in source coordinates."""

    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class Finding:
    """One mark. `span` is in source coordinates and `text` is what stands there.

    `block` marks a list, section or document as a whole. `cuttable`: the words can simply go.
    `blank`: words that only the writer can replace.
    """

    rule: str
    severity: str
    message: str
    span: Span
    text: str
    fixes: tuple[Fix, ...] = ()
    block: bool = False
    cuttable: bool = False
    blank: Blank | None = None

    def shifted(self, by: int) -> Finding:
        """The same mark, `by` code points further on."""
        fixes = tuple(fix.shifted(by) for fix in self.fixes)
        blank = self.blank and Blank(self.blank.title, self.blank.span.shifted(by))
        return Finding(
            self.rule, self.severity, self.message, self.span.shifted(by), self.text, fixes, self.block, self.cuttable, blank
        )


class Marks(Sequence[Finding]):
    """The findings of one chunk as they are shown, in chunk coordinates and source order.

    `saved` are words that can go, `hedges` marks of that family. `kept` is for those who show the marks: what they make of
    them holds as long as the marks do. Marks that are the same object are the same marks.
    """

    __slots__ = ("_findings", "hedges", "kept", "saved")

    def __init__(self, findings: Iterable[Finding], saved: Callable[[Finding], int]) -> None:
        self._findings = tuple(sorted(findings, key=lambda finding: (finding.span, finding.rule)))
        self.saved = sum(map(saved, self._findings))
        self.hedges = sum(finding.rule.startswith("hedge/") for finding in self._findings)
        self.kept: dict[object, Any] = {}

    def __len__(self) -> int:
        return len(self._findings)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        return self._findings[index]


class Batch(Sequence[tuple[int, Marks]]):
    """The marks of neighbouring chunks, each with the offset of its chunk from the first one's; no chunk without marks.

    `saved` and `hedges` add theirs up, `starts` are the offsets of the marks in source order, and `kept` is as for `Marks`.
    """

    __slots__ = ("_marks", "hedges", "kept", "saved", "starts")

    def __init__(self, marks: Iterable[tuple[int, Marks]]) -> None:
        self._marks = tuple(marks)
        self.saved = sum(some.saved for _, some in self._marks)
        self.hedges = sum(some.hedges for _, some in self._marks)
        self.starts = tuple(offset + finding.span.start for offset, some in self._marks for finding in some)
        self.kept: dict[object, Any] = {}

    def same(self, other: Batch) -> bool:
        """Whether another one holds the very same marks in the same places."""
        return len(self) == len(other) and all(
            mine is theirs and here == there for (here, mine), (there, theirs) in zip(self, other, strict=True)
        )

    def __len__(self) -> int:
        return len(self._marks)

    @overload
    def __getitem__(self, index: int) -> tuple[int, Marks]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[int, Marks]]: ...
    def __getitem__(self, index: int | slice) -> tuple[int, Marks] | Sequence[tuple[int, Marks]]:
        return self._marks[index]


@dataclass(frozen=True)
class Report:
    """All findings of one document, with its figures.

    `words` are words of prose. `metrics` has `cuttable_words`, `hedges_per_1k`, `list_share` (0 to 1) and `sentence_cv`
    (standard deviation of sentence lengths in words over their mean; 0 with fewer than two sentences). `batches` are
    the findings, each batch with the base of its first chunk. `count` answers with what is counted and not shown.
    """

    path: str
    words: int
    batches: tuple[tuple[int, Batch], ...]
    metrics: Mapping[str, float]
    count: Callable[[], Mapping[str, int]]
    problems: tuple[Problem, ...] = ()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in source coordinates and order."""
        return tuple(
            finding.shifted(base + offset) for base, batch in self.batches for offset, marks in batch for finding in marks
        )

    @cached_property
    def counted(self) -> Mapping[str, int]:
        """By rule, the hits that are not shown."""
        return self.count()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Report) and self._told() == other._told()

    def __hash__(self) -> int:
        return hash((self.path, self.words))

    def _told(self) -> tuple[object, ...]:
        return self.path, self.words, self.findings, self.metrics, self.counted, self.problems
