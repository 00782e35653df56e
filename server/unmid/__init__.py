"""unmid marks mid prose while you write: hedges, filler, list-itis, neutral non-opinions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unmid.lint.finding import Report
    from unmid.settings import Settings

__version__ = "0.1.0"
__all__ = ["check_text"]


def check_text(text: str, *, path: str = "draft.md", settings: Settings | None = None) -> Report:
    """Lint one text. `path` decides the format by its ending; without settings the shipped defaults hold.

    Of the packs and the author that settings name counts all that their packs decide, under what the settings say
    themselves; no other file is read. What cannot be used is among the report's `problems`.
    """
    from unmid.lint.check import check_text as check

    return check(text, path=path, settings=settings)
