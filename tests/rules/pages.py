"""Write the rule pages that ship beside the rules: `make pages`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from unmid.lint.ruleset import packs
from unmid.packs.figures import load_figures
from unmid.packs.page import page
from unmid.settings import Settings


def pages() -> Iterator[tuple[Path, str]]:
    """Each rule's page: where it lies and what it says."""
    (builtin,) = packs(Settings())
    about, figures = load_figures(builtin.path)
    for rule in builtin.rules:
        yield Path(rule.path).with_suffix(".md"), page(rule, figures.get(rule.id), about)


def main() -> None:
    """Write all pages and take away those whose rule is gone."""
    wanted = dict(pages())
    root = next(iter(wanted)).parents[1]
    for path in set(root.glob("*/*.md")) - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
