"""What goes wrong in the world: clients that speak nonsense, come too early, leave without a word; texts that are no texts.

After each fault a draft is marked as ever, and `shutdown` is answered. Faults inside the engine are in `test_session`,
`test_schedule` and `tests/lint/test_engine.py`: a rule that throws, a regular expression that explodes, a thread that dies.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.client import Client, Silence, framed
from lsp.harness import COMMAND, ENVIRONMENT, SETTINGS, WAIT
from support import gone
from unmid.machine import cores

FLAGGED = "It is important to note that the valve sticks.\n"
OPTIONS = {"unmid": SETTINGS}


def started(root: Path, **env: str) -> Client:
    client = Client.start(COMMAND, settings={"unmid": SETTINGS}, env={**ENVIRONMENT, **env}, cwd=root)
    client.initialize(root, OPTIONS, WAIT)
    return client


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """A server that, whatever a test does to it, marks a draft afterwards and leaves in peace."""
    client = started(tmp_path)
    try:
        yield client
        assert_well(client)
    finally:
        client.end()


def assert_well(client: Client) -> None:
    assert marks(client, "untitled:last", FLAGGED) == [("trial/note-that", 0, 0, 28)]
    assert client.shutdown(WAIT) == 0


def marks(client: Client, uri: str, text: str, language: str = "markdown") -> list[tuple[str, int, int, int]]:
    """Open a text and give the rules and places of its marks, of those that stay within a line."""
    client.open(uri, text, language)
    return shown(client, uri, 1)


def shown(client: Client, uri: str, version: int) -> list[tuple[str, int, int, int]]:
    _, told = client.diagnostics(uri, version, 0, WAIT)
    return [
        (one["code"], one["range"]["start"]["line"], one["range"]["start"]["character"], one["range"]["end"]["character"])
        for one in told["diagnostics"]
    ]


def refusal(client: Client, method: str, params: object) -> int:
    """The code of the error that a request is answered with."""
    with pytest.raises(RuntimeError) as caught:
        client.request(method, params, WAIT)
    return int(str(caught.value).partition("'code': ")[2].split(",")[0])


DOCUMENT = {"uri": "untitled:nowhere"}
NOWHERE: dict[str, Any] = {"textDocument": DOCUMENT}


def test_requests_that_make_no_sense(client: Client) -> None:
    """Are answered, each with the code that the protocol has for it."""
    assert refusal(client, "textDocument/hover", NOWHERE) == -32602
    assert refusal(client, "textDocument/hover", {**NOWHERE, "position": {"line": "a", "character": []}}) == -32602
    assert refusal(client, "textDocument/hover", {**NOWHERE, "position": {"line": -1, "character": 0}}) == -32602
    assert refusal(client, "textDocument/hover", None) == -32602
    assert refusal(client, "workspace/executeCommand", {"command": "rm"}) == -32602
    assert refusal(client, "workspace/executeCommand", {"command": "unmid.fixAll", "arguments": []}) == -32602
    assert refusal(client, "no/such/method", {}) == -32601
    assert refusal(client, "initialize", {"processId": None, "rootUri": None, "capabilities": {}}) == -32600
    assert client.request("textDocument/hover", {**NOWHERE, "position": {"line": 0, "character": 0}}) is None


def answers_to(client: Client, *bodies: bytes) -> list[int]:
    """The codes of the errors that come back for bodies without a usable id."""
    codes: list[int] = []
    for body in bodies:
        client.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        client.wait(lambda: None in client.answers, WAIT)
        codes.append(client.answers.pop(None)[1]["error"]["code"])
    return codes


def test_bodies_that_are_no_messages(client: Client) -> None:
    """Broken JSON, JSON that is no message, bytes that are no text, brackets without end."""
    assert answers_to(client, b"{", b"[]", b"null", b"5", b'"x"', b"[" * 100_000) == [-32700, *[-32600] * 4, -32700]
    assert answers_to(client, b'{"jsonrpc":"2.0","id":{},"method":"shutdown"}') == [-32600]
    assert answers_to(client, b'{"jsonrpc":"2.0","id":null,"method":"shutdown"}') == [-32600]
    for odd in ({"id": 5}, {"jsonrpc": "1.0", "method": "exit"}, {"jsonrpc": "2.0", "method": 5}, {"jsonrpc": "2.0", "id": 9, "result": 1}):
        client.write(framed(odd))
    body = json.dumps({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {
        "uri": "untitled:latin", "languageId": "markdown", "version": 1, "text": "§ " + FLAGGED}}}, ensure_ascii=False).encode("latin-1")  # fmt: skip
    client.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert shown(client, "untitled:latin", 1) == [("trial/note-that", 0, 2, 30)]


BODY = b'{"jsonrpc":"2.0","method":"$/setTrace","params":{"value":"off"}}'
HEADINGS = (
    b"Content-Length: -5\r\n\r\n" + BODY,
    b"Content-Length: many\r\n\r\n" + BODY,
    b"Content-Length: 99999999999999999999\r\n\r\n" + BODY,
    b"Content-Length: 999999999999\r\n\r\n" + BODY,
    b"Content-Length: 0\r\n\r\n",
    b"Content-Length: 5\r\n\r\n" + BODY,
    b"\r\n\r\n\r\n",
    b"x" * 200_000,
    bytes(range(256)) * 100,
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
)


def test_headings_that_are_wrong(client: Client) -> None:
    """What follows a broken message is understood."""
    for number, heading in enumerate(HEADINGS):
        client.write(heading)
        assert marks(client, f"untitled:{number}", FLAGGED) == [("trial/note-that", 0, 0, 28)], heading[:40]


def test_headings_in_other_spellings(client: Client) -> None:
    """Are headings all the same."""
    for number, spelling in enumerate([b"content-length:%d\n\n", b"CONTENT-LENGTH : %d\r\n\r\n", b"Content-Type: x\r\nContent-Length: %d\r\nX: y\r\n\r\n"]):
        item = {"uri": f"untitled:{number}", "languageId": "markdown", "version": 1, "text": FLAGGED}
        body = json.dumps({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": item}}).encode()
        client.write(spelling % len(body) + body)
        assert shown(client, f"untitled:{number}", 1) == [("trial/note-that", 0, 0, 28)]


def changed(client: Client, uri: str, version: int, *changes: dict[str, Any]) -> None:
    client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)})


def span(first: int, column: int, last: int, end: int) -> dict[str, Any]:
    return {"start": {"line": first, "character": column}, "end": {"line": last, "character": end}}


def test_notifications_out_of_order(client: Client) -> None:
    """Changes and closings of what is not open, documents opened twice, versions that go back: the last text counts."""
    uri = "untitled:order"
    changed(client, uri, 1, {"text": "x"})
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.notify("textDocument/didSave", NOWHERE)
    client.notify("textDocument/didOpen", {})
    client.open(uri, "Nothing here.\n")
    client.open(uri, FLAGGED + FLAGGED)
    changed(client, uri, 5, {"text": "Again nothing.\n"})
    changed(client, uri, 4, {"text": "We utilize it.\n"})
    changed(client, uri, 4, {"text": "We utilize it.\n"})
    changed(client, uri, 6)
    changed(client, uri, 7, {"range": span(9, 9, 5, 5), "text": FLAGGED})
    changed(client, uri, 8, {"range": span(1, 40, 0, 0), "text": "😀 "})
    changed(client, uri, 9, {"range": span(0, 1, 0, 1), "text": "We utilize it. "})

    assert shown(client, uri, 9) == [("trial/big-word", 0, 3, 10)]

    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.notify("$/cancelRequest", {"id": 999})
    client.notify("notebookDocument/didClose", {"notebookDocument": DOCUMENT, "cellTextDocuments": [DOCUMENT]})
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": "nowhere", "type": 9}]})
    for settings in (None, 5, {"unmid": 5}, {"unmid": {"select": 5, "paths": {"*": {"select": 3}}, "debounce": "x"}}, {"unmid": SETTINGS}):
        client.notify("workspace/didChangeConfiguration", {"settings": settings})


def test_before_initialize(tmp_path: Path) -> None:
    """Requests are refused, the rest is passed over, and `initialize` works afterwards."""
    client = Client.start(COMMAND, env=ENVIRONMENT, cwd=tmp_path)
    client.open("untitled:early", FLAGGED)
    assert refusal(client, "textDocument/hover", NOWHERE) == -32002
    assert refusal(client, "shutdown", None) == -32002
    client.initialize(tmp_path, OPTIONS, WAIT)
    assert_well(client)
    client.end()


def test_after_shutdown(tmp_path: Path) -> None:
    """Requests are refused rather than left waiting."""
    client = started(tmp_path)
    assert client.request("shutdown", timeout=WAIT) is None
    assert refusal(client, "textDocument/hover", NOWHERE) == -32600
    client.notify("exit")
    assert client.process.wait(WAIT) == 0
    client.end()


URIS = (
    "", "::::", "file:///", "file:///no/such/folder/draft.md", "file://host/share/%zz.md", "http://[bad", "unknown:x",
    "file:///tmp/\0.md", "file:///tmp/" + "a" * 5_000 + ".md", "untitled:\ud83d", "file:///tmp/\ud83d.md", "vscode-notebook-cell:/x.ipynb#1",
    "vscode-notebook-cell://[x", "untitled:" + "x" * 100_000, "file:///proc/self/mem",
)  # fmt: skip


def test_documents_anywhere(client: Client) -> None:
    """Whatever a document is called, it is open, changed and closed like any other."""
    for uri in URIS:
        client.open(uri, "Nothing here.\n")
        changed(client, uri, 2, {"range": span(0, 0, 0, 0), "text": FLAGGED})
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    for uri in ("untitled:\ud83d", "unknown:x", "file:///no/such/folder/draft.md", URIS[7], URIS[8], URIS[10]):
        assert marks(client, uri, FLAGGED) == [("trial/note-that", 0, 0, 28)]


_N = 10_000
DRAFTS = {
    "nulls": ("a\0b " * _N, 0),
    "half characters": ("\ud83d a \udc00 " * _N, 0),
    "quotes in quotes": (">" * _N + " x", 0),
    "brackets": ("[" * _N, 0),
    "line ends": ("a\rb\r\nc\n\u2028\x85\x0b\x0c" * _N, 3),
    "garbage": ("".join(chr(n * 7919 % 0x2FF) for n in range(_N)).replace("\r", "").replace("\n", ""), 0),
    "five megabytes in a line": ("The oar is long and the boat is old. " * 140_000, 0),
    "twenty thousand lines": ("The oar is long.\n" * 2 * _N, 1),
}
"""Texts, and how many lines each repetition has."""


def test_drafts_that_no_one_wrote(client: Client) -> None:
    """What stands after them is marked in the right place, and a change of them is followed."""
    for name, (text, _) in DRAFTS.items():
        lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 2
        uri = f"untitled:{name}"
        assert marks(client, uri, f"{text}\n\n{FLAGGED}") == [("trial/note-that", lines, 0, 28)], name
        changed(client, uri, 2, {"range": span(0, 0, 0, 1), "text": "Z"})
        assert shown(client, uri, 2) == [("trial/note-that", lines, 0, 28)], name
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_a_thousand_documents(client: Client) -> None:
    """All are marked, a change in one is not lost among them, and none is kept once it is closed."""
    uris = [f"untitled:{number}" for number in range(1_000)]
    for number, uri in enumerate(uris):
        client.open(uri, "\n" * (number % 7) + FLAGGED)
    changed(client, uris[3], 2, {"text": "We utilize it.\n"})
    client.wait(lambda: all(uri in client.published for uri in uris) and client.published[uris[3]][1]["version"] == 2, WAIT)

    assert shown(client, uris[3], 2) == [("trial/big-word", 0, 3, 10)]
    for number in (0, 500, 999):
        assert shown(client, uris[number], 1) == [("trial/note-that", number % 7, 0, 28)]

    for uri in uris:
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.wait(lambda: not any(client.published[uri][1]["diagnostics"] for uri in uris), WAIT)


# Processes that go.


TWO_CORES = pytest.mark.skipif(
    cores() < 2 or not Path("/proc/self").exists(), reason="runs on Linux with two cores or more: elsewhere spaCy has no process of its own, or none that is found"
)


@TWO_CORES
def test_spacy_goes(client: Client) -> None:
    """It has a process of its own, and gets another one, whether it was working or not."""
    uri = "untitled:crew"
    assert marks(client, uri, FLAGGED) == [("trial/note-that", 0, 0, 28)]
    for version in (2, 3):
        (child,) = client.children()
        os.kill(child, signal.SIGKILL)
        changed(client, uri, version, {"text": f"We rowed {version} miles. " + FLAGGED})
        assert shown(client, uri, version) == [("trial/note-that", 0, 18, 46)]

    long = "\n".join(f"We rowed {number} miles. {FLAGGED}" for number in range(3_000))
    client.open("untitled:long", long)
    (child,) = client.children()
    os.kill(child, signal.SIGKILL)
    assert shown(client, "untitled:long", 1) == marks(client, "untitled:again", long)


@TWO_CORES
@pytest.mark.parametrize("stopped", [False, True])
def test_spacy_goes_with_the_server(tmp_path: Path, stopped: bool) -> None:
    """Even if it is stuck, and the server waits for an answer that never comes."""
    client = started(tmp_path)
    (child,) = client.children()
    if stopped:
        os.kill(child, signal.SIGSTOP)
        client.open("untitled:stuck", FLAGGED)
    assert client.shutdown(WAIT) == 0
    client.end()
    assert gone(child)


# Clients that go.


def test_half_a_message(tmp_path: Path) -> None:
    """And then nothing more: the server ends, and its status tells that nobody said goodbye."""
    client = started(tmp_path)
    client.write(b"Content-Length: 1000\r\n\r\n" + BODY)
    assert client.process.stdin
    client.process.stdin.close()
    assert client.process.wait(WAIT) == 1
    client.end()


def test_a_client_that_reads_no_more(tmp_path: Path) -> None:
    """Its end of the pipe is closed while the server writes, though the other one stays open."""
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    assert process.stdin
    assert process.stdout
    process.stdout.close()
    process.stdin.write(framed(hello(tmp_path, os.getpid())))
    process.stdin.flush()
    assert process.wait(WAIT) == 1
    process.stdin.close()


def test_an_editor_that_dies_while_nobody_reads(tmp_path: Path) -> None:
    """The server is stuck in a full pipe that someone else holds open. It ends all the same."""
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    assert process.stdin
    assert process.stdout
    process.stdin.write(framed(hello(tmp_path, editor.pid)))
    item = {"uri": "untitled:x", "languageId": "markdown", "version": 1, "text": (FLAGGED + "\n") * 3_000}
    process.stdin.write(framed({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": item}}))
    process.stdin.flush()
    time.sleep(0.5)
    editor.kill()
    editor.communicate()
    assert process.wait(WAIT) == 1
    process.stdin.close()
    process.stdout.close()


def hello(root: Path, editor: int) -> dict[str, Any]:
    params = {"processId": editor, "rootUri": root.as_uri(), "capabilities": {}, "initializationOptions": OPTIONS}
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}


# The machine.


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    """No folder for configuration, state or cache can be made: drafts are marked, and what cannot be kept is said."""
    nowhere = "/dev/null/home"
    client = started(tmp_path, HOME=nowhere, XDG_CONFIG_HOME=nowhere, XDG_CACHE_HOME=nowhere, XDG_STATE_HOME=nowhere, XDG_DATA_HOME=nowhere)
    try:
        assert marks(client, "untitled:x", FLAGGED) == [("trial/note-that", 0, 0, 28)]
        with contextlib.suppress(RuntimeError):
            client.request("workspace/executeCommand", {"command": "unmid.keepPhrase", "arguments": ["the valve", "untitled:x"]}, WAIT)
        assert_well(client)
    finally:
        client.end()


@pytest.mark.parametrize("script", ["exit 3", "sleep 30", "printf '\\377\\376\\0'", "kill -9 $$"])
def test_a_git_that_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Who is writing is then not known, which is no error and takes two seconds at most."""
    from unmid.packs.authors import git_email

    git = tmp_path / "git"
    git.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    git.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    began = time.monotonic()
    git_email.cache_clear()
    try:
        assert "@" not in git_email(tmp_path)
    finally:
        git_email.cache_clear()
    assert time.monotonic() - began < 10


def no_space(*_: object, **__: object) -> Any:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("broken", ["os.fsync", "os.replace", "tempfile.mkstemp", "os.fdopen"])
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """While settings or a pack are written: the file stays as it was, nothing is left beside it, and the writer is told."""
    from unmid.lsp import project
    from unmid.packs import edit

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    settings, pack = tmp_path / "unmid.toml", tmp_path / "ana.toml"
    settings.write_text('genre = "docs"  # ours\n', encoding="utf-8")
    pack.write_text("[allow]\nphrases = []\n", encoding="utf-8")
    tasks: list[tuple[Callable[[], object], type[Exception]]] = [
        (lambda: project.turn_off(settings, "hedge/double"), edit.EditError),
        (lambda: edit.keep_phrase(pack, "the valve"), edit.EditError),
    ]
    for task, error in tasks:
        with monkeypatch.context() as patch:
            patch.setattr(broken, no_space)
            with pytest.raises(error, match="No space left on device"):
                task()
    assert settings.read_text(encoding="utf-8") == 'genre = "docs"  # ours\n'
    assert pack.read_text(encoding="utf-8") == "[allow]\nphrases = []\n"
    shutil.rmtree(tmp_path / "state", ignore_errors=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ana.toml", "unmid.toml"]


def test_a_phrase_with_half_a_character(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cannot be kept, and the pack is not harmed by trying."""
    from unmid.packs import edit

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    pack = tmp_path / "ana.toml"
    with pytest.raises(edit.EditError, match="half a character"):
        edit.keep_phrase(pack, "the \ud83d valve")
    assert not pack.exists()


def test_clocks_that_jump(client: Client, tmp_path: Path) -> None:
    """A settings file that comes from the future or the past is read again when it has changed, which is all that counts."""
    uri = (tmp_path / "draft.md").as_uri()
    assert marks(client, uri, FLAGGED) == [("trial/note-that", 0, 0, 28)]
    file = tmp_path / "unmid.toml"
    for version, moment in enumerate([4_000_000_000, 1_000_000, 2_500_000_000], 2):
        off = version % 2 == 0
        file.write_text('ignore = ["trial/note-that"]\n' if off else "", encoding="utf-8")
        os.utime(file, (moment, moment))
        changed(client, uri, version, {"text": FLAGGED})
        assert shown(client, uri, version) == ([] if off else [("trial/note-that", 0, 0, 28)])
    file.unlink()


def test_the_client_of_these_tests_can_fail(tmp_path: Path) -> None:
    """A server that says nothing is noticed."""
    client = Client.start([sys.executable, "-c", "import time; time.sleep(60)"], cwd=tmp_path)
    with pytest.raises(Silence, match=r"no answer within 0\.2 s"):
        client.request("shutdown", timeout=0.2)
    client.end()
