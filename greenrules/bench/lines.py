"""Two texts compared line by line, both ways, with what differs by itself masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from greenrules.bench.template import Template, template_of
from greenrules.bench.text import Difference, close, shape, tokens

#: lines of two texts are aligned by their shapes only up to so many; beyond, one by one
_ALIGNED_LINES = 5000


@dataclass(frozen=True, slots=True)
class TextMask:
    """What two runs of the unchanged script differ in, in one of their texts.

    Attributes:
        lines: index of a line in the first run's text → what stays of it.
        passing: shapes of lines that come and go.
    """

    lines: Mapping[int, Template] = field(default_factory=dict)
    passing: frozenset[str] = frozenset()


NO_MASK = TextMask()
#: (tag, first, end, first, end): ``pair`` for lines that belong together, ``rest`` for those that have no partner
Span = tuple[str, int, int, int, int]


def text_mask(a: str, b: str) -> TextMask:
    """The mask under which two texts of the unchanged script are the same."""
    if a == b:
        return NO_MASK
    lines_a, lines_b = a.splitlines(), b.splitlines()
    templates: dict[int, Template] = {}
    passing: set[str] = set()
    for tag, a0, a1, b0, b1 in _alignment([shape(x) for x in lines_a], [shape(y) for y in lines_b]):
        if tag == "rest":
            passing |= {shape(line) for line in (*lines_a[a0:a1], *lines_b[b0:b1])}
            continue
        for i, j in zip(range(a0, a1), range(b0, b1), strict=True):
            if lines_a[i] != lines_b[j]:
                templates[i] = template_of(lines_a[i], lines_b[j])
    return TextMask(templates, frozenset(passing))


def differences(
    a: str, b: str, *, rtol: float | None, atol: float = 0.0, mask: TextMask = NO_MASK
) -> tuple[list[Difference], int]:
    """Every place in which two texts differ, both ways: what is missing, what is new, what is another.

    Args:
        a: the first text; places are named by it, and the mask is of it.
        b: the second text.
        rtol: relative tolerance of numbers; None compares to the character.
        atol: absolute tolerance.
        mask: what is not compared.

    Returns:
        The differences that count, and how many lines differ that are masked.
    """
    if a == b:
        return [], 0
    lines_a, lines_b = a.splitlines(), b.splitlines()

    def compared(spans: Sequence[Span]) -> tuple[list[Difference], int]:
        return _compared(lines_a, lines_b, spans, mask, lambda i, x, y: _in_line(i, x, y, rtol, atol, mask))

    best: tuple[list[Difference], int] | None = None
    if len(lines_a) == len(lines_b):
        best = compared([("pair", 0, len(lines_a), 0, len(lines_b))])
    if best is None or best[0]:
        found = compared(_alignment(*_keys(lines_a, lines_b, mask, rtol, atol)))
        best = found if best is None or len(found[0]) < len(best[0]) else best
    if best == ([], 0) and rtol is None:
        return [Difference("line ends", len(lines_a), "line ends differ")], 0
    return best


def _compared(
    lines_a: Sequence[str],
    lines_b: Sequence[str],
    spans: Sequence[Span],
    mask: TextMask,
    in_line: Callable[[int, str, str], list[Difference] | None],
) -> tuple[list[Difference], int]:
    found: list[Difference] = []
    masked = 0
    for tag, a0, a1, b0, b1 in spans:
        if tag == "pair":
            for i, j in zip(range(a0, a1), range(b0, b1), strict=True):
                differing = in_line(i, lines_a[i], lines_b[j])
                masked += differing is None
                found += differing or []
            continue
        missing = [i for i in range(a0, a1) if shape(lines_a[i]) not in mask.passing]
        new = [j for j in range(b0, b1) if shape(lines_b[j]) not in mask.passing]
        masked += a1 - a0 + b1 - b0 - len(missing) - len(new)
        found += [Difference(f"line {i + 1}", i + 1, f"missing: {_short(lines_a[i])}") for i in missing]
        if new:
            lines = "1 new line" if len(new) == 1 else f"{len(new)} new lines, first"
            found.append(Difference(f"after line {a0}", a0, f"{lines}: {_short(lines_b[new[0]])}"))
    return found, masked


def _in_line(index: int, a: str, b: str, rtol: float | None, atol: float, mask: TextMask) -> list[Difference] | None:
    """What differs in a line; None when it differs as it may."""
    if a == b:
        return []
    exact = rtol is None
    ours, theirs = tokens(a, spaces=exact), tokens(b, spaces=exact)
    found: list[Difference] = []
    if len(ours) != len(theirs):
        found.append(Difference(f"line {index + 1}", index + 1, f"{_short(a)} / {_short(b)}"))
    else:
        for place, (x, y) in enumerate(zip(ours, theirs, strict=True)):
            same = x.text == y.text
            if not same and rtol is not None and x.value is not None and y.value is not None:
                same = close(x.value, y.value, rtol, atol)
            if not same:
                found.append(Difference(f"line {index + 1} token {place}", index + 1, f"{x.text} / {y.text}"))
    template = mask.lines.get(index)
    return None if found and template is not None and template.fits(b, rtol=rtol, atol=atol) else found


def _keys(
    lines_a: Sequence[str], lines_b: Sequence[str], mask: TextMask, rtol: float | None, atol: float
) -> tuple[list[str], list[str]]:
    """What lines are aligned by: their shapes, and for those that differ by themselves what stays of them."""
    changing = {i: template for i, template in mask.lines.items() if not template.keeps_shape}
    ours = [changing[i].skeleton if i in changing else shape(line) for i, line in enumerate(lines_a)]
    templates = {template.skeleton: template for template in changing.values()}
    known = set(ours)

    def key(line: str) -> str:
        plain = shape(line)
        if plain in known:
            return plain
        fitting = (name for name, template in templates.items() if template.fits(line, rtol=rtol, atol=atol))
        return next(fitting, plain)

    return ours, [key(line) for line in lines_b]


def _alignment(a: Sequence[str], b: Sequence[str]) -> list[Span]:
    """Which lines belong together, by their keys."""
    if max(len(a), len(b)) > _ALIGNED_LINES:
        common = min(len(a), len(b))
        return [("pair", 0, common, 0, common), ("rest", common, len(a), common, len(b))]
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return [
        ("pair" if tag == "equal" or (tag == "replace" and a1 - a0 == b1 - b0) else "rest", a0, a1, b0, b1)
        for tag, a0, a1, b0, b1 in matcher.get_opcodes()
    ]


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
