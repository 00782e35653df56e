"""Diagnostics for clients that ask for them."""

from __future__ import annotations

from lsprotocol import types

from unmid.lsp.session import Session

Report = types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport


async def report(session: Session, params: types.DocumentDiagnosticParams) -> Report:
    """The diagnostics of an open document, or word that they are those that the client has."""
    analysis = await session.analysis(params.text_document.uri)
    if analysis is None:
        return types.RelatedFullDocumentDiagnosticReport([])
    # Data in diagnostics speaks of one version, so an old result will not do for a newer one even if all else is equal.
    result = str(analysis.snapshot.revision)
    if result == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result)
    return types.RelatedFullDocumentDiagnosticReport(session.diagnostics(analysis), result_id=result)
