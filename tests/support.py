"""What tests know of the product: one function a boundary."""

from __future__ import annotations

import os
import time
from pathlib import Path

from unmid.lint.examples import findings, fixed, scene

__all__ = ["findings", "fixed", "gone", "scene", "write"]


def write(path: Path | str, text: str) -> Path:
    """Write a file, with the folders that it needs."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def gone(process: int, seconds: float = 10.0) -> bool:
    """Whether a process has ended within so many seconds; one that nobody has asked about since counts as ended."""
    deadline = time.monotonic() + seconds
    while _runs(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self").exists()
