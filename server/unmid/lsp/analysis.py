"""Read and lint one snapshot. Runs on the worker; the first call brings in spaCy."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from unmid.lint.engine import Cache, Cancelled, lint
from unmid.lsp.basis import Bases
from unmid.lsp.drafts import format_of_draft, text_of_draft
from unmid.lsp.from_proto import path_of
from unmid.lsp.state import Analysis, Memory, Snapshot
from unmid.prose.formats import parse
from unmid.settings import Settings

Unwanted = Cancelled
"""Raised by `analyse` when a newer version has come in."""

logger = logging.getLogger(__name__)

_MOST_BROKEN: Final = 50
"""Rules that may throw on one draft before it is given up."""


def analyse(
    snapshot: Snapshot,
    editor: Settings,
    root: Path | None,
    bases: Bases,
    memory: Memory,
    cancelled: Callable[[], bool] = lambda: False,
) -> Analysis:
    """Lint a snapshot under the editor's settings and those of its project. Raises Unwanted.

    A rule that throws is switched off for good and the draft is linted again without it, so that nothing that is kept
    in memory depends on when it happened.
    """
    path = path_of(snapshot.uri)
    document = parse(text_of_draft(snapshot), format_of_draft(snapshot), memory.chunks, memory.document)
    for _ in range(_MOST_BROKEN):
        basis = bases.of(path, editor, root, document.front_matter)
        if memory.lints is None or memory.ruleset is not basis.ruleset:
            memory.ruleset, memory.lints = basis.ruleset, Cache()
        broken: dict[str, str] = {}
        report = lint(
            document,
            basis.ruleset,
            path=str(path or snapshot.uri),
            cache=memory.lints,
            broken=broken,
            cancelled=cancelled,
        )
        if not broken:
            break
        for rule, reason in broken.items():
            logger.error("The rule %s is switched off: %s", rule, reason)
            bases.disable(rule, reason)
    analysis = Analysis(snapshot, basis, document, report)
    memory.document = document
    _prune(memory, analysis)
    return analysis


def warm(editor: Settings, root: Path | None, bases: Bases) -> None:
    """Bring in spaCy and compile the rules, so that the first draft need not wait for it."""
    basis = bases.of(None, editor, root)
    lint(parse("A first sentence."), basis.ruleset)


def _prune(memory: Memory, analysis: Analysis) -> None:
    """Forget chunks that the draft no longer has. Some stay on: what was cut is often put back."""
    chunks = [chunk for _, chunk in analysis.document.chunks]
    most = 2 * len(chunks) + 256
    if len(memory.chunks) > most:
        memory.chunks = {chunk.key: chunk for chunk in chunks}
    if memory.lints and len(memory.lints.chunks) > most:
        known, print_ = memory.lints.chunks, analysis.basis.ruleset.fingerprint
        keys = ((chunk.key, print_) for chunk in chunks)
        memory.lints.chunks = {key: known[key] for key in keys if key in known}
