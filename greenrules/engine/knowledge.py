"""What the installed packs know of libraries, merged into one plain value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from greenrules.engine.packed import Packed

if TYPE_CHECKING:
    from greenrules.engine.callees import ShapeTable
    from greenrules.engine.rule import MatchNode, MetricSpec, PackSpec
    from greenrules.models import Role

_DOTTED = re.compile(r"[A-Za-z_][\w.]*")
_CALLEE = re.compile(r"[A-Za-z_][\w.]*(?=[(\[]|$)")


@dataclass(frozen=True, slots=True)
class StagePattern:
    """A pattern that gives a statement its role; its text is compiled by the language's part of the engine."""

    pack: str
    role: Role
    pattern: str | MatchNode


class Sources(NamedTuple):
    """What gives values of a type.

    Attributes:
        words: one of these is spelled: the type, one that derives from it, what returns one, or an alias of these.
        roots: one of these modules is imported.
    """

    words: frozenset[str]
    roots: frozenset[str]


T = TypeVar("T")


def _table(shapes: Iterable[tuple[str, T]]) -> ShapeTable[T]:
    from greenrules.engine.callees import ShapeTable

    return ShapeTable.build(shapes)


#: what the search for rules that may match asks of every script
_AT_ONCE = ("renamed_forms", "roots", "top_modules", "targets")
_REST = (
    ("modules", "aliases", "renamed"),
    ("returns", "bases", "pure", "deterministic", "attributes", "accepts", "signatures", "import_effects", "effects"),
    ("metrics", "stages"),
)


@dataclass(frozen=True)
class Knowledge(Packed):
    """What packs declare. Names are dotted and canonical; of two packs that differ, the first has its way.

    Attributes:
        modules: top module → distribution.
        aliases: name → the name it stands for (re-exports); the longest prefix counts.
        returns: call shape → return type, as :mod:`greenrules.engine.typespec` reads it.
        bases: class → its base classes.
        pure: shapes of calls without side effects whose result depends on their arguments only.
        deterministic: shapes of calls that give the same result for the same arguments.
        effects: shapes of calls that change something, whatever ``pure`` and ``deterministic`` say.
        attributes: class → attributes that its code does not show.
        accepts: shapes of calls that take any estimator and let nothing escape.
        signatures: callable → signature text.
        metrics: callable, method shape or attribute shape → how the quality figure is read.
        stages: patterns of the seven roles, in pack order.
        import_effects: modules that do something by being imported.
    """

    modules: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    returns: dict[str, str] = field(default_factory=dict)
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pure: tuple[str, ...] = field(default_factory=tuple)
    deterministic: tuple[str, ...] = field(default_factory=tuple)
    attributes: dict[str, frozenset[str]] = field(default_factory=dict)
    accepts: tuple[str, ...] = field(default_factory=tuple)
    signatures: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, MetricSpec] = field(default_factory=dict)
    stages: tuple[StagePattern, ...] = field(default_factory=tuple)
    import_effects: frozenset[str] = field(default_factory=frozenset)
    effects: tuple[str, ...] = field(default_factory=tuple)

    #: answers of before and tables, which are made anew
    derived: ClassVar = frozenset(
        {"return_table", "pure_table", "deterministic_table", "effects_table", "accepting_table"}
        | {"spellings", "_canonical", "_sources", "_derived", "_returning"}
    )

    @classmethod
    def merge(cls, packs: Iterable[PackSpec]) -> Knowledge:
        """Everything the packs know, in their order."""
        merged = cls()
        stages: list[StagePattern] = []
        pure: list[str] = []
        deterministic: list[str] = []
        accepts: list[str] = []
        import_effects: set[str] = set()
        effects: list[str] = []
        for pack in packs:
            for distribution, library in pack.libraries.items():
                for module in library.modules:
                    merged.modules.setdefault(module, distribution)
                for name, target in library.aliases.items():
                    merged.aliases.setdefault(name, target)
            for shape, returned in pack.types.items():
                merged.returns.setdefault(shape, returned)
            for name, bases in pack.bases.items():
                merged.bases.setdefault(name, tuple(bases))
            for name, attributes in pack.attributes.items():
                merged.attributes[name] = merged.attributes.get(name, frozenset()) | frozenset(attributes)
            for name, signature in pack.signatures.items():
                merged.signatures.setdefault(name, signature)
            for name, metric in pack.metrics.items():
                merged.metrics.setdefault(name, metric)
            stages += [StagePattern(pack.name, role, text) for role, texts in pack.stages.items() for text in texts]
            pure += pack.pure
            deterministic += pack.deterministic
            accepts += pack.accepts
            effects += pack.effects
            import_effects.update(pack.import_effects)
        return cls(
            merged.modules,
            merged.aliases,
            merged.returns,
            merged.bases,
            tuple(pure),
            tuple(deterministic),
            merged.attributes,
            tuple(accepts),
            merged.signatures,
            merged.metrics,
            tuple(stages),
            frozenset(import_effects),
            tuple(effects),
        )

    def prepared(self) -> tuple[dict[str, Any], dict[tuple[str, ...], bytes]]:
        """What is kept of it, with what every start asks for worked out: what :meth:`unpacked` takes."""
        for name in (*_AT_ONCE, *_REST[0]):
            getattr(self, name)
        return self.in_parts(_AT_ONCE, _REST)

    def canonical(self, name: str) -> str:
        """The name that ``name`` stands for: the longest declared prefix is replaced, until none is declared.

        A cycle of aliases ends at the first name met twice.
        """
        if not self.aliases:
            return name
        known = self._canonical.get(name)
        if known is not None:
            return known
        seen = {name}
        last = name
        while (better := self._step(last)) not in seen:
            seen.add(better)
            last = better
        self._canonical[name] = last
        return last

    @cached_property
    def renamed(self) -> dict[str, frozenset[str]]:
        """Last part of an alias → last parts of what it stands for, where they differ."""
        found: dict[str, frozenset[str]] = {}
        for name, target in self.aliases.items():
            last, other = name.rpartition(".")[2], target.rpartition(".")[2]
            if last != other:
                found[last] = found.get(last, frozenset()) | {other}
        return found

    @cached_property
    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Last part of a name → last parts of the aliases that stand for it, where they differ."""
        found: dict[str, tuple[str, ...]] = {}
        for spelled, targets in self.renamed.items():
            for target in sorted(targets):
                found[target] = (*found.get(target, ()), spelled)
        return found

    @cached_property
    def renamed_forms(self) -> dict[str, frozenset[str]]:
        """Form of a word (:mod:`.cues`) that is the last part of an alias → forms of what it stands for."""
        from greenrules.engine.cues import forms_of

        return {
            form: frozenset(form.replace(name, target) for target in targets)
            for name, targets in self.renamed.items()
            for form in forms_of(name)
        }

    def roots_behind(self, roots: frozenset[str]) -> frozenset[str]:
        """Top modules of what declared aliases in some modules stand for."""
        return frozenset[str]().union(*(self.targets.get(root, frozenset()) for root in roots))

    @cached_property
    def targets(self) -> dict[str, frozenset[str]]:
        """Top module → top modules of what the aliases declared in it stand for."""
        found: dict[str, set[str]] = {}
        for name, target in self.aliases.items():
            found.setdefault(name.partition(".")[0], set()).add(target.partition(".")[0])
        return {root: frozenset(targets) for root, targets in found.items()}

    @cached_property
    def roots(self) -> dict[str, tuple[str, ...]]:
        """Distribution → its top modules."""
        found: dict[str, dict[str, None]] = {}
        for module, distribution in self.modules.items():
            found.setdefault(distribution, {})[module.partition(".")[0]] = None
        return {name: tuple(modules) for name, modules in found.items()}

    @cached_property
    def _canonical(self) -> dict[str, str]:
        """Names that were asked for before."""
        return {}

    def _step(self, name: str) -> str:
        end = len(name)
        while end > 0:
            if (target := self.aliases.get(name[:end])) is not None:
                return target + name[end:]
            end = name.rfind(".", 0, end)
        return name

    def distribution(self, name: str) -> str | None:
        """The distribution a dotted name belongs to, by its top module (or a declared longer one)."""
        end = len(name)
        while end > 0:
            if (found := self.modules.get(name[:end])) is not None:
                return found
            end = name.rfind(".", 0, end)
        return None

    def knows(self, name: str) -> bool:
        """Whether the root of a dotted name is a module of a declared library."""
        return name.partition(".")[0] in self.top_modules

    @cached_property
    def top_modules(self) -> frozenset[str]:
        """Top modules of declared libraries."""
        return frozenset(module.partition(".")[0] for module in self.modules)

    @cached_property
    def return_table(self) -> ShapeTable[str]:
        """``returns`` by callee."""
        return _table(self.returns.items())

    @cached_property
    def pure_table(self) -> ShapeTable[None]:
        """``pure`` by callee."""
        return _table((text, None) for text in self.pure)

    @cached_property
    def deterministic_table(self) -> ShapeTable[None]:
        """``deterministic`` by callee."""
        return _table((text, None) for text in self.deterministic)

    @cached_property
    def effects_table(self) -> ShapeTable[None]:
        """``effects`` by callee."""
        return _table((text, None) for text in self.effects)

    @cached_property
    def accepting_table(self) -> ShapeTable[None]:
        """``accepts`` by callee."""
        return _table((text, None) for text in self.accepts)

    def sources(self, name: str) -> Sources | None:
        """What a script must hold for something in it to be known to be of a type; None where that cannot be told."""
        name = self.canonical(name)
        if not self.knows(name):
            return None
        if name not in self._sources:
            self._sources[name] = self._find_sources(name)
        return self._sources[name]

    @cached_property
    def _sources(self) -> dict[str, Sources | None]:
        """Types that were asked for before."""
        return {}

    def _find_sources(self, name: str) -> Sources | None:
        wanted, pending = {name}, [name]
        words: set[str] = set()
        roots: set[str] = set()
        while pending:
            kind = pending.pop()
            words.add(kind.rpartition(".")[2])
            roots.add(kind.partition(".")[0])
            more = list(self._derived.get(kind, ()))
            for shape in self._returning.get(kind, ()):
                callee = _CALLEE.match(shape)
                if callee is None or "." not in callee[0]:
                    return None
                owner, _, last = callee[0].rpartition(".")
                # Of a subscript, a method or an attribute, the object must be had first.
                if shape.startswith(f"{callee[0]}["):
                    more.append(callee[0])
                elif owner.rpartition(".")[2][:1].isupper():
                    more.append(owner)
                else:
                    words.add(last)
                    roots.add(owner.partition(".")[0])
            for each in map(self.canonical, more):
                if each not in wanted:
                    wanted.add(each)
                    pending.append(each)
        words.update([name for name, meant in self.renamed.items() if not meant.isdisjoint(words)])
        return Sources(frozenset(words), frozenset(roots))

    @cached_property
    def _derived(self) -> dict[str, list[str]]:
        """Class → classes that name it as a base."""
        found: dict[str, list[str]] = {}
        for name, bases in self.bases.items():
            for base in bases:
                found.setdefault(self.canonical(base), []).append(name)
        return found

    @cached_property
    def _returning(self) -> dict[str, list[str]]:
        """Type → shapes of calls that return one, or something with one in it."""
        found: dict[str, list[str]] = {}
        for shape, returned in self.returns.items():
            for kind in {self.canonical(word) for word in _DOTTED.findall(returned)}:
                found.setdefault(kind, []).append(shape)
        return found

    def ancestors(self, name: str) -> tuple[str, ...]:
        """A class and its declared bases, nearest first, each once."""
        order: dict[str, None] = {}
        queue = [name]
        while queue:
            current = queue.pop(0)
            if current not in order:
                order[current] = None
                queue += self.bases.get(current, ())
        return tuple(order)
