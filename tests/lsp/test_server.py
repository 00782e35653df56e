"""The server as editors meet it: another process, standard input and output, recorded capabilities."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

from lsp.harness import COMMAND, ENVIRONMENT, SETTINGS, WAIT, Desk

CLIENTS = {"visual-studio-code": ("utf-16", False), "neovim": ("utf-8", True)}
CONFIG = ClientServerConfig(server_command=COMMAND, server_env=ENVIRONMENT)
"""For each client the encoding that it settles on, and whether it pulls diagnostics."""


async def connect() -> LanguageClient:
    client = await CONFIG.start()
    assert isinstance(client, LanguageClient)
    return client


async def start(name: str, root: Path, **options: object) -> Desk:
    client = await connect()
    encoding, pulls = CLIENTS[name]
    desk = Desk(client, encoding, pulls)
    result = await client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(name),
            root_uri=root.as_uri(),
            initialization_options={"unmid": {**SETTINGS, **options}},
        )
    )
    assert result.capabilities.position_encoding == encoding
    # Neither can be told later what there is to ask for.
    provider = result.capabilities.diagnostic_provider
    assert provider is not None
    assert provider.workspace_diagnostics
    return desk


async def stop(desk: Desk) -> None:
    await desk.client.shutdown_session()
    assert desk.client._server is not None
    assert desk.client._server.returncode == 0
    await desk.client.stop()  # type: ignore[no-untyped-call]


@pytest_asyncio.fixture(params=CLIENTS)
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    desk = await start(request.param, tmp_path)
    yield desk
    await stop(desk)


async def test_a_cut_is_offered_taken_and_gone(desk: Desk, tmp_path: Path) -> None:
    """The whole round: exact ranges after an emoji, the offered cut, the change, and the mark is gone."""
    uri = (tmp_path / "draft.md").as_uri()
    draft = await desk.open(uri, "# Valves\n\n😀 It is important to note that the 😀 valve sticks.\n")

    (mark,) = await desk.marks(draft)

    assert draft.words_at(mark.range) == "It is important to note that"
    assert (mark.source, mark.code, mark.severity) == ("unmid", "trial/note-that", types.DiagnosticSeverity.Warning)
    assert mark.tags == (types.DiagnosticTag.Unnecessary,)

    cut = (await desk.actions(draft, [mark]))[0]

    assert (cut.kind, cut.is_preferred) == (types.CodeActionKind.QuickFix, True)
    assert cut.edit is not None

    desk.change(draft, *draft.apply(cut.edit))

    assert draft.text == "# Valves\n\n😀 The 😀 valve sticks.\n"
    assert await desk.marks(draft) == []


async def test_settings_take_effect(desk: Desk, tmp_path: Path) -> None:
    """New settings lint what is open again; they come back as well."""
    draft = await desk.open((tmp_path / "draft.md").as_uri(), "It is important to note that we utilize it.\n")
    assert [mark.code for mark in await desk.marks(draft)] == ["trial/note-that", "trial/big-word"]

    sent = desk.sent(draft)
    desk.configure({"ignore": ["trial/note-that"]})
    assert [mark.code for mark in await desk.marks_after(draft, sent)] == ["trial/big-word"]

    sent = desk.sent(draft)
    desk.configure({})
    assert len(await desk.marks_after(draft, sent)) == 2


async def test_fix_all_on_save(desk: Desk, tmp_path: Path) -> None:
    """Asked for right after a keystroke, the safe fixes are those of the newest text."""
    draft = await desk.open((tmp_path / "draft.md").as_uri(), "We utilize it.\n")
    await desk.marks(draft)
    desk.change(draft, draft.replace(types.Range(types.Position(0, 0), types.Position(0, 0)), "😀 It is important to note that it leaks.\n\n"))

    (action,) = await desk.actions(draft, [], ["source.fixAll"])
    assert action.edit is not None
    desk.change(draft, *draft.apply(action.edit))

    assert draft.text == "😀 It leaks.\n\nWe utilize it.\n"
    assert [mark.code for mark in await desk.marks(draft)] == ["trial/big-word"]


async def test_hover_lens_and_close(desk: Desk, tmp_path: Path) -> None:
    """What the other requests say, and that a document leaves nothing behind."""
    draft = await desk.open((tmp_path / "draft.md").as_uri(), "😀 It is important to note that x holds.\n")
    (mark,) = await desk.marks(draft)
    document = types.TextDocumentIdentifier(draft.uri)

    shown = await desk.client.text_document_hover_async(types.HoverParams(document, mark.range.start))
    (lens,) = await desk.client.text_document_code_lens_async(types.CodeLensParams(document)) or ()

    assert shown is not None
    assert shown.range == mark.range
    assert lens.command is not None
    assert lens.command.title == "8 words · 75 % can go"

    sent = desk.sent(draft)
    desk.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    if desk.pulls:
        assert await desk.marks(draft) == []
    else:
        assert (await desk.push(draft.uri, sent)).diagnostics == ()


async def test_turn_off_and_a_broken_file(desk: Desk, tmp_path: Path) -> None:
    """The command writes the project's file; broken by hand, the file is marked; mended, it is not."""
    file = tmp_path / "unmid.toml"
    draft = await desk.open((tmp_path / "draft.md").as_uri(), "It is important to note that we utilize it.\n")
    marks, sent = await desk.marks(draft), desk.sent(draft)
    assert marks[0].code == "trial/note-that"

    await desk.client.workspace_execute_command_async(
        types.ExecuteCommandParams("unmid.turnOffRule", arguments=["trial/note-that", draft.uri])
    )

    assert [mark.code for mark in await desk.marks_after(draft, sent)] == ["trial/big-word"]

    event = types.DidChangeWatchedFilesParams([types.FileEvent(file.as_uri(), types.FileChangeType.Changed)])
    good = file.read_text(encoding="utf-8")
    for number, text in enumerate([good + "gnre = 1\n", good]):
        file.write_text(text, encoding="utf-8")
        desk.client.workspace_did_change_watched_files(event)
        assert [mark.code for mark in await desk.marks(draft)] == ["trial/big-word"]
        told = await desk.push(file.as_uri(), number)
        assert [mark.range.start.line for mark in told.diagnostics] == ([1] if number == 0 else [])


async def test_shipped_rules(tmp_path: Path) -> None:
    """The built-in pack marks, and its cut can be taken."""
    desk = await start("visual-studio-code", tmp_path, packs=[], select=["filler/note-that", "hedge/modal-stack"])
    draft = await desk.open("untitled:Untitled-1", "It is important to note that the valve could potentially stick.\n")

    marks = {mark.code: mark for mark in await desk.marks(draft)}
    assert marks.keys() == {"filler/note-that", "hedge/modal-stack"}

    cut = (await desk.actions(draft, [marks["filler/note-that"]]))[0]
    assert cut.edit is not None
    desk.change(draft, *draft.apply(cut.edit))
    assert draft.text == "The valve could potentially stick.\n"
    assert [mark.code for mark in await desk.marks(draft)] == ["hedge/modal-stack"]
    await stop(desk)


async def test_the_server_ends_with_its_client(tmp_path: Path) -> None:
    """With standard input, though nobody said goodbye; then the status tells."""
    server = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE, env=ENVIRONMENT)
    assert server.stdin is not None
    server.stdin.close()

    assert await asyncio.wait_for(server.wait(), WAIT) == 1


async def test_the_server_ends_with_the_editor_that_started_it(tmp_path: Path) -> None:
    """Even when something else holds its standard input open."""
    editor = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=PIPE)
    client = await connect()
    await client.initialize_session(
        types.InitializeParams(capabilities=types.ClientCapabilities(), process_id=editor.pid)
    )
    server = client._server
    assert server is not None
    assert server.returncode is None
    client._stop_event.set()

    editor.kill()
    await editor.wait()

    assert await asyncio.wait_for(server.wait(), WAIT) == 1
    await client.stop()  # type: ignore[no-untyped-call]


async def test_tcp(tmp_path: Path) -> None:
    """A port of this machine, told on standard error; standard output stays empty."""
    server = await asyncio.create_subprocess_exec(*COMMAND, "--tcp", ":0", stdout=PIPE, stderr=PIPE, env=ENVIRONMENT)
    assert server.stderr is not None
    told = (await asyncio.wait_for(server.stderr.readline(), WAIT)).decode()
    assert told.startswith("unmid: listening on 127.0.0.1:")

    client = make_test_lsp_client()
    await client.start_tcp("127.0.0.1", int(told.rpartition(":")[2]))
    desk = Desk(client, "utf-16", False)
    await client.initialize_session(
        types.InitializeParams(capabilities=client_capabilities("visual-studio-code"), initialization_options=SETTINGS)
    )
    draft = await desk.open("untitled:x", "It is important to note that x.\n")
    assert len(await desk.marks(draft)) == 1

    await client.shutdown_async(None)
    client.exit(None)
    output, _ = await asyncio.wait_for(server.communicate(), WAIT)

    assert (server.returncode, output) == (0, b"")
    await client.stop()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("address", ["here", "127.0.0.1:99999", ":"])
async def test_tcp_without_an_address(address: str) -> None:
    """Is a mistake in how the command was used."""
    server = await asyncio.create_subprocess_exec(*COMMAND, "--tcp", address, stdout=PIPE, stderr=PIPE, env=ENVIRONMENT)
    _, told = await asyncio.wait_for(server.communicate(), WAIT)

    assert server.returncode == 2
    assert b"HOST:PORT" in told
