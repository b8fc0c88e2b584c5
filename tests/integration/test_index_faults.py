"""Kills, interruptions, second writers, full disks and damaged files: the old index answers, the next run succeeds."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from vectorstore import manifest
from vectorstore.corpora import corpus_key
from vectorstore.errors import IndexBusy, IndexDamaged, IndexNotWritten
from vectorstore.index import Index
from vectorstore.indexing import index_corpus
from vectorstore.report import IndexReport, Progress
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder
from vectorstore.verify import check_generation, verify

ROOT = Path(__file__).parents[2]
DEFAULT = Scope.of("default")
KILLS = 20

# Forks a run of the indexer for each line it reads, so that libraries are imported once; says its pid and how it ended.
_DRIVER = """
import json, os, resource, sys
from pathlib import Path
import chromadb
from ingest.language import detect_language
from vectorstore.errors import VectorStoreError
from vectorstore.indexing import index_corpus
from vectorstore.testing import HashEmbedder
from vectorstore.verify import check_generation, verify
detect_language("The language model is loaded before the first run, so that none has to load it again.")
for line in sys.stdin:
    order = json.loads(line)
    pid = os.fork()
    if pid == 0:
        if limit := order["largest_file"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        corpus, home, embedder = Path(order["corpus"]), Path(order["home"]), HashEmbedder(pause=order["pause"])
        try:
            index_corpus([corpus], home=home, embedder=embedder, check=globals()[order["check"]])
        except VectorStoreError as error:
            print(type(error).__name__, error, file=sys.stderr, flush=True)
            os._exit(3)
        os._exit(0)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Driver:
    """Runs the indexer in processes of its own, one at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _DRIVER],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start(
        self,
        corpus: Path,
        home: Path,
        *,
        pause: float = 0.0,
        largest_file: int = 0,
        check: str = "check_generation",
    ) -> int:
        order = {"corpus": str(corpus), "home": str(home), "pause": pause, "largest_file": largest_file, "check": check}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def ended(self) -> int:
        return self._answer()

    def said(self) -> str:
        assert self._process.stderr is not None
        return self._process.stderr.readline()

    def close(self) -> None:
        self._process.communicate()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    found = Driver()
    yield found
    found.close()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(4):
        change(folder, 0, f"doc{number}.txt")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def change(corpus: Path, round: int, name: str = "doc1.txt") -> None:
    sentences = [f"Sentence {number} of {name} tells of matter {number * 7 + round}." for number in range(60)]
    (corpus / name).write_text(f"Round {round}\n\n" + "\n\n".join(sentences) + "\n")


def run(corpus: Path, home: Path) -> IndexReport:
    """Index without a fresh process for the check, which takes longer than all the rest."""
    return index_corpus([corpus], home=home, embedder=HashEmbedder(), check=check_generation)


def opened(corpus: Path, home: Path) -> Index:
    return Index.open(home, corpus_key([corpus]), HashEmbedder().fingerprint)


def round_of(index: Index) -> str:
    """The state of the changing document, by its text, provided that search agrees with it."""
    text = index.cut_documents["doc1.txt"].document.text
    sentence = text.splitlines()[2]
    hits = index.vector_search(HashEmbedder().embed_question(sentence), kind="sentence", scope=DEFAULT, limit=1)
    found = index.sentence(hits[0].id)
    assert index.cut_documents[found.document_id].wording(found.sentence) == sentence
    return text.split("\n", 1)[0]


def current(home: Path, report: IndexReport) -> Path:
    return home / "indexes" / report.key / "generations" / report.generation


def test_twenty_kills_at_random_moments_lose_nothing(corpus: Path, home: Path, driver: Driver) -> None:
    report = run(corpus, home)
    rng = random.Random(20)
    known = "Round 0"
    killed = 0
    with opened(corpus, home) as serving:
        for round in range(1, KILLS + 1):
            change(corpus, round)
            in_fresh_process = round % 4 == 0
            pid = driver.start(corpus, home, pause=0.006, check="verify" if in_fresh_process else "check_generation")
            time.sleep(rng.uniform(0.0, 1.5 if in_fresh_process else 0.7))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            killed += driver.ended() == -signal.SIGKILL
            with opened(corpus, home) as index:
                assert round_of(index) in (known, f"Round {round}")
                known = round_of(index)
            assert round_of(serving) == "Round 0"
    assert killed >= KILLS / 2  # the others had ended before
    final = run(corpus, home)
    with opened(corpus, home) as index:
        assert round_of(index) == f"Round {KILLS}"
    generations = current(home, report).parent
    run(corpus, home)
    assert [path.name for path in generations.iterdir()] == [final.generation]


def test_a_second_writer_is_refused_and_named_while_the_index_answers(corpus: Path, home: Path, driver: Driver) -> None:
    run(corpus, home)
    change(corpus, 1)
    pid = driver.start(corpus, home, pause=0.05)
    lock = home / "indexes" / corpus_key([corpus]) / "lock"
    while not lock.read_text().startswith(f"{pid} "):
        time.sleep(0.01)
    began = time.monotonic()
    with pytest.raises(IndexBusy, match=f"process {pid} ") as refused:
        run(corpus, home)
    assert time.monotonic() - began < 1
    assert refused.value.pid == pid
    with opened(corpus, home) as index:
        assert round_of(index) == "Round 0"
    os.kill(pid, signal.SIGKILL)
    assert driver.ended() == -signal.SIGKILL
    assert not run(corpus, home).unchanged


def test_what_a_killed_run_computed_is_not_computed_again(corpus: Path, home: Path, driver: Driver) -> None:
    pid = driver.start(corpus, home, pause=0.004)
    resume = home / "indexes" / corpus_key([corpus]) / "resume"
    while not any(file.stat().st_size for file in resume.glob("*")):
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    assert driver.ended() == -signal.SIGKILL
    report = run(corpus, home)
    assert report.copied >= 100
    assert report.embedded + report.copied == report.counts.chunks + report.counts.sentences
    assert list(resume.iterdir()) == []


def test_an_interruption_at_any_step_leaves_the_old_index_and_no_rubbish(corpus: Path, home: Path) -> None:
    report = run(corpus, home)
    change(corpus, 1)
    steps: list[Progress] = []
    at = 0
    while True:
        steps.clear()

        def interrupt(event: Progress, step: int = at) -> None:
            if len(steps) == step:
                raise KeyboardInterrupt
            steps.append(event)

        try:
            index_corpus([corpus], home=home, embedder=HashEmbedder(), on_progress=interrupt, check=check_generation)
        except KeyboardInterrupt:
            folders = list(current(home, report).parent.iterdir())
            assert len(folders) == 1
            with opened(corpus, home) as index:
                # The last step is told after the switch.
                assert round_of(index) == ("Round 1" if steps and steps[-1].stage == "check" else "Round 0")
                assert folders[0].name == index.generation
            at += 1
        else:
            break
    assert at > 8


def test_a_disk_that_takes_no_more_leaves_the_old_index(corpus: Path, home: Path, driver: Driver) -> None:
    run(corpus, home)
    change(corpus, 1)
    outcomes = []
    for largest_file in (500, 2_000, 10_000, 30_000, 60_000, 120_000, 250_000, 1_000_000_000):
        driver.start(corpus, home, largest_file=largest_file)
        outcomes.append(driver.ended())
        with opened(corpus, home) as index:
            assert round_of(index) == ("Round 0" if outcomes[-1] else "Round 1")
        if outcomes[-1]:
            said = driver.said()
            assert said.startswith("IndexNotWritten")
            assert "picum-assistant ingest" in said
    assert outcomes == sorted(outcomes, reverse=True)
    assert set(outcomes) == {3, 0}
    assert outcomes.count(3) >= 5


def _only(folder: Path, pattern: str) -> Path:
    return next(path for path in sorted(folder.glob(pattern)) if path.stat().st_size)


def _invert(path: Path, at: float, length: int = 64) -> None:
    data = bytearray(path.read_bytes())
    start = int(len(data) * at)
    data[start : start + length] = bytes(255 - byte for byte in data[start : start + length])
    path.write_bytes(data)


def _edit_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"documents": 4', '"documents": 5'))


def _lose_a_row_in_the_database(folder: Path) -> None:
    database = sqlite3.connect(folder / "chroma" / "chroma.sqlite3")
    with database:
        assert database.execute("DELETE FROM embeddings WHERE id = (SELECT max(id) FROM embeddings)").rowcount == 1
    database.close()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "chroma folder missing": lambda folder: shutil.rmtree(folder / "chroma"),
    "database missing": lambda folder: (folder / "chroma" / "chroma.sqlite3").unlink(),
    "database empty": lambda folder: (folder / "chroma" / "chroma.sqlite3").write_bytes(b""),
    "database cut": lambda folder: os.truncate(folder / "chroma" / "chroma.sqlite3", 50_000),
    "database inverted": lambda folder: _invert(folder / "chroma" / "chroma.sqlite3", 0.0, 4096),
    "database row lost": _lose_a_row_in_the_database,
    "vector folder missing": lambda folder: shutil.rmtree(_only(folder, "chroma/*/data_level0.bin").parent),
    "vector metadata missing": lambda folder: _only(folder, "chroma/*/index_metadata.pickle").unlink(),
    "vectors cut": lambda folder: os.truncate(_only(folder, "chroma/*/data_level0.bin"), 1_000),
    "vectors inverted": lambda folder: _invert(_only(folder, "chroma/*/data_level0.bin"), 0.5),
    "vector header cut": lambda folder: os.truncate(_only(folder, "chroma/*/header.bin"), 10),
    "manifest missing": lambda folder: (folder / "manifest.json").unlink(),
    "manifest edited": _edit_manifest,
    "manifest cut": lambda folder: os.truncate(folder / "manifest.json", 300),
    "texts missing": lambda folder: (folder / "documents.jsonl").unlink(),
    "texts changed": lambda folder: _invert(folder / "documents.jsonl", 0.5, 1),
    "keywords missing": lambda folder: shutil.rmtree(folder / "lexical"),
    "keywords changed": lambda folder: _invert(_only(folder, "lexical/*/data.csc.index.npy"), 0.9, 1),
    "canaries changed": lambda folder: _invert(folder / "canaries.npy", 0.5, 1),
    "generation missing": shutil.rmtree,
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, IndexReport]:
    """A corpus and its index, to be copied before it is damaged."""
    base = tmp_path_factory.mktemp("sound")
    (base / "corpus").mkdir()
    for number in range(4):
        change(base / "corpus", 0, f"doc{number}.txt")
    return base / "corpus", base / "home", run(base / "corpus", base / "home")


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_before_anything_is_answered(
    sound: tuple[Path, Path, IndexReport], tmp_path: Path, damage: str
) -> None:
    corpus, home, report = sound
    shutil.copytree(home, tmp_path / "home")
    with opened(corpus, tmp_path / "home") as index:
        assert round_of(index) == "Round 0"
    DAMAGE[damage](current(tmp_path / "home", report))
    with pytest.raises(IndexDamaged, match="picum-assistant ingest"):
        opened(corpus, tmp_path / "home")


@pytest.mark.parametrize("damage", ["database row lost", "vectors inverted", "generation missing"])
def test_the_next_run_mends_a_damaged_index_from_the_documents(
    sound: tuple[Path, Path, IndexReport], tmp_path: Path, damage: str
) -> None:
    corpus, home, report = sound
    shutil.copytree(home, tmp_path / "home")
    DAMAGE[damage](current(tmp_path / "home", report))
    mended = run(corpus, tmp_path / "home")
    assert not mended.unchanged
    assert mended.copied == 0
    with opened(corpus, tmp_path / "home") as index:
        assert round_of(index) == "Round 0"


def _seal_again(folder: Path) -> None:
    manifest.write(replace(manifest.read(folder), files=manifest.hashes(folder)), folder)


def test_the_check_in_a_fresh_process_passes_a_sound_generation(sound: tuple[Path, Path, IndexReport]) -> None:
    _, home, report = sound
    verify(current(home, report))


@pytest.mark.parametrize("damage", ["vector header cut", "vectors cut", "vector folder missing", "database row lost"])
def test_the_check_in_a_fresh_process_finds_what_hashes_do_not(
    sound: tuple[Path, Path, IndexReport], tmp_path: Path, damage: str
) -> None:
    """As if Chroma had written wrong files: the hashes are right, the answers are not, and some kill the process."""
    _, home, report = sound
    generation = tmp_path / report.generation
    shutil.copytree(current(home, report), generation)
    DAMAGE[damage](generation)
    _seal_again(generation)
    with pytest.raises(IndexDamaged, match="did not pass its check"):
        verify(generation)


def test_a_generation_that_fails_its_check_is_never_used(
    corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = run(corpus, home)
    change(corpus, 1)
    # The fresh process is this interpreter; one that cannot start stands for a check that fails.
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(IndexNotWritten, match="did not pass its check"):
        index_corpus([corpus], home=home, embedder=HashEmbedder())
    assert [path.name for path in current(home, report).parent.iterdir()] == [report.generation]
