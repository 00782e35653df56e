"""The open documents, kept as the editor has them, and the protocol that keeps them.

pygls 2.1 splits lines with `str.splitlines`, which also breaks at U+2028, NEL, vertical tab and form feed. Prose holds such
characters, and one of them is enough to send every later edit to the wrong place. It also writes into the positions it is
given. The classes here take pygls's place wherever text or positions are concerned, and change nothing else.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Generator
from typing import Any
from urllib.parse import unquote

from lsprotocol import types
from pygls.exceptions import JsonRpcInternalError
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import MsgId
from pygls.workspace import TextDocument, Workspace

from unmid.lsp.client import Client
from unmid.lsp.fragments import Fragments
from unmid.lsp.from_proto import encoding_of, span_of
from unmid.text.edits import Edit
from unmid.text.lines import LineIndex

logger = logging.getLogger(__name__)


class ProseDocument(TextDocument):
    """An open document. `lines` converts its positions; pygls's own conversions are not to be used."""

    _lines = LineIndex("")

    @property
    def lines(self) -> LineIndex:
        """The lines of `source`, worked out once for each version."""
        source = self.source
        if self._lines.text is not source:
            self._lines = LineIndex(source)
        return self._lines

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Apply a change of a range or of the whole text; which of them, the change says, not what was advertised."""
        if isinstance(change, types.TextDocumentContentChangePartial):
            span = span_of(change.range, self.lines, encoding_of(self.position_codec.encoding))
            self._lines = self.lines.edited(Edit(span, change.text))
            self._source = self._lines.text
        else:
            self._source = change.text


class ProseWorkspace(Workspace):
    """A workspace whose documents, notebook cells among them, are `ProseDocument`s.

    Changes to what is not open are ignored: there is no text that they could apply to.
    """

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> ProseDocument:
        return ProseDocument(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            sync_kind=self._sync_kind,
            position_codec=self.position_codec,
        )

    def get_text_document(self, doc_uri: str) -> ProseDocument:
        """The open document, or one that reads the file at every use of its `source`."""
        document = super().get_text_document(doc_uri)
        assert isinstance(document, ProseDocument)
        return document

    def update_text_document(
        self,
        text_doc: types.VersionedTextDocumentIdentifier,
        change: types.TextDocumentContentChangeEvent,
    ) -> None:
        """Apply one change to an open document and note its version."""
        if unquote(text_doc.uri) in self.text_documents:
            super().update_text_document(text_doc, change)
        else:
            logger.warning("Ignoring a change to a document that is not open: %s", text_doc.uri)

    def update_notebook_document(self, params: types.DidChangeNotebookDocumentParams) -> None:
        """Apply changes to an open notebook: its cells, their order, their text."""
        if unquote(params.notebook_document.uri) in self.notebook_documents:
            super().update_notebook_document(params)
        else:
            logger.warning(
                "Ignoring a change to a notebook that is not open: %s", params.notebook_document.uri
            )


class ProseProtocol(LanguageServerProtocol):
    """The protocol with a `ProseWorkspace` in place of pygls's workspace, from the moment there is one."""

    @property
    def workspace(self) -> ProseWorkspace:
        """The workspace.

        pygls makes its own while it answers `initialize`, before any handler runs and before anything is in it. All use
        goes through this property, so the first use is soon enough to put ours there instead.
        """
        workspace = super().workspace
        if not isinstance(workspace, ProseWorkspace):
            workspace = self._workspace = ProseWorkspace(
                workspace.root_uri,
                workspace._sync_kind,
                list(workspace.folders.values()),
                workspace.position_encoding,
            )
        return workspace

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer `initialize`. Clients that can be told later which diagnostics there are to ask for are told later."""
        result = yield from super().lsp_initialize(params)
        if Client.of(params.capabilities, encoding_of(self.workspace.position_encoding)).registers_diagnostics:
            result.capabilities.diagnostic_provider = None
        return result

    def _execute_handler(self, msg_id: MsgId, handler: Any, callback: Any, *args: Any, **keywords: Any) -> None:
        """Run a handler.

        pygls keeps the outcome of every notification for good, which comes to a hundred megabytes in a day of typing.
        """

        def forget(outcome: Any) -> None:
            if not outcome.cancelled():  # by `shutdown`, which is reading the list just now
                self._request_futures.pop(msg_id, None)
            callback(outcome)

        super()._execute_handler(msg_id, handler, forget, *args, **keywords)

    def _send_data(self, data: Any) -> None:
        """Send a message. Diagnostics that are JSON already go out as they are, past pygls's converter."""
        body = _ready(data)
        if body is None or self.writer is None:
            super()._send_data(data)
            return
        header = f"Content-Length: {len(body)}\r\n\r\n" if self._include_headers else ""
        try:
            # JSON of ours is ASCII, so it has as many bytes as characters.
            self.writer.write((header + body).encode("ascii"))
        except BrokenPipeError:
            raise
        except Exception as error:  # as pygls does: one message lost is no reason to fall silent
            self._server._report_server_error(error, JsonRpcInternalError)


def _ready(data: Any) -> str | None:
    """A message whose diagnostics are JSON already; None for any other."""
    params, result = getattr(data, "params", None), getattr(data, "result", None)
    if isinstance(params, types.PublishDiagnosticsParams) and isinstance(params.diagnostics, Fragments):
        version = "" if params.version is None else f'"version":{params.version},'
        inner = f'{{"uri":{json.dumps(params.uri)},{version}"diagnostics":{params.diagnostics.json}}}'
        return f'{{"jsonrpc":"2.0","method":{json.dumps(data.method)},"params":{inner}}}'
    if isinstance(result, types.RelatedFullDocumentDiagnosticReport) and isinstance(result.items, Fragments):
        inner = f'{{"kind":"full","resultId":{json.dumps(result.result_id)},"items":{result.items.json}}}'
        return f'{{"jsonrpc":"2.0","id":{json.dumps(data.id)},"result":{inner}}}'
    return None
