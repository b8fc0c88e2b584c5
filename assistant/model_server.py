"""Supervision of the process that serves a language model on this machine: start, restart, health, end.

One thread per server starts the process, waits for its end, and starts it again. The process ends when its standard
input is closed, so it cannot outlive this one, however this one ends.
"""

from __future__ import annotations

import json
import logging
import secrets
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from assistant.errors import LanguageModelError, LanguageModelNotSetUp, LanguageModelTooSlow, LanguageModelUnreachable

_log = logging.getLogger(__name__)

LOOK_S = 0.1
"""How often one who waits for the server looks whether to give up."""
LOADING_S = 300.0
"""How long a model may be loaded from a slow disk before the process is taken to hang."""
ENDING_S = 5.0

_MODULE = "assistant.model_server_process"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running server: the base address of its API, and the key that requests carry."""

    url: str
    key: str = field(repr=False)


class ModelServer:
    """llama.cpp's server for one model file, in a process of its own. Any thread may call any method.

    After more than ``restarts`` ends within ``within_s`` seconds it is left alone until that time has passed. A healthy
    one says so within ``health_s`` seconds, also on a machine that is busy.
    """

    def __init__(
        self,
        model: Path,
        *,
        threads: int,
        context: int,
        slots: int,
        restarts: int = 3,
        within_s: float = 300.0,
        health_s: float = 5.0,
        port: int = 0,
        key: str = "",
    ) -> None:
        """``port`` 0 is any free one; without a ``key`` each process has a new one."""
        self._model = model.absolute()
        self._arguments = [f"--threads={threads}", f"--context={context}", f"--slots={slots}", f"--port={port}"]
        self._key = key
        self._within_s = within_s
        self._health_s = health_s
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[str] | None = None
        self._started_at = 0.0
        self._ends: deque[float] = deque(maxlen=restarts + 1)
        self._endpoint: Endpoint | None = None
        self._failure: LanguageModelError | None = None
        self._failed_at = 0.0
        self._closed = False

    @property
    def process_id(self) -> int | None:
        """The running process; None while there is none."""
        with self._changed:
            return self._process.pid if self._process else None

    def start(self) -> None:
        """Begin to start the server unless it runs, and return at once."""
        with self._changed:
            if self._closed or self._thread:
                return
            if self._failure and time.monotonic() - self._failed_at < self._within_s:
                return
            self._failure = None
            self._thread = threading.Thread(target=self._supervise, name="model-server", daemon=True)
            self._thread.start()

    def endpoint(self, until: float, cancelled: threading.Event) -> Endpoint | None:
        """The running server; starts it and waits until the monotonic time ``until``. None when cancelled meanwhile.

        Raises LanguageModelTooSlow when it is not up by then, and another LanguageModelError when it cannot be started.
        """
        self.start()
        with self._changed:
            while not self._endpoint:
                if cancelled.is_set():
                    return None
                if self._failure:
                    # A new one each time: the traceback of one that is raised again and again would grow.
                    raise type(self._failure)(str(self._failure))
                if self._closed:
                    raise LanguageModelUnreachable("The language model on this machine is shut down; start it again.")
                left = until - time.monotonic()
                if left <= 0:
                    raise LanguageModelTooSlow(
                        "The language model on this machine is still being loaded; ask again in a moment."
                    )
                self._changed.wait(min(left, LOOK_S))
            return self._endpoint

    def check(self) -> None:
        """Look whether the server still answers; one that does not is ended, and so begins anew."""
        with self._changed:
            process, endpoint, loading_s = self._process, self._endpoint, time.monotonic() - self._started_at
        if process is None or (endpoint is None and loading_s < LOADING_S):
            return
        if endpoint and process.poll() is None and _healthy(endpoint, self._health_s):
            return
        with self._changed:
            if process is self._process:
                self._endpoint = None
        process.kill()

    def close(self) -> None:
        """End the process, and do not start it again."""
        with self._changed:
            self._closed = True
            process, thread = self._process, self._thread
            self._changed.notify_all()
        if process:
            _end(process)
        if thread:
            thread.join()

    def _supervise(self) -> None:
        while process := self._spawn():
            with process:
                endpoint, reason = self._greet(process)
                with self._changed:
                    self._endpoint = endpoint
                    self._changed.notify_all()
                if process.stdout:
                    process.stdout.read()  # returns when the process ends
            with self._changed:
                self._process = self._endpoint = None
                self._ends.append(time.monotonic())
                if self._closed:
                    return
                _log.warning("The process of the language model ended (code %s).", process.returncode)
                if failure := self._reason_to_stop(reason):
                    self._give_up(failure)
                    return

    def _spawn(self) -> subprocess.Popen[str] | None:
        # From the folder that holds this package, so that it is this package that the process imports. Its log goes
        # nowhere: a library's message may quote a prompt.
        command = [sys.executable, "-m", _MODULE, str(self._model), *self._arguments]
        with self._changed:
            if self._closed:
                return None
            self._started_at = time.monotonic()
            try:
                self._process = subprocess.Popen(
                    command,
                    cwd=Path(__file__).parents[1],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
            except OSError as error:
                self._give_up(
                    LanguageModelUnreachable(
                        f"The language model on this machine cannot be started ({error.strerror}); ask again later."
                    )
                )
                return None
            return self._process

    def _give_up(self, failure: LanguageModelError) -> None:
        """Tell those who wait, and end the thread. Called with the lock held."""
        self._failure, self._failed_at, self._thread = failure, time.monotonic(), None
        self._changed.notify_all()

    def _greet(self, process: subprocess.Popen[str]) -> tuple[Endpoint | None, str]:
        """Give the process its key and hear where it serves, or why not."""
        key = self._key or secrets.token_urlsafe(32)
        if not process.stdin or not process.stdout:
            return None, ""
        try:
            process.stdin.write(f"{key}\n")
            process.stdin.flush()
            said = json.loads(process.stdout.readline())
        except (OSError, ValueError):
            # It ended before it could say anything; its code will be logged. What it did not read is dropped.
            with suppress(OSError):
                process.stdin.close()
            return None, ""
        return (Endpoint(f"{said['url']}/v1", key), "") if "url" in said else (None, said["error"])

    def _reason_to_stop(self, reason: str) -> LanguageModelError | None:
        """What to tell those who wait, if the process is not to be started again. Called with the lock held."""
        if reason:
            return LanguageModelNotSetUp(
                f"The language model on this machine cannot be loaded from {self._model}; "
                "run `picum-assistant models verify`, and see that there is memory for it."
            )
        if len(self._ends) == self._ends.maxlen and self._ends[-1] - self._ends[0] < self._within_s:
            return LanguageModelUnreachable(
                f"The language model on this machine ended {len(self._ends)} times in a short while; "
                "see that there is memory for it, and ask again in some minutes."
            )
        return None


def _healthy(endpoint: Endpoint, seconds: float) -> bool:
    try:
        return httpx2.get(f"{endpoint.url}/health", timeout=seconds, trust_env=False).is_success
    except httpx2.HTTPError:
        return False


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        with suppress(OSError):
            process.stdin.close()
    try:
        process.wait(ENDING_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
