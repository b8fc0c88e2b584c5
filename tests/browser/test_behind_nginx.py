"""The shipped nginx file in front of two real workers: the page, the streams, and restarts that no reader notices."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.page_events import page_question
from tests.proxy import Nginx
from tests.serving import FEE, UNLIMITED, Worker, fee_of, free_port, make_home, slowly
from ui.access.tokens import Tokens

TELL_SLOWLY = "Tell me slowly, what is the yearly fee of the club?"


class AsBrowsers(httpx2.HTTPTransport):
    """Sends a request again, once, where its connection was closed before a word of an answer.

    nginx closes kept connections when it reads its file anew, and cannot know what is already on its way to it
    (https://trac.nginx.org/nginx/ticket/1022). Browsers do this by themselves.
    """

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return super().handle_request(request)
        except httpx2.RemoteProtocolError:
            return super().handle_request(request)


class Place:
    """Two workers of one data folder behind nginx."""

    def __init__(self, folder: Path, model_home: Path) -> None:
        self.ports = free_port(), free_port()
        self.nginx = Nginx(folder / "nginx", "picum.conf", dict(zip((7861, 7862), self.ports, strict=True)))
        self.url = f"{self.nginx.address}/assistant"
        self.home = make_home(folder, model_home, tables=f"[login]\nopen = true\n{UNLIMITED}")
        token = Tokens(self.home).add("numbers", rights=["metrics"], collections=["default"], created=date.today())
        self._for_numbers = {"Authorization": f"Bearer {token}"}
        self.workers = [self.start(port) for port in self.ports]

    def start(self, port: int) -> Worker:
        return Worker(self.home, port, slowly(1.5), PICUM_PUBLIC_URL=self.url, PICUM_TRUSTED_PROXIES="127.0.0.1")

    def restart(self, number: int) -> None:
        """As systemctl restart: told to end, and started again."""
        assert self.workers[number].stop() == 0
        self.workers[number] = self.start(self.ports[number]).wait_until_ready()

    def client(self) -> httpx2.Client:
        transport = AsBrowsers(verify=self.nginx.trust)
        return httpx2.Client(base_url=f"{self.url}/", transport=transport, trust_env=False, timeout=60)

    def answered(self, number: int) -> float:
        """How many questions of programs a worker has answered."""
        numbers = httpx2.get(f"{self.workers[number].address}/metrics", headers=self._for_numbers, trust_env=False)
        counts = re.findall(r'^picum_questions_total\{door="api".* (\S+)$', numbers.text, flags=re.MULTILINE)
        return sum(map(float, counts))

    def close(self) -> None:
        for worker in self.workers:
            worker.close()
        self.nginx.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("behind"), model_home)
    try:
        for worker in place.workers:
            worker.wait_until_ready()
        yield place
    finally:
        place.close()


@pytest.fixture
def client(place: Place) -> Iterator[httpx2.Client]:
    with place.client() as client:
        yield client


class PageClient:
    """What a page sends for a question: one request that asks, and an event stream with the answer."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client
        self._config = client.get("config").json()

    def events(self, question: str) -> Iterator[dict[str, object]]:
        """The events of the stream as they come; fails where the server refuses."""
        session = secrets.token_hex(6)
        body = page_question(self._config, question) | {"session_hash": session}
        joined = self._client.post("gradio_api/queue/join", json=body)
        assert joined.status_code == 200, joined.text
        with self._client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
            assert stream.status_code == 200
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))

    def ask(self, question: str = FEE) -> None:
        """One question, answered to its end."""
        *_, last = (
            event for event in self.events(question) if event["msg"] in {"process_generating", "process_completed"}
        )
        assert (last["msg"], last["success"]) == ("process_completed", True), last


def test_the_page_asks_cites_and_shows_the_source(
    place: Place, new_page: Callable[..., Page], ask: Callable[[Page, str], None]
) -> None:
    page = new_page(ignore_https_errors=True)
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))  # of the site, at its root
    page.goto(f"{place.url}/")
    expect(page.locator(".example").first).to_be_visible(timeout=30_000)
    ask(page, FEE)
    chip = page.locator(".turn-1 a.marker").first
    expect(chip).to_be_visible(timeout=30_000)
    expect(page.locator(".turn-1")).to_contain_text("40 euros")
    with page.context.expect_page() as opened:
        page.locator("#source-1-1 a[href*='source/']").first.click()
    source = opened.value
    expect(source.locator("mark").first).to_contain_text("40 euros")
    assert source.url.startswith(f"{place.url}/source/fees.txt")
    assert page.watch.foreign(place.url) == []


def test_http_2_is_spoken(place: Place) -> None:
    if shutil.which("curl") is None:
        pytest.skip("HTTP/2 is looked at with curl; on Debian: apt-get install curl.")
    command = ["curl", "-s", "--http2", "--cacert", str(place.nginx.certificate), "-o", "/dev/null"]
    done = subprocess.run(
        [*command, "-w", "%{http_version} %{http_code}", f"{place.url}/"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "2 200"


def test_events_come_one_by_one(client: httpx2.Client) -> None:
    arrived = [
        time.monotonic() for event in PageClient(client).events(TELL_SLOWLY) if event["msg"] == "process_generating"
    ]
    assert len(arrived) >= 2
    assert arrived[-1] - arrived[0] > 1, "they were held back and came together"


def test_the_stream_of_programs_comes_one_by_one(client: httpx2.Client) -> None:
    arrived = list[tuple[str, float]]()
    asked = {"question": TELL_SLOWLY, "stream": True}
    with client.stream("POST", "api/v1/ask", json=asked) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("event:"):
                arrived.append((line.removeprefix("event:").strip(), time.monotonic()))
    assert len(arrived) >= 3
    assert arrived[-1][1] - arrived[0][1] > 1, "they were held back and came together"


def test_both_workers_answer_programs(place: Place, client: httpx2.Client) -> None:
    before = place.answered(0), place.answered(1)
    for _ in range(6):
        fee_of(client.post("api/v1/ask", json={"question": FEE}))
    assert place.answered(0) > before[0]
    assert place.answered(1) > before[1]


def test_nobody_outside_is_this_machine(client: httpx2.Client) -> None:
    headers = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-User": "director"}
    assert client.get("metrics", headers=headers).status_code == 404
    assert client.get("healthz").json() == {"status": "ok"}


@contextmanager
def readers(place: Place, *, of_pages: int, of_programs: int) -> Iterator[tuple[list[float], list[str]]]:
    """People and programs that ask without a pause: when they were answered, and what failed."""
    answered, failed, over = list[float](), list[str](), threading.Event()

    def go_on(once: Callable[[], object]) -> None:
        while not over.is_set():
            try:
                once()
                answered.append(time.monotonic())
            except Exception as error:  # noqa: BLE001  # every failure counts
                failed.append(repr(error))

    def page() -> None:
        with place.client() as client:
            go_on(PageClient(client).ask)

    def program() -> None:
        with place.client() as client:
            go_on(lambda: fee_of(client.post("api/v1/ask", json={"question": FEE})))

    threads = [threading.Thread(target=page) for _ in range(of_pages)]
    threads += [threading.Thread(target=program) for _ in range(of_programs)]
    for thread in threads:
        thread.start()
    try:
        yield answered, failed
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_one_worker_after_the_other_is_restarted_and_nobody_notices(place: Place) -> None:
    with readers(place, of_pages=3, of_programs=2) as (answered, failed):
        began = time.monotonic()
        place.restart(0)
        between = time.monotonic()
        place.restart(1)
        ended = time.monotonic()
        time.sleep(1)
    assert failed == []
    assert [at for at in answered if began < at < between]
    assert [at for at in answered if between < at < ended]


def test_nginx_reads_its_file_anew_and_nobody_notices(place: Place) -> None:
    with readers(place, of_pages=2, of_programs=2) as (answered, failed):
        for _ in range(5):
            place.nginx.reload()
            time.sleep(0.6)
    assert failed == []
    assert len(answered) > 5
