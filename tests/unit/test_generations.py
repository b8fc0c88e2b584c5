from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from vectorstore.corpora import corpus_key, last_ingested, remember, to_answer_from, to_ingest
from vectorstore.errors import IndexBusy, IndexDamaged, IndexMissing, VectorStoreError
from vectorstore.generations import IndexFolder
from vectorstore.locks import Hold
from vectorstore.manifest import IN_USE
from vectorstore.vector_cache import VectorCache

ROOT = Path(__file__).parents[2]


@pytest.fixture
def index(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path / "home", "key")


def published(index: IndexFolder, content: str = "text") -> Path:
    with index.writer(), index.building() as folder:
        (folder / "part").mkdir()
        (folder / "part" / "file").write_text(content)
        index.publish(folder)
    return folder


def generations(index: IndexFolder) -> set[str]:
    return {path.name for path in (index.root / "generations").iterdir()}


def test_nothing_is_there_before_the_first_generation(index: IndexFolder) -> None:
    assert index.current() is None
    assert index.stamp() is None
    with pytest.raises(IndexMissing, match="picum-assistant ingest"):
        index.hold_current()
    assert not index.root.exists()


def test_publishing_switches_and_clears_the_former_away(index: IndexFolder) -> None:
    first = published(index)
    stamp = index.stamp()
    assert index.current() == first
    second = published(index)
    assert index.current() == second
    assert index.stamp() != stamp
    assert generations(index) == {second.name}


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_failed_generation_leaves_the_former_in_use(index: IndexFolder, error: type[BaseException]) -> None:
    first = published(index)

    def fail() -> None:
        with index.writer(), index.building() as folder:
            (folder / "half").write_text("")
            raise error

    with pytest.raises(error):
        fail()
    assert index.current() == first
    assert generations(index) == {first.name}


def test_an_interruption_after_the_switch_does_not_remove_what_was_switched_to(index: IndexFolder) -> None:
    def switch_and_fail() -> None:
        with index.writer(), index.building() as folder:
            index.publish(folder)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        switch_and_fail()
    current = index.current()
    assert current is not None
    assert current.is_dir()


def test_a_generation_that_is_read_stays_until_it_is_let_go(index: IndexFolder) -> None:
    first = published(index)
    held, hold = index.hold_current()
    assert held == first
    second = published(index)
    assert generations(index) == {first.name, second.name}
    hold.release()
    hold.release()
    third = published(index)
    assert generations(index) == {third.name}


def test_whoever_lets_go_last_can_clear_unless_a_writer_is_at_work(index: IndexFolder) -> None:
    first = published(index)
    _, hold = index.hold_current()
    second = published(index)
    hold.release()
    with index.writer():
        pass
    assert generations(index) == {second.name}
    (index.root / "generations" / "left-behind").mkdir()
    index.clear_if_idle()
    assert generations(index) == {second.name}
    assert not first.exists()


def test_a_generation_that_is_being_removed_cannot_be_held(index: IndexFolder) -> None:
    folder = published(index)
    (folder / IN_USE).unlink()
    with pytest.raises(FileNotFoundError):
        Hold(folder / IN_USE)
    with pytest.raises(IndexDamaged):
        index.hold_current()


def test_the_next_writer_clears_what_a_killed_one_left(index: IndexFolder) -> None:
    current = published(index)
    (index.root / "generations" / "killed" / "chroma").mkdir(parents=True)
    (index.root / "CURRENT.new").write_text("killed")
    with index.writer():
        assert generations(index) == {current.name}
    assert index.current() == current


def test_only_the_owner_can_read_anything(index: IndexFolder) -> None:
    published(index)
    for path in [index.root, *index.root.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize("content", ["", "no-such-generation", "../../elsewhere", "\0", "é"])
def test_a_pointer_to_nowhere_is_damage_and_mended_by_the_next_writer(index: IndexFolder, content: str) -> None:
    published(index)
    (index.root / "CURRENT").write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamaged, match="ingest"):
        index.hold_current()
    mended = published(index)
    assert index.current() == mended


_WRITER = """
import sys, time
from pathlib import Path
from vectorstore.generations import IndexFolder
with IndexFolder(Path(sys.argv[1]), "key").writer():
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_refused_at_once_and_told_whose_turn_it_is(index: IndexFolder, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path / "home")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"ready\n"
        began = time.monotonic()
        with pytest.raises(IndexBusy, match=f"process {owner.pid} since ") as refused, index.writer():
            pytest.fail("two writers at once")
        assert time.monotonic() - began < 1
        assert refused.value.pid == owner.pid
        index.clear_if_idle()
        owner.kill()
        owner.wait()
        with index.writer():  # the lock dies with its owner
            assert (index.root / "lock").read_text().split()[0] == str(os.getpid())


def test_the_key_of_a_corpus_is_that_of_its_set_of_paths(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    a.mkdir()
    (tmp_path / "link").symlink_to(a)
    assert corpus_key([a, b]) == corpus_key([b, a, tmp_path / "b" / ".." / "a"])
    assert corpus_key([tmp_path / "link"]) == corpus_key([a])
    assert len({corpus_key([a]), corpus_key([b]), corpus_key([a, b]), corpus_key([])}) == 4


def test_which_corpus_is_used(tmp_path: Path) -> None:
    home, shipped = tmp_path / "home", tmp_path / "shipped"
    a, b, c = (tmp_path / name for name in "abc")

    def answers(*setting: Path) -> tuple[Path, ...]:
        return to_answer_from(home, setting=setting, shipped=shipped)

    def ingests(*given: Path, add: bool = False, setting: tuple[Path, ...] = ()) -> tuple[Path, ...]:
        return to_ingest(home, given, add=add, setting=setting, shipped=shipped)

    assert answers() == ingests() == (shipped,)
    assert ingests(a, add=True) == (a, shipped)
    remember(home, ingests(b, a))
    assert answers() == ingests() == (a, b)
    assert ingests(c) == (c,)
    assert ingests(c, add=True) == (a, b, c)
    assert answers(c) == ingests(setting=(c,)) == (c,)
    assert ingests(a, add=True, setting=(c,)) == (a, c)


def test_remembering_the_same_corpus_again_writes_nothing(tmp_path: Path) -> None:
    remember(tmp_path / "home", [tmp_path])
    file = tmp_path / "home" / "corpus.json"
    before = file.stat()
    remember(tmp_path / "home", [tmp_path])
    after = file.stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
    assert stat.S_IMODE(after.st_mode) == 0o600


def test_a_broken_corpus_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "corpus.json").write_text("{}")
    with pytest.raises(VectorStoreError, match=r"corpus\.json"):
        last_ingested(tmp_path)


def test_a_record_cut_short_ends_the_cache_and_the_rest_is_kept(tmp_path: Path) -> None:
    ids = [f"c-{number:032d}" for number in range(3)]
    vectors = np.arange(12, dtype=np.float32).reshape(3, 4)
    with VectorCache(tmp_path / "resume", "model", 4) as cache:
        cache.put(ids, vectors)
    (file,) = (tmp_path / "resume").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    with VectorCache(tmp_path / "resume", "model", 4) as cache:
        found = cache.get(ids)
        assert set(found) == set(ids[:2])
        np.testing.assert_array_equal(found[ids[1]], vectors[1])
        cache.put(ids[2:], vectors[2:])
    with VectorCache(tmp_path / "resume", "model", 4) as cache:
        np.testing.assert_array_equal(cache.get(ids)[ids[2]], vectors[2])
    with VectorCache(tmp_path / "resume", "another model", 4) as cache:
        assert cache.get(ids) == {}
    assert len(list((tmp_path / "resume").iterdir())) == 1
