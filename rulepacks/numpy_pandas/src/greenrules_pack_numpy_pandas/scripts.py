"""What is known of a script as a whole: errors it catches, files it writes, names that others may look up."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

_LOOKING = frozenset({"importlib", "runpy", "pydoc", "doctest", "inspect", "pdb", "code", "IPython", "timeit"})
#: What gives each of its items once.
_ITERATORS = frozenset(
    f"builtins.{name}" for name in ("iter", "open", "zip", "map", "filter", "enumerate", "reversed")
) | {"csv.reader", "csv.DictReader", "re.finditer"}
_ITERATING = frozenset({"iterrows", "itertuples", "iterdir", "glob", "rglob", "finditer", "open"})
_WRITES = re.compile(
    r"^(to_(?!numpy|list|dict|frame|datetime|numeric|period|timestamp|series|records|string|flat)|save|dump|write|unlink|remove|rename|replace_file|copyfile|copy2|move|mkdir|symlink|touch|rmtree|download|urlretrieve|extractall|system|run|call|check_call|check_output|Popen|open$)"
)


def catches(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether the script has a handler for one of these exceptions by name. Arguments: names of exceptions."""
    caught: set[str] = facts.remembered("numpy_pandas.caught", lambda: _caught(facts))
    return not caught.isdisjoint(arguments)


def _caught(facts: Any) -> set[str]:
    kinds = [node.type for node in facts.nodes(ast.ExceptHandler) if node.type is not None]
    for node in facts.nodes(ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in ("suppress", "raises", "assertRaises"):
            kinds += node.args
    return {part.id for kind in kinds for part in ast.walk(kind) if isinstance(part, ast.Name)}


def writes_files(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether code may write a file, itself or in functions of the script that it calls. Argument: the code."""
    code = arguments[0] if isinstance(arguments[0], tuple) else (arguments[0],)
    seen: set[int] = set()
    stack: list[ast.AST] = list(code)
    while stack:
        for node in ast.walk(stack.pop()):
            if not isinstance(node, ast.Call):
                continue
            function = facts.classes.local_function(node.func)
            if function is not None and id(function) not in seen:
                seen.add(id(function))
                stack.append(function)
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if _WRITES.match(called):
                return True
    return False


def left_alone(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether an import that nothing in the script uses may still be there for somebody.

    Texts of the script that use the name as code (``eval``, ``query``, templates), a look at the script's own
    namespace, a test for a type checker, and files that hold definitions alone, from which others import.
    """
    statement = match.node
    names = [alias.asname or alias.name.partition(".")[0] for alias in getattr(statement, "names", ())]
    for outer in facts.ancestors(statement):
        if isinstance(outer, ast.If):
            return True
    if facts.remembered("numpy_pandas.left_alone", lambda: _looked_into(facts)):
        return True
    used = re.compile(
        r"(?<![\w.])@?(?:" + "|".join(map(re.escape, names)) + r")(?:\s*\.\s*\w|\s*\[|\s*\(|$)", re.MULTILINE
    )
    texts = facts.remembered("numpy_pandas.texts", lambda: _texts(facts))
    return any(text in names or used.search(text) for text in texts if any(name in text for name in names))


def _texts(facts: Any) -> list[str]:
    return [node.value.strip() for node in facts.nodes(ast.Constant) if isinstance(node.value, str)]


def _looked_into(facts: Any) -> bool:
    """Whether names of the script may be looked up, or imported by another file."""
    for node in facts.nodes(ast.Import):
        if any(alias.name.partition(".")[0] in _LOOKING or alias.name == "__main__" for alias in node.names):
            return True
    for node in facts.nodes(ast.ImportFrom):
        if (node.module or "").partition(".")[0] in _LOOKING or node.module == "__main__":
            return True
    for node in facts.nodes(ast.Attribute):
        if node.attr in ("modules", "_getframe", "__dict__") and ast.unparse(node.value) in ("sys", "__main__"):
            return True
    if any(node.id in ("__import__", "eval", "exec", "globals", "locals") for node in facts.nodes(ast.Name)):
        return True
    return all(_defines(each) for each in facts.tree.body)


def _defines(statement: ast.stmt) -> bool:
    """Whether a statement only defines something: a file of nothing else is there to be imported."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Pass
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return not any(isinstance(part, ast.Call) for part in ast.walk(statement))
    return isinstance(statement, definitions)


#: Builtins that compute a value of their arguments, the same for the same.
_COMPUTING = frozenset(
    f"builtins.{name}"
    for name in (
        "abs", "bool", "chr", "float", "int", "isinstance", "len", "max", "min", "ord", "range", "repr", "round",
        "sorted", "str", "sum", "tuple", "any", "all", "zip", "enumerate", "reversed",
    )
)  # fmt: skip
#: Methods that change nothing: those of texts, and a few of mappings, dates and matches.
_READING = frozenset(name for name in dir(str) if not name.startswith("_")) | {
    "get", "keys", "values", "items", "weekday", "isoweekday", "strftime", "date", "total_seconds", "group", "groups",
}  # fmt: skip
_PLAIN = (ast.Assign, ast.AugAssign, ast.Return, ast.If, ast.For, ast.Pass, ast.Expr, ast.Break, ast.Continue)


def computes(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether an expression of one value only computes, by calls that give the same for the same. Argument: it."""
    formula = arguments[0]
    called = any(isinstance(part, ast.Call | ast.Subscript) for part in ast.walk(formula))
    return called and _computes(formula, facts, ())


def plain_function(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a function of the script takes one value, only computes, and gives the same for the same value.

    Argument: the function's name.
    """
    name = arguments[0]
    if not isinstance(name, ast.Name | ast.Attribute):
        return False  # a formula, a dictionary, the name of a statistic
    definition = facts.classes.local_function(name) if isinstance(name, ast.Name) else None
    if definition is None or len(definition.args.args) - len(definition.args.defaults) > 1:
        return None
    return _function(definition, facts, ()) or None


def _function(definition: ast.AST, facts: Any, seen: tuple[int, ...]) -> bool:
    if not isinstance(definition, ast.FunctionDef) or definition.decorator_list or id(definition) in seen:
        return False
    for statement in (part for top in definition.body for part in ast.walk(top) if isinstance(part, ast.stmt)):
        if not isinstance(statement, _PLAIN):
            return False
        if isinstance(statement, ast.Return) and isinstance(statement.value, ast.List | ast.Dict | ast.Set | None):
            return False
    return all(_computes(top, facts, (*seen, id(definition))) for top in definition.body)


def _computes(code: ast.AST, facts: Any, seen: tuple[int, ...]) -> bool:
    for part in ast.walk(code):
        if isinstance(part, ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr | ast.Lambda):
            return False
        if isinstance(part, ast.Subscript | ast.Attribute) and not isinstance(part.ctx, ast.Load):
            return False
        if isinstance(part, ast.Call) and not _known_call(part, facts, seen):
            return False
    return True


def _known_call(call: ast.Call, facts: Any, seen: tuple[int, ...]) -> bool:
    name = facts.resolve(call.func).name
    if name is not None:
        return name in _COMPUTING or name.startswith(("math.", "re.", "unicodedata."))
    if (function := facts.classes.local_function(call.func)) is not None:
        return _function(function, facts, seen)
    return isinstance(call.func, ast.Attribute) and call.func.attr in _READING


def only_grows(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether the matched loop uses what it grows for nothing but to grow it: in its last statement. Argument: it."""
    name = arguments[0] if isinstance(arguments[0], str) else getattr(arguments[0], "id", None)
    loop = match.nodes[-1]
    if not isinstance(loop, ast.For) or loop.orelse:
        return False
    last = {id(part) for part in ast.walk(loop.body[-1])}
    uses = [part for part in ast.walk(loop) if isinstance(part, ast.Name) and part.id == name]
    if any(id(use) not in last for use in uses):
        return False
    # once as what is assigned or its place, once where the old value is read
    if len(uses) != 2:
        return False
    called = [part.func for part in ast.walk(loop) if isinstance(part, ast.Call)]
    functions = [facts.classes.local_function(each) for each in called]
    inner = [part for each in functions if each is not None for part in ast.walk(each)]
    return not any(isinstance(part, ast.Name) and part.id == name for part in inner)


def only_searched(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a list is used for nothing but ``in`` and ``not in``, at least once in a loop. Argument: its name."""
    name = arguments[0]
    variable = facts.flow.variable(name) if isinstance(name, ast.Name) else None
    if variable is None or len(variable[0].bindings[name.id]) != 1:
        return None
    uses = facts.flow.loads(variable)
    for use in uses:
        parent = facts.parent(use)
        searched = isinstance(parent, ast.Compare) and all(isinstance(op, ast.In | ast.NotIn) for op in parent.ops)
        if not searched or use not in parent.comparators:
            return False
    return any(facts.in_loop(use).yes for use in uses)


def pandas_only_reads(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether the script uses pandas for nothing but to read files as arrays: ``read_csv(...).values``."""
    found: bool = facts.remembered("numpy_pandas.pandas_only_reads", lambda: _pandas_only_reads(facts))
    return found


def _pandas_only_reads(facts: Any) -> bool:
    for node in (*facts.nodes(ast.Name), *facts.nodes(ast.Attribute)):
        if not isinstance(node.ctx, ast.Load):
            continue
        if (facts.resolve(node).name or "") != "pandas":
            continue
        call = facts.parent(facts.parent(node))
        if not isinstance(call, ast.Call) or facts.resolve(call.func).name != "pandas.read_csv":
            return False
        if call.keywords or len(call.args) != 1:
            return False
        user = facts.parent(call)
        if not isinstance(user, ast.Attribute) or user.attr not in ("values", "to_numpy"):
            return False
    return True


def only_needed_in(arguments: Sequence[Any], match: Any, facts: Any) -> str | bool | None:
    """The matched import as code, if all that it binds is used in one stretch of code alone.

    Argument: that code, which is the body of a function or of a branch in the block that the import stands in.
    """
    statement = match.nodes[0]
    uses = _used_between(statement, facts)
    stretch = arguments[0] if isinstance(arguments[0], tuple) else (arguments[0],)
    if uses is None or not _holds(stretch[0], stretch[-1], uses):
        return False
    alias = statement.names[0]
    name = alias.asname or alias.name
    if "." in name or name == "*" or left_alone([], match, facts) or facts.dynamics.reads:
        return None
    module = alias.name if isinstance(statement, ast.Import) else f"{statement.module}.{alias.name}"
    effects = facts.knowledge.import_effects
    if any(module == each or module.startswith(f"{each}.") for each in effects):
        return None
    if len(facts.scopes.module.bindings.get(name, ())) != 1 or name in facts.dynamics.words:
        return None
    return ast.unparse(statement)


def always_run(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether code is seen to run whenever the script does, so that what it needs is needed always. Argument: the code.

    It stands at the top, in a loop or after ``if __name__ == "__main__"``, or in a function that is called from there.
    """
    code = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
    return _always(code, facts, frozenset())


def _always(node: ast.stmt | ast.expr, facts: Any, seen: frozenset[str]) -> bool:
    inner: ast.AST = node
    for outer in facts.ancestors(node):
        match outer:
            case ast.If() if inner is outer.test or (_main_guard(outer.test) and inner in outer.body):
                pass
            case ast.FunctionDef(name=name):
                returned = any(isinstance(part, ast.Return) and part.lineno < node.lineno for part in ast.walk(outer))
                return not returned and name not in seen and outer in facts.tree.body and _called(outer, facts, seen)
            case (
                ast.Module()
                | ast.For()
                | ast.With()
                | ast.Try()
                | ast.Assign()
                | ast.Expr()
                | ast.Return()
                | ast.Call()
            ):
                pass
            case (
                ast.keyword()
                | ast.Attribute()
                | ast.Subscript()
                | ast.Starred()
                | ast.FormattedValue()
                | ast.JoinedStr()
            ):
                pass
            case _:
                return False
        inner = outer
    return True


def _called(function: ast.FunctionDef, facts: Any, seen: frozenset[str]) -> bool:
    """Whether some call of a function is always made."""
    calls = (facts.parent(use) for use in facts.scopes.loads(function.name))
    return any(
        isinstance(call, ast.Call)
        and getattr(call.func, "id", None) == function.name
        and _always(call, facts, seen | {function.name})
        for call in calls
    )


def _main_guard(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def used_in_one_body(statement: Any, facts: Any) -> bool:
    """Whether what an import binds is used in one function or branch of its block alone, and loads a module there.

    A package that another import of the block loads anyway, with one of its modules, costs nothing where it stands.
    """
    return _used_between(statement, facts) is not None


Place = tuple[int, int]


def _used_between(statement: Any, facts: Any) -> tuple[Place, Place] | None:
    """The first and the last place where what an import binds is read, if that is in one body of its block."""
    known: dict[Any, tuple[Place, Place] | None] = facts.remembered("numpy_pandas.used_between", dict)
    if statement not in known:
        known[statement] = _in_one_body(statement, facts)
    return known[statement]


def _in_one_body(statement: Any, facts: Any) -> tuple[Place, Place] | None:
    if not isinstance(statement, ast.Import | ast.ImportFrom) or len(statement.names) != 1:
        return None
    alias = statement.names[0]
    name = alias.asname or alias.name
    reads = [(each.lineno, each.col_offset) for each in facts.named(name) if isinstance(each.ctx, ast.Load)]
    if not reads:
        return None
    uses = min(reads), max(reads)
    block = facts.block(statement)[0]
    bodies = (each for each in block if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.If))
    if not any(_holds(each, each, uses) for each in bodies):
        return None
    own = _loaded(statement)[-1]
    imports = (each for each in block if isinstance(each, ast.Import | ast.ImportFrom) and each is not statement)
    others = (name for each in imports for name in _loaded(each))
    return None if any(other == own or other.startswith(f"{own}.") for other in others) else uses


def _holds(first: Any, last: Any, uses: tuple[Place, Place]) -> bool:
    """Whether places stand between the beginning of one node and the end of another."""
    start, end = (first.lineno, first.col_offset), (last.end_lineno, last.end_col_offset)
    return start <= uses[0] and uses[1] < end


def _loaded(statement: Any) -> list[str]:
    """The modules that an import statement loads, by their full names; the last is what it is for.

    A name of a top package may be one of its modules, as in ``from scipy import stats``; of a module below, it is not.
    """
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    if not isinstance(statement, ast.ImportFrom) or statement.module is None or statement.level:
        return ["."]
    module = statement.module
    return [module] if "." in module else [module, *(f"{module}.{alias.name}" for alias in statement.names)]


def free_name(arguments: Sequence[Any], match: Any, facts: Any) -> str:
    """A name made of texts that the script does not use. Arguments: its parts."""
    parts = [
        part if isinstance(part, str) else getattr(part, "value", None) or getattr(part, "id", "") for part in arguments
    ]
    name = re.sub(r"\W+", "_", "_".join(str(part) for part in parts)).strip("_").lower()
    return str(facts.free_name(name if name.isidentifier() else f"the_{name}", match.node))


def runs_dry(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether a name stands for an iterator, from which what was not taken can be taken later. Argument: the name."""
    name = arguments[0]
    return isinstance(name, ast.Name) and any(_iterator(each, facts) for each in facts.bindings(name.id, name))


def _iterator(binding: Any, facts: Any) -> bool:
    made = binding.value
    if not isinstance(made, ast.Call):
        return isinstance(made, ast.GeneratorExp)
    if isinstance(made.func, ast.Attribute) and made.func.attr in _ITERATING:
        return True
    function = facts.classes.local_function(made.func)
    yields = function is not None and any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))
    called = facts.resolve(made.func).name or ""
    return yields or called in _ITERATORS or called.startswith("itertools.")


def without(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether code mentions none of the names that stand in other code. Arguments: the code, the other code."""
    code, other = (
        {node.id for part in (each if isinstance(each, tuple) else (each,)) for node in _names_in(part)}
        for each in arguments
    )
    return not code & other


def _names_in(code: Any) -> list[ast.Name]:
    return [node for node in ast.walk(code) if isinstance(node, ast.Name)] if isinstance(code, ast.AST) else []


def without_filter(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether the matched call's comprehension takes all items of one iterable."""
    inner = match.node.args[0]
    return isinstance(inner, ast.ListComp) and len(inner.generators) == 1 and not inner.generators[0].ifs


def starts_with_text(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether code starts with a text of its own, as the documentation of a function does. Argument: the code."""
    code = arguments[0][0] if isinstance(arguments[0], tuple) and arguments[0] else arguments[0]
    value = code.value if isinstance(code, ast.Expr) else code
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
