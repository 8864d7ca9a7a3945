"""Choosing again with another limit of quality: tighter is honest, looser is not."""

import pytest
from bare_report import bare_report

from greenrules.errors import UsageError
from greenrules.models import Interval, QualityInfo, RunRecord, Variant
from greenrules.verbs.choose import choose

WEIGHTS = (0.5, 0.3, 0.2)


def one(value):
    return Interval(median=value, low=value * 0.99, high=value * 1.01)


def variant(name, energy, quality):
    runs = [
        RunRecord(
            block=block,
            energy_j=energy * (1 + 0.001 * (-1) ** block),
            time_s=1.0,
            cpu_s=1.0,
            quality=quality,
            max_rss_mb=1.0,
            exit_code=0,
            phase="confirmation",
        )
        for block in range(5)
    ]
    more = {} if name == "baseline" else {"energy_ratio": one(energy / 10), "time_ratio": one(1.0), "proven": True}
    quality = None if quality is None else Interval(median=quality, low=quality, high=quality)
    return Variant(id=name, rules=["p/r"], runs=runs, energy_j=one(energy), time_s=one(1.0), quality=quality, **more)


def report(limit="2%", quality=0.9):
    return bare_report(
        variant("baseline", 10.0, quality),
        quality=QualityInfo(metric="accuracy", better="higher", source="metric", max_loss=limit),
        candidates=[variant("c1", 4.0, quality and quality * 0.985), variant("c2", 6.0, quality)],
        selected="c1",
    )


def test_a_tighter_limit_chooses_another():
    assert choose(report(), WEIGHTS).selected == "c1"
    tight = choose(report(), WEIGHTS, "1%")
    assert tight.selected == "c2"
    assert tight.candidates[0].status == "rejected"
    assert choose(report(), WEIGHTS, "0.018").selected == "c1", "the same limit in the metric's own unit"


@pytest.mark.parametrize("limit", ["2.5%", "0.02", "100%"])
def test_a_looser_one_is_refused_with_the_reports_own_and_what_to_do(limit):
    with pytest.raises(UsageError, match="looser than the 2% of the report") as refused:
        choose(report(), WEIGHTS, limit)
    assert f"greenrules apply train.py --max-quality-loss {limit}" in refused.value.remedy


def test_without_a_quality_there_is_nothing_to_limit():
    with pytest.raises(UsageError, match="no quality figure"):
        choose(report(None, None), WEIGHTS, "1%")
    assert choose(report(None, None), WEIGHTS).selected == "c1"


def test_what_the_other_metrics_lose_is_told_of_the_one_that_is_chosen_now():
    told = report()
    losing, keeping = (
        one.model_copy(update={"other_metrics": {"f1": f1}})
        for one, f1 in zip(told.candidates, (0.1, 0.8), strict=True)
    )
    losing = losing.model_copy(update={"outputs_agree": {"agree": False, "missing": ["model.bin"]}})
    base = told.baseline.model_copy(update={"other_metrics": {"f1": 0.8}})
    told = told.model_copy(update={"baseline": base, "candidates": [losing, keeping]})
    metrics, files = choose(told, WEIGHTS).warnings
    assert metrics.code == "other-metrics" and "f1 is 0.1" in metrics.message
    assert files.code == "missing-files" and files.message.endswith("does not: model.bin")
    assert choose(choose(told, WEIGHTS), WEIGHTS, "1%").warnings == []
