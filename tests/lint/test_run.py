"""Runs of chunks: what an edit leaves as it was."""

from __future__ import annotations

from itertools import pairwise

from unmid.lint.check import ruleset_for
from unmid.lint.engine import Cache, lint
from unmid.lint.run import Run, runs
from unmid.prose.formats import parse
from unmid.settings import Settings

RULES = ruleset_for(Settings())
DRAFT = [
    f"## Crate {number}\n\nCrate {number} came in on the {number % 30 + 1}th. It is important to note that we sent for the crane.\n\n- rope\n- chain {number}\n"
    for number in range(200)
]


def read(parts: list[str], cache: Cache) -> list[tuple[int, object]]:
    """What is shown of a draft: its batches of marks, each with its base."""
    return [*lint(parse("\n".join(parts)), RULES, cache=cache).batches]


def test_an_edit_changes_the_run_it_is_in_and_no_other() -> None:
    cache = Cache()
    before = read(DRAFT, cache)
    old = [*cache.runs.values()]
    after = read([*DRAFT[:90], DRAFT[90].replace("the crane", "a crane"), *DRAFT[91:]], cache)
    new = [*cache.runs.values()]

    assert len(old) > 5
    # A chunk decides for itself whether it ends its run, so the edit may split one or join two.
    assert len([run for run in new if run not in old]) in (1, 2)
    assert len([one for _, one in after if one not in [batch for _, batch in before]]) in (1, 2)


def test_what_stands_before_moves_a_run_and_changes_nothing() -> None:
    cache = Cache()
    before = read(DRAFT, cache)
    after = read(["A first line.\n", *DRAFT], cache)
    moved = [(base - len("A first line.\n\n"), batch) for base, batch in after]

    # The first run has a new neighbour, the last one is asked anew; all others are the same objects.
    assert [(base, id(batch)) for base, batch in moved[1:]] == [(base, id(batch)) for base, batch in before[1:]]


def test_a_run_is_the_chunks_between_two_that_end_one() -> None:
    cache = Cache()
    read(DRAFT, cache)
    found = [*cache.runs.values()]

    assert all(run.chunks[-1].ends_run for run in found[:-1])
    assert not any(chunk.ends_run for run in found for chunk in run.chunks[:-1])
    assert runs([chunk for run in found for chunk in run.chunks], cache.runs) == found


def test_paragraphs_that_are_all_alike_come_in_runs_of_bounded_length() -> None:
    cache = Cache()
    read(["Nothing to report.\n"] * 1_000, cache)
    sizes = [len(run.chunks) for run in cache.runs.values()]

    assert max(sizes) <= 128


def test_sums_are_those_of_the_chunks() -> None:
    cache = Cache()
    read(DRAFT, cache)
    for run in cache.runs.values():
        assert run.words == sum(chunk.words for chunk in run.chunks)
        assert run.sentences == sum(chunk.sentences for chunk in run.chunks)
        assert [after - before for before, after in pairwise(run.before)] == [chunk.sentences for chunk in run.chunks]
        assert [len(one.chunk.text) for one in run.chunks[:-1]] == [b - a for a, b in pairwise(run.offsets)]
    assert Run(()).words == 0
