"""Where packs come from: the entry-point group `unmid.packs`, ours like anyone's, and folders that settings name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

GROUP = "unmid.packs"


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
