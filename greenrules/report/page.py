"""The HTML page: one file, no requests, no script; the same page is the source of the PDF."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from greenrules.models import Report
from greenrules.report import agreement, disclosure, palette, refused, tables, verdict, view
from greenrules.report.charts.pareto import pareto_chart
from greenrules.report.charts.ratios import ratio_chart
from greenrules.report.charts.runs import run_chart
from greenrules.report.charts.stages import stage_chart
from greenrules.report.diff import counts, parse_diff
from greenrules.report.text import one_line, shorten, visible

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

#: of a diff and of a table on paper; the page on screen and the JSON have all of it
PAPER_LINES, PAPER_ROWS, PAPER_REFUSALS = 120, 16, 60
#: of a diff on screen, so that a rewritten monster does not freeze a browser
SCREEN_LINES, SCREEN_ROWS = 4000, 400


def html_page(report: Report, paper: bool = False) -> str:
    """The page.

    Args:
        report: what is told.
        paper: shorten long diffs and tables, which on screen can be scrolled.
    """
    lines = parse_diff(chosen.diff) if (chosen := view.selected(report)) else []
    reasons = refused.refused(report)
    context: dict[str, Any] = {
        "report": report,
        "kind": view.kind(report),
        "chosen": chosen,
        "script": view.script_name(report),
        "created": shorten(disclosure.moment(report.created), 40),
        "metric": view.metric_name(report),
        "evidence": view.EVIDENCE[report.meter.evidence],
        "verdict": verdict.verdict(report),
        "tiles": verdict.tiles(report),
        "caveats": verdict.caveats(report),
        "pareto": pareto_chart(report),
        "ratios": ratio_chart(report),
        "stages": stage_chart(report),
        "runs": run_chart(report),
        "rows": tables.measured_rows(report),
        "rough": any(v.energy_ratio is None and v.screened_ratio is not None for v in view.measured(report)),
        "contributions": tables.contributions(report),
        "parameters": tables.parameters_of(chosen) if chosen else [],
        "rule_caveats": [(one_line(rule), one_line(words)) for rule, words in view.caveats(report)],
        "refusals": reasons if not paper else refused.first(reasons, PAPER_REFUSALS),
        "refusals_hidden": max(0, refused.count(reasons) - PAPER_REFUSALS) if paper else 0,
        "diff": lines,
        "diff_counts": counts(lines),
        "parse_diff": parse_diff,
        "agreement": agreement.sentence(chosen) if chosen else "",
        "differences": agreement.differences(chosen) if chosen else [],
        "groups": disclosure.disclosure(report),
        "payback": disclosure.payback(report),
        "carbon": disclosure.carbon(report),
        "command": disclosure.reproduce(report),
        "paper": paper,
        "most_lines": PAPER_LINES if paper else SCREEN_LINES,
        "most_rows": PAPER_ROWS if paper else SCREEN_ROWS,
        "colours": palette.stylesheet(),
        "fonts": _fonts(),
        "style": _read("templates/report.css"),
    }
    return _environment().get_template("report.html.j2").render(context)


@cache
def _environment() -> Environment:
    import jinja2

    def load(name: str) -> str:
        return _read(f"templates/{name}")

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["line"] = one_line
    environment.filters["visible"] = visible
    environment.filters["shorten"] = shorten
    environment.filters["breakable"] = _breakable
    environment.filters["prose"] = _prose
    environment.filters["sentence"] = verdict.sentence
    return environment


def _prose(words: str) -> Markup:
    """A remedy: words, with what stands between backquotes as code."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(one_line(words)))))


def _breakable(words: str) -> Markup:
    """A name that may be broken after an underscore or a dot, without a hyphen."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([_.])", r"\1<wbr>", str(escape(words))))


@cache
def _read(name: str) -> str:
    return files("greenrules.report").joinpath(name).read_text(encoding="utf-8")


@cache
def _fonts() -> str:
    rules = []
    for weight, name in (("400", "Regular"), ("600", "SemiBold")):
        data = files("greenrules.report").joinpath(f"assets/Inter-{name}.subset.woff2").read_bytes()
        source = f"url(data:font/woff2;base64,{base64.b64encode(data).decode()}) format('woff2')"
        rules.append(f"@font-face{{font-family:Inter;font-weight:{weight};font-style:normal;src:{source}}}")
    return "\n".join(rules)
