"""The file of verdicts: what goes in comes out, in one order, whatever is torn off and whoever else writes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.errors import JudgeError
from assistant.evaluation.judge.cache import StoredVerdict, VerdictCache
from assistant.evaluation.judge.questions import VERDICTS

ROOT = Path(__file__).parents[2]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
STORED = st.builds(
    StoredVerdict,
    key=st.text("0123456789abcdef", min_size=4, max_size=4),
    verdict=st.sampled_from(VERDICTS),
    about=st.sampled_from(["fact", "support"]),
    asked=TEXTS,
    model=TEXTS,
    prompt=TEXTS,
    vote=st.integers(1, 5),
)
ENTRY = StoredVerdict(key="ab12", verdict="no", asked="Où ?", model="m")


def written(path: Path, entries: Sequence[StoredVerdict]) -> bytes:
    with VerdictCache(path) as cache:
        for entry in entries:
            cache.add(entry)
    return path.read_bytes()


@given(st.lists(STORED, min_size=1, max_size=8, unique_by=lambda entry: entry.key), st.randoms())
def test_the_same_verdicts_make_the_same_sorted_file(entries: list[StoredVerdict], random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        content = written(Path(folder) / "a", entries)
        lines = content.removesuffix(b"\n").split(b"\n")
        assert lines == sorted(lines)
        assert len(lines) == len(entries)
        random.shuffle(entries)
        half = len(entries) // 2
        written(Path(folder) / "b", entries[:half] or entries)
        assert written(Path(folder) / "b", entries) == content
        with VerdictCache(Path(folder) / "b") as again:
            assert {entry.key: again.get(entry.key) for entry in entries} == {e.key: e.verdict for e in entries}
            assert again.get("no such key") is None


@given(st.lists(STORED, min_size=2, max_size=5, unique_by=lambda entry: entry.key), st.data())
def test_whatever_is_torn_off_only_costs_the_last_verdict(entries: list[StoredVerdict], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        whole = written(path, entries)
        ordered = sorted(entries, key=lambda entry: entry.key)
        start = whole.rstrip(b"\n").rfind(b"\n") + 1
        torn = whole[: data.draw(st.integers(start, len(whole) - 1))] + data.draw(st.sampled_from([b"", b"\0\0"]))
        path.write_bytes(torn)
        cache = VerdictCache(path)
        assert len(cache) in (len(entries) - 1, len(entries))
        assert path.read_bytes() == torn  # reading repairs nothing
        cache.add(replace(ordered[-1], key="zzzz"))
        VerdictCache(path)  # whole again before it is sorted
        cache.close()
        kept = VerdictCache(path)
        assert [kept.get(entry.key) for entry in ordered[:-1]] == [entry.verdict for entry in ordered[:-1]]
        assert kept.get("zzzz")


def test_nothing_is_written_without_a_new_verdict(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "verdicts.jsonl"
    VerdictCache(path).close()
    assert not path.parent.exists()
    written(path, [ENTRY])
    path.write_bytes(path.read_bytes() + b'{"key": "to')
    before = path.read_bytes()
    with VerdictCache(path) as cache:
        cache.add(replace(ENTRY, verdict="yes"))  # is there already
        assert cache.get("ab12") == "no"
    assert path.read_bytes() == before


def test_the_first_of_two_verdicts_under_one_key_counts(tmp_path: Path) -> None:
    path = tmp_path / "v"
    mine, theirs = VerdictCache(path), VerdictCache(path)
    mine.add(ENTRY)
    theirs.add(replace(ENTRY, verdict="yes"))
    theirs.close()
    mine.close()
    assert path.read_bytes().count(b"\n") == 1
    assert VerdictCache(path).get("ab12") == "no"


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    program = (
        "import sys; from pathlib import Path\n"
        "from assistant.evaluation.judge.cache import StoredVerdict, VerdictCache\n"
        "for turn in range(4):\n"
        "    with VerdictCache(Path(sys.argv[1])) as cache:\n"
        "        for n in range(10):\n"
        "            cache.add(StoredVerdict(key=f'{sys.argv[2]}{turn}{n}', verdict='yes', asked='x' * 500))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(path), name], cwd=ROOT, stderr=subprocess.PIPE)
        for name in "abc"
    ]
    for process in running:
        _, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint.decode()
    assert len(VerdictCache(path)) == 120
    lines = path.read_bytes().splitlines()
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'{"id": "a case of somebody"}', 1),
        (b'{"id": "a case"}\n', 1),
        (b'{"key": "a", "verdict": "no"}\n<<<<<<< HEAD\n{"key": "b", "verdict": "no"}\n', 2),
        (b'{"key": "a", "verdict": "perhaps"}\n', 1),
        (b'{"key": "a", "verdict": "perhaps"}', 1),
        (b"\xff\n", 1),
        (b"- id: yaml", 1),
    ],
)
def test_what_is_no_file_of_verdicts_is_named_and_left_alone(tmp_path: Path, content: bytes, line: int) -> None:
    path = tmp_path / "v.jsonl"
    path.write_bytes(content)
    with pytest.raises(JudgeError, match=f"v.jsonl:{line}: the line is no verdict"):
        VerdictCache(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    cache = VerdictCache(tmp_path / "folder" / "v.jsonl")
    (tmp_path / "folder").write_bytes(b"")
    with pytest.raises(JudgeError, match="cannot be written"):
        cache.add(ENTRY)
    with pytest.raises(JudgeError, match="cannot be read"):
        VerdictCache(tmp_path)
