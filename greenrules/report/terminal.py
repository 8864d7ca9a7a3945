"""Results on a terminal: plain text, which the command line may colour."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Sequence

from greenrules.models import Report, StageEnergy
from greenrules.report import disclosure, metered, numbers, refused, tables, verdict, view
from greenrules.report.text import cells, one_line
from greenrules.report.write import Written

_BAR = 28
#: variants told, and what was turned down; the documents have all
_MOST, _MOST_REFUSED = 8, 30
#: where there is no terminal
WIDE = 120
#: stands for a space that must not break while rich lays out a table
_JOINT = "\ue000"
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def apply_summary(report: Report, written: Sequence[Written] = (), width: int = WIDE) -> str:
    """What ``apply`` prints at its end.

    Args:
        report: the result.
        written: the documents, to be named with their notes.
        width: of the terminal, in cells.
    """
    parts = [_verdict(report, width), _caveats(report, width), _tiles(report, width), _stages(report, width)]
    if len(tables.measured_rows(report)) > 1:
        parts.append(_variants(report, width))
    parts += [_refused(report, width), _doubts(report, width), _files(report, written)]
    return "\n\n".join(part for part in parts if part) + "\n"


def measure_summary(report: Report, width: int = WIDE) -> str:
    """What ``measure`` prints: energy, time and where both went."""
    seen = metered.parts(report)
    parts = [_verdict(report, width), _tiles(report, width), _stages(report, width)]
    parts += [_columns(seen, width) if seen else "", _doubts(report, width)]
    return "\n\n".join(part for part in parts if part) + "\n"


def decision_text(report: Report, width: int = WIDE) -> str:
    """What ``choose`` prints: the choice, its reason and the variants with their scores."""
    decision = report.decision
    weights = ", ".join(f"{one_line(name)} {numbers.compact(weight)}" for name, weight in decision.weights.items())
    chosen = view.selected(report)
    head = f"chosen: {one_line(chosen.id)} ({tables.rules_of(chosen)})" if chosen else "chosen: no change"
    lines = [head, f"weights: {weights or 'none'}"]
    if decision.reason:
        lines.append(f"reason: {one_line(decision.reason)}")
    story = [_wrapped(one_line(sentence), width, "  ") for sentence in decision.explanation]
    parts = ["\n".join([*lines, *story]), _verdict(report, width), _caveats(report, width), _variants(report, width)]
    return "\n\n".join(part for part in parts if part) + "\n"


def measure_csv(report: Report) -> str:
    """A row per run of the script, then one per stage (medians over the runs); empty cells are not known.

    The order of the columns is fixed; new ones are only ever added at the end.
    """
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    names = ["record", "name", "block", "status", "energy_j", "time_s", "cpu_s", "quality", "max_rss_mb"]
    rows.writerow([*names, *metered.COLUMNS])
    for run in report.baseline.runs:
        values = [numbers.known(v) for v in (run.energy_j, run.time_s, run.cpu_s, run.quality, run.max_rss_mb)]
        more = metered.cells(report, run.reading, run.reading.uncertainty if run.reading is not None else None)
        rows.writerow(["run", run.phase, run.block, run.status, *values, *more])
    for stage in view.stages(report)[0]:
        values = [numbers.known(v) for v in (stage.energy_j, stage.time_s, stage.cpu_s)]
        rows.writerow(["stage", stage.role, "", "", *values, "", "", *metered.cells(report, None, stage.uncertainty)])
    return out.getvalue()


def _wrapped(words: str, width: int, indent: str = "", further: str | None = None) -> str:
    """A sentence on as many lines as it needs; addresses and paths stay whole."""
    return textwrap.fill(
        words,
        max(width, 40),
        initial_indent=indent,
        subsequent_indent=indent if further is None else further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _verdict(report: Report, width: int) -> str:
    result = verdict.verdict(report)
    sentences = [f"{one_line(result.headline)}.", *map(one_line, result.details)]
    return "\n".join(_wrapped(one, width) for one in sentences)


def _caveats(report: Report, width: int) -> str:
    told = [f"before you use it: {one_line(words)} ({one_line(rule)})" for rule, words in view.caveats(report)]
    return "\n".join(_wrapped(one, width, further="  ") for one in told)


def _tiles(report: Report, width: int) -> str:
    rows = [(one_line(t.label), t.value, t.bounds, one_line(t.path), t.basis) for t in verdict.tiles(report)]
    return _columns(rows, width, firm=(1, 3))


def _columns(rows: Sequence[Sequence[str]], width: int, firm: Sequence[int] = ()) -> str:
    """Rows with their cells under each other, two spaces apart, indented by two; empty columns are left out.

    Args:
        rows: equally many cells each.
        width: of the terminal; cells that do not fit go on in the next line.
        firm: columns whose cells stay on one line.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    used = [at for at, column in enumerate(zip(*rows, strict=True)) if any(column)]
    table = Table.grid(padding=(0, 2, 0, 0))
    for at in used:
        table.add_column(no_wrap=at in firm, overflow="fold")
    for row in rows:
        # a space that must not break is one to Python's \\s, by which rich breaks lines
        table.add_row(*(Text(row[at].replace(numbers.NBSP, _JOINT)) for at in used))
    # nothing is cut: what must stay on one line sets the least width, and eight cells are enough to go on in
    least = sum(2 + (max(cells(row[at]) for row in rows) if at in firm else 8) for at in used)
    console = Console(file=io.StringIO(), width=max(width - 2, least), color_system=None, legacy_windows=False)
    with console.capture() as capture:
        console.print(table)
    lines = capture.get().replace(_JOINT, numbers.NBSP).splitlines()
    return "\n".join(f"  {line}".rstrip() for line in lines)


def bar(share: float, width: int = _BAR) -> str:
    """A bar of eighths of a cell; the least thing that is not nothing is an eighth."""
    if not share > 0:
        return ""
    eighths = max(1, round(min(share, 1.0) * width * 8))
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def _stages(report: Report, width: int) -> str:
    before, after = (view.by_role(rows) for rows in view.stages(report))
    roles = list(before) + [role for role in after if role not in before]
    if not roles:
        return ""
    most = max((_joules(row) for rows in (before, after) for row in rows.values()), default=0.0)
    rows: list[tuple[str, ...]] = []
    whole = sum(map(_joules, before.values()))
    for role in roles:
        rows.append((role, *_stage(before.get(role), most), "before" if after else _part(before.get(role), whole)))
        if after:
            rows.append(("", *_stage(after.get(role), most), "after"))
    return _columns(rows, width, firm=(0, 1, 2, 3, 4))


def _joules(row: StageEnergy) -> float:
    return numbers.known(row.energy_j) or 0.0


def _stage(row: StageEnergy | None, most: float) -> tuple[str, str, str]:
    if row is None:
        return "", "–", ""
    share = _joules(row) / most if most > 0 else 0.0
    return bar(share), str(numbers.energy(row.energy_j)), str(numbers.time(row.time_s))


def _part(row: StageEnergy | None, whole: float) -> str:
    """The share of a stage, and how far runs of it differ where there are several."""
    if row is None or not whole > 0:
        return ""
    share = numbers.share(_joules(row) / whole)
    doubt = row.uncertainty
    return share if doubt is None or doubt.repetition == 0 else f"{share}  ±{numbers.share(doubt.ratio)}"


def _variants(report: Report, width: int) -> str:
    rows = [row for row in tables.measured_rows(report) if row.confirmed or row.picked]
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
    head = ("  variant", "energy", "change", one_line(view.metric_name(report)), "time", "score", "rules")
    table = [head, *body]
    natural = sum(max(map(cells, column)) + 2 for column in zip(*table, strict=True))
    if natural <= width:
        lines = [_columns(table, width, firm=range(6))]
    else:
        # too narrow for the rules: they stand under the table
        lines = [_columns([row[:-1] for row in table], width, firm=(0, 1, 2, 4, 5))]
        lines += [
            _wrapped(f"{row[0].strip('* ')}: {row[-1]}", width, "    ", "      ") for row in body if row[-1] != "–"
        ]
    if len(rows) > _MOST:
        lines.append(f"  {len(rows) - _MOST} more in the report")
    return "\n".join(lines)


def _refused(report: Report, width: int) -> str:
    """All that was not taken, under the reasons; what was not even tried comes last."""
    reasons = refused.refused(report)
    lines = ["turned down"] if reasons else []
    for reason in refused.first(reasons, _MOST_REFUSED):
        lines.append(_wrapped(reason.title, width, "  ", "    "))
        rows = [(row.name, row.effect, row.rules) for row in reason.rows]
        lines.append(textwrap.indent(_columns(rows, width - 2, firm=(0, 1)), "  "))
    hidden = refused.count(reasons) - _MOST_REFUSED
    return "\n".join(lines) + (f"\n  {hidden} more in the report" if hidden > 0 else "")


def _doubts(report: Report, width: int) -> str:
    name, _ = view.EVIDENCE[report.meter.evidence]
    lines = [f"energy: {name} ({one_line(report.meter.name)})", *verdict.caveats(report)[1:]]
    if view.kind(report) == "measure":
        lines += metered.bands(report)
    for warning in report.warnings:
        lines.append(f"warning: {one_line(warning.message)}")
        if warning.remedy:
            lines.append(f"  help: {one_line(warning.remedy)}")
    if view.kind(report) == "apply" and report.candidates:
        lines.append(f"{disclosure.payback(report)}.")
    if words := disclosure.carbon(report):
        lines.append(f"carbon: {words}")
    return "\n".join(_wrapped(line, width, further="  ") for line in lines)


def _files(report: Report, written: Sequence[Written]) -> str:
    rows = [("script", one_line(report.script.output))] if report.script.output else []
    rows += [(one.format, one_line(str(one.path))) for one in written if one.note is None]
    # never broken, whatever the terminal: paths are copied
    lines = [f"  {name:<6}  {path}" for name, path in rows]
    lines += [f"{one.note} (HTML instead: {one_line(str(one.path))})" for one in written if one.note]
    return "\n".join(lines)
