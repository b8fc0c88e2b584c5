"""Questions about chunks in a real index: asked once, kept through interruptions, gone with their document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import LanguageModelBusy
from vectorstore.corpora import corpus_key, remember
from vectorstore.generations import IndexFolder
from vectorstore.index import Index
from vectorstore.indexing import index_corpus
from vectorstore.report import IndexReport, Progress
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder
from vectorstore.verify import check_generation, verify

DEFAULT = Scope.of("default")


class Asker:
    """One question about each text, with a word of its own; records the texts, ``before`` may raise."""

    def __init__(self, fingerprint: str = "asker", before: Callable[[int], None] = lambda _: None) -> None:
        self.fingerprint, self.before = fingerprint, before
        self.asked: list[str] = []

    def ask(self, text: str, language: str) -> tuple[str, ...]:
        assert language == "en"
        self.before(len(self.asked))
        self.asked.append(text)
        return (f"Who wonders about {text.split('. ', maxsplit=1)[0]}?", "Zanzibar zebras?")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for n, word in enumerate(("health", "work", "school")):
        (folder / f"{word}.txt").write_text(f"The {word}\n\nThis is about the {word} of {n + 2} people in the town.\n")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(corpus: Path, home: Path, asker: Asker | None, on_progress=lambda _: None) -> IndexReport:
    return index_corpus(
        [corpus], home=home, embedder=HashEmbedder(), asker=asker, on_progress=on_progress, check=check_generation
    )


def opened(corpus: Path, home: Path) -> Index:
    return Index.open(home, corpus_key([corpus]), HashEmbedder().fingerprint)


def nearest(corpus: Path, home: Path, question: str) -> list[str]:
    """The documents that the questions nearest to one lead to."""
    with opened(corpus, home) as index:
        vector = HashEmbedder().embed_question(question)
        hits = index.vector_search(vector, kind="question", scope=DEFAULT, limit=2)
        return [index.asked_chunk(hit.id).document_id for hit in hits if hit.score > 0.9]


def test_every_chunk_is_asked_about_once_and_found_by_its_questions(corpus: Path, home: Path) -> None:
    steps: list[Progress] = []
    report = run(corpus, home, asker := Asker(), steps.append)
    assert len(asker.asked) == report.counts.chunks == 3
    assert report.counts.questions == 6
    assert report.embedded == report.counts.chunks + report.counts.sentences + report.counts.questions
    assert [(step.done, step.total) for step in steps if step.stage == "ask"] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert nearest(corpus, home, "Who wonders about The work?") == ["work.txt"]
    assert run(corpus, home, again := Asker()).unchanged
    assert again.asked == []


def test_one_changed_file_costs_one_file(corpus: Path, home: Path) -> None:
    run(corpus, home, Asker())
    (corpus / "work.txt").write_text("The harbour\n\nThis is about the harbour now.\n")
    report = run(corpus, home, asker := Asker())
    assert len(asker.asked) == 1
    assert "harbour" in asker.asked[0]
    assert report.counts.questions == 6
    assert nearest(corpus, home, "Who wonders about The harbour?") == ["work.txt"]
    assert nearest(corpus, home, "Who wonders about The school?") == ["school.txt"]


def test_a_folder_added_asks_about_its_own_documents_only(corpus: Path, home: Path, tmp_path: Path) -> None:
    run(corpus, home, Asker())
    remember(home, [corpus])
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "housing.txt").write_text("Housing\n\nLandlords must not ask for papers.\n")
    paths = [corpus, tmp_path / "more"]
    index_corpus(paths, home=home, embedder=HashEmbedder(), asker=(asker := Asker()), check=check_generation)
    assert len(asker.asked) == 1


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), LanguageModelBusy("It is busy; ask again.")])
@pytest.mark.parametrize("torn", [False, True])
def test_an_interrupted_run_goes_on_where_it_stopped(
    corpus: Path, home: Path, failure: BaseException, torn: bool
) -> None:
    def stop(done: int) -> None:
        if done == 2:
            raise failure

    with pytest.raises(type(failure)):
        run(corpus, home, first := Asker(before=stop))
    resume = IndexFolder(home, corpus_key([corpus])).questions_resume
    assert resume.stat().st_mode & 0o077 == 0
    if torn:
        resume.write_bytes(resume.read_bytes()[:-5])
    report = run(corpus, home, second := Asker())
    assert len(first.asked) == 2
    assert len(second.asked) == (2 if torn else 1)
    assert report.counts.questions == 6
    assert not resume.exists()


def test_a_failure_leaves_the_index_in_use(corpus: Path, home: Path) -> None:
    report = run(corpus, home, None)

    def stop(_: int) -> None:
        raise LanguageModelBusy("It is busy; ask again.")

    with pytest.raises(LanguageModelBusy):
        run(corpus, home, Asker(before=stop))
    with opened(corpus, home) as index:
        assert index.generation == report.generation


def test_a_document_taken_away_takes_its_questions_along(corpus: Path, home: Path) -> None:
    (corpus / "secret.txt").write_text("Xylophonquartz\n\nThis is confidential.\n")

    def stop(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    def holding() -> list[Path]:
        return [path for path in home.rglob("*") if path.is_file() and b"xylophonquartz" in path.read_bytes().lower()]

    run(corpus, home, Asker())
    assert {path.name for path in holding()} >= {"documents.jsonl", "questions.json"}
    (corpus / "secret.txt").unlink()
    run(corpus, home, Asker())
    assert holding() == []

    # also what an interrupted run had asked about it, though the documents are as they were before that run
    (corpus / "a.txt").write_text("Xylophonquartz\n\nThis is confidential too.\n")
    (corpus / "b.txt").write_text("Another\n\nThis is not.\n")
    with pytest.raises(KeyboardInterrupt):
        run(corpus, home, Asker(before=lambda done: stop(done + 2)))
    assert {path.name for path in holding()} == {"documents.resume", "questions.resume"}
    (corpus / "a.txt").unlink()
    (corpus / "b.txt").unlink()
    assert not run(corpus, home, asker := Asker()).unchanged
    assert (holding(), asker.asked) == ([], [])


def test_another_asker_asks_again_and_none_takes_the_questions_away(corpus: Path, home: Path) -> None:
    run(corpus, home, Asker())
    run(corpus, home, other := Asker("other"))
    assert len(other.asked) == 3
    report = run(corpus, home, None)
    assert not report.unchanged
    assert (report.counts.questions, report.embedded) == (0, 0)
    assert nearest(corpus, home, "Who wonders about The work?") == []
    assert run(corpus, home, None).unchanged


def test_a_fresh_process_proves_the_questions_too(corpus: Path, home: Path) -> None:
    index_corpus([corpus], home=home, embedder=HashEmbedder(), asker=Asker(), check=verify)
    with opened(corpus, home) as index:
        assert index.manifest is not None
        assert index.manifest.counts.questions == 6
