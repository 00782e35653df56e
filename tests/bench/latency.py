"""How long a server keeps an editor waiting: at its start, and after each keystroke."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

from bench.client import Client, Silence, framed
from bench.drafts import draft
from bench.edits import PLACES, Text, edits
from bench.peers import Server

PATIENCE: Final = 60.0
"""Seconds after which a server that says nothing has refused."""


@dataclass(frozen=True, slots=True)
class Start:
    """Medians in seconds: to the answer to `initialize`, and from there to the first diagnostics of a 1,000-word draft."""

    initialize: float
    first: float


@dataclass(slots=True)
class Cell:
    """One server on one draft. Times in seconds, sizes in bytes. `failure` says why there are none, or no more."""

    server: Server
    words: int
    marks: int = 0
    opened: float = 0.0
    """From `didOpen` to the diagnostics, the server's start included."""
    keys: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    memory: int = 0
    sent: float = 0.0
    """Bytes from the server an edit."""
    failure: str = ""


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values do not exceed; not a number for no values."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


def starts(which: Iterable[Server], rounds: int) -> dict[str, Start]:
    """Start every server so many times, in turn, so that what the machine does meanwhile falls on all alike.

    Each round has an order of its own: a server that has kept all cores busy leaves the machine slower for the next one.
    """
    servers = list(which)
    taken: dict[str, list[tuple[float, float]]] = {server.name: [] for server in servers}
    text, chance = draft(1_000), Random(rounds)
    for _ in range(rounds):
        for server in chance.sample(servers, len(servers)):
            try:
                taken[server.name].append(_start(server, text))
            except (Silence, RuntimeError, OSError):
                # It would be silent again, a minute each time.
                servers.remove(server)
    return {
        name: Start(median(one for one, _ in times), median(two for _, two in times)) for name, times in taken.items() if times
    }


def _start(server: Server, text: str) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        uri = (root / "draft.md").as_uri()
        (root / "draft.md").write_text(text, encoding="utf-8")
        client = Client.start(server.command, settings=server.settings, env=server.env, cwd=root)
        try:
            initialize = client.initialize(root, server.options, PATIENCE)
            arrival, _ = _opened(client, uri, text)
            client.shutdown()
            return initialize, arrival - client.started - initialize
        finally:
            client.end()


def cell(server: Server, words: int, count: int, budget: float) -> Cell:
    """Make `count` edits in all to a draft of so many words, at three places, in at most `budget` seconds."""
    result = Cell(server, words)
    text = draft(words)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        uri = (root / "draft.md").as_uri()
        (root / "draft.md").write_text(text, encoding="utf-8")
        client = Client.start(server.command, settings=server.settings, env=server.env, cwd=root)
        try:
            client.initialize(root, server.options, PATIENCE)
            began = time.perf_counter()
            arrival, result.marks = _opened(client, uri, text)
            result.opened = arrival - began
            client.pause(0.5)
            _edit(client, uri, Text(text), count, budget, result)
            result.memory = client.memory(peak=True)
            client.shutdown()
        except (Silence, RuntimeError, OSError) as error:
            result.failure = result.failure or str(error)
            result.memory = result.memory or client.memory(peak=True)
        finally:
            client.end()
    return result


def _opened(client: Client, uri: str, text: str) -> tuple[float, int]:
    """When the diagnostics of an opened draft were there, and how many."""
    client.open(uri, text)
    arrival, told = client.diagnostics(uri, 1, 0, PATIENCE)
    return arrival.at, len(told["diagnostics"])


def _edit(client: Client, uri: str, text: Text, count: int, budget: float, into: Cell) -> None:
    version, before, made = 1, client.received, 0
    for seed, share in enumerate(PLACES.values()):
        until = time.perf_counter() + budget / len(PLACES)
        for edit in islice(edits(text, share, seed), count // len(PLACES)):
            text.apply(edit)
            version += 1
            change = edit.change() if client.incremental else {"text": str(text)}
            data = framed(
                {
                    "jsonrpc": "2.0",
                    "method": "textDocument/didChange",
                    "params": {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]},
                }
            )
            after = client.publications
            at = client.write(data)
            arrival, _ = client.diagnostics(uri, version, after, PATIENCE)
            (into.pages if edit.kind == "page" else into.keys).append(arrival.at - at)
            made += 1
            if time.perf_counter() > until:
                into.failure = f"stopped after {budget:g} s"
                break
    into.sent = (client.received - before) / max(made, 1)
