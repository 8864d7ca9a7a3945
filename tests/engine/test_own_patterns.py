"""Whatever stands in a program is found by the pattern that is made from it."""

import ast
import copy
import importlib
import re
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.engine.facts import Facts
from greenrules.engine.find import find
from greenrules.engine.source import read_source

MODULES = ("argparse", "calendar", "collections", "configparser", "csv", "difflib", "fractions", "heapq", "inspect")
MODULES += ("json.decoder", "os", "pathlib", "random", "shutil", "statistics", "textwrap", "threading", "zipfile")
KINDS = (ast.Call, ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.For, ast.If, ast.With, ast.While)
KINDS += (ast.Subscript, ast.ListComp, ast.GeneratorExp, ast.BinOp, ast.Compare, ast.Dict, ast.Lambda, ast.FunctionDef)


@cache
def nodes_of(module):
    data = Path(importlib.import_module(module).__file__).read_bytes()
    facts = Facts(read_source(f"{module}.py", data))
    held = [node for node in ast.walk(facts.tree) if isinstance(node, KINDS) and len(ast.unparse(node)) < 400]
    return data, facts, [node for node in held if isinstance(getattr(node, "ctx", None), ast.Load | None)]


class Generalised(ast.NodeTransformer):
    """Names of imports in full, other names as metavariables, and some arguments as metavariables of their own."""

    def __init__(self, facts, originals, opened):
        self.facts, self.originals, self.opened = facts, originals, opened
        self.names = {}

    def visit_Call(self, node):
        for place, argument in enumerate(node.args):
            if not isinstance(argument, ast.Starred) and self.opened():
                node.args[place] = self.hole(f"argument {len(self.names)}")
        return self.generic_visit(node)

    def visit_Attribute(self, node):
        return self.qualified(node) or self.generic_visit(node)

    def visit_Name(self, node):
        return node if node.id.startswith("HOLE_") else self.qualified(node) or self.hole(node.id)

    def visit_arg(self, node):
        return ast.arg(self.hole(node.arg).id)

    def hole(self, name):
        return ast.Name(self.names.setdefault(name, f"HOLE_{len(self.names)}"), ast.Load())

    def qualified(self, node):
        original = self.originals.get(id(node))
        if original is None or not isinstance(node.ctx, ast.Load):
            return None
        name = self.facts.resolve(original)
        if not name.certain or name.name is None or name.name.startswith("."):
            return None
        return ast.parse(name.name.removeprefix("builtins."), mode="eval").body


def pattern_of(node, facts, opened):
    copied = copy.deepcopy(node)
    originals = {id(new): old for old, new in zip(ast.walk(node), ast.walk(copied), strict=True)}
    generalised = Generalised(facts, originals, opened).visit(copied)
    if isinstance(generalised, ast.FunctionDef):
        generalised.name = "HOLE_NAME"
        generalised.decorator_list, generalised.returns = [], None
    return re.sub(r"\bHOLE_(\w+)", r"$M\1", ast.unparse(generalised))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_code_is_found_by_its_own_pattern(kit, data):
    text, facts, nodes = nodes_of(data.draw(st.sampled_from(MODULES)))
    node = data.draw(st.sampled_from(nodes))
    draw = st.integers(0, 3).map(lambda number: number == 0)
    pattern = pattern_of(node, facts, lambda: data.draw(draw))
    matches = find(Facts(read_source("a.py", text)), [kit.rule(pattern)])
    places = [(match.nodes[0].lineno, match.nodes[0].col_offset) for match in matches]
    assert (node.lineno, node.col_offset) in places, pattern


def test_patterns_are_made_as_meant(kit):
    facts = kit.facts("import os.path as p\nx = p.join(y, str(y))\n")
    (node,) = (each for each in ast.walk(facts.tree) if isinstance(each, ast.Assign))
    assert pattern_of(node, facts, lambda: False) == "$M0 = os.path.join($M1, str($M1))"
    assert pattern_of(node, facts, lambda: True) == "$M0 = os.path.join($M1, $M2)"
