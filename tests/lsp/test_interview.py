"""After learning, each proposal is asked about; what the author says is written at once, and their silence costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

from lsp.harness import WAIT
from lsp.test_server import stop
from lsp.test_writer import Room
from unmid.packs.author import load_pack_file
from voice.test_cli import essay

STACK = "hedge/modal-stack"
FIRST = f"unmid, ana, 1 of 10: Allow “might possibly”? You wrote it 3 times, in 3 of 3 texts; {STACK} marks it."
DRAFT = "It might possibly rain.\n"


@dataclass
class Question:
    """What the author is asked, and their answer, which they may never give."""

    message: str
    actions: list[str]
    answer: asyncio.Future[types.MessageActionItem | None] = field(default_factory=asyncio.Future)

    def say(self, title: str) -> None:
        self.answer.set_result(types.MessageActionItem(title))


class Study(Room):
    """A room with texts to learn from, and somebody who is asked."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.texts = root / "texts"
        self.texts.mkdir()
        for number in range(3):
            (self.texts / f"{number}.md").write_text(essay(number), encoding="utf-8")
        self.file = self.packs / "ana.toml"
        self.asked: asyncio.Queue[Question] = asyncio.Queue()

    async def begin(self, name: str = "visual-studio-code") -> None:
        await self.start(name, select=["trial", STACK], author="ana")
        self.desk.client.protocol.fm.features[types.WINDOW_SHOW_MESSAGE_REQUEST] = self._ask

    async def _ask(self, params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        assert params.type == types.MessageType.Info
        question = Question(params.message, [action.title for action in params.actions or []])
        await self.asked.put(question)
        return await question.answer

    async def learn(self) -> str:
        return str(await self.command("unmid.learnVoice", "ana", self.texts.as_uri()))

    async def question(self) -> Question:
        return await asyncio.wait_for(self.asked.get(), WAIT)

    def never_answer(self) -> None:
        """Leave what was asked unanswered for good: the client of these tests does not end while it has something to say."""
        self.desk.client.protocol._request_futures.clear()

    async def until(self, done: Callable[[], object]) -> None:
        async with asyncio.timeout(WAIT):
            while not done():
                await asyncio.sleep(0.01)

    async def is_quiet(self) -> None:
        """Nothing more is asked: the server has had time to."""
        for _ in range(20):
            await self.command("unmid.authors")
        assert self.asked.empty()


@pytest_asyncio.fixture
async def study(tmp_path: Path) -> AsyncIterator[Study]:
    study = Study(tmp_path)
    yield study
    study.never_answer()
    await stop(study.desk)


@pytest.mark.parametrize("name", ["visual-studio-code", "neovim"])
async def test_each_proposal_is_asked_about(study: Study, name: str) -> None:
    """Allowed, refused, left for later: each is written as it is said, marks follow, and the next learning knows."""
    await study.begin(name)
    draft = await study.open("a.md", DRAFT)
    assert await study.rules(draft) == [STACK]

    assert (await study.learn()).startswith("learned from 3 texts, 3,7")
    question = await study.question()
    assert question.message == FIRST
    assert question.actions == ["Allow", "No", "Later", "Stop asking"]
    await study.rules(draft)
    sent = study.desk.sent(draft)
    question.say("Allow")
    refused = await study.question()
    assert await study.rules_after(draft, sent) == []
    assert load_pack_file(study.file).choices.phrases == ("might possibly",)

    assert refused.message.startswith("unmid, ana, 2 of 10: ")
    refused.say("No")
    later = await study.question()
    assert len(load_pack_file(study.file).refused) == 1
    later.say("Later")
    last = await study.question()
    assert last.message.startswith("unmid, ana, 4 of 10: ")
    written = study.file.read_bytes()
    last.say("Stop asking")
    await study.is_quiet()
    assert study.file.read_bytes() == written

    await study.learn()
    question = await study.question()
    assert question.message.partition(": ")[2] == later.message.partition(": ")[2]
    assert study.file.read_bytes() == written


async def test_a_ban(study: Study) -> None:
    """A word that is a tic is banned beyond what is usual for its author; no more than ten questions are asked."""
    await study.begin()
    await study.learn()
    wanted = 0
    for number in range(1, 11):
        question = await study.question()
        assert f" {number} of 10: " in question.message
        question.say("Ban" if "Ban" in question.actions else "Later")
        wanted += question.actions[0] == "Ban"
    await study.until(lambda: len(load_pack_file(study.file).choices.ban) == wanted)
    await study.is_quiet()

    bans = load_pack_file(study.file).choices.ban
    assert wanted > 5
    assert all(ban.max_per_1k and ban.say == "more than you usually do" for ban in bans.values())


async def test_what_was_decided_meanwhile_is_not_asked(study: Study) -> None:
    """By hand, in the pack itself."""
    await study.begin()
    await study.learn()
    first = await study.question()
    text = study.file.read_text(encoding="utf-8")
    study.file.write_text(text + '\n[allow]\nrules = ["neutral/no-claim"]\n', encoding="utf-8")
    first.say("Later")
    third = await study.question()

    assert third.message == "unmid, ana, 3 of 10: Allow “rhythm/same-opener”? What it marks is a habit of yours."
    third.say("Stop asking")
    study.file.write_text(text, encoding="utf-8")
    await study.learn()
    (await study.question()).say("Later")
    assert (await study.question()).message == "unmid, ana, 2 of 10: Allow “neutral/no-claim”? What it marks is a habit of yours."


async def test_nobody_answers(study: Study) -> None:
    """The server goes on; whoever learns again is asked anew, and an answer that comes late is still an answer."""
    await study.begin()
    await study.learn()
    late = await study.question()
    draft = await study.open("a.md", DRAFT)
    assert await study.rules(draft) == [STACK]
    await study.learn()
    anew = await study.question()
    assert anew.message == late.message

    late.say("Allow")
    await study.until(lambda: load_pack_file(study.file).choices.phrases == ("might possibly",))
    await study.is_quiet()
    anew.say("Allow")
    assert (await study.question()).message.startswith("unmid, ana, 2 of 10: ")
    assert load_pack_file(study.file).choices.phrases == ("might possibly",)


@pytest.mark.parametrize("end", ["put away", "nonsense", "error", "an action that was not offered"])
async def test_no_answer_ends_it(study: Study, end: str) -> None:
    """Nothing is written, and nothing asked any more."""
    await study.begin()
    await study.learn()
    question = await study.question()
    written = study.file.read_bytes()
    if end == "put away":
        question.answer.set_result(None)
    elif end == "error":
        question.answer.set_exception(RuntimeError("no window"))
    elif end == "nonsense":
        question.answer.set_result([3])  # type: ignore[arg-type]
    else:
        question.say("Perhaps")

    await study.is_quiet()
    assert study.file.read_bytes() == written


@pytest.mark.parametrize(
    ("text", "said"), [("[allow]\nphrase = []\n", ":2: unknown key “phrase”; did you mean “phrases”?; mend it first"), (None, " is gone")]
)
async def test_a_pack_that_broke_meanwhile(study: Study, text: str | None, said: str) -> None:
    """Or that is gone: it is left as it is, the author is told, and nothing more is asked."""
    await study.begin()
    await study.learn()
    question = await study.question()
    if text:
        study.file.write_text(text, encoding="utf-8")
    else:
        study.file.unlink()
    question.say("Allow")
    await study.until(study.told)
    await study.is_quiet()

    assert study.told() == [(types.MessageType.Warning, f"unmid: nothing was written: {study.file}{said}")]
    assert (study.file.read_text(encoding="utf-8") if study.file.exists() else None) == text


async def test_a_client_that_does_not_say_whether_it_can_ask(study: Study) -> None:
    """It is asked all the same, as Emacs can; the author is told who asks if it cannot."""
    await study.begin("emacs")

    assert (await study.learn()).endswith("; if nothing asks what to allow and ban (15 found), `unmid voice learn` in a terminal does")
    (await study.question()).say("Stop asking")
    await study.is_quiet()


async def test_a_client_that_cannot_ask(study: Study) -> None:
    """It refuses, and that is that."""
    await study.begin("emacs")
    del study.desk.client.protocol.fm.features[types.WINDOW_SHOW_MESSAGE_REQUEST]

    await study.learn()
    await study.is_quiet()
    assert await study.learn()


async def test_a_pack_of_the_project_is_the_one_that_learns(study: Study) -> None:
    """As on the command line: another among one's own would not be heard."""
    beside = study.drafts / ".unmid" / "packs" / "ana.toml"
    beside.parent.mkdir(parents=True)
    beside.write_text("# mine\n", encoding="utf-8")
    await study.begin()
    told = await study.learn()
    question = await study.question()
    question.say("Allow")
    await study.question()

    assert f", into {beside};" in told
    assert not study.file.exists()
    assert beside.read_text(encoding="utf-8").startswith("# mine\n")
    assert load_pack_file(beside).choices.phrases == ("might possibly",)
    assert "installed and is not yours to change" in await study.command("unmid.learnVoice", "plain", study.texts.as_uri())


async def test_an_editor_that_goes_while_it_is_asked(tmp_path: Path) -> None:
    """The server goes, too, and the pack is whole."""
    study = Study(tmp_path)
    await study.begin()
    await study.learn()
    await study.question()
    server = study.desk.client._server
    assert server is not None
    assert server.stdin is not None
    study.never_answer()
    study.desk.client._stop_event.set()
    server.stdin.close()

    assert await asyncio.wait_for(server.wait(), WAIT) == 1
    assert load_pack_file(study.file).problems == ()
    await study.desk.client.stop()  # type: ignore[no-untyped-call]
