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
from unmid.packs.figures import load_figures
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
USUAL, FIGURES = load_usual(ROOT), load_figures(ROOT)[1]


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
    accepted = proposals(counted, baseline, USUAL, FIGURES)
    return Settings(
        allow=tuple(one.what for one in accepted if one.kind == "phrase"),
        ignore=tuple(one.what for one in accepted if one.kind == "rule"),
        ban={one.what: Ban(max_per_1k=one.per_1k) for one in accepted if one.kind == "ban"},
        baseline=baseline,
    )


def marks(text: str, under: Settings, start: int = 0) -> set[tuple[str, int, int]]:
    """Rule and place of every mark from an offset on."""
    return {(f.rule, f.span.start, f.span.end) for f in check_text(text, settings=under).findings if f.span.start >= start}


def held_out(by_author: dict[str, list[Text]]) -> None:
    """Marks on texts that were not learned from, with their author's pack and without."""
    print("| author | texts | marks per 1,000 words | with own pack | of these bans |")
    print("|---|---|---|---|---|")
    whole = [0, 0, 0, 0]
    for author, own in by_author.items():
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
    print(f"| all | {sum(map(len, by_author.values()))} | {_rate(before, words)} | {_rate(after, words)} | {_rate(banned, words)} |")


def pasted(by_author: dict[str, list[Text]]) -> None:
    """Marks on machine answers pasted after an author's text, that are left under the author's pack."""
    paths = sorted((SHARED / "corpora" / "llm_answers").glob("*.md"))
    paths = paths[:: len(paths) // ANSWERS][:ANSWERS]
    answers = [path.read_text(encoding="utf-8") for path in paths]
    kept = total = 0
    worst = (1.0, "")
    for author, own in by_author.items():
        under, head = settings(own, author), own[0].text + "\n\n"
        here = left = 0
        for answer in answers:
            alone = marks(head + answer, Settings(), len(head))
            here += len(alone)
            left += len(alone & marks(head + answer, under, len(head)))
        worst = min(worst, (left / here, author))
        kept, total = kept + left, total + here
    print(f"\npasted answers: {kept} of {total} marks are left under {len(by_author)} packs ({kept / total:.2%}); fewest {worst[0]:.1%} ({worst[1]})")


def ranks(by_author: dict[str, list[Text]], every: list[Text]) -> None:
    """How often a held-out text is nearer to its author's other texts than another author's text is."""
    near: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for author, own in by_author.items():
        for out in own:
            known = own_rates(learn([one.counted for one in own if one is not out], USUAL, author=author).rates)
            here = drift(out.counted.pieces, known, USUAL.rates).distance
            for other in every:
                if other.author != author:
                    nearer = here < drift(other.counted.pieces, known, USUAL.rates).distance
                    same = other.period == out.period
                    near[author] = [n + m for n, m in zip(near[author], (nearer, 1, nearer and same, same), strict=True)]
    right, pairs, right_same, same = (sum(column) for column in zip(*near.values(), strict=True))
    print(f"\ndrift: own text nearer in {right} of {pairs} pairs ({right / pairs:.1%}); with texts of the same period {right_same / same:.1%}")
    for author, (one, two, three, four) in near.items():
        print(f"  {author}: {one / two:.1%}, same period {three / four:.1%}")


def _rate(count: int, words: int) -> str:
    return f"{1000 * count / words:.2f}"


def main() -> None:
    """Measure and print."""
    every = texts()
    by_author: dict[str, list[Text]] = defaultdict(list)
    for one in every:
        by_author[one.author].append(one)
    known = {author: own for author, own in by_author.items() if len(own) >= LEAST_TEXTS}
    held_out(known)
    pasted(known)
    ranks(known, every)


if __name__ == "__main__":
    main()
