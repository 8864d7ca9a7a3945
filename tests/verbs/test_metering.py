"""Which meter a verb gets, and what it refuses."""

from types import SimpleNamespace

import pytest

from greenrules.errors import MeasurementError, UsageError
from greenrules.meters.protocol import Availability
from greenrules.requests import RunChoice
from greenrules.verbs import metering
from greenrules.verbs.metering import meter_for


def test_a_meter_beside_the_tiers_is_below_each_of_them(monkeypatch):
    gpus = SimpleNamespace(name="nvml", tier="side", refused=(), probe=lambda: Availability(True))
    monkeypatch.setattr(metering, "open_meter", lambda name, **options: gpus)
    with pytest.raises(MeasurementError, match="tier 3b is required"):
        meter_for(RunChoice(meter="nvml", require_meter="3b"), lambda _: None)


def test_modelled_memory_is_no_meter_to_rank_by():
    with pytest.raises(UsageError, match="never a total"):
        meter_for(RunChoice(meter="dram"), lambda _: None)
