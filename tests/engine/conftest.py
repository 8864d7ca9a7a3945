"""A small made-up pack, and one call from a rule and a script to its matches."""

import ast
from dataclasses import dataclass, field, replace

import pytest
import yaml

from greenrules.engine.facts import Facts
from greenrules.engine.find import find
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.loader import load_rule_file
from greenrules.engine.predicates import with_predicates
from greenrules.engine.rule import PackSpec
from greenrules.engine.source import read_source
from greenrules.engine.target import NoTarget

PACK = {
    "name": "made_up",
    "summary": "enough of three libraries for tests",
    "libraries": {
        "scikit-learn": {"modules": ["sklearn"], "aliases": {"sklearn.ensemble._forest": "sklearn.ensemble"}},
        "numpy": {"modules": ["numpy"], "aliases": {"numpy.double": "numpy.float64"}},
        "pandas": {"modules": ["pandas"]},
    },
    "stages": {
        "dataset-ingestion": ["pandas.read_csv(...)", "sklearn.datasets.$F(...)"],
        "model-instantiation": ["sklearn.svm.$C(...)", "sklearn.ensemble.$C(...)"],
        "feature-engineering": ["sklearn.preprocessing.$C(...)"],
        "training-loop": ["$M.fit(...)"],
        "inference": ["$M.predict(...)"],
        "quality-evaluation": ["sklearn.metrics.$F(...)"],
    },
    "metrics": {
        "sklearn.metrics.accuracy_score": {"better": "higher", "argument": "y_pred"},
        "sklearn.metrics.log_loss": {"better": "lower"},
        "$M.score(...)": {"better": "higher"},
        "$G.best_score_": {"better": "higher"},
    },
    "types": {"pandas.read_csv(...)": "pandas.DataFrame"},
    "pure": ["numpy.sqrt(...)"],
    "signatures": {
        "numpy.zeros": "(shape, dtype=float, order='C', *, like=None)",
        "sklearn.svm.SVC": "(*, C=1.0, kernel='rbf', n_jobs=None)",
    },
    "attributes": {"sklearn.svm.LinearSVC": ["coef_"]},
}


@dataclass
class Attributes(NoTarget):
    """A target interpreter in which the attributes of some classes are known."""

    known: dict[str, frozenset[str]] = field(default_factory=dict)

    def attributes(self, qualified):
        return self.known.get(qualified)


class Kit:
    """Rules and scripts of a test."""

    knowledge = Knowledge.merge([PackSpec.model_validate(PACK)])

    def rule(self, match, where=(), **more):
        spec = {"id": "r", "tactic": "idiom", "summary": "s", "level": "exact", "match": match, "where": list(where)}
        return load_rule_file("r.yaml", yaml.safe_dump({"rules": [spec | more]}).encode())[0]

    def facts(self, code, target=None, path="script.py"):
        return Facts(read_source(path, code.encode()), self.knowledge, target or NoTarget())

    def matches(self, match, code, where=(), *, target=None, predicates=None, **more):
        rules = with_predicates((self.rule(match, where, **more),), predicates or {})
        return find(self.facts(code, target), rules)

    def lines(self, match, code, where=(), **more):
        """Line → yes (True) or not known (None)."""
        return {found.node.lineno: found.verdict.value for found in self.matches(match, code, where, **more)}

    def bound(self, match, code, where=(), **more):
        """What the metavariables of the first match hold, as text; ellipses left out."""
        found = self.matches(match, code, where, **more)
        if not found:
            return None
        return {name: text(value) for name, value in found[0].bindings.items() if not name.startswith("...")}


def text(value):
    if isinstance(value, str):
        return value
    return ast.unparse(value) if isinstance(value, ast.AST) else [text(item) for item in value]


@pytest.fixture(scope="session")
def kit():
    return Kit()


@pytest.fixture
def attributes():
    return Attributes


@pytest.fixture
def changed():
    return replace
