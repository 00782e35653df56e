"""`unmid voice`: learn, show, compare; what is written and what never is."""

from __future__ import annotations

import io
import json
import random
import re
import sys
from pathlib import Path

import pytest

from unmid.cli import main
from unmid.packs.author import load_pack_file

WHO = ["keeper", "baker", "rower", "miller", "tailor", "bishop", "dentist", "farmer", "sexton", "printer"]
DOES = ["paints", "mends", "carries", "counts", "cleans", "borrows", "weighs", "covers", "sorts", "sells"]
WHAT = ["oars", "ropes", "hymns", "tickets", "valves", "leeks", "benches", "screws", "pumps", "hats"]
WHERE = ["in the rain", "by the weir", "near the hall", "under a tarred roof", "behind his shed", "after the bell", "before noon", "at low tide", "on the lock", "with a cold hand"]


def essay(number: int, words: int = 1200) -> str:
    """A finished text with questions, brackets and a pet word; no two are the same."""
    pick = random.Random(number)
    lines: list[str] = []
    while sum(len(line.split()) for line in lines) < words:
        one = [f"The {pick.choice(WHO)} {pick.choice(DOES)} {pick.choice(WHAT)} {pick.choice(WHERE)}." for _ in range(pick.randint(3, 6))]
        one.append(pick.choice((f"Who {pick.choice(DOES)} the {pick.choice(WHAT)}?", f"But frankly no {pick.choice(WHO)} {pick.choice(DOES)} them (they are old).")))
        lines.append(" ".join(one))
    lines[3] += " It might possibly rain again by the evening."
    return "\n\n".join(lines)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own folder for packs, and five essays to learn from."""
    monkeypatch.setenv("UNMID_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "essays").mkdir()
    for number in range(5):
        (tmp_path / "essays" / f"2021-0{number + 1}-01-oar.md").write_text(essay(number), encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command."""
    status = main(["voice", *args])
    out, err = capsys.readouterr()
    return status, out, err


def pack(home: Path) -> Path:
    return home / "config" / "packs" / "ana.toml"


def test_learn(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The baseline is written; proposals are listed, and none is taken without consent."""
    status, out, err = run(capsys, "learn", "essays", "--author", "ana")

    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Learned ana from 5 texts, 6,187 words."
    assert "  Allow “might possibly”? You wrote it 5 times, in 5 of 5 texts; hedge/modal-stack marks it." in lines
    assert lines[-2:] == [
        "None of these was written. Learn again with --accept to take all, or on a terminal to choose.",
        f"Wrote {pack(home)}: rates only, no words of yours but those that you accepted.",
    ]
    found = load_pack_file(pack(home))
    assert found.problems == ()
    assert (found.author, found.choices.phrases, dict(found.choices.ban)) == ("ana", (), {})
    assert found.baseline is not None
    assert (found.baseline.texts, found.baseline.words, found.baseline.rates["punct.question"].n) == (5, 6187, 5)


def test_accept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --accept everything that is proposed is written, and checks follow it at once."""
    run(capsys, "learn", "essays", "--author", "ana", "--accept")

    assert "might possibly" in load_pack_file(pack(home)).choices.phrases
    Path("draft.md").write_text("It might possibly rain.")
    assert main(["check", "draft.md"]) == 1
    assert main(["check", "draft.md", "--author", "ana"]) == 0


def test_each_is_confirmed_on_a_terminal(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal each proposal is asked about; what was decided is not asked again."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("Yes\nwhat?\n\nq\n"))
    err = Terminal()
    monkeypatch.setattr(sys, "stderr", err)
    assert main(["voice", "learn", "essays", "--author", "ana"]) == 0
    asked = re.findall(r"  (Allow|Ban) “([^”]+)”", err.getvalue())

    assert asked[0] == ("Allow", "might possibly")
    assert len(asked) == 3
    assert load_pack_file(pack(home)).choices.phrases == ("might possibly",)
    assert "reading 5/5" in err.getvalue()
    # What is no answer is asked about again.
    assert err.getvalue().count("2 of") == 2

    capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    main(["voice", "learn", "essays", "--author", "ana"])
    assert "might possibly" not in capsys.readouterr().out


def answering(monkeypatch: pytest.MonkeyPatch, typed: str) -> list[str]:
    """What is asked on a terminal at which this is typed."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    err = Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", Terminal(typed))
        patch.setattr(sys, "stderr", err)
        assert main(["voice", "learn", "essays", "--author", "ana"]) == 0
    return re.findall(r"  (?:Allow|Ban) “([^”]+)”", err.getvalue())


def test_what_was_refused_is_not_proposed_again(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash of it is in the pack; what was left for later is asked about again, what was refused only on request."""
    first = answering(monkeypatch, "no\nl\nn\nq\n")
    learned = pack(home).read_text(encoding="utf-8")
    refused = load_pack_file(pack(home)).refused
    capsys.readouterr()

    assert first[0] == "might possibly"
    assert [len(one) for one in refused] == [8, 8]
    assert first[0] not in learned
    assert answering(monkeypatch, "q\n") == first[1:2]
    assert "\n2 that you refused before are not proposed; --ask-again asks about all.\n" in capsys.readouterr().out
    assert pack(home).read_text(encoding="utf-8") == learned

    # Without the line of a hash the author is asked again.
    pack(home).write_text(learned.replace(f'    "{refused[0]}",\n', ""), encoding="utf-8")
    assert answering(monkeypatch, "q\n") == first[:1]
    pack(home).write_text("# mine\n" + learned, encoding="utf-8")
    run(capsys, "learn", "essays", "--author", "ana", "--accept", "--ask-again")
    found = load_pack_file(pack(home))
    assert (found.refused, found.choices.phrases[0]) == ((), "might possibly")
    assert pack(home).read_text(encoding="utf-8").startswith("# mine\n# How unmid")


def test_accepting_all_leaves_out_what_was_refused(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A script cannot overrule the author."""
    answering(monkeypatch, "n\nq\n")
    run(capsys, "learn", "essays", "--author", "ana", "--accept")

    found = load_pack_file(pack(home))
    assert "might possibly" not in found.choices.phrases
    assert found.choices.phrases or found.choices.ban


def test_no_words_of_the_texts(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No word of a text is in the pack beyond those accepted and the names of features."""
    run(capsys, "learn", "essays", "--author", "ana")
    written = pack(home).read_text(encoding="utf-8")

    assert [word for word in ("keeper", "sill", "choir", "paint", "frankly", "might possibly") if word in written.lower()] == []


def test_hand_written_part_is_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Learning again changes [meta] and [baseline] alone, byte for byte, comments and order included."""
    hand = (
        "# mine\nextends = []   # none yet\n\n[ban]\n"
        '"interesting"   =   { max = 0, say = "what is it?" } # really\n\n'
        '[meta]\nauthor = "Ana B." # not my real name\nemails = ["a@b.example"]\n\n'
        '[allow]\nphrases = [\n  "sort of",   # always\n]\n\n[limits]\n"list/share.share" = 0.4\n'
    )
    pack(home).parent.mkdir(parents=True)
    pack(home).write_text(hand, encoding="utf-8")
    run(capsys, "learn", "essays", "--author", "ana")
    once = pack(home).read_text(encoding="utf-8")

    for part in hand.split("\n\n"):
        assert part in once
    assert load_pack_file(pack(home)).author == "Ana B."
    before, _, after = once.partition("words = ")
    assert hand.startswith(before.removesuffix("\n"))

    (home / "essays" / "2021-01-01-oar.md").unlink()
    run(capsys, "learn", "essays", "--author", "ana")
    again = pack(home).read_text(encoding="utf-8")
    assert "texts = 4" in again
    assert again.partition("[baseline]")[0].replace("texts = 4", "texts = 5").split("words = ")[0] == before
    assert after.count("\n") == again.partition("words = ")[2].count("\n")

    run(capsys, "learn", "essays", "--author", "ana")
    assert pack(home).read_text(encoding="utf-8") == again


def test_no_machine_state(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Learned elsewhere, in another order, from other file names: the same pack to the byte, and the same findings."""
    run(capsys, "learn", "essays", "--author", "ana", "--accept")
    other = tmp_path / "elsewhere" / "deep"
    other.mkdir(parents=True)
    for number, path in enumerate(sorted((home / "essays").iterdir(), reverse=True)):
        (other / f"{number}.md").write_bytes(path.read_bytes())
    monkeypatch.setenv("UNMID_CONFIG_DIR", str(tmp_path / "other-config"))
    monkeypatch.setenv("HOME", str(tmp_path / "elsewhere"))
    monkeypatch.chdir(other)
    run(capsys, "learn", ".", "--author", "ana", "--accept")

    assert (tmp_path / "other-config" / "packs" / "ana.toml").read_bytes() == pack(home).read_bytes()


def test_dates_and_genres(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Texts can be chosen by date, from front matter or name, and those of another genre are left out."""
    (home / "essays" / "docs.md").write_text("---\ngenre: docs\n---\n\n" + essay(6))
    (home / "essays" / "dated.md").write_text("---\ndate: 2021-02-15\n---\n\n" + essay(7))
    (home / "essays" / "undated.md").write_text(essay(8))
    (home / "essays" / "note.md").write_text("---\ndate: 2021-02-16\n---\n\nToo short.")

    status, out, _ = run(capsys, "learn", "essays", "--author", "ana", "--after", "2021-01-15", "--before", "2021-04-01", "--pack", "p.toml")

    assert status == 0
    assert out.splitlines()[0] == (
        "Learned ana from 3 texts, 3,712 words "
        "(passed by: 1 of another genre than essay, 3 outside the dates, 1 under 300 words, 1 without a date in front matter or name)."
    )
    assert out.splitlines()[1] == "Still learning (3,712 of 5,000 words): until then your own rates move no limit."
    assert Path("p.toml").is_file()
    assert not pack(home).exists()


def test_show(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bar for every habit, and the same as JSON."""
    run(capsys, "learn", "essays", "--author", "ana")
    status, out, _ = run(capsys, "show", "--author", "ana")

    assert status == 0
    assert re.match(r"ana: 5 texts, 6,187 words, learned \d{4}-\d\d-\d\d\n", out)
    (line,) = [line for line in out.splitlines() if line.startswith("questions ")]
    assert re.fullmatch(r"questions +[·│━●]{26} +\d+\.\d +2\.\d", line)

    _, out, _ = run(capsys, "show", "--author", "ana", "--output-format", "json")
    shown = json.loads(out)
    assert (shown["version"], shown["author"], shown["texts"], shown["status"]) == (1, "ana", 5, "")
    (questions,) = [one for one in shown["features"] if one["feature"] == "punct.question"]
    assert sorted(questions) == ["feature", "label", "mean", "n", "p05", "p50", "p90", "sd", "usual"]


def test_compare(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a draft leaves the author, in words and as a bar; the author may be named in front matter."""
    run(capsys, "learn", "essays", "--author", "ana")
    draft = home / "draft.md"
    draft.write_text("---\nauthor: ana\n---\n\n" + "The keeper opens the lower gate at six and waits for the tide to turn. " * 40)
    status, out, _ = run(capsys, "compare", "draft.md")

    assert status == 0
    (line,) = [line for line in out.splitlines() if line.startswith("questions ")]
    assert re.fullmatch(r"questions +◆[·━●]{25}  You use none of your usual questions here; your own rate is \d+\.\d in 1,000 words\.", line)

    _, out, _ = run(capsys, "compare", "draft.md", "--output-format", "json")
    found = json.loads(out)
    (question,) = [one for one in found["departures"] if one["feature"] == "punct.question"]
    assert (question["draft"], question["label"]) == (0, "questions")
    assert found["drift"] is None

    (home / "own.md").write_text(essay(9))
    assert "This draft keeps to your habits." in run(capsys, "compare", "own.md", "--author", "ana")[1]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["learn", "none.md", "--author", "ana"], "none.md: no such file"),
        (["learn", "empty", "--author", "ana"], "nothing to learn from: no text of 300 words or more; name finished texts or a folder of them"),
        (["learn", "short.md", "--author", "ana"], "nothing to learn from: no text of 300 words or more (passed by: 1 under 300 words); name finished texts or a folder of them"),
        (["learn", "essays", "--author", "ana", "--before", "soon"], "--before is “soon”; write a date such as 2022-11-30"),
        (["learn", "essays", "--author", "../ana"], "no pack can be written for “../ana”; name a file with --pack, or an author in letters and digits"),
        (["learn", "essays", "--author", "ana", "--pack", "broken.toml"], "broken.toml:2: unknown key “alow”; did you mean “allow”?; mend it first"),
        (["show"], "no author is known here; name one with --author"),
        (["show", "--author", "ben"], "nothing was learned of “ben” yet; run unmid voice learn PATH --author ben"),
        (["show", "--pack", "none.toml"], "none.toml: no such file"),
        (["compare", "none.md", "--author", "ana"], "none.md: no such file"),
    ],
)
def test_errors(home: Path, capsys: pytest.CaptureFixture[str], args: list[str], message: str) -> None:
    """One sentence with its cure, and exit status 2."""
    (home / "empty").mkdir()
    (home / "short.md").write_text("Too short.")
    (home / "broken.toml").write_text("# mine\nalow = 3\n")

    assert run(capsys, *args) == (2, "", f"unmid: {message}\n")


def test_compare_refuses_a_note(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A voice does not show in ten words."""
    run(capsys, "learn", "essays", "--author", "ana")
    (home / "note.md").write_text("The keeper opens the gate.")

    assert run(capsys, "compare", "note.md", "--author", "ana") == (2, "", "unmid: note.md: has 5 words of prose; a voice shows from 300 on\n")
