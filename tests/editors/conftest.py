"""Real editors, installed at their first use into a folder that git ignores. Debian, x86-64; nothing of the system changes."""

from __future__ import annotations

import fcntl
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".e2e"
SCRIPTS = Path(__file__).parent / "install"

NEOVIMS = {"0.10": "trixie", "0.12": "sid"}
"""Neovim's versions, each with the Debian suite that has it."""


def installed(name: str, *command: str) -> Path:
    """The folder of a tool, which the command fills if it is not there yet. One process does it, the others wait."""
    folder = KEPT / name
    KEPT.mkdir(exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            if platform.machine() != "x86_64" or not shutil.which("apt-get"):
                pytest.skip(f"{name} is installed from Debian packages for x86-64 only")
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([SCRIPTS / command[0], *command[1:], folder], check=True, timeout=600)
            (folder / ".complete").touch()
    return folder


@pytest.fixture(scope="session", params=NEOVIMS)
def nvim(request: pytest.FixtureRequest) -> Path:
    """The path of a real Neovim, in each of the versions."""
    return installed(f"nvim-{request.param}", "nvim.sh", NEOVIMS[request.param]) / "nvim"


@pytest.fixture(scope="session")
def emacs() -> Path:
    """The path of a real Emacs."""
    return installed("emacs-30", "emacs.sh", "trixie") / "emacs"


@pytest.fixture(scope="session")
def helix() -> Path:
    """The path of a real Helix."""
    return installed("helix-25", "helix.sh", "trixie") / "hx"


@pytest.fixture(scope="session")
def ale() -> Path:
    """The folder of ALE."""
    return installed("ale", "ale.sh", "trixie") / "ale"
