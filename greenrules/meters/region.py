"""Measure a part of one's own program: ``with measure("fit") as m: …``, or as a decorator."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar, Token
from functools import cache, wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from threading import Lock
from types import TracebackType
from typing import Any, ParamSpec, TypeVar, cast

from greenrules.errors import MeasurementError, UsageError
from greenrules.meters.protocol import Energy, Meter, Snapshot
from greenrules.meters.registry import open_meter
from greenrules.meters.watchdog import keeper

P = ParamSpec("P")
R = TypeVar("R")

_CURRENT: ContextVar[Region | None] = ContextVar("greenrules_region", default=None)


@cache
def _default_meter() -> Meter:
    return open_meter("auto")


class Region:
    """One run of a measured part.

    The energy is the process tree's or the machine's, as the meter has it, of the time between entry and exit: what
    other threads do meanwhile is in it. Regions nest per thread and per task; the meter is shared.

    Attributes:
        name: of the region.
        parent: the region around it, of the same thread or task.
        children: the regions inside it, in the order they ended.
    """

    def __init__(self, name: str, meter: Meter | None = None) -> None:
        self.name = name
        self.parent: Region | None = None
        self.children: list[Region] = []
        self._meter = meter
        self._start: Snapshot | None = None
        self._end: Snapshot | None = None
        self._token: Token[Region | None] | None = None
        self._lock = Lock()

    @property
    def meter(self) -> Meter:
        """The meter given, the surrounding region's, or the best one of this machine."""
        if self._meter is None:
            self._meter = self.parent.meter if self.parent else _default_meter()
        return self._meter

    def __enter__(self) -> Region:
        if self._start is not None:
            raise MeasurementError(f"region {self.name} was entered before", remedy="make a new one: measure(name)")
        self.parent = _CURRENT.get()
        # A counter may wrap twice while a region is open, and some powers must be sampled.
        keeper(self.meter).__enter__()
        self._start = self.meter.read()
        self._token = _CURRENT.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._end = self.meter.read()
        finally:
            keeper(self.meter).__exit__()
            if self._token is not None:
                _CURRENT.reset(self._token)
        if self.parent is not None:
            with self.parent._lock:
                self.parent.children.append(self)

    @property
    def energy(self) -> Energy:
        """What it took; so far, while the region runs.

        Raises:
            MeasurementError: it has not begun.
        """
        if self._start is None:
            raise MeasurementError(f"region {self.name} has not begun", remedy="with measure(name) as region: …")
        return self.meter.delta(self._start, self._end or self.meter.read())

    @property
    def energy_j(self) -> float:
        """Joules."""
        return self.energy.energy_j

    @property
    def time_s(self) -> float:
        """Wall time, seconds."""
        return self.energy.time_s

    @property
    def cpu_s(self) -> float:
        """CPU seconds of the process tree."""
        return self.energy.cpu_s

    @property
    def own_j(self) -> float:
        """Joules without those of the regions inside."""
        return self.energy_j - sum(child.energy_j for child in self.children)


class Measure:
    """Makes a region per ``with`` block or per call of the function it decorates.

    Attributes:
        regions: every region that ended, in that order.
    """

    def __init__(self, name: str, meter: Meter | None = None) -> None:
        self.name = name
        self.regions: list[Region] = []
        self._meter = meter
        self._lock = Lock()

    def __enter__(self) -> Region:
        return Region(self.name, self._meter).__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Blocks of one thread or task end in the reverse of their order, so the innermost region is the one that ends.
        region = _CURRENT.get()
        if region is None:
            raise MeasurementError(f"region {self.name} was left in another thread or task than it was entered in")
        region.__exit__(kind, error, trace)
        with self._lock:
            self.regions.append(region)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Measure every call; coroutine functions until they are done.

        Raises:
            UsageError: it is no function.
            MeasurementError: for a generator function: its caller's work would be billed to it.
        """
        if isinstance(function, classmethod | staticmethod):
            raise UsageError(
                f"measure({self.name!r}) stands above @{type(function).__name__}",
                remedy=f"put it below, right above the def: @{type(function).__name__}, then @measure({self.name!r})",
            )
        if isinstance(function, type) or not callable(function):
            raise UsageError(
                f"measure({self.name!r}) decorates functions, not {function!r}",
                remedy=f"decorate a method, or use a block: with measure({self.name!r}): …",
            )
        if isgeneratorfunction(function) or isasyncgenfunction(function):
            raise MeasurementError(
                f"{function.__qualname__} is a generator: what its caller does between two values is not its own",
                remedy=f"put the loop over it into a block: with measure({self.name!r}): …",
            )
        if iscoroutinefunction(function):

            @wraps(function)
            async def waited(*args: P.args, **kwargs: P.kwargs) -> Any:
                with self:
                    return await cast("Callable[P, Awaitable[Any]]", function)(*args, **kwargs)

            return cast("Callable[P, R]", waited)

        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return function(*args, **kwargs)

        return called


def measure(name: str, *, meter: Meter | None = None) -> Measure:
    """A context manager and decorator that measures what is inside.

    Args:
        name: of the region.
        meter: of ``open_meter``; the best one of this machine when None.

    Raises:
        UsageError: the name is no text, as in ``@measure`` without brackets.
    """
    if not isinstance(name, str):
        raise UsageError(f"measure takes a name, not {name!r}", remedy='measure("fit"), as a decorator, too')
    return Measure(name, meter)
