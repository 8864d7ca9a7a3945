"""Questions about a script that the condition language has no sentence for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any


def free_name(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether a word stands nowhere in the script, so that a rewrite may use it as a variable. Argument: the word."""
    return not facts.source.mentions(arguments[0])


def name_of_its_own(arguments: Sequence[Any], match: Any, facts: Any) -> str | None:
    """A name for a value that the script does not use yet: ``forest_predictions``. Arguments: a name, what to add."""
    owner, what = arguments
    if not isinstance(owner, ast.Name):
        return None
    return str(facts.free_name(f"{owner.id.lower()}_{what}", match.node))


def always_asked(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether the first statement of a match asks a model in any case, not under a condition or once per item.

    Arguments: the model, the method.
    """
    model, method = arguments
    for node in ast.walk(match.nodes[0]):
        if isinstance(node, ast.Attribute) and node.attr == method and ast.dump(node.value) == ast.dump(model):
            return not any(isinstance(outer, _SOMETIMES) for outer in _around(node, match.nodes[0], facts))
    return False


#: Around an expression, it is not computed exactly once.
_SOMETIMES = (
    ast.IfExp,
    ast.BoolOp,
    ast.Lambda,
    ast.comprehension,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def _around(node: ast.AST, end: ast.AST, facts: Any) -> Iterator[ast.AST]:
    for outer in facts.ancestors(node):
        if outer is end:
            return
        yield outer


def only_read(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether nothing changes in place what a model answers, so that one answer may serve wherever it is asked.

    Arguments: the model, the method.
    """
    model, method = arguments
    answers = [
        call
        for statement in match.nodes
        for call in ast.walk(statement)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == method
        and ast.dump(call.func.value) == ast.dump(model)
    ]
    return all(_read(call, method, facts) for call in answers) or None


#: Methods of an array that give a view of it, and those that give something new.
_VIEWS = frozenset({"reshape", "ravel", "squeeze", "view", "transpose"})
_NEW = frozenset(
    {
        "mean", "sum", "std", "var", "min", "max", "argmax", "argmin", "argsort", "round", "tolist", "astype", "copy",
        "any", "all", "nonzero", "cumsum", "dot", "flatten", "item",
    }
)  # fmt: skip
_READING = frozenset({"sklearn", "numpy", "scipy", "matplotlib", "seaborn", "builtins", "math"})
_WRITING = frozenset({"shuffle", "put", "place", "copyto", "fill_diagonal", "putmask", "put_along_axis", "asarray"})


def _read(node: ast.expr, method: str, facts: Any, seen: frozenset[str] = frozenset()) -> bool:
    """Whether an answer is only read where it stands."""
    parent = facts.parent(node)
    if isinstance(parent, ast.keyword):
        parent = facts.parent(parent)
    match parent:
        case ast.Compare() | ast.BinOp() | ast.UnaryOp() | ast.FormattedValue() | ast.Expr() | ast.Return():
            return True
        case ast.Subscript():
            if parent.slice is node:
                return True
            return isinstance(parent.ctx, ast.Load) and _read(parent, method, facts, seen)
        case ast.Attribute():
            call = facts.parent(parent)
            if not isinstance(call, ast.Call) or call.func is not parent:
                return parent.attr in ("shape", "size", "ndim", "dtype")
            return parent.attr in _NEW or (parent.attr in _VIEWS and _read(call, method, facts, seen))
        case ast.Call():
            root, _, name = (facts.resolve(parent.func).name or "").rpartition(".")
            written = any(word.arg in ("out", None) for word in parent.keywords)
            known = root.partition(".")[0] in _READING and name not in _WRITING
            return (known and not written) or getattr(parent.func, "attr", "") == "inverse_transform"
        case ast.Assign(targets=[ast.Name() as target]):
            uses = facts.named(target.id)
            if target.id in seen or any(isinstance(facts.parent(use), ast.AugAssign) for use in uses):
                return False
            within = seen | {target.id}
            return all(_read(use, method, facts, within) for use in uses if isinstance(use.ctx, ast.Load))
        case ast.For() | ast.comprehension():
            return parent.iter is node and method == "predict"
    return False


class Word:
    """Whether an identifier stands anywhere in the script. Argument: the identifier."""

    def __call__(self, arguments: Sequence[Any], match: Any, facts: Any) -> bool:
        """By the text."""
        found: bool = facts.source.mentions(arguments[0])
        return found

    def needs(self, arguments: Sequence[Any]) -> Sequence[Any]:
        """The word itself: a script without it need not be looked at."""
        return arguments


word = Word()


def many_trees(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether the script asks some estimator for at least so many trees, in figures. Argument: the number."""
    return bool(facts.remembered("most trees", lambda: _most_trees(facts)) >= int(arguments[0]))


def _most_trees(facts: Any) -> int:
    """The most trees that a script asks an estimator for, in figures."""
    asked = (node.value for node in facts.nodes(ast.keyword) if node.arg == "n_estimators")
    given = [node.value for node in asked if isinstance(node, ast.Constant) and isinstance(node.value, int)]
    return max(given, default=-1)


def nothing_else_of(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether the script imports no other name of a library than those listed.

    Arguments: the library's top module, then dotted names. Not known where the whole library is imported, or a star.
    """
    library, *allowed = arguments
    if any(_within(alias.name, library) for node in facts.nodes(ast.Import) for alias in node.names):
        return None
    for node in facts.nodes(ast.ImportFrom):
        if node.module and not node.level and _within(node.module, library):
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                if alias.name == "*":
                    return None
                if facts.knowledge.canonical(name) not in allowed:
                    return False
    return True


def _within(name: str, library: str) -> bool:
    return name == library or name.startswith(f"{library}.")
