"""Write the figures that rule pages and `unmid explain` show: `make figures`."""

from __future__ import annotations

import json
from collections import Counter

from marked import rates, score
from unmid.lint.ruleset import packs
from unmid.packs.figures import FILE
from unmid.settings import Settings

ABOUT = (
    "Two readers, machine and independent of each other, marked 320 documents as a strict copy-editor would; rules were tuned "
    "on 280 of them with the other 40 in view, so these figures flatter."
)


def main() -> None:
    """Measure, write, and say the totals."""
    train, dev = score("train"), score("dev")
    counts: Counter[tuple[str, bool]] = train.rules + dev.rules
    human_words, human = rates("human_essays")
    machine_words, machine = rates("llm_answers")
    (builtin,) = packs(Settings())
    rows = {
        rule.id: {
            "marks": counts[rule.id, True] + counts[rule.id, False],
            "right": counts[rule.id, True],
            "human": round(1000 * human[rule.id] / human_words, 3),
            "machine": round(1000 * machine[rule.id] / machine_words, 3),
        }
        for rule in sorted(builtin.rules, key=lambda rule: rule.id)
        if rule.severity != "quiet"
    }
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())
    text = f'{{\n "about": {json.dumps(ABOUT)},\n "rules": {{\n{lines}\n }}\n}}\n'
    (builtin.path / FILE).write_text(text, encoding="utf-8")
    for name, result in (("train", train), ("dev", dev)):
        print(f"{name}: precision {result.precision:.3f}, recall {result.recall:.3f} ({result.marks} marks)")
    print(f"per 1,000 words: human essays {1000 * human.total() / human_words:.2f}, ", end="")
    print(f"machine answers {1000 * machine.total() / machine_words:.2f}")


if __name__ == "__main__":
    main()
