"""What a lint found, as plain values: cheap to make, to keep and to load, where wire types of the same shape are not.

Most lints are told as text, and most find nothing new; none of these needs a validator. The wire types are made of them
where somebody asks for them (:func:`wire`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from greenrules.models import Level, LintReport, Tactic


class Found(NamedTuple):
    """One place a rule has something to say about; the fields are those of :class:`greenrules.models.Finding`."""

    kind: Literal["fixable", "lint", "suggestion"]
    rule: str
    tactic: Tactic
    level: Level
    path: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    reason: str | None
    caveat: str | None
    fix: str | None


class Skipped(NamedTuple):
    """A file that was not looked at, with the reason."""

    path: str
    reason: str


class Summary(NamedTuple):
    """Counts of a lint."""

    files: int
    findings: int
    fixed: int
    suppressed: int
    errors: int


class Lint(NamedTuple):
    """What came of a lint; the fields are those of :class:`greenrules.models.LintReport`."""

    findings: tuple[Found, ...]
    skipped: tuple[Skipped, ...]
    summary: Summary


def wire(lint: Lint) -> LintReport:
    """The same as wire types, validated."""
    from greenrules.models import Finding, LintReport, LintSummary, SkippedFile

    return LintReport(
        findings=[Finding(**one._asdict()) for one in lint.findings],
        skipped=[SkippedFile(**one._asdict()) for one in lint.skipped],
        summary=LintSummary(**lint.summary._asdict()),
    )


def plain(report: LintReport) -> Lint:
    """The same without a validator; :func:`wire` backwards."""
    return Lint(
        tuple(Found(**dict(one)) for one in report.findings),
        tuple(Skipped(**dict(one)) for one in report.skipped),
        Summary(**dict(report.summary)),
    )
