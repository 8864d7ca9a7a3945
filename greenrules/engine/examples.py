"""The examples of a rule, run: they are its proof and its tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greenrules.engine.candidates import first_values
from greenrules.engine.changed import changed
from greenrules.engine.compose import Rewritten, apply_rules
from greenrules.engine.diff import unified
from greenrules.engine.gates import broken
from greenrules.engine.lint import lint_source
from greenrules.engine.source import Source, read_source
from greenrules.errors import GreenrulesError, Position

if TYPE_CHECKING:
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.pack import Rule
    from greenrules.engine.rule import Example
    from greenrules.engine.target import Target


@dataclass(frozen=True)
class Failure:
    """An example that does not hold.

    Attributes:
        rule: full id of the rule.
        example: its number, from 1.
        position: where the example is written.
        message: what is wrong.
        detail: a diff from what is expected to what came out, or empty.
    """

    rule: str
    example: int
    position: Position
    message: str
    detail: str = ""

    def render(self) -> str:
        """The failure as people read it."""
        return f"{self.position}: {self.text}"

    @property
    def text(self) -> str:
        """The failure without its place."""
        return f"{self.rule}, example {self.example}: {self.message}\n{self.detail}".rstrip("\n")


@dataclass(frozen=True, slots=True)
class Equipped:
    """A target that has what a rule requires: an example shows what is written where the rule can be used."""

    target: Target
    required: frozenset[str]

    def version(self, distribution: str) -> str | None:
        """As the target has it."""
        return self.target.version(distribution)

    def has(self, distribution: str) -> bool | None:
        """Whether it is there, as the target has it or as the rule requires it."""
        return distribution in self.required or self.target.has(distribution)

    def signature(self, qualified: str) -> str | None:
        """As the target has it."""
        return self.target.signature(qualified)

    def attributes(self, qualified: str) -> frozenset[str] | None:
        """As the target has it."""
        return self.target.attributes(qualified)


def run_examples(rule: Rule, knowledge: Knowledge, target: Target) -> tuple[Failure, ...]:
    """Run every example of a rule; nothing comes back when all hold.

    A rewrite must equal ``after`` to the character, compile, keep its comments, and leave nothing for a second run.
    """
    failures: list[Failure] = []
    target = Equipped(target, frozenset(rule.spec.requires))
    for number, example in enumerate(rule.spec.examples, 1):
        found = _fault(rule, example, knowledge, target)
        if found is not None:
            position = rule.examples[number - 1] if number <= len(rule.examples) else rule.position
            failures.append(Failure(rule.full_id, number, position, *found))
    return tuple(failures)


def _fault(rule: Rule, example: Example, knowledge: Knowledge, target: Target) -> tuple[str, str] | None:
    text = example.before if example.before is not None else example.unchanged
    source = read_source("example.py", (text or "").encode())
    try:
        source.tree  # noqa: B018
    except GreenrulesError as error:
        return f"the code is not Python: {error.message}", ""
    values = {**first_values(rule), **example.parameters}
    made = _apply(source, rule, values, knowledge, target)
    if made.skipped:
        return f"the rule is skipped: {made.skipped[0].reason}", ""
    if example.unchanged is not None:
        return _fault_unchanged(source, made, rule, knowledge, target)
    if example.after is not None:
        fault = _fault_after(source, example.after, made, rule, values, knowledge, target)
        if fault is not None:
            return fault
    if example.finding is not None:
        kinds = _kinds(source, rule, knowledge, target)
        if example.finding not in kinds:
            return f"expected a {example.finding} and found {', '.join(kinds) or 'nothing'}", ""
        if example.after is None and made.text != source.text:
            return "something is written where nothing should be", unified(source.text, made.text, "example.py")
    return None


def _apply(source: Source, rule: Rule, values: dict[str, Any], knowledge: Knowledge, target: Target) -> Rewritten:
    return apply_rules(source, [rule], knowledge, target, chosen={rule.full_id}, parameters={rule.full_id: values})


def _kinds(source: Source, rule: Rule, knowledge: Knowledge, target: Target) -> list[str]:
    return [finding.kind for finding in lint_source(source, [rule], knowledge, target, fixes=False).findings]


def _fault_unchanged(
    source: Source, made: Rewritten, rule: Rule, knowledge: Knowledge, target: Target
) -> tuple[str, str] | None:
    if made.text != source.text:
        return "the code should stay as it is", unified(source.text, made.text, "example.py")
    kinds = _kinds(source, rule, knowledge, target)
    if any(kind != "suggestion" for kind in kinds):
        return f"the code should be left alone, and there is a finding ({', '.join(kinds)})", ""
    return None


def _fault_after(
    source: Source,
    after: str,
    made: Rewritten,
    rule: Rule,
    values: dict[str, Any],
    knowledge: Knowledge,
    target: Target,
) -> tuple[str, str] | None:
    if made.text != after:
        reasons = [entry.reason for entry in (*made.refused, *made.suggestions)]
        why = f" ({'; '.join(dict.fromkeys(reasons))})" if reasons else ""
        if made.text == source.text:
            return f"nothing is written{why}", unified(source.text, after, "example.py")
        return f"something else is written{why}; lines with + came out", unified(after, made.text, "example.py")
    reason = broken(source, made.text, changed(source, made.text))
    if reason is not None:
        return reason, ""
    again = _apply(source.with_text(made.text), rule, values, knowledge, target)
    if again.text != made.text:
        return "a second run changes the code again", unified(made.text, again.text, "example.py")
    return None


def render_failures(failures: Sequence[Failure]) -> str:
    """All failures as one text."""
    return "\n\n".join(failure.render() for failure in failures)
