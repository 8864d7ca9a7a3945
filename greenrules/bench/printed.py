"""Numbers printed with a metric's name, as people write them: words before, percent signs, decimal commas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import Literal

Better = Literal["higher", "lower"]

#: names as people print them → what they mean; the longest that fits wins
METRICS: tuple[tuple[str, str, Better], ...] = (
    (r"balanced[ _-]accuracy", "balanced accuracy", "higher"),
    (r"accuracy(?:[ _-]score)?|acc", "accuracy", "higher"),
    (r"average[ _-]precision|mAP|mean[ _-]average[ _-]precision", "average precision", "higher"),
    (r"precision(?:[ _-]score)?", "precision", "higher"),
    (r"recall(?:[ _-]score)?|sensitivity|true positive rate|tpr", "recall", "higher"),
    (r"f1(?:[ _-]?score)?|f[ -]score|f[ -]measure", "f1", "higher"),
    (r"(?:roc[ _-]?)?auc(?:[ _-]?roc)?(?:[ _-]score)?", "roc auc", "higher"),
    (r"matthews(?: corr(?:elation|coef)\w*)?|mcc", "matthews correlation", "higher"),
    (r"cohen'?s?[ _-]kappa|kappa", "kappa", "higher"),
    (r"jaccard(?:[ _-](?:score|index))?|iou", "jaccard", "higher"),
    (r"adjusted r(?:2|\^2|²|[ -]squared)", "adjusted r2", "higher"),
    (r"r(?:2|\^2|²|[ _-]?squared)(?:[ _-]?score)?|coefficient of determination", "r2", "higher"),
    (r"explained[ _-]variance", "explained variance", "higher"),
    (r"silhouette(?:[ _-](?:score|coefficient))?", "silhouette", "higher"),
    (r"adjusted rand(?:[ _-](?:score|index))?|ari", "adjusted rand", "higher"),
    (r"nmi|normalized mutual info\w*", "mutual information", "higher"),
    (r"calinski[ _-]harabasz\w*", "calinski harabasz", "higher"),
    (r"davies[ _-]bouldin\w*", "davies bouldin", "lower"),
    (r"root[ _-]mean[ _-]squared[ _-]error|rmse", "rmse", "lower"),
    (r"rmsle|root mean squared log\w* error", "rmsle", "lower"),
    (r"mean[ _-]squared[ _-]error|mse", "mse", "lower"),
    (r"mean[ _-]absolute[ _-]percentage[ _-]error|s?mape", "mape", "lower"),
    (r"mean[ _-]absolute[ _-]error|mae", "mae", "lower"),
    (r"median[ _-]absolute[ _-]error", "median absolute error", "lower"),
    (r"max[ _-]error", "max error", "lower"),
    (r"(?:binary_|multi_|m)?log[ _-]?loss|cross[ _-]?entropy", "log loss", "lower"),
    (r"brier(?:[ _-]score)?(?:[ _-]loss)?", "brier", "lower"),
    (r"perplexity", "perplexity", "lower"),
    (r"inertia|within[ _-]cluster sum of squares|wcss", "inertia", "lower"),
    (r"error[ _-]rate|misclassification(?: rate)?|(?:binary|multi)_error|merror", "error rate", "lower"),
    (r"(?:val(?:idation)?[ _-]|test[ _-])?loss", "loss", "lower"),
    (r"(?:best|mean|cv|cross[ _-]val(?:idation)?)[ _-](?:cv[ _-])?score|score", "score", "higher"),
)
#: digits with dots and commas within, an exponent, and a percent sign
_NUMBER = r"(?P<value>[+-]?(?:(?:\d+(?:[.,]\d+)*\.?|\.\d+)(?:e[+-]?\d+)?|nan\b|inf\b))\s*(?P<percent>%)?"
#: what may stand between name and number: the quote of a key, a few words in brackets or "on the test set", a sign,
#: blanks, and the type that NumPy and torch print around a number
_BETWEEN = (
    r"""['"]?\s*(?:\([^)]{0,40}\))?(?:\s*(?:on|of|for|over)(?:\s+[\w-]+){1,4})?\s*(?:is|was|=|:|->|→|~|≈|\|)*\s*"""
    r"(?:(?:(?:np|numpy)\.)?float\d*\(|tensor\()?(?P<list>\[?)\s*"
)
#: whose number it is, before the name
_OF = r"(?:(?:eval|val|valid|validation|test)[_-])?"
_PATTERNS = tuple(
    (re.compile(rf"(?<![\w]){_OF}(?P<name>{names}){_BETWEEN}{_NUMBER}", re.IGNORECASE), meaning, better)
    for names, meaning, better in METRICS
)
_TRAINING = re.compile(r"\btrain(?:ing)?\b", re.IGNORECASE)
_LONGEST_LINE = 2000


#: metrics that lie between 0 and 1: a count or a sum that stands behind one of these words is none of them
_SHARES = frozenset(
    {
        *("balanced accuracy", "accuracy", "average precision", "precision", "recall", "f1", "roc auc", "jaccard"),
        *("error rate",),
    }
)


def _may_be_share(value: float, text: str, percent: str | None) -> bool:
    """Whether a number can be a share: up to 1, or up to 100 where it is written as a percentage or with a fraction."""
    return not isfinite(value) or 0 <= value <= 1 or (0 <= value <= 100 and bool(percent or "." in text or "," in text))


@dataclass(frozen=True, slots=True)
class Printed:
    """A number printed with a metric's name; ``label`` tells apart what was printed for training and for testing."""

    label: str
    value: float
    better: Better


def printed_numbers(text: str) -> dict[str, Printed]:
    """Numbers printed with a metric's name; the last of each label, in the order of their last appearance."""
    found: dict[str, Printed] = {}
    for line in text.splitlines():
        if len(line) > _LONGEST_LINE:
            continue
        for printed in _in_line(line):
            found.pop(printed.label, None)
            found[printed.label] = printed
    return found


def _in_line(line: str) -> list[Printed]:
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, Printed]] = []
    # Longer names first, so that "balanced accuracy" is not read as "accuracy", nor "f1 score" as "score".
    matches = [(m, meaning, better) for pattern, meaning, better in _PATTERNS for m in pattern.finditer(line)]
    for match, meaning, better in sorted(matches, key=lambda m: (-len(m[0]["name"]), m[0].start())):
        start, end = match.span("name")
        if any(start < b and a < end for a, b in taken):
            continue
        taken.append((start, end))
        value = number(match["value"], line[match.end("value") :], listed=bool(match["list"]))
        if value is None:
            continue
        if meaning in _SHARES and not _may_be_share(value, match["value"], match["percent"]):
            continue
        before = line[max(0, start - 30) : match.start("value")]
        label = f"training {meaning}" if _TRAINING.search(before) else meaning
        found.append((start, Printed(label, value / 100 if match["percent"] else value, better)))
    return [printed for _, printed in sorted(found, key=lambda f: f[0])]


#: how numbers with a comma are written: with which sign between thousands, and which before the fraction
_FORMS = (
    # 1,234,567 and 1,234.5
    (re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|(?:,\d{3})+\.\d+)"), ",", "."),
    # 1.234.567,8 and 1.234,56; three digits behind the comma could as well be the next number of a list
    (re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,(?:\d{1,2}|\d{4,})|[1-9]\d{0,2}(?:\.\d{3}){2,},\d+"), ".", ","),
    # 3,4 and 0,934, but not 1,234, which may be either
    (re.compile(r"\d+,(?:\d{1,2}|\d{4,})|(?:0|\d{4,}),\d{3}"), ".", ","),
)
#: 1 234,5 with a blank between the thousands
_GOES_ON = re.compile(r"[\u00a0\u202f]\d{3}(?!\d)| \d{3}(?: \d{3})*,\d")


def number(text: str, rest: str = "", *, listed: bool = False) -> float | None:
    """A number as it is printed; None where it could mean two things, for a wrong number is worse than none.

    Args:
        text: digits, with dots and commas within.
        rest: of the line.
        listed: whether it stands behind a square bracket, where a comma tells items apart.
    """
    digits, exponent = re.fullmatch(r"[+-]?(.*?)((?:e[+-]?\d+)?)", text, re.IGNORECASE | re.DOTALL).groups()  # type: ignore[union-attr]
    digits = digits.rstrip(".")
    if digits.isdigit() and len(digits) <= 3 and not exponent and _GOES_ON.match(rest):
        return None
    if "," in digits or digits.count(".") > 1:
        plain = None if listed else next((form for form in _FORMS if form[0].fullmatch(digits)), None)
        if plain is None:
            return None
        _, thousands, decimal = plain
        digits = digits.replace(thousands, "").replace(decimal, ".")
    sign = -1.0 if text.startswith("-") else 1.0
    return sign * float(digits + exponent)
