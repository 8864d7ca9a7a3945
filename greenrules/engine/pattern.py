"""Patterns: Python with holes, parsed once, matched often."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from greenrules.engine.holes import PREFIX, hole, metavariables
from greenrules.errors import Position, RuleError

#: From an offset and a length in a text to its place in the user's file.
Locate = Callable[[int, int], Position]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern or a template, ready to match or to write.

    Attributes:
        text: as the author wrote it.
        kind: one expression, a run of statements, or a run of import statements.
        nodes: the expression, or the statements; holes as :mod:`.holes` says.
        words: identifiers that every matching file contains.
        encoded: the Python text that ``nodes`` were parsed from; their positions refer to it.
        metavariables: names of the holes it binds, ellipses left out.
    """

    text: str
    kind: Literal["expression", "statements", "import"]
    nodes: tuple[ast.AST, ...]
    words: frozenset[str]
    encoded: str
    metavariables: frozenset[str]

    @property
    def expression(self) -> ast.expr:
        """The expression of an expression pattern."""
        node = self.nodes[0]
        assert isinstance(node, ast.expr)
        return node

    def __deepcopy__(self, memo: object) -> Pattern:
        return self


def locate_in(text: str, path: str = "<pattern>", position: Position | None = None) -> Locate:
    """Places in a text that stands in no file, or wholly at one position of a file."""

    def locate(offset: int, length: int) -> Position:
        if position is not None:
            return position
        line = text.count("\n", 0, offset) + 1
        start = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", start)
        return Position(path, line, offset - start + 1, text[start : end if end >= 0 else len(text)], max(length, 1))

    return locate


def compile_pattern(
    text: str, *, position: Position | None = None, locate: Locate | None = None, template: bool = False
) -> Pattern:
    """Parse a pattern, or a template.

    Args:
        text: Python with metavariables and ellipses.
        position: the place that errors name, where ``locate`` is not given.
        locate: from an offset in ``text`` to the place in the rule file.
        template: whether ``${PARAMETER}`` may stand in it, and whether it may be empty.

    Raises:
        RuleError: the text is not Python with holes; at its place, with what was expected.
    """
    from greenrules.engine.pattern_text import TextError, encode_text

    locate = locate or locate_in(text, position=position)
    if not text.strip() and not template:
        raise RuleError("an empty pattern matches nothing", position=locate(0, 1))
    try:
        encoded = encode_text(text, template=template)
    except TextError as error:
        raise RuleError(error.message, position=locate(error.offset, error.length)) from None
    source = encoded.text
    # A pattern that is written with a margin (or one line of a flow scalar) is still one expression.
    lead = len(source) - len(source.lstrip())
    if "\n" not in source.strip():
        source = source.strip()
    else:
        lead = 0
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        offset = encoded.origin(lead + _offset(source, error.lineno or 1, error.offset or 1))
        what = "template" if template else "pattern"
        raise RuleError(
            f"the {what} is not Python: {_plain(error.msg)}",
            position=locate(min(offset, max(len(text.rstrip()) - 1, 0)), 1),
            remedy="holes are written $X, $_, $...ARGS, ..., <... P ...>, ($X: module.Type)",
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise RuleError(f"the pattern cannot be parsed: {error}", position=locate(0, 1)) from None
    kind, nodes = _shape(tree.body)
    _check(nodes, template, lambda node: locate(encoded.origin(lead + _start(source, node)), 1))
    words = frozenset(word for node in nodes for word in required_words(node))
    names = frozenset(
        name
        for node in nodes
        for name, found in metavariables(node).items()
        if not name.startswith("...") and found.kind != "parameter"
    )
    return Pattern(text, kind, nodes, words, source, names)


def _shape(body: list[ast.stmt]) -> tuple[Literal["expression", "statements", "import"], tuple[ast.AST, ...]]:
    if len(body) == 1 and isinstance(body[0], ast.Expr):
        return "expression", (body[0].value,)
    if body and all(isinstance(stmt, ast.Import | ast.ImportFrom) for stmt in body):
        return "import", tuple(body)
    return "statements", tuple(body)


def _check(nodes: tuple[ast.AST, ...], template: bool, place: Callable[[ast.AST], Position]) -> None:
    """Refuse holes that say nothing: a pattern made of an ellipsis alone, a deep or typed hole with two parts."""
    for node in nodes:
        for inner in ast.walk(node):
            if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Name):
                continue
            wanted = {f"{PREFIX}deep": 1, f"{PREFIX}typed": 2}.get(inner.func.id)
            if wanted is None:
                continue
            if template:
                raise RuleError("a template cannot contain <... ...> or a typed hole", position=place(inner))
            if len(inner.args) != wanted or inner.keywords:
                raise RuleError("expected one expression between <... and ...>", position=place(inner))
            if wanted == 2 and dotted(inner.args[1]) is None:
                raise RuleError("expected a type's dotted name, as in ($X: module.Type)", position=place(inner))
    if not template and nodes and all((found := hole(node)) is not None and found.kind == "many" for node in nodes):
        raise RuleError("a pattern of ellipses alone matches everything", position=place(nodes[0]))


def dotted(node: ast.AST) -> str | None:
    """``a.b.c`` of a chain of plain names, or None; holes break the chain."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        if node.attr.startswith(PREFIX):
            return None
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id.startswith(PREFIX):
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))


def required_words(node: ast.AST) -> Iterator[str]:
    """Identifiers that stand in every file that matches a node of a pattern.

    Of a dotted name only the last part is certain: ``from a.b import c as d`` still spells ``c``. A keyword of a call by
    a dotted name may be given by position, so it is not required.
    """
    if isinstance(node, ast.Attribute):
        if not node.attr.startswith(PREFIX):
            yield node.attr
        if dotted(node) is None:
            yield from required_words(node.value)
        return
    if isinstance(node, ast.Name):
        if not node.id.startswith(PREFIX):
            yield node.id
        return
    if isinstance(node, ast.Call):
        found = hole(node)
        if found is not None:
            if found.inner is not None:
                yield from required_words(found.inner)
            return
        by_name = dotted(node.func) is not None
        yield from required_words(node.func)
        for argument in node.args:
            yield from required_words(argument)
        for keyword in node.keywords:
            if keyword.arg is not None and not by_name and not keyword.arg.startswith(PREFIX):
                yield keyword.arg
            # a literal may be written elsewhere under a name, a name may be reached through constants
            yield from required_words(keyword.value)
        return
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield from required_words(value)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, ast.AST):
                    yield from required_words(item)
        elif field in ("name", "arg", "rest") and isinstance(value, str) and _certain(node, value):
            yield value.rsplit(".", 1)[-1]
    if isinstance(node, ast.ImportFrom) and node.module and PREFIX not in node.module:
        yield node.module.rsplit(".", 1)[-1]


def _certain(node: ast.AST, value: str) -> bool:
    """Whether an identifier field must be spelled alike: not a hole, not the wildcard."""
    return (
        PREFIX not in value
        and value != "*"
        and isinstance(
            node,
            ast.FunctionDef
            | ast.AsyncFunctionDef
            | ast.ClassDef
            | ast.alias
            | ast.arg
            | ast.ExceptHandler
            | ast.MatchAs,
        )
    )


def _offset(source: str, line: int, column: int) -> int:
    lines = source.splitlines(keepends=True)
    return sum(len(text) for text in lines[: line - 1]) + max(column - 1, 0)


def _start(source: str, node: ast.AST) -> int:
    line = getattr(node, "lineno", 1)
    text = source.splitlines(keepends=True)[line - 1] if source else ""
    column = len(text.encode()[: getattr(node, "col_offset", 0)].decode("utf-8", "ignore"))
    return _offset(source, line, column + 1)


def _plain(message: str) -> str:
    """Python's message without the identifiers that stand for holes."""
    return message.replace("__hole_one_", "$").replace("__hole_many_", "$...").replace("__hole_parameter_", "$")
