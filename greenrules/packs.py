"""Discovery of rule packs: entry points, duplicates, and packs that are broken.

A pack that cannot be loaded is a diagnostic, never a crash: the others still load. Two distributions that claim one
name are both named, because pluggy would silently take the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from greenrules.discovered import Discovered, Later, Memory, code_at, loaded, places_of
from greenrules.errors import GreenrulesError, PackError, UsageError, nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint
    from importlib.resources.abc import Traversable

    import pluggy

    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.pack import Pack, Rule
    from greenrules.evidence import PackEvidence

GROUP = "greenrules.packs"


class BrokenPack(NamedTuple):
    """A pack that is installed and cannot be used."""

    name: str
    origin: str
    error: GreenrulesError


@dataclass(frozen=True)
class Registry:
    """What is installed.

    Attributes:
        packs: the packs that loaded, by name.
        broken: those that did not, with the reason.
        predicates: predicates of all packs, by name.
        folders: the folder of each pack that loaded, by the pack's name.
        code: changes when the code of a pack does.
        cache: folder for compiled packs, None for none.
    """

    packs: Mapping[str, Pack]
    broken: tuple[BrokenPack, ...] = ()
    predicates: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    folders: Mapping[str, Traversable] = field(default_factory=dict)
    code: str = ""
    cache: Path | None = None

    def choose(self, names: Sequence[str]) -> tuple[Pack, ...]:
        """The packs of these names, or all when none is named.

        Raises:
            UsageError: for an unknown name, with the nearest ones.
            PackError: for one that is installed and broken.
        """
        if not names:
            return tuple(self.packs[name] for name in sorted(self.packs))
        chosen: dict[str, Pack] = {}
        for written in names:
            name = written.replace("-", "_")
            for broken in self.broken:
                if broken.name == name:
                    raise broken.error
            if name not in self.packs:
                known = sorted(self.packs)
                raise UsageError(
                    f"no pack is called '{written}'", remedy=nearest(name, known) or f"installed: {', '.join(known)}"
                )
            chosen[name] = self.packs[name]
        return tuple(chosen.values())

    def rules(self, packs: Sequence[Pack]) -> tuple[Rule, ...]:
        """The rules of some packs, in declared order: pack name, file name, place in the file."""
        return tuple(rule for pack in sorted(packs, key=lambda pack: pack.name) for rule in pack.rules)

    def knowledge(self) -> Knowledge:
        """What all installed packs know; it serves the engine whichever packs' rules run."""
        from greenrules.engine.compiled import load_knowledge

        return load_knowledge([self.packs[name] for name in sorted(self.packs)], self.cache)

    def evidence(self, pack: str) -> PackEvidence:
        """What was measured of a pack's rules; it is read now, and empty for a name that there is not.

        Raises:
            PackError: the pack's evidence is not what it should be.
        """
        from greenrules.evidence import PackEvidence, read_evidence

        return read_evidence(self.folders[pack]) if pack in self.folders else PackEvidence()


def hooks_of(plugin: object, name: str) -> pluggy.HookRelay:
    """What a pack's module implements, to be called.

    Raises:
        pluggy.PluginValidationError: it implements a hook that there is not, or wrongly.
    """
    import pluggy

    from greenrules import hookspecs

    manager = pluggy.PluginManager("greenrules")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin, name)
    manager.check_pending()
    return manager.hook


def _origin(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value


def discover(cache: Path | None = None, entries: Sequence[EntryPoint] | None = None) -> Registry:
    """Load every installed pack.

    Args:
        cache: folder for compiled packs and for what was found, None for none.
        entries: the entry points to read; those of the running environment by default.
    """
    memory = Memory(cache) if cache is not None and entries is None else None
    known = memory.recall() if memory is not None else None
    if known is not None and memory is not None:
        found = _again(known, memory, cache)
        if found is not None:
            return found
    return _look(cache, entries, memory)


def _again(known: Sequence[Discovered], memory: Memory, cache: Path | None) -> Registry | None:
    """The packs that were found before, without their code; None when one of them is not what it was."""
    from greenrules.engine.compiled import load_compiled
    from greenrules.engine.predicates import check_predicates

    def predicates() -> dict[str, Callable[..., Any]]:
        found: dict[str, Callable[..., Any]] = {}
        try:
            for one in known:
                for more in hooks_of(loaded(one.value), one.name).greenrules_predicates():
                    found.update(more)
        except Exception as error:
            # A stranger's module may raise anything while it is imported.
            memory.forget()
            reason = f"the pack '{one.name}' can no longer be loaded: {type(error).__name__}: {error}"
            raise PackError(reason, remedy="run it again, and it is left out") from error
        if not names <= found.keys():
            memory.forget()
            gone = ", ".join(sorted(names - found.keys()))
            raise PackError(f"a pack no longer registers {gone}", remedy="run it again")
        return found

    names = frozenset(name for one in known for name in one.predicates)
    later = Later(names, predicates)
    try:
        packs = {
            one.name: load_compiled(
                Path(one.folder), name=one.name, version=one.version, origin=one.origin, cache=cache
            )
            for one in known
        }
        for pack in packs.values():
            check_predicates(pack.rules, later)
    except GreenrulesError:
        return None
    folders = {one.name: Path(one.folder) for one in known}
    return Registry(packs, (), later, folders, repr([one.digest for one in known]), cache)


def _look(cache: Path | None, entries: Sequence[EntryPoint] | None, memory: Memory | None) -> Registry:
    """Every installed pack, by its entry point and its code."""
    from importlib.metadata import entry_points

    from greenrules.engine.compiled import load_compiled
    from greenrules.engine.predicates import check_predicates

    found = sorted(entry_points(group=GROUP) if entries is None else entries, key=lambda entry: entry.name)
    packs: dict[str, Pack] = {}
    broken: list[BrokenPack] = []
    predicates: dict[str, Callable[..., Any]] = {}
    places: dict[str, Traversable] = {}
    discovered: list[Discovered] = []
    by_name: dict[str, list[EntryPoint]] = {}
    for entry in found:
        same = by_name.setdefault(entry.name, [])
        if not any(_origin(entry) == _origin(other) and entry.value == other.value for other in same):
            same.append(entry)
    for name, claims in by_name.items():
        if len(claims) > 1:
            owners = " and ".join(_origin(claim) for claim in claims)
            error = PackError(
                f"two distributions register a pack called '{name}': {owners}",
                remedy=f"uninstall one of them: pip uninstall {claims[1].dist.name if claims[1].dist else name}",
            )
            broken.append(BrokenPack(name, owners, error))
            continue
        entry = claims[0]
        try:
            module = entry.load()
            hooks = hooks_of(module, name)
            folders = hooks.greenrules_pack()
            if not folders:
                raise PackError(f"the pack '{name}' has no greenrules_pack hook")
            version = entry.dist.version if entry.dist is not None else "0"
            pack = load_compiled(folders[0], name=name, version=version, origin=_origin(entry), cache=cache)
            own: dict[str, Callable[..., Any]] = {}
            for more in hooks.greenrules_predicates():
                own.update(more)
            predicates.update(own)
        except GreenrulesError as error:
            broken.append(BrokenPack(name, _origin(entry), error))
        except Exception as error:
            # A stranger's module may raise anything while it is imported; the others must still load.
            reason = PackError(
                f"the pack '{name}' cannot be loaded: {type(error).__name__}: {error}",
                remedy=f"pip install --force-reinstall {entry.dist.name if entry.dist else name}",
            )
            broken.append(BrokenPack(name, _origin(entry), reason))
        else:
            packs[name], places[name] = pack, folders[0]
            if isinstance(folders[0], Path) and isinstance(module, ModuleType) and "[" not in entry.value:
                code = code_at(places_of(module, folders[0]))
                about = (name, version, pack.origin, entry.value, str(folders[0]))
                discovered.append(Discovered(*about, tuple(own), *code))
    for name, pack in list(packs.items()):
        try:
            check_predicates(pack.rules, predicates)
        except GreenrulesError as error:
            broken.append(BrokenPack(name, pack.origin, error))
            del packs[name], places[name]
    if memory is not None and not broken and len(discovered) == len(packs):
        memory.keep(tuple(discovered))
    digests = repr([one.digest for one in discovered])
    return Registry(packs, tuple(broken), predicates, places, digests, cache)
