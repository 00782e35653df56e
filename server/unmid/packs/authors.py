"""Who is writing: the author that is named, or the one whose pack holds the git user's email."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from unmid.packs.discovery import installed, personal
from unmid.packs.sources import Packs, located

_NAME = re.compile(r"[^\W_][\w .@+-]*")
"""What may be a pack's name, and so part of a path."""
_GIT_SECONDS = 2


def pack_for(author: str, at_hand: Mapping[str, Path], packs: Packs) -> tuple[str, Path | None]:
    """The name and place of an author's pack: the one called so, or else one that says so in `[meta] author`."""
    wanted = author.casefold()
    for name, path in at_hand.items():
        if name.casefold() == wanted:
            return name, path
    for name, path in at_hand.items():
        if packs.read(path, name).author.casefold() == wanted:
            return name, path
    return author, None


def of_people(at_hand: Mapping[str, Path], packs: Packs, used: Iterable[Path] = ()) -> Mapping[str, Path]:
    """The packs at hand that are an author's, by name; the others are styles.

    An author's are those that say whose they are or hold what was learned; and of those that were not installed, all that
    no other extends and that are not `used` by settings: they lie where authors keep theirs.
    """
    read = {name: packs.read(path, name) for name, path in at_hand.items()}
    bases = (located(wanted, pack.file.parent) for pack in read.values() for wanted in pack.extends)
    styles = {path.resolve() for path in (*installed().values(), *used, *bases) if path}
    return {
        name: path
        for name, path in at_hand.items()
        if read[name].author or read[name].emails or read[name].baseline or path.resolve() not in styles
    }


def pack_of_email(email: str, at_hand: Mapping[str, Path], packs: Packs) -> str:
    """The name of the pack whose author has this email, or nothing."""
    wanted = email.casefold()
    return next((name for name, path in at_hand.items() if wanted in map(str.casefold, packs.read(path, name).emails)), "")


def any_email(at_hand: Mapping[str, Path], packs: Packs) -> bool:
    """Whether any pack at hand can be chosen by email."""
    return any(packs.read(path, name).emails for name, path in at_hand.items())


@lru_cache(maxsize=256)
def git_email(folder: Path | None) -> str:
    """The email of the git user in a folder, or in general; nothing without git. Asked once a folder."""
    where = ["--global"] if folder is None else []
    try:
        done = subprocess.run(
            ["git", "config", *where, "--get", "user.email"],
            cwd=folder, capture_output=True, timeout=_GIT_SECONDS, check=False, stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def home_of(author: str, path: Path | None) -> Path | None:
    """The file that what an author keeps is written to; None where there is none that may be written.

    An author without a pack has it among their personal ones.
    """
    if path is None:
        return personal() / f"{author}.toml" if _NAME.fullmatch(author) else None
    return None if path in installed().values() else path
