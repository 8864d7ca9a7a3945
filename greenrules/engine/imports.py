"""How a script imports what it uses, and how a qualified name of a template is to be written in it."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from greenrules.engine.edits import Refusal
from greenrules.engine.optional import is_demanded, is_optional, is_tried
from greenrules.engine.script_index import remembered

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts

#: top modules of the standard library that have submodules one imports from; in the others an attribute follows
_PACKAGES = {
    *("asyncio", "collections", "concurrent", "ctypes", "curses", "dbm", "email", "html", "http", "importlib", "json"),
    *("logging", "multiprocessing", "os", "sqlite3", "tkinter", "unittest", "urllib", "wsgiref", "xml", "xmlrpc"),
}
_BUILTINS = frozenset(dir(builtins))
_REFLECTION = frozenset({"eval", "exec", "globals", "locals", "vars"})


@dataclass(frozen=True, eq=False)
class Imported:
    """One name that an import statement binds.

    Attributes:
        name: the local name.
        target: what it stands for, canonical.
        module: the module that is loaded.
        alias: the node.
        statement: the import statement.
        owner: the module or function whose block holds the statement directly, or in a ``try`` without which the script
            does not go on; None where it stands under a condition.
    """

    name: str
    target: str
    module: str
    alias: ast.alias
    statement: ast.Import | ast.ImportFrom
    owner: ast.AST | None

    @property
    def is_from(self) -> bool:
        """Whether it is ``from … import …``."""
        return isinstance(self.statement, ast.ImportFrom)

    @property
    def is_path(self) -> bool:
        """Whether it is ``import a.b``, which binds ``a``."""
        return not self.is_from and self.alias.asname is None and "." in self.alias.name


class Wanted(NamedTuple):
    """An import that written code needs.

    Attributes:
        module: the module.
        name: what is imported from it; None imports the module itself.
        alias: the local name where it differs.
        local: the function that the import belongs in; None for the top of the script.
        beside: the import statement it belongs to, where there is one.
        parts: what stands after ``import`` when several names are imported together.
    """

    module: str
    name: str | None
    alias: str | None = None
    local: ast.AST | None = None
    beside: ast.stmt | None = None
    parts: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        """What stands after ``import``."""
        return (self.name or self.module) + (f" as {self.alias}" if self.alias else "")

    @property
    def statement(self) -> str:
        """The whole statement."""
        names = ", ".join(self.parts) or self.part
        return f"from {self.module} import {names}" if self.name else f"import {names}"


class Spelling(NamedTuple):
    """How a name is written, and the import that this takes: a new one, or ``through`` one that is there."""

    text: str
    wanted: Wanted | None = None
    through: Imported | None = None


def imports_of(facts: Facts) -> Imports:
    """The imports of a script, read when first asked for."""
    return remembered(facts, "imports", lambda: Imports(facts))


class Imports:
    """The imports of a script."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def entries(self) -> tuple[Imported, ...]:
        """Every import, in the order of the text."""
        found: list[Imported] = []
        by_type = self.facts.index.by_type
        for node in (*by_type.get("Import", ()), *by_type.get("ImportFrom", ())):
            assert isinstance(node, ast.Import | ast.ImportFrom)
            found += self._read(node)
        return tuple(
            sorted(found, key=lambda entry: (entry.statement.lineno, entry.alias.lineno, entry.alias.col_offset))
        )

    def _read(self, node: ast.Import | ast.ImportFrom) -> Iterable[Imported]:
        parent = self.facts.parent(node)
        if is_demanded(self.facts, node):
            parent = self.facts.parent(parent)  # type: ignore[arg-type]
        direct = isinstance(parent, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef)
        owner = parent if direct else None
        canonical = self.facts.knowledge.canonical
        for alias in node.names:
            if isinstance(node, ast.Import):
                top = alias.name.partition(".")[0]
                target = alias.name if alias.asname else top
                yield Imported(alias.asname or top, canonical(target), alias.name, alias, node, owner)
            elif alias.name != "*":
                module = "." * node.level + (node.module or "")
                dotted = f"{module}.{alias.name}" if node.module else f"{module}{alias.name}"
                yield Imported(alias.asname or alias.name, canonical(dotted), module, alias, node, owner)

    def spans(self, name: str) -> Sequence[tuple[int, int, ast.Name]]:
        """Where a name is used or bound, import statements left out, in the order of the text."""
        found = self._spans.get(name)
        if found is None:
            span = self.facts.source.span
            found = self._spans[name] = sorted(
                ((*span(node), node) for node in self.facts.named(name)), key=lambda each: each[0]
            )
        return found

    @cached_property
    def _spans(self) -> dict[str, list[tuple[int, int, ast.Name]]]:
        """Spans that were asked for before."""
        return {}

    @cached_property
    def exported(self) -> frozenset[str]:
        """Names in ``__all__`` and words of annotations that are written as strings."""
        words: set[str] = set()
        held: list[ast.AST | None] = []
        by_type = self.facts.index.by_type
        if self.facts.named("__all__"):
            for kind in ("Assign", "AugAssign", "Expr"):
                held += [
                    node
                    for node in by_type.get(kind, ())
                    if any(isinstance(part, ast.Name) and part.id == "__all__" for part in ast.walk(node))
                ]
        for kind in ("AnnAssign", "arg"):
            held += [getattr(node, "annotation", None) for node in by_type.get(kind, ())]
        for kind in ("FunctionDef", "AsyncFunctionDef"):
            held += [getattr(node, "returns", None) for node in by_type.get(kind, ())]
        for part in held:
            if part is not None:
                for inner in ast.walk(part):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        words.update(re.findall(r"[^\W\d]\w*", inner.value))
        return frozenset(words)

    @cached_property
    def reflected(self) -> bool:
        """Whether the script may look names up by text."""
        return any(map(self.facts.named, _REFLECTION))

    def removable(self, entry: Imported) -> bool:
        """Whether one may be taken out where nothing uses what it binds: it does not act, nor hand on to others."""
        effects = self.facts.knowledge.import_effects
        return not (
            entry.owner is None
            or entry.alias.asname == entry.alias.name
            or entry.module in effects
            or entry.target in effects
            or (isinstance(entry.statement, ast.ImportFrom) and entry.statement.module == "__future__")
            or self.facts.source.path.endswith("__init__.py")
            or self.reflected
            or entry.name in self.exported
        )

    def root_is_known(self, dotted: str) -> bool:
        """Whether a dotted name of a template means a library: imported here, declared by a pack, or standard."""
        root = dotted.partition(".")[0]
        if self.facts.knowledge.knows(dotted) or any(entry.target.partition(".")[0] == root for entry in self.entries):
            return True
        return "." in dotted and root in sys.stdlib_module_names

    def spell(self, qualified: str, at: ast.AST, replaced: ast.expr | None = None) -> Spelling | Refusal:
        """How to write a qualified name at a place.

        Args:
            qualified: dotted name as templates write it.
            at: the node in whose place or beside which it is written.
            replaced: the name whose place it takes, whose import style it follows.
        """
        old = self._entry_of(replaced) if replaced is not None else None
        bare = isinstance(replaced, ast.Name)
        if old is not None and old.owner is None and not bare and self._reaches(old, qualified):
            return Spelling(_through(old, qualified), through=old)
        ways = [entry for entry in self.entries if self._reaches(entry, qualified) and self._visible(entry, at)]
        exact = [entry for entry in ways if entry.target == qualified and not entry.is_path]
        through = [entry for entry in ways if entry not in exact]
        if old is not None and not bare and (same := [entry for entry in through if entry.name == old.name]):
            return Spelling(_through(same[0], qualified), through=same[0])
        if exact and (bare or not through):
            return Spelling(exact[0].name, through=exact[0])
        from_object = bare and old is not None and old.is_from
        if old is not None and not _kin(old.target, qualified) and through:
            from_object = False  # of another library, which the script has its own way to import
        if through and not from_object:
            best = max(through, key=lambda entry: len(entry.target))
            return Spelling(_through(best, qualified), through=best)
        if exact:
            return Spelling(exact[0].name, through=exact[0])
        return self._new(qualified, at, old, from_object=from_object)

    def _entry_of(self, expr: ast.expr) -> Imported | None:
        """The import behind a name that a script writes."""
        root: ast.expr = expr
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return None
        named = [entry for entry in self.entries if entry.name == root.id]
        found = [entry for entry in named if self._visible(entry, expr)]
        if not found:
            meant = self.facts.resolve(root)
            found = [
                entry
                for entry in named
                if meant.certain and meant.name == entry.target and is_tried(self.facts, entry.statement)
            ]
        if len(found) > 1 and isinstance(expr, ast.Attribute):
            written = ast.unparse(expr)
            found.sort(key=lambda entry: -len(entry.module) if written.startswith(f"{entry.module}.") else 0)
        return found[0] if found else None

    def _reaches(self, entry: Imported, qualified: str) -> bool:
        """Whether a qualified name is had through an imported one without loading another module."""
        if entry.target == qualified:
            return not entry.is_path
        if not qualified.startswith(f"{entry.target}."):
            return False
        module, _ = split(qualified)
        if module == entry.target or len(module) < len(entry.target):
            return True
        if any(other.module == module or other.target == module for other in self.entries if other.owner is not None):
            return True
        if any(_spelled_through(node, entry.name, module, entry.target) for node in self._attributes):
            return True
        # a package whose parts a script imports one by one does not load them all by itself
        return not entry.is_from and not any(other.module.startswith(f"{entry.target}.") for other in self.entries)

    @cached_property
    def _attributes(self) -> tuple[ast.Attribute, ...]:
        found = self.facts.index.by_type.get("Attribute", ())
        return tuple(node for node in found if isinstance(node, ast.Attribute))

    @cached_property
    def paths(self) -> frozenset[str]:
        """What chains of attributes reach through imported names: ``a.b.c`` of ``import a`` and ``x = a.b.c``."""
        names = {entry.name: entry.target for entry in self.entries}
        found: set[str] = set()
        for node in self._attributes:
            parts: list[str] = []
            root: ast.expr = node
            while isinstance(root, ast.Attribute):
                parts.append(root.attr)
                root = root.value
            if isinstance(root, ast.Name) and root.id in names:
                found.add(".".join([names[root.id], *reversed(parts)]))
        return frozenset(found)

    def _visible(self, entry: Imported, at: ast.AST) -> bool:
        """Whether an imported name means that import, and nothing else, at a place."""
        if entry.owner is None:
            return False
        found = self._bound(entry.name, at)
        if found is None or not all(node in self._aliases for node in found):
            return False
        if {self._aliases[node].target for node in found} != {entry.target} or entry.alias not in found:
            return False
        after = entry.statement is at or (entry.statement.lineno, entry.statement.col_offset) < (
            getattr(at, "lineno", 1),
            getattr(at, "col_offset", 0),
        )
        outer = isinstance(entry.owner, ast.Module) and self.facts.function(at) is not None
        return after or outer

    @cached_property
    def _aliases(self) -> dict[ast.AST, Imported]:
        return {entry.alias: entry for entry in self.entries}

    def _bound(self, name: str, at: ast.AST) -> list[ast.AST] | None:
        """The nodes that bind a name in the innermost scope around a place that binds it; None where none does."""
        scope = self.facts.scope(at)
        inner = True
        while scope is not None:
            if scope.bindings.get(name) and (inner or scope.kind != "class"):
                return [binding.node for binding in scope.bindings[name]]
            inner = False
            scope = scope.parent  # type: ignore[assignment]
        return None

    def builtin_at(self, name: str, at: ast.AST) -> bool:
        """Whether a name means the builtin at a place."""
        return name in _BUILTINS and self._bound(name, at) is None

    def _new(self, qualified: str, at: ast.AST, old: Imported | None, *, from_object: bool) -> Spelling | Refusal:
        module, rest = split(qualified)
        local = old.owner if old is not None and not isinstance(old.owner, ast.Module) else None
        # what is imported with a way out when the library is missing stays so
        tried = old is not None and is_tried(self.facts, old.statement)
        beside = old.statement if old is not None and (old.owner is not None or tried) else None
        root = module.partition(".")[0]
        if not tried and root in self.optional:
            return Refusal(f"{root} may be missing: the script imports it only where it can do without")
        whole = not from_object and (old is not None or "." not in module) and (old is None or not old.is_from)
        if whole and self._free(root, at, module):
            return Spelling(qualified, Wanted(module, None, None, local, beside))
        if not from_object and old is not None and old.is_from and "." in module:
            parent, _, last = module.rpartition(".")
            if self._free(last, at, module):
                return Spelling(f"{last}.{rest}", Wanted(parent, last, None, local, beside))
        head, _, tail = rest.partition(".")
        suffix = f".{tail}" if tail else ""
        if self._free(head, at, f"{module}.{head}"):
            return Spelling(f"{head}{suffix}", Wanted(module, head, None, local, beside))
        alias = self.facts.free_name(f"{head}_", at)
        if not alias.isidentifier():
            return Refusal(f"the name {head} means something else here")
        return Spelling(f"{alias}{suffix}", Wanted(module, head, alias, local, beside))

    @cached_property
    def optional(self) -> frozenset[str]:
        """Top modules that the script imports, and nowhere so that it needs them."""
        found: dict[str, bool] = {}
        for entry in self.entries:
            root = entry.module.partition(".")[0]
            found[root] = found.get(root, True) and is_optional(self.facts, entry.statement)
        return frozenset(root for root, optional in found.items() if optional)

    def _free(self, name: str, at: ast.AST, target: str) -> bool:
        """Whether an import may bind a name for a place: nothing else binds it anywhere, no builtin is meant by it."""
        bound = self._bound(name, at)
        if bound is not None:
            return all(
                node in self._aliases and (self._aliases[node].target == target or self._aliases[node].is_path)
                for node in bound
            ) and all(
                target.partition(".")[0] == self._aliases[node].target for node in bound if self._aliases[node].is_path
            )
        taken = any(isinstance(node.ctx, ast.Store | ast.Del) for node in self.facts.named(name))
        return not taken and not (name in _BUILTINS and self.facts.named(name)) and name not in self._parameters

    @cached_property
    def _parameters(self) -> frozenset[str]:
        """Names of parameters and definitions anywhere in the script."""
        names: set[str] = set()
        by_type = self.facts.index.by_type
        names.update(getattr(node, "arg", "") for node in by_type.get("arg", ()))
        for kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            names.update(getattr(node, "name", "") for node in by_type.get(kind, ()))
        return frozenset(names)


def split(qualified: str) -> tuple[str, str]:
    """A qualified name as the module to import and what is reached in it.

    A part that begins with a capital letter is an object; otherwise the last part is, and of a module of the standard
    library that has no submodules, everything after it.
    """
    parts = qualified.split(".")
    if parts[0] in sys.stdlib_module_names and parts[0] not in _PACKAGES:
        return parts[0], ".".join(parts[1:])
    for index, part in enumerate(parts[1:], 1):
        if part[:1].isupper() or (parts[0] == "os" and part != "path"):
            return ".".join(parts[:index]), ".".join(parts[index:])
    return ".".join(parts[:-1]), parts[-1]


def _kin(name: str, other: str) -> bool:
    """Whether two names are of one top module."""
    return name.partition(".")[0] == other.partition(".")[0]


def _through(entry: Imported, qualified: str) -> str:
    return entry.name + qualified[len(entry.target) :]


def _spelled_through(node: ast.Attribute, name: str, module: str, target: str) -> bool:
    """Whether a script itself reaches a module through a name."""
    parts = module[len(target) + 1 :].split(".")
    here: ast.expr = node
    for part in reversed(parts):
        if not isinstance(here, ast.Attribute) or here.attr != part:
            return False
        here = here.value
    return isinstance(here, ast.Name) and here.id == name
