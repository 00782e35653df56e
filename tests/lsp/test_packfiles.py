"""Pack files, rule files and settings while they are written: what is wrong, what could stand here, what a word means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmid.lsp.basis import Bases
from unmid.lsp.packfiles import PACK, RULE, SETTINGS, Names, about, kind_of, names_in, options, problems
from unmid.lsp.toml import Place, place
from unmid.settings import Settings

PLACES = [
    ("|", ("key", (), "")),
    ("ki|", ("key", (), "ki")),
    ("kind = |", ("value", ("kind",), "")),
    ('kind = "phr|', ("value", ("kind",), "phr")),
    ('kind = "phr|"', ("value", ("kind",), "phr")),
    ("kind = 'phr|", ("value", ("kind",), "phr")),
    ('kind = "phrase"\nsev|', ("key", (), "sev")),
    ("[al|", ("table", (), "al")),
    ("[genre.|", ("table", ("genre",), "")),
    ("[[rule]]\n|", ("key", ("rule",), "")),
    ("[allow]\nphrases = [|", ("value", ("allow", "phrases"), "")),
    ('[allow]\nphrases = ["a b",\n  "c|', ("value", ("allow", "phrases"), "c")),
    ('[allow]\nphrases = ["a"]\nru|', ("key", ("allow",), "ru")),
    ('[ban]\n"x" = { |', ("key", ("ban", "x"), "")),
    ('[ban]\n"x" = { max = 0, sa|', ("key", ("ban", "x"), "sa")),
    ('[ban]\n"x" = { max = |', ("value", ("ban", "x", "max"), "")),
    ('[ban]\n"x" = { max = 0 }\n|', ("key", ("ban",), "")),
    ('[severity]\n"filler/bo|', ("key", ("severity",), "filler/bo")),
    ('[severity]\n"filler/booster" = "o|', ("value", ("severity", "filler/booster"), "o")),
    ('genre.essay.allow.ru|', ("key", ("genre", "essay", "allow"), "ru")),
    ('why = """\n  text\n"""\n|', ("key", (), "")),
    ('a = [[1, 2], [|', ("value", ("a",), "")),
    ('[[match]]\nunless = ["quote", "|\n[[example]]\ntext = "x"', ("value", ("match", "unless"), "")),
    ('x = "broken\n|', ("key", (), "")),
]


@pytest.mark.parametrize(("marked", "found"), PLACES)
def test_place(marked: str, found: tuple[str, tuple[str, ...], str]) -> None:
    """In finished text and in text that breaks off."""
    offset = marked.index("|")
    here = place(marked.replace("|", ""), offset)

    assert here is not None
    assert (here.what, here.way, here.typed) == found
    assert here.start == offset - len(here.typed)


def test_no_place_in_a_comment() -> None:
    """Nothing is offered there."""
    assert place("a = 1 # sev", 11) is None
    assert place("# x\n", 4) == Place("key", (), "", 4, False)


@given(st.text("[]{}=,.\"'#ab \n\\", max_size=40), st.integers(0, 40))
def test_any_text_has_places(source: str, offset: int) -> None:
    """Whatever is typed."""
    here = place(source, min(offset, len(source)))

    assert here is None or source[here.start : min(offset, len(source))] == here.typed


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def names() -> Names:
    return names_in(Bases().of(None, Settings(), None), Path("nowhere") / "ana.toml", None)


def test_kinds(tmp_path: Path) -> None:
    """By place, and by look where the place says too little."""
    looks = 'kind = "phrase"\nmessage = "x"\nwhy = "x"\n'
    assert kind_of(tmp_path / "unmid.toml", "") == SETTINGS
    assert kind_of(tmp_path / ".unmid" / "packs" / "ana.toml", "") == PACK
    assert kind_of(tmp_path / "style" / "pack.toml", "") == PACK
    assert kind_of(tmp_path / "style" / "filler" / "mine.toml", looks) == RULE
    assert kind_of(tmp_path / "style" / "filler" / "mine.toml", "") is None
    (tmp_path / "style").mkdir()
    (tmp_path / "style" / "pack.toml").touch()
    assert kind_of(tmp_path / "style" / "filler" / "mine.toml", "") == RULE
    assert kind_of(tmp_path / "style" / "words" / "mine.toml", looks) is None
    for name in ("Cargo.toml", "pyproject.toml", "src/config.toml"):
        assert kind_of(tmp_path / name, "[package]\n") is None


WRONG = [
    (PACK, "ana.toml", "[allow]\nphrases = [1]\n", [(2, "phrases must be an array of strings")]),
    (PACK, "ana.toml", "[alow]\n", [(1, "unknown key “alow”; did you mean “allow”?")]),
    (PACK, "ana.toml", '[ban]\n\n"x" = { mx = 0 }\n', [(3, "ban of “x”: unknown key “mx”; did you mean “max”?")]),
    (PACK, "ana.toml", "x = [", [(1, "is not valid TOML: Invalid value")]),
    (PACK, "ana.toml", '[allow]\nrules = [\n  "puff",\n  "puff/aphorsm",\n]\n', [(4, "there is no rule “puff/aphorsm”; did you mean “puff/aphorism”?")]),
    (PACK, "ana.toml", '[genre.docs.severity]\n"filer" = "off"\n', [(2, "there is no rule “filer”; did you mean “filler”?")]),
    (PACK, "ana.toml", '[limits]\n"list/share.shar" = 0.4\n', [(2, "list/share has no limit “shar”; it has: share, words")]),
    (PACK, "ana.toml", '[limits."list/share"]\nshar = 0.4\n', [(2, "list/share has no limit “shar”; it has: share, words")]),
    (PACK, "ana.toml", '[limits]\n"list/shar.share" = 0.4\n', [(2, "there is no rule “list/shar”; did you mean “list/share”?")]),
    (PACK, "ana.toml", 'extends = [\n  "plain",\n  "plane",\n]\n', [(3, "there is no pack “plane”; did you mean “plain”?")]),
    (PACK, "ana.toml", '# mine\nextends = "../secret"\n', [(2, "there is no pack “../secret”")]),
    (PACK, "ana.toml", 'extends = "ana"\n', [(1, "there is no pack “ana”")]),
    (SETTINGS, "unmid.toml", 'genre = "docs"\npacks = [\n  "plain",\n  "plane",\n]\n', [(4, "there is no pack “plane”; did you mean “plain”?")]),
    (SETTINGS, "unmid.toml", 'genre = "esay"\n', [(1, "genre is “esay”; allowed: essay, docs, science, legal, fiction, social, encyclopedia; did you mean “essay”?")]),
    (SETTINGS, "unmid.toml", 'ignore = ["filler/note-tat"]\n', [(1, "there is no rule “filler/note-tat”; did you mean “filler/note-that”?")]),
    (SETTINGS, "unmid.toml", '[paths."docs/**"]\nignore = ["nothing"]\n', [(2, "there is no rule “nothing”")]),
    (SETTINGS, "unmid.toml", '[severity]\n"hedge" = "off"\n', []),
]


@pytest.mark.parametrize(("kind", "name", "source", "found"), WRONG)
def test_problems(kind: str, name: str, source: str, found: list[tuple[int, str]], names: Names, tmp_path: Path) -> None:
    """In the text as it is typed, at their lines; nothing is read from disk."""
    assert [(item.line, item.message) for item in problems(kind, tmp_path / name, source, names)] == found


def wrong(path: Path, names: Names, root: Path | None = None) -> list[tuple[int, str]]:
    """What is wrong in a pack as it is on disk, in a project."""
    source = path.read_text(encoding="utf-8")
    return [(item.line, item.message) for item in problems(PACK, path, source, replace(names, path=path, root=root))]


def test_circles(names: Names, tmp_path: Path) -> None:
    """Are told in each pack that is in one, at the name that leads into it; and not in a pack that only leads there."""
    write(tmp_path / "a.toml", 'extends = [\n  "plain",\n  "b",\n]\n')
    write(tmp_path / "b.toml", '\nextends = "c"\n')
    write(tmp_path / "c.toml", '\n\nextends = ["a.toml"]\n')
    write(tmp_path / "d.toml", 'extends = ["a"]\n')
    write(tmp_path / "e.toml", 'extends = ["plain", "e"]\n')
    write(tmp_path / "house" / "pack.toml", 'extends = "../house"\n')

    def circle(*way: str) -> str:
        return f"extends goes in a circle: {' → '.join(way)}; take one of them out"

    assert wrong(tmp_path / "a.toml", names) == [(3, circle("a", "b", "c", "a"))]
    assert wrong(tmp_path / "b.toml", names) == [(2, circle("b", "c", "a", "b"))]
    assert wrong(tmp_path / "c.toml", names) == [(3, circle("c", "a", "b", "c"))]
    assert wrong(tmp_path / "d.toml", names) == []
    assert wrong(tmp_path / "e.toml", names) == [(1, circle("e", "e"))]
    assert wrong(tmp_path / "house" / "pack.toml", names) == [(1, circle("house", "house"))]


def test_places_that_packs_cannot_extend(names: Names, tmp_path: Path) -> None:
    """What lies outside is told as it is when the pack is used; deep chains too."""
    write(tmp_path / "secret.toml", "")
    ana = write(tmp_path / "book" / "ana.toml", 'extends = "../secret.toml"\n')
    for n in range(9):
        write(tmp_path / "book" / f"p{n}.toml", f'extends = "p{n + 1}"\n')
    write(tmp_path / "book" / "p9.toml", "")

    assert wrong(ana, names) == [
        (1, "extends “../secret.toml”, which lies outside the project and the folders of packs; copy it into one of them")
    ]
    assert wrong(tmp_path / "book" / "p0.toml", names) == []
    assert wrong(tmp_path / "book" / "p8.toml", names) == []


def test_rules_of_a_pack_and_of_those_that_it_extends(names: Names, tmp_path: Path) -> None:
    """Can be named, though no draft uses the pack: those in the file, in its folder, and in what it builds on."""
    rule = f'[[rule]]\nid = "mine/{{}}"\n{GOOD_RULE.replace("kind-off", "kind-of")}'
    write(tmp_path / "base.toml", rule.format("base"))
    write(tmp_path / "house" / "mine" / "folder.toml", GOOD_RULE.replace("kind-off", "kind-of"))
    said = '[severity]\n"mine/base" = "off"\n"mine/folder" = "off"\n"mine/file" = "off"\n"mine/none" = "off"\n'
    pack = write(tmp_path / "house" / "pack.toml", f'extends = "../base"\n{said}{rule.format("file")}')

    assert wrong(pack, names, tmp_path) == [(6, "there is no rule “mine/none”; did you mean “mine/folder”?")]


def test_packs_that_can_be_named(names: Names, tmp_path: Path) -> None:
    """Installed ones, and those beside the file; in settings those of the project. Each with what it is for."""
    home = tmp_path / ".unmid" / "packs"
    ana = write(home / "ana.toml", "")
    write(home / "plain.toml", "")
    write(home / "team.toml", '[meta]\nsummary = "Ours"\n')
    write(tmp_path / "house" / "pack.toml", "")
    write(tmp_path / "unmid.toml", "")
    write(tmp_path / "other.toml", "")

    def named(path: Path, kind: str, key: str) -> dict[str, str]:
        source = f'{key} = [""]'
        return {one.label: one.about for one in options(kind, source, len(source) - 2, replace(names, path=path))}

    assert named(ana, PACK, "extends").keys() == {"academic", "newsletter", "plain", "./plain", "team"}
    assert named(ana, PACK, "extends")["team"] == "Ours"
    assert named(ana, PACK, "extends")["plain"].startswith("Classic plain style")
    project = {"academic", "newsletter", "plain", "house", ".unmid/packs/ana", ".unmid/packs/plain", ".unmid/packs/team"}
    assert named(tmp_path / "unmid.toml", SETTINGS, "packs").keys() == project
    up = {"academic", "newsletter", "plain", "../.unmid/packs/ana", "../.unmid/packs/plain", "../.unmid/packs/team"}
    assert named(tmp_path / "house" / "pack.toml", PACK, "extends").keys() == up


GOOD_RULE = """\
kind     = "pattern"
severity = "hint"
summary  = "x"
message  = "x"
why      = "x"
instead  = "x"
patterns = ["by and large"]
unless   = ["kind-off"]
"""


def test_rule_problems(names: Names, tmp_path: Path) -> None:
    """Of a rule file: its keys, its gates, its patterns."""
    path = tmp_path / "filler" / "mine.toml"

    def found(source: str) -> list[tuple[int, str]]:
        return [(item.line, item.message) for item in problems(RULE, path, source, names)]

    assert found(GOOD_RULE) == [(8, "there is no gate “kind-off”; did you mean “kind-of”?")]
    good = GOOD_RULE.replace("kind-off", "kind-of")
    assert found(good) == []
    assert found(good.replace("hint", "hin")) == [
        (2, "severity is “hin”; allowed: error, warning, information, hint, quiet; did you mean “hint”?")
    ]
    assert found(good.replace("by and large", "{nothing}"))[0][0] == 7
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "own.toml").write_text('nothing = "a b"\n', encoding="utf-8")
    assert found(good.replace("by and large", "{nothing}")) == []


def offered(kind: str, marked: str, names: Names) -> list[str]:
    return [one.label for one in options(kind, marked.replace("|", ""), marked.index("|"), names)]


def taken(kind: str, marked: str, label: str, names: Names) -> str:
    source = marked.replace("|", "")
    (one,) = (one for one in options(kind, source, marked.index("|"), names) if one.label == label)
    return source[: one.span.start] + one.text + source[one.span.end :]


def test_offers(names: Names) -> None:
    """Keys that are not there yet, rules, limits, genres, gates and places, severities, kinds, families."""
    assert offered(PACK, "|", names) == ["extends", "meta", "allow", "ban", "limits", "severity", "genre", "rule", "baseline"]
    assert offered(PACK, "[allow]\nrules = []\n|", names) == ["phrases"]
    assert offered(PACK, "[genre.|]", names) == ["essay", "docs", "science", "legal", "fiction", "social", "encyclopedia"]
    assert offered(PACK, "[genre.docs.|]", names) == ["allow", "ban", "limits", "severity"]
    assert offered(PACK, '[ban]\n"x" = { max = 1, | }', names) == ["max_per_1k", "say"]
    assert {"hedge", "filler/note-that"} <= {*offered(PACK, '[allow]\nrules = ["|"]', names)}
    assert {"hedge", "filler/note-that"} <= {*offered(PACK, "[severity]\n|", names)}
    assert "list/share.share" in offered(PACK, "[limits]\n|", names)
    assert offered(PACK, '[limits]\n"list/share.share" = "|"', names) == ["p50", "p75", "p90", "p95"]
    assert offered(PACK, '[severity]\nhedge = "|"', names) == ["error", "warning", "information", "hint", "quiet", "off"]
    assert offered(RULE, 'kind = "|"', names) == ["phrase", "pattern", "regex", "density", "structure", "rhythm", "absence"]
    assert {"quoted", "closing", "crowd"} <= {*offered(RULE, '[[match]]\nwhen = ["|"]', names)}
    assert offered(RULE, 'off = ["|"]', names) == ["essay", "docs", "science", "legal", "fiction", "social", "encyclopedia"]
    assert "no-claim" in offered(RULE, 'shape = "|"', names)
    assert {"kind", "id"} <= {*offered(PACK, "[[rule]]\n|", names)}
    assert "select" in offered(SETTINGS, "|", names)
    assert "ignore" in offered(SETTINGS, '[paths."docs/**"]\n|', names)
    assert offered(SETTINGS, "# |", names) == []


@pytest.mark.parametrize(
    ("kind", "marked", "label", "text"),
    [
        (RULE, "kind = |", "phrase", 'kind = "phrase"'),
        (RULE, 'kind = "ph|', "phrase", 'kind = "phrase"'),
        (RULE, 'kind = "ph|"', "phrase", 'kind = "phrase"'),
        (RULE, 'kind = "ph|rase"', "pattern", 'kind = "pattern"'),
        (RULE, "sev|", "severity", "severity = "),
        (RULE, 'sev| = "hint"', "severity", 'severity = "hint"'),
        (RULE, "safe = |", "true", "safe = true"),
        (PACK, '[severity]\n"filler/|', "filler/booster", '[severity]\n"filler/booster" = '),
        (PACK, '[severity]\n"filler/|" = "off"', "filler/booster", '[severity]\n"filler/booster" = "off"'),
        (PACK, "[severity]\nfil|", "filler/booster", '[severity]\n"filler/booster" = '),
        (PACK, "[al|]", "allow", "[allow]"),
    ],
)
def test_what_is_put_there(kind: str, marked: str, label: str, text: str, names: Names) -> None:
    """Quotes and signs are there once."""
    assert taken(kind, marked, label, names) == text


def told(kind: str, marked: str, names: Names) -> tuple[str, str] | None:
    source = marked.replace("|", "")
    found = about(kind, source, marked.index("|"), names)
    return (found[0], found[1].of(source)) if found else None


def test_what_words_mean(names: Names) -> None:
    """Keys, rules, gates with a number, limits; nothing for what is the writer's own."""
    assert told(RULE, 'wh|y = "x"', names) == ("What the reader loses.", "why")
    assert told(PACK, '[allow]\nrules = ["filler/no|te-that"]', names) == ("Announcing that a note follows", "filler/note-that")
    gate = told(RULE, 'unless = ["short:|12"]', names)
    assert gate is not None
    assert gate[1] == "short:12"
    assert gate[0]
    assert told(PACK, '[ban]\n"x" = { ma|x = 0 }', names) == ("How often a draft may use the word; 0 is never.", "max")
    limit = told(PACK, '[limits]\n"list/share.sh|are" = 0.4', names)
    assert limit == ("0.5 as it comes", "list/share.share")
    assert told(PACK, '[allow]\nphrases = ["a|b"]', names) is None
    assert told(RULE, "# wh|y", names) is None
