"""The trials: break a run or an index, then look whether the old index answers and the next run succeeds.

Each is a generator, so that its caller counts and may stop: it yields a sentence that says what happened and raises
AssertionError, or the error itself, where something was lost.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults import small
from tests.faults.damage import DAMAGE
from tests.faults.driver import COPED, FAILED, Driver
from tests.faults.points import Kind
from vectorstore.errors import IndexDamaged


def random_kills(place: Path, driver: Driver, times: int, rng: random.Random) -> Iterator[str]:
    """Kill runs at random moments, one in ten of them while a fresh process checks; an index that was open before the
    first goes on answering all the time.
    """
    corpus, home = place / "corpus", place / "home"
    small.make(corpus)
    small.run(corpus, home)
    known = "Round 0"
    with small.opened(corpus, home) as serving:
        for number in range(1, times + 1):
            small.change(corpus, number)
            in_fresh_process = number % 10 == 0
            pid = driver.start(corpus, home, pause=0.003, check="verify" if in_fresh_process else "check_generation")
            time.sleep(rng.uniform(0.0, 1.5 if in_fresh_process else 0.5))
            killed = _kill(pid, driver)
            with small.opened(corpus, home) as index:
                assert small.round_of(index) in (known, f"Round {number}")
                known = small.round_of(index)
            assert small.round_of(serving) == "Round 0"
            yield "killed" if killed else "had ended"
    _next_run(corpus, home, times)


def kills_at_flushes(place: Path, driver: Driver, times: int, rng: random.Random) -> Iterator[str]:
    """Kill runs 0 to 30 ms after the vector store first changed a file of theirs."""
    corpus, home = place / "corpus", place / "home"
    small.make(corpus)
    small.run(corpus, home)
    known = "Round 0"
    for number in range(1, times + 1):
        small.change(corpus, number)
        before = set(small.generations(corpus, home).iterdir())
        pid = driver.start(corpus, home)
        _wait_for_a_flush(small.generations(corpus, home), before, pid)
        time.sleep(rng.uniform(0.0, 0.03))
        killed = _kill(pid, driver)
        with small.opened(corpus, home) as index:
            assert small.round_of(index) in (known, f"Round {number}")
            known = small.round_of(index)
        yield "killed" if killed else "had ended"
    _next_run(corpus, home, times)


def disks_without_room(place: Path, driver: Driver, sizes: Sequence[int]) -> Iterator[str]:
    """Let no file grow beyond each of these sizes, in bytes; the last is one that is enough."""
    corpus, home = place / "corpus", place / "home"
    small.make(corpus)
    small.run(corpus, home)
    known = "Round 0"
    for number, size in enumerate(sizes, start=1):
        small.change(corpus, number)
        driver.start(corpus, home, largest_file=size)
        known = _failed_or_done(driver, corpus, home, known, f"Round {number}")
        yield "failed" if known != f"Round {number}" else "done"
    assert known == f"Round {len(sizes)}"


def full_file_systems(place: Path, driver: Driver, rooms: Sequence[int]) -> Iterator[str]:
    """Fill the file system of ``place`` while a run is at work, but for each of these rooms, in bytes."""
    corpus, home, filler = place / "corpus", place / "home", place / "filler"
    small.make(corpus)
    small.run(corpus, home)
    known = "Round 0"
    for number, room in enumerate(rooms, start=1):
        small.change(corpus, number)
        before = set(small.generations(corpus, home).iterdir())
        driver.start(corpus, home, pause=0.003)
        while not set(small.generations(corpus, home).iterdir()) - before:
            time.sleep(0.001)
        with filler.open("wb") as file, suppress(OSError):
            free = shutil.disk_usage(place).free
            os.posix_fallocate(file.fileno(), 0, max(1, free - room))
        code = driver.ended()
        filler.unlink()
        known = _looked_at(code, driver, corpus, home, known, f"Round {number}")
        yield "failed" if code else "done"
    _next_run(corpus, home, len(rooms))


def damages(place: Path, names: Sequence[str]) -> Iterator[str]:
    """Damage a copy of a sound index in each way: it is found before anything is answered, and the next run mends it
    from the documents.
    """
    corpus, home = place / "corpus", place / "sound"
    small.make(corpus)
    report = small.run(corpus, home)
    for number, name in enumerate(names):
        copied = place / f"home{number}"
        shutil.copytree(home, copied)
        DAMAGE[name](small.current(copied, report))
        with pytest.raises(IndexDamaged, match="picum-assistant ingest"):
            small.opened(corpus, copied)
        mended = small.run(corpus, copied)
        assert not mended.unchanged
        assert mended.copied == 0
        with small.opened(corpus, copied) as index:
            assert small.round_of(index) == "Round 0"
        shutil.rmtree(copied)
        yield name


def faults_at_points(place: Path, driver: Driver, kind: Kind, first: int = 1, step: int = 1) -> Iterator[str]:
    """Fail at the ``first`` change of files, and each ``step`` further, until a run succeeds; after each the old
    index, or the new one where it had been switched to, answers, and the next run leaves nothing but its own.
    """
    corpus, home = place / "corpus", place / "home"
    small.make(corpus, sentences=6)
    small.run(corpus, home)
    number, point, done = 0, first, False
    while not done:
        number += 1
        small.change(corpus, number, sentences=6)
        driver.start(corpus, home, fault=(point, kind))
        code = driver.ended()
        done = code == 0
        if kind == "kill":
            assert code in (0, -signal.SIGKILL), f"{code} {driver.said()}"
            code = 0
        _looked_at(code, driver, corpus, home, f"Round {number - 1}", f"Round {number}", at=f"{kind} at {point}")
        _next_run(corpus, home, number)
        point += step
        yield f"{kind} at change {point - step} of files"


def _kill(pid: int, driver: Driver) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return driver.ended() == -signal.SIGKILL


def _wait_for_a_flush(generations: Path, before: set[Path], pid: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and Path(f"/proc/{pid}").exists():
        for new in set(generations.iterdir()) - before:
            with suppress(OSError):
                if any(file.stat().st_size for file in (new / "chroma").glob("*/*")):
                    return
        time.sleep(0.001)


def _failed_or_done(driver: Driver, corpus: Path, home: Path, known: str, new: str) -> str:
    return _looked_at(driver.ended(), driver, corpus, home, known, new)


def _looked_at(code: int, driver: Driver, corpus: Path, home: Path, known: str, new: str, at: str = "") -> str:
    """The round that the index answers from, after a run that ended with ``code``."""
    said = ""
    if code not in (0, COPED):
        said = driver.said()
        assert code == FAILED, f"{at}: {code} {said}"
        assert said.startswith(("IndexNotWritten", "HomeUnusable")), f"{at}: {said}"
        assert "picum-assistant ingest" in said or "PICUM_HOME" in said
    with small.opened(corpus, home) as index:
        found = small.round_of(index)
    assert found in (known, new), at
    return found


def _next_run(corpus: Path, home: Path, number: int) -> None:
    """Run without a fault: it succeeds, and nothing of a broken run stays."""
    report = small.run(corpus, home)
    root = small.generations(corpus, home).parent
    if report.unchanged:  # the broken one had switched already; whoever writes next clears away
        small.change(corpus, number, "doc2.txt")
        report = small.run(corpus, home)
    with small.opened(corpus, home) as index:
        assert small.round_of(index) == f"Round {number}"
    assert [path.name for path in (root / "generations").iterdir()] == [report.generation]
    assert sorted(path.name for path in root.iterdir()) == ["CURRENT", "generations", "lock", "resume"]
    assert list((root / "resume").iterdir()) == []
