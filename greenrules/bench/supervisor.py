"""The parent of one run: starts it, watches it, ends it with everything it started, and tells what it cost.

Run as ``python -I -S supervisor.py CONFIG`` with our own interpreter; standard library, ``confinement.py`` and
``usage.py`` only, so that it starts in milliseconds. It adopts orphans (subreaper), so that ``wait4`` has the exact CPU
seconds of the whole tree. Two lines go to the result descriptor: ``{"exited": …}`` when the run's first process ended,
and the account when nothing of the run is left. When the control descriptor closes, the run is cancelled.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import resource
import selectors
import signal
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenrules.bench import confinement, usage
else:

    def _load(name):  # noqa: ANN001, ANN202
        # By path: the folder must not be importable, its ``copy.py`` would stand before the standard library's.
        spec = spec_from_file_location(name, __file__.removesuffix("supervisor.py") + name + ".py")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    confinement, usage = _load("confinement"), _load("usage")

TICK_S = 0.1
#: how long the memory of a tree may go unread while a limit is set
LIMITED_TICK_S = 0.03
DISK_S = 0.5
END_S = 20.0
#: how long the sandbox's own processes may take to end by themselves
PATIENCE_S = 2.0
CHUNK = 1 << 16
NEVER_STARTED = 127


@dataclass
class Config:
    """What the runner writes for one run; bytes and seconds."""

    arguments: list[str]
    environment: dict[str, str]
    directory: str
    stdin: str
    stdout: str
    stderr: str
    keep: list[int]
    result: int
    control: int
    timeout_s: float | None
    memory_bytes: int | None
    disk_bytes: int
    output_bytes: int
    watched: list[str]
    writable: list[str] | None
    internet: bool


@dataclass
class Account:
    """What the run came to."""

    status: int = 0
    reason: str = ""
    started_ns: int = 0
    exited_ns: int = 0
    cpu_s: float = 0.0
    largest_rss_bytes: int = 0
    tree_rss_bytes: int = 0
    oom_kills: int = 0
    left: int = 0
    problem: str = ""
    streams: dict[str, dict[str, Any]] = field(default_factory=dict)


class Stream:
    """One output of the run: the first and the last part kept, all of it counted and digested."""

    def __init__(self, descriptor: int, path: str, limit: int) -> None:
        self.descriptor = descriptor
        self.path = path
        self.head_limit = limit // 2
        self.tail_limit = limit - self.head_limit
        self.head = bytearray()
        self.tail: deque[bytes] = deque()
        self.tail_size = 0
        self.total = 0
        self.digest = hashlib.sha256()

    def take(self) -> bool:
        """Read what is there; False at the end of the stream."""
        try:
            data = os.read(self.descriptor, CHUNK)
        except BlockingIOError:
            return True
        if not data:
            return False
        self.total += len(data)
        self.digest.update(data)
        room = self.head_limit - len(self.head)
        if room > 0:
            self.head += data[:room]
            data = data[room:]
        if data:
            self.tail.append(data)
            self.tail_size += len(data)
            while self.tail_size - len(self.tail[0]) >= self.tail_limit:
                self.tail_size -= len(self.tail.popleft())
        return True

    def save(self) -> dict[str, Any]:
        """Write head and tail to the file; tell how much there was."""
        tail = b"".join(self.tail)[-self.tail_limit :] if self.tail_limit else b""
        with open(self.path, "wb") as file:  # noqa: PTH123
            file.write(self.head)
            file.write(tail)
        kept = len(self.head) + len(tail)
        return {
            "path": self.path,
            "total": self.total,
            "head": len(self.head),
            "kept": kept,
            "sha256": self.digest.hexdigest(),
        }


class Supervisor:
    """Runs one command; see the module."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.account = Account()
        self.selector = selectors.DefaultSelector()
        self.streams: dict[str, Stream] = {}
        self.child = 0
        self.ended = False
        self.oom_before = usage.oom_kills()
        self.free_before = usage.free_bytes(config.directory)

    def run(self) -> Account:
        """Start, watch, end, count."""
        started = time.monotonic()
        self.account.started_ns = time.monotonic_ns()
        self.child = self._start()
        process = os.pidfd_open(self.child)
        self.selector.register(process, selectors.EVENT_READ, "exit")
        self.selector.register(self.config.control, selectors.EVENT_READ, "control")
        deadline = started + self.config.timeout_s if self.config.timeout_s is not None else None
        self._watch(deadline)
        tell(self.config.result, {"exited": self.account.exited_ns or time.monotonic_ns()})
        self.account.left = self._end_all()
        if not self.account.exited_ns:
            self.account.exited_ns = time.monotonic_ns()
        self._drain()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.account.cpu_s = used.ru_utime + used.ru_stime
        self.account.largest_rss_bytes = used.ru_maxrss * 1024
        self.account.oom_kills = usage.oom_kills() - self.oom_before
        self.account.streams = {name: stream.save() for name, stream in self.streams.items()}
        return self.account

    def _start(self) -> int:
        ends: dict[str, tuple[int, int]] = {name: os.pipe() for name in ("stdout", "stderr")}
        child = os.fork()
        if child == 0:
            os.dup2(ends["stdout"][1], 1)
            os.dup2(ends["stderr"][1], 2)
            become(self.config)
        for name, (read, write) in ends.items():
            os.close(write)
            os.set_blocking(read, False)
            self.streams[name] = Stream(read, getattr(self.config, name), self.config.output_bytes)
            self.selector.register(read, selectors.EVENT_READ, name)
        for descriptor in self.config.keep:
            os.close(descriptor)
        return child

    def _watch(self, deadline: float | None) -> None:
        """Until the first process ended or a limit was passed."""
        limited = self.config.memory_bytes is not None
        tick = LIMITED_TICK_S if limited else TICK_S
        next_look = next_disk = 0.0
        while not self.ended:
            now = time.monotonic()
            if deadline is not None and now >= deadline:
                self.account.reason = "timeout"
                return
            if now >= next_look:
                spent = self._look_at_memory()
                next_look = time.monotonic() + max(tick, 50 * spent)
                if self.account.reason:
                    return
            if now >= next_disk:
                next_disk = now + DISK_S
                if self._disk_is_full():
                    self.account.reason = "disk"
                    return
            wait = tick if deadline is None else min(tick, max(0.0, deadline - now))
            for key, _ in self.selector.select(wait):
                if self._handle(key):
                    return

    def _handle(self, key: selectors.SelectorKey) -> bool:
        """Answer one event; True when the run has to end."""
        if key.data == "exit":
            self._reap()
            return self.ended
        if key.data == "control":
            self.account.reason = "cancelled"
            return True
        if not self.streams[key.data].take():
            self.selector.unregister(key.fd)
        return False

    def _reap(self) -> bool:
        """Wait for whoever has ended; False when there is nobody left at all."""
        while True:
            try:
                pid, status, _ = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self.child:
                self.ended = True
                self.account.exited_ns = time.monotonic_ns()
                self.account.status = os.waitstatus_to_exitcode(status)

    def _look_at_memory(self) -> float:
        """Read the memory of the tree; returns the seconds that took."""
        before = time.monotonic()
        tree = usage.descendants(os.getpid())
        size = usage.resident(tree)
        limit = self.config.memory_bytes
        # Pages shared between processes count once only in the slow figure: ask it before anything is killed.
        if limit is not None and size > limit:
            size = usage.proportional(tree) or size
            if size > limit:
                self.account.reason = "memory"
        self.account.tree_rss_bytes = max(self.account.tree_rss_bytes, size)
        return time.monotonic() - before

    def _disk_is_full(self) -> bool:
        """Whether the run wrote more than it may; the folder is measured only when the disk lost that much."""
        lost = self.free_before - usage.free_bytes(self.config.directory)
        if lost < self.config.disk_bytes // 2:
            return False
        return sum(usage.folder_bytes(folder) for folder in self.config.watched) > self.config.disk_bytes

    def _end_all(self) -> int:
        """Kill every descendant, those included that other ones start meanwhile; returns how many outlived that.

        The sandbox's own first process comes last: when it dies, the kernel ends its namespace without adding up the
        CPU seconds of those in it; alive, it reaps them, and ends by itself when nobody is left.
        """
        begun = time.monotonic()
        pause = 0.0005
        while True:
            patient = time.monotonic() - begun < PATIENCE_S
            # Nobody may be reaped between reading the tree and killing it: a process id could be another's by then.
            for pid in usage.descendants(os.getpid()):
                if patient and usage.name_of(pid) == "bwrap":
                    continue
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError as error:
                    if error.errno != errno.ESRCH:
                        self.account.problem = f"cannot end process {pid}: {error.strerror}"
            if not self._reap():
                return 0
            if time.monotonic() - begun > END_S:
                return len(usage.descendants(os.getpid()))
            self._drain()
            time.sleep(pause)
            pause = min(0.05, pause * 2)

    def _drain(self) -> None:
        """Read what is still in the pipes; nobody is left to write more than they hold."""
        for stream in self.streams.values():
            before = -1
            while stream.total != before:
                before = stream.total
                if not stream.take():
                    break


def tell(descriptor: int, what: dict[str, Any]) -> None:
    """Write a line to the runner; one that died does not keep us from ending its run."""
    data = (json.dumps(what) + "\n").encode()
    with contextlib.suppress(BrokenPipeError):
        os.write(descriptor, data)


def become(config: Config) -> None:
    """Turn a forked child into the run: own session, limits, confinement, program. Never returns."""
    try:
        os.setsid()
        confinement.die_with_parent(signal.SIGKILL)
        stdin = os.open(config.stdin, os.O_RDONLY)
        os.dup2(stdin, 0)
        os.chdir(config.directory)
        for descriptor in config.keep:
            os.set_inheritable(descriptor, True)
        volunteer()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        limit(resource.RLIMIT_FSIZE, config.disk_bytes)
        if config.memory_bytes is not None:
            # A backstop against one giant allocation between two looks; reserved but unused memory counts here, too.
            limit(resource.RLIMIT_DATA, 2 * config.memory_bytes + (4 << 30))
        if config.writable is not None:
            confinement.no_new_privileges()
            if not config.internet:
                confinement.forbid_internet()
            confinement.restrict_writes(config.writable)
        for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.execve(config.arguments[0], config.arguments, config.environment)
    except BaseException as error:
        os.write(2, f"greenrules: cannot start {config.arguments[0]}: {error}\n".encode())
    os._exit(NEVER_STARTED)


def volunteer() -> None:
    """Be the first that the kernel ends when the machine's memory runs out, before the user's other programs and us."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123
        file.write("1000")


def limit(which: int, value: int) -> None:
    """Lower a resource limit, never raise it."""
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def main(path: str) -> None:
    """Run what the configuration names and write the account to its result descriptor."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        config = Config(**json.load(file))
    for descriptor in (config.result, config.control):
        os.set_inheritable(descriptor, False)
    confinement.become_subreaper()
    # Ctrl-C goes to the whole foreground group; the runner decides what becomes of the run.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tell(config.result, asdict(Supervisor(config).run()))


if __name__ == "__main__":
    main(sys.argv[1])
