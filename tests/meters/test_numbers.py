from __future__ import annotations

import math

import pytest

from greenrules.errors import UsageError
from greenrules.meters import Activity, open_meter, over_runs
from greenrules.meters.carbon import carbon_info, grams, grid_factor, table
from greenrules.meters.uncertainty import (
    Budget,
    attribution,
    band,
    idle,
    ratio_band,
    ratio_uncertainty,
    repetition,
    resolution,
)


def test_components_add_in_quadrature() -> None:
    budget = Budget(repetition=0.01, meter=0.4, resolution=0.002, attribution=0.03, idle=0.02)
    assert budget.absolute == pytest.approx(math.sqrt(0.0001 + 0.16 + 0.000004 + 0.0009 + 0.0004))


def test_the_meters_part_cancels_in_a_ratio() -> None:
    one = Budget(repetition=0.01, meter=0.4)
    assert ratio_uncertainty(one, one) == pytest.approx(math.sqrt(2) * 0.01)
    low, high = ratio_band(0.8, one, one)
    assert 0.77 < low < 0.8 < high < 0.83
    low, high = band(100, one.absolute)
    assert low < 30 and high > 170


def test_an_energy_is_never_below_zero() -> None:
    assert band(1, 5)[0] == 0


def test_repetition_is_the_standard_error_of_the_mean() -> None:
    assert repetition([9, 10, 11]) == pytest.approx(1 / math.sqrt(3) / 10)
    assert repetition([3]) == math.inf


def test_resolution_matters_for_short_intervals_only() -> None:
    assert resolution(0.01, 1, 0.001) == pytest.approx(0.0408, rel=0.01)
    assert resolution(10, 1000, 0.001) < 1e-4
    assert resolution(0, 0, 0.001) == 0


def test_attribution_is_what_others_used() -> None:
    assert attribution(9, 10) == pytest.approx(0.1)
    assert attribution(11, 10) == 0
    assert attribution(0, 0) == 0


def test_idle_weighs_by_its_share() -> None:
    assert idle(50, 100, 0.1) == pytest.approx(0.05)


def test_grams_are_energy_times_pue_times_intensity() -> None:
    assert grams(3.6e6, 400) == pytest.approx(400)
    assert grams(3.6e6, 400, pue=1.5) == pytest.approx(600)
    for bad in ((-1.0, 1.0), (400.0, 0.9)):
        with pytest.raises(UsageError):
            grams(1, *bad)


def test_countries_are_found_by_code_and_name() -> None:
    assert grid_factor("FRA") == grid_factor("france") == grid_factor("fr")
    codes = [factor.alpha2 for factor in table().values() if factor.alpha2]
    assert len(codes) == len(set(codes)) == len(table()) - 1
    with pytest.raises(UsageError):
        grid_factor(" ")
    assert grid_factor("DEU").g_per_kwh == 381
    with pytest.raises(UsageError) as caught:
        grid_factor("Germny")
    assert caught.value.remedy is not None and "Germany" in caught.value.remedy


def test_the_table_states_its_year() -> None:
    rows = table()
    assert len(rows) > 60
    for factor in rows.values():
        assert 2020 <= factor.year <= 2030 and 0 < factor.g_per_kwh < 1200


def test_the_carbon_line_states_its_source() -> None:
    info = carbon_info(3.6e6, 1.8e6, country="DEU", pue=1.2)
    assert info.baseline_g == pytest.approx(381 * 1.2)
    assert info.selected_g == pytest.approx(info.baseline_g / 2)
    assert "Germany, 2023" in info.source
    assert carbon_info(1.0, intensity=55).source == "set by user"
    assert carbon_info(1.0).intensity_g_per_kwh == 481


def test_runs_of_the_same_thing_have_all_components() -> None:
    meter = open_meter("tdp", tdp_w=10)
    start = meter.read(Activity(0, 0))
    runs = [meter.delta(start, meter.read(Activity(10**10, cpu_s))) for cpu_s in (9.0, 10.0, 11.0)]
    budget = over_runs(runs)
    assert budget.repetition == pytest.approx(1 / math.sqrt(3) / 10)
    assert budget.meter == 0.4
    assert runs[0].relative_uncertainty == pytest.approx(runs[0].uncertainty.absolute)
    assert over_runs(runs[:1]).repetition == 0
