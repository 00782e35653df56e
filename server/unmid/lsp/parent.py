"""Notices when the editor has died without a word."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

EVERY: Final = 1.0
"""Seconds between two looks."""


def watch(process: int | None, ended: Callable[[], None]) -> None:
    """Call `ended` once the process is no more, from a thread of its own: the loop may be stuck in a pipe that no one reads.

    A process that cannot be seen from the start is not watched: its number may count in another container.
    """
    if process is None or not is_alive(process):
        return
    ours = os.getppid() == process

    def look() -> None:
        # A dead parent that nobody has buried still counts as a process, but its children go to another.
        while is_alive(process) and not (ours and os.getppid() != process):
            time.sleep(EVERY)
        ended()

    threading.Thread(target=look, name="unmid-parent", daemon=True).start()


def is_alive(process: int) -> bool:
    """Whether there is a process of that number."""
    if process <= 0:
        return False
    if sys.platform == "win32":
        return _is_alive_on_windows(process)
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _is_alive_on_windows(process: int) -> bool:
    import ctypes

    synchronize, timed_out = 0x00100000, 0x102
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined, unused-ignore]
    handle = kernel.OpenProcess(synchronize, False, process)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timed_out)
    finally:
        kernel.CloseHandle(handle)
