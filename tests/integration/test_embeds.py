"""Embeds over a real server: what a frame gets, what the widget is sent as, budgets, pauses and strange sites."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from tests.embedding import Embedded, embedded
from tests.page_events import page_event, page_question
from ui.access.limits import Counts
from ui.chat.pieces import TITLE
from ui.chat.texts import languages
from ui.cli.app import run
from ui.embed.widget import widget_words
from ui.testing import FakeAssistant, make_answer, make_citation

SITE = "https://intranet.example.org"
EMBEDS = f"""
[embeds.intranet]
origins = ["{SITE}", "https://second.example.org:8443"]
public = true

[embeds.few]
origins = ["{SITE}"]
public = true
documents = ["plan", "report, part 2"]
questions_per_day = 2
"""
QUESTION = {"question": "Who can join?"}
OPEN = make_answer(("Membership is open.", (1,)), citations=[make_citation(1)])


@pytest.fixture
def fake() -> FakeAssistant:
    return FakeAssistant({"Who can join?": OPEN})


@pytest.fixture
def running(fake: FakeAssistant, tmp_path: Path) -> Iterator[Embedded]:
    with embedded(fake, tmp_path, EMBEDS) as running:
        yield running


@pytest.fixture
def client(running: Embedded) -> Iterator[httpx2.Client]:
    host = {"host": f"assistant.example:{running.port}"}
    with httpx2.Client(base_url=f"http://127.0.0.1:{running.port}", headers=host, trust_env=False) as client:
        yield client


def policy(response: httpx2.Response) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))


def asked(client: httpx2.Client, embed: str, query: str = "", language: str = "en") -> list[object]:
    """What the page gets that asks a question, from an address with this query."""
    joined = page_question(config_of(client), "Who can join?", language=language) | {"session_hash": "s"}
    assert client.post(f"/embed/{embed}/gradio_api/queue/join?{query}", json=joined).status_code == 200
    with client.stream("GET", f"/embed/{embed}/gradio_api/queue/data?session_hash=s") as events:
        told = [json.loads(line.removeprefix("data:")) for line in events.iter_lines() if line.startswith("data:")]
    (ended,) = [each for each in told if each["msg"] == "process_completed"]
    assert ended["success"]
    shown: list[object] = ended["output"]["data"]
    return shown


def config_of(client: httpx2.Client) -> dict[str, Any]:
    """What the page is made of; of an embed that is not paused, as a page has it that was opened before."""
    config: dict[str, Any] = client.get("/embed/intranet/config").json()
    return config


def test_the_widget_is_one_small_file_for_everybody(client: httpx2.Client) -> None:
    sent = client.get("/widget.js")
    assert sent.status_code == 200
    assert len(sent.content) < 8000
    assert sent.headers["content-type"].startswith("text/javascript")
    assert sent.headers["cross-origin-resource-policy"] == "cross-origin"
    assert sent.headers["cache-control"] == "public, max-age=3600"
    assert not {"set-cookie", "access-control-allow-origin"} & set(sent.headers)
    tag = sent.headers["etag"]
    assert client.get("/widget.js", headers={"if-none-match": f'"other", W/{tag}'}).status_code == 304
    assert client.get("/widget.js", headers={"if-none-match": '"other"'}).content == sent.content
    head = client.head("/widget.js")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
    assert client.post("/widget.js").status_code == 405


def test_the_widget_speaks_the_languages_of_the_page(client: httpx2.Client) -> None:
    words = json.loads(re.search(r"const WORDS=(\{.*?\});", client.get("/widget.js").text)[1])
    assert list(words) == list(languages())
    assert all(list(each) == ["open", "close", "trouble"] for each in widget_words().values())
    for number in range(3):
        assert len({each[number] for each in words.values()}) == len(words)
    assert all(len(each) == 3 and all(each) for each in words.values())


def test_the_frame_is_the_page_with_a_script_that_knows_its_sites(client: httpx2.Client) -> None:
    page, framed = client.get("/"), client.get("/embed/intranet/")
    assert "frame.js" not in page.text
    assert f'data-sites="{SITE} https://second.example.org:8443"' in framed.text
    assert framed.text.index("frame.js") < framed.text.index('type="module"')
    assert policy(framed)["frame-ancestors"] == f"'self' {SITE} https://second.example.org:8443"
    assert policy(framed)["frame-src"] == "'none'"
    nonce = re.search(r"nonce-([\w-]+)", policy(framed)["script-src"])[1]
    assert all(f'nonce="{nonce}"' in each for each in re.findall(r"<script[^>]*>", framed.text))
    for name in ("frame.js", "frame.css", "snippets.js", "snippets.css", "page.js"):
        assert client.get(f"/embed/intranet/{name}").status_code == 200


def test_an_embed_takes_its_number_of_questions_a_day_and_says_so(
    client: httpx2.Client, tmp_path: Path, fake: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [client.post("/embed/few/api/v1/ask", json=QUESTION) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert "used up" in answers[2].json()["detail"]
    assert len(fake.asked) == 2
    assert [client.post("/embed/intranet/api/v1/ask", json=QUESTION).status_code for _ in range(3)] == [200] * 3
    assert Counts(tmp_path, date.today).today("intranet") == 3
    assert run(["embed", "list"]) == 0
    rows = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines()}
    assert rows["few"][-2:] == ["2", "2"]
    assert rows["intranet"][-3] == "3"


def test_a_reader_reads_in_their_language_that_the_questions_are_used_up(client: httpx2.Client) -> None:
    shown = [str(asked(client, "few", language="fr")) for _ in range(3)]
    sentence = "Les questions prévues pour aujourd’hui sont épuisées ici"
    assert [sentence in each for each in shown] == [False, False, True]
    assert "used up" not in shown[2]


def test_a_pause_counts_at_once_and_is_lifted_at_once(client: httpx2.Client) -> None:
    assert client.get("/embed/few/").status_code == 200
    assert run(["embed", "pause", "few"]) == 0
    paused = client.get("/embed/few/")
    assert (paused.status_code, "<h1>" in paused.text) == (503, True)
    assert policy(paused)["frame-ancestors"] == "*"
    refused = client.post("/embed/few/api/v1/ask", json=QUESTION)
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert client.get("/embed/intranet/").status_code == 200
    assert run(["embed", "resume", "few"]) == 0
    assert client.get("/embed/few/").status_code == 200


def test_who_has_the_page_open_reads_of_the_pause_in_their_language(client: httpx2.Client) -> None:
    assert run(["embed", "pause", "few"]) == 0
    shown = str(asked(client, "few", language="fr"))
    assert run(["embed", "resume", "few"]) == 0
    assert "L’assistant est en pause ici" in shown


def test_a_new_embed_is_there_at_once(client: httpx2.Client) -> None:
    assert client.get("/embed/new/").status_code == 404
    assert run(["embed", "new", "new", "--origin", SITE, "--public"]) == 0
    assert client.get("/embed/new/").status_code == 200


@pytest.mark.parametrize("referrer", ["https://elsewhere.example.org/page", "http://intranet.example.org/"])
def test_a_page_of_another_site_gets_a_sentence_in_its_frame(client: httpx2.Client, referrer: str) -> None:
    opening = {"referer": referrer, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe", "accept": "text/html"}
    refused = client.get("/embed/intranet/", headers=opening)
    assert refused.status_code == 403
    assert re.search(r"<h1>[^<]{20,}</h1>", refused.text)
    assert policy(refused)["frame-ancestors"] == "*"
    assert client.get("/embed/intranet/", headers={**opening, "sec-fetch-dest": "document"}).status_code == 200
    opening["referer"] = f"{SITE}/page"
    assert client.get("/embed/intranet/", headers=opening).status_code == 200


@pytest.mark.parametrize(
    ("embed", "documents", "seen"),
    [
        ("intranet", [], None),
        ("intranet", ["  ", ",,"], None),
        ("intranet", ["plan"], {"plan"}),
        ("intranet", ["plan, report"], {"plan, report", "plan", "report"}),
        ("few", [], {"plan", "report, part 2"}),
        ("few", ["plan", "secret"], {"plan"}),
        ("few", ["secret"], set()),
        ("few", ["report, part 2"], {"report, part 2"}),
    ],
)
def test_the_address_of_a_frame_narrows_what_is_asked_and_widens_nothing(
    client: httpx2.Client, fake: FakeAssistant, embed: str, documents: list[str], seen: set[str] | None
) -> None:
    query = urlencode({"documents": documents}, doseq=True)
    asked(client, embed, query)
    assert [question for question, _ in fake.asked] == ["Who can join?"]
    assert fake.seen
    assert set(fake.seen) == {(frozenset({"default"}), None if seen is None else frozenset(seen))}


def test_the_page_itself_has_no_such_options(client: httpx2.Client, fake: FakeAssistant) -> None:
    joined = page_event(config_of(client), "load") | {"session_hash": "s"}
    client.post("/gradio_api/queue/join?title=Other&documents=plan", json=joined)
    with client.stream("GET", "/gradio_api/queue/data?session_hash=s") as events:
        told = "".join(events.iter_lines())
    assert TITLE in told.replace("&#32;", " ")
    assert "Other" not in told
    assert {documents for _, documents in fake.seen} == {None}


@pytest.mark.parametrize(
    "hostile",
    ["<img src=x onerror=alert(1)>", "</h1><script>alert(1)</script>", "[x](javascript:alert(1))", "**b** `c` $d $$"],
)
def test_a_title_is_text(client: httpx2.Client, hostile: str) -> None:
    query = urlencode({"title": hostile, "question": hostile})
    head, question = _opened(client, query)
    inside = re.search(r"<h1>(.*?)</h1>", head)[1]
    assert not set(inside) & set("<>[]*`$()")
    assert question == hostile


def test_a_title_that_is_too_long_is_not_taken(client: httpx2.Client) -> None:
    head, question = _opened(client, urlencode({"title": "x" * 81, "question": "y" * 4001}))
    assert "xxx" not in head
    assert question != "y" * 4001


def _opened(client: httpx2.Client, query: str) -> tuple[str, str]:
    """The head of a page that was just opened, and what stands in the box of the question."""
    joined = page_event(config_of(client), "load") | {"session_hash": "o"}
    client.post(f"/embed/intranet/gradio_api/queue/join?{query}", json=joined)
    with client.stream("GET", "/embed/intranet/gradio_api/queue/data?session_hash=o") as events:
        told = [json.loads(line.removeprefix("data:")) for line in events.iter_lines() if line.startswith("data:")]
    first = next(each for each in told if each["msg"] == "process_generating")["output"]["data"]
    head = next(each["value"] for each in first if "<h1>" in str(each.get("value", "")))
    question = next(each.get("value", "") for each in first if "submit_btn" in each)
    return head, question


def test_what_to_copy_stands_below_the_embed_alone(client: httpx2.Client, running: Embedded) -> None:
    shown = client.get("/embed/intranet/snippets")
    assert shown.status_code == 200
    assert policy(shown)["frame-src"] == "'self'"
    assert f"{running.origin}/widget.js" in shown.text
    assert "<script src=&quot;" in shown.text.replace("&lt;", "<")
    assert client.get("/snippets").status_code == client.get("/embed/nowhere/snippets").status_code == 404
