"""Rows that must find themselves: the proof that a store still searches what was put into it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vectorstore.errors import IndexDamaged
from vectorstore.manifest import CANARIES, Canary, Manifest
from vectorstore.rows import TextRow
from vectorstore.store import KINDS, Matrix, Scope, VectorStore

_MANY = 64
_SAME = 0.9999
"""Cosine above which two float32 vectors are taken for one."""


def choose(rows: Sequence[TextRow]) -> tuple[Canary, ...]:
    """About 64 rows, spread evenly, and one of each kind in each collection at least."""
    step = -(-len(rows) // _MANY) or 1
    chosen = {row.id: row for row in rows[::step]}
    seen = {(row.kind, row.collection) for row in chosen.values()}
    for row in rows:
        if (row.kind, row.collection) not in seen:
            seen.add((row.kind, row.collection))
            chosen[row.id] = row
    return tuple(Canary(id=row.id, kind=row.kind, collection=row.collection) for row in chosen.values())


def save(canaries: Sequence[Canary], store: VectorStore, folder: Path) -> None:
    """Keep the vectors of the canaries outside the store."""
    known = store.vectors([canary.id for canary in canaries])
    vectors = [known[canary.id] for canary in canaries]
    np.save(folder / CANARIES, np.asarray(vectors, dtype=np.float32), allow_pickle=False)


def check_store(manifest: Manifest, folder: Path, store: VectorStore) -> None:
    """Count the rows and let every canary find itself. Raises IndexDamaged."""
    held = manifest.counts
    counts = {"chunk": held.chunks, "sentence": held.sentences, "question": held.questions}
    for kind in KINDS:
        found = store.count(kind, Scope(frozenset(manifest.collections))) if manifest.collections else 0
        if found != counts[kind]:
            raise _damaged(folder, f"{found} rows of kind {kind} instead of {counts[kind]}")
    vectors: Matrix = np.load(folder / CANARIES, allow_pickle=False)
    stored = store.vectors([canary.id for canary in manifest.canaries])
    for canary, vector in zip(manifest.canaries, vectors, strict=True):
        hits = store.search(vector, kind=canary.kind, scope=Scope.of(canary.collection), limit=1)
        # Equal texts have equal vectors, so the nearest may be a twin; the row itself must then hold that vector too.
        kept = stored.get(canary.id)
        if not hits or hits[0].score < _SAME or kept is None or float(kept @ vector) < _SAME:
            raise _damaged(folder, f"row {canary.id} does not find itself")


def _damaged(folder: Path, reason: str) -> IndexDamaged:
    return IndexDamaged(
        f"The index in {folder} answers wrongly ({reason}); "
        "run `picum-assistant ingest` to make it again from the documents."
    )
