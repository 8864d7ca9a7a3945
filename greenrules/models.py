"""The wire types: what crosses a room's border and what the JSON files hold.

Units stand in the names: ``_j`` joules, ``_s`` seconds, ``_mb`` megabytes (1e6 bytes), ``_gb`` gigabytes (1e9 bytes).
``None`` always means "not known", never zero. The JSON Schemas in ``schemas/`` are generated from here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

#: The seven roles of a pipeline stage, in the order a script usually has them.
Role = Literal[
    "imports",
    "dataset-ingestion",
    "feature-engineering",
    "model-instantiation",
    "training-loop",
    "quality-evaluation",
    "inference",
]
ROLES: tuple[Role, ...] = get_args(Role)

Tactic = Literal[
    "numerical-downcast",
    "model-replacement",
    "batch-resizing",
    "redundancy-elimination",
    "vectorized-merging",
    "thread-topology",
    "backend-substitution",
    "early-termination",
    "idiom",
]
TACTICS: tuple[Tactic, ...] = get_args(Tactic)

#: What a rewrite may change, from nothing to the model.
Level = Literal["exact", "numeric", "model"]
LEVELS: tuple[Level, ...] = get_args(Level)

#: How far a joule can be believed.
Evidence = Literal["measured", "calibrated", "modelled"]


#: A number that may be infinite or none at all: JSON knows neither, and has ``null`` there.
Figure = Annotated[float, WithJsonSchema({"type": ["number", "null"]})]


class Wire(BaseModel):
    """Base of every wire type: frozen, unknown keys refused, so that a typing slip cannot pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Interval(Wire):
    """A central value with its 95 % interval; an end without a limit is ``null`` in JSON."""

    median: Figure
    low: Figure
    high: Figure


class Uncertainty(Wire):
    """How far an energy can be believed: standard deviations as shares of it, by where they come from.

    Attributes:
        repetition: standard error over the runs; 0 for a single run, which does not tell.
        meter: systematic part of the meter, the same for every run on one machine.
        resolution: update period and step of the counter.
        attribution: what others did on the machine at the same time.
        idle: of the idle power that was subtracted or shared.
        absolute: all of them, for the figure itself.
        ratio: without the meter's part, which cancels when two figures of one meter on one machine are compared.
    """

    repetition: float
    meter: float
    resolution: float
    attribution: float
    idle: float
    absolute: float
    ratio: float


class StageEnergy(Wire):
    """What one role of the pipeline cost in a run (the median over runs).

    Attributes:
        lines: 1-based inclusive line ranges that carry the role.
        uncertainty: of ``energy_j``.
    """

    role: Role
    lines: list[tuple[int, int]]
    energy_j: float
    time_s: float
    cpu_s: float
    uncertainty: Uncertainty | None = None


class ScriptInfo(Wire):
    """The script that was worked on."""

    path: str
    sha256: str
    #: path of the rewritten script, None when nothing was written
    output: str | None
    #: where the script as it was is kept, when the rewritten one took its place
    original: str | None = None
    libraries: dict[str, str]
    packs: dict[str, str]
    stages: list[StageEnergy]


class MachineInfo(Wire):
    """Where it was measured. ``cores`` are physical, ``threads`` logical and usable."""

    cpu: str
    cores: int
    threads: int
    memory_gb: float
    os: str
    hypervisor: str | None
    python: str


class RefusedMeter(Wire):
    """A better meter that did not work here, with what would make it work."""

    name: str
    reason: str
    remedy: str


class MeterInfo(Wire):
    """The meter that was used.

    Attributes:
        tier: ``0``, ``1``, ``2``, ``3a``, ``3b`` as in the measurement contract.
        relative_uncertainty: one standard deviation of an absolute figure, as a share of it.
        detail: facts the meter wants told, such as the TDP entry that was matched.
    """

    name: str
    tier: str
    evidence: Evidence
    domains: list[str]
    relative_uncertainty: float
    refused: list[RefusedMeter] = []
    detail: dict[str, Any] = {}


class QualityInfo(Wire):
    """What quality means for this script, fixed on the baseline.

    Attributes:
        max_loss: the most that a candidate might lose, as written; None where outputs had to agree, or nothing was
            compared.
    """

    metric: str | None
    better: Literal["higher", "lower"]
    source: Literal["metric", "printed", "outputs", "user"]
    max_loss: str | None = None


class MeterReading(Wire):
    """What the meter says of one run beside its energy.

    Attributes:
        coverage: share of the time, over all domains, whose energy is known; below 1 the energy is a lower bound.
        domains: the parts that the energy is the sum of.
        aside: what is told and not summed: ``psys``, which holds the others; modelled memory (``dram-model``) and the
            share of it that the run's processes held (``dram-model-tree``).
        machine_j: of the whole machine; None when the meter does not see it.
        tree_j: the share of the run's processes, idle power included.
        active_j: that share above idle power; None when idle power is not known.
        uncertainty: of this run's energy alone.
        warnings: sentences for people.
    """

    coverage: float = 1.0
    domains: dict[str, float] = {}
    aside: dict[str, float] = {}
    machine_j: float | None = None
    tree_j: float | None = None
    active_j: float | None = None
    uncertainty: Uncertainty | None = None
    warnings: list[str] = []


class RunRecord(Wire):
    """One run; every one is kept. ``seed`` tells by how many steps the script's literal seeds were moved."""

    block: int
    seed: int = 0
    energy_j: float | None
    time_s: float
    cpu_s: float
    quality: float | None
    max_rss_mb: float
    exit_code: int
    phase: Literal["warm-up", "screening", "search", "confirmation", "pruning", "seed", "measure"] = "measure"
    status: str = "ok"
    reading: MeterReading | None = None


class Variant(Wire):
    """The script as it was, or one rewritten form of it.

    Attributes:
        id: ``baseline``, or ``c1``, ``c2``, …
        rules: full ids of the rules applied.
        sites: how many places were rewritten.
        diff: unified diff against the baseline.
        energy_uncertainty: of ``energy_j``, by component.
        energy_ratio: candidate over baseline, paired within blocks; None for the baseline and for what
            was not confirmed.
        screened_ratio: candidate over baseline in the runs of the search, single ones and thus without an interval;
            None when no such run came to its end.
        critical_idle_share: idle share of the machine's power above which a modelled saving is gone; None when there
            is no such share or the meter measures idle power itself.
        outputs_agree: how far outputs agree with the baseline's, per kind of output.
        proven: the whole 95 % interval of ``energy_ratio`` lies below 1.
    """

    id: str
    rules: list[str] = []
    tactics: list[Tactic] = []
    parameters: dict[str, Any] = {}
    sites: int = 0
    level: Level | None = None
    diff: str = ""
    status: Literal["ok", "failed", "rejected", "skipped"] = "ok"
    reason: str | None = None
    runs: list[RunRecord] = []
    energy_j: Interval | None = None
    energy_uncertainty: Uncertainty | None = None
    time_s: Interval | None = None
    cpu_s: Interval | None = None
    quality: Interval | None = None
    quality_seeds: list[Figure] = []
    other_metrics: dict[str, Figure] = {}
    outputs_agree: dict[str, Any] = {}
    energy_ratio: Interval | None = None
    screened_ratio: float | None = None
    time_ratio: Interval | None = None
    proven: bool = False
    critical_idle_share: float | None = None
    eaoi: float | None = None
    edp_js: float | None = None
    stages: list[StageEnergy] = []


class RuleInfo(Wire):
    """What a rule that was applied says of itself.

    Attributes:
        caveat: what a user must know before taking the rewrite, however well it measured; None when it says nothing.
    """

    rule: str
    tactic: Tactic
    level: Level
    summary: str
    caveat: str | None = None


class Decision(Wire):
    """Why this variant and no other. Objects have the keys ``energy``, ``quality``, ``time``."""

    weights: dict[str, float]
    ideal: dict[str, float] = {}
    nadir: dict[str, float] = {}
    #: least ranges the distances were divided by, so that a report can be chosen from again
    floors: dict[str, float] = {}
    scores: dict[str, float] = {}
    reason: str
    explanation: list[str] = []


class BreakEven(Wire):
    """After how many runs of the script the search has paid for itself; ``high`` is None when it may never."""

    median: float
    low: float
    high: float | None


class SearchInfo(Wire):
    """What the search itself cost."""

    runs: int
    energy_j: float
    time_s: float
    break_even_runs: BreakEven | None
    stopped: str
    journal: str | None


class NoiseInfo(Wire):
    """How quiet the machine was."""

    baseline_rsd: float | None
    load: float | None
    steal: float | None
    verdict: Literal["quiet", "noisy", "unknown"]


class SandboxInfo(Wire):
    """What held the runs."""

    kind: Literal["bubblewrap", "landlock", "none"]
    network: bool
    detail: str = ""


class WarningInfo(Wire):
    """A doubt about the result, with what would remove it."""

    code: str
    message: str
    remedy: str = ""


class SkippedRule(Wire):
    """A rule that matched, or could have, and was not tried, with the reason."""

    rule: str
    reason: str
    line: int | None = None


class CarbonInfo(Wire):
    """The optional carbon line: ``grams`` = energy × PUE × grid intensity."""

    intensity_g_per_kwh: float
    pue: float
    baseline_g: float
    selected_g: float | None
    source: str


class Report(Wire):
    """``report.json``."""

    format: Literal[1] = 1
    greenrules: str
    created: str
    seed: int
    command: list[str]
    script: ScriptInfo
    machine: MachineInfo
    environment: dict[str, str]
    meter: MeterInfo
    quality: QualityInfo
    baseline: Variant
    candidates: list[Variant] = []
    #: the rules of all candidates
    rules: list[RuleInfo] = []
    front: list[str] = []
    selected: str | None = None
    decision: Decision
    search: SearchInfo
    noise: NoiseInfo
    sandbox: SandboxInfo
    warnings: list[WarningInfo] = []
    skipped: list[SkippedRule] = []
    carbon: CarbonInfo | None = None


class Finding(Wire):
    """One place a rule has something to say about. Lines and columns are 1-based; columns count characters."""

    kind: Literal["fixable", "lint", "suggestion"]
    rule: str
    tactic: Tactic
    level: Level
    path: str
    cell: int | None = None
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    reason: str | None = None
    #: what a user must know before taking the rewrite; None when its rule says nothing
    caveat: str | None = None
    #: what would be written, as a unified diff of the file; None when there is nothing to write
    fix: str | None = None


class SkippedFile(Wire):
    """A file or rule that was not looked at, with the reason."""

    path: str
    reason: str


class LintSummary(Wire):
    """Counts of a lint."""

    files: int
    findings: int
    fixed: int
    suppressed: int
    errors: int


class LintReport(Wire):
    """``lint --output-format json``."""

    format: Literal[1] = 1
    findings: list[Finding] = []
    skipped: list[SkippedFile] = []
    summary: LintSummary


class Pack(Wire):
    """An installed pack, as ``packs --json`` shows it."""

    name: str
    version: str
    summary: str
    origin: str
    digest: str
    rules: int
    error: str | None = None


class Check(Wire):
    """One line of ``doctor``: what was looked at, how it is, and the command that mends it."""

    group: Literal["meter", "sandbox", "library", "environment", "pack", "report"]
    name: str
    status: Literal["ok", "warning", "missing"]
    message: str
    remedy: str = ""


class DoctorReport(Wire):
    """``doctor --json``."""

    format: Literal[1] = 1
    checks: list[Check] = Field(default_factory=list)
