"""Recordings: what goes in comes out, for exactly the query that was asked."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.cases import Filters, Turn
from assistant.evaluation.cassette import Cassette, NotRecorded, RecordingTarget, ReplayTarget
from assistant.evaluation.errors import TargetError
from assistant.evaluation.reply import Reply, reply_from_json
from assistant.evaluation.targets.opening import as_target
from assistant.evaluation.targets.protocol import Query
from ui.testing import make_answer, make_citation

ROOT = Path(__file__).parents[2]
QUERY = Query(
    question="Wer darf beitreten?",
    history=(Turn(role="user", content="Hallo"),),
    filters=Filters(documents=("b", "a")),
    id="Beitritt/1 [de]",
)
REPLY = reply_from_json(make_answer(("Offen.", (1,)), citations=[make_citation(1)]).to_json())

_texts = st.text(st.characters(codec=None), max_size=20)
_replies = st.builds(
    Reply,
    answer=_texts,
    question=_texts,
    status=st.sampled_from([None, "answered", "declined"]),
    warnings=st.lists(_texts, max_size=2).map(tuple),
    made_with=st.dictionaries(_texts, _texts, max_size=3),
    cost=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    tokens=st.none() | st.integers(0),
)


@given(_replies, _texts.filter(bool), _texts)
def test_what_goes_in_comes_out(reply: Reply, question: str, id: str) -> None:
    query = Query(question=question, id=id)
    with tempfile.TemporaryDirectory() as folder:
        path = Cassette(Path(folder)).record(query, reply, "bot")
        assert path.name.isascii()
        assert Cassette(Path(folder)).replay(query).reply == reply


def test_a_recording_says_who_made_it_and_reads_well(tmp_path: Path) -> None:
    cassette = Cassette(tmp_path / "answers")
    path = cassette.record(QUERY, REPLY, "bot")
    assert path.name.startswith("beitritt-1-de-")
    text = path.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert '"question": "Wer darf beitreten?"' in text
    value = json.loads(text)
    assert list(value) == ["format", "id", "query", "recorded", "reply"]
    recording = cassette.replay(QUERY)
    assert (recording.reply, recording.target) == (REPLY, "bot")
    assert recording.at == value["recorded"]["at"]
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_the_same_reply_gives_the_same_bytes_but_for_the_time(tmp_path: Path) -> None:
    def bytes_of(made_with: dict[str, str]) -> list[str]:
        path = Cassette(tmp_path).record(QUERY, replace(REPLY, made_with=made_with), "bot")
        return [line for line in path.read_text(encoding="utf-8").splitlines() if '"at":' not in line]

    assert bytes_of({"a": "1", "b": "2"}) == bytes_of({"b": "2", "a": "1"})


@pytest.mark.parametrize(
    "other",
    [
        replace(QUERY, question="Wer darf  beitreten?"),
        replace(QUERY, history=()),
        replace(QUERY, history=(Turn(role="assistant", content="Hallo"),)),
        replace(QUERY, filters=Filters()),
        replace(QUERY, filters=Filters(collections=("a", "b"))),
    ],
)
def test_another_query_is_not_recorded(tmp_path: Path, other: Query) -> None:
    Cassette(tmp_path).record(QUERY, REPLY, "bot")
    with pytest.raises(NotRecorded, match=r"was recorded with other words in .*ask the assistant itself once"):
        ReplayTarget(Cassette(tmp_path)).ask(other)


def test_a_query_is_found_under_another_id_or_order_of_filters(tmp_path: Path) -> None:
    Cassette(tmp_path).record(QUERY, REPLY, "bot")
    for same in (replace(QUERY, id=""), replace(QUERY, id="x"), replace(QUERY, filters=Filters(documents=("a", "b")))):
        assert ReplayTarget(Cassette(tmp_path)).ask(same) == REPLY


def test_what_is_not_recorded_says_how_to_record(tmp_path: Path) -> None:
    replay = ReplayTarget(Cassette(tmp_path / "nowhere"))
    with pytest.raises(NotRecorded, match=r"The case 'Beitritt/1 \[de\]' is not recorded in .*nowhere; ask the assist"):
        replay.ask(QUERY)
    with pytest.raises(NotRecorded, match=r"The question 'Wer darf beitreten\?' is not recorded"):
        replay.ask(replace(QUERY, id=""))


def test_recording_asks_and_replaying_does_not(tmp_path: Path) -> None:
    asked: list[str] = []

    def bot(question: str) -> str:
        asked.append(question)
        if question == "Fail":
            raise LookupError("no")
        return question.upper()

    recording = RecordingTarget(as_target(bot), Cassette(tmp_path))
    first = recording.ask(Query(question="Who?"))
    with pytest.raises(TargetError, match="raised LookupError"):
        recording.ask(Query(question="Fail"))
    recording.close()
    replay = ReplayTarget(Cassette(tmp_path))
    assert replay.ask(Query(question="Who?")) == first
    assert asked == ["Who?", "Fail"]
    assert recording.name in {"bot", bot.__qualname__}
    with pytest.raises(NotRecorded):
        replay.ask(Query(question="Fail"))


@pytest.mark.parametrize("change", ["[", "{}", '{"format": 1}', "other", "reply"])
def test_a_damaged_recording_is_named(tmp_path: Path, change: str) -> None:
    path = Cassette(tmp_path).record(QUERY, REPLY, "bot")
    value = json.loads(path.read_text(encoding="utf-8"))
    match change:
        case "other":
            path.write_text(json.dumps({**value, "query": {**value["query"], "question": "Other"}}))
        case "reply":
            path.write_text(json.dumps({**value, "reply": {"answer": 3}}))
        case _:
            path.write_text(change)
    with pytest.raises(TargetError, match=r"beitritt.* is no recording \(.*\); remove it and record"):
        ReplayTarget(Cassette(tmp_path)).ask(QUERY)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError, match="cannot be written"):
        Cassette(tmp_path / "file" / "answers").record(QUERY, REPLY, "bot")


_RECORD_OFTEN = """
import sys
from pathlib import Path
from assistant.evaluation.cassette import Cassette
from assistant.evaluation.reply import Reply
from assistant.evaluation.targets.protocol import Query
folder, name = sys.argv[1:]
for _ in range(50):
    Cassette(Path(folder)).record(Query(question="Who?"), Reply(answer=name * 20_000), name)
"""


def test_several_processes_record_into_one_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _RECORD_OFTEN, str(tmp_path)]
    processes = [subprocess.Popen([*command, name], cwd=ROOT) for name in "ab"]
    seen = 0
    while any(process.poll() is None for process in processes):
        if list(tmp_path.glob("*.json")):
            recording = Cassette(tmp_path).replay(Query(question="Who?"))
            assert recording.reply.answer == recording.target * 20_000
            seen += 1
    assert [process.returncode for process in processes] == [0, 0]
    assert seen > 0
    assert len(list(tmp_path.iterdir())) == 1
