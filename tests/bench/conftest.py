"""A folder of a user, and a way to run scripts in it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from greenrules.bench.copy import WorkingCopy
from greenrules.bench.environment import run_environment
from greenrules.bench.inventory import LIMITS
from greenrules.bench.run import Instrumentation, Outcome, RunSpec
from greenrules.bench.runner import Runner
from greenrules.bench.sandbox import Sandbox, open_sandbox
from greenrules.meters.registry import open_meter


def works(kind):
    try:
        return open_sandbox(kind)
    except Exception:
        return None


SANDBOXES = {kind: works(kind) for kind in ("bubblewrap", "landlock", "none")}


@dataclass
class Place:
    root: Path
    scratch: Path
    sandbox: Sandbox

    def run(
        self, source, *, keep=None, roles=(), metric_calls=(), data=(), runner=None, limits=None, **options
    ) -> Outcome:
        if isinstance(source, str):
            source = source.encode()
        (self.root / "train.py").write_bytes(source)
        runner = runner or self.runner(data, **(limits or {}))
        return runner.run(self.spec(source, roles, metric_calls, **options), keep)

    def runner(self, data=(), share_large=False, copied=LIMITS, on_stage=None, **limits) -> Runner:
        number = len(list(self.scratch.iterdir()))
        scratch = self.scratch / str(number)
        copy = WorkingCopy(self.root, "train.py", scratch, data=data, share_large=share_large, limits=copied)
        meter = open_meter("tdp", tdp_w=20.0)
        return Runner(meter, self.sandbox, copy, scratch, on_stage=on_stage, **limits)

    @staticmethod
    def spec(source, roles=(), metric_calls=(), environment=(), timeout_s=60.0, **options) -> RunSpec:
        return RunSpec(
            "train.py",
            source,
            Path(sys.executable),
            {**run_environment(os.environ), **dict(environment)},
            timeout_s=timeout_s,
            instrumentation=Instrumentation(tuple(roles), tuple(metric_calls)),
            **options,
        )


def place_in(tmp_path, sandbox):
    root, scratch = tmp_path / "user", tmp_path / "scratch"
    root.mkdir()
    scratch.mkdir()
    return Place(root, scratch, sandbox)


@pytest.fixture(params=list(SANDBOXES))
def place(request, tmp_path):
    """A place in each sandbox that works here."""
    if SANDBOXES[request.param] is None:
        pytest.skip(f"{request.param} does not work here")
    return place_in(tmp_path, SANDBOXES[request.param])


@pytest.fixture
def plain(tmp_path):
    """One place, in the best sandbox there is."""
    return place_in(tmp_path, next(s for s in SANDBOXES.values() if s is not None))


@pytest.fixture
def mounted(tmp_path):
    """One place with mounts."""
    if SANDBOXES["bubblewrap"] is None:
        pytest.skip("bubblewrap does not work here")
    return place_in(tmp_path, SANDBOXES["bubblewrap"])
