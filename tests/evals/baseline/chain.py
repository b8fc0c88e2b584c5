"""A chain as LangChain's tutorials build it, over the same documents and with the same models: the opponent of every
comparison.

    picum-assistant evaluate CASES --target python:tests/evals/baseline/chain.py:answer

Each text is cut into pieces of 1,000 characters, the four pieces that are nearest to the question go into the prompt of
the tutorial with one sentence on citing, and what the model writes is the answer. Earlier messages go into the prompt
too; the search sees the question alone.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI
from langchain_text_splitters import RecursiveCharacterTextSplitter
from pydantic import SecretStr
from sentence_transformers import SentenceTransformer

from assistant.chat_models import CONTEXT_TOKENS
from assistant.language_models import LOCAL_MODEL, local_weights
from assistant.model_server import ModelServer
from assistant.models import locate
from assistant.settings import load_settings, shipped_corpus

INSTRUCTION = (
    "You are an assistant for question-answering tasks. Use the following pieces of retrieved context to answer the "
    "question. If you don't know the answer, just say that you don't know. Use three sentences maximum and keep the "
    "answer concise. Behind each sentence cite the pieces that it is from by their numbers, like [1]."
)
PROMPT = ChatPromptTemplate(
    [
        ("system", INSTRUCTION),
        ("placeholder", "{history}"),
        ("human", "Context:\n{context}\n\nQuestion: {question}\nAnswer with citations like [1]:"),
    ]
)
LOADING_S = 120.0
MOST_TOKENS = 512
"""Of an answer: small models sometimes repeat themselves without an end."""


def answer(question: str, history: Sequence[dict[str, str]] = ()) -> dict[str, Any]:
    """The answer as text, and the four pieces that it was written from, in the order of their numbers."""
    found = retriever().invoke(question)
    context = "\n\n".join(f"[{number}] {piece.page_content}" for number, piece in enumerate(found, start=1))
    written = writer().invoke(
        {
            "context": context,
            "history": [(message["role"], message["content"]) for message in history],
            "question": question,
        }
    )
    return {"answer": written, "context": found}


class MiniLM(Embeddings):
    """The embedding model of the assistant."""

    def __init__(self) -> None:
        settings = load_settings()
        self._model = SentenceTransformer(str(locate(settings.embedding, settings.home)), device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text."""
        vectors: list[list[float]] = self._model.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """One vector."""
        return self.embed_documents([text])[0]


@cache
def retriever() -> BaseRetriever:
    """The four nearest pieces."""
    documents = [
        Document(path.read_text(encoding="utf-8"), metadata={"source": path.stem})
        for path in sorted(shipped_corpus().glob("*.txt"))
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    store = InMemoryVectorStore(MiniLM())
    store.add_documents(splitter.split_documents(documents))
    return store.as_retriever(search_kwargs={"k": 4})


@cache
def writer() -> Runnable[dict[str, Any], str]:
    """The prompt and the language model of the assistant, on a server of its own that ends with this process."""
    settings = load_settings()
    server = ModelServer(local_weights(settings), threads=settings.threads, context=CONTEXT_TOKENS, slots=1)
    atexit.register(server.close)
    endpoint = server.endpoint(time.monotonic() + LOADING_S, threading.Event())
    if endpoint is None:
        raise RuntimeError("The language model was not started.")
    model = ChatOpenAI(
        model=LOCAL_MODEL,
        base_url=endpoint.url,
        api_key=SecretStr(endpoint.key),
        temperature=0,
        max_retries=0,
        extra_body={"max_tokens": MOST_TOKENS},
    )
    return PROMPT | model | StrOutputParser()
