"""Put stage markers and recorders into a script's syntax tree, line numbers unchanged.

Standard library only, Python >= 3.9: this runs inside the user's interpreter, loaded by ``worker.py``.

A marker is a call of a method on a constant. The constant is a text while the tree is compiled and is exchanged for
the hooks object in the code object afterwards, so that no name appears in the script's globals, locals or builtins.
"""

from __future__ import annotations

import ast
import types
from functools import partial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

#: stands for the hooks object until the code is compiled; no script holds this text by accident
PLACEHOLDER = "\0greenrules hooks\0"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
COMPOUND = tuple(
    getattr(ast, name)
    for name in ("For", "AsyncFor", "While", "If", "With", "AsyncWith", "Try", "TryStar", "Match")
    if hasattr(ast, name)
)
#: decorators that call the function as it is; anything else may read its bytecode (compilers) and is left alone
PLAIN_DECORATORS = frozenset(
    (
        *("staticmethod", "classmethod", "property", "abstractmethod", "setter", "getter", "override", "final"),
        *("cache", "lru_cache", "cached_property", "wraps", "contextmanager", "singledispatch", "overload"),
    )
)
#: parts of the names of calls that read the bytecode of the function they are given
COMPILERS = ("jit", "compile", "vectorize", "script", "trace", "autograph", "cfunc", "stencil")


def instrument(
    source: bytes,
    filename: str,
    roles: list[tuple[int, int, int]],
    recorders: list[tuple[int, int, int, int, int | str | None, tuple[str, ...]]],
) -> types.CodeType:
    """The script's code with markers and recorders in it.

    Args:
        source: bytes of the script, with whatever encoding cookie it has.
        filename: the name its code objects carry.
        roles: (first line, last line, role number) ranges, 1-based and inclusive; the shortest that covers a line wins.
        recorders: (line, column, end line, end column, predictions, log) per recorded expression, columns 0-based in
            UTF-8 bytes as in ``ast``; predictions is None, the position or the keyword of an argument of the call; log
            names the arguments that the call fills, and the attributes of what it gives, that hold an evaluation log.

    Returns:
        A module code object whose constants hold ``PLACEHOLDER``: see ``with_hooks``.

    Raises:
        SyntaxError, ValueError: as ``compile`` does.
    """
    tree = ast.parse(source, filename)
    if recorders:
        _Recorders(recorders).visit(tree)
    if roles:
        _Markers(tree, roles).module(tree)
    return compile(tree, filename, "exec", 0, True)


def with_hooks(code: types.CodeType, hooks: Any) -> types.CodeType:
    """The same code with every placeholder exchanged for the hooks object, nested functions included."""
    constants = tuple(
        with_hooks(constant, hooks)
        if isinstance(constant, types.CodeType)
        else hooks
        if constant.__class__ is str and constant == PLACEHOLDER
        else constant
        for constant in code.co_consts
    )
    return code.replace(co_consts=constants)


def _hook(method: str, arguments: list[Any], like: ast.AST) -> ast.Call:
    """The expression ``hooks.method(arguments…)`` at the place of ``like``."""
    constant = ast.Constant(value=PLACEHOLDER)
    function = ast.Attribute(value=constant, attr=method, ctx=ast.Load())
    given = [a if isinstance(a, ast.expr) else ast.Constant(value=a) for a in arguments]
    call = ast.Call(func=function, args=given, keywords=[])
    for node in (call, function, constant, *given):
        if not hasattr(node, "lineno"):
            ast.copy_location(node, like)
    return call


class _Recorders(ast.NodeTransformer):
    """Wrap expressions whose value is to be recorded; the call itself stays as it is, with its place in tracebacks."""

    def __init__(self, recorders: list[tuple[int, int, int, int, int | str | None, tuple[str, ...]]]) -> None:
        self.sites: dict[tuple[int | None, ...], tuple[int, int | str | None, tuple[str, ...]]] = {
            tuple(recorder[:4]): (index, recorder[4], recorder[5]) for index, recorder in enumerate(recorders)
        }

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit the children first, so that a recorded call may stand inside another."""
        if isinstance(node, FUNCTIONS) and _compiled(node):
            return node
        found = None
        if isinstance(node, (ast.Call, ast.Attribute)) and isinstance(
            getattr(node, "ctx", None), (ast.Load, type(None))
        ):
            place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
            found = self.sites.pop(place, None)
        super().generic_visit(node)
        if found is None:
            return node
        index, predictions, log = found
        if predictions is not None and isinstance(node, ast.Call):
            self.capture(node, index, predictions)
        if log and isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in log:
                    keyword.value = _hook("hold", [index, keyword.arg, keyword.value], keyword.value)
            return _hook("log", [index, tuple(log), node], node)
        return _hook("record", [index, node], node)

    @staticmethod
    def capture(call: ast.Call, index: int, predictions: int | str) -> None:
        """Wrap one argument; one that stands after ``*arguments`` has no known position and is left alone."""
        if isinstance(predictions, int):
            before = call.args[: predictions + 1]
            if len(before) > predictions and not any(isinstance(a, ast.Starred) for a in before):
                call.args[predictions] = _hook("capture", [index, call.args[predictions]], call.args[predictions])
            return
        for keyword in call.keywords:
            if keyword.arg == predictions:
                keyword.value = _hook("capture", [index, keyword.value], keyword.value)


def _last_name(node: ast.AST) -> str:
    """``c`` of ``a.b.c``, ``a.b.c(…)`` and ``c``; an empty text for anything else."""
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _compiled(function: Any) -> bool:
    """Whether a decorator may read the function's bytecode."""
    return any(_last_name(decorator) not in PLAIN_DECORATORS for decorator in function.decorator_list)


def _own_statements(node: Any) -> Iterator[ast.stmt]:
    """Statements in the bodies of a compound statement or function, without those of nested definitions."""
    for field in ("body", "orelse", "finalbody"):
        for child in getattr(node, field, ()):
            if isinstance(child, ast.stmt):
                yield child
                if not isinstance(child, (*FUNCTIONS, ast.ClassDef)):
                    yield from _own_statements(child)
    for field in ("handlers", "cases"):
        for child in getattr(node, field, ()):
            yield from _own_statements(child)


def _yields(function: Any) -> bool:
    """Whether the function is a generator: its frames come and go, so that a stack of roles does not fit it."""
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            todo.extend(ast.iter_child_nodes(node))
    return False


class _Markers:
    """Insert markers where the role changes or may have changed."""

    def __init__(self, tree: ast.Module, roles: list[tuple[int, int, int]]) -> None:
        self.roles: dict[int, int] = {}
        for first, last, role in sorted(roles, key=lambda r: r[0] - r[1]):
            for line in range(first, last + 1):
                self.roles[line] = role
        self.callers: dict[str, set[int | None]] = {}
        self.given_to_compilers: set[str] = set()
        self.elide = not any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree))
        self.read_calls(tree)

    def read_calls(self, tree: ast.Module) -> None:
        """Collect, for every name that is used, the roles of the statements that use it."""
        todo: list[tuple[ast.AST, int | None]] = [(tree, None)]
        while todo:
            node, role = todo.pop()
            if isinstance(node, ast.stmt):
                role = self.roles.get(node.lineno)
            if isinstance(node, ast.Name):
                self.callers.setdefault(node.id, set()).add(role)
            elif isinstance(node, ast.Attribute):
                self.callers.setdefault(node.attr, set()).add(role)
            elif isinstance(node, ast.Call) and any(part in _last_name(node).lower() for part in COMPILERS):
                self.given_to_compilers.update(_last_name(argument) for argument in node.args)
            todo.extend((child, role) for child in ast.iter_child_nodes(node))

    def role(self, statement: ast.stmt) -> int | None:
        """The role of the line a statement begins on."""
        return self.roles.get(statement.lineno)

    def inner_roles(self, node: ast.AST) -> set[int]:
        """Roles in the body of a compound statement or function, nested definitions left out."""
        found = {self.role(s) for s in _own_statements(node) if not isinstance(s, (*FUNCTIONS, ast.ClassDef))}
        return {role for role in found if role is not None}

    def module(self, tree: ast.Module) -> None:
        """Put markers into a whole script."""
        tree.body = self.block(tree.body, head=True)

    def block(self, statements: list[ast.stmt], head: bool = False) -> list[ast.stmt]:
        """The statements of one block with the markers between them.

        Args:
            statements: in order.
            head: whether a docstring and ``from __future__`` imports may stand first and must stay there.
        """
        result: list[ast.stmt] = []
        known: int | None = None
        for position, statement in enumerate(statements):
            if head and _must_stay_first(statement, position):
                result.append(statement)
                continue
            if isinstance(statement, FUNCTIONS):
                self.function(statement)
            elif isinstance(statement, ast.ClassDef):
                self.functions_within(statement.body)
            else:
                known = self.mark(statement, known, result)
            result.append(statement)
        return result

    def mark(self, statement: ast.stmt, known: int | None, result: list[ast.stmt]) -> int | None:
        """Put the marker of one statement before it; return the role that surely holds after it."""
        role = self.role(statement)
        inner: set[int] = self.inner_roles(statement) if isinstance(statement, COMPOUND) else set()
        if role is None and len(inner) == 1:
            role = next(iter(inner))
        if role is not None and not (self.elide and role == known):
            place = _start(statement)
            result.append(ast.copy_location(ast.Expr(value=_hook("mark", [role], place)), place))
            known = role
        if not isinstance(statement, COMPOUND):
            return known
        uniform = not (inner - {role})
        for body, set_body in _bodies(statement):
            set_body(self.functions_within(body) if uniform else self.block(body))
        return known if uniform else None

    def functions_within(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """A uniform block: only functions defined in it get markers."""
        for statement in statements:
            if isinstance(statement, FUNCTIONS):
                self.function(statement)
            elif isinstance(statement, ast.ClassDef):
                self.functions_within(statement.body)
            elif isinstance(statement, COMPOUND):
                for body, _ in _bodies(statement):
                    self.functions_within(body)
        return statements

    def function(self, node: Any) -> None:
        """Markers in a function's body; the caller's role comes back when it returns."""
        if _compiled(node) or node.name in self.given_to_compilers:
            return
        roles = self.inner_roles(node)
        callers = self.callers.get(node.name, set()) - {None}
        asynchronous = isinstance(node, ast.AsyncFunctionDef)
        if not roles or _yields(node) or (len(roles) == 1 and callers <= roles and not asynchronous):
            self.functions_within(node.body)
            return
        only = next(iter(roles)) if len(roles) == 1 else None
        if asynchronous:
            node.body = self.block(node.body, head=True)
            return
        keep = 1 if _must_stay_first(node.body[0], 0) else 0
        kept, body = node.body[:keep], node.body[keep:]
        if not body:
            return
        inner = self.functions_within(body) if only is not None else self.block(body)
        first = ast.copy_location(ast.Pass(), _start(body[0]))
        enter = ast.copy_location(ast.Expr(value=_hook("enter", [only], first)), first)
        leave = ast.copy_location(ast.Expr(value=_hook("leave", [], first)), first)
        guarded = ast.copy_location(ast.Try(body=inner, handlers=[], orelse=[], finalbody=[leave]), first)
        node.body = [*kept, enter, guarded]


def _must_stay_first(statement: ast.stmt, position: int) -> bool:
    """A docstring, or an import from ``__future__``."""
    if position == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return isinstance(statement.value.value, str)
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _start(statement: ast.stmt) -> ast.Pass:
    """An empty place at the beginning of a statement: a node that carries its position."""
    place = ast.Pass()
    place.lineno = place.end_lineno = statement.lineno
    place.col_offset = place.end_col_offset = statement.col_offset
    return place


def _bodies(statement: Any) -> Iterator[tuple[list[ast.stmt], Callable[[list[ast.stmt]], None]]]:
    """Every block of a compound statement with the way to exchange it."""
    holders = [(statement, field) for field in ("body", "orelse", "finalbody")]
    holders += [(handler, "body") for handler in getattr(statement, "handlers", ())]
    holders += [(case, "body") for case in getattr(statement, "cases", ())]
    for holder, field in holders:
        body = getattr(holder, field, None)
        if body:
            yield body, partial(setattr, holder, field)
