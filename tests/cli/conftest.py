"""What tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder is empty, and so is that of personal packs in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNMID_CONFIG_DIR", str(tmp_path / "config"))
