"""Turn a rule off in a project: the smallest change to its configuration file that does it."""

from __future__ import annotations

from pathlib import Path

from unmid.settings import FILE, find


class EditError(ValueError):
    """The file is not one that can be changed safely; the message says what to do by hand."""


def file_for(path: Path | None, root: Path | None) -> Path | None:
    """The configuration file to change for a draft: the nearest, else a new one in the workspace or beside the draft."""
    start = path or root
    if start is None:
        return None
    folder = root if root and (path is None or path.is_relative_to(root)) else start.parent
    return find(start) or folder / FILE


def turn_off(file: Path, rule: str) -> None:
    """Write `rule` into the `ignore` list of a configuration file. Raises EditError."""
    # Imported when used, here and below: the start of the server should not wait for them.
    from unmid.files import Unreadable, read_text, write_text

    try:
        source = read_text(file) if file.exists() else ""
        write_text(file, ignoring(source, rule, pyproject=file.name == "pyproject.toml"))
    except Unreadable as error:
        raise EditError(str(error)) from error


def ignoring(source: str, rule: str, pyproject: bool = False) -> str:
    """A configuration that ignores `rule`; all else, comments included, stays as it is. Raises EditError."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(source)
        table = document
        if pyproject:
            tool = document.setdefault("tool", tomlkit.table(is_super_table=True))
            table = tool.setdefault("unmid", tomlkit.table())
        ignored = table.setdefault("ignore", tomlkit.array())
        if not isinstance(ignored, list):
            raise EditError("`ignore` is not a list")
        if rule in ignored:
            return source
        ignored.append(rule)
        return tomlkit.dumps(document)
    except (TOMLKitError, AttributeError, TypeError) as error:
        raise EditError(f"the file cannot be changed: {error}") from error
