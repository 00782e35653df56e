"""Where keys stand in a TOML file."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from unmid.packs.lines import key_lines

SOURCE = '''\
# a file
title = "x" # and
"quoted key" = """
two [lines]
"""
list = [ "a", # first
  "b, c",
  { deep = 1 } ]

[ban]
"d.e" = { max = 0, say = "why = not" }
allow.phrases = ["x"]

[[rule]]
id = "a/b"
[[rule.example]]
text = 'one'
[[rule.example]]
flags = [
  "f",
]
[[rule]]
[rule.limit]
n = 1.5
[[rule.example]]
text = "two" '''


def test_lines() -> None:
    """Keys, quoted and dotted ones, tables, arrays of tables, and items of arrays have their line."""
    lines = key_lines(SOURCE)

    assert {at: line for at, line in lines.items() if len(at) == 1} == {
        ("title",): 2, ("quoted key",): 3, ("list",): 6, ("ban",): 10, ("rule",): 14,
    }
    assert [lines["list", n] for n in range(3)] == [6, 7, 8]
    assert lines["list", 2, "deep"] == 8
    assert (lines["ban", "d.e"], lines["ban", "d.e", "say"]) == (11, 11)
    assert (lines["ban", "allow"], lines["ban", "allow", "phrases", 0]) == (12, 12)
    assert (lines["rule", 0, "id"], lines["rule", 0, "example", 0, "text"]) == (15, 17)
    assert (lines["rule", 0, "example", 1], lines["rule", 0, "example", 1, "flags", 0]) == (18, 20)
    assert (lines["rule", 1], lines["rule", 1, "limit"], lines["rule", 1, "limit", "n"]) == (22, 23, 24)
    assert (lines["rule", 1, "example", 0], lines["rule", 1, "example", 0, "text"]) == (25, 26)


@given(st.text(alphabet='ab =[]{}."\'\n#,\\1', max_size=60))
def test_every_key_has_a_line(source: str) -> None:
    """Whatever tomllib reads, the lines of its keys are known; what it does not read does no harm."""
    lines = key_lines(source)
    try:
        raw = tomllib.loads(source)
    except tomllib.TOMLDecodeError:
        return
    assert {key for (key, *_) in lines} == set(raw)
    assert all(1 <= line <= source.count("\n") + 1 for line in lines.values())
