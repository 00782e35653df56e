"""Thousands of edits against one server: are its latency and memory flat, and is what it says still right?

Now and then the diagnostics on screen are compared with those that a fresh check finds, rule by rule and word by word. In the
end the same edits are made and taken back, round after round: what memory is in use more after a round than after the one
before is lost for good.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.client import Client, Silence
from bench.drafts import draft, page
from bench.edits import PLACES, Edit, Text, edits
from bench.latency import percentile
from bench.peers import OURS, Server, servers
from unmid import check_text

URI: Final = "untitled:soak"
WAIT: Final = 120.0
RUN: Final = 120
"""Most edits at one place before the next one is visited, much as people wander through a draft."""

LEAK: Final = 50
"""Blocks of memory that may still come into use: one for fifty of the edits between the rounds that are compared."""
COUNTING: Final = """
import gc, os, signal, sys
from pathlib import Path
from unmid.cli import main

def tell(*_):
    gc.collect()
    Path(str(os.getpid())).write_text(str(sys.getallocatedblocks()))

signal.signal(signal.SIGUSR1, tell)
sys.exit(main(["serve"]))
"""
"""Our server, which tells on a signal how many blocks of memory it has in use, in a file named by its number."""
ROUND: Final = 250
"""Edits of a round, before they are taken back."""

Mark = tuple[str, int, int, int, int]
"""A rule, and the lines and columns, from 0, between which it marks."""


@dataclass(slots=True)
class Soak:
    """What a run showed. Times in seconds; `memory` in bytes, at each comparison; `wrong` says what differed, and when.

    `old` and `new` are the times of the same edits, made after the run to the server that went through it and to a fresh
    one: the draft has become another one meanwhile, so the run's first and last edits do not compare. `rounds` is memory after
    each round of edits made and taken back, in bytes, `blocks` the blocks of memory that Python then has in use, garbage apart.
    """

    times: list[float] = field(default_factory=list)
    old: list[float] = field(default_factory=list)
    new: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    compared: int = 0
    wrong: list[str] = field(default_factory=list)

    def growth(self) -> int:
        """Bytes by which memory grew after the first quarter, in which caches fill."""
        settled = self.memory[len(self.memory) // 4 :]
        return max(settled[-1] - settled[0], 0) if settled else 0

    def leaked(self) -> int:
        """The least blocks in use after a round of the second half, less that after a round of the quarter before it."""
        half = len(self.blocks) // 2
        if half < 2:
            return 0
        return min(self.blocks[half:]) - min(self.blocks[half // 2 : half])

    def slower(self) -> float:
        """The median time of an edit after the run over that of the same edits to a fresh server."""
        return percentile(self.old, 0.5) / percentile(self.new, 0.5)


def soak(total: int, words: int, every: int, rounds: int = 20, seed: int = 1) -> Soak:
    """Make `total` edits to a draft of so many words, and compare after each `every` of them; then so many rounds."""
    server = next(server for server in servers() if server.name == OURS)
    server = replace(server, command=(sys.executable, "-c", COUNTING))
    result, text = Soak(), Text(draft(words, seed))
    wandering = _wandering(text, seed)
    with tempfile.TemporaryDirectory() as folder, _opened(server, text, Path(folder)) as client:
        for version, edit in enumerate(islice(wandering, total), 2):
            text.apply(edit)
            taken, told = _changed(client, version, edit)
            result.times.append(taken)
            if len(result.times) % every == 0:
                result.compared += 1
                result.memory.append(client.memory())
                if difference := _difference(told, str(text)):
                    result.wrong.append(f"after {len(result.times)} edits: {difference}")
        with _opened(server, text, Path(folder)) as fresh:
            for number, edit in enumerate(islice(wandering, max(total // 50, 50)), 2):
                text.apply(edit)
                result.old.append(_changed(client, total + number, edit)[0])
                result.new.append(_changed(fresh, number, edit)[0])
        version = total + len(result.old) + 1
        for _ in range(rounds):
            version = _round(client, version, text, seed)
            result.rounds.append(client.memory())
            result.blocks.append(_blocks(client, Path(folder)))
        if client.shutdown() != 0:
            result.wrong.append("the server did not leave in peace")
    return result


@contextmanager
def _opened(server: Server, text: Text, folder: Path) -> Iterator[Client]:
    """A server that has read a draft."""
    client = Client.start(server.command, settings=server.settings, env=server.env, cwd=folder)
    try:
        client.initialize(folder, server.options, WAIT)
        client.open(URI, str(text))
        client.diagnostics(URI, 1, 0, WAIT)
        yield client
    finally:
        client.end()


def _changed(client: Client, version: int, edit: Edit) -> tuple[float, list[dict[str, Any]]]:
    """How long an edit's diagnostics took, in seconds, and the diagnostics."""
    document = {"uri": URI, "version": version}
    at = client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [edit.change()]})
    arrival, told = client.diagnostics(URI, version, 0, WAIT)
    return arrival.at - at, told["diagnostics"]


def _round(client: Client, version: int, text: Text, seed: int) -> int:
    """Make some edits and take them back, the last one first; the version that this leads to."""
    undone = []
    for edit in islice(edits(text, PLACES["middle"], seed), ROUND):
        undone.append(text.apply(edit))
        version += 1
        _changed(client, version, edit)
    for edit in reversed(undone):
        text.apply(edit)
        version += 1
        _changed(client, version, edit)
    return version


def _blocks(client: Client, folder: Path) -> int:
    """The blocks of memory that the server has in use."""
    told = folder / f"{client.process.pid}"
    os.kill(client.process.pid, signal.SIGUSR1)
    deadline = time.monotonic() + WAIT
    while not (told.exists() and told.read_text()):
        if time.monotonic() > deadline:
            raise Silence(f"no number of blocks within {WAIT:g} s")
        client.pause(0.02)
    blocks = int(told.read_text())
    told.unlink()
    return blocks


def _wandering(text: Text, seed: int) -> Iterator[Edit]:
    """Runs of edits at one place after another, without end; pages come and go, so that the draft keeps its length."""
    chance, length = Random(seed), len(str(text))
    for number in count(seed):
        yield from islice(edits(text, chance.choice([*PLACES.values(), chance.random()]), number), chance.randrange(RUN))
        while len(str(text)) > length * 1.2:
            # Paragraphs that were typed into are the long ones: they go first, or they would grow for ever.
            line = max(range(len(text.lines) - 1), key=lambda number: len(text.lines[number]))
            yield Edit("page", (line, 0), (line + 1, 0), "")
        if len(str(text)) < length:
            line = text.paragraph(chance.random())
            yield Edit("page", (line, 0), (line, 0), page(chance))


def _difference(diagnostics: list[dict[str, Any]], text: str) -> str:
    """How the marks on screen differ from a fresh check of the text; nothing if they do not."""
    shown = sorted(_mark(one) for one in diagnostics)
    fresh = sorted(_marks(text))
    missing, extra = [one for one in fresh if one not in shown], [one for one in shown if one not in fresh]
    return f"missing {missing[:3]}, too many {extra[:3]}" if missing or extra or len(shown) != len(fresh) else ""


def _mark(diagnostic: dict[str, Any]) -> Mark:
    start, end = diagnostic["range"]["start"], diagnostic["range"]["end"]
    return diagnostic["code"], start["line"], start["character"], end["line"], end["character"]


def _marks(text: str) -> Iterator[Mark]:
    for finding in check_text(text).findings:
        places = [(text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1) for at in (finding.span.start, finding.span.end)]
        yield (finding.rule, *places[0], *places[1])


def main() -> int:
    """Soak, and say what came of it; 1 if anything was wrong, grew or slowed down."""
    parser = argparse.ArgumentParser(description="Edit for a long time, and look whether anything grows, slows down or goes wrong.")
    parser.add_argument("--edits", type=int, default=50_000)
    parser.add_argument("--words", type=int, default=3_000)
    parser.add_argument("--every", type=int, default=500, help="edits between two comparisons")
    parser.add_argument("--rounds", type=int, default=20, help="how often to make some edits and take them back")
    options = parser.parse_args()
    gc.freeze()
    began = time.perf_counter()
    result = soak(options.edits, options.words, options.every, options.rounds)
    first, last = result.times[:1_000], result.times[-1_000:]
    print(f"{len(result.times):,} edits in {time.perf_counter() - began:,.0f} s to a draft of {options.words:,} words")
    for name, times in (("first thousand", first), ("last thousand", last)):
        print(f"{name}: p50 {percentile(times, 0.5) * 1e3:.1f} ms, p95 {percentile(times, 0.95) * 1e3:.1f} ms")
    print(f"the same edits after the run and on a fresh server, ratio of the medians: {result.slower():.2f}")
    print("memory, MB: " + " ".join(f"{size / 1e6:.0f}" for size in result.memory[:: max(len(result.memory) // 20, 1)]))
    print(f"grown by {result.growth() / 1e6:.1f} MB, {result.growth() / max(len(result.times), 1):,.0f} bytes an edit; compared {result.compared} times, wrong {len(result.wrong)}")
    print("memory after each round, kB: " + " ".join(f"{size / 1e3:,.0f}" for size in result.rounds))
    print("blocks in use: " + " ".join(f"{count:,}" for count in result.blocks))
    print(f"{len(result.rounds) * ROUND * 2:,} more edits, made and taken back: blocks kept {result.leaked()}")
    print(*result.wrong[:10], sep="\n")
    return int(bool(result.wrong) or result.growth() > 20_000_000 or result.leaked() > LEAK or result.slower() > 1.5)


if __name__ == "__main__":
    sys.exit(main())
