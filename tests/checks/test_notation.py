"""The pattern notation: what each sign matches, and what is said of a pattern that cannot be read."""

from __future__ import annotations

import pytest

from unmid.checks.notation import (
    Lexicon,
    PatternError,
    compile_pattern,
    inflections,
    plurals,
    tape_of,
)

CLASSES = Lexicon({"be": ("is", "are", "'s"), "note": ("note/v", "point out"), "loop": ("{loop}",)})


def found(pattern: str, text: str) -> list[str]:
    """What a pattern matches in one sentence."""
    return [match.span.of(text) for match in compile_pattern(pattern, CLASSES).find(tape_of(text))]


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("rope", "rope, ropes and a rope-end", ["rope"]),
        ("rop*", "rope, ropes and a drop", ["rope", "ropes"]),
        ("explore/v", "explore explored exploring explorer", ["explore", "explored", "exploring"]),
        ("pulley/n", "a pulley, two pulleys", ["pulley", "pulleys"]),
        ("it {be} late", "it's late, it is late, its late", ["it's late", "it is late"]),
        ("to {note}", "to point out, to note, to noted", ["to point out", "to note", "to noted"]),
        ("a _ oar", "a long oar, a very long oar", ["a long oar"]),
        ("the ..2 oar", "the long, red oar and the one that he broke oar", ["the long, red oar"]),
        ("pull #", "pull 12 or pull $3.50 or pull hard", ["pull 12", "pull $3.50"]),
        ("(row|scull) [very] hard", "row hard, scull very hard", ["row hard", "scull very hard"]),
        ("^ row", "row and row", ["row"]),
        ("^ row", "“row and row", ["row"]),
        ("^ row", "🚣 row", ["row"]),
        ("row $", "row and row.", ["row"]),
        ("oar , please", "oar, please", ["oar, please"]),
        ("oar -- that", "oar — that, oar - that, oar-that", ["oar — that", "oar - that"]),
        ("very !(much)", "very much, very wet", ["very"]),
        ("very &(wet)", "very much, very wet", ["very"]),
        ("-(not|never) wet", "not wet, never wet, always wet", ["wet"]),
        ("cannot", "cannot", ["cannot"]),
        ("that", "that's", []),
        ("don't", "don't", ["don't"]),
        ("hello ([dear] [crew])", "hello", ["hello"]),
    ],
)
def test_signs(pattern: str, text: str, matches: list[str]) -> None:
    """Each sign of the notation."""
    assert found(pattern, text) == matches


def test_mark_and_cut() -> None:
    """Parts can be marked or cut alone, and groups are numbered."""
    text = "we could possibly row"

    (match,) = compile_pattern("we <(could|might) ~possibly~> row", CLASSES).find(tape_of(text))

    assert match.mark is not None
    assert match.cut is not None
    assert (match.span.of(text), match.mark.of(text), match.cut.of(text), match.groups[1].of(text)) == (
        "we could possibly row",
        "could possibly",
        "possibly",
        "could",
    )


@pytest.mark.parametrize(
    ("pattern", "anchors"),
    [
        ("it {be} late", {"late"}),
        ("{be} (wet|dry)", {"wet", "dry"}),
        ("[very] wet", {"wet"}),
        ("... _", set()),
        ("it don't", {"don't"}),
        ("rop* it", {"it"}),
        ("don't [stop]", {"don't"}),
    ],
)
def test_anchors(pattern: str, anchors: set[str]) -> None:
    """Anchors are words without which a pattern cannot match."""
    assert compile_pattern(pattern, CLASSES).anchors == anchors


@pytest.mark.parametrize(
    ("pattern", "first", "second"),
    [
        ("it {be} late", {"it"}, {"is", "are", "'s"}),
        ("[very] wet sail", {"very", "wet"}, {"wet", "sail"}),
        ("(a [b]|c d) e", {"a", "c"}, {"b", "d", "e"}),
        ("<(a|b) ~c~> d", {"a", "b"}, {"c"}),
        ("^ !(no) a &(b) b c", {"a"}, {"b"}),
        ("a [b] $", {"a"}, None),
        ("(a|b)", {"a", "b"}, None),
        ("_ a", None, {"a"}),
        ("a _ b", {"a"}, None),
        ("a ..2 b", {"a"}, None),
        ("... a", None, None),
        ("rop* a", None, {"a"}),
        ("[a]", None, None),
    ],
)
def test_heads(pattern: str, first: set[str] | None, second: set[str] | None) -> None:
    """The words that a match begins with, and those that can follow; None where any can, or none need."""
    read = compile_pattern(pattern, CLASSES)

    assert (read.first, read.second) == (first, second)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a (b", "“a (b”: “)” is missing"),
        ("a [b", "“a [b”: “]” is missing"),
        ("a b)", "“a b)”: cannot read “)”"),
        ("<a", "“<a”: “<” or “~” is never closed"),
        ("a > b", "“a > b”: “>” without “<”"),
        ("{metal}", "“{metal}”: there is no word class {metal}"),
        ("{loop}", "“{loop}”: nested too deeply"),
        ("a = b", "“a = b”: cannot read “=”"),
    ],
)
def test_errors(pattern: str, message: str) -> None:
    """A pattern that cannot be read says why."""
    with pytest.raises(PatternError) as error:
        compile_pattern(pattern, CLASSES)

    assert str(error.value) == message


def test_classes_of_many_words() -> None:
    """They are read as fast as they are long, and cannot fill the memory however often they are named."""
    lexicon = Lexicon({"oars": tuple(f"oar{number}" for number in range(40_000)), "boats": tuple(f"a boat{number}" for number in range(40_000))})

    assert compile_pattern("{boats} leaks", lexicon).second == {f"boat{number}" for number in range(40_000)}
    for number in range(24):
        compile_pattern(f"({{oars}}|rope{number}) breaks", lexicon)
    with pytest.raises(PatternError, match="the patterns before it hold 1,000,000 words, counting a class in each; use smaller classes"):
        compile_pattern("{oars} break", lexicon)


def test_forms() -> None:
    """Regular verbs and nouns in their forms."""
    assert inflections("use") == ("use", "uses", "used", "using")
    assert inflections("carry") == ("carry", "carries", "carried", "carrying")
    assert inflections("plan") == ("plan", "plans", "planed", "planing", "planned", "planning")
    assert inflections("push") == ("push", "pushes", "pushed", "pushing")
    assert inflections("agree") == ("agree", "agrees", "agreed", "agreeing")
    assert plurals("city") == ("city", "cities")
    assert plurals("day") == ("day", "days")
    assert plurals("box") == ("box", "boxes")


def test_units() -> None:
    """Texts are split into words and short forms."""
    assert tape_of("it's a well-known rope").words == ["it", "'s", "a", "well-known", "rope"]
