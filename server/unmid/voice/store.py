"""Write what was learned into an author's pack, `[meta]` and `[baseline]` and nothing else; and what they say to proposals."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from unmid.packs.edit import allow_rule, ban_word, editing, keep_phrase, note_refusal
from unmid.packs.model import Ban, Baseline, alike
from unmid.voice.proposals import Proposal


def save(path: Path, baseline: Baseline, again: bool = False) -> None:
    """Put a baseline in the place of what was learned before; all else stays as it is. Raises EditError.

    `again` forgets what was refused.
    """
    import tomlkit

    with editing(path) as document:
        meta = document.setdefault("meta", tomlkit.table())
        known = {"words": baseline.words, "texts": baseline.texts, "genres": [*baseline.genres], "learned": baseline.learned}
        for key, value in {**known, "sources": [*baseline.sources]}.items():
            meta[key] = value
        meta.setdefault("author", baseline.author)
        if again:
            meta.pop("refused", None)
        rates: Any = document.setdefault("baseline", tomlkit.table())
        for name in [*rates]:
            del rates[name]
        for name, rate in sorted(baseline.rates.items()):
            row = tomlkit.inline_table()
            row.update(asdict(rate))
            rates[name] = row


def accept(path: Path, proposal: Proposal) -> bool:
    """Put a proposal that its author accepted into their pack. Whether that changed it. Raises EditError."""
    match proposal.kind:
        case "phrase":
            return keep_phrase(path, proposal.what)
        case "rule":
            return allow_rule(path, proposal.what)
        case _:
            return ban_word(path, proposal.what, Ban(max_per_1k=proposal.per_1k, say="more than you usually do"))


def refuse(path: Path, proposal: Proposal) -> bool:
    """Remember that an author does not want a proposal, so that they are not asked again. Whether that changed the pack. Raises EditError."""
    return note_refusal(path, mark(proposal))


def mark(proposal: Proposal) -> str:
    """What is remembered of a proposal that was refused: a hash, since the words are the author's."""
    said = f"{proposal.verb} {alike(proposal.what)}"
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
