"""Where in a script a pattern may start: found from the rarest of what its matches hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from greenrules.engine.script_index import shared_of

if TYPE_CHECKING:
    from greenrules.engine.anchors import Anchor, Wanted
    from greenrules.engine.facts import Facts
    from greenrules.engine.pack import Branch
    from greenrules.engine.prefilter import Kinds

Nodes = Sequence[ast.AST]
#: node types that are written as well as read
_PLACES = frozenset(
    kind.__name__
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.expr) and "ctx" in kind._fields
)
_WRITTEN = (ast.Store, ast.Del)
#: names of anchors → types of the nodes that spell them
_SPELLED = {"call": ("Call",), "attribute": ("Attribute",), "name": ("Name", "Attribute")}
#: Words that are remembered at most.
_MOST_SEEN = 200_000


def places_of(facts: Facts) -> Places:
    """The places of a script, made when first asked for."""
    held: Places | None = facts.__dict__.get("_starts")
    if held is None:
        held = facts.__dict__["_starts"] = Places(facts)
    return held


class Places:
    """What is looked up in one script, each worked out when it is first asked for.

    Args:
        facts: the script.
    """

    def __init__(self, facts: Facts) -> None:
        shared, knowledge = shared_of(facts), facts.knowledge
        modules = shared.index.modules
        self._facts, self._renamed = facts, shared.renamed
        self._by_type, self._by_word = shared.index.by_type, shared.index.by_word
        #: top modules of declared libraries that it does not import, under a re-export of another name neither
        self._foreign = knowledge.top_modules - modules - knowledge.roots_behind(modules)
        self._known: dict[Wanted, Nodes] = {}
        self._modules: dict[str, dict[str, list[ast.AST]]] = {}
        #: last part of a name → other words that may mean it here
        self._others = dict(knowledge.spellings)
        for spelled in shared.index.renamed:
            for word in shared.renamed[spelled]:
                if word != spelled and spelled not in self._others.get(word, ()):
                    self._others[word] = (*self._others.get(word, ()), spelled)

    def of(self, branch: Branch, anchors: Iterable[Anchor]) -> Nodes:
        """Nodes at which an alternative may start, whose patterns hold some anchors."""
        return self.starts(branch.kinds, anchors) if self._foreign.isdisjoint(branch.roots) else ()

    def starts(self, kinds: Kinds, anchors: Iterable[Anchor]) -> Nodes:
        """Nodes at which a pattern may start; at all others it certainly does not.

        Args:
            kinds: what it starts with.
            anchors: what its matches hold.
        """
        if kinds.module is not None:
            return self._importing(kinds.types[0]).get(self._facts.knowledge.canonical(kinds.module), ())
        rarest: Nodes | None = None
        chosen: Anchor | None = None
        for anchor in anchors:
            nodes = self._found(anchor.wanted)
            if not nodes:
                return ()
            if rarest is None or len(nodes) <= len(rarest):
                rarest, chosen = nodes, anchor
        if rarest is None or chosen is None:
            rarest = self._of_kinds(kinds)
        elif chosen.up or chosen.back:
            rarest = self._reached(chosen, kinds)
        for other in anchors:
            if rarest and other.deep and other is not chosen:
                near = set(self._reached(other, kinds))
                rarest = [node for node in rarest if node in near]
        if kinds.statements or (kinds.types and _PLACES.isdisjoint(kinds.types)):
            return rarest
        return [node for node in rarest if not isinstance(getattr(node, "ctx", None), _WRITTEN)]

    def _found(self, wanted: Wanted) -> Nodes:
        """What an anchor is looked up by."""
        nodes = self._known.get(wanted)
        if nodes is None:
            nodes = self._known[wanted] = self._look_up(*wanted)
        return nodes

    def _look_up(self, how: str, *names: str) -> Nodes:
        if how == "type":
            lists: list[Nodes] = [self._by_type.get(name, ()) for name in names]
        elif how == "operator":
            lists = [self._by_word("BinOp").get(names[0], ())]
        elif how == "calls":
            table = self._by_word("Call")
            words = _fitting(names[0]).among(table.keys()) | (self._renamed.keys() & table.keys())
            lists = [table[word] for word in sorted(words)]
        else:
            spelled = (names[0], *self._others.get(names[0], ()))
            lists = [self._by_word(kind).get(word, ()) for kind in _SPELLED[how] for word in spelled]
        held = [nodes for nodes in lists if nodes]
        return held[0] if len(held) == 1 else list(chain.from_iterable(held))

    def _importing(self, kind: str) -> dict[str, list[ast.AST]]:
        """The imports of one form by the canonical names of the modules that they name."""
        known = self._modules.get(kind)
        if known is None:
            known = self._modules[kind] = {}
            for node in self._by_type.get(kind, ()):
                for module in dict.fromkeys(map(self._facts.knowledge.canonical, _modules(node))):
                    known.setdefault(module, []).append(node)
        return known

    def _of_kinds(self, kinds: Kinds) -> Nodes:
        base = ast.stmt if kinds.statements else ast.expr
        types = kinds.types or [
            name for name in self._by_type if (kind := getattr(ast, name, None)) is not None and issubclass(kind, base)
        ]
        return [node for name in types for node in self._by_type.get(name, ())]

    def _reached(self, anchor: Anchor, kinds: Kinds) -> Nodes:
        """The nodes at the end of an anchor's way, each once."""
        parents = self._facts.parents
        reached: Iterable[Any] = self._found(anchor.wanted)
        for _ in range(anchor.up):
            reached = [parents.get(node) for node in reached]
        if anchor.deep:
            reached = _around(reached, parents)
        if anchor.back:
            reached = self._before(reached, anchor.back)
        types = kinds.types
        if types:
            return [node for node in dict.fromkeys(reached) if node.__class__.__name__ in types]
        return [node for node in dict.fromkeys(reached) if isinstance(node, ast.stmt)]

    def _before(self, nodes: Iterable[ast.AST | None], back: int) -> Iterator[ast.stmt]:
        """The statements that stand so many places before others."""
        for node in nodes:
            if isinstance(node, ast.stmt):
                block, place = self._facts.block(node)
                if place >= back:
                    yield block[place - back]


def _around(nodes: Iterable[ast.AST | None], parents: Mapping[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    """Nodes and all that stand around them, each once."""
    seen: set[ast.AST] = set()
    for each in nodes:
        node = each
        while node is not None and node not in seen:
            seen.add(node)
            yield node
            node = parents.get(node)


def _modules(node: ast.AST) -> Iterable[str]:
    """The modules that an import statement names; relative ones have no name that a pattern could spell."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return (node.module,)
    return ()


class _Fitting:
    """Words seen so far, in whichever scripts, and which of them a regular expression matches.

    Args:
        regex: the regular expression.
    """

    def __init__(self, regex: str) -> None:
        self._search = re.compile(regex).search
        self._seen: set[str] = set()
        self._fitting: set[str] = set()

    def among(self, words: KeysView[str]) -> set[str]:
        """Those of some words that it matches somewhere."""
        fresh = words - self._seen
        if fresh:
            if len(self._seen) > _MOST_SEEN:
                self._seen.clear()
            self._seen |= fresh
            self._fitting.update(filter(self._search, fresh))
        return self._fitting & words


_fitting = lru_cache(maxsize=512)(_Fitting)
