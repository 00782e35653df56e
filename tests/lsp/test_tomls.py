"""Pack files and settings in the editor: end to end, for clients that push and that pull."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

from lsp.harness import WAIT, Desk, Draft
from lsp.test_server import CLIENTS, start, stop

FLAGGED = "It is important to note that we utilize it.\n"


@pytest_asyncio.fixture(params=CLIENTS)
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    desk = await start(request.param, tmp_path)
    yield desk
    await stop(desk)


async def said(desk: Desk, draft: Draft) -> list[tuple[int, str]]:
    return [(mark.range.start.line, mark.message) for mark in await desk.marks(draft)]


async def test_settings_are_checked_as_they_are_typed(desk: Desk, tmp_path: Path) -> None:
    """The text in the editor counts, not the file; the file counts again when it is closed."""
    file = tmp_path / "unmid.toml"
    file.write_text('genre = "docs"\n', encoding="utf-8")
    draft = await desk.open(file.as_uri(), '# 😀\ngenre = "esay"\n', "toml")
    assert [line for line, _ in await said(desk, draft)] == [1]

    desk.change(draft, draft.replace(draft.range_of("esay"), "essay"))
    assert await said(desk, draft) == []

    desk.change(draft, draft.replace(draft.range_of("genre"), "gnre"))
    assert await said(desk, draft) == [(1, "unknown setting “gnre”; did you mean “genre”?")]

    sent = desk.sent(draft)
    desk.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(draft.uri)))
    if desk.pulls:
        assert await said(desk, draft) == []
    else:
        assert (await desk.push(draft.uri, sent)).diagnostics == ()


async def test_saved_settings_take_effect(desk: Desk, tmp_path: Path) -> None:
    """At once, in every open draft, whether or not the client watches files."""
    prose = await desk.open((tmp_path / "draft.md").as_uri(), FLAGGED)
    assert [mark.code for mark in await desk.marks(prose)] == ["trial/note-that", "trial/big-word"]
    file = tmp_path / "unmid.toml"
    text = 'ignore = ["trial/note-that"]\n'
    await desk.open(file.as_uri(), text, "toml")

    sent = desk.sent(prose)
    file.write_text(text, encoding="utf-8")
    desk.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(file.as_uri())))

    assert [mark.code for mark in await desk.marks_after(prose, sent)] == ["trial/big-word"]


async def test_completion_and_hover(desk: Desk, tmp_path: Path) -> None:
    """At exact places, after characters that count for two."""
    uri = (tmp_path / ".unmid" / "packs" / "ana.toml").as_uri()
    draft = await desk.open(uri, '# 😀\n[ban]\n"😀" = { max = 0, sa }\n\n[severity]\n"trial/big-word" = "hin"\n', "toml")
    document = types.TextDocumentIdentifier(uri)

    async def take(words: str, label: str) -> None:
        end = draft.position(draft.text.index(words) + len(words))
        found = await asyncio.wait_for(desk.client.text_document_completion_async(types.CompletionParams(document, end)), WAIT)
        assert isinstance(found, types.CompletionList)
        (item,) = (item for item in found.items if item.label == label)
        assert isinstance(item.text_edit, types.TextEdit)
        desk.change(draft, draft.replace(item.text_edit.range, item.text_edit.new_text))

    await take("max = 0, sa", "say")
    await take('"hin', "hint")
    assert draft.text == '# 😀\n[ban]\n"😀" = { max = 0, say =  }\n\n[severity]\n"trial/big-word" = "hint"\n'

    hover = await desk.client.text_document_hover_async(types.HoverParams(document, draft.range_of("max").start))
    assert hover is not None
    assert hover.range == draft.range_of("max")
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.value == "How often a draft may use the word; 0 is never."


async def test_other_files_are_let_be(desk: Desk, tmp_path: Path) -> None:
    """TOML that is not ours is neither a draft nor a pack."""
    draft = await desk.open((tmp_path / "Cargo.toml").as_uri(), f'[package]\nname = "{FLAGGED.strip()}"\n', "toml")
    params = types.CompletionParams(types.TextDocumentIdentifier(draft.uri), types.Position(1, 0))

    assert await desk.marks(draft) == []
    assert await desk.client.text_document_completion_async(params) is None


async def test_no_completion_in_prose(desk: Desk, tmp_path: Path) -> None:
    """Nobody's sentence is finished here."""
    draft = await desk.open((tmp_path / "draft.md").as_uri(), FLAGGED)
    params = types.CompletionParams(types.TextDocumentIdentifier(draft.uri), types.Position(0, 3))

    assert await desk.client.text_document_completion_async(params) is None
