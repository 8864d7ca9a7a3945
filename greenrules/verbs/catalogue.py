"""``packs``, ``rules`` and ``explain``: what is installed, in words."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill, indent
from typing import TYPE_CHECKING, Any

from greenrules.errors import UsageError, nearest
from greenrules.models import Pack as PackFacts
from greenrules.requests import RuleChoice
from greenrules.verbs.measured import evidence_facts, measured_text
from greenrules.verbs.portfolio import assemble, loose_rules, registry

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule


def packs() -> list[PackFacts]:
    """Every installed pack, broken ones with their error."""
    installed = registry()
    found = [
        PackFacts(
            name=pack.name,
            version=pack.version,
            summary=pack.spec.summary,
            origin=pack.origin,
            digest=pack.digest,
            rules=len(pack.rules),
        )
        for pack in installed.packs.values()
    ]
    found += [
        PackFacts(
            name=one.name, version="", summary="", origin=one.origin, digest="", rules=0, error=one.error.render()
        )
        for one in installed.broken
    ]
    return sorted(found, key=lambda pack: pack.name)


def rules(choice: RuleChoice | None = None) -> tuple[Rule, ...]:
    """The rules of a choice; of every installed pack by default."""
    return assemble(choice or RuleChoice(), listing=True).rules


def find_rule(name: str, rule_files: tuple[Path, ...] = ()) -> Rule:
    """One rule by its full id, or by its short id where that is unique.

    Raises:
        UsageError: when there is none, with the nearest, or more than one.
    """
    everything = (*rules(), *loose_rules(rule_files))
    exact = [rule for rule in everything if rule.full_id == name]
    found = exact or [rule for rule in everything if rule.spec.id == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"several rules are called '{name}': {', '.join(rule.full_id for rule in found)}")
    known = {rule.full_id for rule in everything}
    close = nearest(name, known | {rule.spec.id for rule in everything})
    raise UsageError(f"no rule is called '{name}'", remedy=close or "`greenrules rules` lists them")


def rule_facts(rule: Rule) -> dict[str, Any]:
    """A rule as plain JSON values."""
    spec = rule.spec.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    return {"rule": rule.full_id, "pack": rule.pack, "file": str(rule.position), **spec, **evidence_facts(rule)}


def explain(rule: Rule) -> str:
    """A rule for people: what, why, when, when not, examples, evidence."""
    spec = rule.spec
    lines = [f"{rule.full_id}", f"  {spec.summary}", "", f"tactic   {spec.tactic}", f"level    {spec.level}"]
    if spec.opt_in:
        lines.append("runs     only when --select names it")
    lines.append(f"file     {rule.position}")
    if spec.libraries:
        wanted = ", ".join(f"{name} {version}".strip() for name, version in spec.libraries.items())
        lines.append(f"needs    {wanted}")
    if spec.requires:
        lines.append(f"requires {', '.join(spec.requires)}")
    for name, parameter in spec.parameters.items():
        values = parameter.choices if parameter.choices is not None else f"range {parameter.range} ({parameter.scale})"
        lines.append(f"chooses  {name}: {values}")
    if spec.why:
        lines += ["", fill(spec.why, 100)]
    if spec.caveat:
        lines += ["", fill(f"caveat: {spec.caveat}", 100)]
    lines += [f"  see {source}" for source in spec.source]
    if spec.where:
        lines += ["", "only when"] + [f"  - {sentence}" for sentence in spec.where]
    for example in spec.examples:
        if example.before is not None:
            lines += ["", "before", indent(example.before.rstrip("\n"), "    ")]
            if example.after is not None:
                lines += ["after", indent(example.after.rstrip("\n"), "    ")]
        elif example.unchanged is not None:
            lines += ["", "left alone", indent(example.unchanged.rstrip("\n"), "    ")]
    if spec.writes:
        lines += ["", *measured_text(rule)]
    return "\n".join(lines)
