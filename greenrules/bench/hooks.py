"""The object that markers and recorders in a script call: reports stages, metrics and predictions to a pipe.

Standard library only, Python >= 3.9: this runs inside the user's interpreter. One line per message:

``s T CPU``                start of the script
``r ROLE T CPU``           the role changed
``w ROLE T CPU R:DT:DCPU…`` the role changed many times since the last message; the sums per role
``m SITE VALUE NAME``      a recorded value; NAME tells entries of a mapping apart
``u SITE WHAT``            a value that could not be recorded
``e HOW T CPU``            end of the script, before ``atexit``
``o WALL CPU``             seconds spent on recording itself, to be taken off

T is ``monotonic_ns``; CPU is seconds of this process and its children, recording taken off.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")
#: immediate messages per second; beyond, changes are summed up
BURST = 1000
WINDOW_NS = 10_000_000
#: after so many changes, shorter than this on average, roles are sampled at this interval
MANY = 10_000
FINE_NS = 200_000
SAMPLE_NS = 1_000_000
#: living children are looked at no more often
LOOK_NS = 5_000_000
#: predictions of the first calls of a site are saved at once, those of later ones at the end
AT_ONCE = 16
LARGEST_BYTES = 64_000_000
MOST_LEAVES = 200

#: what stands in for the hooks in another process, should a function be pickled by value (cloudpickle)
_IDLE = (
    "type('Idle', (), {'mark': lambda s, r: None, 'enter': lambda s, r: None, 'leave': lambda s: None,"
    " 'record': lambda s, i, v: v, 'capture': lambda s, i, v: v, 'hold': lambda s, i, n, v: v,"
    " 'log': lambda s, i, n, v: v})()"
)


class Hooks:
    """Reports of one process; a forked child's are silent.

    Args:
        descriptor: of the pipe to write to; moved out of the way of the script's own files.
        records: the folder for predictions.
    """

    def __init__(self, descriptor: int, records: str) -> None:
        self.pipe = descriptor
        self.identity = (-1, -1)
        if descriptor >= 0:
            os.set_inheritable(descriptor, False)
            status = os.fstat(descriptor)
            self.identity = (status.st_dev, status.st_ino)
        self.records = records
        self.thread = get_ident()
        self.role = -1
        self.stack: list[int] = []
        self.changes = 0
        self.coarse = False
        self.first_ns = self.last_ns = self.sent_ns = self.second_ns = self.looked_ns = 0
        self.last_cpu = self.living = self.waited = 0.0
        self.messages = 0
        self.window: dict[int, list[float]] = {}
        self.own_wall = self.own_cpu = 0.0
        self.calls: dict[int, int] = {}
        self.kept: dict[int, Any] = {}
        self.held: dict[tuple[int, str], Any] = {}
        os.register_at_fork(after_in_child=self.silence)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (eval, (_IDLE,))

    def silence(self) -> None:
        """Say nothing from now on: this is a forked child."""
        self.thread = -1
        self.pipe = -1

    def start(self) -> None:
        """The script begins."""
        self.first_ns = self.last_ns = self.sent_ns = self.second_ns = self.looked_ns = time.monotonic_ns()
        self.last_cpu = self._cpu_seconds(self.last_ns)
        self._send(f"s {self.last_ns} {self.last_cpu:.9f}\n")

    def end(self, how: str) -> None:
        """The script's last statement is done: say how, save what waits."""
        if self.thread == -1:
            return
        now = time.monotonic_ns()
        cpu = self._cpu_seconds(now)
        self._flush(now, cpu)
        self._send(f"e {how} {now} {cpu:.9f}\n")
        wall, before = time.monotonic(), time.process_time()
        for site, value in self.kept.items():
            self._save(site, value)
        self.own_wall += time.monotonic() - wall
        self.own_cpu += time.process_time() - before
        self._send(f"o {self.own_wall:.9f} {self.own_cpu:.9f}\n")

    def mark(self, role: int) -> None:
        """The next statement has this role."""
        if role != self.role and get_ident() == self.thread:
            self._change(role)

    def enter(self, role: int | None) -> None:
        """A function begins; with a role of its own, or with markers in its body when None."""
        if get_ident() == self.thread:
            self.stack.append(self.role)
            if role is not None and role != self.role:
                self._change(role)

    def leave(self) -> None:
        """A function ends: its caller's role holds again."""
        if get_ident() == self.thread and self.stack:
            role = self.stack.pop()
            if role != self.role and role >= 0:
                self._change(role)

    def record(self, site: int, value: Any) -> Any:
        """Report a metric's value and hand it on."""
        if self.pipe >= 0:
            wall, before = time.monotonic(), time.thread_time()
            try:
                text = "".join(f"m {site} {number!r} {name}\n" for name, number in _numbers(value))
            except Exception as error:
                text = ""
                what = type(error).__name__
            else:
                what = type(value).__name__
            self._send(text or f"u {site} {what}\n")
            self.own_wall += time.monotonic() - wall
            self.own_cpu += time.thread_time() - before
        return value

    def hold(self, site: int, name: str, value: Any) -> Any:
        """Remember an argument that a call fills, and hand it on."""
        if self.pipe >= 0:
            self.held[site, name] = value
        return value

    def log(self, site: int, names: tuple[str, ...], value: Any) -> Any:
        """Report the evaluation log that a call left behind, if it did, and hand its value on."""
        if self.pipe >= 0:
            wall, before = time.monotonic(), time.thread_time()
            for name in names:
                try:
                    text = "".join(f"m {site} {number!r} {part}\n" for part, number in self._logged(site, name, value))
                except Exception:
                    continue
                if text:
                    self._send(text)
                    break
            for name in names:
                self.held.pop((site, name), None)
            self.own_wall += time.monotonic() - wall
            self.own_cpu += time.thread_time() - before
        return value

    def _logged(self, site: int, name: str, value: Any) -> Iterator[tuple[str, float]]:
        """Entries of a log: of an argument that was filled, of what the call gave, or of an attribute of that."""
        if name == "return":
            found = value
        elif (site, name) in self.held:
            found = self.held[site, name]
        else:
            found = getattr(value, name)
            found = found() if callable(found) else found
        return _numbers(found, name, 1, at=_best_round(value))

    def capture(self, site: int, value: Any) -> Any:
        """Keep the predictions that a metric is given and hand them on."""
        if self.pipe >= 0:
            wall, before = time.monotonic(), time.process_time()
            count = self.calls[site] = self.calls.get(site, 0) + 1
            if count <= AT_ONCE:
                self._save(site, value)
            else:
                self.kept[site] = value
            self.own_wall += time.monotonic() - wall
            self.own_cpu += time.process_time() - before
        return value

    def _change(self, role: int) -> None:
        now = time.monotonic_ns()
        if self.coarse and now - self.last_ns < SAMPLE_NS:
            return
        cpu = self._cpu_seconds(now)
        sums = self.window.get(self.role)
        if sums is None:
            sums = self.window[self.role] = [0.0, 0.0]
        sums[0] += now - self.last_ns
        sums[1] += cpu - self.last_cpu
        self.last_ns, self.last_cpu = now, cpu
        self.role = role
        self.changes += 1
        if self.changes == MANY and now - self.first_ns < MANY * FINE_NS:
            self.coarse = True
        if now - self.second_ns > 1_000_000_000:
            self.second_ns, self.messages = now, 0
        if self.messages < BURST or now - self.sent_ns >= WINDOW_NS:
            self.messages += 1
            self._flush(now, cpu)

    def _flush(self, now: int, cpu: float) -> None:
        """Tell of the changes since the last message."""
        if not self.window:
            return
        if len(self.window) == 1:
            self._send(f"r {self.role} {now} {cpu:.9f}\n")
        else:
            sums = " ".join(f"{role}:{int(t)}:{c:.9f}" for role, (t, c) in self.window.items())
            self._send(f"w {self.role} {now} {cpu:.9f} {sums}\n")
        self.window = {}
        self.sent_ns = now

    def _cpu_seconds(self, now: int) -> float:
        """CPU seconds of this process, of reaped children, and of living descendants."""
        reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
        waited = reaped.ru_utime + reaped.ru_stime
        if now - self.looked_ns > LOOK_NS or waited != self.waited:
            self.living = _living_seconds()
            self.looked_ns, self.waited = now, waited
        total = time.process_time() + waited + self.living - self.own_cpu
        return total if total > self.last_cpu else self.last_cpu

    def _send(self, text: str) -> None:
        """Write a message; a pipe that the script closed is never written to again."""
        if self.pipe < 0:
            return
        data = text.encode("utf-8", "replace")
        try:
            status = os.fstat(self.pipe)
            if (status.st_dev, status.st_ino) != self.identity:
                self.pipe = -1
                return
            while data:
                data = data[os.write(self.pipe, data) :]
        except OSError:
            self.pipe = -1

    def _save(self, site: int, value: Any) -> None:
        path = f"{self.records}/predictions-{site}"
        try:
            array = _as_array(value)
            if array is not None:
                if array.nbytes > LARGEST_BYTES:
                    raise OverflowError("too large")
                sys.modules["numpy"].save(path + ".npy", array, allow_pickle=False)
            elif isinstance(value, (list, tuple)) and len(value) <= 1_000_000:
                with open(path + ".txt", "w", encoding="utf-8") as file:  # noqa: PTH123
                    file.write("\n".join(map(repr, value)))
            else:
                raise TypeError(type(value).__name__)
        except Exception as error:
            self._send(f"u {site} predictions: {type(error).__name__}\n")


def _best_round(value: Any) -> int | None:
    """Index of the round that early stopping kept, where there was one."""
    try:
        best = value.best_iteration
    except Exception:
        return None
    return best if isinstance(best, int) else None


def _numbers(value: Any, name: str = "", depth: int = 0, at: int | None = None) -> Iterator[tuple[str, float]]:
    """Numbers in a metric's value: a scalar; the mean of an array; entries of a mapping, where a list means its last.

    A mapping of lists, or a frame, is an evaluation log, one entry per round; arrays are scores of folds. ``at`` is the
    round to take where it is not the last.
    """
    if isinstance(value, (bool, int, float)):
        yield name, float(value)
    elif isinstance(value, dict):
        if depth > 3 or len(value) > MOST_LEAVES:
            return
        for key, entry in value.items():
            label = "".join("_" if c.isspace() else c for c in str(key))
            yield from _numbers(entry, f"{name}.{label}" if name else label, depth + 1, at)
    elif isinstance(value, (list, tuple)):
        if value and all(isinstance(v, (bool, int, float)) or hasattr(v, "item") for v in value):
            numbers = [float(v) for v in value]
            last = at if at is not None and 0 <= at < len(numbers) else -1
            yield name, numbers[last] if depth else sum(numbers) / len(numbers)
    elif _library(value) in ("pandas", "polars") and hasattr(value, "columns"):
        yield from _numbers({column: list(value[column]) for column in value.columns}, name, depth, at)
    elif hasattr(value, "item") and hasattr(value, "ndim") and value.ndim == 0:
        yield from _numbers(value.item(), name, depth + 1)
    elif _library(value) == "numpy" and getattr(value, "size", False) and value.dtype.kind in "biuf":
        yield name, float(value.mean())


def _library(value: Any) -> str:
    """The top-level module that the value's type comes from."""
    return type(value).__module__.partition(".")[0]


def _as_array(value: Any) -> Any:
    """The value as an array of plain items, when numpy is loaded and the value is of a kind that holds its items."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if not isinstance(value, (list, tuple)):
        library = _library(value)
        if library == "torch":
            value = value.detach().cpu().numpy()
        elif library not in ("numpy", "pandas", "polars"):
            return None
    array = numpy.asarray(value)
    if array.dtype.kind == "O":
        array = array.astype(str)
    return array


def _living_seconds() -> float:
    """CPU seconds of living descendants, in clock ticks; 0 without a child, which costs one system call."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return 0.0
    except OSError:
        return 0.0
    ticks = 0
    queue = [os.getpid()]
    seen = set(queue)
    while queue:
        pid = queue.pop()
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
                with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                    children = [int(child) for child in file.read().split()]
                for child in children:
                    if child in seen:
                        continue
                    seen.add(child)
                    queue.append(child)
                    with open(f"/proc/{child}/stat", "rb") as file:  # noqa: PTH123
                        line = file.read()
                    ticks += sum(map(int, line[line.rfind(b")") + 2 :].split()[11:15]))
        except (OSError, ValueError):
            continue
    return ticks * TICK_S
