"""Runs of the indexer in processes of their own that can be killed; ``python -m tests.faults.driver`` is their parent.

The parent forks a child for each line that it reads, so that libraries are imported once, and says the child's pid and
how it ended.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import subprocess
import sys
from pathlib import Path

from tests.faults.points import Kind, fail_at

ROOT = Path(__file__).parents[2]
FAILED, MISTAKEN, COPED = 3, 4, 5
"""How a run ends that failed with a sentence; with an error of another kind; that met its fault and succeeded."""


class Driver:
    """Runs the indexer, one run at a time."""

    def __init__(self) -> None:
        self._process = self._begun()

    def begin_anew(self) -> None:
        """Begin with a fresh process: after a trial that broke off nobody knows what the old one has yet to say."""
        self._process.kill()
        self._process.communicate()
        self._process = self._begun()

    def _begun(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.driver"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start(
        self,
        corpus: Path,
        home: Path,
        *,
        pause: float = 0.0,
        largest_file: int = 0,
        check: str = "check_generation",
        fault: tuple[int, Kind] | None = None,
    ) -> int:
        """Start a run and give its pid. ``pause`` seconds are slept for each text; with ``largest_file`` bytes files
        cannot grow beyond them; ``fault`` is what ``fail_at`` takes.
        """
        order = {
            "corpus": str(corpus),
            "home": str(home),
            "pause": pause,
            "largest_file": largest_file,
            "check": check,
            "fault": fault,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def ended(self) -> int:
        """The exit code of the run, negative for a signal."""
        return self._answer()

    def said(self) -> str:
        """The sentence of a run that failed."""
        assert self._process.stderr is not None
        return self._process.stderr.readline()

    def close(self) -> None:
        self._process.communicate()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def main() -> None:
    logging.disable()

    import chromadb  # noqa: F401 (for all children)

    from ingest.language import detect_language
    from vectorstore.errors import VectorStoreError
    from vectorstore.indexing import index_corpus
    from vectorstore.testing import HashEmbedder
    from vectorstore.verify import check_generation, verify

    detect_language("The language model is loaded before the first run, so that none has to load it again.")
    checks = {"check_generation": check_generation, "verify": verify}
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            if limit := order["largest_file"]:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            corpus, home, embedder = Path(order["corpus"]), Path(order["home"]), HashEmbedder(pause=order["pause"])
            met = fail_at(*order["fault"]) if order["fault"] else bool
            try:
                index_corpus([corpus], home=home, embedder=embedder, check=checks[order["check"]])
            except VectorStoreError as error:
                sys.stderr.write(f"{type(error).__name__} {error}\n")
                sys.stderr.flush()
                os._exit(FAILED)
            except BaseException as error:  # noqa: BLE001 (its parent says what it was)
                sys.stderr.write(f"{error!r}\n")
                sys.stderr.flush()
                os._exit(MISTAKEN)
            os._exit(COPED if met() else 0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
