"""How author packs do on authors of whom there are three texts or more: `make voices`.

Each text in turn is held out; its author's pack is learned from the others, and everything that is proposed is accepted.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

from marked import SHARED
from unmid.checks.delta import drift, own_rates
from unmid.lint.check import check_text
from unmid.lint.ruleset import packs
from unmid.packs.model import Ban
from unmid.packs.usual import load_usual
from unmid.settings import Settings
from unmid.voice.features import Sample, read, sample
from unmid.voice.learn import learn
from unmid.voice.proposals import proposals

LEAST_TEXTS = 3
ANSWERS = 40
BAN = "voice/pet-word"
ROOT = packs(Settings())[0].path
USUAL = load_usual(ROOT)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an author, as it is and counted."""

    author: str
    period: str
    text: str
    counted: Sample


def texts() -> list[Text]:
    """All essays."""
    folder = SHARED / "corpora" / "human_essays"
    sources = [json.loads(line) for line in (folder / "sources.jsonl").read_text(encoding="utf-8").split("\n") if line]
    found = []
    for source in sources:
        text = (folder / source["file"]).read_text(encoding="utf-8")
        found.append(Text(source["author"], source["file"].split("__")[0], text, sample(read(text))))
    return found


def settings(learned: list[Text], author: str) -> Settings:
    """What an author's pack says who accepts everything that is proposed."""
    counted = [one.counted for one in learned]
    baseline = learn(counted, USUAL, author=author)
    accepted = proposals(counted, baseline, USUAL)
    return Settings(
        allow=tuple(one.what for one in accepted if one.kind == "phrase"),
        ignore=tuple(one.what for one in accepted if one.kind == "rule"),
        ban={one.what: Ban(max_per_1k=one.per_1k) for one in accepted if one.kind == "ban"},
        baseline=baseline,
    )


def marks(text: str, under: Settings, start: int = 0) -> set[tuple[str, int, int]]:
    """Rule and place of every mark from an offset on."""
    return {(f.rule, f.span.start, f.span.end) for f in check_text(text, settings=under).findings if f.span.start >= start}


def held_out(known: dict[str, list[Text]]) -> None:
    """Marks on texts that were not learned from, with their author's pack and without."""
    print("| author | texts | marks per 1,000 words | with own pack | of these bans |")
    print("|---|---|---|---|---|")
    whole = [0, 0, 0, 0]
    for author, own in known.items():
        words = before = after = banned = 0
        for out in own:
            under = settings([one for one in own if one is not out], author)
            found = marks(out.text, under)
            words += out.counted.words
            before += len(marks(out.text, Settings()))
            after += len(found)
            banned += sum(rule == BAN for rule, _, _ in found)
        whole = [total + part for total, part in zip(whole, (words, before, after, banned), strict=True)]
        print(f"| {author} | {len(own)} | {_rate(before, words)} | {_rate(after, words)} | {_rate(banned, words)} |")
    words, before, after, banned = whole
    print(f"| all | {sum(map(len, known.values()))} | {_rate(before, words)} | {_rate(after, words)} | {_rate(banned, words)} |")


def answers(count: int = ANSWERS) -> list[str]:
    """Machine answers, taken at equal distances."""
    paths = sorted((SHARED / "corpora" / "llm_answers").glob("*.md"))
    return [path.read_text(encoding="utf-8") for path in paths[:: len(paths) // count][:count]]


def pasted(own: list[Text], machine: list[str]) -> tuple[int, int]:
    """Marks on machine answers pasted after an author's text: those left under the author's pack, and all."""
    under, head = settings(own, own[0].author), own[0].text + "\n\n"
    left = total = 0
    for answer in machine:
        alone = marks(head + answer, Settings(), len(head))
        total += len(alone)
        left += len(alone & marks(head + answer, under, len(head)))
    return left, total


def nearer(own: list[Text], others: list[Text]) -> list[tuple[bool, bool]]:
    """For each held-out text and each text of another author: whether the held-out one is nearer to its author's other
    texts, and whether both are of one period."""
    found = []
    for out in own:
        known = own_rates(learn([one.counted for one in own if one is not out], USUAL, author=out.author).rates)
        here = drift(out.counted.pieces, known, USUAL.rates).distance
        for other in others:
            if other.author != out.author:
                there = drift(other.counted.pieces, known, USUAL.rates).distance
                found.append((here < there, other.period == out.period))
    return found


def _ranks(pairs: list[tuple[bool, bool]]) -> str:
    same = [right for right, alike in pairs if alike]
    right = sum(right for right, _ in pairs)
    return f"{right / len(pairs):.1%} of {len(pairs)} pairs; {sum(same) / len(same):.1%} of {len(same)} within the period"


def _rate(count: int, words: int) -> str:
    return f"{1000 * count / words:.2f}"


def by_author(every: list[Text]) -> dict[str, list[Text]]:
    """The texts of authors who have enough of them."""
    found: dict[str, list[Text]] = defaultdict(list)
    for one in every:
        found[one.author].append(one)
    return {author: own for author, own in found.items() if len(own) >= LEAST_TEXTS}


def main() -> None:
    """Measure and print."""
    every = texts()
    known = by_author(every)
    held_out(known)
    machine = answers()
    kept = {author: pasted(own, machine) for author, own in known.items()}
    print(f"\nMarks of {len(machine)} machine answers that are left when they are pasted into a text under its author's pack:")
    for author, (left, total) in kept.items():
        print(f"  {author}: {left} of {total}")
    left, total = (sum(column) for column in zip(*kept.values(), strict=True))
    print(f"  all: {left} of {total} ({left / total:.2%})")
    pairs = {author: nearer(own, every) for author, own in known.items()}
    print("\nA held-out text is nearer to its author than another's text is:")
    for author, found in pairs.items():
        print(f"  {author}: {_ranks(found)}")
    print(f"  all: {_ranks([pair for found in pairs.values() for pair in found])}")


if __name__ == "__main__":
    main()
