"""The composition root: the only place that names the concrete classes behind the protocols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.assistant import Assistant
from assistant.errors import LanguageModelNotSetUp
from assistant.language_models import build_language_model
from assistant.models import locate
from assistant.settings import Settings, shipped_corpus
from vectorstore import corpora
from vectorstore.embeddings import Embedder, SentenceTransformerEmbedder
from vectorstore.indexing import index_corpus
from vectorstore.live import LiveIndex
from vectorstore.report import IndexReport, Progress
from vectorstore.store import Scope

OnProgress = Callable[[Progress], None]


def build_assistant(settings: Settings) -> Assistant:
    """The assistant over the index of the corpus in use. Raises AssistantError or VectorStoreError."""
    embedder = build_embedder(settings)
    index = LiveIndex(settings.home, corpora.corpus_key(corpus_in_use(settings)), embedder.fingerprint)
    model, without_model = None, ""
    try:
        model = build_language_model(settings)
    except LanguageModelNotSetUp as error:
        without_model = str(error)
    return Assistant(
        index,
        embedder,
        scope=Scope.of(*settings.scope),
        language=settings.language,
        today=settings.current_date,
        model=model,
        without_model=without_model,
    )


def ingest(settings: Settings, paths: Sequence[Path], add: bool, on_progress: OnProgress) -> IndexReport:
    """Index the paths, which become the whole corpus, or are added to it; without paths, the corpus in use.

    Raises ModelFileError, VectorStoreError or IngestError; then the corpus in use stays what it was.
    """
    shipped = shipped_corpus()
    chosen = corpora.to_ingest(settings.home, paths, add=add, setting=settings.corpus, shipped=shipped)
    report = index_corpus(chosen, home=settings.home, embedder=build_embedder(settings), on_progress=on_progress)
    if paths:
        corpora.remember(settings.home, chosen)
    return report


def corpus_in_use(settings: Settings) -> tuple[Path, ...]:
    """The files and folders that answers are made from: as set, else as last ingested, else the shipped ones."""
    return corpora.to_answer_from(settings.home, setting=settings.corpus, shipped=shipped_corpus())


def build_embedder(settings: Settings) -> Embedder:
    """The embedding model of the settings; loads nothing yet. Raises ModelFileError or EmbeddingModelError."""
    name = settings.embedding
    return SentenceTransformerEmbedder(locate(name, settings.home), name=name, threads=settings.threads)
