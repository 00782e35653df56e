"""From a text and settings to a report: what the command line, the server and the library share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from unmid.layers import Sources, with_packs
from unmid.lint.engine import Cache, lint
from unmid.lint.finding import Report
from unmid.lint.ruleset import Ruleset, compile_ruleset, packs
from unmid.packs.model import Problem
from unmid.prose.formats import parse
from unmid.settings import Settings
from unmid.text.formats import format_of

_RULESETS: dict[str, Ruleset] = {}
_SOURCES = Sources()
"""Packs that were named to `check_text`, as last read."""


def ruleset_for(settings: Settings, folder: Path | None = None) -> Ruleset:
    """The compiled ruleset for settings; the same object for equal settings and unchanged packs."""
    loaded = packs(settings, folder)
    key = repr((settings, [id(pack) for pack in loaded]))
    if key not in _RULESETS:
        if len(_RULESETS) > 16:
            _RULESETS.clear()
        _RULESETS[key] = compile_ruleset(loaded, settings)
    return _RULESETS[key]


def check_text(
    text: str,
    *,
    path: str = "draft.md",
    settings: Settings | None = None,
    folder: Path | None = None,
    cache: Cache | None = None,
) -> Report:
    """Lint one text under settings, to which the `paths` table, the draft's front matter and all that packs say are added here.

    The packs are those that the settings name, and the pack of the author that they name. What is wrong with them is among
    the report's problems.
    """
    document = parse(text, format_of(path))
    settings = (settings or Settings()).for_path(path).for_front_matter(document.front_matter)
    problems: tuple[Problem, ...] = ()
    if settings.packs or settings.author:
        settings, problems = with_packs(settings, folder, _SOURCES)
    ruleset = ruleset_for(settings)
    report = lint(document, ruleset, path=path, cache=cache)
    problems = tuple(dict.fromkeys((*problems, *ruleset.problems, *report.problems)))
    return replace(report, problems=problems) if problems else report


def check_under(text: str, settings: Settings, path: str = "draft.md") -> Report:
    """Lint one text under the very settings that hold for it (`unmid.layers`)."""
    return lint(parse(text, format_of(path)), ruleset_for(settings), path=path)


def front_matter_of(text: str, path: str = "draft.md") -> str:
    """A draft's front matter, without its fences; empty if there is none."""
    return parse(text, format_of(path)).front_matter if text.startswith(("---", "+++", "\ufeff")) else ""
