"""What a meter said of a run survives the journal and reaches the report."""

import json

import pytest

from greenrules.bench.run import Outcome, StageReading
from greenrules.meters.protocol import Energy
from greenrules.meters.uncertainty import Budget
from greenrules.models import RunRecord
from greenrules.verbs.keeping import outcome_json, outcome_of
from greenrules.verbs.readings import meter_warnings, over, reading, record, repetition, stage_energies

ENERGY = Energy(
    100.0,
    {"package-0": 90.0, "dram-0": 10.0},
    2.0,
    1.5,
    Budget(meter=0.05, resolution=0.001, attribution=0.1, idle=0.02),
    coverage=0.5,
    warnings=("package-1 mirrors package-0",),
    machine_j=100.0,
    tree_j=60.0,
    active_j=40.0,
    aside={"psys": 140.0},
)


def outcome(joules=100.0, **changes):
    energy = Energy(joules, ENERGY.domains, 2.0, 1.5, ENERGY.uncertainty, **changes)
    stages = {"training-loop": StageReading(joules, 2.0, 1.5, Budget(meter=0.05, resolution=0.01))}
    return Outcome("ok", 0, energy, 2.0, 1.5, 10.0, stages=stages)


def test_a_run_in_the_journal_keeps_all_that_was_said_of_it():
    whole = Outcome("ok", 0, ENERGY, 2.0, 1.5, 10.0, stages=outcome().stages)
    again = outcome_of(json.loads(json.dumps(outcome_json(whole))))
    assert again.energy == ENERGY
    assert again.stages == whole.stages


def test_the_record_of_a_run_has_its_reading():
    told = record(Outcome("ok", 0, ENERGY, 2.0, 1.5, 10.0), 3, 0.9, phase="search", seed=2)
    assert (told.block, told.phase, told.seed, told.quality) == (3, "search", 2, 0.9)
    assert told.reading == reading(ENERGY)
    assert (told.reading.machine_j, told.reading.tree_j, told.reading.active_j) == (100.0, 60.0, 40.0)
    assert told.reading.aside == {"psys": 140.0}
    assert told.reading.uncertainty.absolute > told.reading.uncertainty.ratio > 0.1
    assert reading(None) is None


def test_over_runs_repetition_joins_the_other_components():
    runs = [record(outcome(joules), block, None) for block, joules in enumerate((90.0, 100.0, 110.0))]
    told = over(runs)
    assert told.repetition == pytest.approx(0.1 / 3**0.5)
    assert told.meter == 0.05
    assert told.absolute == pytest.approx((told.ratio**2 + 0.05**2) ** 0.5)
    assert over([]) is None


def test_a_stage_has_the_components_of_its_runs():
    stage = stage_energies([outcome(joules).stages for joules in (90.0, 110.0)], {"training-loop": [(1, 2)]})[0]
    assert (stage.energy_j, stage.lines) == (100.0, [(1, 2)])
    assert stage.uncertainty.meter == 0.05
    assert stage.uncertainty.repetition == pytest.approx(0.1)


def test_what_speaks_against_a_figure_is_told_once():
    runs = [record(Outcome("ok", 0, ENERGY, 2.0, 1.5, 10.0), block, None) for block in range(3)]
    sentence, lower = meter_warnings(runs)
    assert sentence.message == "package-1 mirrors package-0 (in 3 of 3 runs)"
    assert "lower bound" in lower.message and lower.remedy
    assert meter_warnings([record(outcome(), 0, None)]) == []


def test_repetition_is_told_within_seeds_and_by_the_ratios_of_reseeded_blocks():
    def run(energy_j, block, seed=0, phase="confirmation", status="ok"):
        return RunRecord(
            block=block,
            seed=seed,
            energy_j=energy_j,
            time_s=1.0,
            cpu_s=1.0,
            quality=None,
            max_rss_mb=1.0,
            exit_code=0,
            phase=phase,
            status=status,
        )

    first = [run(500.0, 0, phase="warm-up"), run(100.0, 0, phase="screening"), run(100.0, 0)]
    seeded = [run(100.0 * 2**seed, seed, seed) for seed in range(1, 6)]
    noisy = [run(50.0 * 2**seed * (1.05 if seed % 2 else 0.95), seed, seed) for seed in range(1, 6)]
    assert repetition([[*first, *seeded]]) == pytest.approx(0.0)
    spread = repetition([[*first, *seeded], [], noisy, [run(1.0, 1, 1)]])
    assert spread == pytest.approx(0.035, abs=0.005)
    assert repetition([[*first, *seeded], [run(1.0, 1, 1), run(9.0, 2, 2, status="it failed")]]) == pytest.approx(0.0)
