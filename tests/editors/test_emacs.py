"""The Emacs package in a real Emacs, with Eglot and with lsp-mode."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from editors import servers
from editors.neovim import path_with, server_folder
from editors.test_neovim import DRAFT

HERE = Path(__file__).parent / "elisp"
PACKAGE = HERE.parents[2] / "editors" / "emacs"


def run(emacs: Path, home: Path, script: str, path: str | None = None, patience: int = 30) -> str:
    """Run a script on a fresh draft in an Emacs with a terminal; how it went, and all that Emacs told."""
    draft, result = home / "valves.md", home / "result"
    draft.write_text(DRAFT, encoding="utf-8")
    packages = (emacs.parent / "usr/share/emacs/site-lisp/elpa-src").glob("*")
    folders = [argument for folder in (PACKAGE, HERE, *packages) for argument in ("-L", str(folder))]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [emacs, "-Q", "-t", os.ttyname(theirs), *folders, "-l", "common.el", "--eval", f'(setq patience {patience})', "--eval", f'(run-round "{HERE / script}")'],
        cwd=home,
        env={name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "UNMID_CONFIG"))}
        | {"HOME": str(home), "DRAFT": str(draft), "RESULT": str(result), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        | {"PATH": path or path_with(server_folder())},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen = bytearray()
    try:
        deadline = time.monotonic() + 300
        while process.poll() is None and time.monotonic() < deadline:
            if select.select([ours], [], [], 0.2)[0]:
                with suppress(OSError):  # the other end is closed
                    screen += os.read(ours, 65536)
    finally:
        process.kill()
        process.wait(10)
        os.close(ours)
    return result.read_text(encoding="utf-8") if result.exists() else screen.decode(errors="replace")


@pytest.mark.parametrize("script", ["round-eglot.el", "round-lsp.el"])
def test_the_round(emacs: Path, tmp_path: Path, script: str) -> None:
    """Exact ranges after an emoji, a cut, settings; in Eglot also faded words and a server that is killed."""
    result = run(emacs, tmp_path, script)
    assert result.startswith("round complete"), result


@pytest.mark.parametrize(
    ("server", "reason"),
    [(servers.dead, "never started|exited"), (servers.shifted, "t is important to note that ")],
)
def test_control(emacs: Path, tmp_path: Path, server: Callable[[Path], Path], reason: str) -> None:
    """With a server that cannot run or is one character off, the round fails."""
    result = run(emacs, tmp_path, "round-eglot.el", path_with(server(tmp_path / "bin")))
    assert not result.startswith("round complete")
    assert any(part in result for part in reason.split("|")), result


def test_without_the_server_someone_is_told(emacs: Path, tmp_path: Path) -> None:
    result = run(emacs, tmp_path, "round-eglot.el", path_with())
    assert "was not found; see the README" in result


def test_the_package_compiles_without_warnings(emacs: Path, tmp_path: Path) -> None:
    code = f'(progn (setq byte-compile-error-on-warn t byte-compile-dest-file-function (lambda (_) "{tmp_path}/unmid.elc")))'
    result = subprocess.run(
        [emacs, "-Q", "--batch", "--eval", code, "-f", "batch-byte-compile", PACKAGE / "unmid.el"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
