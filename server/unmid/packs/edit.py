"""Change a pack file: the smallest change that does it. Comments and order stay, and two editors at once lose nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unmid.files import Unreadable, write_text
from unmid.packs.author import FILE
from unmid.packs.model import Ban, alike

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

HEAD = """\
# How unmid is to judge what one author writes. Yours to change by hand: comments and order are kept.
# [allow] rules and phrases, [ban], [limits], [severity], [genre.NAME], [[rule]] and extends say what holds for you.
# [meta] and [baseline] are written by `unmid voice learn`: how often you do a thing, never your words.
"""
WAIT = 10
"""Seconds to wait for another program that changes the same file."""


class EditError(ValueError):
    """The file is not one that can be changed safely; the message is a sentence that says what to do."""


def keep_phrase(path: Path, phrase: str) -> bool:
    """Allow a phrase in the pack at `path`, which bans it no more. Whether that changed it. Raises EditError."""
    phrase = " ".join(phrase.split())
    with editing(path) as document:
        banned = _without(document.get("ban"), phrase)
        return _append(path, _table(path, document, "allow"), "phrases", phrase) or banned


def allow_rule(path: Path, rule: str) -> bool:
    """Allow what a rule marks. Whether that changed the pack. Raises EditError."""
    with editing(path) as document:
        return _append(path, _table(path, document, "allow"), "rules", rule)


def ban_word(path: Path, word: str, ban: Ban) -> bool:
    """Ban a word, or change how it is banned; the pack allows it no more. Whether that changed it. Raises EditError."""
    import tomlkit

    word = " ".join(word.split())
    values = {"max": ban.max, "max_per_1k": ban.max_per_1k, "say": ban.say or None}
    with editing(path) as document:
        allow = document.get("allow")
        kept = _without(allow.get("phrases") if isinstance(allow, dict) else None, word)
        table = _table(path, document, "ban")
        wanted = {key: value for key, value in values.items() if value is not None} or {"max": 0}
        known = next((key for key in table if key.casefold() == word.casefold()), word)
        if table.get(known) == wanted:
            return kept
        inline = tomlkit.inline_table()
        inline.update(wanted)
        table[known] = inline
        return True


def note_refusal(path: Path, mark: str) -> bool:
    """Note the hash of a proposal that its author refused. Whether that changed the pack. Raises EditError."""
    with editing(path) as document:
        return _append(path, _table(path, document, "meta"), "refused", mark)


@contextmanager
def editing(path: Path, head: str = HEAD) -> Iterator[TOMLDocument]:
    """The pack file at `path`, or the `pack.toml` of a folder, to be changed in place and written whole at the end.

    A file that is missing begins with `head`, a comment on what it is for. Nothing is written if nothing changes or anything is
    raised. Raises EditError.
    """
    # Imported when used: the start of the server should not wait for them.
    import tomlkit
    from filelock import FileLock, Timeout
    from tomlkit.exceptions import TOMLKitError

    file = path / FILE if path.is_dir() else path
    try:
        with FileLock(_lock(file), timeout=WAIT):
            source = file.read_bytes().decode("utf-8") if file.exists() else head
            # A byte order mark is no TOML to tomlkit, and may be something to the editor that wrote it.
            mark = "\ufeff" if source.startswith("\ufeff") else ""
            document = tomlkit.parse(source.removeprefix(mark))
            yield document
            text = mark + tomlkit.dumps(document)
            if text != source:
                file.parent.mkdir(parents=True, exist_ok=True)
                write_text(file, text)
    except Timeout as error:
        raise EditError(f"{file}: is being changed by another program; try again") from error
    except UnicodeDecodeError as error:
        raise EditError(f"{file}: is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise EditError(f"{file}: cannot be changed: {error.strerror}") from error
    except Unreadable as error:
        raise EditError(str(error)) from error
    except TOMLKitError as error:
        raise EditError(f"{file}: is not valid TOML, so it cannot be changed; mend it first: {error}") from error


def _lock(file: Path) -> Path:
    """Where programs meet that want to change a file: not beside it, where the lock would be left lying."""
    from platformdirs import user_state_path

    digest = hashlib.blake2b(str(file.resolve()).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return user_state_path("unmid", ensure_exists=True) / f"{digest}.lock"


def _table(path: Path, document: Any, name: str) -> Any:
    import tomlkit

    table = document.setdefault(name, tomlkit.table())
    if not isinstance(table, dict):
        raise EditError(f"{path}: {name} is not a table; mend it first")
    return table


def _append(path: Path, table: Any, key: str, item: str) -> bool:
    import tomlkit

    if not item:
        return False
    if key not in table:
        table[key] = tomlkit.array().multiline(True)
    items = table[key]
    if not isinstance(items, list):
        raise EditError(f"{path}: {key} is not an array; mend it first")
    if any(isinstance(known, str) and known.casefold() == item.casefold() for known in items):
        return False
    items.append(item)
    return True


def _without(held: Any, phrase: str) -> bool:
    """Take a phrase, in any case, out of an array or a table; whether it was there. What has another form is let be."""
    if not isinstance(held, list | dict):
        return False
    ways = [*held] if isinstance(held, dict) else range(len(held))
    found = [way for way, said in zip(ways, held, strict=True) if isinstance(said, str) and alike(said) == alike(phrase)]
    for way in reversed(found):
        del held[way]
    return bool(found)
