"""The bench measures what it says, and a short soak finds nothing wrong. Figures are for `make bench` and `make soak`."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.drafts import draft
from bench.edits import PLACES, Edit, Text, edits
from bench.latency import cell, percentile, starts
from bench.peers import BARE, OURS, servers, tools
from bench.soak import soak
from bench.throughput import rate, texts

SERVERS = {server.name: server for server in servers()}


def test_drafts_are_the_same_everywhere() -> None:
    """As long as asked for, of the same words each time, with all that Markdown has."""
    text = draft(20_000)

    assert text == draft(20_000)
    assert 20_000 <= len(text.split()) < 20_200
    assert all(sign in text for sign in ("\n## ", "\n- **", "\n1. ", "\n> ", "\n```", "\n| ", "](https://", "*always*", "“"))
    assert len({line for line in text.split("\n") if len(line) > 200}) > 50


@given(st.text("ab\n", max_size=30), st.tuples(*[st.integers(0, 30)] * 2), st.text("xy\n", max_size=9))
def test_an_edit_can_be_undone(words: str, place: tuple[int, int], new: str) -> None:
    """And does to lines what it does to a text."""
    start, end = sorted(min(at, len(words)) for at in place)
    first, last = ((words.count("\n", 0, at), at - words.rfind("\n", 0, at) - 1) for at in (start, end))
    text = Text(words)

    back = text.apply(Edit("key", first, last, new))

    assert str(text) == words[:start] + new + words[end:]
    text.apply(back)
    assert str(text) == words


def test_edits_are_what_people_do() -> None:
    """Pages that are pasted go again, lines that are deleted come back; only what was typed stays."""
    text = Text(draft(1_000))
    before = str(text)
    kinds = []
    for edit in islice(edits(text, PLACES["middle"], 1), 400):
        text.apply(edit)
        kinds.append(edit.kind)

    assert set(kinds) == {"key", "page"}
    assert kinds.count("key") > 380
    assert len(before) < len(str(text)) < len(before) + 3_000


def test_percentiles() -> None:
    """Of a hundred values, the one at that place."""
    assert [percentile(range(100), share) for share in (0, 0.5, 0.95, 1)] == [0, 50, 95, 99]


def test_the_bench_works() -> None:
    """Start, latency and throughput of our own server, and of the bare one that it is compared with."""
    chosen = [SERVERS[OURS], SERVERS[BARE]]
    assert starts(chosen, 1).keys() == {OURS, BARE}
    ours, bare = (cell(server, 300, 30, 60) for server in chosen)
    assert ours.failure == bare.failure == ""
    assert (len(ours.keys), len(bare.keys)) == (30, 30)
    assert ours.marks > 0 == bare.marks
    assert min(ours.keys) > 0
    assert ours.memory > bare.memory > 10_000_000
    assert ours.sent > bare.sent > 50


def test_throughput_works(tmp_path: Path) -> None:
    """A command is run over files, and its processor time taken."""
    found = rate(next(tool for tool in tools() if tool.name == OURS), texts(None, tmp_path, made=1))

    assert found.failure == ""
    assert found.words > 2_000
    assert 0 < found.per_second < 1_000_000


def test_a_server_that_goes_is_noticed() -> None:
    """And reported in place of figures."""
    server = SERVERS[BARE]
    broken = type(server)("broken", (sys.executable, "-c", "import sys; sys.exit(3)"))

    assert cell(broken, 300, 3, 5).failure.startswith(("the server has gone, with status 3", "[Errno 32]"))


def test_a_short_soak() -> None:
    """Every mark on screen is the one that a fresh check finds, all the way; memory settles."""
    result = soak(1_500, 400, 250, rounds=4)

    assert result.wrong == []
    assert result.compared == 6
    assert result.growth() < 20_000_000
    assert result.leaked() < 500
