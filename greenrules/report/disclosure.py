"""The small print: everything without which a figure is void, and the command that makes it again."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from greenrules.models import Report
from greenrules.report import numbers, view
from greenrules.report.text import one_line, shorten


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading, as (name, value)."""

    title: str
    facts: tuple[tuple[str, str], ...]


def disclosure(report: Report) -> list[Group]:
    """All groups, in the order they are printed; a fact that is not known says so."""
    return [
        Group("Script", _script(report)),
        Group("Machine", _machine(report)),
        Group("Meter", _meter(report)),
        Group("Runs", _runs(report)),
        *([Group("Choice", _choice(report))] if view.kind(report) == "apply" else []),
        Group("Versions", _versions(report)),
        Group("Environment of the runs", tuple(_pairs(report.environment)) or (("", "no variables were passed"),)),
    ]


def _pairs(values: dict[str, str]) -> list[tuple[str, str]]:
    return [(one_line(name), one_line(values[name])) for name in sorted(values)]


#: endings of names that are units, as in the wire types
_UNITS = {"w": "W", "j": "J", "s": "s", "mb": "MB", "gb": "GB"}


def _fact(name: str, value: Any) -> tuple[str, str] | None:
    """A fact of a meter, its name in words and its unit behind the figure; None when there is nothing to tell."""
    if value is None or value == [] or value == {}:
        return None
    words = one_line(name).split("_")
    unit = ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if words[:2] == ["w", "per"]:
            words, unit = words[1:], f"{numbers.NBSP}W"
        elif len(words) > 1 and words[-1] in _UNITS:
            unit = f"{numbers.NBSP}{_UNITS[words.pop()]}"
    told = " ".join("TDP" if word == "tdp" else word for word in words)
    return told, f"{_any(value)}{unit}"


def _any(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return numbers.compact(value)
    if isinstance(value, dict):
        facts = [_fact(str(name), item) for name, item in value.items()]
        return shorten(", ".join(f"{fact[0]} {fact[1]}" for fact in facts if fact), 200) or "none"
    if isinstance(value, list | tuple | set | frozenset):
        return shorten(", ".join(map(_any, value)), 200)
    return shorten(one_line(str(value)), 200)


def _script(report: Report) -> tuple[tuple[str, str], ...]:
    script = report.script
    return (
        ("script", one_line(script.path)),
        ("SHA-256", one_line(script.sha256)),
        ("written", one_line(script.output) if script.output else "nothing"),
        ("created", moment(report.created)),
        ("seed", str(report.seed)),
        ("quality", f"{one_line(view.metric_name(report))}, from {report.quality.source}"),
    )


def _machine(report: Report) -> tuple[tuple[str, str], ...]:
    machine = report.machine
    return (
        ("processor", one_line(machine.cpu)),
        ("cores, threads", f"{machine.cores}, {machine.threads}"),
        ("memory", f"{numbers.compact(machine.memory_gb)}{numbers.NBSP}GB"),
        ("system", one_line(machine.os)),
        ("hypervisor", one_line(machine.hypervisor) if machine.hypervisor else "none seen"),
        ("Python", one_line(machine.python)),
    )


def _meter(report: Report) -> tuple[tuple[str, str], ...]:
    meter = report.meter
    facts = [
        ("meter", one_line(meter.name)),
        ("tier", f"{one_line(meter.tier)} ({meter.evidence})"),
        ("domains", ", ".join(map(one_line, meter.domains)) or "none"),
        ("uncertainty", f"±{numbers.share(meter.relative_uncertainty)} of an absolute figure"),
    ]
    told = (_fact(name, value) for name, value in meter.detail.items())
    return (*facts, *(fact for fact in told if fact))


def _runs(report: Report) -> tuple[tuple[str, str], ...]:
    noise, search, sandbox = report.noise, report.search, report.sandbox
    phases = Counter(run.phase for variant in view.variants(report) for run in variant.runs)
    facts = [("runs kept", ", ".join(f"{count} {phase}" for phase, count in phases.items()) or "none")]
    if view.kind(report) == "apply":
        facts += [
            ("search", f"{numbers.plural(search.runs, 'run')}, {_cost(report)}"),
            ("stopped", one_line(search.stopped) or "not recorded"),
            ("break-even", break_even(report)),
        ]
    load = numbers.compact(noise.load)
    facts += [
        ("noise", f"{noise.verdict}; spread of the original {numbers.share(noise.baseline_rsd)}"),
        ("load, steal", f"{load}, {numbers.share(noise.steal)}"),
        ("sandbox", sandbox.kind + (f" ({one_line(sandbox.detail)})" if sandbox.detail else "")),
        ("network", "reachable" if sandbox.network else "cut off"),
    ]
    if search.journal:
        facts.append(("journal", one_line(search.journal)))
    return tuple(facts)


def _cost(report: Report) -> str:
    return f"{numbers.energy(report.search.energy_j)} in {numbers.time(report.search.time_s)}"


def break_even(report: Report) -> str:
    """After how many runs the search has paid for itself, with its interval."""
    runs = report.search.break_even_runs
    if runs is None or numbers.known(runs.median) is None:
        return "none: no saving was proven"
    high = numbers.known(runs.high)
    end = f"{numbers.whole(runs.low)}, {numbers.whole(high) if high is not None else 'never'}"
    return f"{numbers.whole(runs.median)} runs [{end}]"


def payback(report: Report) -> str:
    """What the search cost and when that is paid back, in a sentence without a final stop."""
    cost = f"The search used {numbers.energy(report.search.energy_j)} over {numbers.plural(report.search.runs, 'run')}"
    if report.search.break_even_runs is None:
        return cost
    return f"{cost} and pays for itself after {break_even(report)} of the new script"


def _choice(report: Report) -> tuple[tuple[str, str], ...]:
    decision = report.decision

    def triple(values: dict[str, float]) -> str:
        return ", ".join(f"{one_line(name)} {numbers.compact(value)}" for name, value in values.items())

    facts = [("weights", triple(decision.weights) or "none")]
    if decision.ideal:
        facts.append(("ideal", triple(decision.ideal)))
    if decision.nadir:
        facts.append(("nadir", triple(decision.nadir)))
    facts.append(("reason", one_line(decision.reason) or "not recorded"))
    return tuple(facts)


def _versions(report: Report) -> tuple[tuple[str, str], ...]:
    packs = [(f"pack {name}", value) for name, value in _pairs(report.script.packs)]
    return (("greenrules", one_line(report.greenrules)), *packs, *_pairs(report.script.libraries))


def moment(created: str) -> str:
    """A time as people read it, ``2026-11-20 14:03 UTC``; what is no time stays as it is."""
    try:
        when = datetime.fromisoformat(created)
        return (when.astimezone(UTC) if when.tzinfo else when).strftime("%Y-%m-%d %H:%M") + (
            " UTC" if when.tzinfo else ""
        )
    except (ValueError, OverflowError):
        return one_line(created)


def reproduce(report: Report) -> str:
    """The command that repeats the work; a search with the seed that was used."""
    words = list(report.command)
    if words and PurePath(words[0]).name in ("greenrules", "__main__.py"):
        words = words[1:]
    own = words[: words.index("--")] if "--" in words else words
    seeded = any(word == "--seed" or word.startswith("--seed=") for word in own)
    if own and not seeded and view.kind(report) == "apply":
        words = [*own, "--seed", str(report.seed), *words[len(own) :]]
    return shlex.join(["greenrules", *map(one_line, words)])


def carbon(report: Report) -> str | None:
    """The carbon line, or None when there is none."""
    line = report.carbon
    if line is None:
        return None

    def grams(value: float | None) -> str:
        return f"{numbers.compact(value)}{numbers.NBSP}g"

    amount = grams(line.baseline_g)
    if line.selected_g is not None:
        amount += f" → {grams(line.selected_g)}"
    return (
        f"{amount} CO₂e per run, with {numbers.compact(line.intensity_g_per_kwh)}{numbers.NBSP}g/kWh "
        f"({one_line(line.source)}) and PUE {numbers.compact(line.pue)}"
    )
