"""Files are parsed in processes of their own: what a file does there costs that file and nothing else."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.corpus import Source, scan
from ingest.errors import UnreadableFile
from ingest.readers.result import ReadOptions
from ingest.reading import Limits, ReadingProcess, read_all
from ingest.worker import read_here

ROOT = Path(__file__).parents[2]
GOOD = "Good text\n\nThe shelter has forty beds. It is open all year."


def source(path: Path) -> Source:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Source(path=path, id=path.name, relative=path.name, sha256=sha256, given=None, listed=False)


@pytest.fixture
def good(tmp_path: Path) -> Source:
    path = tmp_path / "good.txt"
    path.write_text(GOOD, encoding="utf-8")
    return source(path)


@pytest.fixture
def reader() -> Iterator[ReadingProcess]:
    with ReadingProcess(Limits(work=3)) as process:
        yield process


def children() -> list[int]:
    """The process ids of what parses files for this process."""
    tasks = Path("/proc/self/task").glob("*/children")
    pids = [int(pid) for task in tasks for pid in task.read_text(encoding="ascii").split()]
    return [pid for pid in pids if b"ingest.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_document_comes_back_as_it_would_be_read_here(reader: ReadingProcess, good: Source) -> None:
    assert reader.read(good, "Shelter") == read_here(good, "Shelter")


def test_one_process_reads_many_files(reader: ReadingProcess, good: Source) -> None:
    reader.read(good, "")
    before = children()
    reader.read(good, "")
    assert children() == before
    assert len(before) == 1


def test_a_file_that_cannot_be_read_is_one_sentence_and_the_process_goes_on(
    reader: ReadingProcess, good: Source, tmp_path: Path
) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    with pytest.raises(UnreadableFile, match=r"bad\.pdf"):
        reader.read(source(tmp_path / "bad.pdf"), "")
    assert reader.read(good, "").document.text == GOOD


def test_a_file_that_needs_too_much_memory_is_told_so(good: Source, tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_text("\U0001f3e0 " + "word " * 1_900_000, encoding="utf-8")
    with ReadingProcess(Limits(memory=300 << 20)) as reader:
        with pytest.raises(UnreadableFile, match=r"large\.txt needs more memory than a document may"):
            reader.read(source(tmp_path / "large.txt"), "")
        assert reader.read(good, "").document.text == GOOD


def test_a_file_that_takes_too_long_is_given_up(good: Source, tmp_path: Path) -> None:
    (tmp_path / "slow.txt").write_text("A word and another one. " * 400_000, encoding="utf-8")
    began = time.monotonic()
    with ReadingProcess(Limits(work=2, work_per_megabyte=0)) as reader:
        with pytest.raises(UnreadableFile, match=r"slow\.txt was given up after 2 seconds of work"):
            reader.read(source(tmp_path / "slow.txt"), "")
        assert time.monotonic() - began < 30
        assert reader.read(good, "").document.text == GOOD


def test_a_large_file_may_take_longer_up_to_a_bound() -> None:
    limits = Limits(work=10, work_per_megabyte=60, most_work=100, recognising=1_000)
    assert [limits.seconds(size << 20, ReadOptions()) for size in (0, 1, 50)] == [10, 70, 100]
    assert limits.seconds(50 << 20, ReadOptions(ocr="eng")) == 1_100


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
def test_a_parser_that_dies_is_tried_once_more(reader: ReadingProcess, good: Source, number: int) -> None:
    reader.read(good, "")
    (child,) = children()
    os.kill(child, signal.SIGSTOP)

    def end() -> None:
        os.kill(child, number)
        os.kill(child, signal.SIGCONT)

    threading.Timer(0.3, end).start()
    assert reader.read(good, "").document.text == GOOD
    assert child not in children()


def test_a_file_that_kills_its_parser_twice_is_blamed(
    good: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A reader that dies of one file, for the children alone.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def watch(event, args):\n"
        "    if event == 'open' and str(args[0]).endswith('deadly.txt'):\n"
        "        os.abort()\n"
        "sys.addaudithook(watch)\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "deadly.txt").write_text("Any text.", encoding="utf-8")
    with ReadingProcess() as reader:
        with pytest.raises(UnreadableFile, match=r"deadly\.txt broke the program that reads such files"):
            reader.read(source(tmp_path / "deadly.txt"), "")
        assert reader.read(good, "").document.text == GOOD


def test_trouble_of_the_machine_is_not_blamed_on_the_file(good: Source) -> None:
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom ingest.corpus import scan\n"
        "from ingest.reading import read_all\nresource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))\n"
        "try:\n    list(read_all(scan([Path(sys.argv[1])]).sources, ''))\n"
        "except OSError as error:\n    sys.exit(error.errno)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(good.path)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == errno.EFBIG, done.stderr


def test_many_files_come_in_their_order_with_what_failed_in_its_place(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(f"Text number {number} is here.", encoding="utf-8")
    (tmp_path / "3.txt").write_bytes(b"\x00\x01\x02" * 1000)
    results = list(read_all(scan([tmp_path]).sources, ""))
    assert [isinstance(result, UnreadableFile) for result in results] == [False] * 3 + [True] + [False] * 2
    assert [result.document.id for result in results if not isinstance(result, UnreadableFile)] == [
        f"{number}.txt" for number in (0, 1, 2, 4, 5)
    ]


def test_leaving_early_ends_the_children(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number:02}.txt").write_text(f"Text number {number} is here.", encoding="utf-8")
    results = read_all(scan([tmp_path]).sources, "")
    next(results)
    results.close()
    assert children() == []
