"""Readings to decision: statistics, front, choice, and which candidate to measure next. Pure.

Nothing here runs, reads or writes anything: values go in, values come out, and chance comes from seeds.
"""

from greenrules.selection.again import alternative, choose_again
from greenrules.selection.chebyshev import chebyshev_scores, ideal_and_nadir
from greenrules.selection.choice import Choice, choose
from greenrules.selection.confirmation import Block, Confirmation, Verdict, Verdicts
from greenrules.selection.dominance import Alternative
from greenrules.selection.front import pareto_front
from greenrules.selection.hypervolume import hypervolume
from greenrules.selection.indicators import (
    Load,
    Noise,
    baseline_noise,
    break_even,
    critical_idle_share,
    eaoi,
    edp,
    energy_at_idle_share,
)
from greenrules.selection.intervals import Estimate, chained, mean_interval, ratio_interval
from greenrules.selection.parameters import ParameterSearch
from greenrules.selection.preference import Weights
from greenrules.selection.pruning import Pruning, Removal, Removed
from greenrules.selection.quality import QualityLoss, QualityVerdict, quality_guard
from greenrules.selection.record import Belief, Observation
from greenrules.selection.search import Stop, SubsetSearch, Trial
from greenrules.selection.spending import Cost, Limits
from greenrules.selection.units import Pruned, Unit

__all__ = [
    "Alternative",
    "Belief",
    "Block",
    "Choice",
    "Confirmation",
    "Cost",
    "Estimate",
    "Limits",
    "Load",
    "Noise",
    "Observation",
    "ParameterSearch",
    "Pruned",
    "Pruning",
    "QualityLoss",
    "QualityVerdict",
    "Removal",
    "Removed",
    "Stop",
    "SubsetSearch",
    "Trial",
    "Unit",
    "Verdict",
    "Verdicts",
    "Weights",
    "alternative",
    "baseline_noise",
    "break_even",
    "chained",
    "chebyshev_scores",
    "choose",
    "choose_again",
    "critical_idle_share",
    "eaoi",
    "edp",
    "energy_at_idle_share",
    "hypervolume",
    "ideal_and_nadir",
    "mean_interval",
    "pareto_front",
    "quality_guard",
    "ratio_interval",
]
