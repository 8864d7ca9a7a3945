"""Arguments of calls and parameters of functions.

With a known signature a positional argument and a keyword are the same thing. Without one, positional arguments match
in order and keywords in any order. ``*args`` and ``**kwargs`` of the script may be anything: what they may hold is
matched with a doubt.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greenrules.engine.holes import Hole, of_identifier
from greenrules.engine.match_env import Env, Ways, only, then
from greenrules.engine.match_runs import match_all, match_run, run_of

if TYPE_CHECKING:
    from greenrules.engine.match_nodes import Matcher
    from greenrules.engine.signatures import BoundArguments, Signature

_SPREAD = "the arguments behind * or ** are not known"


def match_arguments(matcher: Matcher, pattern: ast.Call, call: ast.Call, env: Env) -> Ways:
    """The arguments of a call of a pattern against those of a call, the callees having matched."""
    if len(pattern.args) == 1 and not pattern.keywords and (run := run_of(pattern.args[0])):
        return only(env.bind(run.name, in_order(call)))
    declared = matcher.declared if pattern is matcher.root else None
    signature = None if _by_position(pattern, call) else matcher.facts.signature_at(call, declared)
    if signature is not None:
        wanted = _by_parameter(pattern, signature)
        if wanted is not None:
            given = matcher.facts.bind(call, signature)
            if not given.unknown or _spreads(call):
                return _bound(matcher, pattern, call, wanted, given, env)
    return _structural(matcher, pattern, call, env)


def in_order(call: ast.Call) -> tuple[ast.AST, ...]:
    """All arguments of a call as they stand in the source; ``**kwargs`` as its keyword node."""
    items: list[Any] = [*call.args, *call.keywords]
    if not call.args or not call.keywords:
        return tuple(items)
    return tuple(sorted(items, key=lambda item: (item.lineno, item.col_offset)))


def _spreads(call: ast.Call) -> bool:
    return any(isinstance(item, ast.Starred) for item in call.args) or any(k.arg is None for k in call.keywords)


def _by_position(pattern: ast.Call, call: ast.Call) -> bool:
    """Whether both give their arguments by position alone, so that no signature could say more."""
    if call.keywords or any(isinstance(argument, ast.Starred) for argument in call.args):
        return False
    return all(run_of(keyword) is not None for keyword in pattern.keywords)


def _by_parameter(pattern: ast.Call, signature: Signature) -> dict[str, ast.expr] | None:
    """The arguments that a pattern spells out, by parameter; None where positions or names cannot be told."""
    order = [p.name for p in signature.parameters if p.kind in ("positional-only", "positional")]
    named = {p.name for p in signature.parameters if p.kind in ("positional", "keyword-only")}
    wanted: dict[str, ast.expr] = {}
    shifted = False
    for index, argument in enumerate(pattern.args):
        if run_of(argument) is not None:
            shifted = True
        elif shifted or isinstance(argument, ast.Starred) or index >= len(order):
            return None
        else:
            wanted[order[index]] = argument
    for keyword in pattern.keywords:
        if run_of(keyword) is not None:
            continue
        if keyword.arg is None or of_identifier(keyword.arg) is not None or keyword.arg not in named:
            return None
        if keyword.arg in wanted:
            return None
        wanted[keyword.arg] = keyword.value
    return wanted


def _bound(
    matcher: Matcher,
    pattern: ast.Call,
    call: ast.Call,
    wanted: dict[str, ast.expr],
    given: BoundArguments,
    env: Env,
) -> Ways:
    pairs: list[tuple[ast.expr, ast.expr]] = []
    used: list[ast.AST] = []
    for name, want in wanted.items():
        found = given.get(name)
        if found is None:
            if not given.present(name).possible:
                return ()
            env = env.doubtful(given.reason or _SPREAD)
        else:
            pairs.append((want, found.node))
            used.append(found.keyword if found.keyword is not None else call.args[found.index or 0])
    return then(_in_turn(matcher, pairs, 0, env), lambda bound: only(_rest(pattern, call, used, bound)))


def _in_turn(matcher: Matcher, pairs: Sequence[tuple[ast.expr, ast.expr]], index: int, env: Env) -> Ways:
    """All ways in which each pattern matches its argument."""
    if index == len(pairs):
        return (env,)
    return then(matcher.node(*pairs[index], env), lambda inner: _in_turn(matcher, pairs, index + 1, inner))


def _rest(pattern: ast.Call, call: ast.Call, used: Sequence[ast.AST], env: Env) -> Env | None:
    """Give the arguments that the pattern does not spell out to its runs, in source order."""
    left = [item for item in in_order(call) if not any(item is other for other in used)]
    items: list[Any] = [*pattern.args, *pattern.keywords]
    runs = [(place, run) for place, item in enumerate(items) if (run := run_of(item)) is not None]
    if not runs:
        return _with_spreads(left, env)
    shares: list[list[ast.AST]] = [[] for _ in runs]
    # A run holds what stands between its neighbours in the pattern; where the script has another order, the last one.
    explicit = [(place, item) for place, item in enumerate(items) if run_of(item) is None]
    for argument in left:
        ahead = sum(_start(other) < _start(argument) for other in used)
        floor = explicit[ahead - 1][0] if 0 < ahead <= len(explicit) else -1
        chosen = next((index for index, (place, _) in enumerate(runs) if place > floor), len(runs) - 1)
        shares[chosen].append(argument)
    for (_, run), share in zip(runs, shares, strict=True):
        bound = env.bind(run.name, tuple(share))
        if bound is None:
            return None
        env = bound
    return env


def _with_spreads(left: Sequence[ast.AST], env: Env) -> Env | None:
    """What is bound where arguments are left over that only ``*`` and ``**`` may be."""
    if not left:
        return env
    return env.doubtful(_SPREAD) if all(map(_is_spread, left)) else None


def _start(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def _is_spread(node: ast.AST) -> bool:
    return isinstance(node, ast.Starred) or (isinstance(node, ast.keyword) and node.arg is None)


def _structural(matcher: Matcher, pattern: ast.Call, call: ast.Call, env: Env) -> Ways:
    """Positional arguments in order, keywords in any order, what is left over to the runs."""
    if not pattern.keywords and not call.keywords and not any(map(_is_open, (*pattern.args, *call.args))):
        if len(pattern.args) != len(call.args):
            return ()
        return _in_turn(matcher, list(zip(pattern.args, call.args, strict=True)), 0, env)
    return _searched(matcher, pattern, call, env)


def _is_open(node: ast.expr) -> bool:
    """Whether an argument may stand for several, in a pattern or in a script."""
    return isinstance(node, ast.Starred) or run_of(node) is not None


def _searched(matcher: Matcher, pattern: ast.Call, call: ast.Call, env: Env) -> Iterator[Env]:
    late = any(run_of(item) is not None for item in pattern.keywords)
    positional: list[Any] = list(pattern.args)
    for used, inner in _keywords(matcher, pattern, call, env):
        for chosen, bound in _positional(matcher, positional, call.args, inner, late):
            found = _rest(pattern, call, [*used, *chosen], bound)
            if found is not None:
                yield found


def _keywords(
    matcher: Matcher, pattern: ast.Call, call: ast.Call, env: Env
) -> Iterator[tuple[tuple[ast.keyword, ...], Env]]:
    """Each keyword of the pattern with one of the call, those with a plain name first."""
    wanted = [keyword for keyword in pattern.keywords if run_of(keyword) is None]
    wanted.sort(key=lambda keyword: keyword.arg is None or of_identifier(keyword.arg) is not None)
    return _each_keyword(matcher, wanted, call, (), 0, env)


def _each_keyword(
    matcher: Matcher,
    wanted: Sequence[ast.keyword],
    call: ast.Call,
    used: tuple[ast.keyword, ...],
    index: int,
    env: Env,
) -> Iterator[tuple[tuple[ast.keyword, ...], Env]]:
    matcher.spend()
    if index == len(wanted):
        yield used, env
        return
    want = wanted[index]
    name = of_identifier(want.arg) if want.arg is not None else None
    met = False
    for given in call.keywords:
        if any(given is other for other in used) or (want.arg is None) != (given.arg is None):
            continue
        bound: Env | None = env
        if name is not None and given.arg is not None:
            bound = env.bind(name.name, given.arg)
        elif want.arg != given.arg:
            continue
        if bound is None:
            continue
        met = met or name is None
        for inner in matcher.node(want.value, given.value, bound):
            yield from _each_keyword(matcher, wanted, call, (*used, given), index + 1, inner)
    if not met and want.arg is not None and name is None and _spreads(call):
        doubtful = env.doubtful(f"argument {want.arg} may be behind * or **")
        yield from _each_keyword(matcher, wanted, call, used, index + 1, doubtful)


def _positional(
    matcher: Matcher, patterns: Sequence[Any], arguments: Sequence[ast.expr], env: Env, late: bool
) -> Iterator[tuple[list[ast.AST], Env]]:
    """Positional patterns against positional arguments; yields the arguments that plain patterns took."""
    first = next((i for i, argument in enumerate(arguments) if isinstance(argument, ast.Starred)), None)
    fixed = [pattern for pattern in patterns if run_of(pattern) is None]
    if first is not None and any(not isinstance(pattern, ast.Starred) for pattern in fixed):
        # Before the star positions are certain, behind it they are not.
        leading = next((i for i, pattern in enumerate(patterns) if run_of(pattern) is not None), len(patterns))
        end = min(first, leading)
        for bound in match_all(matcher, patterns[:end], arguments[:end], env, matcher.node):
            sure = end == len(fixed) and (late or len(patterns) > end)
            yield list(arguments[:end]), bound if sure else bound.doubtful(_SPREAD)
        return
    taken: list[_Taken] = [_Taken(pattern) for pattern in patterns]

    def item(want: _Taken, given: ast.expr, env: Env) -> Iterator[Env]:
        if isinstance(given, ast.Starred) and not isinstance(want.pattern, ast.Starred):
            return
        for inner in matcher.node(want.pattern, given, env):
            want.argument = given
            yield inner

    def runs(want: _Taken) -> Hole | None:
        found = run_of(want.pattern)
        return Hole("many") if found is not None else None

    for bound, end in match_run(matcher, taken, arguments, env, item, open_end=late, runs=runs):
        if end < len(arguments) and not late:
            continue
        yield [want.argument for want in taken if want.argument is not None and run_of(want.pattern) is None], bound


@dataclass(eq=False)
class _Taken:
    """A positional pattern, and the argument it has last taken."""

    pattern: Any
    argument: ast.expr | None = None

    @property
    def parts(self) -> tuple[Any, ...]:
        return (self.pattern,)


@dataclass(slots=True)
class _Parameter:
    kind: str
    arg: ast.arg
    default: ast.expr | None

    @property
    def parts(self) -> tuple[ast.AST, ...]:
        return (self.arg,) if self.default is None else (self.arg, self.default)


def _flat(arguments: ast.arguments) -> list[_Parameter]:
    """The parameters of a function in source order; positional-only ones count as positional."""
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    defaults += arguments.defaults
    found = [_Parameter("plain", arg, default) for arg, default in zip(plain, defaults, strict=True)]
    if arguments.vararg is not None:
        found.append(_Parameter("*", arguments.vararg, None))
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    found += [_Parameter("keyword", arg, default) for arg, default in pairs]
    if arguments.kwarg is not None:
        found.append(_Parameter("**", arguments.kwarg, None))
    return found


def _arguments_of(node: ast.arguments) -> list[ast.arg]:
    """The parameters of a function in source order."""
    found = (*node.posonlyargs, *node.args, node.vararg, *node.kwonlyargs, node.kwarg)
    return [each for each in found if each is not None]


def match_parameters(matcher: Matcher, pattern: ast.arguments, node: ast.arguments, env: Env) -> Ways:
    """The parameters of a function; annotations and defaults matter where the pattern gives them."""
    alone = _arguments_of(pattern)
    if len(alone) == 1 and pattern.args and (run := run_of(alone[0])) is not None and run.anonymous:
        return only(env.bind(run.name, tuple(_arguments_of(node))))
    wanted, given = _flat(pattern), _flat(node)

    def runs(want: _Parameter) -> Hole | None:
        return run_of(want.arg) if want.kind in ("plain", "keyword") else None

    def item(want: _Parameter, have: _Parameter, env: Env) -> Ways:
        if want.kind != have.kind and not (
            want.kind == "plain" and have.kind == "keyword" and of_identifier(want.arg.arg)
        ):
            return ()
        ways, default, given = annotated(want.arg, have.arg, env), want.default, have.default
        if default is None:
            return ways
        return () if given is None else then(ways, lambda inner: matcher.node(default, given, inner))

    def annotated(want: ast.arg, have: ast.arg, env: Env) -> Ways:
        """A hole with an annotation is the name alone: its annotation is spelt out beside it."""
        found = of_identifier(want.arg)
        if found is None or want.annotation is None:
            return matcher.node(want, have, env)
        bound = env.bind(found.name, have.arg) if have.annotation is not None else None
        return () if bound is None or have.annotation is None else matcher.node(want.annotation, have.annotation, bound)

    return then(match_all(matcher, wanted, given, env, item, runs=runs), lambda bound: (_nodes_of(bound),))


def _nodes_of(env: Env) -> Env:
    """Runs of parameters hold their ``ast.arg`` nodes."""
    changed: dict[str, Any] = {}
    for name, value in env.bindings.items():
        if isinstance(value, tuple) and any(isinstance(item, _Parameter) for item in value):
            changed[name] = tuple(item.arg if isinstance(item, _Parameter) else item for item in value)
    return Env({**env.bindings, **changed}, env.doubt) if changed else env
