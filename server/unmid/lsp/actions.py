"""Code actions, made of what diagnostics carry and of the last report. Nothing is linted here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from lsprotocol import types

from unmid.lint.apply import chosen
from unmid.lint.finding import Finding
from unmid.lsp import keeping, to_proto
from unmid.lsp.client import Client
from unmid.lsp.from_proto import Offer, offer_of, span_of
from unmid.lsp.silence import silencing
from unmid.lsp.state import Analysis, OpenDocument

FIX_ALL: Final = "source.fixAll.unmid"
QUICK_FIX: Final = "quickfix"
KINDS: Final = (QUICK_FIX, "refactor.rewrite", keeping.BAN_KIND, FIX_ALL)
TURN_OFF: Final = "unmid.turnOffRule"

Marked = tuple[types.Diagnostic, Offer]


def wants(only: Sequence[types.CodeActionKind | str] | None, kind: str) -> bool:
    """Whether a request is open to actions of `kind`; `source` asks for all whose kinds begin with `source.`."""
    names = [_name(name) for name in only or ()]
    return not names or any(not name or kind == name or kind.startswith(f"{name}.") for name in names)


def actions(
    document: OpenDocument,
    context: types.CodeActionContext,
    client: Client,
    can_write: bool,
    selected: types.Range | None = None,
) -> list[types.CodeAction]:
    """The actions for a request. `can_write`: there is a project whose settings can be changed. `selected` is what the request is about."""
    offers = [(diagnostic, _offer(diagnostic, document, client)) for diagnostic in context.diagnostics]
    marked = [(diagnostic, offer) for diagnostic, offer in offers if offer]
    found = [
        *(action for one in marked for action in _fixes(one, document, client)),
        *(action for one in marked for action in _blanks(one, document, client)),
        *_whole_rules(marked, document.of_this_text, client),
        *(action for one in marked for action in _keeps(one, document.of_this_text, client)),
        *(action for one in marked for action in _ignores(one, document.of_this_text, client)),
        *(action for one in marked for action in _turn_offs(one, document) if can_write),
        *(keeping.bans(selected, document.current, client.encoding) if selected and document.current else ()),
        *fix_all(document.current, client),
    ]
    return [action for action in found if wants(context.only, _name(action.kind))]


def fix_all(analysis: Analysis | None, client: Client) -> Iterator[types.CodeAction]:
    """All safe fixes at once, if there are any."""
    edit = safe_edit(analysis, client) if analysis else None
    if edit:
        yield types.CodeAction(title="Cut all that can safely go", kind=FIX_ALL, edit=edit)


def safe_edit(analysis: Analysis, client: Client) -> types.WorkspaceEdit | None:
    """The edit that makes all safe fixes at once."""
    return _together(analysis, analysis.report.findings, client, suggested=False)


def _offer(diagnostic: types.Diagnostic, document: OpenDocument, client: Client) -> Offer | None:
    """What a diagnostic of ours offers for the text as it is now."""
    if diagnostic.source != to_proto.SOURCE:
        return None
    data = diagnostic.data
    if data is None and document.of_this_text:
        data = _stored(diagnostic, document.of_this_text, client)
    offer = offer_of(data)
    # Fresh diagnostics are on the way when these speak of an older text.
    return offer if offer and offer.version == document.snapshot.version else None


def _stored(diagnostic: types.Diagnostic, analysis: Analysis, client: Client) -> object:
    """The data that a diagnostic would carry, for clients that do not hand it back."""
    lines = analysis.snapshot.lines
    span = span_of(diagnostic.range, lines, client.encoding)
    for finding in analysis.report.findings:
        if finding.rule == diagnostic.code and finding.span == span:
            return to_proto.offer(finding, lines, analysis.snapshot.version, client)
    return None


def _fixes(marked: Marked, document: OpenDocument, client: Client) -> Iterator[types.CodeAction]:
    diagnostic, offer = marked
    for number, fix in enumerate(offer.fixes):
        yield types.CodeAction(
            title=fix.title,
            kind=fix.kind,
            diagnostics=[diagnostic],
            is_preferred=True if client.preferred_actions and fix.safe and number == 0 else None,
            edit=to_proto.workspace_edit(document.snapshot.uri, offer.version, fix.edits, client),
        )


def _blanks(marked: Marked, document: OpenDocument, client: Client) -> Iterator[types.CodeAction]:
    """Words that only the writer can replace, selected; the text stays as it is until they type."""
    diagnostic, offer = marked
    if offer.blank and client.snippets:
        edit = to_proto.selecting(document.snapshot.uri, offer.version, offer.blank)
        yield types.CodeAction(title=offer.blank.title, kind=QUICK_FIX, diagnostics=[diagnostic], edit=edit)


def _whole_rules(marked: Iterable[Marked], analysis: Analysis | None, client: Client) -> Iterator[types.CodeAction]:
    """For each rule that marks more than one place: all its fixes, safe or not, since someone asks for just these."""
    if analysis is None:
        return
    for rule in dict.fromkeys(offer.rule for _, offer in marked):
        findings = [finding for finding in analysis.report.findings if finding.rule == rule and finding.fixes]
        fixes = chosen(findings, suggested=True)
        edit = _together(analysis, findings, client, suggested=True)
        if edit and len(fixes) > 1:
            verb = "Cut" if all(finding.cuttable for finding in findings) else "Change"
            yield types.CodeAction(title=f"{verb} all {len(fixes)} of {rule}", kind=QUICK_FIX, edit=edit)


def _together(
    analysis: Analysis, findings: Iterable[Finding], client: Client, suggested: bool
) -> types.WorkspaceEdit | None:
    """One edit that makes the fixes of all findings, but for those that would get in each other's way."""
    edits = [edit for fix in chosen(findings, suggested) for edit in fix.edits]
    snapshot = analysis.snapshot
    changes = to_proto.text_edits(edits, snapshot.lines, client.encoding)
    return to_proto.workspace_edit(snapshot.uri, snapshot.version, changes, client) if changes else None


def _keeps(marked: Marked, analysis: Analysis | None, client: Client) -> Iterator[types.CodeAction]:
    diagnostic, offer = marked
    if analysis:
        yield from keeping.keeps(diagnostic, analysis, client.encoding)
        yield from keeping.allows(diagnostic, offer.rule, analysis)


def _ignores(marked: Marked, analysis: Analysis | None, client: Client) -> Iterator[types.CodeAction]:
    diagnostic, offer = marked
    if analysis is None or offer.rule not in analysis.basis.ruleset.rules:
        return
    snapshot = analysis.snapshot
    span = span_of(diagnostic.range, snapshot.lines, client.encoding)
    if edit := silencing(analysis, span, offer.rule):
        changes = to_proto.text_edits([edit], snapshot.lines, client.encoding)
        yield types.CodeAction(
            title=f"Ignore {offer.rule} here",
            kind=QUICK_FIX,
            diagnostics=[diagnostic],
            edit=to_proto.workspace_edit(snapshot.uri, snapshot.version, changes, client),
        )


def _turn_offs(marked: Marked, document: OpenDocument) -> Iterator[types.CodeAction]:
    diagnostic, offer = marked
    if document.analysis and offer.rule in document.analysis.basis.ruleset.rules:
        title = f"Turn off {offer.rule} in this project"
        command = types.Command(title, TURN_OFF, arguments=[offer.rule, document.snapshot.uri])
        yield types.CodeAction(title=title, kind=QUICK_FIX, diagnostics=[diagnostic], command=command)


def _name(kind: types.CodeActionKind | str | None) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind or ""
