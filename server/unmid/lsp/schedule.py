"""When drafts are linted: a pause after the last keystroke, then one at a time on a thread of our own.

`Debounce` belongs to the loop thread. `Worker` may be called from any thread; its jobs run on its own.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

logger = logging.getLogger(__name__)

MOST_WAIT: Final = 1.0
"""Seconds after which a draft is linted even though typing goes on."""

Cancelled = Callable[[], bool]
Job = Callable[[Cancelled], None]


FAIR: Final = 5
"""One in so many turns goes to the key that waits longest, however busy the others are."""


@dataclass(slots=True, eq=False)
class _Task:
    key: str
    job: Job
    makes_way: bool
    cancelled: threading.Event = field(default_factory=threading.Event)
    aside: bool = False

    def unwanted(self) -> bool:
        """Whether the job is to end, for good or for now."""
        return self.aside or self.cancelled.is_set()


class Worker:
    """One thread that runs jobs: at most one waits for each key, and the key submitted last goes first.

    A job whose key is submitted again or cancelled while it runs is told so, and is expected to end soon. One that makes way
    is told so when another key comes in, too, and is run again after that. One turn in `FAIR` goes to the key that waits
    longest, to the end. A job that throws is logged, each kind of failure once. Should one end the thread, another thread
    takes over.
    """

    def __init__(self, name: str = "unmid-worker") -> None:
        self._name = name
        self._wake = threading.Condition()
        self._waiting: dict[str, _Task] = {}
        self._running: _Task | None = None
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._turns = 0
        self._failures: set[tuple[type[BaseException], str]] = set()

    def submit(self, key: str, job: Job, makes_way: bool = False) -> None:
        """Run `job` next, in place of what waits or runs under the same key. With `makes_way` it may be run more than once."""
        with self._wake:
            self._drop(key)
            if self._stopped:
                return
            self._waiting[key] = _Task(key, job, makes_way)
            if self._running and self._running.makes_way:
                self._running.aside = True
            self._revive()
            self._wake.notify()

    def cancel(self, key: str) -> None:
        """Forget what waits under `key`, and tell what runs under it to end."""
        with self._wake:
            self._drop(key)

    def stop(self, timeout: float) -> bool:
        """End the thread; whether it ended within `timeout` seconds. Nothing runs afterwards."""
        with self._wake:
            self._stopped = True
            self._waiting.clear()
            if self._running:
                self._running.cancelled.set()
            self._wake.notify()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return thread is None or not thread.is_alive()

    def _drop(self, key: str) -> None:
        self._waiting.pop(key, None)
        if self._running and self._running.key == key:
            self._running.cancelled.set()

    def _revive(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def _next(self) -> _Task | None:
        with self._wake:
            self._running = None
            while not self._waiting and not self._stopped:
                self._wake.wait()
            if self._stopped:
                return None
            self._turns += 1
            fair = self._turns % FAIR == 0
            self._running = self._waiting.pop(next(iter(self._waiting) if fair else reversed(self._waiting)))
            self._running.makes_way &= not fair
            return self._running

    def _put_back(self, task: _Task) -> None:
        """Have a job that made way run again, after the one that it made way for."""
        with self._wake:
            if task.aside and not task.cancelled.is_set() and task.key not in self._waiting and not self._stopped:
                waiting = [*self._waiting.values()]
                again = [*waiting[:-1], _Task(task.key, task.job, True), *waiting[-1:]]
                self._waiting = {one.key: one for one in again}

    def _work(self) -> None:
        ended = False
        try:
            while (task := self._next()) is not None:
                try:
                    task.job(task.unwanted)
                except Exception as error:  # the worker outlives whatever a draft or a rule does to a job
                    self._log(error)
                # One that failed as it made way as well: whoever waits for it is answered then.
                self._put_back(task)
            ended = True
        finally:
            if not ended:
                self._hand_over()

    def _hand_over(self) -> None:
        """Leave the jobs that wait to a new thread, since this one is about to die."""
        with self._wake:
            self._running = self._thread = None
            if self._waiting and not self._stopped:
                self._revive()

    def _log(self, error: Exception) -> None:
        kind = (type(error), str(error))
        if kind not in self._failures:
            self._failures.add(kind)
            logger.error("A check failed", exc_info=error)


class Clock(Protocol):
    """The part of an event loop that tells the time, in seconds."""

    def time(self) -> float: ...
    def call_later(self, delay: float, callback: Callable[[str], None], key: str, /) -> asyncio.TimerHandle: ...


class Debounce:
    """Calls `fire` with a key once the key has been left alone for a while, or after `MOST_WAIT` seconds at the latest."""

    def __init__(self, clock: Clock, fire: Callable[[str], None]) -> None:
        self._clock = clock
        self._fire = fire
        self._timers: dict[str, tuple[float, asyncio.TimerHandle]] = {}
        """By key: when it was first touched, and the timer that is set."""

    def touch(self, key: str, delay: float) -> None:
        """Fire `delay` seconds from now unless touched again; at once for a delay of 0."""
        now = self._clock.time()
        first = now
        if key in self._timers:
            first, timer = self._timers.pop(key)
            timer.cancel()
        wait = min(delay, first + MOST_WAIT - now)
        if wait <= 0:
            self._fire(key)
        else:
            self._timers[key] = first, self._clock.call_later(wait, self._due, key)

    def drop(self, key: str) -> None:
        """Forget a key."""
        if key in self._timers:
            self._timers.pop(key)[1].cancel()

    def _due(self, key: str) -> None:
        self._timers.pop(key, None)
        self._fire(key)
