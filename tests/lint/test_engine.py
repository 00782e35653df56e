"""The engine: what it keeps, what it drops, and what it survives."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmid.lint import engine
from unmid.lint.check import check_text, ruleset_for
from unmid.lint.engine import Cancelled, lint
from unmid.lint.ruleset import GATES, PLACES
from unmid.prose.formats import parse
from unmid.settings import Settings

RULE = """\
kind = "{kind}"
severity = "{severity}"
since = "0.1"
summary = "s"
message = "“{{match}}”"
why = "w"
instead = "i"
{more}
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A pack of our own rules."""
    return tmp_path / "house"


def rule(house: Path, name: str, more: str, kind: str = "phrase", severity: str = "warning") -> None:
    path = house / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RULE.format(kind=kind, severity=severity, more=more), encoding="utf-8")


def marks(text: str, house: Path, **values: object) -> list[tuple[str, str]]:
    """(rule, words) of every finding of the house's rules."""
    names = tuple(sorted(f"{path.parent.name}/{path.stem}" for path in house.glob("*/*.toml") if path.parent.name != "words"))
    settings = Settings(packs=(str(house),), **{"select": names, **values})  # type: ignore[arg-type]
    return [(finding.rule, finding.text) for finding in check_text(text, settings=settings).findings]


def test_longest_wins(house: Path) -> None:
    """Of overlapping marks the longest is shown, once."""
    rule(house, "filler/oar", 'phrases = ["rusty oar"]')
    rule(house, "puff/old", 'phrases = ["the rusty oar"]')
    rule(house, "hedge/rust", 'phrases = ["rusty"]', severity="error")

    assert marks("See the rusty oar.", house) == [("puff/old", "the rusty oar")]


def test_keeping_a_phrase_takes_no_mark_off_other_words(house: Path) -> None:
    """What an author keeps is not shown, but still company for weaker signs."""
    rule(house, "filler/oar", 'phrases = ["oar"]')
    rule(house, "puff/rope", 'phrases = ["rope"]\nwhen = ["company"]')

    assert marks("An oar and a rope.", house) == [("filler/oar", "oar"), ("puff/rope", "rope")]
    assert marks("A rope.", house) == []
    assert marks("An oar and a rope.", house, allow=("oar",)) == [("puff/rope", "rope")]


def test_page_never_drowns(house: Path) -> None:
    """Of many marks on a page the strongest are shown."""
    rule(house, "filler/oar", 'phrases = ["oar"]', severity="hint")
    rule(house, "filler/rope", 'phrases = ["rope"]')

    assert marks("An oar. " * 30 + "A rope.", house) == [("filler/oar", "oar")] * 17 + [("filler/rope", "rope")]


def test_quiet_is_counted_not_shown(house: Path) -> None:
    """Quiet rules speak in the report only."""
    rule(house, "filler/oar", 'phrases = ["rusty oar"]', severity="quiet")

    report = check_text("A rusty oar.", settings=Settings(packs=(str(house),), select=("filler/oar",)))

    assert report.findings == ()
    assert report.counted == {"filler/oar": 1}


def test_severity_select_ignore(house: Path) -> None:
    """Settings change severities and choose rules, by id or family."""
    rule(house, "filler/oar", 'phrases = ["rusty oar"]')
    rule(house, "filler/rope", 'phrases = ["wet rope"]')
    text = "A rusty oar, a wet rope."

    assert marks(text, house) == [("filler/oar", "rusty oar"), ("filler/rope", "wet rope")]
    assert marks(text, house, ignore=("filler/oar",)) == [("filler/rope", "wet rope")]
    assert marks(text, house, severity={"filler": "off", "filler/oar": "hint"}) == [("filler/oar", "rusty oar")]


def test_genres(house: Path) -> None:
    """A rule is silent in the genres where it is off."""
    rule(house, "filler/oar", 'phrases = ["rusty oar"]\noff = ["docs"]')
    rule(house, "filler/rope", 'phrases = ["wet rope"]\nonly = ["docs"]')
    text = "A rusty oar, a wet rope."

    assert marks(text, house) == [("filler/oar", "rusty oar")]
    assert marks(text, house, genre="docs") == [("filler/rope", "wet rope")]


def test_genre_of_front_matter(house: Path) -> None:
    """A draft may name its genre itself; a genre that we do not know is somebody else's."""
    rule(house, "filler/oar", 'phrases = ["rusty oar"]\noff = ["docs"]')

    assert marks("---\ngenre: docs\n---\n\nA rusty oar.", house) == []
    assert marks("---\ngenre: fantasy\n---\n\nA rusty oar.", house) == [("filler/oar", "rusty oar")]


def test_default_gates(house: Path) -> None:
    """Quotations, mentions, dialogue and names are passed by unless the rule looks through."""
    rule(house, "filler/oar", 'phrases = ["rusty oar"]')
    quoted = "He read “the rusty oar is here” aloud. > no\n\n> A rusty oar.\n\nThe word “rusty oar” is used. The Rusty Oar is a pub, the Rusty Oar."

    assert marks(quoted, house) == []
    rule(house, "filler/oar", 'phrases = ["rusty oar"]\nthrough = ["quote", "mention", "dialogue", "name"]')
    assert len(marks(quoted, house)) == 5


def test_code_is_no_prose(house: Path) -> None:
    """Code, math, links' targets and front matter are never read."""
    rule(house, "filler/oar", 'phrases = ["oar"]')
    text = "---\ntitle: oar\n---\n\n`oar` and [this](oar.html)\n\n```\noar\n```\n\n    oar\n\n$$\noar\n$$\n\n<div>oar</div>\n"

    assert marks(text, house) == []


def test_density(house: Path) -> None:
    """A density rule speaks above its limit, of the extra hits or of all."""
    rule(house, "hedge/so", 'phrases = ["so"]\n[limit]\nat_least = 3', kind="density")
    text = "So it was. So he said. So she went. So they left."

    assert [words for _, words in marks("So it was. So he said.", house)] == []
    assert [words for _, words in marks(text, house)] == ["So", "So"]
    rule(house, "hedge/so", 'phrases = ["so"]\n[limit]\nat_least = 3\nall = 1', kind="density")
    assert [words for _, words in marks(text, house)] == ["So"] * 4


def test_density_spares_the_strongest(house: Path) -> None:
    """Of too many, those are marked that were said before, then those that open a sentence, then the later ones."""
    rule(house, "hedge/so", 'phrases = ["maybe", "perhaps", "likely"]\n[limit]\nat_least = 3', kind="density")
    text = "Perhaps it rains. It is likely wet, maybe cold, and likely dark."

    assert [words for _, words in marks(text, house)] == ["Perhaps", "likely"]


def test_density_within(house: Path) -> None:
    """Hits far apart do not add up where a window is set."""
    rule(house, "hedge/so", 'phrases = ["so"]\n[limit]\nat_least = 2\nwithin = 10\nall = 1', kind="density")
    far = "So it was. " + "He rowed and she steered. " * 5

    assert marks(far + "So it was.", house) == []
    assert len(marks(far + "So it was. So he said.", house)) == 2


def test_company(house: Path) -> None:
    """A weak sign counts only where marks that stand alone are near; weak signs are no company for one another."""
    rule(house, "puff/weak", 'phrases = ["old"]\nwhen = ["company:2"]')
    rule(house, "filler/oar", 'phrases = ["rusty oar"]')

    assert marks("An old boat. An old man.", house) == []
    assert marks("An old boat. A rusty oar.", house) == [("filler/oar", "rusty oar")]
    assert marks("An old boat. A rusty oar. A rusty oar.", house)[0] == ("puff/weak", "old")


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("<!-- unmid-ignore filler/oar: a pun -->\n\n", True),
        ("<!-- unmid-ignore filler -->\n\n", True),
        ("<!-- unmid-ignore -->\n\n", True),
        ("<!-- unmid-ignore filler/rope -->\n\n", False),
        ("<!-- unmid-off filler/oar -->\n\nText.\n\n", True),
        ("<!-- unmid-off filler/oar -->\n\nText.\n\n<!-- unmid-on -->\n\n", False),
        ("`<!-- unmid-ignore -->`\n\n", False),
    ],
)
def test_suppression(house: Path, comment: str, silent: bool) -> None:
    """Comments silence the next block, or a stretch, for one rule, a family or all."""
    rule(house, "filler/oar", 'phrases = ["rusty oar"]')
    rule(house, "filler/rope", 'phrases = ["wet rope"]')

    assert (marks(f"{comment}A rusty oar.", house) == []) is silent


def test_suppression_on_its_line(house: Path) -> None:
    """At the end of a line a comment speaks of that line alone."""
    rule(house, "filler/oar", 'phrases = ["rusty oar"]')

    assert marks("A rusty oar. <!-- unmid-ignore filler/oar -->\nA Rusty oar.", house) == [("filler/oar", "Rusty oar")]


def test_suppression_of_unknown_rule(house: Path) -> None:
    """A comment that names no rule is itself marked."""
    rule(house, "filler/oar", 'phrases = ["rusty oar"]')

    report = check_text("<!-- unmid-ignore filler/ora -->\n\nText.", settings=Settings(packs=(str(house),), select=("filler/oar",)))

    assert [(f.rule, f.message) for f in report.findings] == [
        ("unmid/unknown-rule", "there is no rule “filler/ora”; did you mean “filler/oar”?")
    ]


@pytest.mark.parametrize(("gates", "condition"), [(GATES, "question"), (PLACES, "closing"), (PLACES, "narrative")])
def test_rule_that_throws(house: Path, monkeypatch: pytest.MonkeyPatch, gates: dict[str, object], condition: str) -> None:
    """A rule that throws is switched off and reported; the others go on."""

    def boom(reading: object, place: object, hit: object = None, arg: str = "") -> bool:
        raise ZeroDivisionError("boom")

    rule(house, "filler/oar", f'phrases = ["rusty oar"]\nunless = ["{condition}"]')
    rule(house, "filler/rope", 'phrases = ["wet rope"]')
    monkeypatch.setitem(gates, condition, boom)

    report = check_text(
        "A rusty oar, a wet rope.", settings=Settings(packs=(str(house),), select=("filler/oar", "filler/rope"))
    )

    assert [finding.rule for finding in report.findings] == ["filler/rope"]
    assert [str(problem) for problem in report.problems] == ["filler/oar: ZeroDivisionError: boom"]


@pytest.mark.parametrize("name", ["list/bold-label", "list/plain-label", "list/outline", "list/nested-single", "list/share"])
def test_limits_of_nothing(name: str) -> None:
    """Zero is a limit like any other, and stops no rule."""
    report = check_text("Points:\n\n- a\n- b\n- c\n\n- d\n\nText.\n", settings=Settings(select=(name,), limits={f"{name}.share": 0}))

    assert report.problems == ()


def test_regex_that_explodes(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A regular expression without end is stopped and its rule switched off."""
    monkeypatch.setattr("unmid.checks.pattern.TIME_LIMIT", 0.02)
    rule(house, "filler/bad", r"regexes = ['(?:x+ ?x+ ?)+(?:y|z{2,})(?<=q.*)']", kind="regex")

    report = check_text("xx " * 400, settings=Settings(packs=(str(house),), select=("filler/bad",)))

    assert [str(problem) for problem in report.problems] == ["filler/bad: takes too long on this text"]


def test_cancelled() -> None:
    """A run that is no longer wanted stops between chunks."""
    with pytest.raises(Cancelled):
        lint(parse("One.\n\nTwo.", "markdown"), ruleset_for(Settings()), cancelled=lambda: True)


def test_cache(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk that has not changed is not read again, and its marks move with it."""
    rule(house, "filler/oar", 'phrases = ["rusty oar"]\nfix = "cut"')
    ruleset = ruleset_for(Settings(packs=(str(house),), select=("filler/oar",)))
    cache = engine.Cache()
    first = lint(parse("Text.\n\nA rusty oar.", "markdown"), ruleset, cache=cache)
    read: list[str] = []
    whole = engine._lint_passage

    def spy(passage: engine.Passage, *rest: object) -> engine.PassageLint:
        read.append(passage.text)
        return whole(passage, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "_lint_passage", spy)
    second = lint(parse("Longer text.\n\nA rusty oar.", "markdown"), ruleset, cache=cache)

    assert read == ["Longer text."]
    assert [f.span.start for f in second.findings] == [f.span.start + 7 for f in first.findings]
    assert [e.span.start for f in second.findings for e in f.fixes[0].edits] == [
        e.span.start + 7 for f in first.findings for e in f.fixes[0].edits
    ]
