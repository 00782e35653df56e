"""What was found in an author's texts, asked about one by one; what they say goes into their pack at once.

Nothing waits for the answers. They come when they come, if at all, and what has none is proposed at the next learning.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsprotocol import types

if TYPE_CHECKING:
    from unmid.lsp.basis import Bases
    from unmid.lsp.schedule import Cancelled
    from unmid.lsp.server import Server
    from unmid.settings import Settings
    from unmid.voice.proposals import Proposal

logger = logging.getLogger(__name__)

MOST: Final = 10
"""Proposals that one learning asks about."""
NO: Final = "No"
LATER: Final = "Later"
STOP: Final = "Stop asking"


async def interview(server: Server, pack: Path, found: Sequence[Proposal]) -> None:
    """Ask about proposals until the author has had enough, or learns again: then what is on the screen is the last question."""
    mine = server.interview = object()
    left = tuple(found[:MOST])
    total = len(left)
    while left and server.interview is mine:
        one, rest = left[0], left[1:]
        message = f"unmid, {pack.stem}, {total - len(rest)} of {total}: {one.question}"
        answer = await _answer(server, message, (one.verb, NO, LATER, STOP))
        if answer not in (one.verb, NO, LATER):
            return
        done = await server.session.run(partial(_settle, pack, one, answer, rest))
        if not isinstance(done, tuple):
            server.session.say(f"unmid: nothing was written: {done or 'the log of the server says why'}")
            return
        left = done
        if answer == one.verb:
            server.session.reload()


async def _answer(server: Server, message: str, answers: Sequence[str]) -> str:
    """Which answer is chosen; empty when the message is put away, or the client cannot show it after all."""
    actions = [types.MessageActionItem(answer) for answer in answers]
    params = types.ShowMessageRequestParams(types.MessageType.Info, message, actions)
    try:
        chosen = await server.window_show_message_request_async(params)
    except Exception as error:  # not every client can, whatever it says
        logger.warning("The client cannot ask: %s", error)
        return ""
    return chosen.title if chosen else ""


def _settle(
    pack: Path, one: Proposal, answer: str, rest: Sequence[Proposal], bases: Bases, settings: Settings, cancelled: Cancelled
) -> tuple[Proposal, ...] | str:
    """Write an answer into the pack. Gives what is still to be asked, as the pack stands by then; or why nothing was written."""
    from unmid.packs.edit import EditError
    from unmid.voice import store
    from unmid.voice.lesson import LessonError, unsettled, usable

    try:
        if usable(pack) is None:
            return f"{pack} is gone"
        if answer == one.verb:
            store.accept(pack, one)
        elif answer == NO:
            store.refuse(pack, one)
        now = usable(pack)
    except (EditError, LessonError) as error:
        return str(error)
    return unsettled(rest, now) if now else ()
