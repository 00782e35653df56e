"""Diagnostics as JSON, chunk by chunk.

A keystroke changes the marks of a chunk or two, but all go out again, with new lines and a new version. So each chunk's
part of the message is written once, with gaps where lines and the version stand, and put together with those of its
neighbours. Lines are filled in when they have moved, the version in all parts at once.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, overload

from lsprotocol import types

from unmid.lsp import to_proto
from unmid.lsp.wire import diagnostic_json

if TYPE_CHECKING:
    from unmid.lint.finding import Batch, Finding, Marks, Report
    from unmid.lsp.client import Client
    from unmid.packs.model import Rule
    from unmid.text.lines import LineIndex

_GAP: Final = os.urandom(8).hex()
"""Stands for a number in JSON. Nobody can guess it, so no draft and no pack can hold it."""
_GAPS: Final = re.compile(rf'"{_GAP}(v|-?\d+)"')


_VERSION: Final = "\0"
"""The gap for the version, once lines are filled in: no JSON holds this character."""


@dataclass(slots=True)
class _Template:
    """The diagnostics of a chunk or of neighbouring ones as JSON, with gaps. `lines` are counted from the first of them.

    It holds for one client, and where the text begins in this column of its first line.
    """

    client: Client
    column: int
    text: str
    lines: tuple[int, ...]
    first: int = -1
    filled: str = ""

    def at(self, first: int) -> str:
        """The JSON where this is the first line, but for the version."""
        if first != self.first:
            self.first, self.filled = first, self.text % tuple([first + line for line in self.lines])
        return self.filled


class Fragments(Sequence[types.Diagnostic]):
    """The diagnostics of a report for one client. The objects are made when somebody asks; the JSON needs none of them."""

    __slots__ = ("_client", "_json", "_lines", "_made", "_report", "_rules", "_version")

    def __init__(
        self, report: Report, rules: Mapping[str, Rule], lines: LineIndex, version: int, client: Client
    ) -> None:
        self._report, self._rules, self._lines, self._version, self._client = report, rules, lines, version, client
        self._made: list[types.Diagnostic] | None = None
        self._json: str | None = None

    def __len__(self) -> int:
        return sum(len(batch.starts) for _, batch in self._report.batches)

    @overload
    def __getitem__(self, index: int) -> types.Diagnostic: ...
    @overload
    def __getitem__(self, index: slice) -> list[types.Diagnostic]: ...
    def __getitem__(self, index: int | slice) -> types.Diagnostic | list[types.Diagnostic]:
        if self._made is None:
            self._made = self._diagnostics(self._report.findings)
        return self._made[index]

    def __eq__(self, other: object) -> bool:
        return self.json == other.json if isinstance(other, Fragments) else list(self) == other

    __hash__ = None  # type: ignore[assignment]

    @property
    def json(self) -> str:
        """All diagnostics as a JSON array."""
        if self._json is None:
            parts = ",".join([self._filled(base, batch) for base, batch in self._report.batches])
            self._json = f"[{parts.replace(_VERSION, str(self._version))}]"
        return self._json

    def _filled(self, base: int, batch: Batch) -> str:
        first, column = self._place(base)
        known = self._known(batch.kept, column)
        if known is None:
            parts = [(self._place(base + offset)[0] - first, self._part(base + offset, marks)) for offset, marks in batch]
            text = ",".join([part.text for _, part in parts])
            lines = tuple(after + line for after, part in parts for line in part.lines)
            known = batch.kept[Fragments] = _Template(self._client, column, text, lines)
        return known.at(first)

    def _part(self, base: int, marks: Marks) -> _Template:
        first, column = self._place(base)
        known = self._known(marks.kept, column)
        if known is None:
            known = marks.kept[Fragments] = self._template([finding.shifted(base) for finding in marks], first, column)
        return known

    def _known(self, kept: Mapping[object, Any], column: int) -> _Template | None:
        template: _Template | None = kept.get(Fragments)
        return template if template and template.client is self._client and template.column == column else None

    def _place(self, base: int) -> tuple[int, int]:
        first = self._lines.line_of(base)
        return first, base - self._lines.starts[first]

    def _template(self, findings: Sequence[Finding], first: int, column: int) -> _Template:
        items = [diagnostic_json(item) for item in self._diagnostics(findings)]
        for item in items:
            _open_gaps(item, first)
        text, *rest = _GAPS.split(json.dumps(items, separators=(",", ":"))[1:-1].replace("%", "%%"))
        gaps, pieces = rest[::2], rest[1::2]
        written = text + "".join((_VERSION if gap == "v" else "%d") + piece for gap, piece in zip(gaps, pieces, strict=True))
        return _Template(self._client, column, written, tuple(int(gap) for gap in gaps if gap != "v"))

    def _diagnostics(self, findings: Sequence[Finding]) -> list[types.Diagnostic]:
        return to_proto.diagnostics(findings, self._rules, self._lines, self._version, self._client)


def _open_gaps(item: dict[str, Any], first: int) -> None:
    """Put gaps in place of all that changes when lines come in before the chunk or a new version is out."""
    for end in item["range"].values():
        end["line"] = f"{_GAP}{end['line'] - first}"
    if "data" in item:
        item["data"]["version"] = f"{_GAP}v"
        stretches = [edit for fix in item["data"]["fixes"] for edit in fix["edits"]]
        if blank := item["data"].get("blank"):
            stretches.append(blank)
        for stretch in stretches:
            for end in ("start", "end"):
                stretch[end][0] = f"{_GAP}{stretch[end][0] - first}"
