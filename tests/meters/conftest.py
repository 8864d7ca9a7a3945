from __future__ import annotations

import struct
from pathlib import Path

import pytest

UJ = 1_000_000
INTEL_RANGE = 262_143_328_850


class Clock:
    """Monotonic nanoseconds that only move when told."""

    def __init__(self) -> None:
        self.t_ns = 10**12

    def __call__(self) -> int:
        return self.t_ns

    def forward(self, seconds: float) -> None:
        self.t_ns += round(seconds * 1e9)


class Powercap:
    """A powercap tree of files; zones by id, nested as in /sys/devices or flat links as in /sys/class."""

    def __init__(self, root: Path, flat: bool) -> None:
        self.base = root
        self.flat = flat
        self.root = root / ("class" if flat else "tree")
        self.store = root / "tree"
        self.root.mkdir(parents=True)
        self.store.mkdir(exist_ok=True)

    def folder(self, zone: str) -> Path:
        provider, *numbers = zone.split(":")
        path = self.store / provider
        for depth in range(1, len(numbers) + 1):
            path /= ":".join([provider, *numbers[:depth]])
        return path

    def zone(self, zone: str, name: str, joules: float, range_uj: int | None = INTEL_RANGE) -> None:
        folder = self.folder(zone)
        folder.mkdir(parents=True)
        (folder / "name").write_text(f"{name}\n")
        if range_uj is not None:
            (folder / "max_energy_range_uj").write_text(f"{range_uj}\n")
        self.set(zone, joules)
        # What real trees hold too and must not be followed.
        (folder / "subsystem").symlink_to(self.root)
        if self.flat:
            provider = self.root / zone.split(":")[0]
            if not provider.exists():
                provider.symlink_to(self.store / zone.split(":")[0])
            (self.root / zone).symlink_to(folder)

    def set(self, zone: str, joules: float) -> None:
        (self.folder(zone) / "energy_uj").write_text(f"{round(joules * UJ)}\n")

    def set_uj(self, zone: str, value: int) -> None:
        (self.folder(zone) / "energy_uj").write_text(f"{value}\n")

    def breaks(self, zone: str) -> None:
        (self.folder(zone) / "energy_uj").write_text("")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["nested", "flat"])
def powercap(request: pytest.FixtureRequest, tmp_path: Path) -> Powercap:
    return Powercap(tmp_path, request.param == "flat")


@pytest.fixture
def tree(tmp_path: Path) -> Powercap:
    return Powercap(tmp_path, True)


@pytest.fixture
def one_package(tree: Powercap) -> Powercap:
    tree.zone("intel-rapl:0", "package-0", 100)
    return tree


class Msr:
    """Register files as /dev/cpu/N/msr: sparse, eight bytes at the address."""

    def __init__(self, root: Path) -> None:
        self.root = root / "cpu"
        self.topology = root / "topology"

    def set(self, cpu: int, address: int, value: int) -> None:
        path = self.root / str(cpu) / "msr"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(address)
            file.write(struct.pack("<Q", value))

    def place(self, cpu: int, package: int, die: int = 0) -> None:
        folder = self.topology / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "physical_package_id").write_text(str(package))
        (folder / "die_id").write_text(str(die))


@pytest.fixture
def msr(tmp_path: Path) -> Msr:
    return Msr(tmp_path)
