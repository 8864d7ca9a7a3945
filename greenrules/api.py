"""The verbs as plain functions: a request in, a result out, progress events to a sink.

What a verb needs is imported when it is called: linting does not pay for measuring.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenrules.events import Sink, silent
from greenrules.requests import ApplyRequest, CarbonChoice, LintRequest, MeasureRequest, RuleChoice, RunChoice

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule
    from greenrules.models import DoctorReport, Report
    from greenrules.models import Pack as PackFacts
    from greenrules.verbs.apply import ApplyOutcome
    from greenrules.verbs.calibrate import Calibrated
    from greenrules.verbs.gate import GateVerdict
    from greenrules.verbs.lint import LintOutcome
    from greenrules.verbs.pack_author import PackTested, Problem

__all__ = [
    "ApplyRequest",
    "CarbonChoice",
    "LintRequest",
    "MeasureRequest",
    "RuleChoice",
    "RunChoice",
    "apply",
    "calibrate",
    "choose",
    "doctor",
    "explain",
    "explain_rule",
    "find_rule",
    "gate",
    "lint",
    "lint_text",
    "measure_script",
    "pack_check",
    "pack_new",
    "pack_test",
    "packs",
    "report",
    "rule_facts",
    "rules",
]


def apply(request: ApplyRequest, sink: Sink = silent) -> ApplyOutcome:
    """Measure a script, rewrite it, keep what is proven to save energy, and report."""
    from greenrules.verbs.apply import apply as verb

    return verb(request, sink)


def lint(request: LintRequest) -> LintOutcome:
    """Look for energy anti-patterns without running anything."""
    from greenrules.verbs.lint import lint as verb

    return verb(request)


def lint_text(outcome: LintOutcome, form: str, *, statistics: bool = False, color: bool = False) -> str:
    """A lint in one of its formats."""
    from greenrules.verbs.lint import lint_text as verb

    return verb(outcome, form, statistics=statistics, color=color)


def measure_script(request: MeasureRequest, sink: Sink = silent) -> Report:
    """Measure a script stage by stage, or a program as a whole."""
    from greenrules.verbs.measure import measure_script as verb

    return verb(request, sink)


def gate(base: Report, new: Report, max_regression: str = "5%", *, renamed: bool = False) -> GateVerdict:
    """Whether the energy has grown by more than is allowed."""
    from greenrules.verbs.gate import gate as verb

    return verb(base, new, max_regression, renamed=renamed)


def choose(report: Report, weights: tuple[float, float, float], max_quality_loss: str | None = None) -> Report:
    """The decision of a report again, with other weights."""
    from greenrules.verbs.choose import choose as verb

    return verb(report, weights, max_quality_loss)


def report(source: Path, formats: Sequence[str], directory: Path | None = None) -> list[Path]:
    """The documents of a ``report.json`` again, in other formats."""
    from greenrules.report.record import read_report
    from greenrules.report.write import write_reports

    written = write_reports(read_report(source), directory or source.parent, source.stem, formats)
    return [one.path for one in written]


def calibrate(csv: Path | None, load_s: float | None, valid_days: int, sink: Sink = silent) -> Calibrated:
    """Fit the CPU-time model to a wall meter's record."""
    from greenrules.verbs.calibrate import calibrate_model

    return calibrate_model(csv, load_s, valid_days, sink)


def doctor(python: Path | None = None, tdp_w: float | None = None) -> DoctorReport:
    """What works here, what does not, and the command that mends it."""
    from greenrules.verbs.doctor import doctor as verb

    return verb(python, tdp_w)


def packs() -> list[PackFacts]:
    """Every installed pack, broken ones with their error."""
    from greenrules.verbs.catalogue import packs as verb

    return verb()


def rules(choice: RuleChoice | None = None) -> tuple[Rule, ...]:
    """The rules of a choice; of every installed pack by default."""
    from greenrules.verbs.catalogue import rules as verb

    return verb(choice)


def find_rule(name: str, rule_files: tuple[Path, ...] = ()) -> Rule:
    """One rule, by its full id or a short one that is unique."""
    from greenrules.verbs.catalogue import find_rule as verb

    return verb(name, rule_files)


def rule_facts(rule: Rule) -> dict[str, Any]:
    """A rule as plain JSON values."""
    from greenrules.verbs.catalogue import rule_facts as verb

    return verb(rule)


def rule_saves(rule: Rule) -> str:
    """The most a rule was proven to save, such as ``44 %``; empty where nothing was proven."""
    from greenrules.verbs.measured import saves as verb

    return verb(rule)


def explain_rule(rule: Rule) -> str:
    """A rule in words: what, why, when, when not, examples, evidence."""
    from greenrules.verbs.catalogue import explain as verb

    return verb(rule)


def explain(name: str) -> str:
    """A rule in words, by its id."""
    return explain_rule(find_rule(name))


def pack_new(name: str, directory: Path | None = None) -> list[Path]:
    """Make the files of a new pack."""
    from greenrules.verbs.scaffold import pack_new as verb

    return verb(name, directory)


def pack_test(path: Path, *, run: bool = False, python: Path | None = None) -> PackTested:
    """Run every example of every rule of a pack."""
    from greenrules.verbs.pack_author import pack_test as verb

    return verb(path, run=run, python=python)


def pack_check(path: Path, *, python: Path | None = None) -> list[Problem]:
    """What a pack should mend."""
    from greenrules.verbs.pack_author import pack_check as verb

    return verb(path, python=python)
