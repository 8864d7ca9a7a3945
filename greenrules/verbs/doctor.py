"""``doctor``: what works here, what does not, and the command that mends it."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

from greenrules.bench.sandbox import open_sandbox
from greenrules.errors import UsageError
from greenrules.meters.protocol import Meter
from greenrules.meters.registry import meter_info, open_meter, survey
from greenrules.models import Check, DoctorReport
from greenrules.verbs.metering import saved_calibration
from greenrules.verbs.portfolio import registry, target_of
from greenrules.verbs.setting import interpreter

#: Variables that change how fast numerical libraries run, and so what is measured.
INFLUENTIAL = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OMP_WAIT_POLICY",
    "GOMP_SPINCOUNT",
    "MKL_NUM_THREADS",
    "MKL_DEBUG_CPU_TYPE",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "LOKY_MAX_CPU_COUNT",
    "PYTHONOPTIMIZE",
    "LD_PRELOAD",
)
APT = "apt-get install -y --no-install-recommends"


def doctor(python: Path | None = None, tdp_w: float | None = None) -> DoctorReport:
    """Look at everything that a measurement depends on.

    Args:
        python: the interpreter whose libraries are listed; None for the one that scripts would run in.
        tdp_w: the processor's design power, where the user's configuration says it.
    """
    return DoctorReport(checks=[*_meters(tdp_w), _sandbox(), *_environment(), *_libraries(python), *_packs(), _pdf()])


def _meters(tdp_w: float | None) -> list[Check]:
    damaged: list[Check] = []
    try:
        calibration = saved_calibration()
    except UsageError as error:
        calibration = None
        remedy = error.remedy or ""
        damaged = [Check(group="meter", name="saved calibration", status="warning", message=str(error), remedy=remedy)]
    used = open_meter("auto", calibration=calibration, tdp_w=tdp_w)
    info = meter_info(used)
    detail = "; ".join(f"{key} {value}" for key, value in info.detail.items() if isinstance(value, str | int | float))
    checks = [
        Check(
            group="meter",
            name="in use",
            status="warning" if used.evidence == "modelled" else "ok",
            message=f"{used.name}, tier {used.tier}, {used.evidence}, ±{used.relative_uncertainty:.0%} absolute"
            f", {boundary_s(used) * 1e6:.0f} µs per boundary" + (f" ({detail})" if detail else ""),
            remedy="an energy counter (below) or `greenrules calibrate` with a wall meter makes joules comparable"
            if used.evidence == "modelled"
            else "",
        )
    ]
    for name, tier, found in survey(calibration=calibration):
        checks.append(
            Check(
                group="meter",
                name=f"{name} (tier {tier})" if tier != "side" else f"{name} (beside)",
                status="ok" if found.ok else "missing",
                message="works" if found.ok else found.reason,
                remedy=found.remedy,
            )
        )
    return checks + damaged


def boundary_s(meter: Meter, reads: int = 21) -> float:
    """Seconds that one reading takes, the median of several."""
    times = []
    for _ in range(reads):
        begun = time.perf_counter()
        meter.read()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _sandbox() -> Check:
    sandbox = open_sandbox()
    remedies = {
        "bubblewrap": "",
        "landlock": f"{APT} bubblewrap",
        "none": f"{APT} bubblewrap",
    }
    return Check(
        group="sandbox",
        name=sandbox.kind,
        status="ok" if sandbox.kind == "bubblewrap" else "warning",
        message=sandbox.info(False).detail,
        remedy=remedies[sandbox.kind],
    )


def _environment() -> list[Check]:
    found = [
        Check(
            group="environment",
            name=name,
            status="warning",
            message=f"is set to {os.environ[name]!r} and changes what is measured",
            remedy=f"unset {name}, unless your scripts always run with it",
        )
        for name in INFLUENTIAL
        if name in os.environ
    ]
    if not found:
        found = [Check(group="environment", name="variables", status="ok", message="none that changes results is set")]
    return found


def _libraries(python: Path | None) -> list[Check]:
    path = interpreter(python)
    checks = [Check(group="library", name="interpreter", status="ok", message=str(path))]
    target = target_of(path)
    for distribution in sorted({name for pack in registry().packs.values() for name in pack.data.get("libraries", {})}):
        version = target.version(distribution)
        checks.append(
            Check(
                group="library",
                name=distribution,
                status="ok" if version else "missing",
                message=version or "not installed; rules that need it are left out",
                remedy="" if version else f"{path} -m pip install {distribution}",
            )
        )
    return checks


def _packs() -> list[Check]:
    installed = registry()
    checks = [
        Check(group="pack", name=pack.name, status="ok", message=f"{len(pack.rules)} rules, {pack.origin}")
        for pack in installed.packs.values()
    ]
    broken = [
        Check(group="pack", name=one.name, status="warning", message=one.error.message, remedy=one.error.remedy or "")
        for one in installed.broken
    ]
    return checks + broken


def _pdf() -> Check:
    from greenrules.report.pdf import PdfUnavailable, load_weasyprint

    try:
        load_weasyprint()
    except PdfUnavailable as problem:
        reason, _, remedy = str(problem).partition("; ")
        return Check(group="report", name="pdf", status="missing", message=reason, remedy=remedy)
    return Check(group="report", name="pdf", status="ok", message="works")
