"""What the server does on command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from unmid.lsp import actions, lens, pages, project
from unmid.lsp.from_proto import path_of
from unmid.lsp.session import Session
from unmid.lsp.state import Snapshot
from unmid.lsp.survey import CLOSED
from unmid.text.lines import LineIndex

if TYPE_CHECKING:
    from unmid.lsp.basis import Bases
    from unmid.lsp.schedule import Cancelled
    from unmid.settings import Settings

FIX_ALL: Final = "unmid.fixAll"
REPORT: Final = "unmid.report"
EXPLAIN: Final = "unmid.explain"


async def turn_off(session: Session, rule: str, uri: str) -> None:
    """Turn a rule off in the project that a draft belongs to. A name that no rule has would break its settings."""
    document = session.document(uri)
    known = document.analysis.basis.ruleset if document and document.analysis else None
    if known is None or rule not in known.rules.keys() | known.off.keys():
        session.say(f"unmid: there is no rule “{rule}”" if known else "unmid: open the draft first; its project is the one to write to")
        return
    file = project.file_for(path_of(uri), session.root)
    if file is None:
        session.say("unmid: save the draft first; without a folder there is no project to write to")
        return

    def work(bases: Bases, settings: Settings, cancelled: Cancelled) -> str:
        # Beside the loop: another program may hold the file for seconds.
        from unmid.packs.edit import EditError

        try:
            project.turn_off(file, rule)
        except EditError as error:
            return str(error)
        return ""

    if fault := await session.run(work):
        session.say(f"unmid: {fault}")
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


async def report(session: Session, uri: str) -> str:
    """The report on a draft, open or not, as HTML."""
    document = session.document(uri)
    snapshot = document.snapshot if document else _closed(uri)
    made = await session.run(lambda bases, settings, cancelled: pages.report(snapshot, settings, session.root, bases, cancelled))
    if made is None:
        raise JsonRpcInvalidParams("the report cannot be made; the log of the server says why")
    return made


async def explain(session: Session, rule: str) -> str:
    """What a rule is for, as Markdown."""

    def work(bases: Bases, settings: Settings, cancelled: Cancelled) -> str | pages.Unknown:
        try:
            return pages.explanation(rule, settings, session.root, bases)
        except pages.Unknown as error:
            return error

    made = await session.run(work)
    if not isinstance(made, str):
        raise JsonRpcInvalidParams(str(made or "the rules cannot be read; the log of the server says why"))
    return made


def _closed(uri: str) -> Snapshot:
    """A file that is not open, as it is on disk."""
    from unmid.files import Unreadable, read_text

    path = path_of(uri)
    if path is None:
        raise JsonRpcInvalidParams(f"{uri} is not open")
    try:
        return Snapshot(uri, CLOSED, "", LineIndex(read_text(path)), CLOSED)
    except Unreadable as error:
        raise JsonRpcInvalidParams(str(error)) from error
