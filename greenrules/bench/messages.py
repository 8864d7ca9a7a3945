"""What the worker reports while the script runs, read from its pipe; the lines are described in ``hooks.py``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

#: a script that writes into the pipe itself must not fill our memory
LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Started:
    """The script's first statement is about to run; CPU seconds of the interpreter so far."""

    t_ns: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """From here on the script is in another stage; CPU seconds as in ``Started``.

    Attributes:
        past: one of many short stages that are told together afterwards.
    """

    t_ns: int
    cpu_s: float
    role: int
    past: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """A metric's value; ``part`` names an entry of a mapping."""

    site: int
    value: float
    part: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value or predictions that could not be recorded."""

    site: int
    what: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The script's last statement is done: ``ok``, ``exit``, ``error`` or ``memory``."""

    how: str


@dataclass(frozen=True, slots=True)
class RecordingCost:
    """What recording itself took."""

    time_s: float
    cpu_s: float


Message = Started | RoleChanged | Recorded | Unreadable | Ended | RecordingCost


@dataclass
class Reader:
    """Cuts the byte stream into messages; what is not one is dropped and counted."""

    dropped: int = 0
    _rest: bytes = b""
    _t_ns: int = field(default=0)
    _cpu_s: float = field(default=0.0)

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that these bytes complete."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            self._rest = b""
            self.dropped += 1
        for line in lines:
            try:
                yield from self._parse(line.decode("utf-8", "replace").split(" "))
            except (ValueError, IndexError):
                self.dropped += 1

    def _parse(self, fields: list[str]) -> Iterator[Message]:
        match fields[0]:
            case "s":
                self._t_ns, self._cpu_s = int(fields[1]), float(fields[2])
                yield Started(self._t_ns, self._cpu_s)
            case "r" | "w":
                role, t_ns, cpu_s = int(fields[1]), int(fields[2]), float(fields[3])
                yield from self._laid_out(fields[4:])
                self._t_ns, self._cpu_s = t_ns, cpu_s
                yield RoleChanged(t_ns, cpu_s, role)
            case "m":
                yield Recorded(int(fields[1]), float(fields[2]), fields[3])
            case "u":
                yield Unreadable(int(fields[1]), " ".join(fields[2:]))
            case "e":
                yield Ended(fields[1])
            case "o":
                yield RecordingCost(float(fields[1]), float(fields[2]))
            case _:
                self.dropped += 1

    def _laid_out(self, sums: list[str]) -> Iterator[Message]:
        """Many short stages since the last message, told as sums per role: laid one after the other, sums intact."""
        for text in sums:
            role, t_ns, cpu_s = text.split(":")
            if int(role) >= 0:
                yield RoleChanged(self._t_ns, self._cpu_s, int(role), past=True)
            self._t_ns += int(t_ns)
            self._cpu_s += float(cpu_s)
