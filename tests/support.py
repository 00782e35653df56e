"""What tests know of the product: one function a boundary."""

from __future__ import annotations

from unmid.lint.examples import findings, fixed, scene

__all__ = ["findings", "fixed", "scene"]
