"""What types a binding gives its name: by assignment, iteration, a context manager, an annotation, as a parameter."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenrules.engine.annotations import annotated_types
from greenrules.engine.members import element_types, method_types, part_types, starred
from greenrules.engine.operators import binary_types
from greenrules.engine.typespec import Type, Types, join

if TYPE_CHECKING:
    from greenrules.engine.inference import Inference
    from greenrules.engine.scopes import Binding


def bound_types(inference: Inference, binding: Binding) -> Types:
    """The types of what a binding binds."""
    if (
        binding.annotation is not None
        and (annotated := annotated_types(inference.facts, binding.annotation)) is not None
    ):
        arg = inference.facts.parent(binding.node)
        special = isinstance(arg, ast.arguments) and binding.node in (arg.vararg, arg.kwarg)
        return None if special else annotated
    match binding.kind:
        case "assign" | "annotated" | "walrus":
            return _reach(inference, binding.value, binding.path)
        case "for" | "comprehension":
            return element_types(inference, binding.value, binding.path)
        case "with":
            return _entered(inference, binding)
        case "parameter":
            return _parameter(inference, binding)
        case "augmented":
            statement = inference.facts.parent(binding.node)
            if isinstance(statement, ast.AugAssign):
                return binary_types(inference, statement.target, statement.op, statement.value)
        case "match":
            return inference.types(binding.value) if binding.value is not None else None
        case "except":
            return _caught(inference, binding.node)
    return None


def _reach(inference: Inference, value: ast.expr | None, path: tuple[int, ...]) -> Types:
    """The type of a part of a value, by unpacking."""
    while path and isinstance(value, (ast.Tuple, ast.List)) and not starred(value):
        if path[0] == -1 or path[0] >= len(value.elts):
            return None
        value, path = value.elts[path[0]], path[1:]
    return part_types(inference.types(value), path) if value is not None else None


def _entered(inference: Inference, binding: Binding) -> Types:
    """What entering a context manager gives, or a part of that."""
    types = inference.types(binding.value) if binding.value is not None else None
    if types is None:
        return None
    entered = (method_types(inference, kind, "__enter__", None, None) or frozenset([kind]) for kind in types)
    return part_types(join(entered), binding.path)


def _parameter(inference: Inference, binding: Binding) -> Types:
    if (owner := inference.facts.classes.receiver_class(binding)) is not None:
        return frozenset([Type(owner.name, local=owner)])
    return None


def _caught(inference: Inference, node: ast.AST) -> Types:
    kind = node.type if isinstance(node, ast.ExceptHandler) else None
    parts = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    names = [inference.facts.resolve(part).name if part is not None else None for part in parts]
    return frozenset(Type(name) for name in names if name) if all(names) else None
