"""spaCy in a process of its own, for the server and for a draft that is read alone: there it comes up while everything else
does, not after it, takes no time from the thread that listens to the editor, and takes nothing else along when a text brings
it down.

`find` and `find_all` ask it; where it was not begun, or cannot do what is wanted, they do the work here. The answers are the
same, but for a text that spaCy does not survive: over there nothing is found in it. Both sides are ours and speak JSON, a
line each: texts go there, numbers come back, in order.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NoReturn

from unmid.machine import cores

if TYPE_CHECKING:
    from unmid.prose.nlp import Finder, Found

_AHEAD: Final = 20_000
"""Characters that are asked about before the first answer is taken: while it works on them, so do we."""
_MOST_FINDERS: Final = 8
"""What so many rulesets look for is kept over there; the one told first goes."""
_TRIES: Final = 2
_NOTHING: Final = ((), ())
"""What is noted where nothing was found."""
_GRACE: Final = 1.0
"""Seconds in which it may end by itself."""
_PROGRAM: Final = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from unmid.prose.annex import serve; serve()"


def begin() -> None:
    """Have spaCy in a process of its own from now on. On a single core it would only be in the way, and stays here."""
    global _annex
    if _annex is None and cores() > 1 and sys.executable:
        _annex = _Annex()


def end() -> None:
    """End that process, if there is one."""
    global _annex
    if _annex is not None:
        _annex.end()
        _annex = None


def kill() -> None:
    """End that process at once, whatever anybody waits for: this one is about to go."""
    process = _annex.process if _annex else None
    if process is not None:
        process.kill()


def find(finder: Finder, text: str) -> Found:
    """What is found in a text."""
    with closing(find_all(finder, [text])) as found:
        return next(found)


def find_all(finder: Finder, texts: Iterable[str]) -> Generator[Found]:
    """What is found in each text, in order."""
    annex = None if finder.tokens or finder.pipeline else _annex
    if annex is None:
        yield from map(finder.find, texts)
        return
    asked: deque[_Question] = deque()
    try:
        ahead = 0
        for text in texts:
            asked.append(annex.ask(finder, text))
            ahead += len(text)
            while ahead > _AHEAD:
                ahead -= len(asked[0].text)
                yield annex.answer(asked.popleft())
        while asked:
            yield annex.answer(asked.popleft())
    finally:
        for question in asked:
            annex.forget(question)


@dataclass(slots=True)
class _Question:
    """A text that was sent to a process, under a number."""

    finder: Finder
    text: str
    process: _Process | None
    number: int


class _Annex:
    """The process, and another when it has ended. Questions may come from any thread."""

    def __init__(self) -> None:
        self.process = _started()
        self._lock = threading.Lock()

    def ask(self, finder: Finder, text: str) -> _Question:
        with self._lock:
            return self._sent(finder, text)

    def answer(self, question: _Question) -> Found:
        for _ in range(_TRIES):
            with self._lock:
                if question.process is not self.process:
                    # It was asked of one that has ended over another text.
                    question = self._sent(question.finder, question.text)
                if question.process is None:
                    return question.finder.find(question.text)
                try:
                    return question.finder.restored(question.process.answer(question.number))
                except (OSError, ValueError, Empty):
                    question.process.end()
                    # One that never came up would not the next time either.
                    self.process = _started() if question.process.ready else None
        logger.error("spaCy does not survive a passage of %d characters, which is left unmarked", len(question.text))
        return question.finder.restored(_NOTHING)

    def forget(self, question: _Question) -> None:
        with self._lock:
            if question.process is not None:
                question.process.forget(question.number)

    def end(self) -> None:
        with self._lock:
            if self.process is not None:
                self.process.end()
                self.process = None

    def _sent(self, finder: Finder, text: str) -> _Question:
        process = self.process
        number = -1
        if process is not None:
            # Whether it is still there to hear is seen by whoever waits for the answer.
            with suppress(OSError, ValueError):
                number = process.ask(finder, text)
        return _Question(finder, text, process, number)


class _Process:
    """One life of the process. Everything here raises OSError or ValueError once it has ended, or Empty when it is stuck."""

    ready = False
    """Whether it has said that it is."""
    patience = 60.0
    """Seconds without an answer after which it is taken for stuck: it comes up in one or two, and the longest passage takes
    less."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            # It imports from where we do, whatever the folder or the environment has to say.
            [sys.executable, "-I", "-c", _PROGRAM, json.dumps([*map(str, sys.path)])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin
        assert self._process.stdout
        self._to = self._process.stdin
        self._said: SimpleQueue[bytes] = SimpleQueue()
        threading.Thread(target=_overhear, args=(self._process.stdout, self._said), daemon=True).start()
        self._numbers = count()
        self._finders: dict[Finder, int] = {}
        self._early: dict[int, Any] = {}
        self._forgotten: set[int] = set()

    def ask(self, finder: Finder, text: str) -> int:
        """Send a text; the number under which to ask for the answer."""
        if finder not in self._finders:
            if len(self._finders) >= _MOST_FINDERS:
                oldest = next(iter(self._finders))
                self._say("forget", self._finders.pop(oldest))
            self._finders[finder] = next(self._numbers)
            self._say("look for", self._finders[finder], finder.phrases)
        number = next(self._numbers)
        self._say("find", number, self._finders[finder], text)
        return number

    def answer(self, wanted: int) -> Any:
        """The answer, once it is there: what was found, noted in plain values."""
        if not self.ready:
            self.ready = self._heard() == ["ready"]
        while wanted not in self._early:
            number, noted = self._heard()
            if number in self._forgotten:
                self._forgotten.discard(number)
            else:
                self._early[number] = noted
        return self._early.pop(wanted)

    def forget(self, number: int) -> None:
        """Nobody waits for an answer any more."""
        if self._early.pop(number, None) is None:
            self._forgotten.add(number)

    def end(self) -> None:
        """End it, whatever it is doing."""
        with suppress(OSError):
            self._to.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it without a word."""
        self._process.kill()
        self._process.wait()

    def _heard(self) -> Any:
        return json.loads(self._said.get(timeout=self.patience))

    def _say(self, *words: object) -> None:
        self._to.write(_line(*words))
        self._to.flush()


def _started() -> _Process | None:
    """A new process; None where none can be started."""
    try:
        return _Process()
    except OSError:
        return None


def _overhear(source: BinaryIO, said: SimpleQueue[bytes]) -> None:
    """Pass on what it says; an empty line, which is no answer, when it has ended."""
    try:
        with source:
            for line in source:
                said.put(line)
    finally:
        said.put(b"")


def _line(*words: object) -> bytes:
    # Two halves of a character are two, which escapes would make one of.
    return json.dumps(words, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


_annex: _Annex | None = None
logger = logging.getLogger(__name__)


# Over there.


def serve() -> None:
    """Answer what comes on standard input until it ends."""
    # A terminal sends Ctrl-C to all processes; the one that people started ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    questions: SimpleQueue[bytes] = SimpleQueue()
    source, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What a library has to say must not stand among the answers; and on Windows none could be loaded while we listen on the
    # input that they all look at.
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    threading.Thread(target=_listen, args=(source, questions), daemon=True).start()
    try:
        _answer(questions, answers)
    except BaseException:
        # The interpreter's own way out would wait for the thread.
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _listen(source: BinaryIO, questions: SimpleQueue[bytes]) -> None:
    """Pass on what comes in. Nobody ever waits to be heard, and when the server is gone, however it went, so is this process."""
    for line in source:
        questions.put(line)
    os._exit(0)


def _answer(questions: SimpleQueue[bytes], answers: BinaryIO) -> NoReturn:
    from unmid.prose import nlp

    nlp.pipeline()
    # What was imported stays for good, and need not be looked through.
    gc.freeze()
    gc.enable()
    answers.write(_line("ready"))
    answers.flush()
    finders: dict[int, Finder] = {}
    while True:
        match json.loads(questions.get()):
            case ["look for", int(number), list(phrases)]:
                finders[number] = nlp.Finder(tuple(map(tuple, phrases)))
            case ["forget", int(number)]:
                del finders[number]
            case ["find", int(number), int(finder), str(text)]:
                answers.write(_line(number, finders[finder].find(text).noted()))
                answers.flush()
