"""Drafts that are not open, and what the server writes to be read: end to end, for both kinds of client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.harness import WAIT, Desk
from lsp.test_server import start, stop
from report.tree import tree
from unmid.lsp.client import Client
from unmid.lsp.register import registrations
from unmid.lsp.survey import folders

FLAGGED = "It is important to note that the valve sticks.\n"
NOTE, BIG = "trial/note-that", "trial/big-word"


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = await start("neovim", tmp_path)
    yield desk
    await stop(desk)


class Workspace:
    """A client that asks for the marks of the whole workspace, and keeps what it is told."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.results: dict[str, str] = {}
        self.marks: dict[str, list[str]] = {}
        self.unchanged = 0

    async def pull(self, **tokens: Any) -> types.WorkspaceDiagnosticReport:
        previous = [types.PreviousResultId(uri, value) for uri, value in self.results.items()]
        answer = await asyncio.wait_for(
            self.desk.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous, **tokens)), WAIT
        )
        self.take(answer.items)
        return answer

    def take(self, items: Any) -> None:
        self.unchanged = 0
        for item in items:
            assert item.version is None
            self.results[item.uri] = item.result_id
            if isinstance(item, types.WorkspaceFullDocumentDiagnosticReport):
                self.marks[item.uri] = [str(mark.code) for mark in item.items]
            else:
                self.unchanged += 1


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


async def test_drafts_that_are_not_open(desk: Desk, tmp_path: Path) -> None:
    """Are marked where they stand, under results that hold until the file changes, and lose their marks when it goes."""
    write(tmp_path, a=f"😀 {FLAGGED}", b="We row.\n", notes__c="We utilize it.\n")
    (tmp_path / "binary.md").write_bytes(b"\0\1")
    (tmp_path / ".gitignore").write_text("secret.md\n", encoding="utf-8")
    write(tmp_path, secret=FLAGGED)
    here = Workspace(desk)
    uris = {name: (tmp_path / f"{name}.md").as_uri() for name in ("a", "b", "notes/c")}

    answer = await here.pull()
    assert here.marks == {uris["a"]: [NOTE], uris["b"]: [], uris["notes/c"]: [BIG]}
    first = answer.items[0]
    assert isinstance(first, types.WorkspaceFullDocumentDiagnosticReport)
    # This client counts in bytes.
    assert (first.items[0].range.start.character, first.items[0].range.end.character) == (5, 33)

    await here.pull()
    assert here.unchanged == 3

    write(tmp_path, a="We utilize it, and it is important to note that it works.\n")
    (tmp_path / "b.md").unlink()
    await here.pull()
    assert here.marks == {uris["a"]: [BIG, NOTE], uris["b"]: [], uris["notes/c"]: [BIG]}
    assert here.unchanged == 1

    assert len((await here.pull()).items) == 2


async def test_open_drafts_are_left_out(desk: Desk, tmp_path: Path) -> None:
    """Their marks are asked for on their own; closed again, the file on disk counts."""
    write(tmp_path, a=FLAGGED)
    uri = (tmp_path / "a.md").as_uri()
    here = Workspace(desk)
    await here.pull()

    draft = await desk.open(uri, "We utilize it.\n")
    assert [mark.code for mark in await desk.marks(draft)] == [BIG]
    assert (await here.pull()).items == ()

    desk.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    await here.pull()
    assert here.marks == {uri: [NOTE]}
    assert here.unchanged == 1


async def test_settings_reach_closed_drafts(desk: Desk, tmp_path: Path) -> None:
    """A rule switched off anywhere is off in them too."""
    write(tmp_path, a=f"{FLAGGED}\nWe utilize it.\n")
    uri = (tmp_path / "a.md").as_uri()
    here = Workspace(desk)
    await here.pull()
    assert here.marks == {uri: [NOTE, BIG]}

    (tmp_path / "unmid.toml").write_text(f'ignore = ["{BIG}"]\n', encoding="utf-8")
    await here.pull()
    assert here.marks == {uri: [NOTE]}


async def test_parts_and_progress(desk: Desk, tmp_path: Path) -> None:
    """The answer comes in parts, and progress is told, where the client asks for them."""
    write(tmp_path, **{f"draft{number:02}": FLAGGED for number in range(45)})
    sent: list[tuple[object, Any]] = []
    desk.client.protocol.fm.features[types.PROGRESS] = lambda params: sent.append((params.token, params.value))
    here = Workspace(desk)

    answer = await here.pull(partial_result_token="part", work_done_token="work")

    parts = [value for token, value in sent if token == "part"]
    assert [len(part["items"] if isinstance(part, dict) else part.items) for part in parts] == [20, 20, 5]
    assert answer.items == ()
    told = [value["kind"] if isinstance(value, dict) else value.kind for token, value in sent if token == "work"]
    assert told == ["begin", "report", "report", "end"]


async def test_a_survey_can_be_called_off(desk: Desk, tmp_path: Path) -> None:
    """And the server goes on."""
    write(tmp_path, **{f"draft{number:03}": FLAGGED * 20 for number in range(150)})
    future = desk.client.protocol.send_request_async(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams([]), msg_id="7")
    task = asyncio.ensure_future(future)
    await asyncio.sleep(0.1)
    desk.client.protocol.notify(types.CANCEL_REQUEST, types.CancelParams("7"))

    with pytest.raises(JsonRpcException, match="cancel"):
        await asyncio.wait_for(task, WAIT)
    draft = await desk.open((tmp_path / "draft000.md").as_uri(), FLAGGED)
    assert [mark.code for mark in await desk.marks(draft)] == [NOTE]


@pytest.mark.parametrize(
    ("uris", "found"),
    [
        (["file:///w/a", "file:///w", "file:///w/b/c", ""], ["/w"]),
        (["file:///w/a", "file:///w/ab", "file:///w/a"], ["/w/a", "/w/ab"]),
        ([], []),
    ],
)
def test_folders(uris: list[str], found: list[str]) -> None:
    """No draft is read twice where one folder lies in another."""
    assert folders(uris) == [Path(name) for name in found]


# Pages.


async def command(desk: Desk, name: str, *arguments: str) -> Any:
    params = types.ExecuteCommandParams(name, arguments=list(arguments))
    return await asyncio.wait_for(desk.client.workspace_execute_command_async(params), WAIT)


async def test_report(desk: Desk, tmp_path: Path) -> None:
    """On the text as it is in the editor, or in the file where it is not open, under the settings in force."""
    write(tmp_path, closed=FLAGGED)
    draft = await desk.open((tmp_path / "open.md").as_uri(), f"😀 {FLAGGED}")
    buffer = await desk.open("untitled:Untitled-1", "We utilize it.\n")

    pages = [tree(await command(desk, "unmid.report", uri)) for uri in (draft.uri, (tmp_path / "closed.md").as_uri(), buffer.uri)]

    assert [page.one("h1").text() for page in pages] == ["open.md", "closed.md", "Untitled-1"]
    assert [[node.text() for node in page.all("a", "rule")] for page in pages] == [[NOTE], [NOTE], [BIG]]
    assert pages[0].one("div", "left").text() == "😀 The valve sticks.\n"


async def test_report_on_nothing(desk: Desk, tmp_path: Path) -> None:
    """Is refused in a sentence."""
    with pytest.raises(JsonRpcException, match=r"nowhere\.md: no such file"):
        await command(desk, "unmid.report", (tmp_path / "nowhere.md").as_uri())
    with pytest.raises(JsonRpcException, match="untitled:x is not open"):
        await command(desk, "unmid.report", "untitled:x")


async def test_explain(desk: Desk) -> None:
    """A rule's page; the nearest name for one that is none."""
    page = await command(desk, "unmid.explain", NOTE)
    assert page.startswith(f"# {NOTE}\n\n")
    assert "## Why" in page
    with pytest.raises(JsonRpcException, match="there is no rule “trial/note-tat”; did you mean “trial/note-that”"):
        await command(desk, "unmid.explain", "trial/note-tat")


# What the server asks to be told.


def test_registrations(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only what the client can do; packs outside of the workspace where it can watch there."""
    monkeypatch.setenv("UNMID_CONFIG_DIR", str(tmp_path))
    folder = tmp_path / "packs"
    assert list(registrations(Client())) == []

    (watch,) = registrations(Client(watches=True))
    assert watch.register_options == types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher("**/*.toml")])

    watch, settings = registrations(Client(watches=True, watches_elsewhere=True, registers_configuration=True))
    assert isinstance(watch.register_options, types.DidChangeWatchedFilesRegistrationOptions)
    assert watch.register_options.watchers[1].glob_pattern == types.RelativePattern(folder.as_uri(), "**/*.toml")
    assert settings.method == types.WORKSPACE_DID_CHANGE_CONFIGURATION
