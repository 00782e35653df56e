"""The server: every method that it answers, registered in one place. What a method does is said elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from unmid import __version__
from unmid.lsp import actions, commands, hover, inbox, keeping, lens, notebooks, parent, pull, writer
from unmid.lsp.client import Client
from unmid.lsp.drafts import is_draft
from unmid.lsp.exit import leave
from unmid.lsp.from_proto import encoding_of, speaks_of_us
from unmid.lsp.interview import interview
from unmid.lsp.register import IDENTIFIER, diagnostics, no_diagnostics, registrations
from unmid.lsp.session import Session
from unmid.lsp.streams import Reader, StandardInput, StandardOutput, bodies
from unmid.lsp.survey import Survey, folders
from unmid.lsp.tomls import TomlFiles
from unmid.lsp.wire import converter
from unmid.lsp.workspace import ProseProtocol, ProseWorkspace

if TYPE_CHECKING:
    from pygls.io_ import AsyncWriter, Writer

logger = logging.getLogger(__name__)


class Server(LanguageServer):
    """A language server with the session of its one client."""

    session: Session
    survey: Survey
    tomls: TomlFiles

    def __init__(self) -> None:
        super().__init__(
            "unmid",
            __version__,
            notebook_document_sync=notebooks.SYNC,
            protocol_cls=ProseProtocol,
            converter_factory=converter,
        )
        self._reported: set[str] = set()
        self._offer: bool | None = None
        """Whether the client may ask about the whole workspace; None when it has not been told of diagnostics at all."""
        self._offering = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.interview: object = None
        """The interview that goes on; an earlier one ends with the answer that it waits for."""

    @property
    def prose(self) -> ProseWorkspace:
        """The workspace, as what it is."""
        workspace = self.workspace
        assert isinstance(workspace, ProseWorkspace)
        return workspace

    @property
    def places(self) -> list[Path]:
        """The folders of the workspace."""
        return folders([self.prose.root_uri or "", *self.prose.folders])

    def publish(self, uri: str, version: int | None, diagnostics: Sequence[types.Diagnostic]) -> None:
        """Replace the diagnostics of a document."""
        # Clients that do not know versions pass over them.
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def show(self, message: str) -> None:
        """Tell the person who writes."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    def note(self, message: str) -> None:
        """Tell the person who writes what is good to know."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))

    def refresh(self, diagnostics: bool, lenses: bool) -> None:
        """Have the editor ask again for what it asks for."""
        if diagnostics:
            self.workspace_diagnostic_refresh(None)
        if lenses:
            self.workspace_code_lens_refresh(None)
        self.begin(self.offer_diagnostics())

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done that nobody waits for."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def offer_diagnostics(self) -> None:
        """Tell the client what it may ask for, if it takes such word and does not know: open drafts, or all.

        The whole workspace is named only where the settings want it marked. Neovim 0.12, asked to ask again, asks about
        the workspace if it can, and then leaves open drafts as they are; VS Code asks about it every two seconds.
        """
        if not self.session.client.registers_diagnostics:
            return
        async with self._offering:
            everywhere = await self.survey.wanted(self.places)
            if everywhere == self._offer:
                return
            if self._offer is not None:
                await self.client_unregister_capability_async(no_diagnostics())
            self._offer = everywhere
            try:
                await self.client_register_capability_async(diagnostics(everywhere))
            except Exception as error:  # a client may say that it can, and then cannot
                logger.warning("The client cannot be told which diagnostics there are: %s", error)
            if everywhere and self.session.client.refreshes_diagnostics:
                self.workspace_diagnostic_refresh(None)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what went wrong, each thing once. A dialogue over the draft helps nobody."""
        if str(error) not in self._reported:
            self._reported.add(str(error))
            logger.error("%s: %s", getattr(source, "__name__", source), error)

    async def ask_for_settings(self) -> None:
        """Ask the client for its settings; what it does not answer stays as it is."""
        params = types.ConfigurationParams([types.ConfigurationItem(section="unmid")])
        try:
            answers = await self.workspace_configuration_async(params)
        except Exception as error:  # a client may say that it can, and then cannot
            logger.warning("The client does not tell its settings: %s", error)
            return
        if answers and answers[0] is not None:
            self.session.configure(answers[0])

    def start_session(self, params: types.InitializeParams) -> None:
        """Begin: the client has said who it is."""
        client = Client.of(params.capabilities, encoding_of(self.workspace.position_encoding))
        loop = asyncio.get_running_loop()
        self.session = Session(self, client, _root(self.prose), params.initialization_options, loop)
        self.survey = Survey(self.session)
        # Not before the answer to `initialize` is out.
        loop.call_soon(self.session.warm)
        self.tomls = TomlFiles(self.session)
        parent.watch(params.process_id, lambda: leave(1))

    def serve_io(self, source: BinaryIO, target: BinaryIO) -> None:
        """Serve one client on two files until the first ends or the client says `exit`."""
        with contextlib.suppress(SystemExit, KeyboardInterrupt):
            asyncio.run(self.serve(StandardInput(source, self.thread_pool), StandardOutput(target)))
        self.shutdown()  # type: ignore[no-untyped-call]

    async def serve(self, reader: Reader, writer: Writer | AsyncWriter) -> None:
        """Serve one client until it ends or says `exit`."""
        self.protocol.set_writer(writer)
        async for body in bodies(reader):
            inbox.take(self, body)

    @property
    def started(self) -> bool:
        """Whether the client has said who it is."""
        return hasattr(self, "session")

    @property
    def said_goodbye(self) -> bool:
        """Whether the client has asked for `shutdown`."""
        return self.protocol._shutdown

    def end(self) -> bool:
        """Put the worker to rest; whether it went quietly."""
        return self.session.close() if self.started else True


def create_server() -> Server:
    """A server that is ready to be started."""
    server = Server()
    _register_lifecycle(server)
    _register_documents(server)
    _register_requests(server)
    _register_commands(server)
    return server


def _register_lifecycle(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(ls: Server, params: types.InitializeParams) -> None:
        ls.start_session(params)

    @server.feature(types.INITIALIZED)
    async def initialized(ls: Server, params: types.InitializedParams) -> None:
        if wanted := list(registrations(ls.session.client)):
            ls.client_register_capability(types.RegistrationParams(wanted))
        if ls.session.client.configuration:
            await ls.ask_for_settings()
        await ls.offer_diagnostics()

    @server.feature(types.SHUTDOWN)
    def shutdown(ls: Server, params: None) -> None:
        ls.session.close()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configuration(ls: Server, params: types.DidChangeConfigurationParams) -> None:
        if speaks_of_us(params.settings):
            ls.session.configure(params.settings)
        elif ls.session.client.configuration:
            await ls.ask_for_settings()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched_files(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
        ls.session.reload()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.session.root = _root(ls.prose)


def _register_documents(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        lines = ls.prose.get_text_document(item.uri).lines
        if is_draft(item.uri, item.language_id):
            ls.session.opened(item.uri, item.version, item.language_id, lines)
        else:
            ls.tomls.opened(item.uri, item.version, lines)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
        item = params.text_document
        holder = ls.tomls if item.uri in ls.tomls else ls.session
        holder.changed(item.uri, item.version, ls.prose.get_text_document(item.uri).lines)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        (ls.tomls if uri in ls.tomls else ls.session).closed(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        # Not every client watches files.
        if params.text_document.uri in ls.tomls:
            ls.session.reload()

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_did_open(ls: Server, params: types.DidOpenNotebookDocumentParams) -> None:
        notebooks.opened(ls.session, ls.prose, params.cell_text_documents)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def notebook_did_change(ls: Server, params: types.DidChangeNotebookDocumentParams) -> None:
        if params.change.cells:
            notebooks.changed(ls.session, ls.prose, params.change.cells)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_did_close(ls: Server, params: types.DidCloseNotebookDocumentParams) -> None:
        notebooks.closed(ls.session, params.cell_text_documents)


def _register_requests(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=list(actions.KINDS)))
    async def code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        document = ls.session.document(params.text_document.uri)
        wanted = params.context.only and actions.wants(params.context.only, actions.FIX_ALL)
        if wanted or (document and document.analysis is None):
            # On save the last keystroke may not have been linted yet, and there is no second chance.
            await ls.session.analysis(params.text_document.uri)
        return ls.session.actions(params)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def on_hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
        if params.text_document.uri in ls.tomls:
            return await ls.tomls.hover(params.text_document.uri, params.position)
        document = ls.session.document(params.text_document.uri)
        if document and document.analysis is None:
            await ls.session.analysis(params.text_document.uri)
        current = document.current if document else None
        return hover.hover(current, params.position, ls.session.client) if current else None

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=['"', "[", "/"]))
    async def completion(ls: Server, params: types.CompletionParams) -> types.CompletionList | None:
        return await ls.tomls.completion(params.text_document.uri, params.position)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lens(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
        analysis = await ls.session.analysis(params.text_document.uri)
        return lens.lenses(analysis) if analysis else []

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=True, identifier=IDENTIFIER),
    )
    async def diagnostic(ls: Server, params: types.DocumentDiagnosticParams) -> pull.Report:
        if params.text_document.uri in ls.tomls:
            found = await ls.tomls.diagnostics(params.text_document.uri)
            return types.RelatedFullDocumentDiagnosticReport(found or [])
        return await pull.report(ls.session, params)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def workspace_diagnostic(ls: Server, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        return await pull.workspace(ls, ls.survey, params)


def _register_commands(server: Server) -> None:
    @server.command(actions.TURN_OFF)
    async def turn_off(ls: Server, rule: str, uri: str) -> None:
        await commands.turn_off(ls.session, rule, uri)

    @server.command(commands.FIX_ALL)
    async def fix_all(ls: Server, uri: str) -> None:
        await commands.fix_all(ls.session, ls, uri)

    @server.command(commands.REPORT)
    async def report(ls: Server, uri: str) -> str:
        return await commands.report(ls.session, uri)

    @server.command(commands.EXPLAIN)
    async def explain(ls: Server, rule: str) -> str:
        return await commands.explain(ls.session, rule)

    @server.command(keeping.KEEP)
    async def keep_phrase(ls: Server, phrase: str, uri: str) -> None:
        await writer.keep(ls.session, phrase, uri)

    @server.command(keeping.ALLOW)
    async def allow_rule(ls: Server, rule: str, uri: str) -> None:
        await writer.allow(ls.session, rule, uri)

    @server.command(keeping.BAN)
    async def ban_word(ls: Server, word: str, uri: str) -> None:
        await writer.ban(ls.session, word, uri)

    @server.command(writer.CHOOSE)
    async def choose_author(ls: Server, name: str, *uri: str) -> None:
        # The session has one author; which draft the choice was made at does not matter.
        await writer.choose(ls.session, name)

    @server.command(writer.AUTHORS)
    async def authors(ls: Server) -> list[dict[str, Any]]:
        return await writer.authors(ls.session)

    @server.command(writer.LEARN)
    async def learn_voice(ls: Server, name: str, *folder: str) -> str:
        async with pull.progress(ls, f"Learning the voice of {name}") as told:
            taught = await writer.learn(ls.session, name, "".join(folder[:1]), told)
        if taught.pack:
            ls.begin(interview(ls, taught.pack, taught.proposals))
        return taught.told

    @server.command(lens.FIGURES)
    async def show_figures(ls: Server, uri: str) -> None:
        await commands.show_figures(ls.session, uri)


def _root(workspace: ProseWorkspace) -> Path | None:
    """The folder that the client works in."""
    uris = [workspace.root_uri, *workspace.folders]
    paths = [to_fs_path(uri) for uri in uris if uri]
    return next((Path(path) for path in paths if path), None)
