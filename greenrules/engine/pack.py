"""Rules and packs, compiled: everything that matching needs, nothing that must be parsed again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from greenrules.engine.packed import Packed

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from greenrules.engine.anchors import Anchor
    from greenrules.engine.conditions import Condition
    from greenrules.engine.pattern import Pattern
    from greenrules.engine.prefilter import Kinds
    from greenrules.engine.proof import Told
    from greenrules.engine.rule import PackSpec, RuleSpec
    from greenrules.errors import Position
    from greenrules.models import Level, Tactic

#: A predicate of a pack: ``callable(arguments, match, facts)``, answering a bool, an Answer, or None for not known.
Predicate = Callable[..., Any]

#: what every start asks of a rule
_AT_ONCE = (
    "full_id",
    "pack",
    "order",
    "shown",
    "roots",
    "told",
    "foreseen",
    "asks",
    "tactic",
    "libraries",
    "requires",
    "opt_in",
    "only_suggests",
)
#: what matching asks of it, and what only a match does
_MATCHING = ("branches", "where", "anchors")
_WRITING = ("position", "data", "template", "within", "set", "predicates", "examples")


@dataclass(frozen=True, slots=True)
class Branch:
    """One alternative of ``match:``.

    Attributes:
        patterns: all of them must match at the same place, with the same bindings; never empty.
        where: conditions of the nested ``{match:, where:}`` nodes on the way to it.
        kinds: where it can start.
        words: identifiers without which it cannot match.
        roots: first parts of its dotted names; those that are modules of declared libraries must be imported.
    """

    patterns: tuple[Pattern, ...]
    where: tuple[Condition, ...]
    kinds: Kinds
    words: frozenset[str]
    roots: frozenset[str] = frozenset()


class Arguments(NamedTuple):
    """``arguments:`` as plain values; the fields are those of :class:`greenrules.engine.rule.ArgumentTable`."""

    rename: Mapping[str, str] = MappingProxyType({})
    keep: Sequence[str] = ()
    drop: Sequence[str] = ()
    set: Mapping[str, Any] = MappingProxyType({})
    map: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    others: str = "abstain"


@dataclass(frozen=True)
class Rule(Packed):
    """A rule, compiled.

    Attributes:
        full_id: ``pack/id``, or the id of a loose rule.
        pack: name of its pack, None for a loose rule.
        order: pack name, file name, and place in the file; the declared order of rules.
        position: where it is written.
        data: the rule as plain values, from which ``spec`` is made.
        branches: the alternatives of ``match:``.
        where: conditions of the rule itself.
        template: ``rewrite:`` parsed; its ``nodes`` are empty for a deletion. None without ``rewrite:``.
        within: metavariable (without ``$...`` or ``$``) → pairs of pattern and template.
        set: argument → template of its value (``arguments: {set: …}``).
        predicates: predicates of packs by name, for its conditions.
    """

    full_id: str
    pack: str | None
    order: tuple[str, str, int]
    position: Position
    data: Mapping[str, Any]
    branches: tuple[Branch, ...]
    where: tuple[Condition, ...] = field(default_factory=tuple)
    template: Pattern | None = field(default_factory=lambda: None)
    within: Mapping[str, tuple[tuple[Pattern, Pattern], ...]] = field(default_factory=dict)
    set: Mapping[str, Pattern] = field(default_factory=dict)
    predicates: Mapping[str, Predicate] = field(default_factory=dict)
    examples: tuple[Position, ...] = field(default_factory=tuple)

    #: neither compared nor pickled
    derived: ClassVar = frozenset({"arguments", "spec", "guards", "_proving"})

    @cached_property
    def spec(self) -> RuleSpec:
        """The rule as written."""
        from greenrules.engine.rule import RuleSpec

        return RuleSpec.model_validate(self.data)

    def prepared(self) -> tuple[dict[str, Any], dict[tuple[str, ...], bytes]]:
        """The rule as it is kept, with what every start asks for worked out: what :meth:`unpacked` takes."""
        for name in (*_AT_ONCE, *_MATCHING):
            getattr(self, name)
        return self.in_parts(_AT_ONCE, (_MATCHING, _WRITING))

    def with_predicates(self, predicates: Mapping[str, Predicate]) -> Rule:
        """The same rule with predicates for its conditions; nothing is unpacked for it."""
        made = Rule.__new__(Rule)
        made.__dict__.update(
            {name: value for name, value in self.__dict__.items() if name != "starts"},
            predicates=predicates,
        )
        return made

    @cached_property
    def roots(self) -> tuple[frozenset[str], ...]:
        """For each alternative: first parts of its dotted names."""
        return tuple(branch.roots for branch in self.branches)

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """Names of the predicates that its conditions call."""
        from greenrules.engine.predicates import called

        return tuple(dict.fromkeys(call.name for call in called(self)))

    @cached_property
    def tactic(self) -> Tactic:
        """The kind of saving."""
        return cast("Tactic", str(self.data["tactic"]))

    @property
    def level(self) -> Level:
        """What a rewrite may change."""
        return cast("Level", str(self.data["level"]))

    @property
    def summary(self) -> str:
        """What it does, in one line."""
        return str(self.data["summary"])

    @property
    def caveat(self) -> str | None:
        """What a user must know before taking the rewrite; None when it says nothing."""
        return str(self.data.get("caveat", "")).strip() or None

    @cached_property
    def signature(self) -> str | None:
        """Signature of the matched call, where no pack declares it."""
        return self.data.get("signature")

    @property
    def alternatives(self) -> str | None:
        """Group of rules of which at most one is applied at a place."""
        return self.data.get("alternatives")

    @cached_property
    def arguments(self) -> Arguments | None:
        """How the arguments of the matched call change."""
        written = self.data.get("arguments")
        return None if written is None else Arguments(**written)

    @property
    def writes(self) -> bool:
        """Whether the rule writes anything, rather than only pointing."""
        given = self.data.get
        return given("rewrite") is not None or self.arguments is not None or bool(given("within") or given("prepend"))

    @property
    def only_prepends(self) -> bool:
        """Whether all that it writes is at the top of the script."""
        given = self.data.get
        return (
            given("prepend") is not None and given("rewrite") is None and self.arguments is None and not given("within")
        )

    @cached_property
    def libraries(self) -> Mapping[str, str]:
        """Distribution → versions that it is meant for."""
        return self.data.get("libraries") or {}

    @cached_property
    def requires(self) -> Sequence[str]:
        """Distributions that the rewritten script needs besides."""
        return self.data.get("requires") or ()

    @cached_property
    def opt_in(self) -> bool:
        """Whether it runs only when it is selected by its id."""
        return bool(self.data.get("opt-in"))

    @cached_property
    def required(self) -> tuple[frozenset[str], ...]:
        """Sets of words; a file that holds all words of none of them has no match."""
        return tuple(dict.fromkeys(self.needed))

    @cached_property
    def needed(self) -> tuple[frozenset[str], ...]:
        """For each alternative: words without which a file has no match of it."""
        from greenrules.engine.condition_needs import needed_words

        return tuple(
            branch.words.union(*(needed_words(condition.question) for condition in (*branch.where, *self.where)))
            for branch in self.branches
        )

    @cached_property
    def shown(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """For each alternative: groups of forms of words (:mod:`.cues`); its matches need one of every group."""
        from greenrules.engine.condition_needs import shown
        from greenrules.engine.cues import forms_of

        return tuple(
            tuple(
                dict.fromkeys(
                    (
                        *(forms_of(cue) for pattern in branch.patterns for cue in sorted(pattern.cues)),
                        *(group for asked in (*branch.where, *self.where) for group in shown(asked.question)),
                        *(forms for forms, _ in self._named(number) if forms is not None),
                    )
                )
            )
            for number, branch in enumerate(self.branches)
        )

    def _named(self, number: int) -> Iterator[tuple[frozenset[str] | None, Told]]:
        """What regular expressions want of the names that an alternative calls.

        Yields:
            The forms of the names that one matches, None where these cannot be listed, and what the text is asked then.
        """
        from greenrules.engine.cues import forms_of
        from greenrules.engine.prefilter import method_holes
        from greenrules.engine.regexes import texts_of

        guards = self.guards[number]
        for pattern in self.branches[number].patterns:
            for name, method in method_holes(pattern):
                if name in guards:
                    words = texts_of(guards[name])
                    forms = None if words is None else (forms_of(f".{word}(" if method else word) for word in words)
                    listed = None if forms is None else frozenset[str]().union(*forms)
                    yield listed, ("name", guards[name], method)

    @cached_property
    def anchors(self) -> tuple[tuple[Anchor, ...], ...]:
        """For each alternative: what every match of it holds, by which the places worth a look are found."""
        from greenrules.engine.anchors import anchors_of

        return tuple(
            anchors_of(branch.patterns, guards) for branch, guards in zip(self.branches, self.guards, strict=True)
        )

    @cached_property
    def told(self) -> tuple[tuple[Told, ...], ...]:
        """For each alternative: what the text tells of it, so that nothing matches."""
        from greenrules.engine.condition_needs import told

        return tuple(
            (
                *told(branch.kinds, (*branch.where, *self.where)),
                *(name for forms, name in self._named(number) if forms is None),
            )
            for number, branch in enumerate(self.branches)
        )

    @cached_property
    def foreseen(self) -> tuple[tuple[Told, ...], ...]:
        """For each alternative: what the text may tell of its conditions, so that nothing proves them."""
        from greenrules.engine.condition_needs import foreseen

        return tuple(
            tuple(
                told
                for condition in (*branch.where, *self.where)
                if (told := foreseen(condition.question, branch.kinds.types)) is not None
            )
            for branch in self.branches
        )

    def proving(self, number: int) -> tuple[Condition, ...]:
        """The conditions of an alternative in the order in which they are asked where the first doubt ends it."""
        known = self._proving.get(number)
        if known is None:
            from greenrules.engine.condition_needs import proof_cost
            from greenrules.engine.conditions import in_order

            branch = self.branches[number]
            bound = frozenset[str]().union(*(pattern.metavariables for pattern in branch.patterns))
            asked = (*branch.where, *self.where)
            known = in_order(asked, bound, lambda question: proof_cost(question, self.predicates))
            self._proving[number] = known
        return known

    @cached_property
    def _proving(self) -> dict[int, tuple[Condition, ...]]:
        """What :meth:`proving` was asked for before."""
        return {}

    @cached_property
    def guards(self) -> tuple[Mapping[str, str], ...]:
        """For each alternative: metavariable → regular expression that a condition wants its identifier to match."""
        from greenrules.engine.match_quick import together

        found: list[dict[str, str]] = []
        for branch in self.branches:
            guards: dict[str, str] = {}
            for condition in (*branch.where, *self.where):
                for name, guard in condition.question.guards:
                    guards[name] = together(guards.get(name), guard)
            found.append(guards)
        return tuple(found)

    @cached_property
    def starts(self) -> tuple[tuple[Predicate, ...], ...]:
        """For each alternative: what predicates tell of the node that a match starts with (``may_start``)."""
        from greenrules.engine.condition_needs import starts

        return tuple(
            tuple(
                told
                for condition in (*branch.where, *self.where)
                for told in starts(condition.question, self.predicates)
            )
            for branch in self.branches
        )

    @cached_property
    def only_suggests(self) -> bool:
        """Whether all it does is to write something at the top that a measurement must choose."""
        return self.only_prepends and bool(self.data.get("parameters") or self.alternatives is not None)

    @property
    def id(self) -> str:
        """The id without the pack."""
        return self.full_id.rpartition("/")[2] if self.pack else self.full_id

    def __hash__(self) -> int:
        return hash(self.full_id)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rule):
            return NotImplemented
        return self.full_id == other.full_id and self.data == other.data and self.position == other.position


@dataclass(frozen=True)
class Pack(Packed):
    """A pack, loaded.

    Attributes:
        name: its name, the first half of its rules' full ids.
        version: of the distribution it came in.
        origin: that distribution, or the folder.
        digest: SHA-256 of its files, hexadecimal.
        data: ``pack.yaml`` as plain values, from which ``spec`` is made.
        rules: in declared order.
    """

    name: str
    version: str
    origin: str
    digest: str
    data: Mapping[str, Any]
    rules: tuple[Rule, ...]

    derived: ClassVar = frozenset({"spec"})

    @cached_property
    def libraries(self) -> Mapping[str, Mapping[str, Any]]:
        """Distribution → how it is recognised, as plain values."""
        return self.data.get("libraries") or {}

    @cached_property
    def spec(self) -> PackSpec:
        """``pack.yaml`` as written."""
        from greenrules.engine.rule import PackSpec

        return PackSpec.model_validate(self.data)


def pack_files(directory: Traversable) -> Iterator[tuple[str, bytes]]:
    """The files of a pack: ``pack.yaml``, then ``rules/*.yaml`` by name, as name and bytes."""
    main = directory.joinpath("pack.yaml")
    if main.is_file():
        yield "pack.yaml", main.read_bytes()
    folder = directory.joinpath("rules")
    if folder.is_dir():
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith((".yaml", ".yml")) and file.is_file():
                yield f"rules/{file.name}", file.read_bytes()


def digest_of(files: Sequence[tuple[str, bytes]]) -> str:
    """SHA-256 over names and contents, hexadecimal."""
    digest = hashlib.sha256()
    for name, data in files:
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()
