from __future__ import annotations

import errno
import fcntl
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from vectorstore import room
from vectorstore.errors import HomeUnusable
from vectorstore.generations import IndexFolder
from vectorstore.locks import Hold
from vectorstore.room import check_room


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def disk_with(free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**12, 0, free))


def test_a_first_index_needs_fifty_megabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "home" / "indexes" / "key"
    disk_with(50_000_000, monkeypatch)
    check_room(root, None)
    disk_with(49_999_999, monkeypatch)
    with pytest.raises(HomeUnusable) as caught:
        check_room(root, None)
    assert str(caught.value) == (
        f"The disk of {root} has 49 MB free and a new index needs 50 MB; nothing was changed, "
        "so make room there, or set PICUM_HOME to a folder on another disk."
    )
    assert not (tmp_path / "home").exists()


def test_a_further_index_needs_two_and_a_half_times_the_present_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").mkdir()
    with (tmp_path / "deep" / "vectors").open("wb") as file:
        file.truncate(40_000_000)  # of which the disk stores nothing
    disk_with(100_000_000, monkeypatch)
    check_room(tmp_path, tmp_path)
    disk_with(99_000_000, monkeypatch)
    with pytest.raises(HomeUnusable, match="99 MB free and a new index needs 100 MB"):
        check_room(tmp_path, tmp_path)


def test_a_read_only_folder_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path)
    with pytest.raises(HomeUnusable, match=f"{tmp_path} cannot be written .*; make it writable, or set PICUM_HOME"):
        check_room(tmp_path / "indexes", None)


@pytest.mark.parametrize("number", [errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS])
def test_a_file_system_without_locks_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    (tmp_path / "in-use").touch()
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(HomeUnusable, match=r"cannot lock files .*; set PICUM_HOME to a folder on a local disk"):
        Hold(tmp_path / "in-use")
    with pytest.raises(HomeUnusable, match="cannot lock files"), IndexFolder(tmp_path, "key").writer():
        pytest.fail("there is no writer without a lock")


def test_files_that_go_away_while_they_are_counted_count_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").write_bytes(b"12345")
    monkeypatch.setattr(Path, "rglob", lambda self, _pattern: iter([self / "here", self / "gone"]))
    assert room.size_of(tmp_path) == 5
