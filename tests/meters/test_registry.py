from __future__ import annotations

from typing import Any

import pytest

from greenrules.errors import UsageError
from greenrules.meters import METERS, meter_info, open_meter, survey
from greenrules.models import MeterInfo


def test_auto_takes_the_best_that_works_and_tells_why_not_the_others(one_package: Any) -> None:
    meter = open_meter("auto", root=one_package.root)
    assert meter.name == "powercap"
    assert [refused.name for refused in meter.refused] == ["perf"]
    assert all(refused.reason and refused.remedy for refused in meter.refused)


def test_auto_without_hardware_models_and_says_what_would_be_better(tmp_path: Any) -> None:
    meter = open_meter("auto", root=tmp_path, gpu=False)
    assert (meter.name, meter.evidence) == ("tdp", "modelled")
    assert [refused.name for refused in meter.refused] == ["perf", "powercap", "msr", "calibrated"]
    assert all(refused.remedy for refused in meter.refused)


def test_the_info_is_what_the_report_wants(tmp_path: Any) -> None:
    info = meter_info(open_meter("auto", root=tmp_path))
    assert isinstance(info, MeterInfo)
    assert MeterInfo.model_validate_json(info.model_dump_json()) == info
    assert info.detail["tdp_match"] in ("user", "exact", "tokens", "family", "threads")


def test_unknown_names_and_options_are_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        open_meter("powrcap")
    assert caught.value.remedy is not None and "powercap" in caught.value.remedy
    with pytest.raises(UsageError) as caught:
        open_meter("tdp", tdpw=3)
    assert caught.value.remedy is not None and "tdp_w" in caught.value.remedy


def test_every_meter_can_be_opened_and_asked_anywhere() -> None:
    for name in METERS:
        found = open_meter(name).probe()
        assert found.ok or (found.reason and found.remedy), name
    names = [name for name, _, _ in survey()]
    assert sorted(["auto", *names]) == sorted(METERS)


def test_the_named_processor_is_billed() -> None:
    meter = open_meter("tdp", cpu_model="AMD EPYC 7763 64-Core Processor")
    assert meter.detail["tdp_package_w"] == 280
    assert meter.detail["w_per_thread"] == pytest.approx(280 / 128, rel=1e-3) or meter.detail["tdp_w"] >= 280
