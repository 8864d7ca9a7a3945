"""Where an expression needs parentheses, by the grammar's order of precedence (Python reference, 6.17)."""

from __future__ import annotations

import ast

(
    NAMED,
    TUPLE,
    YIELD,
    TEST,
    OR,
    AND,
    NOT,
    COMPARE,
    BIT_OR,
    BIT_XOR,
    BIT_AND,
    SHIFT,
    SUM,
    TERM,
    FACTOR,
    POWER,
    AWAIT,
    ATOM,
) = range(18)

_OPERATORS: dict[type[ast.AST], int] = {
    ast.Or: OR,
    ast.And: AND,
    ast.Not: NOT,
    ast.BitOr: BIT_OR,
    ast.BitXor: BIT_XOR,
    ast.BitAnd: BIT_AND,
    ast.LShift: SHIFT,
    ast.RShift: SHIFT,
    ast.Add: SUM,
    ast.Sub: SUM,
    ast.Mult: TERM,
    ast.Div: TERM,
    ast.FloorDiv: TERM,
    ast.Mod: TERM,
    ast.MatMult: TERM,
    ast.UAdd: FACTOR,
    ast.USub: FACTOR,
    ast.Invert: FACTOR,
    ast.Pow: POWER,
}

_KINDS: dict[type[ast.AST], int] = {
    ast.NamedExpr: NAMED,
    ast.Yield: YIELD,
    ast.YieldFrom: YIELD,
    ast.Lambda: TEST,
    ast.IfExp: TEST,
    ast.Compare: COMPARE,
    ast.Await: AWAIT,
    ast.Starred: TUPLE,
    ast.Slice: TUPLE,
}

#: the weakest expression that each place takes without parentheses
_PLACES: dict[tuple[type[ast.AST], str], int] = {
    (ast.Attribute, "value"): ATOM,
    (ast.Subscript, "value"): ATOM,
    (ast.Subscript, "slice"): TUPLE,
    (ast.Call, "func"): ATOM,
    (ast.Await, "value"): ATOM,
    (ast.Starred, "value"): BIT_OR,
    (ast.IfExp, "test"): OR,
    (ast.IfExp, "body"): OR,
    (ast.comprehension, "iter"): OR,
    (ast.comprehension, "ifs"): OR,
    (ast.comprehension, "target"): TUPLE,
    (ast.Compare, "left"): COMPARE + 1,
    (ast.Compare, "comparators"): COMPARE + 1,
    (ast.FormattedValue, "value"): OR,
    (ast.Expr, "value"): YIELD,
    (ast.Assign, "value"): TUPLE,
    (ast.Assign, "targets"): TUPLE,
    (ast.AugAssign, "value"): TUPLE,
    (ast.AnnAssign, "value"): TUPLE,
    (ast.Return, "value"): TUPLE,
    (ast.Yield, "value"): TUPLE,
    (ast.For, "target"): TUPLE,
    (ast.For, "iter"): TUPLE,
    (ast.AsyncFor, "target"): TUPLE,
    (ast.AsyncFor, "iter"): TUPLE,
    (ast.If, "test"): NAMED,
    (ast.While, "test"): NAMED,
}


def strength(node: ast.AST, text: str) -> int:
    """How tightly an expression binds.

    Args:
        node: the expression.
        text: how it is written; a tuple written in parentheses is an atom.
    """
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.UnaryOp):
        return _OPERATORS[type(node.op)]
    if isinstance(node, ast.Tuple):
        return ATOM if text.startswith("(") and _closes_last(text) else TUPLE
    return _KINDS.get(type(node), ATOM)


def wanted(parent: ast.AST, field: str, index: int = 0) -> int:
    """The weakest expression that may stand without parentheses in a field of a node."""
    if isinstance(parent, ast.BinOp):
        own = _OPERATORS[type(parent.op)]
        if isinstance(parent.op, ast.Pow):
            return AWAIT if field == "left" else FACTOR
        return own if field == "left" else own + 1
    if isinstance(parent, ast.BoolOp):
        return _OPERATORS[type(parent.op)] + 1
    if isinstance(parent, ast.UnaryOp):
        return _OPERATORS[type(parent.op)]
    if isinstance(parent, ast.Dict) and field == "values" and parent.keys[index] is None:
        return BIT_OR
    if isinstance(parent, ast.keyword) and parent.arg is None:
        return BIT_OR
    return _PLACES.get((type(parent), field), TEST)


def needs_parentheses(node: ast.AST, text: str, parent: ast.AST | None, field: str, index: int = 0) -> bool:
    """Whether an expression must be put in parentheses to stand in a field of another node.

    Args:
        node: the expression.
        text: how it is written.
        parent: the node it is to stand in; None for the top of a statement.
        field: the field of ``parent``.
        index: the place in that field when it is a list.
    """
    if not isinstance(node, ast.expr):
        return False
    if isinstance(node, ast.Starred | ast.Slice):
        return False
    if breaks_lines(text) and not _bracketed(parent, field):
        return True
    if parent is None:
        return False
    if isinstance(parent, ast.Attribute) and isinstance(node, ast.Constant) and text[-1:].isdigit():
        return True
    if isinstance(parent, ast.FormattedValue):
        return strength(node, text) <= OR or text.startswith("{") or "!" in text or ":" in text
    return strength(node, text) < wanted(parent, field, index)


def place(child: ast.AST, parent: ast.AST) -> tuple[str, int]:
    """The field of a node that holds a child, and its index there."""
    for field, value in ast.iter_fields(parent):
        if value is child:
            return field, 0
        if isinstance(value, list):
            for index, item in enumerate(value):
                if item is child:
                    return field, index
    return "", 0


def _bracketed(parent: ast.AST | None, field: str) -> bool:
    """Whether a place lies between brackets, where a line may end anywhere."""
    if isinstance(parent, ast.Call):
        return field != "func"
    if isinstance(parent, ast.Subscript):
        return field == "slice"
    return isinstance(parent, ast.List | ast.Set | ast.Dict | ast.ListComp | ast.SetComp | ast.DictComp | ast.keyword)


def breaks_lines(text: str) -> bool:
    """Whether code has a line end outside its own brackets and strings."""
    if "\n" not in text and "\r" not in text:
        return False
    from greenrules.engine.tokens import depths

    return any(depth == 0 for depth in depths(text))


def _closes_last(text: str) -> bool:
    """Whether the bracket that opens a text closes at its very end."""
    from greenrules.engine.tokens import closing

    return closing(text, 0) == len(text) - 1
