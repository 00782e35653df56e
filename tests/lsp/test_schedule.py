"""Debounce and worker, with a clock and jobs that the tests drive."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from typing import cast

import pytest

from unmid.lsp.schedule import Cancelled, Debounce, Worker

WAIT = 30
"""Seconds after which a test gives up."""


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[[str], None], key: str, /) -> asyncio.TimerHandle:
        timer = Timer(self, self.now + delay, callback, key)
        self.timers.append(timer)
        return cast(asyncio.TimerHandle, timer)

    def pass_to(self, moment: float) -> None:
        while due := sorted((timer for timer in self.timers if timer.due <= moment), key=lambda timer: timer.due):
            self.now = due[0].due
            self.timers.remove(due[0])
            due[0].callback(due[0].key)
        self.now = moment


class Timer:
    def __init__(self, clock: Clock, due: float, callback: Callable[[str], None], key: str) -> None:
        self.clock, self.due, self.callback, self.key = clock, due, callback, key

    def cancel(self) -> None:
        if self in self.clock.timers:
            self.clock.timers.remove(self)


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("test")
    yield worker
    assert worker.stop(WAIT)


class Gate:
    """A job that says when it has begun and goes on when it may."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.was_cancelled: bool | None = None

    def __call__(self, cancelled: Cancelled) -> None:
        self.begun.set()
        assert self.may_end.wait(WAIT)
        self.was_cancelled = cancelled()


def test_debounce_waits_for_a_pause() -> None:
    """A key fires once, a while after it was last touched."""
    clock, fired = Clock(), list[tuple[str, float]]()
    debounce = Debounce(clock, lambda key: fired.append((key, clock.now)))

    debounce.touch("a", 0.2)
    clock.pass_to(0.1)
    debounce.touch("a", 0.2)
    debounce.touch("b", 0.15)
    clock.pass_to(9)

    assert fired == [("b", 0.25), ("a", pytest.approx(0.3))]


def test_debounce_does_not_wait_forever() -> None:
    """One who never pauses is served every second."""
    clock, fired = Clock(), list[float]()
    debounce = Debounce(clock, lambda key: fired.append(clock.now))

    for tenth in range(25):
        clock.pass_to(tenth / 10)
        debounce.touch("a", 0.3)

    assert fired == [pytest.approx(1.0), pytest.approx(2.0)]


def test_debounce_of_nothing_is_at_once() -> None:
    """Without a delay nothing is left for later; what was set before does not fire again."""
    clock, fired = Clock(), list[str]()
    debounce = Debounce(clock, fired.append)

    debounce.touch("a", 0.3)
    debounce.touch("a", 0)

    assert fired == ["a"]

    clock.pass_to(9)

    assert fired == ["a"]


def test_debounce_forgets() -> None:
    """A key that is dropped does not fire."""
    clock, fired = Clock(), list[str]()
    debounce = Debounce(clock, fired.append)

    debounce.touch("a", 0.3)
    debounce.drop("a")
    clock.pass_to(9)

    assert fired == []


def test_worker_takes_the_newest_first(worker: Worker) -> None:
    """Of what waits, a key runs once, with its last job; the key submitted last runs first."""
    gate, ran, done = Gate(), list[str](), threading.Event()
    worker.submit("busy", gate)
    assert gate.begun.wait(WAIT)

    def job(name: str) -> Callable[[Cancelled], None]:
        def run(cancelled: Cancelled) -> None:
            ran.append(name)
            if name == "last":
                done.set()

        return run

    worker.submit("z", job("last"))
    worker.submit("a", job("old"))
    worker.submit("b", job("b"))
    worker.submit("a", job("new"))
    worker.submit("c", job("unwanted"))
    worker.cancel("c")
    gate.may_end.set()

    assert done.wait(WAIT)
    assert ran == ["new", "b", "last"]


def test_worker_tells_a_job_that_it_is_no_longer_wanted(worker: Worker) -> None:
    """By a newer job of the same key, or by cancel; not by other keys."""
    first, second, third = Gate(), Gate(), Gate()
    worker.submit("a", first)
    assert first.begun.wait(WAIT)
    worker.submit("a", second)
    first.may_end.set()
    assert second.begun.wait(WAIT)
    worker.submit("b", third)
    second.may_end.set()
    assert third.begun.wait(WAIT)
    worker.cancel("b")
    third.may_end.set()
    assert worker.stop(WAIT)

    assert (first.was_cancelled, second.was_cancelled, third.was_cancelled) == (True, False, True)


def test_a_job_makes_way_and_is_run_again(worker: Worker) -> None:
    """For another key, at once; not for what waits in vain, and not without having said that it would."""
    ran, done, begun = list[str](), threading.Event(), threading.Event()

    def long(cancelled: Cancelled) -> None:
        ran.append("long")
        begun.set()
        if ran.count("long") == 1:
            while not cancelled():
                pass
        elif not cancelled():
            done.set()

    worker.submit("a", long, makes_way=True)
    assert begun.wait(WAIT)
    worker.submit("b", lambda cancelled: ran.append("typed"))

    assert done.wait(WAIT)
    assert ran == ["long", "typed", "long"]


def test_a_job_that_fails_as_it_makes_way_is_run_again(worker: Worker) -> None:
    """Whoever waits for it hears then that it failed."""
    ran, done, begun = list[str](), threading.Event(), threading.Event()

    def fails(cancelled: Cancelled) -> None:
        ran.append("long")
        begun.set()
        if ran.count("long") == 1:
            while not cancelled():
                pass
        else:
            done.set()
        raise ValueError("no such luck")

    worker.submit("a", fails, makes_way=True)
    assert begun.wait(WAIT)
    worker.submit("b", lambda cancelled: ran.append("typed"))

    assert done.wait(WAIT)
    assert ran == ["long", "typed", "long"]


def test_a_job_that_made_way_is_dropped_when_it_is_cancelled(worker: Worker) -> None:
    """Or when its key has a newer job."""
    gate, ran, done = Gate(), list[str](), threading.Event()
    worker.submit("a", gate, makes_way=True)
    assert gate.begun.wait(WAIT)
    worker.submit("b", lambda cancelled: done.set())
    worker.submit("a", lambda cancelled: ran.append("newer"))
    gate.may_end.set()
    assert done.wait(WAIT)
    assert worker.stop(WAIT)

    assert gate.was_cancelled
    assert ran == ["newer"]


def test_nobody_waits_for_ever(worker: Worker) -> None:
    """Two drafts that are typed in without a pause leave a turn to a third, which runs to its end."""
    turns, third = list[str](), threading.Event()

    def typing(key: str, other: str) -> Callable[[Cancelled], None]:
        def run(cancelled: Cancelled) -> None:
            turns.append(key)
            if not third.is_set() and len(turns) < 50:
                worker.submit(other, typing(other, key))

        return run

    def waits(cancelled: Cancelled) -> None:
        worker.submit("z", lambda cancelled: None)
        assert not cancelled()
        third.set()

    gate = Gate()
    worker.submit("busy", gate)
    assert gate.begun.wait(WAIT)
    worker.submit("third", waits, makes_way=True)
    worker.submit("a", typing("a", "b"))
    gate.may_end.set()

    assert third.wait(WAIT)
    assert len(turns) <= 5


def test_worker_logs_a_failure_once_and_goes_on(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    """A job that throws costs nothing but itself."""
    done = threading.Event()

    def throws(cancelled: Cancelled) -> None:
        raise ValueError("no")

    def runs(cancelled: Cancelled) -> None:
        done.set()

    with caplog.at_level(logging.ERROR):
        gate = Gate()
        worker.submit("0", gate)
        assert gate.begun.wait(WAIT)
        worker.submit("z", runs)
        for key in "abc":
            worker.submit(key, throws)
        gate.may_end.set()
        assert done.wait(WAIT)
        assert worker.stop(WAIT)

    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["no"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_worker_that_dies_is_replaced(worker: Worker) -> None:
    """What ends the thread does not end the work: neither what waits nor what comes later."""
    threads, waiting, later = list[threading.Thread](), threading.Event(), threading.Event()
    gate = Gate()

    class Fatal(BaseException):
        pass

    def kills(cancelled: Cancelled) -> None:
        threads.append(threading.current_thread())
        gate(cancelled)
        raise Fatal

    def runs(cancelled: Cancelled) -> None:
        threads.append(threading.current_thread())
        waiting.set()

    def comes_later(cancelled: Cancelled) -> None:
        later.set()

    worker.submit("a", kills)
    assert gate.begun.wait(WAIT)
    worker.submit("b", runs)
    gate.may_end.set()

    assert waiting.wait(WAIT)

    threads[0].join(WAIT)
    worker.submit("c", comes_later)

    assert later.wait(WAIT)
    assert threads[0] is not threads[1]
    assert not threads[0].is_alive()


def test_worker_stops(worker: Worker) -> None:
    """After `stop` nothing runs, and what runs is told to end."""
    gate = Gate()
    worker.submit("a", gate)
    assert gate.begun.wait(WAIT)

    assert not worker.stop(0)

    gate.may_end.set()

    assert worker.stop(WAIT)
    assert gate.was_cancelled

    ran = list[str]()
    worker.submit("a", lambda cancelled: ran.append("a"))

    assert worker.stop(WAIT)
    assert ran == []
