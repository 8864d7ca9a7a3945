"""A report of each outcome."""

from __future__ import annotations

import pytest
from full_report import saving_report, searched_report
from sample_reports import SAMPLES, hostile_report, measure_report, no_candidates_report, no_change_report

from greenrules.models import Report


@pytest.fixture
def saving() -> Report:
    return saving_report()


@pytest.fixture
def no_change() -> Report:
    return no_change_report()


@pytest.fixture
def measure() -> Report:
    return measure_report()


@pytest.fixture
def no_candidates() -> Report:
    return no_candidates_report()


@pytest.fixture
def hostile() -> Report:
    return hostile_report()


@pytest.fixture
def search() -> Report:
    return searched_report()


@pytest.fixture(params=sorted(SAMPLES))
def sample(request: pytest.FixtureRequest) -> Report:
    """Each of the reports in turn."""
    return SAMPLES[request.param]()
