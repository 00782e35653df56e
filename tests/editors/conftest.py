"""Real editors, installed at their first use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from editors.machine import installed, program

NEOVIMS = {"0.10": "trixie", "0.12": "sid"}
"""Neovim's versions, each with the Debian suite that has it."""


@pytest.fixture(scope="session", params=NEOVIMS)
def nvim(request: pytest.FixtureRequest) -> Path:
    """The path of a real Neovim, in each of the versions."""
    if not shutil.which("cc"):
        program("gcc", "gcc libc6-dev")
    return installed(f"nvim-{request.param}", "nvim.sh", NEOVIMS[request.param]) / "nvim"


@pytest.fixture(scope="session")
def emacs() -> Path:
    """The path of a real Emacs."""
    return installed("emacs-30", "emacs.sh", "trixie") / "emacs"


@pytest.fixture(scope="session")
def helix() -> Path:
    """The path of a real Helix."""
    program("tmux")
    return installed("helix-25", "helix.sh", "trixie") / "hx"


@pytest.fixture(scope="session")
def vim() -> str:
    """The path of a Vim with channels."""
    return program("vim")


@pytest.fixture(scope="session")
def ale() -> Path:
    """The folder of ALE."""
    return installed("ale", "ale.sh", "trixie") / "ale"


@pytest.fixture(scope="session")
def kate() -> Path:
    """Kate's plugin for language servers."""
    return next(installed("kate", "kate.sh", "trixie").rglob("lspclientplugin.so"))
