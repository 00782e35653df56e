"""All drafts of a workspace, open or not, and what the server writes to be read: end to end, for both kinds of client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import client_capabilities

from lsp.harness import SETTINGS, WAIT, Desk
from lsp.test_server import connect, start, stop
from report.tree import tree
from unmid.lsp.client import Client
from unmid.lsp.register import registrations
from unmid.lsp.survey import folders

FLAGGED = "It is important to note that the valve sticks.\n"
NOTE, BIG = "trial/note-that", "trial/big-word"


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = await start("neovim", tmp_path, drafts="all")
    yield desk
    await stop(desk)


class Workspace:
    """A client that asks for the marks of the whole workspace, and keeps what it is told."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.results: dict[str, str] = {}
        self.marks: dict[str, list[str]] = {}
        self.versions: dict[str, int | None] = {}
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
            self.versions[item.uri] = item.version
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
    assert set(here.versions.values()) == {None}

    write(tmp_path, a="We utilize it, and it is important to note that it works.\n")
    (tmp_path / "b.md").unlink()
    await here.pull()
    assert here.marks == {uris["a"]: [BIG, NOTE], uris["b"]: [], uris["notes/c"]: [BIG]}
    assert here.unchanged == 1

    assert len((await here.pull()).items) == 2


async def test_open_drafts(desk: Desk, tmp_path: Path) -> None:
    """Are told of as they stand in the editor, with their version, under the result that they have when asked about alone.

    Closed again, the file on disk counts.
    """
    write(tmp_path, a=FLAGGED)
    uri = (tmp_path / "a.md").as_uri()
    here = Workspace(desk)
    await here.pull()
    assert (here.marks, here.versions) == ({uri: [NOTE]}, {uri: None})

    draft = await desk.open(uri, "We utilize it.\n")
    await here.pull()
    assert (here.marks, here.versions) == ({uri: [BIG]}, {uri: 1})
    document = types.TextDocumentIdentifier(uri)
    alone = types.DocumentDiagnosticParams(document, previous_result_id=here.results[uri])
    answer = await desk.client.text_document_diagnostic_async(alone)
    assert isinstance(answer, types.RelatedUnchangedDocumentDiagnosticReport)
    assert answer.result_id == here.results[uri]

    await here.pull()
    assert (here.unchanged, here.versions) == (1, {uri: 1})

    desk.change(draft, draft.replace(draft.range_of("We utilize it."), "It is important to note that we utilize it."))
    await here.pull()
    assert (here.marks, here.versions, here.unchanged) == ({uri: [NOTE, BIG]}, {uri: 2}, 0)
    desk.configure({"ignore": [BIG], "drafts": "all"})
    await here.pull()
    assert (here.marks, here.versions) == ({uri: [NOTE]}, {uri: 2})

    desk.client.text_document_did_close(types.DidCloseTextDocumentParams(document))
    await here.pull()
    assert (here.marks, here.versions) == ({uri: [NOTE]}, {uri: None})


async def test_only_open_drafts_unless_all_are_wanted(tmp_path: Path) -> None:
    """Nothing is said of drafts that are not open; where that was different, their marks go. Each folder has its say."""
    write(tmp_path, a=FLAGGED)
    uri = (tmp_path / "a.md").as_uri()
    desk = await start("neovim", tmp_path)
    here = Workspace(desk)
    assert (await here.pull()).items == ()

    desk.configure({"drafts": "all"})
    await here.pull()
    assert here.marks == {uri: [NOTE]}

    (tmp_path / "unmid.toml").write_text('drafts = "open"\n', encoding="utf-8")
    await here.pull()
    assert here.marks == {uri: []}
    await stop(desk)


async def test_who_can_be_told_later_is_told_what_there_is_to_ask(tmp_path: Path) -> None:
    """Open drafts; and all of them once a setting wants that, in the editor or in a file, until it does not."""
    client = await connect()
    said: asyncio.Queue[Any] = asyncio.Queue()
    features = client.protocol.fm.features
    features[types.CLIENT_REGISTER_CAPABILITY] = lambda params: said.put_nowait(params.registrations)
    features[types.CLIENT_UNREGISTER_CAPABILITY] = lambda params: said.put_nowait(params.unregisterations)
    features[types.WORKSPACE_DIAGNOSTIC_REFRESH] = lambda params: said.put_nowait("refresh")
    able = client_capabilities("neovim")
    able.text_document.diagnostic = types.DiagnosticClientCapabilities(dynamic_registration=True)  # type: ignore[union-attr]
    able.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)  # type: ignore[union-attr]
    able.workspace.configuration = False  # type: ignore[union-attr]
    result = await client.initialize_session(
        types.InitializeParams(able, root_uri=tmp_path.as_uri(), initialization_options={"unmid": SETTINGS})
    )
    desk = Desk(client, "utf-8", pulls=True)
    assert result.capabilities.diagnostic_provider is None

    async def told() -> Any:
        what = await asyncio.wait_for(said.get(), WAIT)
        return what if isinstance(what, str) else [_everywhere(one) for one in what]

    assert await told() == [False]
    desk.configure({"drafts": "all"})
    assert [await told() for _ in range(4)] == ["refresh", [None], [True], "refresh"]
    desk.configure({"drafts": "all", "ignore": [BIG]})
    assert await told() == "refresh"
    (tmp_path / "unmid.toml").write_text('drafts = "open"\n', encoding="utf-8")
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
    # The file may be seen on account of the change before, whose word is on its way: then "refresh" comes in between or last.
    last = [await told() for _ in range(3)]
    assert last.count("refresh") == 1
    assert [word for word in last if word != "refresh"] == [[None], [False]]
    await stop(desk)
    assert said.empty()


def _everywhere(said: types.Registration | types.Unregistration) -> bool | None:
    """Whether the workspace may be asked about; None where that is taken back."""
    assert said.method == types.TEXT_DOCUMENT_DIAGNOSTIC
    if isinstance(said, types.Unregistration):
        return None
    options: Any = said.register_options
    assert options["identifier"] == "unmid"
    return bool(options["workspaceDiagnostics"])


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
