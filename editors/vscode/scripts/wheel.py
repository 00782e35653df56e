"""Build the server's wheel into `server/`, from where “unmid: Install server” installs it. Needs pip."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

EXTENSION: Final = Path(__file__).parents[1]
TARGET: Final = EXTENSION / "server"


def main() -> int:
    """pip's exit status."""
    shutil.rmtree(TARGET, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--wheel-dir", TARGET]
    return subprocess.run([*pip, EXTENSION.parents[1]]).returncode


if __name__ == "__main__":
    raise SystemExit(main())
