"""What the verbs are asked: plain frozen values, filled by the command line or by a caller of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from greenrules.models import Level


class RuleChoice(NamedTuple):
    """Whose rules run.

    Attributes:
        packs: pack names; empty means those whose libraries the script imports (lint: all).
        rule_files: loose rule files; with these alone, only their rules run.
        select: full ids, packs or tactics to keep (prefix match on ``pack/…``); empty keeps all.
        ignore: the same, to leave out.
    """

    packs: tuple[str, ...] = ()
    rule_files: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class RunChoice(NamedTuple):
    """How the user's script is run.

    Attributes:
        arguments: arguments of the script.
        python: its interpreter; None for the active virtual environment's, or our own.
        data: files to place beside the script when the folder is too large to copy.
        env: names of further environment variables to pass.
        env_show: store their values rather than digests.
        timeout_s: limit of one run; None for 600 s for the baseline and 10 × its time for candidates.
        memory_mb: limit of the whole process tree, None for none.
        allow_network: whether runs may reach the network.
        meter: name of the meter, or ``auto``.
        require_meter: the least tier that will do, such as ``1``; None for any.
        tdp_w: the processor's thermal design power, where the user knows better.
        directory: the folder the script runs in, as ``python SCRIPT`` would there.
    """

    arguments: tuple[str, ...] = ()
    python: Path | None = None
    data: tuple[Path, ...] = ()
    env: tuple[str, ...] = ()
    env_show: bool = False
    timeout_s: float | None = None
    memory_mb: float | None = None
    allow_network: bool = False
    meter: str = "auto"
    require_meter: str | None = None
    tdp_w: float | None = None
    directory: Path | None = None


class CarbonChoice(NamedTuple):
    """The optional carbon line: grams per kWh given, or a country of the offline table."""

    intensity_g_per_kwh: float | None = None
    country: str | None = None
    pue: float = 1.0


class ApplyRequest(NamedTuple):
    """``greenrules apply``.

    Attributes:
        weights: preference for energy, quality, time; normalised to 1.
        max_quality_loss: as written, ``0.5%`` or ``0.005``.
        tolerance: relative tolerance of outputs at level ``numeric``.
        metric: the recorded metric that is the quality, or ``auto``.
        runs: least blocks per finalist.
        budget_s: ceiling of the search in seconds, None for none.
        budget_j: ceiling of the search in joules, None for none.
        expected_runs: how often the script will run; the horizon of the break-even rule.
        idle_share: the machine's idle power as a share of its full power, None when not known.
        diff_only: print the diff and write nothing.
        static: apply ``exact`` rewrites without running anything.
        formats: report formats.
        command: the command line as typed, for the report.
    """

    script: Path
    rules: RuleChoice = RuleChoice()
    run: RunChoice = RunChoice()
    level: Level = "model"
    weights: tuple[float, float, float] = (0.5, 0.3, 0.2)
    max_quality_loss: str = "0.5%"
    tolerance: float = 1e-3
    metric: str = "auto"
    runs: int = 5
    budget_s: float | None = None
    budget_j: float | None = None
    expected_runs: int = 1000
    idle_share: float | None = None
    require_improvement: bool = False
    output: Path | None = None
    in_place: bool = False
    force: bool = False
    diff_only: bool = False
    static: bool = False
    formats: tuple[str, ...] = ("html", "json", "pdf")
    report_dir: Path | None = None
    seed: int = 0
    resume: bool = False
    carbon: CarbonChoice = CarbonChoice()
    command: Sequence[str] = ()


class LintRequest(NamedTuple):
    """``greenrules lint``.

    Attributes:
        paths: files and folders; folders are walked with ``.gitignore`` honoured.
        level: the most that ``fix`` may change; findings are not limited by it.
        fix: write the fixes.
        suggestions: include findings with a condition whose answer is not known.
        stdin: source text from standard input, under the name ``paths[0]``.
        jobs: worker processes; 0 decides by the amount of text.
        cache: whether results of earlier runs may be used.
        exclude: gitignore-style patterns of files to leave out.
        per_file_ignores: pattern → rules to ignore there.
        diffs: whether findings carry the diff of their fix; results that are kept do in any case.
    """

    paths: tuple[Path, ...]
    rules: RuleChoice = RuleChoice()
    level: Level = "exact"
    fix: bool = False
    want_diff: bool = False
    suggestions: bool = False
    stdin: bytes | None = None
    jobs: int = 0
    cache: bool = True
    python: Path | None = None
    exclude: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    diffs: bool = True


class MeasureRequest(NamedTuple):
    """``greenrules measure``: a script, or any program after ``--command``."""

    script: Path | None
    program: tuple[str, ...] = ()
    run: RunChoice = RunChoice()
    repeat: int = 1
    idle_s: float = 0.0
    carbon: CarbonChoice = CarbonChoice()
    metric: str = "auto"
    seed: int = 0
    command: Sequence[str] = ()
