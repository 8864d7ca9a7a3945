"""Statements that must stand at the top of a script, before a library is imported."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from greenrules.engine.edits import Edit, replace
from greenrules.engine.pairing import same
from greenrules.engine.pattern import dotted
from greenrules.engine.script_index import index_of
from greenrules.engine.tokens import alone, line_end, line_start, next_line

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.pack import Rule

_PARAMETER = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_ANY = "__any_value_"


@dataclass(frozen=True)
class Prelude:
    """Code for the top of a script.

    Attributes:
        code: the statements; ``${NAME}`` in them are parameters of the rule.
        before: modules whose first import they must precede.
    """

    code: str
    before: tuple[str, ...]

    @classmethod
    def of(cls, rule: Rule, facts: Facts) -> Prelude | None:
        """What a rule prepends; of plain text, before the libraries that the rule is about."""
        written: Any = rule.data.get("prepend")
        if written is None:
            return None
        if isinstance(written, str):
            return cls(written.strip("\n"), _matched_modules(rule, facts))
        return cls(
            str(written["code"]).strip("\n"), tuple(written.get("before") or ()) or _matched_modules(rule, facts)
        )

    def filled(self, parameters: Mapping[str, Any]) -> Prelude:
        """With values in place of the parameters that have one."""
        return Prelude(
            _PARAMETER.sub(lambda m: str(parameters[m[1]]) if m[1] in parameters else m[0], self.code), self.before
        )

    @property
    def missing(self) -> str | None:
        """The name of a parameter that has no value yet."""
        found = _PARAMETER.search(self.code)
        return found[1] if found else None

    def stands(self, facts: Facts) -> bool:
        """Whether every statement is there already, early enough; whatever value a parameter has there."""
        wanted = _shapes(self.code)
        left = set(wanted)
        limit = first_import(facts, self.before)
        for stmt in facts.tree.body:
            if (type(stmt), getattr(stmt, "name", None)) in {kind for kind, _ in left} and (
                limit is None or facts.source.span(stmt)[0] < limit
            ):
                text = ast.unparse(stmt)
                left = {(kind, shape) for kind, shape in left if not shape.fullmatch(text)}
        return not left


def _matched_modules(rule: Rule, facts: Facts) -> tuple[str, ...]:
    """The modules of the libraries a rule is about: named by its patterns, else declared with it."""
    roots: dict[str, None] = {}
    for branch in rule.branches:
        for pattern in branch.patterns:
            for node in (inner for root in pattern.nodes for inner in ast.walk(root)):
                if isinstance(node, ast.Attribute) and (name := dotted(node)) is not None:
                    roots[name.partition(".")[0]] = None
                elif isinstance(node, ast.Import):
                    roots.update({alias.name.partition(".")[0]: None for alias in node.names})
                elif isinstance(node, ast.ImportFrom):
                    roots[(node.module or "").partition(".")[0]] = None
    declared = set(rule.data.get("libraries") or {})
    modules = [module for module, distribution in facts.knowledge.modules.items() if distribution in declared]
    return tuple(dict.fromkeys([*roots, *modules]))


def first_import(facts: Facts, modules: Iterable[str]) -> int | None:
    """The offset of the first import of one of the modules, wherever it stands; None when there is none."""
    wanted = set(modules)
    offsets = []
    by_type = index_of(facts).by_type
    for node in (*by_type.get("Import", ()), *by_type.get("ImportFrom", ())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        if any(name == module or name.startswith(f"{module}.") for name in names for module in wanted):
            offsets.append(facts.source.span(node)[0])
    return min(offsets, default=None)


def plan_preludes(facts: Facts, preludes: Sequence[Prelude]) -> list[Edit]:
    """The edit that writes statements at the top: after docstring, ``__future__`` and the standard library's imports.

    What several preludes share, and what stands there already, is written once.
    """
    if not preludes:
        return []
    before = {module for prelude in preludes for module in prelude.before}
    head, following = _head(facts, before)
    pending: list[tuple[ast.stmt, str]] = []
    blocks: list[str] = []
    for prelude in preludes:
        statements = _statements(prelude.code)
        new = [
            stmt
            for stmt in statements
            if not any(same(stmt, old) for old, _ in pending) and not any(same(stmt, old) for old in head)
        ]
        pending += [(stmt, prelude.code) for stmt in new]
        if len(new) == len(statements):
            blocks.append(prelude.code)
        elif new:
            blocks.append("\n".join(ast.get_source_segment(prelude.code, stmt) or ast.unparse(stmt) for stmt in new))
    if not blocks:
        return []
    source = facts.source
    code = source.newline.join("\n".join(blocks).split("\n"))
    imports = [stmt for stmt in head if isinstance(stmt, ast.Import | ast.ImportFrom) and not _is_future(stmt)]
    if imports:
        at = next_line(source.text, source.span(imports[-1])[1])
    elif following is not None:
        at = line_start(source.text, source.span(following)[0])
    else:
        at = len(source.text)
    lead = "" if at == 0 or source.text[:at].endswith(("\n", "\r")) else source.newline
    blank = at < len(source.text) and source.text[at : line_end(source.text, at)].strip()
    tail = source.newline * (2 if blank else 1)
    return [replace(at, at, lead, code, "" if lead and at == len(source.text) else tail)]


def _head(facts: Facts, before: set[str]) -> tuple[list[ast.stmt], ast.stmt | None]:
    """The statements that preludes may follow, and the first that they precede."""
    head: list[ast.stmt] = []
    for number, stmt in enumerate(facts.tree.body):
        docstring = (
            number == 0
            and isinstance(stmt, ast.Expr)
            and isinstance(stmt.value, ast.Constant)
            and isinstance(stmt.value.value, str)
        )
        if not (docstring or _is_future(stmt) or _is_standard(stmt, before)):
            return head, stmt
        if not alone(facts.source.text, *facts.source.span(stmt)):
            return head, stmt
        head.append(stmt)
    return head, None


def _is_future(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.ImportFrom) and stmt.module == "__future__"


def _is_standard(stmt: ast.stmt, before: set[str]) -> bool:
    if isinstance(stmt, ast.Import):
        roots = {alias.name.partition(".")[0] for alias in stmt.names}
    elif isinstance(stmt, ast.ImportFrom) and not stmt.level:
        roots = {(stmt.module or "").partition(".")[0]}
    else:
        return False
    return roots <= sys.stdlib_module_names and not roots & {module.partition(".")[0] for module in before}


def _statements(code: str) -> list[ast.stmt]:
    try:
        return ast.parse(code).body
    except (SyntaxError, ValueError):
        return []


@lru_cache(maxsize=256)
def _shapes(code: str) -> tuple[tuple[tuple[type[ast.stmt], str | None], re.Pattern[str]], ...]:
    """The statements of a prelude: type and name, and the text in its plain form."""
    return tuple(
        ((type(stmt), getattr(stmt, "name", None)), _shape(stmt))
        for stmt in _statements(_PARAMETER.sub(rf"{_ANY}\1", code))
    )


def _shape(stmt: ast.stmt) -> re.Pattern[str]:
    """The text of a statement in its plain form, any value for a parameter."""
    text = re.escape(ast.unparse(stmt))
    return re.compile(re.sub(rf"{_ANY}[A-Z0-9_]*", ".+", text))
