"""Pipes between the runner and what it runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack


def pipe(stack: ExitStack) -> tuple[int, int]:
    """Both ends of a pipe; the reading one is closed in the end."""
    read, write = os.pipe()
    stack.callback(close, read)
    return read, write


def close(*descriptors: int) -> None:
    """Close what is still open of them."""
    for descriptor in descriptors:
        try:
            os.close(descriptor)
        except OSError:
            continue


def rest(descriptor: int) -> Iterator[bytes]:
    """What is still in a pipe."""
    while True:
        try:
            data = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return
        if not data:
            return
        yield data
