"""The gate speaks only when the interval does."""

import pytest
from bare_report import bare_machine, bare_meter, bare_report, bare_script

from greenrules.errors import ExitCode, MeasurementError, UsageError
from greenrules.models import Interval, MeterReading, QualityInfo, RunRecord, Variant
from greenrules.verbs.gate import gate


def report(
    energies, *, path="a.py", sha256="0", tier="3b", cpu="EPYC", candidates=(), selected=None, detail=None, coverage=1.0
):
    def runs(values):
        reading = MeterReading(coverage=coverage)
        plain = {"time_s": 1, "cpu_s": 1, "quality": None, "max_rss_mb": 1, "exit_code": 0, "reading": reading}
        return [RunRecord(block=i, energy_j=e, **plain) for i, e in enumerate(values)]

    return bare_report(
        Variant(id="baseline", runs=runs(energies), energy_j=Interval(median=1, low=1, high=1)),
        script=bare_script(path, sha256),
        machine=bare_machine(cpu),
        meter=bare_meter(tier, detail),
        quality=QualityInfo(metric=None, better="higher", source="outputs"),
        candidates=[Variant(id=name, runs=runs(values)) for name, values in candidates],
        selected=selected,
    )


STEADY = [10.0, 10.1, 9.9, 10.05, 9.95]


def test_the_same_energy_passes():
    assert gate(report(STEADY), report(STEADY)).exit_code is ExitCode.OK


def test_a_regression_that_the_interval_proves_fails():
    verdict = gate(report(STEADY), report([e * 1.3 for e in STEADY]))
    assert verdict.exit_code is ExitCode.FINDINGS
    assert verdict.low > 1.05


def test_growth_that_noise_could_explain_is_inconclusive():
    noisy = [8.0, 13.0, 9.0, 12.5, 11.0]
    assert gate(report(STEADY), report(noisy)).exit_code is ExitCode.UNTRUSTED


def test_one_run_is_no_evidence():
    verdict = gate(report([10.0]), report([20.0]))
    assert verdict.exit_code is ExitCode.UNTRUSTED
    assert "--repeat" in verdict.reason
    assert verdict.as_json()["high"] is None


def test_tiers_and_machines_that_differ_are_not_compared():
    verdict = gate(report(STEADY), report(STEADY, tier="1", cpu="Xeon"))
    assert verdict.exit_code is ExitCode.UNTRUSTED
    assert "tier" in verdict.reason and "processor" in verdict.reason


def test_a_model_that_was_set_otherwise_is_another_meter():
    """Twice the design power is twice the joules, and no regression."""
    doubled = report([2 * e for e in STEADY], detail={"w_per_thread": 4.0})
    verdict = gate(report(STEADY, detail={"w_per_thread": 2.0}), doubled)
    assert verdict.exit_code is ExitCode.UNTRUSTED
    assert "power of a thread differs (2 before, 4 now)" in verdict.reason
    calibrated = [report(STEADY, tier="3a", detail={"idle_w": watts, "scale": 1.0}) for watts in (3.0, 4.0)]
    assert gate(*calibrated).exit_code is ExitCode.UNTRUSTED


def test_energy_that_is_not_all_known_is_not_compared():
    verdict = gate(report(STEADY), report(STEADY, coverage=0.8))
    assert verdict.exit_code is ExitCode.UNTRUSTED
    assert "80%" in verdict.reason


def test_of_an_apply_report_the_chosen_script_counts():
    base = report(STEADY, candidates=[("c1", [e / 2 for e in STEADY])], selected="c1")
    assert gate(base, report(STEADY)).exit_code is ExitCode.FINDINGS


def test_a_report_without_energy_is_refused():
    with pytest.raises(MeasurementError):
        gate(report([]), report(STEADY))


def test_a_bare_number_of_one_and_more_is_refused():
    with pytest.raises(UsageError) as caught:
        gate(report(STEADY), report(STEADY), "5")
    assert "5%" in caught.value.remedy and "500%" in caught.value.remedy
    assert gate(report(STEADY), report(STEADY), "500%").limit == 6.0
    assert gate(report(STEADY), report(STEADY), "0.05").limit == 1.05


def test_reports_of_different_scripts_are_refused_unless_one_was_renamed():
    base = report(STEADY, path="train.py", sha256="1")
    other = report(STEADY, path="predict.py", sha256="2")
    with pytest.raises(UsageError, match=r"train\.py before, predict\.py now") as refused:
        gate(base, other)
    assert "--renamed" in refused.value.remedy
    assert gate(base, other, renamed=True).exit_code is ExitCode.OK
    for path, sha256 in (("train.py", "9"), ("ci/train.py", "9"), ("train.green.py", "9"), ("moved.py", "1")):
        assert gate(base, report(STEADY, path=path, sha256=sha256)).exit_code is ExitCode.OK
    program = report(STEADY, path="make all", sha256="3")
    with pytest.raises(UsageError, match="different scripts"):
        gate(program, report(STEADY, path="make some", sha256="4"))
