"""What an author decides: phrases that stay, words that do not, limits by habit."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmid.lint.check import check_text, ruleset_for
from unmid.lint.ruleset import packs
from unmid.packs.model import Ban, Baseline, Rate
from unmid.packs.usual import load_usual
from unmid.settings import Settings

HEDGED = "It could potentially rain. The pump could potentially leak."


def marks(text: str, settings: Settings) -> list[tuple[str, str, str]]:
    return [(f.rule, f.text, f.severity) for f in check_text(text, settings=settings).findings]


@pytest.mark.parametrize(
    ("phrase", "left"),
    [("could potentially", []), ("Pump  COULD potentially", [3]), ("ump could potentially", [3, 36]), ("potentially", [3, 36]), ("", [3, 36])],
)
def test_allowed_phrase(phrase: str, left: list[int]) -> None:
    """A mark goes where its words lie in an allowed phrase: whole words, any case; half a mark does not go."""
    report = check_text(HEDGED, settings=Settings(select=("hedge/modal-stack",), allow=(phrase,)))

    assert [(f.span.start, f.text) for f in report.findings] == [(start, "could potentially") for start in left]


def test_allowed_phrase_across_lines_and_markup() -> None:
    """The phrase is looked for in prose, not in source."""
    settings = Settings(select=("hedge/modal-stack",), allow=("could potentially",))

    assert marks("It could\n*potentially* rain.", settings) == []
    assert marks("It “could’ve” been; it could\r\npotentially be.", Settings(allow=("it could potentially be",), select=("hedge",))) == []


def test_allowed_burst() -> None:
    """What a shape marks as words can be kept as well."""
    text = "Buy it now. No noise. No fuss. Just work. That is what they said of the pump."
    (mark,) = marks(text, Settings(select=("rhythm/staccato",), severity={"rhythm": "hint"}))

    assert marks(text, Settings(select=("rhythm/staccato",), severity={"rhythm": "hint"}, allow=(mark[1],))) == []


def test_bans() -> None:
    """Each ban has its own limit, message and severity; only what is too much is marked."""
    text = "An interesting oar. A cringe oar, a cringe boat, a cringe bank, and an interesting end."
    settings = Settings(
        select=("voice",),
        ban={"interesting": Ban(1, say="what is it really?"), "cringe": Ban(None, 0.5), "oar": Ban(), "end": Ban(0, say="{match}, you said")},
    )

    report = check_text(text, settings=settings)

    assert [(f.text, f.severity, f.message) for f in report.findings] == [
        ("oar", "warning", "“oar”: more often than you allow yourself"),
        ("oar", "warning", "“oar”: more often than you allow yourself"),
        ("cringe", "information", "“cringe”: more often than you allow yourself"),
        ("interesting", "information", "“interesting”: what is it really?"),
        ("end", "warning", "end, you said"),
    ]


def test_severity_of_bans() -> None:
    """Severity set for the rule holds for all bans."""
    ban = {"oar": Ban()}

    assert marks("An oar.", Settings(ban=ban, severity={"voice/pet-word": "hint"})) == [("voice/pet-word", "oar", "hint")]
    assert marks("An oar.", Settings(ban=ban, ignore=("voice/pet-word",))) == []


def rule_limit(rule: str, settings: Settings) -> dict[str, float]:
    return dict(ruleset_for(settings).rules[rule].limit)


def test_limits_follow_the_author() -> None:
    """An author's p90 raises a rate and never lowers one; rhythm goes by their p05; a number of theirs goes before both."""
    shipped = rule_limit("list/triad", Settings())["per_1k"]
    high = Baseline(rates={"list/triad": Rate(6, 2, 2, 6, shipped + 4, 20), "rhythm/flat.cv_below": Rate(0.4, 0.1, 0.12, 0.4, 0.6, 20)})
    low = Baseline(rates={"list/triad": Rate(1, 1, 0, 1, 2, 20)})
    few = Baseline(rates={"list/triad": Rate(6, 2, 2, 6, shipped + 4, 7)})

    assert rule_limit("list/triad", Settings(baseline=high))["per_1k"] == shipped + 4
    assert rule_limit("rhythm/flat", Settings(baseline=high))["cv_below"] == 0.12
    assert rule_limit("list/triad", Settings(baseline=low))["per_1k"] == shipped
    assert rule_limit("list/triad", Settings(baseline=few))["per_1k"] == shipped
    assert rule_limit("list/triad", Settings(baseline=high, limits={"list/triad.per_1k": 1}))["per_1k"] == 1


def test_limits_do_not_rise_to_what_everybody_pastes() -> None:
    """What answers of assistants have at least as often as the author is no habit of theirs."""
    shipped = rule_limit("list/triad", Settings())["per_1k"]
    often = load_usual(packs(Settings())[0].path).answers["list/triad"]
    above, below = (Baseline(rates={"list/triad": Rate(often + more, 2, 0, 1, shipped + 4, 20)}) for more in (0.1, -0.1))

    assert rule_limit("list/triad", Settings(baseline=above))["per_1k"] == shipped + 4
    assert rule_limit("list/triad", Settings(baseline=below))["per_1k"] == shipped


def test_percentile_limits() -> None:
    """A percentile is one of the author's own texts; without a baseline the shipped limit stands."""
    limits = {"list/triad.per_1k": "p50"}
    baseline = Baseline(rates={"list/triad": Rate(3, 1, 1, 2.5, 4, 3)})

    assert rule_limit("list/triad", Settings(limits=limits, baseline=baseline))["per_1k"] == 2.5
    assert rule_limit("list/triad", Settings(limits=limits)) == rule_limit("list/triad", Settings())


def test_limits_by_genre(tmp_path: Path) -> None:
    """A rule may hold limits of its own for a genre."""
    folder = tmp_path / "filler"
    folder.mkdir()
    (folder / "oar.toml").write_text(
        'kind = "density"\nseverity = "hint"\nsummary = "s"\nmessage = "m"\nwhy = "w"\ninstead = "i"\n'
        'patterns = ["oar"]\n[limit]\nat_least = 2\n[limit.docs]\nat_least = 3\n'
    )
    settings = Settings(select=("filler/oar",), packs=(str(tmp_path),))

    assert len(check_text("An oar, an oar.", settings=settings).findings) == 1
    assert check_text("---\ngenre: docs\n---\n\nAn oar, an oar.", settings=settings).findings == ()


def test_fingerprint() -> None:
    """Allowed phrases, bans and baselines are part of what a cached result depends on."""
    all_ = [
        Settings(), Settings(allow=("x",)), Settings(ban={"x": Ban()}), Settings(ban={"x": Ban(1)}),
        Settings(baseline=Baseline(rates={"list/triad": Rate(6, 2, 2, 6, 9, 20)})),
    ]

    assert len({ruleset_for(settings).fingerprint for settings in all_}) == len(all_)


def test_packs_count_fully(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of packs that settings name, files or folders, counts all that they decide, and what they extend and learned."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNMID_CONFIG_DIR", str(tmp_path / "config"))
    Path("base.toml").write_text('[ban]\noar = { say = "which?" }\n[severity]\n"hedge/modal-stack" = "error"\n')
    Path("team").mkdir()
    Path("team/pack.toml").write_text(
        'extends = "../base"\n[allow]\nphrases = ["could potentially leak"]\n[limits]\n"list/triad.per_1k" = 99\n'
        '[genre.docs.severity]\n"hedge/modal-stack" = "hint"\n'
    )
    text = f"{HEDGED} An oar."
    ours = [("hedge/modal-stack", "could potentially", "error"), ("voice/pet-word", "oar", "warning")]

    assert check_text(text, settings=Settings(packs=("team",))).problems == ()
    assert marks(text, Settings(packs=("team",))) == ours
    assert marks(f"---\ngenre: docs\n---\n\n{text}", Settings(packs=("team",)))[0][2] == "hint"
    # What the settings say themselves goes over it.
    assert marks(text, Settings(packs=("team",), allow=("Oar",), severity={"hedge": "hint"})) == [("hedge/modal-stack", "could potentially", "hint")]
    # The path table may name them, too.
    assert marks(text, Settings(paths={"*.md": {"packs": ["team"]}})) == ours


def test_the_author_that_settings_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their pack counts with what was learned; nobody is looked for where nobody is named."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNMID_CONFIG_DIR", str(tmp_path / "config"))
    (tmp_path / "config" / "packs").mkdir(parents=True)
    rate = '"list/triad" = { mean = 60, sd = 2, p05 = 20, p90 = 400, n = 20 }'
    (tmp_path / "config" / "packs" / "ana.toml").write_text(f'[ban]\noar = {{}}\n[baseline]\n{rate}\n')
    triads = "Be clear, simple, and honest. Ask for transparency, efficiency and collaboration. Show resilience, empathy, and courage."
    shown = {"list/triad": "hint"}

    assert len(marks(triads, Settings(select=("list/triad",), severity=shown))) == 3
    assert marks(triads, Settings(select=("list/triad",), severity=shown, author="ana")) == []
    assert marks("An oar.", Settings(author="Ana")) == [("voice/pet-word", "oar", "warning")]
    assert marks("An oar.", Settings()) == []


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        (Settings(packs=("nowhere",)), ["settings: there is no pack “nowhere”"]),
        (Settings(author="ana"), ["settings: there is no pack of an author “ana”"]),
        (Settings(packs=("bad",)), ["bad.toml:1: unknown key “alow”; did you mean “allow”?"]),
    ],
)
def test_packs_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings, problems: list[str]) -> None:
    """Are among the problems of the report; the shipped rules hold."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNMID_CONFIG_DIR", str(tmp_path / "config"))
    Path("bad.toml").write_text("[alow]\n")
    report = check_text(HEDGED, settings=settings)

    assert [str(problem).removeprefix(f"{tmp_path}/") for problem in report.problems] == problems
    assert len(report.findings) == 2
