"""How much a tool reads in a second of one core: whole files, processor time, its start included."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.client import Client, Silence
from bench.drafts import draft
from bench.peers import Server, Tool

PATIENCE: Final = 600.0
"""Seconds after which a tool is given up."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What reading `words` took: processor and clock seconds, and peak memory in bytes."""

    name: str
    words: int
    cpu: float = 0.0
    wall: float = 0.0
    memory: int = 0
    failure: str = ""

    @property
    def per_second(self) -> float:
        """Words a second of processor time."""
        return self.words / self.cpu if self.cpu else 0.0


def texts(corpus: Path | None, into: Path, made: int = 40) -> list[str]:
    """The paths of the drafts to read: those below a folder; without one, so many that are made in `into`."""
    if corpus and corpus.is_dir():
        return [str(path.resolve()) for path in sorted(corpus.rglob("*")) if path.suffix in (".md", ".txt") and path.name != "README.md"]
    paths = [into / f"draft{number}.md" for number in range(made)]
    for number, path in enumerate(paths):
        path.write_text(draft(2_000, seed=number), encoding="utf-8")
    return [str(path) for path in paths]


def word_count(files: Sequence[str]) -> int:
    """Words by their white space."""
    return sum(len(Path(file).read_text(encoding="utf-8").split()) for file in files)


def rate(tool: Tool, files: Sequence[str]) -> Rate:
    """Run a tool over files."""
    words = word_count(files)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        command = tool.command(Path(folder), _copied(files, Path(folder) / "drafts"))
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=tool.env, cwd=folder, start_new_session=True)
        timer = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        _, status, used = os.wait4(process.pid, 0)
        timer.cancel()
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)  # or Popen would look for it
        if process.returncode == -signal.SIGKILL:
            return Rate(tool.name, words, failure=f"not done after {PATIENCE:g} s")
        output.seek(0, os.SEEK_END)
        errors.seek(0)
        if not output.tell():
            said = errors.read().decode(errors="replace").strip()
            if len(said) < 1_000:  # some tools write their findings there
                return Rate(tool.name, words, failure=f"found nothing: {said[-120:]}")
        return Rate(tool.name, words, used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024)


def _copied(files: Sequence[str], folder: Path) -> list[str]:
    """The files in a folder of their own, out of reach of anyone's configuration."""
    folder.mkdir()
    return [str(shutil.copy(file, folder / f"{number}.md")) for number, file in enumerate(files)]


def served(server: Server, files: Sequence[str]) -> Rate:
    """Have a language server without a command read files, opened one after the other."""
    words = word_count(files)
    with tempfile.TemporaryDirectory() as folder:
        client = Client.start(server.command, settings=server.settings, env=server.env, cwd=Path(folder))
        try:
            client.initialize(Path(folder), server.options)
            for number, file in enumerate(files):
                uri, after = (Path(folder) / f"{number}.md").as_uri(), client.publications
                client.open(uri, Path(file).read_text(encoding="utf-8"))
                client.diagnostics(uri, 1, after, 60)
                client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
            wall = time.perf_counter() - client.started
            return Rate(f"{server.name}, opening each", words, client.cpu(), wall, client.memory(peak=True))
        except (Silence, RuntimeError, OSError) as error:
            return Rate(f"{server.name}, opening each", words, failure=str(error))
        finally:
            client.end()
