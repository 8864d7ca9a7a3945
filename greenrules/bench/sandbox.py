"""What holds a run: bubblewrap, else Landlock, else nothing, each tried before it is believed.

``bubblewrap`` gives the run its own view of the files (all read-only but the working copy, which stands where the
user's folder stands), of processes, of the network and of ``/tmp``. ``landlock`` forbids writing anywhere else and
opening internet sockets, in the same view. ``none`` can only say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from greenrules.bench.confinement import landlock_version
from greenrules.errors import UsageError
from greenrules.models import SandboxInfo

Kind = Literal["bubblewrap", "landlock", "none"]
KINDS: tuple[Kind, ...] = ("bubblewrap", "landlock", "none")

#: hidden behind empty ones: private, or full of sockets of services outside
MASKED = ("/tmp", "/var/tmp", "/run")
DEVICES = ("nvidia*", "dri", "kfd", "accel*", "infiniband")
#: what root keeps: access to the files of others, which a script run by root has
ROOT_CAPABILITIES = ("CAP_DAC_OVERRIDE", "CAP_CHOWN", "CAP_FOWNER", "CAP_FSETID")
_PROBE_S = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where one run happens.

    Attributes:
        directory: the working copy.
        seen_as: the path the run sees it at: the user's folder with a mount namespace, else the copy's own.
        temporary: an empty folder that becomes ``/tmp``, or ``TMPDIR`` where nothing can be mounted.
        caches: a folder that stays between runs, for the caches that libraries keep in the home folder.
        records: a folder the worker writes predictions to.
        readable: files and folders that must be visible wherever they are: interpreter, worker, configuration.
        shared: (the user's file, its place) of large inputs mounted read-only over the copy.
    """

    directory: Path
    seen_as: Path
    temporary: Path
    caches: Path
    records: Path
    readable: tuple[Path, ...] = ()
    shared: tuple[tuple[Path, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Confined:
    """A command ready to be started.

    Attributes:
        arguments: of the process to start.
        writable: folders outside which writing is to be forbidden by Landlock; None without Landlock.
        internet: whether internet sockets are allowed; decided by the wrapper itself under bubblewrap.
    """

    arguments: tuple[str, ...]
    writable: tuple[str, ...] | None = None
    internet: bool = True


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One rung of the ladder, found to work here.

    Attributes:
        kind: which rung.
        refused: why the better rungs do not work, with what would make them work.
        program: path of ``bwrap``.
    """

    kind: Kind
    refused: tuple[str, ...] = ()
    program: str = ""

    @property
    def mounts(self) -> bool:
        """Whether the run has its own view of the files."""
        return self.kind == "bubblewrap"

    def info(self, network: bool) -> SandboxInfo:
        """What the report says of it."""
        isolated = self.kind != "none" and not network
        detail = {
            "bubblewrap": "own file view, processes and /tmp; everything but the working copy is read-only",
            "landlock": "writing only to the working copy and a private TMPDIR; processes and /tmp are shared",
            "none": "not confined: the script can write wherever you can",
        }[self.kind]
        return SandboxInfo(kind=self.kind, network=not isolated, detail="; ".join((detail, *self.refused)))

    def confine(self, command: Sequence[str], place: Place, network: bool) -> Confined:
        """The command as it has to be started.

        Args:
            command: interpreter, worker and its configuration, with absolute paths.
            place: where it runs.
            network: whether it may reach the network.
        """
        if self.kind == "bubblewrap":
            return Confined((self.program, *_mounts(place, network), "--", *command))
        if self.kind == "landlock":
            writable = tuple(str(p) for p in (place.directory, place.temporary, place.caches, place.records))
            return Confined(tuple(command), writable, network)
        return Confined(tuple(command))


def open_sandbox(kind: str = "auto") -> Sandbox:
    """The best sandbox that works here, or the one that is asked for.

    Args:
        kind: ``auto``, ``bubblewrap``, ``landlock`` or ``none``.

    Raises:
        UsageError: no such sandbox, or the one asked for does not work here.
    """
    if kind not in ("auto", *KINDS):
        raise UsageError(f"no sandbox is called {kind!r}", remedy=f"one of: auto, {', '.join(KINDS)}")
    refused: list[str] = []
    if kind in ("auto", "bubblewrap"):
        reason = probe_bubblewrap()
        if not reason:
            return Sandbox("bubblewrap", (), shutil.which("bwrap") or "bwrap")
        refused.append(f"bubblewrap: {reason}")
    if kind in ("auto", "landlock"):
        if landlock_version() > 0:
            return Sandbox("landlock", tuple(refused))
        refused.append("landlock: not in this kernel, or not enabled")
    if kind in ("auto", "none"):
        return Sandbox("none", tuple(refused))
    raise UsageError(refused[0], remedy="leave the choice to greenrules, which takes the best that works")


def probe_bubblewrap() -> str:
    """Why bubblewrap does not work here, with the remedy; empty when it does."""
    program = shutil.which("bwrap")
    if program is None:
        return "not installed (apt install bubblewrap)"
    command = [program, *_isolation(network=False), "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    try:
        done = subprocess.run([*command, "--", "/bin/true"], capture_output=True, timeout=_PROBE_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return ""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = lines[-1] if lines else f"ended with {done.returncode}"
    if "ermission denied" in reason or "not permitted" in reason:
        reason += " (sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for bwrap)"
    return reason


def _isolation(network: bool) -> list[str]:
    # Not --die-with-parent: it would end the namespace together with the script, uncounted (see the supervisor).
    options = ["--new-session", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    if not network:
        options.append("--unshare-net")
    if os.geteuid() == 0:
        options += ["--cap-drop", "ALL"]
        for capability in ROOT_CAPABILITIES:
            options += ["--cap-add", capability]
    return options


def _mounts(place: Place, network: bool) -> list[str]:
    """The options of bubblewrap; later mounts lie over earlier ones."""
    options = [*_isolation(network), "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    for pattern in DEVICES:
        for device in sorted(Path("/dev").glob(pattern)):
            options += ["--dev-bind-try", str(device), str(device)]
    for hidden in MASKED:
        path = Path(hidden)
        if path.is_dir() and not path.is_symlink():
            options += ["--bind", str(place.temporary), hidden] if hidden == "/tmp" else ["--tmpfs", hidden]
    if network:
        for path in resolvers():
            options += ["--ro-bind-try", str(path), str(path)]
    seen = str(place.seen_as)
    hidden_roots = [Path(hidden) for hidden in MASKED]
    # The user's folder itself comes after everything that lies above it, and before what lies below it.
    above = [
        p for p in place.readable if any(p.is_relative_to(h) for h in hidden_roots) and not _below(p, place.seen_as)
    ]
    if any(place.seen_as.is_relative_to(h) for h in hidden_roots):
        above += _siblings_of(place.seen_as)
    for path in dict.fromkeys(above):
        options += ["--ro-bind", str(path), str(path)]
    options += ["--bind", str(place.directory), seen]
    for source, relative in place.shared:
        options += ["--ro-bind", str(source), f"{seen}/{relative}"]
    for path in dict.fromkeys(p for p in place.readable if _below(p, place.seen_as)):
        options += ["--ro-bind", str(path), str(path)]
    for path in (place.caches, place.records):
        options += ["--bind", str(path), str(path)]
    return [*options, "--chdir", seen]


def resolvers(configuration: Path = Path("/etc/resolv.conf")) -> list[Path]:
    """What names are resolved by that lies in a masked folder: wherever the system's configuration leads to.

    Args:
        configuration: of the resolver; often a link to what a network manager writes.
    """
    found = [Path("/run/systemd/resolve"), Path("/run/nscd")]
    file = configuration.resolve()
    masked = any(file.is_relative_to(hidden) for hidden in MASKED)
    return [*found, file] if masked and found[0] not in file.parents else found


def _below(path: Path, folder: Path) -> bool:
    return path != folder and path.is_relative_to(folder)


def _siblings_of(folder: Path) -> list[Path]:
    """The folder above the user's, for ``../data`` below ``/tmp``; never ``/tmp`` itself."""
    parent = folder.parent
    return [] if str(parent) in MASKED or parent == Path("/") else [parent]
