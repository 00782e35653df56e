"""From our terms to the protocol's. With `from_proto`, the only place where positions change their units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from unmid.lint.finding import QUICK_FIX
from unmid.text.edits import Edit
from unmid.text.lines import Encoding, LineIndex
from unmid.text.span import Span

if TYPE_CHECKING:
    from unmid.lint.finding import Blank, Finding, Fix
    from unmid.lsp.client import Client
    from unmid.lsp.from_proto import OfferedBlank
    from unmid.packs.model import Problem, Rule

SOURCE: Final = "unmid"

_SEVERITIES: Final = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}


def position_of(offset: int, lines: LineIndex, encoding: Encoding) -> types.Position:
    """The position before the code point at `offset`."""
    return types.Position(*lines.offset_to_position(offset, encoding))


def range_of(span: Span, lines: LineIndex, encoding: Encoding) -> types.Range:
    """The range that covers `span`."""
    return types.Range(position_of(span.start, lines, encoding), position_of(span.end, lines, encoding))


def text_edits(edits: Iterable[Edit], lines: LineIndex, encoding: Encoding) -> list[types.TextEdit]:
    """Edits in document order."""
    return [types.TextEdit(range_of(edit.span, lines, encoding), edit.text) for edit in sorted(edits)]


def workspace_edit(uri: str, version: int, edits: Iterable[types.TextEdit], client: Client) -> types.WorkspaceEdit:
    """Edits to one version of one document, in the form that the client takes."""
    if not client.document_changes:
        return types.WorkspaceEdit(changes={uri: list(edits)})
    document = types.OptionalVersionedTextDocumentIdentifier(uri, version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(edits))])


def selecting(uri: str, version: int, blank: OfferedBlank) -> types.WorkspaceEdit:
    """The edit that leaves a document's words as they are, selected for typing over. For clients that take snippets."""
    words = re.sub(r"([\\$}])", r"\\\1", blank.text)
    document = types.OptionalVersionedTextDocumentIdentifier(uri, version)
    edit = types.SnippetTextEdit(blank.range, types.StringValue(f"${{1:{words}}}"))
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, [edit])])


def diagnostics(
    findings: Iterable[Finding], rules: Mapping[str, Rule], lines: LineIndex, version: int, client: Client
) -> list[types.Diagnostic]:
    """A report's findings for a client. `lines` are those of the text that was read, `version` is its version."""
    return [_diagnostic(finding, rules.get(finding.rule), lines, version, client) for finding in findings]


def _diagnostic(
    finding: Finding, rule: Rule | None, lines: LineIndex, version: int, client: Client
) -> types.Diagnostic:
    link = rule_link(rule.path) if rule and client.diagnostic_links else None
    data = offer(finding, lines, version, client) if client.diagnostic_data else None
    if data and rule and rule.kind == "density":
        data["over"] = True  # it stands here because there are too many of its kind
    return types.Diagnostic(
        range=range_of(finding.span, lines, client.encoding),
        message=finding.message,
        severity=_SEVERITIES.get(finding.severity, types.DiagnosticSeverity.Hint),
        code=finding.rule,
        code_description=types.CodeDescription(link) if link else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if finding.cuttable and client.unnecessary else None,
        data=data,
    )


def offer(finding: Finding, lines: LineIndex, version: int, client: Client) -> dict[str, Any]:
    """What code actions are made of, so that nothing is linted again. `from_proto.offer_of` reads it."""
    data = {
        "rule": finding.rule,
        "version": version,
        "fixes": [_fix(fix, lines, client.encoding) for fix in finding.fixes],
    }
    return {**data, "blank": _blank(finding.blank, lines, client.encoding)} if finding.blank and client.snippets else data


def _blank(blank: Blank, lines: LineIndex, encoding: Encoding) -> dict[str, Any]:
    words = lines.text[blank.span.start : blank.span.end]
    start, end = (list(lines.offset_to_position(at, encoding)) for at in (blank.span.start, blank.span.end))
    return {"title": blank.title, "start": start, "end": end, "text": words}


def _fix(fix: Fix, lines: LineIndex, encoding: Encoding) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": fix.title,
        "safe": fix.safe,
        "edits": [
            {
                "start": list(lines.offset_to_position(edit.span.start, encoding)),
                "end": list(lines.offset_to_position(edit.span.end, encoding)),
                "text": edit.text,
            }
            for edit in sorted(fix.edits)
        ],
    }
    # Kept short: a quick fix is what a fix is unless it says otherwise.
    return data if fix.kind == QUICK_FIX else {**data, "kind": fix.kind}


@lru_cache(maxsize=1024)
def rule_link(path: str) -> str | None:
    """Where a rule is explained: its page, which ships beside the file that defines it; that file where there is none."""
    if not path:
        return None
    page = Path(path).with_suffix(".md")
    return (page if page.is_file() else Path(path)).absolute().as_uri()


def problem(item: Problem) -> types.Diagnostic:
    """A diagnostic for a mistake in a settings or rule file, over the whole line that it stands in."""
    line = max(item.line - 1, 0)
    return types.Diagnostic(
        range=types.Range(types.Position(line, 0), types.Position(line + 1, 0)),
        message=item.message,
        severity=types.DiagnosticSeverity.Error,
        source=SOURCE,
    )
