"""The pages beside the rules say what the rules say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("pages", Path(__file__).parent / "pages.py")
assert _SPEC is not None
assert _SPEC.loader is not None
pages = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(pages)


def test_pages_are_current() -> None:
    """Every rule has its page, no page outlives its rule; `make pages` writes them."""
    wanted = dict(pages.pages())
    root = next(iter(wanted)).parents[1]

    assert set(root.glob("*/*.md")) == wanted.keys()
    assert [path.name for path, text in wanted.items() if path.read_text(encoding="utf-8") != text] == []
