"""Looks at one file after another with the same rules."""

from __future__ import annotations

import fnmatch
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from greenrules.engine.compiled import release
from greenrules.engine.lint import eligible, lint_source
from greenrules.engine.source import read_source
from greenrules.engine.target import Target
from greenrules.errors import GreenrulesError, PackError
from greenrules.found import Found
from greenrules.verbs.portfolio import Portfolio, registry

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule
    from greenrules.models import Level


#: What one file leaves behind in memory is freed after so many bytes of files.
COLLECT_EVERY = 3_000_000


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Leave it to :class:`Linter` when to look for reference cycles.

    A syntax tree makes objects by the hundred thousand; looking at them all again and again while it grows takes as
    long as parsing it.
    """
    enabled = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()


class Looked(NamedTuple):
    """What came of one file.

    Attributes:
        findings: before any fix.
        suppressed: findings that comments kept away.
        notices: suppressions that keep nothing away.
        error: why the file could not be looked at.
    """

    findings: tuple[Found, ...] = ()
    suppressed: int = 0
    notices: tuple[str, ...] = ()
    error: str | None = None


@dataclass
class Linter:
    """Looks at files, one at a time.

    Attributes:
        portfolio: rules and knowledge.
        target: the interpreter that is asked about libraries.
        target_identity: changes when its answers may.
        per_file_ignores: pattern → names of rules, packs or tactics to ignore there.
        suggestions: whether findings that are mere suggestions are wanted.
        diffs: whether findings carry the diff of their fix.
    """

    portfolio: Portfolio
    target: Target
    target_identity: str = ""
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    suggestions: bool = True
    diffs: bool = True
    _seen: int = 0

    @cached_property
    def known(self) -> frozenset[str]:
        """Ids of every rule there is."""
        return frozenset(rule.full_id for rule in self.portfolio.known)

    @cached_property
    def identity(self) -> str:
        """Everything that findings depend on beside the file: rules, knowledge, target."""
        installed = registry()
        packs = sorted(f"{pack.name}={pack.digest}" for pack in installed.packs.values())
        # What a pack's rule says, the digest of the pack tells.
        rules = sorted(
            rule.full_id if rule.pack is not None else f"{rule.full_id}@{rule.position}={rule.data}"
            for rule in self.portfolio.rules
        )
        asked = (self.target_identity, sorted(self.per_file_ignores.items()), self.suggestions)
        return repr((release(), packs, installed.code, rules, *asked))

    @cached_property
    def usable(self) -> tuple[Rule, ...]:
        """The rules that the target can have."""
        return eligible(self.portfolio.rules, self.target)[0]

    def rules(self, path: str) -> tuple[Rule, ...]:
        """The rules that look at a file."""
        out: list[str] = []
        for pattern, names in self.per_file_ignores.items():
            if fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(Path(path).name, pattern):
                out.extend(names)
        if not out:
            return self.usable
        return tuple(rule for rule in self.usable if not {rule.full_id, rule.id, rule.pack, rule.tactic} & set(out))

    def look(self, path: str, data: bytes) -> Looked:
        """The findings of one file; an error of one file never keeps the others from being looked at."""
        self._tidy(len(data))
        try:
            source = read_source(path, data)
            found = lint_source(
                source,
                self.rules(path),
                self.portfolio.knowledge,
                self.target,
                known=self.known,
                fixes=self.diffs,
                checked=True,
                suggestions=self.suggestions,
            )
        except PackError:
            raise
        except GreenrulesError as error:
            return Looked(error=error.message if error.position is None else f"{error.position}: {error.message}")
        except RecursionError:
            return Looked(error="nested too deeply to be looked at")
        except Exception as error:
            # Whatever goes wrong in one file, the others are still looked at, and the exit code tells.
            return Looked(error=f"internal error: {type(error).__name__}: {error}")
        notices = tuple(
            f"{path}:{one.line}:{one.column}: {one.reason}: {one.text}" for one in found.unused_suppressions
        )
        return Looked(found.findings, found.suppressed, notices)

    def _tidy(self, size: int) -> None:
        """Free what earlier files left behind, now and then: see :func:`rarely_collected`."""
        self._seen += size
        if self._seen > COLLECT_EVERY:
            self._seen = size
            gc.collect()
            # What is still there are findings and compiled rules, which stay: they need not be looked at again.
            gc.freeze()

    def fixed(self, path: str, data: bytes, level: Level) -> tuple[bytes, int]:
        """A file with its fixes of at most a level, and how many there were."""
        from greenrules.engine.compose import apply_rules

        source = read_source(path, data)
        made = apply_rules(source, self.rules(path), self.portfolio.knowledge, self.target, level=level)
        if not made.applied:
            return data, 0
        return source.encode(made.text), len(made.applied)
