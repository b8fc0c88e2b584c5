"""What can be said of the index on this machine without loading a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import Settings, shipped_corpus
from assistant.wiring import build_embedder, corpus_in_use, read_options
from ingest.errors import UnreadableFile
from ingest.reading import read_all
from vectorstore import corpora, forgotten, manifest
from vectorstore.errors import IndexDamaged, IndexMissing, IndexOutdated
from vectorstore.generations import IndexFolder
from vectorstore.manifest import Counts, Fingerprint
from vectorstore.planning import plan
from vectorstore.report import DocumentReport


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """The index of the corpus in use. ``current`` means that the documents are as they were when it was made."""

    generation: str
    counts: Counts
    current: bool


def trouble(settings: Settings) -> str | None:
    """Why the index of the corpus in use has to be made before it can be used; None where it can be used as it is.

    Raises IndexTooNew, EmbeddingModelError or ModelFileError.
    """
    wanted = _wanted(settings)  # first: without the model no index can be made
    try:
        generation = _folder(settings).current()
        if generation is None:
            return "There is no index of the documents yet, so they are read first."
        if manifest.check_files(generation).fingerprint == wanted:
            return None
    except IndexDamaged:
        return "The index is damaged, so it is made again from the documents."
    return (
        "The index was made with another embedding model or by an older version of this program, "
        "so it is made again from the documents."
    )


def index_state(settings: Settings) -> IndexState:
    """Check every file of the index against its manifest, and the manifest against settings and documents.

    Raises IndexMissing, IndexDamaged, IndexOutdated, IndexTooNew, EmbeddingModelError, ModelFileError, CorpusError or
    MetadataError.
    """
    folder = _folder(settings)
    generation = folder.current()
    if generation is None:
        raise IndexMissing("There is no index of the corpus in use; run `picum-assistant ingest`.")
    found = manifest.check_files(generation)
    if found.fingerprint != _wanted(settings):
        raise IndexOutdated(
            "The index was made with another embedding model or version of the program; run `picum-assistant ingest`."
        )
    digest = forgotten.scan(corpus_in_use(settings), settings.home, read_options(settings)).digest
    return IndexState(generation=generation.name, counts=found.counts, current=digest == found.digest)


def planned(settings: Settings, paths: Sequence[Path], add: bool) -> tuple[DocumentReport, ...]:
    """What ``ingest`` would do. Raises CorpusError or MetadataError."""
    chosen = corpora.to_ingest(settings.home, paths, add=add, setting=settings.corpus, shipped=shipped_corpus())
    return plan(chosen, home=settings.home, options=read_options(settings))


def read_texts(settings: Settings) -> Mapping[str, str]:
    """The text of each document of the corpus in use by id, read again from the files.

    An index that disagrees with the files is found out that way. Raises CorpusError, MetadataError or UnreadableFile.
    """
    scan = forgotten.scan(corpus_in_use(settings), settings.home, read_options(settings))
    texts: dict[str, str] = {}
    with closing(read_all(scan.sources, scan.organisation, scan.options)) as results:
        for result in results:
            if isinstance(result, UnreadableFile):
                raise result
            texts[result.document.id] = result.document.text
    return texts


def _wanted(settings: Settings) -> Fingerprint:
    return Fingerprint(embedder=build_embedder(settings).fingerprint)


def _folder(settings: Settings) -> IndexFolder:
    return IndexFolder(settings.home, corpora.corpus_key(corpus_in_use(settings)))
