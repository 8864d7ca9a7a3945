"""Runs and what is said of them, as the journal keeps them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from greenrules.bench.run import MetricValue, Outcome, Prediction, StageReading
from greenrules.meters.protocol import Energy
from greenrules.meters.uncertainty import Budget
from greenrules.verbs.judge import Judgement


def judgement_json(judgement: Judgement) -> dict[str, Any]:
    """What is said of a run, as the journal keeps it."""
    return {
        "ok": judgement.ok,
        "reason": judgement.reason,
        "quality": judgement.quality,
        "loss": judgement.loss,
        "others": dict(judgement.others),
        "held": list(judgement.held),
        "agreement": dict(judgement.agreement),
    }


def judgement_of(plain: Mapping[str, Any]) -> Judgement:
    """What the journal kept of what was said of a run."""
    return Judgement(**{**plain, "held": tuple(plain["held"])})


def energy_json(energy: Energy) -> dict[str, Any]:
    """An energy with all that its meter says of it."""
    return asdict(energy)


def energy_of(plain: Mapping[str, Any]) -> Energy:
    """An energy that the journal kept."""
    return Energy(**{**plain, "uncertainty": Budget(**plain["uncertainty"]), "warnings": tuple(plain["warnings"])})


def outcome_json(outcome: Outcome, *, whole: bool = False) -> dict[str, Any]:
    """An outcome as the journal keeps it; ``whole`` with what it printed."""
    plain: dict[str, Any] = {
        "status": outcome.status,
        "reason": outcome.reason,
        "exit_code": outcome.exit_code,
        "energy": energy_json(outcome.energy) if outcome.energy is not None else None,
        "time_s": outcome.time_s,
        "cpu_s": outcome.cpu_s,
        "max_rss_mb": outcome.max_rss_mb,
        "stages": {role: [s.energy_j, s.time_s, s.cpu_s, asdict(s.uncertainty)] for role, s in outcome.stages.items()},
        "overhead_time_s": outcome.overhead_time_s,
    }
    if whole:
        plain |= {
            "metrics": [list(metric) for metric in outcome.metrics],
            "predictions": [[p.name, p.line, p.sha256, str(p.path) if p.path else None] for p in outcome.predictions],
            "stdout": base64.b64encode(outcome.stdout).decode(),
            "stdout_sha256": outcome.stdout_sha256,
            "truncated": outcome.truncated,
            "files": dict(outcome.files),
            "deleted": list(outcome.deleted),
            "files_dir": str(outcome.files_dir) if outcome.files_dir else None,
        }
    return plain


def outcome_of(plain: Mapping[str, Any]) -> Outcome:
    """An outcome that the journal kept."""
    outcome = Outcome(
        status=plain["status"],
        exit_code=plain["exit_code"],
        energy=None if plain["energy"] is None else energy_of(plain["energy"]),
        time_s=plain["time_s"],
        cpu_s=plain["cpu_s"],
        max_rss_mb=plain["max_rss_mb"],
        reason=plain["reason"],
        stages={role: StageReading(e, t, c, Budget(**doubt)) for role, (e, t, c, doubt) in plain["stages"].items()},
        overhead_time_s=plain["overhead_time_s"],
    )
    if "stdout" not in plain:
        return outcome
    return replace(
        outcome,
        metrics=tuple(MetricValue(*metric) for metric in plain["metrics"]),
        predictions=tuple(Prediction(n, line, sha, Path(p) if p else None) for n, line, sha, p in plain["predictions"]),
        stdout=base64.b64decode(plain["stdout"]),
        stdout_sha256=plain["stdout_sha256"],
        truncated=plain["truncated"],
        files=plain["files"],
        deleted=tuple(plain["deleted"]),
        files_dir=Path(plain["files_dir"]) if plain["files_dir"] else None,
    )
