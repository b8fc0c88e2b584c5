"""Modules of this program run in processes of their own, so that what ends them ends nobody else."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from tempfile import TemporaryFile
from typing import NamedTuple

from ingest.child import command, environment

_STEP = 0.1
"""Seconds between two looks at a child."""


class Ended(NamedTuple):
    """How a child ended: ``code`` is None where it took too long or was given up, negative for a signal."""

    code: int | None
    output: bytes


def run_module(
    module: str, arguments: Sequence[str] = (), *, seconds: float, given_up: threading.Event | None = None
) -> Ended:
    """Run ``python -m module`` with this environment and take its standard output; its standard error is dropped.

    After ``seconds``, or when ``given_up`` is set, the child is killed.
    """
    waiting = given_up or threading.Event()
    deadline = time.monotonic() + seconds
    with (
        TemporaryFile() as output,
        subprocess.Popen(
            command(module, *arguments),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
        ) as child,
    ):
        while child.poll() is None:
            if waiting.wait(_STEP) or time.monotonic() > deadline:
                child.kill()
                child.wait()
                return Ended(None, b"")
        output.seek(0)
        return Ended(child.returncode, output.read())
