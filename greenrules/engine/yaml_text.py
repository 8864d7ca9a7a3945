"""Reading YAML with limits and places: plain values, and for each the place it is written at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from greenrules.errors import Position, RuleError

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
#: nodes of a file with every alias written out
MAX_NODES = 100_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = "tag:yaml.org,2002:"
_MERGE = f"{_PLAIN}merge"

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A YAML file, read.

    Attributes:
        path: as the user named it.
        lines: its lines, without newlines.
        value: plain dictionaries, lists and scalars.
        nodes: path → the node of the value there.
        keys: path → the node of the key that leads there.
    """

    path: str
    lines: tuple[str, ...]
    value: Any
    nodes: Mapping[Path, yaml.Node]
    keys: Mapping[Path, yaml.Node]

    def at(self, path: Sequence[str | int], *, key: bool = False) -> Position:
        """The place of a value (or of its key); of the nearest one around it where there is none."""
        where = tuple(path)
        while where:
            if key and where in self.keys:
                return self._mark(self.keys[where])
            if where in self.nodes:
                return self._mark(self.nodes[where])
            where = where[:-1]
        return self._mark(self.nodes[()]) if () in self.nodes else Position(self.path)

    def _mark(self, node: yaml.Node) -> Position:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return self.place(start.line, start.column, max(length, 1))

    def place(self, line: int, column: int, length: int = 1) -> Position:
        """The place of a line and column, both counted from 0."""
        text = self.lines[line] if line < len(self.lines) else ""
        return Position(self.path, line + 1, column + 1, text, length)

    def locate(self, path: Sequence[str | int]) -> Any:
        """From an offset in the text of a scalar to its place in the file, block scalars and quotes included."""
        node = self.nodes.get(tuple(path))
        if not isinstance(node, yaml.ScalarNode):
            position = self.at(path)
            return lambda offset, length: position

        def locate(offset: int, length: int) -> Position:
            line, column = _aligned(self.lines, node, offset)
            return self.place(line, column, length)

        return locate


def read_yaml(path: str, data: bytes) -> Document:
    """Read one YAML document safely.

    Args:
        path: for messages.
        data: the file's bytes, UTF-8.

    Raises:
        RuleError: at the place: not UTF-8, not YAML, too large, too deep, an alias bomb or cycle, a tag that is not
            plain data, a duplicate key.
    """
    if len(data) > MAX_BYTES:
        raise RuleError(
            f"the file is larger than {MAX_BYTES // 1_000_000} MB ({len(data):,} bytes)",
            position=Position(path),
            remedy="split it: a pack may have any number of rule files",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RuleError(f"not UTF-8: {error.reason}", position=Position(path, line)) from None
    lines = tuple(text.splitlines())
    try:
        _check_events(path, text, lines)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        raise RuleError(f"not YAML: {said}", position=_place(path, lines, mark)) from None
    except yaml.YAMLError as error:
        raise RuleError(f"not YAML: {error}", position=Position(path)) from None
    except RecursionError:
        raise RuleError(f"nested deeper than {MAX_DEPTH} levels", position=Position(path)) from None
    builder = _Builder(path, lines)
    value = builder.value(node, ()) if node is not None else None
    return Document(path, lines, value, builder.nodes, builder.keys)


def _place(path: str, lines: Sequence[str], mark: Any, length: int = 1) -> Position:
    if mark is None:
        return Position(path)
    line = min(mark.line, max(len(lines) - 1, 0))
    text = lines[line] if lines else ""
    return Position(path, line + 1, (mark.column if line == mark.line else len(text)) + 1, text, length)


def _check_events(path: str, text: str, lines: Sequence[str]) -> None:
    """Refuse what would cost too much or never end, by the stream of events, before anything is built."""
    sizes: dict[str, int] = {}
    stack: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            stack.append((event.anchor, total))
            total += 1
            if len(stack) > MAX_DEPTH:
                _refuse(path, lines, event, f"nested deeper than {MAX_DEPTH} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = stack.pop()
            if anchor:
                sizes[anchor] = total - before
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in stack):
                _refuse(path, lines, event, f"the alias *{event.anchor} stands inside what it names")
            total += sizes.get(event.anchor or "", 1)
        if total > MAX_NODES:
            _refuse(path, lines, event, f"more than {MAX_NODES:,} values with every alias written out")


def _refuse(path: str, lines: Sequence[str], event: Any, message: str) -> NoReturn:
    raise RuleError(message, position=_place(path, lines, event.start_mark))


class _Builder:
    """Plain values from composed nodes."""

    def __init__(self, path: str, lines: Sequence[str]) -> None:
        self.path = path
        self.lines = lines
        self.nodes: dict[Path, yaml.Node] = {}
        self.keys: dict[Path, yaml.Node] = {}
        self.scalars = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node, where: Path) -> Any:
        self.nodes[where] = node
        if isinstance(node, yaml.MappingNode):
            self._tag(node, "map")
            found: dict[str, Any] = {}
            for name, key, value in self._pairs(node):
                self.keys[(*where, name)] = key
                found[name] = self.value(value, (*where, name))
            return found
        if isinstance(node, yaml.SequenceNode):
            self._tag(node, "seq")
            return [self.value(item, (*where, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _pairs(self, node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        own: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    if not isinstance(source, yaml.MappingNode):
                        self._error(source, "'<<' wants a mapping, or a list of them")
                    for name, inner_key, inner in self._pairs(source):
                        merged.setdefault(name, (inner_key, inner))
                continue
            if not isinstance(key, yaml.ScalarNode):
                self._error(key, "a key must be text")
            # A key is the text as written: ``on``, ``1`` and ``null`` are names here, not values.
            name = key.value
            if name in own:
                first = own[name][0].start_mark.line + 1
                self._error(key, f"duplicate key '{name}', first on line {first}")
            own[name] = (key, value)
        for name, (key, value) in {**merged, **own}.items():
            yield name, key, value

    def _scalar(self, node: yaml.Node) -> Any:
        kind = node.tag.removeprefix(_PLAIN)
        if kind in ("str", "timestamp", "value"):
            return node.value
        if kind not in ("int", "float", "bool", "null"):
            self._error(node, f"the tag {_shown(node.tag)} is not allowed: only plain data is")
        try:
            return getattr(self.scalars, f"construct_yaml_{kind}")(node)
        except ValueError:
            self._error(node, f"'{node.value}' is not {kind}")

    def _tag(self, node: yaml.Node, wanted: str) -> None:
        if node.tag != _PLAIN + wanted:
            self._error(node, f"the tag {_shown(node.tag)} is not allowed: only plain data is")

    def _error(self, node: yaml.Node, message: str) -> NoReturn:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else 1
        raise RuleError(message, position=_place(self.path, self.lines, start, max(length, 1)))


def _shown(tag: str) -> str:
    return "!!" + tag.removeprefix(_PLAIN) if tag.startswith(_PLAIN) else tag


def _aligned(lines: Sequence[str], node: yaml.ScalarNode, offset: int) -> tuple[int, int]:
    """Line and column of a character of a scalar's text: the text is laid along the raw characters of the file."""
    line, column = node.start_mark.line, node.start_mark.column
    if node.style in ("|", ">"):
        line, column = line + 1, 0
    elif node.style in ("'", '"'):
        column += 1
    for index, wanted in enumerate(node.value[: offset + 1]):
        last = index == offset
        while line < len(lines):
            raw = lines[line]
            if column >= len(raw):
                if last and wanted.isspace():
                    return line, column
                line, column = line + 1, 0
                if wanted.isspace():
                    break
                continue
            here = raw[column]
            escaped = node.style == '"' and here == "\\" and column + 1 < len(raw)
            width = 2 if escaped or (node.style == "'" and raw[column : column + 2] == "''") else 1
            if here == wanted or escaped:
                if last:
                    return line, column
                column += width
                break
            column += 1
    return min(line, max(len(lines) - 1, 0)), column
