"""Feedback: kept where it is switched on, whole lines, nothing that was not sent."""

from __future__ import annotations

import json
import stat
import threading
from datetime import date
from pathlib import Path

import httpx2
import pytest

from assistant.settings import load_settings
from tests.api_client import behind_a_login, detail, token
from tests.serving import serving
from ui.api.application import PREFIX
from ui.errors import FeedbackNotKept
from ui.feedback import FILE, FeedbackFile
from ui.testing import FakeAssistant

FEEDBACK = f"{PREFIX}/feedback"
DAY = date(2026, 1, 31)


def lines(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / FILE).read_text(encoding="utf-8").splitlines()]


def test_it_is_off_and_then_nothing_is_kept(tmp_path: Path) -> None:
    settings = load_settings({"PICUM_LLM": "none", "PICUM_HOME": str(tmp_path)})
    with serving(FakeAssistant(), settings=settings) as address:
        response = httpx2.post(address + FEEDBACK, json={"verdict": "right"}, trust_env=False)
    assert "switched off" in detail(response, 403)
    assert not (tmp_path / FILE).exists()


def test_what_was_sent_is_kept_with_the_day_and_nothing_else(tmp_path: Path) -> None:
    environment = {
        "PICUM_LLM": "none",
        "PICUM_HOME": str(tmp_path),
        "PICUM_FEEDBACK": "true",
        "PICUM_TODAY": "2026-01-31",
    }
    sent = [
        {"verdict": "right"},
        {
            "verdict": "wrong_source",
            "comment": "Two\nlines, “quoted” 🌙",
            "question": "Who?",
            "answer": "All. [1]",
            "citations": [{"document": "a/b", "start": 0, "end": 7}],
        },
    ]
    with (
        serving(FakeAssistant(), settings=load_settings(environment)) as address,
        httpx2.Client(base_url=address, trust_env=False) as client,
    ):
        for body in sent:
            response = client.post(FEEDBACK, json=body)
            assert (response.status_code, response.content) == (204, b"")
    assert lines(tmp_path) == [{"day": "2026-01-31", **body} for body in sent]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "good"},
        {"verdict": "right", "comment": "x" * 2001},
        {"verdict": "right", "answer": "x" * 20_001},
        {"verdict": "right", "name": "somebody"},
        {"verdict": "right", "citations": [{"document": "a", "start": -1, "end": 0}]},
        {"verdict": "right", "citations": [{"document": "a", "start": 0, "end": 1}] * 51},
    ],
)
def test_anything_else_is_refused(tmp_path: Path, body: dict[str, object]) -> None:
    settings = load_settings({"PICUM_LLM": "none", "PICUM_HOME": str(tmp_path), "PICUM_FEEDBACK": "true"})
    with serving(FakeAssistant(), settings=settings) as address:
        assert detail(httpx2.post(address + FEEDBACK, json=body, trust_env=False), 422)
    assert not (tmp_path / FILE).exists()


def test_it_takes_the_right_and_has_limits(tmp_path: Path) -> None:
    settings = behind_a_login(tmp_path, questions_per_minute=1, burst=2)
    with (
        serving(FakeAssistant(), settings=settings) as address,
        httpx2.Client(base_url=address, trust_env=False) as client,
    ):
        reader = token(settings, "reader", rights=("ask",))
        assert "right to feedback" in detail(client.post(FEEDBACK, json={"verdict": "right"}, headers=reader), 403)
        giver = token(settings, "giver", rights=("feedback",))
        statuses = [client.post(FEEDBACK, json={"verdict": "right"}, headers=giver).status_code for _ in range(3)]
        assert statuses == [204, 204, 429]
        assert client.post(f"{PREFIX}/ask", json={"question": "Who?"}, headers=giver).status_code == 403
    assert len(lines(tmp_path)) == 2


def test_writers_do_not_mix_their_lines(tmp_path: Path) -> None:
    def write(name: int) -> None:
        file = FeedbackFile(tmp_path, lambda: DAY)
        for n in range(20):
            file.keep({"verdict": "wrong", "comment": f"{name} {n} " + "x" * 2000})

    writers = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    comments = [str(line["comment"]).split()[:2] for line in lines(tmp_path)]
    assert sorted(comments) == sorted([str(name), str(n)] for name in range(4) for n in range(20))


def test_a_full_file_takes_no_more(tmp_path: Path) -> None:
    file = FeedbackFile(tmp_path, lambda: DAY, most_bytes=100)
    file.keep({"verdict": "right"})
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(FeedbackNotKept, match=r"is full"):
        file.keep({"verdict": "wrong", "comment": "x" * 100})
    assert (tmp_path / FILE).read_bytes() == before


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    file = FeedbackFile(tmp_path / "nowhere", lambda: DAY)
    (tmp_path / "nowhere").write_text("a file", encoding="utf-8")
    with pytest.raises(FeedbackNotKept, match=r"cannot be written"):
        file.keep({"verdict": "right"})


def test_half_a_line_is_never_left_on_a_full_disk(tmp_path: Path) -> None:
    """The largest size that a file of this process may have stands for the end of the disk."""
    resource = pytest.importorskip("resource", reason="Only Unix has limits of a process.")
    file = FeedbackFile(tmp_path, lambda: DAY)
    file.keep({"verdict": "right"})
    before = (tmp_path / FILE).read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, hard))
    try:
        with pytest.raises(FeedbackNotKept, match=r"cannot be written"):
            file.keep({"verdict": "wrong", "comment": "x" * 100})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / FILE).read_bytes() == before
    file.keep({"verdict": "missing"})
    assert [line["verdict"] for line in lines(tmp_path)] == ["right", "missing"]
