"""What the shipped nginx files pass on to the assistant, with a server behind them that says what arrived."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from tests.proxy import Nginx

SPOOFED = {
    "X-Forwarded-User": "director",
    "X-Forwarded-Groups": "board",
    "X-Proxy-Secret": "guessed",
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": "/elsewhere",
    "X-Real-IP": "192.0.2.2",
    "Forwarded": "for=192.0.2.3",
    "X-Gradio-Server": "https://elsewhere.example",
}


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers of the request."""

    def do_GET(self) -> None:
        body = json.dumps({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}}).encode()
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  # as the server calls it

    def log_message(self, *_: object) -> None:
        pass


class LoginService(BaseHTTPRequestHandler):
    """As oauth2-proxy with --set-xauthrequest: whoever has the cookie is known."""

    def do_GET(self) -> None:
        known = self.headers.get("Cookie") == "_oauth2_proxy=alice"
        self.send_response(202 if known else 401)
        if known:
            self.send_header("X-Auth-Request-User", "alice")
            self.send_header("X-Auth-Request-Groups", "staff")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def open_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with listening(Echo) as port:
        nginx = Nginx(tmp_path_factory.mktemp("open"), "picum.conf", {7861: port, 7862: port})
        yield nginx
        nginx.close()


@pytest.fixture(scope="module")
def with_login(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with ExitStack() as stack:
        port, login = stack.enter_context(listening(Echo)), stack.enter_context(listening(LoginService))
        ports = {7861: port, 7862: port, 4180: login}
        nginx = Nginx(tmp_path_factory.mktemp("login"), "picum-login.conf", ports, secret="of-the-proxy")
        yield nginx
        nginx.close()


def get(nginx: Nginx, path: str, **headers: str) -> httpx2.Response:
    with httpx2.Client(base_url=nginx.address, verify=nginx.trust, trust_env=False) as client:
        return client.get(path, headers=headers)


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/ask", "/api/v1/feedback", "/embed/start/api/v1/ask", "/v1/models", "/mcp"]
)
def test_nothing_that_a_client_says_of_itself_passes(open_one: Nginx, path: str) -> None:
    arrived = get(open_one, f"/assistant{path}", **SPOOFED).json()
    assert arrived["path"] == f"/assistant{path}"
    assert arrived["host"] == open_one.address.removeprefix("https://")
    assert arrived["x-forwarded-for"] == "127.0.0.1"
    assert arrived["x-forwarded-proto"] == "https"
    left = {name.lower() for name in SPOOFED} - {"x-forwarded-for", "x-forwarded-proto"}
    assert not left & set(arrived)


@pytest.mark.parametrize("path", ["/", "/source/plan", "/gradio_api/queue/data", "/embed/start/"])
def test_the_login_names_people_and_nobody_else_does(with_login: Nginx, path: str) -> None:
    known = {**SPOOFED, "Cookie": "_oauth2_proxy=alice"}
    arrived = get(with_login, f"/assistant{path}", **known).json()
    assert arrived["x-forwarded-user"] == "alice"
    assert arrived["x-forwarded-groups"] == "staff"
    assert arrived["x-proxy-secret"] == "of-the-proxy"
    assert "cookie" not in arrived
    assert "x-gradio-server" not in arrived
    stranger = get(with_login, f"/assistant{path}", **SPOOFED)
    assert stranger.status_code == 302
    assert stranger.headers["location"].endswith(f"/oauth2/start?rd=/assistant{path}")


@pytest.mark.parametrize("path", ["/api/v1/ask", "/api/v1/documents/a/b", "/v1/chat/completions", "/mcp"])
def test_a_program_brings_a_token_and_no_name(with_login: Nginx, path: str) -> None:
    sent = {**SPOOFED, "Authorization": "Bearer picum_token", "Cookie": "_oauth2_proxy=alice"}
    arrived = get(with_login, f"/assistant{path}", **sent).json()
    assert arrived["authorization"] == "Bearer picum_token"
    assert not {"x-forwarded-user", "x-forwarded-groups", "x-proxy-secret", "cookie"} & set(arrived)


@pytest.mark.parametrize("path", ["/assistant/metrics", "/assistant/readyz", "/metrics", "/assistant/embed/a/metrics"])
def test_numbers_are_not_passed_on(open_one: Nginx, with_login: Nginx, path: str) -> None:
    assert get(open_one, path).status_code == 404
    assert get(with_login, path, Cookie="_oauth2_proxy=alice").status_code == 404


def test_a_long_body_stops_at_the_proxy(open_one: Nginx) -> None:
    with httpx2.Client(base_url=open_one.address, verify=open_one.trust, trust_env=False) as client:
        assert client.post("/assistant/api/v1/ask", content=b"x" * 257 * 1024).status_code == 413
        assert client.post("/assistant/api/v1/ask", content=b"x" * 255 * 1024).status_code == 200


def test_http_leads_to_https(open_one: Nginx) -> None:
    text = (open_one.certificate.parent / "site.conf").read_text(encoding="utf-8")
    (port,) = {
        line.split(":")[1].rstrip("; \n") for line in text.splitlines() if "listen 127" in line and "ssl" not in line
    }
    answer = httpx2.get(f"http://127.0.0.1:{port}/assistant/", trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "https://127.0.0.1/assistant/")


def test_the_log_has_neither_addresses_nor_pages(open_one: Nginx) -> None:
    get(open_one, "/assistant/source/SECRET?q=SECRET")
    assert " GET 200 " in open_one.logged
    assert "SECRET" not in open_one.logged
    assert "127.0.0.1" not in open_one.logged
