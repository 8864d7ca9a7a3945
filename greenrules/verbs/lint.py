"""``lint``: look at many files without running anything."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from greenrules.engine.source import Source, read_source
from greenrules.errors import GreenrulesError, UsageError
from greenrules.found import Found, Lint, Skipped, Summary, wire
from greenrules.requests import LintRequest
from greenrules.verbs.files import python_files
from greenrules.verbs.interpreter import interpreter
from greenrules.verbs.lint_cache import LintCache
from greenrules.verbs.linter import Linter, Looked, rarely_collected
from greenrules.verbs.portfolio import assemble, cache_folder, target_of
from greenrules.writing import write_whole

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule
    from greenrules.models import Level, LintReport

#: Below so much text that rules may touch, starting workers costs more than they save (bytes).
PARALLEL_FROM = 3_000_000


@dataclass(frozen=True)
class LintOutcome:
    """What came of a lint.

    Attributes:
        found: the findings that remain.
        patch: unified diffs of what ``--fix`` would write, or wrote.
        fixed_stdin: the source from standard input with fixes, None when there was none.
        notices: suppressions that keep nothing away, broken packs.
        rules: of the portfolio, for formats that describe them.
        stdin: the source from standard input.
    """

    found: Lint
    patch: str = ""
    fixed_stdin: str | None = None
    notices: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    stdin: bytes | None = None

    @cached_property
    def report(self) -> LintReport:
        """The findings that remain, as wire types."""
        return wire(self.found)

    def lines(self, path: str, cell: int | None) -> Sequence[str] | None:
        """The lines of a file, or of a cell of a notebook, for the frames of findings."""
        return _lines(path, cell, self.stdin)


@lru_cache(maxsize=1)
def _source(path: str, stdin: bytes | None) -> Source | None:
    try:
        return read_source(path, stdin if stdin is not None else Path(path).read_bytes())
    except (OSError, GreenrulesError):
        return None


@lru_cache(maxsize=8)
def _lines(path: str, cell: int | None, stdin: bytes | None) -> Sequence[str] | None:
    source = _source(path, stdin)
    if source is None:
        return None
    if cell is None:
        return source.text.splitlines()
    return next((source.text[one.start : one.end].splitlines() for one in source.cells if one.number == cell), None)


def lint(request: LintRequest) -> LintOutcome:
    """Look at files and folders; write fixes where they are asked for.

    Raises:
        UsageError: a path that does not exist; an unknown pack, rule or tactic.
        PackError: a pack or rule file that was named and is broken.
    """
    portfolio = assemble(request.rules)
    target = target_of(interpreter(request.python))
    identity = f"{target.python} {sorted(target.versions().items())}"
    # What is kept must be able to tell its fix to whoever asks for it later.
    diffs = request.diffs or (request.cache and request.stdin is None)
    linter = Linter(portfolio, target, identity, request.per_file_ignores, request.suggestions, diffs)
    broken = tuple(f"the pack '{one.name}' is left out: {one.error.message}" for one in portfolio.broken)
    if request.stdin is not None:
        return _lint_stdin(request, linter, broken)
    paths = [str(path) for path in python_files(request.paths, request.exclude)]
    cache = LintCache(cache_folder() / "lint", linter, enabled=request.cache)
    with rarely_collected():
        looked = _look_at_all(paths, linter, cache, request.jobs)
    cache.save()
    patches: list[str] = []
    fixed = 0
    if request.fix or request.want_diff:
        for path, found in list(looked.items()):
            if not any(_may_fix(one, request.level) for one in found.findings):
                continue
            data = Path(path).read_bytes()
            new, count = linter.fixed(path, data, request.level)
            if not count:
                continue
            patches.append(_patch(path, data, new))
            if request.fix:
                write_whole(Path(path), new)
                fixed += count
                looked[path] = linter.look(path, new)
    return LintOutcome(
        _report(looked, fixed, request.suggestions),
        "".join(patches),
        notices=broken + tuple(notice for one in looked.values() for notice in one.notices),
        rules=portfolio.rules,
    )


def _may_fix(finding: Found, level: Level) -> bool:
    from greenrules.models import LEVELS

    return finding.kind == "fixable" and LEVELS.index(finding.level) <= LEVELS.index(level)


def _patch(path: str, old: bytes, new: bytes) -> str:
    from greenrules.engine.diff import unified

    before, after = read_source(path, old), read_source(path, new)
    return unified(before.decoded.text, after.decoded.text, path)


def _lint_stdin(request: LintRequest, linter: Linter, broken: tuple[str, ...]) -> LintOutcome:
    path, data = str(request.paths[0]), request.stdin or b""
    found = linter.look(path, data)
    new, count = data, 0
    if found.error is None and (request.fix or request.want_diff):
        new, count = linter.fixed(path, data, request.level)
    patch = _patch(path, data, new) if count else ""
    left = linter.look(path, new) if request.fix and count else found
    return LintOutcome(
        _report({path: left}, count if request.fix else 0, request.suggestions),
        patch,
        new.decode("utf-8", "surrogateescape") if request.fix else None,
        broken + left.notices,
        linter.portfolio.rules,
        new if request.fix else data,
    )


def _report(looked: dict[str, Looked], fixed: int, suggestions: bool) -> Lint:
    findings = tuple(
        one for found in looked.values() for one in found.findings if suggestions or one.kind != "suggestion"
    )
    skipped = tuple(Skipped(path, found.error) for path, found in looked.items() if found.error is not None)
    return Lint(
        findings,
        skipped,
        Summary(
            files=len(looked),
            findings=len(findings),
            fixed=fixed,
            suppressed=sum(found.suppressed for found in looked.values()),
            errors=len(skipped),
        ),
    )


def _read(path: str) -> bytes | str:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _look_at_all(paths: Sequence[str], linter: Linter, cache: LintCache, jobs: int) -> dict[str, Looked]:
    looked: dict[str, Looked] = {}
    waiting: list[tuple[str, bytes]] = []
    for path in paths:
        data = _read(path)
        if isinstance(data, str):
            looked[path] = Looked(error=data)
            continue
        known = cache.get(path, data)
        looked[path] = known if known is not None else Looked()
        if known is None:
            waiting.append((path, data))
    size = sum(len(data) for _, data in waiting)
    workers = jobs or (min(len(os.sched_getaffinity(0)), 8) if size >= PARALLEL_FROM else 1)
    for (path, data), found in zip(waiting, _run(waiting, linter, workers), strict=True):
        looked[path] = found
        cache.put(path, data, found)
    return looked


def _run(waiting: Sequence[tuple[str, bytes]], linter: Linter, workers: int) -> Iterable[Looked]:
    if workers <= 1 or len(waiting) < 2:
        return (linter.look(path, data) for path, data in waiting)
    return _in_parallel(waiting, linter, workers)


def _in_parallel(waiting: Sequence[tuple[str, bytes]], linter: Linter, workers: int) -> Iterator[Looked]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Forked workers have the compiled rules already; nothing here holds a thread or a lock.
    with ProcessPoolExecutor(workers, get_context("fork"), initializer=_adopt, initargs=(linter,)) as pool:
        yield from pool.map(_look, waiting, chunksize=max(1, min(16, len(waiting) // (4 * workers))))


_LINTERS: list[Linter] = []


def _adopt(linter: Linter) -> None:
    _LINTERS[:] = [linter]


def _look(task: tuple[str, bytes]) -> Looked:
    return _LINTERS[0].look(*task)


def lint_text(outcome: LintOutcome, form: str, *, statistics: bool = False, color: bool = False) -> str:
    """A lint in one of its formats.

    Raises:
        UsageError: an unknown format.
    """
    from greenrules.report.lint import RuleNote, render_lint

    if statistics:
        from greenrules.report.lint_text import lint_statistics

        if form not in ("text", "concise"):
            raise UsageError("--statistics goes with the text formats")
        return lint_statistics(outcome.found)
    if form == "patch":
        return outcome.patch
    notes = {}
    if form == "sarif":
        for rule in outcome.rules:
            spec = rule.spec
            notes[rule.full_id] = RuleNote(spec.summary, spec.why, tuple(spec.source))
    return render_lint(outcome.found, form, source=outcome.lines, rules=notes, color=color)
