"""Kind `absence`, for a text of an author who was learned: how far it is from them, and which of their habits it lacks.

Each public function is a shape, as in `unmid.checks.lists`. Without a baseline they have nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from unmid.checks import delta
from unmid.checks.habits import habits, label, lost, pieces
from unmid.checks.layout import BlockHit, Layout, prose
from unmid.packs.model import Baseline, Rule


def drift(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """The small words of the text are further from the author's than nineteen in twenty of their own texts."""
    own, first = _own(layout, rule), next(prose(layout), None)
    if own is None or first is None or layout.words < rule.limit.get("words", 500) or delta.DRIFT not in own.rates:
        return
    if 0 < own.words < rule.limit.get("learned", 10_000):
        return
    base, reading = first
    found = delta.drift(pieces(layout), delta.own_rates(own.rates), layout.usual)
    if found.distance > rule.limit.get("distance", own.rates[delta.DRIFT].at(95)):
        yield BlockHit(rule, base, reading.passage.span, {"words": ", ".join(word for word, _, _ in found.words)})


def lost_quirk(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Habits that the author has and the text lacks."""
    own, first = _own(layout, rule), next(prose(layout), None)
    if own is None or first is None or layout.words < rule.limit.get("words", 300):
        return
    missing = lost(habits(layout), own.rates)
    if missing:
        base, reading = first
        span = reading.passage.offsets.to_chunk(reading.sentences[0]) if reading.sentences else reading.passage.span
        yield BlockHit(rule, base, span, {"habits": " and ".join(map(label, missing[:2]))})


def _own(layout: Layout, rule: Rule) -> Baseline | None:
    """What was learned of the author, where it is wanted: not for a rule that nobody sees, nor in a genre not learned."""
    own = layout.baseline
    if own is None or rule.severity == "quiet" or (own.genres and layout.genre not in own.genres):
        return None
    return own
