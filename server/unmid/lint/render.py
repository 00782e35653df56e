"""Findings as text for people, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from unmid.lint.finding import Finding, Report
from unmid.text.lines import LineIndex

_COLOURS = {"error": "31", "warning": "33", "information": "36", "hint": "2"}
_WIDTH = 100


def concise(report: Report, text: str, colour: bool = False) -> Iterator[str]:
    """One line a finding: path, line and column from 1, severity, rule, message."""
    lines = LineIndex(text)
    for finding in report.findings:
        line, column = lines.offset_to_position(finding.span.start, "utf-32")
        where = f"{report.path}:{line + 1}:{column + 1}:"
        level = _paint(finding.severity, _COLOURS.get(finding.severity, "0"), colour)
        yield f"{where} {level} {finding.rule}  {finding.message}"


def full(report: Report, text: str, colour: bool = False) -> Iterator[str]:
    """Each finding with its line, carets under the words, and what can be done."""
    lines = LineIndex(text)
    for finding, head in zip(report.findings, concise(report, text, colour), strict=True):
        yield head
        row, column = lines.offset_to_position(finding.span.start, "utf-32")
        last, end = lines.offset_to_position(finding.span.end, "utf-32")
        source = text[lines.starts[row] : lines.end_of(row)]
        stop = end if last == row else len(source)
        shown, column, stop = _window(source, column, max(stop, column + 1))
        number = str(row + 1)
        more = " …" if last != row else ""
        yield f"  {number} | {shown}"
        carets = _paint("^" * max(stop - column, 1), _COLOURS.get(finding.severity, "0"), colour)
        yield f"  {' ' * len(number)} | {_pad(shown[:column])}{carets}{more}"
        for fix in finding.fixes[:1]:
            yield f"  {' ' * len(number)} = {'safe fix' if fix.safe else 'suggestion'}: {fix.title}"
        yield ""


def _pad(before: str) -> str:
    """Blanks as wide as the text on a terminal: tabs stay tabs, wide characters take two cells, marks none."""
    import unicodedata

    out = []
    for char in before:
        if char == "\t":
            out.append("\t")
        elif unicodedata.combining(char) or char in "\u200d\ufe0f":
            continue
        else:
            out.append("  " if unicodedata.east_asian_width(char) in "WF" else " ")
    return "".join(out)


def _window(line: str, start: int, end: int) -> tuple[str, int, int]:
    """The part of a long line around the marked columns, with those columns in it."""
    if len(line) <= _WIDTH:
        return line, start, end
    first = max(0, min(start - 20, len(line) - _WIDTH))
    part = line[first : first + _WIDTH]
    head = "…" if first else ""
    tail = "…" if first + _WIDTH < len(line) else ""
    return head + part + tail, start - first + len(head), min(end - first, _WIDTH) + len(head)


def _paint(words: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{words}\x1b[0m" if colour else words


def summary(files: Sequence[Mapping[str, Any]]) -> str:
    """The closing line of a run, for files as in JSON."""
    findings = sum(len(file["findings"]) for file in files)
    words = sum(file["words"] for file in files)
    fixable = sum(any(fix["safe"] for fix in finding["fixes"]) for file in files for finding in file["findings"])
    named = f"{len(files)} file{'s' * (len(files) != 1)}"
    if not findings:
        return f"No findings in {named}, {words:,} words."
    tail = f" {fixable} can be cut with --fix." if fixable else ""
    return f"{findings} finding{'s' * (findings != 1)} in {named}, {words:,} words.{tail}"


def as_json(files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The contract of `--output-format json`, version 1: offsets are code points, lines and columns count from 1."""
    return {
        "version": 1,
        "files": list(files),
        "summary": {
            "files": len(files),
            "words": sum(file["words"] for file in files),
            "findings": sum(len(file["findings"]) for file in files),
        },
    }


def file_as_json(report: Report, text: str) -> dict[str, Any]:
    """One file of that."""
    lines = LineIndex(text)
    return {
        "path": report.path,
        "words": report.words,
        "findings": [_finding(finding, lines) for finding in report.findings],
        "metrics": dict(report.metrics),
    }


def _finding(finding: Finding, lines: LineIndex) -> dict[str, Any]:
    line, column = lines.offset_to_position(finding.span.start, "utf-32")
    end_line, end_column = lines.offset_to_position(finding.span.end, "utf-32")
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "start": finding.span.start,
        "end": finding.span.end,
        "line": line + 1,
        "column": column + 1,
        "end_line": end_line + 1,
        "end_column": end_column + 1,
        "text": finding.text,
        "fixes": [
            {
                "title": fix.title,
                "safe": fix.safe,
                "edits": [
                    {"start": edit.span.start, "end": edit.span.end, "text": edit.text} for edit in fix.edits
                ],
            }
            for fix in finding.fixes
        ],
    }
