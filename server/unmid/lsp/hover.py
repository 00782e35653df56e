"""What a finding means, shown where the mouse rests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lsprotocol import types

from unmid.lint.finding import Finding
from unmid.lsp import to_proto
from unmid.lsp.client import Client
from unmid.lsp.from_proto import offset_of
from unmid.lsp.state import Analysis
from unmid.packs.figures import load_figures
from unmid.packs.model import Rule

_LEAST_WORDS: Final = 100
"""Words below which a rate says nothing."""
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$^])")


def hover(analysis: Analysis, position: types.Position, client: Client) -> types.Hover | None:
    """The explanation of the findings at a position, the narrowest first; None where there is none."""
    lines = analysis.snapshot.lines
    findings = analysis.findings_at(offset_of(position, lines, client.encoding))
    if not findings:
        return None
    rules = analysis.basis.ruleset.rules
    pages = [
        "\n\n".join((*_page(finding, rules.get(finding.rule), client.markdown), *_rates(finding.rule, analysis)))
        for finding in findings
    ]
    return types.Hover(
        types.MarkupContent(
            types.MarkupKind.Markdown if client.markdown else types.MarkupKind.PlainText,
            ("\n\n---\n\n" if client.markdown else "\n\n\n").join(pages),
        ),
        to_proto.range_of(findings[0].span, lines, client.encoding),
    )


def escaped(words: str) -> str:
    """Words of a draft as Markdown that shows them as they are."""
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))


def _page(finding: Finding, rule: Rule | None, markdown: bool) -> Iterator[str]:
    # The message quotes the draft; the rest is the rule's own text.
    message = escaped(finding.message) if markdown else finding.message
    yield f"**{message}**" if markdown else message
    if rule:
        yield rule.summary
        yield rule.why
        yield f"**Instead:** {rule.instead}" if markdown else f"Instead: {rule.instead}"
    yield f"`{finding.rule}`" if markdown else finding.rule


def _rates(rule: str, analysis: Analysis) -> Iterator[str]:
    """How often a rule speaks in this draft, in the author's own texts, and in essays."""
    report, ruleset = analysis.report, analysis.basis.ruleset
    if rule not in ruleset.rules or report.words < _LEAST_WORDS:
        return
    here = sum(finding.rule == rule for finding in report.findings)
    parts = [f"{1000 * here / report.words:.1f} in this draft"]
    if ruleset.baseline and (own := ruleset.baseline.rates.get(rule)):
        parts.append(f"{own.mean:.1f} in your own texts")
    _, figures = load_figures(Path(ruleset.rules[rule].path).parent.parent)
    if usual := figures.get(rule):
        parts.append(f"{usual.human:.1f} in good essays")
    if len(parts) > 1:
        yield f"Per 1,000 words: {', '.join(parts)}."
