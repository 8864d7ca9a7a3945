"""Reads a meter often enough that no counter wraps twice and no power goes unsampled."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from weakref import WeakKeyDictionary, ref

from greenrules.errors import MeasurementError
from greenrules.meters.protocol import Meter

#: RAPL ranges allow minutes; no reason to wait that long for a counter that turns out faster.
_LONGEST_S = 30.0


@contextmanager
def watchdog(meter: Meter, period_s: float | None = None) -> Iterator[None]:
    """Keep reading ``meter`` in the background while the block runs; nothing to do for a meter that need not be polled.

    Args:
        meter: any meter; ``read`` is thread-safe in all of ours.
        period_s: another period than the meter's.
    """
    wanted = meter.poll_s if period_s is None else period_s
    if wanted is None:
        yield
        return
    stop = Event()
    thread = Thread(target=_poll, args=(meter, min(wanted, _LONGEST_S), stop), name="meter watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _poll(meter: Meter, period_s: float, stop: Event) -> None:
    while not stop.wait(period_s):
        _read(meter)


def _read(meter: Meter) -> None:
    try:
        meter.read()
    except (OSError, MeasurementError):
        # The next boundary reads again and tells; the counters lose nothing by a read that failed.
        return


class Keeper:
    """A watchdog that many short blocks share: its thread stays, for to start one takes longer than a boundary may.

    Args:
        meter: whose life it follows; it is polled only while a block is open.
    """

    def __init__(self, meter: Meter) -> None:
        self._meter = ref(meter)
        self._open = 0
        self._lock = Lock()
        self._pid: int | None = None

    def __enter__(self) -> None:
        meter = self._meter()
        if meter is None or meter.poll_s is None:
            return
        with self._lock:
            self._open += 1
            # A forked child has no threads but its own.
            if self._pid != os.getpid():
                self._pid = os.getpid()
                period_s = min(meter.poll_s, _LONGEST_S)
                Thread(target=self._keep, args=(period_s,), name="meter watchdog", daemon=True).start()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._open = max(0, self._open - 1)

    def _keep(self, period_s: float) -> None:
        pause = Event()
        while not pause.wait(period_s):
            meter = self._meter()
            if meter is None:
                return
            if self._open:
                _read(meter)
            del meter


_KEEPERS: WeakKeyDictionary[Meter, Keeper] = WeakKeyDictionary()
_KEEPERS_LOCK = Lock()


def keeper(meter: Meter) -> Keeper:
    """The one keeper of a meter."""
    with _KEEPERS_LOCK:
        return _KEEPERS.setdefault(meter, Keeper(meter))
