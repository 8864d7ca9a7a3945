"""Statements as text: taking them out of their block, and moving blocks to another depth."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from greenrules.engine.edits import Edit, Keep, Piece, Refusal, replace
from greenrules.engine.tokens import alone, comments, line_end, line_start, margin, next_line, tokens

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts


def delete_statements(facts: Facts, gone: Sequence[ast.stmt], taken: Collection[Keep] = ()) -> list[Edit] | Refusal:
    """Edits that take statements of one block out.

    Their comments stay, each on a line of its own, but those that are ``taken`` elsewhere; a block left empty gets
    ``pass``.
    """
    block, _ = facts.block(gone[0])
    wanted = {id(stmt) for stmt in gone}
    left = [stmt for stmt in block if id(stmt) not in wanted]
    filler = not left and not isinstance(facts.parent(gone[0]), ast.Module) and not is_elif(facts, gone[0])
    edits: list[Edit] = []
    for run in _runs(block, wanted):
        start, end = facts.source.span(run[0])[0], facts.source.span(run[-1])[1]
        text = facts.source.text
        if alone(text, start, end):
            edits.append(_delete_lines(facts, start, end, taken, filler=filler))
        elif filler:
            edits.append(replace(start, end, "pass"))
        else:
            made = _delete_inline(text, start, end)
            if isinstance(made, Refusal):
                return made
            edits.append(made)
    return edits


def _runs(block: Sequence[ast.stmt], wanted: set[int]) -> list[list[ast.stmt]]:
    runs: list[list[ast.stmt]] = []
    previous = False
    for stmt in block:
        if id(stmt) in wanted:
            if previous:
                runs[-1].append(stmt)
            else:
                runs.append([stmt])
        previous = id(stmt) in wanted
    return runs


def is_elif(facts: Facts, node: ast.AST) -> bool:
    """Whether a statement is the ``elif`` of another."""
    return isinstance(node, ast.If) and facts.source.text.startswith("elif", facts.source.span(node)[0])


def trailing_comment(facts: Facts, stmt: ast.stmt) -> Keep | None:
    """The comment behind a statement that has its lines for itself."""
    text = facts.source.text
    start, end = facts.source.span(stmt)
    if not alone(text, start, end):
        return None
    return next((Keep(token.start, token.end) for token in comments(text, end, line_end(text, end))), None)


def _delete_lines(facts: Facts, start: int, end: int, taken: Collection[Keep], *, filler: bool) -> Edit:
    text, nl = facts.source.text, facts.source.newline
    first, after = line_start(text, start), next_line(text, end)
    lead = text[first:start]
    held = [Keep(token.start, token.end) for token in comments(text, start, line_end(text, end))]
    lines: list[list[Piece]] = [[lead, comment] for comment in held if comment not in taken]
    if filler:
        lines.append([lead, "pass"])
    if after == len(text) and not text.endswith(("\n", "\r")):
        if not lines:
            before = first - (2 if text[:first].endswith("\r\n") else 1)
            return replace(max(before, 0), after)
        return replace(first, after, *_joined(lines, nl))
    return replace(first, after, *_joined(lines, nl), *([nl] if lines else []))


def _joined(lines: list[list[Piece]], newline: str) -> list[Piece]:
    out: list[Piece] = []
    for number, line in enumerate(lines):
        out += [newline, *line] if number else line
    return out


def _delete_inline(text: str, start: int, end: int) -> Edit | Refusal:
    """Take out a statement that shares its line with others, and one semicolon."""
    for token in tokens(text, end, line_end(text, end)):
        if token.text == ";":
            rest = text[token.end : line_end(text, end)]
            return replace(start, token.end + len(rest) - len(rest.lstrip()))
        if token.text.strip():
            break
    before = text[line_start(text, start) : start].rstrip()
    if before.endswith(";"):
        return replace(line_start(text, start) + len(before) - 1, end)
    return Refusal("the statement shares its line with other code")


def block_span(facts: Facts, statements: Sequence[ast.AST]) -> tuple[int, int]:
    """The span of a run of statements with the comments that belong to it: above its first, behind its last."""
    text = facts.source.text
    start, end = facts.source.span(statements[0])[0], facts.source.span(statements[-1])[1]
    if alone(text, start, end):
        rest = text[end : line_end(text, end)]
        end += len(rest.rstrip())
        lead = margin(text, start)
        above = line_start(text, start)
        while above > 0:
            previous = line_start(text, above - (2 if text[:above].endswith("\r\n") else 1))
            line = text[previous:above]
            if not line.startswith(lead + "#"):
                break
            start, above = previous + len(lead), previous
    return start, end


def reindent(text: str, start: int, end: int, old: str, new: str) -> list[Edit] | Refusal:
    """Edits that move the lines of a span (but its first) from one margin to another; strings keep their lines."""
    if old == new:
        return []
    edits: list[Edit] = []
    for token in tokens(text, start, end):
        if token.kind != "newline" or token.end >= end:
            continue
        line = text[token.end : line_end(text, token.end)]
        if not line.strip():
            continue
        if line.startswith(old):
            edits.append(replace(token.end, token.end + len(old), new))
        elif line.lstrip().startswith("#"):
            continue
        elif old.startswith(line[: len(line) - len(line.lstrip())]):
            edits.append(replace(token.end, token.end + len(line) - len(line.lstrip()), new))
        else:
            return Refusal("the block mixes tabs and spaces")
    return edits
