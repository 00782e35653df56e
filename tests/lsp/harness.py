"""A client's side of the protocol: what an editor keeps, and how it applies what it is sent."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient

import unmid
import unmid_rules

PACK = Path(__file__).parent / "pack"
SETTINGS = {"packs": [str(PACK)], "select": ["trial"], "debounce": 0}
COMMAND = [sys.executable, "-m", "unmid", "serve"]
ENVIRONMENT = os.environ | {
    "PYTHONPATH": os.pathsep.join(str(Path(str(module.__file__)).parents[1]) for module in (unmid, unmid_rules))
}
WAIT = 60
"""Seconds after which a test gives up on the server."""


def units(text: str, encoding: str) -> int:
    return len(text.encode(encoding + ("-le" if encoding != "utf-8" else ""))) // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]


@dataclass
class Draft:
    """A document as the editor has it. Lines end at line feeds only."""

    uri: str
    text: str
    encoding: str
    version: int = 1

    def position(self, offset: int) -> types.Position:
        before = self.text[:offset]
        return types.Position(before.count("\n"), units(before[before.rfind("\n") + 1 :], self.encoding))

    def offset(self, position: types.Position) -> int:
        start = sum(len(line) + 1 for line in self.text.split("\n")[: position.line])
        line = self.text.split("\n")[position.line]
        for column in range(len(line) + 1):
            if units(line[:column], self.encoding) == position.character:
                return start + column
        raise AssertionError(f"{position} is not in {line!r}")

    def range_of(self, words: str) -> types.Range:
        start = self.text.index(words)
        return types.Range(self.position(start), self.position(start + len(words)))

    def words_at(self, range_: types.Range) -> str:
        return self.text[self.offset(range_.start) : self.offset(range_.end)]

    def edits_in(self, edit: types.WorkspaceEdit) -> list[types.TextEdit]:
        """The edits to this document, checked to be for the version that it has."""
        if edit.document_changes is None:
            assert edit.changes is not None
            assert list(edit.changes) == [self.uri]
            return list(edit.changes[self.uri])
        (change,) = edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        assert (change.text_document.uri, change.text_document.version) == (self.uri, self.version)
        assert edit.changes is None
        return [one for one in change.edits if isinstance(one, types.TextEdit)]

    def apply(self, edit: types.WorkspaceEdit) -> list[types.TextDocumentContentChangeEvent]:
        """Apply an edit, last first, and give the changes to send."""
        placed = sorted(self.edits_in(edit), key=lambda e: (e.range.start.line, e.range.start.character), reverse=True)
        return [self.replace(one.range, one.new_text) for one in placed]

    def replace(self, range_: types.Range, text: str) -> types.TextDocumentContentChangeEvent:
        start, end = self.offset(range_.start), self.offset(range_.end)
        self.text = self.text[:start] + text + self.text[end:]
        return types.TextDocumentContentChangePartial(range_, text)


@dataclass
class Desk:
    """An editor at work: a client and its drafts, whichever way it comes by diagnostics."""

    client: LanguageClient
    encoding: str
    pulls: bool
    published: dict[str, list[types.PublishDiagnosticsParams]] = field(default_factory=dict)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        features = self.client.protocol.fm.features
        features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = self._on_publish

    async def _on_publish(self, params: types.PublishDiagnosticsParams) -> None:
        async with self.arrived:
            self.published.setdefault(params.uri, []).append(params)
            self.arrived.notify_all()

    async def open(self, uri: str, text: str, language: str = "markdown") -> Draft:
        draft = Draft(uri, text, self.encoding)
        item = types.TextDocumentItem(uri, language, draft.version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return draft

    def change(self, draft: Draft, *changes: types.TextDocumentContentChangeEvent) -> None:
        draft.version += 1
        document = types.VersionedTextDocumentIdentifier(draft.version, draft.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, list(changes)))

    async def push(self, uri: str, sent: int) -> types.PublishDiagnosticsParams:
        """The publication to `uri` of that number, from 0."""
        async with self.arrived:
            await asyncio.wait_for(self.arrived.wait_for(lambda: len(self.published.get(uri, [])) > sent), WAIT)
        return self.published[uri][sent]

    async def marks(self, draft: Draft) -> list[types.Diagnostic]:
        """The diagnostics of the draft as it is."""
        if self.pulls:
            params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(draft.uri))
            answer = await asyncio.wait_for(self.client.text_document_diagnostic_async(params), WAIT)
            assert isinstance(answer, types.RelatedFullDocumentDiagnosticReport)
            assert draft.uri not in self.published
            return list(answer.items)

        def there() -> bool:
            sent = self.published.get(draft.uri, [])
            return bool(sent) and sent[-1].version == draft.version

        async with self.arrived:
            await asyncio.wait_for(self.arrived.wait_for(there), WAIT)
        return list(self.published[draft.uri][-1].diagnostics)

    async def marks_after(self, draft: Draft, sent: int) -> list[types.Diagnostic]:
        """The diagnostics of the draft once something other than a change of it has had its effect."""
        if not self.pulls:
            await self.push(draft.uri, sent)
        return await self.marks(draft)

    def sent(self, draft: Draft) -> int:
        return len(self.published.get(draft.uri, []))

    async def actions(self, draft: Draft, marks: list[types.Diagnostic], only: list[str] | None = None) -> list[types.CodeAction]:
        whole = types.Range(types.Position(0, 0), draft.position(len(draft.text)))
        context = types.CodeActionContext(diagnostics=marks, only=only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(draft.uri), marks[0].range if marks else whole, context)
        answer = await asyncio.wait_for(self.client.text_document_code_action_async(params), WAIT)
        return [action for action in answer or [] if isinstance(action, types.CodeAction)]

    def configure(self, settings: dict[str, Any]) -> None:
        self.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"unmid": settings}))
