"""All that the server knows between messages. Lives on the loop thread; what is slow goes to the worker."""

from __future__ import annotations

import asyncio
import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from lsprotocol import types

from unmid.lsp import project, to_proto
from unmid.lsp.actions import actions
from unmid.lsp.client import Client
from unmid.lsp.fragments import Fragments
from unmid.lsp.from_proto import key_of, path_of, settings_of
from unmid.lsp.schedule import Cancelled, Debounce, Worker
from unmid.lsp.state import Analysis, Memory, OpenDocument, Snapshot
from unmid.settings import Settings, parse
from unmid.text.lines import LineIndex

if TYPE_CHECKING:
    from unmid.lsp.basis import Bases
    from unmid.packs.model import Problem


Made = TypeVar("Made")

MOST_CHUNKS: Final = 8_000
"""Chunks of open documents, all together, whose analysis is kept at hand: some 350,000 words."""


class Editor(Protocol):
    """What a session says to the editor of its own accord."""

    def publish(self, uri: str, version: int | None, diagnostics: Sequence[types.Diagnostic]) -> None:
        """Replace the diagnostics of a document."""

    def show(self, message: str) -> None:
        """Tell the person who writes what they should look at."""

    def note(self, message: str) -> None:
        """Tell the person who writes what is good to know."""

    def refresh(self, diagnostics: bool, lenses: bool) -> None:
        """Have the editor ask again for what it asks for."""


class Session:
    """The open documents of one client, and what keeps their diagnostics up to date."""

    def __init__(
        self, editor: Editor, client: Client, root: Path | None, options: object, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.client = client
        self.root = root
        self.documents: dict[str, OpenDocument] = {}
        """By key of their URI; the one edited or asked about last comes last."""
        self._editor = editor
        self._loop = loop
        self._worker = Worker()
        self._debounce = Debounce(loop, self._lint)
        self._revisions = count(1)
        self._options = settings_of(options)
        self._settings = Settings()
        self._section: dict[str, Any] = {}
        self._author: str | None = None
        """Whom a command chose, if any; over what the settings say."""
        self._trusted = True
        """Whether the workspace may bring settings and packs of its own."""
        self._shown: set[str] = set()
        self._troubled: dict[str, list[types.Diagnostic]] = {}
        """By URI: settings and rule files that the editor shows as broken."""
        self.edited: set[str] = set()
        """By key: settings and rule files that are open, of which only the text in the editor counts."""
        self._bases: Bases | None = None
        self._asked: set[asyncio.Future[Any]] = set()
        """What was asked of the worker besides the open documents, and is not there yet."""
        self._configure({})

    # Documents.

    def opened(self, uri: str, version: int, language: str, lines: LineIndex) -> None:
        """A document was opened, or opened again with what may be another text."""
        self._forget(key_of(uri))
        document = OpenDocument(Snapshot(uri, version, language, lines, next(self._revisions)))
        self.documents[key_of(uri)] = document
        self._touch(document, 0)

    def changed(self, uri: str, version: int, lines: LineIndex) -> None:
        """A document has a new text. What is being made of the old one is no longer wanted."""
        document = self.documents.pop(key_of(uri), None)
        if document is None:
            return
        self.documents[key_of(uri)] = document
        document.snapshot = replace(document.snapshot, version=version, lines=lines, revision=next(self._revisions))
        self._touch(document, self._delay(document))

    def closed(self, uri: str) -> None:
        """A document was closed: its marks go."""
        document = self._forget(key_of(uri))
        if document and document.published:
            self._editor.publish(uri, None, [])
        self.report_problems()

    def close(self) -> bool:
        """End the worker; whether it went quietly."""
        for key in list(self.documents):
            self._forget(key)
        for future in self._asked:
            future.cancel()
        return self._worker.stop(timeout=1.0)

    def document(self, uri: str) -> OpenDocument | None:
        """An open document."""
        return self.documents.get(key_of(uri))

    async def analysis(self, uri: str) -> Analysis | None:
        """The analysis of a document as it stands, once it is there.

        Should the document change meanwhile, that of the newer text: it is what the client has by then. None when the
        document is closed or cannot be read.
        """
        document = self.document(uri)
        if document is None or document.current:
            return document.current if document else None
        # Who is asked about is not let go for others.
        self.documents[key_of(uri)] = self.documents.pop(key_of(uri))
        future: asyncio.Future[Analysis | None] = self._loop.create_future()
        document.waiting.append(future)
        self._touch(document, 0)
        return await future

    async def run(self, work: Callable[[Bases, Settings, Cancelled], Made]) -> Made | None:
        """What `work` makes on the worker, under the editor's settings; None when it fails, which is logged.

        Open documents go first. Called off when the one who waits is.
        """
        future: asyncio.Future[Made | None] = self._loop.create_future()
        key, settings, loop = f"{next(self._revisions)}", self._settings, self._loop

        def job(cancelled: Cancelled) -> None:
            from unmid.lsp.analysis import Unwanted

            made: Made | None = None
            try:
                made = work(self._all_bases(), settings, cancelled)
            except Unwanted:
                return
            finally:
                _call(loop, _settle, future, made)

        self._asked.add(future)
        try:
            self._worker.submit(key, job)
            return await future
        finally:
            self._asked.discard(future)
            self._worker.cancel(key)

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """The code actions for a request."""
        document = self.document(params.text_document.uri)
        if document is None:
            return []
        can_write = project.file_for(path_of(document.snapshot.uri), self.root) is not None
        return actions(document, params.context, self.client, can_write, params.range)

    # Settings.

    def warm(self) -> None:
        """Let the worker get ready before the first draft arrives."""
        settings, root = self._settings, self.root

        def job(cancelled: Cancelled) -> None:
            try:
                from unmid.lsp.analysis import warm

                warm(settings, root, self._all_bases())
            finally:
                # Modules and rules stay for good: looking through them again and again would cost keystrokes.
                gc.freeze()
                gc.enable()

        self._worker.submit("", job)

    def configure(self, raw: object) -> None:
        """The editor's settings have changed."""
        before = self._settings, self._trusted
        section = settings_of(raw)
        if section.get("author") != self._section.get("author"):
            # Whichever was said last.
            self._author = None
        self._configure(section)
        if (self._settings, self._trusted) != before:
            self.reread()

    def choose(self, author: str) -> None:
        """Judge by an author's pack, whatever the settings say, until they say something else."""
        self._author = author
        self._configure(self._section)
        self.reread()

    def reload(self) -> None:
        """Settings or rule files may have changed."""
        if self._bases:
            self._bases.forget()
        self.reread()

    def reread(self) -> None:
        """Lint every open document anew, the one edited last first."""
        for document in self.documents.values():
            document.snapshot = replace(document.snapshot, revision=next(self._revisions))
            self._touch(document, 0)
        self._editor.refresh(self.client.refreshes_diagnostics and self.client.pulls, self.client.refreshes_lenses)

    def publish(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        """Replace the diagnostics of a document."""
        self._editor.publish(uri, version, diagnostics)

    def say(self, message: str) -> None:
        """Tell the person who writes."""
        self._editor.show(message)

    def note_once(self, message: str) -> None:
        """Tell the person who writes what is good to know, unless they know."""
        if message not in self._shown:
            self._shown.add(message)
            self._editor.note(message)

    def show_once(self, message: str) -> None:
        """Tell the person who writes, unless they have been told."""
        if message not in self._shown:
            self._shown.add(message)
            self._editor.show(message)

    def _configure(self, section: dict[str, Any]) -> None:
        # What came with `initialize` holds until the editor says otherwise, setting by setting.
        self._section = section
        said = {**self._options, **section}
        if self._author is not None:
            said["author"] = self._author
        self._trusted = said.pop("trusted", True) is not False
        self._settings, problems = parse(said, path="settings of the editor")
        for problem in problems:
            self.show_once(f"unmid: {problem}")

    def _delay(self, document: OpenDocument) -> float:
        """How long to wait after a keystroke, in seconds."""
        settings = document.basis.settings if document.basis else self._settings
        return settings.debounce / 1000

    # Linting.

    def _touch(self, document: OpenDocument, delay: float) -> None:
        key = key_of(document.snapshot.uri)
        self._worker.cancel(key)
        if document.waiting:
            delay = 0
        elif self.client.pulls:
            # It asks when it wants to know.
            return
        self._debounce.touch(key, delay)

    def _lint(self, key: str) -> None:
        document = self.documents.get(key)
        if document is not None:
            snapshot, memory = document.snapshot, document.memory
            # What was read so far is kept, so it can make way for a draft in which someone types.
            self._worker.submit(key, self._job(snapshot, memory), makes_way=True)

    def _job(self, snapshot: Snapshot, memory: Memory) -> Callable[[Cancelled], None]:
        settings, root, loop = self._settings, self.root, self._loop

        def job(cancelled: Cancelled) -> None:
            from unmid.lsp.analysis import Unwanted, analyse

            analysis: Analysis | None = None
            new = memory.document is None
            try:
                analysis = analyse(snapshot, settings, root, self._all_bases(), memory, cancelled)
                if new:
                    # What was read has no cycles: it goes when nobody holds it, and the collector need not look through it.
                    gc.freeze()
            except Unwanted:
                return
            finally:
                # When a check failed there is nothing to show, but someone may wait.
                if not cancelled():
                    _call(loop, self._arrived, snapshot, analysis)

        return job

    def _all_bases(self) -> Bases:
        # Made by the worker, since it brings in the engine.
        if self._bases is None:
            from unmid.lsp.basis import Bases

            self._bases = Bases()
        self._bases.trusted = self._trusted
        return self._bases

    def _arrived(self, snapshot: Snapshot, analysis: Analysis | None) -> None:
        document = self.documents.get(key_of(snapshot.uri))
        if document is None or document.snapshot.revision != snapshot.revision:
            return
        if analysis is not None:
            document.analysis, document.basis = analysis, analysis.basis
            if not self.client.pulls:
                self._publish(document, analysis)
            self.report_problems()
            self._make_room()
        document.settle(analysis)

    def _make_room(self) -> None:
        """Let go of what was made of documents that nobody has edited or asked about for long.

        Their marks stay in the editor; they are read again when somebody asks.
        """
        chunks = 0
        for document in reversed(self.documents.values()):
            if document.analysis:
                chunks += len(document.analysis.document.chunks)
                if chunks > MOST_CHUNKS and chunks > len(document.analysis.document.chunks):
                    document.analysis, document.memory = None, Memory()

    def _publish(self, document: OpenDocument, analysis: Analysis) -> None:
        version = analysis.snapshot.version
        diagnostics = self.diagnostics(analysis)
        if document.published != (version, diagnostics.json):
            document.published = version, diagnostics.json
            self._editor.publish(analysis.snapshot.uri, version, diagnostics)

    def diagnostics(self, analysis: Analysis) -> Fragments:
        """An analysis as the client is told of it."""
        snapshot, rules = analysis.snapshot, analysis.basis.ruleset.rules
        return Fragments(analysis.report, rules, snapshot.lines, snapshot.version, self.client)

    def report_problems(self) -> None:
        """Show what is wrong in settings and rule files where it stands, and stop showing what is mended."""
        bases = [document.basis for document in self.documents.values() if document.basis]
        troubled = _by_file(problem for basis in bases for problem in basis.problems)
        troubled = {uri: told for uri, told in troubled.items() if key_of(uri) not in self.edited}
        for message in troubled.pop("", []):
            self.show_once(f"unmid: {message.message}")
        for uri in self._troubled.keys() | troubled.keys():
            if self._troubled.get(uri) != troubled.get(uri):
                self._editor.publish(uri, None, troubled.get(uri, []))
        self._troubled = troubled

    def _forget(self, key: str) -> OpenDocument | None:
        self._debounce.drop(key)
        self._worker.cancel(key)
        document = self.documents.pop(key, None)
        if document:
            document.settle(None)
        return document


def _settle(future: asyncio.Future[Made | None], made: Made | None) -> None:
    if not future.done():
        future.set_result(made)


def _by_file(problems: Iterable[Problem]) -> dict[str, list[types.Diagnostic]]:
    found: dict[str, list[types.Diagnostic]] = defaultdict(list)
    for problem in dict.fromkeys(problems):
        uri = Path(problem.path).absolute().as_uri() if problem.path else ""
        found[uri].append(to_proto.problem(problem))
    return dict(found)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[..., None], *args: object) -> None:
    """Call on the loop thread, unless the loop has ended: then no one is left to tell."""
    try:
        loop.call_soon_threadsafe(function, *args)
    except RuntimeError:
        if not loop.is_closed():
            raise
