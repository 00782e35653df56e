"""The extension's package.json and the server say the same."""

from __future__ import annotations

import json
import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest

import unmid
from unmid.lsp.server import create_server
from unmid.settings import NAMES, Settings, parse

EXTENSION = Path(__file__).parents[1] / "editors" / "vscode"
PACKAGE: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
PROPERTIES = {name: value for one in PACKAGE["contributes"]["configuration"] for name, value in one["properties"].items()}
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((EXTENSION / "src").glob("*.ts")))
generator = runpy.run_path(str(EXTENSION / "scripts" / "settings.py"))


def test_settings_are_up_to_date() -> None:
    """`scripts/settings.py` would change nothing."""
    source = (EXTENSION / "package.json").read_text(encoding="utf-8")

    assert generator["written"](source) == source


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_setting_is_offered_and_its_default_is_the_servers(name: str) -> None:
    """What the editor shows as the default is what the server does without the setting."""
    property_ = PROPERTIES[f"unmid.{name}"]

    assert parse({name: property_["default"]}) == (Settings(), ())
    assert property_["markdownDescription"]


def test_a_setting_that_the_server_lacks_is_found_out() -> None:
    """The check can fail."""
    package = json.loads(json.dumps(PACKAGE))
    package["contributes"]["configuration"][-1]["properties"]["unmid.extra"] = {"default": 1}
    source = json.dumps(package, ensure_ascii=False, indent=2) + "\n"

    assert generator["written"](source) != source


def test_versions_agree() -> None:
    """The extension and the server are released together, under the version of the project."""
    project = tomllib.loads((EXTENSION.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert PACKAGE["version"] == unmid.__version__ == project["version"]


def test_commands_are_all_there() -> None:
    """Every command that is offered is registered, and none has the name of one of the server's."""
    offered = {one["command"] for one in PACKAGE["contributes"]["commands"]}
    registered = {f"unmid.{name}" for name in re.findall(r"^ +on\('(\w+)'", SOURCES, re.M)}

    assert offered == registered
    assert not offered & set(create_server().protocol.fm.commands)


def test_nothing_is_fetched_but_the_server() -> None:
    """No address stands in the sources; versions are exact and no lock file names where packages come from."""
    assert "://" not in SOURCES
    assert not list(EXTENSION.glob("*lock*"))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in PACKAGE["devDependencies"].values())
