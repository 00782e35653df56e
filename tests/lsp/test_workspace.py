"""Open documents under changes from an editor, against a model that walks the text one character at a time."""

import copy
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.lsp.server import LanguageServer

from unmid.lsp.from_proto import encoding_of, span_of
from unmid.lsp.workspace import ProseDocument, ProseProtocol, ProseWorkspace
from unmid.text.lines import LineIndex
from unmid.text.span import Span

URI = "file:///draft.md"
ENCODINGS = ["utf-8", "utf-16", "utf-32"]

PIECES = [
    "a", "word", " ", "é", "e\u0301", "“", "😀", "👩\u200d👧",
    "\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\ud83d",
]  # fmt: skip

texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
positions = st.tuples(
    st.one_of(st.integers(0, 6), st.just(2**31 - 1)), st.one_of(st.integers(0, 16), st.just(2**31 - 1))
)
Place = tuple[int, int]
Change = tuple[Place, Place, str] | str
"""A range, its ends in any order, with its new text; or a whole new text."""
changes: st.SearchStrategy[Change] = st.one_of(st.tuples(positions, positions, texts), texts)


def model_offset(text: str, place: Place, encoding: str) -> int:
    """Where a position stands: walk to the line, then along it while the next character fits."""
    line, units = place
    offset = 0
    while line > 0:
        if offset == len(text):
            return offset
        ended = text[offset] == "\n" or (text[offset] == "\r" and text[offset + 1 : offset + 2] != "\n")
        line -= ended
        offset += 1
    while offset < len(text) and text[offset] not in "\r\n":
        code = ord(text[offset])
        units -= {
            "utf-8": 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF),
            "utf-16": 1 + (code > 0xFFFF),
            "utf-32": 1,
        }[encoding]
        if units < 0:
            break
        offset += 1
    return offset


def model_change(text: str, change: Change, encoding: str) -> str:
    """The text after one change."""
    if isinstance(change, str):
        return change
    start, end = sorted(model_offset(text, place, encoding) for place in change[:2])
    return text[:start] + change[2] + text[end:]


def range_of(start: Place, end: Place) -> types.Range:
    return types.Range(types.Position(*start), types.Position(*end))


def event(change: Change) -> types.TextDocumentContentChangeEvent:
    if isinstance(change, str):
        return types.TextDocumentContentChangeWholeDocument(change)
    start, end, text = change
    return types.TextDocumentContentChangePartial(range_of(start, end), text)


def workspace_with(text: str, encoding: str = "utf-16") -> ProseWorkspace:
    workspace = ProseWorkspace(None, position_encoding=types.PositionEncodingKind(encoding))
    workspace.put_text_document(types.TextDocumentItem(URI, "markdown", 1, text))
    return workspace


def changed(text: str, *changes_: Change, encoding: str = "utf-16") -> str:
    """The text of an open document after changes."""
    workspace = workspace_with(text, encoding)
    for change in changes_:
        workspace.update_text_document(types.VersionedTextDocumentIdentifier(2, URI), event(change))
    return workspace.get_text_document(URI).source


class Editor:
    """A client that talks to `ProseProtocol` in the same process, in the JSON that would go over the wire."""

    def __init__(self, encodings: list[str] | None = None, *, server: LanguageServer | None = None) -> None:
        self.server = server or LanguageServer("test", "0", protocol_cls=ProseProtocol)
        self.errors: list[str] = []
        self.server.report_server_error = lambda error, source: self.errors.append(str(error))  # type: ignore[method-assign]
        self.answers: list[Any] = []
        self.server.protocol.set_writer(self, include_headers=False)
        capabilities = {"general": {"positionEncodings": encodings}} if encodings else {}
        self.send(
            "initialize",
            {
                "processId": None,
                "rootUri": "file:///work",
                "capabilities": capabilities,
                "workspaceFolders": [{"uri": "file:///work", "name": "work"}],
            },
            id=1,
        )

    def write(self, data: bytes) -> None:
        self.answers.append(json.loads(data))

    def close(self) -> None:
        pass

    def send(self, method: str, params: dict[str, Any], **extra: Any) -> None:
        protocol = self.server.protocol
        protocol.handle_message(
            protocol.structure_message({"jsonrpc": "2.0", "method": method, "params": params, **extra})
        )

    def open(self, text: str, uri: str = URI) -> None:
        self.send(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "markdown", "version": 1, "text": text}},
        )

    def change(self, version: int, *changes_: Change, uri: str = URI) -> None:
        self.send(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [as_json(change) for change in changes_],
            },
        )

    def document(self, uri: str = URI) -> ProseDocument:
        document = self.server.workspace.get_text_document(uri)
        assert isinstance(document, ProseDocument)
        return document


@cache
def editor_for(encoding: str) -> Editor:
    """One editor for all examples of a property; opening a document anew replaces it."""
    return Editor([encoding])


def as_json(change: Change) -> dict[str, Any]:
    if isinstance(change, str):
        return {"text": change}
    start, end = ({"line": line, "character": character} for line, character in change[:2])
    return {"range": {"start": start, "end": end}, "text": change[2]}


# --- One document -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\x1d", "\x1e"])
def test_only_the_protocols_line_ends_count(separator: str) -> None:
    """A change on the second line lands there, whatever Python takes for a line end on the first."""
    text = f"One{separator}two\nthree four\n"
    assert changed(text, ((1, 6), (1, 10), "FIVE")) == f"One{separator}two\nthree FIVE\n"


@pytest.mark.parametrize(
    ("text", "change", "expected"),
    [
        ("", ((0, 0), (0, 0), "a"), "a"),
        ("a\n", ((1, 0), (1, 0), "b"), "a\nb"),
        ("a\n", ((9, 9), (9, 9), "b"), "a\nb"),
        ("ab\r\ncd", ((0, 99), (0, 99), "!"), "ab!\r\ncd"),
        ("ab\r\ncd", ((0, 2), (1, 0), ""), "abcd"),
        ("ab\rcd", ((0, 2), (1, 0), " "), "ab cd"),
        ("ab\rcd", ((1, 0), (1, 0), "\n"), "ab\r\ncd"),
        ("a😀b", ((0, 1), (0, 3), ""), "ab"),
        ("a😀b", ((0, 2), (0, 2), "-"), "a-😀b"),
        ("abcdef", ((0, 4), (0, 2), "-"), "ab-ef"),
        ("ab\ncd\nef", ((2, 1), (0, 1), "-"), "a-f"),
    ],
)
def test_changes_at_the_edges(text: str, change: Change, expected: str) -> None:
    """Empty texts, the end of the text, past the end of a line or the text, line ends, half an emoji, ends swapped."""
    assert changed(text, change) == expected


@given(texts, st.lists(changes, max_size=8), st.sampled_from(ENCODINGS))
@example(
    "One\u2028two\n😀three four",
    [((1, 8), (1, 12), "FIVE"), ((1, 2), (1, 2), "\r"), "", ((0, 0), (5, 5), "é")],
    "utf-16",
)
def test_any_changes_leave_the_editors_text(text: str, changes_: list[Change], encoding: str) -> None:
    """Ranges and whole texts in any order, in every encoding; lines stay those of the text."""
    workspace = workspace_with(text, encoding)
    document = workspace.get_text_document(URI)
    for version, change in enumerate(changes_, start=2):
        workspace.update_text_document(types.VersionedTextDocumentIdentifier(version, URI), event(change))
        text = model_change(text, change, encoding)
        assert (document.source, document.version) == (text, version)
        assert document.lines.text == text
        assert document.lines.starts == LineIndex(text).starts


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_change_is_left_as_it_came(encoding: str) -> None:
    """A position past the end of its line still says so afterwards."""
    workspace = workspace_with("😀 ab\n", encoding)
    change = event(((0, 999), (7, 999), "x"))
    before = copy.deepcopy(change)
    workspace.update_text_document(types.VersionedTextDocumentIdentifier(2, URI), change)
    assert change == before


def test_lines_are_worked_out_once_for_each_version() -> None:
    """The same index until the text changes, by a range or as a whole."""
    document = workspace_with("a\nb").get_text_document(URI)
    first = document.lines
    assert document.lines is first
    document.apply_change(event(((0, 0), (0, 1), "\n")))
    second = document.lines
    assert (document.lines is second, second.starts) == (True, (0, 1, 2))
    document.apply_change(event("c"))
    assert (document.lines.text, document.lines.starts) == ("c", (0,))


@pytest.mark.parametrize("kind", list(types.TextDocumentSyncKind))
def test_a_range_is_a_range_whatever_was_advertised(kind: types.TextDocumentSyncKind) -> None:
    """A client that sends ranges to a server of whole texts does not lose its text."""
    document = ProseDocument(URI, "One two", sync_kind=kind)
    document.apply_change(event(((0, 4), (0, 7), "three")))
    assert document.source == "One three"


def test_a_file_that_is_not_open_is_read_at_each_use(tmp_path: Any) -> None:
    """Its lines are those of what the file holds now."""
    path = tmp_path / "draft.md"
    document = ProseWorkspace(None).get_text_document(path.as_uri())
    path.write_text("a\nb", encoding="utf-8")
    assert list(document.lines) == ["a\n", "b"]
    path.write_text("c", encoding="utf-8")
    assert list(document.lines) == ["c"]


def test_span_of() -> None:
    """A range in client units becomes code points, forwards."""
    lines = LineIndex("a\n😀bc")
    assert span_of(range_of((1, 2), (1, 3)), lines, "utf-16") == Span(3, 4)
    assert span_of(range_of((1, 4), (0, 1)), lines, "utf-8") == Span(1, 3)


@pytest.mark.parametrize(
    ("kind", "encoding"),
    [
        (types.PositionEncodingKind.Utf8, "utf-8"),
        (types.PositionEncodingKind.Utf32, "utf-32"),
        ("utf-8", "utf-8"),
        ("utf-7", "utf-16"),
        (None, "utf-16"),
    ],
)
def test_encoding_of(kind: types.PositionEncodingKind | str | None, encoding: str) -> None:
    """Names and enum members mean the same; anything unknown is UTF-16."""
    assert encoding_of(kind) == encoding


# --- The protocol ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [
        (None, "utf-16"),
        (["utf-8", "utf-16"], "utf-8"),
        (["utf-16", "utf-8"], "utf-16"),
        (["utf-7", "utf-32"], "utf-32"),
    ],
)
def test_initialize_installs_the_workspace_with_all_it_had(offered: list[str] | None, agreed: str) -> None:
    """Encoding, root, folders and the kind of sync are those that pygls settled."""
    editor = Editor(offered)
    workspace = editor.server.workspace
    assert isinstance(workspace, ProseWorkspace)
    assert editor.server.workspace is workspace
    assert editor.answers[0]["result"]["capabilities"]["positionEncoding"] == agreed
    assert workspace.position_encoding == types.PositionEncodingKind(agreed)
    assert workspace.position_codec.encoding == types.PositionEncodingKind(agreed)
    assert workspace.root_uri == "file:///work"
    assert workspace.folders == {"file:///work": types.WorkspaceFolder("file:///work", "work")}
    assert workspace._sync_kind == types.TextDocumentSyncKind.Incremental
    assert editor.errors == []


def test_our_initialize_handler_sees_the_workspace() -> None:
    """What it keeps of the workspace is what stays."""
    server = LanguageServer("test", "0", protocol_cls=ProseProtocol)
    seen: list[object] = []

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        seen.append(server.workspace)

    Editor(server=server)
    assert isinstance(seen[0], ProseWorkspace)
    assert seen[0] is server.workspace


def test_there_is_no_workspace_before_initialize() -> None:
    """As in pygls."""
    server = LanguageServer("test", "0", protocol_cls=ProseProtocol)
    with pytest.raises(RuntimeError, match="has the server been initialized"):
        _ = server.workspace


@pytest.mark.parametrize(
    ("encoding", "columns"), [("utf-8", (4, 10)), ("utf-16", (2, 6)), ("utf-32", (1, 5))]
)
def test_open_and_change(encoding: str, columns: tuple[int, int]) -> None:
    """Several changes in one notification, each on the text that the one before it left."""
    editor = Editor([encoding])
    editor.open("One\u2028two\r\n😀“ab” c")
    start, end = columns
    editor.change(7, ((1, start), (1, end), "-"), ((1, start), (1, start), "\r\n"), ((2, 1), (2, 9), "!"))
    document = editor.document()
    assert editor.errors == []
    assert document.version == 7
    assert document.language_id == "markdown"
    assert document.source == "One\u2028two\r\n😀\r\n-!"
    assert list(document.lines) == ["One\u2028two\r\n", "😀\r\n", "-!"]


@given(texts, st.lists(st.lists(changes, max_size=3), max_size=4), st.sampled_from(ENCODINGS))
def test_any_notifications_leave_the_editors_text(
    text: str, rounds: list[list[Change]], encoding: str
) -> None:
    """The same as for one document, through the protocol."""
    editor = editor_for(encoding)
    editor.open(text)
    for version, changes_ in enumerate(rounds, start=2):
        editor.change(version, *changes_)
        for change in changes_:
            text = model_change(text, change, encoding)
    assert editor.document().source == text
    assert editor.errors == []


def test_our_change_handler_sees_the_changed_text_and_the_change() -> None:
    """The handler runs after the document has changed; the change still holds what the client sent."""
    server = LanguageServer("test", "0", protocol_cls=ProseProtocol)
    seen: list[tuple[str, types.TextDocumentContentChangeEvent]] = []

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        document = server.workspace.get_text_document(params.text_document.uri)
        seen.append((document.source, params.content_changes[0]))

    editor = Editor(server=server)
    editor.open("ab\n")
    editor.change(2, ((0, 999), (0, 999), "c"))
    assert seen == [("abc\n", event(((0, 999), (0, 999), "c")))]


def test_a_change_to_what_is_not_open_is_ignored() -> None:
    """No error reaches the client, no document appears, and the others go on."""
    editor = Editor()
    editor.open("ab")
    editor.change(2, ((0, 0), (0, 0), "x"), "y", uri="file:///other.md")
    editor.send("textDocument/didClose", {"textDocument": {"uri": URI}})
    editor.change(3, ((0, 0), (0, 0), "x"))
    editor.open("cd")
    editor.change(2, ((0, 1), (0, 2), "x"))
    assert editor.errors == []
    assert list(editor.server.workspace.text_documents) == [URI]
    assert editor.document().source == "cx"


def test_a_uri_is_one_document_however_it_is_escaped() -> None:
    """Editors differ in what they percent-encode."""
    editor = Editor()
    editor.open("ab", uri="untitled:My%20draft")
    editor.change(2, ((0, 1), (0, 2), "c"), uri="untitled:My draft")
    assert editor.document("untitled:My%20draft").source == "ac"
    assert editor.errors == []


# --- Notebooks -------------------------------------------------------------------------------------------------------


NOTEBOOK = "file:///notes.ipynb"


def cell(name: str) -> str:
    return f"vscode-notebook-cell:///notes.ipynb#{name}"


def open_notebook(editor: Editor, text: str) -> None:
    editor.send(
        "notebookDocument/didOpen",
        {
            "notebookDocument": {
                "uri": NOTEBOOK,
                "notebookType": "jupyter-notebook",
                "version": 1,
                "cells": [{"kind": 1, "document": cell("one")}],
            },
            "cellTextDocuments": [{"uri": cell("one"), "languageId": "markdown", "version": 1, "text": text}],
        },
    )


def change_notebook(editor: Editor, cells: dict[str, Any]) -> None:
    editor.send(
        "notebookDocument/didChange",
        {"notebookDocument": {"uri": NOTEBOOK, "version": 2}, "change": {"cells": cells}},
    )


def test_cells_are_documents_like_any_other() -> None:
    """Their text follows the editor by the same line ends and columns; so do cells that come later."""
    editor = Editor()
    open_notebook(editor, "One\u2028two\nthree four")
    added = {"uri": cell("two"), "languageId": "markdown", "version": 1, "text": "a\vb\nc"}
    change_notebook(
        editor,
        {
            "structure": {
                "array": {"start": 1, "deleteCount": 0, "cells": [{"kind": 1, "document": cell("two")}]},
                "didOpen": [added],
            },
            "textContent": [
                {
                    "document": {"uri": cell("one"), "version": 2},
                    "changes": [as_json(((1, 6), (1, 10), "FIVE"))],
                },
                {"document": {"uri": cell("two"), "version": 2}, "changes": [as_json(((1, 0), (1, 1), "d"))]},
                {
                    "document": {"uri": cell("none"), "version": 2},
                    "changes": [as_json(((0, 0), (0, 0), "x"))],
                },
            ],
        },
    )
    assert editor.errors == []
    assert editor.document(cell("one")).source == "One\u2028two\nthree FIVE"
    assert editor.document(cell("one")).version == 2
    assert editor.document(cell("two")).source == "a\vb\nd"


def test_a_change_to_a_notebook_that_is_not_open_is_ignored() -> None:
    """No error reaches the client, and no cell appears."""
    editor = Editor()
    change_notebook(
        editor, {"textContent": [{"document": {"uri": cell("one"), "version": 2}, "changes": [as_json("x")]}]}
    )
    assert editor.errors == []
    assert editor.server.workspace.text_documents == {}
