"""Results to documents: HTML, PDF, LaTeX, Markdown, JSON, SARIF; charts.

``write`` makes files of a `Report`, ``record`` reads its JSON again, ``terminal`` tells it on a terminal, ``lint`` puts
a `LintReport` into any of its formats. ``numbers`` rounds, ``verdict`` decides what may be said. Nothing here is
imported before it is asked for: templates, charts and WeasyPrint cost time that a lint does not have.
"""

from __future__ import annotations

from greenrules.report.lint import LINT_FORMATS, RuleNote, render_lint
from greenrules.report.lint_text import lint_statistics
from greenrules.report.record import read_report, to_json
from greenrules.report.terminal import apply_summary, decision_text, measure_csv, measure_summary
from greenrules.report.write import FORMATS, Written, write_json, write_reports

__all__ = [
    "FORMATS",
    "LINT_FORMATS",
    "RuleNote",
    "Written",
    "apply_summary",
    "decision_text",
    "lint_statistics",
    "measure_csv",
    "measure_summary",
    "read_report",
    "render_lint",
    "to_json",
    "write_json",
    "write_reports",
]
