"""What a report says of a candidate's runs."""

import math

import pytest

from greenrules.models import RunRecord, Variant
from greenrules.selection.quality import QualityLoss
from greenrules.verbs.result import guarded, interval, others_lost, screened

HALF_A_PERCENT = QualityLoss.parse("0.5%")
DIRECTIONS = {"accuracy": "higher", "loss": "lower"}


def run(energy_j, phase="screening", exit_code=0, status="ok"):
    return RunRecord(
        block=0,
        energy_j=energy_j,
        time_s=1,
        cpu_s=1,
        quality=None,
        max_rss_mb=1,
        exit_code=exit_code,
        phase=phase,
        status=status,
    )


def test_single_runs_are_put_beside_the_originals_of_the_same_phases():
    base = [run(99.0, "warm-up"), run(10.0), run(12.0, "search"), run(20.0, "confirmation")]
    assert screened([run(5.5), run(40.0, "confirmation")], base) == 0.5


def test_what_a_run_with_the_wrong_outputs_used_was_measured():
    assert screened([run(5.0, status="its outputs are not the baseline's")], [run(10.0)]) == 0.5


def test_a_run_that_did_not_come_to_its_end_is_no_measurement():
    assert screened([run(9.0, exit_code=-9, status="aborted: cannot win any more")], [run(10.0)]) is None
    assert screened([run(None)], [run(10.0)]) is None
    assert screened([], [run(10.0)]) is None


def having(**metrics):
    return Variant(id="c1", other_metrics=metrics)


def test_metrics_that_do_not_decide_are_told_when_they_are_lost():
    (told,) = others_lost(
        having(accuracy=0.9, loss=0.2, f1=0.8), having(accuracy=math.nan, loss=0.3), DIRECTIONS, HALF_A_PERCENT
    )
    assert told.code == "other-metrics" and "--metric" in told.remedy
    assert told.message.endswith(
        "accuracy is nan, before it was 0.9; loss is 0.3, before it was 0.2; f1 is not told any more"
    )


@pytest.mark.parametrize(
    "after",
    [{"accuracy": 0.95, "loss": 0.1}, {"accuracy": 0.8999, "loss": 0.2}],
    ids=["better", "within what is allowed"],
)
def test_they_are_not_told_else(after):
    assert others_lost(having(accuracy=0.9, loss=0.2), having(**after), DIRECTIONS, HALF_A_PERCENT) == []


def test_an_allowed_loss_in_another_metrics_unit_says_nothing_of_them():
    allowed = QualityLoss.parse("5")
    assert others_lost(having(accuracy=0.9), having(accuracy=0.1), DIRECTIONS, allowed) != []
    assert others_lost(having(accuracy=math.nan), having(accuracy=math.nan), DIRECTIONS, allowed) == []
    assert others_lost(having(accuracy=0.9), None, DIRECTIONS, allowed) == []


def test_runs_without_a_number_are_left_out_of_an_interval():
    assert interval([0.9, math.nan, 0.9]) == interval([0.9, 0.9])
    assert interval([math.nan, math.inf]) is None


def test_without_a_number_of_both_there_is_no_guard_and_no_choice():
    good = having().model_copy(update={"quality": interval([0.9])})
    for one, base in ((good, having()), (having(), good)):
        found = guarded(one, base, "higher", HALF_A_PERCENT)
        assert found.status == "rejected" and "no number as quality" in found.reason
    assert guarded(good, good, "higher", HALF_A_PERCENT) == good
