"""The files of documents: given to those who may see them, as long as they are what was read, and never as a page."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.testing import assistant_over, read
from tests.logging_in import PROXY_SECRET, serving_with
from ui.chat.original_route import file_response
from ui.originals import Originals, file_name
from ui.testing import FakeSource

PDF = "%PDF-1.4\nThe fee is 40 euros.\n"
PAGE = "<script>alert(1)</script>\nThe fee is 40 euros.\n"
TEXT = "The fee is 40 euros, or 40 € in cash.\n"
KNOWN = {"x-forwarded-user": "somebody", "x-proxy-secret": PROXY_SECRET}
MEMBER = {**KNOWN, "x-forwarded-groups": "board"}
TABLES = (
    '[login]\nkind = "header"\n[groups]\nboard = ["board"]\n[limits]\nquestions_per_minute = 100000\nburst = 100000\n'
)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corpus")


@pytest.fixture(scope="module")
def client(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    (corpus / "open").mkdir()
    documents = [
        read("open/plan", TEXT, title="Plan"),
        read("open/changed", TEXT, title="Changed"),
        read("open/gone", TEXT, title="Gone"),
        read("secret", TEXT, title="Secret", collection="board"),
    ]
    for document in documents[:1]:
        (corpus / document.document.path).write_text(TEXT, encoding="utf-8")
    (corpus / "secret.txt").write_text(TEXT, encoding="utf-8")
    (corpus / "open" / "changed.txt").write_text(f"{TEXT}Changed.", encoding="utf-8")
    home = tmp_path_factory.mktemp("originals") / "home"
    environment = {"PICUM_LOGIN_SECRET": PROXY_SECRET, "PICUM_CORPUS": str(corpus)}
    with serving_with(assistant_over(documents), home, TABLES, environment=environment) as address:  # noqa: SIM117
        with httpx.Client(base_url=address, headers=KNOWN) as client:
            yield client


def policy(response: httpx.Response) -> dict[str, str]:
    parts = [part.split(" ", 1) for part in response.headers["content-security-policy"].split("; ")]
    return {name: value for name, value in parts}  # noqa: C416  (dict() takes no lists of lists for mypy)


def test_a_text_is_shown_as_text(client: httpx.Client) -> None:
    page = client.get("/source/open/plan?start=0&end=20")
    assert '<a href="/original/open/plan">Open the original file (<bdi>TXT</bdi>)</a>' in page.text
    file = client.get("/original/open/plan")
    assert (file.status_code, file.text) == (200, TEXT)
    assert file.headers["content-type"] == "text/plain; charset=utf-8"
    assert file.headers["content-disposition"] == "inline; filename*=UTF-8''plan.txt"
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["cache-control"] == "private, no-store"
    rules = policy(file)
    assert (rules["default-src"], rules["script-src"], rules["form-action"]) == ("'none'", "'none'", "'none'")
    assert "connect-src" not in rules


def test_hidden_unknown_changed_and_gone_look_the_same(client: httpx.Client) -> None:
    paths = ("secret", "no-such-document", "open/changed", "open/gone", "secret.txt", "open/plan.txt", "open")
    found = [client.get(f"/original/{path}") for path in paths]
    assert {answer.status_code for answer in found} == {404}
    assert len({re.sub(r'nonce="[^"]*"', "", answer.text) for answer in found}) == 1
    for path in ("open/changed", "open/gone"):
        assert "Open the original file" not in client.get(f"/source/{path}").text
    assert client.get("/original/secret", headers=MEMBER).status_code == 200
    assert client.get("/original/open/plan", headers={"x-proxy-secret": "x"}).status_code == 401


@pytest.mark.parametrize(
    "path", ["../secret.txt", "%2e%2e/secret.txt", "/etc/passwd", "open%2f..%2fsecret.txt", "open/plan%00", "..%5c"]
)
def test_no_path_can_be_asked_for(client: httpx.Client, path: str) -> None:
    answer = client.get(f"/original/{path}")
    assert answer.status_code == 404
    assert TEXT not in answer.text


def test_a_file_that_is_put_back_is_there_again_and_a_new_one_is_not(client: httpx.Client, corpus: Path) -> None:
    gone = corpus / "open" / "gone.txt"
    gone.write_text(TEXT, encoding="utf-8")
    assert client.get("/original/open/gone").status_code == 200
    gone.write_text(TEXT.replace("40", "50"), encoding="utf-8")
    assert client.get("/original/open/gone").status_code == 404
    gone.unlink()


KINDS: Mapping[str, tuple[str, str]] = {
    "a.pdf": ("application/pdf", "inline"),
    "a.html": ("application/octet-stream", "attachment"),
    "a.svg": ("application/octet-stream", "attachment"),
    "a.docx": ("application/octet-stream", "attachment"),
    "evil\r\nX: y.pdf.html": ("application/octet-stream", "attachment"),
}


@pytest.mark.parametrize("name", KINDS)
def test_only_pdf_and_text_are_shown_by_the_browser(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(PAGE, encoding="utf-8")
    originals = Originals(lambda: [tmp_path])
    app = FastAPI()

    @app.get("/")
    def file() -> object:
        found = originals.find(FakeSource(text="", path=name, sha256=digest(PAGE)))
        assert found is not None
        return file_response(found)

    answer = TestClient(app).get("/")
    kind, way = KINDS[name]
    assert (answer.headers["content-type"], answer.text) == (kind, PAGE)
    assert answer.headers["content-disposition"].startswith(f"{way}; filename*=UTF-8''")
    assert "x" not in answer.headers


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside.txt"
    corpus.mkdir()
    outside.write_text(TEXT, encoding="utf-8")
    (corpus / "link.txt").symlink_to(outside)
    (corpus / "loop.txt").symlink_to(corpus / "loop.txt")
    os.mkfifo(corpus / "pipe.txt")
    (corpus / "folder.txt").mkdir()
    originals = Originals(lambda: [corpus])
    for path in (
        "link.txt",
        "loop.txt",
        "pipe.txt",
        "folder.txt",
        "../outside.txt",
        str(outside),
        "",
        "a\0b",
        "\ud800",
    ):
        assert originals.find(FakeSource(text="", path=path, sha256=digest(TEXT))) is None


def test_a_file_that_was_given_alone_is_found(tmp_path: Path) -> None:
    (tmp_path / "alone.txt").write_text(TEXT, encoding="utf-8")
    found = Originals(lambda: [tmp_path / "alone.txt"]).find(FakeSource(text="", path="alone.txt", sha256=digest(TEXT)))
    assert found is not None
    assert b"".join(found.pieces()) == TEXT.encode()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/b.pdf", "b.pdf"),
        ('x/"q"\r\n;.pdf', "_q_ ;.pdf"),
        (f"{'n' * 300}.docx", f"{'n' * 115}.docx"),
        ("\u202efdp.exe", "fdp.exe"),
        ("...", "document"),
    ],
)
def test_names_are_safe(path: str, name: str) -> None:
    assert file_name(path) == name


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts what is open as Linux shows it")
def test_a_folder_in_the_place_of_a_file_is_no_original_and_nothing_stays_open(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").mkdir()
    originals = Originals(lambda: [tmp_path])
    source = FakeSource(title="Plan", text=TEXT, path="plan.txt", sha256=digest(TEXT))
    opened = Path("/proc/self/fd")
    before = len(list(opened.iterdir()))
    assert [originals.find(source) for _ in range(20)] == [None] * 20
    assert len(list(opened.iterdir())) == before
