"""What a rewrite is expected to save before it is run: by its evidence, this machine's history, the stage profile.

The expected saving of the energy that it can act on is a weighted mean that one observation of "nothing" is part of;
what was seen on scripts of another size counts less. Times the share of the script's energy that it can act on, this is
the mean of the search's prior: it orders the first runs, and a proof decides.
"""

from __future__ import annotations

import ast
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greenrules.bench.copy import WorkingCopy
from greenrules.engine.candidates import Unit
from greenrules.evidence import RuleEvidence, rule_digest
from greenrules.selection.search import LEAST_IMPROVEMENT
from greenrules.selection.units import Unit as SearchUnit
from greenrules.verbs.history import Past
from greenrules.verbs.measured import evidence_of
from greenrules.verbs.portfolio import Portfolio
from greenrules.verbs.share import Profile

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule

#: Scripts in which a rewrite must have saved nothing before it is not tried any more.
ENOUGH = 5
#: Nothing is expected to save more than this, or to cost more than it saves at best.
MOST_SAVING = 0.9
#: Of a share of the energy smaller than this, one run tells too little to be kept.
TELLING_SHARE = 0.1
#: Weight of what was seen where the size of the data is not known.
UNKNOWN_SIZE = 0.5


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of the rewrites of a script.

    Attributes:
        digests: unit → digest of what its rules do; units of loose rules have none.
        expected: unit → expected share saved of the energy it can act on.
        hopeless: unit → why it is not tried.
    """

    digests: Mapping[str, str]
    expected: Mapping[str, float]
    hopeless: Mapping[str, str]

    def plain(self) -> dict[str, Any]:
        """As the journal keeps it: a resumed search must expect what it expected."""
        return {"digests": self.digests, "expected": self.expected, "hopeless": self.hopeless}


def outlook(
    units: Sequence[Unit],
    portfolio: Portfolio,
    history: Iterable[Past],
    script: str,
    data_bytes: int | None,
    evidence: Callable[[Rule], RuleEvidence | None] = evidence_of,
) -> Outlook:
    """What to expect of each rewrite.

    Args:
        units: the rewrites.
        portfolio: their rules.
        history: of this machine.
        script: SHA-256 of the script; what was seen of it is left out, or its own noise would decide.
        data_bytes: size of what it reads.
        evidence: what was measured of a rule.
    """
    rules = {rule.full_id: rule for rule in portfolio.rules}
    digests: dict[str, str] = {}
    expected: dict[str, float] = {}
    hopeless: dict[str, str] = {}
    past = [one for one in history if one.script != script]
    for unit in units:
        members = [rules[name] for name in unit.rules if name in rules]
        if any(rule.pack is None for rule in members):
            continue
        together = " ".join(rule_digest(rule.data) for rule in members)
        digest = digests[unit.id] = hashlib.sha256(together.encode()).hexdigest()
        seen = [one for one in past if (one.unit, one.digest) == (unit.id, digest)]
        weighted = [(nearness(one.data_bytes, data_bytes), one.saving) for one in seen]
        for rule in members:
            entry = evidence(rule)
            if entry is not None and entry.expected is not None and entry.digest == rule_digest(rule.data):
                weighted.append((UNKNOWN_SIZE, entry.expected.median))
        if weighted:
            expected[unit.id] = mean_saving(weighted)
        if len(seen) >= ENOUGH and max(one.saving for one in seen) < LEAST_IMPROVEMENT:
            hopeless[unit.id] = f"it saved nothing in {len(seen)} other scripts on this machine"
    return Outlook(digests, expected, hopeless)


def nearness(one: int | None, other: int | None) -> float:
    """How much a saving counts that was seen with so much data: 1 with as much, a half with about three times."""
    if not one or not other:
        return UNKNOWN_SIZE
    return 1 / (1 + math.log(one / other) ** 2)


def mean_saving(weighted: Sequence[tuple[float, float]]) -> float:
    """The weighted mean of savings and of one that is nothing."""
    savings = sum(weight * max(-MOST_SAVING, min(MOST_SAVING, saving)) for weight, saving in weighted)
    return savings / (1 + sum(weight for weight, _ in weighted))


def search_unit(unit: Unit, profile: Profile, known: Outlook, expected_runs: int, blocks: int) -> SearchUnit:
    """A unit as the search knows it.

    Args:
        unit: the rewrite.
        profile: where the script's energy goes.
        known: what is expected.
        expected_runs: how often the result will be run.
        blocks: runs of the script as it is that a proof takes, at the least.
    """
    share = profile.share(unit)
    saving = known.expected.get(unit.id)
    likely = profile.likely(unit)
    worth = None if saving is None else math.log1p(-saving * (1.0 if likely is None else likely))
    hopeless = known.hopeless.get(unit.id, "")
    most = 1.0 if share is None else share
    if not hopeless and most * expected_runs <= blocks:
        saves = "no more than all" if share is None else f"at most {share:.2%}"
        times = "one run" if expected_runs == 1 else f"{expected_runs} runs"
        hopeless = f"of {times} it could save {saves}, which does not win back the {blocks} runs that a proof takes"
    needs, excludes = frozenset(unit.needs), frozenset(unit.excludes)
    return SearchUnit(unit.id, needs=needs, excludes=excludes, share=share, worth=worth, hopeless=hopeless)


def learned(
    alone: Mapping[str, float], units: Sequence[SearchUnit], known: Outlook, script: str, data_bytes: int | None
) -> list[Past]:
    """What this search adds to the history.

    Args:
        alone: unit → believed change of log energy, where it was run by itself and works.
        units: as they were searched.
        known: their digests.
        script: SHA-256 of the script.
        data_bytes: size of what it reads.
    """
    found = []
    for unit in units:
        share = 1.0 if unit.share is None else unit.share
        if unit.id in alone and unit.id in known.digests and share >= TELLING_SHARE:
            saving = -math.expm1(alone[unit.id]) / share
            saving = max(-MOST_SAVING, min(MOST_SAVING, saving))
            found.append(Past(unit.id, known.digests[unit.id], script, round(saving, 4), data_bytes))
    return found


def data_bytes(text: str, copy: WorkingCopy) -> int | None:
    """Bytes of the files of the working copy that the script names; None when it names none.

    Args:
        text: a script that parses.
        copy: of the folder it runs in.
    """
    names = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and _path(node.value)}
    wanted = {str(name).removeprefix("./") for name in names}
    sizes = [entry.size for relative, entry in copy.entries.items() if relative in wanted and relative != copy.script]
    return sum(sizes) or None


def _path(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) < 500 and "\n" not in value
