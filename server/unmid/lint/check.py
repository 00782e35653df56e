"""From a text and settings to a report: what the command line, the server and the library share."""

from __future__ import annotations

from pathlib import Path

from unmid.lint.engine import Cache, lint
from unmid.lint.finding import Report
from unmid.lint.ruleset import Ruleset, compile_ruleset, packs
from unmid.prose.formats import format_of, parse
from unmid.settings import Settings

_RULESETS: dict[str, Ruleset] = {}


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
    """Lint one text under settings, to which the `paths` table and the draft's front matter are added here."""
    document = parse(text, format_of(path))
    settings = (settings or Settings()).for_path(path).for_front_matter(document.front_matter)
    return lint(document, ruleset_for(settings, folder), path=path, cache=cache)


def check_under(text: str, settings: Settings, path: str = "draft.md") -> Report:
    """Lint one text under the very settings that hold for it (`unmid.layers`)."""
    return lint(parse(text, format_of(path)), ruleset_for(settings), path=path)


def front_matter_of(text: str, path: str = "draft.md") -> str:
    """A draft's front matter, without its fences; empty if there is none."""
    return parse(text, format_of(path)).front_matter if text.startswith(("---", "+++", "\ufeff")) else ""
