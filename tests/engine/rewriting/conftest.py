"""What the tests of rewriting share: a small pack's knowledge, and rules given as YAML."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from greenrules.engine.compose import Rewritten, apply_rules
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.lint import Linted, lint_source
from greenrules.engine.loader import load_rule_file
from greenrules.engine.pack import Rule
from greenrules.engine.rule import PackSpec
from greenrules.engine.source import read_source
from greenrules.engine.target import NoTarget

PACK = PackSpec.model_validate(
    {
        "name": "kit",
        "summary": "what the tests know of libraries",
        "libraries": {
            "scikit-learn": {
                "modules": ["sklearn"],
                "aliases": {"sklearn.ensemble._forest": "sklearn.ensemble"},
            },
            "numpy": {"modules": ["numpy"]},
            "pandas": {"modules": ["pandas"]},
            "polars": {"modules": ["polars"]},
            "xgboost": {"modules": ["xgboost"]},
        },
        "types": {"pandas.read_csv(...)": "pandas.DataFrame", "pandas.DataFrame(...)": "pandas.DataFrame"},
        "signatures": {
            "numpy.zeros": "(shape, dtype=float, order='C', *, like=None)",
            "numpy.full": "(shape, fill_value, dtype=None, order='C', *, like=None)",
            "sklearn.ensemble.RandomForestClassifier": (
                "(n_estimators=100, *, criterion='gini', max_depth=None, n_jobs=None, random_state=None)"
            ),
            "sklearn.ensemble.HistGradientBoostingClassifier": (
                "(loss='log_loss', *, learning_rate=0.1, max_iter=100, max_depth=None, random_state=None)"
            ),
            "kit.old": "(a, b=1, c=2, d=3, *, e=4)",
            "kit.new": "(a, c=2, b=1, *, e=4, f=5)",
            "kit.many": "(a, b=1, *rest, e=4, f=5)",
        },
    }
)
KNOWLEDGE = Knowledge.merge([PACK])


class Target(NoTarget):
    """A target with the distributions it is given; others are not installed."""

    def __init__(self, versions: dict[str, str], attributes: dict[str, set[str]] | None = None) -> None:
        self.versions = versions
        self.known = attributes or {}

    def version(self, distribution: str) -> str | None:
        return self.versions.get(distribution)

    def has(self, distribution: str) -> bool | None:
        return distribution in self.versions

    def attributes(self, qualified: str) -> frozenset[str] | None:
        return frozenset(self.known[qualified]) if qualified in self.known else None


def read_rules(text: str, pack: str | None = None) -> tuple[Rule, ...]:
    return load_rule_file("rules.yaml", textwrap.dedent(text).encode(), pack=pack)


def rule_text(fields: dict[str, Any]) -> dict[str, Any]:
    return {"id": "rule", "tactic": "idiom", "summary": "a rule", "level": "exact", **fields}


def make_rules(*rules: dict[str, Any], pack: str | None = None) -> tuple[Rule, ...]:
    import yaml

    filled = [{**rule_text(rule), "id": rule.get("id", f"rule-{number}")} for number, rule in enumerate(rules, 1)]
    return load_rule_file("rules.yaml", yaml.safe_dump({"rules": filled}).encode(), pack=pack)


@pytest.fixture
def rules() -> Callable[..., tuple[Rule, ...]]:
    """Rules from dictionaries, with what every rule needs filled in."""
    return make_rules


@pytest.fixture
def knowledge() -> Knowledge:
    return KNOWLEDGE


@pytest.fixture
def target() -> type[Target]:
    return Target


@pytest.fixture
def apply() -> Callable[..., Rewritten]:
    """Apply rules (dictionaries) to a script."""

    def run(
        code: str | bytes, *given: dict[str, Any], path: str = "script.py", target: Any = None, **kw: Any
    ) -> Rewritten:
        data = code if isinstance(code, bytes) else code.encode()
        made = make_rules(*given, pack=kw.pop("pack", None))
        return apply_rules(read_source(path, data), made, KNOWLEDGE, target or NoTarget(), **kw)

    return run


@pytest.fixture
def rewrite(apply: Callable[..., Rewritten]) -> Callable[..., str]:
    """Apply one rule given by its pattern, template and further fields; the new text."""

    def run(code: str, match: str, template: str | None = None, **fields: Any) -> str:
        rule: dict[str, Any] = {"match": match, **fields}
        if template is not None:
            rule["rewrite"] = template
        made = apply(code, rule)
        again = apply(made.text, rule)
        assert again.text == made.text, "a second run changes the code again"
        return made.text

    return run


@pytest.fixture
def lint() -> Callable[..., Linted]:
    """Lint a script with rules (dictionaries)."""

    def run(
        code: str | bytes, *given: dict[str, Any], path: str = "script.py", target: Any = None, **kw: Any
    ) -> Linted:
        data = code if isinstance(code, bytes) else code.encode()
        made = make_rules(*given, pack=kw.pop("pack", None))
        return lint_source(read_source(path, data), made, KNOWLEDGE, target or NoTarget(), **kw)

    return run


@pytest.fixture(scope="session")
def apply_once() -> Callable[..., Rewritten]:
    """As ``apply``, for property tests, which want fixtures that last."""

    def run(code: str, *given: dict[str, Any]) -> Rewritten:
        return apply_rules(read_source("script.py", code.encode()), make_rules(*given), KNOWLEDGE, NoTarget())

    return run


@pytest.fixture(scope="session")
def apply_bytes() -> Callable[..., Rewritten]:
    """As ``apply_once``, for the bytes of a script."""

    def run(data: bytes, *given: dict[str, Any]) -> Rewritten:
        return apply_rules(read_source("script.py", data), make_rules(*given), KNOWLEDGE, NoTarget())

    return run
