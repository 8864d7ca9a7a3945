"""SARIF 2.1.0 (OASIS, Errata 01): what code scanning reads.

Section numbers in comments are those of the standard.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from greenrules.report.edits import read_diff
from greenrules.report.lint import RuleNote, fingerprints, sentence

if TYPE_CHECKING:
    from greenrules.found import Found, Lint

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def lint_sarif(report: Lint, rules: Mapping[str, RuleNote]) -> str:
    """The log as JSON.

    Args:
        report: what was found; files that could not be read become notifications of the run.
        rules: what rules say of themselves, by full id; a rule without a note is described by its first finding.
    """
    known = list(dict.fromkeys(finding.rule for finding in report.findings))
    index = {rule: number for number, rule in enumerate(known)}
    first = {finding.rule: finding for finding in reversed(report.findings)}
    run = {
        "tool": {
            "driver": {
                "name": "greenrules",
                **_version(),
                "rules": [_rule(rule, rules.get(rule), first[rule]) for rule in known],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.summary.errors,
                "toolExecutionNotifications": [
                    {
                        "level": "error",
                        "message": {"text": skipped.reason or "not looked at"},
                        "locations": [{"physicalLocation": {"artifactLocation": _artifact(skipped.path)}}],
                    }
                    for skipped in report.skipped
                ],
            }
        ],
        # 3.14.17: a column is a character, not a UTF-16 unit, which is what readers assume when nothing is said
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, name, index[finding.rule]) for finding, name in fingerprints(report)],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _version() -> dict[str, str]:
    try:
        return {"version": version("greenrules")}
    except PackageNotFoundError:
        return {}


def _rule(rule: str, note: RuleNote | None, finding: Found) -> dict[str, Any]:
    summary = (note.summary if note else "") or finding.message or rule
    descriptor: dict[str, Any] = {
        "id": rule,
        "name": rule.rsplit("/", 1)[-1].replace("-", " ").title().replace(" ", "") or rule,
        "shortDescription": {"text": summary},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["energy", finding.tactic, finding.level]},
    }
    if note and note.why:
        descriptor["fullDescription"] = {"text": note.why}
        sources = "".join(f"\n\nSource: {source}" for source in note.sources)
        descriptor["help"] = {"text": note.why + sources}
    return descriptor


def _artifact(path: str) -> dict[str, str]:
    pure = PurePath(path)
    if pure.is_absolute():
        return {"uri": pure.as_uri()}
    # 3.4.4: a relative reference must be a valid URI too
    return {"uri": quote(pure.as_posix())}


def _result(finding: Found, name: str, index: int) -> dict[str, Any]:
    line, column = max(finding.line, 1), max(finding.column, 1)
    region: dict[str, int] = {"startLine": line, "startColumn": column}
    if (finding.end_line, finding.end_column) > (line, column):
        region |= {"endLine": max(finding.end_line, line), "endColumn": max(finding.end_column, 1)}
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(finding.path), "region": region}}
    if finding.cell is not None:
        location["logicalLocations"] = [{"name": f"cell {finding.cell}", "kind": "module"}]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": "note" if finding.kind == "suggestion" else "warning",
        "message": {"text": sentence(finding) or finding.rule},
        "locations": [location],
        "partialFingerprints": {"greenrulesFinding/v1": name},
    }
    if finding.fix and finding.cell is None and (fix := _fix(finding)):
        result["fixes"] = [fix]
    return result


def _fix(finding: Found) -> dict[str, Any] | None:
    diff = read_diff(finding.fix or "")
    # a last line without newline cannot be told as whole lines
    if diff is None or diff.ends_bare:
        return None
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.start,
                "startColumn": 1,
                "endLine": edit.end,
                "endColumn": 1,
            },
            "insertedContent": {"text": "".join(f"{line}\n" for line in edit.inserted)},
        }
        for edit in diff.edits
    ]
    change = {"artifactLocation": _artifact(finding.path), "replacements": replacements}
    return {"description": {"text": finding.message or finding.rule}, "artifactChanges": [change]}
