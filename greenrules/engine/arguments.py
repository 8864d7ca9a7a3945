"""Argument tables: how the arguments of the matched call become those of the new callee.

See ``arguments:`` in the rule language. Positional arguments are named through the old signature; one whose place
differs in the new signature is written as a keyword, and so are all behind it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greenrules.engine.arglist import ArgumentList
from greenrules.engine.edits import Edit, Piece, Refusal, Refused, replace
from greenrules.engine.pairing import many, same
from greenrules.engine.pattern import Pattern, compile_pattern, dotted
from greenrules.engine.render import Renderer

if TYPE_CHECKING:
    from greenrules.engine.pack import Arguments
    from greenrules.engine.signatures import BoundArg, BoundArguments, Signature
    from greenrules.engine.site import Site


@dataclass(frozen=True, slots=True)
class Entry:
    """One argument and what becomes of it: ``name`` is None when it goes; ``value`` is None when it stays."""

    given: BoundArg
    parameter: str
    name: str | None
    value: tuple[Piece, ...] | None = None


class Table:
    """An argument table at one site.

    Args:
        site: the site, in which the values' templates are written.
        table: as the rule has it.
        set_: the templates of ``set:`` by parameter.
        bound: the arguments of the matched call by the old signature.
        old: qualified name of the old callee.
        new: qualified name of the new callee.
    """

    def __init__(
        self,
        site: Site,
        table: Arguments,
        set_: Mapping[str, Pattern],
        bound: BoundArguments,
        old: str | None,
        new: str | None,
    ) -> None:
        self.site = site
        self.table = table
        self.set = set_
        self.bound = bound
        self.same_callee = old == new
        self.old = site.facts.signature(old) if old else None
        self.new = site.facts.signature(new) if new else None
        self.callee = new or "the new callee"

    def write(self, call: ast.Call, wanted: ast.Call | None) -> list[Edit]:
        """The edits inside the call's parentheses.

        Args:
            call: the matched call.
            wanted: the template's call, whose own keywords are set too; None when the callee stays.

        Raises:
            Refused: an argument has no counterpart, or is not known.
        """
        if self.bound.unknown and self.bound.behind_star is None:
            raise Refused(self.bound.reason or "the arguments behind * or ** are not known")
        if not self.bound.complete:
            raise Refused("a positional argument has no name: the signature of the callee is not known")
        self._check_nameless()
        listed = ArgumentList.of(self.site.source, call)
        if isinstance(listed, Refusal):
            raise Refused(listed.reason)
        entries = [self._entry(name, given) for name, given in self.bound.args.items()]
        added = {name: self._value(pattern, name) for name, pattern in self.set.items()}
        for name, pieces in self._of_template(wanted):
            added.setdefault(name, pieces)
        hidden = (self.bound.behind_star or frozenset()) & {*added, *(entry.name for entry in entries)}
        if hidden - {entry.parameter for entry in entries if entry.given.keyword is not None}:
            raise Refused(f"argument {min(hidden)} may stand behind *")
        return self._edits(listed, entries, added)

    @property
    def _nameless(self) -> bool:
        """Whether arguments stand in the call that only their place gives: behind ``*``, or those of ``*args``."""
        return self.bound.unknown or bool(self.bound.positional)

    def _check_nameless(self) -> None:
        """Arguments that have a place and no name stay, and where they are: only the same callee takes them alike."""
        if not self._nameless:
            return
        what = "the arguments behind *" if self.bound.unknown else "the arguments of *args"
        if not self.same_callee:
            raise Refused(f"{what} would be given to {self.callee}")
        rest = next((p.name for p in self.old.parameters if p.kind == "var-positional"), None) if self.old else None
        if self.table.others != "keep" and (self.bound.unknown or rest not in self.table.keep):
            raise Refused(f"{what} have no counterpart in the rule")

    def _entry(self, name: str, given: BoundArg) -> Entry:
        table = self.table
        value = self._mapped(name, given) if name in table.map else None
        renamed = table.rename.get(name)
        if given.spread and (renamed or value is not None or name in table.drop):
            raise Refused(f"argument {name} comes out of **")
        if renamed is not None:
            return Entry(given, name, renamed, value)
        if value is not None or name in table.keep or name in self.set:
            return Entry(given, name, name, value)
        if name in table.drop:
            return Entry(given, name, None)
        return Entry(given, name, self._other(name, given))

    def _other(self, name: str, given: BoundArg) -> str | None:
        policy = self.table.others
        if policy == "keep":
            return name
        if policy == "drop" and not given.spread:
            return None
        if policy == "keep-if-accepted":
            if self.new is None:
                raise Refused(f"argument {name}: the signature of {self.callee} is not known")
            if any(p.name == name and p.kind in ("positional", "keyword-only") for p in self.new.parameters):
                return name
            if any(p.kind == "var-keyword" for p in self.new.parameters):
                raise Refused(f"argument {name}: {self.callee} takes any keyword, so it is not known whether this one")
            raise Refused(f"{self.callee} does not accept argument {name}")
        raise Refused(f"argument {name} has no counterpart in the rule")

    def _mapped(self, name: str, given: BoundArg) -> tuple[Piece, ...] | None:
        """The new value of an argument whose values are mapped; None when it keeps its own."""
        facts = self.site.facts
        constant = facts.constant(given.node)
        resolved = facts.resolve(given.node) if isinstance(given.node, ast.Name | ast.Attribute) else None
        for key, value in self.table.map[name].items():
            old = _code(key)
            if constant is not None and isinstance(old, ast.expr):
                known = _literal(old, key)
                if known is not None and type(known[0]) is type(constant.value) and known[0] == constant.value:
                    return self._value(_template(value), name)
            path = dotted(old)
            known_name = resolved.name if resolved is not None and resolved.certain else None
            if path is not None and known_name in (facts.knowledge.canonical(path), f"builtins.{path}"):
                return self._value(_template(value), name)
        listed = name in self.table.rename or name in self.table.keep
        if constant is None and not (resolved is not None and resolved.certain and resolved.name is not None):
            raise Refused(f"the value of argument {name} is not known")
        if not listed:
            raise Refused(f"the value of argument {name} has no counterpart in the rule")
        return None

    def _value(self, pattern: Pattern, name: str) -> tuple[Piece, ...]:
        if pattern.kind != "expression":
            raise Refused(f"the value of argument {name} in the rule is no expression")
        return tuple(Renderer(self.site, pattern).argument(pattern.expression))

    def _of_template(self, wanted: ast.Call | None) -> list[tuple[str, tuple[Piece, ...]]]:
        """Keywords that the template's call itself spells out."""
        if wanted is None or self.site.template is None:
            return []
        renderer = Renderer(self.site, self.site.template)
        return [
            (keyword.arg, tuple(renderer.argument(keyword.value)))
            for keyword in wanted.keywords
            if many(keyword) is None and keyword.arg is not None
        ]

    def _edits(self, listed: ArgumentList, entries: list[Entry], added: dict[str, tuple[Piece, ...]]) -> list[Edit]:
        numbered: dict[int, list[Entry]] = {}
        for entry in entries:
            number = listed.index(entry.given.keyword or entry.given.node)
            if number is None:
                raise Refused(f"argument {entry.parameter} cannot be found in the text")
            numbered.setdefault(number, []).append(entry)
        names = [entry.name for entry in entries if entry.name is not None]
        if len(set(names)) < len(names):
            raise Refused("two arguments would get the same name")
        gone = {number for number, held in numbered.items() if all(entry.name is None for entry in held)}
        if self._nameless and any(numbered[number][0].given.keyword is None for number in gone):
            raise Refused("arguments that have no name would move to another place")
        edits = listed.remove(gone)
        keyword_seen = False
        place = 0
        for number in sorted(numbered):
            if number in gone:
                continue
            entry = numbered[number][0]
            if entry.given.spread:
                keyword_seen = True
                self._check_spread(numbered[number], added)
                continue
            value = added.pop(entry.name or "", entry.value)
            span = listed.value_span(self.site.source, number)
            if value is not None and not self._is_already(entry, value):
                edits.append(replace(*span, *value))
            if entry.given.keyword is not None:
                keyword_seen = True
                edits += self._renamed(listed, number, entry)
            elif keyword_seen or not self._in_place(entry, place):
                keyword_seen = True
                edits += self._named(listed, number, entry, alone=not added)
            else:
                place += 1
        last = max((n for n in range(len(listed.items)) if n not in gone), default=None)
        new = [(f"{name}=", *value) for name, value in added.items()]
        return [*edits, *listed.insert(last, new, frozenset(gone))]

    def _check_spread(self, entries: list[Entry], added: dict[str, tuple[Piece, ...]]) -> None:
        """What comes out of ``**`` stays; values that are to be set must be there already."""
        for entry in entries:
            value = added.pop(entry.name or "", None)
            if value is not None and not self._is_already(entry, value):
                raise Refused(f"argument {entry.parameter} comes out of **")

    def _is_already(self, entry: Entry, value: tuple[Piece, ...]) -> bool:
        """Whether an argument has the wanted value as it is, however written."""
        text = "".join(p if isinstance(p, str) else self.site.source.text[p.start : p.end] for p in value)
        node = _code(text)
        if same(node, entry.given.node):
            return True
        constant = self.site.facts.constant(entry.given.node)
        known = _literal(node, text) if isinstance(node, ast.Constant) else None
        return constant is not None and known is not None and same(ast.Constant(known[0]), ast.Constant(constant.value))

    def _renamed(self, listed: ArgumentList, number: int, entry: Entry) -> list[Edit]:
        if entry.name == entry.parameter or entry.name is None:
            return []
        start = listed.items[number].start
        end = listed.text.find("=", start)
        return [replace(start, start + len(listed.text[start:end].rstrip()), entry.name)]

    def _named(self, listed: ArgumentList, number: int, entry: Entry, *, alone: bool) -> list[Edit]:
        if self._nameless:
            raise Refused("a positional argument would follow a keyword argument")
        parameter = _parameter(self.new, entry.name)
        if parameter is not None and parameter.kind == "positional-only":
            raise Refused(f"{self.callee} takes {entry.name} by position only, and elsewhere")
        return listed.named(number, entry.name or "", alone=alone)

    def _in_place(self, entry: Entry, place: int) -> bool:
        """Whether a positional argument stands where the new callee expects it."""
        signature = self.new or (self.old if self.same_callee else None)
        if signature is None:
            return False
        positional = [p.name for p in signature.parameters if p.kind in ("positional", "positional-only")]
        return place < len(positional) and positional[place] == entry.name


def _parameter(signature: Signature | None, name: str | None) -> Any:
    return next((p for p in signature.parameters if p.name == name), None) if signature is not None else None


def _code(text: str) -> ast.expr:
    """Text as an expression; what is no Python stands for itself, as a string."""
    try:
        return ast.parse(str(text).strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return ast.Constant(text)


def _literal(node: ast.expr, text: str) -> tuple[Any] | None:
    """The value of a literal in one cell; a bare word is the string it spells. None for other code."""
    if isinstance(node, ast.Name):
        return (text.strip(),)
    try:
        return (ast.literal_eval(node),)
    except (ValueError, TypeError, SyntaxError):
        return None


def _template(value: Any) -> Pattern:
    """A value of a rule file as a template; a bare word that names nothing is a string."""
    if not isinstance(value, str):
        return compile_pattern(repr(value), template=True)
    node = _code(value)
    bare = isinstance(node, ast.Name) and not node.id.startswith("__") and node.id not in _builtins()
    if "$" not in value and (bare or (isinstance(node, ast.Constant) and node.value is value)):
        return compile_pattern(repr(value.strip()), template=True)
    return compile_pattern(value, template=True)


def _builtins() -> frozenset[str]:
    import builtins

    return frozenset(dir(builtins))
