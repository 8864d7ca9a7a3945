"""Every run as a dot: what the intervals are made of."""

from __future__ import annotations

from statistics import median

from greenrules.models import Report, RunRecord, Variant
from greenrules.report import numbers, svg, view

WIDTH = 660.0
LEFT, RIGHT, TOP, ROW, FOOT = 96.0, 24.0, 8.0, 30.0, 40.0
#: rows drawn; the table has every run of every variant
MOST = 6


def run_chart(report: Report) -> svg.Chart | None:
    """Joules of each run, a row per variant; runs that the figures do not rest on are hollow."""
    rows = [(variant, runs) for variant in view.variants(report) if (runs := _runs(variant))]
    if not rows:
        return None
    drawn = sorted(rows, key=lambda row: -_weight(report, row[0]))[:MOST]
    drawn = [row for row in rows if row in drawn]
    total = sum(len(runs) for _, runs in rows)
    title = "Energy of every run"
    description = (
        f"{numbers.plural(total, 'run')} of {numbers.plural(len(rows), 'variant')}; a dot is a run, the line is the "
        "median, hollow dots do not count for the figures."
    )
    x_axis = svg.axis([joules for _, runs in drawn for _, joules in runs])
    height = TOP + ROW * len(drawn) + FOOT
    scale = x_axis.scale(LEFT, WIDTH - RIGHT)
    factor, unit = svg.unit_for(max(abs(x_axis.low), abs(x_axis.high)), numbers.ENERGY_UNITS)
    floor = TOP + ROW * len(drawn)
    parts: list[str] = []
    for tick in x_axis.ticks:
        parts.append(svg.line(scale(tick), TOP, scale(tick), floor, "grid"))
        words = x_axis.label(tick, factor)
        parts.append(svg.text(scale(tick), floor + 16, words, size=10.5, fill="muted", anchor="middle"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(svg.text(middle, height - 6, f"energy of a run, {unit}", fill="muted", anchor="middle"))
    for index, (variant, runs) in enumerate(drawn):
        parts.append(_row(report, variant, runs, TOP + ROW * (index + 0.5), scale))
    table = svg.Table(
        ("variant", "phase", "block", "energy", "time", "quality", "counts"),
        tuple(
            _cells(report, variant, run)
            for variant in view.variants(report)
            for run in sorted(variant.runs, key=lambda run: (run.phase, run.block))
        ),
    )
    drawing = svg.document(WIDTH, height, "".join(parts), "runs", title, description)
    return svg.Chart(drawing, title, description, table)


def _weight(report: Report, variant: Variant) -> int:
    if variant is report.baseline or variant is view.selected(report):
        return 1_000_000
    return len(view.counted(variant))


def _runs(variant: Variant) -> list[tuple[RunRecord, float]]:
    return [(run, joules) for run in variant.runs if (joules := svg.drawable(run.energy_j)) is not None]


def _row(report: Report, variant: Variant, runs: list[tuple[RunRecord, float]], y: float, scale: svg.Placing) -> str:
    paint = "before" if variant is report.baseline else "chosen" if variant is view.selected(report) else "other"
    counted = {id(run) for run in view.counted(variant)}
    parts = [svg.text(LEFT - 12, y + 4, view.label(report, variant), size=11.5, anchor="end", bold=paint != "other")]
    parts.append(svg.line(LEFT, y, WIDTH - RIGHT, y, "grid"))
    for run, joules in runs:
        # runs of a row are moved apart by their block, so that equal ones stay visible
        shift = ((run.block * 5) % 11 - 5) * 0.9
        place: dict[str, float] = {"cx": scale(joules), "cy": y + shift}
        if id(run) in counted:
            parts.append(svg.element("circle", fill=paint, stroke="paper", r=4, stroke_width=0.8, **place))
        else:
            parts.append(svg.element("circle", fill="paper", stroke=paint, r=3.2, stroke_width=1.2, **place))
    values = [joules for run, joules in runs if id(run) in counted]
    if values:
        centre = scale(median(values))
        parts.append(svg.line(centre, y - 11, centre, y + 11, paint, 2))
    return "".join(parts)


def _cells(report: Report, variant: Variant, run: RunRecord) -> tuple[str, ...]:
    counts = "yes" if any(run is other for other in view.counted(variant)) else "no"
    return (
        view.label(report, variant),
        run.phase,
        str(run.block),
        str(numbers.energy(run.energy_j)),
        str(numbers.time(run.time_s)),
        str(numbers.number(run.quality)) if run.quality is not None else "–",
        counts if run.status == "ok" else run.status,
    )
