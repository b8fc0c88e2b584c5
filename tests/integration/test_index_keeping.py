"""While it serves: damage is noticed, answers go on by words with a warning, and the index is made again."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.assistant import BY_WORDS, Assistant
from assistant.renewing import renewed
from tests.faults import small
from tests.faults.damage import DAMAGE
from vectorstore import manifest
from vectorstore.corpora import corpus_key
from vectorstore.errors import IndexDamaged, IndexNotWritten, StoreFailure
from vectorstore.generations import IndexFolder
from vectorstore.index import Index
from vectorstore.indexing import index_corpus
from vectorstore.keeper import Keeper, Pace
from vectorstore.live import LiveIndex
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder
from vectorstore.verify import check_generation

QUICK = Pace(round=0.01, look=0.0, again=(0.0, 0.0, 3600.0))
QUESTION = "What does sentence 107 of doc1 tell of?"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    small.make(tmp_path / "corpus", sentences=20)
    return tmp_path / "corpus"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


class Served:
    """A live index with its keeper, which mends in this process when it is let to."""

    def __init__(self, corpus: Path, home: Path, pace: Pace = QUICK) -> None:
        small.run(corpus, home)
        self._corpus, self._home = corpus, home
        self.live = LiveIndex(home, corpus_key([corpus]), HashEmbedder().fingerprint)
        self.may_mend = threading.Event()
        self.mended = 0
        self.failing = False
        self.checked: list[Path] = []
        self.keeper = Keeper(self.live, self.mend, check=self.check, pace=pace)
        self.assistant = Assistant(
            self.live,
            HashEmbedder(),
            scope=Scope.of("default"),
            language="en",
            today=lambda: date(2026, 11, 1),
            keeper=self.keeper,
        )

    def check(self, folder: Path, _given_up: threading.Event) -> None:
        check_generation(folder)
        self.checked.append(folder)

    def mend(self, given_up: threading.Event) -> None:
        while not self.may_mend.wait(0.01):
            if given_up.is_set():
                raise IndexNotWritten("It was given up.")
        self.mended += 1
        if self.failing:
            raise IndexNotWritten("The disk is full.")
        index_corpus([self._corpus], home=self._home, embedder=HashEmbedder(), check=check_generation, whole=True)

    def proved(self) -> bool:
        """Whether the first proof is over."""
        watched = self.keeper._watched
        return bool(self.checked) and watched is not None and not watched.suspect

    @property
    def folder(self) -> Path:
        folder = self.live.current().folder
        assert folder is not None
        return folder


@pytest.fixture
def served(corpus: Path, home: Path) -> Iterator[Served]:
    found = Served(corpus, home)
    yield found
    found.assistant.close()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_sound_index_is_proved_once_and_trusted(served: Served) -> None:
    served.keeper.start()
    until(served.proved)
    answer = served.assistant.answer(QUESTION)
    assert answer.warnings == ()
    assert answer.made_with.embedding == "hash:32"
    time.sleep(0.1)
    assert len(served.checked) == 1
    assert served.mended == 0


@pytest.mark.parametrize("damage", ["vectors inverted", "chroma folder missing", "texts missing", "generation missing"])
def test_damage_under_an_open_index_is_answered_by_words_until_it_is_mended(
    served: Served, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    served.keeper.start()
    until(served.proved)
    before = served.folder
    DAMAGE[damage](before)
    answer = served.assistant.answer(QUESTION)
    assert answer.warnings == (BY_WORDS,)
    assert answer.made_with.embedding.startswith("words:")
    assert answer.status == "answered"
    assert "Sentence 107 of doc1.txt" in answer.answer
    served.may_mend.set()
    until(lambda: served.live.current().folder != before)
    answer = served.assistant.answer(QUESTION)
    assert answer.warnings == ()
    assert answer.made_with.embedding == "hash:32"
    assert served.mended == 1
    assert [record.levelname for record in caplog.records if "again" in record.message]
    until(lambda: not before.exists())  # nobody holds the damaged one any more


def test_a_row_lost_in_the_database_is_found_by_the_proof(served: Served) -> None:
    """The database changes whenever somebody opens it, so a look at its time alone says nothing."""
    served.keeper.start()
    until(served.proved)
    before = served.folder
    DAMAGE["database row lost"](before)
    until(lambda: not served.keeper.trusts(served.live.current()))
    assert served.assistant.answer(QUESTION).warnings == (BY_WORDS,)
    served.may_mend.set()
    until(lambda: served.folder != before)
    assert served.keeper.trusts(served.live.current())


def test_another_process_that_opens_the_index_damages_nothing(served: Served, corpus: Path, home: Path) -> None:
    served.keeper.start()
    until(served.proved)
    database = served.folder / "chroma" / "chroma.sqlite3"
    os.utime(database, ns=(1, 1))
    until(lambda: len(served.checked) == 2)
    assert served.assistant.answer(QUESTION).warnings == ()
    assert served.mended == 0


def test_a_lost_pointer_is_mended_while_the_open_index_answers(served: Served) -> None:
    served.keeper.start()
    before = served.folder
    (before.parents[1] / "CURRENT").unlink()
    assert served.assistant.answer(QUESTION).warnings == ()
    served.may_mend.set()
    until(lambda: served.folder != before)
    assert served.assistant.answer(QUESTION).warnings == ()


def test_a_store_that_fails_in_a_question_is_answered_by_words(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Index, *_: object, **__: object) -> None:
        raise StoreFailure("The vector database failed.")

    served.keeper.start()
    until(served.proved)
    before = served.live.current()
    with monkeypatch.context() as patch:
        patch.setattr(before._store, "search", fail, raising=False)
        answer = served.assistant.answer(QUESTION)
    assert answer.warnings == (BY_WORDS,)
    assert "Sentence 107 of doc1.txt" in answer.answer
    assert served.assistant.answer(QUESTION).warnings == (BY_WORDS,)  # it is not asked again
    served.may_mend.set()
    until(lambda: served.live.current() is not before)
    assert served.assistant.answer(QUESTION).warnings == ()


def test_a_store_that_fails_without_a_keeper_is_answered_by_words_too(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreFailure("The vector database failed.")

    alone = Assistant(
        served.live, HashEmbedder(), scope=Scope.of("default"), language="en", today=lambda: date(2026, 11, 1)
    )
    monkeypatch.setattr(served.live.current()._store, "vectors", fail)
    assert alone.answer(QUESTION).warnings == (BY_WORDS,)


def test_mending_that_fails_is_told_once_and_tried_at_intervals(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    served.failing = True
    served.may_mend.set()
    served.keeper.start()
    until(served.proved)
    DAMAGE["vectors inverted"](served.folder)
    until(lambda: served.mended == 3)
    time.sleep(0.2)
    assert served.mended == 3  # the next one is an hour away
    assert len([record for record in caplog.records if "The disk is full." in record.message]) == 1
    assert served.assistant.answer(QUESTION).warnings == (BY_WORDS,)


def test_a_damaged_new_generation_is_made_again(served: Served, corpus: Path, home: Path) -> None:
    served.may_mend.set()
    small.change(corpus, 1, sentences=20)
    report = small.run(corpus, home)
    DAMAGE["texts changed"](small.current(home, report))
    served.keeper.start()
    until(lambda: small.round_of(served.live.current()) == "Round 1")
    assert served.live.current().generation != report.generation
    assert served.live.refusal is None


def test_an_index_for_another_model_is_nobodys_damage(served: Served, corpus: Path, home: Path) -> None:
    served.may_mend.set()
    other = HashEmbedder(name="other")
    index_corpus([corpus], home=home, embedder=other, check=check_generation)
    served.keeper.start()
    until(lambda: served.live.refusal)
    time.sleep(0.1)
    assert served.mended == 0
    assert served.assistant.answer(QUESTION).warnings == ()


def test_closing_gives_up_what_is_being_made(served: Served) -> None:
    served.keeper.start()
    until(served.proved)
    shutil.rmtree(served.folder / "chroma")
    until(lambda: not served.keeper.trusts(served.live.current()))
    began = time.monotonic()
    served.assistant.close()
    assert time.monotonic() - began < 3
    assert served.mended == 0


def test_whole_takes_nothing_from_an_index_that_cannot_be_proved(corpus: Path, home: Path) -> None:
    first = small.run(corpus, home)

    def fails_for_the_first(folder: Path) -> None:
        if folder.name == first.generation:
            raise IndexDamaged("A row does not find itself.")

    report = index_corpus([corpus], home=home, embedder=HashEmbedder(), check=fails_for_the_first, whole=True)
    assert (report.unchanged, report.copied) == (False, 0)
    report = index_corpus([corpus], home=home, embedder=HashEmbedder(), check=check_generation, whole=True)
    assert (report.unchanged, report.embedded) == (False, 0)


def test_the_index_is_made_again_by_a_process_of_its_own(
    settings_with_model, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PICUM_HOME", str(settings_with_model.home))
    monkeypatch.setenv("PICUM_CORPUS", str(corpus))
    monkeypatch.setenv("PICUM_SECOND_EMBEDDING", "none")
    folder = IndexFolder(settings_with_model.home, corpus_key([corpus]))
    renewed(threading.Event())
    made = folder.current()
    assert made is not None
    assert manifest.check_files(made).fingerprint.embedder.startswith("all-MiniLM-L6-v2:")
    monkeypatch.setenv("PICUM_CORPUS", str(corpus / "nowhere"))
    with pytest.raises(IndexNotWritten, match="nowhere is not there"):
        renewed(threading.Event())
    assert folder.current() == made
