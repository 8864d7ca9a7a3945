"""Answer questions about libraries inside the user's interpreter: one JSON request per line, one answer per line.

Standard library only, Python >= 3.9. Requests:
``{"versions": true}``, ``{"signature": NAME}``, ``{"attributes": NAME}``.
What libraries print while they are imported goes to stderr, so that it cannot be taken for an answer.
"""

from __future__ import annotations

import sys

if sys.path and sys.path[0] and __file__.startswith(sys.path[0]):
    sys.path.pop(0)

import ast
import importlib
import inspect
import json
import os
import textwrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def versions() -> dict[str, Any]:
    """Installed distributions by normalised name, and the folders they were found in."""
    from importlib import metadata

    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        try:
            name = distribution.metadata["Name"]
            version = distribution.version
        except Exception:
            continue
        if name and version:
            found.setdefault(name.lower().replace("_", "-").replace(".", "-"), version)
    folders = [path for path in sys.path if path and os.path.isdir(path)]  # noqa: PTH112
    return {"versions": found, "folders": folders, "python": sys.version.split()[0], "compiled": compiled(folders)}


def compiled(folders: list[str]) -> bool:
    """Whether the installed packages have their bytecode: an installer may leave that to the first import."""
    from importlib.util import cache_from_source

    for folder in folders:
        for name in sorted(os.listdir(folder)):  # noqa: PTH208
            source = os.path.join(folder, name, "__init__.py")  # noqa: PTH118
            if os.path.isfile(source) and not os.path.isfile(cache_from_source(source)):  # noqa: PTH113
                return False
    return True


def resolve(qualified: str) -> Any:
    """The object of a dotted name: the longest importable module, then attributes.

    Raises:
        LookupError: there is no such thing.
    """
    parts = qualified.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:count]))
        except ImportError:
            continue
        for part in parts[count:]:
            try:
                found = getattr(found, part)
            except AttributeError:
                raise LookupError(qualified) from None
        return found
    raise LookupError(qualified)


def signature(qualified: str) -> str | None:
    """The signature as Python that parses: no annotations, defaults that are no literals as ``...``."""
    found = inspect.signature(resolve(qualified))
    parameters = []
    for parameter in found.parameters.values():
        default = parameter.default
        if default is not parameter.empty and not is_literal(default):
            default = Ellipsis
        parameters.append(parameter.replace(annotation=parameter.empty, default=default))
    text = str(found.replace(parameters=parameters, return_annotation=inspect.Signature.empty))
    return text.replace("=Ellipsis", "=...")


def is_literal(value: object) -> bool:
    """Whether the value's text means the value."""
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except Exception:
        return False


def attributes(qualified: str) -> list[str] | None:
    """Attributes of a class: of its bases, annotated or in slots, and those that its methods set on themselves."""
    found = resolve(qualified)
    if not isinstance(found, type):
        return None
    names = set(dir(found))
    for base in found.__mro__:
        if base is object:
            continue
        names.update(getattr(base, "__annotations__", ()))
        slots = base.__dict__.get("__slots__", ())
        names.update([slots] if isinstance(slots, str) else slots)
        names.update(set_on_self(base))
    return sorted(names)


def set_on_self(kind: type) -> set[str]:
    """Names that a class's methods assign to on their first argument."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError, SyntaxError):
        return set()
    names = set()
    for method in ast.walk(tree):
        if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) or not method.args.args:
            continue
        myself = method.args.args[0].arg
        for node in ast.walk(method):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                if isinstance(node.value, ast.Name) and node.value.id == myself:
                    names.add(node.attr)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setattr" and len(node.args) == 3:
                target, name = node.args[:2]
                if isinstance(target, ast.Name) and target.id == myself and isinstance(name, ast.Constant):
                    names.add(str(name.value))
    return names


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request; None where there is none."""
    if "versions" in request:
        return versions()
    for name, ask in (("signature", signature), ("attributes", attributes)):
        if name in request:
            try:
                return {"answer": ask(request[name])}
            except Exception as error:
                return {"answer": None, "reason": f"{type(error).__name__}: {error}"}
    return {"answer": None}


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
