"""The role of each statement in the pipeline, and the calls that read quality.

What packs declare under ``stages:`` names the role of calls. The rest follows without any library's name:

- an import has the role *imports*;
- a statement has the role of the outermost call in it that a pack or the script itself knows (of a compound statement:
  in its header), so that ``score(y, model.predict(x))`` evaluates and ``Model().fit(x, y)`` trains; what a pack says of
  whole statements counts where no call says anything; functions that packs declare as metrics evaluate;
- a loop, ``if`` or ``with`` whose header says nothing has the weightiest role of what it holds, training first;
- a call of a function of the script has the weightiest role of that function's body, whose own statements keep theirs;
  a call of one of its classes has that of ``__init__``;
- any other statement goes with the one before it, but between ingestion and the model it prepares features, and before
  the first role it belongs to the imports;
- a function in which nothing is known takes the role of the statement that first calls it, or else first hands it on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeVar

from greenrules.engine.find import match_branch
from greenrules.engine.match import Match
from greenrules.engine.match_env import Purse
from greenrules.engine.pack import Branch, Rule
from greenrules.engine.pattern import compile_pattern
from greenrules.engine.places import places_of
from greenrules.engine.prefilter import roots_of
from greenrules.engine.script_index import remembered
from greenrules.errors import Position
from greenrules.models import Role

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.rule import MatchNode

Owner = TypeVar("Owner")

_STEPS = 500_000
#: of several roles the one that says what a statement is for
_WEIGHT: tuple[Role, ...] = (
    "training-loop",
    "quality-evaluation",
    "inference",
    "model-instantiation",
    "feature-engineering",
    "dataset-ingestion",
    "imports",
)
#: deeper than any call stands: what a pattern over a whole statement says
_WHOLE = 1_000
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: stands for the rule in matches that only give a role
_STAGE = Rule("stage", None, ("", "", 0), Position("pack.yaml"), {}, ())
_BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True, slots=True)
class StageSpan:
    """A statement, or the header of a compound one, and its role. Lines are 1-based and inclusive."""

    role: Role
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class MetricCall:
    """A place that yields a quality figure.

    Attributes:
        node: the call or attribute.
        metric: the last part of its name.
        better: which way is better.
        argument: the parameter with the predictions, where the pack names it.
        log: where the evaluation log is that the call leaves behind; empty for a call that gives a figure.
    """

    node: ast.expr
    metric: str
    better: Literal["higher", "lower"]
    argument: str | None = None
    log: tuple[str, ...] = ()


def stages(facts: Facts) -> list[StageSpan]:
    """One span per statement, nested ones and function bodies included, in source order."""
    roles = statement_roles(facts)
    spans = []
    for statement, role in roles.items():
        inner = [block[0].lineno for block in _blocks(statement) if block]
        end = statement.end_lineno or statement.lineno
        if inner:
            end = max(statement.lineno, min(inner) - 1)
        spans.append(StageSpan(role, statement.lineno, end))
    return sorted(spans, key=lambda span: (span.start_line, span.end_line))


def role_at(facts: Facts, node: ast.AST) -> Role | None:
    """The role of the statement that a node stands in."""
    statement = facts.statement(node)
    return statement_roles(facts).get(statement) if statement is not None else None


def statement_roles(facts: Facts) -> dict[ast.stmt, Role]:
    """The role of every statement, computed once per script."""
    return remembered(facts, "roles", lambda: _Roles(facts).assign())


def metric_calls(facts: Facts) -> list[MetricCall]:
    """The calls and attributes that packs declare under ``metrics:``, in source order."""
    declared: list[tuple[str, Branch]] = []
    for name in facts.knowledge.metrics:
        text = name if "(" in name or name.startswith("$") else f"{name}(...)"
        declared += [(name, branch) for branch in _compiled(text)]
    found: dict[ast.expr, MetricCall] = {}
    purse = Purse(_STEPS)
    # A callee that is named is surer than a method of something, so it goes first.
    declared.sort(key=lambda each: each[0].startswith(("$", "(")))
    for node, (name, branch) in _sites(facts, declared):
        if not isinstance(node, ast.expr) or (node in found and name.startswith(("$", "("))):
            continue
        if not any(match.certain.yes for match in match_branch(branch, facts, node, purse)):
            continue
        metric = facts.knowledge.metrics[name]
        last = name.removesuffix("(...)").rpartition(".")[2]
        found[node] = MetricCall(node, last, metric.better, metric.argument, tuple(metric.log))
    called = {id(node.func) for node in found if isinstance(node, ast.Call)}
    kept = [each for each in found.values() if id(each.node) not in called]
    return sorted(kept, key=lambda each: (each.node.lineno, each.node.col_offset))


def _sites(facts: Facts, declared: Iterable[tuple[Owner, Branch]]) -> Iterator[tuple[ast.AST, tuple[Owner, Branch]]]:
    """Nodes at which alternatives may start, and whose these are."""
    places = places_of(facts)
    for each in declared:
        for node in places.of(each[1], each[1].patterns[0].anchors):
            yield node, each


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> tuple[Branch, ...]:
    """A pattern given as text, without the loader: most need neither its YAML nor the grammar."""
    found = compile_pattern(pattern)
    return (Branch((found,), (), found.kinds, found.words, roots_of(found)),)


def _branches(pattern: str | MatchNode) -> tuple[Branch, ...]:
    if isinstance(pattern, str):
        return _compiled(pattern)
    from greenrules.engine.loader import compile_stage

    return compile_stage(pattern)


@dataclass(frozen=True, slots=True)
class _Said:
    """A role, and how many expressions stand around the call that gives it."""

    depth: int
    role: Role

    def rank(self) -> tuple[int, int]:
        """Less is stronger: further out, then weightier."""
        return self.depth, _WEIGHT.index(self.role)


def _starred(facts: Facts, node: ast.AST) -> bool:
    """Whether a call's name comes from a star import of a declared library: certain enough for a role."""
    found = facts.resolve(node.func) if isinstance(node, ast.Call) else None
    if found is None or found.certain or found.candidates or found.name is None:
        return False
    return facts.knowledge.knows(found.name)


class _Roles:
    """Works out the roles of one script's statements."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.roles: dict[ast.stmt, Role] = {}
        self.functions = self._functions()
        self.calls = self._calls()
        self.waiting: list[ast.FunctionDef | ast.AsyncFunctionDef] = []

    def assign(self) -> dict[ast.stmt, Role]:
        known = self._direct()
        bodies = self._bodies(known)
        self._block(self.facts.tree.body, known, bodies, None, feature=True)
        # Of functions that say nothing themselves, those go first whose caller has its role.
        while self.waiting:
            ready = [each for each in self.waiting if self._caller(each) is not None] or self.waiting[:1]
            self.waiting = [each for each in self.waiting if each not in ready]
            for definition in ready:
                first = self._caller(definition) or self.roles[definition]
                self._block(definition.body, known, bodies, first, feature=True)
        return self.roles

    def _functions(self) -> dict[str, list[ast.stmt]]:
        found: dict[str, list[ast.stmt]] = {}
        for kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            for node in self.facts.index.by_type.get(kind, ()):
                if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
                    found.setdefault(node.name, []).append(node)
        return found

    def _calls(self) -> dict[str, list[ast.expr]]:
        """Where the script's own functions and methods may be called, or handed on, by name; calls go first."""
        found: dict[str, list[ast.expr]] = {}
        for node in self.facts.index.by_type.get("Call", ()):
            if isinstance(node, ast.Call):
                name = _own_name(node.func)
                if name in self.functions:
                    found.setdefault(name, []).append(node)
        for calls in found.values():
            calls.sort(key=lambda call: (call.lineno, call.col_offset))
        for node in self.facts.index.by_type.get("Name", ()):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in self.functions:
                found.setdefault(node.id, []).append(node)
        return found

    def _direct(self) -> dict[ast.stmt, _Said]:
        """Roles that calls give to their statements: the outermost call, of equals the more specific pattern."""
        knowledge = self.facts.knowledge
        declared = [(stage.role, stage.pattern) for stage in knowledge.stages]
        declared += [
            ("quality-evaluation", f"{name}(...)")
            for name in knowledge.metrics
            if not name.startswith("$") and "(" not in name
        ]
        spoken = [
            ((role, _specificity(branch)), branch)
            for role, pattern in declared
            for branch in _branches(pattern)
            if branch.words <= self.facts.source.words
        ]
        purse = Purse(_STEPS)
        best: dict[ast.AST, tuple[tuple[int, int], Role]] = {}
        for node, ((role, specific), branch) in _sites(self.facts, spoken):
            rank = (specific, -_WEIGHT.index(role))
            if node in best and best[node][0] >= rank:
                continue
            if self._matches(branch, node, purse):
                best[node] = (rank, role)
        known: dict[ast.stmt, _Said] = {}
        for node, (_, role) in best.items():
            statement = self.facts.statement(node)
            if statement is None or isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
                continue
            said = _Said(self._depth(node), role)
            known[statement] = min(said, known.get(statement, said), key=_Said.rank)
        for kind in ("Import", "ImportFrom"):
            for node in self.facts.index.by_type.get(kind, ()):
                if isinstance(node, ast.stmt):
                    known[node] = _Said(0, "imports")
        return known

    def _depth(self, node: ast.AST) -> int:
        if isinstance(node, ast.stmt):
            return _WHOLE
        return sum(1 for outer in self.facts.ancestors(node) if isinstance(outer, ast.expr))

    def _matches(self, branch: Branch, node: ast.AST, purse: Purse) -> bool:
        for found in match_branch(branch, self.facts, node, purse):
            if not found.certain.yes and not _starred(self.facts, node):
                continue
            if not branch.where:
                return True
            match = Match(_STAGE, 0, found.nodes, found.bindings)
            if all(condition.holds(match, self.facts).possible for condition in branch.where):
                return True
        return False

    def _bodies(self, known: dict[ast.stmt, _Said]) -> dict[str, Role]:
        """The weightiest role of each function's body, through calls of other functions."""
        bodies: dict[str, Role] = {}
        for _ in range(len(self.functions) + 1):
            changed = False
            for name, definitions in self.functions.items():
                roles = [
                    role
                    for definition in definitions
                    for statement in _statements(definition)
                    if (role := self._header_role(statement, known, bodies)) not in (None, "imports")
                ]
                best = _weightiest([role for role in roles if role is not None])
                if best is not None and bodies.get(name) != best:
                    bodies[name] = best
                    changed = True
            if not changed:
                break
        return bodies

    def _header_role(self, statement: ast.stmt, known: dict[ast.stmt, _Said], bodies: dict[str, Role]) -> Role | None:
        """The role of the outermost call that a pack knows or that is of the script's own functions."""
        said = [
            _Said(self._depth(node), bodies[name])
            for node in _header(statement)
            if isinstance(node, ast.Call) and (name := _own_name(node.func)) in bodies
        ]
        own = min(said, key=_Said.rank, default=None)
        declared = known.get(statement)
        if declared is None or (own is not None and own.depth < declared.depth):
            return own.role if own is not None else None
        return declared.role

    def _block(
        self,
        block: Sequence[ast.stmt],
        known: dict[ast.stmt, _Said],
        bodies: dict[str, Role],
        before: Role | None,
        *,
        feature: bool,
    ) -> Role | None:
        """Give every statement of a block its role; ``before`` is that of the code ahead. Returns the last one."""
        own = [self._own(statement, known, bodies) for statement in block]
        for index, statement in enumerate(block):
            if isinstance(statement, _FUNCTIONS):
                self.roles[statement] = before or "imports"
                continue
            if isinstance(statement, ast.ClassDef):
                self.roles[statement] = before or "imports"
                self._block(statement.body, known, bodies, before, feature=False)
                continue
            role = own[index]
            if role is None:
                role = before or "imports"
                later = any(each in ("model-instantiation", "training-loop") for each in own[index + 1 :])
                if role == "dataset-ingestion" and later and feature:
                    role = "feature-engineering"
            self.roles[statement] = role
            if role != "imports" or before is None:
                before = role
            # What follows a loop goes on from where its body ends.
            ends = [self._block(inner, known, bodies, before, feature=feature) for inner in _blocks(statement)]
            before = ends[0] if ends else before
        for statement in block:
            if isinstance(statement, _FUNCTIONS):
                self._function(statement, known, bodies)
        return before

    def _function(self, definition: ast.stmt, known: dict[ast.stmt, _Said], bodies: dict[str, Role]) -> None:
        assert isinstance(definition, _FUNCTIONS)
        if definition.name not in bodies:
            self.waiting.append(definition)
            return
        # What stands before the first known statement prepares it.
        own = (self._own(statement, known, bodies) for statement in definition.body)
        first = next((role for role in own if role not in (None, "imports")), None)
        self._block(definition.body, known, bodies, first or self.roles[definition], feature=True)

    def _caller(self, definition: ast.FunctionDef | ast.AsyncFunctionDef) -> Role | None:
        """The role of the statement that first calls a function."""
        statements = (self.facts.statement(call) for call in self.calls.get(definition.name, ()))
        roles = (self.roles.get(statement) for statement in statements if statement is not None)
        return next((role for role in roles if role is not None), None)

    def _own(self, statement: ast.stmt, known: dict[ast.stmt, _Said], bodies: dict[str, Role]) -> Role | None:
        """What a statement's own code says: its calls, the functions it calls, what it holds."""
        if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
            return None
        role = self._header_role(statement, known, bodies)
        if role is not None:
            return role
        held = [
            found
            for block in _blocks(statement)
            for inner in block
            if (found := self._own(inner, known, bodies)) is not None
        ]
        return _weightiest(held)


def _weightiest(roles: Sequence[Role]) -> Role | None:
    return min(roles, key=_WEIGHT.index) if roles else None


def _specificity(branch: Branch) -> int:
    """How much a pattern says: the plain parts of its name, a type, its conditions."""
    text = branch.patterns[0].encoded.partition("(*")[0]
    plain = sum(1 for part in text.split(".") if not part.startswith("__hole_"))
    return plain + 2 * ("__hole_typed" in text) + 2 * len(branch.where)


def _own_name(func: ast.expr) -> str:
    """The name under which a function of the script may be called: plain, or as a method."""
    if isinstance(func, ast.Name):
        return func.id
    return func.attr if isinstance(func, ast.Attribute) else ""


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in _BLOCKS:
        block = getattr(statement, name, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield block
    for handler in getattr(statement, "handlers", ()):
        yield handler.body
    for case in getattr(statement, "cases", ()):
        yield case.body


def _statements(definition: ast.stmt) -> Iterator[ast.stmt]:
    """Every statement that a call of a definition runs: a function's body, of a class ``__init__``; not nested ones."""
    pending = [inner for block in _blocks(definition) for inner in block]
    if isinstance(definition, ast.ClassDef):
        made = (each for each in pending if isinstance(each, _FUNCTIONS) and each.name == "__init__")
        pending = [inner for each in made for inner in each.body]
    while pending:
        statement = pending.pop()
        yield statement
        if not isinstance(statement, _FUNCTIONS):
            pending += [inner for block in _blocks(statement) for inner in block]


def _header(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those of the statements it holds."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        yield node
        pending += [
            child
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case | ast.Lambda)
        ]
