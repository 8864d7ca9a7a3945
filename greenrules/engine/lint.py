"""What rules have to say about a script, place by place, with what would be written."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from greenrules.engine.eligibility import NotApplied, ineligible
from greenrules.engine.shortlist import live_rules
from greenrules.engine.spoken import Glimpse
from greenrules.found import Found

if TYPE_CHECKING:
    from greenrules.engine.edits import Edits
    from greenrules.engine.facts import Facts
    from greenrules.engine.imports import Imports
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.match import Match
    from greenrules.engine.pack import Rule
    from greenrules.engine.source import Source
    from greenrules.engine.suppress import Suppressions, Unused
    from greenrules.engine.target import Target


class Linted(NamedTuple):
    """The findings of one script.

    Attributes:
        findings: in the order of the text; at one place in declared order of the rules.
        suppressed: how many findings comments kept away.
        unused_suppressions: comments that kept nothing away.
        skipped: rules that the target cannot have.
    """

    findings: tuple[Found, ...]
    suppressed: int = 0
    unused_suppressions: tuple[Unused, ...] = ()
    skipped: tuple[NotApplied, ...] = ()


@dataclass
class _Draft:
    match: Match
    kind: Literal["fixable", "lint", "suggestion"]
    reason: str | None = None
    edits: Edits | None = None


def lint_source(
    source: Source,
    rules: Sequence[Rule],
    knowledge: Knowledge,
    target: Target,
    *,
    known: Collection[str] | None = None,
    fixes: bool = True,
    checked: bool = False,
    suggestions: bool = True,
) -> Linted:
    """Look for places where rules apply.

    Args:
        source: the script; parsed only when it holds the words that some rule needs.
        rules: in declared order.
        knowledge: what packs know of libraries.
        target: what the target interpreter knows of them.
        known: ids of all rules there are, by which a suppression of a rule that does not exist is told.
        fixes: whether findings carry their diff.
        checked: the rules are known to be those that the target can have.
        suggestions: whether findings that are mere suggestions are wanted; without them some come all the same.
    """
    usable, skipped = (tuple(rules), ()) if checked else eligible(rules, target)
    glimpse = Glimpse(source, knowledge, target)
    if "greenrules:" not in source.text and _silent(glimpse, _wanted(usable, not suggestions), not suggestions):
        return Linted((), skipped=skipped)
    from greenrules.engine.suppress import Suppressions

    facts = glimpse.facts
    suppressions = Suppressions(source)
    # A comment that keeps a suggestion away is of use, whether suggestions are wanted or not.
    certain = not suggestions and not suppressions.directives
    drafts, suppressed = _drafts(facts, _wanted(usable, certain), suppressions, certain=certain)
    findings = _findings(facts, drafts, fixes=fixes)
    facts.forget()
    unused = suppressions.unused((rule.full_id for rule in usable), known) if suppressions.directives else ()
    return Linted(tuple(findings), suppressed, unused, skipped)


#: rules, and those of them that may do more than suggest
_SURE: list[tuple[Sequence[Rule], tuple[Rule, ...]]] = []


def _wanted(rules: tuple[Rule, ...], certain: bool) -> tuple[Rule, ...]:
    if not certain:
        return rules
    if not _SURE or _SURE[0][0] is not rules:
        _SURE[:] = [(rules, tuple(rule for rule in rules if not rule.only_suggests))]
    return _SURE[0][1]


def _silent(glimpse: Glimpse, rules: Sequence[Rule], certain: bool) -> bool:
    """Whether the text of a script rules out every rule; what is loaded to look closer is not loaded for this."""
    return glimpse.source.outline is not None and not live_rules(cast("Facts", glimpse), rules, certain=certain)


def eligible(rules: Sequence[Rule], target: Target) -> tuple[tuple[Rule, ...], tuple[NotApplied, ...]]:
    """The rules that the target can have, and the others with the reason."""
    reasons = [ineligible(rule, target) for rule in rules]
    usable = tuple(rule for rule, reason in zip(rules, reasons, strict=True) if reason is None)
    if len(usable) == len(rules):
        return usable, ()
    return usable, tuple(
        NotApplied(rule.full_id, None, reason)
        for rule, reason in zip(rules, reasons, strict=True)
        if reason is not None
    )


def _drafts(
    facts: Facts, rules: Sequence[Rule], suppressions: Suppressions, *, certain: bool
) -> tuple[list[_Draft], int]:
    from greenrules.engine.find import find

    matches = find(facts, rules, certain=certain)
    if not matches:
        return [], 0
    from greenrules.engine.compose import is_suppressed, only_prepends
    from greenrules.engine.imports import imports_of

    imports = imports_of(facts)
    drafts: list[_Draft] = []
    suppressed = 0
    asked: set[str] = set()
    for match in matches:
        rule = match.rule
        if only_prepends(rule) and match.verdict.yes and rule.full_id in asked:
            continue
        draft = _draft(match, facts, imports)
        if draft is None:
            continue
        if is_suppressed(match, facts, suppressions):
            suppressed += 1
            continue
        if match.verdict.yes:
            asked.add(rule.full_id)
        drafts.append(draft)
    _gate(facts, imports, drafts)
    return drafts, suppressed


def _draft(match: Match, facts: Facts, imports: Imports) -> _Draft | None:
    """What to say of one match; None when its code is already as the rule wants it."""
    from greenrules.engine.compose import only_prepends, unsettled
    from greenrules.engine.edits import Refusal
    from greenrules.engine.prepend import Prelude
    from greenrules.engine.rewrite import rewrite_match

    rule = match.rule
    if not rule.writes:
        return _Draft(match, "lint" if match.verdict.yes else "suggestion", match.verdict.reason or None)
    prelude = Prelude.of(rule, facts)
    if prelude is not None and rule.template is None and not rule.within and prelude.stands(facts):
        return None
    if not match.verdict.yes:
        return _Draft(match, "suggestion", match.verdict.reason)
    group = rule.alternatives
    choice = unsettled(rule, {})
    if choice is None and group is not None:
        choice = f"a measurement must choose among the alternatives '{group}'"
    if choice is not None:
        # What only stands at the top of a script is no flaw of a line of it: a measurement may try it.
        return _Draft(match, "suggestion" if only_prepends(rule) else "lint", choice)
    edits = rewrite_match(match, facts, None, imports)
    if isinstance(edits, Refusal):
        return _Draft(match, "suggestion", edits.reason)
    return _Draft(match, "fixable", None, edits) if edits.changes else None


def _gate(facts: Facts, imports: Imports, drafts: list[_Draft]) -> None:
    """Make suggestions of the fixes that no gate would let through; singly only when all together fail."""
    from greenrules.engine.compose import unsound

    wishes = [(draft.match.rule, draft.edits) for draft in drafts if draft.edits is not None]
    reasons = unsound(facts.source, imports, wishes)
    for draft in drafts:
        if draft.edits is not None and id(draft.edits) in reasons:
            draft.kind, draft.reason, draft.edits = "suggestion", reasons[id(draft.edits)], None


def _findings(facts: Facts, drafts: list[_Draft], *, fixes: bool) -> list[Found]:
    found: list[Found] = []
    for draft in drafts:
        fix = None
        if fixes and draft.edits is not None:
            from greenrules.engine.imports import imports_of

            fix = _fix(facts.source, imports_of(facts), draft.edits)
        found.append(_finding(facts.source, draft, fix))
    return found


def _fix(source: Source, imports: Imports, edits: Edits) -> str | None:
    from greenrules.engine.compose import assemble
    from greenrules.engine.diff import unified
    from greenrules.engine.edits import Refusal

    made = assemble(source, imports, [edits])
    if isinstance(made, Refusal):
        return None
    if source.is_notebook:
        return unified(source.decoded.text, source.with_text(made.text).decoded.text, source.path)
    return unified(source.text, made.text, source.path)


def _finding(source: Source, draft: _Draft, fix: str | None) -> Found:
    rule = draft.match.rule
    start, end = _extent(source, draft.match)
    line, column, cell = source.position(start)
    end_line, end_column, _ = source.position(end)
    return Found(
        kind=draft.kind,
        rule=rule.full_id,
        tactic=rule.tactic,
        level=rule.level,
        path=source.path,
        cell=cell,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        message=rule.summary,
        reason=draft.reason,
        caveat=rule.caveat,
        fix=fix,
    )


def _extent(source: Source, match: Match) -> tuple[int, int]:
    """What a finding underlines: the match; of a compound statement its header."""
    start, end = source.span(match.nodes[0])[0], source.span(match.nodes[-1])[1]
    last = match.nodes[-1]
    body = getattr(last, "body", None)
    if isinstance(last, ast.stmt) and isinstance(body, list) and body:
        header = source.text[start : source.span(body[0])[0]].rstrip()
        end = start + len(header) if len(match.nodes) == 1 and header else end
    return start, end
