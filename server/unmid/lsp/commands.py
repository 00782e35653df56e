"""What the server does on command."""

from __future__ import annotations

from typing import Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from unmid.lsp import actions, lens, project
from unmid.lsp.from_proto import path_of
from unmid.lsp.session import Session

FIX_ALL: Final = "unmid.fixAll"


def turn_off(session: Session, rule: str, uri: str) -> None:
    """Turn a rule off in the project that a draft belongs to."""
    file = project.file_for(path_of(uri), session.root)
    if file is None:
        session.say("unmid: save the draft first; without a folder there is no project to write to")
        return
    try:
        project.turn_off(file, rule)
    except project.EditError as error:
        session.say(f"unmid: {error}")
    else:
        session.reload()


async def fix_all(session: Session, server: LanguageServer, uri: str) -> None:
    """Make all safe fixes in an open document."""
    analysis = await session.analysis(uri)
    edit = actions.safe_edit(analysis, session.client) if analysis else None
    if edit:
        await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label="Cut all that can safely go"))


async def show_figures(session: Session, uri: str) -> None:
    """Tell the figures of an open document."""
    analysis = await session.analysis(uri)
    if analysis:
        session.say(lens.figures(analysis))
