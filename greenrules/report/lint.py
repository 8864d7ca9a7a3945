"""The formats of a lint, each a function from a `LintReport` to text."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from greenrules.errors import UsageError, nearest
from greenrules.found import Found, Lint, plain, wire

if TYPE_CHECKING:
    from greenrules.models import LintReport

LintFormat = Literal["text", "concise", "json", "sarif", "github", "gitlab", "junit", "patch"]
LINT_FORMATS: tuple[LintFormat, ...] = get_args(LintFormat)

#: the lines of a file, or of a cell of a notebook (counted as in the finding), or None when they are not at hand
SourceLines = Callable[[str, int | None], Sequence[str] | None]


class RuleNote(NamedTuple):
    """What a rule says of itself.

    Attributes:
        summary: one line.
        why: why it costs energy; may be empty.
        sources: where that is known from, as addresses or references.
    """

    summary: str
    why: str = ""
    sources: tuple[str, ...] = ()


def no_source(path: str, cell: int | None) -> None:
    """A `SourceLines` that has nothing at hand."""


def render_lint(
    report: Lint | LintReport,
    form: str,
    *,
    source: SourceLines = no_source,
    rules: Mapping[str, RuleNote] | None = None,
    color: bool = False,
) -> str:
    """A lint in one of `LINT_FORMATS`.

    Args:
        report: what was found.
        form: the format.
        source: where the lines for the frames of ``text`` come from.
        rules: what rules say of themselves, for ``sarif``.
        color: ANSI colours in ``text`` and ``concise``.

    Raises:
        UsageError: an unknown format.
    """
    if not isinstance(report, Lint):
        report = plain(report)
    if form in ("text", "concise"):
        from greenrules.report.lint_text import lint_concise, lint_text

        return lint_text(report, source, color) if form == "text" else lint_concise(report, color)
    if form == "json":
        from greenrules.report.record import to_json

        return to_json(wire(report))
    if form == "sarif":
        from greenrules.report.lint_sarif import lint_sarif

        return lint_sarif(report, rules or {})
    if form == "patch":
        from greenrules.report.lint_patch import lint_patch

        return lint_patch(report)
    from greenrules.report import lint_ci

    forms = {"github": lint_ci.lint_github, "gitlab": lint_ci.lint_gitlab, "junit": lint_ci.lint_junit}
    if form not in forms:
        remedy = nearest(form, LINT_FORMATS) or f"known formats: {', '.join(LINT_FORMATS)}"
        raise UsageError(f"unknown lint format '{form}'", remedy=remedy)
    return forms[form](report)


def place(finding: Found) -> str:
    """Where a finding is: ``train.py:41:12``, or ``book.ipynb:cell 3:2:5``."""
    cell = f":cell {finding.cell}" if finding.cell is not None else ""
    return f"{finding.path}{cell}:{finding.line}:{finding.column}"


def fingerprints(report: Lint) -> Iterator[tuple[Found, str]]:
    """Each finding with a name that stays when lines above it move, and that no other finding has."""
    seen: Counter[tuple[str, str, int | None, str]] = Counter()
    for finding in report.findings:
        key = (finding.path, finding.rule, finding.cell, finding.message)
        seen[key] += 1
        text = "\0".join(map(str, (*key, seen[key])))
        yield finding, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def sentence(finding: Found) -> str:
    """The message with its reason and its caveat, on as many lines as they have."""
    told = f"{finding.message} ({finding.reason})" if finding.reason else finding.message
    return f"{told}. Caveat: {finding.caveat}" if finding.caveat else told
