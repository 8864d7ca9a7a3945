"""Classes and functions that the script defines itself."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from greenrules.engine.answer import YES, Answer, any_of, no, unknown
from greenrules.engine.flow import Flow
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.names import Names
from greenrules.engine.scopes import Binding, Definition

_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Classes:
    """Questions about the definitions of one file."""

    def __init__(self, flow: Flow, names: Names, parents: Mapping[ast.AST, ast.AST], knowledge: Knowledge) -> None:
        self._flow = flow
        self._names = names
        self._parents = parents
        self._knowledge = knowledge
        self._values: dict[tuple[ast.ClassDef, str], tuple[ast.expr, ...] | None] = {}

    def definition(self, expr: ast.expr) -> ast.AST | None:
        """The class or function that a Name certainly names, where the script defines it."""
        if not isinstance(expr, ast.Name) or not isinstance(expr.ctx, ast.Load):
            return None
        binding = self._flow.definitions(expr).only
        return binding.node if binding is not None and binding.kind in ("class", "def") else None

    def local_class(self, expr: ast.expr) -> ast.ClassDef | None:
        """The class of the script that a Name names."""
        found = self.definition(expr)
        return found if isinstance(found, ast.ClassDef) else None

    def local_function(self, expr: ast.expr) -> Definition | None:
        """The function of the script that a Name names."""
        found = self.definition(expr)
        return found if isinstance(found, _METHODS) else None

    def receiver_class(self, parameter: Binding) -> ast.ClassDef | None:
        """The class whose instance a parameter is: the first parameter of a plain method."""
        args = self._parents.get(parameter.node)
        method = self._parents.get(args) if args is not None else None
        if not isinstance(args, ast.arguments) or not isinstance(method, _METHODS) or method.decorator_list:
            return None
        owner = self._parents.get(method)
        first = next(iter((*args.posonlyargs, *args.args)), None)
        return owner if isinstance(owner, ast.ClassDef) and first is parameter.node else None

    def receiver(self, expr: ast.expr) -> ast.ClassDef | None:
        """The class whose instance a Name is because it is ``self``."""
        if not isinstance(expr, ast.Name):
            return None
        binding = self._flow.definitions(expr).only
        return self.receiver_class(binding) if binding is not None and binding.kind == "parameter" else None

    def method(self, owner: ast.ClassDef, name: str) -> Definition | None:
        """A method that a class itself defines, once and without decorators."""
        found = [node for node in owner.body if isinstance(node, _METHODS) and node.name == name]
        return found[0] if len(found) == 1 and not found[0].decorator_list else None

    def attribute_nodes(self, owner: ast.ClassDef, attribute: str) -> list[ast.Attribute]:
        """Every ``self.attribute`` in the methods of a class."""
        nodes = self._flow.scopes.attributes(attribute)
        return [node for node in nodes if self.receiver(node.value) is owner]

    def attribute_values(self, owner: ast.ClassDef, attribute: str) -> tuple[ast.expr, ...] | None:
        """Everything that is ever assigned to an attribute of a class's instances; None when it is not all known."""
        key = (owner, attribute)
        if key not in self._values:
            self._values[key] = self._find_values(owner, attribute)
        return self._values[key]

    def _find_values(self, owner: ast.ClassDef, attribute: str) -> tuple[ast.expr, ...] | None:
        values: list[ast.expr] = []
        for statement in owner.body:
            if isinstance(statement, ast.Assign):
                if any(isinstance(target, ast.Name) and target.id == attribute for target in statement.targets):
                    values.append(statement.value)
            elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                if statement.target.id == attribute and statement.value is not None:
                    values.append(statement.value)
            elif isinstance(statement, (*_METHODS, ast.ClassDef)) and statement.name == attribute:
                return None
        for node in self._flow.scopes.attributes(attribute):
            if isinstance(node.ctx, ast.Load):
                continue
            receiver = self.receiver(node.value)
            if receiver is not None and receiver is not owner:
                continue
            store = self._parents[node]
            if receiver is None or not isinstance(store, (ast.Assign, ast.AnnAssign)) or store.value is None:
                return None
            values.append(store.value)
        return tuple(values) or None

    def base_names(self, owner: ast.ClassDef) -> list[str | None]:
        """Qualified names of the base classes; None for each that is not known."""
        return [found.name if (found := self._names.resolve(base)).certain else None for base in owner.bases]

    def local_subclass(self, owner: ast.ClassDef, qualified: str, depth: int = 0) -> Answer:
        """Whether a class of the script is a subclass of another class."""
        if owner.name == qualified:
            return YES
        answers = [no(f"it is the script's own class {owner.name}")]
        for base in owner.bases:
            local = self.local_class(base)
            resolved = self._names.resolve(base)
            if local is not None and depth < 20:
                answers.append(self.local_subclass(local, qualified, depth + 1))
            elif resolved.name is None or not resolved.certain:
                answers.append(unknown(f"base class {ast.unparse(base)} is not known"))
            elif qualified in self._knowledge.ancestors(resolved.name):
                return YES
            elif resolved.name not in self._knowledge.bases and not resolved.name.startswith("builtins."):
                answers.append(unknown(f"the bases of {resolved.name} are not known"))
        return any_of(answers)
