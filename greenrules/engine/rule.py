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

    Attributes:
        any: alternatives, one of which must match.
        all: patterns that must all match at the same place, with the same metavariables.
        match: one pattern, or further alternatives.
        where: conditions that must all hold besides.
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
    """How the arguments of the matched call become those of the new one.

    Attributes:
        rename: old name → new name.
        keep: arguments that stay as they are.
        drop: arguments that go.
        set: argument → template of its value, written whether it was given or not.
        map: argument → old value → template of the new one.
        others: what becomes of an argument that no entry names.
    """

    rename: dict[str, str] = {}
    keep: list[str] = []
    drop: list[str] = []
    set: dict[str, str | int | float | bool | None] = {}
    map: dict[str, dict[str, str | int | float | bool | None]] = {}
    others: Literal["abstain", "keep-if-accepted", "drop", "keep"] = "abstain"


class Prepend(Node):
    """Statements for the top of the script.

    Attributes:
        code: the statements.
        before: modules whose first import they must precede; empty: they follow the imports.
    """

    code: str
    before: list[str] = []


class Parameter(Node):
    """A value that a measurement must choose; ``${NAME}`` in templates.

    Attributes:
        choices: the values; ``physical-cores`` stands for the machine's own number.
        range: the lowest and the highest value, instead of choices.
        scale: how a range is divided.
    """

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
    """A rule's proof: ``before`` with ``after``, or ``unchanged``.

    Attributes:
        before: a script that the rule rewrites.
        after: what comes out, to the character.
        unchanged: a script that the rule leaves alone.
        parameters: values of the rule's parameters for this example.
        finding: kind of finding expected on ``before`` where the rule writes nothing.
    """

    before: str | None = None
    after: str | None = None
    unchanged: str | None = None
    parameters: dict[str, Any] = {}
    finding: Literal["lint", "suggestion"] | None = None

    @model_validator(mode="after")
    def _shape(self) -> Example:
        if (self.before is None) == (self.unchanged is None):
            raise ValueError("give 'before' with 'after', or 'unchanged'")
        if self.before is not None and self.after is None and self.finding is None:
            raise ValueError("'before' wants an 'after' (or 'finding' where nothing is written)")
        return self


class RuleSpec(Node):
    """One rule as written.

    Attributes:
        id: unique in its pack; the full name is ``pack/id``.
        tactic: the kind of saving.
        summary: what it does, in one line.
        level: exact: same values, bit for bit; numeric: rounding differs; model: only a measurement can justify it.
        match: a pattern: Python with ``$X``, ``$_``, ``...`` and ``$...REST``; or ``any:`` or ``all:`` of patterns.
        why: why it saves energy.
        caveat: what a user must know before taking the rewrite although it was measured; shown with the rewrite.
        source: where that is written.
        libraries: distribution → versions it is meant for; scripts that import none of them are left alone.
        where: conditions that must all hold; one that is not known makes a suggestion of the finding.
        rewrite: what to write instead; empty text deletes.
        arguments: how the arguments of the matched call change.
        within: metavariable → pattern → template: rewrites inside what it holds.
        prepend: statements for the top of the script.
        parameters: values that a measurement must choose.
        signature: signature of the matched call, where no pack declares it.
        requires: distributions that the rewritten script needs besides.
        persists: a folder in which the rewritten script keeps something between runs.
        opt_in: whether the rule runs only when it is selected by its id: it changes more than what the script computes.
        together: group of rules that are applied all or none.
        needs: rules that must be applied with it.
        excludes: rules that must not.
        alternatives: group of rules of which at most one is applied at a place.
        examples: its proof; they are its tests.
    """

    id: Identifier
    tactic: Tactic
    summary: str = Field(min_length=1)
    level: Level
    match: str | MatchNode
    why: str = ""
    caveat: str = ""
    source: list[str] = []
    libraries: dict[str, str] = {}
    where: Where = []
    rewrite: str | None = None
    arguments: ArgumentTable | None = None
    within: dict[str, dict[str, str]] = {}
    prepend: Prepend | str | None = None
    parameters: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], Parameter] = {}
    signature: str | None = None
    requires: list[str] = []
    persists: str | None = None
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
    """A file of rules.

    Attributes:
        rules: in the order in which overlapping ones have their way.
    """

    rules: list[RuleSpec]


class LibrarySpec(Node):
    """How a library is recognised.

    Attributes:
        modules: its top modules.
        distributions: other names under which the same library is installed.
        aliases: names that stand for others: re-exports.
    """

    modules: list[str] = []
    distributions: list[str] = []
    aliases: dict[str, str] = {}


class MetricSpec(Node):
    """How a quality figure is read.

    Attributes:
        better: which way is better.
        argument: the parameter with the predictions.
        log: where the evaluation log is that the call leaves behind: names of parameters that take a mapping and fill
            it, of attributes (or methods without arguments) of what the call gives, or ``return`` for what it gives;
            the first that holds numbers counts. Empty for a call that gives a figure.
    """

    better: Literal["higher", "lower"]
    argument: str | None = None
    log: list[str] = []


class PackSpec(Node):
    """``pack.yaml``: what a pack knows of its libraries.

    Attributes:
        name: the pack's, as its entry point has it.
        summary: in one line.
        libraries: distribution → how it is recognised.
        stages: role → patterns of what is called there.
        metrics: callable → how the quality figure it gives is read.
        types: call pattern → the type it returns; ``twice each of $...A`` for functions that split.
        bases: class → its base classes, for ``is``.
        pure: calls without side effects whose result depends on their arguments alone.
        deterministic: calls that give the same result for the same arguments.
        effects: calls that change something although ``pure`` or ``deterministic`` covers them.
        attributes: class → attributes that its code does not show (fitted ones).
        accepts: calls that take any estimator and let nothing escape.
        signatures: callable → its signature, ``(a, b=1, *, c=None)``.
        import_effects: modules that do something by being imported.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    summary: str
    libraries: dict[str, LibrarySpec] = {}
    stages: dict[Role, list[str | MatchNode]] = {}
    metrics: dict[str, MetricSpec] = {}
    types: dict[str, str] = Field(default={}, validation_alias=AliasChoices("types"))
    bases: dict[str, list[str]] = {}
    pure: list[str] = []
    deterministic: list[str] = []
    effects: list[str] = []
    attributes: dict[str, list[str]] = {}
    accepts: list[str] = []
    signatures: dict[str, str] = {}
    import_effects: list[str] = Field(default=[], alias="import-effects")
