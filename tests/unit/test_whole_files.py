"""A file is replaced whole, or stays as it was with nothing beside it."""

import stat
from pathlib import Path

import pytest

from assistant.evaluation.whole_files import write_whole


def test_a_file_is_replaced_and_readable_as_others_are(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 250)
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    other = tmp_path / "other"
    other.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a" * 250, "other"]


def test_what_cannot_be_replaced_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_whole(tmp_path / "folder", b"one")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "nowhere" / "a", b"one")
