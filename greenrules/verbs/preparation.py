"""What is known of a script before anything runs: its libraries, stages, quality figures, and what could be done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from greenrules.bench.run import Instrumentation, MetricCall
from greenrules.bench.target import InterpreterTarget
from greenrules.engine.facts import Facts
from greenrules.engine.source import Source, read_source
from greenrules.engine.stages import metric_calls, stages
from greenrules.errors import UsageError
from greenrules.models import Role
from greenrules.requests import RuleChoice
from greenrules.verbs.carried import carried
from greenrules.verbs.portfolio import Portfolio, assemble, target_of

if TYPE_CHECKING:
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.target import Target


@dataclass(frozen=True)
class Watched:
    """What is observed while a form of the script runs.

    Attributes:
        instrumentation: for the runner.
        better: metric → which way is better.
        lines: role → its line ranges, for the report.
    """

    instrumentation: Instrumentation
    better: dict[str, Literal["higher", "lower"]]
    lines: dict[Role, list[tuple[int, int]]]


@dataclass(frozen=True)
class Prepared:
    """A script that was read and understood.

    Attributes:
        source: the script.
        portfolio: rules that may act on it, and what the packs know.
        target: its interpreter.
        libraries: distributions it imports, with their versions; ``unknown`` when they are not installed.
        watched: what is observed in the script as it is.
    """

    source: Source
    portfolio: Portfolio
    target: InterpreterTarget
    libraries: dict[str, str]
    watched: Watched


def read_script(path: Path) -> Source:
    """Read a script.

    Raises:
        UsageError: it cannot be read.
        SourceError: it cannot be decoded or parsed, at its position.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    source = read_source(str(path), data)
    source.tree  # noqa: B018 (a syntax error shows here)
    return source


def watch(source: Source, knowledge: Knowledge, target: Target, made_from: Prepared | None = None) -> Watched:
    """What to observe in a form of the script.

    Args:
        source: the form.
        knowledge: what packs know of libraries.
        target: what the interpreter knows of them.
        made_from: the script that the form was rewritten from, whose stages it keeps.
    """
    facts = Facts(source, knowledge, target)
    roles = [(span.start_line, span.end_line, span.role) for span in stages(facts)]
    if made_from is not None and made_from.source.text != source.text:
        roles = carried(made_from.source.text, made_from.watched.instrumentation.roles, source.text, roles)
    calls = metric_calls(facts)
    lines: dict[Role, list[tuple[int, int]]] = {}
    for first, last, role in roles:
        ranges = lines.setdefault(role, [])
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], last))
        else:
            ranges.append((first, last))
    recorded = tuple(
        MetricCall(
            call.node.lineno,
            call.node.col_offset,
            call.node.end_lineno or call.node.lineno,
            call.node.end_col_offset or call.node.col_offset,
            call.metric,
            call.argument,
            call.log,
        )
        for call in calls
    )
    better = {name: call.better for call in calls for name in (*call.log, call.metric)}
    return Watched(Instrumentation(tuple(roles), recorded), better, lines)


def prepare(path: Path, choice: RuleChoice, python: Path) -> Prepared:
    """Read and understand a script.

    Args:
        path: of the script.
        choice: whose rules may act on it.
        python: its interpreter.

    Raises:
        UsageError: it cannot be read; an unknown pack, rule or tactic.
        SourceError: it cannot be decoded or parsed.
    """
    source = read_script(path)
    if source.is_notebook:
        raise UsageError(
            f"{path} is a notebook: only scripts are run",
            remedy=f"jupyter nbconvert --to script {path}; lint reads notebooks",
        )
    target = target_of(python)
    everything = assemble(RuleChoice())
    found = Facts(source, everything.knowledge, target).libraries()
    portfolio = assemble(choice, set(found))
    libraries = {name: target.version(name) or "unknown" for name in sorted(found)}
    return Prepared(source, portfolio, target, libraries, watch(source, portfolio.knowledge, target))
