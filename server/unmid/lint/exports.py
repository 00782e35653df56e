"""Findings in the forms that other programs read: SARIF, GitHub's workflow commands, GitLab's code quality report.

All are made from files in the terms of `--output-format json` (`unmid.lint.render`): columns count code points from 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote

from unmid.packs.model import Rule
from unmid.packs.page import page

File = Mapping[str, Any]
"""A file with its findings, as in JSON."""
_SARIF_LEVELS = {"error": "error", "warning": "warning", "information": "note", "hint": "note", "quiet": "none"}
_GITHUB_LEVELS = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}
_GITLAB_LEVELS = {"error": "critical", "warning": "minor", "information": "info", "hint": "info"}
_ROOT = "%SRCROOT%"


def sarif(files: Sequence[File], rules: Mapping[str, Rule], version: str, successful: bool = True) -> dict[str, Any]:
    """A SARIF 2.1.0 log of one run. `rules` explain the ids, as far as they are known."""
    used = sorted({finding["rule"] for file in files for finding in file["findings"]})
    index = {rule: number for number, rule in enumerate(used)}
    driver = {
        "name": "unmid",
        "version": version,
        "rules": [_descriptor(rule, rules.get(rule)) for rule in used],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "invocations": [{"executionSuccessful": successful}],
        "results": [_result(file, finding, print_, index) for file in files for finding, print_ in fingerprinted(file)],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def github(files: Sequence[File]) -> Iterator[str]:
    """A workflow command for each finding."""
    for file in files:
        for finding in file["findings"]:
            where = {"file": file["path"], "line": finding["line"], "endLine": finding["end_line"]}
            if finding["line"] == finding["end_line"]:  # columns are for one line only
                where |= {"col": finding["column"], "endColumn": finding["end_column"]}
            where["title"] = finding["rule"]
            told = ",".join(f"{key}={_property(str(value))}" for key, value in where.items())
            yield f"::{_GITHUB_LEVELS.get(finding['severity'], 'notice')} {told}::{_data(finding['message'])}"


def gitlab(files: Sequence[File]) -> list[dict[str, Any]]:
    """A code quality report."""
    return [
        {
            "description": finding["message"],
            "check_name": finding["rule"],
            "fingerprint": print_,
            "severity": _GITLAB_LEVELS.get(finding["severity"], "info"),
            "location": {
                "path": _relative(file["path"]) or file["path"],
                "lines": {"begin": finding["line"], "end": finding["end_line"]},
            },
        }
        for file in files
        for finding, print_ in fingerprinted(file)
    ]


def fingerprinted(file: File) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Findings, each with a hash that stays when the lines around it move: of file, rule, words, and which of its like it is."""
    seen: Counter[tuple[str, str]] = Counter()
    path = _relative(file["path"]) or file["path"]
    for finding in file["findings"]:
        key = finding["rule"], " ".join(finding["text"].split())
        seen[key] += 1
        whole = "\0".join([path, *key, str(seen[key])])
        yield finding, blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _descriptor(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": name}
    explained = Path(rule.path).with_suffix(".md")
    return {
        "id": name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(rule.why.split())},
        "help": {"text": " ".join(rule.instead.split()), "markdown": page(rule)},
        "helpUri": (explained if explained.is_file() else Path(rule.path)).absolute().as_uri(),
        "defaultConfiguration": {"level": _SARIF_LEVELS[rule.severity]},
        "properties": {"tags": [rule.family]},
    }


def _result(file: File, finding: Mapping[str, Any], print_: str, index: Mapping[str, int]) -> dict[str, Any]:
    place = _artifact(file["path"])
    region = {
        "startLine": finding["line"],
        "startColumn": finding["column"],
        "endLine": finding["end_line"],
        "endColumn": finding["end_column"],
        "charOffset": finding["start"],
        "charLength": finding["end"] - finding["start"],
        "snippet": {"text": finding["text"]},
    }
    result = {
        "ruleId": finding["rule"],
        "ruleIndex": index[finding["rule"]],
        "level": _SARIF_LEVELS[finding["severity"]],
        "message": {"text": finding["message"]},
        "locations": [{"physicalLocation": {"artifactLocation": place, "region": region}}],
        "partialFingerprints": {"unmid/v1": print_},
    }
    fixes = [
        {
            "description": {"text": fix["title"]},
            "artifactChanges": [
                {
                    "artifactLocation": place,
                    "replacements": [
                        {
                            "deletedRegion": {"charOffset": edit["start"], "charLength": edit["end"] - edit["start"]},
                            "insertedContent": {"text": edit["text"]},
                        }
                        for edit in fix["edits"]
                    ],
                }
            ],
        }
        for fix in finding["fixes"]
    ]
    return result | ({"fixes": fixes} if fixes else {})


def _relative(path: str) -> str:
    """A path as seen from here, with slashes; nothing for one that is not below."""
    absolute, here = Path(path).absolute(), Path.cwd()
    return absolute.relative_to(here).as_posix() if absolute.is_relative_to(here) and ".." not in absolute.parts else ""


def _artifact(path: str) -> dict[str, str]:
    near = _relative(path)
    return {"uri": quote(near), "uriBaseId": _ROOT} if near else {"uri": Path(path).resolve().as_uri()}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
