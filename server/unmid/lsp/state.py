"""What the server keeps about each open document."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from unmid.text.lines import LineIndex

if TYPE_CHECKING:
    from unmid.lint.engine import Cache
    from unmid.lint.finding import Finding, Report
    from unmid.lint.ruleset import Ruleset
    from unmid.lsp.basis import Basis
    from unmid.prose.model import Chunk, Document


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document as it stood at one moment. Safe to hand to another thread.

    `version` is the client's number. `revision` is ours: no two snapshots share one, not even when a document is closed
    and opened again, or when nothing but the settings has changed.
    """

    uri: str
    version: int
    language: str
    lines: LineIndex
    revision: int

    @property
    def text(self) -> str:
        """The whole text."""
        return self.lines.text


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was made of a snapshot, and on what basis."""

    snapshot: Snapshot
    basis: Basis
    document: Document
    report: Report

    def findings_at(self, offset: int) -> tuple[Finding, ...]:
        """The findings around an offset, its end included, the shortest first."""
        around = [f for f in self.report.findings if f.span.start <= offset <= f.span.end]
        return tuple(sorted(around, key=lambda f: len(f.span)))


@dataclass(slots=True)
class Memory:
    """What was worked out for a document before, by chunk. Only the worker touches it."""

    document: Document | None = None
    """As it was last read."""
    chunks: dict[str, Chunk] = field(default_factory=dict)
    lints: Cache | None = None
    ruleset: Ruleset | None = None
    """The one that `lints` were made with. What they hold is tied to its very rules: equal ones will not do."""


@dataclass(slots=True)
class OpenDocument:
    """A document that the client has open. Only the loop thread touches it."""

    snapshot: Snapshot
    analysis: Analysis | None = None
    """The newest one that has arrived; it may be older than the snapshot. None, too, when it was let go to make room."""
    basis: Basis | None = None
    """That of the newest analysis. It stays when the analysis is let go."""
    published: tuple[int, str] | None = None
    """The version and the diagnostics, as JSON, that the client was sent last."""
    waiting: list[asyncio.Future[Analysis | None]] = field(default_factory=list)
    """Requests that want the analysis of the snapshot."""
    memory: Memory = field(default_factory=Memory)

    @property
    def current(self) -> Analysis | None:
        """The analysis of the snapshot, once it is there."""
        analysis = self.analysis
        return analysis if analysis and analysis.snapshot.revision == self.snapshot.revision else None

    @property
    def of_this_text(self) -> Analysis | None:
        """The newest analysis if it is of the text as it is, be it under settings that have changed since.

        What the client shows and asks about is of that kind until it has asked again.
        """
        analysis = self.analysis
        return analysis if analysis and analysis.snapshot.version == self.snapshot.version else None

    def settle(self, analysis: Analysis | None) -> None:
        """Answer all requests that wait."""
        waiting, self.waiting = self.waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(analysis)
