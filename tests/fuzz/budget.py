"""How many inputs are tried: few in CI, many with `make fuzz`."""

from __future__ import annotations

import os


def examples(few: int) -> int:
    """So many, times what `FUZZ` says."""
    return few * int(os.environ.get("FUZZ", "1"))
