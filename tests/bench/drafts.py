"""Drafts to measure with: Markdown of any length, the same on every machine, no two paragraphs alike."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

_THINGS: Final = (
    "winch", "tiller", "slipway", "boathouse", "ledger", "kiln", "oven", "greenhouse", "lock gate", "ferry", "mill",
    "orchard", "signal box", "clock", "cellar", "bakery", "quarry", "weir", "lighthouse", "printing press", "loom", "hive",
)  # fmt: skip
_PEOPLE: Final = (
    "Marta", "the ferryman", "my aunt", "the apprentice", "Mr Oduya", "the night porter", "Ilse", "the surveyor",
    "our neighbour", "the cook", "Tomasz", "the archivist", "the harbour master", "Wen", "the glazier",
)  # fmt: skip
_DEEDS: Final = (
    "repaired", "painted", "measured", "sold", "borrowed", "flooded", "emptied", "rebuilt", "ignored", "inspected",
    "weighed", "dismantled", "locked", "described", "photographed", "lost",
)  # fmt: skip
_TIMES: Final = (
    "before the frost", "on a Tuesday", "in the second winter", "after the flood", "at low tide", "without asking",
    "twice in March", "by candlelight", "for eleven years", "against advice", "during the strike", "at noon",
)  # fmt: skip

_CLEAN: Final = (
    "{who} {did} the {thing} {when}.",
    "Nobody had {did} a {thing} like that {when}, so {who} kept the receipt.",
    "The {thing} cost {n} crowns, and {who} paid it in coins.",
    "{who} wrote “{n} nails, two hinges” on the back of the {thing} and went home.",
    "It rained for {n} days; the {thing} held.",
    "I asked {who} about the {thing}, and the answer was a shrug.",
    "Where the {thing} stood there is now a car park with {n} bays.",
    "{who} says the {thing} was never {did} at all, which the log contradicts.",
    "The second {thing} arrived {when} with a bent axle and no key.",
    "We {did} the {thing}, ate {n} pears, and slept in the loft.",
    "A {thing} forgives a bad carpenter once—not twice—as {who} found out {when}.",
    "Ask {who}: the [{thing}](https://example.org/{n}) has *always* leaned to the left.",
)
_FAULTY: Final = (
    "It is important to note that the {thing} was {did} {when}.",
    "In order to understand the {thing}, we need to delve into what {who} {did}.",
    "The {thing} could potentially be seen as a testament to what {who} {did}.",
    "At the end of the day, it really depends on how {who} {did} the {thing}.",
    "It's not just a {thing}, it's a way of life.",
    "Some might argue that the {thing} was arguably {did} {when}.",
    "There are many factors to consider when it comes to the {thing}.",
    "Overall, the {thing} plays a crucial role in what {who} {did} {when}.",
    "Needless to say, {who} basically {did} the {thing} due to the fact that it rained.",
    "Ultimately, both the {thing} and {who} have their own pros and cons.",
)
_LABELS: Final = ("Cost", "Weight", "Access", "Upkeep", "Noise", "Light", "Age", "Risk", "Reach", "Price")
_FAULTS: Final = 6
"""One sentence in so many is faulty."""


def draft(words: int, seed: int = 7) -> str:
    """A draft of at least so many words, by their white space, with one line end at the end."""
    chance = Random(seed)
    parts = ["---\ntitle: The yard\ngenre: essay\n---", "# The yard"]
    count = 2
    for part in _parts(chance):
        parts.append(part)
        count += len(part.split())
        if count >= words:
            break
    return "\n\n".join(parts) + "\n"


def page(chance: Random) -> str:
    """Some 300 words to paste, blank lines around them."""
    paragraphs = [_paragraph(chance) for _ in range(5)]
    return "\n\n" + "\n\n".join([*paragraphs[:3], _list(chance), *paragraphs[3:]]) + "\n\n"


def sentence(chance: Random) -> str:
    """One sentence, now and then a faulty one."""
    template = chance.choice(_FAULTY if chance.randrange(_FAULTS) == 0 else _CLEAN)
    words = template.format(
        who=chance.choice(_PEOPLE), did=chance.choice(_DEEDS), thing=chance.choice(_THINGS), when=chance.choice(_TIMES),
        n=chance.randrange(2, 90_000),
    )  # fmt: skip
    return words[0].upper() + words[1:]


def _parts(chance: Random) -> Iterator[str]:
    """Headings, paragraphs and what else a draft holds, without end."""
    while True:
        yield f"## {chance.choice(_THINGS).capitalize()}, {chance.choice(_TIMES)}"
        for _ in range(chance.randrange(3, 7)):
            yield _paragraph(chance)
        match chance.randrange(6):
            case 0 | 1:
                yield _list(chance)
            case 2:
                yield "> " + _paragraph(chance)
            case 3:
                yield f"```sh\nweigh --thing {chance.randrange(900)} | sort\n```"
            case 4:
                rows = "\n".join(f"| {chance.choice(_THINGS)} | {chance.randrange(900)} |" for _ in range(3))
                yield f"| Thing | Crowns |\n|---|---|\n{rows}"
            case _:
                yield _paragraph(chance)


def _paragraph(chance: Random) -> str:
    """Three to seven sentences, hard-wrapped now and then."""
    sentences = [sentence(chance) for _ in range(chance.randrange(3, 8))]
    return ("\n" if chance.randrange(3) == 0 else " ").join(sentences)


def _list(chance: Random) -> str:
    labels = chance.sample(_LABELS, chance.randrange(3, 6))
    if chance.randrange(2):
        return "\n".join(f"- **{label}:** {sentence(chance)}" for label in labels)
    return "\n".join(f"{number}. {sentence(chance)}" for number, _ in enumerate(labels, 1))
