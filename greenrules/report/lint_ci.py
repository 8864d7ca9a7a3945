"""A lint as continuous integration reads it: GitHub, GitLab, JUnit."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from greenrules.report.lint import fingerprints, place, sentence
from greenrules.report.text import visible

if TYPE_CHECKING:
    from greenrules.found import Found, Lint


def lint_github(report: Lint) -> str:
    """Workflow commands that GitHub shows beside the changed lines."""
    lines = []
    for finding in report.findings:
        kind = "notice" if finding.kind == "suggestion" else "warning"
        where = [("file", finding.path)]
        words = sentence(finding)
        if finding.cell is None:
            where += [("line", str(finding.line)), ("endLine", str(max(finding.end_line, finding.line)))]
            if finding.end_line <= finding.line:
                # columns are only understood on a single line
                where += [("col", str(finding.column)), ("endColumn", str(max(finding.end_column, finding.column)))]
        else:
            words = f"cell {finding.cell}, line {finding.line}: {words}"
        where.append(("title", f"greenrules {finding.rule}"))
        lines.append(_command(kind, where, words))
    lines += [_command("error", [("file", s.path), ("title", "greenrules")], s.reason) for s in report.skipped]
    return "".join(f"{line}\n" for line in lines)


def _command(kind: str, properties: list[tuple[str, str]], message: str) -> str:
    told = ",".join(f"{name}={_property(value)}" for name, value in properties)
    return f"::{kind} {told}::{_data(message)}"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def lint_gitlab(report: Lint) -> str:
    """A GitLab code-quality report."""
    severity = {"fixable": "minor", "lint": "minor", "suggestion": "info"}
    entries = [
        {
            "description": f"{finding.rule}: {_in_cell(finding)}{sentence(finding)}",
            "check_name": finding.rule,
            "fingerprint": name,
            "severity": severity[finding.kind],
            "location": {
                "path": finding.path,
                "positions": {
                    "begin": {"line": finding.line, "column": finding.column},
                    "end": {"line": max(finding.end_line, finding.line), "column": finding.end_column},
                },
            }
            if finding.cell is None
            else {"path": finding.path, "lines": {"begin": 1}},
        }
        for finding, name in fingerprints(report)
    ]
    entries += [
        {
            "description": f"greenrules could not look at it: {skipped.reason}",
            "check_name": "greenrules/not-read",
            "fingerprint": f"not-read:{number}:{skipped.path}",
            "severity": "major",
            "location": {"path": skipped.path, "lines": {"begin": 1}},
        }
        for number, skipped in enumerate(report.skipped)
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def _in_cell(finding: Found) -> str:
    return f"cell {finding.cell}, line {finding.line}: " if finding.cell is not None else ""


def lint_junit(report: Lint) -> str:
    """JUnit XML: a suite per file, a failure per finding (skipped when a suggestion), an error per unreadable file."""
    suites = []
    for path, group in groupby(sorted(report.findings, key=lambda f: f.path), key=lambda f: f.path):
        findings = list(group)
        cases = "".join(_case(finding) for finding in findings)
        failed = sum(finding.kind != "suggestion" for finding in findings)
        suites.append(_suite(path, cases, len(findings), failed, skipped=len(findings) - failed))
    for skipped in report.skipped:
        error = f"<error message={_attribute(skipped.reason)}/>"
        case = f'    <testcase name="read" classname={_attribute(skipped.path)}>{error}</testcase>\n'
        suites.append(_suite(skipped.path, case, 1, errors=1))
    if not suites:
        # readers take an empty file for a broken one
        suites.append(_suite("greenrules", '    <testcase name="lint" classname="greenrules"/>\n', 1))
    failures = sum(finding.kind != "suggestion" for finding in report.findings)
    errors = len(report.skipped)
    tests = max(len(report.findings) + errors, 1)
    head = f'<testsuites name="greenrules" tests="{tests}" failures="{failures}" errors="{errors}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{"".join(suites)}</testsuites>\n'


def _suite(name: str, cases: str, tests: int, failures: int = 0, errors: int = 0, skipped: int = 0) -> str:
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    return f"  <testsuite name={_attribute(name)} {counts}>\n{cases}  </testsuite>\n"


def _case(finding: Found) -> str:
    name = f"{finding.rule} ({place(finding)})"
    message = sentence(finding)
    case = f"    <testcase name={_attribute(name)} classname={_attribute(finding.path)}>"
    if finding.kind == "suggestion":
        return f"{case}<skipped message={_attribute(message)}/></testcase>\n"
    body = escape(visible(f"{place(finding)}: {message}"))
    failure = f"<failure type={_attribute(finding.rule)} message={_attribute(message)}>{body}</failure>"
    return f"{case}{failure}</testcase>\n"


def _attribute(words: str) -> str:
    # control characters are not allowed in XML 1.0, not even escaped
    return quoteattr(visible(words, keep="\n\t"), {"\n": "&#10;", "\t": "&#9;"})
