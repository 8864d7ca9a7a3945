"""What was measured of rules, as data beside them: ``evidence.json`` in a pack's folder.

A file is read only when somebody asks what a rule saves, never while rules are matched. Each rule's figures carry a
digest of what the rule does, so that figures of an older form of the rule can be told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, FiniteFloat, ValidationError, model_validator

from greenrules.errors import PackError, Position
from greenrules.models import Interval, Wire

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule

FILE = "evidence.json"
#: What a rule says of itself; the rest decides what it does.
WORDS = frozenset({"summary", "why", "caveat", "source", "examples"})

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Seconds = Annotated[FiniteFloat, Field(gt=0)]
#: below 1: nothing saves more than all there is
Saving = Annotated[FiniteFloat, Field(lt=1)]


class QualityKept(Wire):
    """Whether the rewritten script did its job.

    Attributes:
        ok: quality within the loss allowed, or outputs that agree, as the rule's level asks.
        metric: name of the quality figure, None where outputs were compared.
        before: the figure of the script as it was, the mean over seeds.
        after: of the rewritten one.
        seeds: how many seeds both were run with.
        reason: one sentence.
    """

    ok: bool
    metric: str | None = None
    before: FiniteFloat | None = None
    after: FiniteFloat | None = None
    seeds: int = Field(default=1, ge=1)
    reason: str = ""


class RuleMeasurement(Wire):
    """A script before and after one rule alone, run in turns.

    Attributes:
        script: where it lies, relative to the pack's repository.
        script_sha256: of its bytes.
        rewritten_sha256: of the script as the rule left it.
        case: ``pays`` for a workload that the rule is for, ``idle`` for one where it matches and should not pay.
        saving: share of the CPU seconds of the process tree, negative where it costs.
        low: lower end of its 95 % interval.
        high: upper end.
        runs: of each form, in blocks of both.
        cpu_before_s: CPU seconds of the process tree, median.
        cpu_after_s: the same, rewritten.
        time_before_s: wall seconds, median.
        time_after_s: the same, rewritten.
        quality: whether the rewritten script did its job.
        parameters: values of the rule's parameters, chosen by a first look.
        applied: full ids of all rules that were applied: the rule's own, and those it cannot go without.
        libraries: distribution → version.
        python: its version.
        cpu: the processor's name.
        cores: CPUs that the script could use.
        measured: the day.
    """

    script: str
    script_sha256: Digest
    rewritten_sha256: Digest
    case: Literal["pays", "idle"]
    saving: Saving
    low: Saving
    high: Saving
    runs: int = Field(ge=2)
    cpu_before_s: Seconds
    cpu_after_s: Seconds
    time_before_s: Seconds
    time_after_s: Seconds
    quality: QualityKept
    parameters: dict[str, int | float | str | bool] = Field(default_factory=dict)
    applied: list[str]
    libraries: dict[str, str]
    python: str
    cpu: str
    cores: int = Field(ge=1)
    measured: date

    @model_validator(mode="after")
    def _ordered(self) -> RuleMeasurement:
        if not self.low <= self.saving <= self.high:
            raise ValueError("'saving' lies between 'low' and 'high'")
        return self

    @property
    def proven(self) -> bool:
        """Whether it saved energy for certain, and did its job."""
        return self.low > 0 and self.quality.ok


class RuleEvidence(Wire):
    """What was measured of a rule.

    Attributes:
        digest: of the rule when it was measured.
        measurements: one per workload.
        unmeasured: why there are none, or not both of where it pays and where it does not, such as hardware or a
            library that was not there.
    """

    digest: Digest
    measurements: list[RuleMeasurement] = Field(default_factory=list)
    unmeasured: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _something(self) -> RuleEvidence:
        if {one.case for one in self.measurements} != {"pays", "idle"} and self.unmeasured is None:
            raise ValueError("give 'measurements' of both cases, or say why there are none under 'unmeasured'")
        return self

    def of(self, case: Literal["pays", "idle"]) -> list[RuleMeasurement]:
        """The measurements of a case."""
        return [one for one in self.measurements if one.case == case]

    @property
    def expected(self) -> Interval | None:
        """What to expect of the rule on a script of which nothing is known yet; None where nothing was measured.

        The middle is the mean over all workloads, those where it does not pay included; the ends are the least and the
        most that the intervals hold. Shares of CPU seconds saved.
        """
        if not self.measurements:
            return None
        savings = [one.saving for one in self.measurements]
        low, high = min(one.low for one in self.measurements), max(one.high for one in self.measurements)
        return Interval(median=sum(savings) / len(savings), low=low, high=high)


class PackEvidence(Wire):
    """``evidence.json``: short id of a rule → what was measured of it."""

    format: Literal[1] = 1
    rules: dict[str, RuleEvidence] = Field(default_factory=dict)

    def text(self) -> str:
        """The file's text: sorted, so that a new measurement is a small change."""
        plain = self.model_dump(mode="json", exclude_defaults=True)
        plain = {"format": self.format, "rules": plain.get("rules", {})}
        return json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def rule_digest(data: Mapping[str, Any]) -> str:
    """SHA-256 of what a rule does, hexadecimal; its words and examples are left out.

    Args:
        data: the rule as plain values.
    """
    does = {key: value for key, value in data.items() if key not in WORDS}
    return hashlib.sha256(json.dumps(does, sort_keys=True, default=str).encode()).hexdigest()


def read_evidence(folder: Traversable) -> PackEvidence:
    """The evidence in a pack's folder; empty when there is none.

    Raises:
        PackError: the file is not what it should be, with the first trouble.
    """
    file = folder.joinpath(FILE)
    if not file.is_file():
        return PackEvidence()
    try:
        return PackEvidence.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"not evidence: {place}: {first['msg']}" if place else f"not evidence: {first['msg']}"
        raise PackError(
            message,
            position=Position(str(file)),
            remedy="schemas/evidence.schema.json tells the shape; `greenrules pack check` checks it",
        ) from None


def doubts(rules: Iterable[Rule], evidence: PackEvidence) -> dict[str, str]:
    """Rule → what is wrong with its evidence: a rule that there is not, or figures older than the rule.

    Args:
        rules: of the pack.
        evidence: of the same pack.
    """
    known = {rule.id: rule for rule in rules}
    found: dict[str, str] = {}
    for name, entry in evidence.rules.items():
        if name not in known:
            found[name] = "there is no such rule in the pack"
        elif entry.digest != rule_digest(known[name].data):
            found[name] = "the rule was changed since it was measured"
    return found
