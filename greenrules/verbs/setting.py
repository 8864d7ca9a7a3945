"""Where and how the user's script is run: interpreter, environment, working copy, sandbox, meter, lock."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from greenrules.bench.copy import WorkingCopy
from greenrules.bench.environment import recorded, run_environment
from greenrules.bench.lock import MachineLock
from greenrules.bench.run import Instrumentation, Outcome, RunSpec
from greenrules.bench.runner import Runner
from greenrules.bench.sandbox import Sandbox, open_sandbox
from greenrules.bench.scratch import scratch_folder
from greenrules.errors import ScriptFailed, UsageError
from greenrules.events import Notice, Sink, StageEntered
from greenrules.meters.protocol import Meter
from greenrules.requests import RunChoice
from greenrules.verbs.interpreter import interpreter as interpreter
from greenrules.verbs.metering import meter_for
from greenrules.verbs.portfolio import target_of

#: What can be done about another benchmark.
WAITING = "let it end, or stop it; two at once would measure each other"
#: Limit of the baseline's runs where the user gives none, in seconds.
BASELINE_TIMEOUT_S = 600.0


def script_path(script: Path, directory: Path) -> str:
    """The script relative to the folder it runs in.

    Raises:
        UsageError: it does not exist, is a folder, or is not below the folder.
    """
    path = directory / script
    if path.is_dir():
        raise UsageError(f"{script} is a folder", remedy="name the script in it")
    if not path.is_file():
        raise UsageError(f"no such file: {script}", remedy=_nearby(path))
    try:
        return path.resolve().relative_to(directory.resolve()).as_posix()
    except ValueError:
        raise UsageError(
            f"{script} is not below the current folder, which is where scripts are run",
            remedy=f"cd {path.resolve().parent} and name it {path.name}",
        ) from None


def _nearby(path: Path) -> str | None:
    from greenrules.errors import nearest

    try:
        return nearest(path.name, [one.name for one in path.parent.glob("*.py")])
    except OSError:
        return None


@dataclass(frozen=True)
class Setting:
    """Everything about a run but the source that is run.

    Attributes:
        script: relative to the folder it runs in.
        python: interpreter of the runs.
        environment: of the runs, the whole of it.
        shown_environment: the same as the report keeps it.
        meter: that bills the runs.
        sandbox: that holds them.
        copy: they run in.
        runner: that runs them.
        scratch: a folder of ours that is gone in the end.
        run: what the user chose.
    """

    script: str
    python: Path
    environment: dict[str, str]
    shown_environment: dict[str, str]
    meter: Meter
    sandbox: Sandbox
    copy: WorkingCopy
    runner: Runner
    scratch: Path
    run: RunChoice

    def spec(
        self,
        source: bytes,
        instrumentation: Instrumentation,
        timeout_s: float | None = None,
        persists: tuple[str, ...] = (),
    ) -> RunSpec:
        """A run of one form of the script."""
        memory = self.run.memory_mb
        return RunSpec(
            script_name=self.script,
            source=source,
            python=self.python,
            environment=self.environment,
            arguments=self.run.arguments,
            timeout_s=timeout_s or self.run.timeout_s or BASELINE_TIMEOUT_S,
            memory_bytes=None if memory is None else int(memory * 1e6),
            network=self.run.allow_network,
            instrumentation=instrumentation,
            persists=persists,
        )


@contextmanager
def open_setting(
    script: Path, choice: RunChoice, sink: Sink, without: Sequence[Path] = (), *, memory: bool = False
) -> Iterator[Setting]:
    """Prepare everything that runs of a script need, and hold the machine's lock meanwhile.

    Args:
        script: as the user named it.
        choice: how it is run.
        sink: told of doubts.
        without: files that its working copy leaves out.
        memory: whether the model of the memory's energy stands beside a meter that does not see it.

    Raises:
        UsageError: script, interpreter or folder are not what they should be.
        MeasurementError: no meter works as required.
    """
    directory = (choice.directory or Path.cwd()).resolve()
    relative = script_path(script, directory)
    python = interpreter(choice.python)
    target = target_of(python)
    if not target.python_version:
        raise UsageError(f"{python} does not answer as Python 3.9 or later would", remedy="name another with --python")
    meter = meter_for(choice, sink, memory=memory)
    sandbox = open_sandbox()
    if sandbox.kind != "bubblewrap":
        remedy = "apt-get install -y bubblewrap" if shutil.which("bwrap") is None else "; ".join(sandbox.refused)
        sink(Notice(f"the runs are held by: {sandbox.kind} ({sandbox.info(False).detail})", "warning", remedy))
    environment = run_environment(os.environ, choice.env)
    with ExitStack() as stack:
        scratch = stack.enter_context(scratch_folder())
        data = tuple(directory / one for one in choice.data)
        copy = WorkingCopy(
            directory, relative, scratch / "copy", share_large=sandbox.mounts, data=data, without=without
        )
        for note in copy.notes:
            sink(Notice(note))
        lock = stack.enter_context(MachineLock(waiting=lambda holder: sink(Notice(holder, "warning", WAITING))))
        runner = Runner(
            meter,
            sandbox,
            copy,
            scratch / "runs",
            lock=lock,
            on_stage=lambda role: sink(StageEntered("", role)),
            compiled=target.compiled,
        )
        yield Setting(
            script=relative,
            python=python,
            environment=environment,
            shown_environment=recorded(environment, choice.env, show=choice.env_show),
            meter=meter,
            sandbox=sandbox,
            copy=copy,
            runner=runner,
            scratch=scratch,
            run=choice,
        )


def failure(outcome: Outcome, setting: Setting) -> ScriptFailed:
    """The error for a run of the user's own script that did not end well, with its own traceback."""
    detail = outcome.stderr.decode("utf-8", "replace").rstrip()
    remedy = outcome.remedy or None
    missing = [line for line in detail.splitlines()[-1:] if line.startswith("ModuleNotFoundError")]
    if missing and remedy is None:
        remedy = f"{setting.python} does not have it; name the script's interpreter with --python PATH"
    return ScriptFailed(
        f"{setting.script}: {outcome.reason}; nothing was written",
        detail=detail or None,
        remedy=remedy or other_folder(detail, setting.copy.root, setting.script),
    )


_NO_FILE = re.compile(r"(?:No such file or directory|does not exist|not found)[^'\"\n]{0,40}['\"]([^'\"\n]+)['\"]")


def other_folder(said: str, root: Path, script: str) -> str | None:
    """What to do when a script misses a file for having been started from another folder; None when that is not it.

    Args:
        said: its traceback.
        root: the folder it was started from.
        script: relative to that folder.
    """
    beside = PurePosixPath(script).parent
    for name in reversed(_NO_FILE.findall(said)):
        if Path(name).is_absolute() or (root / name).exists():
            continue
        if beside.parts and (root / beside / name).exists():
            runs = f"which runs in the current folder, as `python {script}` would"
            return f"{name} lies beside the script, {runs}: cd {beside}, and name it {PurePosixPath(script).name}"
        if (root.parent / name).exists():
            return f"{name} lies in the folder above: cd .., and name it {PurePosixPath(root.name) / script}"
    return None
