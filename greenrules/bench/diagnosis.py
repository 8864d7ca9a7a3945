"""Why a run failed, in words, with what to do about it."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from greenrules.bench.run import Outcome
from greenrules.bench.sandbox import Sandbox

_PATH = rb"['\"]([^'\"\n]+)['\"]"
#: how each sandbox refuses to write outside the working copy
_OUTSIDE = {
    # Python names the path behind the error, shell commands before it.
    sandbox: re.compile(rb"(?:%b: )?%b(?:: %b)?" % (_PATH, error, _PATH))
    for sandbox, error in (("bubblewrap", rb"Read-only file system"), ("landlock", rb"Permission denied"))
}
_SHARED = re.compile(rb"Read-only file system|Device or resource busy|Errno (?:30|16)\b|error code: (?:30|16)\b")
#: what programs say that cannot reach the network: names, addresses, and libraries that try again and again
_NETWORK = re.compile(
    rb"Temporary failure in name resolution|Name or service not known|Network is unreachable|No route to host|"
    rb"NameResolutionError|getaddrinfo failed|Could not resolve host|Connection refused|ConnectionRefusedError|"
    rb"Cannot assign requested address|Failed to establish a new connection|NewConnectionError|Max retries exceeded|"
    rb"URLError|\bConnectError\b|ConnectTimeout|Failed to connect to|couldn't connect to|"
    rb"[Oo]utgoing traffic has been disabled|All connection attempts failed|gaierror"
)
#: Landlock's companion refuses the socket itself, without a path
_SOCKET = re.compile(rb"\bsocket\b[\s\S]{0,2000}PermissionError: \[Errno 13\] Permission denied\s*$", re.MULTILINE)
_FULL = re.compile(rb"No space left on device|Errno 28\b|File too large|Errno 27\b|Disk quota exceeded")
_STDIN = re.compile(rb"EOFError: EOF when reading a line")
_ARGUMENTS = re.compile(rb"(?:error: the following arguments are required|^usage: )", re.MULTILINE)
_SIGNALS = {-6: "was aborted", -9: "was killed", -11: "crashed (segmentation fault)", -15: "was terminated"}


def shared_file_was_written(outcome: Outcome) -> bool:
    """Whether the run may have failed because a large input was mounted read-only."""
    return not outcome.ok and bool(_SHARED.search(outcome.stderr))


def diagnose(outcome: Outcome, sandbox: Sandbox, root: Path, *, network: bool, limit_s: float | None) -> Outcome:
    """The outcome with reason and remedy.

    Args:
        outcome: as it came from the run; its reason is a keyword of the supervisor, or empty.
        sandbox: that held it.
        root: the user's folder, which the working copy stands for.
        network: whether the network was allowed.
        limit_s: seconds after which it was to be ended.
    """
    if outcome.ok:
        return replace(outcome, reason="")
    reason, remedy = _words(outcome, sandbox, root, network, limit_s)
    return replace(outcome, reason=reason, remedy=remedy)


def _words(outcome: Outcome, sandbox: Sandbox, root: Path, network: bool, limit_s: float | None) -> tuple[str, str]:
    if outcome.status == "budget":
        return "the run was ended: the budget is used up", "give it more with --budget"
    match outcome.reason:
        case "timeout":
            return f"the run did not end within {limit_s or outcome.time_s:.3g} s", "give it more with --timeout S"
        case "memory":
            return "the run used more memory than allowed", "give it more with --memory, for example 8G"
        case "disk":
            return (
                "the script writes more to disk than a working copy may hold",
                "set TMPDIR to a folder with more room",
            )
        case "cancelled":
            return "the run was cancelled", ""
    if outcome.status == "out-of-memory":
        return "the run ran out of memory", "give it more with --memory, or use a machine with more"
    tail = outcome.stderr[-20_000:]
    said = (outcome.stdout[-20_000:], tail)
    if not network and sandbox.kind != "none" and (any(map(_NETWORK.search, said)) or _SOCKET.search(tail)):
        return "the script wants the network, which the sandbox forbids", "allow it with --allow-network"
    outside = _OUTSIDE.get(sandbox.kind)
    if outside is not None and (found := outside.search(tail)):
        where = (found[2] or found[1] or b"").decode("utf-8", "replace")
        if where and os.path.normpath(root / where) == str(root):
            return "the script removes or renames the folder that it runs in", "let it leave that folder where it is"
        path = f" ({where})" if where else ""
        return (
            f"the script writes outside its folder{path}: the sandbox forbids what every repetition would do again",
            "let it write below the current directory or to a temporary folder",
        )
    if _FULL.search(tail):
        return "the script writes more to disk than a working copy may hold", "set TMPDIR to a folder with more room"
    if _STDIN.search(tail):
        return "the script reads from standard input, which is empty", "give it its input by a file or by arguments"
    if _ARGUMENTS.search(tail):
        return "the script needs arguments", "put them after --, as in: greenrules apply train.py -- --epochs 3"
    if outcome.exit_code < 0:
        how = _SIGNALS.get(outcome.exit_code, f"was ended by signal {-outcome.exit_code}")
        return f"the script {how}", ""
    return f"the script ended with exit code {outcome.exit_code}", ""
