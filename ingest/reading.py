"""Sources → cut documents, each parsed in a process of its own kind: limited, and replaced when it dies.

A parser that a file brings down takes nothing with it but its own process; the file gets a sentence, the run goes on.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass

from ingest import codec
from ingest.child import command, environment
from ingest.corpus import Source
from ingest.cut import CutDocument
from ingest.errors import UnreadableFile
from ingest.readers.registry import DEFAULTS
from ingest.readers.result import ReadOptions

_MEGABYTE = 1 << 20
_BLOCK = 1 << 16
_WAITING = 10.0
"""Seconds by the clock beyond those of work: to start the process, and for machines that have other things to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading one file may take: bytes of memory, and seconds of work, with more for each megabyte of the file
    (four hundred pages of a PDF take forty) up to ``most_work``, and an hour more where pages are recognised.
    """

    memory: int = 1 << 30
    work: float = 18.0
    work_per_megabyte: float = 60.0
    most_work: float = 600.0
    recognising: float = 3_600.0

    def seconds(self, size: int, options: ReadOptions) -> float:
        """Seconds of work for a file of ``size`` bytes."""
        work = min(self.work + self.work_per_megabyte * size / _MEGABYTE, self.most_work)
        return work + (self.recognising if options.ocr else 0.0)


LIMITS = Limits()


class ReadingProcess:
    """One child that parses files, one after the other; made when it is first needed. Close it, or use ``with``."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, source: Source, organisation: str, options: ReadOptions = DEFAULTS) -> CutDocument:
        """Read and cut one source; what breaks the child is tried once more. Raises UnreadableFile, and OSError where
        the machine is to blame: a full disk, for example.
        """
        try:
            return self._read(source, organisation, options)
        except _Broken:
            try:
                return self._read(source, organisation, options)
            except _Broken as error:
                raise UnreadableFile(
                    f"{source.relative} broke the program that reads such files, so it is damaged or made to do harm; "
                    "save it again, or remove it."
                ) from error

    def _read(self, source: Source, organisation: str, options: ReadOptions) -> CutDocument:
        size = source.path.stat().st_size if source.path.is_file() else 0
        seconds = self._limits.seconds(size, options)
        job = {
            "source": {**asdict(source), "path": str(source.path)},
            "organisation": organisation,
            "options": asdict(options),
            "work": seconds,
        }
        child = self._running()
        deadline = time.monotonic() + seconds + _WAITING
        try:
            assert child.stdin
            child.stdin.write(json.dumps(job).encode() + b"\n")
            child.stdin.flush()
            line = _line(child, deadline)
        except (BrokenPipeError, EOFError) as error:
            if child.wait() != -signal.SIGXCPU:
                raise _Broken from error
            raise _given_up(source, seconds) from error
        except TimeoutError as error:
            self.close()
            raise _given_up(source, seconds) from error
        except BaseException:
            self.close()
            raise
        if line[:1] == b"-":
            raise UnreadableFile(json.loads(line[1:]))
        if line[:1] == b"!":
            raise OSError(*json.loads(line[1:]))
        return codec.load(line[1:])

    @property
    def pid(self) -> int | None:
        """The process id of the child; None where there is none at present."""
        return self._child.pid if self._child and self._child.poll() is None else None

    def kill(self) -> None:
        """End the child while another thread reads from it: that one then hears of the end."""
        if child := self._child:
            child.kill()

    def close(self) -> None:
        """End the child and let go of it; a second call does nothing."""
        child, self._child = self._child, None
        if child:
            child.kill()
            with suppress(BrokenPipeError):
                child.communicate()

    def __enter__(self) -> ReadingProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                command("ingest.worker", str(self._limits.memory)),
                # Threads of number libraries reserve memory that they do not need here.
                env=environment(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MALLOC_ARENA_MAX="2"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # An interruption from the keyboard is for this process, which then ends its children.
                start_new_session=True,
            )
        return self._child


class _Broken(Exception):
    """The child ended without an answer."""


def _given_up(source: Source, seconds: float) -> UnreadableFile:
    return UnreadableFile(
        f"{source.relative} was given up after {seconds:.0f} seconds of work: no document takes so long; "
        "save it again, or remove it."
    )


def _line(child: subprocess.Popen[bytes], deadline: float) -> bytes:
    """The next line of the child. Raises TimeoutError, or EOFError where it has ended."""
    assert child.stdout
    stream = child.stdout.fileno()
    blocks: list[bytes] = []
    while True:
        remaining = deadline - time.monotonic()
        if remaining <= 0 or not select.select([stream], [], [], remaining)[0]:
            raise TimeoutError
        block = os.read(stream, _BLOCK)
        if not block:
            raise EOFError
        blocks.append(block)
        if block.endswith(b"\n"):
            return b"".join(blocks).removesuffix(b"\n")


def read_all(
    sources: Sequence[Source], organisation: str, options: ReadOptions = DEFAULTS, limits: Limits = LIMITS
) -> Generator[CutDocument | UnreadableFile]:
    """Each source read and cut, or why it cannot be, in the order of ``sources``; several at a time where there are
    several processors. Leaving the iterator ends the children. Raises OSError where the machine is to blame.
    """
    here = threading.local()
    children: list[ReadingProcess] = []

    def read(source: Source) -> CutDocument | UnreadableFile:
        if not hasattr(here, "process"):
            here.process = ReadingProcess(limits)
            children.append(here.process)
        process: ReadingProcess = here.process
        try:
            return process.read(source, organisation, options)
        except UnreadableFile as error:
            return error

    pool = ThreadPoolExecutor(max_workers=max(1, min(len(sources), os.cpu_count() or 1, 4)))
    try:
        yield from pool.map(read, sources)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.kill()
        pool.shutdown(wait=True)
        for child in children:
            child.close()
