"""The server over real HTTP: what it answers, with which headers, and what it refuses."""

import gc
import json
import re
import socket
import threading
from concurrent.futures import Future
from urllib.parse import quote

import gradio
import httpx
import pytest

from assistant.door_settings import Limits
from assistant.errors import AssistantError
from ingest.cut import Section
from tests.page_events import page_event, page_question
from tests.serving import serving
from ui import server
from ui.errors import PageError
from ui.testing import FakeAssistant, FakeSource, make_answer, make_citation
from ui.warming import WarmingAssistant

OPEN = make_answer(("Membership is open.", (1,)), citations=[make_citation(1)])
TEXT = "Membership\n\nMembership is open to any organisation. <script>alert(1)</script>\n"
SOURCES = {
    "plan": FakeSource(text=TEXT, sections=(Section(path=("Membership",), start=0, end=len(TEXT)),)),
    "reports/année 1 & 2?#.txt": FakeSource(text="Second."),
}


@pytest.fixture(scope="module")
def client():
    assistant = FakeAssistant({"Who can join?": OPEN}, sources=SOURCES)
    with serving(assistant) as address, httpx.Client(base_url=address) as client:
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


@pytest.mark.parametrize(
    "path", ["/", "/config", "/theme.css", "/healthz", "/source/plan", "/nowhere", "/gradio_api/upload"]
)
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
    assert client.post(url, content=b"x" * (Limits().body_kilobytes * 1024 + 1)).status_code == 413
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


def test_closing_closes_the_assistant_that_was_opened():
    fake = FakeAssistant()
    assistant = WarmingAssistant(lambda: fake)
    assistant.close()
    assert fake.closed == 0
    assistant.start()
    assistant.wait()
    assistant.close()
    assert fake.closed == 1


def test_closing_waits_for_an_assistant_that_is_being_opened():
    opened: Future[FakeAssistant] = Future()
    fake = FakeAssistant()
    assistant = WarmingAssistant(opened.result)
    assistant.start()
    closing = threading.Thread(target=assistant.close)
    closing.start()
    assert fake.closed == 0
    opened.set_result(fake)
    closing.join(10)
    assert fake.closed == 1


def test_an_assistant_that_cannot_be_opened_is_said_everywhere():
    def broken():
        raise AssistantError("The model is not here: fetch it.")

    told = []
    assistant = WarmingAssistant(broken, on_failure=told.append)
    assistant.start()
    assistant.wait()
    assert assistant.failure == "The model is not here: fetch it."
    assistant.close()
    with serving(assistant) as address:
        response = httpx.get(f"{address}/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "failed")
    assert told == ["The model is not here: fetch it."]


def test_a_document_with_its_passage_marked(client):
    start = TEXT.index("Membership is")
    page = client.get("/source/plan", params={"start": start, "end": start + 39, "lang": "fr"})
    assert page.status_code == 200
    assert '<html lang="fr" dir="ltr">' in page.text
    assert '<mark id="passage" tabindex="-1">Membership is open to any organisation.</mark>' in page.text
    (script,) = re.findall(r"<script[^>]*>", page.text)
    assert ' src="/sheet.js"' in script
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert 'href="/sheet.css"' in page.text
    assert client.get("/sheet.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "passage", ["start=5", "start=a&end=b", "start=9&end=3", "start=0&end=99999", "end=" + "9" * 5000]
)
def test_a_passage_that_is_not_there_is_told(client, passage):
    page = client.get(f"/source/plan?{passage}")
    assert page.status_code == 200
    assert "The passage is no longer at this place" in page.text
    assert "<mark" not in page.text


def test_a_document_is_named_with_whatever_its_path_holds(client):
    page = client.get(f"/source/{quote('reports/année 1 & 2?#.txt')}")
    assert (page.status_code, "Second." in page.text) == (200, True)


@pytest.mark.parametrize("path", ["nowhere", "plan/", "%2e%2e/plan", "a" * 3000])
def test_another_document_is_one_sentence(client, path):
    page = client.get(f"/source/{path}", headers={"accept-language": "es-MX"})
    assert page.status_code == 404
    if page.headers["content-type"].startswith("text/html"):
        assert re.findall(r"<h1>(.*?)</h1>", page.text) == ["Ese documento no está aquí."]


def test_documents_wait_for_the_assistant():
    opened: Future[FakeAssistant] = Future()
    assistant = WarmingAssistant(opened.result)
    with serving(assistant) as address:
        early = httpx.get(f"{address}/source/plan")
        assistant.start()
        opened.set_result(FakeAssistant(sources=SOURCES))
        assistant.wait()
        late = httpx.get(f"{address}/source/plan")
    assert (early.status_code, "still being loaded" in early.text) == (503, True)
    assert late.status_code == 200


def test_files_whose_names_change_are_kept_by_the_browser_and_pages_are_not(client):
    page = client.get("/")
    asset = re.search(r'"\./(assets/[^"]+\.js)"', page.text)[1]
    assert "immutable" in client.get(f"/{asset}").headers["cache-control"]
    assert client.get("/assets/nothing.js").headers.get("cache-control", "") != "immutable"
    assert page.headers["cache-control"] == client.get("/source/plan").headers["cache-control"] == "no-store"


def test_nothing_that_is_shown_is_sent_back(client):
    """The page names its conversation; what was said in it is not taken from the page."""
    config = client.get("/config").json()
    kinds = {component["id"]: component["type"] for component in config["components"]}
    taken = {kinds[given] for event in config["dependencies"] for given in event["inputs"]}
    assert taken == {"textbox", "button"}
    assert "state" not in kinds.values()
    assert "html" not in kinds.values()
    assert not [event for event in config["dependencies"] if event["js"]]


def test_a_file_of_the_server_cannot_be_named_in_a_question(client):
    """Components take files by name only where the application counts as launched."""
    stolen = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    joined = client.post(
        "/gradio_api/queue/join",
        json=page_question(client.get("/config").json(), stolen) | {"session_hash": "tester"},
    )
    assert joined.status_code == 200
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "tester"}) as events:
        told = next(line for line in events.iter_lines() if "process_completed" in line)
    assert "root:" not in told
    assert json.loads(told.removeprefix("data:"))["success"] is False


def test_the_server_keeps_no_record_of_who_asked_when(client):
    opening = page_event(client.get("/config").json(), "load") | {"session_hash": "another"}
    client.post("/gradio_api/queue/join", json=opening)
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "another"}) as events:
        assert any("process_completed" in line for line in events.iter_lines())
    assert all(not block._queue.event_analytics for block in gc.get_objects() if isinstance(block, gradio.Blocks))


def test_conversations_are_forgotten_though_nobody_asks(monkeypatch):
    monkeypatch.setattr(server, "_FORGET_SECONDS", 0.01)
    looked = threading.Event()
    monkeypatch.setattr(server.Conversations, "forget_idle", lambda self: looked.set())
    with serving(FakeAssistant()):
        assert looked.wait(10)


def test_an_address_in_use_is_one_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PageError, match=rf"127\.0\.0\.1:{port} .*PICUM_PORT"):
            server.bind("127.0.0.1", port)
