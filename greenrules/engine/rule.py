"""The shape of a rule file and of ``pack.yaml``: what an author may write. ``schemas/`` is generated from here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from greenrules.models import Level, Role, Tactic

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
#: a condition sentence, or a list of them that must all hold
Where = list[str]


class Node(BaseModel):
    """Base of what an author writes: unknown keys are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MatchNode(Node):
    """``match:`` with more than one pattern.

    Exactly one of ``any``, ``all``, ``match`` is given; ``where`` narrows it.
    """

    any: list[str | MatchNode] | None = None
    all: list[str | MatchNode] | None = None
    match: str | MatchNode | None = None
    where: Where = []

    @model_validator(mode="after")
    def _one_of(self) -> MatchNode:
        if sum(part is not None for part in (self.any, self.all, self.match)) != 1:
            raise ValueError("give exactly one of 'any', 'all' and 'match'")
        return self


class ArgumentTable(Node):
    """How the arguments of the matched call become those of the new one."""

    rename: dict[str, str] = {}
    keep: list[str] = []
    drop: list[str] = []
    set: dict[str, str | int | float | bool | None] = {}
    map: dict[str, dict[str, str | int | float | bool | None]] = {}
    others: Literal["abstain", "keep-if-accepted", "drop", "keep"] = "abstain"


class Prepend(Node):
    """Statements for the top of the script; ``before`` names the modules whose first import they must precede."""

    code: str
    before: list[str] = []


class Parameter(Node):
    """A value that a measurement must choose. ``physical-cores`` as a choice stands for the machine's own number."""

    choices: list[int | float | str | bool] | None = None
    range: tuple[float, float] | None = None
    scale: Literal["log", "linear"] = "log"

    @model_validator(mode="after")
    def _one_of(self) -> Parameter:
        if (self.choices is None) == (self.range is None):
            raise ValueError("give exactly one of 'choices' and 'range'")
        if self.choices is not None and not self.choices:
            raise ValueError("'choices' is empty")
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError("'range' wants a lower and a higher bound")
        return self


class Example(Node):
    """A rule's proof: ``before`` with ``after``, or ``unchanged``."""

    before: str | None = None
    after: str | None = None
    unchanged: str | None = None
    #: values of the rule's parameters for this example
    parameters: dict[str, Any] = {}
    #: kind of finding expected on ``before`` where the rule writes nothing
    finding: Literal["lint", "suggestion"] | None = None

    @model_validator(mode="after")
    def _shape(self) -> Example:
        if (self.before is None) == (self.unchanged is None):
            raise ValueError("give 'before' with 'after', or 'unchanged'")
        if self.before is not None and self.after is None and self.finding is None:
            raise ValueError("'before' wants an 'after' (or 'finding' where nothing is written)")
        return self


class RuleSpec(Node):
    """One rule as written."""

    id: Identifier
    tactic: Tactic
    summary: str = Field(min_length=1)
    level: Level
    match: str | MatchNode
    why: str = ""
    #: what a user must know before taking the rewrite although it was measured; shown wherever the rewrite is shown
    caveat: str = ""
    source: list[str] = []
    libraries: dict[str, str] = {}
    where: Where = []
    rewrite: str | None = None
    arguments: ArgumentTable | None = None
    within: dict[str, dict[str, str]] = {}
    prepend: Prepend | str | None = None
    parameters: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], Parameter] = {}
    signature: str | None = Field(default=None, description="signature of the matched call, where no pack declares it")
    requires: list[str] = []
    persists: str | None = None
    #: whether the rule runs only when it is selected by its id: it changes more than what the script computes
    opt_in: bool = Field(default=False, alias="opt-in")
    together: str | None = None
    needs: list[str] = []
    excludes: list[str] = []
    alternatives: str | None = None
    examples: list[Example] = []

    @property
    def writes(self) -> bool:
        """Whether the rule writes anything, rather than only pointing."""
        return self.rewrite is not None or bool(self.arguments or self.within or self.prepend)


class RuleFile(Node):
    """A file of rules."""

    rules: list[RuleSpec]


class LibrarySpec(Node):
    """How a library is recognised: its top modules, and names that stand for others (re-exports).

    ``distributions`` are other names under which the same library is installed.
    """

    modules: list[str] = []
    distributions: list[str] = []
    aliases: dict[str, str] = {}


class MetricSpec(Node):
    """How a quality figure is read. ``argument`` names the parameter with the predictions."""

    better: Literal["higher", "lower"]
    argument: str | None = None


class PackSpec(Node):
    """``pack.yaml``: what a pack knows of its libraries."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    summary: str
    libraries: dict[str, LibrarySpec] = {}
    stages: dict[Role, list[str | MatchNode]] = {}
    metrics: dict[str, MetricSpec] = {}
    #: call patterns and the type they return; ``twice each of $...A`` for splitting functions
    types: dict[str, str] = Field(default={}, validation_alias=AliasChoices("types"))
    #: class → its base classes, for ``is``
    bases: dict[str, list[str]] = {}
    pure: list[str] = []
    deterministic: list[str] = []
    #: calls that change something although ``pure`` or ``deterministic`` covers them: ``lib.Frame.$F(..., inplace=$V)``
    effects: list[str] = []
    #: attributes a class has that its code does not show (fitted ones)
    attributes: dict[str, list[str]] = {}
    #: calls that take any estimator and let nothing escape
    accepts: list[str] = []
    signatures: dict[str, str] = {}
    #: imports that do something by being imported
    import_effects: list[str] = Field(default=[], alias="import-effects")
