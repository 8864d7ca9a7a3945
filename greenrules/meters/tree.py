"""CPU seconds of a process and all its descendants, those that were reaped included.

When a parent waits for a child, the kernel adds the child's time to the parent's ``cutime`` and ``cstime``: the sum
over the living never loses an exited child, so no sampling is needed. Two things escape it: children of a process that
ignores SIGCHLD, and orphans that another process than a subreaper of the tree adopts.
"""

from __future__ import annotations

import ctypes
import os
import resource
from dataclasses import dataclass
from pathlib import Path

_TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")
#: Looks at a tree that keeps changing before the last one is taken as it is.
_LOOKS = 5
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class ProcessTimes:
    """One line of ``/proc/<pid>/stat``, in clock ticks."""

    parent: int
    start: int
    own: int
    reaped: int


def _times(proc: Path, pid: int) -> ProcessTimes | None:
    try:
        line = (proc / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    # The name stands in brackets and may hold blanks and brackets.
    fields = line[line.rfind(b")") + 2 :].split()
    if len(fields) < 20:
        return None
    return ProcessTimes(
        int(fields[1]), int(fields[19]), int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    )


def _children(proc: Path, pid: int) -> list[int] | None:
    """Children over all threads, None when the kernel does not list them."""
    found: list[int] = []
    try:
        threads = os.listdir(f"{proc}/{pid}/task")  # noqa: PTH208 -- on the path of every boundary
    except OSError:
        return []
    for thread in threads:
        try:
            with open(f"{proc}/{pid}/task/{thread}/children", "rb") as file:  # noqa: PTH123 -- twice as fast
                found += map(int, file.read().split())
        except FileNotFoundError:
            if not (proc / str(pid) / "task" / thread).exists():
                continue
            return None
        except OSError:
            continue
    return found


def _all_children(proc: Path) -> dict[int, list[int]]:
    """Children per process from a look at every process."""
    children: dict[int, list[int]] = {}
    for entry in proc.iterdir():
        if entry.name.isdigit() and (times := _times(proc, int(entry.name))) is not None:
            children.setdefault(times.parent, []).append(int(entry.name))
    return children


def _look(proc: Path, pid: int) -> dict[int, ProcessTimes]:
    seen: dict[int, ProcessTimes] = {}
    everyone: dict[int, list[int]] | None = None
    queue = [pid]
    while queue:
        current = queue.pop()
        if current in seen or (times := _times(proc, current)) is None:
            continue
        seen[current] = times
        children = None if everyone is not None else _children(proc, current)
        if children is None:
            if everyone is None:
                everyone = _all_children(proc)
            children = everyone.get(current, [])
        queue += children
    return seen


def process_tree(pid: int, proc: Path | str = "/proc") -> dict[int, ProcessTimes]:
    """Every living process of a tree with its times, zombies included; empty when ``pid`` is gone.

    A child that is reaped while the tree is read would be counted twice or not at all, so the tree is looked at until
    nobody came, went or was reaped in between.
    """
    root = Path(proc)
    before = _look(root, pid)
    for _ in range(_LOOKS):
        after = _look(root, pid)
        if _settled(before, after):
            return after
        before = after
    return before


def _settled(a: dict[int, ProcessTimes], b: dict[int, ProcessTimes]) -> bool:
    return a.keys() == b.keys() and all(
        one.start == b[pid].start and one.reaped == b[pid].reaped for pid, one in a.items()
    )


def tree_cpu_seconds(pid: int, proc: Path | str = "/proc", *, own: bool = True) -> float:
    """CPU seconds of a process, its living descendants, and all children that any of them has reaped.

    Resolution is a clock tick per living process (10 ms as a rule).

    Args:
        pid: the process.
        proc: the proc file system.
        own: whether the process's own seconds count, beside those of what it started.

    Raises:
        ProcessLookupError: there is no such process.
    """
    tree = process_tree(pid, proc)
    if pid not in tree:
        raise ProcessLookupError(f"no process {pid}")
    ticks = sum(times.own + times.reaped for times in tree.values())
    return (ticks if own else ticks - tree[pid].own) * _TICK_S


def own_cpu_seconds(proc: Path | str = "/proc") -> float:
    """CPU seconds of this process and its descendants; its own and its reaped children's to the microsecond."""
    descendants = descendants_cpu_seconds(proc)
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + descendants


def descendants_cpu_seconds(proc: Path | str = "/proc") -> float:
    """CPU seconds of this process's descendants; those of its reaped children to the microsecond."""
    pid, root = os.getpid(), Path(proc)
    if _children(root, pid) == []:
        return _reaped_seconds()
    for _ in range(_LOOKS):
        reaped = _reaped_seconds()
        tree = process_tree(pid, root)
        # Another thread may have waited for a child meanwhile: it would count among the living and among the reaped.
        if _reaped_seconds() == reaped:
            break
    living = sum(times.own + times.reaped for other, times in tree.items() if other != pid) * _TICK_S
    return reaped + living


def reap_orphans() -> int:
    """Wait for every child that has ended and nobody waits for; returns how many descendants go on.

    Only for a process that has no children but orphans it adopted.
    """
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                break
        except ChildProcessError:
            break
    return len(process_tree(os.getpid())) - 1


def _reaped_seconds() -> float:
    reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
    return reaped.ru_utime + reaped.ru_stime


def tree_memory_bytes(pid: int, proc: Path | str = "/proc") -> int:
    """Resident memory of a process tree, bytes; pages that processes share count in each."""
    total = 0
    for member in process_tree(pid, proc):
        try:
            total += int((Path(proc) / str(member) / "statm").read_bytes().split()[1])
        except (OSError, IndexError, ValueError):
            continue
    return total * os.sysconf("SC_PAGE_SIZE")


def become_subreaper() -> bool:
    """Adopt orphaned descendants, so that their CPU seconds stay in the tree; False where the kernel cannot."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return bool(libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def busy_cpu_seconds(proc: Path | str = "/proc") -> float | None:
    """CPU seconds that all processors of the machine were busy since boot, None when not told.

    Steal is somebody else's machine and not counted; guest time is part of user time already.
    """
    try:
        with (Path(proc) / "stat").open("rb") as file:
            fields = file.readline().split()
        user, nice, system, _idle, _iowait, irq, softirq = map(int, fields[1:8])
    except (OSError, ValueError):
        return None
    return (user + nice + system + irq + softirq) * _TICK_S
