"""The JSON schemas are current, say yes to what is shipped, and no to the mistakes that the readers name."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

import unmid_packs
import unmid_rules
from packs.test_author import GOOD, MISTAKES
from rules.schemas import FOLDER, texts
from unmid.packs.jsonschema import schemas

SHIPPED = sorted(path for module in (unmid_rules, unmid_packs) for path in Path(str(module.__file__)).parent.rglob("*.toml"))
SCHEMAS = schemas()


def kind(path: Path) -> str:
    return "pack.json" if path.name == "pack.toml" else "words.json" if path.parent.name == "words" else "rule.json"


def check(name: str, source: str) -> None:
    jsonschema.Draft7Validator(SCHEMAS[name]).validate(tomllib.loads(source))


def test_current() -> None:
    """`make schema` writes them."""
    assert {path: path.read_text(encoding="utf-8") for path in FOLDER.glob("*")} == texts()


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas(name: str) -> None:
    """By the draft that they name."""
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])


def test_shipped_files_validate() -> None:
    """Every rule, word class and pack of ours."""
    assert len(SHIPPED) > 170
    for path in SHIPPED:
        check(kind(path), path.read_text(encoding="utf-8"))


def test_good_files_validate() -> None:
    """What the readers take, whatever its form."""
    check("pack.json", GOOD.replace("learned = 2026-11-22", 'learned = "2026-11-22"'))
    check("pack.json", 'extends = "plain"\n[limits]\n"list/share".share = 1\n')
    check("settings.json", 'allow = ["x"]\n[ban]\nx = {}\n[paths."a/*"]\ngenre = "docs"\n[limits]\n"hedge/density.per_1k" = "p90"\n')


WRONG = [text for text, _, message in MISTAKES if message.startswith(("unknown key", "ban of", "kind is", "limit “", "hedge is"))]


@pytest.mark.parametrize("text", WRONG)
def test_mistakes_do_not_validate(text: str) -> None:
    """What the readers report, an editor with the schema reports as well."""
    if "max = 1, max_per_1k" in text or "nan" in text:
        return  # what no schema of this draft says simply
    with pytest.raises(jsonschema.ValidationError):
        check("pack.json", text)
