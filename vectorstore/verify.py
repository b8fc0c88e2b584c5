"""The proof of a generation before it is used, in a process of its own.

``python -m vectorstore.verify FOLDER`` ends with 0 or 1 and one line of JSON on standard output. Some damage makes the
library of the store end its process with a signal, so the one who asks must not be that process.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from vectorstore import catalogue, chunk_questions
from vectorstore.canaries import check_store
from vectorstore.children import run_module
from vectorstore.chroma import ChromaStore
from vectorstore.errors import IndexDamaged, VectorStoreError
from vectorstore.lexical import LexicalIndex
from vectorstore.manifest import CHROMA, DOCUMENTS, LEXICAL, QUESTIONS, Counts, Manifest, check_files
from vectorstore.rows import text_rows

_SECONDS = 600


def check_generation(folder: Path) -> Manifest:
    """Open and compare all that a generation holds. Raises IndexDamaged or StoreFailure."""
    manifest = check_files(folder)
    LexicalIndex.load(folder / LEXICAL)
    documents = catalogue.load(folder / DOCUMENTS)
    questions = chunk_questions.load(folder / QUESTIONS)
    rows = (row for document in documents for row in text_rows(document, questions))
    if Counts.of(len(documents), (row.kind for row in rows)) != manifest.counts:
        raise IndexDamaged(
            f"The texts in {folder} are not those its manifest counts; run `picum-assistant ingest` to make it again."
        )
    with ChromaStore(folder / CHROMA) as store:
        check_store(manifest, folder, store)
    return manifest


def verify(folder: Path, given_up: threading.Event | None = None) -> None:
    """Run ``check_generation`` in a fresh process. Raises IndexDamaged, also where a signal ended that process, and
    where ``given_up`` was set meanwhile.
    """
    ended = run_module("vectorstore.verify", [str(folder)], seconds=_SECONDS, given_up=given_up)
    if ended.code is None:
        raise _failed(folder, f"the check took more than {_SECONDS} seconds")
    if ended.code:
        try:
            reason = str(json.loads(ended.output)["error"])
        except (ValueError, KeyError, TypeError):
            reason = f"the check ended with code {ended.code}"
        raise _failed(folder, reason)


def main(arguments: list[str]) -> int:
    """Check the folder named and say the result."""
    try:
        manifest = check_generation(Path(arguments[0]))
    except VectorStoreError as error:
        result: dict[str, object] = {"ok": False, "error": str(error)}
    else:
        result = {"ok": True, "chunks": manifest.counts.chunks, "sentences": manifest.counts.sentences}
    sys.stdout.write(json.dumps(result) + "\n")
    return 0 if result["ok"] else 1


def _failed(folder: Path, reason: str) -> IndexDamaged:
    return IndexDamaged(f"The generation {folder.name} did not pass its check: {reason}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
