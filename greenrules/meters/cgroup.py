"""A private cgroup for a run, where one may be made: CPU seconds of all that is in it, to the microsecond."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CpuGroup:
    """A cgroup (version 2) of ours."""

    directory: Path

    def add(self, pid: int) -> None:
        """Move a process in; its later children follow.

        Raises:
            OSError: the kernel does not allow it.
        """
        (self.directory / "cgroup.procs").write_text(str(pid))

    def cpu_seconds(self) -> float:
        """CPU seconds of every process that is or was in the group.

        Raises:
            OSError: the group is gone.
        """
        for line in (self.directory / "cpu.stat").read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == "usage_usec":
                return int(value) / 1e6
        raise OSError(f"no usage_usec in {self.directory / 'cpu.stat'}")

    def close(self) -> bool:
        """Remove the group; False while processes are left in it."""
        try:
            self.directory.rmdir()
        except OSError:
            return False
        return True


def private_group(name: str, root: Path | str = "/sys/fs/cgroup") -> CpuGroup | None:
    """A new cgroup below ``root``, or None where there is no cgroup version 2 or it may not be written.

    Args:
        name: a name that no other run uses.
        root: where version 2 is mounted, or the subtree that was delegated to us.
    """
    base = Path(root)
    if not (base / "cgroup.controllers").exists() or not os.access(base, os.W_OK):
        return None
    group = CpuGroup(base / name)
    try:
        group.directory.mkdir()
        group.cpu_seconds()
    except OSError:
        group.close()
        return None
    return group
