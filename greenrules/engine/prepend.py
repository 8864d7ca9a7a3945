"""Statements that must stand at the top of a script, before a library is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from greenrules.engine.match_names import parts_of
from greenrules.engine.pairing import same

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.pack import Rule

_PARAMETER = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_ANY = "__any_value_"
_BINDING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


class Prelude(NamedTuple):
    """Code for the top of a script.

    Attributes:
        code: the statements; ``${NAME}`` in them are parameters of the rule.
        before: modules whose first import they must precede.
        after_imports: whether they follow the imports at the top instead, because the rule says ``before: []``.
    """

    code: str
    before: tuple[str, ...]
    after_imports: bool = False

    @classmethod
    def of(cls, rule: Rule, facts: Facts) -> Prelude | None:
        """What a rule prepends; of plain text, before the libraries that the rule is about."""
        written: Any = rule.data.get("prepend")
        if written is None:
            return None
        if isinstance(written, str):
            return cls(written.strip("\n"), _matched_modules(rule, facts))
        code, before = str(written["code"]).strip("\n"), written.get("before")
        if before is None:
            return cls(code, _matched_modules(rule, facts))
        return cls(code, tuple(before), not before)

    def filled(self, parameters: Mapping[str, Any]) -> Prelude:
        """With values in place of the parameters that have one."""
        return Prelude(
            _PARAMETER.sub(lambda m: str(parameters[m[1]]) if m[1] in parameters else m[0], self.code),
            self.before,
            self.after_imports,
        )

    @property
    def missing(self) -> str | None:
        """The name of a parameter that has no value yet."""
        found = _PARAMETER.search(self.code)
        return found[1] if found else None

    @property
    def imports(self) -> frozenset[str]:
        """Its import statements, one for every name."""
        found: set[str] = set()
        for stmt in _statements(self.code):
            if isinstance(stmt, ast.Import):
                found.update(ast.unparse(ast.Import([alias])) for alias in stmt.names)
            elif isinstance(stmt, ast.ImportFrom):
                found.update(ast.unparse(ast.ImportFrom(stmt.module, [alias], stmt.level)) for alias in stmt.names)
        return frozenset(found)

    @property
    def modules(self) -> frozenset[str]:
        """Top modules that it cannot do without."""
        return frozenset(text.split()[1].partition(".")[0] for text in self.imports)

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
                if isinstance(node, ast.Attribute) and (parts := parts_of(node)) is not None:
                    roots[str(parts[0])] = None
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
    by_type = facts.index.by_type
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


def taken_name(prelude: Prelude, facts: Facts) -> str | None:
    """A name that a prelude binds and the script uses for something else, or None."""
    present = [stmt for stmt in facts.tree.body if isinstance(stmt, _BINDING)]
    for stmt in _statements(prelude.code):
        if isinstance(stmt, _BINDING) and not any(same(stmt, old) for old in present):
            for name in _bound_names(stmt):
                if facts.source.mentions(name):
                    return name
        elif isinstance(stmt, ast.Import | ast.ImportFrom):
            for alias in stmt.names:
                name = alias.asname or alias.name.partition(".")[0]
                module = facts.scopes.module.bindings.get(name, [])
                if any(not isinstance(binding.node, ast.alias) for binding in module):
                    return name
    return None


def _bound_names(stmt: ast.stmt) -> list[str]:
    if isinstance(stmt, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [stmt.name]
    return [node.id for node in ast.walk(stmt) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


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
