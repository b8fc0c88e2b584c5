"""Documents forgotten and taken back, over real files and a real store."""

from __future__ import annotations

import json
import stat
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from assistant import forgetting, wiring
from assistant.errors import UnknownDocument
from assistant.forgetting import forget, remember
from assistant.settings import Settings
from assistant.wiring import ingest
from ui.cli.app import run
from ui.cli.backend import LocalBackend
from ui.cli.exits import Exit
from vectorstore import corpora, forgotten
from vectorstore.corpora import corpus_key
from vectorstore.errors import VectorStoreError
from vectorstore.index import Index
from vectorstore.keeper import Keeper
from vectorstore.live import LiveIndex
from vectorstore.report import IndexReport
from vectorstore.testing import HashEmbedder
from vectorstore.vector_cache import VectorCache
from vectorstore.verify import check_generation

MARKER = "Xylophonquartz"
TITLE = "Zwiebelkathedrale"
SECRET = f"{TITLE}\n\nThe marker is {MARKER}. It stands in this document alone.\n"
PLAIN = "Rules\n\nWorkers have rights at work. They may claim unpaid wages in court.\n"


def nothing(_step: object) -> None:
    """No progress is shown."""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two documents, one of them secret; an embedder that needs no model, and checks in this process."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "secret.txt").write_text(SECRET, encoding="utf-8")
    (docs / "rules.txt").write_text(PLAIN, encoding="utf-8")
    monkeypatch.setattr(wiring, "build_embedder", lambda _settings: HashEmbedder())
    index = wiring.index_corpus
    monkeypatch.setattr(wiring, "index_corpus", lambda *a, **named: index(*a, **named, check=check_generation))
    return settings.model_copy(update={"corpus": (docs,)})


def make(settings: Settings, *paths: Path) -> IndexReport:
    return ingest(settings, paths, False, nothing)


def opened(settings: Settings) -> Index:
    return Index.open(settings.home, corpus_key(settings.corpus), HashEmbedder().fingerprint)


def vectors_of_the_secret(settings: Settings) -> list[bytes]:
    with opened(settings) as index:
        rows = [row[0] for kind in ("chunk", "sentence") for row in index.texts(kind) if row[2] == "secret.txt"]
        kept = index.vectors(rows)
    return [vector.astype("<f4").tobytes() for vector in kept.values()]


def holding(home: Path, *needles: bytes) -> list[Path]:
    """The files that hold one of these byte strings, whatever the case of letters, free pages of databases included."""
    found = []
    for path in home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if any(needle in data or needle.lower() in data.lower() for needle in needles):
                found.append(path)
    return found


def secrets(settings: Settings) -> list[bytes]:
    texts = [MARKER.encode(), TITLE.encode(), MARKER[:8].encode(), MARKER.encode("utf-16-le")]
    vectors = vectors_of_the_secret(settings)
    # Whole vectors, and a part of each, which a page of a database or a record cut short would leave.
    return [*texts, *vectors, *(vector[32:64] for vector in vectors)]


def test_no_byte_of_a_forgotten_document_is_left(settings: Settings, tmp_path: Path) -> None:
    make(settings)
    needles = secrets(settings)
    assert len(needles) >= 8
    assert len(holding(settings.home, *needles)) >= 3  # texts, keywords and vectors: the search sees them
    # What other runs left: an index of another corpus with the same file, and files of runs that broke off.
    other = settings.model_copy(update={"corpus": (tmp_path / "docs" / "secret.txt",)})
    make(other)
    kept = settings.model_copy(update={"corpus": (tmp_path / "docs" / "rules.txt",)})
    unrelated = make(kept)
    for used in (settings, other, kept):
        root = settings.home / "indexes" / corpus_key(used.corpus)
        with VectorCache(root / "resume", "hash:32", 32) as cache:
            vectors = np.frombuffer(needles[4], dtype="<f4").reshape(1, 32)
            cache.put([f"s-{'0' * 32}"], vectors)
        (root / "questions.resume").write_text(json.dumps(["key", [f"What is {MARKER}?"]]) + "\n")
        (root / "generations" / "killed").mkdir()
        (root / "generations" / "killed" / "documents.jsonl").write_text(SECRET)
    began = time.monotonic()
    done = forget(settings, "secret.txt", nothing, delete_file=False)
    assert time.monotonic() - began < 60
    assert (done.document, done.file, done.held) == ("secret.txt", tmp_path / "docs" / "secret.txt", ())
    assert holding(settings.home, *needles) == []
    with opened(settings) as index:
        assert set(index.cut_documents) == {"rules.txt"}
    with opened(kept) as index:
        assert index.generation == unrelated.generation
    assert stat.S_IMODE((settings.home / "forgotten.json").stat().st_mode) == 0o600


def test_it_stays_forgotten_wherever_the_file_goes_and_whatever_becomes_of_it(
    settings: Settings, tmp_path: Path
) -> None:
    make(settings)
    forget(settings, str(tmp_path / "docs" / "secret.txt"), nothing, delete_file=False)
    today = settings.current_date().isoformat()
    report = make(settings)
    (problem,) = report.problems
    said = f"secret.txt was forgotten on {today}; `picum-assistant remember secret.txt` takes it back."
    assert (problem.path, problem.message, problem.verdict) == ("secret.txt", said, "skipped")
    assert {row.id: row.verdict for row in report.documents} == {"rules.txt": "read", "secret.txt": "skipped"}
    secret = tmp_path / "docs" / "secret.txt"
    secret.write_text(SECRET + "One more sentence.\n")
    assert make(settings).unchanged
    secret.write_text(SECRET)
    secret.rename(tmp_path / "docs" / "renamed.txt")
    assert make(settings).unchanged
    # Another document of the same name in another folder is another document.
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "secret.txt").write_text("Bread\n\nBread is baked in the morning.\n")
    report = make(settings.model_copy(update={"corpus": (tmp_path / "more",)}))
    assert [row.id for row in report.documents] == ["secret.txt"]


def test_a_forgotten_document_is_taken_back(settings: Settings) -> None:
    make(settings)
    forget(settings, "secret.txt", nothing, delete_file=False)
    report = remember(settings, "secret.txt", nothing)
    assert {row.id: row.status for row in report.documents} == {"rules.txt": "unchanged", "secret.txt": "added"}
    assert report.problems == ()
    with pytest.raises(UnknownDocument, match=r"'secret.txt' was not forgotten"):
        remember(settings, "secret.txt", nothing)


def test_the_only_document_leaves_no_index(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "docs" / "rules.txt").unlink()
    make(settings)
    needles = secrets(settings)
    done = forget(settings, "secret.txt", nothing, delete_file=True)
    assert done.file is None
    assert not (tmp_path / "docs" / "secret.txt").exists()
    assert holding(settings.home, *needles) == []


def test_a_document_whose_file_is_gone_already_is_forgotten(settings: Settings, tmp_path: Path) -> None:
    make(settings)
    needles = secrets(settings)
    (tmp_path / "docs" / "secret.txt").unlink()
    assert forget(settings, "secret.txt", nothing, delete_file=False).file is None
    assert holding(settings.home, *needles) == []
    (tmp_path / "docs" / "back.txt").write_text(SECRET)  # out of a backup
    assert [problem.path for problem in make(settings).problems] == ["back.txt"]


def test_an_unknown_document_is_named_with_one_that_is_known(settings: Settings) -> None:
    make(settings)
    with pytest.raises(UnknownDocument, match=r"did you mean secret\.txt\?"):
        forget(settings, "secrets.txt", nothing, delete_file=False)
    assert not (settings.home / "forgotten.json").exists()


def test_a_list_that_cannot_be_read_forgets_nothing_by_accident(settings: Settings) -> None:
    make(settings)
    forget(settings, "secret.txt", nothing, delete_file=False)
    (settings.home / "forgotten.json").write_text("{")
    with pytest.raises(VectorStoreError, match=r"forgotten\.json, the list of forgotten documents, cannot be read"):
        make(settings)


def test_a_program_that_reads_the_old_index_is_waited_for(settings: Settings) -> None:
    make(settings)
    needles = secrets(settings)
    reader = opened(settings)
    timer = threading.Timer(1.0, reader.close)
    timer.start()
    done = forget(settings, "secret.txt", nothing, delete_file=False, patience=20)
    timer.join()
    assert done.held == ()
    assert holding(settings.home, *needles) == []


def test_a_program_that_goes_on_reading_is_told_of(settings: Settings, capsys, monkeypatch) -> None:
    make(settings)
    with opened(settings) as reader:
        monkeypatch.setattr(forgetting, "PATIENCE", 0.2)

        class Here(LocalBackend):
            def settings(self) -> Settings:
                return settings

        assert run(["forget", "secret.txt"], Here()) == Exit.FAILED
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert reader.generation in said
    assert run(["forget", "secret.txt"], Here()) == Exit.FINE
    assert "nothing that it says is left" in capsys.readouterr().out
    assert run(["ingest"], Here()) == Exit.FINE
    assert "secret.txt was forgotten on" in capsys.readouterr().err
    assert run(["remember", "secret.txt"], Here()) == Exit.FINE
    assert capsys.readouterr().out == "secret.txt is in the index again.\n"


def test_a_process_that_serves_lets_go_by_itself(settings: Settings) -> None:
    make(settings)
    live = LiveIndex(settings.home, corpus_key(settings.corpus), HashEmbedder().fingerprint)
    keeper = Keeper(live, lambda _given_up: None, check=lambda *_: None)
    keeper.start()
    needles = secrets(settings)
    try:
        assert forget(settings, "secret.txt", nothing, delete_file=False).held == ()
        assert set(live.current().cut_documents) == {"rules.txt"}
        assert holding(settings.home, *needles) == []
    finally:
        keeper.close()


def test_what_is_forgotten_is_not_counted_as_a_change(settings: Settings, tmp_path: Path) -> None:
    make(settings)
    forget(settings, "secret.txt", nothing, delete_file=False)
    found = forgotten.scan(settings.corpus, settings.home)
    with opened(settings) as index:
        assert index.manifest is not None
        assert index.manifest.digest == found.digest
    assert corpora.last_ingested(settings.home) is None
