"""Rule files: what is read, and what is said of a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmid.lint.ruleset import rule_checker
from unmid.packs.load import load_pack, load_rule
from unmid.packs.model import Example, Match

GOOD = """\
kind     = "phrase"
severity = "warning"
since    = "0.1"
summary  = "Rust"
message  = "“{match}” rusts"
why      = "It does."
instead  = "Oil it."
fix      = "replace"
replace  = { "in rust" = "rusty" }

[[example]]
text  = "A gate in rust."
flags = ["in rust"]
fixed = "A gate rusty."
"""


def write(folder: Path, text: str, name: str = "filler/rust.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_rule(tmp_path: Path) -> None:
    """A good file becomes a rule, whole."""
    rule, problems = load_rule(write(tmp_path, GOOD), "filler")

    assert problems == ()
    assert rule is not None
    assert (rule.id, rule.kind, rule.severity, rule.fix) == ("filler/rust", "phrase", "warning", "replace")
    assert rule.matches == (Match(phrases=("in rust",), replace={"in rust": "rusty"}),)
    assert rule.examples == (Example("A gate in rust.", ("in rust",), "A gate rusty."),)


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (('kind     = "phrase"', 'kind     = "phrse"'), 1, "kind is “phrse”; allowed: phrase, pattern, regex, density, structure, rhythm, absence; did you mean “phrase”?"),
        (('severity = "warning"', 'severity = "warn"'), 2, "severity is “warn”; allowed: error, warning, information, hint, quiet; did you mean “warning”?"),
        (('why      = "It does."\n', ""), 1, "key “why” is missing"),
        (('summary  = "Rust"', 'summery  = "Rust"'), 4, "unknown key “summery”; did you mean “summary”?"),
        (('fix      = "replace"', "fix      = 3"), 8, "fix is “3”; allowed: cut, replace, prompt, none"),
        (('flags = ["in rust"]', 'flags = ["in rusty"]'), 13, "flags “in rusty”, which is not in the example's text"),
        (('flags = ["in rust"]', 'flag = ["in rust"]'), 13, "unknown key “flag”; did you mean “flags”?"),
        (('since    = "0.1"', "since    = 0.1"), 3, "since must be a string, not a number"),
        (('since    = "0.1"', 'scope = ["paragraf"]'), 3, "scope names “paragraf”; allowed: paragraph, list-item, heading, table-cell; did you mean “paragraph”?"),
        (('replace  = { "in rust" = "rusty" }', "across = 7"), 9, "across must be 1, 2 or 3 sentences"),
        (('replace  = { "in rust" = "rusty" }', 'limit = { x = "y" }'), 9, "limit must be a table of numbers from 0 up"),
        (('replace  = { "in rust" = "rusty" }', 'unless = "quote"'), 9, "unless must be an array of strings"),
        (('replace  = { "in rust" = "rusty" }', 'replace = { "in rust" = 3 }'), 9, "replace must be a string or a table of strings"),
        (('since    = "0.1"', 'fill     = "Name it"'), 3, 'fill is for a rule that leaves the words to the writer: fix = "prompt"'),
        (("since    = ", "since    "), 3, "is not valid TOML: Expected '=' after a key in a key/value pair"),
    ],
)
def test_broken_rule(tmp_path: Path, change: tuple[str, str], line: int, message: str) -> None:
    """An error names the file, the line, what is wrong and what is allowed."""
    path = write(tmp_path, GOOD.replace(*change))

    rule, problems = load_rule(path, "filler")

    assert rule is None
    assert (str(path), line, message) in {(p.path, p.line, p.message) for p in problems}


def test_rule_not_utf8(tmp_path: Path) -> None:
    """A file in another encoding is named as such."""
    path = write(tmp_path, "")
    path.write_bytes(b"kind = \"\xff\"")

    assert [str(p) for p in load_rule(path, "filler")[1]] == [f"{path}: is not UTF-8 text; save it as UTF-8"]


def test_bad_id(tmp_path: Path) -> None:
    """Names of files are rule ids and must read like them."""
    path = write(tmp_path, GOOD, "filler/Big_Rust.toml")

    assert [p.message for p in load_rule(path, "filler")[1]] == [
        "“Big_Rust” cannot be part of a rule id; use lower case, digits and single hyphens"
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('patterns = ["{metal} gate"]', 9, "patterns: “{metal} gate”: there is no word class {metal}"),
        ('patterns = ["a (b"]', 9, "patterns: “a (b”: “)” is missing"),
        ('patterns = ["a b"]\nunless = ["quot"]', 10, "there is no gate “quot”; did you mean “quote”?"),
    ],
)
def test_broken_pattern(tmp_path: Path, text: str, line: int, message: str) -> None:
    """A rule of the right form that cannot work is reported and left out; the others stay."""
    write(tmp_path, GOOD)
    head = GOOD.split("\n[[example]]")[0].replace('"phrase"', '"pattern"').replace('replace  = { "in rust" = "rusty" }\n', "")
    broken = write(tmp_path, head + text + "\n", "filler/broken.toml")

    pack = load_pack("mine", tmp_path, rule_checker)

    assert [rule.id for rule in pack.rules] == ["filler/rust"]
    assert [(p.path, p.line, p.message) for p in pack.problems] == [(str(broken), line, message)]


def test_classes(tmp_path: Path) -> None:
    """Word classes are shared by a pack's rules; a name may be used once."""
    write(tmp_path, 'metal = "iron tin"\nphrase = ["wrought iron"]\n', "words/a.toml")
    second = write(tmp_path, 'other = "zinc"\nmetal = "lead"\n', "words/b.toml")

    pack = load_pack("mine", tmp_path)

    assert pack.classes["phrase"] == ("wrought iron",)
    assert [(p.path, p.line, p.message) for p in pack.problems] == [
        (str(second), 2, "word class “metal” is already defined in another file")
    ]
