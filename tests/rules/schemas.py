"""Write the JSON schemas beside the rules (`make schema`)."""

from __future__ import annotations

import json
from pathlib import Path

import unmid_rules
from unmid.packs.jsonschema import schemas

FOLDER = Path(unmid_rules.__file__).parent / "schema"


def texts() -> dict[Path, str]:
    """Each schema's file and what it should hold."""
    return {FOLDER / name: json.dumps(schema, indent=1, ensure_ascii=False) + "\n" for name, schema in schemas().items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path, text in texts().items():
        path.write_text(text, encoding="utf-8")
