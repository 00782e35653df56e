"""Layers of settings: which value wins, where it came from, who is writing, and what an untrusted project may say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from unmid.layers import Effective, Sources, effective
from unmid.lint.names import unknown
from unmid.lint.ruleset import packs
from unmid.packs import authors
from unmid.packs.discovery import personal
from unmid.packs.model import Ban
from unmid.settings import Settings

RATE = '"punct.dash" = { mean = 4.8, sd = 1.9, p05 = 1.9, p90 = 7.4, n = 41 }\n'


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNMID_CONFIG_DIR", str(tmp_path / "config"))
    authors.git_email.cache_clear()


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "book" / ".git").mkdir(parents=True)
    return tmp_path / "book"


def messages(found: Effective) -> list[tuple[str, int, str]]:
    return [(Path(p.path).name, p.line, p.message) for p in found.problems]


def test_each_layer_over_the_one_before(project: Path) -> None:
    """Seven layers set one rule's severity; take the uppermost away and the next one holds."""
    team = write(project / "team.toml", '[severity]\n"hedge/double" = "error"\n')
    ana = write(personal() / "ana.toml", '[severity]\n"hedge/double" = "warning"\n')
    file = write(
        project / "unmid.toml",
        'author = "ana"\npacks = ["./team.toml"]\nseverity = { "hedge/double" = "hint" }\n'
        '[paths."drafts/*"]\nseverity = { "hedge/double" = "quiet" }\n',
    )
    editor = Settings(severity={"hedge/double": "information"})

    def level(found: Effective) -> tuple[str | None, str | None]:
        return found.settings.severity.get("hedge/double"), found.origins.get("severity.hedge/double")

    def here(path: str = "drafts/a.md", **options: object) -> tuple[str | None, str | None]:
        return level(effective(project / path, editor=editor, folder=project, **options))  # type: ignore[arg-type]

    assert here(command={"severity": {"hedge/double": "off"}}) == ("off", "command line")
    assert here() == ("quiet", f"{file}, paths")
    assert here("a.md") == ("hint", str(file))
    file.write_text('author = "ana"\npacks = ["./team.toml"]\n', encoding="utf-8")
    assert here() == ("information", "editor settings")
    assert level(effective(project / "a.md")) == ("warning", f"author pack {ana}")
    file.write_text('packs = ["team.toml"]\n', encoding="utf-8")
    assert level(effective(project / "a.md")) == ("error", f"pack {team}")
    assert level(effective(project / "a.md", isolated=True)) == (None, None)


def test_layers_add_up(project: Path) -> None:
    """Phrases, bans, limits and ignored rules of all layers hold together; a later value of one key goes over the former."""
    write(personal() / "ana.toml", '[allow]\nphrases = ["sort of"]\nrules = ["hedge/i-think"]\n[ban]\ndelve = {}\ncringe = { max = 2 }\n')
    write(project / "unmid.toml", 'author = "ana"\nallow = ["a bit"]\nignore = ["puff"]\n[ban]\ncringe = { max = 1 }\n[limits]\n"list/share.share" = 0.4\n')

    settings = effective(project / "a.md").settings

    assert settings.allow == ("sort of", "a bit")
    assert settings.ignore == ("hedge/i-think", "puff")
    assert settings.ban == {"delve": Ban(), "cringe": Ban(1)}
    assert settings.limits == {"list/share.share": 0.4}


def test_the_later_layer_says_whether_a_phrase_is_kept_or_banned(project: Path) -> None:
    """Whoever bans what another allowed, or allows what another banned, is heard; case and spaces make no difference."""
    write(personal() / "ana.toml", '[allow]\nphrases = ["sort of", "a  bit"]\n[ban]\nDelve = {}\ncringe = { max = 2 }\n')
    write(project / "unmid.toml", 'author = "ana"\nallow = ["delve"]\n[ban]\n"A bit" = {}\nCringe = { max = 1 }\n')

    settings = effective(project / "a.md").settings

    assert settings.allow == ("sort of", "delve")
    assert settings.ban == {"A bit": Ban(), "Cringe": Ban(1)}


def test_a_family_in_a_later_layer_goes_over_its_rules(project: Path) -> None:
    """Whoever speaks of all hedges speaks of each."""
    write(personal() / "ana.toml", '[severity]\n"hedge/double" = "error"\n"filler/windup" = "hint"\n')
    write(project / "unmid.toml", 'author = "ana"\nseverity = { hedge = "quiet" }\n')

    assert effective(project / "a.md").settings.severity == {"hedge": "quiet", "filler/windup": "hint"}


def test_genre_sections(project: Path) -> None:
    """What a pack says of a genre holds in that genre, over the rest of the pack."""
    write(personal() / "ana.toml", '[severity]\nhedge = "hint"\n[genre.docs]\nseverity.hedge = "warning"\nallow.phrases = ["x"]\n')

    essay = effective(project / "a.md", author="ana")
    docs = effective(project / "a.md", author="ana", front_matter="title: A\ngenre: docs\n")

    assert (essay.settings.severity, essay.settings.allow) == ({"hedge": "hint"}, ())
    assert (docs.settings.severity, docs.settings.allow) == ({"hedge": "warning"}, ("x",))
    assert (docs.settings.genre, docs.origins["genre"]) == ("docs", "front matter")
    assert docs.origins["allow.x"] == f"author pack {personal() / 'ana.toml'}, genre.docs"


def test_who_is_writing(project: Path) -> None:
    """The command line, front matter, the project's table and file, the editor: the first that answers."""
    for name in ("ana", "ben", "cleo", "dora", "emil"):
        write(personal() / f"{name}.toml", f'[meta]\nauthor = "{name.title()} Example"\n')
    file = write(project / "unmid.toml", 'author = "dora"\n[paths."c/*"]\nauthor = "cleo"\n')
    editor = Settings(author="emil")

    def who(path: str = "c/a.md", **options: object) -> tuple[str, str]:
        found = effective(project / path, editor=editor, **options)  # type: ignore[arg-type]
        assert found.pack == personal() / f"{found.author}.toml"
        return found.author, found.origins["author"]

    assert who(author="ana", front_matter="author: ben") == ("ana", "command line")
    assert who(front_matter="author: ben") == ("ben", "front matter")
    assert who(front_matter='title: x\nauthor: "Ben Example"  # him\n') == ("ben", "front matter")
    assert who(front_matter="author: [Ana, Ben]") == ("cleo", f"{file}, paths")
    assert who() == ("cleo", f"{file}, paths")
    assert who("a.md") == ("dora", str(file))
    file.unlink()
    assert who("a.md") == ("emil", "editor settings")


def test_git_user(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The git user's email chooses among packs that name emails; git is not asked when none does."""
    subprocess.run(["git", "init", "-q", str(project)], check=True)
    subprocess.run(["git", "-C", str(project), "config", "user.email", "Ana@Example.org"], check=True)
    pack = write(project / ".unmid" / "packs" / "ana.toml", "")
    assert effective(project / "a.md").author == ""

    authors.git_email.cache_clear()
    pack.write_text('[meta]\nemails = ["x@example.org", "ana@example.org"]\n', encoding="utf-8")
    found = effective(project / "deep" / "a.md", folder=project)
    assert found.author == ""  # the folder is not there: git cannot say
    found = effective(project / "a.md", folder=project)
    assert (found.author, found.origins["author"], found.pack) == ("ana", "git user Ana@Example.org", pack)

    authors.git_email.cache_clear()
    monkeypatch.setenv("PATH", "")
    assert effective(project / "a.md").author == ""


def test_where_an_authors_pack_is_looked_for(project: Path) -> None:
    """Beside the draft, in the folders above up to the project's, among one's own; never above the project."""
    outside = write(project.parent / ".unmid" / "packs" / "ana.toml", "")
    own = write(personal() / "ana.toml", "")
    top = write(project / ".unmid" / "packs" / "ana.toml", "")
    near = write(project / "one" / ".unmid" / "packs" / "Ana" / "pack.toml", "").parent
    draft = project / "one" / "two" / "a.md"
    draft.parent.mkdir()

    for expected in (near, top, own):
        assert effective(draft, author="ana").pack == expected
        (expected / "pack.toml" if expected.is_dir() else expected).unlink()
        if expected == near:
            near.rmdir()
    found = effective(draft, author="ana")
    assert (found.found, found.pack, outside.exists()) == (False, own, True)


@pytest.mark.parametrize("name", ["../x", "a/b", "/etc/passwd", ".x", "a\\b", ""])
def test_names_that_are_paths(project: Path, name: str) -> None:
    """An author's name is no way to a file."""
    found = effective(project / "a.md", front_matter=f"author: {name}")

    assert (found.found, found.pack) == (False, None)


def test_baseline(project: Path) -> None:
    """What was learned of the author comes with their pack, or with one that it extends."""
    write(personal() / "learned.toml", f"[meta]\ntexts = 41\n[baseline]\n{RATE}")
    write(personal() / "ana.toml", 'extends = "learned.toml"\n')

    baseline = effective(project / "a.md", author="ana").baseline

    assert baseline is not None
    assert (baseline.texts, baseline.rates["punct.dash"].p90) == (41, 7.4)


def test_an_untrusted_project_is_not_heard(project: Path) -> None:
    """No file, no pack, no author of its own; the editor's settings and one's own packs hold."""
    write(project / "unmid.toml", 'ignore = ["puff"]\nauthor = "ben"\npacks = ["team.toml"]\n')
    write(project / "team.toml", '[severity]\nhedge = "off"\n')
    write(project / ".unmid" / "packs" / "ana.toml", '[severity]\nfiller = "off"\n')
    write(personal() / "ana.toml", '[severity]\nchat = "hint"\n')
    editor = Settings(author="ana", packs=("team.toml",), ban={"delve": Ban()})

    found = effective(project / "a.md", editor=editor, folder=project, front_matter="author: ben\ngenre: docs\n", trusted=False)

    assert (found.settings.severity, found.settings.ignore, found.settings.ban) == ({"chat": "hint"}, (), {"delve": Ban()})
    assert (found.author, found.config, found.settings.genre, found.problems) == ("ana", None, "docs", ())
    assert not any(file.is_relative_to(project) for file in found.files)


def test_extends(project: Path) -> None:
    """Bases come first, each once; what extends them goes over them."""
    write(project / "base.toml", '[severity]\nhedge = "hint"\nfiller = "hint"\n[ban]\ndelve = {}\n')
    write(project / "left.toml", 'extends = ["base.toml"]\n[severity]\nhedge = "warning"\n')
    write(project / "right.toml", 'extends = ["./base"]\n')
    write(project / "top.toml", 'extends = ["left.toml", "right.toml"]\n[severity]\nchat = "hint"\n')
    write(project / "unmid.toml", 'packs = ["top.toml"]\n')

    found = effective(project / "a.md")

    assert [pack.name for pack in found.packs] == ["base", "left", "right", "top"]
    assert found.settings.severity == {"hedge": "warning", "filler": "hint", "chat": "hint"}
    assert (found.problems, found.settings.ban) == ((), {"delve": Ban()})


def chain(folder: Path, length: int) -> None:
    for n in range(length):
        write(folder / f"p{n}.toml", f'extends = ["p{n + 1}.toml"]\n')
    write(folder / f"p{length}.toml", "")


def test_extends_that_cannot_be(project: Path) -> None:
    """Missing ones, circles, depth, places outside: one sentence at the line; the rest of the pack holds."""
    write(project.parent / "secret.toml", '[severity]\nhedge = "off"\n')
    (project / "link.toml").symlink_to(project.parent / "secret.toml")
    write(project / "b.toml", 'extends = ["a.toml"]\n')
    outside = "which lies outside the project and the folders of packs; copy it into one of them"
    write(
        project / "a.toml",
        'extends = [\n  "nowhere",\n  "b.toml",\n  "../secret.toml",\n  "link.toml",\n  "a",\n  "biultin",\n]\n[severity]\nfiller = "hint"\n',
    )
    write(project / "unmid.toml", 'packs = ["a.toml"]\n')

    found = effective(project / "x.md")

    assert messages(found) == [
        ("a.toml", 2, "there is no pack “nowhere”"),
        ("a.toml", 3, "extends goes in a circle: a → b → a; take one of them out"),
        ("a.toml", 4, f"extends “../secret.toml”, {outside}"),
        ("a.toml", 5, f"extends “link.toml”, {outside}"),
        ("a.toml", 6, "extends goes in a circle: a → a; take one of them out"),
        ("a.toml", 7, "there is no pack “biultin”"),
    ]
    assert found.settings.severity == {"filler": "hint"}


def test_depth(project: Path) -> None:
    """Eight packs deep, and no deeper."""
    write(project / "unmid.toml", 'packs = ["p0.toml"]\n')
    chain(project, 8)
    assert messages(effective(project / "x.md")) == []

    chain(project, 9)
    assert messages(effective(project / "x.md")) == [("p8.toml", 1, "extends goes more than 8 packs deep; extend one of them directly")]


def test_breadth(project: Path) -> None:
    """A hundred packs in all are enough."""
    for n in range(150):
        write(project / f"p{n}.toml", "")
    write(project / "top.toml", f"extends = {[f'p{n}.toml' for n in range(150)]}\n")
    write(project / "unmid.toml", 'packs = ["top.toml"]\n')

    found = effective(project / "x.md")

    assert len(found.packs) == 100
    assert {message for _, _, message in messages(found)} == {"extends more than 100 packs in all; leave some out"}


def test_hostile_folders(project: Path) -> None:
    """A pack of too many files, and one whose rules are links to elsewhere, are refused."""
    for n in range(4_001):
        write(project / "many" / "filler" / f"r{n}.toml", "")
    write(project.parent / "rule.toml", 'secret = "x"\n')
    (project / "linked" / "filler").mkdir(parents=True)
    (project / "linked" / "filler" / "rule.toml").symlink_to(project.parent / "rule.toml")
    write(project / "unmid.toml", 'packs = ["many", "linked"]\n')

    assert messages(effective(project / "x.md")) == [
        ("many", 0, "holds more than 4,000 files; split it"),
        ("rule.toml", 0, "is a link to a file outside its pack; copy the file"),
    ]


def test_missing_packs(project: Path) -> None:
    """A pack that settings name and that is not there is named at its line, in either file."""
    write(project / "unmid.toml", 'genre = "docs"\npacks = [\n  "nowhere",\n]\n')
    assert messages(effective(project / "a.md")) == [("unmid.toml", 3, "there is no pack “nowhere”")]

    (project / "unmid.toml").unlink()
    write(project / "pyproject.toml", '[tool.unmid]\npacks = ["nowhere"]\n')
    assert messages(effective(project / "a.md")) == [("pyproject.toml", 2, "there is no pack “nowhere”")]


def test_unknown_names(project: Path) -> None:
    """Rules and limits that do not exist, in settings and in packs, at their lines and with what was meant."""
    write(
        personal() / "ana.toml",
        '[allow]\nrules = ["hedge/i-thikn"]\n[severity]\n"filer" = "off"\n[limits]\n"list/shar.share" = 1\n"list/share.shar" = 1\n'
        '"list/triad.within" = 3\n[genre.docs]\nseverity."puff/awee" = "off"\n',
    )
    write(project / "unmid.toml", 'ignore = [\n  "puff/awe",\n  "pufff",\n]\n[paths."*"]\nselect = ["hedg"]\n[limits."list/share"]\nshar = 2\n')
    found = effective(project / "a.md", author="ana")

    assert [(Path(p.path).name, p.line, p.message) for p in unknown(found.named, packs(found.settings))] == [
        ("ana.toml", 2, "there is no rule “hedge/i-thikn”; did you mean “hedge/i-think”?"),
        ("ana.toml", 4, "there is no rule “filer”; did you mean “filler”?"),
        ("ana.toml", 6, "there is no rule “list/shar”; did you mean “list/share”?"),
        ("ana.toml", 7, "list/share has no limit “shar”; it has: " + ", ".join(sorted(next(r for p in packs(Settings()) for r in p.rules if r.id == "list/share").limit))),
        ("ana.toml", 10, "there is no rule “puff/awee”; did you mean “puff/awe”?"),
        ("unmid.toml", 3, "there is no rule “pufff”; did you mean “puff”?"),
        ("unmid.toml", 8, "list/share has no limit “shar”; it has: " + ", ".join(sorted(next(r for p in packs(Settings()) for r in p.rules if r.id == "list/share").limit))),
        ("unmid.toml", 6, "there is no rule “hedg”; did you mean “hedge”?"),
    ]


def test_a_pack_that_turns_bad_stays_in_force(project: Path) -> None:
    """As it last was good; the problem is told, and goes when it is mended."""
    pack = write(personal() / "ana.toml", '[severity]\nhedge = "hint"\n')
    sources = Sources()

    def now() -> Effective:
        return effective(project / "a.md", author="ana", sources=sources)

    assert (now().settings.severity, now().problems) == ({"hedge": "hint"}, ())
    pack.write_text('[severity]\nhedge = "loud"\nfiller = "off"\n', encoding="utf-8")
    assert now().settings.severity == {"hedge": "hint"}
    assert messages(now()) == [("ana.toml", 2, "hedge is “loud”; allowed: error, warning, information, hint, quiet, off")]
    pack.write_text('[severity]\n\nhedge = = "loud"\n', encoding="utf-8")
    assert (now().settings.severity, [line for _, line, _ in messages(now())]) == ({"hedge": "hint"}, [3])
    pack.write_text('[severity]\nhedge = "off"\n', encoding="utf-8")
    assert (now().settings.severity, now().problems) == ({"hedge": "off"}, ())


def test_files_tell_when_to_look_again(project: Path) -> None:
    """Every file that was read, or would be if it were there, is among them."""
    team = write(project / "team" / "pack.toml", 'extends = ["plan.toml"]\n').parent
    file = write(project / "unmid.toml", 'packs = ["team", "later.toml"]\nauthor = "ana"\n')
    found = effective(project / "one" / "a.md", folder=project)

    assert {file, team, team / "plan.toml", project / "later.toml", project / "one" / "unmid.toml", personal(), project / ".unmid" / "packs"} <= set(found.files)
