"""One match rewritten: the edits its rule asks for, or why there are none."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from greenrules.engine.arguments import Table
from greenrules.engine.edits import Edit, Edits, Keep, Refusal, Refused, replace
from greenrules.engine.holes import PREFIX, hole, metavariables
from greenrules.engine.imports import Imports, imports_of
from greenrules.engine.pairing import same
from greenrules.engine.pattern import Pattern, compile_pattern
from greenrules.engine.prepend import Prelude, taken_name
from greenrules.engine.site import Site
from greenrules.engine.template import Difference
from greenrules.engine.tokens import alone, line_start, margin
from greenrules.engine.within import rewrite_within

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.match import Match
    from greenrules.engine.pack import Rule


def rewrite_match(
    match: Match, facts: Facts, parameters: Mapping[str, Any] | None = None, imports: Imports | None = None
) -> Edits | Refusal:
    """The edits of one match.

    Args:
        match: the match; what its verdict says is the caller's business.
        facts: of the script.
        parameters: values of the rule's parameters.
        imports: those of the script, where the caller has them already.

    Returns:
        The edits, none when the code is already as the rule wants it; or the reason why it cannot be rewritten.
    """
    try:
        return _rewrite(match, facts, dict(parameters or {}), imports or imports_of(facts))
    except Refused as refused:
        return Refusal(refused.reason)
    except RecursionError:
        return Refusal("the code is nested too deeply")


def _rewrite(match: Match, facts: Facts, parameters: dict[str, Any], imports: Imports) -> Edits:
    rule = match.rule
    pattern = rule.branches[match.branch].patterns[0]
    site = Site(facts, imports, pattern, match.nodes, match.bindings, parameters)
    site.declared, site.template = rule.signature, rule.template
    if rule.template is not None or rule.arguments is not None:
        _write(match, site)
    if rule.within:
        rewrite_within(site, rule.within)
    edits = _unique(site.edits)
    _check_text(edits)
    _check_shown(facts, edits, match.nodes)
    edits += _rescued_comments(facts, edits, match.nodes)
    prelude = Prelude.of(rule, facts)
    if prelude is not None:
        prelude = None if prelude.stands(facts) else prelude.filled(parameters)
        if prelude is not None and prelude.missing:
            raise Refused(f"a measurement must choose {prelude.missing}")
        if prelude is not None and (name := taken_name(prelude, facts)):
            raise Refused(f"the script uses the name {name} already")
        if prelude is not None and (missing := prelude.modules & imports.optional):
            raise Refused(f"{min(missing)} may be missing: the script imports it only where it can do without")
    start, end = site.span(match.nodes[0])[0], site.span(match.nodes[-1])[1]
    return Edits(
        rule.full_id,
        getattr(match.node, "lineno", 1),
        (start, end),
        tuple(edits),
        (*_footprint(site, start, end), *dict.fromkeys(site.relied)),
        tuple(site.wanted),
        (prelude,) if prelude is not None else (),
        {name: parameters[name] for name in rule.data.get("parameters", ()) if name in parameters},
        _own_names(rule, facts),
        rule.template is not None
        and not rule.template.nodes
        and all(isinstance(node, ast.Import | ast.ImportFrom) for node in match.nodes),
    )


def _own_names(rule: Rule, facts: Facts) -> frozenset[str]:
    """Plain names that the templates of a rule write; those of libraries are imported, and do not count."""
    templates = [*([rule.template] if rule.template is not None else []), *rule.set.values()]
    templates += [template for pairs in rule.within.values() for _, template in pairs]
    parts = [part for template in templates for node in template.nodes for part in ast.walk(node)]
    plain = [part for part in parts if isinstance(part, ast.Name) and hole(part) is None]
    bound = {part.id for part in plain if isinstance(part.ctx, ast.Store)}
    bound |= {part.arg for part in parts if isinstance(part, ast.arg)}
    # ``unheard_of.function``: something has to bind the first part
    roots = {part.value.id for part in parts if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name)}
    names = {part.id for part in plain} - (roots - bound)
    return frozenset(name for name in names if not facts.knowledge.knows(name))


def _write(match: Match, site: Site) -> None:
    rule = match.rule
    template = rule.template if rule.template is not None else site.pattern
    assert template is not None

    def reargue(call: ast.Call, wanted: ast.Call | None) -> list[Edit]:
        assert rule.arguments is not None
        callee = site.facts.callee(call)
        old = callee.name if callee.certain else None
        new = site.qualified(wanted.func) if wanted is not None else None
        new = site.facts.knowledge.canonical(new) if new is not None else old
        bound = match.arguments
        if bound is None or not any(given.node in [*call.args, *_values(call)] for given in bound.args.values()):
            bound = site.facts.bind(call, site.facts.signature(old or "", rule.signature))
        return Table(site, rule.arguments, _set(match), bound, old, new).write(call, wanted)

    difference = Difference(site, template, reargue if rule.arguments is not None else None)
    if rule.template is not None:
        difference.make()
    if rule.template is None or rule.template.nodes:
        difference.finish()


def _values(call: ast.Call) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords]


def _set(match: Match) -> dict[str, Pattern]:
    """Templates of ``set:``; plain values of YAML stand for themselves."""
    table = match.rule.arguments
    found = dict(match.rule.set)
    for name, value in (table.set if table is not None else {}).items():
        if name not in found:
            found[name] = compile_pattern(value if isinstance(value, str) else repr(value), template=True)
    return found


def _unique(edits: list[Edit]) -> list[Edit]:
    """Without the edits that change nothing, and each once."""
    return [edit for edit in dict.fromkeys(edits) if edit.pieces != (Keep(edit.start, edit.end),)]


def _check_text(edits: list[Edit]) -> None:
    for edit in edits:
        if any(isinstance(piece, str) and PREFIX in piece for piece in edit.pieces):
            raise Refused("the template repeats something that cannot be written out")


def _check_shown(facts: Facts, edits: list[Edit], nodes: tuple[ast.AST, ...]) -> None:
    """Refuse to change what an f-string shows as code: ``f"{f(x)=}"``."""
    shown: dict[ast.AST, list[tuple[ast.JoinedStr, ast.FormattedValue]]]
    shown = facts.remembered("fields after an equals sign", lambda: _fields_after_equals(facts))
    if not shown:
        return
    for text in dict.fromkeys((*facts.ancestors(nodes[0]), *(inner for node in nodes for inner in ast.walk(node)))):
        for whole, field in shown.get(text, ()):
            if _is_shown(facts, field) and any(_touches(facts, edit, whole, field) for edit in edits):
                raise Refused("the f-string shows the code itself")


def _fields_after_equals(facts: Facts) -> dict[ast.AST, list[tuple[ast.JoinedStr, ast.FormattedValue]]]:
    found: dict[ast.AST, list[tuple[ast.JoinedStr, ast.FormattedValue]]] = {}
    for text in facts.nodes(ast.JoinedStr):
        for before, field in pairwise(text.values):
            if not (isinstance(field, ast.FormattedValue) and isinstance(before, ast.Constant)):
                continue
            if str(before.value).rstrip().endswith("="):
                found.setdefault(text, []).append((text, field))
    return found


def _is_shown(facts: Facts, field: ast.FormattedValue) -> bool:
    source = facts.source
    start, end = source.span(field.value)
    try:
        there = ast.parse(f"({source.text[start:end]})", mode="eval").body
    except (SyntaxError, ValueError):
        return True  # older Pythons do not always say where things are in an f-string
    rest = source.text[end:].lstrip(" \t\r\n)")
    return not same(there, field.value) or (rest.startswith("=") and not rest.startswith("=="))


def _touches(facts: Facts, edit: Edit, text: ast.JoinedStr, field: ast.FormattedValue) -> bool:
    """Whether an edit changes a field; one that keeps the field whole, or takes the whole text out, does not."""
    start, end = facts.source.span(text)
    if edit.start <= start and end <= edit.end and not any(k.start <= start and end <= k.end for k in edit.keeps):
        return False
    start, end = facts.source.span(field.value)
    apart = edit.end <= start or end <= edit.start
    return not apart and not any(keep.start <= start and end <= keep.end for keep in edit.keeps)


def _rescued_comments(facts: Facts, edits: list[Edit], nodes: tuple[ast.AST, ...]) -> list[Edit]:
    """Comments that the edits would lose, on lines of their own above the statement."""
    source = facts.source
    lost = []
    for edit in edits:
        for start, text in source.comments_between(edit.start, edit.end):
            end = start + len(text)
            if edit.loses(start, end) and not any(k.start <= start and end <= k.end for e in edits for k in e.keeps):
                lost.append((start, end))
    if not lost:
        return []
    statement = facts.statement(nodes[0])
    if statement is None:
        raise Refused("a comment would be lost")
    start, end = source.span(statement)
    if not alone(source.text, start, start) and source.text[line_start(source.text, start) : start].strip():
        raise Refused("a comment would be lost")
    at = line_start(source.text, start)
    lead = margin(source.text, start)
    lines = [piece for first, last in sorted(set(lost)) for piece in (lead, source.text[first:last], source.newline)]
    return [replace(at, at, *lines)]


def _footprint(site: Site, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The matched spans without what metavariables captured: what the rule relied on."""
    held: list[tuple[int, int]] = []
    names = _captured(site)
    for name in names:
        bound = site.bindings.get(name)
        for node in bound if isinstance(bound, tuple) else (bound,):
            if isinstance(node, ast.AST):
                try:
                    held.append(site.outer_span(node))
                except ValueError:
                    continue
    spans: list[tuple[int, int]] = []
    at = start
    for first, last in sorted(span for span in held if start <= span[0] and span[1] <= end):
        if first > at:
            spans.append((at, first))
        at = max(at, last)
    if at < end:
        spans.append((at, end))
    return tuple(spans)


def _captured(site: Site) -> list[str]:
    """Metavariables that hold whatever stands there: each written once in the pattern, and not a name only."""
    if site.pattern is None:
        return []
    counts: dict[str, int] = {}
    for node in site.pattern.nodes:
        for part in ast.walk(node):
            found = hole(part)
            if found is not None and found.name is not None and found.kind in ("one", "many"):
                counts[found.name] = counts.get(found.name, 0) + 1
    named = {name for node in site.pattern.nodes for name in metavariables(node)}
    return [name for name in site.bindings if name in named and counts.get(name, 0) >= 1]
