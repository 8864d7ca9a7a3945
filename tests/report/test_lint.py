from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ET
from difflib import unified_diff
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenrules.errors import UsageError
from greenrules.models import LEVELS, TACTICS, Finding, LintReport, LintSummary, SkippedFile
from greenrules.report.lint import LINT_FORMATS, RuleNote, render_lint
from greenrules.report.lint_text import lint_statistics

SOURCE = [
    "import numpy as np",
    "X = OneHotEncoder(sparse_output=False).fit_transform(df[cats])",
    "\tmodel.fit(数据, y)",
    "for i in range(3):",
    "    model.fit(X, y)",
]
FIXED = SOURCE[1].replace("sparse_output=False", "")


def fix_of(line: int, text: str, path: str = "train.py") -> str:
    new = [*SOURCE[: line - 1], text, *SOURCE[line:]]
    return "".join(f"{part}\n" for part in unified_diff(SOURCE, new, f"a/{path}", f"b/{path}", lineterm=""))


def finding(**changes: object) -> Finding:
    values: dict[str, object] = {
        "kind": "fixable",
        "rule": "sklearn/dense-one-hot",
        "tactic": "redundancy-elimination",
        "level": "exact",
        "path": "train.py",
        "line": 2,
        "column": 5,
        "end_line": 2,
        "end_column": 39,
        "message": "one-hot output is densified",
        "fix": fix_of(2, FIXED),
    }
    return Finding(**{**values, **changes})


def report(*findings: Finding, skipped: tuple[SkippedFile, ...] = (), **counts: int) -> LintReport:
    summary = LintSummary(
        files=counts.get("files", 2),
        findings=len(findings),
        fixed=counts.get("fixed", 0),
        suppressed=counts.get("suppressed", 0),
        errors=len(skipped),
    )
    return LintReport(findings=list(findings), skipped=list(skipped), summary=summary)


WIDE = finding(
    kind="suggestion",
    rule="sklearn/warm-start",
    level="model",
    line=3,
    column=12,
    end_line=3,
    end_column=14,
    message="fit in a loop",
    reason="the type of model is not known",
    fix=None,
)
CELL = finding(
    rule="sklearn/hist", level="model", path="book.ipynb", cell=2, line=4, column=1, end_line=5, end_column=20
)
ADVICE = finding(kind="lint", rule="numpy/loop", fix=None, line=4, column=1, end_line=5, end_column=20)
UNREAD = SkippedFile(path="bad.py", reason="not UTF-8: byte 0xff\nat 3")
COUNT = (
    "4 findings in 2 files (1 [*] fixable with --fix, 1 [~] to be measured with apply, 1 [?] to be looked at)."
    " 1 suppressed. 1 file could not be read."
)
ALL = report(finding(), WIDE, CELL, ADVICE, skipped=(UNREAD,), suppressed=1)


def source(path: str, cell: int | None) -> list[str] | None:
    return SOURCE if path in ("train.py", "book.ipynb") else None


def test_a_frame_has_its_caret_under_the_place() -> None:
    text = render_lint(report(finding()), "text", source=source)
    assert text == (
        "train.py:2:5 sklearn/dense-one-hot [*] one-hot output is densified\n"
        "  |\n"
        "2 | X = OneHotEncoder(sparse_output=False).fit_transform(df[cats])\n"
        "  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  = next: greenrules lint --fix --select sklearn/dense-one-hot train.py\n"
        "\n"
        "1 finding in 2 files (1 [*] fixable with --fix).\n"
    )


def test_tabs_and_wide_characters_do_not_move_the_caret() -> None:
    lines = render_lint(report(WIDE), "text", source=source).splitlines()
    assert lines[2] == "3 |     model.fit(数据, y)"
    assert lines[3] == "  |               ^^^^"


def test_a_place_over_several_lines_says_where_it_ends() -> None:
    assert "^^^^^^^^^^^^^^^^^^ … to line 5" in render_lint(report(ADVICE), "text", source=source)


def test_without_the_source_there_is_no_frame_and_no_error() -> None:
    assert "|" not in render_lint(ALL, "text")
    beyond = finding(line=99, end_line=99)
    assert "99 |" not in render_lint(report(beyond), "text", source=source)


def test_a_very_long_line_is_cut_around_the_place() -> None:
    long = "x" * 900 + "HERE" + "y" * 900
    text = render_lint(report(finding(column=901, end_column=905)), "text", source=lambda path, cell: [SOURCE[0], long])
    frame, caret = text.splitlines()[2:4]
    assert len(frame) < 180
    assert frame[caret.index("^") : caret.rindex("^") + 1] == "HERE"


def test_what_to_do_next_depends_on_what_a_rule_may_change() -> None:
    text = render_lint(ALL, "text", source=source)
    assert "greenrules lint --fix --select sklearn/dense-one-hot train.py" in text
    assert "greenrules apply --select sklearn/hist book.ipynb" in text
    assert "greenrules explain numpy/loop" in text
    assert "why: the type of model is not known" in text


def test_concise_is_a_line_per_finding_and_per_file_not_read() -> None:
    assert render_lint(ALL, "concise").splitlines() == [
        "train.py:2:5 sklearn/dense-one-hot [*] one-hot output is densified",
        "train.py:3:12 sklearn/warm-start [?] fit in a loop",
        "book.ipynb:cell 2:4:1 sklearn/hist [~] one-hot output is densified",
        "train.py:4:1 numpy/loop one-hot output is densified",
        "bad.py: error: not UTF-8: byte 0xff at 3",
        COUNT,
    ]


def test_colour_only_when_asked_for() -> None:
    assert "\x1b" not in render_lint(ALL, "text", source=source)
    assert "\x1b[36m[*]\x1b[0m" in render_lint(ALL, "text", source=source, color=True)


def test_nothing_found_is_said() -> None:
    assert render_lint(report(files=1), "text") == "No findings in 1 file.\n"


def test_json_is_the_report() -> None:
    assert LintReport.model_validate_json(render_lint(ALL, "json")) == ALL


def test_statistics_count_per_rule_the_most_frequent_first() -> None:
    text = lint_statistics(report(ADVICE, finding(), finding(line=5)))
    assert text.splitlines()[:2] == [
        "2  sklearn/dense-one-hot  [*]  redundancy-elimination",
        "1  numpy/loop                  redundancy-elimination",
    ]


def sarif(lint: LintReport, rules: dict[str, RuleNote] | None = None) -> dict:
    log = json.loads(render_lint(lint, "sarif", rules=rules))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "greenrules"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        for location in result["locations"]:
            region = location["physicalLocation"]["region"]
            assert all(value >= 1 for value in region.values())
            assert " " not in location["physicalLocation"]["artifactLocation"]["uri"]
    for rule in driver["rules"]:
        assert all(isinstance(tag, str) for tag in rule["properties"]["tags"])
    return run


def test_sarif_holds_findings_with_the_fix_as_replacements_of_whole_lines() -> None:
    run = sarif(ALL)
    assert run["columnKind"] == "unicodeCodePoints"
    first = run["results"][0]
    assert first["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 2,
        "startColumn": 5,
        "endLine": 2,
        "endColumn": 39,
    }
    (replacement,) = first["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement == {
        "deletedRegion": {"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1},
        "insertedContent": {"text": f"{FIXED}\n"},
    }
    assert [result["level"] for result in run["results"]] == ["warning", "note", "warning", "warning"]


def test_sarif_does_not_swallow_errors() -> None:
    invocation = sarif(ALL)["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == UNREAD.reason
    assert sarif(report())["invocations"][0]["executionSuccessful"] is True


def test_sarif_describes_rules_in_their_own_words() -> None:
    note = RuleNote("dense output of a one-hot encoder", "zeros are stored and multiplied", ("https://example.org/x",))
    rules = sarif(ALL, {"sklearn/dense-one-hot": note})["tool"]["driver"]["rules"]
    assert rules[0]["shortDescription"]["text"] == note.summary
    assert rules[0]["fullDescription"]["text"] == note.why
    assert "https://example.org/x" in rules[0]["help"]["text"]


def test_fingerprints_differ_within_a_file_and_stay_when_lines_move() -> None:
    def prints(*findings: Finding) -> list[str]:
        return [r["partialFingerprints"]["greenrulesFinding/v1"] for r in sarif(report(*findings))["results"]]

    one, two = prints(finding(), finding(line=5, end_line=5))
    assert one != two
    assert prints(finding(line=40, end_line=40)) == [one]


def test_paths_become_uris() -> None:
    run = sarif(report(finding(path="my scripts/a#b.py"), finding(path="/abs/a.py")))
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
    assert uris == ["my%20scripts/a%23b.py", "file:///abs/a.py"]


def test_github_commands_are_escaped() -> None:
    tricky = finding(path="a,b:c.py", message="50% of\nlines")
    assert render_lint(report(tricky), "github") == (
        "::warning file=a%2Cb%3Ac.py,line=2,endLine=2,col=5,endColumn=39,title=greenrules sklearn/dense-one-hot"
        "::50%25 of%0Alines\n"
    )


def test_github_has_a_line_for_everything() -> None:
    kinds = [line.split(" ")[0] for line in render_lint(ALL, "github").splitlines()]
    assert kinds == ["::warning", "::notice", "::warning", "::warning", "::error"]


def test_gitlab_entries_have_what_gitlab_needs_and_unique_fingerprints() -> None:
    entries = json.loads(render_lint(ALL, "gitlab"))
    assert len(entries) == 5
    assert len({entry["fingerprint"] for entry in entries}) == 5
    for entry in entries:
        assert {"description", "check_name", "fingerprint", "severity", "location"} <= set(entry)
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        location = entry["location"]
        assert location["path"]
        assert location.get("lines", {}).get("begin") or location["positions"]["begin"]["line"]


def test_junit_counts_what_it_holds() -> None:
    root = ET.fromstring(render_lint(ALL, "junit"))
    assert root.attrib == {"name": "greenrules", "tests": "5", "failures": "3", "errors": "1"}
    assert len(root.findall(".//failure")) == 3
    assert len(root.findall(".//skipped")) == 1
    assert len(root.findall(".//error")) == 1
    for suite in root:
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))


def test_junit_without_findings_is_a_test_that_passes() -> None:
    root = ET.fromstring(render_lint(report(), "junit"))
    assert root.attrib["tests"] == "1"
    assert root.findall(".//failure") == []


def test_git_applies_the_patch(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("".join(f"{line}\n" for line in SOURCE), encoding="utf-8")
    last = finding(line=5, fix=fix_of(5, "    model.partial_fit(X, y)"))
    text = render_lint(report(finding(), last, finding()), "patch")
    subprocess.run(["git", "apply", "-"], input=text.encode(), cwd=tmp_path, check=True)
    expected = [SOURCE[0], FIXED, SOURCE[2], SOURCE[3], "    model.partial_fit(X, y)"]
    assert (tmp_path / "train.py").read_text(encoding="utf-8").splitlines() == expected


def test_a_patch_says_what_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("".join(f"{line}\n" for line in SOURCE), encoding="utf-8")
    rival = finding(rule="sklearn/other", fix=fix_of(2, "X = other()"))
    text = render_lint(report(finding(), rival), "patch")
    assert text.startswith("# train.py: 1 more after this patch; lint again\n--- a/train.py\n")
    subprocess.run(["git", "apply", "-"], input=text.encode(), cwd=tmp_path, check=True)


def test_nothing_to_write_is_an_empty_patch() -> None:
    assert render_lint(report(WIDE, ADVICE), "patch") == ""


def test_an_unknown_format_suggests_the_nearest() -> None:
    with pytest.raises(UsageError, match="unknown lint format 'sarf'") as caught:
        render_lint(ALL, "sarf")
    assert caught.value.remedy == "did you mean sarif?"


TEXT = st.text(max_size=15)
NUMBER = st.integers(-2, 60)
FINDING = st.builds(
    Finding,
    kind=st.sampled_from(["fixable", "lint", "suggestion"]),
    rule=TEXT,
    tactic=st.sampled_from(TACTICS),
    level=st.sampled_from(LEVELS),
    path=TEXT,
    cell=st.one_of(st.none(), NUMBER),
    line=NUMBER,
    column=NUMBER,
    end_line=NUMBER,
    end_column=NUMBER,
    message=TEXT,
    reason=st.one_of(st.none(), TEXT),
    fix=st.one_of(st.none(), TEXT, st.just(fix_of(2, FIXED)), st.just(fix_of(1, "x"))),
)


@given(st.lists(FINDING, max_size=4), st.lists(st.builds(SkippedFile, path=TEXT, reason=TEXT), max_size=2), TEXT)
def test_every_lint_becomes_every_format(findings: list[Finding], skipped: list[SkippedFile], line: str) -> None:
    lint = report(*findings, skipped=tuple(skipped))
    for form in LINT_FORMATS:
        text = render_lint(lint, form, source=lambda path, cell: [line] * 3)
        if form in ("json", "sarif", "gitlab"):
            json.loads(text)
        elif form == "junit":
            ET.fromstring(text)
        elif form == "concise":
            assert len(text.splitlines()) == len(findings) + len(skipped) + 1
    assert lint_statistics(lint).endswith("\n")


def test_a_caveat_is_told_in_every_form_that_tells_a_finding() -> None:
    told = report(finding(caveat="it finds other faces"))
    for form in ("text", "json", "sarif", "github", "gitlab", "junit"):
        assert "it finds other faces" in render_lint(told, form), form


def test_a_file_that_cannot_be_read_is_named_once() -> None:
    told = render_lint(report(skipped=(SkippedFile(path="bad.py", reason="bad.py:1:7: invalid syntax"),)), "concise")
    assert told.splitlines()[0] == "bad.py:1:7: error: invalid syntax"
