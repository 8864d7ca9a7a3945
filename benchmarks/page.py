"""`docs/portfolio.md`: the tables of the portfolio benchmark, written between two markers."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

FIGURES = Path(__file__).parent / "portfolio.json"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "portfolio.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
Results = Mapping[str, Mapping[str, Any]]


def percent(value: float) -> str:
    """``41 %``, with a true minus."""
    return f"{100 * value:.0f} %".replace("-", "−")


def saving(form: Mapping[str, Any] | None) -> str:
    """What a form saves with its interval, and whether it cost too much quality."""
    if form is None:
        return "–"
    if "failed" in form:
        return "fails"
    found = form["saving"]
    low, high = ("?" if found[end] is None else f"{100 * found[end]:.0f}".replace("-", "−") for end in ("low", "high"))
    mark = "" if form.get("quality_ok", True) else " ✗"
    return f"{percent(found['median'])} [{low}, {high}]{mark}"


def rows(lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first line is its head."""
    head, *body = lines
    texts = [" | ".join(head), "---|" + "--:|" * (len(head) - 2) + "--:", *(" | ".join(line) for line in body)]
    return "\n".join(f"|{text}|" if number == 1 else f"| {text} |" for number, text in enumerate(texts))


def quality(result: Mapping[str, Any]) -> str:
    """The figure before and after."""
    before, form = result["baseline"]["quality"], result["forms"].get("greenrules")
    if before is None:
        return "–"
    if form and "quality" in form:
        before = form["quality_before"]
    after = f" → {form['quality']:.4g}" if form and "quality" in form else ""
    boxes = f"; boxes F1 {result['boxes_f1']:.3f}" if result.get("boxes_f1") is not None else ""
    return f"{result['metric']} {before:.4g}{after}{boxes}"


def even(result: Mapping[str, Any]) -> float | None:
    """Runs after which the search has paid for itself."""
    told = result["apply"]["break_even_runs"]
    return told["median"] if told else None


def ours(result: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The script that came out; None where none did."""
    form: Mapping[str, Any] | None = result["forms"].get("greenrules")
    return form


def mean_saving(results: Iterable[Mapping[str, Any]], name: str) -> float:
    """Geometric mean over workloads of what a form saves; one without that form counts as unchanged."""
    ratios = []
    for result in results:
        form = result["forms"].get(name)
        ratios.append(1 - form["saving"]["median"] if form is not None and "saving" in form else 1.0)
    return 1 - statistics.geometric_mean(ratios)


def best_published(result: Mapping[str, Any]) -> str:
    """The published tactic that saves most at a loss that is allowed."""
    good = {
        name: form
        for name, form in result["forms"].items()
        if name.startswith("T") and "saving" in form and form.get("quality_ok", True)
    }
    if not good:
        return "–"
    name = max(good, key=lambda key: good[key]["saving"]["median"])
    return f"{name} {percent(good[name]['saving']['median'])}"


def table(results: Results) -> str:
    """The main table."""
    lines = [
        (
            "workload",
            "CPU s",
            "greenrules saves",
            "wall",
            "quality before → after",
            "sklearnex saves",
            "best published tactic",
            "search, in runs",
            "break-even, runs",
        )
    ]
    for key, result in results.items():
        form = ours(result)
        runs = even(result)
        lines.append(
            (
                f"`{key}`",
                f"{result['baseline']['cpu_s']:.2f}",
                saving(form) if form is not None else "no change",
                f"× {form['time_ratio']:.2f}" if form is not None and "time_ratio" in form else "–",
                quality(result),
                saving(result["forms"].get("sklearnex")),
                best_published(result),
                f"{result['apply']['search_in_baseline_runs']:.1f}",
                f"{runs:.0f}" if runs is not None else "–",
            )
        )
    return rows(lines)


def tactics(results: Results) -> str:
    """The published tactics one at a time."""
    names = sorted({name for result in results.values() for name in result["forms"] if name.startswith("T")})
    lines: list[Sequence[str]] = [("workload", *names)]
    for key, result in results.items():
        forms = result["forms"]
        lines.append((f"`{key}`", *(saving(forms[name]) if name in forms else "" for name in names)))
    return rows(lines)


def selected(results: Results) -> str:
    """What was applied."""
    lines: list[Sequence[str]] = [("workload", "rules")]
    for key, result in results.items():
        told = result["apply"]
        lines.append((f"`{key}`", ", ".join(f"`{rule}`" for rule in told["rules"]) or f"none: {told['reason']}"))
    return rows(lines).replace("--:", "---")


def text(results: Results) -> str:
    """Everything between the markers."""
    if not results:
        return "Nothing has been measured yet.\n"
    everything = list(results.values())
    plain = [result for result in everything if not result["environment"]]
    first = everything[0]
    days = sorted({result["measured"] for result in everything})
    versions = ", ".join(f"{name} {version}" for name, version in first["libraries"].items())
    runs = [found for found in map(even, everything) if found is not None]
    median_even = f"{statistics.median(runs):.0f}" if runs else "–"
    return f"""Measured {" to ".join(dict.fromkeys((days[0], days[-1])))} on {first["machine"]["cpu"]}, \
{first["machine"]["threads"]} CPUs, Python {first["machine"]["python"]}, {versions}.

{table(results)}

Geometric mean over the {len(plain)} scripts as they are: greenrules {percent(mean_saving(plain, "greenrules"))}, \
`python -m sklearnex` {percent(mean_saving(plain, "sklearnex"))}. Median break-even: {median_even} runs.

### The published tactics, one at a time

{tactics(results)}

### What was applied

{selected(results)}
"""


def write_page(results: Results) -> None:
    """Put the tables between the markers of the page.

    Raises:
        ValueError: the page has lost its markers.
    """
    whole = PAGE.read_text(encoding="utf-8")
    if whole.count(BEGIN) != 1 or whole.count(END) != 1:
        raise ValueError(f"{PAGE} wants one '{BEGIN}' and one '{END}'")
    before, rest = whole.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{text(results)}{END}{after}", encoding="utf-8")
