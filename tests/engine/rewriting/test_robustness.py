"""Real modules under blunt rules: no exception, nothing broken, nothing left for a second run."""

from __future__ import annotations

import ast
import contextlib
import json
import shutil
import textwrap
from pathlib import Path

import pytest

from greenrules.engine.changed import changed
from greenrules.engine.compose import apply_rules
from greenrules.engine.gates import broken
from greenrules.engine.lint import lint_source
from greenrules.engine.source import read_source
from greenrules.engine.target import NoTarget

MODULES = [ast, contextlib, json.decoder, shutil, textwrap]
BLUNT = [
    ("len($X)", "size_of($X)"),
    ("$X.append($Y)", "$X.extend([$Y])"),
    ("for $I in range($N):\n    $...BODY", "for $I in count_to($N):\n    $...BODY"),
    ("isinstance($X, $T)", "check($T, x=$X)"),
    ("os.path.join($...A)", "pathlib.PurePath($...A)"),
    ("assert $X", ""),
    ("with open($P, ...) as $F:\n    $...BODY", "with io.open($P) as $F:\n    if $F:\n        $...BODY"),
    ("$A if $B else $C", "pick($B, $A, $C)"),
    ("$L = []\nfor $I in $S:\n    $L.append($E)", "$L = [$E for $I in $S]"),
    ("raise $E", "throw($E)"),
    ("$D[$K]", "get($D, $K)"),
    ("-$X", "neg($X)"),
]


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_real_modules_survive_blunt_rules(module, rules, knowledge) -> None:
    made = rules(*({"match": match, "rewrite": template} for match, template in BLUNT))
    path = Path(module.__file__)
    source = read_source(str(path), path.read_bytes())
    result = apply_rules(source, made, knowledge, NoTarget())
    assert result.applied
    assert broken(source, result.text, changed(source, result.text)) is None
    again = apply_rules(source.with_text(result.text), made, knowledge, NoTarget())
    assert again.text == result.text
    assert lint_source(source, made, knowledge, NoTarget(), fixes=False).findings
