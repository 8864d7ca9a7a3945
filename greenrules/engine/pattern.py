"""Patterns: Python with holes, parsed once, matched often."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from greenrules.engine.holes import PREFIX, encode, hole, metavariables
from greenrules.engine.syntax import read
from greenrules.errors import Position, RuleError

if TYPE_CHECKING:
    from greenrules.engine.anchors import Anchor
    from greenrules.engine.fragments import Landmark
    from greenrules.engine.prefilter import Kinds

#: From an offset and a length in a text to its place in the user's file.
Locate = Callable[[int, int], Position]


@dataclass(frozen=True)
class Pattern:
    """A pattern or a template, ready to match or to write.

    Attributes:
        text: as the author wrote it.
        kind: one expression, a run of statements, or a run of import statements.
        words: identifiers that every matching file contains.
        encoded: the Python text that ``nodes`` are parsed from; their positions refer to it.
        metavariables: names of the holes it binds, ellipses left out.
    """

    text: str
    kind: Literal["expression", "statements", "import"]
    words: frozenset[str]
    encoded: str
    metavariables: frozenset[str]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """The expression, or the statements; holes as :mod:`.holes` says.

        Parsed when first asked for: a rule whose words a script does not hold never is.
        """
        from greenrules.engine.match_nodes import annotate

        tree = read(self.encoded)
        annotate(tree)
        return _shape(tree.body)[1]

    @property
    def expression(self) -> ast.expr:
        """The expression of an expression pattern."""
        node = self.nodes[0]
        assert isinstance(node, ast.expr)
        return node

    @cached_property
    def deep(self) -> bool:
        """Whether it is wholly ``<... P ...>``."""
        found = hole(self.nodes[0]) if self.kind == "expression" else None
        return found is not None and found.kind == "deep"

    @cached_property
    def first(self) -> ast.AST | None:
        """The node that a match starts with."""
        from greenrules.engine.prefilter import first_node

        return first_node(self)

    @cached_property
    def run(self) -> Sequence[ast.AST]:
        """The nodes without the unnamed runs around them, which say nothing."""
        from greenrules.engine.prefilter import trimmed

        return trimmed(self.nodes)

    @cached_property
    def kinds(self) -> Kinds:
        """Where it can start."""
        from greenrules.engine.prefilter import kinds_of

        return kinds_of(self)

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """What every match of it holds."""
        from greenrules.engine.anchors import anchors_of

        return anchors_of((self,), {})

    @cached_property
    def cues(self) -> frozenset[str]:
        """What the text of every matching file shows, as :mod:`.cues` writes it."""
        from greenrules.engine.cues import cues_of

        return cues_of(self.nodes)

    @cached_property
    def landmark(self) -> Landmark | None:
        """Where to look for it in a text."""
        from greenrules.engine.fragments import landmark_of

        return landmark_of(self)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("nodes", "first", "run")}


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
    locate = locate or locate_in(text, position=position)
    if not text.strip() and not template:
        raise RuleError("an empty pattern matches nothing", position=locate(0, 1))
    plain = _plain_call(text)
    if plain is not None:
        return plain
    from greenrules.engine.pattern_text import TextError, encode_text

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
        tree = read(source)
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
    return Pattern(text, kind, words, source, names)


_PLAIN_CALL = re.compile(r"((?:\$[A-Z_][A-Z0-9_]*|[^\W\d]\w*)(?:\.(?:\$[A-Z_][A-Z0-9_]*|[^\W\d]\w*))*)(\(\.\.\.\))?")


def _plain_call(text: str) -> Pattern | None:
    """A dotted name, or a call of one with any arguments: by far the most patterns, and they need no grammar."""
    found = _PLAIN_CALL.fullmatch(text.strip())
    if found is None or any(keyword.iskeyword(part) for part in found[1].split(".")):
        return None
    parts = found[1].split(".")
    name = ".".join(encode("one", part[1:]) if part.startswith("$") else part for part in parts)
    encoded = name + (f"(*{encode('dots', '0')})" if found[2] else "")
    words = parts[1:] if parts[0].startswith("$") else parts[-1:]
    names = frozenset(part[1:] for part in parts if part.startswith("$") and part != "$_")
    return Pattern(text, "expression", frozenset(word for word in words if word[0] != "$"), encoded, names)


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
            if isinstance(inner, ast.Constant) and not template and (found := hole(inner)) is not None and found.regex:
                from greenrules.engine.regexes import check_regex

                check_regex(found.regex, place(inner))
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

    Of a dotted name only the last part is certain: ``from a.b import c as d`` still spells ``c``. A keyword of a call
    by a dotted name may be given by position, so it is not required.
    """
    if isinstance(node, ast.Attribute):
        if not node.attr.startswith(PREFIX):
            yield node.attr
        root: ast.AST = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or root.id.startswith(PREFIX):
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
