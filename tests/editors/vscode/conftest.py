"""Tests in a real VS Code need more than the others; `make test-editors` installs that and sets the variable."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("UNMID_EDITORS") else ["test_vscode.py"]
