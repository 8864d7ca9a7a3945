"""Imports that fall out of use when edits are made."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter

from greenrules.engine.edits import Edit, Keep
from greenrules.engine.imports import Imported, Imports
from greenrules.engine.optional import is_tried

_WORD = re.compile(r"[^\W\d]\w*")


def freed(imports: Imports, edits: Sequence[Edit], added: Sequence[str]) -> list[Imported]:
    """Imports that are used only by code that the edits take out; ``added`` are modules that will be imported."""
    if not edits:
        return []
    written = {
        word for edit in edits for piece in edit.pieces if isinstance(piece, str) for word in _WORD.findall(piece)
    }
    # code moved elsewhere: kept by an edit in whose own span it does not lie
    kept = [keep for edit in edits for keep in edit.keeps if not (edit.start <= keep.start and keep.end <= edit.end)]
    taken = "\n".join(imports.facts.source.text[edit.start : edit.end] for edit in edits)
    # A name beyond ASCII may be spelled in other letters than it has.
    spelled = taken.isascii()
    found = []
    for entry in imports.entries:
        if (spelled and entry.name not in taken) or entry.owner is None or not imports.removable(entry):
            continue
        lost = {node for node in _lost(imports.spans(entry.name), edits, kept) if _within(entry.owner, node, imports)}
        if not lost or is_tried(imports.facts, entry.statement) or _in_query(entry.name, imports):
            continue
        # One look at a time: a name that is kept is mostly kept by its first use.
        uses = (node for node in imports.facts.named(entry.name) if node not in lost)
        left = (node for node in uses if _within(entry.owner, node, imports))
        if entry.is_path:
            others = [e.module for e in imports.entries if e is not entry and e.is_path and e.name == entry.name]
            others += added
            paths = {w for e in edits for p in e.pieces if isinstance(p, str) for w in re.findall(r"[\w.]+", p)}
            chains = chain(paths, (_dotted(node, imports) for node in left))
            if not any(_needs(one, entry.module, others) for one in chains if _roots(one, entry.name)):
                found.append(entry)
        elif entry.name not in written and next(left, None) is None:
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


def _in_query(name: str, imports: Imports) -> bool:
    """Whether a text names it in the language of a library: ``frame.query("x > @np.pi")``."""
    facts = imports.facts
    found: bool = facts.remembered(f"freed.@{name}", lambda: f"@{name}" in facts.source.text)
    return found


def _within(owner: ast.AST, node: ast.AST, imports: Imports) -> bool:
    return isinstance(owner, ast.Module) or owner in imports.facts.ancestors(node)


def _roots(dotted: str, name: str) -> bool:
    return dotted == name or dotted.startswith(f"{name}.")


def _dotted(node: ast.AST, imports: Imports) -> str:
    """The dotted name that a name begins."""
    text = getattr(node, "id", "")
    parent = imports.facts.parent(node)
    while isinstance(parent, ast.Attribute):
        text += f".{parent.attr}"
        parent = imports.facts.parent(parent)
    return text


def _needs(dotted: str, module: str, others: Iterable[str]) -> bool:
    """Whether a dotted name may rely on ``import module``: it goes through it, or no other import accounts for it."""
    if dotted == module or dotted.startswith(f"{module}."):
        return True
    return not any(dotted == other or dotted.startswith(f"{other}.") for other in others)
