"""What a search's budget leaves for a run: when it is ended because no more may be used."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass

from greenrules.bench.run import RunSpec
from greenrules.meters.protocol import Activity, Meter, Snapshot
from greenrules.meters.tree import tree_cpu_seconds

#: Seconds between two looks at the meter while a budget in joules is left to a run.
LOOK_S = 0.25


@dataclass
class Ceiling:
    """The limits of one run.

    Attributes:
        limit_s: seconds after which it is ended; None for never.
        by_budget: whether that is what a budget leaves, rather than the run's own limit.
        most_j: joules at which it is ended; None for no limit.
        spent: whether it used them.
    """

    limit_s: float | None = None
    by_budget: bool = False
    most_j: float | None = None
    spent: bool = False
    next_s: float = 0.0
    before_s: float | None = None

    @classmethod
    def of(cls, spec: RunSpec) -> Ceiling:
        """The limits of a run that begins now."""
        if spec.deadline_s is None:
            return cls(spec.timeout_s, False, spec.most_j)
        left = max(0.001, spec.deadline_s - time.monotonic())
        by_budget = spec.timeout_s is None or left < spec.timeout_s
        return cls(left if by_budget else spec.timeout_s, by_budget, spec.most_j)

    @property
    def interval_s(self) -> float | None:
        """How long to wait before the next look at the meter; None for as long as nothing is heard."""
        return None if self.most_j is None or self.spent else LOOK_S

    def look(self, meter: Meter, start: Snapshot, supervisor: int, control: int) -> None:
        """End the run when it has used more than there is.

        Args:
            meter: that bills it.
            start: of the script's first statement.
            supervisor: process that holds the run.
            control: pipe through which it is told to end it.
        """
        now = time.monotonic()
        if self.most_j is None or self.spent or now < self.next_s:
            return
        self.next_s = now + LOOK_S
        try:
            # The supervisor's own work, such as taking in what is printed, is no part of the run.
            cpu_s = tree_cpu_seconds(supervisor, own=False)
        except OSError:
            return
        if self.before_s is None:
            # What starting took is not billed.
            self.before_s = cpu_s
        used = meter.delta(start, meter.read(Activity(time.monotonic_ns(), cpu_s - self.before_s)))
        if used.energy_j > self.most_j:
            self.spent = True
            # A run that ended meanwhile needs no order.
            with suppress(OSError):
                os.write(control, b"x")

    def broken(self, reason: str) -> bool:
        """Whether it was the budget that ended a run.

        Args:
            reason: the supervisor's word for what ended it.
        """
        return (self.by_budget and reason == "timeout") or (self.spent and reason == "cancelled")
