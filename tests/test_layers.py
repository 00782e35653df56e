"""Imports run one way. The table here is the one in server/ARCHITECTURE.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "server" / "unmid"
LAYERS = ("text", "prose", "packs", "checks", "lint", "voice", "report", "lsp", "cli")
MAY_IMPORT = {
    "text": {"text"},
    "machine": set(),
    "prose": {"text", "machine", "prose"},
    "packs": {"text", "files", "packs"},
    "settings": {"text", "files", "packs"},
    "layers": {"text", "packs", "settings"},
    "files": {"text"},
    "checks": {"text", "prose", "packs", "checks"},
    "lint": {"text", "prose", "packs", "checks", "settings", "layers", "lint"},
    "voice": {"text", "prose", "packs", "settings", "layers", "files", "checks", "lint", "voice"},
    "report": {"text", "prose", "packs", "settings", "checks", "lint", "voice", "report"},
    "lsp": {"text", "prose", "packs", "settings", "layers", "files", "checks", "lint", "voice", "report", "lsp"},
    "cli": {"text", "machine", "prose", "packs", "settings", "layers", "files", "checks", "lint", "voice", "report", "cli"},
    "unmid": {"lint", "settings", "cli"},
}
ONLY_IN = {
    "spacy": {"prose/nlp.py"},
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
    "markdown_it": {"prose"},
    "mdit_py_plugins": {"prose"},
}
FILES = sorted(ROOT.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, ...]]:
    """Every module that a file imports, at any depth, as dotted parts; type-only imports too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield tuple(node.module.split("."))
            yield from ((*node.module.split("."), alias.name) for alias in node.names)


def layer(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    if len(parts) > 1:
        return parts[0]
    return "unmid" if parts[0] in ("__init__.py", "__main__.py") else path.stem


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in FILES])
def test_imports_run_one_way(path: Path) -> None:
    """A module imports from its own layer and those before it."""
    here = layer(path)
    wrong = set()
    for parts in imports(path):
        if parts[0] != "unmid" or len(parts) < 2 or (not (ROOT / parts[1]).exists() and not (ROOT / f"{parts[1]}.py").exists()):
            continue
        # The one way from the command line into the server is `serve`, which imports it when run.
        if parts[1] == "lsp" and path == ROOT / "cli" / "serve.py":
            continue
        if parts[1] not in MAY_IMPORT[here]:
            wrong.add(".".join(parts))
    assert wrong == set()


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in FILES])
def test_libraries_stay_where_they_belong(path: Path) -> None:
    """spaCy is known to one module, the protocol to one package."""
    relative = path.relative_to(ROOT)
    used = {parts[0] for parts in imports(path)}
    for library, places in ONLY_IN.items():
        if library == "spacy" and relative.as_posix() in {
            # For type checkers only.
            "checks/reading.py", "checks/phrase.py", "checks/pattern.py", "lint/engine.py",
        }:
            continue
        if library in used:
            assert relative.as_posix() in places or relative.parts[0] in places


def test_no_splitlines() -> None:
    """Python's idea of a line is not an editor's: only the difference that is shown to people may use it."""
    users = {path.relative_to(ROOT).as_posix() for path in FILES if ".splitlines(" in path.read_text(encoding="utf-8")}

    assert users <= {"cli/check.py", "files.py"}
