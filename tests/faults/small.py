"""A small corpus that changes from round to round, and its index."""

from __future__ import annotations

from pathlib import Path

from vectorstore.corpora import corpus_key
from vectorstore.index import Index
from vectorstore.indexing import index_corpus
from vectorstore.report import IndexReport
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder
from vectorstore.verify import check_generation

DEFAULT = Scope.of("default")


def make(corpus: Path, sentences: int = 60) -> None:
    """Four documents in a new folder, in round 0."""
    corpus.mkdir(parents=True)
    for number in range(4):
        change(corpus, 0, f"doc{number}.txt", sentences=sentences)


def change(corpus: Path, round: int, name: str = "doc1.txt", *, sentences: int = 60) -> None:
    """Write the text of a document in a round."""
    # Numbers of documents, sentences and matters never meet, so that no two sentences have the same words.
    numbers = range(100, 100 + sentences)
    lines = [f"Sentence {number} of {name} tells of matter {number * 7 + round + 1000}." for number in numbers]
    (corpus / name).write_text(f"Round {round}\n\n" + "\n\n".join(lines) + "\n")


def run(corpus: Path, home: Path) -> IndexReport:
    """Index without a fresh process for the check, which takes longer than all the rest."""
    return index_corpus([corpus], home=home, embedder=HashEmbedder(), check=check_generation)


def opened(corpus: Path, home: Path) -> Index:
    """The index; every file is hashed and every canary has found itself when it is open."""
    return Index.open(home, corpus_key([corpus]), HashEmbedder().fingerprint)


def round_of(index: Index) -> str:
    """The state of the changing document, by its text, provided that search agrees with it."""
    text = index.cut_documents["doc1.txt"].document.text
    sentence = text.splitlines()[2]
    hits = index.vector_search(HashEmbedder().embed_question(sentence), kind="sentence", scope=DEFAULT, limit=1)
    found = index.sentence(hits[0].id)
    assert index.cut_documents[found.document_id].wording(found.sentence) == sentence
    return text.split("\n", 1)[0]


def generations(corpus: Path, home: Path) -> Path:
    """The folder of all generations."""
    return home / "indexes" / corpus_key([corpus]) / "generations"


def current(home: Path, report: IndexReport) -> Path:
    """The folder of the generation that a run made."""
    return home / "indexes" / report.key / "generations" / report.generation
