"""Whether loops over arrays compile with Numba to code that computes the same, and what they need from outside.

Numba's integers have 64 bits where Python's grow, its arrays are not checked unless asked for, and a function sees the
module's constants as they were when it was compiled: what depends on the first or the last is refused here, and the
rules ask for the check.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from greenrules_pack_numpy_pandas.shapes import rank

_ELEMENTWISE = (
    "sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan",
    "arctan2", "arcsin", "arccos", "floor", "ceil", "hypot",
)  # fmt: skip
_MATH = (*(name.replace("arc", "a") for name in _ELEMENTWISE), "fabs", "pow", "erf")
_CALLS = frozenset(
    {
        *(f"numpy.{name}" for name in (*_ELEMENTWISE, "abs", "absolute", "minimum", "maximum", "sign", "square")),
        *(f"numpy.{name}" for name in ("zeros", "ones", "empty", "zeros_like", "empty_like", "sum")),
        *(f"math.{name}" for name in _MATH),
        *(f"builtins.{name}" for name in ("range", "len", "abs", "min", "max", "float", "int")),
    }
)
_CONSTANTS = frozenset({"numpy.pi", "numpy.e", "numpy.inf", "numpy.nan", "math.pi", "math.e", "math.inf", "math.nan"})
_ATTRIBUTES = frozenset({"shape", "size"})
#: attributes that a function may have that compiles, functions of modules among them
ATTRIBUTES = _ATTRIBUTES | {name.rpartition(".")[2] for name in _CALLS | _CONSTANTS}
_NUMBERS = frozenset({"builtins.int", "builtins.float", "numpy.float64", "numpy.int64", "builtins.bool"})
_STATEMENTS = (
    ast.Assign, ast.AugAssign, ast.For, ast.While, ast.If, ast.Return, ast.Break, ast.Continue, ast.Pass, ast.Expr,
)  # fmt: skip
_EXPRESSIONS = (
    ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.Call, ast.Subscript,
    ast.Attribute, ast.Tuple, ast.Slice,
)  # fmt: skip
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


def _functions(facts: Any) -> dict[str, list[ast.FunctionDef]]:
    """The functions at the top of the script by name."""

    def build() -> dict[str, list[ast.FunctionDef]]:
        found: dict[str, list[ast.FunctionDef]] = {}
        for node in facts.tree.body:
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, []).append(node)
        return found

    functions: dict[str, list[ast.FunctionDef]] = facts.remembered("numpy_pandas.functions", build)
    return functions


def _loops(function: ast.FunctionDef, facts: Any) -> bool:
    """Whether a loop stands in a function."""
    lines: list[int] = facts.remembered(
        "numpy_pandas.loops", lambda: sorted(node.lineno for kind in (ast.For, ast.While) for node in facts.nodes(kind))
    )
    place = bisect_left(lines, function.lineno)
    return place < len(lines) and lines[place] <= (function.end_lineno or 0)


def _plain(name: str | None, facts: Any) -> ast.FunctionDef | None:
    """The one function at the top of the script of a name; None where there are several, or it is decorated."""
    found = _functions(facts).get(name or "", [])
    return found[0] if len(found) == 1 and not found[0].decorator_list else None


def may_compile(node: Any, facts: Any) -> bool:
    """Whether a function loops; also where :func:`compiles` does not look at it."""
    function = _plain(getattr(node, "name", ""), facts)
    return function is None or bool(function.args.kwonlyargs or function.args.posonlyargs) or _loops(function, facts)


def may_repeat(node: Any, facts: Any) -> bool:
    """Whether a function is named often enough to call itself twice; also where :func:`repeats` does not look at it."""
    function = _plain(getattr(node, "name", ""), facts)
    return function is None or _named_often(function.name, facts)


def _named_often(name: str, facts: Any) -> bool:
    """Whether a name is read three times: twice within the function and once outside."""
    named = facts.named(name)
    return len(named) >= 3 and sum(isinstance(each.ctx, ast.Load) for each in named) >= 3


def compiles(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a function loops over arrays of NumPy, compiles, and is only ever called with arrays and numbers.

    Argument: its name. Not known where a call hands it something of another or an unknown type.
    """
    name = arguments[0] if isinstance(arguments[0], str) else getattr(arguments[0], "id", None)
    function = _plain(name, facts)
    if function is None or function.args.kwonlyargs or function.args.posonlyargs:
        return None
    parameters = [each.arg for each in function.args.args]
    if function.args.vararg or function.args.kwarg or not parameters or not _loops(function, facts):
        return False
    if not _code(function.body, facts, set(parameters), returns=True):
        return False
    # What takes a look at the whole script is asked last.
    if len(facts.scopes.module.bindings.get(name, ())) != 1:
        return None
    calls = []
    for node in facts.scopes.loads(name):
        parent = facts.parent(node)
        if not isinstance(parent, ast.Call) or parent.func is not node or parent.keywords:
            return None
        if any(isinstance(outer, ast.Try) for outer in facts.ancestors(parent)):
            return None
        calls.append(parent)
    if not calls:
        return None
    kinds = [_kind(value, facts) for call in calls for value in call.args]

    def given_rank(name: ast.Name) -> int | None:
        if name.id not in parameters:
            return rank(name, facts)
        place = parameters.index(name.id)
        ranks = {rank(call.args[place], facts) if place < len(call.args) else None for call in calls}
        return ranks.pop() if len(ranks) == 1 else None

    if _adds_rows(function.body, facts, given_rank):
        return None
    return (None not in kinds and all("array" in map(_of(facts), call.args) for call in calls)) or None


def loop_arguments(arguments: Sequence[Any], match: Any, facts: Any) -> str | bool | None:
    """What a loop at the top of a script needs to run as a compiled function: ``points, distances, n``.

    The loop leaves nothing but what it writes into arrays: no name that it binds is read after it.
    Argument: ``"nothing"``; or ``"results"`` for the names that it binds and that are read later.
    """
    loop = match.nodes[-1]
    if not isinstance(loop, ast.For) or loop.orelse or facts.function(loop) is not None:
        return False
    if any(isinstance(outer, ast.For | ast.While | ast.Try | ast.ClassDef) for outer in facts.ancestors(loop)):
        return False
    if any(isinstance(node, ast.Constant) and isinstance(node.value, str) for node in ast.walk(loop)):
        return False
    bound = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    free = _free(loop, bound, facts)
    if free is None:
        return None
    later = sorted(name for name in bound if facts.unused_after(name, loop).value is not True)
    begun = {name: _before(name, loop, facts) for name in later}
    if arguments[0] == "results":
        return ", ".join(later) if later and None not in begun.values() else False
    if len(arguments) < 2 and later:
        return False
    given = {**free, **{name: node for name, node in begun.items() if node is not None}}
    if not _code([loop], facts, set(given), returns=False):
        return False
    kinds = [_outer_kind(node, loop, facts) for node in given.values()]
    if None in kinds or _adds_rows([loop], facts, lambda name: rank(name, facts)):
        return None
    return ", ".join(sorted(given)) if "array" in kinds else False


def _adds_rows(body: Iterable[ast.stmt], facts: Any, rank_of: Callable[[ast.Name], int | None]) -> bool:
    """Whether a whole row of an array may be added to a name that began as a number, which Numba refuses."""
    for node in (part for top in body for part in ast.walk(top)):
        if not isinstance(node, ast.AugAssign) or not isinstance(node.target, ast.Name):
            continue
        for part in ast.walk(node.value):
            if not isinstance(part, ast.Subscript) or not isinstance(part.value, ast.Name):
                continue
            places = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
            inner = facts.parent(part)
            further = isinstance(inner, ast.Subscript) and inner.value is part
            if not further and len(places) == 1 and rank_of(part.value) != 1:
                return True
    return False


def _before(name: str, loop: ast.For, facts: Any) -> ast.Name | None:
    """A place where a name that a loop binds is bound before it, at the same level; None where there is none."""
    for binding in facts.scopes.module.bindings.get(name, ()):
        if isinstance(binding.node, ast.Name) and binding.node.lineno < loop.lineno:
            statement = facts.statement(binding.node)
            if statement in facts.tree.body and isinstance(statement, ast.Assign):
                return binding.node
    return None


def _outer_kind(name: ast.Name, loop: ast.For, facts: Any) -> str | None:
    """What a name holds when a loop begins."""
    found = facts.bindings(name.id, name)
    if isinstance(name.ctx, ast.Store) and not isinstance(facts.parent(name), ast.AugAssign):
        start = facts.scopes.binding_of(loop.target).order
        found = [binding for binding in facts.scopes.module.bindings[name.id] if binding.order < start]
    outside = [b for b in found if not _within(b.node, loop, facts)]
    kinds = {_bound_kind(binding, facts) for binding in outside}
    return kinds.pop() if len(kinds) == 1 else None


def _free(loop: ast.For, bound: set[str], facts: Any) -> dict[str, ast.Name] | None:
    """Names that a loop reads from outside, each with one place where it does; None where one cannot be told."""
    free: dict[str, ast.Name] = {}
    for node in ast.walk(loop):
        if not isinstance(node, ast.Name):
            continue
        if facts.resolve(node).name is not None and node.id not in bound:
            continue
        reads = isinstance(node.ctx, ast.Load) or isinstance(facts.parent(node), ast.AugAssign)
        if not reads or node.id in free:
            continue
        if node.id in bound:
            outside = [b for b in facts.bindings(node.id, node) if not _within(b.node, loop, facts)]
            if not outside:
                continue
        free[node.id] = node
    return free


def _within(node: ast.AST, outer: ast.AST, facts: Any) -> bool:
    return any(each is outer for each in facts.ancestors(node))


def _of(facts: Any) -> Any:
    return lambda value: _kind(value, facts)


def _kind(value: ast.expr, facts: Any) -> str | None:
    """What a value is for Numba: an array, a number, or None where that is not proven."""
    known = facts.constant(value)
    if known is not None:
        return "number" if isinstance(known.value, int | float) else None
    types = facts.types(value)
    if types == {"numpy.ndarray"}:
        return "array"
    if types is not None and types and types <= _NUMBERS:
        return "number"
    if isinstance(value, ast.Call) and facts.resolve(value.func).name in ("builtins.len", "builtins.int"):
        return "number"
    if isinstance(value, ast.Subscript) and isinstance(value.value, ast.Attribute) and value.value.attr == "shape":
        return "number"
    if isinstance(value, ast.Name):
        bindings = facts.bindings(value.id, value)
        kinds = {_bound_kind(binding, facts) for binding in bindings}
        if len(kinds) == 1:
            return kinds.pop()
    return None


def _bound_kind(binding: Any, facts: Any) -> str | None:
    if binding.kind == "assign" and isinstance(binding.value, ast.Attribute) and binding.value.attr == "shape":
        return "number" if binding.path else None
    if binding.kind == "augmented":
        return "number"
    if binding.kind != "assign" or binding.value is None:
        return None
    if isinstance(binding.node, ast.Name) and (types := facts.inference.binding(binding)):
        names = {kind.name for kind in types}
        return "array" if names == {"numpy.ndarray"} else "number" if names <= _NUMBERS else None
    return _kind(binding.value, facts) if not binding.path and not isinstance(binding.value, ast.Name) else None


def _code(body: Iterable[ast.stmt], facts: Any, given: set[str], *, returns: bool) -> bool:
    """Whether statements are of the kind that Numba compiles to the same meaning."""
    parts = [node for top in body for node in ast.walk(top)]
    statements = [node for node in parts if isinstance(node, ast.stmt)]
    if not all(isinstance(statement, _STATEMENTS) for statement in statements):
        return False
    assigned = {node.id for node in parts if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for statement in statements:
        if isinstance(statement, ast.Return) and not returns:
            return False
        if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant):
            return False
        if isinstance(statement, ast.For) and (statement.orelse or not _is_range(statement.iter, facts)):
            return False
        if isinstance(statement, ast.While) and statement.orelse:
            return False
        if isinstance(statement, ast.Assign | ast.AugAssign) and _grows(statement):
            return False
        for node in ast.iter_child_nodes(statement):
            documentation = isinstance(statement, ast.Expr)
            if isinstance(node, ast.expr) and not documentation and not _expression(node, facts, given | assigned):
                return False
    return True


def _is_range(node: ast.expr, facts: Any) -> bool:
    return isinstance(node, ast.Call) and facts.resolve(node.func).name == "builtins.range" and not node.keywords


def _grows(statement: ast.Assign | ast.AugAssign) -> bool:
    """Whether an integer may outgrow 64 bits: a name multiplied or added to itself, with no sign of a fraction."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = {part.id for each in targets for part in ast.walk(each) if isinstance(part, ast.Name)}
    if isinstance(targets[0], ast.Subscript):
        return False
    parts = list(ast.walk(statement.value))
    real = any(
        isinstance(part, ast.Subscript | ast.Call)
        or (isinstance(part, ast.Constant) and isinstance(part.value, float))
        or (isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div))
        for part in parts
    )
    if real:
        return False
    if isinstance(targets[0], ast.Tuple):
        return any(isinstance(part, ast.BinOp) for part in parts)
    if isinstance(statement, ast.AugAssign):
        steep = isinstance(statement.op, ast.Mult | ast.Pow)
        return steep or any(isinstance(part, ast.Name) and part.id in names for part in parts)
    own = any(isinstance(part, ast.Name) and part.id in names for part in parts)
    return own and any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult | ast.Pow) for part in parts)


def _expression(node: ast.expr, facts: Any, known: set[str]) -> bool:
    for part in ast.walk(node):
        if not isinstance(part, ast.expr):
            if isinstance(part, ast.operator) and not isinstance(part, _OPERATORS):
                return False
            if isinstance(part, ast.keyword | ast.comprehension | ast.In | ast.NotIn | ast.Is | ast.IsNot | ast.Invert):
                return False
            continue
        if not isinstance(part, _EXPRESSIONS):
            return False
        if isinstance(part, ast.Constant) and not isinstance(part.value, int | float):
            return False
        if isinstance(part, ast.Call) and facts.resolve(part.func).name not in _CALLS:
            return False
        known_attribute = isinstance(part, ast.Attribute) and part.attr not in _ATTRIBUTES
        if known_attribute and facts.resolve(part).name not in _CALLS | _CONSTANTS:
            return False
        if isinstance(part, ast.BoolOp) and not isinstance(facts.parent(part), ast.If | ast.While | ast.BoolOp):
            return False
        if isinstance(part, ast.Name) and part.id not in known:
            resolved = facts.resolve(part).name
            module = resolved is not None and resolved.partition(".")[0] in ("numpy", "math", "builtins")
            if not module and facts.constant(part) is None:
                return False
    return True


def repeats(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a function calls itself more than once and only computes, of numbers and texts: worth a memory.

    Argument: its name.
    """
    name = arguments[0] if isinstance(arguments[0], str) else getattr(arguments[0], "id", None)
    function = _plain(name, facts)
    if function is None:
        return None
    # Most functions are told by this, without a look at scopes.
    if not _named_often(function.name, facts):
        return False
    loads = facts.scopes.loads(name)
    calls = [call for load in loads if isinstance(call := facts.parent(load), ast.Call) and call.func is load]
    inner = [call for call in calls if _within(call, function, facts)]
    if len(inner) < 2 or len(inner) == len(calls) or len(loads) > len(calls):
        return False
    parameters = {each.arg for each in function.args.args}
    local = parameters | {
        node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in local:
            settled = facts.resolve(node).name is not None or facts.constant(node) is not None
            if node.id != name and not settled:
                return None
        if isinstance(node, ast.Return) and isinstance(node.value, ast.List | ast.Dict | ast.Set | ast.ListComp):
            return False
    outer = next(call for call in calls if call not in inner)
    if not facts.pure(outer).yes or not facts.deterministic(outer).yes:
        return None
    plain = ast.Constant | ast.Name | ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop | ast.expr_context
    for call in calls:
        for value in call.args:
            if call in inner:
                if not all(isinstance(part, plain) for part in ast.walk(value)):
                    return None
            elif (known := facts.types(value)) is None or not known <= _NUMBERS | {"builtins.str"}:
                return None
        if call.keywords:
            return None
    return True
