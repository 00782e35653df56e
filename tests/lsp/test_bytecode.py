"""Bytecode kept between starts: what attrs would have compiled, and never in the way."""

from __future__ import annotations

import builtins
import marshal
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attr
import attrs
import pytest
from attr import _make

from lsp.harness import ENVIRONMENT
from unmid.lsp import bytecode


@pytest.fixture(autouse=True)
def writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were compiled, by the names that attrs gives them."""
    names: list[str] = []

    def noted(source: str, filename: str, *more: Any, **options: Any) -> Any:
        names.append(filename)
        return builtins.compile(source, filename, *more, **options)

    monkeypatch.setattr(bytecode, "compile", noted, raising=False)
    return names


def point(*fields: str) -> type:
    """A class with these fields, made anew."""
    return attrs.make_class("Point", [*fields], frozen=True)


def made(place: Path, make: Callable[[], type] = lambda: point("x", "y")) -> type:
    with bytecode.kept(place):
        return make()


def test_what_was_compiled_once_is_not_again(tmp_path: Path, compiled: list[str]) -> None:
    """And the class is the one that attrs makes."""
    place = tmp_path / "cache" / "it.attrs"
    made(place)
    assert compiled != []
    compiled.clear()
    kept, plain = made(place), point("x", "y")

    assert compiled == []
    assert repr(kept(1, 2)) == repr(plain(1, 2)) == "Point(x=1, y=2)"
    assert kept(1, 2) == kept(1, 2) != kept(2, 1)
    assert hash(kept(1, 2)) == hash(kept(1, 2))
    assert kept.__init__.__annotations__ == plain.__init__.__annotations__
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        kept(1, 2).x = 3
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        kept(1)
    assert [path.name for path in place.parent.iterdir()] == ["it.attrs"]
    assert place.stat().st_mode & ~Path(bytecode.__file__).stat().st_mode & 0o777 == 0


def test_another_class_is_compiled(tmp_path: Path, compiled: list[str]) -> None:
    """The name alone does not do; and what is of no use any more goes."""
    place = tmp_path / "it.attrs"
    made(place)
    before = bytecode._taken(place).keys()
    compiled.clear()
    assert made(place, lambda: point("x", "z"))(1, 2).z == 2
    assert compiled != []
    assert not before & bytecode._taken(place).keys()
    compiled.clear()
    made(place, lambda: point("x", "z"))
    assert compiled == []
    made(place)
    assert compiled != []


def test_what_stays_the_same_is_not_written_again(tmp_path: Path) -> None:
    """A start reads, and writes nothing."""
    place = tmp_path / "it.attrs"
    made(place)
    before = place.stat()
    made(place)
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def broken(data: bytes) -> dict[str, bytes]:
    body = data[bytecode._SEAL :]
    other = marshal.dumps({b"x": 1})
    return {
        "empty": b"",
        "cut short": data[:-1],
        "cut within the seal": data[:7],
        "one bit": data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
        "not sealed": b"\0" * bytecode._SEAL + body,
        "sealed, but not bytecode": bytecode._seal(b"nothing") + b"nothing",
        "sealed, but cut before": bytecode._seal(body[:-9]) + body[:-9],
        "other contents": bytecode._seal(other) + other,
    }


@pytest.mark.parametrize("kind", broken(b"." * 64))
def test_what_is_damaged_is_made_anew(kind: str, tmp_path: Path, compiled: list[str]) -> None:
    """Never run, never raised over; whole again afterwards."""
    place = tmp_path / "it.attrs"
    made(place)
    good = place.read_bytes()
    place.write_bytes(broken(good)[kind])
    compiled.clear()
    assert made(place)(1, 2).y == 2
    assert compiled != []
    assert place.read_bytes() == good


def test_another_python_compiles_for_itself(tmp_path: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytecode is of one version."""
    place = tmp_path / "it.attrs"
    made(place)
    compiled.clear()
    monkeypatch.setattr(sys, "version", "4.0")
    made(place)
    assert compiled != []


def test_where_python_keeps_nothing_neither_do_we(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `python -B` says, or an implementation without a name for it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert made(tmp_path / "it.attrs")(1, 2).x == 1
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(bytecode, "cache_from_source", lambda path: (_ for _ in ()).throw(NotImplementedError))
    with bytecode.kept():
        assert point("x")(1).x == 1


def test_a_place_that_cannot_be_written_costs_time_alone(tmp_path: Path, compiled: list[str]) -> None:
    """No folder can be made inside a file, and no file takes the place of a folder."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    for place in (tmp_path / "file" / "it.attrs", tmp_path / "folder"):
        compiled.clear()
        assert made(place)(1, 2).x == 1
        assert compiled != []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_what_another_start_is_writing_is_left_to_it(tmp_path: Path) -> None:
    """Nor does what a crash left behind keep a server from starting."""
    beside = tmp_path / f"it.attrs.{os.getpid()}.tmp"
    beside.write_text("half of it")
    assert made(tmp_path / "it.attrs")(1, 2).x == 1
    assert [path.name for path in tmp_path.iterdir()] == [beside.name]


def test_classes_that_are_there_already_leave_what_is_kept(tmp_path: Path) -> None:
    """Nothing was compiled, so nothing is known to be of no use."""
    place = tmp_path / "it.attrs"
    made(place)
    before = place.read_bytes()
    made(place, lambda: int)
    assert place.read_bytes() == before


def test_another_attrs_is_none_of_our_business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it has no such module, it compiles as it always did."""
    monkeypatch.setitem(sys.modules, "attr._make", None)
    monkeypatch.delattr(attr, "_make")
    assert made(tmp_path / "it.attrs")(1, 2).x == 1
    assert list(tmp_path.iterdir()) == []


def test_attrs_is_left_as_it_was(tmp_path: Path) -> None:
    """Also when something goes wrong meanwhile; what was compiled until then is not kept."""

    def fails() -> type:
        assert "compile" in vars(_make)
        point("x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        made(tmp_path / "it.attrs", fails)
    assert "compile" not in vars(_make)
    assert list(tmp_path.iterdir()) == []


def test_what_attrs_may_ask_for_some_day(tmp_path: Path) -> None:
    """Another way of calling `compile` goes to `compile`."""
    with bytecode.kept(tmp_path / "it.attrs"):
        ask: Any = vars(_make)["compile"]
        assert eval(ask("1 + 1", "sum", "eval", 0)) == 2
        assert eval(ask("1 + 2", "sum", mode="eval", optimize=2)) == 3
        assert eval(ask(b"1 + 3", "sum", "eval")) == 4


def test_the_server_keeps_it_where_python_keeps_its_own(tmp_path: Path) -> None:
    """And reads it the next time."""
    environment = {**ENVIRONMENT, "PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    found = []
    for _ in range(2):
        subprocess.run([sys.executable, "-m", "unmid", "serve"], input=b"", env=environment, check=False, timeout=60)
        (file,) = tmp_path.rglob("*.attrs")
        found.append((file.stat().st_ino, len(bytecode._taken(file)) > 500))
    assert found == [(found[0][0], True)] * 2
    assert file.parent == Path(str(tmp_path) + os.path.dirname(bytecode.__file__))
