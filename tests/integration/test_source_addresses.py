"""Addresses of passages: shared, they lead to the same words as long as these stand in the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import httpx
import pytest

from ingest.cut import Section
from ingest.document import Page, Span
from tests.logging_in import serving_with
from ui.fingerprints import fingerprint
from ui.sources import source_path
from ui.testing import FakeAssistant, FakeSource

QUOTE = "Membership is open\nto any organisation."
BEFORE = f"The plan\n\n{QUOTE}\n\nFees are paid. Boats are free.\n"
AFTER = f"The plan\n\nA new beginning.\n\n{QUOTE.replace(chr(10), ' ')}\n\nFees are paid.\n"
MARKS = "# The **plan**\n\nMembership is **open to all**, see [the rules](https://example.org/rules).\n\n* one\n* two\n"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    sources = {
        "as it was": FakeSource(text=BEFORE),
        "as it is": FakeSource(text=AFTER),
        "marks": FakeSource(
            text=MARKS, path="a/marks.md", sections=(Section(path=("Plan",), start=0, end=len(MARKS)),)
        ),
        "pdf": FakeSource(text=MARKS, path="a/marks.pdf", pages=(Page(number=1, start=0, end=len(MARKS)),)),
        "old": FakeSource(text="Old.", valid_until="2020", superseded_by="as it is"),
        "older": FakeSource(text="Older.", superseded_by="hidden"),
    }  # fmt: skip
    home, public = tmp_path_factory.mktemp("sources") / "home", "http://localhost:PORT/kb"
    with serving_with(FakeAssistant(sources=sources), home, "[login]\nopen = true\n", public=public) as address:  # noqa: SIM117
        with httpx.Client(base_url=f"{address}/") as client:
            yield client


def marked(page: httpx.Response) -> list[str]:
    assert page.status_code == 200
    return [
        unescape(re.sub(r"<[^>]*>", "", found))
        for found in re.findall(r"<mark[^>]*>(.*?)</mark>", page.text, re.DOTALL)
    ]


def place(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def test_the_passage_is_found_where_it_stands_now(client: httpx.Client) -> None:
    address = source_path("as it is", *place(BEFORE, QUOTE), quote=QUOTE)
    page = client.get(address)
    assert marked(page) == ["Membership is open to any organisation"]
    assert "The document has changed since the link was made" in page.text
    before = client.get(source_path("as it was", *place(BEFORE, QUOTE), quote=QUOTE))
    assert marked(before) == [QUOTE]
    assert "has changed" not in before.text


def test_a_passage_that_is_gone_is_told(client: httpx.Client) -> None:
    page = client.get(source_path("as it is", *place(BEFORE, "Boats are free."), quote="Boats are free."))
    assert marked(page) == []
    assert "This passage is no longer in the document." in page.text
    assert "Copy link" not in page.text


def test_addresses_from_before_keep_working(client: httpx.Client) -> None:
    start, end = place(BEFORE, QUOTE)
    assert marked(client.get("source/as it was", params={"start": start, "end": end})) == [QUOTE]
    for quote in ("", "x", "3-", "0-0000000000000000", "1" * 4000):
        page = client.get("source/as it was", params={"start": start, "end": end, "quote": quote})
        assert marked(page) == [QUOTE]


def test_other_citations_are_marked_where_the_text_is_the_same(client: httpx.Client) -> None:
    also = [place(BEFORE, "Fees are paid."), place(BEFORE, "open\nto any"), place(BEFORE, "Boats")]
    page = client.get(source_path("as it was", *place(BEFORE, QUOTE), quote=QUOTE, also=also))
    assert marked(page) == [QUOTE, "Fees are paid.", "Boats"]
    assert re.findall(r'href="#(also-\d)"', page.text) == ["also-1", "also-2"]
    assert re.findall(r'<mark class="also" id="(.*?)"', page.text) == ["also-1", "also-2"]
    changed = client.get(source_path("as it is", *place(BEFORE, QUOTE), quote=QUOTE, also=also))
    assert marked(changed) == ["Membership is open to any organisation"]
    assert "Also cited" not in changed.text


@pytest.mark.parametrize("also", ["5", "a-b", "9-3", "0-99999", "3-4," * 5000, "-", "1-2-3", "٣-٤"])
def test_ranges_that_are_none_name_nothing(client: httpx.Client, also: str) -> None:
    start, end = place(BEFORE, QUOTE)
    page = client.get(f"source/as it was?{urlencode({'start': start, 'end': end, 'also': also})}")
    assert QUOTE in marked(page)
    assert len(marked(page)) <= 2


def test_what_is_copied_names_one_passage_and_where_it_comes_from(client: httpx.Client) -> None:
    words = "Boats are free."
    page = client.get(source_path("as it was", *place(BEFORE, words), "fr", quote=words, also=[Span(0, 8)]))
    [link] = re.findall(r'class="permalink" href="(.*?)"', page.text)
    start, end = place(BEFORE, words)
    known = f"source/as%20it%20was?start={start}&end={end}&quote={fingerprint(words)}#passage"
    assert unescape(link) == f"/kb/{known}"
    [quotation] = re.findall(r'<p class="quotation"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    first, second, *rest = unescape(quotation).split("\n")
    assert (first, second) == ("“Boats are free.”", "The organisation, The plan, 2022-01.")
    assert rest[0] == f"Le passage : {client.base_url!s}{known}"
    assert re.fullmatch(r"Consulté le \d{4}-\d\d-\d\d", rest[1])


def test_signs_of_markdown_are_read_and_the_marked_words_stay_exact(client: httpx.Client) -> None:
    words = "is **open to all**, see [the rules](https://example.org/rules)."
    page = client.get(source_path("marks", *place(MARKS, words), quote=words))
    assert marked(page) == ["is open to all, see the rules (https://example.org/rules)."]
    article = page.text.split("<article")[1]
    assert "<strong>open to all</strong>" in article
    assert "<a " not in article, "text of a document is a link"
    assert not re.search(r"\*|#[^\"]|\]\(", re.sub(r"<[^>]*>", "", article.split(">", 1)[1]).replace("&#x27;", ""))
    assert "• one\n• two" in article
    inside = place(MARKS, "open")
    assert "<strong><mark" not in client.get(source_path("marks", *inside, quote="open")).text
    assert marked(client.get(source_path("marks", *inside, quote="open"))) == ["open"]
    assert marked(client.get(source_path("pdf", *place(MARKS, words), quote=words))) == [words]


def test_a_document_that_no_longer_holds_says_so(client: httpx.Client) -> None:
    page = client.get("source/old")
    assert '<a href="/kb/source/as%20it%20is?lang=en"><bdi>superseded by “The plan”</bdi></a>' in page.text
    assert "valid until 2020" in page.text
    older = client.get("source/older")
    assert "superseded by a newer document" in older.text
    assert "hidden" not in re.sub(r"aria-hidden|\shidden\b|overflow: hidden", "", older.text)
    assert "valid until" not in client.get("source/as it is").text
