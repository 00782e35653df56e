"""Servers that are not as they should be, for the tests that have to fail with them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

_DEAD: Final = """\
import sys
sys.exit("unmid: cannot import name 'server'")
"""

_SHIFTED: Final = """\
import sys
from lsprotocol import types
from unmid.lsp import to_proto

exact = to_proto.position_of

def shifted(offset, lines, encoding):
    at = exact(offset, lines, encoding)
    return types.Position(at.line, at.character + 1)

to_proto.position_of = shifted

from unmid.cli import main

sys.exit(main())
"""


def dead(folder: Path) -> Path:
    """A folder with an `unmid` that ends as soon as it starts, whatever it is asked."""
    return _program(folder, _DEAD)


def shifted(folder: Path) -> Path:
    """A folder with an `unmid` that is one character off in all that it marks."""
    return _program(folder, _SHIFTED)


def _program(folder: Path, source: str) -> Path:
    folder.mkdir()
    file = folder / "unmid"
    file.write_text(f"#!{sys.executable}\n{source}", encoding="utf-8")
    file.chmod(0o755)
    return folder
