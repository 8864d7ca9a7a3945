"""Programs in a newer Python than the one that runs greenrules.

What the running parser does not know is written for it in words it knows, each of the same length, so that every node
keeps its place; then the nodes that were meant are put in. LibCST, whose grammar does not depend on the running Python,
says what stands where. Read so: type parameters and ``type`` statements (3.12), quotes, backslashes and newlines in the
fields of f-strings (3.12), t-strings and ``except A, B:`` (3.14).
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import libcst as cst

#: where a name begins behind a keyword
_NAME = re.compile(rb"[^\s\\]")


def _named(name: str, base: type[ast.AST], fields: tuple[str, ...]) -> Any:
    """The node type of the running Python, or one of the same name and fields."""
    places = ("lineno", "col_offset", "end_lineno", "end_col_offset")
    return getattr(ast, name, None) or type(name, (base,), {"_fields": fields, "_attributes": places})


TYPE_ALIAS = _named("TypeAlias", ast.stmt, ("name", "type_params", "value"))
TYPE_VAR = _named("TypeVar", ast.AST, ("name", "bound", "default_value"))
TYPE_VAR_TUPLE = _named("TypeVarTuple", ast.AST, ("name", "default_value"))
PARAM_SPEC = _named("ParamSpec", ast.AST, ("name", "default_value"))
#: a t-string; its fields are as those of an f-string
TEMPLATE_STR = _named("TemplateStr", ast.expr, ("values",))
#: node types that the running Python may not have
TYPES = (TYPE_ALIAS, TYPE_VAR, TYPE_VAR_TUPLE, PARAM_SPEC, TEMPLATE_STR)


def parse_newer(text: str) -> ast.Module | None:
    """The tree of a program that the running Python refuses, or None when LibCST refuses it too."""
    # Imported here: it takes a quarter of a second, and only programs that do not parse need it.
    import libcst
    from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

    try:
        module = libcst.parse_module(text)
        spans = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ByteSpanPositionProvider)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        # A panic of its native parser is no Exception.
        return None
    data = text.encode("utf-8", "surrogatepass")
    if module.bytes != data:
        return None
    try:
        return _Lowering(data, spans).module(module)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _blank_string(written: bytes) -> bytes:
    """A plain string of the same length, with its newlines where they are."""
    lines = b"\n" in written
    quote = b"'''" if lines and b"\n" not in written[-3:] else b"'"
    inner = bytearray(byte if byte in b"\r\n" else 0x20 for byte in written[len(quote) : -len(quote)])
    if lines and len(quote) == 1:
        for offset in range(len(inner)):
            if inner[offset] == 0x0A:
                at = offset - 1 - (inner[offset - 1] == 0x0D)
                if inner[at] != 0x20:
                    raise ValueError("a blank line at the end of a string")
                inner[at] = ord("\\")
    return quote + bytes(inner) + quote


class _Lowering:
    """The work on one program; offsets are in bytes, as the columns of ``ast`` are."""

    def __init__(self, data: bytes, spans: Any) -> None:
        self.data = data
        self.lowered = bytearray(data)
        self.spans = spans
        self.lines = [0, *(index + 1 for index, byte in enumerate(data) if byte == 0x0A)]
        #: kind of node and where it begins and ends → from that node to what was meant
        self.meant: dict[tuple[str, int, int], Callable[[Any], ast.AST]] = {}

    def module(self, module: cst.Module) -> ast.Module:
        self.look(module)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(self.lowered.decode("utf-8", "surrogatepass"))
        found: ast.Module = self.put_in(tree)
        return found

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        found = self.spans[node]
        return found.start, found.start + found.length

    # what stands where

    def look(self, root: cst.CSTNode) -> None:
        """Rewrite the parts of a program that are new."""
        import libcst

        stack: list[cst.CSTNode] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, libcst.TypeAlias):
                self.type_alias(node)
            elif isinstance(node, libcst.FunctionDef | libcst.ClassDef) and node.type_parameters is not None:
                self.definition(node)
            elif isinstance(node, libcst.ExceptHandler | libcst.ExceptStarHandler):
                self.handler(node)
            elif isinstance(node, libcst.ConcatenatedString | libcst.FormattedString | libcst.TemplatedString):
                self.string(node)
                continue
            stack += [child for child in node.children if not isinstance(child, libcst.TypeParameters)]

    def type_alias(self, node: cst.TypeAlias) -> None:
        start, end = self.span(node)
        parameters = self.parameters(node.type_parameters)
        # ``type X = V`` is read as ``type,X = V``
        self.lowered[start + 4] = ord(",")

        def meant(assign: ast.Assign) -> ast.AST:
            name: Any = assign.targets[0]
            made: ast.AST = TYPE_ALIAS(name=name.elts[1], type_params=parameters, value=assign.value)
            return ast.copy_location(made, assign)

        self.meant["Assign", start, end] = meant

    def definition(self, node: cst.FunctionDef | cst.ClassDef) -> None:
        parameters = self.parameters(node.type_parameters)
        start = self.span(node.name)[0]

        def meant(found: Any) -> ast.AST:
            found.type_params = parameters
            if "type_params" not in found._fields:
                found._fields = (*found._fields, "type_params")
            definition: ast.AST = found
            return definition

        self.meant["definition", start, start] = meant

    def parameters(self, node: cst.TypeParameters | None) -> list[ast.AST]:
        """The type parameters between brackets, which are blanked."""
        import libcst

        if node is None:
            return []
        kinds = {libcst.TypeVarTuple: TYPE_VAR_TUPLE, libcst.ParamSpec: PARAM_SPEC}
        found: list[ast.AST] = []
        for each in node.params:
            param = each.param
            bound = self.expression(param.bound) if isinstance(param, libcst.TypeVar) and param.bound else None
            default = self.expression(each.default) if each.default is not None else None
            kind = kinds.get(type(param), TYPE_VAR)
            parts = {"name": param.name.value, "bound": bound, "default_value": default}
            made = kind(**{name: part for name, part in parts.items() if name in kind._fields})
            found.append(self.located(made, self.span(param)[0], self.span(each.default or param)[1]))
        start, end = self.span(node)
        for offset in range(start, end):
            byte = self.data[offset]
            if byte == 0x0A:
                at = offset - 1 - (self.data[offset - 1] == 0x0D)
                if at < start or self.lowered[at] != 0x20:
                    raise ValueError("a blank line among type parameters")
                self.lowered[at] = ord("\\")
            elif byte != 0x0D:
                self.lowered[offset] = ord(" ")
        return found

    def handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> None:
        """``except A, B:`` is read as ``except A| B:``."""
        import libcst

        if not isinstance(node.type, libcst.Tuple) or node.type.lpar:
            return
        start, end = self.span(node.type)
        inner = [self.span(element.value) for element in node.type.elements]
        for (_, before), (after, _) in pairwise(inner):
            self.lowered[self.data.index(b",", before, after)] = ord("|")

        def meant(found: ast.BinOp) -> ast.AST:
            elements: list[ast.expr] = []
            left: ast.expr = found
            while isinstance(left, ast.BinOp) and len(elements) < len(inner) - 1:
                elements.append(left.right)
                left = left.left
            made = ast.Tuple([left, *reversed(elements)], ast.Load())
            return self.located(made, start, end)

        self.meant["BinOp", start, end] = meant

    def string(self, node: cst.ConcatenatedString | cst.FormattedString | cst.TemplatedString) -> None:
        """In the place of a string that the running Python refuses, a plain one."""
        start, end = self.span(node)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(f"({self.data[start:end].decode('utf-8', 'surrogatepass')})")
        except (SyntaxError, ValueError):
            made = self.joined(node)
            self.lowered[start:end] = _blank_string(self.data[start:end])
            self.meant["Constant", start, end] = lambda found: made

    def joined(self, node: cst.ConcatenatedString | cst.FormattedString | cst.TemplatedString) -> ast.expr:
        import libcst

        parts: list[Any] = []
        left: Any = node
        while isinstance(left, libcst.ConcatenatedString):
            parts.append(left.left)
            left = left.right
        parts.append(left)
        values: list[ast.expr] = []
        template = False
        for part in parts:
            template = template or isinstance(part, libcst.TemplatedString)
            if isinstance(part, libcst.SimpleString):
                values.append(self.constant(part.evaluated_value, part))
            else:
                values += self.values(part.parts, part.prefix, part.quote)
        merged = self.merged(values)
        made = TEMPLATE_STR(values=merged) if template else ast.JoinedStr(merged)
        return self.located(made, *self.span(node))  # type: ignore[return-value]

    def values(self, parts: Sequence[Any], prefix: str, quote: str) -> list[ast.expr]:
        """The parts of an f-string or a t-string, or of a field's format."""
        import libcst

        found: list[ast.expr] = []
        raw = "r" if "r" in prefix.lower() else ""
        for part in parts:
            if isinstance(part, libcst.FormattedStringText | libcst.TemplatedStringText):
                text = part.value.replace("{{", "{").replace("}}", "}")
                found.append(self.constant(ast.literal_eval(f"{raw}{quote}{text}{quote}"), part))
                continue
            start, end = self.span(part)
            value = self.expression(part.expression)
            if part.equal is not None:
                stop = self.data.index(b"=", self.span(part.expression)[1]) + 1
                blank = len(self.data[stop:end]) - len(self.data[stop:end].lstrip())
                found.append(self.constant(self.data[start + 1 : stop + blank].decode(), part))
            given = ord(part.conversion) if part.conversion else -1
            if part.equal is not None and given == -1 and part.format_spec is None:
                given = ord("r")
            spec = None
            if part.format_spec is not None:
                parts_of_it = self.merged(self.values(part.format_spec, prefix, quote))
                first = self.span(part.format_spec[0])[0] if part.format_spec else end - 1
                spec = self.located(ast.JoinedStr(parts_of_it), first - 1, end - 1)
            found.append(self.located(ast.FormattedValue(value, given, spec), start, end))  # type: ignore[arg-type]
        return found

    def merged(self, values: list[ast.expr]) -> list[ast.expr]:
        """Texts beside one another as one, as the parser has them."""
        found: list[ast.expr] = []
        for value in values:
            last = found[-1] if found else None
            if isinstance(value, ast.Constant) and isinstance(last, ast.Constant):
                last.value = str(last.value) + str(value.value)
            elif not isinstance(value, ast.Constant) or value.value:
                found.append(value)
        return found

    def constant(self, value: Any, node: cst.CSTNode) -> ast.Constant:
        made = ast.Constant(value)
        self.located(made, *self.span(node))
        return made

    def expression(self, node: cst.CSTNode) -> ast.expr:
        """An expression inside what is rewritten, at its place."""
        start, end = self.span(node)
        own = bool(getattr(node, "lpar", ()))
        if own:
            start, end = self.span(node.lpar[0])[0], self.span(node.rpar[-1])[1]  # type: ignore[attr-defined]
        inner = _Lowering(self.data, self.spans)
        inner.look(node)
        line = self.data.count(b"\n", 0, start)
        column = start - self.lines[line]
        lead = b"(" + (b"\n" * line + b" " * column if line else b" " * (column - 1))
        text = (lead + bytes(inner.lowered[start:end]) + b")").decode("utf-8", "surrogatepass")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval")
        found: ast.expr = inner.put_in(tree).body
        if isinstance(found, ast.Tuple) and not own:
            self.located(found, start, end)
        return found

    # what was meant

    def located(self, node: ast.AST, start: int, end: int) -> ast.AST:
        made: Any = node
        made.lineno, made.col_offset = self.place(start)
        made.end_lineno, made.end_col_offset = self.place(end)
        return node

    def place(self, offset: int) -> tuple[int, int]:
        line = self.data.count(b"\n", 0, offset)
        return line + 1, offset - self.lines[line]

    def put_in(self, tree: Any) -> Any:
        """The tree with the nodes that were meant."""
        return _Exchange(self).visit(tree)


class _Exchange(ast.NodeTransformer):
    def __init__(self, lowering: _Lowering) -> None:
        self.lowering = lowering

    def visit(self, node: ast.AST) -> Any:
        super().generic_visit(node)
        if not self.lowering.meant or not hasattr(node, "end_lineno"):
            return node
        at: Any = node
        start = self.lowering.lines[at.lineno - 1] + at.col_offset
        end = self.lowering.lines[at.end_lineno - 1] + at.end_col_offset
        kind = type(node).__name__
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            word = b"class" if isinstance(node, ast.ClassDef) else b"def"
            behind = _NAME.search(self.lowering.data, self.lowering.data.index(word, start) + len(word))
            assert behind is not None
            kind, start, end = "definition", behind.start(), behind.start()
        meant = self.lowering.meant.get((kind, start, end))
        return node if meant is None else meant(node)
