"""The report: what it shows, that its numbers are those of the check, and that a draft stays text in it."""

from __future__ import annotations

import itertools
import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report.tree import Node, tree, words_of_draft
from unmid.checks.layout import variation
from unmid.cli import main
from unmid.lint.apply import fix_all
from unmid.lint.check import check_text
from unmid.lint.render import file_as_json
from unmid.packs.model import Baseline, Rate
from unmid.prose.formats import parse
from unmid.report.changes import changes
from unmid.report.markup import escaped
from unmid.report.page import page
from unmid.report.portrait import portrait, usual
from unmid.settings import Settings
from unmid.voice.compare import departures

ROWING = Path(__file__).parents[1] / "drafts" / "rowing.md"
TEXT = ROWING.read_text(encoding="utf-8")
few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def made(text: str, path: str = "draft.md", under: Settings | None = None) -> str:
    return page(portrait(text, path=path, settings=under or Settings()))


@pytest.fixture(scope="module")
def source() -> str:
    return made(TEXT, "rowing.md")


@pytest.fixture(scope="module")
def shown(source: str) -> Node:
    return tree(source)


def test_structure(shown: Node) -> None:
    """Landmarks, one first heading, and no heading level left out outside of the draft."""
    body = shown.one("body")
    assert [node.name for node in body.children if isinstance(node, Node)] == ["a", "header", "main", "footer"]
    assert shown.attributes == {"lang": "en"}
    assert shown.one("head").one("title").text() == "rowing.md · unmid report"
    assert shown.one("h1").text() == "rowing.md"
    assert [node.text() for node in shown.all("h2")] == ["Draft", "Figures", "Marks", "After all cuts", "Rules"]
    sections = {node.attributes.get("id"): node.attributes.get("aria-label") for node in shown.one("main").all("section") if "aria-label" in node.attributes}
    assert sections == {"draft": "Draft", "figures": "Figures", "marks": "Marks", "after": "After all cuts", "rules": "Rules"}
    levels = [int(node.name[1]) for node in shown.walk() if re.fullmatch(r"h[1-6]", node.name)]
    assert all(deeper - level <= 1 for level, deeper in itertools.pairwise(levels))


def test_links_lead_somewhere(shown: Node) -> None:
    """Every link is to a place in the page, and no place is there twice."""
    places = [node.attributes["id"] for node in shown.walk() if "id" in node.attributes]
    assert len(places) == len(set(places))
    for link in shown.all("a"):
        href = link.attributes["href"]
        assert href
        assert href[0] == "#"
        assert href[1:] in places
    for node in shown.walk():
        for name in (node.attributes.get("aria-labelledby") or "").split():
            assert name in places


def test_marks(shown: Node) -> None:
    """Each mark stands on its words, says its rule, message and first fix, and is reached with the keyboard."""
    report = check_text(TEXT, path="rowing.md")
    for number, finding in enumerate(report.findings, 1):
        label = f"Mark {number}, {finding.rule}: {finding.message}"
        row = shown.one("li", id=f"finding-{number}")
        assert row.one("a", "rule").text() == finding.rule
        assert finding.message in row.text()
        assert [node.text() for node in row.all("li")[1:]] == [fix.title + "safe" * fix.safe for fix in finding.fixes]
        if finding.block:
            note = shown.one("p", "note", id=f"mark-{number}")
            assert finding.message in note.text()
            continue
        mark = shown.one("mark", id=f"mark-{number}")
        tip = mark.one("span", "tip")
        assert mark.text(lambda node: node.attributes.get("class") in ("number", "tip")) == finding.text
        assert mark.one("a", "number").attributes["aria-label"] == label
        assert [tip.one(class_="rule").text(), tip.one(class_="message").text()] == [finding.rule, finding.message]
        assert [node.text() for node in tip.all(class_="fix")] == [fix.title for fix in finding.fixes[:1]]
    assert len(shown.all("mark")) + len(shown.all("p", "note")) == len(report.findings)


def test_numbers_are_those_of_the_check(shown: Node) -> None:
    """The page and the JSON report say the same."""
    report = check_text(TEXT, path="rowing.md")
    told = file_as_json(report, TEXT)
    facts = {row.one("dt").text(): row.one("dd").text() for row in shown.one("dl").all("div")}
    figures = portrait(TEXT, path="rowing.md", settings=Settings())

    assert facts["words"] == str(told["words"])
    assert facts["marks"] == str(len(told["findings"]))
    assert facts["marked hedges in 1,000 words"] == f"{told['metrics']['hedges_per_1k']:g}"
    assert facts["of the words in lists"] == f"{told['metrics']['list_share']:.0%}"
    lengths = [sentence.words for sentence in figures.sentences if not sentence.listed]
    assert round(variation(lengths), 3) == told["metrics"]["sentence_cv"]
    families = {row.one("th").text(): int(row.all("td")[-1].text()) for row in shown.one("table", "families").all("tr")}
    assert families == {
        "Filler": 6, "Non-opinions": 3, "Chat leftovers": 2, "Hedges": 2, "Puffery": 2, "Weasel words": 1, "Lists": 1,
    }
    assert sum(families.values()) == len(told["findings"])
    marked = sum(paragraph.marked for paragraph in figures.paragraphs)
    assert marked == sum(finding["rule"].startswith("hedge/") for finding in told["findings"])
    quiet = {row.one("th").text(): int(row.one("td").text()) for row in shown.one("table", "quiet").all("tr")}
    assert quiet == report.counted


def test_figures_say_their_numbers(shown: Node) -> None:
    """A picture has a title and tells in words what it shows; one bar a sentence, one a paragraph."""
    figures = portrait(TEXT, path="rowing.md", settings=Settings())
    drawings = [node for node in shown.all("svg") if node.attributes.get("role") == "img"]
    assert [node.one("title", id=name).text() for node, name in zip(drawings, ("sentences-title", "hedges-title", "lists-title"), strict=True)] == [
        "Words in each sentence, in reading order", "Hedges in each paragraph, in reading order", "Share of the words that stand in lists",
    ]
    lengths = ", ".join(str(sentence.words) for sentence in figures.sentences)
    assert drawings[0].one("desc").text().endswith(f"In reading order: {lengths}.")
    assert len(drawings[0].all("g")) == len(figures.sentences)
    assert len(drawings[1].all("g")) == len(figures.paragraphs)
    assert all(node.attributes.get("aria-hidden") == "true" for node in shown.all("svg") if node not in drawings)


def test_after_all_cuts(shown: Node) -> None:
    """What is left is what the command line leaves, and the changes lead there from the draft."""
    left, _ = fix_all(TEXT, lambda now: check_text(now, path="rowing.md").findings, suggested=True)
    box = shown.one("div", "changes")

    assert shown.one("div", "left").text() == left
    assert box.text(lambda node: node.name == "ins") == TEXT
    assert box.text(lambda node: node.name == "del") == left
    saved = check_text(TEXT).words - check_text(left).words
    assert f"{saved} fewer" in shown.one("section", id="after").text()


def test_asks_for_nothing(source: str, shown: Node) -> None:
    """No script, no style but ours, nothing from elsewhere; and the page forbids them."""
    style = shown.one("style").text()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = shown.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import|@font-face|expression", style)
    names = {node.name for node in shown.walk()}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "audio", "video", "image", "use"}
    for node in shown.walk():
        assert not any(name.startswith("on") or name in ("src", "style", "srcset", "xlink:href") for name in node.attributes)
    assert "//" not in source.replace("<!DOCTYPE", "")


def test_never_says_who_wrote_it() -> None:
    """The page speaks of what the reader loses."""
    said = tree(made("The oar broke in May. Nobody saw it.\n")).text()

    assert not re.search(r"\bA\.?I\b|generated|human|score", said)


# Escaping.

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mark></div></main><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "&lt;script&gt; &amp;lt; &#60;script&#62; &notanentity; &#x0;",
    "[x](javascript:alert(1)) ![y](data:text/html,<script>alert(1)</script>) <a href='javascript:alert(1)'>z</a>",
    "<!-- --><script>alert(1)</script><!--",
    "]]><![CDATA[<script>",
    "<?php echo 1 ?><!DOCTYPE html>",
    "`</code><script>` **</strong><b>** ~~</s>~~",
    "It is important to note that <b onclick=alert(1)>it</b> could potentially \"break\" & 'fall'.",
    "- **<script>:** It is important to note that x.\n- **</ul>:** y\n",
    "\u202e\u2066evil\u202d It is important to note that x.",
    "\x00\x01\x0b\x0c\x1b\x7f\x85\u2028\ufeff\ufffe x",
]


def readable(text: str) -> str:
    """The text with what no page can hold replaced, as the page does."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]", "\ufffd", text)


@pytest.mark.parametrize("path", ["draft.md", "draft.txt", '"><script>alert(1)</script>.md'])
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_draft_stays_text(attack: str, path: str) -> None:
    """Whatever it holds, and whatever it is called."""
    text = f"{attack}\n\nIt is important to note that {attack}\n"
    shown = tree(made(text, path))

    assert words_of_draft(shown) == readable(text)
    assert shown.one("h1").text() == Path(path).name
    allowed = {node.name for node in tree(made(TEXT)).walk()} | {"blockquote", "code", "h4", "h5", "h6", "s", "u"}
    assert {node.name for node in shown.walk()} <= allowed
    assert all(not name.startswith("on") for node in shown.walk() for name in node.attributes)


def test_no_character_breaks_the_page() -> None:
    """Half a surrogate pair cannot be written down."""
    assert escaped("a\ud800b\rc") == "a\ufffdb&#13;c"


PIECES = [
    "# ", "## ", "> ", "- ", "1. ", "- [ ] ", "    ", "\t", "\n", "\n\n", "\r\n", "\r", "*", "**", "_", "~~", "`", "```\n", "$", "$$", "[", "](", ")", "](x)",
    "![", "<b>", "</b>", "<!-- unmid-ignore hedge -->", "<!-- unmid-off -->", "| a | b |\n|---|---|\n| c | d |\n", "[^1]", "[^1]: ", "---\n", "&amp;", "&", "<", '"',
    "😀", "é", "e\u0301", "\u200d", "It is important to note that it could potentially stick. ", "Ultimately, it depends. ", "- **Cost:** The cost is high.\n",
    "Great question! ", "Why? ", "Yes. ", "\u2028", "\x00",
]  # fmt: skip


@few
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=14).map("".join))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    """The text of the drawn draft is the draft; the changes lead from it to what is left."""
    figures = portrait(text, path="draft.md", settings=Settings())
    shown = tree(page(figures))

    assert words_of_draft(shown) == readable(text)
    if figures.after.fixes:
        assert shown.one("div", "changes").text(lambda node: node.name == "ins") == readable(text)
        assert shown.one("div", "left").text() == readable(figures.after.text)


@few
@given(st.text("ab c\n,.", max_size=60), st.text("ab c\n,.", max_size=60))
def test_changes_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    """And nothing is called changed that is not."""
    found = list(changes(old, new))

    assert "".join(change.old for change in found) == old
    assert "".join(change.new for change in found) == new


def test_changes_read_well() -> None:
    """A run of changed words is one change, not a change a word."""
    found = [(change.old, change.new) for change in changes("Due to the fact that it broke, we left.", "Because it broke, we left.") if change.old != change.new]

    assert found == [("Due to the fact that", "Because")]


# Colours.

COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast(shown: Node, theme: int) -> None:
    """All words reach 4.5 to 1 in both themes, on the page and on what is raised above it; bars reach 3 to 1 where they matter."""
    colours = {found[1]: found[2 + theme] for found in COLOUR.finditer(shown.one("style").text())}
    for name in colours.keys() - {"page", "raised", "rule", "bar"}:
        for ground in ("page", "raised"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def test_families_differ_in_more_than_colour(shown: Node) -> None:
    """Each mark has its number, and the line under it has the family's form."""
    style = shown.one("style").text()
    forms = dict(re.findall(r"\.(\w+) \{ --family: var\(--\w+\); --line: (\w+); \}", style))

    assert set(forms.values()) == {"wavy", "solid", "double", "dashed", "dotted"}
    for mark in shown.all("mark"):
        name = mark.attributes["class"]
        assert name in forms
        assert mark.one("a", "number").text().isdigit()


def test_theme_can_be_chosen(shown: Node) -> None:
    """By the reader, without a script; the reader's system decides otherwise."""
    style = shown.one("style").text()
    assert [node.attributes["id"] for node in shown.all("input", type="radio")] == ["theme-auto", "theme-light", "theme-dark"]
    for theme in ("light", "dark"):
        assert f":root:has(#theme-{theme}:checked) {{ color-scheme: {theme}; }}" in style
    assert "color-scheme: light dark;" in style
    boxes = {node.attributes["id"] for node in shown.all("input", type="checkbox")}
    assert boxes == {f"show-{name}" for name in ("filler", "neutral", "chat", "hedge", "puff", "weasel", "list")}
    assert all(f"#{box}:not(:checked)" in style for box in boxes)


# The command.


def test_command(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The page goes to a file or to standard output, and is the same."""
    target = tmp_path / "out.html"
    assert main(["report", "--isolated", str(ROWING), "-o", str(target)]) == 0
    assert capfdbinary.readouterr() == (b"", b"")
    assert main(["report", "--isolated", str(ROWING)]) == 0

    out, err = capfdbinary.readouterr()
    assert (out, err) == (target.read_bytes(), b"")
    assert out.startswith(b"<!DOCTYPE html>\n<html lang=\"en\">")


def test_command_agrees_with_check(capsys: pytest.CaptureFixture[str]) -> None:
    """`unmid report` and `unmid check` see the same marks, under the same settings."""
    main(["check", "--isolated", "--ignore", "filler", "--output-format", "json", str(ROWING)])
    told = json.loads(capsys.readouterr().out)
    main(["report", "--isolated", "--ignore", "filler", str(ROWING)])
    shown = tree(capsys.readouterr().out)

    rows = [row.one("a", "rule").text() for row in shown.all("li", "finding")]
    assert rows == [finding["rule"] for finding in told["files"][0]["findings"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.md"], "nowhere.md: no such file"),
        ([str(ROWING), "-o", "nowhere/out.html"], "out.html: cannot be written: No such file or directory"),
        ([str(ROWING), "--select", "fillr"], "there is no rule “fillr”; did you mean “filler”?"),
    ],
)
def test_command_fails_in_one_sentence(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the file and the reason, and status 2."""
    monkeypatch.chdir(tmp_path)

    assert main(["report", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_front_matter_sets_the_genre() -> None:
    """As it does for a check."""
    text = "---\ngenre: docs\n---\n\nIt is important to note that x holds.\n"

    assert tree(made(text)).one("p", "about").text() == "docs genre"


def test_an_empty_draft() -> None:
    """Has a page too."""
    shown = tree(made(""))

    assert [node.text() for node in shown.all("p", "none")] == [
        "Nothing is marked.", "No sentences.", "No paragraphs.", "Nothing is marked.",
        "There is nothing that can be cut without a decision of yours.",
    ]  # fmt: skip


# Beside the author's own texts.

LONG = "\n\n".join(
    f"The {boat} was built in {year}. She leaks at the bow, so Rita bails with a pot and the others row on. In May the rudder "
    f"line broke, and the four of them walked home along the river with the oars on their shoulders. Nobody spoke. The club "
    f"paid {year - 1200} pounds for a new one, and it came in June."
    for boat, year in zip(["eight", "four", "pair", "single", "launch", "skiff", "gig", "tub"], range(1961, 2001, 5), strict=True)
)
OWN = Baseline(
    author="Ana", words=60_000, texts=41, genres=("essay",),
    rates={"hedge": Rate(9.0, 3.0, 3.0, 9.0, 14.0, 41), "punct.question": Rate(20.0, 4.0, 12.0, 20.0, 28.0, 41)},
)  # fmt: skip


def test_beside_the_author_s_own_texts() -> None:
    """Their own rate stands where the usual one would; habits that the draft leaves are told, in the words of the comparison."""
    settings = Settings(author="Ana", baseline=OWN)
    found = departures(parse(LONG), OWN, usual())
    shown = tree(made(LONG, under=settings))
    figures = shown.one("section", id="figures")

    assert [one.feature for one in found] == ["punct.question"]
    words = found[0].words
    assert [node.text() for node in figures.all("h3")] == [
        "Sentence lengths", "Hedges by paragraph", "List share", "Beside your own texts", "The draft as a whole", "At your usual rate",
    ]  # fmt: skip
    assert figures.all("ul", "whole")[0].text() == f"{words[0].upper()}{words[1:]}."
    whole = [node.text() for node in figures.all("ul", "whole")[1].all("li")]
    assert "You usually have questions; here they are all but gone voice/lost-quirk" in whole
    assert "your usual rate is 9.0" in figures.text()
    assert shown.one("p", "about").text() == "essay genre, judged by the pack of Ana"


def test_without_an_author() -> None:
    """The usual rate is that of good essays, and nothing is said of habits."""
    figures = tree(made(LONG)).one("section", id="figures")

    assert f"the usual rate is {usual().rates['hedge'].mean:.1f}" in figures.text()
    assert "Beside your own texts" not in figures.text()
