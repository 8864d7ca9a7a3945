"""Results on a terminal: plain text, which the command line may colour."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence

from greenrules.models import Report, StageEnergy
from greenrules.report import disclosure, numbers, tables, verdict, view
from greenrules.report.text import one_line, shorten
from greenrules.report.write import Written

_BAR = 28
#: variants told; the documents have all
_MOST = 8
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def apply_summary(report: Report, written: Sequence[Written] = ()) -> str:
    """What ``apply`` prints at its end.

    Args:
        report: the result.
        written: the documents, to be named with their notes.
    """
    parts = [_verdict(report), _tiles(report), _stages(report)]
    if len(tables.measured_rows(report)) > 1:
        parts.append(_variants(report))
    parts += [_doubts(report), _files(report, written)]
    return "\n\n".join(part for part in parts if part) + "\n"


def measure_summary(report: Report) -> str:
    """What ``measure`` prints: energy, time and where both went."""
    parts = [_verdict(report), _tiles(report), _stages(report), _doubts(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def decision_text(report: Report) -> str:
    """What ``choose`` prints: the choice, its reason and the variants with their scores."""
    decision = report.decision
    weights = ", ".join(f"{one_line(name)} {numbers.compact(weight)}" for name, weight in decision.weights.items())
    chosen = view.selected(report)
    head = f"chosen: {one_line(chosen.id)} ({tables.rules_of(chosen)})" if chosen else "chosen: no change"
    lines = [head, f"weights: {weights or 'none'}"]
    if decision.reason:
        lines.append(f"reason: {one_line(decision.reason)}")
    lines += [f"  {one_line(sentence)}" for sentence in decision.explanation]
    return "\n\n".join(["\n".join(lines), _verdict(report), _variants(report)]) + "\n"


def measure_csv(report: Report) -> str:
    """A row per run of the script, then one per stage (medians over the runs); empty cells are not known."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["record", "name", "block", "status", "energy_j", "time_s", "cpu_s", "quality", "max_rss_mb"])
    for run in report.baseline.runs:
        values = [numbers.known(v) for v in (run.energy_j, run.time_s, run.cpu_s, run.quality, run.max_rss_mb)]
        rows.writerow(["run", run.phase, run.block, run.status, *values])
    for stage in view.stages(report)[0]:
        values = [numbers.known(v) for v in (stage.energy_j, stage.time_s, stage.cpu_s)]
        rows.writerow(["stage", stage.role, "", "", *values, "", ""])
    return out.getvalue()


def _verdict(report: Report) -> str:
    result = verdict.verdict(report)
    return "\n".join([f"{one_line(result.headline)}.", *map(one_line, result.details)])


def _tiles(report: Report) -> str:
    rows = [(one_line(t.label), t.value, t.bounds, one_line(t.path), t.basis) for t in verdict.tiles(report)]
    return _columns(rows)


def cells(words: str) -> int:
    """Cells a terminal takes for a text (Unicode Standard Annex 11)."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in words
    )


def _columns(rows: Sequence[Sequence[str]], most: int = 48) -> str:
    """Rows with their cells under each other, two spaces apart, indented by two."""
    cut = [[shorten(cell, most) for cell in row] for row in rows]
    wide = [max(map(cells, column)) for column in zip(*cut, strict=True)]
    lines = (
        "  ".join(cell + " " * (width - cells(cell)) for cell, width in zip(row, wide, strict=True) if width)
        for row in cut
    )
    return "\n".join(f"  {line}".rstrip() for line in lines)


def bar(share: float, width: int = _BAR) -> str:
    """A bar of eighths of a cell; the least thing that is not nothing is an eighth."""
    if not share > 0:
        return ""
    eighths = max(1, round(min(share, 1.0) * width * 8))
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def _stages(report: Report) -> str:
    before, after = (view.by_role(rows) for rows in view.stages(report))
    roles = list(before) + [role for role in after if role not in before]
    if not roles:
        return ""
    most = max((_joules(row) for rows in (before, after) for row in rows.values()), default=0.0)
    rows: list[tuple[str, ...]] = []
    for role in roles:
        rows.append((role, *_stage(before.get(role), most), "before" if after else ""))
        if after:
            rows.append(("", *_stage(after.get(role), most), "after"))
    return _columns(rows)


def _joules(row: StageEnergy) -> float:
    return numbers.known(row.energy_j) or 0.0


def _stage(row: StageEnergy | None, most: float) -> tuple[str, str, str]:
    if row is None:
        return "", "–", ""
    share = _joules(row) / most if most > 0 else 0.0
    return bar(share), str(numbers.energy(row.energy_j)), str(numbers.time(row.time_s))


def _variants(report: Report) -> str:
    rows = tables.measured_rows(report)
    body = [
        (
            f"{'*' if row.picked else ' '} {one_line(row.name)}",
            str(row.energy),
            str(row.change) if row.change.known else "–",
            row.quality.head if row.quality.known else "–",
            str(row.time.head),
            row.score,
            row.rules,
        )
        for row in rows[:_MOST]
    ]
    head = ("  variant", "energy", "change", shorten(one_line(view.metric_name(report)), 20), "time", "score", "rules")
    more = f"\n  {len(rows) - _MOST} more in the report" if len(rows) > _MOST else ""
    return _columns([head, *body]) + more


def _doubts(report: Report) -> str:
    name, _ = view.EVIDENCE[report.meter.evidence]
    lines = [f"energy: {name} ({one_line(report.meter.name)})", *verdict.caveats(report)[1:]]
    for warning in report.warnings:
        lines.append(f"warning: {one_line(warning.message)}")
        if warning.remedy:
            lines.append(f"  help: {one_line(warning.remedy)}")
    if view.kind(report) == "apply" and report.candidates:
        lines.append(f"{disclosure.payback(report)}.")
    if words := disclosure.carbon(report):
        lines.append(f"carbon: {words}")
    return "\n".join(lines)


def _files(report: Report, written: Sequence[Written]) -> str:
    rows = [("script", one_line(report.script.output))] if report.script.output else []
    rows += [(one.format, one_line(str(one.path))) for one in written if one.note is None]
    lines = [_columns(rows, most=400)] if rows else []
    lines += [f"{one.note} (HTML instead: {one_line(str(one.path))})" for one in written if one.note]
    return "\n".join(lines)
