"""Corpus → generation → index, with real files, real Chroma and an embedder that needs no model."""

from __future__ import annotations

import os
import shutil
import struct
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ingest.chunks import CHUNKER_VERSION
from vectorstore import manifest
from vectorstore.chroma import blank_unused
from vectorstore.corpora import corpus_key, remember
from vectorstore.errors import (
    HomeUnusable,
    IndexDamaged,
    IndexMissing,
    IndexNotWritten,
    IndexOutdated,
    IndexTooNew,
    InvalidVector,
    StoreFailure,
)
from vectorstore.index import Index
from vectorstore.indexing import index_corpus
from vectorstore.live import LiveIndex
from vectorstore.report import IndexReport, Progress
from vectorstore.rows import text_rows
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder
from vectorstore.verify import check_generation

DEFAULT = Scope.of("default")
TEXTS = {
    "health.txt": "Health care\n\nEvery child has a right to health care. Doctors report nobody.\n",
    "work.txt": "Work\n\nWorkers without papers have rights at work. They may claim unpaid wages in court.\n",
    "school.txt": "School\n\nSchools are open to all children. No school asks for a residence permit.\n",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(corpus: Path, home: Path, embedder: HashEmbedder | None = None) -> IndexReport:
    """Index without a fresh process for the check, which takes longer than all the rest."""
    return index_corpus([corpus], home=home, embedder=embedder or HashEmbedder(), check=check_generation)


def opened(corpus: Path, home: Path, embedder: HashEmbedder | None = None) -> Index:
    return Index.open(home, corpus_key([corpus]), (embedder or HashEmbedder()).fingerprint)


def best_sentence(index: Index, question: str, scope: Scope = DEFAULT) -> str:
    hit = index.vector_search(HashEmbedder().embed_question(question), kind="sentence", scope=scope, limit=1)[0]
    found = index.sentence(hit.id)
    return index.cut_documents[found.document_id].wording(found.sentence)


def listing(folder: Path) -> dict[str, tuple[int, int, int]]:
    statuses = {str(path): path.stat() for path in [folder, *folder.rglob("*")]}
    return {path: (status.st_ino, status.st_size, status.st_mtime_ns) for path, status in statuses.items()}


def test_before_the_first_run_there_is_no_index(corpus: Path, home: Path) -> None:
    with pytest.raises(IndexMissing, match="picum-assistant ingest"):
        opened(corpus, home)
    assert not home.exists()


def test_a_first_run_indexes_everything(corpus: Path, home: Path) -> None:
    embedder = HashEmbedder()
    report = run(corpus, home, embedder)
    assert not report.unchanged
    assert [(row.id, row.status) for row in report.documents] == [(name, "added") for name in sorted(TEXTS)]
    assert report.counts.documents == 3
    assert report.counts.chunks == sum(row.chunks for row in report.documents) > 0
    assert report.counts.sentences == sum(row.sentences for row in report.documents) >= 6
    assert report.embedded == report.counts.chunks + report.counts.sentences == len(embedder.passages)
    assert report.copied == 0
    with opened(corpus, home) as index:
        assert index.generation == report.generation
        assert index.is_current()
        assert len(index.chunks) == report.counts.chunks
        assert best_sentence(index, "unpaid wages court") == "They may claim unpaid wages in court."
        hit = index.keyword_search(["resid", "permit"], scope=DEFAULT, limit=5)[0]
        assert index.chunk(hit.id).document_id == "school.txt"
        assert index.languages(DEFAULT) == {"en"}


def test_an_unchanged_corpus_writes_nothing(corpus: Path, home: Path) -> None:
    first = run(corpus, home)
    before = listing(home)
    again = run(corpus, home, embedder := HashEmbedder())
    assert listing(home) == before
    assert again.unchanged
    assert embedder.passages == []
    assert (again.generation, again.counts) == (first.generation, first.counts)
    assert {row.status for row in again.documents} == {"unchanged"}
    assert [row.sentences for row in again.documents] == [row.sentences for row in first.documents]


def test_reading_the_index_does_not_make_it_changed(corpus: Path, home: Path) -> None:
    run(corpus, home)
    with opened(corpus, home) as index:
        best_sentence(index, "children")
    assert run(corpus, home).unchanged


def test_only_what_changed_is_embedded(corpus: Path, home: Path) -> None:
    run(corpus, home)
    (corpus / "work.txt").write_text("Work\n\nA new law protects workers. It was passed in May.\n")
    report = run(corpus, home, embedder := HashEmbedder())
    assert {row.id: row.status for row in report.documents} == {
        "health.txt": "unchanged",
        "school.txt": "unchanged",
        "work.txt": "changed",
    }
    with opened(corpus, home) as index:
        new = {row.text for row in text_rows(index.cut_documents["work.txt"])}
        assert best_sentence(index, "law protects") == "A new law protects workers."
        assert best_sentence(index, "residence permit") == "No school asks for a residence permit."
    assert 0 < report.embedded == len(embedder.passages)
    assert set(embedder.passages) <= new
    assert report.copied == report.counts.chunks + report.counts.sentences - report.embedded


def test_copied_vectors_are_those_that_were_computed(corpus: Path, home: Path) -> None:
    run(corpus, home)
    for round in range(3):
        (corpus / "work.txt").write_text(f"Work\n\nThis is round {round}.\n")
        run(corpus, home)
    with opened(corpus, home) as index:
        rows = [row for cut in index.cut_documents.values() for row in text_rows(cut)]
        kept = index.vectors([row.id for row in rows])
        expected = HashEmbedder().embed_passages([row.text for row in rows])
    for row, vector in zip(rows, expected, strict=True):
        np.testing.assert_allclose(kept[row.id], vector, atol=1e-6)


def test_a_document_taken_away_is_erased(corpus: Path, home: Path) -> None:
    (corpus / "secret.txt").write_text("Confidential\n\nThe marker is Xylophonquartz.\n")
    run(corpus, home)
    holding = [path for path in home.rglob("*") if path.is_file() and b"Xylophonquartz" in path.read_bytes()]
    assert holding
    (corpus / "secret.txt").unlink()
    report = run(corpus, home)
    assert ("secret.txt", "removed") in [(row.id, row.status) for row in report.documents]
    left = [path for path in home.rglob("*") if path.is_file() and b"xylophonquartz" in path.read_bytes().lower()]
    assert left == []


def test_one_bad_file_does_not_stop_the_run(corpus: Path, home: Path) -> None:
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7\nnot really")
    (corpus / "broken.docx").write_bytes(b"PK\x03\x04 nor this")
    report = run(corpus, home)
    failed = {row.id: row.reason for row in report.documents if row.status == "failed"}
    assert set(failed) == {"broken.pdf", "broken.docx"}
    assert all(failed.values())
    assert report.counts.documents == 3
    again = run(corpus, home)
    assert again.unchanged
    assert again.problems == report.problems


def test_a_document_that_cannot_be_read_any_more_has_failed_and_is_not_called_removed(corpus: Path, home: Path) -> None:
    run(corpus, home)
    (corpus / "work.txt").write_bytes(b"")
    (corpus / "work.txt").rename(corpus / "work.pdf")
    (corpus / "health.txt").write_bytes(b"")
    statuses = {row.id: row.status for row in run(corpus, home).documents}
    assert statuses == {
        "school.txt": "unchanged",
        "health.txt": "failed",
        "work.pdf": "failed",
        "work.txt": "removed",
    }


def test_a_corpus_of_bad_files_leaves_the_old_index(corpus: Path, home: Path) -> None:
    run(corpus, home)
    for name in TEXTS:
        (corpus / name).unlink()
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7\nnot really")
    with pytest.raises(IndexNotWritten, match=r"No document .* could be read.*broken\.pdf"):
        run(corpus, home)
    with opened(corpus, home) as index:
        assert len(index.cut_documents) == 3


def test_another_embedding_model_needs_a_new_index(corpus: Path, home: Path) -> None:
    run(corpus, home)
    other = HashEmbedder(name="other")
    with pytest.raises(
        IndexOutdated, match="embedding model hash:32, and other:32 is set; run `picum-assistant ingest`"
    ):
        opened(corpus, home, other)
    report = run(corpus, home, other)
    assert report.copied == 0
    assert {row.status for row in report.documents} == {"unchanged"}
    with opened(corpus, home, other) as index:
        assert index.generation == report.generation


def _made_by(home: Path, report: IndexReport, **fingerprint: object) -> Path:
    """Give the index the fingerprint of another version, as that would have written it."""
    folder = home / "indexes" / report.key / "generations" / report.generation
    found = manifest.read(folder)
    manifest.write(replace(found, fingerprint=replace(found.fingerprint, **fingerprint)), folder)
    return folder


@pytest.mark.parametrize("older", [{"format": manifest.FORMAT - 1}, {"chunker": "0"}])
def test_an_index_of_an_older_version_is_replaced(corpus: Path, home: Path, older: dict[str, object]) -> None:
    folder = _made_by(home, run(corpus, home), **older)
    with pytest.raises(IndexOutdated, match="by another version of this program"):
        opened(corpus, home)
    report = run(corpus, home)
    assert not report.unchanged
    # Vectors of another format may mean something else; those of another chunker do not.
    assert (report.copied == 0) == ("format" in older)
    with opened(corpus, home) as index:
        assert index.generation == report.generation
    assert not folder.exists()


def test_texts_of_an_older_format_stand_in_nobodys_way(corpus: Path, home: Path) -> None:
    folder = _made_by(home, run(corpus, home), format=manifest.FORMAT - 1)
    (folder / "documents.jsonl").write_text('{"another": "form"}\n')
    found = manifest.read(folder)
    manifest.write(replace(found, files=manifest.hashes(folder)), folder)
    assert {row.status for row in run(corpus, home).documents} == {"added"}


@pytest.mark.parametrize("newer", [{"format": manifest.FORMAT + 1}, {"chunker": str(int(CHUNKER_VERSION) + 1)}])
def test_an_index_of_a_newer_version_is_refused_and_left_as_it_is(
    corpus: Path, home: Path, newer: dict[str, object]
) -> None:
    _made_by(home, run(corpus, home), **newer)
    before = listing(home)
    for refused in (opened, run):
        with pytest.raises(IndexTooNew, match="newer version of this program and is left as it is; use that version"):
            refused(corpus, home)
    assert listing(home) == before


def test_a_serving_process_goes_on_with_its_index_where_a_newer_version_makes_another(corpus: Path, home: Path) -> None:
    run(corpus, home)
    live = LiveIndex(home, corpus_key([corpus]), HashEmbedder().fingerprint)
    first = live.current()
    (corpus / "work.txt").write_text("Changed.\n")
    _made_by(home, run(corpus, home), format=manifest.FORMAT + 1)
    assert live.current() is first
    assert isinstance(live.refusal, IndexTooNew)


@pytest.mark.parametrize("sentences", [0, 120])
def test_the_room_for_further_vectors_holds_nothing_of_what_was_in_memory(
    corpus: Path, home: Path, sentences: int
) -> None:
    """The library makes room for a hundred rows at first, and for more as they come."""
    more = " ".join(f"Sentence {number} tells of matter {number}." for number in range(sentences))
    (corpus / "more.txt").write_text(f"More\n\nThere is more. {more}\n")
    report = run(corpus, home)
    chroma = home / "indexes" / report.key / "generations" / report.generation / "chroma"
    headers = list(chroma.glob("*/header.bin"))
    assert len(headers) == 2
    for header in headers:
        _, _, room, used, size = struct.unpack_from("<iQQQQ", header.read_bytes())
        assert 0 < used < room
        for name, row in (("data_level0.bin", size), ("length.bin", 4)):
            data = header.with_name(name).read_bytes()
            assert used * row <= len(data) <= room * row
            assert not any(data[used * row :])


def test_files_of_vectors_in_an_unknown_form_are_refused(corpus: Path, home: Path) -> None:
    report = run(corpus, home)
    chroma = home / "indexes" / report.key / "generations" / report.generation / "chroma"
    header = next(chroma.glob("*/header.bin"))
    header.write_bytes(b"\x02" + header.read_bytes()[1:])
    with pytest.raises(StoreFailure, match="in a form that is not known"):
        blank_unused(chroma)


def test_a_full_disk_is_said_before_anything_is_written(
    corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, home)
    before = listing(home)
    (corpus / "work.txt").write_text("Changed.\n")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1_000_000))
    with pytest.raises(HomeUnusable, match="1 MB free and a new index needs 50 MB; nothing was changed"):
        run(corpus, home)
    assert listing(home) == before


def test_a_folder_added_embeds_only_its_own_documents(corpus: Path, home: Path, tmp_path: Path) -> None:
    first = run(corpus, home)
    remember(home, [corpus])
    more = tmp_path / "more"
    more.mkdir()
    (more / "housing.txt").write_text("Housing\n\nLandlords must not ask for papers.\n")
    report = index_corpus([corpus, more], home=home, embedder=HashEmbedder(), check=check_generation)
    assert report.key != first.key
    assert report.copied == first.counts.chunks + first.counts.sentences
    assert report.embedded > 0
    with opened(corpus, home) as index:
        assert len(index.cut_documents) == 3


def test_a_generation_that_cannot_be_proved_is_made_once_more(corpus: Path, home: Path) -> None:
    checked = []

    def fails_once(generation: Path) -> None:
        checked.append(generation.name)
        if len(checked) == 1:
            raise IndexDamaged("A row does not find itself.")
        check_generation(generation)

    report = index_corpus([corpus], home=home, embedder=HashEmbedder(), check=fails_once)
    assert checked == [checked[0], report.generation]
    assert checked[0] != report.generation
    # What was embedded for the first is not embedded again.
    assert report.embedded == 0
    with opened(corpus, home) as index:
        assert index.generation == report.generation


class _Faulty(HashEmbedder):
    def embed_passages(self, texts: object) -> np.ndarray:
        return np.full((len(list(texts)), self.dimensions), np.nan, dtype=np.float32)  # type: ignore[call-overload]


def test_an_embedder_that_gives_no_numbers_is_found_out(corpus: Path, home: Path) -> None:
    run(corpus, home)
    (corpus / "work.txt").write_text("Changed.\n")
    with pytest.raises(InvalidVector, match="not finite"):
        run(corpus, home, _Faulty())
    with opened(corpus, home) as index:
        assert best_sentence(index, "unpaid wages") == "They may claim unpaid wages in court."
    assert run(corpus, home).copied > 0  # and nothing of it was kept for later


def test_progress_counts_up_stage_by_stage(corpus: Path, home: Path) -> None:
    events: list[Progress] = []
    index_corpus([corpus], home=home, embedder=HashEmbedder(), on_progress=events.append)  # with all its steps
    assert list(dict.fromkeys(event.stage for event in events)) == ["scan", "read", "embed", "check"]
    for stage in ("scan", "read", "embed", "check"):
        counts = [event.done for event in events if event.stage == stage]
        assert counts == sorted(counts)
        last = [event for event in events if event.stage == stage][-1]
        assert last.done == last.total > 0
    assert [event.what for event in events if event.stage == "read"] == ["", *sorted(TEXTS)]


def test_collections_are_kept_apart_from_the_file_to_the_hit(corpus: Path, home: Path) -> None:
    (corpus / "documents.yaml").write_text(
        "organisation: Example\ndocuments:\n- file: work.txt\n  title: Work\n  collection: staff\n"
    )
    run(corpus, home)
    embedder = HashEmbedder()
    with opened(corpus, home) as index:
        assert index.collections == {"default", "staff"}
        assert best_sentence(index, "unpaid wages court", Scope.of("staff")) == "They may claim unpaid wages in court."
        for kind in ("chunk", "sentence"):
            question = embedder.embed_question("unpaid wages court")
            for hit in index.vector_search(question, kind=kind, scope=DEFAULT, limit=100):
                place = index.chunk(hit.id) if kind == "chunk" else index.sentence(hit.id)
                assert place.document_id != "work.txt"
        assert index.keyword_search(["wage"], scope=DEFAULT, limit=9) == []
        assert len(index.keyword_search(["wage"], scope=Scope.of("staff"), limit=9)) == 1
        assert {cut.document.id for cut in index.documents_in(DEFAULT)} == {"health.txt", "school.txt"}


def test_a_serving_process_follows_without_an_error_or_an_empty_answer(corpus: Path, home: Path) -> None:
    run(corpus, home)
    live = LiveIndex(home, corpus_key([corpus]), HashEmbedder().fingerprint)
    first = live.current()
    assert live.current() is first
    answers: list[str] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                answers.append(best_sentence(live.current(), "unpaid wages court"))
        except BaseException as error:  # noqa: BLE001 (whatever it is, the test must fail)
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    (corpus / "new.txt").write_text("Housing\n\nLandlords must not ask for papers.\n")
    report = run(corpus, home)
    deadline = time.monotonic() + 20
    while (second := live.current()).generation != report.generation:
        assert time.monotonic() < deadline  # another thread may be opening it at this moment
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(answers) == {"They may claim unpaid wages in court."}
    assert second.generation != first.generation
    # The former generation is there as long as somebody reads it, and no longer.
    former = home / "indexes" / report.key / "generations" / first.generation
    assert former.is_dir()
    assert best_sentence(first, "landlords") != best_sentence(second, "landlords")
    first.close()
    run(corpus, home)
    (corpus / "new.txt").unlink()
    run(corpus, home)
    assert not former.exists()


def test_a_new_generation_that_cannot_be_used_leaves_the_old_one_serving(
    corpus: Path, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run(corpus, home)
    live = LiveIndex(home, corpus_key([corpus]), HashEmbedder().fingerprint)
    first = live.current()
    run(corpus, home, HashEmbedder(name="other"))
    assert [live.current() for _ in range(3)] == [first] * 3
    assert len([record for record in caplog.records if record.name == "vectorstore.live"]) == 1
    assert best_sentence(first, "residence permit") == "No school asks for a residence permit."


def test_files_of_an_index_are_their_owners_alone(corpus: Path, home: Path) -> None:
    before = os.umask(0)
    try:
        report = run(corpus, home)
    finally:
        os.umask(before)
    for path in (home / "indexes" / report.key).rglob("*"):
        assert not path.stat().st_mode & 0o077, path
