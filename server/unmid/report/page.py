"""The page: one file that asks for nothing from anywhere, without a script, in light and dark, and on paper."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from unmid import __version__
from unmid.lint.finding import Finding
from unmid.report import charts
from unmid.report.changes import changes
from unmid.report.draft import draft, family
from unmid.report.markup import Html, tag
from unmid.report.portrait import Portrait
from unmid.text.lines import LineIndex

_NAMES: Final = {
    "hedge": "Hedges",
    "filler": "Filler",
    "list": "Lists",
    "neutral": "Non-opinions",
    "puff": "Puffery",
    "chat": "Chat leftovers",
    "weasel": "Weasel words",
    "rhythm": "Rhythm",
    "voice": "Voice",
}
_THEMES: Final = ("auto", "light", "dark")


def page(portrait: Portrait) -> str:
    """The report as a whole HTML document."""
    style = _style() + "".join(_filter(name) for name in portrait.families)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{portrait.name} · unmid report"),
        tag("style", Html(style)),
    )
    body = tag("body", tag("a", "Go to the draft", href="#draft", class_="skip"), _header(portrait), _main(portrait), _footer())
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


@cache
def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def _filter(rule: str) -> str:
    """Hides the marks of a family while its box is not ticked."""
    name = family(rule)
    off = f":root:has(#show-{name}:not(:checked))"
    return f"{off} :is(.note,.finding).{name},{off} mark.{name} :is(.number,.tip){{display:none}}{off} mark.{name}{{all:unset}}\n"


def _header(portrait: Portrait) -> Html:
    about = [f"{portrait.genre} genre"]
    if portrait.author:
        about.append(f"judged by the pack of {portrait.author}")
    links = [tag("a", words, href=f"#{place}") for place, words in _places(portrait)]
    return tag(
        "header",
        tag("p", "unmid report", class_="eyebrow"),
        tag("h1", tag("bdi", portrait.name)),
        tag("p", ", ".join(about), class_="about"),
        tag("nav", *links, aria_label="On this page"),
        _theme(),
    )


def _places(portrait: Portrait) -> Iterator[tuple[str, str]]:
    yield "draft", "Draft"
    yield "figures", "Figures"
    yield "marks", "Marks"
    yield "after", "After all cuts"
    if portrait.report.findings:
        yield "rules", "Rules"


def _theme() -> Html:
    choices = [
        tag(
            "label",
            tag("input", type="radio", name="theme", id=f"theme-{name}", checked=name == "auto"),
            tag("span", name),
        )
        for name in _THEMES
    ]
    return tag("fieldset", tag("legend", "Colours"), *choices, class_="theme")


def _main(portrait: Portrait) -> Html:
    return tag(
        "main",
        _summary(portrait),
        tag("div", _draft(portrait), _figures(portrait), class_="spread"),
        _marks(portrait),
        _after(portrait),
        _rules(portrait),
    )


def _summary(portrait: Portrait) -> Html:
    report, after = portrait.report, portrait.after
    saved = report.words - after.words
    facts = [
        (f"{report.words:,}", _noun(report.words, "word")),
        (f"{len(report.findings):,}", _noun(len(report.findings), "mark")),
        (f"{saved:,}", f"{_noun(saved, 'word')} fewer after all cuts"),
        (f"{report.metrics['hedges_per_1k']:g}", "marked hedges in 1,000 words"),
        (f"{report.metrics['list_share']:.0%}", "of the words in lists"),
    ]
    return tag("dl", *(tag("div", tag("dt", what), tag("dd", number)) for number, what in facts), class_="summary")


def _draft(portrait: Portrait) -> Html:
    return tag(
        "section",
        tag("h2", "Draft"),
        _boxes(portrait),
        tag("div", draft(portrait.document, portrait.report.findings), class_="draft"),
        id="draft",
        aria_label="Draft",
        tabindex=-1,
    )


def _boxes(portrait: Portrait) -> Html:
    """Which families show their marks. They are ticked to begin with, and need no script."""
    if not portrait.families:
        return tag("p", "Nothing is marked.", class_="none")
    boxes = [
        tag(
            "label",
            tag("input", type="checkbox", id=f"show-{family(name)}", checked=True),
            tag("span", _family(name), class_=f"key {family(name)}"),
        )
        for name in portrait.families
    ]
    return tag("fieldset", tag("legend", "Show"), *boxes, class_="show")


def _figures(portrait: Portrait) -> Html:
    return tag(
        "section",
        tag("h2", "Figures"),
        *_family_figures(portrait),
        *_sentence_figures(portrait),
        *_hedge_figures(portrait),
        *_list_figures(portrait),
        *_own(portrait),
        *_whole(portrait),
        *_quiet(portrait),
        id="figures",
        aria_label="Figures",
        class_="figures",
    )


def _figure(head: str, drawn: Html, caption: str) -> Html:
    return tag("figure", tag("h3", head), drawn, tag("figcaption", caption))


def _family_figures(portrait: Portrait) -> Iterator[Html]:
    if portrait.families:
        most = max(portrait.families.values())
        rows = [
            tag(
                "tr",
                tag("th", _family(name), scope="row"),
                tag("td", charts.family_bar(count, most, family(name)), class_="drawn"),
                tag("td", str(count)),
            )
            for name, count in portrait.families.items()
        ]
        yield tag("h3", "Marks by family")
        yield tag("table", tag("tbody", *rows), class_="families", aria_label="Marks by family")


def _sentence_figures(portrait: Portrait) -> Iterator[Html]:
    parts = ["One bar a sentence, as tall as it has words."]
    if any(sentence.listed for sentence in portrait.sentences):
        parts.append("Hollow bars stand in lists.")
    if any(sentence.marked for sentence in portrait.sentences):
        parts.append("Strong bars hold a mark.")
    parts.append(f"Lengths vary by {portrait.report.metrics['sentence_cv']:.2f} of their mean, lists aside.")
    yield _figure("Sentence lengths", charts.sentence_lengths(portrait), " ".join(parts))


def _hedge_figures(portrait: Portrait) -> Iterator[Html]:
    total = sum(paragraph.hedges for paragraph in portrait.paragraphs)
    words = sum(paragraph.words for paragraph in portrait.paragraphs)
    rate = 1000 * total / words if words else 0.0
    caption = (
        f"{rate:.1f} in 1,000 words, marked or not; {portrait.usual.whose} is {portrait.usual.per_1k:.1f}, and a line shows where it "
        "would put each paragraph. Pale parts are within their limit and not marked."
    )
    yield _figure("Hedges by paragraph", charts.hedges(portrait.paragraphs, portrait.usual), caption)


def _list_figures(portrait: Portrait) -> Iterator[Html]:
    value = portrait.report.metrics["list_share"]
    limit = f" The line is where lists begin to crowd out the argument, {portrait.list_limit:.0%}." if portrait.list_limit else ""
    drawn = charts.share("lists", "Share of the words that stand in lists", value, portrait.list_limit)
    yield _figure("List share", drawn, f"{value:.0%} of the words stand in lists.{limit}")


def _own(portrait: Portrait) -> Iterator[Html]:
    """The draft beside what is usual for its author, both ways; less than usual of what is marked is no news."""
    if portrait.departures:
        yield tag("h3", "Beside your own texts")
        yield tag("ul", *(tag("li", _sentence(one.words)) for one in portrait.departures), class_="whole")


def _quiet(portrait: Portrait) -> Iterator[Html]:
    counted = portrait.report.counted
    if counted:
        yield tag("h3", "At your usual rate" if portrait.usual.whose.startswith("your") else "Counted, not marked")
        rows = [
            tag("tr", tag("th", rule, scope="row", title=_summary_of(portrait, rule)), tag("td", str(count)))
            for rule, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        ]
        yield tag("p", "Signs that mean little on their own. They are no marks.")
        yield tag("table", tag("tbody", *rows), class_="quiet", aria_label="Counted, not marked")


def _whole(portrait: Portrait) -> Iterator[Html]:
    if portrait.whole:
        yield tag("h3", "The draft as a whole")
        yield tag(
            "ul",
            *(tag("li", one.message, " ", tag("span", one.rule, class_="rule")) for one in portrait.whole),
            class_="whole",
        )


def _marks(portrait: Portrait) -> Html:
    findings = portrait.report.findings
    lines = LineIndex(portrait.text)
    rows = [_finding(number, one, lines) for number, one in enumerate(findings, 1)]
    body = tag("ol", *rows, class_="findings") if rows else tag("p", "Nothing is marked.", class_="none")
    return tag("section", tag("h2", "Marks"), body, id="marks", aria_label="Marks")


def _finding(number: int, finding: Finding, lines: LineIndex) -> Html:
    line = lines.line_of(finding.span.start) + 1
    fixes = [
        tag("li", fix.title, tag("span", "safe", class_="safe") if fix.safe else "") for fix in finding.fixes
    ]
    return tag(
        "li",
        tag("a", str(number), href=f"#mark-{number}", class_="number", aria_label=f"Mark {number} in the draft"),
        tag(
            "div",
            tag("p", *_said(finding), class_="message"),
            tag("ul", *fixes, class_="fixes") if fixes else "",
        ),
        tag("p", tag("a", finding.rule, href=f"#rule-{finding.rule}", class_="rule"), tag("span", f"line {line}", class_="line")),
        class_=f"finding {family(finding.rule)}",
        id=f"finding-{number}",
    )


def _said(finding: Finding) -> Iterator[str]:
    """The message, after the words that it speaks of where it does not name them."""
    words = " ".join(finding.text.split())
    if not finding.block and words not in finding.message:
        yield tag("q", tag("bdi", words if len(words) <= 120 else f"{words[:119].rstrip()}…"))
        yield " "
    yield tag("bdi", finding.message)


def _after(portrait: Portrait) -> Html:
    after, before = portrait.after, portrait.report.words
    if not after.fixes:
        said = "There is nothing that can be cut without a decision of yours."
        return tag("section", tag("h2", "After all cuts"), tag("p", said, class_="none"), id="after", aria_label="After all cuts")
    saved = before - after.words
    share = f" ({saved / before:.0%})" if before and saved > 0 else ""
    said = (
        f"{after.fixes} {_noun(after.fixes, 'change')}, safe and suggested, would leave {after.words:,} of {before:,} words: "
        f"{saved:,} fewer{share}. What goes is struck through, what comes is underlined."
    )
    pieces = [piece for change in changes(portrait.text, after.text) for piece in _change(change.old, change.new)]
    return tag(
        "section",
        tag("h2", "After all cuts"),
        tag("p", said),
        tag("div", *pieces, class_="changes", tabindex=0, role="group", aria_label="The draft with all changes", dir="auto"),
        tag("details", tag("summary", "The text that is left"), tag("div", after.text, class_="left", dir="auto")),
        id="after",
        aria_label="After all cuts",
    )


def _change(old: str, new: str) -> Iterator[str]:
    if old == new:
        yield old
        return
    if old:
        yield tag("del", old)
    if new:
        yield tag("ins", new)


def _rules(portrait: Portrait) -> Html:
    met = sorted({finding.rule for finding in portrait.report.findings} & portrait.rules.keys())
    if not met:
        return Html()
    found = []
    for name in met:
        rule = portrait.rules[name]
        parts = (("Why", rule.why), ("Instead", rule.instead), ("When the words are right", rule.exceptions))
        body = [tag("p", tag("b", f"{head}."), " ", text) for head, text in parts if text]
        found.append(
            tag("section", tag("h3", name, class_="rule"), tag("p", f"{rule.summary}.", class_="sum"), *body, id=f"rule-{name}")
        )
    return tag("section", tag("h2", "Rules"), tag("div", *found, class_="rules"), id="rules", aria_label="Rules")


def _footer() -> Html:
    said = f"Made by unmid {__version__}, on this machine. The page loads nothing and runs nothing."
    return tag("footer", tag("p", said))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _family(name: str) -> str:
    return _NAMES.get(name, name.capitalize())


def _summary_of(portrait: Portrait, rule: str) -> str | None:
    return portrait.rules[rule].summary if rule in portrait.rules else None


def _noun(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"
