"""The index of the corpus in use, made again from the documents in a process of its own.

``python -m assistant.renewing`` makes it, as the settings of the environment say, and ends with 0, or with 1 and one
line of JSON on standard output. Making an index in the process that serves would slow every answer down, and what ends
the one would end the other.
"""

from __future__ import annotations

import json
import os
import sys
import threading

from assistant.errors import AssistantError
from assistant.settings import load_settings
from ingest.errors import IngestError
from vectorstore.children import run_module
from vectorstore.errors import IndexNotWritten, VectorStoreError

_SECONDS = 6 * 3600.0
_NICE = 10


def renewed(given_up: threading.Event) -> None:
    """Make the index again. Raises IndexNotWritten with the sentence of the process that could not."""
    ended = run_module("assistant.renewing", seconds=_SECONDS, given_up=given_up)
    if ended.code == 0:
        return
    try:
        reason = str(json.loads(ended.output)["error"])
    except (ValueError, KeyError, TypeError):
        reason = f"The process that makes the index again ended with code {ended.code}."
    raise IndexNotWritten(reason)


def main() -> int:
    """Make the index and say why where that fails."""
    from assistant.privacy import force_offline_and_private  # noqa: PLC0415 (before any library is imported)

    force_offline_and_private()
    os.nice(_NICE)
    from assistant.wiring import ingest  # noqa: PLC0415 (which imports this module)

    try:
        ingest(load_settings(), (), False, lambda _: None, whole=True)
    except (AssistantError, VectorStoreError, IngestError) as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
