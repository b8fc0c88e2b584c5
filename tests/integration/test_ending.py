"""The real command as a process: it says when it is ready, and ends as it is told, without dropping an answer."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.serving import FEE, ROOT, Worker, environment_of, fee_of, make_home, working

SLOW = """
from assistant import assistant
_answered = assistant.Assistant._answered
def slow(self, search, asked, *rest):
    rest[1].wait({seconds} if "slowly" in asked else 0)
    return (yield from _answered(self, search, asked, *rest))
assistant.Assistant._answered = slow
"""
"""Has a question with the word "slowly" wait, as for a language model, until it is given up."""
SLOWLY = "Tell me slowly, what is the yearly fee of the club?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> Path:
    return make_home(tmp_path_factory.mktemp("ending"), model_home)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def ask_slowly(worker: Worker, pool: ThreadPoolExecutor) -> Future[httpx2.Response]:
    asked = pool.submit(worker.ask, SLOWLY)
    until = time.monotonic() + 20
    while not re.search(r"^picum_questions_in_progress 1", numbers(worker), flags=re.MULTILINE):
        assert time.monotonic() < until
        time.sleep(0.05)
    return asked


def numbers(worker: Worker) -> str:
    return httpx2.get(f"{worker.address}/metrics", trust_env=False).text


def wait_until_it_ends(worker: Worker) -> None:
    until = time.monotonic() + 10
    while worker.state()[1] != "ending":
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_running_answer_comes_to_its_end_and_nothing_new_begins(home: Path, pool: ThreadPoolExecutor) -> None:
    with working(home, program=SLOW.format(seconds=4)) as worker:
        slow = ask_slowly(worker, pool)
        began = time.monotonic()
        worker.process.send_signal(signal.SIGTERM)
        wait_until_it_ends(worker)
        assert time.monotonic() - began < 3
        assert worker.state("/readyz") == (503, "ending")
        assert worker.state("/healthz") == (200, "ok")
        refused = worker.ask()
        assert refused.status_code == 503
        assert refused.headers["connection"] == "close"
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["detail"] == "The assistant is being stopped; ask again in a moment."
        assert "40 euros" in fee_of(slow.result())
        assert worker.process.wait(30) == 0
        assert worker.log.read_text(encoding="utf-8") == ""


def test_an_answer_that_takes_too_long_is_not_waited_for(home: Path, pool: ThreadPoolExecutor) -> None:
    with working(home, program=SLOW.format(seconds=30), PICUM_STOP_SECONDS="1") as worker:
        slow = ask_slowly(worker, pool)
        assert worker.stop(seconds=20) == 0
        # Whether a client still hears of it depends on when it is cut off.
        assert isinstance(slow.exception(), httpx2.HTTPError) or slow.result().status_code >= 499


def test_a_second_signal_ends_it_at_once(home: Path, pool: ThreadPoolExecutor) -> None:
    with working(home, program=SLOW.format(seconds=30)) as worker:
        slow = ask_slowly(worker, pool)
        worker.process.send_signal(signal.SIGTERM)
        wait_until_it_ends(worker)
        assert worker.stop(seconds=2) == 128 + signal.SIGTERM
        with pytest.raises(httpx2.HTTPError):
            slow.result()


def test_the_manager_is_told_and_the_page_is_there_before(home: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(120)
        late = "import time\nfrom assistant import wiring\n_build = wiring.build_assistant\n"
        late += "def build(*given, **named):\n    time.sleep(3)\n    return _build(*given, **named)\n"
        late += "wiring.build_assistant = build\n"
        worker = Worker(home, program=late, NOTIFY_SOCKET=str(tmp_path / "notify"))
        try:
            while worker.state()[0] == 0:
                time.sleep(0.05)
            assert worker.state() == (503, "getting_ready")
            assert httpx2.get(worker.address, trust_env=False).status_code == 200
            assert manager.recv(100) == b"READY=1"
            assert worker.state() == (200, "ready")
            assert worker.stop() == 0
            assert manager.recv(100) == b"STOPPING=1"
        finally:
            worker.close()


def test_log_lines_of_the_real_command(home: Path) -> None:
    with working(home, PICUM_LOG_LEVEL="info", PICUM_LOG_FORMAT="json") as worker:
        fee_of(worker.ask())
        assert worker.stop() == 0
        lines = [json.loads(line) for line in worker.log.read_text(encoding="utf-8").splitlines()]
    (asked,) = [line for line in lines if line.get("route") == "/api/v1/ask"]
    assert (asked["method"], asked["status"], asked["door"], asked["level"]) == ("POST", 200, "api", "INFO")
    assert any(line["logger"] == "uvicorn.error" and "Finished" in line["message"] for line in lines)
    whole = worker.log.read_text(encoding="utf-8")
    assert FEE not in whole
    assert "127.0.0.1" not in whole


def test_a_new_index_is_taken_while_questions_are_answered(home: Path) -> None:
    """The documents are read anew in another process while readers ask; nothing fails, and what is new is found."""
    boats = home.parent / "documents" / "boats.txt"
    failed, answered, over = list[str](), list[float](), threading.Event()

    def readers(worker: Worker) -> None:
        while not over.is_set():
            try:
                if "40 euros" not in fee_of(worker.ask()):
                    failed.append("another answer")
                answered.append(time.monotonic())
            except (AssertionError, httpx2.HTTPError) as error:
                failed.append(repr(error))

    with working(home) as worker:
        threads = [threading.Thread(target=readers, args=(worker,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        boats.write_text("Boats of the club\n\nThe club owns three rowing boats.\n", encoding="utf-8")
        began = time.monotonic()
        ingest(home)
        ended = time.monotonic()
        found = worker.ask("How many rowing boats does the club own?").json()
        time.sleep(0.5)
        over.set()
        for thread in threads:
            thread.join()
        assert worker.stop() == 0
    assert failed == []
    assert [at for at in answered if began < at < ended]
    assert found["citations"][0]["document"] == "boats.txt"


def ingest(home: Path) -> None:
    command = [sys.executable, "-m", "ui", "ingest"]
    subprocess.run(command, cwd=ROOT, env=environment_of(home), check=True, capture_output=True)
