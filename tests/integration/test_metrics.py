"""What is counted and logged while a server runs, and that nothing of who asked what is in it."""

from __future__ import annotations

import json
import logging
import re
import threading
from datetime import date
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from assistant.events import Event
from assistant.settings import Settings, load_settings
from assistant.testing import assistant_over, read
from tests.serving import serving
from ui.access.rules import RULES, rule_for
from ui.access.tokens import Tokens
from ui.logs import _OURS, _Json
from ui.testing import FakeAssistant, make_answer, make_citation

OPEN = make_answer(("Membership is open.", (1,)), citations=[make_citation(1)])
ASK = "/api/v1/ask"
MARKER = "zyxwmarker"


def numbers(address: str, **headers: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample of /metrics."""
    answer = httpx2.get(f"{address}/metrics", headers=headers, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse(answer.text)
        for sample in family.samples
    }


def number(address: str, name: str, **labels: str) -> float:
    return numbers(address).get((name, frozenset(labels.items())), 0.0)


def ask(address: str, question: str = "Who can join?", **headers: str) -> httpx2.Response:
    return httpx2.post(f"{address}{ASK}", json={"question": question}, headers=headers, trust_env=False, timeout=30)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "picum.toml"
    file.write_text(
        '[login]\nkind = "header"\n[groups]\nstaff = ["default"]\n[limits]\nburst = 3\n[embeds.start]\n'
        'origins = ["https://example.org"]\n',
        encoding="utf-8",
    )
    return load_settings({"PICUM_HOME": str(tmp_path), "PICUM_LLM": "none", "PICUM_TRUSTED_PROXIES": "127.0.0.1"})


def test_questions_are_counted_by_what_became_of_them() -> None:
    fake = FakeAssistant({"Who can join?": OPEN}, failures={"Fail": "It fell silent."})
    with serving(fake) as address:
        for question in ("Who can join?", "Who can join?", "Something else?", "Fail"):
            ask(address, question)
        found = numbers(address)
        counted = {
            dict(labels)["status"]: value for (name, labels), value in found.items() if name == "picum_questions_total"
        }
        assert counted == {"answered": 2, "not_in_documents": 1, "failed": 1}
        for name in ("evidence", "first_sentence", "total"):
            assert found[f"picum_question_{name}_seconds_count", frozenset({("mode", "extractive")})] == 3
        assert found["picum_requests_total", labels(route=ASK, method="POST", status="200")] == 3
        assert found["picum_requests_total", labels(route=ASK, method="POST", status="503")] == 1
        assert found["picum_request_seconds_count", labels(route=ASK, method="POST")] == 4
        assert found["picum_state", labels(state="ready")] == 1
        (build,) = [dict(of) for name, of in found if name == "picum_build_info"]
        assert build["answers"] == "none"


def labels(**of: str) -> frozenset[tuple[str, str]]:
    return frozenset(of.items())


def test_the_questions_that_are_being_answered_and_wait_are_told() -> None:
    may_go, begun = threading.Event(), threading.Semaphore(0)

    def hold(_event: Event) -> None:
        begun.release()
        may_go.wait(20)

    one_at_a_time = load_settings({"PICUM_LLM": "none"})
    limits = one_at_a_time.limits.model_copy(update={"at_a_time": 1})
    with serving(FakeAssistant(before=hold), settings=one_at_a_time.model_copy(update={"limits": limits})) as address:
        threads = [threading.Thread(target=ask, args=(address,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        assert begun.acquire(timeout=10)
        until = 100
        while not number(address, "picum_questions_waiting") and until:
            until -= 1
        assert number(address, "picum_questions_waiting") == 1
        assert number(address, "picum_questions_in_progress") == 1
        may_go.set()
        for thread in threads:
            thread.join()
        assert number(address, "picum_questions_in_progress") == 0


def test_two_servers_of_one_process_share_no_numbers() -> None:
    with serving(FakeAssistant()) as one, serving(FakeAssistant()) as other:
        ask(one)
        assert number(one, "picum_questions_total", door="api", status="not_in_documents", mode="extractive") == 1
        assert number(other, "picum_questions_total", door="api", status="not_in_documents", mode="extractive") == 0


def test_the_size_of_the_index_is_told_and_no_name_of_it() -> None:
    documents = [read(f"plan-{MARKER}-{n}", f"The shelter has {n} beds.", title=MARKER) for n in (1, 2, 3)]
    with serving(assistant_over(documents)) as address:
        assert number(address, "picum_index_documents") == 3
        assert MARKER not in httpx2.get(f"{address}/metrics", trust_env=False).text


def test_numbers_are_for_this_machine_and_for_tokens_with_that_right(settings: Settings) -> None:
    tokens = Tokens(settings.home)
    may = tokens.add("prometheus", rights=["metrics"], collections=["default"], created=date.today())
    asks = tokens.add("script", rights=["ask"], collections=["default"], created=date.today())
    with serving(FakeAssistant(), settings=settings) as address:
        url = f"{address}/metrics"
        assert httpx2.get(url, trust_env=False).status_code == 401
        person = {"X-Forwarded-User": "somebody"}
        assert httpx2.get(url, headers=person, trust_env=False).status_code == 403
        assert httpx2.get(url, headers={"Authorization": f"Bearer {asks}"}, trust_env=False).status_code == 403
        assert numbers(address, Authorization=f"Bearer {may}")
        assert ask(address, Authorization=f"Bearer {may}").status_code == 403


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    # Also where an earlier test configured the log of this process.
    for name in ("", *_OURS):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def test_a_marker_in_all_that_is_sent_is_nowhere_afterwards(settings: Settings, log: pytest.LogCaptureFixture) -> None:
    """Neither in the numbers, nor in the log at any level, nor in any file of the data folder."""
    tokens = Tokens(settings.home)
    token = tokens.add("prometheus", rights=["ask", "metrics"], collections=["default"], created=date.today())

    def fail(_event: Event) -> None:
        raise RuntimeError(MARKER)

    fake = FakeAssistant({"Who can join?": OPEN})
    with serving(fake, settings=settings) as address, httpx2.Client(base_url=address, trust_env=False) as client:
        person = {"X-Forwarded-User": f"user-{MARKER}", "X-Forwarded-Groups": f"staff,{MARKER}", "X-Other": MARKER}
        bearer = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "192.0.2.77", "User-Agent": MARKER}
        for headers in (person, bearer):
            body = {
                "question": MARKER,
                "filters": {"documents": [MARKER]},
                "history": [{"role": "user", "content": MARKER}],
            }
            for _ in range(5):  # also the one that is refused
                client.post(f"{ASK}?q={MARKER}", json=body, headers=headers)
            client.get(f"/source/{MARKER}?q={MARKER}", headers=headers)
            client.get(f"/embed/{MARKER}/", headers=headers)
            client.get(f"/embed/start/source/{MARKER}", headers=headers)
            client.get(f"/{MARKER}", headers=headers)
            client.get(f"/api/v1/documents/{MARKER}", headers=headers)
            client.get(f"/login/{MARKER}", headers=headers)
            client.request(MARKER.upper(), "/", headers=headers)
        client.post(ASK, json={"question": MARKER}, headers={"Authorization": f"Bearer picum_{MARKER}"})
        fake.before = fail
        client.post(ASK, json={"question": MARKER}, headers=person)
        shown = client.get("/metrics", headers=bearer).text
    logged = "\n".join(logging.Formatter().format(record) for record in log.records if _is_ours(record))
    logged += "\n".join(_Json("INFO").format(record) for record in log.records if _is_ours(record))
    assert ASK in shown
    assert ASK in logged
    for secret in (MARKER, MARKER.upper(), token, "192.0.2.77", "127.0.0.1"):
        assert secret not in shown, secret
        assert secret not in logged, secret
    files = [file for file in settings.home.rglob("*") if file.is_file()]
    assert files
    for file in files:
        assert MARKER.encode() not in file.read_bytes(), file
        assert token.encode() not in file.read_bytes(), file


def _is_ours(record: logging.LogRecord) -> bool:
    # The traceback of a mistake is shown at DEBUG alone, which the documentation says of it.
    record.exc_info = None if record.levelno == logging.DEBUG else record.exc_info
    return record.name.split(".")[0] in {"ingest", "vectorstore", "prompts", "assistant", "ui", "uvicorn"}


def test_every_request_is_a_line_with_its_route(log: pytest.LogCaptureFixture) -> None:
    with serving(FakeAssistant()) as address:
        ask(address)
        httpx2.get(f"{address}/source/nothing", trust_env=False)
        httpx2.get(f"{address}/nothing", trust_env=False)
        httpx2.get(f"{address}/healthz", trust_env=False)
    lines = [record for record in log.records if record.name == "ui.requests"]
    said = [json.loads(_Json("INFO").format(record)) for record in lines]
    assert [(line["method"], line["route"], line["status"], line["door"]) for line in said] == [
        ("POST", ASK, 200, "api"),
        ("GET", "/source/*", 404, "source"),
        ("GET", "none", 404, "none"),
    ]
    assert all(
        set(line) == {"time", "level", "logger", "method", "route", "status", "ms", "bytes", "door"} for line in said
    )
    assert all(record.levelno == logging.INFO for record in lines)
    assert all(line["bytes"] > 0 for line in said)


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/", "/"),
        ("/source/a/b.txt", "/source/*"),
        ("/api/v1/documents/a", "/api/v1/documents/*"),
        ("/api/v1/documents", "/api/v1/documents"),
        ("/api/v1/openapi.json", "/api/v1/openapi.json"),
        ("/gradio_api/heartbeat/abc", "/gradio_api/heartbeat/*"),
        ("/assets/x.js", "/assets/*"),
        ("/login", "/login"),
        ("/login/callback", "/login/callback"),
    ],
)
def test_templates_of_routes(path: str, template: str) -> None:
    rule = rule_for(path)
    assert rule is not None
    assert rule.template(path) == template


def test_what_is_free_in_any_rule_becomes_a_star() -> None:
    """Whatever stays of a pattern without its free parts stands for a few texts."""
    for rule in RULES:
        words = re.sub(
            r"\[[^\]]+\][+*]|\[[^\]]+\]\{[\d,]+\}|(?<!\\)\.[+*]|\\[wdS]([+*]|\{[\d,]+\})", "", rule.path.pattern
        )
        assert re.fullmatch(r"(?:[\w/|()?-]|\\\.)*", words), rule.path.pattern
