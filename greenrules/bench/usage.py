"""Who belongs to a run, and what they use of memory and disk, as the kernel tells.

Standard library only; used by the supervisor, so nothing here may import our package.
"""

from __future__ import annotations

import os

PAGE = os.sysconf("SC_PAGE_SIZE")


def descendants(pid: int) -> list[int]:
    """Everyone below a process, zombies included; from the kernel's own lists, else from all of ``/proc``."""
    found: list[int] = []
    queue = [pid]
    while queue:
        current = queue.pop()
        try:
            threads = os.listdir(f"/proc/{current}/task")  # noqa: PTH208
        except OSError:
            continue
        for thread in threads:
            try:
                with open(f"/proc/{current}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                    children = [int(child) for child in file.read().split()]
            except FileNotFoundError:
                if os.path.exists(f"/proc/{os.getpid()}/task/{os.getpid()}/children"):  # noqa: PTH110
                    continue
                return below(pid)
            except OSError:
                continue
            found += children
            queue += children
    return found


def below(pid: int) -> list[int]:
    """The same by asking every process for its parent, on kernels that do not list children."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                    line = file.read()
            except OSError:
                continue
            children.setdefault(int(line[line.rfind(b")") + 2 :].split()[1]), []).append(int(name))
    found: list[int] = []
    queue = [pid]
    while queue:
        queue += (more := children.get(queue.pop(), []))
        found += more
    return found


def name_of(pid: int) -> str:
    """The name of a process; empty when it is gone."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return file.read().rstrip("\n")
    except OSError:
        return ""


def resident(tree: list[int]) -> int:
    """Resident bytes of several processes: private ones of each, and the largest shared part once."""
    private = shared = 0
    for pid in tree:
        try:
            with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123
                fields = file.read().split()
        except OSError:
            continue
        private += int(fields[1]) - int(fields[2])
        shared = max(shared, int(fields[2]))
    return (private + shared) * PAGE


def proportional(tree: list[int]) -> int:
    """Proportional set size of several processes in bytes: a page that n of them share counts 1/n in each."""
    total = 0
    for pid in tree:
        try:
            with open(f"/proc/{pid}/smaps_rollup", "rb") as file:  # noqa: PTH123
                total += next((int(line.split()[1]) for line in file if line.startswith(b"Pss:")), 0)
        except OSError:
            continue
    return total * 1024


def free_bytes(folder: str) -> int:
    """Bytes free on the folder's disk."""
    try:
        status = os.statvfs(folder)
    except OSError:
        return 0
    return status.f_bavail * status.f_frsize


def folder_bytes(folder: str) -> int:
    """Bytes on disk below a folder."""
    total = 0
    queue = [folder]
    while queue:
        try:
            with os.scandir(queue.pop()) as listing:
                for entry in listing:
                    if entry.is_dir(follow_symlinks=False):
                        queue.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
        except OSError:
            continue
    return total


def oom_kills() -> int:
    """How often this kernel killed a process because memory ran out."""
    try:
        with open("/proc/vmstat", encoding="ascii") as file:  # noqa: PTH123
            return next((int(line.split()[1]) for line in file if line.startswith("oom_kill ")), 0)
    except OSError:
        return 0
