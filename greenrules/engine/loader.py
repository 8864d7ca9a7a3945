"""Rule files and packs, from bytes to compiled rules. Every error is told at its place, all of a file at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib.resources.abc import Traversable
from itertools import product
from typing import Any

from pydantic import ValidationError

from greenrules.engine.condition_text import compile_condition
from greenrules.engine.conditions import Condition, in_order
from greenrules.engine.pack import Branch, Pack, Rule, digest_of, pack_files
from greenrules.engine.pattern import Locate, Pattern, compile_pattern
from greenrules.engine.prefilter import roots_of
from greenrules.engine.rule import MatchNode, PackSpec, RuleFile, RuleSpec
from greenrules.engine.rule_slips import slips
from greenrules.engine.schema_errors import combined, schema_errors
from greenrules.engine.yaml_text import Document, read_yaml
from greenrules.errors import PackError, Position, RuleError, nearest

#: alternatives that one rule may have, ``all:`` of several ``any:`` multiplied out
MAX_BRANCHES = 256

_Path = tuple[str | int, ...]


def load_pack(directory: Traversable, *, name: str, version: str, origin: str) -> Pack:
    """Load and compile a pack.

    Args:
        directory: the folder with ``pack.yaml`` and ``rules/*.yaml``.
        name: the name it is registered under.
        version: of its distribution.
        origin: its distribution, or the folder, for people.

    Raises:
        PackError: without ``pack.yaml``.
        RuleError: something in it is wrong, at its place.
    """
    files = list(pack_files(directory))
    if not files or files[0][0] != "pack.yaml":
        raise PackError(
            f"the pack '{name}' has no pack.yaml in {directory}",
            remedy="`greenrules pack new` makes a pack to start from",
        )
    document = read_yaml(_shown(directory, "pack.yaml"), files[0][1])
    spec = _validated(document, PackSpec)
    assert isinstance(spec, PackSpec)
    if spec.name != name:
        raise RuleError(
            f"the pack calls itself '{spec.name}' and is registered as '{name}'",
            position=document.at(("name",)),
            remedy="the name of the entry point and the name in pack.yaml must be the same",
        )
    _check_knowledge(document, spec)
    rules: list[Rule] = []
    for file, data in files[1:]:
        rules += load_rule_file(_shown(directory, file), data, pack=name, order=file)
    _check_unique(rules)
    digest = digest_of(files)
    return Pack(name, version, origin, digest, document.value, tuple(rules))


def load_rule_file(path: str, data: bytes, *, pack: str | None = None, order: str | None = None) -> tuple[Rule, ...]:
    """Load and compile a rule file.

    Args:
        path: for messages.
        data: its bytes.
        pack: name of the pack it belongs to; without one the rules' full ids are their ids.
        order: name of the file within the pack, for the declared order.

    Raises:
        RuleError: the first thing that is wrong, the others as its detail.
    """
    document = read_yaml(path, data)
    spec = _validated(document, RuleFile)
    assert isinstance(spec, RuleFile)
    rules: list[Rule] = []
    errors: list[RuleError] = []
    for index, each in enumerate(spec.rules):
        compiler = _Compiler(document, ("rules", index))
        rule = compiler.rule(each, pack, (pack or "", order or path, index))
        errors += compiler.errors
        if rule is not None:
            rules.append(rule)
    if not errors:
        try:
            _check_unique(rules)
        except RuleError as error:
            errors.append(error)
    if errors:
        raise combined(errors)
    return tuple(rules)


def compile_stage(pattern: str | MatchNode, locate: Locate | None = None) -> tuple[Branch, ...]:
    """The alternatives of a pattern of ``stages:``.

    Raises:
        RuleError: it is not a pattern.
    """
    compiler = _Compiler(Document("pack.yaml", (), None, {}, {}), ())
    branches = compiler.branches(pattern, (), locate)
    if compiler.errors:
        raise combined(compiler.errors)
    return branches


def _shown(directory: Traversable, file: str) -> str:
    return str(directory.joinpath(file))


def _validated(document: Document, model: type[RuleFile] | type[PackSpec]) -> RuleFile | PackSpec:
    if not isinstance(document.value, dict):
        found = "nothing" if document.value is None else type(document.value).__name__
        raise RuleError(f"expected a mapping; found {found}", position=document.at(()))
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise combined(schema_errors(error, document, model)) from None


def _check_unique(rules: Sequence[Rule]) -> None:
    seen: dict[str, Position] = {}
    for rule in rules:
        if rule.full_id in seen:
            raise RuleError(
                f"a second rule is called '{rule.full_id}'",
                position=rule.position,
                remedy=f"the first stands at {seen[rule.full_id]}",
            )
        seen[rule.full_id] = rule.position


def _check_knowledge(document: Document, spec: PackSpec) -> None:
    """Parse what a pack declares as patterns, so that a slip in it is told now and here."""
    errors: list[RuleError] = []

    def check(text: str, path: _Path, *, key: bool) -> None:
        where = document.at(path, key=key)
        try:
            compile_pattern(text, locate=(lambda *_: where) if key else document.locate(path))
        except RuleError as error:
            errors.append(error)

    for role, patterns in spec.stages.items():
        for index, pattern in enumerate(patterns):
            compiler = _Compiler(document, ("stages", role, index))
            compiler.branches(pattern, ("stages", role, index))
            errors += compiler.errors
    for shape in spec.types:
        check(shape, ("types", shape), key=True)
    for shape in spec.metrics:
        check(shape, ("metrics", shape), key=True)
    for name in ("pure", "deterministic", "accepts", "effects"):
        shapes: list[str] = getattr(spec, name)
        for index, shape in enumerate(shapes):
            check(shape, (name, index), key=False)
    for name, signature in spec.signatures.items():
        error = _signature_error(signature)
        if error:
            errors.append(RuleError(error, position=document.at(("signatures", name))))
    if errors:
        raise combined(errors)


def _signature_error(text: str) -> str | None:
    try:
        compile(f"def f{text.strip()}: ...", "<signature>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"not a signature: {error.msg}; expected the form (a, b=1, *, c=None)"
    return None


class _Compiler:
    """Compiles one rule, gathering its errors."""

    def __init__(self, document: Document, base: _Path) -> None:
        self.document = document
        self.base = base
        self.errors: list[RuleError] = []

    def rule(self, spec: RuleSpec, pack: str | None, order: tuple[str, str, int]) -> Rule | None:
        base = self.base
        data = self.document.value["rules"][base[1]]
        branches = self.branches(spec.match, (*base, "match"))
        where = self.conditions(spec.where, (*base, "where"))
        if branches:
            where = in_order(where, frozenset.intersection(*(_names(branch.patterns) for branch in branches)))
        template = self.template(spec.rewrite, (*base, "rewrite")) if spec.rewrite is not None else None
        within = {
            name.lstrip("$."): tuple(
                (left, right)
                for old, new in pairs.items()
                if (left := self.pattern(old, (*base, "within", name, old), key=True)) is not None
                and (right := self.template(new, (*base, "within", name, old))) is not None
            )
            for name, pairs in spec.within.items()
        }
        values = spec.arguments.set if spec.arguments is not None else {}
        setting = {
            name: found
            for name, value in values.items()
            if (found := self._value(value, (*base, "arguments", "set", name))) is not None
        }
        for name, pairs in (spec.arguments.map if spec.arguments is not None else {}).items():
            for old, new in pairs.items():
                self._value(new, (*base, "arguments", "map", name, old))
        if spec.signature is not None and (error := _signature_error(spec.signature)):
            self._error(error, (*base, "signature"))
        self._prepend(spec)
        if branches:
            self._check_names(spec, branches, where, template, within, setting)
            self.errors += slips(spec, branches, template, self.document, base)
        if self.errors:
            return None
        full = f"{pack}/{spec.id}" if pack else spec.id
        position = self.document.at((*base, "id"))
        examples = tuple(self.document.at((*base, "examples", number)) for number in range(len(spec.examples)))
        return Rule(full, pack, order, position, data, branches, where, template, within, setting, examples=examples)

    def branches(self, match: str | MatchNode, path: _Path, locate: Locate | None = None) -> tuple[Branch, ...]:
        """The alternatives of ``match:``, ``any`` and ``all`` multiplied out."""
        alternatives = self._alternatives(match, path, locate)
        if len(alternatives) > MAX_BRANCHES:
            self._error(f"more than {MAX_BRANCHES} alternatives", path)
            return ()
        return tuple(
            Branch(
                patterns,
                where,
                patterns[0].kinds,
                frozenset[str]().union(*(pattern.words for pattern in patterns)),
                frozenset[str]().union(*(roots_of(pattern) for pattern in patterns)),
            )
            for patterns, where in alternatives
            if patterns
        )

    def _alternatives(
        self, match: str | MatchNode, path: _Path, locate: Locate | None
    ) -> list[tuple[tuple[Pattern, ...], tuple[Condition, ...]]]:
        if isinstance(match, str):
            pattern = self.pattern(match, path, locate=locate)
            return [((pattern,), ())] if pattern is not None else []
        if match.any == [] or match.all == []:
            self._error("no pattern is given", path)
            return []
        where = self.conditions(match.where, (*path, "where"))
        found: list[tuple[tuple[Pattern, ...], tuple[Condition, ...]]] = []
        if match.match is not None:
            found = self._alternatives(match.match, (*path, "match"), locate)
        elif match.any is not None:
            for index, part in enumerate(match.any):
                found += self._alternatives(part, (*path, "any", index), locate)
        else:
            parts = [self._alternatives(p, (*path, "all", i), locate) for i, p in enumerate(match.all or ())]
            count = 1
            for alternatives in parts:
                count *= len(alternatives)
            if count > MAX_BRANCHES:
                self._error(f"more than {MAX_BRANCHES} alternatives", path)
                return []
            for choice in product(*parts):
                together = _deep_last(pattern for each in choice for pattern in each[0])
                found.append((together, tuple(condition for each in choice for condition in each[1])))
        return [(patterns, in_order((*conditions, *where), _names(patterns))) for patterns, conditions in found]

    def conditions(self, sentences: Sequence[str], path: _Path) -> tuple[Condition, ...]:
        """The sentences of a ``where:``."""
        found: list[Condition] = []
        for index, sentence in enumerate(sentences):
            try:
                found.append(compile_condition(sentence, locate=self.document.locate((*path, index))))
            except RuleError as error:
                self.errors.append(error)
        return tuple(found)

    def pattern(
        self, text: str, path: _Path, *, key: bool = False, locate: Locate | None = None, template: bool = False
    ) -> Pattern | None:
        """A pattern, or None with an error noted."""
        if locate is None:
            place = self.document.at(path, key=key)
            locate = (lambda *_: place) if key else self.document.locate(path)
        try:
            return compile_pattern(text, locate=locate, template=template)
        except RuleError as error:
            self.errors.append(error)
            return None

    def template(self, text: str, path: _Path) -> Pattern | None:
        """A template, or None with an error noted."""
        return self.pattern(text, path, template=True)

    def _value(self, value: Any, path: _Path) -> Pattern | None:
        """The template of an argument's value: text is Python, other scalars are themselves."""
        text = value if isinstance(value, str) else repr(value)
        found = self.template(text, path)
        if found is not None and found.kind != "expression":
            self._error("expected one expression", path)
        return found

    def _prepend(self, spec: RuleSpec) -> None:
        if spec.prepend is None:
            return
        path: _Path = (*self.base, "prepend")
        if isinstance(spec.prepend, str):
            self.template(spec.prepend, path)
        else:
            self.template(spec.prepend.code, (*path, "code"))

    def _check_names(
        self,
        spec: RuleSpec,
        branches: Sequence[Branch],
        where: Sequence[Condition],
        template: Pattern | None,
        within: dict[str, tuple[tuple[Pattern, Pattern], ...]],
        setting: dict[str, Pattern],
    ) -> None:
        """Every metavariable that is used must be bound by every alternative, every parameter declared."""
        base = self.base
        everywhere = _binding(where)
        bound = everywhere.union(
            frozenset.intersection(*(_binding(branch.where) | _names(branch.patterns) for branch in branches))
        )
        for branch in branches:
            own = _binding(branch.where) | _names(branch.patterns)
            for condition in branch.where:
                self._known(condition.variables, own, condition.position)
        for condition in where:
            self._known(condition.variables, bound, condition.position)
        if template is not None:
            for name in sorted(template.metavariables - bound):
                self._unbound(name, bound, self._inside((*base, "rewrite"), template.text, name))
        for name, found in setting.items():
            path = (*base, "arguments", "set", name)
            for each in sorted(found.metavariables - bound):
                self._unbound(each, bound, self._inside(path, found.text, each))
        for key in spec.within:
            name = key.lstrip("$.")
            if name not in bound:
                self._unbound(name, bound, self.document.at((*base, "within", key), key=True))
            for (old, new), written in zip(within[name], spec.within[key], strict=False):
                for each in sorted(new.metavariables - bound - old.metavariables):
                    path = (*base, "within", key, written)
                    self._unbound(each, bound | old.metavariables, self._inside(path, new.text, each))
        self._parameters(spec)

    def _parameters(self, spec: RuleSpec) -> None:
        """``${NAME}`` anywhere in what the rule writes must be declared."""
        base = self.base
        texts: list[tuple[_Path, Any]] = [((*base, "rewrite"), spec.rewrite)]
        if isinstance(spec.prepend, str):
            texts.append(((*base, "prepend"), spec.prepend))
        elif spec.prepend is not None:
            texts.append(((*base, "prepend", "code"), spec.prepend.code))
        if spec.arguments is not None:
            texts += [((*base, "arguments", "set", name), value) for name, value in spec.arguments.set.items()]
            for name, choices in spec.arguments.map.items():
                texts += [((*base, "arguments", "map", name, old), new) for old, new in choices.items()]
        for key, pairs in spec.within.items():
            texts += [((*base, "within", key, old), new) for old, new in pairs.items()]
        for path, text in texts:
            for found in re.finditer(r"\$\{([A-Z][A-Z0-9_]*)\}", text if isinstance(text, str) else ""):
                if found[1] not in spec.parameters:
                    place = self.document.locate(path)(found.start(), len(found[0]))
                    near = nearest(found[1], spec.parameters)
                    self.errors.append(
                        RuleError(
                            f"the parameter {found[0]} is not declared",
                            position=place,
                            remedy=near or "declare it under 'parameters:' with 'choices' or 'range'",
                        )
                    )

    def _inside(self, path: _Path, text: str, name: str) -> Position:
        found = re.search(rf"\$(?:\.\.\.)?{re.escape(name)}(?!\w)", text)
        start = found.start() if found else 0
        place: Position = self.document.locate(path)(start, len(found[0]) if found else 1)
        return place

    def _known(self, names: Sequence[str], bound: frozenset[str], place: Position) -> None:
        for name in names:
            if name not in bound and name != "_":
                self._unbound(name, bound, place)

    def _unbound(self, name: str, bound: frozenset[str], place: Position) -> None:
        known = sorted(f"${each}" for each in bound)
        near = nearest(f"${name}", known)
        self.errors.append(
            RuleError(
                f"${name} is not bound by the pattern" + (" in every alternative" if len(bound) else ""),
                position=place,
                remedy=near or (f"bound: {', '.join(known)}" if known else "the pattern binds no metavariable"),
            )
        )

    def _error(self, message: str, path: _Path) -> None:
        self.errors.append(RuleError(message, position=self.document.at(path)))


def _deep_last(patterns: Iterable[Pattern]) -> tuple[Pattern, ...]:
    """Patterns of ``all:``, the first of which says where to look: ``<... P ...>`` matches what contains P."""
    return tuple(sorted(patterns, key=lambda pattern: pattern.deep))


def _binding(where: Sequence[Condition]) -> frozenset[str]:
    """Metavariables that conditions bind: ``inside `for $I in $R: ...` ``, ``pack.predicate($X) as $NEW``."""
    return frozenset[str]().union(*(condition.binds for condition in where))


def _names(patterns: Sequence[Pattern]) -> frozenset[str]:
    """Metavariables that patterns bind."""
    return frozenset[str]().union(*(pattern.metavariables for pattern in patterns))
