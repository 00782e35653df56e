"""The words about keys are about the keys that there are."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from unmid.packs import author, load, schema
from unmid.packs.model import Ban
from unmid.settings import NAMES

README = Path(__file__).parents[2] / "rules" / "README.md"


def test_every_key_is_explained() -> None:
    """What the readers take, and nothing else."""
    assert schema.RULE.keys() == load.RULE_KEYS
    assert schema.MATCH.keys() == load.MATCH_KEYS
    assert schema.EXAMPLE.keys() == load._EXAMPLE_KEYS
    assert schema.PACK.keys() == set(author.KEYS)
    assert schema.META.keys() == set(author.META_KEYS)
    assert schema.ALLOW.keys() == set(author.ALLOW_KEYS)
    assert schema.CHOICES.keys() == set(author.CHOICE_KEYS)
    assert schema.BAN.keys() == {field.name for field in fields(Ban)}
    assert schema.SETTINGS.keys() == NAMES


def test_the_guide_names_no_other_keys() -> None:
    """The tables of keys in the guide to rules and those here agree."""
    guide = README.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+`) \|", guide.partition("## Patterns")[0], re.M)
    named = {key for row in rows for key in re.findall(r"`(\w+)`", row)}

    assert named <= schema.RULE.keys() | schema.MATCH.keys()
    assert schema.RULE.keys() - {"match", "example", "shape", "tokens", "needs"} <= named
