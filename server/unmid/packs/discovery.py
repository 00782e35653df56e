"""Where packs come from: the entry-point group `unmid.packs`, ours like anyone's, and folders for packs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from unmid.packs.author import FILE

GROUP = "unmid.packs"
BUILTIN = "builtin"
"""The pack that is always in force."""
BESIDE = Path(".unmid", "packs")
"""Where a project keeps packs of its authors, in the draft's folder or one above."""
FOLDER_VARIABLE = "UNMID_CONFIG_DIR"
_MOST = 500
"""Packs that are looked for in one folder."""


@cache
def installed() -> Mapping[str, Path]:
    """Installed packs by name, with the folder that holds their rules. A pack that cannot be found is left out.

    Asked once: what is installed does not change under a running program.
    """
    found: dict[str, Path] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        root = _folder(point)
        if root is not None:
            found[point.name] = root
    return MappingProxyType(found)


def _folder(point: EntryPoint) -> Path | None:
    # Packs are data: the module is located, never asked to do anything.
    try:
        root = Path(str(files(point.value)))
    except (ImportError, TypeError):
        return None
    return root if root.is_dir() else None


def personal() -> Path:
    """The folder of this person's own packs. It need not exist."""
    from platformdirs import user_config_path

    named = os.environ.get(FOLDER_VARIABLE)
    return (Path(named) if named else user_config_path("unmid")) / "packs"


def folders(start: Path, root: Path) -> Iterator[Path]:
    """Where the packs of a project's authors may be: beside `start` (a folder), and in its parents up to `root`."""
    for folder in (start, *start.parents):
        yield folder / BESIDE
        if folder == root or root not in folder.parents:
            return


def at_hand(places: tuple[Path, ...]) -> Mapping[str, Path]:
    """Packs by name: those in the folders, of which the first goes before, and installed ones after them."""
    found: dict[str, Path] = {}
    for folder in places:
        for path in sorted(folder.glob("*"))[:_MOST] if folder.is_dir() else ():
            if path.suffix == ".toml" or (path.is_dir() and not path.name.startswith(".")):
                found.setdefault(path.stem if path.suffix == ".toml" else path.name, path)
    return found | {name: path for name, path in installed().items() if name not in found and name != BUILTIN}


def reach(pack: Path, root: Path | None) -> tuple[Path, ...]:
    """The folders in which what a pack extends must lie: the project at `root`, folders of packs, and where it lies itself."""
    return (*([root] if root else []), personal(), *installed().values(), pack if pack.is_dir() else pack.parent)


def packs_in(home: Path, way: Path = Path()) -> Mapping[str, Path]:
    """The packs in a folder below `home`, by the path that names them from there: folders that hold a `pack.toml`, and the
    files of a folder that is for packs."""
    folder = home / way
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*"))[:_MOST] if folder.is_dir() else ():
        if (path.suffix == ".toml" and folder.name == BESIDE.name) or (path / FILE).is_file():
            found[(way / (path.stem if path.suffix == ".toml" else path.name)).as_posix()] = path
    return found
