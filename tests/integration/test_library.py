"""``/library``, ``/privacy``, ``/exit`` and ``/forget`` over real HTTP: scope, rates, forms without a script."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from assistant.library import DocumentSummary
from assistant.settings import Settings, load_settings
from assistant.testing import assistant_over, read
from tests.logging_in import PROXY_SECRET, serving_with
from tests.serving import serving
from ui.access.caller import Caller
from ui.chat.library_page import A_PAGE
from ui.chat.library_route import chosen_in
from ui.chat.privacy_page import Arrangements, privacy_page
from ui.chat.texts import languages, texts
from ui.testing import FakeAssistant

DOCUMENTS = [
    read("plan", "The shelter has 40 beds.", title="Plan", published="2022-01", kind="strategy", valid_until="2030"),
    read(
        "old", "The shelter had 10 beds.", title="Old plan", published="2016", superseded_by="plan", valid_until="2020"
    ),
    read("profile", "Some doubt the shelter.", title="A <b>profile</b>", publisher="Watch", authority="third_party"),
    read("secret", "The shelter of Zanzibar.", title="Minutes of Zelda", collection="board"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    settings = load_settings({"PICUM_HOME": str(tmp_path_factory.mktemp("home")), "PICUM_LLM": "none"})
    with (
        serving(assistant_over(DOCUMENTS), settings=settings.model_copy(update={"today": date(2026, 5, 1)})) as address,
        httpx2.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


def test_all_documents_in_scope_are_listed_with_what_is_known_of_them(client: httpx2.Client) -> None:
    page = client.get("/library?lang=en").text
    titles = re.findall(r"<h3><a[^>]*>(.*?)</a>", page)
    assert titles == ["Plan", "Old plan", "A &lt;b&gt;profile&lt;/b&gt;"]
    said = " ".join(text_of(page).split())
    for piece in (
        "Documents: 3 · Passages: 3",
        "2022-01 · strategy · English",
        "Valid until 2030",
        "Was valid until 2020",
        "Replaces Old plan",
        "Replaced by Plan",
        "Watch third party · undated",
    ):
        assert piece in said
    assert 'href="/source/plan?lang=en"' in page
    assert not re.search("zanzibar|zelda|secret", page, re.IGNORECASE)


@pytest.mark.parametrize("path", ["/library", "/library/found"])
def test_a_form_finds_documents_and_passages_without_a_script(client: httpx2.Client, path: str) -> None:
    page = client.post(f"{path}?lang=en", data={"words": "plan"}).text
    assert "<mark>Plan</mark>" in page
    page = client.post(f"{path}?lang=en", data={"words": "shel"}).text
    assert page.count("<mark>shelter</mark>") == 3
    [start] = re.findall(r'href="(/source/profile\?start=0[^"]*#passage)"', page)
    assert "<mark id" in client.get(unescape(start)).text
    assert "zanzibar" not in page.casefold()


def test_what_is_hidden_is_as_if_it_were_not_there(client: httpx2.Client) -> None:
    """The sentence is the same, and leads to the chat without the words."""
    hidden, unknown = (client.post("/library/found?lang=en", data={"words": word}).text for word in ("zelda", "xyzzy"))
    assert hidden == unknown
    assert '<a href="/?lang=en">Ask the documents</a>' in hidden


def test_what_was_typed_stands_in_no_address(client: httpx2.Client) -> None:
    page = client.post("/library?lang=de", data={"words": "shelter beds"}).text
    assert 'value="shelter beds"' in page
    addresses = re.findall(r'(?:href|action)="([^"]*)"', page)
    assert addresses
    assert not [address for address in addresses if "shelter" in address]
    assert 'method="post"' in page
    # An address with words in it finds nothing: nobody learns to send them there.
    assert "<mark>" not in client.get("/library?words=shelter").text


def test_nothing_that_was_typed_is_logged(client: httpx2.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for path in ("/library", "/library/found"):
            client.post(path, data={"words": "quizzical shelter"})
    assert "/library/found" in caplog.text  # the client's own line at least
    assert "quizzical" not in caplog.text


def test_hostile_words_are_only_text(client: httpx2.Client) -> None:
    words = '"><script>alert(1)</script> shelter'
    page = client.post("/library", data={"words": words}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("body", [b"", b"words", b"%ff%fe&&==", b"a=1&" * 100, b"page=-1", b"page=" + b"9" * 50])
def test_any_body_is_a_form(client: httpx2.Client, body: bytes) -> None:
    assert client.post("/library", content=body).status_code == 200
    assert chosen_in(body).page == 1


def test_other_sites_cannot_send_the_form(client: httpx2.Client) -> None:
    headers = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    assert client.post("/library", data={"words": "shelter"}, headers=headers).status_code == 403
    assert client.post("/forget", data={"conversation": "x"}, headers=headers).status_code == 403


def summaries(count: int) -> list[DocumentSummary]:
    fixed: dict[str, Any] = {
        "language": "en",
        "pages": 3,
        "chunks": 2,
        "derived": frozenset(),
        "notes": ("Page 2 is.",),
    }
    return [
        DocumentSummary(
            id=f"d{number}",
            title=f"Report {number:04}",
            publisher=f"Publisher {number % 3}",
            authority="own" if number % 2 else "third_party",
            published=f"20{number % 26:02}",
            kind="report" if number % 4 else "law",
            **fixed,
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def large() -> Iterator[httpx2.Client]:
    with (
        serving(FakeAssistant(documents=summaries(1000))) as address,
        httpx2.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def titles(page: str) -> list[str]:
    return re.findall(r"<h3><a[^>]*>(Report \d+)</a>", page)


def test_a_thousand_documents_are_a_page_that_a_phone_can_load(large: httpx2.Client) -> None:
    page = large.get("/library")
    assert len(titles(page.text)) == A_PAGE
    assert len(page.content) < 100_000
    seen = [title for number in range(1, 11) for title in titles(large.post("/library", data={"page": number}).text)]
    assert len(seen) == len(set(seen)) == 1000
    assert titles(large.post("/library", data={"page": 99999}).text) == seen[-A_PAGE:]


def test_own_and_newest_come_first_unless_titles_are_wanted(large: httpx2.Client) -> None:
    first = titles(large.get("/library").text)
    assert all(int(title[-4:]) % 2 for title in first)
    years = [int(title[-4:]) % 26 for title in first]
    assert years == sorted(years, reverse=True)
    assert titles(large.post("/library", data={"order": "title"}).text)[0] == "Report 0000"


def test_the_list_is_narrowed_by_kind_and_publisher(large: httpx2.Client) -> None:
    page = large.post("/library?lang=en", data={"kind": "law", "publisher": "Publisher 1"}).text
    assert titles(page)
    assert all(int(title[-4:]) % 4 == 0 and int(title[-4:]) % 3 == 1 for title in titles(page))
    assert '<option value="law" selected>' in page
    assert "No document is like that." in large.post("/library?lang=en", data={"kind": "song"}).text


def test_what_could_not_be_read_is_said(large: httpx2.Client) -> None:
    page = large.get("/library?lang=fr").text
    assert 'Ce fichier n’a pas pu être lu en entier</summary><ul><li lang="en" dir="ltr">Page 2 is.' in page


def test_searches_have_a_rate_of_their_own(tmp_path: Path) -> None:
    tables = '[login]\nkind = "header"\n[limits]\nlook_ups_per_minute = 3\nquestions_per_minute = 1\nburst = 1\n'
    headers = {"x-forwarded-user": "somebody", "x-proxy-secret": PROXY_SECRET}
    secret = {"PICUM_LOGIN_SECRET": PROXY_SECRET}
    with (
        serving_with(assistant_over(DOCUMENTS), tmp_path / "home", tables, environment=secret) as address,
        httpx2.Client(base_url=address, headers=headers, trust_env=False) as client,
    ):
        answers = [client.post("/library/found?lang=en", data={"words": "shelter"}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert int(answers[3].headers["retry-after"]) > 0
        assert "search again in" in answers[3].text
        assert client.post("/library", data={"words": "shelter"}).status_code == 429
        assert client.get("/library").status_code == 200
        # No question was counted.
        assert client.post("/api/v1/ask", json={"question": "How many beds?"}).status_code == 200


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("path", ["/library", "/privacy", "/source/plan?start=0&end=11"])
def test_every_sheet_has_the_ways_and_the_languages(client: httpx2.Client, path: str, language: str) -> None:
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}").text
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
    for way in ("/", "/library", "/privacy"):
        assert f'href="{way}?lang={language}"' in page
    assert len(re.findall(r'hreflang="\w\w"', page)) == 10
    if "start" in path:
        assert re.search(r'href="\?start=0&amp;end=11&amp;lang=fr"', page)
    assert '<a class="quick-exit" href="/exit"' in page


def arranged(remote: str | None = None, **given: Any) -> Arrangements:
    settings: Settings = load_settings({"PICUM_LLM": "none"}).model_copy(update=given)
    return Arrangements.of(settings, remote)


def test_the_page_about_questions_is_true_for_this_server() -> None:
    said = texts("en")
    plain = privacy_page(arranged(), said, "/")
    assert "no language model writes them" in plain
    assert "feedback is switched off" in plain
    assert "30 minutes after the last question" in plain
    assert "up to 5 in a row, then about 10 a minute" in plain
    here = Caller(key="", collections=frozenset(), rights=frozenset(), counted=False)
    assert "it is not counted how many questions you ask" in privacy_page(arranged().seen_by(here), said, "/")
    often = replace(here, counted=True, per_minute=60.0)
    assert "up to 60 in a row, then about 60 a minute" in privacy_page(arranged().seen_by(often), said, "/")
    assert "opens an empty page" in plain
    other = privacy_page(
        arranged("llm.example.org", feedback=True, quick_exit_url="https://www.example.org/weather?x=1"), said, "/"
    )
    assert "language model at llm.example.org" in other
    assert "You can say what you think" in other
    assert "opens www.example.org." in other


def test_leaving_leads_to_an_empty_page_or_where_the_operator_wants(client: httpx2.Client, tmp_path: Path) -> None:
    page = client.get("/exit")
    assert page.headers["cache-control"] == "no-store"
    assert text_of(page.text).split() == ["Empty", "page", 'location.replace("about:blank")']
    settings = load_settings({"PICUM_HOME": str(tmp_path), "PICUM_QUICK_EXIT_URL": "https://www.example.org/weather"})
    with serving(FakeAssistant(), settings=settings) as address:
        answer = httpx2.get(f"{address}/exit", trust_env=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "https://www.example.org/weather")
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_forgetting_says_nothing_of_what_there_was(client: httpx2.Client) -> None:
    for body in ({"conversation": "nobody"}, {}, {"conversation": "x" * 5000}):
        answer = client.post("/forget", data=body)
        assert (answer.status_code, answer.content) == (204, b"")
