"""Joules from hardware, or from a model that says so; one module per source behind one protocol."""

from __future__ import annotations

from greenrules.meters.protocol import Activity, Availability, Energy, Meter, Reading, Snapshot, over_runs
from greenrules.meters.region import Measure, Region, measure
from greenrules.meters.registry import METERS, meter_info, open_meter, survey
from greenrules.meters.timeline import Boundary, StageShare, attribute
from greenrules.meters.tree import become_subreaper, tree_cpu_seconds
from greenrules.meters.watchdog import watchdog

__all__ = [
    "METERS",
    "Activity",
    "Availability",
    "Boundary",
    "Energy",
    "Measure",
    "Meter",
    "Reading",
    "Region",
    "Snapshot",
    "StageShare",
    "attribute",
    "become_subreaper",
    "measure",
    "meter_info",
    "open_meter",
    "over_runs",
    "survey",
    "tree_cpu_seconds",
    "watchdog",
]
