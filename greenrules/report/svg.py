"""Drawing: elements, scales and ticks. Deterministic text out, no state.

Colours stand twice, as an attribute for renderers that know no style sheets around an inline drawing, and as a class
that a page may paint differently in the dark.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from greenrules.report.numbers import fixed, scientific
from greenrules.report.palette import light
from greenrules.report.text import visible

FONT = "Inter, system-ui, sans-serif"
#: from a value to a place
Placing = Callable[[float], float]
#: greater figures would overflow when differences are taken
DRAWABLE = 1e100


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart, for those who read rather than look."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its twin.

    Attributes:
        svg: one ``<svg>`` element with ``<title>`` and ``<desc>``; every text of a script in it is escaped.
        title: what it shows.
        description: what there is to see, in a sentence.
        table: the same figures.
    """

    svg: str
    title: str
    description: str
    table: Table


def _trim(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else _trim(value)


def element(tag: str, content: str = "", /, fill: str = "none", stroke: str = "", **attributes: str | float) -> str:
    """One element.

    Args:
        tag: its name.
        content: what is inside, already escaped.
        fill: name of a palette colour, or ``none``.
        stroke: name of a palette colour, or nothing.
        attributes: the rest; ``_`` in a name stands for ``-``, an empty value leaves it out.
    """
    classes = [f"f-{fill}"] if fill != "none" else []
    paint = f' fill="{light(fill) if fill != "none" else "none"}"'
    if stroke:
        classes.append(f"s-{stroke}")
        paint += f' stroke="{light(stroke)}"'
    if classes:
        paint = f' class="{" ".join(classes)}"{paint}'
    rest = "".join(f' {name.replace("_", "-")}="{_value(value)}"' for name, value in attributes.items() if value != "")
    return f"<{tag}{paint}{rest}>{content}</{tag}>" if content else f"<{tag}{paint}{rest}/>"


def text(
    x: float, y: float, words: str, *, size: float = 11, fill: str = "ink", anchor: str = "start", bold: bool = False
) -> str:
    """A line of words at a place."""
    weight = "600" if bold else ""
    words = escape(visible(words))
    return element("text", words, fill=fill, x=x, y=y, font_size=size, text_anchor=anchor, font_weight=weight)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    return element("line", stroke=stroke, x1=x1, y1=y1, x2=x2, y2=y2, stroke_width=width, stroke_dasharray=dash)


def document(width: float, height: float, body: str, name: str, title: str, description: str) -> str:
    """The whole drawing, named so that screen readers announce it.

    Args:
        width: of the drawing, in its own units.
        height: likewise.
        body: its elements.
        name: unique on the page; the ids of title and description are made from it.
        title: what it shows.
        description: what there is to see.
    """
    heads = (
        f'<title id="{name}-title">{escape(visible(title))}</title>'
        f'<desc id="{name}-desc">{escape(visible(description))}</desc>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'viewBox="0 0 {_trim(width)} {_trim(height)}" width="{_trim(width)}" height="{_trim(height)}" '
        f'font-family="{FONT}">{heads}{body}</svg>'
    )


def drawable(value: float | None) -> float | None:
    """The value when it can be drawn, else None."""
    return value if value is not None and math.isfinite(value) and abs(value) < DRAWABLE else None


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear axis with round ticks.

    Attributes:
        low: value at its start.
        high: value at its end.
        ticks: round values within.
        step: their distance.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    step: float

    def scale(self, start: float, end: float) -> Placing:
        """The function from values to places between ``start`` and ``end``; places beyond are held at the border."""
        span = self.high - self.low

        def place(value: float) -> float:
            return start + (end - start) * min(1.0, max(0.0, (value - self.low) / span))

        return place

    def label(self, tick: float, factor: float = 1.0) -> str:
        """A tick in words, divided by the factor of its unit."""
        value, step = tick / factor, self.step / factor
        if max(abs(self.low), abs(self.high)) / factor >= 1e6 or step < 1e-6:
            return scientific(value) if value else "0"
        return fixed(value, max(0, -math.floor(math.log10(step) + 1e-9)))


_FARTHEST = 1e300


def axis(values: Sequence[float], count: int = 5, zero: bool = False, margin: float = 0.06) -> Axis:
    """An axis around values.

    Args:
        values: finite, at least one.
        count: about how many ticks.
        zero: begin at zero when no value lies below.
        margin: what is left free at each end, as a share of the range.
    """
    # Beyond this the width of a range is no float any more; nothing real is drawn there.
    low, high = max(min(values), -_FARTHEST), min(max(values), _FARTHEST)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    least = max(abs(low), abs(high)) * 1e-6 or 1.0
    if high - low < least:
        low, high = low - least / 2 if not zero or low < 0 else low, high + least / 2
    span = high - low
    low -= 0.0 if zero and low == 0 else span * margin
    high += span * margin
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10, 20) if factor * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    ticks = tuple((first + index) * step for index in range(count * 3) if (first + index) * step <= high + 1e-9 * step)
    return Axis(low, high, ticks, step)


def unit_for(size: float, units: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    """Factor and name of the unit in which an axis up to ``size`` reads best."""
    best = (1.0, next(name for factor, name in units if factor == 1.0))
    for factor, name in units:
        if size >= factor * (2 if name in ("min", "h", "d") else 1):
            best = (factor, name)
    return best
