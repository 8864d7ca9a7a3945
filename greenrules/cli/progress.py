"""Progress of a long verb: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from greenrules.cli.console import Console
from greenrules.events import (
    CandidateRejected,
    Event,
    Notice,
    PhaseStarted,
    RunFinished,
    RunStarted,
    Sink,
    StageEntered,
    silent,
)

if TYPE_CHECKING:
    from rich.console import RenderableType


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}" if minutes else f"{rest} s"


def _line(event: Event) -> str | None:
    """The event as a plain line, or None when it is too small for one."""
    match event:
        case PhaseStarted(phase, detail):
            return f"{phase}: {detail}" if detail else phase
        case RunStarted(variant, number, total, left):
            ahead = f", about {_duration(left)} left" if left is not None else ""
            return f"  run {number} of {total}: {variant}{ahead}"
        case RunFinished(variant, energy, seconds, quality, status):
            joules = f"{energy:.4g} J, " if energy is not None else ""
            score = f", quality {quality:.6g}" if quality is not None else ""
            return f"  {variant}: {joules}{seconds:.2f} s{score}" + ("" if status == "ok" else f" ({status})")
        case CandidateRejected(variant, reason):
            return f"  {variant} is out: {reason}"
        case _:
            return None


class _Live:
    """Phase, run k of n, stage and time left, redrawn in place."""

    def __init__(self) -> None:
        self.phase = "starting"
        self.detail = ""
        self.variant = ""
        self.stage = ""
        self.number = self.total = 0
        self.left: float | None = None
        self.since = time.monotonic()
        self.last = ""

    def take(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase, detail):
                self.phase, self.detail = phase, detail
            case RunStarted(variant, number, total, left):
                self.variant, self.number, self.total, self.left = variant, number, total, left
                self.stage, self.since = "", time.monotonic()
            case StageEntered(_, role):
                self.stage = role
            case RunFinished():
                self.last = (_line(event) or "").strip()
            case _:
                pass

    def __rich__(self) -> RenderableType:
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        head = Text.assemble((self.phase, "bold"), f"  {self.detail}")
        table.add_row(head)
        if self.total:
            bar = ProgressBar(total=self.total, completed=max(0, self.number - 1), width=30)
            left = f"about {_duration(self.left)} left" if self.left is not None else ""
            elapsed = _duration(time.monotonic() - self.since)
            row = Table.grid(padding=(0, 2))
            row.add_row(bar, f"run {self.number} of {self.total}", self.variant, self.stage, elapsed, left)
            table.add_row(row)
        if self.last:
            table.add_row(Text(self.last, style="dim"))
        return table


@contextmanager
def progress(console: Console) -> Iterator[Sink]:
    """A sink that shows events as they come."""
    if console.quiet:
        yield silent
        return
    if console.stream.isatty():
        from rich.console import Console as RichConsole
        from rich.live import Live

        screen = RichConsole(file=console.stream, no_color=not console.colored())
        display = _Live()
        with Live(display, console=screen, refresh_per_second=8, transient=True) as live:

            def draw(event: Event) -> None:
                display.take(event)
                if isinstance(event, Notice):
                    live.console.print(f"{event.level}: {event.message}", markup=False, highlight=False)
                    if event.remedy:
                        live.console.print(f"  help: {event.remedy}", markup=False, highlight=False)
                elif isinstance(event, CandidateRejected):
                    live.console.print(_line(event), markup=False, highlight=False)

            yield draw
        return

    def write(event: Event) -> None:
        if isinstance(event, Notice):
            if event.level == "warning":
                console.warn(event.message, event.remedy)
            else:
                console.note(event.message if not event.remedy else f"{event.message}\n  help: {event.remedy}")
        elif (line := _line(event)) is not None:
            console.note(line)

    yield write
