"""Code actions: what is offered, and what the draft is after taking it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

from lsp.harness import Draft
from lsp.test_session import ABLE, FLAGGED, Room, only_the_test_pack, room
from unmid.lsp import commands
from unmid.lsp.actions import TURN_OFF, actions, wants
from unmid.lsp.client import Client
from unmid.text.lines import LineIndex

__all__ = ["only_the_test_pack"]  # a fixture that pytest finds by its name

TWO = "😀 It is important to note that it holds.\n\nWe utilize it. It is worth noting that this holds.\n"


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Room]:
    here = room(tmp_path)
    yield here
    here.session.close()


async def offered(here: Room, draft: Draft, *, only: list[str] | None = None, marks: list[int] | None = None) -> list[types.CodeAction]:
    """The actions for the marks of those numbers, all by default."""
    await here.session.analysis(draft.uri)
    document = here.session.document(draft.uri)
    assert document is not None
    assert document.current is not None
    found = here.session.diagnostics(document.current)
    chosen = [found[number] for number in marks] if marks is not None else found
    return actions(document, types.CodeActionContext(chosen, only=only), here.session.client, True)


def opened(here: Room, text: str, name: str = "draft.md", language: str = "markdown") -> Draft:
    return Draft(here.open(text, name, language), text, here.session.client.encoding)


def taken(draft: Draft, action: types.CodeAction) -> str:
    assert action.edit is not None
    draft.apply(action.edit)
    return draft.text


async def test_all_that_is_offered(here: Room) -> None:
    """The cut first, then wider and wider measures."""
    found = await offered(here, opened(here, TWO), marks=[0])

    assert [(action.title, action.kind) for action in found] == [
        ("Cut “It is important to note that”", "quickfix"),
        ("Cut all 2 of trial/note-that", "quickfix"),
        ("Keep “It is important to note that” (my voice)", "quickfix"),
        ("Never flag trial/note-that for me", "quickfix"),
        ("Ignore trial/note-that here", "quickfix"),
        ("Turn off trial/note-that in this project", "quickfix"),
        ("Cut all that can safely go", "source.fixAll.unmid"),
    ]
    assert [action.is_preferred for action in found] == [True, None, None, None, None, None, None]
    assert found[0].diagnostics is not None
    assert found[0].diagnostics[0].code == "trial/note-that"


async def test_what_they_do(here: Room) -> None:
    """Each as its title says."""
    draft = opened(here, TWO)
    found = await offered(here, draft)
    after = {action.title: taken(replace(draft), action) for action in found if action.edit}

    assert after["Cut “It is important to note that”"] == TWO.replace("It is important to note that it", "It")
    assert after["Replace “utilize” with “use”"] == TWO.replace("utilize", "use")
    assert after["Cut all 2 of trial/note-that"] == "😀 It holds.\n\nWe utilize it. This holds.\n"
    assert after["Cut all that can safely go"] == "😀 It holds.\n\nWe utilize it. This holds.\n"
    assert after["Ignore trial/big-word here"] == TWO.replace("We", "<!-- unmid-ignore trial/big-word -->\nWe")


async def test_unsafe_fixes_are_not_preferred(here: Room) -> None:
    """They are offered, no more."""
    (change, *_) = await offered(here, opened(here, "We utilize it.\n"))

    assert (change.title, change.is_preferred) == ("Replace “utilize” with “use”", None)


@pytest.mark.parametrize(
    ("only", "count"), [(["quickfix"], 6), (["source"], 1), (["source.fixAll"], 1), (["source.fixAll.unmid"], 1), (["refactor"], 0), ([""], 7)]
)
async def test_only_what_was_asked_for(here: Room, only: list[str], count: int) -> None:
    """By kind, which has parts."""
    found = await offered(here, opened(here, TWO), only=only, marks=[0])

    assert len(found) == count
    assert not wants(["source.fix"], "source.fixAll")


async def test_nothing_for_an_older_version(here: Room) -> None:
    """Fresh marks are on the way."""
    draft = opened(here, FLAGGED)
    await here.session.analysis(draft.uri)
    document = here.session.document(draft.uri)
    assert document is not None
    assert document.current is not None
    old = here.session.diagnostics(document.current)
    here.session.changed(draft.uri, 2, LineIndex("x " + FLAGGED))

    assert actions(document, types.CodeActionContext(old), ABLE, True) == []


async def test_nothing_is_missing_while_settings_change(here: Room) -> None:
    """What is on the screen can be acted upon until there is something newer, though nothing of it is up to date."""
    draft = opened(here, TWO)
    await here.session.analysis(draft.uri)
    document = here.session.document(draft.uri)
    assert document is not None
    assert document.current is not None
    marks = here.session.diagnostics(document.current)
    here.session.configure({"genre": "docs"})

    assert document.current is None
    found = [action.title for action in actions(document, types.CodeActionContext(marks[:1], only=["quickfix"]), ABLE, True)]
    assert found == [
        "Cut “It is important to note that”",
        "Cut all 2 of trial/note-that",
        "Keep “It is important to note that” (my voice)",
        "Never flag trial/note-that for me",
        "Ignore trial/note-that here",
        "Turn off trial/note-that in this project",
    ]


async def test_foreign_and_damaged_marks(here: Room) -> None:
    """Get no answer."""
    draft = opened(here, FLAGGED)
    await here.session.analysis(draft.uri)
    document = here.session.document(draft.uri)
    assert document is not None
    assert document.current is not None
    (mark,) = here.session.diagnostics(document.current)
    mark.data = {"rule": "trial/note-that"}
    other = types.Diagnostic(mark.range, "no", source="other", data={"rule": "a", "version": 1, "fixes": []})

    assert actions(document, types.CodeActionContext([mark, other], only=["quickfix"]), ABLE, True) == []


@pytest.mark.parametrize("client", [replace(ABLE, diagnostic_data=False), replace(ABLE, document_changes=False, encoding="utf-8")])
async def test_lesser_clients(tmp_path: Path, client: object) -> None:
    """Without data the last report is asked; without document changes the edit has no version."""
    here = room(tmp_path, client)  # type: ignore[arg-type]
    try:
        draft = opened(here, TWO)
        found = await offered(here, draft, marks=[0])

        assert taken(draft, found[0]) == TWO.replace("It is important to note that it", "It")
    finally:
        here.session.close()


SNIPPETS = replace(ABLE, snippets=True)


@pytest.mark.parametrize(
    ("before", "words", "snippet"),
    [
        ("But some people say so.\n", "some people", "${1:some people}"),
        ("😀 Some *old* people say so.\n", "Some *old* people", "${1:Some *old* people}"),
        ("Some [old](a$2}) people say so.\n", "Some [old](a$2}) people", "${1:Some [old](a\\$2\\}) people}"),
    ],
)
@pytest.mark.parametrize("data", [True, False])
async def test_filling_in(tmp_path: Path, before: str, words: str, snippet: str, data: bool) -> None:
    """The vague words are selected, wherever the draft's lines have moved to; until someone types they stay as they are."""
    here = room(tmp_path, replace(SNIPPETS, diagnostic_data=data))
    try:
        draft = opened(here, before)
        await here.session.analysis(draft.uri)
        draft.text, draft.version = f"One.\n\n{before}", 2
        here.session.changed(draft.uri, 2, LineIndex(draft.text))
        (action,) = (one for one in await offered(here, draft, only=["quickfix"]) if one.title == "Name who says so")

        assert (action.kind, action.is_preferred) == ("quickfix", None)
        assert action.edit is not None
        assert action.edit.document_changes == [
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(draft.uri, 2),
                [types.SnippetTextEdit(draft.range_of(words), types.StringValue(snippet))],
            )
        ]
    finally:
        here.session.close()


@pytest.mark.parametrize(
    ("client", "text"), [(ABLE, "Some people say so.\n"), (SNIPPETS, "Some\npeople say so.\n"), (SNIPPETS, "Some\tpeople say so.\n")]
)
async def test_nothing_to_fill_in(tmp_path: Path, client: Client, text: str) -> None:
    """For editors that would show a snippet's signs, and where they would indent its second line."""
    here = room(tmp_path, client)
    try:
        found = await offered(here, opened(here, text))

        assert found
        assert not any(action.title == "Name who says so" for action in found)
    finally:
        here.session.close()


IGNORED = {
    "paragraph": (FLAGGED, "{}\n" + FLAGGED),
    "second": ("a\n\n" + FLAGGED, "a\n\n{}\n" + FLAGGED),
    "heading": ("# " + FLAGGED, "{}\n# " + FLAGGED),
    "quote": ("> " + FLAGGED, "> {}\n> " + FLAGGED),
    "item": ("- a\n- " + FLAGGED + "- b\n", "- a\n- {}\n  " + FLAGGED + "- b\n"),
    "ordered": ("10. " + FLAGGED, "10. {}\n    " + FLAGGED),
    "nested": ("> 1. a\n>    - " + FLAGGED, "> 1. a\n>    - {}\n>      " + FLAGGED),
    "further paragraph": ("- a\n\n  " + FLAGGED, "- a\n\n  {}\n  " + FLAGGED),
    "check box": ("- [ ] " + FLAGGED, "- [ ] " + FLAGGED[:-1] + " {}\n"),
    "table": ("| a |\n|---|\n| " + FLAGGED[:-1] + " |\n", "{}\n| a |\n|---|\n| " + FLAGGED[:-1] + " |\n"),
    "wrapped": ("We say: it is important\nto note that x.\n", "{}\nWe say: it is important\nto note that x.\n"),
    "windows": ("a\r\n\r\n" + FLAGGED[:-1] + "\r\n", "a\r\n\r\n{}\r\n" + FLAGGED[:-1] + "\r\n"),
    "no line end": (FLAGGED[:-1], "{}\n" + FLAGGED[:-1]),
}


@pytest.mark.parametrize(("before", "after"), IGNORED.values(), ids=IGNORED)
async def test_ignore_here(here: Room, before: str, after: str) -> None:
    """The comment goes where it keeps the structure, and it works: the mark is gone, and marks elsewhere are not."""
    twin = "\n\nLast: it is important to note that y.\n"
    lines = LineIndex(before + twin)
    uri = here.open(lines.text)
    await here.session.analysis(uri)
    document = here.session.document(uri)
    assert document is not None
    assert document.current is not None
    marks = here.session.diagnostics(document.current)
    assert len(marks) == 2
    (action,) = (
        one for one in actions(document, types.CodeActionContext(marks[:1]), ABLE, True) if one.title.startswith("Ignore")
    )
    assert action.edit is not None
    assert action.edit.document_changes is not None
    (change,) = action.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    (edit,) = change.edits
    assert isinstance(edit, types.TextEdit)
    at = lines.position_to_offset(edit.range.start.line, edit.range.start.character, "utf-16")
    text = lines.text[:at] + edit.new_text + lines.text[at:]

    assert text == after.format("<!-- unmid-ignore trial/note-that -->") + twin

    here.session.changed(uri, 2, LineIndex(text))
    found = await here.session.analysis(uri)

    assert found is not None
    assert [finding.span.start for finding in found.report.findings] == [text.rindex("it is important")]


@pytest.mark.parametrize(
    ("name", "language", "text", "after"),
    [
        ("a.tex", "latex", "A.\n\n  {}\n", "A.\n\n  % unmid-ignore trial/note-that\n  {}\n"),
        ("a.tex", "latex", "\\begin{{itemize}}\n\\item {}\n\\end{{itemize}}\n", "\\begin{{itemize}}\n\\item {} % unmid-ignore trial/note-that\n\\end{{itemize}}\n"),
        ("a.tex", "latex", "A.\\footnote{{{}}}\n", "% unmid-ignore trial/note-that\nA.\\footnote{{{}}}\n"),
        ("a.rst", "restructuredtext", "A.\n\n{}\n", "A.\n\n.. unmid-ignore trial/note-that\n\n{}\n"),
        ("a.rst", "restructuredtext", "- A.\n- {}\n", "- A.\n- .. unmid-ignore trial/note-that\n\n  {}\n"),
        ("a.rst", "restructuredtext", "  .. note:: {}\n", "  .. unmid-ignore trial/note-that\n\n  .. note:: {}\n"),
        ("a.rst", "restructuredtext", "oar\n  {}\n", ".. unmid-ignore trial/note-that\n\noar\n  {}\n"),
        ("a.adoc", "plaintext", "A.\r\n\r\nNOTE: {}\r\n", "A.\r\n\r\n// unmid-ignore trial/note-that\r\nNOTE: {}\r\n"),
        ("untitled", "asciidoc", "* A.\n* {}\n", "// unmid-ignore trial/note-that\n* A.\n* {}\n"),
    ],
)
async def test_ignoring_in_other_formats(here: Room, name: str, language: str, text: str, after: str) -> None:
    """The comment of the format, where it changes nothing else; and it silences."""
    sentence = "It is important to note that x holds."
    draft = opened(here, text.format(sentence), name, language)
    (action,) = (one for one in await offered(here, draft) if one.title.startswith("Ignore"))

    assert taken(draft, action) == after.format(sentence)
    here.session.changed(draft.uri, 2, LineIndex(draft.text))
    found = await here.session.analysis(draft.uri)
    assert found is not None
    assert found.report.findings == ()


@pytest.mark.parametrize(("name", "language"), [("a.txt", "plaintext"), ("COMMIT_EDITMSG", "git-commit"), ("a.mdx", "mdx")])
async def test_no_comments_no_ignoring(here: Room, name: str, language: str) -> None:
    """A format that knows no comments is not given any."""
    found = await offered(here, opened(here, FLAGGED, name, language))

    assert found
    assert not any(action.title.startswith("Ignore") for action in found)


async def test_banning_what_is_selected(here: Room) -> None:
    """Is a kind of its own: it mends nothing, so no filter for fixes brings it up."""
    draft = opened(here, "We row *very often*, and we row well.\n")
    await here.session.analysis(draft.uri)
    document = here.session.document(draft.uri)
    assert document is not None

    def found(words: str, *only: str) -> list[tuple[str, object]]:
        context = types.CodeActionContext([], only=list(only) or None)
        return [(one.title, one.kind) for one in actions(document, context, ABLE, True, draft.range_of(words))]

    assert found("very often*") == [("Ban “very often”", "unmid.ban")]
    assert found("very often*", "quickfix", "refactor", "source") == []
    assert found("very often*", "unmid") == [("Ban “very often”", "unmid.ban")]
    assert found("ery often") == []
    assert found("row *very often*") == [("Ban “row very often”", "unmid.ban")]
    assert found("row *very often*, and") == []
    assert found(", ") == []


async def test_turning_a_rule_off(here: Room) -> None:
    """Written to the project's file, in force at once, without a complaint about the comments that name it."""
    comment = "<!-- unmid-ignore trial/note-that -->"
    draft = opened(here, f"{FLAGGED}\n{comment}\n{FLAGGED}\nWe utilize it.\n")
    found = await offered(here, draft, marks=[0])
    (action,) = (one for one in found if one.command and one.command.command == TURN_OFF)
    assert action.command is not None
    assert action.command.arguments == ["trial/note-that", draft.uri]

    await commands.turn_off(here.session, "trial/note-that", draft.uri)
    await here.session.analysis(draft.uri)

    assert (here.root / "unmid.toml").read_text(encoding="utf-8") == 'ignore = ["trial/note-that"]\n'
    assert [rule for rule, _ in here.editor.marks(draft.uri)] == ["trial/big-word"]


async def test_turning_off_what_is_no_rule(here: Room) -> None:
    """Settings that name no rule would be broken, so nothing is written."""
    draft = opened(here, f"{FLAGGED}\n")
    await here.session.analysis(draft.uri)

    await commands.turn_off(here.session, "trial/no-such-rule", draft.uri)

    assert here.editor.shown == ["unmid: there is no rule “trial/no-such-rule”"]
    assert not (here.root / "unmid.toml").exists()


async def test_turning_off_where_it_cannot_be(here: Room) -> None:
    """Says so, and leaves the file as it is."""
    await commands.turn_off(here.session, "trial/note-that", here.uri("closed.md"))
    draft = opened(here, f"{FLAGGED}\n")
    await here.session.analysis(draft.uri)
    (here.root / "unmid.toml").write_text("ignore = [", encoding="utf-8")

    await commands.turn_off(here.session, "trial/note-that", draft.uri)

    assert here.editor.shown[0] == "unmid: open the draft first; its project is the one to write to"
    assert "cannot be changed" in here.editor.shown[1]
    assert (here.root / "unmid.toml").read_text(encoding="utf-8") == "ignore = ["
