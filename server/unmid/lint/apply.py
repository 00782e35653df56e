"""Apply the fixes of a report to its text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from unmid.lint.finding import Finding, Fix
from unmid.text.edits import Edit, apply
from unmid.text.span import Span

MOST_ROUNDS = 10


def chosen(findings: Iterable[Finding], suggested: bool = False) -> tuple[Fix, ...]:
    """The first fix of each finding that may be applied, safe ones only unless `suggested`; none that touch another."""
    taken: list[Span] = []
    fixes: list[Fix] = []
    for finding in findings:
        fix = next((fix for fix in finding.fixes if fix.safe or suggested), None)
        if fix is None:
            continue
        reach = Span(min(e.span.start for e in fix.edits), max(e.span.end for e in fix.edits))
        if not any(reach.start <= other.end and other.start <= reach.end for other in taken):
            taken.append(reach)
            fixes.append(fix)
    return tuple(fixes)


def fix_all(
    text: str, findings: Callable[[str], Iterable[Finding]], suggested: bool = False
) -> tuple[str, int]:
    """The text after all fixes, and how many were applied.

    Fixes that touch wait for the next round; rounds end when nothing is left to fix, so doing it again changes nothing.
    """
    applied = 0
    for _ in range(MOST_ROUNDS):
        fixes = chosen(findings(text), suggested)
        if not fixes:
            break
        edits: list[Edit] = [edit for fix in fixes for edit in fix.edits]
        text = apply(text, edits)
        applied += len(fixes)
    return text, applied
