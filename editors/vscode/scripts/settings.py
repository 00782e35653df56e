"""Write the server's settings into package.json, so that the editor offers what the server knows.

    python editors/vscode/scripts/settings.py           write
    python editors/vscode/scripts/settings.py --check   say whether it is written already

The first section of `contributes.configuration` is kept by hand; the second, with this file's `TITLE`, is generated.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from unmid.packs.values import DRAFTS, GENRES, SEVERITIES
from unmid.settings import NAMES, Settings

PACKAGE: Final = Path(__file__).parents[1] / "package.json"
TITLE: Final = "Drafts"

_NAMES: Final = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}

# What each setting is in the editor. One that the server knows and this table does not is an error.
_KNOWN: Final[dict[str, dict[str, Any]]] = {
    "genre": {
        "type": "string",
        "enum": list(GENRES),
        "markdownDescription": "What you write most of the time. Some rules are silent where their words belong: *may* in a contract, a list in a manual. A project’s `unmid.toml` and a draft’s front matter go before this.",
    },
    "author": {
        "type": "string",
        "markdownDescription": "Whose pack to judge by: phrases that this author keeps, and limits of their own. Empty: the pack that names the email of your git user, if there is one.",
    },
    "select": {
        **_NAMES,
        "markdownDescription": "Rules or families to use, such as `hedge` or `filler/note-that`. Empty: all of them.",
    },
    "ignore": {
        **_NAMES,
        "markdownDescription": "Rules or families to leave out, such as `rhythm` or `filler/booster`.",
    },
    "severity": {
        "type": "object",
        "additionalProperties": {"type": "string", "enum": [*SEVERITIES, "off"]},
        "markdownDescription": "How loud a rule or family is, for example `\"filler/booster\": \"hint\"`. `quiet` counts without a mark; `off` switches it off.",
    },
    "limits": {
        "type": "object",
        "additionalProperties": {"type": ["number", "string"]},
        "markdownDescription": "Limits of rules that count, for example `\"list/share.share\": 0.4`, or a percentile of the author’s own texts: `\"hedge/density.per_1k\": \"p95\"`.",
    },
    "allow": {
        **_NAMES,
        "markdownDescription": "Phrases that you keep: what lies within one is never marked.",
    },
    "ban": {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "max": {"type": "integer", "minimum": 0, "description": "How often the word may stand in a draft."},
                "max_per_1k": {"type": "number", "minimum": 0, "description": "How often it may stand in 1,000 words."},
                "say": {"type": "string", "description": "What to be told when it is marked."},
            },
            "additionalProperties": False,
        },
        "markdownDescription": "Words that are always marked, or marked from a number on, for example `\"interesting\": { \"max\": 0, \"say\": \"what is it really?\" }`.",
    },
    "packs": {
        **_NAMES,
        "markdownDescription": "Packs of rules to use besides the built-in one: names of installed packs, or folders.",
    },
    "paths": {
        "type": "object",
        "additionalProperties": {"type": "object"},
        "markdownDescription": "Other settings for some files, by globs as in `.gitignore`, for example `\"docs/**\": { \"genre\": \"docs\" }`.",
    },
    "exclude": {
        **_NAMES,
        "markdownDescription": "Globs of files that a check of whole folders passes by.",
    },
    "pipeline": {
        "type": "string",
        "markdownDescription": "An installed spaCy pipeline for rules that need parts of speech. The built-in rules need none.",
    },
    "drafts": {
        "type": "string",
        "enum": list(DRAFTS),
        "enumDescriptions": ["Only drafts that are open.", "Also those in the folder that are not open; the Problems panel lists them all."],
        "markdownDescription": "Which drafts are marked.",
    },
    "debounce": {
        "type": "integer",
        "minimum": 0,
        "maximum": 60_000,
        "markdownDescription": "Milliseconds to wait after a keystroke before the draft is read again.",
    },
}


def section() -> dict[str, Any]:
    """The generated section: all settings of the server with their defaults."""
    defaults = Settings()
    if set(_KNOWN) != NAMES:
        wrong = ", ".join(sorted(NAMES ^ set(_KNOWN)))
        raise SystemExit(f"{Path(__file__).name}: bring the table up to date with unmid.settings: {wrong}")
    properties = {}
    for order, name in enumerate(_KNOWN):
        value = getattr(defaults, name)
        default = list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, dict) else value
        properties[f"unmid.{name}"] = {**_KNOWN[name], "default": default, "scope": "window", "order": order}
    return {"title": TITLE, "order": 2, "properties": properties}


def written(source: str) -> str:
    """A package.json with the section as it should be."""
    package = json.loads(source)
    by_hand = [one for one in package["contributes"]["configuration"] if one["title"] != TITLE]
    package["contributes"]["configuration"] = [*by_hand, section()]
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """0 when all is well; with --check, 1 when something would change."""
    before = PACKAGE.read_text(encoding="utf-8")
    after = written(before)
    if "--check" in sys.argv[1:]:
        if after != before:
            print(f"{PACKAGE.name} is out of date; run {Path(__file__).name}", file=sys.stderr)
        return int(after != before)
    PACKAGE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
