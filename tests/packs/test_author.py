"""Pack files: what is read, and what is said of a broken one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from unmid.checks.shapes import SHAPES
from unmid.lint.ruleset import rule_checker
from unmid.packs.author import load_pack_file
from unmid.packs.model import Ban, Baseline, Choices, Rate

GOOD = """\
extends = ["plain", "./team.toml"]

[meta]
summary = "Ana writes about boats"
author  = "Ana"
emails  = ["ana@example.org"]
words   = 61240
texts   = 41
genres  = ["essay"]
learned = 2026-11-22
sources = ["6f1e"]

[allow]
rules   = ["hedge/plausibility-shield"]
phrases = ["sort of", "here's the thing"]

[ban]
"interesting" = { max = 0, say = "what is it really?" }
"cringe" = { max_per_1k = 0.5 }
"delve" = {}

[limits]
"list/share.share" = 0.4
"hedge/density.per_1k" = "p95"

[severity]
"filler/booster" = "off"

[genre.social]
allow.phrases = ["mixed feelings"]
ban.moreover = { max = 1 }
severity.hedge = "hint"

[[rule]]
id = "voice/rust"
kind = "phrase"
severity = "warning"
summary = "Rust"
message = "“{match}” rusts"
why = "It does."
instead = "Oil it."
phrases = ["in rust"]

[[rule.example]]
text = "A gate in rust."
flags = ["in rust"]

[baseline]
"punct.dash" = { mean = 4.8, sd = 1.9, p05 = 1.9, p90 = 7.4, n = 41 }
"hedge/density" = { mean = 3, sd = 1, p05 = 1, p50 = 2.9, p90 = 5, n = 40 }
"""


def write(folder: Path, text: str, name: str = "ana.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_pack_file(tmp_path: Path) -> None:
    """A good file becomes a pack, whole."""
    pack = load_pack_file(write(tmp_path, GOOD))

    assert pack.problems == ()
    assert (pack.name, pack.summary, pack.author, pack.emails) == ("ana", "Ana writes about boats", "Ana", ("ana@example.org",))
    assert pack.extends == ("plain", "./team.toml")
    assert pack.choices == Choices(
        rules=("hedge/plausibility-shield",),
        phrases=("sort of", "here's the thing"),
        ban={"interesting": Ban(0, None, "what is it really?"), "cringe": Ban(None, 0.5), "delve": Ban()},
        limits={"list/share.share": 0.4, "hedge/density.per_1k": "p95"},
        severity={"filler/booster": "off"},
    )
    assert pack.genres == {
        "social": Choices(phrases=("mixed feelings",), ban={"moreover": Ban(1)}, severity={"hedge": "hint"})
    }
    assert pack.baseline == Baseline(
        "Ana", 61240, 41, ("essay",), "2026-11-22", ("6f1e",),
        {"punct.dash": Rate(4.8, 1.9, 1.9, 4.8, 7.4, 41), "hedge/density": Rate(3, 1, 1, 2.9, 5, 40)},
    )
    assert [(rule.id, rule.path, len(rule.examples)) for rule in pack.pack.rules] == [("voice/rust", str(tmp_path / "ana.toml"), 1)]


def test_folder(tmp_path: Path) -> None:
    """A folder may have a pack.toml beside its rule files, or none."""
    rule = 'kind = "phrase"\nseverity = "hint"\nsummary = "s"\nmessage = "m"\nwhy = "w"\ninstead = "i"\nphrases = ["x"]\n'
    write(tmp_path, rule, "team/filler/oar.toml")

    assert [rule.id for rule in load_pack_file(tmp_path / "team").pack.rules] == ["filler/oar"]

    write(tmp_path, '[severity]\nhedge = "off"\n[[rule]]\nid = "filler/two"\n' + rule, "team/pack.toml")
    pack = load_pack_file(tmp_path / "team")

    assert pack.problems == ()
    assert pack.choices.severity == {"hedge": "off"}
    assert [rule.id for rule in pack.pack.rules] == ["filler/oar", "filler/two"]


RULE = '[[rule]]\nid = "filler/oar"\nkind = "phrase"\nseverity = "hint"\nsummary = "s"\nmessage = "m"\nwhy = "w"\ninstead = "i"\nphrases = ["x"]\n'
MISTAKES = [
    ("[alow]", 1, "unknown key “alow”; did you mean “allow”?"),
    ("allow = 3", 1, "allow must be a table, not a number"),
    ('[allow]\nphrase = ["x"]', 2, "unknown key “phrase”; did you mean “phrases”?"),
    ('[allow]\nphrases = "x"', 2, "phrases must be an array of strings"),
    ('[allow]\nphrases = [\n "x",\n " ",\n]', 4, "phrases holds an empty phrase; take it out"),
    ("[allow]\nrules = [1]", 2, "rules must be an array of strings"),
    ("extends = 3", 1, "extends must be an array of strings"),
    ("[meta]\nauthour = 'x'", 2, "unknown key “authour”; did you mean “author”?"),
    ("[meta]\nauthor = 3", 2, "author must be a string, not a number"),
    ("[meta]\nemails = 'a@b.c'", 2, "emails must be an array of strings"),
    ("[ban]\ndelve = 0", 2, 'ban of “delve” must be a table such as { max = 0, say = "why" }, not a number'),
    ("[ban]\n\n[ban.delve]\nmaxx = 0", 3, "ban of “delve”: unknown key “maxx”; did you mean “max”?"),
    ("[ban]\ndelve = { max = -1 }", 2, "ban of “delve”: max must be a number from 0 up, not -1"),
    ("[ban]\ndelve = { max = 1.5 }", 2, "ban of “delve”: max must be a whole number, not 1.5"),
    ("[ban]\ndelve = { max_per_1k = true }", 2, "ban of “delve”: max_per_1k must be a number from 0 up, not a boolean"),
    ("[ban]\ndelve = { max = 1, max_per_1k = 1 }", 2, "ban of “delve”: takes max or max_per_1k, not both"),
    ("[ban]\ndelve = { say = 1 }", 2, "ban of “delve”: say must be a string, not a number"),
    ('[ban]\n"" = {}', 2, "ban names an empty word; take it out"),
    ('[allow]\nphrases = ["a  bit"]\n[ban]\n"A bit" = {}', 4, "“A bit” is both allowed and banned; take one of them out"),
    ("[limits]\nshare = 1", 2, 'limits: “share” names no limit; write "rule.key", such as "list/share.share"'),
    ('[limits]\n"list/share.share" = "some"', 2, 'limit “list/share.share” must be a number from 0 up or a percentile such as "p90", not “some”'),
    ('[limits]\n"list/share".share = -1', 2, 'limit “list/share.share” must be a number from 0 up or a percentile such as "p90", not -1'),
    ('[limits]\n"list/share.share" = nan', 2, 'limit “list/share.share” must be a number from 0 up or a percentile such as "p90", not nan'),
    ('[severity]\n\nhedge = "loud"', 3, "hedge is “loud”; allowed: error, warning, information, hint, quiet, off"),
    ("[genre.esay]", 1, "there is no genre “esay”; allowed: essay, docs, science, legal, fiction, social, encyclopedia; did you mean “essay”?"),
    ("[genre.essay]\nrules = []", 2, "unknown key “rules”"),
    ("[genre.essay]\nallow.phrases = 3", 2, "phrases must be an array of strings"),
    ("[genre]\nessay = 3", 2, "essay must be a table, not a number"),
    ("[baseline]\n'a.b' = 3", 2, "a.b must be a table, not a number"),
    ("[baseline]\n'a.b' = { mean = 3 }", 2, "baseline of “a.b” lacks sd, p05, p90, n; learn it again"),
    ("[baseline]\n'a.b' = { mean = 3, sd = 1, p05 = 1, p90 = 'x', n = 1 }", 2, "p90 must be a number from 0 up, not a string"),
    ("rule = 3", 1, "rule must be written as [[rule]] tables"),
    (RULE.replace('id = "filler/oar"\n', ""), 1, 'key “id” is missing; a rule needs one such as "filler/my-rule"'),
    (RULE.replace("filler/oar", "oar"), 2, 'id “oar” has no family; write it as "family/name"'),
    (RULE.replace("filler/oar", "filler/Oar"), 1, "“Oar” cannot be part of a rule id; use lower case, digits and single hyphens"),
    (RULE + RULE, 11, "there is a rule “filler/oar” above already"),
    (RULE.replace("summary", "sumary"), 5, "unknown key “sumary”; did you mean “summary”?"),
    (RULE.replace('kind = "phrase"', 'kind = "tune"'), 3, "kind is “tune”; allowed: phrase, pattern, regex, density, structure, rhythm, absence"),
    (RULE.replace('["x"]', '["x"]\nunless = ["quot"]'), 10, "there is no gate “quot”; did you mean “quote”?"),
    (RULE.replace('phrases = ["x"]', 'patterns = ["a (b"]').replace('"phrase"', '"pattern"'), 9, "patterns: “a (b”: “)” is missing"),
    (RULE.replace('phrases = ["x"]', "regexes = ['a(b']").replace('"phrase"', '"regex"'), 9, "regexes: “a(b” does not compile: missing ) at position 3"),
    (RULE.replace('kind', 'needs = "tagger"\nkind').replace('phrases = ["x"]', 'tokens = [[{ LOWR = "x" }]]').replace('"phrase"', '"pattern"'), 1, "tokens: [pattern -> 0 -> LOWR] Extra inputs are not permitted"),
    (RULE.replace('phrases = ["x"]', f"regexes = ['{'(' * 3000}{')' * 3000}']").replace('"phrase"', '"regex"'), 1, "regexes: one has too many brackets one inside another"),
    (RULE.replace('phrases = ["x"]', f"patterns = ['{'(' * 3000}a{')' * 3000}']").replace('"phrase"', '"pattern"'), 1, "patterns: one has too many brackets one inside another"),
    (RULE.replace('phrases = ["x"]', 'patterns = ["a ..30 b ..30 c ..30 d ..30 e"]').replace('"phrase"', '"pattern"'), 9, "patterns: “a ..30 b ..30 c ..30 d ..30 e”: could match in more than 50,000 ways; use fewer or shorter gaps"),
    (RULE + "tokens = [3]", 10, "tokens must be an array of arrays of tables"),
    (RULE + "[[rule.match]]\nphrases = ['y']\n[[rule.match]]\nphrase = ['y']", 13, "unknown key “phrase”; did you mean “phrases”?"),
    (RULE + "[[rule.example]]\ntext = 'an x'\nflags = ['y']", 12, "flags “y”, which is not in the example's text"),
    (RULE + "[[rule.example]]\nflags = []", 10, "an example needs a text"),
    (RULE.replace('"phrase"', '"structure"'), 3, "a structure rule needs a shape"),
    (RULE.replace('"phrase"', '"structure"') + 'shape = "no-clam"', 10, f"shape is “no-clam”; allowed: {', '.join(SHAPES)}; did you mean “no-claim”?"),
    (RULE.replace('phrases = ["x"]', ""), 3, "a phrase rule needs phrases or replace"),
    (RULE + "safe = 1", 10, "safe must be true or false, not a number"),
    (RULE + 'fill = "Name it"', 10, 'fill is for a rule that leaves the words to the writer: fix = "prompt"'),
    (RULE + 'through = ["quotes"]', 10, "through names “quotes”; allowed: quote, mention, dialogue, name; did you mean “quote”?"),
    (RULE + 'mark = "sentense"', 10, "mark is “sentense”; allowed: match, sentence, sentences, tail; did you mean “sentence”?"),
    (RULE + 'off = ["esay"]', 10, "off names “esay”; allowed: essay, docs, science, legal, fiction, social, encyclopedia; did you mean “essay”?"),
    (RULE + 'only = "essay"', 10, "only must be an array of strings"),
    (RULE + 'scope = ["quote"]', 10, "scope names “quote”; allowed: paragraph, list-item, heading, table-cell"),
    (RULE + 'fix = "off"', 10, "fix is “off”; allowed: cut, replace, prompt, none"),
    (RULE.replace('["x"]', '["x"]\nunless = ["closing:x"]'), 10, "gate “closing:x” needs a whole number after the colon; write “closing:2”"),
    (RULE.replace('["x"]', '["x"]\nunless = ["closing:"]'), 10, "gate “closing:” needs a whole number after the colon; write “closing:2”"),
    (RULE.replace('["x"]', '["x"]\nwhen = ["quoted:3"]'), 10, "gate “quoted:3” takes no number; write “quoted”"),
    (RULE + "limit = { per_1k = -1 }", 10, "limit must be a table of numbers from 0 up"),
    (RULE + "limit = { per_1k = nan }", 10, "limit must be a table of numbers from 0 up"),
    (RULE + "limit = { at_least = inf }", 10, "limit must be a table of numbers from 0 up"),
    (RULE + "limit = { at_least = 2, docs = 3 }", 10, "limit must be a table of numbers from 0 up"),
    (RULE + "replace = { x = 3 }", 10, "replace must be a string or a table of strings"),
    (RULE + "across = 4", 10, "across must be 1, 2 or 3 sentences"),
    (RULE + "[rule.match]\nphrases = ['y']", 10, "match must be written as [[match]] tables"),
    (RULE + "[[rule.example]]\ntext = 'an x'\nformat = 'latx'", 12, "format is “latx”; allowed: markdown, plain, latex, rst, asciidoc; did you mean “latex”?"),
    (RULE + "[[rule.example]]\ntext = 'an x'\ngenre = 'esay'", 12, "genre is “esay”; allowed: essay, docs, science, legal, fiction, social, encyclopedia; did you mean “essay”?"),
    (RULE + "[[rule.example]]\ntext = 'an x'\nwith = 3", 12, "with must be a table, not a number"),
    ("[baseline]\n'a.b' = { mean = 3, sd = 1, p05 = 1, p90 = 2, n = 1, max = 3 }", 2, "unknown key “max”"),
    ("[allow", 1, "is not valid TOML: Expected ']' at the end of a table declaration"),
    ("a = " + "[" * 5000, 0, "has too many brackets one inside another; write it flatter"),
    (".".join("a" * 50) + " = 1", 1, "has a key of more than 40 parts; write it shorter"),
    ("a = " + "9" * 5000, 0, "is not valid TOML: a number is too long"),
    ("#" * 1_000_001, 0, "is larger than 1 MB; split it"),
]


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES, ids=[message[:50] for _, _, message in MISTAKES])
def test_mistakes(tmp_path: Path, text: str, line: int, message: str) -> None:
    """Every mistake of a pack's author is named with its line and what is right; what else the pack says still holds."""
    path = write(tmp_path, text)

    pack = load_pack_file(path, checker=rule_checker)

    assert (str(path), line, message) in {(p.path, p.line, p.message) for p in pack.problems}
    assert set(pack.pack.problems) == set(pack.problems)


def test_mistakes_leave_the_rest(tmp_path: Path) -> None:
    """What is right beside a mistake is used."""
    pack = load_pack_file(write(tmp_path, GOOD.replace('"cringe" = { max_per_1k = 0.5 }', '"cringe" = 3')))

    assert [p.line for p in pack.problems] == [19]
    assert pack.choices.ban == {"interesting": Ban(0, None, "what is it really?"), "delve": Ban()}
    assert [rule.id for rule in pack.pack.rules] == ["voice/rust"]


def test_missing(tmp_path: Path) -> None:
    """A pack that is not there is a problem, no exception."""
    pack = load_pack_file(tmp_path / "none.toml")

    assert [str(p) for p in pack.problems] == [f"{tmp_path / 'none.toml'}: cannot be read: No such file or directory"]


def test_percentiles() -> None:
    """Percentiles between the known ones are in proportion; beyond them as in a normal distribution, never inside."""
    rate = Rate(mean=5, sd=2, p05=1, p50=5, p90=9, n=12)

    assert [rate.at(p) for p in (5, 50, 70, 90)] == [1, 5, 7, 9]
    assert rate.at(99) == pytest.approx(9.65, abs=0.01)
    assert rate.at(95) == 9
    assert rate.at(1) == pytest.approx(0.35, abs=0.01)


HOSTILE = {
    "tables": "".join(f"[a{n}]\n" for n in range(100_000)),
    "unknown keys": "".join(f"k{n} = 1\n" for n in range(90_000)),
    "bans": "[ban]\n" + "".join(f"w{n} = 3\n" for n in range(60_000)),
    "rules": "".join(f"[[rule]]\nid='a/b{n}'\n" for n in range(40_000)),
    "phrases": "[allow]\nphrases = [" + "'ab cd'," * 90_000 + "]",
    "dotted": ".".join("a" * 400_000) + " = 1",
    "backslashes": 'a = """' + "\\" * 900_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end(tmp_path: Path, name: str) -> None:
    """Whatever a file of the largest size holds, reading it ends, and no more is told than anyone reads."""
    path = write(tmp_path, HOSTILE[name])
    start = time.process_time()

    pack = load_pack_file(path, checker=rule_checker)

    assert len(pack.problems) <= 100
    assert time.process_time() - start < 20
