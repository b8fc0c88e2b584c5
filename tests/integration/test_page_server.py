"""The server over real HTTP: what it answers, with which headers, and what it refuses."""

import re
import socket
import threading
from concurrent.futures import Future
from contextlib import contextmanager

import httpx
import pytest
import uvicorn

from assistant.errors import AssistantError
from assistant.settings import load_settings
from ui import server
from ui.chat.page import GETTING_READY, answer_events, readiness_events
from ui.errors import PageError
from ui.guard import MAX_BODY_BYTES
from ui.testing import FakeAssistant, make_answer, make_citation
from ui.warming import WarmingAssistant

# Gradio keeps its statistics of events with an option that pandas is going to drop.
pytestmark = pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated")

OPEN = make_answer(("Membership is open.", (1,)), citations=[make_citation(1)])


@contextmanager
def serving(assistant):
    """The address of a running server."""
    app = server.create_app(assistant, load_settings({}))
    with server.bind("127.0.0.1", 0) as listener:
        running = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def client():
    with serving(FakeAssistant({"Who can join?": OPEN})) as address, httpx.Client(base_url=address) as client:
        yield client


def policy(response):
    return dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))


def test_only_the_inline_scripts_of_the_page_may_run(client):
    page = client.get("/")
    assert page.status_code == 200
    nonce = re.fullmatch(r"'self' 'nonce-([\w-]+)'", policy(page)["script-src"])[1]
    scripts = re.findall(r"<script([^>]*)>", page.text)
    assert scripts
    assert all(f'nonce="{nonce}"' in attributes for attributes in scripts)
    assert policy(client.get("/"))["script-src"] != policy(page)["script-src"]


@pytest.mark.parametrize("path", ["/", "/config", "/theme.css", "/healthz", "/nowhere", "/gradio_api/upload"])
def test_every_response_carries_the_headers(client, path):
    response = client.get(path)
    rules = policy(response)
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert rules["img-src"] == "'self' data: blob:"
    assert rules["form-action"] == rules["base-uri"] == rules["frame-ancestors"] == "'self'"
    assert "unsafe-eval" not in str(rules)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=http://elsewhere.test/",
        "/file=/etc/passwd",
        "/monitoring",
        "/monitoring/summary",
        "/gradio_api/mcp/",
        "/openapi.json",
        "/docs",
        "/manifest.json",
        "/gradio_api/proxy=http://elsewhere.test/",
    ],
)
def test_what_the_page_does_not_need_is_not_there(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_a_request_has_a_length_and_a_limit(client):
    url = "/gradio_api/queue/join"
    assert client.post(url, content=b"x" * (MAX_BODY_BYTES + 1)).status_code == 413
    assert client.post(url, content=iter([b"x"])).status_code == 411


def test_no_foreign_page_may_read_answers(client):
    asked = client.get("/config", headers={"origin": "https://elsewhere.test"})
    assert "access-control-allow-origin" not in asked.headers


def test_nothing_in_the_page_comes_from_elsewhere(client):
    page = client.get("/").text
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"', page)
    assert loaded
    assert not [address for address in loaded if re.match(r"(https?:)?//", address)]
    assert not re.findall(r"url\(['\"]?(?:https?:)?//", client.get("/theme.css").text)


def test_the_page_does_not_trust_headers_of_the_client(client):
    page = client.get("/", headers={"x-gradio-server": "http://elsewhere.test"})
    assert "elsewhere.test" not in page.text


def test_health_follows_the_assistant():
    opened: Future[FakeAssistant] = Future()
    assistant = WarmingAssistant(opened.result)
    with serving(assistant) as address:
        assert httpx.get(f"{address}/healthz").json() == {"status": "getting_ready"}
        assistant.start()
        opened.set_result(FakeAssistant())
        assistant.wait()
        assert httpx.get(f"{address}/healthz").json() == {"status": "ready"}


def test_an_assistant_that_cannot_be_opened_is_said_everywhere():
    def broken():
        raise AssistantError("The model is not here: fetch it.")

    told = []
    assistant = WarmingAssistant(broken, on_failure=told.append)
    assistant.start()
    assistant.wait()
    assert assistant.failure == "The model is not here: fetch it."
    with serving(assistant) as address:
        response = httpx.get(f"{address}/healthz")
    assert (response.status_code, response.json()) == (503, {"status": "failed"})
    assert "fetch it" in list(readiness_events(assistant))[-1].replace("&#58;", ":")
    assert "fetch it" in list(answer_events(assistant, "Who can join?"))[-1][0]
    assert told == ["The model is not here: fetch it."]


def test_questions_wait_while_the_assistant_gets_ready():
    opened: Future[FakeAssistant] = Future()
    assistant = WarmingAssistant(opened.result)
    assistant.start()
    shown = answer_events(assistant, "Who can join?")
    assert GETTING_READY.split(":")[0] in next(shown)[0]
    assert GETTING_READY.split(":")[0] in next(readiness_events(assistant))
    opened.set_result(FakeAssistant({"Who can join?": OPEN}))
    status, answer, sources = list(shown)[-1]
    assert status == ""
    assert "Membership is open" in answer
    assert 'id="source-1"' in sources


@pytest.mark.parametrize("question", ["", " \n", "x" * 4001])
def test_an_impossible_question_is_one_sentence_on_the_page(question):
    assistant = FakeAssistant()
    (shown,) = answer_events(assistant, question)
    assert "question" in shown[0]
    assert shown[1:] == ("", "")
    assert assistant.asked == []


def test_an_address_in_use_is_one_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PageError, match=rf"127\.0\.0\.1:{port} .*PICUM_PORT"):
            server.bind("127.0.0.1", port)
