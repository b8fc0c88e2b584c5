"""Kills, interruptions, second writers, full disks and damaged files: the old index answers, the next run succeeds."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from tests.faults import small, trials
from tests.faults.damage import DAMAGE
from tests.faults.driver import Driver
from tests.faults.points import Kind
from vectorstore import manifest
from vectorstore.corpora import corpus_key
from vectorstore.errors import IndexBusy, IndexDamaged, IndexNotWritten
from vectorstore.indexing import index_corpus
from vectorstore.report import IndexReport, Progress
from vectorstore.testing import HashEmbedder
from vectorstore.verify import check_generation, verify

KILLS = 6


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    found = Driver()
    yield found
    found.close()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    small.make(folder)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_second_writer_is_refused_and_named_while_the_index_answers(corpus: Path, home: Path, driver: Driver) -> None:
    small.run(corpus, home)
    small.change(corpus, 1)
    pid = driver.start(corpus, home, pause=0.05)
    lock = home / "indexes" / corpus_key([corpus]) / "lock"
    while not lock.read_text().startswith(f"{pid} "):
        time.sleep(0.01)
    began = time.monotonic()
    with pytest.raises(IndexBusy, match=f"process {pid} ") as refused:
        small.run(corpus, home)
    assert time.monotonic() - began < 1
    assert refused.value.pid == pid
    with small.opened(corpus, home) as index:
        assert small.round_of(index) == "Round 0"
    os.kill(pid, signal.SIGKILL)
    assert driver.ended() == -signal.SIGKILL
    assert not small.run(corpus, home).unchanged


def test_what_a_killed_run_computed_is_not_computed_again(corpus: Path, home: Path, driver: Driver) -> None:
    pid = driver.start(corpus, home, pause=0.004)
    resume = home / "indexes" / corpus_key([corpus]) / "resume"
    while not any(file.stat().st_size for file in resume.glob("*")):
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    assert driver.ended() == -signal.SIGKILL
    report = small.run(corpus, home)
    assert report.copied >= 100
    assert report.embedded + report.copied == report.counts.chunks + report.counts.sentences
    assert list(resume.iterdir()) == []


def test_an_interruption_at_any_step_leaves_the_old_index_and_no_rubbish(corpus: Path, home: Path) -> None:
    report = small.run(corpus, home)
    small.change(corpus, 1)
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
            folders = list(small.current(home, report).parent.iterdir())
            assert len(folders) == 1
            with small.opened(corpus, home) as index:
                # The last step is told after the switch.
                assert small.round_of(index) == ("Round 1" if steps and steps[-1].stage == "check" else "Round 0")
                assert folders[0].name == index.generation
            at += 1
        else:
            break
    assert at > 8


def test_kills_at_random_moments_lose_nothing(tmp_path: Path, driver: Driver) -> None:
    seen = list(trials.random_kills(tmp_path, driver, KILLS, random.Random(20)))
    assert seen.count("killed") >= KILLS / 2


def test_kills_while_the_store_writes_its_files_lose_nothing(tmp_path: Path, driver: Driver) -> None:
    seen = list(trials.kills_at_flushes(tmp_path, driver, KILLS, random.Random(20)))
    assert seen.count("killed") >= KILLS / 2


def test_a_disk_that_takes_no_more_leaves_the_old_index(tmp_path: Path, driver: Driver) -> None:
    sizes = (500, 10_000, 60_000, 250_000, 1_000_000_000)
    seen = list(trials.disks_without_room(tmp_path, driver, sizes))
    assert seen == sorted(seen, reverse=True)
    assert seen.count("failed") >= 3


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_failure_at_any_change_of_files_leaves_an_index_that_answers(
    tmp_path: Path, driver: Driver, kind: Kind
) -> None:
    """At some of them; `make faults` takes every one."""
    assert len(list(trials.faults_at_points(tmp_path, driver, kind, first=5, step=61))) >= 3


def test_every_damage_is_found_before_anything_is_answered_and_mended_by_the_next_run(tmp_path: Path) -> None:
    assert len(DAMAGE) >= 19
    assert list(trials.damages(tmp_path, list(DAMAGE))) == list(DAMAGE)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, IndexReport]:
    """A corpus and its index, to be copied before it is damaged."""
    base = tmp_path_factory.mktemp("sound")
    small.make(base / "corpus")
    return base / "corpus", base / "home", small.run(base / "corpus", base / "home")


def _seal_again(folder: Path) -> None:
    manifest.write(replace(manifest.read(folder), files=manifest.hashes(folder)), folder)


def test_the_check_in_a_fresh_process_passes_a_sound_generation(sound: tuple[Path, Path, IndexReport]) -> None:
    _, home, report = sound
    verify(small.current(home, report))


@pytest.mark.parametrize("damage", ["vector header cut", "database row lost"])
def test_the_check_in_a_fresh_process_finds_what_hashes_do_not(
    sound: tuple[Path, Path, IndexReport], tmp_path: Path, damage: str
) -> None:
    """As if Chroma had written wrong files: the hashes are right, the answers are not, and some kill the process."""
    _, home, report = sound
    generation = tmp_path / report.generation
    shutil.copytree(small.current(home, report), generation)
    DAMAGE[damage](generation)
    _seal_again(generation)
    with pytest.raises(IndexDamaged, match="did not pass its check"):
        verify(generation)


def test_a_generation_that_fails_its_check_is_never_used(
    corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = small.run(corpus, home)
    small.change(corpus, 1)
    # The fresh process is this interpreter; one that cannot start stands for a check that fails.
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(IndexNotWritten, match="did not pass its check"):
        index_corpus([corpus], home=home, embedder=HashEmbedder())
    assert [path.name for path in small.current(home, report).parent.iterdir()] == [report.generation]
