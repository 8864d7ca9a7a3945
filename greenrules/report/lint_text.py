"""A lint for people: with a frame of the source, or one line each; and counts per rule."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from greenrules.report.lint import SourceLines, place
from greenrules.report.text import cells, one_line, shorten, visible

if TYPE_CHECKING:
    from greenrules.found import Found, Lint

#: of a source line in a frame, in cells of the terminal
_WIDEST = 160
_BOLD, _RED, _CYAN, _DIM = "1", "1;31", "36", "2"


def mark(finding: Found) -> str:
    """``[*]`` a fix that changes nothing, ``[~]`` one to be measured, ``[?]`` a suggestion, nothing for advice."""
    if finding.kind == "suggestion":
        return "[?]"
    if finding.kind == "lint":
        return ""
    return "[*]" if finding.level == "exact" else "[~]"


def _paint(words: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{words}\x1b[0m" if color and words else words


def _head(finding: Found, color: bool) -> str:
    rule = _paint(one_line(finding.rule), _RED, color)
    signs = _paint(mark(finding), _CYAN, color)
    words = [_paint(one_line(place(finding)), _BOLD, color), rule, signs, one_line(finding.message)]
    return " ".join(word for word in words if word)


def lint_concise(report: Lint, color: bool = False) -> str:
    """A line per finding and per file that could not be read, then the count."""
    lines = [_head(finding, color) for finding in report.findings]
    return "\n".join([*lines, *_skipped(report, color), count(report)]) + "\n"


def lint_text(report: Lint, source: SourceLines, color: bool = False) -> str:
    """Findings with the line they are on, a caret under the place, and what to do next.

    Args:
        report: what was found.
        source: the lines of a file or cell; where it has none, the frame is left out.
        color: with ANSI colours.
    """
    blocks = []
    for finding in report.findings:
        lines = [_head(finding, color), *_frame(finding, source, color)]
        if finding.reason:
            lines.append(f"  = {_paint('why', _CYAN, color)}: {one_line(finding.reason)}")
        if finding.caveat:
            lines.append(f"  = {_paint('caveat', _CYAN, color)}: {one_line(finding.caveat)}")
        if words := _next(finding):
            lines.append(f"  = {_paint('next', _CYAN, color)}: {words}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join([*blocks, *_skipped(report, color), count(report)]) + "\n"


def _next(finding: Found) -> str:
    if finding.kind != "fixable":
        return f"greenrules explain {one_line(finding.rule)}"
    target = one_line(finding.path)
    quoted = f"'{target}'" if " " in target else target
    if finding.level == "exact":
        return f"greenrules lint --fix --select {one_line(finding.rule)} {quoted}"
    return f"greenrules apply --select {one_line(finding.rule)} {quoted}   (measures before it writes)"


def _frame(finding: Found, source: SourceLines, color: bool) -> list[str]:
    """The line with a caret; of a finding over several lines the first, with how many follow."""
    lines = source(finding.path, finding.cell)
    if lines is None or not 1 <= finding.line <= len(lines):
        return []
    raw = lines[finding.line - 1].rstrip("\r\n")
    start = min(max(finding.column - 1, 0), len(raw))
    one = finding.end_line <= finding.line
    end = min(finding.end_column - 1, len(raw)) if one else len(raw.rstrip())
    before, under = _shown(raw[:start]), _shown(raw[start : max(end, start)])
    text = before + under + _shown(raw[max(end, start) :])
    lead = 0
    if cells(before) > _WIDEST // 2:
        lead = len(before) - _WIDEST // 4
        before, text = "…" + before[lead + 1 :], "…" + text[lead + 1 :]
    carets = "^" * max(1, min(cells(under), _WIDEST - cells(before)))
    more = "" if one else f" … to line {finding.end_line}"
    gutter = len(str(finding.line))
    bar = _paint("|", _DIM, color)
    return [
        f"{' ' * gutter} {bar}",
        f"{finding.line} {bar} {shorten(text, _WIDEST)}".rstrip(),
        f"{' ' * gutter} {bar} {' ' * cells(before)}{_paint(carets, _RED, color)}{more}",
    ]


def _shown(words: str) -> str:
    # tabs as four spaces, so that the caret stands under the place in every terminal
    return visible(words.replace("\t", "    "))


def _skipped(report: Lint, color: bool) -> list[str]:
    label = _paint("error", _RED, color)
    told = []
    for skipped in report.skipped:
        path, reason = one_line(skipped.path), one_line(skipped.reason)
        # a reason with a position of its own begins with the path
        place, found, why = reason.partition(" ")
        told.append(
            f"{place} {label}: {why}" if found and place.startswith(f"{path}:") else f"{path}: {label}: {reason}"
        )
    return told


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def count(report: Lint) -> str:
    """The last line: how much was found, what can be fixed, what was passed over."""
    marks = Counter(mark(finding) for finding in report.findings)
    summary = report.summary
    if not report.findings:
        words = f"No findings in {_many(summary.files, 'file')}."
    else:
        kinds = (("[*]", "fixable with --fix"), ("[~]", "to be measured with apply"), ("[?]", "to be looked at"))
        parts = [f"{marks[sign]} {sign} {what}" for sign, what in kinds if marks[sign]]
        extra = f" ({', '.join(parts)})" if parts else ""
        words = f"{_many(len(report.findings), 'finding')} in {_many(summary.files, 'file')}{extra}."
    if summary.fixed:
        words += f" {summary.fixed} fixed."
    if summary.suppressed:
        words += f" {summary.suppressed} suppressed."
    if summary.errors:
        words += f" {_many(summary.errors, 'file')} could not be read."
    return words


def lint_statistics(report: Lint) -> str:
    """Findings per rule, the most frequent first."""
    tally = Counter((finding.rule, finding.tactic) for finding in report.findings)
    if not tally:
        return count(report) + "\n"
    signs = {rule: mark(finding) for finding in reversed(report.findings) for rule in [finding.rule]}
    rows = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    wide = max(len(one_line(rule)) for (rule, _), _ in rows)
    digits = max(len(str(number)) for _, number in rows)
    lines = [
        f"{number:>{digits}}  {one_line(rule):<{wide}}  {signs[rule]:<3}  {tactic}".rstrip()
        for (rule, tactic), number in rows
    ]
    return "\n".join([*lines, count(report)]) + "\n"
