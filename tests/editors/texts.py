"""Finished texts from which editors learn a voice."""

from __future__ import annotations

from pathlib import Path

from support import write


def finished(folder: Path) -> Path:
    """Three texts by somebody who says one thing again and again, in a new folder."""
    for number in range(3):
        lines = (f"On day {number * line} we rowed to the weir and back before the rain." for line in range(60))
        write(folder / f"{number}.md", "\n\n".join(lines))
    return folder
