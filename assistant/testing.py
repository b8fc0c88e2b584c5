"""Builders for tests of answering: documents cut as for an index, an assistant over them in memory, and its rules."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from assistant.answer import Answer, Citation
from assistant.assistant import Assistant
from assistant.errors import LanguageModelError
from assistant.language_models import LanguageModel, Prompt, Schema
from assistant.writing import OMITTED, plain
from ingest.chunks import cut
from ingest.cut import CutDocument
from ingest.document import DEFAULT_COLLECTION, Authority, Document, Mark, Metadata, Page
from prompts.loader import phrases
from vectorstore.embeddings import Embedder
from vectorstore.index import Index
from vectorstore.live import LiveIndex
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, memory_index

MOST_CITATIONS = 8
REFUSALS = frozenset({"not_in_documents", "declined"})
AUTHORITIES = ("own", "unstated", "third_party")
"""In the order in which they speak."""

_MARKER = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")


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
    """A language model that writes what it was made with, ``step`` characters at a time.

    ``prompts`` records what it was told; ``failure`` is raised when the text has been written; ``cancelled`` is the
    event of the last call.
    """

    name = "scripted"
    host: str | None = None

    def __init__(self, text: str = "", *, step: int = 7, failure: LanguageModelError | None = None) -> None:
        self.text, self.step, self.failure = text, step, failure
        self.prompts: list[Prompt] = []
        self.cancelled = threading.Event()

    def stream(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,  # noqa: ARG002 (part of the protocol)
        schema: Schema | None = None,  # noqa: ARG002
        cancelled: threading.Event,
    ) -> Iterator[str]:
        """See ``LanguageModel.stream``."""
        self.prompts.append(prompt)
        self.cancelled = cancelled
        for at in range(0, len(self.text), self.step):
            yield self.text[at : at + self.step]
        if self.failure:
            raise self.failure

    def warm_up(self) -> None:
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
    )


def broken_rules(answer: Answer, documents: Mapping[str, CutDocument]) -> list[str]:
    """What an answer breaks of the rules that hold for every answer, one sentence each; empty for a good one."""
    return [
        *_wrong_places(answer, documents),
        *_wrong_markers(answer),
        *_wrong_sentences(answer),
        *_wrong_attribution(answer),
        *_wrong_refusal(answer),
    ]


def _wrong_places(answer: Answer, documents: Mapping[str, CutDocument]) -> list[str]:
    found = [f"{len(answer.citations)} citations"] if len(answer.citations) > MOST_CITATIONS else []
    for citation in answer.citations:
        document = documents[citation.document].document
        if document.text[citation.start : citation.end] != citation.quote or not citation.quote.strip():
            found.append(f"citation {citation.marker} is not where it says")
        if document.page_at(citation.start) != citation.page:
            found.append(f"citation {citation.marker} names another page")
        if not _left_out_of(_one_line(citation.quote), citation.display_quote):
            found.append(f"citation {citation.marker} displays what is not quoted")
    return found


def _left_out_of(quote: str, displayed: str) -> bool:
    """Whether ``displayed`` is ``quote`` but for what is marked as omitted."""
    pieces = (re.escape(piece.strip()) for piece in displayed.split(OMITTED))
    return re.fullmatch(".*?".join(pieces), quote) is not None


def _wrong_markers(answer: Answer) -> list[str]:
    """Markers as everybody finds them, the page and evaluation alike."""
    shown = [int(number) for group in _MARKER.findall(answer.answer) for number in group.split(",")]
    listed = [citation.marker for citation in answer.citations]
    if list(dict.fromkeys(shown)) != listed or listed != list(range(1, len(listed) + 1)):
        return [f"the text has the markers {shown} and the citations are {listed}"]
    return []


def _wrong_sentences(answer: Answer) -> list[str]:
    cited = {citation.marker: citation for citation in answer.citations}
    found = []
    end = 0
    for sentence in answer.sentences:
        if answer.answer[sentence.start : sentence.end] != sentence.text or sentence.start < end:
            found.append(f"the sentence at {sentence.start} is not there")
        end = sentence.end
        behind = "".join(f"[{marker}]" for marker in sentence.markers)
        if not answer.answer[sentence.end :].startswith(f" {behind}"):
            found.append(f"the sentence at {sentence.start} is not followed by {behind}")
        if not all(sentence.text in plain(cited[marker].display_quote) for marker in sentence.markers):
            found.append(f"{sentence.text!r} is not in its evidence")
    return found


def _wrong_attribution(answer: Answer) -> list[str]:
    """Whoever is not the organisation is named right above the quotation and comes after it in each part."""
    cited = {citation.marker: citation for citation in answer.citations}
    further = answer.answer.find(f"\n\n{phrases(answer.language).say('further')}\n\n")
    found = []
    last = (False, 0)
    for sentence in answer.sentences:
        citation = cited[sentence.markers[0]]
        above = _label_above(answer.answer, sentence.start)
        if citation.authority != "own" and plain(_one_line(_name(citation))) not in above:
            found.append(f"the words of {_name(citation)!r} stand under {above!r}")
        place = (0 <= further < sentence.start, AUTHORITIES.index(citation.authority))
        if place < last:
            found.append(f"{citation.authority} document stands before others at {sentence.start}")
        last = place
    return found


def _label_above(text: str, at: int) -> str:
    """The last paragraph before ``at`` that is no quotation."""
    paragraphs = [part for part in text[:at].split("\n\n") if not part.startswith(">")]
    return paragraphs[-1] if paragraphs else ""


def _name(citation: Citation) -> str:
    return citation.publisher if citation.authority == "third_party" and citation.publisher else citation.title


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wrong_refusal(answer: Answer) -> list[str]:
    if answer.status not in REFUSALS:
        return [] if answer.citations else [f"{answer.status} without a citation"]
    first_line = answer.answer.partition("\n")[0]
    found = [] if first_line and not _MARKER.search(first_line) else ["a refusal that is cited"]
    if answer.status == "declined" and answer.citations:
        found.append("declined with citations")
    return found
