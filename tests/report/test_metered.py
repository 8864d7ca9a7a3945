"""What the meter saw, as a reader is told of it."""

import csv
import io

from greenrules.models import MeterReading, Report, Uncertainty
from greenrules.report.metered import COLUMNS, bands, parts
from greenrules.report.terminal import measure_csv, measure_summary

DOUBT = Uncertainty(repetition=0.01, meter=0.05, resolution=0, attribution=0.03, idle=0, absolute=0.06, ratio=0.032)
READING = MeterReading(
    coverage=1.0,
    domains={"package-0": 90.0, "dram-0": 10.0},
    aside={"psys": 140.0},
    machine_j=100.0,
    tree_j=60.0,
    active_j=40.0,
    uncertainty=DOUBT,
    warnings=["package-1 mirrors package-0"],
)


def read(report: Report, reading: MeterReading | None = READING) -> Report:
    runs = [run.model_copy(update={"reading": reading, "energy_j": 100.0}) for run in report.baseline.runs]
    stages = [stage.model_copy(update={"uncertainty": DOUBT}) for stage in report.baseline.stages]
    baseline = report.baseline.model_copy(update={"runs": runs, "energy_uncertainty": DOUBT, "stages": stages})
    return report.model_copy(update={"baseline": baseline})


def test_machine_tree_and_active_energy_stand_apart_from_the_parts(measure: Report) -> None:
    rows = {name: joules.replace("\u00a0", " ") for name, joules, _ in parts(read(measure))}
    assert rows == {
        "this run's share": "60.0 J",
        "above idle": "40.0 J",
        "package-0": "90.0 J",
        "dram-0": "10.0 J",
        "psys": "140 J",
    }
    assert "holds the others" in measure_summary(read(measure))


def test_a_model_of_one_part_has_nothing_to_tell_apart(measure: Report) -> None:
    assert parts(measure) == []
    assert parts(read(measure, MeterReading(domains={"cpu": 3.0}, tree_j=3.0))) == []


def test_memory_that_is_modelled_is_told_beside_the_total(measure: Report) -> None:
    aside = {"dram-model": 4.0, "dram-model-tree": 1.0}
    rows = parts(read(measure, MeterReading(domains={"cpu": 3.0}, tree_j=3.0, aside=aside)))
    assert [name for name, *_ in rows] == ["dram-model", "dram-model-tree"]
    assert "not in the total" in rows[0][2]


def test_both_bands_are_told_with_their_components(measure: Report) -> None:
    absolute, ratio = (line.replace("\u00a0", " ") for line in bands(read(measure)))
    assert "±6.0 %" in absolute and "meter 5.0 %" in absolute and "attribution 3.0 %" in absolute
    assert "idle" not in absolute
    assert "±3.2 %" in ratio


def test_the_columns_of_the_csv_keep_their_order(measure: Report) -> None:
    rows = list(csv.reader(io.StringIO(measure_csv(read(measure)))))
    first = ["record", "name", "block", "status", "energy_j", "time_s", "cpu_s", "quality", "max_rss_mb"]
    more = ["meter", "tier", "evidence", "coverage", "machine_j", "tree_j", "active_j", "relative_uncertainty"]
    more += ["ratio_uncertainty", "domains", "aside", "warnings"]
    assert rows[0] == [*first, *more] == [*first, *COLUMNS]
    assert {len(row) for row in rows} == {len(rows[0])}
    run = dict(zip(rows[0], rows[1], strict=True))
    assert (run["machine_j"], run["tree_j"], run["domains"]) == ("100.0", "60.0", "package-0=90.0;dram-0=10.0")
    assert run["warnings"] == "package-1 mirrors package-0"
    stage = dict(zip(rows[0], rows[-1], strict=True))
    assert (stage["record"], stage["machine_j"], stage["relative_uncertainty"]) == ("stage", "", "0.06")
