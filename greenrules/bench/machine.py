"""Where it was measured: processor, cores that can be used, memory, system."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable
from pathlib import Path

from greenrules.models import MachineInfo


def read_machine(python: str, root: Path = Path("/"), affinity: int | None = None) -> MachineInfo:
    """The machine as the report states it.

    Args:
        python: version of the interpreter that runs the script.
        root: stands for ``/``.
        affinity: how many processors this process may use; asked when None.
    """
    cpuinfo = _text(root / "proc/cpuinfo")
    return MachineInfo(
        cpu=_processor_name(cpuinfo, root),
        cores=physical_cores(cpuinfo),
        threads=usable_threads(root, affinity),
        memory_gb=round(_memory_bytes(root) / 1e9, 1),
        os=_system(root),
        hypervisor=_hypervisor(cpuinfo, root),
        python=python,
    )


def physical_cores(cpuinfo: str) -> int:
    """Distinct (package, core) pairs in ``/proc/cpuinfo``; its processors where it names no cores; at least 1."""
    pairs = set()
    processors = 0
    for block in cpuinfo.split("\n\n"):
        fields = dict(re.findall(r"^(\S[^\t:]*?)\s*:[ \t]*(.*)$", block, re.MULTILINE))
        if "processor" not in fields:
            continue
        processors += 1
        if "core id" in fields:
            pairs.add((fields.get("physical id", "0"), fields["core id"]))
    return max(1, len(pairs) or processors)


def usable_threads(root: Path = Path("/"), affinity: int | None = None) -> int:
    """Processors this process may keep busy: its affinity, or less where a control group has a quota; at least 1."""
    available = affinity if affinity is not None else len(os.sched_getaffinity(0))
    quota = cpu_quota(root)
    # A quota of 1.5 keeps one thread busy and a second one half the time: two are usable.
    return max(1, available if quota is None else min(available, int(-(-quota // 1))))


def cpu_quota(root: Path = Path("/")) -> float | None:
    """The tightest limit, in processors, of this process's control group and those above it; None without one."""
    limits: list[float] = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, controllers, path = [*line.split(":", 2), "", ""][:3]
        if number == "0" and not controllers:
            for base in ("sys/fs/cgroup", "sys/fs/cgroup/unified"):
                limits += _quotas(root / base, path, _quota_v2)
        elif "cpu" in controllers.split(","):
            for base in ("sys/fs/cgroup/cpu", "sys/fs/cgroup/cpu,cpuacct"):
                limits += _quotas(root / base, path, _quota_v1)
    return min(limits, default=None)


def _quotas(base: Path, path: str, read: Callable[[Path], float | None]) -> list[float]:
    """Limits from the group up to the root of its hierarchy; in a container, the group may be the root itself."""
    if not base.is_dir():
        return []
    parts = [part for part in path.split("/") if part and part != ".."]
    folders = [base.joinpath(*parts[:count]) for count in range(len(parts), -1, -1)]
    return [limit for folder in folders if (limit := read(folder)) is not None]


def _quota_v2(folder: Path) -> float | None:
    fields = _text(folder / "cpu.max").split()
    if len(fields) != 2 or not fields[0].isdigit() or not int(fields[1]):
        return None
    return int(fields[0]) / int(fields[1])


def _quota_v1(folder: Path) -> float | None:
    quota, period = (_text(folder / name).strip() for name in ("cpu.cfs_quota_us", "cpu.cfs_period_us"))
    if not quota.isdigit() or not period.isdigit() or not int(period):
        return None
    return int(quota) / int(period)


def _processor_name(cpuinfo: str, root: Path) -> str:
    for key in ("model name", "Model", "Hardware", "cpu model"):
        found = re.search(rf"^{key}\s*:[ \t]*(\S.*)$", cpuinfo, re.MULTILINE)
        if found:
            return " ".join(found[1].split())
    board = _text(root / "proc/device-tree/model").strip("\0\n ")
    return board or platform.machine()


def _memory_bytes(root: Path) -> int:
    found = re.search(r"^MemTotal:\s*(\d+) kB", _text(root / "proc/meminfo"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _system(root: Path) -> str:
    release = dict(re.findall(r'^(\w+)="?(.*?)"?$', _text(root / "etc/os-release"), re.MULTILINE))
    name = release.get("PRETTY_NAME") or release.get("NAME") or platform.system()
    kernel = _text(root / "proc/sys/kernel/osrelease").strip()
    return f"{name}, kernel {kernel}" if kernel else name


def _hypervisor(cpuinfo: str, root: Path) -> str | None:
    """The virtual machine we are in, in the firmware's words; ``unknown`` when only the processor tells of it."""
    if re.search(r"^flags\s*:.*\bhypervisor\b", cpuinfo, re.MULTILINE) is None:
        return None
    product = " ".join(
        _text(root / f"sys/class/dmi/id/{name}").strip() for name in ("sys_vendor", "product_name")
    ).strip()
    return product or _text(root / "sys/hypervisor/type").strip() or "unknown"


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
