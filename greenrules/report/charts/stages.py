"""Where the energy went: a bar per pipeline stage, before and after."""

from __future__ import annotations

from greenrules.models import ROLES, Report, Role, StageEnergy
from greenrules.report import numbers, svg, view

WIDTH = 660.0
LEFT, RIGHT = 142.0, 84.0
BAR, GAP, HEAD = 13.0, 12.0, 24.0


def stage_chart(report: Report) -> svg.Chart | None:
    """Joules per role as horizontal bars; grey before, green after."""
    before, after = (view.by_role(rows) for rows in view.stages(report))
    roles = [role for role in ROLES if role in before or role in after]
    if not roles:
        return None
    two = bool(after)
    title = "Energy per stage, before and after" if two else "Energy per stage"
    most = max(roles, key=lambda role: _joules(before.get(role)) or 0.0)
    description = f"{numbers.plural(len(roles), 'stage')}; most energy went to {most} before."
    values = [value for rows in (before, after) for row in rows.values() if (value := _joules(row)) is not None]
    scale = svg.axis([*values, 0.0], zero=True, margin=0.0).scale(LEFT, WIDTH - RIGHT)
    origin = scale(0.0)
    parts: list[str] = []
    y = HEAD if two else 6.0
    if two:
        parts.append(_key(LEFT, "before", "before"))
        parts.append(_key(LEFT + 80, "after", "chosen"))
    for role in roles:
        rows = [(before.get(role), "before")] + ([(after.get(role), "chosen")] if two else [])
        centre = y + BAR * len(rows) / 2
        parts.append(svg.text(LEFT - 10, centre + 3.8, role, size=11.5, anchor="end"))
        for row, paint in rows:
            value = _joules(row)
            if value is not None:
                end = scale(value)
                width = max(abs(end - origin), 0.8)
                bar = svg.element("rect", fill=paint, x=min(origin, end), y=y + 1, width=width, height=BAR - 2, rx=1.5)
                parts.append(bar)
            words = str(numbers.energy(value)) if row is not None else "–"
            place = max(origin, scale(value)) if value is not None else origin
            parts.append(svg.text(place + 6, y + BAR - 3, words, size=10.5, fill="muted"))
            y += BAR
        y += GAP
    parts.append(svg.line(origin, HEAD - 4 if two else 2, origin, y - GAP + 4, "muted"))
    table = _table(roles, before, after, two)
    drawing = svg.document(WIDTH, y, "".join(parts), "stages", title, description)
    return svg.Chart(drawing, title, description, table)


def _joules(row: StageEnergy | None) -> float | None:
    return svg.drawable(row.energy_j) if row is not None else None


def _key(x: float, words: str, paint: str) -> str:
    square = svg.element("rect", fill=paint, x=x, y=2, width=10, height=10, rx=1.5)
    return square + svg.text(x + 15, 11, words, size=11, fill="muted")


def _table(roles: list[Role], before: dict[Role, StageEnergy], after: dict[Role, StageEnergy], two: bool) -> svg.Table:
    header: tuple[str, ...] = ("stage", "lines", "energy", "time", "CPU time")
    if two:
        header = ("stage", "lines", "energy before", "after", "time before", "after")
    rows = []
    for role in roles:
        old, new = before.get(role), after.get(role)
        cells: list[str] = [role, _lines(old or new)]
        if two:
            cells += [_cell(old, "energy_j"), _cell(new, "energy_j"), _cell(old, "time_s"), _cell(new, "time_s")]
        else:
            cells += [_cell(old, "energy_j"), _cell(old, "time_s"), _cell(old, "cpu_s")]
        rows.append(tuple(cells))
    return svg.Table(header, tuple(rows))


def _cell(row: StageEnergy | None, field: str) -> str:
    if row is None:
        return "–"
    value: float = getattr(row, field)
    return str(numbers.energy(value) if field == "energy_j" else numbers.time(value))


def _lines(row: StageEnergy | None, most: int = 3) -> str:
    if row is None or not row.lines:
        return "–"
    parts = [f"{first}" if first == last else f"{first}–{last}" for first, last in row.lines]
    return ", ".join(parts[:most]) + (f" … {parts[-1]}" if len(parts) > most else "")
