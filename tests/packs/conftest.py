"""The built-in packs as they are installed, and what this interpreter's libraries say of themselves."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from functools import cache

import pytest
from installed import Installed

from greenrules.engine.candidates import first_values
from greenrules.engine.compose import apply_rules
from greenrules.engine.predicates import with_predicates
from greenrules.engine.source import read_source
from greenrules.packs import discover


class Target(Installed):
    """Attributes as the code of this interpreter's libraries has them."""

    def attributes(self, qualified):
        return _attributes(qualified)


@cache
def _attributes(qualified):
    module, _, name = qualified.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    names = set(dir(found))
    for base in found.__mro__[:-1]:
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(base)))
        except (OSError, TypeError):
            continue
        names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return frozenset(names)


@pytest.fixture(scope="session")
def registry():
    found = discover()
    assert not found.broken, found.broken
    return found


@pytest.fixture(scope="session")
def target():
    return Target()


@pytest.fixture(scope="session")
def rules(registry):
    chosen = registry.rules(list(registry.packs.values()))
    return {rule.full_id: rule for rule in with_predicates(chosen, registry.predicates)}


@pytest.fixture(scope="session")
def rewrite(registry, rules, target):
    """From a script and ids of rules to the script that those make of it, with the first value of each parameter."""

    def run(text, *ids):
        chosen = [rules[name] for name in ids]
        made = apply_rules(
            read_source("script.py", text.encode()),
            chosen,
            registry.knowledge(),
            target,
            chosen=set(ids),
            parameters={rule.full_id: first_values(rule) for rule in chosen},
        )
        return made.text

    return run
