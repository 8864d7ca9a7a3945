"""Energy relative to the original, with intervals: what may be claimed is what does not touch 1."""

from __future__ import annotations

from greenrules.models import Interval, Report, Variant
from greenrules.report import numbers, svg, view

WIDTH = 660.0
LEFT, RIGHT, TOP, ROW, FOOT = 96.0, 168.0, 8.0, 22.0, 40.0
#: rows drawn, the best first; the table has all
MOST = 16


def ratio_chart(report: Report) -> svg.Chart | None:
    """A forest plot of the energy ratio candidate/original."""
    rows = [
        (variant, ratio)
        for variant in view.measured(report)
        if (ratio := numbers.finite(variant.energy_ratio)) and svg.drawable(ratio.high) is not None
        if svg.drawable(ratio.low) is not None
    ]
    if not rows:
        return None
    rows.sort(key=lambda row: (row[1].median, row[0].id))
    chosen = view.selected(report)
    drawn = rows[:MOST]
    if chosen is not None and all(variant is not chosen for variant, _ in drawn):
        drawn += [row for row in rows if row[0] is chosen]
    proven = sum(_verdict(variant, ratio)[1] == "chosen" for variant, ratio in rows)
    title = "Energy relative to the original"
    description = (
        f"95 % intervals of {numbers.plural(len(rows), 'candidate')}; {proven} of them proven to save, "
        "because the whole interval lies below 100 %."
    )
    x_axis = svg.axis([1.0, *(end for _, ratio in drawn for end in (ratio.low, ratio.high, ratio.median))])
    scale = x_axis.scale(LEFT, WIDTH - RIGHT)
    floor = TOP + ROW * len(drawn)
    height = floor + FOOT
    parts: list[str] = []
    for tick in x_axis.ticks:
        parts.append(svg.line(scale(tick), TOP, scale(tick), floor, "grid"))
        parts.append(svg.text(scale(tick), floor + 16, numbers.share(tick), size=10.5, fill="muted", anchor="middle"))
    parts.append(svg.line(scale(1.0), TOP - 4, scale(1.0), floor, "ink", 1.2))
    middle = (LEFT + WIDTH - RIGHT) / 2
    words = "energy of a run, original = 100 %"
    parts.append(svg.text(middle, height - 6, words, fill="muted", anchor="middle"))
    for index, (variant, ratio) in enumerate(drawn):
        parts.append(_row(variant, ratio, TOP + ROW * (index + 0.5), scale, variant is chosen))
    table = svg.Table(
        ("candidate", "energy", "verdict"),
        tuple((v.id, str(numbers.change(ratio)), _verdict(v, ratio)[0]) for v, ratio in rows),
    )
    drawing = svg.document(WIDTH, height, "".join(parts), "ratios", title, description)
    return svg.Chart(drawing, title, description, table)


def _verdict(variant: Variant, ratio: Interval) -> tuple[str, str]:
    """What may be said of a ratio, and the colour for it."""
    if variant.proven and numbers.below_one(ratio):
        return "saves", "chosen"
    if numbers.above_one(ratio):
        return "costs more", "worse"
    if numbers.below_one(ratio):
        return "less, not confirmed", "other"
    return "not distinguishable", "before"


def _row(variant: Variant, ratio: Interval, y: float, scale: svg.Placing, chosen: bool) -> str:
    _, paint = _verdict(variant, ratio)
    low, middle, high = scale(ratio.low), scale(ratio.median), scale(ratio.high)
    parts = [
        svg.text(LEFT - 12, y + 4, variant.id, size=11.5, anchor="end", bold=chosen),
        svg.line(low, y, high, y, paint, 2),
        svg.line(low, y - 4, low, y + 4, paint, 2),
        svg.line(high, y - 4, high, y + 4, paint, 2),
        svg.element("circle", fill=paint, stroke="paper", cx=middle, cy=y, r=4.6 if chosen else 3.6),
        svg.text(WIDTH - RIGHT + 12, y + 4, str(numbers.change(ratio)), size=11, bold=chosen),
    ]
    return "".join(parts)
