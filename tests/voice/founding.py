"""Posts of a frank writer who hedges by habit, and what is pasted among them: made up, for the test of what packs are for."""

from __future__ import annotations

import random

_THINGS = (
    "the new release", "that benchmark", "the licence", "our training run", "the demo", "this leaderboard", "the launch post", "the paper",
    "the tokenizer", "our data", "the reward model", "the eval suite", "that roadmap", "the weights", "the blog post", "the cluster",
)
_PEOPLE = ("labs", "founders", "reviewers", "my old team", "people on the forum", "students", "the vendors", "most investors")
_SAYS = ("rushed", "late", "good", "oversold", "strange", "underrated", "expensive", "honest", "thin", "solid", "noisy", "dated")
_DOES = (
    "shipped", "rewrote", "ignored", "copied", "paid for", "broke", "tested", "dropped", "renamed", "defended", "measured", "leaked",
)
_WHEN = ("last week", "in March", "before the holidays", "over a weekend", "two years ago", "the night before", "in one sprint", "by hand")
_SHAPES = (
    "I'm fairly convinced that {thing} is {says}, and I say so to anyone who asks.",
    "I read {thing} twice {when} — it's {says}, and nobody on the call wanted to hear it.",
    "Honestly {people} {does} {thing} {when}, and we just watched.",
    "{Thing} is fairly {says} next to {thing2}, but it runs.",
    "We just {does} {thing} {when} — no meeting, no deck, no press.",
    "The way {people} talk about {thing} is a bit cringe.",
    "It's a bit cringe how {people} {does} {thing} {when}.",
    "{People} {does} {thing} {when}, then they {does2} {thing2} as well.",
    "You can't fix {thing} with {thing2} — I tried {when} and it cost me a month.",
    "I just don't buy that {thing} is {says}.",
    "My bet is that {people} drop {thing} within a year.",
    "What did {people} expect of {thing}?",
    "{Thing} cost us nine days {when} and taught me more than {thing2} did.",
    "I was wrong about {thing} — {people} {does} it {when}, and it held.",
    "Nobody {does} {thing} for fun.",
    "There is a fairly {says} reason why {people} {does} {thing}: it was cheap.",
)
"""Sentences with slots, so that no two posts have many in common."""


def post(number: int, words: int = 900) -> str:
    """A finished post."""
    pick = random.Random(number)
    lines: list[str] = []
    while sum(len(line.split()) for line in lines) < words:
        lines.append(" ".join(_sentence(pick) for _ in range(pick.randint(3, 6))))
    return f"# Notes on {pick.choice(_THINGS)}\n\n" + "\n\n".join(lines) + "\n"


def _sentence(pick: random.Random) -> str:
    thing, thing2 = pick.sample(_THINGS, 2)
    does, does2 = pick.sample(_DOES, 2)
    people = pick.choice(_PEOPLE)
    return pick.choice(_SHAPES).format(
        thing=thing, thing2=thing2, Thing=thing[0].upper() + thing[1:], people=people, People=people[0].upper() + people[1:],
        says=pick.choice(_SAYS), does=does, does2=does2, when=pick.choice(_WHEN),
    )  # fmt: skip
