"""Which packs and rules take part, and what the engine knows because of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from greenrules.bench.target import InterpreterTarget
from greenrules.engine.compiled import load_rules
from greenrules.engine.predicates import check_predicates, with_predicates
from greenrules.errors import UsageError, nearest
from greenrules.packs import BrokenPack, Registry, discover
from greenrules.requests import RuleChoice

if TYPE_CHECKING:
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.pack import Pack, Rule


def target_of(python: Path) -> InterpreterTarget:
    """The interpreter as the engine asks it; a library counts whatever name it is installed under."""
    synonyms = {
        name: tuple(library.get("distributions", ()))
        for pack in registry().packs.values()
        for name, library in pack.libraries.items()
    }
    return InterpreterTarget(python, cache_folder() / "target", synonyms=synonyms)


def cache_folder() -> Path:
    """Where compiled packs and lint results are kept between calls (``XDG_CACHE_HOME`` is honoured)."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "greenrules"


@cache
def registry() -> Registry:
    """Every installed pack, loaded once per process."""
    return discover(cache_folder() / "packs")


class Portfolio(NamedTuple):
    """The rules that run.

    Attributes:
        packs: packs whose rules take part.
        rules: in declared order.
        known: every rule there is, of packs not chosen too.
        knowledge: of all installed packs.
        broken: packs that could not be loaded.
    """

    packs: tuple[Pack, ...]
    rules: tuple[Rule, ...]
    known: tuple[Rule, ...]
    knowledge: Knowledge
    broken: tuple[BrokenPack, ...]


def _selected(rule: Rule, names: Sequence[str]) -> bool:
    return any(
        name in (rule.full_id, rule.id, rule.pack, rule.tactic)
        or (name.endswith("/") and rule.full_id.startswith(name))
        or ("/" in name and rule.full_id.startswith(name))
        for name in names
    )


def _check_names(names: Iterable[str], rules: Sequence[Rule], option: str) -> None:
    for name in names:
        if not any(_selected(rule, (name,)) for rule in rules):
            known = {str(part) for rule in rules for part in (rule.full_id, rule.pack or rule.id, rule.tactic)}
            short = {rule.id: rule.full_id for rule in rules}
            raise UsageError(
                f"{option} {name}: no rule, pack or tactic is called that",
                remedy=nearest(name, known | set(short)) or "`greenrules rules` lists them",
            )


def loose_rules(files: Sequence[Path]) -> tuple[Rule, ...]:
    """Rules of files outside any pack.

    Raises:
        UsageError: for a missing file.
        RuleError: for a broken one, at its position.
    """
    if not files:
        return ()
    found: list[Rule] = []
    for file in files:
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            raise UsageError(f"no such rule file: {file}") from None
        except OSError as error:
            raise UsageError(f"cannot read {file}: {error.strerror}") from None
        found.extend(load_rules(str(file), data, cache=cache_folder() / "packs"))
    return tuple(found)


def assemble(choice: RuleChoice, libraries: set[str] | None = None, *, listing: bool = False) -> Portfolio:
    """The portfolio for a choice.

    Args:
        choice: what the user asked for.
        libraries: distributions the script imports: where no pack is named, packs that know none of them stay out;
            None keeps all.
        listing: keep rules that run only when they are selected by name, too.

    Raises:
        UsageError: for an unknown pack, rule or tactic, with the nearest names.
        RuleError: a rule of a file calls a predicate that no installed pack registers.
    """
    installed = registry()
    loose = loose_rules(choice.rule_files)
    check_predicates(loose, installed.predicates)
    if choice.packs:
        packs = installed.choose(choice.packs)
    elif choice.rule_files:
        packs = ()
    else:
        packs = tuple(pack for pack in installed.choose(()) if libraries is None or libraries & pack.libraries.keys())
    rules = (*installed.rules(packs), *loose)
    everything = (*installed.rules(tuple(installed.packs.values())), *loose)
    _check_names(choice.select, everything, "--select")
    _check_names(choice.ignore, everything, "--ignore")
    if not listing:
        named = set(choice.select)
        rules = tuple(rule for rule in rules if not rule.opt_in or {rule.full_id, rule.id} & named)
    if choice.select:
        rules = tuple(rule for rule in rules if _selected(rule, choice.select))
    rules = with_predicates((rule for rule in rules if not _selected(rule, choice.ignore)), installed.predicates)
    return Portfolio(packs, rules, everything, installed.knowledge(), installed.broken)
