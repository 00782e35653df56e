"""What is proposed: phrases that come back, rules about a habit, words that are a tic. Each only from several texts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from unmid.packs.model import Rate
from unmid.packs.usual import Usual
from unmid.voice.features import Sample, read, sample
from unmid.voice.learn import learn
from unmid.voice.proposals import Proposal, proposals, quirks

USUAL = Usual(
    rates={"punct.dash": Rate(2, 1, 0, 2, 4, 60), "open.but": Rate(1, 1, 0, 1, 2, 60), "hedge/i-think": Rate(0.2, 1, 0, 0, 1, 9)},
    terms={"frankly": 20, "lovely": 900, "end": 300},
    floor=18,
)


def text(number: int, *, marks: dict[tuple[str, str], int] | None = None, terms: dict[str, int] | None = None, **rates: float) -> Sample:
    """A counted text of 2,000 words."""
    sentences = {f"{number}-{n}": (term,) for n, term in enumerate(Counter(terms or {}).elements())}
    return Sample(2000, {name.replace("__", "/").replace("_", "."): rate for name, rate in rates.items()}, (Counter(),), Counter(marks or {}), sentences, f"{number:08x}")


def proposed(texts: list[Sample], usual: Usual = USUAL) -> list[tuple[str, str]]:
    return [(one.kind, one.what) for one in proposals(texts, learn(texts, usual, author="ana"), usual)]


def test_phrases() -> None:
    """A marked phrase in 15 texts of a hundred, and in two at least; once in one text is chance."""
    one, two = ("filler/windup", "frankly,"), ("hedge/i-think", "i think")
    texts = [text(n, marks={one: 2} if n < 2 else {two: 5} if n == 2 else {}) for n in range(10)]

    assert proposed(texts) == [("phrase", "frankly,")]
    assert proposed([*texts, *(text(n) for n in range(10, 20))]) == []
    assert proposals(texts, learn(texts, USUAL, author="ana"), USUAL)[0] == Proposal(
        "phrase", "frankly,", "you wrote it 4 times, in 2 of 10 texts; filler/windup marks it"
    )


def test_whole_sentences_are_no_phrases() -> None:
    """A sentence that comes back is no habit of words."""
    long = ("filler/platitude", "the end of the day comes to all of us")

    assert proposed([text(n, marks={long: 1}) for n in range(5)]) == []


def test_phrases_of_a_habit() -> None:
    """Where an author does what a rule marks twice as often as others, in two texts of five, its phrases are proposed each.

    Not those that stand once: pasted text would lose its marks for the sake of one slip.
    """
    mark, slip = ("hedge/i-think", "i do think"), ("hedge/i-think", "i suspect")
    texts = [text(n, hedge__i_think=0.0, marks={mark: 2, slip: 1} if n == 0 else {}) for n in range(5)]
    bent = [replace(one, rates={"hedge/i-think": 1.5} if n < 2 else {}) for n, one in enumerate(texts)]
    less = [replace(one, rates={"hedge/i-think": 1.2} if n < 2 else {}) for n, one in enumerate(texts)]

    assert proposed(texts) == proposed(less) == proposed([*bent[1:], texts[0]]) == []
    assert proposed(bent) == [("phrase", "i do think")]


def test_what_answers_of_assistants_hold_is_no_quirk() -> None:
    """No phrase that they hold or that has one of theirs inside it, no rule that they break, no softener that they use as often."""
    marks = {("hedge/i-think", "i think"): 3, ("hedge/i-think", "i think so"): 3, ("hedge/i-think", "i thinker"): 3}
    texts = [text(n, **{"hedge/i-think": 3.0, "soft.fairly": 2.0}, marks=marks) for n in range(5)]
    stock = replace(USUAL, stock=frozenset(["i think", "so"]))

    assert proposed(texts) == [*(("phrase", what) for what in ("fairly", "i think", "i think so", "i thinker")), ("rule", "hedge/i-think")]
    assert proposed(texts, stock) == [("phrase", "fairly"), ("phrase", "i thinker"), ("rule", "hedge/i-think")]
    assert proposed(texts, replace(stock, answers={"hedge/i-think": 0.25, "soft.fairly": 0.6})) == [("phrase", "i thinker")]
    assert proposed(texts, replace(stock, answers={"hedge/i-think": 0.2, "soft.fairly": 0.4}))[0] == ("phrase", "fairly")


def test_rules_of_a_habit() -> None:
    """A rule is proposed where its subject is a quirk."""
    openers = [text(n, open_but=9.0) for n in range(5)]

    assert quirks(learn(openers, USUAL, author="ana"), USUAL) == ("open.but",)
    assert proposed(openers) == [("rule", "rhythm/same-opener")]


def test_softeners_and_their_turns() -> None:
    """What an author turns down by habit is theirs, and is not banned; so are the words that it often stands before."""
    terms = {"fairly": 4, "bit cringe": 2, "lovely bit": 2}
    terms |= {"fairly lovely": 1}
    texts = [text(n, **{"soft.fairly": 2.5, "soft.a bit": 1.0}, terms=terms) for n in range(5)]
    usual = replace(USUAL, terms={**USUAL.terms, "fairly": 40})

    assert proposed(texts, usual) == [("phrase", "a bit"), ("phrase", "fairly"), ("phrase", "a bit cringe"), ("ban", "lovely bit")]
    assert proposals(texts, learn(texts, usual, author="ana"), usual)[1].why == "1.7 in 1,000 words of yours; in 5 of 5 texts"


def test_quirks_need_three_times_the_usual_rate_in_most_texts() -> None:
    """And the usual rate weighs as much as five thousand words."""
    assert quirks(learn([text(n, punct_dash=10.0) for n in range(5)], USUAL, author="ana"), USUAL) == ("punct.dash",)
    assert quirks(learn([text(n, punct_dash=7.9) for n in range(5)], USUAL, author="ana"), USUAL) == ()
    assert quirks(learn([text(n, punct_dash=40.0 if n < 2 else 0) for n in range(5)], USUAL, author="ana"), USUAL) == ()


def test_tics() -> None:
    """A word or phrase at five times the usual rate in two texts of five; the ban leaves what is usual for the author."""
    texts = [text(n, terms={"frankly": n + 1, "lovely": 2, "pump": 9, "end of the day": 1, "rotary pump": 3}) for n in range(5)]
    (one, two) = proposals(texts, learn(texts, USUAL, author="ana"), USUAL)

    assert (one.kind, one.what, one.per_1k) == ("ban", "frankly", 2.3)
    assert one.why == "1.5 in 1,000 words of yours, 0.02 or less elsewhere; in 5 of 5 texts"
    assert (two.kind, two.what) == ("ban", "end of the day")


def test_what_is_settled_makes_room() -> None:
    """Of twenty tics twelve are proposed; who has refused those hears of the others. Part of a quirk is no tic."""
    names = [f"frankly {name}" for name in "abcdefghijklmnopqrst"]
    texts = [text(n, terms={**dict.fromkeys(names, 2), "lovely": 2}) for n in range(5)]
    baseline = learn(texts, USUAL, author="ana")
    first = proposals(texts, baseline, USUAL)
    second = proposals(texts, baseline, USUAL, lambda one: one in first)

    assert [one.what for one in first] == names[:12]
    assert [one.what for one in second] == names[12:]


def test_furniture_is_no_tic() -> None:
    """A sentence that stands word for word at the foot of every text counts once."""
    foot = "\n\nFrankly, that was it.\n\n"
    body = "The keeper opens the lower gate at six and waits. " * 40
    texts = [sample(read(f"Number {'abcde'[n]} it is!\n\n{body}{foot}")) for n in range(5)]

    assert [what for kind, what in proposed(texts) if kind == "ban"] == []
