"""Thermal design power of a processor by its name, its family, or watts per thread, always with how it was found."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import median, quantiles
from typing import Literal

from greenrules.meters.processor import Processor
from greenrules.meters.uncertainty import METER_UNCERTAINTY

MatchKind = Literal["user", "exact", "tokens", "family", "threads"]

#: What names carry beside the name: marks, clock, core counts, graphics.
_NOISE = re.compile(
    r"\((?:r|tm|c)\)|[®™©]|@.*$|\bw(?:ith|/)\s.*$|\b\d+(?:st|nd|rd|th) gen\b|\b(?:cpu|processor|apu)\b"
    r"|\b(?:\d+|dual|two|quad|four|six|eight|twelve|sixteen)[- ]core\b",
    re.IGNORECASE,
)
#: The same processor with management for companies, of the same power (AMD product pages).
_MANAGED = re.compile(r"\b(ryzen \d) pro\b")
#: Words that make another processor of the same name.
_VARIANTS = frozenset({"pro", "max", "ultra", "plus", "mobile", "embedded", "extreme", "super", "xt"})


@dataclass(frozen=True, slots=True)
class TdpEntry:
    """One processor of the table.

    Attributes:
        tdp_w: design power of one package.
        threads: logical processors of one package.
        part: the silicon, as ``parts.csv`` names it.
        source: where the figure is from.
    """

    name: str
    tdp_w: float
    cores: int
    threads: int
    part: str
    source: str

    @property
    def w_per_thread(self) -> float:
        """Design power of one logical processor."""
        return self.tdp_w / self.threads


@dataclass(frozen=True, slots=True)
class TdpMatch:
    """Design power of the processors a machine has, or of the slice of them a virtual machine has.

    Attributes:
        tdp_w: of all logical processors of the machine together.
        low_w: low value, one standard deviation for one entry, the least of several else.
        high_w: high value.
        kind: how it was found.
        name: the entry or the group of entries.
        threads: logical processors that ``tdp_w`` is for.
        source: of the figure.
        package_w: design power of one whole package, None when no single entry was found.
    """

    tdp_w: float
    low_w: float
    high_w: float
    kind: MatchKind
    name: str
    threads: int
    source: str
    package_w: float | None = None

    @property
    def w_per_thread(self) -> float:
        """Watts of one busy logical processor."""
        return self.tdp_w / self.threads

    @property
    def relative_uncertainty(self) -> float:
        """One standard deviation of an energy modelled with it."""
        return METER_UNCERTAINTY[f"tdp-{self.kind}"]


@cache
def table() -> tuple[TdpEntry, ...]:
    """The processors of ``data/tdp.csv``."""
    with files("greenrules.meters").joinpath("data", "tdp.csv").open(encoding="utf-8") as file:
        return tuple(
            TdpEntry(
                row["name"],
                float(row["tdp_w"]),
                int(row["cores"]),
                int(row["threads"]),
                row["part"],
                row["source"],
            )
            for row in csv.DictReader(file)
        )


@cache
def _parts() -> tuple[tuple[str, int, int, int, str], ...]:
    with files("greenrules.meters").joinpath("data", "parts.csv").open(encoding="utf-8") as file:
        return tuple(
            (row["vendor"], int(row["family"]), int(row["model_low"]), int(row["model_high"]), row["part"])
            for row in csv.DictReader(file)
        )


def normalise(name: str) -> str:
    """A processor's name without marks, clock and core counts: ``intel core i5-8250u``."""
    return _MANAGED.sub(r"\1", " ".join(_NOISE.sub(" ", name).lower().replace(",", " ").split()))


def find_tdp(processor: Processor, tdp_w: float | None = None, entries: Sequence[TdpEntry] | None = None) -> TdpMatch:
    """The design power of a machine's processors.

    In this order: the user's figure; the exact name; the only entry whose words the name contains, or that contains
    the name's words; the median of the entries of the same vendor, family and model; the median of the vendor's, then
    of all entries. All but the user's are watts per thread of the entry times the threads of this machine, which counts
    sockets on real machines and is the slice on virtual ones.

    Args:
        processor: what the machine has.
        tdp_w: the user's figure for all of it, watts.
        entries: another table than ours.
    """
    threads = processor.threads
    if tdp_w is not None:
        spread = METER_UNCERTAINTY["tdp-user"]
        return TdpMatch(tdp_w, tdp_w * (1 - spread), tdp_w * (1 + spread), "user", "set by user", threads, "user")
    rows = table() if entries is None else tuple(entries)
    name = normalise(processor.name)
    if name:
        for row in rows:
            if normalise(row.name) == name:
                return _single(row, "exact", processor)
        alike = _same_words(name, rows)
        if len(alike) == 1:
            return _single(alike[0], "tokens", processor)
    parts = {
        part
        for vendor, family, low, high, part in _parts()
        if vendor == processor.vendor and family == processor.family and low <= processor.model <= high
    }
    if relatives := _narrowed([row for row in rows if row.part in parts], name):
        return _group(relatives, "family", " / ".join(sorted({row.part for row in relatives})), threads)
    maker = {"GenuineIntel": "Intel", "AuthenticAMD": "AMD", "HygonGenuine": "AMD"}.get(processor.vendor, "")
    made = [row for row in rows if maker and row.name.startswith(maker)]
    return _group(made or rows, "threads", f"{maker or 'any'} processor, watts per thread", threads)


def _words(name: str) -> set[str]:
    return set(re.split(r"[\s-]+", name))


def _same_words(name: str, rows: Sequence[TdpEntry]) -> list[TdpEntry]:
    words = _words(name)
    found = []
    for row in rows:
        theirs = _words(normalise(row.name))
        more = words - theirs
        if not theirs <= words:
            # The name is a part of the entry's: only a word with a digit says which processor.
            if words <= theirs and any(any(c.isdigit() for c in word) for word in words):
                found.append(row)
        elif not any(word in _VARIANTS or any(c.isdigit() for c in word) for word in more):
            found.append(row)
    return found


def _narrowed(rows: list[TdpEntry], name: str) -> list[TdpEntry]:
    """Of the same silicon, only what shares the brand, if anything does: an EPYC is no Ryzen."""
    brands = [word for word in ("epyc", "threadripper", "ryzen", "xeon", "core") if word in name.split()]
    same = [row for row in rows if brands and brands[0] in normalise(row.name).split()]
    return same or rows


def _single(row: TdpEntry, kind: MatchKind, processor: Processor) -> TdpMatch:
    watts = row.w_per_thread * processor.threads if processor.hypervisor else row.tdp_w * processor.sockets
    spread = METER_UNCERTAINTY[f"tdp-{kind}"]
    return TdpMatch(
        watts, watts * (1 - spread), watts * (1 + spread), kind, row.name, processor.threads, row.source, row.tdp_w
    )


def _group(rows: Sequence[TdpEntry], kind: MatchKind, name: str, threads: int) -> TdpMatch:
    each = sorted(row.w_per_thread for row in rows)
    low, high = each[0], each[-1]
    if len(each) >= 20:
        cuts = quantiles(each, n=20)
        low, high = cuts[0], cuts[-1]
    elif low == high:
        # One relative is no band.
        spread = METER_UNCERTAINTY[f"tdp-{kind}"]
        low, high = low * (1 - spread), high * (1 + spread)
    return TdpMatch(
        median(each) * threads,
        low * threads,
        high * threads,
        kind,
        name,
        threads,
        f"median of {len(rows)} processors of the table",
    )
