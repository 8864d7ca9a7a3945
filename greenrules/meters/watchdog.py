"""Reads a meter often enough that no counter wraps twice and no power goes unsampled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

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
        try:
            meter.read()
        except (OSError, MeasurementError):
            # The next boundary reads again and tells; the counters lose nothing by a read that failed.
            continue
