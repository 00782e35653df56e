"""A rule's page, in Markdown, made from the rule file alone (and its figures, where the pack has some)."""

from __future__ import annotations

from collections.abc import Iterator

from unmid.packs.figures import Figures
from unmid.packs.model import Example, Rule

_FIXES = {
    "cut": "cuts the words",
    "replace": "replaces the words",
    "prompt": "asks a question; only the writer can answer it",
    "none": "none",
}


def page(rule: Rule, figures: Figures | None = None, about: str = "") -> str:
    """The page. `about` says how the figures were made."""
    return "\n".join(_lines(rule, figures, about)) + "\n"


def _lines(rule: Rule, figures: Figures | None, about: str) -> Iterator[str]:
    yield f"# {rule.id}"
    yield ""
    yield f"{rule.summary}."
    yield ""
    safe = " (safe: may run on save)" if rule.safe else ""
    since = f" Since {rule.since}." if rule.since else ""
    yield f"Severity: {rule.severity}. Fix: {_FIXES[rule.fix]}{safe}.{since}"
    if rule.off:
        yield f"Silent in these genres: {', '.join(rule.off)}."
    if rule.only:
        yield f"Speaks only in these genres: {', '.join(rule.only)}."
    if rule.severity == "quiet":
        yield "Off by default: its hits are counted, not shown. Set its severity to see them."
    for head, body in (("Why", rule.why), ("Instead", rule.instead), ("When the words are right", rule.exceptions)):
        if body:
            yield from ("", f"## {head}", "", " ".join(body.split()))
    yield from _examples("Marked", [example for example in rule.examples if example.flags])
    yield from _examples("Not marked", [example for example in rule.examples if not example.flags])
    if figures:
        yield from ("", "## Measured", "", f"{figures.sentence} {about}".strip())


def _examples(head: str, examples: list[Example]) -> Iterator[str]:
    if examples:
        yield from ("", f"## {head}")
    for example in examples:
        text = example.text
        at = 0
        for flag in example.flags:
            start = text.index(flag, at) if flag in text[at:] else -1
            if start >= 0:
                text = f"{text[:start]}⟦{flag}⟧{text[start + len(flag):]}"
                at = start + len(flag) + 2
        fence = "~~~~" if "```" in text else "```"
        yield from ("", f"{fence}text", text.rstrip("\n"), fence)
        if example.fixed is not None:
            yield from ("", "becomes", "", f"{fence}text", example.fixed.rstrip("\n"), fence)
        if example.note:
            yield from ("", f"({example.note})")
