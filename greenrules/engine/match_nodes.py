"""One node of a pattern against one node of code."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from greenrules.engine.children import walk
from greenrules.engine.condition_values import equal_values
from greenrules.engine.holes import PREFIX, Hole, hole, of_identifier
from greenrules.engine.match_calls import match_arguments, match_parameters
from greenrules.engine.match_cases import match_class_pattern, match_mapping_pattern
from greenrules.engine.match_env import Env, Purse, TooCostly, Ways, only, then
from greenrules.engine.match_names import match_module, match_name, parts_of
from greenrules.engine.match_quick import LITERALS, NO_GUARDS, Guards, plausible
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
_NAMED = (ast.Name, ast.Attribute)


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
        if isinstance(node, ast.expr) and type(node) in LITERALS:
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
        self._calls = shared.calls

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

    def node(self, pattern: ast.AST, node: ast.AST, env: Env) -> Ways:
        """All ways in which a pattern matches a node."""
        self.spend()
        found = known_hole(pattern)
        if found is not None:
            return self._fill(found, pattern, node, env)
        if isinstance(pattern, _NAMED):
            return match_name(self, pattern, node, env)
        if isinstance(pattern, ast.Call):
            if not isinstance(node, ast.Call):
                return ()
            called = self.node(pattern.func, node.func, env)
            return then(called, lambda inner: match_arguments(self, pattern, node, inner))
        if isinstance(pattern, ast.expr):
            return self._expression(pattern, node, env)
        if isinstance(pattern, ast.stmt):
            return self._statement(pattern, node, env)
        if isinstance(pattern, ast.MatchClass):
            return match_class_pattern(self, pattern, node, env)
        if isinstance(pattern, ast.MatchMapping):
            return match_mapping_pattern(self, pattern, node, env)
        if isinstance(pattern, ast.arguments):
            return match_parameters(self, pattern, node, env) if isinstance(node, ast.arguments) else ()
        return self._fields(pattern, node, env)

    def _fill(self, found: Hole, pattern: ast.AST, node: ast.AST, env: Env) -> Ways:
        if found.kind in ("one", "many"):
            if isinstance(pattern, ast.Expr) and isinstance(node, ast.Expr):
                node = node.value
            return only(env.bind(found.name, node))
        if found.kind == "typed":
            assert found.type is not None
            name = found.type if "." in found.type else f"builtins.{found.type}"
            fits = isinstance(node, ast.expr) and self.facts.is_type(node, self.canonical(name)).yes
            return only(env.bind(found.name, node)) if fits else ()
        if found.kind == "string":
            wanted = bytes if isinstance(getattr(pattern, "value", None), bytes) else str
            return only(self._string(found, wanted, node, env))
        return self._deep(found.inner, node, env) if found.inner is not None else ()

    def _deep(self, pattern: ast.expr, node: ast.AST, env: Env) -> Ways:
        """A pattern at any depth of a node, itself included."""
        if isinstance(pattern, ast.Call) and known_hole(pattern) is None:
            inside = self._calls.get(node)
            if inside is None:
                inside = self._calls[node] = [inner for inner in walk(node) if isinstance(inner, ast.Call)]
        else:
            inside = [inner for inner in walk(node) if isinstance(inner, ast.expr)]
        found = [inner for inner in inside if self.plausible(pattern, inner)]
        if len(found) < 2:
            return self.node(pattern, found[0], env) if found else ()
        return (way for inner in found for way in self.node(pattern, inner, env))

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

    def _expression(self, pattern: ast.expr, node: ast.AST, env: Env) -> Ways:
        literal = getattr(pattern, "_literal", None)
        if literal is not None and not (type(pattern) is type(node) and not isinstance(node, ast.Constant)):
            if isinstance(node, ast.Constant):
                return (env,) if equal_values(node.value, literal[0]) else ()
            constant = self.facts.constant(node) if isinstance(node, ast.expr) else None
            return (env,) if constant is not None and equal_values(constant.value, literal[0]) else ()
        if isinstance(pattern, ast.BinOp) and isinstance(pattern.op, _ASSOCIATIVE):
            return self._chained(pattern, node, env)
        if isinstance(pattern, ast.BoolOp):
            operator = type(pattern.op)
            if not isinstance(node, ast.BoolOp) or type(node.op) is not operator:
                return ()
            return match_all(self, _operands(pattern, operator), _operands(node, operator), env, self.node)
        if isinstance(pattern, ast.JoinedStr):
            return match_joined(self, pattern, node, env)
        if isinstance(pattern, ast.FormattedValue):
            if not isinstance(node, ast.FormattedValue) or node.conversion != pattern.conversion:
                return ()
            return then(
                self.node(pattern.value, node.value, env),
                lambda inner: match_format(self, pattern.format_spec, node.format_spec, inner),
            )
        if isinstance(pattern, ast.Dict):
            return self._dict(pattern, node, env) if isinstance(node, ast.Dict) else ()
        if isinstance(pattern, ast.Set) and isinstance(node, ast.Dict):
            # ``{...}`` is as much any dictionary as any set
            run = run_of(pattern.elts[0]) if len(pattern.elts) == 1 else None
            return only(env.bind(run.name, tuple(_pairs(node)))) if run is not None else ()
        return self._fields(pattern, node, env)

    def _chained(self, pattern: ast.BinOp, node: ast.AST, env: Env) -> Ways:
        """An operator whose operands a chain of it may group in any way."""
        if not isinstance(node, ast.BinOp) or type(node.op) is not type(pattern.op):
            return ()
        wanted = _operands(pattern, type(pattern.op))
        runs = any(_is_run(item) for item in wanted)
        grouped: Ways = () if runs else self._fields(pattern, node, env)
        if not (runs or len(wanted) > 2) or self._within_chain(node):
            return grouped
        return chain(grouped, match_all(self, wanted, _operands(node, type(node.op)), env, self.node))

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

    def _statement(self, pattern: ast.stmt, node: ast.AST, env: Env) -> Ways:
        if isinstance(pattern, ast.Expr):
            inner = known_hole(pattern.value)
            if inner is not None and inner.kind == "deep" and isinstance(node, ast.stmt):
                return self._fill(inner, pattern.value, node, env)
        if isinstance(pattern, ast.Import) and isinstance(node, ast.Import):
            return match_some(self, pattern.names, node.names, env, self._alias, ordered=False)
        if isinstance(pattern, ast.ImportFrom) and isinstance(node, ast.ImportFrom):
            return self._import_from(pattern, node, env)
        if isinstance(pattern, ast.Assign) and isinstance(node, ast.AnnAssign):
            value = node.value
            if len(pattern.targets) != 1 or value is None:
                return ()
            return then(
                self.node(pattern.targets[0], node.target, env), lambda bound: self.node(pattern.value, value, bound)
            )
        return self._fields(pattern, node, env)

    def _import_from(self, pattern: ast.ImportFrom, node: ast.ImportFrom, env: Env) -> Ways:
        wanted = pattern.module or ""
        bound: Env | None
        if PREFIX in wanted and not pattern.level:
            bound = match_module(wanted, "." * node.level + (node.module or ""), env)
        elif PREFIX in wanted:
            same = node.module is not None and node.level == pattern.level
            bound = match_module(wanted, node.module or "", env) if same else None
        else:
            same = pattern.level == node.level and self.canonical(wanted) == self.canonical(node.module or "")
            bound = env if same else None
        return () if bound is None else match_some(self, pattern.names, node.names, bound, self._alias, ordered=False)

    def _alias(self, pattern: ast.alias, node: ast.alias, env: Env) -> Ways:
        bound = match_module(pattern.name, node.name, env)
        if bound is not None and pattern.asname is not None:
            bound = self._identifier(pattern.asname, node.asname or node.name, bound)
        return only(bound)

    def _identifier(self, pattern: str, name: str | None, env: Env) -> Env | None:
        found = of_identifier(pattern)
        if found is None:
            return env if pattern == name else None
        return env.bind(found.name, name) if name is not None else None

    def _fields(self, pattern: ast.AST, node: ast.AST, env: Env) -> Ways:
        """Every field of two nodes of one type."""
        kind = type(pattern)
        # Of handlers that a pattern leaves open it does not say whether they are of groups.
        groups = isinstance(pattern, ast.Try) and type(node) is ast.TryStar and all(map(known_hole, pattern.handlers))
        if type(node) is not kind and type(node) not in _SAME_TYPE.get(kind, ()) and not groups:
            return ()
        return self._field(pattern, node, _said(pattern), env)

    def _field(self, pattern: ast.AST, node: ast.AST, names: Sequence[str], env: Env) -> Ways:
        for place, name in enumerate(names, 1):
            ways = self._value(pattern, name, getattr(pattern, name, None), getattr(node, name, None), env)
            if ways.__class__ is not tuple:
                return self._further(pattern, node, names[place:], ways)
            if not ways:
                return ()
            env = ways[0]
        return (env,)

    def _further(self, pattern: ast.AST, node: ast.AST, names: Sequence[str], ways: Ways) -> Ways:
        return then(ways, lambda inner: self._field(pattern, node, names, inner)) if names else ways

    def _value(self, owner: ast.AST, name: str, wanted: Any, given: Any, env: Env) -> Ways:
        if isinstance(wanted, ast.AST):
            if isinstance(given, ast.AST):
                return self.node(wanted, given, env)
            run = run_of(wanted) if given is None else None
            return only(env.bind(run.name, ())) if run is not None else ()
        if isinstance(wanted, list):
            if not isinstance(given, list) or (name in ("orelse", "finalbody") and wanted and not given):
                return ()
            if name == "decorator_list" or (isinstance(owner, ast.ClassDef) and name in ("bases", "keywords")):
                return match_some(self, wanted, given, env, self.node)
            return match_all(self, wanted, given, env, self._item)
        if isinstance(wanted, str):
            return only(self._identifier(wanted, given, env))
        return (env,) if wanted == given and type(wanted) is type(given) else ()

    def _item(self, wanted: Any, given: Any, env: Env) -> Ways:
        """An item of a list: a node, an identifier, or the None of a key that is spread."""
        if isinstance(wanted, ast.AST) and isinstance(given, ast.AST):
            return self.node(wanted, given, env)
        if isinstance(wanted, str):
            return only(self._identifier(wanted, given, env))
        return (env,) if wanted is given else ()


def _said(pattern: ast.AST) -> Sequence[str]:
    """The fields of a pattern's node that matter."""
    try:
        names: tuple[str, ...] = pattern._said  # type: ignore[attr-defined]
    except AttributeError:
        names = tuple(name for name in pattern._fields if name not in _IGNORED and not _unsaid(pattern, name))
        pattern._said = names  # type: ignore[attr-defined]
    return names


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
