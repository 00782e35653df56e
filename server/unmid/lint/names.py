"""Names in settings and packs: whether the rules and limits that they speak of exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from unmid.layers import Named
from unmid.packs.model import Pack, Problem, Rule
from unmid.packs.reader import suggestion

_DENSITY = frozenset({"at_least", "per_1k", "within", "all"})
"""Limits that any density rule can be given."""


def unknown(named: Iterable[Named], loaded: Iterable[Pack]) -> Iterator[Problem]:
    """A problem for each name that means nothing, with what was probably meant.

    Nothing while a pack is broken: a rule that is named may be one that cannot be read.
    """
    loaded = tuple(loaded)
    if any(pack.problems for pack in loaded):
        return
    rules = {rule.id: rule for pack in loaded for rule in pack.rules}
    families = {rule.family for rule in rules.values()}
    for one in named:
        if one.limit:
            if message := _limit_fault(one.name, rules):
                yield one.problem(message)
        elif one.name not in rules and one.name not in families:
            yield one.problem(f"there is no rule “{one.name}”{suggestion(one.name, [*rules, *families])}")


def _limit_fault(name: str, rules: Mapping[str, Rule]) -> str:
    rule, _, key = name.rpartition(".")
    if rule not in rules:
        return f"there is no rule “{rule}”{suggestion(rule, rules)}"
    known = rules[rule]
    keys = known.limit.keys() | {key for limit in known.limits.values() for key in limit} | (_DENSITY if known.kind == "density" else set())
    return "" if key in keys else f"{rule} has no limit “{key}”; it has: {', '.join(sorted(keys)) or 'none'}"
