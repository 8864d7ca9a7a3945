"""Landlock, seccomp and resource limits by system call: what a process can take away from itself for good.

Standard library only; used by the supervisor between ``fork`` and ``exec``, so nothing here may import our package.
Constants: ``linux/landlock.h``, ``linux/seccomp.h``, ``linux/prctl.h``, ``linux/filter.h``.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct

_SYS_LANDLOCK_CREATE_RULESET = 444
_SYS_LANDLOCK_ADD_RULE = 445
_SYS_LANDLOCK_RESTRICT_SELF = 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1

#: write file, remove folder, remove file, make char, dir, reg, sock, fifo, block, sym (ABI 1); refer (2); truncate (3)
_WRITES = (1 << 1) | sum(1 << bit for bit in range(4, 13))
_REFER = 1 << 13
_TRUNCATE = 1 << 14
#: of these, what makes sense on a single file
_ON_FILES = (1 << 1) | _TRUNCATE
#: from ABI 6 on: abstract unix sockets and signals stay within
_SCOPES = 3
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/shm", "/dev/nvidiactl", "/dev/dri", "/dev/kfd")

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
#: machine → (audit architecture, number of ``socket``, number of the first call of the x32 interface or 0)
_MACHINES = {"x86_64": (0xC000003E, 41, 0x40000000), "aarch64": (0xC00000B7, 198, 0)}
_EACCES = 13
_INTERNET = (2, 10, 17)  # AF_INET, AF_INET6, AF_PACKET


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def landlock_version() -> int:
    """The version of Landlock's interface in this kernel, 0 without Landlock."""
    try:
        version = _libc().syscall(
            ctypes.c_long(_SYS_LANDLOCK_CREATE_RULESET), None, ctypes.c_size_t(0), _LANDLOCK_CREATE_RULESET_VERSION
        )
    except (OSError, AttributeError):
        return 0
    return max(0, int(version))


def become_subreaper() -> None:
    """Adopt orphaned descendants, so that none of them can be lost."""
    _libc().prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(signal_number: int) -> None:
    """Get this signal when the parent dies."""
    _libc().prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


def no_new_privileges() -> None:
    """Make setuid programs powerless, as both Landlock and seccomp require.

    Raises:
        OSError: the kernel refused.
    """
    if _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")


def restrict_writes(folders: list[str]) -> None:
    """Forbid this process and its children to write anywhere but below these folders and to harmless devices.

    Raises:
        OSError: the kernel refused.
    """
    libc = _libc()
    version = landlock_version()
    rights = _WRITES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    attributes = struct.pack("=Q", rights)
    if version >= 6:
        attributes = struct.pack("=QQQ", rights, 0, _SCOPES)
    ruleset = libc.syscall(
        ctypes.c_long(_SYS_LANDLOCK_CREATE_RULESET), attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0)
    )
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    for path in (*folders, *_DEVICES):
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        allowed = rights if os.path.isdir(path) else rights & _ON_FILES  # noqa: PTH112
        beneath = struct.pack("=Qi", allowed, descriptor)
        failed = libc.syscall(
            ctypes.c_long(_SYS_LANDLOCK_ADD_RULE),
            ctypes.c_int(ruleset),
            ctypes.c_int(_LANDLOCK_RULE_PATH_BENEATH),
            beneath,
            ctypes.c_uint32(0),
        )
        os.close(descriptor)
        if failed:
            raise OSError(ctypes.get_errno(), f"landlock_add_rule {path}")
    if libc.syscall(ctypes.c_long(_SYS_LANDLOCK_RESTRICT_SELF), ctypes.c_int(ruleset), ctypes.c_uint32(0)) != 0:
        raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    os.close(ruleset)


def forbid_internet() -> bool:
    """Make ``socket`` refuse internet addresses, for this process and its children; False on other machines.

    Raises:
        OSError: the kernel refused.
    """
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    program = _filter(*known)
    code = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)), 16)
    if _libc().prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return True


def _filter(architecture: int, socket: int, x32: int) -> bytes:
    """Classic BPF over ``struct seccomp_data`` {nr, arch, ip, args[6]}: EACCES for internet sockets."""
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | _EACCES
    steps: list[tuple[int, int, int, int]] = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (answer, 0, 0, refuse),
        (load, 0, 0, 0),
    ]
    if x32:
        steps += [(at_least, 0, 1, x32), (answer, 0, 0, refuse)]
    steps += [(equal, 1, 0, socket), (answer, 0, 0, allow), (load, 0, 0, 16)]
    for family in _INTERNET:
        steps += [(equal, 0, 1, family), (answer, 0, 0, refuse)]
    steps.append((answer, 0, 0, allow))
    return b"".join(struct.pack("HBBI", *step) for step in steps)
