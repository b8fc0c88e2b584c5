"""Failures at the n-th thing that Python code does to files: open, write, make, rename, bring to the disk."""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, Literal

Kind = Literal["full", "kill"]

_OPENED_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = {"os.mkdir", "os.rename"}
_REMOVALS = {"os.remove", "os.rmdir", "os.truncate"}
"""No full disk fails at these, but a kill can come before them."""


def fail_at(number: int, kind: Kind) -> Callable[[], bool]:
    """Let this process fail at its ``number``-th change of files from now on (from 1): as if the disk were full, or
    with a kill; what is given back says whether it came to that. What libraries write by code of their own is not
    counted. Nothing takes this back: for a child.
    """
    met = 0

    def meet() -> None:
        nonlocal met
        met += 1
        if met == number:
            if kind == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _OPENED_TO_WRITE
        if writes or event in _CHANGES or (kind == "kill" and event in _REMOVALS):
            meet()

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            meet()
            return function(*arguments, **named)

        return call

    class Written:
        """A file whose writes are counted."""

        def __init__(self, file: Any) -> None:
            self._file = file

        def write(self, data: Any) -> int:
            meet()
            return self._file.write(data)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def __enter__(self) -> Written:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

    def opened(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        found = plain(file, mode, *arguments, **named)
        return Written(found) if set(mode) & set("wax+") else found

    plain = io.open
    builtins.open = io.open = opened  # type: ignore[assignment]
    for name in ("fsync", "pwrite", "write"):
        setattr(os, name, counted(getattr(os, name)))
    sys.addaudithook(hear)
    return lambda: met >= number
