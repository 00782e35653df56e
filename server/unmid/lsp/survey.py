"""The drafts of the workspace: which there are, and what is marked in each.

One file is read at a time, so that a draft in which someone types never waits for more than one of these.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from unmid.lsp.from_proto import key_of, path_of
from unmid.lsp.schedule import Cancelled
from unmid.lsp.session import Session
from unmid.lsp.state import Analysis, Memory, OpenDocument, Snapshot
from unmid.text.lines import LineIndex

if TYPE_CHECKING:
    from unmid.lsp.basis import Bases
    from unmid.settings import Settings

Item = types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport

CLOSED: Final = -1
"""The version that marks in a closed document speak of: none that an editor gives."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a file was found to hold. `result` names its marks: the same name, the same marks."""

    stamp: tuple[int, int]
    front_matter: str
    fingerprint: str
    result: str
    diagnostics: tuple[types.Diagnostic, ...]


class Survey:
    """Looks at the drafts below folders; what has not changed since the last time is not read again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[Path, _Known] = {}
        self._revisions = count(-1, -1)
        """Ours, as those of open documents: below zero, so that none is one of theirs."""

    async def wanted(self, folders: Sequence[Path]) -> bool:
        """Whether the settings of any folder want all drafts marked, and not only those that are open."""

        def work(bases: Bases, settings: Settings, cancelled: Cancelled) -> bool:
            return any(_wants(bases.of(None, settings, folder).settings) for folder in folders)

        return await self._session.run(work) or False

    async def items(
        self, folders: Sequence[Path], previous: Mapping[str, str]
    ) -> AsyncIterator[tuple[Item | None, int, int]]:
        """For each draft what is marked in it, with its number from 1 and how many there are.

        Drafts in folders whose settings want only open ones marked are left out. `previous` holds by URI the result that
        the client has. None stands for a draft that cannot be read. At the end come files that are gone or left out,
        without marks.
        """
        files = await self._session.run(lambda bases, settings, cancelled: list(_drafts(folders, bases, settings))) or []
        has = {key_of(uri): result for uri, result in previous.items()}
        for number, path in enumerate(files, 1):
            uri = path.as_uri()
            held = has.get(key_of(uri))
            known = None if self._session.document(uri) else await self._look(path, uri)
            # It may have been opened while it was read.
            if document := self._session.document(uri):
                yield await self._open_item(document, held), number, len(files)
            else:
                yield _item(uri, known, held) if known else None, number, len(files)
        self._known = {path: self._known[path] for path in files if path in self._known}
        here = {key_of(path.as_uri()) for path in files}
        for uri, result in previous.items():
            if result and key_of(uri) not in here and not self._session.document(uri):
                yield types.WorkspaceFullDocumentDiagnosticReport(uri, [], result_id=""), len(files), len(files)

    async def _open_item(self, document: OpenDocument, has: str | None) -> Item | None:
        """The marks in an open draft, under the result that the client gets when it asks for that draft alone."""
        snapshot = document.snapshot
        if has == str(snapshot.revision):
            return types.WorkspaceUnchangedDocumentDiagnosticReport(snapshot.uri, has, version=snapshot.version)
        analysis = await self._session.analysis(snapshot.uri)
        if analysis is None:
            return None
        snapshot = analysis.snapshot
        marks = list(self._session.diagnostics(analysis))
        return types.WorkspaceFullDocumentDiagnosticReport(
            snapshot.uri, marks, version=snapshot.version, result_id=str(snapshot.revision)
        )

    async def _look(self, path: Path, uri: str) -> _Known | None:
        """The marks in a file; None if it cannot be read."""
        before, session, revision = self._known.get(path), self._session, next(self._revisions)

        def work(bases: Bases, settings: Settings, cancelled: Cancelled) -> _Known | None:
            from unmid.files import Unreadable, read_text
            from unmid.lsp.analysis import analyse

            try:
                status = path.stat()
                stamp = status.st_mtime_ns, status.st_size
                if before and before.stamp == stamp:
                    basis = bases.of(path, settings, session.root, before.front_matter)
                    if basis.ruleset.fingerprint == before.fingerprint:
                        return before
                snapshot = Snapshot(uri, CLOSED, "", LineIndex(read_text(path)), revision)
            except (OSError, Unreadable):
                return None
            analysis = analyse(snapshot, settings, session.root, bases, Memory(), cancelled)
            return _found(stamp, analysis, session.diagnostics(analysis))

        found = await session.run(work)
        if found:
            self._known[path] = found
        return found


def folders(uris: Iterable[str]) -> list[Path]:
    """The folders among those of a workspace that lie in no other one of them."""
    paths = sorted({path for uri in uris if uri and (path := path_of(uri))})
    return [path for path in paths if not any(path != other and path.is_relative_to(other) for other in paths)]


def _drafts(places: Iterable[Path], bases: Bases, settings: Settings) -> Iterator[Path]:
    from unmid.files import drafts

    for folder in places:
        here = bases.of(None, settings, folder)
        if _wants(here.settings):
            yield from drafts(folder, here.settings.exclude, here.file and here.file.parent)


def _wants(settings: Settings) -> bool:
    return settings.drafts == "all"


def _found(stamp: tuple[int, int], analysis: Analysis, diagnostics: Sequence[types.Diagnostic]) -> _Known:
    fingerprint = analysis.basis.ruleset.fingerprint
    named = f"{fingerprint}\0{analysis.snapshot.text}".encode("utf-8", "surrogatepass")
    result = blake2b(named, digest_size=12).hexdigest()
    return _Known(stamp, analysis.document.front_matter, fingerprint, result, tuple(diagnostics))


def _item(uri: str, known: _Known, has: str | None) -> Item:
    if has == known.result:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri, known.result)
    return types.WorkspaceFullDocumentDiagnosticReport(uri, list(known.diagnostics), result_id=known.result)
