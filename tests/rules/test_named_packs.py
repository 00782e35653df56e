"""The packs of our own that are switched on by name: their rules, what they decide, and what they do to a draft."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import unmid_packs
from unmid.layers import effective
from unmid.lint.check import check_under
from unmid.lint.examples import faults
from unmid.lint.names import unknown
from unmid.lint.ruleset import packs
from unmid.packs.model import Rule
from unmid.packs.sources import Packs
from unmid.settings import Settings

ROOT = Path(__file__).parents[2]
HOME = Path(str(unmid_packs.__file__)).parent
NAMES = sorted(path.name for path in HOME.iterdir() if (path / "pack.toml").is_file())
RULES = [pytest.param(HOME / name, rule, id=rule.id) for name in NAMES for rule in Packs().read(HOME / name).pack.rules]


def settings(name: str, genre: str = "essay") -> Settings:
    found = effective(None, editor=Settings(packs=(str(HOME / name),), genre=genre))
    assert found.problems == ()
    return found.settings


def marks(text: str, name: str, genre: str = "essay") -> list[tuple[str, str]]:
    return [(f.rule, f.text) for f in check_under(text, settings(name, genre)).findings]


def test_names() -> None:
    """They are found as anyone's packs are, by their entry points."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]["unmid.packs"]

    assert declared == {"builtin": "unmid_rules"} | {name: f"unmid_packs.{name}" for name in NAMES}
    assert NAMES == ["academic", "newsletter", "plain"]


@pytest.mark.parametrize(("home", "rule"), RULES)
def test_rules(home: Path, rule: Rule) -> None:
    """Every example holds, in every dress."""
    assert list(map(str, faults(rule, Settings(packs=(str(home),))))) == []


@pytest.mark.parametrize("name", NAMES)
def test_sound(name: str) -> None:
    """Nothing is wrong with a pack, and all that it names exists."""
    found = effective(None, editor=Settings(packs=(str(HOME / name),)))
    loaded = packs(found.settings)

    assert [str(problem) for pack in loaded for problem in pack.problems] == []
    assert list(unknown(found.named, loaded)) == []
    assert found.packs[0].summary


def test_academic() -> None:
    """Doubt is let be; a claim without an owner is a warning; grand openers are banned."""
    doubt = "It is possible that the eels return. It seems that they feed at night."
    assert [rule for rule, _ in marks(doubt, "academic")] == []

    report = check_under("Throughout history the eel swims at night. Many experts believe that it sleeps in mud.", settings("academic"))
    assert [(f.rule, f.severity) for f in report.findings if f.rule.startswith(("weasel", "voice"))] == [
        ("voice/pet-word", "warning"), ("weasel/vague-attribution", "warning"),
    ]


def test_newsletter() -> None:
    """The first person speaks; the fog of we and the teaser do not."""
    assert marks("I think the ferry is the best room in town. In my opinion it should have a piano.", "newsletter") == []
    assert [rule for rule, _ in marks("The shed was cold. We all know the feeling. The landlord had a plan, but more on that later.", "newsletter")] == ["newsletter/we-fog", "newsletter/teaser"]


def test_plain() -> None:
    """Rules that are off elsewhere speak."""
    assert [rule for rule, _ in marks("The letter was signed by the mayor. We commence at nine.", "plain")] == ["plain/by-passive", "plain/long-word"]
    assert marks("The letter was signed by the mayor. We commence at nine.", "plain", "science") == []


def test_machine_prose_is_marked_under_every_pack() -> None:
    """No pack of ours opens the door."""
    text = "Ultimately, the best choice depends on your specific needs. It is important to note that both options are great."
    bare = {f.rule for f in check_under(text, Settings()).findings}

    assert len(bare) >= 2
    for name in NAMES:
        assert bare <= {rule for rule, _ in marks(text, name)}


def test_the_wheel_holds_them(tmp_path: Path) -> None:
    """Rules, packs, schemas and templates go out with the program."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())

    assert {f"unmid_packs/{name}/pack.toml" for name in NAMES} <= held
    assert {f"unmid_rules/schema/{name}.json" for name in ("settings", "pack", "rule", "words")} <= held
    assert {"unmid_packs/plain/plain/long-word.toml", "unmid/packs/template/rule.toml", "unmid/packs/template/python/project.toml"} <= held
