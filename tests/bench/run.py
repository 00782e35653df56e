"""Measure ourselves and our peers, and write the tables. `make bench` runs it, `make bench-peers` installs the peers."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.drafts import draft
from bench.latency import Cell, Start, cell, percentile, starts
from bench.peers import BARE, OURS, Tool, servers, tools, versions
from bench.throughput import Rate, rate, served, texts

PARTS: Final = ("start", "latency", "save", "throughput")
SIZES: Final = (1_000, 10_000, 20_000, 100_000)
RESULTS: Final = Path(__file__).parent / "RESULTS.md"
CORPORA: Final = Path(__file__).parents[3] / "shared" / "corpora"


def main() -> int:
    """Run what is asked for; the tables go to standard output, and with --write to RESULTS.md, in place of older ones."""
    options = _options()
    chosen = [server for server in servers() if not options.only or server.name in options.only]
    head, parts = [*_machine()], list[str]()
    if "start" in options.parts:
        _say("start")
        parts += [*_start_table(starts(chosen, options.rounds))]
    if "latency" in options.parts:
        cells = []
        for words in options.sizes:
            for server in chosen:
                _say(f"{server.name}, {words} words")
                cells.append(cell(server, words, options.edits, options.budget))
        parts += [*_latency_table(cells)]
    if "save" in options.parts:
        parts += [*_save_table(options)]
    if "throughput" in options.parts:
        parts += [*_throughput_table([*_rates(options)])]
    found = _sections("\n".join(parts))
    print(_page(head, found))
    if options.write:
        before = _sections(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        RESULTS.write_text(_page(head, before | found), encoding="utf-8")
    return 0


def _sections(page: str) -> dict[str, str]:
    """The sections of a page by their titles, in its order."""
    parts = (part.partition("\n") for part in page.split("\n## ")[1:])
    return {title: words.strip() for title, _, words in parts}


def _page(head: Iterable[str], sections: Mapping[str, str]) -> str:
    body = (f"\n## {title}\n\n{words}" for title, words in sections.items())
    return "\n".join([*head, *body]) + "\n"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure unmid and its peers.")
    parser.add_argument("--parts", nargs="+", default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these servers and tools")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), metavar="WORDS")
    parser.add_argument("--edits", type=int, default=600, help="edits a draft")
    parser.add_argument("--budget", type=float, default=180, help="seconds that the edits of one draft may take")
    parser.add_argument("--rounds", type=int, default=7, help="starts of each server")
    parser.add_argument("--corpus", type=Path, default=CORPORA, help="folder of drafts for the throughput")
    parser.add_argument("--write", action="store_true", help=f"keep the tables in {RESULTS.name}")
    parser.add_argument("--quick", action="store_true", help="does the bench itself work? A few seconds, ours alone")
    options = parser.parse_args()
    if options.quick:
        options.only, options.sizes, options.edits, options.rounds = [OURS, BARE], [1_000], 90, 1
        options.corpus = None
    return options


def _rates(options: argparse.Namespace) -> Iterator[Rate]:
    with tempfile.TemporaryDirectory() as folder:
        files = texts(options.corpus, Path(folder), made=2 if options.quick else 40)
        for tool in tools():
            if not options.only or tool.name in options.only:
                _say(f"{tool.name}, {len(files)} files")
                yield rate(tool, files)
        for server in servers():
            if server.name in ("harper-ls", "slopcop lsp", "prosemd-lsp") and (not options.only or server.name in options.only):
                _say(f"{server.name}, {len(files)} files")
                yield served(server, files)


# Tables.


def _machine() -> Iterator[str]:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), platform.processor()
    )
    memory = next((int(line.split()[1]) // 1_000_000 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    yield "# Speed"
    yield ""
    yield f"{os.cpu_count()} cores of {model}, {memory} GB, {platform.system()} {platform.release()}."
    yield "Versions: " + ", ".join(f"{name} {version}" for name, version in versions().items()) + "."
    yield ""
    yield "`make bench-peers` installs the peers, `make bench` measures. Drafts are made by `tests/bench/drafts.py`; every server gets the same."


def _lines(path: str) -> list[str]:
    return Path(path).read_text().split("\n") if Path(path).exists() else []


def _start_table(found: Mapping[str, Start]) -> Iterator[str]:
    yield from _head("Start", "Medians. “First marks” runs from the answer to `initialize` to the diagnostics of a draft of 1,000 words.")
    bare = found.get(BARE)
    yield from _row("server", "`initialize`, ms", f"ratio to {BARE}", "first marks, ms")
    yield from _row("---", "---:", "---:", "---:")
    for name, start in found.items():
        ratio = f"{start.initialize / bare.initialize:.2f}" if bare else ""
        yield from _row(name, f"{start.initialize * 1e3:.0f}", ratio, f"{start.first * 1e3:.0f}")


def _latency_table(cells: Sequence[Cell]) -> Iterator[str]:
    yield from _head(
        "From a keystroke to its marks",
        "Milliseconds from `didChange` to the diagnostics of that version, a server's debounce (none but where stated) subtracted. "
        "Keys are letters typed and taken back, a line deleted and restored; pages are 300 words pasted and removed; a third each at the "
        "start, the middle and the end of the draft. “Ratio” compares p95 of keys with ours.",
    )
    ours = {one.words: percentile(one.keys, 0.95) for one in cells if one.server.name == OURS}
    yield from _row("words", "server", "marks", "open", "keys p50", "p95", "p99", "pages p95", "ratio", "memory, MB", "sent an edit, kB", "edits")
    yield from _row("---:", "---", *["---:"] * 10)
    for one in cells:
        name = one.server.name + (f" (debounce {one.server.debounce} ms)" if one.server.debounce else "")
        if not one.keys:
            yield from _row(f"{one.words:,}", name, *[""] * 9, one.failure)
            continue
        wait = one.server.debounce / 1e3
        p50, p95, p99 = (percentile(one.keys, share) - wait for share in (0.5, 0.95, 0.99))
        ratio = f"{p95 / ours[one.words]:.2f}" if one.words in ours else ""
        silent = not one.marks and one.server.name != BARE
        count = f"{len(one.keys) + len(one.pages)}" + (f", {one.failure}" if one.failure else "") + (", refused: no marks" if silent else "")
        figures = (_ms(one.opened), _ms(p50), _ms(p95), _ms(p99), _ms(percentile(one.pages, 0.95) - wait))
        yield from _row(
            f"{one.words:,}", name, str(one.marks), *figures, ratio, f"{one.memory / 1e6:.0f}", f"{one.sent / 1e3:.1f}", count
        )


def _save_table(options: argparse.Namespace) -> Iterator[str]:
    """Tools that editors run on save, whole process, on the same drafts."""
    chosen = [tool for tool in tools() if tool.name in (OURS, "vale") and (not options.only or tool.name in options.only)]
    yield from _head("A command on save", "Milliseconds from the start of the process to its end, median of five.")
    yield from _row("words", *(tool.name for tool in chosen))
    yield from _row("---:", *["---:"] * len(chosen))
    for words in options.sizes:
        _say(f"on save, {words} words")
        yield from _row(f"{words:,}", *(_ms(_on_save(tool, words, min(options.rounds, 5))) for tool in chosen))


def _on_save(tool: Tool, words: int, rounds: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "draft.md"
        file.write_text(draft(words), encoding="utf-8")
        command, taken = tool.command(Path(folder), [str(file)]), []
        for _ in range(rounds):
            began = time.perf_counter()
            subprocess.run(command, capture_output=True, env=tool.env, cwd=folder)
            taken.append(time.perf_counter() - began)
        return median(taken)


def _throughput_table(rates: Sequence[Rate]) -> Iterator[str]:
    words = next((one.words for one in rates), 0)
    yield from _head(
        "Whole files",
        f"{words:,} words; words a second of processor time, all threads and the start counted. “Ours” is our rate divided by theirs.",
    )
    ours = next((one.per_second for one in rates if one.name == OURS), 0.0)
    yield from _row("tool", "words a second and core", "ours", "seconds", "memory, MB")
    yield from _row("---", *["---:"] * 4)
    for one in sorted(rates, key=lambda one: -one.per_second):
        if one.failure:
            yield from _row(one.name, one.failure, "", "", "")
        else:
            ratio = f"{ours / one.per_second:.1f}" if one.per_second else ""
            yield from _row(one.name, f"{one.per_second:,.0f}", ratio, f"{one.wall:.1f}", f"{one.memory / 1e6:.0f}")


def _head(title: str, words: str) -> Iterable[str]:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return "", f"## {title}", "", f"Measured on {date.today():%d %B %Y}, in one run. {words}", f"Load of the machine: {load:.1f}.", ""


def _row(*cells: str) -> Iterable[str]:
    yield "| " + " | ".join(cells) + " |"


def _ms(seconds: float) -> str:
    value = seconds * 1e3
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
