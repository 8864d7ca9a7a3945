"""A run of statements made the statements of a template, statement by statement where that is possible."""

from __future__ import annotations

import ast
from itertools import groupby
from typing import TYPE_CHECKING

from greenrules.engine.blocks import delete_statements, is_elif, trailing_comment
from greenrules.engine.edits import Keep, Piece, Refusal, Refused, replace
from greenrules.engine.holes import metavariables
from greenrules.engine.pairing import kind, many, same
from greenrules.engine.site import TooFine
from greenrules.engine.tokens import alone, comments, line_start, next_line

if TYPE_CHECKING:
    from greenrules.engine.template import Difference


def align(difference: Difference, mine: list[ast.AST], parts: list[ast.AST], wanted: list[ast.stmt]) -> None:
    """Note the edits that make ``wanted`` of the statements ``mine``, which ``parts`` of the pattern matched.

    Raises:
        TooFine: the run must be written as a whole.
        Refused: it cannot be rewritten.
    """
    pairs = difference.site.pairing.items(parts, mine)
    if pairs is None:
        raise TooFine
    steps = _steps(parts, list(wanted))
    matched = {id(part): codes for part, codes in pairs}
    gone = [
        code
        for part, node in steps
        if part is not None and node is None
        for code in matched[id(part)]
        if isinstance(code, ast.stmt)
    ]
    inserted: list[tuple[ast.stmt | None, ast.stmt]] = []
    taken = _carry(difference, gone)
    anchor: ast.stmt | None = None
    for part, node in steps:
        codes = [code for code in matched[id(part)] if isinstance(code, ast.stmt)] if part is not None else []
        if part is not None and node is not None:
            if many(part) is None and not same(part, node):
                difference.change(codes[0], part, node)
            anchor = codes[-1] if codes else anchor
        elif part is None and node is not None:
            if many(node) is not None:
                raise TooFine
            inserted.append((anchor, node))
    if inserted and (len(gone) == len(mine) or is_elif(difference.site.facts, mine[0])):
        raise TooFine
    _insert(difference, inserted, [code for code in mine if isinstance(code, ast.stmt)])
    if gone:
        edits = delete_statements(difference.site.facts, gone, taken)
        if isinstance(edits, Refusal):
            raise Refused(edits.reason)
        difference.site.nested(edits)


def _carry(difference: Difference, gone: list[ast.stmt]) -> list[Keep]:
    """The comments of statements that are taken out here and stand elsewhere in the template: they go with them."""
    facts = difference.site.facts
    moving = [code for code in difference.moved.values() if any(code is stmt for stmt in gone)]
    found: list[Keep] = []
    for code in moving:
        behind = trailing_comment(facts, code)
        if behind is not None:
            start, _ = facts.source.span(code)
            found += [Keep(token.start, token.end) for token in comments(facts.source.text, start, behind.end)]
            difference.carried[id(code)] = behind
    return found


def _steps(parts: list[ast.AST], wanted: list[ast.stmt]) -> list[tuple[ast.AST | None, ast.stmt | None]]:
    """The best way to bring two runs of statements together, in order: pairs, and what stands alone on either side."""
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {}
    for i in range(len(parts), -1, -1):
        for j in range(len(wanted), -1, -1):
            options: list[tuple[float, tuple[int, int] | None]] = [(0.0, None)]
            if i < len(parts):
                options.append((best[i + 1, j][0], (i + 1, j)))
            if j < len(wanted):
                options.append((best[i, j + 1][0], (i, j + 1)))
            if i < len(parts) and j < len(wanted) and (likeness := _likeness(parts[i], wanted[j])):
                options.append((best[i + 1, j + 1][0] + likeness, (i + 1, j + 1)))
            best[i, j] = max(options, key=lambda option: (option[0], option[1] is not None))
    steps: list[tuple[ast.AST | None, ast.stmt | None]] = []
    at = (0, 0)
    while (following := best[at][1]) is not None:
        i, j = at
        steps.append((parts[i] if following[0] > i else None, wanted[j] if following[1] > j else None))
        at = following
    return steps


def _likeness(part: ast.AST, wanted: ast.AST) -> float:
    """How much of one statement stands in another; 0 where one cannot be made the other."""
    if same(part, wanted):
        return 10.0
    if many(part) is not None or many(wanted) is not None or kind(part) is not kind(wanted):
        return 0.0
    mine, theirs = set(metavariables(part)), set(metavariables(wanted))
    return 1.0 + len(mine & theirs) / max(len(mine | theirs), 1)


def _insert(
    difference: Difference,
    inserted: list[tuple[ast.stmt | None, ast.stmt]],
    mine: list[ast.stmt],
) -> None:
    """Write new statements on lines of their own, after the statement they follow or before the first."""
    site, text, nl = difference.site, difference.source.text, difference.source.newline
    for _, group in groupby(inserted, key=lambda item: id(item[0])):
        together = list(group)
        anchor = together[0][0]
        start, end = site.span(anchor if anchor is not None else mine[0])
        if not alone(text, start, end):
            raise Refused("the statement shares its line with other code")
        at = line_start(text, start) if anchor is None else next_line(text, end)
        unended = anchor is not None and at == len(text) and not text.endswith(("\n", "\r"))
        pieces: list[Piece] = []
        for _, node in together:
            home, site.home = site.home, (start, start)
            line = [site.base, *difference.rendered([node])]
            site.home = home
            code = difference.moved.get(id(node))
            if code is not None and id(code) in difference.carried:
                line += ["  ", difference.carried[id(code)]]
            pieces += [nl, *line] if unended else [*line, nl]
        # One edit for all that is written at one place: it keeps their order.
        site.edits.append(replace(at, at, *pieces))
