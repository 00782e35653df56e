"""`unmid voice learn`, `show` and `compare`."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from unmid import cli
from unmid.checks.habits import COUNTED, MEASURED, label
from unmid.files import Unreadable, read_text
from unmid.layers import effective
from unmid.packs.authors import of_people
from unmid.packs.discovery import at_hand, personal
from unmid.packs.edit import EditError
from unmid.packs.model import Baseline, Rate
from unmid.packs.sources import Packs
from unmid.voice import store
from unmid.voice.bars import bar
from unmid.voice.compare import FAMILIES, Departure, departures_of, drift_of
from unmid.voice.features import LEAST, read, sample
from unmid.voice.learn import progress
from unmid.voice.lesson import LessonError, take, usable, usual
from unmid.voice.proposals import Proposal
from unmid.voice.texts import Wanted


class _Refused(Exception):
    """What cannot be done, in one sentence with its cure."""


def run(args: argparse.Namespace) -> int:
    """Learn an author's voice, show it, or compare a draft with it."""
    try:
        match args.action:
            case "learn":
                _learn(args)
            case "show":
                _show(args)
            case _:
                _compare(args)
    except (_Refused, LessonError, Unreadable, EditError) as error:
        print(f"unmid: {error}", file=sys.stderr)
        return cli.BROKEN
    return cli.OK


# Learning.


def _learn(args: argparse.Namespace) -> None:
    path = _home(args)
    wanted = Wanted(_date(args.before, "--before"), _date(args.after, "--after"), args.genre)
    lesson = take([Path(named) for named in args.paths], path, args.author, wanted, _progress, args.ask_again)
    print(lesson.told)
    _propose(lesson.proposals, path, args.accept)
    print(f"Wrote {path}: rates only, no words of yours but those that you accepted.")


def _propose(found: Sequence[Proposal], path: Path, accept: bool) -> None:
    """Ask about each proposal on a terminal, and remember what is refused; take all with `accept`; else list them."""
    asking = not accept and bool(found) and sys.stdin.isatty() and sys.stderr.isatty()
    for number, one in enumerate(found, 1):
        print(f"  {one.question}", file=sys.stderr if asking else sys.stdout)
        answer = _answer(f"  {number} of {len(found)}: y to accept, n never to, l to leave it for later, q for no more: ") if asking else "y" if accept else "l"
        if answer == "q":
            return
        if answer == "y":
            store.accept(path, one)
        elif answer == "n":
            store.refuse(path, one)
    if found and not accept and not asking:
        print("None of these was written. Learn again with --accept to take all, or on a terminal to choose.")


def _answer(question: str) -> str:
    """`y`, `n`, `l` or `q`, asked for until it is one of them; nothing is for later, and the end of all input is no more."""
    while True:
        print(question, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        answer = line.strip().lower()[:1] or ("l" if line else "q")
        if answer in "ynlq":
            return answer


def _date(given: str | None, option: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(given) if given else None
    except ValueError:
        raise _Refused(f"{option} is “{given}”; write a date such as 2022-11-30") from None


def _progress(number: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\r\x1b[K" if number == total else ""
        print(f"\rreading {number}/{total}{end}", end="", file=sys.stderr, flush=True)


# Showing and comparing.


def _show(args: argparse.Namespace) -> None:
    own, norms = _baseline(args, Path.cwd()), usual().rates
    rows = [(name, rate, norms.get(name)) for name, rate in _shown(own)]
    if args.output_format == "json":
        _dump(
            {
                **_about(own),
                "features": [
                    {"feature": name, "label": _label(name), **asdict(rate), "usual": norm.mean if norm else None} for name, rate, norm in rows
                ],
            }
        )
        return
    print(_headline(own))
    width = max((len(_label(name)) for name, _, _ in rows), default=0)
    signs = _unicode()
    print(f"{'':{width}}  {'':26}     you   usual")
    for name, rate, norm in rows:
        drawn = bar(rate.p05, rate.typical, rate.p90, usual=norm.mean if norm else None, unicode=signs)
        print(f"{_label(name):{width}}  {drawn}  {_figure(name, rate.typical):>6}  {_figure(name, norm.mean) if norm else '–':>6}")
    print("Per 1,000 words, where no other unit is named; the bar is nine tenths of your texts.")


def _compare(args: argparse.Namespace) -> None:
    path = Path(args.draft)
    document = read(read_text(path), str(path))
    own = _baseline(args, path, document.front_matter)
    draft = sample(document, args.genre)
    if draft.words < LEAST:
        raise _Refused(f"{path}: has {draft.words} words of prose; a voice shows from {LEAST} on")
    found = departures_of(draft, own, usual())
    drift = drift_of(draft, own, usual())
    if args.output_format == "json":
        _dump(
            {
                **_about(own),
                "path": str(path),
                "departures": [
                    {"feature": one.feature, "label": one.label, "words": one.words, "draft": one.draft, **asdict(one.own), "usual": one.usual.mean if one.usual else None}
                    for one in found
                ],
                "drift": {"distance": drift[0].distance, "own": asdict(drift[1]), "words": [word for word, _, _ in drift[0].words]} if drift else None,
            }
        )
        return
    print(_headline(own))
    for line in _compared(found):
        print(line)
    if drift:
        print(_drifted(drift[0].distance, drift[1], [word for word, _, _ in drift[0].words]))


def _compared(found: Sequence[Departure]) -> Iterator[str]:
    if not found:
        yield "This draft keeps to your habits."
        return
    width = max(len(one.label) for one in found)
    signs = _unicode()
    for one in found:
        drawn = bar(one.own.p05, one.own.typical, one.own.p90, draft=one.draft, unicode=signs)
        yield f"{one.label:{width}}  {drawn}  {one.words[0].upper()}{one.words[1:]}."


def _drifted(distance: float, own: Rate, words: Sequence[str]) -> str:
    far = "further from you than nineteen in twenty of your texts" if distance > own.at(95) else "as near to you as your own texts are"
    return f"Small words: {far} ({distance:.2f}; yours {own.p05:.2f} to {own.at(95):.2f}); most unlike you: {', '.join(words)}."


def _shown(own: Baseline) -> Iterator[tuple[str, Rate]]:
    """The habits worth a line: those that a fifth of the texts have."""
    for name in (*FAMILIES, *COUNTED, *MEASURED):
        if name in own.rates and own.rates[name].n >= own.texts / 5:
            yield name, own.rates[name]


def _label(name: str) -> str:
    return FAMILIES.get(name) or label(name)


def _figure(name: str, value: float) -> str:
    if name.endswith("share"):
        return f"{value:.0%}"
    return f"{value:.2f}" if name in MEASURED and not name.endswith(".words") else f"{value:.1f}"


def _headline(own: Baseline) -> str:
    status = progress(own)
    return f"{own.author or 'Your voice'}: {own.texts} texts, {own.words:,} words, learned {own.learned}{f'; {status}' if status else ''}"


def _about(own: Baseline) -> dict[str, object]:
    return {"version": 1, "author": own.author, "words": own.words, "texts": own.texts, "learned": own.learned, "status": progress(own)}


def _dump(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    print()


def _unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


# Packs.


def _home(args: argparse.Namespace) -> Path:
    """The pack file to write to: the one named, else that of the author, else a new personal one."""
    if args.pack:
        return Path(args.pack)
    found = effective(Path.cwd(), author=args.author)
    if found.pack is None:
        raise _Refused(f"no pack can be written for “{args.author}”; name a file with --pack, or an author in letters and digits")
    return found.pack


def _baseline(args: argparse.Namespace, path: Path, front_matter: str = "") -> Baseline:
    """What was learned of the author who is named, or who writes here."""
    if args.pack:
        found = usable(Path(args.pack))
        if found is None:
            raise _Refused(f"{args.pack}: no such file")
        known, author = found.baseline, found.author or found.name
    else:
        layers = effective(path, front_matter=front_matter, author=args.author)
        known, author = layers.baseline, layers.author
    if not author:
        names = ", ".join(sorted(of_people(at_hand((personal(),)), Packs())))
        raise _Refused(f"no author is known here; name one with --author{f' (there are packs of {names})' if names else ''}")
    if known is None or not known.rates:
        raise _Refused(f"nothing was learned of “{author}” yet; run unmid voice learn PATH --author {author}")
    return known
