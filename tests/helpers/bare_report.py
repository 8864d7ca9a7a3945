"""A report with nothing in it but what a test is about."""

from greenrules.models import (
    Decision,
    MachineInfo,
    MeterInfo,
    NoiseInfo,
    QualityInfo,
    Report,
    SandboxInfo,
    ScriptInfo,
    SearchInfo,
    Variant,
)


def bare_report(baseline: Variant, **more: object) -> Report:
    """A valid report about ``baseline``; ``more`` are fields that shall be something else."""
    fields = {
        "greenrules": "0",
        "created": "2026-01-01T00:00:00Z",
        "seed": 0,
        "command": [],
        "script": bare_script(),
        "machine": bare_machine(),
        "environment": {},
        "meter": bare_meter(),
        "quality": QualityInfo(metric="accuracy", better="higher", source="metric"),
        "decision": Decision(weights={"energy": 1.0}, reason=""),
        "search": SearchInfo(runs=0, energy_j=0, time_s=0, break_even_runs=None, stopped="", journal=None),
        "noise": NoiseInfo(baseline_rsd=None, load=None, steal=None, verdict="unknown"),
        "sandbox": SandboxInfo(kind="none", network=False),
    }
    return Report(baseline=baseline, **(fields | more))


def bare_script(path: str = "train.py", sha256: str = "") -> ScriptInfo:
    """A script of which nothing is known but its name."""
    return ScriptInfo(path=path, sha256=sha256, output=None, libraries={}, packs={}, stages=[])


def bare_machine(cpu: str = "") -> MachineInfo:
    """A machine of which nothing is known but its processor's name."""
    return MachineInfo(cpu=cpu, cores=1, threads=1, memory_gb=1, os="", hypervisor=None, python="")


def bare_meter(tier: str = "1", detail: dict[str, str] | None = None) -> MeterInfo:
    """A meter without any doubt."""
    return MeterInfo(
        name="m", tier=tier, evidence="measured", domains=[], relative_uncertainty=0.0, detail=detail or {}
    )
