"""How good a run was: a metric that was recorded, else a number that was printed with a metric's name, else nothing.

The source is fixed on the baseline. A candidate that no longer records the metric is judged by the number that the
baseline printed for it; one that has neither has no quality and is out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from greenrules.bench.printed import METRICS, Better, Printed, printed_numbers
from greenrules.bench.run import MetricValue, Outcome
from greenrules.errors import UsageError, nearest

#: entries of logs that are better when higher, by the names that boosting libraries give them
_HIGHER = re.compile(r"auc|accuracy|precision|recall|^(?:ndcg|map|pre)(?:@|$)|^r2$|^f1", re.IGNORECASE)
#: what stands around a metric in the log of a cross-validation
_OF_FOLDS = re.compile(r"^(?:train(?:ing)?|test|valid(?:ation)?|eval)[-_ ](?=[^-]+-(?:mean|stdv?)$)|-(?:mean|stdv?)$")
_LOWER = re.compile(
    r"error|loss|deviance|inertia|perplexity|rmse|mse|mae|mape|distance|brier|bouldin|nloglik|pinball|quantile|\bl[12]\b",
    re.IGNORECASE,
)


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
    last = _entry(parts[-1])
    for key in (name, last):
        if key in declared:
            return declared[key]
    if len(parts) > 1 and _HIGHER.search(last):
        return "higher"
    for words in (name, last):
        for names, _, better in METRICS:
            if re.fullmatch(names, words, re.IGNORECASE) or re.fullmatch(names, words.replace("_", " "), re.IGNORECASE):
                return better
    # A whole evaluation log is declared for the entries that nobody knows.
    if _LOWER.search(last) is None and parts[0] in declared:
        return declared[parts[0]]
    return "lower" if _LOWER.search(last) and not last.startswith("neg_") else "higher"


def _entry(name: str) -> str:
    """The metric in the name of an entry of a log: ``auc`` of ``test-auc-mean`` and of ``valid_auc-mean``."""
    return _OF_FOLDS.sub("", name)


def _telling(logged: Sequence[MetricValue]) -> list[MetricValue]:
    """Entries of logs that tell how good a model is: not those of the training data, nor spreads over folds."""
    plain = [m for m in logged if not re.search(r"-stdv?$", m.name)]
    tested = [m for m in plain if not re.search(r"\btrain(?:ing)?\b", m.name.partition(".")[2].replace("_", " "))]
    return tested or plain


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
        source = _named(metric, outcome.metrics, printed, declared)
        value = read_quality(source, outcome)
        if value is None or not isfinite(value):
            remedy = "let the script evaluate it where it has a value, or leave --metric out"
            raise UsageError(f"the metric {source.metric} is {value} in the script as it is", remedy=remedy)
        return source
    finite = [m for m in outcome.metrics if isfinite(recorded[m.name, m.line].value)]
    notes = tuple(
        f"{m.name} in line {m.line} is {m.value} and was passed over"
        for m in recorded.values()
        if not isfinite(m.value)
    )
    called = [m for m in finite if not m.log]
    evaluated = [m for m in called if m.role == "quality-evaluation"] or called
    if evaluated:
        return _recorded(_telling(evaluated)[-1], printed, declared, notes)
    tested = [p for p in printed.values() if isfinite(p.value)]
    tested = [p for p in tested if not p.label.startswith("training ")] or tested
    notes += tuple(
        f"{p.label} is printed as {p.value} and was passed over" for p in printed.values() if not isfinite(p.value)
    )
    logged = _telling([m for m in finite if m.log])
    shown = [m for m in logged if not tested or _shows(tested[-1], m)]
    if shown:
        return _recorded(shown[-1], printed, declared, notes)
    if tested:
        last = tested[-1]
        return QualitySource("printed", last.label, last.better, label=last.label, notes=notes)
    return QualitySource("outputs", None, "higher", notes=notes)


def _named(
    metric: str, metrics: tuple[MetricValue, ...], printed: Mapping[str, Printed], declared: Mapping[str, Better]
) -> QualitySource:
    wanted = metric.casefold().replace("_", " ")
    for found in reversed(metrics):
        last = found.name.rpartition(".")[2]
        names = {found.name, last, _entry(last)}
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
    shown = [p.label for p in printed.values() if _shows(p, metric)]
    label = shown[-1] if shown else ""
    return QualitySource("metric", metric.name, direction(metric.name, declared), metric.line, label, notes)


def _shows(printed: Printed, metric: MetricValue) -> bool:
    return abs(printed.value - metric.value) <= 5e-3 * max(abs(metric.value), 1e-9)


def read_quality(source: QualitySource, outcome: Outcome) -> float | None:
    """The quality of a run by the source that the baseline fixed; NaN is given as it is; None when there is none.

    Args:
        source: as ``choose_quality`` fixed it.
        outcome: of any form of the script; lines may have moved.
    """
    if values := metric_values(source, outcome):
        return values[-1].value
    if source.label:
        printed = printed_numbers(outcome.stdout.decode("utf-8", "replace")).get(source.label)
        if printed is not None:
            return printed.value
    return None


def metric_values(source: QualitySource, outcome: Outcome) -> list[MetricValue]:
    """All values of the metric that quality is read from, in the order of the calls; none of other sources."""
    if source.source != "metric":
        return []
    same = [m for m in outcome.metrics if m.name == source.metric]
    return [m for m in same if m.role == "quality-evaluation"] or same


def other_metrics(source: QualitySource, outcome: Outcome) -> dict[str, float]:
    """The last value of every other metric that was recorded or, without any, printed."""
    found = {m.name: m.value for m in outcome.metrics if m.name != source.metric}
    if all(metric.log for metric in outcome.metrics):
        printed = printed_numbers(outcome.stdout.decode("utf-8", "replace"))
        found |= {label: p.value for label, p in printed.items() if label != source.label}
    return found


def directions(outcome: Outcome, declared: Mapping[str, Better]) -> dict[str, Better]:
    """Which way each metric is better that was recorded or printed."""
    printed = printed_numbers(outcome.stdout.decode("utf-8", "replace"))
    return {label: p.better for label, p in printed.items()} | {
        m.name: direction(m.name, declared) for m in outcome.metrics
    }
