"""One run of one form of the script, under the meter, in the sandbox, in a fresh working copy."""

from __future__ import annotations

import fcntl
import json
import os
import re
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from greenrules.bench import messages as said
from greenrules.bench.ceiling import Ceiling
from greenrules.bench.copy import WorkingCopy
from greenrules.bench.diagnosis import diagnose, shared_file_was_written
from greenrules.bench.environment import private_places
from greenrules.bench.left import is_log, kept_outcome, line_of, metric_name, predictions_of
from greenrules.bench.lock import MachineLock
from greenrules.bench.pipes import close, pipe, rest
from greenrules.bench.run import MetricValue, Outcome, RunSpec, StageReading, Status
from greenrules.bench.sandbox import Place, Sandbox
from greenrules.bench.scratch import empty
from greenrules.bench.strays import end_strays
from greenrules.errors import MeasurementError, UsageError
from greenrules.meters.cputime import CpuTimeMeter
from greenrules.meters.protocol import Activity, Meter, Snapshot
from greenrules.meters.timeline import Boundary, attribute
from greenrules.meters.watchdog import watchdog
from greenrules.models import ROLES, Role

HERE = Path(__file__).parent
OUTPUT_BYTES = 16 << 20
DISK_BYTES = 8 << 30
#: how often a run is made whose energy is not all known
SIGHTINGS = 3
#: the marker pipe's number in the worker: beyond the ones a script gets for its own files
HIGH_DESCRIPTOR = 200
_MASKED_PATH = re.compile(rb"""["']((?:/tmp|/var/tmp|/run)/[^"'\n\\]+)["']""")

_NO_COST = said.RecordingCost(0.0, 0.0)


@dataclass
class _Trace:
    """What was heard while a run went on."""

    reader: said.Reader = field(default_factory=said.Reader)
    started: said.Started | None = None
    launch_cpu_s: float = 0.0
    start: Snapshot | None = None
    end: Snapshot | None = None
    boundaries: list[Boundary] = field(default_factory=list)
    role: Role | None = None
    recorded: list[tuple[said.Recorded, Role | None]] = field(default_factory=list)
    unreadable: list[said.Unreadable] = field(default_factory=list)
    ended: str = ""
    cost: said.RecordingCost = _NO_COST
    exited_ns: int = 0
    account: dict[str, Any] | None = None
    ceiling: Ceiling = field(default_factory=Ceiling)


class Runner:
    """Runs forms of a script, one at a time.

    Args:
        meter: that bills the runs.
        sandbox: that holds them.
        copy: they run in.
        scratch: an empty folder of ours, on a disk with room.
        lock: of the machine; taken for each run unless it is held already. None when someone else sees to it.
        on_stage: told when the script enters a stage.
        output_bytes: how much of each output is kept.
        disk_bytes: how much a run may write; never more than half of what is free.
        compiled: whether the interpreter's libraries have their bytecode; where they have not, the runs keep their own.
    """

    def __init__(
        self,
        meter: Meter,
        sandbox: Sandbox,
        copy: WorkingCopy,
        scratch: Path,
        *,
        lock: MachineLock | None = None,
        on_stage: Callable[[Role], None] | None = None,
        output_bytes: int = OUTPUT_BYTES,
        disk_bytes: int = DISK_BYTES,
        compiled: bool = False,
    ) -> None:
        self.meter = meter
        self.sandbox = sandbox
        self.copy = copy
        self.scratch = scratch
        self.lock = lock
        self.on_stage = on_stage
        self.output_bytes = output_bytes
        self.compiled = compiled
        self._model = isinstance(meter, CpuTimeMeter)
        self._caches = scratch / "caches"
        self._caches.mkdir(parents=True, exist_ok=True)
        self.disk_bytes = min(disk_bytes, shutil.disk_usage(self._caches).free // 2)

    def run(self, spec: RunSpec, keep: Path | None = None) -> Outcome:
        """Run a form of the script once.

        Args:
            spec: what to run.
            keep: a folder for copies of what the run wrote and of the predictions.

        Raises:
            UsageError: the interpreter is not one.
            MeasurementError: the run could not be started at all, did not let itself be ended, or the meter lost sight
                of it each time.
        """
        if not os.access(spec.python, os.X_OK):
            raise UsageError(f"no such interpreter: {spec.python}", remedy="name one with --python PATH")
        with ExitStack() as stack:
            if self.lock is not None and not self.lock.held:
                stack.enter_context(self.lock)
            outcome = self._seen(spec, keep)
            if self.copy.shared and shared_file_was_written(outcome):
                count = self.copy.copy_shared()
                again = self._seen(spec, keep)
                note = f"the script writes to a large file: {count} such files are copied from now on"
                return replace(again, notes=(*again.notes, note))
            return outcome

    def _seen(self, spec: RunSpec, keep: Path | None) -> Outcome:
        """A run that the meter saw all of: one in which it lost sight is made again, for its joules are too few."""
        doubts = ""
        for _ in range(SIGHTINGS):
            outcome = self._attempt(spec, keep)
            if not outcome.ok or outcome.energy is None or outcome.energy.valid:
                return outcome
            doubts = "; ".join(outcome.energy.warnings)
        raise MeasurementError(
            f"the meter {self.meter.name} lost sight of the run: {doubts}", remedy="greenrules doctor"
        )

    def _attempt(self, spec: RunSpec, keep: Path | None) -> Outcome:
        keeping = spec.persists if spec.warm else ()
        with self.copy.fresh(spec.source, keeping) as directory, watchdog(self.meter):
            place = self._place(spec, directory)
            trace = self._supervise(spec, place)
            changes = self.copy.changes(spec.source, spec.persists)
            outcome = self._outcome(spec, place, trace)
            outcome = replace(outcome, files=changes.written, deleted=changes.deleted)
            if keep is not None:
                outcome = kept_outcome(outcome, directory, keep)
            return diagnose(outcome, self.sandbox, self.copy.root, network=spec.network, limit_s=spec.timeout_s)

    def _place(self, spec: RunSpec, directory: Path) -> Place:
        mounts = self.sandbox.mounts
        run = self.scratch / "run"
        empty(run)
        temporary, records = run / "tmp", run / "records"
        temporary.mkdir()
        temporary.chmod(0o1777)
        records.mkdir()
        mentioned = [Path(os.fsdecode(found)) for found in _MASKED_PATH.findall(spec.source)] if mounts else []
        readable = [
            *_interpreter_folders(spec.python, self.copy.root),
            HERE,
            run / "worker",
            *(path for path in mentioned if path.exists() and not path.is_socket()),
        ]
        return Place(
            directory=directory,
            seen_as=self.copy.root if mounts else directory,
            temporary=temporary,
            caches=self._caches,
            records=records,
            readable=tuple(path for path in readable if path != self.copy.root) if mounts else (),
            shared=tuple((s.source, s.relative) for s in self.copy.shared) if mounts else (),
        )

    def _supervise(self, spec: RunSpec, place: Place) -> _Trace:
        """Start the supervisor, listen until nothing of the run is left."""
        trace = _Trace(ceiling=Ceiling.of(spec))
        with ExitStack() as stack:
            marker_read, marker_write = pipe(stack)
            result_read, result_write = pipe(stack)
            control_read, control_write = pipe(stack)
            high = fcntl.fcntl(marker_write, fcntl.F_DUPFD, HIGH_DESCRIPTOR)
            os.close(marker_write)
            descriptors = (high, result_write, control_read)
            stack.callback(close, *descriptors)
            path = self._configure(spec, place, descriptors, trace.ceiling.limit_s)
            supervisor = subprocess.Popen(
                [sys.executable, "-I", "-S", str(HERE / "supervisor.py"), str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=descriptors,
                start_new_session=True,
            )
            try:
                close(*descriptors)
                self._listen(trace, marker_read, result_read, control_write, supervisor.pid)
            finally:
                # The end of this pipe is the order to end the run, should we leave early.
                close(control_write)
                problem = supervisor.communicate()[1]
        if trace.account is None:
            ended = end_strays(self.scratch)
            words = problem.decode("utf-8", "replace") or "the supervisor was killed"
            raise MeasurementError(
                "the run could not be supervised",
                detail=f"{words}; {ended} processes of the run were ended" if ended else words,
                remedy="look for what killed it, such as a want of memory (dmesg), and go on with --resume",
            )
        return trace

    def _configure(self, spec: RunSpec, place: Place, descriptors: tuple[int, int, int], limit_s: float | None) -> Path:
        run = place.records.parent
        script = os.path.normpath(spec.script_name)
        calls = spec.instrumentation.metric_calls
        worker = {
            "script": script,
            "arguments": list(spec.arguments),
            "python": str(spec.python),
            "descriptor": descriptors[0],
            "records": str(place.records),
            "roles": [(first, last, ROLES.index(role)) for first, last, role in spec.instrumentation.roles],
            "recorders": [(*call[:4], call.predictions, call.log) for call in calls],
        }
        (run / "worker").write_text(repr(worker), "utf-8")
        (run / "stdin").write_text(spec.stdin, "utf-8")
        command = (str(spec.python), str(HERE / "worker.py"), str(run / "worker"))
        confined = self.sandbox.confine(command, place, spec.network)
        environment = private_places(
            spec.environment,
            place.seen_as,
            place.temporary,
            place.caches,
            mounts=self.sandbox.mounts,
            compiles=self.sandbox.kind != "none" and not self.compiled,
        )
        config = {
            "arguments": list(confined.arguments),
            "environment": environment,
            "directory": str(place.directory),
            "stdin": str(run / "stdin"),
            "stdout": str(run / "stdout"),
            "stderr": str(run / "stderr"),
            "keep": [descriptors[0]],
            "result": descriptors[1],
            "control": descriptors[2],
            "timeout_s": limit_s,
            "memory_bytes": spec.memory_bytes,
            "disk_bytes": self.disk_bytes,
            "output_bytes": self.output_bytes,
            "watched": [str(place.directory), str(place.temporary)],
            "writable": None if confined.writable is None else list(confined.writable),
            "internet": confined.internet,
        }
        path = run / "supervisor"
        path.write_text(json.dumps(config), "utf-8")
        return path

    def _listen(self, trace: _Trace, marker: int, result: int, control: int, supervisor: int) -> None:
        heard = b""
        with selectors.DefaultSelector() as selector:
            selector.register(marker, selectors.EVENT_READ)
            selector.register(result, selectors.EVENT_READ)
            while trace.account is None:
                if trace.start is not None and not trace.exited_ns:
                    trace.ceiling.look(self.meter, trace.start, supervisor, control)
                events = selector.select(trace.ceiling.interval_s)
                for key, _ in sorted(events, key=lambda event: event[0].fd != marker):
                    data = os.read(key.fd, 1 << 16)
                    if key.fd == marker:
                        for message in trace.reader.feed(data):
                            self._hear(trace, message, supervisor)
                        if not data:
                            selector.unregister(marker)
                        continue
                    if not data:
                        return
                    *lines, heard = (heard + data).split(b"\n")
                    for line in lines:
                        self._told(trace, json.loads(line))
            os.set_blocking(marker, False)
            for data in rest(marker):
                for message in trace.reader.feed(data):
                    self._hear(trace, message, supervisor)

    def _told(self, trace: _Trace, line: dict[str, Any]) -> None:
        if "exited" in line:
            trace.exited_ns = line["exited"]
            if trace.start is not None and not self._model:
                trace.end = self._read(trace.boundaries[-1].cpu_s if trace.boundaries else 0.0)
        else:
            trace.account = line

    def _hear(self, trace: _Trace, message: said.Message, supervisor: int) -> None:
        match message:
            case said.Started(t_ns, cpu_s) if trace.started is None:
                trace.started = message
                trace.start = self.meter.read(Activity(t_ns, 0.0)) if self._model else self._read(0.0)
                trace.launch_cpu_s = _wrapper_seconds(supervisor)
            case said.RoleChanged(t_ns, cpu_s, role, past) if trace.started is not None and 0 <= role < len(ROLES):
                cpu_s -= trace.started.cpu_s
                snapshot = None if self._model or past else self._read(cpu_s)
                trace.role = ROLES[role]
                trace.boundaries.append(Boundary(t_ns, cpu_s, trace.role, snapshot))
                if self.on_stage is not None:
                    self.on_stage(trace.role)
            case said.Recorded():
                trace.recorded.append((message, trace.role))
            case said.Unreadable():
                trace.unreadable.append(message)
            case said.Ended(how):
                trace.ended = how
            case said.RecordingCost():
                trace.cost = message
            case _:
                trace.reader.dropped += 1

    def _read(self, cpu_s: float) -> Snapshot:
        return self.meter.read(Activity(time.monotonic_ns(), cpu_s))

    def _outcome(self, spec: RunSpec, place: Place, trace: _Trace) -> Outcome:
        account = trace.account or {}
        stdout, stderr = (self._output(place, account["streams"][name]) for name in ("stdout", "stderr"))
        status, exit_code = _ending(account, trace)
        rss = max(account["largest_rss_bytes"], account["tree_rss_bytes"]) / 1e6
        problems = [f"{account['left']} processes of the run could not be ended"] if account["left"] else []
        problems += [f"line {line_of(spec, u.site)}: not recorded, {u.what}" for u in trace.unreadable]
        outcome = Outcome(
            status=status,
            exit_code=exit_code,
            energy=None,
            time_s=0.0,
            cpu_s=account["cpu_s"],
            max_rss_mb=rss,
            reason=account["reason"] or account["problem"],
            stdout=stdout,
            stderr=stderr,
            stdout_sha256=account["streams"]["stdout"]["sha256"],
            truncated=any(s["total"] > s["kept"] for s in account["streams"].values()),
            notes=tuple(problems),
        )
        if trace.started is None or trace.start is None:
            return outcome
        overhead = trace.started.cpu_s + trace.launch_cpu_s + trace.cost.cpu_s
        cpu_s = max(0.0, account["cpu_s"] - overhead)
        end_ns = account["exited_ns"] - int(trace.cost.time_s * 1e9)
        if self._model:
            end = self.meter.read(Activity(end_ns, cpu_s))
        else:
            end = replace(trace.end or self._read(cpu_s), cpu_s=cpu_s)
        shares = attribute(self.meter, trace.start, end, trace.boundaries)
        return replace(
            outcome,
            energy=self.meter.delta(trace.start, end),
            time_s=max(0.0, (end_ns - trace.started.t_ns) / 1e9),
            cpu_s=cpu_s,
            stages={role: StageReading(*share) for role, share in shares.items()} if trace.boundaries else {},
            metrics=tuple(
                MetricValue(metric_name(spec, m), m.value, line_of(spec, m.site), role, is_log(spec, m.site))
                for m, role in trace.recorded
                if 0 <= m.site < len(spec.instrumentation.metric_calls)
            ),
            predictions=predictions_of(spec, place.records),
            overhead_cpu_s=overhead,
            overhead_time_s=max(0.0, (trace.started.t_ns - account["started_ns"]) / 1e9),
        )

    def _output(self, place: Place, stream: Mapping[str, Any]) -> bytes:
        """What was kept of an output, with the copy's own path put back to the user's."""
        data = Path(stream["path"]).read_bytes()
        if stream["total"] > stream["kept"]:
            left_out = stream["total"] - stream["kept"]
            data = data[: stream["head"]] + b"\n[... %d bytes left out ...]\n" % left_out + data[stream["head"] :]
        if place.seen_as != self.copy.root:
            data = data.replace(os.fsencode(place.seen_as), os.fsencode(self.copy.root))
        return data


def _ending(account: Mapping[str, Any], trace: _Trace) -> tuple[Status, int]:
    """How the run ended: our own reasons first, then the script's."""
    code: int = account["status"]
    if trace.ceiling.broken(account["reason"]):
        return "budget", code or -9
    if code > 128 and trace.ended != "exit":
        code = 128 - code  # bubblewrap tells of a signal as shells do
    match account["reason"]:
        case "timeout":
            return "timeout", code or -9
        case "memory":
            return "out-of-memory", code or -9
        case "disk" | "cancelled":
            return "killed", code or -9
    if trace.ended == "memory" or (code == -9 and account["oom_kills"] > 0):
        return "out-of-memory", code
    if code == 0:
        return "ok", 0
    return ("killed" if code < 0 else "error"), code


def _interpreter_folders(python: Path, root: Path) -> list[Path]:
    """Folders that hold an interpreter: its virtual environment and the installation behind it."""
    folders = []
    for path in (python, Path(os.path.realpath(python))):
        folder = path.absolute().parent.parent
        # An interpreter straight in ``/usr/bin`` or in the user's own folder needs no help to be seen.
        if folder not in (Path("/"), Path("/usr"), root) and not root.is_relative_to(folder):
            folders.append(folder)
    return list(dict.fromkeys(folders))


def _wrapper_seconds(supervisor: int) -> float:
    """CPU seconds of the sandbox's own processes so far: they stand between the supervisor and the worker."""
    total = 0
    queue = [supervisor]
    while queue:
        pid = queue.pop()
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            try:
                name = Path(f"/proc/{child}/comm").read_text("ascii", "replace").strip()
                if name == "bwrap":
                    total += int(Path(f"/proc/{child}/schedstat").read_text("ascii").split()[0])
                    queue.append(int(child))
            except (OSError, IndexError, ValueError):
                continue
    return total / 1e9
