"""Open TOML files. Those that are ours are checked as they are written, and explained; others are let be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types

from unmid.lsp import to_proto
from unmid.lsp.from_proto import key_of, offset_of, path_of
from unmid.lsp.session import Session
from unmid.text.lines import LineIndex

if TYPE_CHECKING:
    from unmid.lsp.basis import Bases
    from unmid.lsp.packfiles import Names
    from unmid.lsp.schedule import Cancelled
    from unmid.packs.model import Problem
    from unmid.settings import Settings

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Text:
    uri: str
    path: Path
    version: int
    lines: LineIndex


class TomlFiles:
    """The open TOML files of a session. Lives on the loop thread, as the session does."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._texts: dict[str, _Text] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __contains__(self, uri: str) -> bool:
        return key_of(uri) in self._texts

    def opened(self, uri: str, version: int, lines: LineIndex) -> None:
        """A file was opened. What is said of it comes from here from now on, not from the file on disk."""
        path = path_of(uri)
        self._texts[key_of(uri)] = _Text(uri, path or Path(key_of(uri)), version, lines)
        self._session.edited.add(key_of(uri))
        self._session.report_problems()
        self._look(uri)

    def changed(self, uri: str, version: int, lines: LineIndex) -> None:
        """A file has a new text."""
        known = self._texts[key_of(uri)]
        self._texts[key_of(uri)] = _Text(known.uri, known.path, version, lines)
        self._look(uri)

    def closed(self, uri: str) -> None:
        """A file was closed: what is on disk counts again."""
        self._texts.pop(key_of(uri), None)
        self._session.edited.discard(key_of(uri))
        if not self._session.client.pulls:
            self._session.publish(uri, None, [])
        self._session.report_problems()

    async def diagnostics(self, uri: str) -> list[types.Diagnostic] | None:
        """What is wrong in a file as it stands; None when it is no longer open or has changed meanwhile."""

        def work(kind: str, text: _Text, names: Names) -> tuple[Problem, ...]:
            from unmid.lsp.packfiles import problems

            return problems(kind, text.path, text.lines.text, names)

        text = self._texts.get(key_of(uri))
        found = await self._on_worker(uri, work)
        if text is None or self._texts.get(key_of(uri)) is not text:
            return None
        return [to_proto.problem(item) for item in found or ()]

    async def completion(self, uri: str, position: types.Position) -> types.CompletionList | None:
        """What could stand at a position."""
        encoding = self._session.client.encoding

        def work(kind: str, text: _Text, names: Names) -> list[types.CompletionItem]:
            from unmid.lsp.packfiles import options

            offset = offset_of(position, text.lines, encoding)
            return [
                types.CompletionItem(
                    label=one.label,
                    kind=types.CompletionItemKind.Property if one.key else types.CompletionItemKind.Value,
                    documentation=one.about or None,
                    sort_text=f"{number:04}",
                    text_edit=types.TextEdit(to_proto.range_of(one.span, text.lines, encoding), one.text),
                )
                for number, one in enumerate(options(kind, text.lines.text, offset, names))
            ]

        found = await self._on_worker(uri, work)
        return types.CompletionList(is_incomplete=False, items=found) if found else None

    async def hover(self, uri: str, position: types.Position) -> types.Hover | None:
        """What the word at a position means."""
        encoding = self._session.client.encoding

        def work(kind: str, text: _Text, names: Names) -> types.Hover | None:
            from unmid.lsp.packfiles import about

            told = about(kind, text.lines.text, offset_of(position, text.lines, encoding), names)
            if told is None:
                return None
            markup = types.MarkupKind.Markdown if self._session.client.markdown else types.MarkupKind.PlainText
            return types.Hover(types.MarkupContent(markup, told[0]), to_proto.range_of(told[1], text.lines, encoding))

        return await self._on_worker(uri, work)

    async def _on_worker(self, uri: str, work: Callable[[str, _Text, Names], Made]) -> Made | None:
        """What `work` makes of an open file that is ours."""
        text = self._texts.get(key_of(uri))
        if text is None:
            return None
        root = self._session.root

        def job(bases: Bases, settings: Settings, cancelled: Cancelled) -> Made | None:
            from unmid.lsp.packfiles import kind_of, names_in

            kind = kind_of(text.path, text.lines.text)
            return work(kind, text, names_in(bases.of(text.path, settings, root), text.path, root)) if kind else None

        return await self._session.run(job)

    def _look(self, uri: str) -> None:
        """Publish what is wrong, for clients that do not ask."""
        if not self._session.client.pulls:
            task = asyncio.ensure_future(self._publish(uri))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _publish(self, uri: str) -> None:
        found = await self.diagnostics(uri)
        if found is not None:
            text = self._texts[key_of(uri)]
            self._session.publish(text.uri, text.version, found)
