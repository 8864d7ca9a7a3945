"""Whether an import statement binds nothing that anything uses."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenrules.engine.answer import YES, Answer, all_of, no, unknown
from greenrules.engine.imports import Imported, Imports, imports_of
from greenrules.engine.optional import is_tried
from greenrules.engine.tokens import line_end

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts


def unused_import(facts: Facts, statement: ast.Import | ast.ImportFrom) -> Answer:
    """Whether none of the names that a statement binds is used anywhere in the file.

    A name that other code may look up or import is taken for used: one in ``__all__``, in an ``__init__.py``, in a
    string annotation, of a magic, under ``exec`` or ``globals()``, one whose import somebody marked as wanted.
    """
    for alias in statement.names:
        name = alias.asname or alias.name.partition(".")[0]
        if alias.asname != alias.name and facts.named(name):
            return no(f"{name} is used")
    imports = imports_of(facts)
    text = facts.source.text
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return no("it changes how the script is read")
    if any(alias.name == "*" for alias in statement.names):
        return unknown("a star import binds names that are not known")
    if facts.source.path.endswith("__init__.py"):
        return unknown("a package may import a name for others")
    if reads := facts.dynamics.reads or facts.dynamics.binds:
        return unknown(reads)
    start, end = facts.source.span(statement)
    if "noqa" in text[start : line_end(text, end)].lower():
        return unknown("a comment says that the import is wanted")
    if any(is_tried(facts, outer) for outer in (statement, *facts.ancestors(statement)) if isinstance(outer, ast.stmt)):
        return unknown("whether the library is there may be what the script asks")
    return all_of(_unused(entry, imports) for entry in imports.entries if entry.statement is statement)


def _unused(entry: Imported, imports: Imports) -> Answer:
    facts = imports.facts
    if entry.alias.asname == entry.alias.name:
        return unknown(f"{entry.name} is imported for others")
    if entry.module in facts.knowledge.import_effects or entry.target in facts.knowledge.import_effects:
        return unknown(f"importing {entry.module} does something by itself")
    if uses := facts.named(entry.name):
        return no(f"{entry.name} is used on line {min(node.lineno for node in uses)}")
    if entry.name in imports.exported or entry.name in facts.dynamics.words:
        return no(f"{entry.name} is mentioned")
    by_type = facts.index.by_type
    declared = (*by_type.get("Global", ()), *by_type.get("Nonlocal", ()))
    if any(entry.name in getattr(node, "names", ()) for node in declared):
        return unknown(f"{entry.name} is declared global")
    for path in imports.paths:
        if path == entry.module or path.startswith(f"{entry.module}."):
            return no(f"{path} needs {entry.module} to be imported")
    return YES
