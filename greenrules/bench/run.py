"""What a run is asked and what comes of it: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from greenrules.meters.protocol import Energy
from greenrules.meters.uncertainty import Budget
from greenrules.models import Role

_CERTAIN = Budget()

#: ``budget`` is a run that was ended because a search may use no more, ``hopeless`` one that had used too much to win
Status = Literal["ok", "error", "out-of-memory", "timeout", "killed", "budget", "hopeless"]


class MetricCall(NamedTuple):
    """An expression of the script whose value is recorded.

    Attributes:
        line: 1-based, of the expression's first character.
        column: 0-based, in UTF-8 bytes, as in ``ast``.
        end_line: 1-based.
        end_column: 0-based, in UTF-8 bytes, after the last character.
        name: of the metric.
        predictions: position or keyword of the call's argument that holds predictions, or None.
        log: where the evaluation log is that the call leaves behind: names of arguments that it fills, of attributes of
            what it gives, or ``return``; empty for a call that gives a figure.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    name: str
    predictions: int | str | None = None
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrumentation:
    """What is observed in a script.

    Attributes:
        roles: (first line, last line, role), 1-based and inclusive; the shortest range that covers a line wins.
        metric_calls: expressions to record.
    """

    roles: tuple[tuple[int, int, Role], ...] = ()
    metric_calls: tuple[MetricCall, ...] = ()


@dataclass(frozen=True, slots=True)
class RunSpec:
    """One run of one form of the script.

    Attributes:
        script_name: relative to the working copy, as the user would type it after ``python``.
        source: the form of the script to run.
        arguments: of the script.
        python: the interpreter.
        environment: the whole of it.
        timeout_s: after which the run is ended; None for never.
        memory_bytes: of the whole process tree; None for no limit.
        network: whether it may reach the network.
        stdin: what it reads from its standard input.
        instrumentation: what is observed.
        persists: folders of the working copy that it keeps things in between runs; no outputs.
        warm: whether these folders are as the run before left them.
        deadline_s: moment of the monotonic clock at which a search's budget is used up; None for none.
        most_j: joules that a search's budget has left; None for no limit.
    """

    script_name: str
    source: bytes
    python: Path
    environment: Mapping[str, str]
    arguments: tuple[str, ...] = ()
    timeout_s: float | None = None
    memory_bytes: int | None = None
    network: bool = False
    stdin: str = ""
    instrumentation: Instrumentation = Instrumentation()
    persists: tuple[str, ...] = ()
    warm: bool = False
    deadline_s: float | None = None
    most_j: float | None = None


@dataclass(frozen=True, slots=True)
class StageReading:
    """What one role of the pipeline cost in one run, and how far its energy can be believed."""

    energy_j: float
    time_s: float
    cpu_s: float
    uncertainty: Budget = _CERTAIN


class MetricValue(NamedTuple):
    """A recorded value.

    Attributes:
        role: the stage it was recorded in, None when the script has no stages.
        log: whether it is of an evaluation log that the script itself need not look at.
    """

    name: str
    value: float
    line: int
    role: Role | None
    log: bool = False


class Prediction(NamedTuple):
    """Predictions that a metric was given: digest of the saved array, and where it lies when it was kept."""

    name: str
    line: int
    sha256: str
    path: Path | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    Attributes:
        status: how it ended.
        reason: the same in words; empty when all went well.
        remedy: the next thing to do about it, where there is one.
        exit_code: of the script; minus the signal that ended it.
        energy: of the run from the script's first statement on; None when it never got there.
        time_s: wall time of the same.
        cpu_s: CPU seconds of the whole process tree, exactly, of the same.
        max_rss_mb: most memory that was resident in the tree, sampled, at least that of its largest process.
        stages: what each role cost; sums to the whole.
        metrics: in the order they were recorded.
        predictions: the last of each recorded call.
        stdout: the first and the last part when ``truncated``.
        stderr: the same.
        stdout_sha256: of all of it.
        truncated: whether the output was longer than what was kept.
        files: relative path → sha256 of what the run wrote.
        deleted: relative paths the run removed.
        files_dir: where copies of the written files lie, when asked for.
        overhead_cpu_s: CPU seconds of starting interpreter, worker and sandbox and of recording, not billed.
        overhead_time_s: wall time before the script's first statement, not billed.
        notes: what else is worth knowing.
    """

    status: Status
    exit_code: int
    energy: Energy | None
    time_s: float
    cpu_s: float
    max_rss_mb: float
    reason: str = ""
    remedy: str = ""
    stages: Mapping[Role, StageReading] = field(default_factory=dict)
    metrics: tuple[MetricValue, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    stdout: bytes = b""
    stderr: bytes = b""
    stdout_sha256: str = ""
    truncated: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    files_dir: Path | None = None
    overhead_cpu_s: float = 0.0
    overhead_time_s: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the script ended as it should."""
        return self.status == "ok"
