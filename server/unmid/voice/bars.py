"""A rate as a bar of text: where an author's texts lie, what is usual, and where a draft stands."""

from __future__ import annotations

WIDTH = 26
"""Characters of a bar."""
_SIGNS = {True: tuple("·━●│◆"), False: tuple(".=o|#")}


def bar(low: float, mean: float, high: float, *, usual: float | None = None, draft: float | None = None, unicode: bool = True) -> str:
    """A line of WIDTH signs from 0 up: `━` from `low` to `high` with `●` at the mean, `│` at what is usual, `◆` the draft."""
    track, range_, centre, norm, mark = _SIGNS[unicode]
    top = max(high, mean, usual or 0, draft or 0) * 1.05 or 1

    def at(value: float) -> int:
        return min(int(value / top * WIDTH), WIDTH - 1)

    cells = [track] * WIDTH
    cells[at(low) : at(high) + 1] = [range_] * (at(high) + 1 - at(low))
    if usual is not None:
        cells[at(usual)] = norm
    cells[at(mean)] = centre
    if draft is not None:
        cells[at(draft)] = mark
    return "".join(cells)
