"""Messages that a client might send, and that none would: each request has one answer, and the server goes on."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.budget import examples
from lsp.harness import SETTINGS
from unmid.lint import ruleset
from unmid.lsp import inbox
from unmid.lsp.server import create_server
from unmid.lsp.streams import bodies

FLAGGED = "It is important to note that the valve sticks.\n"
URIS = ("untitled:a", "untitled:b", "file:///no/such/draft.md", "", "::", "file:///%00", "vscode-notebook-cell:/x#1")
NOTIFICATIONS = (
    "initialized", "textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "textDocument/didSave", "workspace/didChangeConfiguration",
    "workspace/didChangeWatchedFiles", "workspace/didChangeWorkspaceFolders", "notebookDocument/didOpen", "notebookDocument/didChange", "notebookDocument/didClose",
    "$/cancelRequest", "$/setTrace", "window/workDoneProgress/cancel", "no/such",
)  # fmt: skip
REQUESTS = (
    "initialize", "textDocument/hover", "textDocument/codeAction", "textDocument/codeLens", "textDocument/diagnostic", "textDocument/completion",
    "workspace/executeCommand", "no/such",
)  # fmt: skip

JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=5), st.sampled_from(URIS)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(("uri", "text", "range", "id", "jsonrpc", "unmid", "data")), inner, max_size=3)),
    max_leaves=6,
)
NUMBERS = st.one_of(st.integers(0, 3), st.sampled_from((-1, 2**31 - 1, 2**31, 2**40, "x", None)))
POSITIONS = st.fixed_dictionaries({"line": NUMBERS, "character": NUMBERS})
RANGES = st.fixed_dictionaries({"start": POSITIONS, "end": POSITIONS})
TEXTS = st.sampled_from((FLAGGED, "", "\ud83d", "\0", "a\r\nb\rc\u2028", "😀" * 5, "> " * 30 + FLAGGED))
DOCUMENTS = st.fixed_dictionaries({"uri": st.sampled_from(URIS), "version": st.one_of(st.integers(-2, 9), st.none())})
CHANGES = st.one_of(st.fixed_dictionaries({"text": TEXTS}), st.fixed_dictionaries({"range": RANGES, "text": TEXTS}))
FITTING = st.fixed_dictionaries(
    {
        "textDocument": st.one_of(DOCUMENTS, st.fixed_dictionaries({"uri": st.sampled_from(URIS), "languageId": st.sampled_from(("markdown", "", "plaintext")), "version": st.integers(0, 9), "text": TEXTS})),
        "contentChanges": st.lists(CHANGES, max_size=3),
        "position": POSITIONS,
        "range": RANGES,
        "context": st.fixed_dictionaries({"diagnostics": st.lists(st.fixed_dictionaries({"range": RANGES, "message": st.text(max_size=3), "data": JUNK}), max_size=2)}),
        "command": st.sampled_from(("unmid.fixAll", "unmid.turnOffRule", "unmid.showFigures", "unmid.explain", "unmid.report", "rm")),
        "arguments": st.lists(st.one_of(st.sampled_from(URIS), JUNK), max_size=3),
        "settings": st.one_of(JUNK, st.fixed_dictionaries({"unmid": JUNK}), st.just({"unmid": SETTINGS})),
        "changes": st.lists(st.fixed_dictionaries({"uri": st.sampled_from(URIS), "type": st.integers(0, 4)}), max_size=2),
        "id": st.one_of(st.integers(0, 9), st.text(max_size=2)),
    }
)  # fmt: skip
PARAMS = st.one_of(FITTING, FITTING, JUNK)
MESSAGES = st.one_of(
    st.fixed_dictionaries({"jsonrpc": st.just("2.0"), "method": st.sampled_from(NOTIFICATIONS), "params": PARAMS}),
    st.fixed_dictionaries({"jsonrpc": st.just("2.0"), "id": st.integers(0, 10**6), "method": st.sampled_from(REQUESTS), "params": PARAMS}),
    st.fixed_dictionaries({"jsonrpc": st.just("2.0"), "id": st.one_of(st.integers(0, 9), JUNK), "result": JUNK}),
    JUNK,
)


class Wire:
    """Where the server writes to: the messages that it has sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.sent.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture(scope="module", autouse=True)
def only_the_test_pack() -> Iterator[None]:
    """What is said here must not depend on the rules that are shipped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ruleset, "installed", dict)
        yield


@settings(max_examples=examples(40))
@given(messages=st.lists(MESSAGES, max_size=12))
def test_any_conversation_is_survived(messages: list[Any]) -> None:
    """Each request is answered once; afterwards a draft is marked as ever, and the server says goodbye."""
    asyncio.run(converse(messages))


async def converse(messages: list[Any]) -> None:
    server, wire = create_server(), Wire()
    server.protocol.set_writer(wire)

    def say(message: Any) -> None:
        inbox.take(server, json.dumps(message).encode())

    def answers() -> Counter[Any]:
        return Counter(repr(one.get("id")) for one in wire.sent if "method" not in one)

    say({"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": SETTINGS}})
    asked = Counter({"'hello'": 1})
    for message in messages:
        say(message)
        if isinstance(message, dict) and message.get("jsonrpc") == "2.0" and "method" in message and "id" in message:
            asked[repr(message["id"])] += 1
    say({"jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": {"settings": {"unmid": SETTINGS}}})
    item = {"uri": "untitled:last", "languageId": "markdown", "version": 77, "text": FLAGGED}
    say({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": item}})
    async with asyncio.timeout(60):
        while not (marked := [one["params"] for one in wire.sent if one.get("method") == "textDocument/publishDiagnostics" and one["params"].get("version") == 77]):
            await asyncio.sleep(0.002)
        while asked - answers():
            await asyncio.sleep(0.002)
    assert [one["code"] for one in marked[-1]["diagnostics"]] == ["trial/note-that"]
    say({"jsonrpc": "2.0", "id": "bye", "method": "shutdown"})
    asked["'bye'"] += 1
    asked["None"] = answers()["None"]  # for bodies that have no id to answer to
    assert answers() == asked
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(0)
    assert server.end()


PIECES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from((b"Content-Length: 7\r\n\r\n", b"Content-Length: 2\r\n\r\n{}", b"content-length:2\n\n{}", b"Content-Length: -1\r\n", b"Content-Length: 99999999999\r\n\r\n", b"\r\n", b"\n", b"{}", b"x" * 70_000)),
)


@settings(max_examples=examples(200))
@given(pieces=st.lists(PIECES, max_size=8))
def test_any_stream_is_read(pieces: list[bytes]) -> None:
    """To its end, and a message after whatever came before it is found, though a wrong length may have cost some."""

    async def read() -> list[bytes]:
        reader = asyncio.StreamReader()
        reader.feed_data(b"".join(pieces) + b"\n" * 200 + b'Content-Length: 6\r\n\r\n"last"')
        reader.feed_eof()
        return [body async for body in bodies(reader)]

    found = asyncio.run(read())
    assert found[-1] == b'"last"'
