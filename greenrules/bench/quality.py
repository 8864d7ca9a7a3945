"""How good a run was: a metric that was recorded, else a number that was printed with a metric's name, else nothing.

The source is fixed on the baseline. A candidate that no longer records the metric is judged by the number that the
baseline printed for it; one that has neither has no quality and is out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite, isnan
from typing import Literal

from greenrules.bench.run import MetricValue, Outcome
from greenrules.errors import UsageError, nearest

Better = Literal["higher", "lower"]

#: names as people print them → what they mean; the longest that fits wins
_PRINTED: tuple[tuple[str, str, Better], ...] = (
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
_NUMBER = r"(?P<value>[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|nan\b|inf\b))\s*(?P<percent>%)?"
#: what may stand between name and number: a few words in brackets or "on the test set", a sign, blanks
_BETWEEN = r"\s*(?:\([^)]{0,40}\))?(?:\s*(?:on|of|for|over)(?:\s+[\w-]+){1,4})?\s*(?:is|was|=|:|->|→|~|≈|\|)*\s*\[?\s*"
_PATTERNS = tuple(
    (re.compile(rf"(?<![\w])(?P<name>{names}){_BETWEEN}{_NUMBER}", re.IGNORECASE), meaning, better)
    for names, meaning, better in _PRINTED
)
_TRAINING = re.compile(r"\btrain(?:ing)?\b", re.IGNORECASE)
_LONGEST_LINE = 2000
_LOWER = re.compile(
    r"error|loss|deviance|inertia|perplexity|rmse|mse|mae|mape|distance|brier|bouldin|nloglik|pinball|quantile|\bl[12]\b",
    re.IGNORECASE,
)


#: metrics that lie between 0 and 1: a count or a sum that stands behind one of these words is none of them
_SHARES = frozenset(
    {
        *("balanced accuracy", "accuracy", "average precision", "precision", "recall", "f1", "roc auc", "jaccard"),
        *("error rate",),
    }
)


def _may_be_share(value: float, text: str, percent: str | None) -> bool:
    """Whether a number can be a share: up to 1, or up to 100 where it is written as a percentage or with a fraction."""
    return not isfinite(value) or 0 <= value <= 1 or (0 <= value <= 100 and bool(percent or "." in text))


@dataclass(frozen=True, slots=True)
class Printed:
    """A number printed with a metric's name; ``label`` tells apart what was printed for training and for testing."""

    label: str
    value: float
    better: Better


@dataclass(frozen=True, slots=True)
class QualitySource:
    """What quality means for this script.

    Attributes:
        source: recorded metric, printed number, or equality of the outputs.
        metric: its name; None for outputs.
        better: which way.
        line: where the metric is called; 0 for a printed number.
        label: of the printed number, or of the one that shows the recorded metric's value; empty when there is none.
        notes: what was passed over, and why.
    """

    source: Literal["metric", "printed", "outputs"]
    metric: str | None
    better: Better
    line: int = 0
    label: str = ""
    notes: tuple[str, ...] = ()


def direction(name: str, declared: Mapping[str, Better]) -> Better:
    """Which way a metric is better: as a pack declares it, by our table, by its name, else higher.

    Args:
        name: of the metric, possibly with the entry of a mapping after a dot.
        declared: by packs.
    """
    parts = name.split(".")
    for key in (name, parts[-1]):
        if key in declared:
            return declared[key]
    for words in (name, parts[-1]):
        for names, _, better in _PRINTED:
            if re.fullmatch(names, words, re.IGNORECASE) or re.fullmatch(names, words.replace("_", " "), re.IGNORECASE):
                return better
    # A whole evaluation log is declared for the entries that nobody knows.
    if _LOWER.search(parts[-1]) is None and parts[0] in declared:
        return declared[parts[0]]
    return "lower" if _LOWER.search(parts[-1]) and not parts[-1].startswith("neg_") else "higher"


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
        value = float(match["value"])
        if meaning in _SHARES and not _may_be_share(value, match["value"], match["percent"]):
            continue
        before = line[max(0, start - 30) : match.start("value")]
        label = f"training {meaning}" if _TRAINING.search(before) else meaning
        found.append((start, Printed(label, value / 100 if match["percent"] else value, better)))
    return [printed for _, printed in sorted(found, key=lambda f: f[0])]


def choose_quality(
    baselines: Iterable[Outcome], declared: Mapping[str, Better], metric: str | None = None
) -> QualitySource:
    """Fix the source of quality on the baseline.

    Args:
        baselines: runs of the unchanged script.
        declared: metric → which way is better, by packs.
        metric: the user's choice by name; None chooses the last that was recorded while quality was evaluated.

    Raises:
        UsageError: no metric of that name was recorded or printed.
    """
    outcome = next(iter(baselines))
    printed = printed_numbers(outcome.stdout.decode("utf-8", "replace"))
    recorded = {(m.name, m.line): m for m in outcome.metrics}
    if metric is not None:
        return _named(metric, outcome.metrics, printed, declared)
    finite = [m for m in outcome.metrics if isfinite(recorded[m.name, m.line].value)]
    notes = tuple(
        f"{m.name} in line {m.line} is {m.value} and was passed over"
        for m in recorded.values()
        if not isfinite(m.value)
    )
    evaluated = [m for m in finite if m.role == "quality-evaluation"] or finite
    if evaluated:
        return _recorded(evaluated[-1], printed, declared, notes)
    tested = [p for p in printed.values() if isfinite(p.value)]
    tested = [p for p in tested if not p.label.startswith("training ")] or tested
    notes += tuple(f"{p.label} is printed as {p.value} and was passed over" for p in printed.values() if isnan(p.value))
    if tested:
        last = tested[-1]
        return QualitySource("printed", last.label, last.better, label=last.label, notes=notes)
    return QualitySource("outputs", None, "higher", notes=notes)


def _named(
    metric: str, metrics: tuple[MetricValue, ...], printed: Mapping[str, Printed], declared: Mapping[str, Better]
) -> QualitySource:
    wanted = metric.casefold().replace("_", " ")
    for found in reversed(metrics):
        names = {found.name, found.name.rpartition(".")[2]}
        if wanted in {name.casefold().replace("_", " ") for name in names}:
            return _recorded(found, printed, declared, ())
    for label, number in printed.items():
        if wanted in (label, label.removeprefix("training ")):
            return QualitySource("printed", label, number.better, label=label)
    known = [*dict.fromkeys(m.name for m in metrics), *printed]
    remedy = nearest(metric, known) or (f"there are: {', '.join(known)}" if known else "the script records no metric")
    raise UsageError(f"the script has no metric {metric!r}", remedy=remedy)


def _recorded(
    metric: MetricValue, printed: Mapping[str, Printed], declared: Mapping[str, Better], notes: tuple[str, ...]
) -> QualitySource:
    # A printed number is rounded: it shows the metric's value when it is the same to the digits there are.
    shown = [p.label for p in printed.values() if abs(p.value - metric.value) <= 5e-3 * max(abs(metric.value), 1e-9)]
    label = shown[-1] if shown else ""
    return QualitySource("metric", metric.name, direction(metric.name, declared), metric.line, label, notes)


def read_quality(source: QualitySource, outcome: Outcome) -> float | None:
    """The quality of a run by the source that the baseline fixed; NaN is given as it is; None when there is none.

    Args:
        source: as ``choose_quality`` fixed it.
        outcome: of any form of the script; lines may have moved.
    """
    if source.source == "metric":
        same = [m for m in outcome.metrics if m.name == source.metric]
        evaluated = [m for m in same if m.role == "quality-evaluation"] or same
        if evaluated:
            return evaluated[-1].value
    if source.label:
        printed = printed_numbers(outcome.stdout.decode("utf-8", "replace")).get(source.label)
        if printed is not None:
            return printed.value
    return None


def other_metrics(source: QualitySource, outcome: Outcome) -> dict[str, float]:
    """The last value of every other metric that was recorded or, without any, printed."""
    found = {m.name: m.value for m in outcome.metrics if m.name != source.metric}
    if not outcome.metrics:
        printed = printed_numbers(outcome.stdout.decode("utf-8", "replace"))
        found = {label: p.value for label, p in printed.items() if label != source.label}
    return found
