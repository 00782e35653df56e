"""What the tests need of the machine: taken where it is there, installed where that can be done, else said.

Editors go into a folder that git ignores. Debian on x86-64; nothing of the system changes but for programs that root has
apt install.
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

import pytest

ROOT: Final = Path(__file__).parents[2]
KEPT: Final = ROOT / ".e2e"
SCRIPTS: Final = Path(__file__).parent / "install"
LIMIT: Final = 900
"""Seconds that an installation may take."""


def lacking(what: str, cure: str) -> NoReturn:
    """Skip the test, and say how it could be run. In CI nothing is skipped: there it fails."""
    reason = f"{what}: {cure}"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def program(name: str, package: str = "") -> str:
    """The path of a program. Root has Debian install it."""
    found = shutil.which(name)
    if not found and shutil.which("apt-get") and os.geteuid() == 0:
        with locked("apt"):
            if not shutil.which(name):
                _run("apt-get", "-q", "update")
                _run("apt-get", "-q", "install", "-y", "--no-install-recommends", *(package or name).split())
            found = shutil.which(name)
    return found or lacking(f"there is no {name} on PATH", f"install it (on Debian: apt-get install {package or name})")


def installed(name: str, *command: str) -> Path:
    """The folder of a tool, which the command fills if it is not there yet. One process does it, the others wait."""
    folder = KEPT / name
    with locked(name):
        if not (folder / ".complete").exists():
            if platform.machine() != "x86_64" or not shutil.which("apt-get"):
                lacking(f"{name} is installed from Debian packages for x86-64 only", "run the tests on such a machine")
            shutil.rmtree(folder, ignore_errors=True)
            _run(str(SCRIPTS / command[0]), *command[1:], str(folder))
            (folder / ".complete").touch()
    return folder


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Alone with something that only one process may change at a time."""
    KEPT.mkdir(exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(*command: str) -> None:
    run = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
    assert run.returncode == 0, f"{' '.join(command)}\n{run.stdout[-2000:]}{run.stderr[-2000:]}"
