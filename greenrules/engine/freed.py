"""Imports that fall out of use when edits are made."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from greenrules.engine.edits import Edit, Keep
from greenrules.engine.imports import Imported, Imports
from greenrules.engine.optional import is_tried

_WORD = re.compile(r"[^\W\d]\w*")


def freed(imports: Imports, edits: Sequence[Edit], added: Sequence[str]) -> list[Imported]:
    """Imports that are used only by code that the edits take out; ``added`` are modules that will be imported."""
    if not edits or imports.reflected:
        return []
    source = imports.facts.source
    written = {
        word for edit in edits for piece in edit.pieces if isinstance(piece, str) for word in _WORD.findall(piece)
    }
    effects = imports.facts.knowledge.import_effects
    # code moved elsewhere: kept by an edit in whose own span it does not lie
    kept = [keep for edit in edits for keep in edit.keeps if not (edit.start <= keep.start and keep.end <= edit.end)]
    found = []
    for entry in imports.entries:
        if entry.owner is None or entry.name in imports.exported or entry.alias.asname == entry.alias.name:
            continue
        if is_tried(imports.facts, entry.statement) or f"@{entry.name}" in source.text:
            continue  # the library's own language names it so: ``frame.query("x > @np.pi")``
        if isinstance(entry.statement, ast.ImportFrom) and entry.statement.module == "__future__":
            continue
        if entry.module in effects or entry.target in effects or source.path.endswith("__init__.py"):
            continue
        lost = {node for node in _lost(imports.spans(entry.name), edits, kept) if _within(entry.owner, node, imports)}
        if not lost:
            continue
        uses = [node for node in imports.used.get(entry.name, ()) if _within(entry.owner, node, imports)]
        left = [node for node in uses if node not in lost]
        if entry.is_path:
            chains = [_chain(node, imports) for node in left]
            others = [e.module for e in imports.entries if e is not entry and e.is_path and e.name == entry.name]
            others += added
            paths = {w for e in edits for p in e.pieces if isinstance(p, str) for w in re.findall(r"[\w.]+", p)}
            if not any(_needs(chain, entry.module, others) for chain in [*chains, *paths] if _roots(chain, entry.name)):
                found.append(entry)
        elif not left and entry.name not in written:
            found.append(entry)
    return found


def _lost(
    spans: Sequence[tuple[int, int, ast.Name]], edits: Sequence[Edit], kept: Sequence[Keep]
) -> Iterator[ast.Name]:
    """The names, of those with these spans, that edits take out and do not write elsewhere."""
    for edit in edits:
        if edit.start == edit.end:
            continue
        for place in range(bisect_left(spans, edit.start, key=itemgetter(0)), len(spans)):
            start, end, node = spans[place]
            if start >= edit.end:
                break
            if edit.loses(start, end) and not any(keep.start <= start and end <= keep.end for keep in kept):
                yield node


def _within(owner: ast.AST, node: ast.AST, imports: Imports) -> bool:
    return isinstance(owner, ast.Module) or owner in imports.facts.ancestors(node)


def _roots(chain: str, name: str) -> bool:
    return chain == name or chain.startswith(f"{name}.")


def _chain(node: ast.AST, imports: Imports) -> str:
    """The dotted name that a name begins."""
    text = getattr(node, "id", "")
    parent = imports.facts.parent(node)
    while isinstance(parent, ast.Attribute):
        text += f".{parent.attr}"
        parent = imports.facts.parent(parent)
    return text


def _needs(chain: str, module: str, others: Iterable[str]) -> bool:
    """Whether a dotted name may rely on ``import module``: it goes through it, or no other import accounts for it."""
    if chain == module or chain.startswith(f"{module}."):
        return True
    return not any(chain == other or chain.startswith(f"{other}.") for other in others)
