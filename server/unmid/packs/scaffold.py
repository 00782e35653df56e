"""Begin a pack: a folder with a rule to start from, or a whole project that can be published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template

from unmid.packs.author import FILE
from unmid.packs.discovery import installed

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_RULE = Path("filler", "meeting-talk.toml")
_TEMPLATES = files("unmid.packs") / "template"


class ScaffoldError(ValueError):
    """A pack that cannot be begun, in one sentence."""


def begin(name: str, folder: Path, python: bool, version: str) -> tuple[Path, ...]:
    """Write a new pack into `folder`/`name` and give its files. Raises ScaffoldError, and OSError where nothing can be written.

    With `python` it is a project whose wheel brings the pack to whoever installs it beside unmid `version`.
    """
    if not _NAME.fullmatch(name):
        raise ScaffoldError(f"“{name}” cannot be a pack's name; use lower case, digits and single hyphens")
    if name in installed():
        raise ScaffoldError(f"there is a pack “{name}” already, in {installed()[name]}")
    root = folder / name
    if root.exists():
        raise ScaffoldError(f"{root} exists already")
    words = {"name": name, "module": f"unmid_{name.replace('-', '_')}", "version": version}
    written = []
    for path, template in _plan(words["module"]) if python else _pack(Path()):
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(template).safe_substitute(words), encoding="utf-8")
        written.append(target)
    return tuple(written)


def _pack(at: Path) -> Iterator[tuple[Path, str]]:
    yield at / FILE, _TEMPLATES.joinpath("pack.toml").read_text(encoding="utf-8")
    yield at / _RULE, _TEMPLATES.joinpath("rule.toml").read_text(encoding="utf-8")


def _plan(module: str) -> Iterator[tuple[Path, str]]:
    yield from _pack(Path("src", module))
    yield Path("src", module, "__init__.py"), '"""A pack of rules for unmid: data only."""\n'
    for path, template in (("pyproject.toml", "project.toml"), ("README.md", "README.md"), ("tests/test_pack.py", "test_pack.txt")):
        yield Path(path), _TEMPLATES.joinpath("python", template).read_text(encoding="utf-8")
