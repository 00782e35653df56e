"""What a writer keeps, allows and bans goes into their own pack, and is heard at once: end to end."""

from __future__ import annotations

import ast
import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from lsp.harness import COMMAND, ENVIRONMENT, PACK, SETTINGS, WAIT, Desk, Draft
from lsp.test_server import stop
from unmid.lsp.keeping import prose_at
from unmid.prose.formats import parse
from unmid.text.span import Span

NOTE, BIG, PERHAPS = "trial/note-that", "trial/big-word", "trial/perhaps"
TEXT = "It is important to note that we utilize it.\n"


class Room:
    """A desk with a home of its own: where the packs are, and the git user's email."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "home"
        self.drafts = root / "drafts"
        self.drafts.mkdir()
        self.home.mkdir()
        self.packs = self.home / "packs"
        self.shown: list[types.ShowMessageParams] = []
        self.desk: Desk

    async def start(self, name: str = "visual-studio-code", email: str = "ana@example.org", **options: object) -> Desk:
        (self.home / ".gitconfig").write_text(f"[user]\n\temail = {email}\n" if email else "", encoding="utf-8")
        environment = ENVIRONMENT | {
            "UNMID_CONFIG_DIR": str(self.home), "HOME": str(self.home), "XDG_STATE_HOME": str(self.home / "state"),
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"), "GIT_CONFIG_NOSYSTEM": "1", "USER": "rita", "LOGNAME": "rita",
        }  # fmt: skip
        client = await ClientServerConfig(server_command=COMMAND, server_env=environment).start()
        assert isinstance(client, LanguageClient)
        pulls = name == "neovim"
        self.desk = Desk(client, "utf-8" if pulls else "utf-16", pulls)
        client.protocol.fm.features[types.WINDOW_SHOW_MESSAGE] = self.shown.append
        await client.initialize_session(
            types.InitializeParams(
                capabilities=client_capabilities(name),
                root_uri=self.drafts.as_uri(),
                initialization_options={"unmid": {**SETTINGS, **options}},
            )
        )
        return self.desk

    async def open(self, name: str, text: str) -> Draft:
        return await self.desk.open((self.drafts / name).as_uri(), text)

    async def offers(self, draft: Draft, range_: types.Range, *marks: types.Diagnostic) -> dict[str, tuple[str, list[Any]]]:
        """The commands that are offered, by title, with their arguments."""
        params = types.CodeActionParams(types.TextDocumentIdentifier(draft.uri), range_, types.CodeActionContext(diagnostics=marks))
        answer = await asyncio.wait_for(self.desk.client.text_document_code_action_async(params), WAIT)
        # The client here takes an action with a command for a command, and writes the one inside as Python does.
        inner = {one.title: ast.literal_eval(one.command) for one in answer or [] if isinstance(one, types.Command)}
        return {title: (one["command"], one["arguments"]) for title, one in inner.items()}

    async def rules(self, draft: Draft) -> list[str]:
        return [str(mark.code) for mark in await self.desk.marks(draft)]

    async def rules_after(self, draft: Draft, sent: int) -> list[str]:
        return [str(mark.code) for mark in await self.desk.marks_after(draft, sent)]

    async def command(self, name: str, *arguments: str) -> Any:
        params = types.ExecuteCommandParams(name, arguments=list(arguments))
        return await asyncio.wait_for(self.desk.client.workspace_execute_command_async(params), WAIT)

    def pack(self, name: str, text: str) -> Path:
        self.packs.mkdir(exist_ok=True)
        (self.packs / f"{name}.toml").write_text(text, encoding="utf-8")
        return self.packs / f"{name}.toml"

    def told(self) -> list[tuple[types.MessageType, str]]:
        return [(types.MessageType(one.type), one.message) for one in self.shown]


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    room = Room(tmp_path)
    yield room
    await stop(room.desk)


@pytest.mark.parametrize("name", ["visual-studio-code", "neovim"])
async def test_keep_a_phrase(room: Room, name: str) -> None:
    """Its marks go in every open draft, though markup and line ends part its words; the writer is told once where it went."""
    await room.start(name)
    first = await room.open("a.md", f"😀 {TEXT}")
    second = await room.open("b.md", "It is *important* to\nnote that the valve sticks.\n")
    mark = (await room.desk.marks(first))[0]
    assert await room.rules(second) == [NOTE]
    sent = room.desk.sent(first), room.desk.sent(second)

    offers = await room.offers(first, mark.range, mark)
    name_, arguments = offers["Keep “It is important to note that” (my voice)"]
    await room.command(name_, *arguments)

    assert await room.rules_after(first, sent[0]) == [BIG]
    assert await room.rules_after(second, sent[1]) == []
    file = room.packs / "ana.toml"
    text = file.read_text(encoding="utf-8")
    assert '[meta]\nauthor = "ana"\nemails = ["ana@example.org"]\n' in text
    assert '"It is important to note that"' in text
    assert room.told() == [(types.MessageType.Info, f"unmid: what you keep and ban goes into a new pack for ana: {file}")]

    sent_ = room.desk.sent(first)
    await room.command("unmid.allowRule", BIG, first.uri)
    assert await room.rules_after(first, sent_) == []
    assert f'rules = [\n    "{BIG}"' in file.read_text(encoding="utf-8")
    assert room.told()[1:] == [(types.MessageType.Info, f"unmid: what you keep and ban goes into the pack of ana: {file}")]


async def test_ban_a_word(room: Room) -> None:
    """The selected word, whole, is marked from then on, with a comment kept that was in the pack."""
    file = room.pack("ana", '# mine\n[meta]\nemails = ["ana@example.org"]\n')
    await room.start(select=["trial", "voice/pet-word"])
    draft = await room.open("a.md", "The boat is **interesting**, and Rita is interested.\n")
    assert await room.rules(draft) == []

    assert await room.offers(draft, draft.range_of("interest")) == {}
    ((title, (name, arguments)),) = (await room.offers(draft, draft.range_of("interesting"))).items()
    assert title == "Ban “interesting”"
    sent = room.desk.sent(draft)
    await room.command(name, *arguments)

    (mark,) = await room.desk.marks_after(draft, sent)
    assert (mark.code, draft.words_at(mark.range), mark.severity) == ("voice/pet-word", "interesting", types.DiagnosticSeverity.Warning)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# mine\n[meta]\n")
    assert "interesting = {max = 0}" in text


async def test_a_broken_pack_is_not_written(room: Room) -> None:
    """The message names file, line and cure; the rules that were good go on; mended, the pack is heard again."""
    good = '[meta]\nemails = ["ana@example.org"]\n\n[allow]\nphrases = ["it is important to note that"]\n'
    file = room.pack("ana", good.replace("it is important to note that", "by and large"))
    await room.start()
    draft = await room.open("a.md", TEXT)
    assert await room.rules(draft) == [NOTE, BIG]

    broken = good.replace("phrases", "phrase")
    file.write_text(broken, encoding="utf-8")
    event = types.DidChangeWatchedFilesParams([types.FileEvent(file.as_uri(), types.FileChangeType.Changed)])
    room.desk.client.workspace_did_change_watched_files(event)
    told = await room.desk.push(file.as_uri(), 0)
    assert [(mark.range.start.line, mark.message) for mark in told.diagnostics] == [(4, "unknown key “phrase”; did you mean “phrases”?")]
    assert await room.rules(draft) == [NOTE, BIG]

    await room.command("unmid.keepPhrase", "utilize", draft.uri)
    assert file.read_text(encoding="utf-8") == broken
    assert room.told() == [
        (types.MessageType.Warning, f"unmid: nothing was written: {file}:5: unknown key “phrase”; did you mean “phrases”?; mend that first")
    ]

    sent = room.desk.sent(draft)
    file.write_text(good, encoding="utf-8")
    room.desk.client.workspace_did_change_watched_files(event)
    assert await room.rules_after(draft, sent) == [BIG]
    assert (await room.desk.push(file.as_uri(), 1)).diagnostics == ()


async def test_without_git_it_is_whoever_is_logged_in(room: Room) -> None:
    """Their pack is used from then on, and the message says how to have it so next time."""
    await room.start(email="")
    draft = await room.open("a.md", TEXT)
    await room.rules(draft)

    sent = room.desk.sent(draft)
    await room.command("unmid.keepPhrase", "utilize", draft.uri)

    assert await room.rules_after(draft, sent) == [NOTE]
    ((_, message),) = room.told()
    assert message.startswith(f"unmid: what you keep and ban goes into a new pack for rita: {room.packs / 'rita.toml'}; set `author = ")


async def test_authors(room: Room) -> None:
    """Those at hand with what was learned of them; the chosen one's pack holds, until nobody's does."""
    learned = (
        "[meta]\nwords = 60000\ntexts = 41\n[allow]\n"
        'phrases = ["utilize"]\n[baseline]\n"punct.dash" = { mean = 4.8, sd = 1.9, p05 = 1.9, p90 = 7.4, n = 41 }\n'
    )
    paths = [room.pack("bo", learned), room.pack("cy", '[allow]\nrules = ["trial/note-that"]\n')]
    await room.start()
    draft = await room.open("a.md", TEXT)
    await room.rules(draft)

    assert await room.command("unmid.authors") == [
        {"name": "bo", "path": str(paths[0]), "words": 60000, "texts": 41},
        {"name": "cy", "path": str(paths[1]), "words": 0, "texts": 0},
    ]
    for name, marked in (("bo", [NOTE]), ("cy", [BIG]), ("", [NOTE, BIG])):
        sent = room.desk.sent(draft)
        await room.command("unmid.chooseAuthor", name)
        assert await room.rules_after(draft, sent) == marked

    # Settings that say something else later are heard, too.
    sent = room.desk.sent(draft)
    settings = {"unmid": {**SETTINGS, "author": "cy"}}
    room.desk.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    assert await room.rules_after(draft, sent) == [BIG]
    with pytest.raises(JsonRpcException, match="there is no author “boo”; did you mean “bo”"):
        await room.command("unmid.chooseAuthor", "boo", draft.uri)


async def test_styles_are_no_authors(room: Room) -> None:
    """They are not offered; whoever names one judges by it all the same, and then it is shown."""
    room.pack("ana", 'extends = ["house", "plain"]\n')
    room.pack("house", '[allow]\nphrases = ["utilize"]\n')
    beside = room.drafts / ".unmid" / "packs"
    beside.mkdir(parents=True)
    (beside / "bo.toml").write_text("", encoding="utf-8")
    (beside / "team.toml").write_text("", encoding="utf-8")
    (room.drafts / "unmid.toml").write_text(f'packs = ["{PACK.as_posix()}", ".unmid/packs/team.toml"]\n', encoding="utf-8")
    await room.start()
    draft = await room.open("a.md", TEXT)
    assert await room.rules(draft) == [NOTE, BIG]

    async def names() -> list[str]:
        return [author["name"] for author in await room.command("unmid.authors")]

    assert await names() == ["ana", "bo"]
    sent = room.desk.sent(draft)
    await room.command("unmid.chooseAuthor", "house")
    assert await room.rules_after(draft, sent) == [NOTE]
    assert await names() == ["ana", "bo", "house"]
    await room.command("unmid.chooseAuthor", "plain")
    assert await names() == ["ana", "bo", "plain"]
    await room.command("unmid.chooseAuthor", "")
    room.desk.configure({**SETTINGS, "author": "plain"})
    assert await names() == ["ana", "bo", "plain"]


async def test_learn_a_voice(room: Room) -> None:
    """From the drafts in a folder into a pack that is at hand then; a folder without any says so."""
    texts = room.root / "texts"
    texts.mkdir()
    for number in range(3):
        words = " ".join(f"Rita rowed {number + n} miles to the weir and back; the rudder held." for n in range(40))
        (texts / f"{number}.md").write_text(words, encoding="utf-8")
    await room.start()

    told = await room.command("unmid.learnVoice", "rita", texts.as_uri())

    assert told.startswith("learned from 3 texts, 1,4")
    assert told.endswith(" of 5,000 words)")
    authors = {author["name"]: author for author in await room.command("unmid.authors")}
    assert authors["rita"]["texts"] == 3
    assert "there is nothing to learn from" in await room.command("unmid.learnVoice", "bo", room.home.as_uri())
    with pytest.raises(JsonRpcException, match="cannot be the name of a pack"):
        await room.command("unmid.learnVoice", "../bo", texts.as_uri())
    with pytest.raises(JsonRpcException, match="nowhere is not a folder; name a folder with texts to learn from"):
        await room.command("unmid.learnVoice", "bo", (room.home / "nowhere").as_uri())


async def test_a_workspace_that_is_not_trusted(room: Room) -> None:
    """Neither its settings nor its packs are heard, and what is kept goes into a pack of one's own."""
    (room.drafts / "unmid.toml").write_text('ignore = ["trial"]\nauthor = "eve"\n', encoding="utf-8")
    beside = room.drafts / ".unmid" / "packs"
    beside.mkdir(parents=True)
    (beside / "eve.toml").write_text(f'[meta]\nemails = ["ana@example.org"]\n[allow]\nrules = ["{NOTE}"]\n', encoding="utf-8")
    await room.start(trusted=False)
    draft = await room.open("a.md", f"---\nauthor: eve\n---\n\n{TEXT}")
    assert await room.rules(draft) == [NOTE, BIG]
    assert "eve" not in [author["name"] for author in await room.command("unmid.authors")]

    sent = room.desk.sent(draft)
    await room.command("unmid.keepPhrase", "utilize", draft.uri)

    assert await room.rules_after(draft, sent) == [NOTE]
    assert os.listdir(beside) == ["eve.toml"]
    assert (room.packs / "ana.toml").is_file()


@pytest.mark.parametrize(
    ("source", "words", "read"),
    [
        ("a *b* c", "*b* c", "b c"),
        ("a [b c](x) d", "b c](x) d", "b c d"),
        ("> a b\n> c d\n", "b\n> c", "b c"),
        ("a &amp; b", "a &amp; b", "a & b"),
        ("a b\n\nc d", "b\n\nc", ""),
    ],
)
def test_words_as_they_read(source: str, words: str, read: str) -> None:
    """Without what only the source holds."""
    start = source.index(words)

    assert prose_at(parse(source), Span(start, start + len(words))) == read
