"""What the server writes to be read: the report on a draft, the page of a rule. Runs on the worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from unmid.lsp.drafts import format_of_draft, text_of_draft
from unmid.lsp.from_proto import path_of
from unmid.lsp.state import Snapshot

if TYPE_CHECKING:
    from unmid.lsp.basis import Bases
    from unmid.lsp.schedule import Cancelled
    from unmid.settings import Settings


class Unknown(ValueError):
    """What was asked for is not there; the message says so in a sentence."""


def report(snapshot: Snapshot, editor: Settings, root: Path | None, bases: Bases, cancelled: Cancelled) -> str:
    """The report on a draft, as HTML. Raises Cancelled."""
    from unmid.prose.formats import parse
    from unmid.report.page import page
    from unmid.report.portrait import portrait

    path = path_of(snapshot.uri)
    text, format = text_of_draft(snapshot), format_of_draft(snapshot)
    basis = bases.of(path, editor, root, parse(text, format).front_matter)
    name = str(path) if path else snapshot.uri.rpartition(":")[2]
    return page(portrait(text, path=name, settings=basis.settings, folder=basis.folder, format=format, cancelled=cancelled))


def explanation(rule: str, editor: Settings, root: Path | None, bases: Bases) -> str:
    """A rule's page, as Markdown. Raises Unknown."""
    from unmid.lint.ruleset import packs
    from unmid.packs.figures import load_figures
    from unmid.packs.page import page
    from unmid.packs.reader import suggestion

    basis = bases.of(None, editor, root)
    rules = {one.id: one for pack in packs(basis.settings, basis.folder) for one in pack.rules}
    if rule not in rules:
        raise Unknown(f"there is no rule “{rule}”{suggestion(rule, rules)}")
    about, figures = load_figures(Path(rules[rule].path).parents[1])
    return page(rules[rule], figures.get(rule), about)
