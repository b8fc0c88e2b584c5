"""Builders for tests of answering: documents cut as for an index, and an assistant over them in memory."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from assistant.assistant import Assistant
from assistant.consulting import Expansion
from assistant.errors import LanguageModelError
from assistant.language_models import CERTAIN, LanguageModel, Prompt, Schema
from assistant.reading import EXPANDING_SCHEMA
from ingest.chunks import cut
from ingest.cut import CutDocument
from ingest.document import DEFAULT_COLLECTION, Authority, Document, Mark, Metadata, Page
from vectorstore.embeddings import Embedder
from vectorstore.index import Index
from vectorstore.live import LiveIndex
from vectorstore.pair_models import EntailmentModel, Reranker
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, memory_index


def read(
    id: str,
    text: str,
    *,
    title: str = "",
    language: str = "en",
    publisher: str = "",
    authority: Authority = "own",
    kind: str = "",
    published: str | None = None,
    valid_from: str | None = None,
    valid_until: str | None = None,
    supersedes: str | None = None,
    superseded_by: str | None = None,
    collection: str = DEFAULT_COLLECTION,
    marks: Sequence[Mark] = (),
    pages: Sequence[Page] = (),
) -> CutDocument:
    """A document with this text, cut as it is for an index."""
    return cut(
        Document(
            id=id,
            path=f"{id}.txt",
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            metadata=Metadata(
                title=title or id,
                language=language,
                publisher=publisher,
                authority=authority,
                kind=kind,
                published=published,
                valid_from=valid_from,
                valid_until=valid_until,
                supersedes=supersedes,
                superseded_by=superseded_by,
                collection=collection,
            ),
            marks=tuple(marks),
            pages=tuple(pages),
        )
    )


class ScriptedModel:
    """A language model that writes what it was made with, ``step`` characters at a time; of several texts one a call,
    in turn, and the last one again and again.

    ``prompts`` records what it was told; ``failure`` is raised when the text has been written; ``cancelled`` is the
    event of the last call, which ends it; ``given_up`` counts calls that were left before their end. ``may_go_on`` is
    asked with what is written so far, before each piece and before the end: as long as it says no, the model is silent.
    Its log odds of finding an answer are ``finds``, the answer that it imagines is ``imagines``; neither counts as a
    call.
    """

    name = "scripted"
    host: str | None = None
    resting = False

    def __init__(
        self,
        *texts: str,
        step: int = 7,
        failure: LanguageModelError | None = None,
        may_go_on: Callable[[str], bool] = lambda _written: True,
        finds: float = CERTAIN,
        imagines: str = "",
    ) -> None:
        self.finds, self.imagines = finds, imagines
        self.texts, self.step, self.failure, self.may_go_on = texts or ("",), step, failure, may_go_on
        self.prompts: list[Prompt] = []
        self.cancelled = threading.Event()
        self.given_up = 0

    def stream(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,  # noqa: ARG002 (part of the protocol)
        schema: Schema | None = None,
        cancelled: threading.Event,
    ) -> Iterator[str]:
        """See ``LanguageModel.stream``."""
        if schema is EXPANDING_SCHEMA:
            yield json.dumps({"sentence": self.imagines})
            return
        call = len(self.prompts)
        text = self._text(call)
        self.prompts.append(prompt)
        self.cancelled = cancelled
        try:
            for at in [*range(0, len(text), self.step), len(text)]:
                while not cancelled.is_set() and not self.may_go_on(text[:at]):
                    cancelled.wait(0.02)
                if cancelled.is_set():
                    return
                if piece := self._text(call)[at : at + self.step]:
                    yield piece
        except GeneratorExit:
            self.given_up += 1
            raise
        if self.failure:
            raise self.failure

    def _text(self, call: int) -> str:
        """What it writes in a call (from 0); a test may change its mind until it is written."""
        return self.texts[min(call, len(self.texts) - 1)]

    def log_odds(self, prompt: Prompt, *, cancelled: threading.Event) -> float:  # noqa: ARG002
        """See ``LanguageModel.log_odds``."""
        return self.finds

    def warm_up(self, system: str) -> None:
        """Is always ready."""

    def close(self) -> None:
        """Has nothing to end."""


class FixedIndex(LiveIndex):
    """A live index that stays the one it was made with."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def current(self) -> Index:
        """The index."""
        return self._index


def assistant_over(
    documents: Sequence[CutDocument],
    *,
    scope: Sequence[str] = (DEFAULT_COLLECTION,),
    today: date = date(2026, 11, 1),
    language: str = "en",
    organisation: str = "",
    embedder: Embedder | None = None,
    model: LanguageModel | None = None,
    without_model: str = "",
    expansion: Expansion = "auto",
    reranker: Reranker | None = None,
    entailment: EntailmentModel | None = None,
) -> Assistant:
    """An assistant over an index in memory; without an ``embedder``, texts are alike by the words they share."""
    used = embedder or HashEmbedder(64)
    return Assistant(
        FixedIndex(memory_index(documents, used, organisation=organisation)),
        used,
        scope=Scope.of(*scope),
        language=language,
        today=lambda: today,
        model=model,
        without_model=without_model,
        expansion=expansion,
        reranker=reranker,
        entailment=entailment,
    )
