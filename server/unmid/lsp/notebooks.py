"""Notebooks: each Markdown cell is a document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lsprotocol import types

from unmid.lsp.session import Session
from unmid.lsp.workspace import ProseWorkspace

SYNC: Final = types.NotebookDocumentSyncOptions(
    notebook_selector=[types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage(language="markdown")])]
)


def opened(session: Session, workspace: ProseWorkspace, cells: Iterable[types.TextDocumentItem]) -> None:
    """Cells came in, with their notebook or after it."""
    for cell in cells:
        if cell.language_id == "markdown":
            document = workspace.get_text_document(cell.uri)
            session.opened(cell.uri, cell.version, cell.language_id, document.lines)


def changed(session: Session, workspace: ProseWorkspace, cells: types.NotebookDocumentCellChanges) -> None:
    """Cells were added, removed, or have another text."""
    if cells.structure:
        opened(session, workspace, cells.structure.did_open or ())
        closed(session, cells.structure.did_close or ())
    for change in cells.text_content or ():
        uri, version = change.document.uri, change.document.version
        session.changed(uri, version, workspace.get_text_document(uri).lines)


def closed(session: Session, cells: Iterable[types.TextDocumentIdentifier]) -> None:
    """Cells are gone."""
    for cell in cells:
        session.closed(cell.uri)
