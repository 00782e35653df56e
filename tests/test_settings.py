"""Settings: where they are found, what they may say, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from unmid.settings import Settings, SettingsError, find, load, parse


def test_nearest_file_wins(tmp_path: Path) -> None:
    """The configuration nearest to the draft is used; a pyproject without our table is none."""
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "unmid.toml").write_text('genre = "docs"\n')
    (tmp_path / "a" / "pyproject.toml").write_text('[project]\nname = "x"\n')

    assert find(deep) == tmp_path / "unmid.toml"

    (tmp_path / "a" / "pyproject.toml").write_text('[tool.unmid]\ngenre = "legal"\n')

    assert find(deep) == tmp_path / "a" / "pyproject.toml"
    assert load(tmp_path / "a" / "pyproject.toml") == Settings(genre="legal")


def test_values(tmp_path: Path) -> None:
    """Every setting is read; hyphens and underscores are the same."""
    path = tmp_path / "unmid.toml"
    path.write_text(
        'select = ["hedge"]\nignore = ["hedge/double"]\ngenre = "science"\ndrafts = "all"\ndebounce = 0\n'
        '[severity]\n"filler/booster" = "off"\n[limits]\n"list/share.share" = 0.4\n'
        '[limits.filler]\nwindow = 3\n[paths."docs/**"]\ngenre = "docs"\n'
    )

    settings = load(path)

    assert settings.select == ("hedge",)
    assert settings.drafts == "all"
    assert settings.severity == {"filler/booster": "off"}
    assert settings.limits == {"list/share.share": 0.4, "filler.window": 3}
    assert settings.for_path("docs/a/b.md").genre == "docs"
    assert settings.for_path("old/docs/b.md").genre == "science"
    assert settings.for_path("blog/b.md").genre == "science"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('genr = "docs"', 1, "unknown setting “genr”; did you mean “genre”?"),
        ('\ngenre = "essays"', 2, "genre is “essays”; allowed: essay, docs, science, legal, fiction, social, encyclopedia; did you mean “essay”?"),
        ('select = "hedge"', 1, "select must be an array of strings"),
        ('drafts = "everything"', 1, "drafts is “everything”; allowed: open, all"),
        ("debounce = -1", 1, "debounce must be a number of milliseconds from 0 to 60000"),
        ('[severity]\nhedge = "loud"', 2, "severity of hedge is “loud”; allowed: error, warning, information, hint, quiet, off"),
        ('limits = 3', 1, 'limits must be a table of numbers such as { "list/share.share" = 0.4 }'),
        ('limits = { a = "b" }', 1, 'limits: “a” names no limit; write "rule.key", such as "list/share.share"'),
        ('[limits]\n"list/share.share" = 1\n"list/triad.per_1k" = -2', 3, 'limit “list/triad.per_1k” must be a number from 0 up or a percentile such as "p90", not -2'),
        ('[limits.filler]\nwindow = true', 2, 'limit “filler.window” must be a number from 0 up or a percentile such as "p90", not a boolean'),
        ('genre = "docs"\n[paths."a/**"]\ngenre = "docz"', 3, "genre is “docz”; allowed: essay, docs, science, legal, fiction, social, encyclopedia; did you mean “docs”?"),
        ('[paths]\n"*.md" = { severity = { hedge = "loud" } }', 2, "severity of hedge is “loud”; allowed: error, warning, information, hint, quiet, off"),
        ("paths = { a = 1 }", 1, 'paths must be a table of tables such as { "docs/**" = { genre = "docs" } }'),
        ("author = 3", 1, "author must be a string"),
        ("genre =", 1, "is not valid TOML: Invalid value"),
    ],
)
def test_wrong_values(tmp_path: Path, text: str, line: int, message: str) -> None:
    """An error names file, line and cure."""
    path = tmp_path / "unmid.toml"
    path.write_text(text + "\n")

    with pytest.raises(SettingsError) as error:
        load(path)

    assert str(error.value) == f"{path}:{line}: {message}"


def test_parse_leaves_out_what_is_wrong() -> None:
    """An editor's settings are used as far as they are right."""
    settings, problems = parse({"genre": "docs", "debounce": "soon"})

    assert settings == Settings(genre="docs")
    assert [p.message for p in problems] == ["debounce must be a number of milliseconds from 0 to 60000"]
