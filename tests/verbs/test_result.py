"""What a report says of a candidate's runs."""

from greenrules.models import RunRecord
from greenrules.verbs.result import screened


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
