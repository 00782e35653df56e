"""Diagnostics for clients that ask for them: of one document, or of the workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from unmid.lsp.session import Session
from unmid.lsp.survey import Item, Survey

if TYPE_CHECKING:
    from unmid.lsp.server import Server

Report = types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport

_TITLE: Final = "Checking drafts"
_BATCH: Final = 20
"""Files in a part of the answer, and between two words on progress."""

_LONG: Final = 60
"""Files that take long enough to show progress though the client has not asked for it."""

_TOKENS: Final = count(1)


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


async def workspace(server: Server, survey: Survey, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """The diagnostics of all drafts of the workspace, as far as its settings want that; in parts and with progress where the client asks for these."""
    previous = {one.uri: one.value for one in params.previous_result_ids}
    work, part = params.work_done_token, params.partial_result_token
    places = server.places
    items: list[Item] = []
    try:
        async for item, number, total in survey.items(places, previous):
            if work is None and number == 1 and not previous and total >= _LONG and server.session.client.progress:
                work = await _shown(server, _TITLE)
            elif number == 1 and work is not None:
                server.work_done_progress.begin(work, types.WorkDoneProgressBegin(_TITLE, percentage=0))
            if work is not None and number % _BATCH == 0:
                told = types.WorkDoneProgressReport(message=f"{number} of {total}", percentage=100 * number // total)
                server.work_done_progress.report(work, told)
            items += [item] if item else []
            if part is not None and len(items) >= _BATCH:
                server.progress(types.ProgressParams(part, types.WorkspaceDiagnosticReport(items)))
                items = []
    finally:
        if work is not None:
            server.work_done_progress.end(work, types.WorkDoneProgressEnd())
    if part is not None and items:
        # What came in parts comes in parts to the end: the answer itself must be empty then.
        server.progress(types.ProgressParams(part, types.WorkspaceDiagnosticReport(items)))
        items = []
    return types.WorkspaceDiagnosticReport(items)


@asynccontextmanager
async def progress(server: Server, title: str) -> AsyncIterator[Callable[[int, int], None]]:
    """Shows how far something is, where the client can: call what this gives with what is done, and of how many."""
    token = await _shown(server, title) if server.session.client.progress else None

    def told(done: int, of: int) -> None:
        if token is not None and (done % _BATCH == 0 or of < _LONG):
            step = types.WorkDoneProgressReport(message=f"{done} of {of}", percentage=100 * done // max(of, 1))
            server.work_done_progress.report(token, step)

    try:
        yield told
    finally:
        if token is not None:
            server.work_done_progress.end(token, types.WorkDoneProgressEnd())


async def _shown(server: Server, title: str) -> str:
    """Progress that the server begins of its own accord."""
    token = f"unmid-survey-{next(_TOKENS)}"
    await server.work_done_progress.create_async(token)
    server.work_done_progress.begin(token, types.WorkDoneProgressBegin(title, percentage=0))
    return token
