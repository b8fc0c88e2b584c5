"""The retriever of the chain: LangChain's ``BaseRetriever`` over one generation of the index and one scope."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.passages import Passage
from assistant.question import Question, analyse
from assistant.reranking import reranked
from assistant.search import search
from vectorstore.embeddings import Embedder
from vectorstore.index import Index
from vectorstore.pair_models import Reranker
from vectorstore.store import Scope

PASSAGE = "passage"
"""Metadata key of the ``Passage`` that a LangChain document stands for."""


class IndexRetriever(BaseRetriever):
    """Passages for a question, best first. ``page_content`` is the text of the passage; the metadata hold ``document``,
    ``section``, ``score``, ``rank``, ``start``, ``end`` and, under ``PASSAGE``, the passage with its sentences.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    index: Index
    embedder: Any  # a Protocol, which pydantic cannot check
    scope: Scope
    language: str = "en"
    organisation: tuple[str, ...] = ()
    reranker: Any = None  # a Reranker or None

    def question(self, text: str) -> Question:
        """A standalone question, taken apart with what this index knows."""
        documents = {cut.document.id: cut.document.metadata for cut in self.index.documents_in(self.scope)}
        return analyse(text, self.language, documents, self.organisation)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 (LangChain passes it by name)
        question: Question | None = None,
    ) -> list[LangChainDocument]:
        embedder: Embedder = self.embedder
        reranker: Reranker | None = self.reranker
        asked = question or self.question(query)
        passages = search(asked, self.index, embedder, self.scope)
        if reranker:
            passages = reranked(asked.text, passages, reranker)
        return [_as_document(passage) for passage in passages]


def _as_document(passage: Passage) -> LangChainDocument:
    return LangChainDocument(
        page_content=passage.text,
        metadata={
            "document": passage.cut.document.id,
            "section": passage.section,
            "score": passage.score,
            "rank": passage.rank,
            "start": passage.start,
            "end": passage.end,
            PASSAGE: passage,
        },
    )
