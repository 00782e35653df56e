"""The values that keys of rule files, packs and settings allow. Whoever asks for them need not load what reads those."""

from __future__ import annotations

KINDS = ("phrase", "pattern", "regex", "density", "structure", "rhythm", "absence")
SEVERITIES = ("error", "warning", "information", "hint", "quiet")
FIXES = ("cut", "replace", "prompt", "none")
SCOPES = ("paragraph", "list-item", "heading", "table-cell")
MARKS = ("match", "sentence", "sentences", "tail")
GENRES = ("essay", "docs", "science", "legal", "fiction", "social", "encyclopedia")
DRAFTS = ("open", "all")
