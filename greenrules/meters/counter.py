"""The arithmetic of a cumulative counter that wraps, fails, glitches and vanishes; pure.

The rule: bill only what one wrap at most, at a power the part can have, explains. All else is marked and not billed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from greenrules.meters.protocol import Reading

#: Watts that no package or memory controller reaches, for parts whose TDP is not known.
UNKNOWN_LIMIT_W = 1500.0
#: Times the TDP that counts as impossible.
LIMIT_OVER_TDP = 4.0
#: Below this many seconds a power says nothing: the counters move in steps of a millisecond.
SHORTEST_JUDGED_S = 0.1
#: The smallest range of a RAPL counter, 2**32 steps of 15.26 µJ (AMD), for zones that do not tell theirs.
LEAST_RANGE_J = 65_536.0


@dataclass(frozen=True, slots=True)
class CounterSpec:
    """What is known of a counter.

    Attributes:
        unit_j: joules of one step.
        modulus: steps after which it starts again, None when the zone does not tell.
        limit_w: power that cannot be true.
        longest_gap_s: seconds between reads beyond which the value says nothing, for power that is sampled.
    """

    unit_j: float
    modulus: int | None
    limit_w: float = UNKNOWN_LIMIT_W
    longest_gap_s: float | None = None

    @property
    def range_j(self) -> float:
        """Joules until it wraps, the smallest there is when not known."""
        return LEAST_RANGE_J if self.modulus is None else self.modulus * self.unit_j

    @property
    def poll_s(self) -> float:
        """Read at least this often: half the range at the greatest power."""
        return self.range_j / (2 * self.limit_w)


@dataclass(frozen=True, slots=True)
class CounterState:
    """A counter's past.

    Attributes:
        raw: the last good value; None before the first.
        t_ns: when that was; the first failed attempt when there was none.
        anchor: value and time before an interval that was marked, until the next read tells a blip from a reset.
        joules: billed so far.
        lost_s: seconds marked so far.
        marks: intervals marked so far.
        stale: the last read failed.
    """

    raw: int | None = None
    t_ns: int | None = None
    anchor: tuple[int, int] | None = None
    joules: float = 0.0
    lost_s: float = 0.0
    marks: int = 0
    stale: bool = False


def step(spec: CounterSpec, before: int, after: int, time_s: float) -> tuple[float | None, str]:
    """Energy from one value to the next, joules, or None with the reason why it cannot be known."""
    judged = time_s >= SHORTEST_JUDGED_S
    if spec.longest_gap_s is not None and time_s > spec.longest_gap_s:
        return None, f"the power was not sampled for {time_s:.1f} s"
    if judged and spec.limit_w * time_s >= spec.range_j:
        return None, f"{time_s:.1f} s between reads: the counter may have wrapped more than once"
    if after >= before:
        energy = (after - before) * spec.unit_j
        if judged and energy > spec.limit_w * time_s:
            return None, f"{energy / time_s:.0f} W over {time_s:.1f} s is more than the part can draw"
        if not judged and spec.modulus is not None and energy > spec.range_j / 2:
            return None, f"the counter jumped by {energy:.0f} J in {time_s * 1000:.0f} ms"
        return energy, ""
    if spec.modulus is None:
        return None, "the counter went backwards and its range cannot be read"
    energy = (after - before + spec.modulus) * spec.unit_j
    # As with sequence numbers, more than half the range backwards is no wrap; and a wrap, too, needs a possible power.
    if not 0 <= energy <= min(spec.range_j / 2, spec.limit_w * max(time_s, 1.0)):
        return None, "the counter went backwards by more than a wrap explains"
    return energy, ""


def advance(state: CounterState, spec: CounterSpec, raw: int | None, t_ns: int) -> tuple[CounterState, str]:
    """The state after one more read, and a sentence when something was wrong.

    Args:
        state: before.
        spec: the counter's facts.
        raw: the value, None when the read failed. A failed read changes nothing: the counter is cumulative, so the
            next good one recovers everything.
        t_ns: monotonic clock of the read.
    """
    if raw is None:
        return replace(state, stale=True, t_ns=t_ns if state.t_ns is None else state.t_ns), ""
    if state.raw is None or state.t_ns is None:
        if state.t_ns is None:
            return replace(state, raw=raw, t_ns=t_ns), ""
        lost = (t_ns - state.t_ns) / 1e9
        fresh = replace(state, raw=raw, t_ns=t_ns, stale=False, lost_s=state.lost_s + lost, marks=state.marks + 1)
        return fresh, "could not be read at first"
    time_s = (t_ns - state.t_ns) / 1e9
    energy, reason = step(spec, state.raw, raw, time_s)
    anchor = None
    if state.anchor is not None:
        since_s = (t_ns - state.anchor[1]) / 1e9
        recovered, _ = step(spec, state.anchor[0], raw, since_s)
        # After a glitch the next value is no surer than it was: it counts only where the part can have used that much.
        if recovered is not None and recovered > spec.limit_w * max(since_s, SHORTEST_JUDGED_S):
            recovered = None
        if recovered is not None and energy is not None and recovered != energy:
            # A blip or a reset, both would explain it: bill what is certain and say that more is not known.
            energy, reason = min(recovered, energy), "after a glitch the energy is known only from below"
        elif energy is None and recovered is not None:
            energy, reason = recovered, ""
        elif energy is None:
            anchor = state.anchor
    elif energy is None:
        anchor = (state.raw, state.t_ns)
    marked = bool(reason)
    after = CounterState(
        raw=raw,
        t_ns=t_ns,
        anchor=anchor,
        joules=state.joules + (energy or 0.0),
        lost_s=state.lost_s + (time_s if marked else 0.0),
        marks=state.marks + marked,
    )
    return after, reason


def reading(state: CounterState, t_ns: int) -> Reading:
    """The state as a snapshot shows it at ``t_ns``."""
    stale_s = 0.0
    if state.stale and state.t_ns is not None:
        # Never exactly 0, which would say that the read was good.
        stale_s = max((t_ns - state.t_ns) / 1e9, 1e-9)
    return Reading(state.joules, state.lost_s, state.marks, stale_s, state.raw)
