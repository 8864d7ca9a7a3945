"""Energy against quality, with intervals; the area of a mark is its time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from greenrules.models import Interval, Report, Variant
from greenrules.report import numbers, svg, view
from greenrules.report.charts.placing import Box, place_labels
from greenrules.report.text import one_line, shorten

WIDTH, HEIGHT = 660.0, 310.0
LEFT, RIGHT, TOP, BOTTOM = 74.0, 20.0, 34.0, 46.0
#: marks beyond these are drawn without a label; the table has them all
LABELLED = 14
LARGEST = 13.0
SMALLEST = 4.0


@dataclass(frozen=True, slots=True)
class Point:
    """A variant on the plane; ``y`` is quality, or seconds where no quality tells them apart."""

    variant: Variant
    name: str
    role: str
    on_front: bool
    x: Interval
    y: Interval
    seconds: float | None


def pareto_chart(report: Report) -> svg.Chart | None:
    """Every measured variant as a mark with its 95 % intervals; better is always up and to the left."""
    by_quality = _spread(variant.quality for variant in view.measured(report))
    points = [point for variant in view.measured(report) if (point := _point(report, variant, by_quality))]
    if len(points) < 2:
        return None
    metric = shorten(one_line(view.metric_name(report)), 28)
    higher = by_quality and report.quality.better == "higher"
    up = metric if by_quality else "time"
    title = f"Energy against {up}"
    chosen = next((point for point in points if point.role == "chosen"), None)
    description = (
        f"{numbers.plural(len(points), 'variant')} of the script; energy grows to the right, better {up} is up. "
        + (f"{chosen.name} was chosen." if chosen else "The original was kept.")
    )
    body = _draw(points, up, by_quality, higher)
    table = svg.Table(
        ("variant", "energy", up, "time", "front"),
        tuple(
            (
                p.name,
                str(numbers.energy(p.x)),
                str(numbers.number(p.y) if by_quality else numbers.time(p.y)),
                str(numbers.time(p.seconds)),
                "yes" if p.on_front else "no",
            )
            for p in points
        ),
    )
    drawing = svg.document(WIDTH, HEIGHT, body, "pareto", title, description)
    return svg.Chart(drawing, title, description, table)


def _spread(qualities: Iterable[Interval | None]) -> bool:
    """Whether quality tells variants apart, so that an axis is worth it."""
    values = [q.median for q in qualities if q is not None and svg.drawable(q.median) is not None]
    return len(values) >= 2 and len(set(values)) >= 2


def _box(interval: Interval | None) -> Interval | None:
    interval = numbers.finite(interval)
    if interval is None or any(svg.drawable(end) is None for end in (interval.median, interval.low, interval.high)):
        return None
    return interval


def _energy(report: Report, variant: Variant) -> Interval | None:
    """Where a variant stands on the axis: one with a single run by its ratio to the original's runs of that time."""
    base, ratio = numbers.finite(report.baseline.energy_j), numbers.known(variant.screened_ratio)
    if variant.energy_ratio is not None or base is None or ratio is None:
        return variant.energy_j
    return Interval(median=base.median * ratio, low=base.median * ratio, high=base.median * ratio)


def _point(report: Report, variant: Variant, by_quality: bool) -> Point | None:
    x, y = _box(_energy(report, variant)), _box(variant.quality if by_quality else variant.time_s)
    if x is None or y is None:
        return None
    seconds = _box(variant.time_s)
    role = "before" if variant is report.baseline else "chosen" if variant is view.selected(report) else "other"
    return Point(
        variant=variant,
        name=view.label(report, variant),
        role=role,
        on_front=variant.id in report.front,
        x=x,
        y=y,
        seconds=seconds.median if seconds and seconds.median > 0 else None,
    )


def _draw(points: list[Point], up: str, by_quality: bool, higher: bool) -> str:
    x_axis = svg.axis([end for p in points for end in (p.x.median, p.x.low, p.x.high)])
    y_axis = svg.axis([end for p in points for end in (p.y.median, p.y.low, p.y.high)], margin=0.1)
    across = x_axis.scale(LEFT, WIDTH - RIGHT)
    floor, ceiling = HEIGHT - BOTTOM, TOP
    upward = y_axis.scale(floor, ceiling) if higher else y_axis.scale(ceiling, floor)
    factor, unit = svg.unit_for(max(abs(x_axis.low), abs(x_axis.high)), numbers.ENERGY_UNITS)
    y_factor, y_unit = (1.0, "")
    if not by_quality:
        y_factor, y_unit = svg.unit_for(max(abs(y_axis.low), abs(y_axis.high)), numbers.TIME_UNITS)
    parts: list[str] = []
    for tick in x_axis.ticks:
        parts.append(svg.line(across(tick), ceiling, across(tick), floor, "grid"))
        words = x_axis.label(tick, factor)
        parts.append(svg.text(across(tick), floor + 17, words, size=10.5, fill="muted", anchor="middle"))
    for tick in y_axis.ticks:
        parts.append(svg.line(LEFT, upward(tick), WIDTH - RIGHT, upward(tick), "grid"))
        words = y_axis.label(tick, y_factor)
        parts.append(svg.text(LEFT - 8, upward(tick) + 3.6, words, size=10.5, fill="muted", anchor="end"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        svg.text(middle, HEIGHT - 8, f"energy per run, {unit} ← less is better", fill="muted", anchor="middle")
    )
    y_title = f"{up}{f', {y_unit}' if y_unit else ''} ↑ better"
    if not higher:
        y_title += " (less is up)"
    parts.append(svg.text(LEFT, TOP - 16, y_title, fill="muted"))
    front = sorted((p for p in points if p.on_front), key=lambda p: (p.x.median, p.name))
    if len(front) > 1:
        path = " ".join(
            f"{'M' if i == 0 else 'L'}{across(p.x.median):.2f} {upward(p.y.median):.2f}" for i, p in enumerate(front)
        )
        parts.append(svg.element("path", stroke="other", d=path, stroke_width=1, stroke_dasharray="2 3"))
    # the original and the chosen one are drawn last, so that nothing hides them
    ordered = sorted(points, key=lambda p: ("other", "before", "chosen").index(p.role))
    longest = max((p.seconds for p in points if p.seconds), default=None)
    marks: list[Box] = []
    for p in ordered:
        x, y = across(p.x.median), upward(p.y.median)
        radius = _radius(p.seconds if by_quality else None, longest)
        parts.extend(
            (
                svg.line(across(p.x.low), y, across(p.x.high), y, p.role, 1.4),
                svg.line(x, upward(p.y.low), x, upward(p.y.high), p.role, 1.4),
                _mark(p, x, y, radius),
            )
        )
        reach = radius + 4 if p.role == "chosen" else radius
        marks.append(Box(x - reach, y - reach, x + reach, y + reach))
    importance = sorted(range(len(ordered)), key=lambda i: (ordered[i].role == "other", not ordered[i].on_front, i))
    wanted = [(ordered[i].name, marks[i]) for i in importance[:LABELLED]]
    bars = [bar for p in points for bar in _bars(p, across, upward)]
    named = {p.name for p in points if p.role != "other"}
    for name, at in place_labels(wanted, [*marks, *bars], Box(LEFT, TOP, WIDTH - RIGHT, floor)):
        parts.append(svg.text(at.left, at.bottom - 3, name, size=11, bold=name in named))
    if by_quality and longest:
        parts.append(_legend(longest))
    return "".join(parts)


def _bars(point: Point, across: svg.Placing, upward: svg.Placing) -> tuple[Box, Box]:
    x, y = across(point.x.median), upward(point.y.median)
    top, bottom = sorted((upward(point.y.low), upward(point.y.high)))
    return Box(across(point.x.low), y - 1, across(point.x.high), y + 1), Box(x - 1, top, x + 1, bottom)


def _radius(seconds: float | None, longest: float | None) -> float:
    if not seconds or not longest:
        return 6.0
    return max(SMALLEST, LARGEST * math.sqrt(seconds / longest))


def _mark(point: Point, x: float, y: float, radius: float) -> str:
    if point.role == "before":
        side = radius * 1.7
        return svg.element(
            "rect", fill="before", stroke="paper", x=x - side / 2, y=y - side / 2, width=side, height=side, rx=1.5
        )
    if point.role == "chosen":
        ring = svg.element("circle", stroke="chosen", cx=x, cy=y, r=radius + 3, stroke_width=1.4)
        return ring + svg.element("circle", fill="chosen", stroke="paper", cx=x, cy=y, r=radius)
    if point.on_front:
        return svg.element("circle", fill="other", stroke="paper", cx=x, cy=y, r=radius)
    return svg.element("circle", fill="paper", stroke="other", cx=x, cy=y, r=radius, stroke_width=1.3)


def _legend(longest: float) -> str:
    x, y = WIDTH - RIGHT, TOP - 16
    return svg.text(x, y, f"area = time, largest {numbers.time(longest)}", size=10.5, fill="muted", anchor="end")
