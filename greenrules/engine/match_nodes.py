"""One node of a pattern against one node of code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from greenrules.engine.children import walk
from greenrules.engine.condition_values import equal_values
from greenrules.engine.holes import PREFIX, Hole, hole, of_identifier
from greenrules.engine.match_calls import match_arguments, match_parameters
from greenrules.engine.match_cases import match_class_pattern, match_mapping_pattern
from greenrules.engine.match_env import Env, Purse, TooCostly
from greenrules.engine.match_names import match_module, match_name, parts_of
from greenrules.engine.match_quick import NO_GUARDS, Guards, plausible
from greenrules.engine.match_runs import known_hole, match_all, match_some, run_of
from greenrules.engine.match_strings import match_format, match_joined
from greenrules.engine.regexes import TOO_LONG, search

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.names import Resolved
    from greenrules.engine.script_index import Shared

#: Steps that one place may cost, of one rule.
STEPS = 20_000

_IGNORED = frozenset({"ctx", "type_comment", "kind"})
#: What a pattern need not mention: field → it is left out when empty.
_LESS_IS_MORE = frozenset({"decorator_list", "returns", "annotation", "finalbody", "type_params", "msg", "cause"})
_SAME_TYPE: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.FunctionDef: (ast.FunctionDef, ast.AsyncFunctionDef),
    ast.For: (ast.For, ast.AsyncFor),
    ast.With: (ast.With, ast.AsyncWith),
}
_ASSOCIATIVE = (ast.Add, ast.Mult, ast.BitOr, ast.BitAnd)
_LITERALS = (ast.Constant, ast.UnaryOp, ast.Tuple, ast.List, ast.Dict, ast.Set)


def annotate(tree: ast.AST) -> None:
    """Write on every node of a pattern what the matcher asks of it.

    Its hole, its dotted parts, its literal value; of a call how many arguments it spells out, and whether there may be
    more.
    """
    types: set[int] = set()
    for node in ast.walk(tree):
        found = hole(node)
        notes: dict[str, Any] = {"_hole": found}
        if found is not None and found.kind == "typed" and isinstance(node, ast.Call):
            # No name that a script has to spell, nor of a module it has to import: others give such values, too.
            types.update(map(id, ast.walk(node.args[1])))
        if isinstance(node, ast.Name | ast.Attribute):
            notes["_parts"] = None if id(node) in types else parts_of(node)
        if isinstance(node, _LITERALS):
            notes["_literal"] = _literal(node)
        if isinstance(node, ast.Call):
            items = [*node.args, *node.keywords]
            spelled = [item for item in items if run_of(item) is None]
            notes["_arity"] = len(spelled), len(spelled) < len(items)
        vars(node).update(notes)


def _literal(node: ast.expr) -> tuple[Any] | None:
    if any(isinstance(inner, ast.Constant) and hole(inner) for inner in ast.walk(node)):
        return None
    try:
        return (ast.literal_eval(node),)
    except (ValueError, TypeError, SyntaxError):
        return None


class Matcher:
    """Matches patterns against one script, within a bounded number of steps.

    Args:
        facts: the script.
        shared: what the matchers of one script share.
        root: the pattern's first node.
        declared: signature that the rule declares for the call that ``root`` is.
        purse: what all places of one rule may cost together.
        guards: metavariable that stands for an identifier → what it must match to be worth a look.
    """

    def __init__(
        self,
        facts: Facts,
        shared: Shared,
        root: ast.AST,
        declared: str | None = None,
        purse: Purse | None = None,
        guards: Guards = NO_GUARDS,
    ) -> None:
        self.facts = facts
        self.modules = shared.index.modules
        self.renamed = shared.renamed
        self.declared = declared
        self.root = root
        self.steps = STEPS
        self.purse = purse
        self.guards = guards
        self._resolved = shared.resolved

    def spend(self, steps: int = 1) -> None:
        """Pay for one step, or several.

        Raises:
            TooCostly: nothing is left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise TooCostly
        if self.purse is not None:
            self.purse.steps -= steps
            if self.purse.steps < 0:
                raise TooCostly

    def plausible(self, pattern: ast.AST, node: ast.AST) -> bool:
        """A quick look before matching: False is certain."""
        return plausible(pattern, node, self.renamed, self.guards)

    def is_module(self, root: str) -> bool:
        """Whether the first part of a dotted name is a module: imported by the script, or declared by a pack."""
        return root in self.modules or self.facts.knowledge.knows(root)

    def canonical(self, name: str) -> str:
        """The name that a name of a pattern stands for."""
        return self.facts.knowledge.canonical(name)

    def resolve(self, node: ast.expr) -> Resolved:
        """What a name in the script means."""
        found = self._resolved.get(node)
        if found is None:
            found = self._resolved[node] = self.facts.resolve(node)
        return found

    def node(self, pattern: ast.AST, node: ast.AST, env: Env) -> Iterator[Env]:
        """All ways in which a pattern matches a node."""
        self.spend()
        found = known_hole(pattern)
        if found is not None:
            yield from self._fill(found, pattern, node, env)
        elif isinstance(pattern, ast.Name | ast.Attribute):
            yield from match_name(self, pattern, node, env)
        elif isinstance(pattern, ast.Call):
            if isinstance(node, ast.Call):
                for inner in self.node(pattern.func, node.func, env):
                    yield from match_arguments(self, pattern, node, inner)
        elif isinstance(pattern, ast.expr):
            yield from self._expression(pattern, node, env)
        elif isinstance(pattern, ast.stmt):
            yield from self._statement(pattern, node, env)
        elif isinstance(pattern, ast.MatchClass):
            yield from match_class_pattern(self, pattern, node, env)
        elif isinstance(pattern, ast.MatchMapping):
            yield from match_mapping_pattern(self, pattern, node, env)
        elif isinstance(pattern, ast.arguments):
            if isinstance(node, ast.arguments):
                yield from match_parameters(self, pattern, node, env)
        else:
            yield from self._fields(pattern, node, env)

    def _fill(self, found: Hole, pattern: ast.AST, node: ast.AST, env: Env) -> Iterator[Env]:
        bound: Env | None = None
        if found.kind in ("one", "many"):
            if isinstance(pattern, ast.Expr) and isinstance(node, ast.Expr):
                node = node.value
            bound = env.bind(found.name, node)
        elif found.kind == "typed":
            assert found.type is not None
            if isinstance(node, ast.expr):
                name = found.type if "." in found.type else f"builtins.{found.type}"
                if self.facts.is_type(node, self.canonical(name)).yes:
                    bound = env.bind(found.name, node)
        elif found.kind == "string":
            wanted = bytes if isinstance(getattr(pattern, "value", None), bytes) else str
            bound = self._string(found, wanted, node, env)
        elif found.kind == "deep":
            assert found.inner is not None
            for inner in walk(node):
                if isinstance(inner, ast.expr) and self.plausible(found.inner, inner):
                    yield from self.node(found.inner, inner, env)
            return
        if bound is not None:
            yield bound

    def _string(self, found: Hole, wanted: type, node: ast.AST, env: Env) -> Env | None:
        if isinstance(node, ast.JoinedStr) and found.regex is None and found.name is None:
            return env if wanted is str else None
        if not isinstance(node, ast.expr):
            return None
        value = node.value if isinstance(node, ast.Constant) else None
        if value is None and isinstance(node, ast.Name | ast.Attribute | ast.BinOp | ast.JoinedStr):
            constant = self.facts.constant(node)
            value = constant.value if constant is not None else None
        if not isinstance(value, str):
            return env if isinstance(value, wanted) else None
        fits = wanted is str and (found.regex is None or search(found.regex, value))
        if fits is False:
            return None
        return (env if fits else env.doubtful(TOO_LONG)).bind(found.name, value)

    def _expression(self, pattern: ast.expr, node: ast.AST, env: Env) -> Iterator[Env]:
        literal = getattr(pattern, "_literal", None)
        if literal is not None and not (type(pattern) is type(node) and not isinstance(node, ast.Constant)):
            if isinstance(node, ast.Constant):
                if equal_values(node.value, literal[0]):
                    yield env
            elif isinstance(node, ast.expr):
                constant = self.facts.constant(node)
                if constant is not None and equal_values(constant.value, literal[0]):
                    yield env
            return
        if isinstance(pattern, ast.BinOp) and isinstance(pattern.op, _ASSOCIATIVE):
            wanted = _operands(pattern, type(pattern.op))
            runs = any(_is_run(item) for item in wanted)
            if not runs:
                yield from self._fields(pattern, node, env)
            chained = isinstance(node, ast.BinOp) and type(node.op) is type(pattern.op) and (runs or len(wanted) > 2)
            if chained and isinstance(node, ast.BinOp) and not self._within_chain(node):
                yield from match_all(self, wanted, _operands(node, type(node.op)), env, self.node)
        elif isinstance(pattern, ast.BoolOp):
            if isinstance(node, ast.BoolOp) and type(node.op) is type(pattern.op):
                operator = type(pattern.op)
                yield from match_all(self, _operands(pattern, operator), _operands(node, operator), env, self.node)
        elif isinstance(pattern, ast.JoinedStr):
            yield from match_joined(self, pattern, node, env)
        elif isinstance(pattern, ast.FormattedValue):
            if isinstance(node, ast.FormattedValue) and node.conversion == pattern.conversion:
                for inner in self.node(pattern.value, node.value, env):
                    yield from match_format(self, pattern.format_spec, node.format_spec, inner)
        elif isinstance(pattern, ast.Dict):
            if isinstance(node, ast.Dict):
                yield from self._dict(pattern, node, env)
        elif isinstance(pattern, ast.Set) and isinstance(node, ast.Dict):
            # ``{...}`` is as much any dictionary as any set
            if len(pattern.elts) == 1 and (run := known_hole(pattern.elts[0])) and run.kind == "many":
                bound = env.bind(run.name, tuple(_pairs(node)))
                if bound is not None:
                    yield bound
        else:
            yield from self._fields(pattern, node, env)

    def _within_chain(self, node: ast.BinOp) -> bool:
        """Whether a chain is the beginning of a longer one, which is where a run is looked for."""
        outer = self.facts.parent(node)
        return isinstance(outer, ast.BinOp) and outer.left is node and type(outer.op) is type(node.op)

    def _dict(self, pattern: ast.Dict, node: ast.Dict, env: Env) -> Iterator[Env]:
        wanted, given = list(_pairs(pattern)), list(_pairs(node))
        runs = [pair for pair in wanted if pair.arg is None and (h := known_hole(pair.value)) and h.kind == "many"]
        single = [pair for pair in wanted if pair not in runs]
        if not runs and len(single) != len(given):
            return

        def item(want: ast.keyword, have: ast.keyword, env: Env) -> Iterator[Env]:
            left, right = want._key, have._key  # type: ignore[attr-defined]
            if left is None or right is None:
                if left is right:
                    yield from self.node(want.value, have.value, env)
                return
            for inner in self.node(left, right, env):
                yield from self.node(want.value, have.value, inner)

        for pair in runs:
            pair._hole = known_hole(pair.value)  # type: ignore[attr-defined]
        yield from match_some(self, wanted, given, env, item, ordered=False)

    def _statement(self, pattern: ast.stmt, node: ast.AST, env: Env) -> Iterator[Env]:
        if isinstance(pattern, ast.Expr):
            inner = known_hole(pattern.value)
            if inner is not None and inner.kind == "deep" and isinstance(node, ast.stmt):
                yield from self._fill(inner, pattern.value, node, env)
                return
        if isinstance(pattern, ast.Import) and isinstance(node, ast.Import):
            yield from match_some(self, pattern.names, node.names, env, self._alias, ordered=False)
            return
        if isinstance(pattern, ast.ImportFrom) and isinstance(node, ast.ImportFrom):
            yield from self._import_from(pattern, node, env)
            return
        if isinstance(pattern, ast.Assign) and isinstance(node, ast.AnnAssign):
            if len(pattern.targets) == 1 and node.value is not None:
                for inner_env in self.node(pattern.targets[0], node.target, env):
                    yield from self.node(pattern.value, node.value, inner_env)
            return
        yield from self._fields(pattern, node, env)

    def _import_from(self, pattern: ast.ImportFrom, node: ast.ImportFrom, env: Env) -> Iterator[Env]:
        wanted = pattern.module or ""
        bound: Env | None
        if PREFIX in wanted and not pattern.level:
            bound = match_module(wanted, "." * node.level + (node.module or ""), env)
        elif PREFIX in wanted:
            same = node.module is not None and node.level == pattern.level
            bound = match_module(wanted, node.module or "", env) if same else None
        elif pattern.level != node.level or self.canonical(wanted) != self.canonical(node.module or ""):
            return
        else:
            bound = env
        if bound is not None:
            yield from match_some(self, pattern.names, node.names, bound, self._alias, ordered=False)

    def _alias(self, pattern: ast.alias, node: ast.alias, env: Env) -> Iterator[Env]:
        bound = match_module(pattern.name, node.name, env)
        if bound is not None and pattern.asname is not None:
            bound = self._identifier(pattern.asname, node.asname or node.name, bound)
        if bound is not None:
            yield bound

    def _identifier(self, pattern: str, name: str | None, env: Env) -> Env | None:
        found = of_identifier(pattern)
        if found is None:
            return env if pattern == name else None
        return env.bind(found.name, name) if name is not None else None

    def _fields(self, pattern: ast.AST, node: ast.AST, env: Env) -> Iterator[Env]:
        """Every field of two nodes of one type."""
        kind = type(pattern)
        # Of handlers that a pattern leaves open it does not say whether they are of groups.
        groups = isinstance(pattern, ast.Try) and type(node) is ast.TryStar and all(map(known_hole, pattern.handlers))
        if type(node) is not kind and type(node) not in _SAME_TYPE.get(kind, ()) and not groups:
            return
        names = [name for name in pattern._fields if name not in _IGNORED and not _unsaid(pattern, name)]
        yield from self._field(pattern, node, names, 0, env)

    def _field(self, pattern: ast.AST, node: ast.AST, names: list[str], index: int, env: Env) -> Iterator[Env]:
        if index == len(names):
            yield env
            return
        wanted, given = getattr(pattern, names[index], None), getattr(node, names[index], None)
        for inner in self._value(pattern, names[index], wanted, given, env):
            yield from self._field(pattern, node, names, index + 1, inner)

    def _value(self, owner: ast.AST, name: str, wanted: Any, given: Any, env: Env) -> Iterator[Env]:
        bound: Env | None = None
        if isinstance(wanted, list):
            if not isinstance(given, list) or (name in ("orelse", "finalbody") and wanted and not given):
                return
            if name == "decorator_list" or (isinstance(owner, ast.ClassDef) and name in ("bases", "keywords")):
                yield from match_some(self, wanted, given, env, self.node)
            else:
                yield from match_all(self, wanted, given, env, self._item)
            return
        if isinstance(wanted, ast.AST):
            if isinstance(given, ast.AST):
                yield from self.node(wanted, given, env)
            elif given is None and (found := known_hole(wanted)) is not None and found.kind == "many":
                bound = env.bind(found.name, ())
        elif isinstance(wanted, str):
            bound = self._identifier(wanted, given, env)
        elif wanted == given and type(wanted) is type(given):
            bound = env
        if bound is not None:
            yield bound

    def _item(self, wanted: Any, given: Any, env: Env) -> Iterator[Env]:
        """An item of a list: a node, an identifier, or the None of a key that is spread."""
        if isinstance(wanted, ast.AST) and isinstance(given, ast.AST):
            yield from self.node(wanted, given, env)
        elif isinstance(wanted, str):
            bound = self._identifier(wanted, given, env)
            if bound is not None:
                yield bound
        elif wanted is given:
            yield env


def _unsaid(pattern: ast.AST, name: str) -> bool:
    """Whether a field is one that a pattern need not mention, and it does not."""
    value = getattr(pattern, name, None)
    if value:
        return False
    if name in _LESS_IS_MORE or name == "is_async":
        return True
    if name == "orelse":
        return isinstance(pattern, ast.stmt)
    if name == "name":
        return isinstance(pattern, ast.ExceptHandler)
    return name in ("bases", "keywords") and isinstance(pattern, ast.ClassDef)


def _operands(node: ast.expr, operator: type[ast.AST]) -> list[ast.expr]:
    """The operands of a chain of one associative operator, in order."""
    if isinstance(node, ast.BoolOp) and type(node.op) is operator:
        return [inner for value in node.values for inner in _operands(value, operator)]
    operands: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and type(node.op) is operator:
        operands[:0] = _operands(node.right, operator)
        node = node.left
    return [node, *operands]


def _is_run(node: ast.expr) -> bool:
    found = known_hole(node)
    return found is not None and found.kind == "many"


def _pairs(node: ast.Dict) -> Iterator[ast.keyword]:
    """The items of a dictionary, each as one node that remembers its key."""
    for key, value in zip(node.keys, node.values, strict=True):
        pair = ast.keyword(arg=None, value=value)
        pair._key = key  # type: ignore[attr-defined]
        pair._hole = None  # type: ignore[attr-defined]
        first = key if key is not None else value
        ast.copy_location(pair, first)
        pair.end_lineno, pair.end_col_offset = value.end_lineno, value.end_col_offset
        yield pair
