"""Drafts checked on several cores, with the results in the order of the drafts.

Every worker is a fresh process, on Linux, macOS and Windows alike: what libraries have threads of their own does not
survive a fork. A worker takes a second to start, so there are no more of them than there is work for.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from unmid.machine import cores

WORTH: Final = 250_000
"""Bytes of drafts that take as long as starting a worker."""
_SELDOM: Final = 200_000
"""New objects after which the garbage collector looks for cycles. A check makes none, only a pipeline of the user's own might;
looking as often as Python does takes a sixth of the time."""

Item = TypeVar("Item")
Result = TypeVar("Result")

_state: Any = None
_settled = False


class WorkerDied(Exception):
    """A worker process ended in the middle of its work."""


def sensible(files: Sequence[Path], asked: int | None) -> int:
    """How many workers to use: as many as were asked for, else one a core if there is work for them; 1 means none."""
    if asked is not None:
        return max(min(asked, len(files)), 1)
    if cores() < 2 or len(files) < 2:
        return 1
    return max(min(cores(), len(files), sum(map(_size, files)) // WORTH), 1)


def in_order(
    items: Sequence[Item], begin: Callable[[], Any], work: Callable[[Any, Item], Result], jobs: int
) -> Generator[Result, None, None]:
    """What `work` makes of each item, in order. `begin` makes, in each process, what `work` is given besides the item.

    Both must be picklable. Raises WorkerDied.
    """
    if jobs < 2:
        with _seldom_collecting():
            state = begin()
            yield from (_done(work, state, item) for item in items)
        return
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _start, (begin,))
    try:
        with _deaf():
            futures = [pool.submit(_do, work, item) for item in items]
        for future in futures:
            yield future.result()
    except BrokenProcessPool as error:
        raise WorkerDied from error
    except BaseException:
        # Whoever interrupts does not want to wait for the drafts that are being read.
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes started meanwhile pay no heed to Ctrl-C, which a terminal sends to all of them: only the one that people
    started has something to say about it, and ends the others."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _start(begin: Callable[[], Any]) -> None:
    global _state
    gc.set_threshold(_SELDOM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it is not inherited
    _state = begin()


def _do(work: Callable[[Any, Item], Result], item: Item) -> Result:
    return _done(work, _state, item)


def _done(work: Callable[[Any, Item], Result], state: Any, item: Item) -> Result:
    """What comes of an item. What the first one brings in, modules and rules, stays for good: it is never garbage, and looking
    through it again and again takes a twentieth of the time."""
    global _settled
    result = work(state, item)
    if not _settled:
        gc.freeze()
        _settled = True
    return result
