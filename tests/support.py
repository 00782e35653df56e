"""What tests know of the product: one function a boundary."""

from __future__ import annotations

from pathlib import Path

from unmid.lint.examples import findings, fixed, scene

__all__ = ["findings", "fixed", "scene", "write"]


def write(path: Path | str, text: str) -> Path:
    """Write a file, with the folders that it needs."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
