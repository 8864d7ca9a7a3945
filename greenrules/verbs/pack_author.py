"""``pack test`` and ``pack check``: is a pack what it should be?"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenrules.bench.target import InterpreterTarget
from greenrules.engine.examples import Failure, run_examples
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.loader import load_pack, load_rule_file
from greenrules.engine.predicates import unregistered, with_predicates
from greenrules.errors import PackError, Position, UsageError, nearest
from greenrules.evidence import FILE, doubts, read_evidence
from greenrules.packs import hooks_of
from greenrules.verbs.pack_overlaps import overlaps
from greenrules.verbs.pack_run import run_pairs
from greenrules.verbs.portfolio import registry, target_of
from greenrules.verbs.setting import interpreter

if TYPE_CHECKING:
    from greenrules.engine.pack import Pack, Rule


@dataclass(frozen=True)
class Subject:
    """A pack or a rule file to look at, whether it is installed or not.

    Attributes:
        pack: None for a rule file.
        rules: with their predicates.
        knowledge: of the installed packs and of this one.
        folder: with the pack's files; None for a rule file.
    """

    pack: Pack | None
    rules: tuple[Rule, ...]
    knowledge: Knowledge
    folder: Path | None = None


@dataclass(frozen=True)
class PackTested:
    """What came of the examples.

    Attributes:
        rules: how many rules there are.
        examples: how many examples.
        failures: those that do not hold.
        notes: what could not be looked at, with the reason.
    """

    rules: int
    examples: int
    failures: tuple[Failure, ...]
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """For people."""
        parts = [failure.render() for failure in self.failures] + [f"note: {note}" for note in self.notes]
        verdict = f"{len(self.failures)} failed" if self.failures else "all hold"
        parts.append(f"{self.rules} rules, {self.examples} examples: {verdict}")
        return "\n".join(parts)


@dataclass(frozen=True)
class Problem:
    """Something a pack should mend."""

    position: Position
    message: str

    def __str__(self) -> str:
        return f"{self.position}: {self.message}"


def _package_folder(path: Path) -> Path:
    """The folder with ``pack.yaml``: itself, or the one below a distribution's ``src/`` or root."""
    if (path / "pack.yaml").is_file():
        return path
    found = sorted([*path.glob("src/*/pack.yaml"), *path.glob("*/pack.yaml")])
    if not found:
        raise UsageError(f"{path}: no pack.yaml in it, nor in src/*/", remedy="greenrules pack new NAME makes a pack")
    if len(found) > 1:
        raise UsageError(f"{path}: several packs: {', '.join(str(one.parent) for one in found)}", remedy="name one")
    return found[0].parent


def _predicates(folder: Path) -> Mapping[str, Callable[..., Any]]:
    """Predicates of a pack's module, which may not be installed."""
    module_file = folder / "__init__.py"
    if not module_file.is_file():
        return {}
    spec = importlib.util.spec_from_file_location(folder.name, module_file, submodule_search_locations=[str(folder)])
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(folder.name)
    sys.modules[folder.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        # A stranger's module may raise anything; its author wants to know what.
        raise PackError(f"{module_file} cannot be imported: {type(error).__name__}: {error}") from error
    finally:
        if before is not None:
            sys.modules[folder.name] = before
    found: dict[str, Callable[..., Any]] = {}
    for more in hooks_of(module, folder.name).greenrules_predicates():
        found.update(more)
    return found


def subject(path: Path) -> Subject:
    """Load a pack's folder or a rule file.

    Raises:
        UsageError: there is none.
        PackError: it cannot be loaded, at its position.
    """
    installed = registry()
    if path.is_file():
        rules = load_rule_file(str(path), path.read_bytes())
        return Subject(None, with_predicates(rules, installed.predicates), installed.knowledge())
    if not path.is_dir():
        raise UsageError(f"no such pack: {path}")
    folder = _package_folder(path)
    name = folder.name.removeprefix("greenrules_pack_")
    pack = load_pack(folder, name=name, version="0", origin=str(folder))
    others = tuple(one.spec for key, one in sorted(installed.packs.items()) if key != name)
    predicates = {**installed.predicates, **_predicates(folder)}
    return Subject(pack, with_predicates(pack.rules, predicates), Knowledge.merge((*others, pack.spec)), folder)


def _target(python: Path | None) -> InterpreterTarget:
    return target_of(interpreter(python))


def pack_test(path: Path, *, run: bool = False, python: Path | None = None) -> PackTested:
    """Run every example of every rule of a pack or a rule file.

    Args:
        path: the pack's folder, or a rule file.
        run: execute before and after in the target interpreter, too, and compare what they compute.
        python: that interpreter.

    Raises:
        UsageError: there is no pack.
        PackError: it cannot be loaded.
    """
    found = subject(path)
    target = _target(python)
    failures = [failure for rule in found.rules for failure in run_examples(rule, found.knowledge, target)]
    notes: tuple[str, ...] = ()
    if run:
        more, notes = run_pairs(found.rules, interpreter(python))
        failures.extend(more)
    examples = sum(len(rule.spec.examples) for rule in found.rules)
    return PackTested(len(found.rules), examples, tuple(failures), notes)


def pack_check(path: Path, *, python: Path | None = None) -> list[Problem]:
    """What a pack should mend: missing proof, rules that cannot fire, names that do not exist, overlaps.

    Raises:
        UsageError: there is no pack.
        PackError: it cannot be loaded.
    """
    found = subject(path)
    target = _target(python)
    problems: list[Problem] = []
    names = {one for rule in found.rules for one in (rule.id, rule.full_id)}
    names |= {rule.full_id for pack in registry().packs.values() for rule in pack.rules}
    missing = _missing_names(found.rules, found.knowledge, target)
    for rule in found.rules:
        spec = rule.spec
        # A rule about the language alone says so with ``libraries: {}``.
        given = {key for key in ("why", "examples") if getattr(spec, key)} | spec.model_fields_set & {"libraries"}
        complain = [f"{rule.full_id}: no '{key}'" for key in ("why", "libraries", "examples") if key not in given]
        if spec.writes and not any(example.before is not None for example in spec.examples):
            complain.append(f"{rule.full_id}: no example with 'before' and 'after'")
        if not any(example.unchanged is not None for example in spec.examples):
            complain.append(f"{rule.full_id}: no 'unchanged' example")
        complain += [
            f"{rule.full_id}: {name} does not exist in {missing[name]}"
            for name in sorted(_qualified(rule) & set(missing))
        ]
        for key in ("needs", "excludes"):
            for name in getattr(spec, key):
                if name not in names:
                    hint = nearest(name, names)
                    complain.append(
                        f"{rule.full_id}: {key}: no rule is called '{name}'" + (f"; {hint}" if hint else "")
                    )
        problems += [Problem(rule.position, one) for one in complain]
        for error in unregistered([rule], rule.predicates):
            words = f"{rule.full_id}: {error.message}" + (f"; {error.remedy}" if error.remedy else "")
            problems.append(Problem(error.position or rule.position, words))
    problems += [Problem(one.position, one.message) for one in overlaps(found.rules, found.knowledge, target)]
    problems += _evidence(found)
    failures = [failure for rule in found.rules for failure in run_examples(rule, found.knowledge, target)]
    return problems + [Problem(failure.position, failure.text) for failure in failures]


_LOOK_UP = """
import importlib, json, sys
def there(name):
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except Exception:
            continue
        for part in parts[cut:]:
            found = getattr(found, part, None)
        return found is not None
    return False
print(json.dumps([name for name in json.load(sys.stdin) if not there(name)]))
"""


def _missing_names(rules: tuple[Rule, ...], knowledge: Knowledge, target: InterpreterTarget) -> dict[str, str]:
    """Qualified names of patterns that their libraries, as installed, do not have → where they are missing."""
    homes: dict[str, str] = {}
    for rule in rules:
        for name in _qualified(rule):
            distribution = knowledge.modules.get(name.partition(".")[0])
            if distribution is not None and target.version(distribution) is not None:
                homes[name] = f"{distribution} {target.version(distribution)}"
    if not homes:
        return {}
    done = subprocess.run(
        [str(target.python), "-c", _LOOK_UP], input=json.dumps(sorted(homes)), capture_output=True, text=True
    )
    missing = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 and done.stdout else []
    return {name: homes[name] for name in missing}


def _qualified(rule: Rule) -> set[str]:
    """Dotted names that a rule's match and rewrite call, and the types that its conditions name."""
    text = "\n".join(str(rule.data.get(key, "")) for key in ("match", "rewrite"))
    called = re.findall(r"(?<![\w.$\"'])([a-z_]\w*(?:\.\w+)+)(?=\()", text)
    named = re.findall(r"(?:compatible with|is|may be) ([a-z_]\w*(?:\.\w+)+)(?!\()", "\n".join(rule.spec.where))
    return {*called, *named}


def _evidence(found: Subject) -> list[Problem]:
    """What is wrong with the pack's evidence: its shape, rules that there are not, figures older than their rule."""
    if found.folder is None:
        return []
    try:
        evidence = read_evidence(found.folder)
    except PackError as error:
        return [Problem(error.position or Position(str(found.folder / FILE)), error.message)]
    place = Position(str(found.folder / FILE))
    return [Problem(place, f"{name}: {doubt}") for name, doubt in doubts(found.rules, evidence).items()]
