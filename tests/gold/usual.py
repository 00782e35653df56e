"""Write what is usual, which `unmid voice` compares an author with: `make usual`."""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from marked import SHARED
from unmid.checks.delta import PREFIX
from unmid.checks.habits import MEASURED
from unmid.lint.ruleset import packs
from unmid.packs.usual import FILE, Usual, dump_usual
from unmid.settings import Settings
from unmid.voice.features import LEAST, Sample, read, sample
from unmid.voice.profile import rates, spread
from unmid.voice.terms import LONGEST

SMALL_WORDS = 150
_PRONOUNS = (
    "i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its "
    "itself they them their theirs themselves it's i'm i've i'll i'd you're they're we're he's she's"
)
PRONOUNS = frozenset(_PRONOUNS.split())
LEAST_HITS, LEAST_TEXTS = 6, 4
"""Hits, and texts that hold it, below which a word's rate says nothing."""
ABOUT = (
    "Habits, rules and small words: 71 acclaimed essays by 30-odd authors, 69,000 words; words and phrases: the same "
    "and an English treebank of web texts, 294,000 words; answers: 232 of 34 assistants, 67,000 words."
)
STOCK_ANSWERS = 2
"""Answers that hold a marked phrase which is stock."""


def essays() -> list[Sample]:
    """The essays, counted; those too short to show a habit are left out."""
    paths = sorted((SHARED / "corpora" / "human_essays").glob("*.md"))
    return [one for one in (sample(read(path.read_text(encoding="utf-8"))) for path in paths) if one.words >= LEAST]


def answers() -> list[Sample]:
    """Answers of assistants, counted."""
    paths = sorted((SHARED / "corpora" / "llm_answers").glob("*.md"))
    return [sample(read(path.read_text(encoding="utf-8"))) for path in paths]


def of_answers(found: list[Sample]) -> tuple[dict[str, float], frozenset[str]]:
    """The rates of habits and rules in answers, and the short phrases that rules mark in several of them."""
    means = {name: rate.mean for name, rate in rates(found, {}).items() if name not in MEASURED and "distance" not in name and rate.n}
    held = Counter(words for one in found for words in {words for _, words in one.marks})
    stock = (words for words, count in held.items() if count >= STOCK_ANSWERS and len(words.split()) <= LONGEST)
    return means, frozenset(stock)


def treebank() -> list[list[list[str]]]:
    """The treebank's sentences, each as the rows of its tokens."""
    blocks: list[str] = []
    for path in sorted((SHARED / "treebank").glob("*.conllu.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            blocks += stream.read().split("\n\n")
    rows = [[line.split("\t") for line in block.split("\n") if line[:1].isdigit()] for block in blocks]
    return [[row for row in sentence if row[0].isdigit()] for sentence in rows if sentence]


def web_texts(sentences: list[list[list[str]]]) -> Iterator[Sample]:
    """The treebank's sentences, counted, a hundred at a time."""
    lines = ["".join(row[1] + ("" if "SpaceAfter=No" in row[9] else " ") for row in rows).strip() for rows in sentences]
    for start in range(0, len(lines), 100):
        yield sample(read("\n\n".join(lines[start : start + 100]), "a.txt"))


def word_classes(sentences: list[list[list[str]]]) -> dict[str, str]:
    """The part of speech that each word of the treebank has most often."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for rows in sentences:
        for row in rows:
            counts[row[1].lower()][row[3]] += 1
    return {word: tags.most_common(1)[0][0] for word, tags in counts.items()}


def usual(samples: list[Sample], more: list[Sample], tags: Mapping[str, str]) -> Usual:
    """General usage, as `samples` show it, and `more` for the rates of words.

    Of single words those are kept that are no matter of subject: adjectives, adverbs, exclamations, by `tags`.
    """
    wholes = [sum(one.pieces, Counter()) for one in samples]
    held = Counter(word for words in wholes for word in words)
    total = sum(wholes, Counter())
    small = [word for word, _ in total.most_common() if word not in PRONOUNS and held[word] >= 0.3 * len(samples)][:SMALL_WORDS]
    weights = [words.total() for words in wholes]
    figures = {
        PREFIX + word: spread([1000 * words[word] / words.total() for words in wholes], weights, None, 0) for word in small
    }
    figures |= {name: rate for name, rate in rates(samples, {}).items() if rate.n and "distance" not in name}
    held = [Counter(term for sentence in one.terms.values() for term in sentence) for one in (*samples, *more)]
    terms, texts = sum(held, Counter()), Counter(term for one in held for term in one)
    words = sum(one.words for one in (*samples, *more))
    common = {
        term: round(1_000_000 * count / words)
        for term, count in terms.items()
        if count >= LEAST_HITS and texts[term] >= LEAST_TEXTS and (" " in term or tags.get(term) in ("ADJ", "ADV", "INTJ"))
    }
    return Usual(ABOUT, figures, common, round(1_000_000 * (LEAST_HITS - 1) / words))


def main() -> None:
    """Count, write, and say how much."""
    (builtin,) = packs(Settings())
    sentences = treebank()
    found = usual(essays(), list(web_texts(sentences)), word_classes(sentences))
    rates_, stock = of_answers(answers())
    found = replace(found, answers=rates_, stock=stock)
    (builtin.path / FILE).write_text(dump_usual(found), encoding="utf-8")
    print(f"{len(found.rates)} rates, {len(found.terms)} words and phrases; {len(stock)} stock phrases of answers")


if __name__ == "__main__":
    main()
