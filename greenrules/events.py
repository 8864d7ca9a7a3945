"""What a long verb tells while it works: frozen values, sent to a sink.

The command line draws them, a server could stream them; whoever sends them does not know who listens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class PhaseStarted(NamedTuple):
    """A new phase of the work began.

    Attributes:
        phase: one of ``read``, ``baseline``, ``screening``, ``search``, ``confirmation``, ``pruning``, ``report``.
        detail: a few words for people.
    """

    phase: str
    detail: str = ""


class RunStarted(NamedTuple):
    """A run of a variant began.

    Attributes:
        variant: id of the variant.
        number: which run this is, from 1.
        total: how many runs are foreseen; it may change as the search learns.
        seconds_left: expected time until the last run, or None when nothing is known yet.
    """

    variant: str
    number: int
    total: int
    seconds_left: float | None = None


class StageEntered(NamedTuple):
    """The running script entered a pipeline stage."""

    variant: str
    role: str


class RunFinished(NamedTuple):
    """A run ended.

    Attributes:
        variant: id of the variant.
        energy_j: joules of the run, None when it failed.
        time_s: wall seconds.
        quality: the quality it reached, if any was recorded.
        status: ``ok`` or the reason it did not count.
    """

    variant: str
    energy_j: float | None
    time_s: float
    quality: float | None
    status: str = "ok"


class CandidateRejected(NamedTuple):
    """A candidate left the search."""

    variant: str
    reason: str


class Notice(NamedTuple):
    """Something the user should know; ``level`` is ``info`` or ``warning``."""

    message: str
    level: str = "info"
    remedy: str = ""


Event = PhaseStarted | RunStarted | StageEntered | RunFinished | CandidateRejected | Notice
Sink = Callable[[Event], None]


def silent(event: Event) -> None:
    """A sink that listens to nothing."""
