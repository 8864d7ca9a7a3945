"""What an experiment is about: combinations of rewrites with values for their parameters, and who runs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from greenrules.selection.parameters import Value
from greenrules.selection.spending import Cost

Phase = Literal["warm-up", "screening", "search", "confirmation", "pruning", "seed", "measure"]
BASELINE_ID = "baseline"


@dataclass(frozen=True)
class Candidate:
    """A combination of units with values for their parameters; without units it is the baseline.

    Attributes:
        units: ids of what is switched on.
        parameters: (unit id, parameter) → value, sorted.
    """

    units: frozenset[str]
    parameters: tuple[tuple[tuple[str, str], Any], ...] = ()

    def with_parameter(self, unit: str, name: str, value: Any) -> Candidate:
        """The same with one value changed."""
        values = dict(self.parameters) | {(unit, name): value}
        return Candidate(self.units, tuple(sorted(values.items(), key=lambda item: item[0])))


BASELINE = Candidate(frozenset())


@dataclass(frozen=True)
class Measured:
    """How a run went, as far as the plan cares.

    Attributes:
        energy_j: None when there is no reading.
        time_s: wall seconds of the script.
        feasible: it ended well and did its job.
        aborted: it was stopped early because it was hopeless.
        quality_loss: against the baseline, positive when worse; None when not known.
        reason: why it is not feasible.
        overhead_s: wall seconds that the run took beside the script's own: copy, start, comparison, warm-up.
        overhead_j: joules beside the run's own, such as a warm-up's.
    """

    energy_j: float | None
    time_s: float
    feasible: bool
    aborted: bool = False
    quality_loss: float | None = None
    reason: str = ""
    overhead_s: float = 0.0
    overhead_j: float = 0.0


class BudgetSpent(Exception):
    """The user's budget is used up: a run was ended for it, or not begun.

    Args:
        said: which of the two.
        energy_j: what the run had used that was ended.
        time_s: the same.
    """

    def __init__(self, said: str, energy_j: float = 0.0, time_s: float = 0.0) -> None:
        super().__init__(said)
        self.energy_j = energy_j
        self.time_s = time_s


class Laboratory(Protocol):
    """Runs candidates."""

    def run(
        self, candidate: Candidate, phase: Phase, block: int, *, abort_above_j: float | None = None, seed: int = 0
    ) -> Measured:
        """Run a candidate once, its literal seeds moved by so many steps.

        Raises:
            BudgetSpent: there is nothing left to run it with.
        """

    def name(self, candidate: Candidate) -> str:
        """The id of a candidate in the report."""

    def refusal(self, candidate: Candidate) -> str:
        """Why its quality over all seeds so far does not do; empty when it does."""

    def keep_back(self, reserve: Cost) -> None:
        """Leave so much of the user's budget untouched by the runs from now on."""

    def expect(self, runs: int) -> None:
        """Tell how many more runs are foreseen, for the display."""


@dataclass(frozen=True)
class Tunable:
    """A parameter of a unit.

    Attributes:
        unit: id of the unit.
        name: of the parameter.
        choices: values to try; the first is what the unit is screened with.
        bounds: ends of a range, where there are no choices; screened at the geometric mean.
        scale: of the range.
    """

    unit: str
    name: str
    choices: tuple[Value, ...] | None = None
    bounds: tuple[float, float] | None = None
    scale: Literal["log", "linear"] = "log"

    @property
    def open(self) -> bool:
        """Whether there is more than one value to choose from."""
        return self.choices is None or len(self.choices) > 1

    @property
    def first(self) -> Value:
        """The value a unit is screened with."""
        if self.choices is not None:
            return self.choices[0]
        assert self.bounds is not None
        low, high = self.bounds
        middle = (low * high) ** 0.5 if self.scale == "log" else (low + high) / 2
        return round(middle) if float(low).is_integer() and float(high).is_integer() else middle


def counted(number: int, what: str) -> str:
    """``1 rewrite``, ``2 rewrites``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
