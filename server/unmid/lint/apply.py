"""Apply the fixes of a report to its text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from unmid.lint.finding import Finding, Fix
from unmid.text.edits import apply
from unmid.text.span import Span

MOST_ROUNDS = 100
"""Far more than any draft needs; a pack whose replacement matches itself must not run for ever."""

_APART = 3
"""Characters between two fixes that are made at once: enough for a word and the space beside it."""


def chosen(findings: Iterable[Finding], suggested: bool = False) -> tuple[Fix, ...]:
    """The first fix of each finding that may be applied, safe ones only unless `suggested`.

    Each was worked out as if it were the only one, so none comes near another: what must wait is found again.
    """
    taken: list[Span] = []
    fixes: list[Fix] = []
    for finding in findings:
        fix = next((fix for fix in finding.fixes if fix.safe or suggested), None)
        if fix is None:
            continue
        reach = Span(min(e.span.start for e in fix.edits), max(e.span.end for e in fix.edits))
        # What is taken stands apart, so only its neighbours can be near.
        at = bisect_left(taken, reach)
        if not any(reach.start < other.end + _APART and other.start < reach.end + _APART for other in taken[max(at - 1, 0) : at + 1]):
            taken.insert(at, reach)
            fixes.append(fix)
    return tuple(fixes)


def fix_all(text: str, findings: Callable[[str], Iterable[Finding]], suggested: bool = False) -> tuple[str, int]:
    """The text after all fixes, and how many were applied.

    Rounds end when nothing is left to fix, so doing it again changes nothing. Should fixes undo each other, one text of
    those that they go round in is settled on, always the same.
    """
    applied = 0
    seen = [text]
    for _ in range(MOST_ROUNDS):
        fixes = chosen(findings(text), suggested)
        if not fixes:
            break
        text = apply(text, [edit for fix in fixes for edit in fix.edits])
        applied += len(fixes)
        if text in seen:
            return min(seen[seen.index(text) :]), applied
        seen.append(text)
    return text, applied
