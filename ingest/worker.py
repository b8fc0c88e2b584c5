"""The process in which files are parsed: whatever a broken or hostile file does, it does it here.

``python -m ingest.worker MEMORY`` reads one JSON object a line from standard input, a job, and writes one line for
each to standard output: "+" and the cut document, "-" and the sentence why there is none, or "!" and an error of the
system that has nothing to do with the file. It ends with its input.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from ingest import codec
from ingest.chunks import cut
from ingest.corpus import Source, read_document, source_of
from ingest.cut import CutDocument
from ingest.errors import IngestError, UnreadableFile
from ingest.readers.naming import encodable
from ingest.readers.registry import DEFAULTS
from ingest.readers.result import ReadOptions

GREATEST_FILE = 1 << 28
"""Bytes of one file that a parser may write for itself."""


def main(arguments: list[str]) -> int:
    """Answer jobs until there are no more."""
    limit(int(arguments[0]))
    # Libraries may print; only this process' own lines go to the parent.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        job = json.loads(line)
        allow(job["work"])
        answers.write(answer(job) + b"\n")
        answers.flush()
    return 0


def limit(memory: int) -> None:
    """No more than ``memory`` bytes of address space, no core file and no large ones."""
    wanted = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, GREATEST_FILE))
    for what, most in wanted:
        with suppress(ValueError, OSError):  # some systems know no such limit, some set a lower one
            resource.setrlimit(what, (most, most))


def allow(seconds: float) -> None:
    """So many seconds of work from now on; then the system ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 1, hard))


def answer(job: dict[str, Any]) -> bytes:
    """The line for one job."""
    source = source_of(job["source"])
    try:
        return b"+" + codec.dump(read_here(source, job["organisation"], ReadOptions(**job["options"])))
    except IngestError as error:
        return b"-" + json.dumps(encodable(str(error))).encode()
    except OSError as error:
        # The machine's trouble and not the file's: a full disk, no more memory, no more open files.
        return b"!" + json.dumps([error.errno, error.strerror or str(error), error.filename or ""]).encode()


def read_here(source: Source, organisation: str, options: ReadOptions = DEFAULTS) -> CutDocument:
    """Read and cut one source in this very process. Raises UnreadableFile."""
    try:
        document = read_document(source, organisation, options)
        document.text.encode()
        return cut(document)
    except UnicodeEncodeError as error:
        raise UnreadableFile(f"{source.relative} holds characters that no encoding allows; save it again.") from error
    except MemoryError as error:
        reason = "needs more memory than a document may; save it again in smaller parts"
        raise UnreadableFile(f"{source.relative} {reason}.") from error
    except RecursionError as error:
        reason = "nests its parts too deeply to be a document; save it again"
        raise UnreadableFile(f"{source.relative} {reason}.") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
