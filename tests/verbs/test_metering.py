"""Which meter a verb gets, and what it refuses."""

import pytest

from greenrules.errors import MeasurementError
from greenrules.requests import RunChoice
from greenrules.verbs.metering import meter_for


def test_a_meter_beside_the_tiers_is_below_each_of_them():
    with pytest.raises(MeasurementError, match="tier 3b is required"):
        meter_for(RunChoice(meter="dram", require_meter="3b"), lambda _: None)
