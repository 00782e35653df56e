"""Turn a rule off in a project: the smallest change to its configuration file that does it."""

from __future__ import annotations

from pathlib import Path

from unmid.settings import FILE, find


def file_for(path: Path | None, root: Path | None) -> Path | None:
    """The configuration file to change for a draft: the nearest, else a new one in the workspace or beside the draft."""
    start = path or root
    if start is None:
        return None
    folder = root if root and (path is None or path.is_relative_to(root)) else start.parent
    return find(start) or folder / FILE


def turn_off(file: Path, rule: str) -> None:
    """Write `rule` into the `ignore` list of a configuration file; all else stays as it is. Raises EditError."""
    # Imported when used: the start of the server should not wait for them.
    import tomlkit

    from unmid.packs.edit import EditError, editing

    with editing(file, head="") as document:
        try:
            table = document
            if file.name == "pyproject.toml":
                tool = document.setdefault("tool", tomlkit.table(is_super_table=True))
                table = tool.setdefault("unmid", tomlkit.table())
            ignored = table.setdefault("ignore", tomlkit.array())
        except (AttributeError, TypeError) as error:
            raise EditError(f"{file}: [tool.unmid] is not a table; mend it first") from error
        if not isinstance(ignored, list):
            raise EditError(f"{file}: ignore is not an array; mend it first")
        if rule not in ignored:
            ignored.append(rule)
