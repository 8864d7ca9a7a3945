"""What is known of a rule's worth before anything runs: the evidence beside it, read when it is asked for."""

from __future__ import annotations

from functools import cache
from textwrap import fill
from typing import TYPE_CHECKING, Any

from greenrules.errors import PackError
from greenrules.evidence import PackEvidence, RuleEvidence, RuleMeasurement, rule_digest
from greenrules.verbs.portfolio import registry

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule

_WHERE = {"pays": "where it pays", "idle": "where it does not"}
WIDTH = 100


@cache
def _of_pack(pack: str) -> PackEvidence | PackError:
    """A pack's evidence, or why it cannot be read: one pack's broken file must not take the others with it."""
    try:
        return registry().evidence(pack)
    except PackError as error:
        return error


def evidence_of(rule: Rule) -> RuleEvidence | None:
    """What was measured of a rule; None where nothing was, or where its pack's evidence cannot be read."""
    found = _of_pack(rule.pack) if rule.pack is not None else PackEvidence()
    return found.rules.get(rule.id) if isinstance(found, PackEvidence) else None


def saves(rule: Rule) -> str:
    """The most a rule was proven to save, such as ``44 %``; empty where nothing was proven."""
    entry = evidence_of(rule)
    proven = [one.saving for one in entry.of("pays") if one.proven] if entry is not None else []
    return f"{max(proven):.0%}".replace("%", " %") if proven else ""


def evidence_facts(rule: Rule) -> dict[str, Any]:
    """The evidence as plain JSON values under ``evidence``, ``current`` telling whether it is of the rule as it is."""
    entry = evidence_of(rule)
    if entry is None:
        return {}
    current = entry.digest == rule_digest(rule.data)
    return {"evidence": {**entry.model_dump(mode="json", exclude_none=True), "current": current}}


def measured_text(rule: Rule) -> list[str]:
    """The evidence in lines for people."""
    broken = _of_pack(rule.pack) if rule.pack is not None else None
    if isinstance(broken, PackError):
        return [f"measured: {broken.position}: {broken.message}"]
    entry = evidence_of(rule)
    if entry is None:
        return ["measured: nothing is recorded for this rule; `greenrules apply` measures it on your script"]
    if not entry.measurements:
        return [fill(f"measured: nothing: {entry.unmeasured}", WIDTH)]
    lines = ["measured"]
    if entry.digest != rule_digest(rule.data):
        lines[0] += ", before the rule was last changed"
    for one in sorted(entry.measurements, key=lambda one: one.case, reverse=True):
        lines += [f"  {_WHERE[one.case]}: {_outcome(one)}", f"    {_circumstances(one)}"]
    if entry.unmeasured is not None:
        lines.append(fill(f"  nothing more: {entry.unmeasured}", WIDTH))
    return lines


def _outcome(one: RuleMeasurement) -> str:
    percents = [f"{100 * value:.0f}" for value in (one.saving, one.low, one.high)]
    text = f"saves {percents[0]} % [{percents[1]}, {percents[2]}] of the CPU seconds"
    text += f" ({one.cpu_before_s:.2f} → {one.cpu_after_s:.2f} s)"
    quality = one.quality
    if quality.metric is not None and quality.before is not None and quality.after is not None:
        text += f", {quality.metric} {quality.before:.4g} → {quality.after:.4g}"
    return text if quality.ok else f"{text}; in doubt: {quality.reason}"


def _circumstances(one: RuleMeasurement) -> str:
    values = "".join(f"{name}={value}, " for name, value in sorted(one.parameters.items()))
    cpus = "1 CPU" if one.cores == 1 else f"{one.cores} CPUs"
    return f"{one.script}, {values}{one.runs} runs each on {cpus}, {one.cpu}, {one.measured}"
