"""A script as it stands in its file: bytes, text, tree and the way from one to the other."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property

from greenrules.engine.notebook import Cell


@dataclass(frozen=True)
class Source:
    """A script or notebook.

    Attributes:
        path: the file as the user named it.
        data: its bytes.
        text: the program, newlines exactly as in the file, without byte order mark. Of a notebook: the code cells one after
            the other, each led by a marker comment, magics masked by valid Python of the same length.
        encoding: the codec's name.
        bom: whether the file starts with a UTF-8 byte order mark.
        newline: the newline used most, ``\\n`` where there is none.
        cells: of a notebook, else empty.
    """

    path: str
    data: bytes
    text: str
    encoding: str = "utf-8"
    bom: bool = False
    newline: str = "\n"
    cells: tuple[Cell, ...] = ()

    @property
    def is_notebook(self) -> bool:
        raise NotImplementedError

    @cached_property
    def tree(self) -> ast.Module:
        raise NotImplementedError

    @cached_property
    def words(self) -> frozenset[str]:
        raise NotImplementedError

    @cached_property
    def indent(self) -> str:
        raise NotImplementedError

    @cached_property
    def comments(self) -> tuple[tuple[int, str], ...]:
        raise NotImplementedError

    def offset(self, line: int, column: int) -> int:
        raise NotImplementedError

    def position(self, offset: int) -> tuple[int, int, int | None]:
        raise NotImplementedError

    def span(self, node: ast.AST) -> tuple[int, int]:
        raise NotImplementedError

    def outer_span(self, node: ast.AST) -> tuple[int, int]:
        raise NotImplementedError

    def segment(self, node: ast.AST) -> str:
        raise NotImplementedError

    def with_text(self, new_text: str) -> Source:
        raise NotImplementedError

    def encode(self, new_text: str) -> bytes:
        raise NotImplementedError


def read_source(path: str, data: bytes) -> Source:
    raise NotImplementedError
