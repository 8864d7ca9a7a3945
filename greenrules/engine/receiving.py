"""What becomes of a value that is passed to a call, returned, or stored in an attribute."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenrules.engine.builtin_facts import HARMLESS
from greenrules.engine.callees import UNKNOWN_RECEIVER
from greenrules.engine.scopes import Definition
from greenrules.engine.signatures import bind, signature_of
from greenrules.engine.typespec import parse_spec

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.uses import Follower

_ASKING = frozenset({"builtins.getattr", "builtins.hasattr", "builtins.setattr", "builtins.delattr"})


def callee_names(facts: Facts, call: ast.Call) -> tuple[str, ...]:
    """Names under which packs may know what a call calls; empty when that is not certain.

    A method of an unknown receiver is ``?.method``; one of a known type is also that of each base class.
    """
    resolved = facts.callee(call)
    if resolved.name is not None and resolved.certain:
        names = [resolved.name]
        if isinstance(call.func, ast.Attribute) and facts.resolve(call.func).name is None:
            owner = resolved.name.rpartition(".")[0]
            names = [f"{base}.{call.func.attr}" for base in facts.knowledge.ancestors(owner)]
        return tuple(names)
    if isinstance(call.func, ast.Attribute) and facts.resolve(call.func).certain:
        types = facts.inference.types(call.func.value)
        if types is None:
            return (f"{UNKNOWN_RECEIVER}.{call.func.attr}",)
    return ()


def argument(follower: Follower, node: ast.expr, call: ast.Call) -> None:
    """The value is passed to a call."""
    facts = follower.facts
    if (definition := _definition(facts, call)) is not None:
        _passed_to(follower, node, call, *definition)
        return
    names = callee_names(facts, call)
    tables = (facts.knowledge.pure_table, facts.knowledge.deterministic_table, facts.knowledge.accepting_table)
    for name in names:
        if name in HARMLESS or name in _ASKING:
            return
        if facts.declared(call, name, tables):
            return
    follower.escape(node, f"it is passed to {ast.unparse(call.func)}() on line {call.lineno}")


def attribute_asked(facts: Facts, call: ast.Call) -> str | None:
    """The attribute that ``getattr`` and its kin ask for; empty when it is not known, None for other calls."""
    resolved = facts.resolve(call.func)
    if resolved.name not in _ASKING or len(call.args) < 2:
        return None
    known = facts.constant(call.args[1])
    return known.value if known is not None and isinstance(known.value, str) else ""


def _definition(facts: Facts, call: ast.Call) -> tuple[Definition, int] | None:
    """The function of the script that a call runs, and how many parameters its receiver fills."""
    classes = facts.classes
    if (function := classes.local_function(call.func)) is not None:
        return (function, 0) if not function.decorator_list else None
    if (owner := classes.local_class(call.func)) is not None:
        method = classes.method(owner, "__init__")
        return (method, 1) if method is not None else None
    if isinstance(call.func, ast.Attribute):
        types = facts.inference.types(call.func.value)
        owners = [kind.local for kind in types or ()]
        if len(owners) == 1 and owners[0] is not None:
            method = classes.method(owners[0], call.func.attr)
            return (method, 1) if method is not None else None
    return None


def _passed_to(follower: Follower, node: ast.expr, call: ast.Call, definition: Definition, filled: int) -> None:
    """Follow the parameter that takes the value."""
    facts = follower.facts
    signature = signature_of(definition.args)
    bound = bind(call, type(signature)(signature.parameters[filled:]), lambda _: None)
    name = next((name for name, arg in bound.args.items() if arg.node is node), None)
    inner = facts.scopes.opened_by(definition)
    parameter = signature.get(name) if name is not None else None
    if bound.unknown or name is None or parameter is None or parameter.kind in ("var-positional", "var-keyword"):
        follower.doubt(node, f"which parameter of {definition.name}() it becomes is not known")
        return
    for binding in inner.bindings.get(name, []) if inner is not None else ():
        if binding.kind == "parameter":
            follower.binding(binding)


def returned(follower: Follower, node: ast.expr) -> None:
    """The value is returned: followed to the calls, when the function is only ever called."""
    facts = follower.facts
    function = facts.function(node)
    binding = None
    if function is not None:
        facts.scopes.opened_by(function)
        binding = facts.scopes.binding_of(function)
    plain = (
        isinstance(function, ast.FunctionDef) and not function.decorator_list and function not in facts.scopes.yields
    )
    if binding is None or not plain or binding.scope.kind == "class":
        follower.doubt(node, f"it is returned on line {node.lineno}")
        return
    for name in facts.flow.loads((binding.scope, binding.name)):
        call = facts.parent(name)
        if isinstance(call, ast.Call) and call.func is name:
            follower.value(call)
        else:
            follower.doubt(node, f"{binding.name}, which returns it, is handed on on line {name.lineno}")


def stored_in_attribute(follower: Follower, target: ast.Attribute) -> None:
    """The value is assigned to an attribute: every read of an attribute of that name may be it."""
    facts = follower.facts
    owner = facts.classes.receiver(target.value)
    for attribute in facts.scopes.attributes(target.attr):
        other = facts.classes.receiver(attribute.value)
        if isinstance(attribute.ctx, ast.Load) and (owner is None or other is None or other is owner):
            follower.value(attribute)
    if owner is None:
        follower.doubt(target, f"it is stored in {ast.unparse(target)} on line {target.lineno}")
        return
    if any(name != "builtins.object" for name in facts.classes.base_names(owner)):
        follower.doubt(target, f"the bases of class {owner.name} may use {target.attr}")
    if (reason := _instances_leave(facts, owner)) is not None:
        follower.doubt(target, reason)


def _instances_leave(facts: Facts, owner: ast.ClassDef) -> str | None:
    """Why instances of a class of the script may reach code that cannot be seen; None when they do not."""
    binding = facts.scopes.binding_of(owner)
    if binding is None or owner.decorator_list:
        return f"class {owner.name} is decorated"
    created: list[ast.expr] = []
    for name in facts.flow.loads((binding.scope, binding.name)):
        call = facts.parent(name)
        if not isinstance(call, ast.Call) or call.func is not name:
            return f"class {owner.name} is handed on on line {name.lineno}"
        created.append(call)
    for method in owner.body:
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = next(iter((*method.args.posonlyargs, *method.args.args)), None)
            inner = facts.scopes.opened_by(method)
            for name in facts.flow.loads((inner, first.arg)) if first is not None and inner is not None else ():
                if not isinstance(facts.parent(name), ast.Attribute):
                    return f"self is handed on on line {name.lineno}"
    for call in created:
        for holder in _holders(facts, call):
            if not isinstance(facts.parent(holder), ast.Attribute):
                return f"an instance of {owner.name} is handed on on line {holder.lineno}"
    return None


def _holders(facts: Facts, call: ast.expr) -> list[ast.expr]:
    """The names that an instance goes by, where it is simply assigned to one; else the call itself."""
    parent = facts.parent(call)
    if isinstance(parent, ast.Expr):
        return []
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        binding = facts.scopes.binding_of(parent.targets[0])
        return list(facts.flow.reached(binding)) if binding is not None else [call]
    return [call]


def returns_receiver(facts: Facts, call: ast.Call) -> bool:
    """Whether a method call gives back its receiver (or one of its type), as packs say."""
    table = facts.knowledge.return_table
    return any(
        parse_spec(spec).kind == "self"
        for name in callee_names(facts, call)
        for shape, spec in table.find(name, called=True)
        if facts.fits(shape, call)
    )
