"""An OpenAI-compatible server on loopback that plays what it is told to, also what no server should."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Play = Callable[["Handler"], None]


def chunk(content: str | None, finish: str | None = None, logprobs: object = None) -> bytes:
    delta = {} if content is None else {"role": "assistant", "content": content}
    event = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": logprobs}],
    }
    return f"data: {json.dumps(event)}\n\n".encode()


DONE = b"data: [DONE]\n\n"


class Handler(BaseHTTPRequestHandler):
    """Reads a request, remembers it, and plays the next piece of the script."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append({"path": self.path, "headers": dict(self.headers), **body})
        script = self.server.script
        play = script.popleft() if script else answer
        try:
            play(self)
        except OSError:
            self.server.left.append(time.monotonic())
            self.close_connection = True

    def do_GET(self) -> None:
        self.server.requests.append({"path": self.path, "headers": dict(self.headers)})
        whole(json.dumps({"data": [{"id": "listed-model"}]}).encode(), kind="application/json")(self)

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        """Status and headers of a response whose end is the end of the connection."""
        self.send_response(status)
        for name, value in {"content-type": kind, "connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.close_connection = True

    def write(self, data: bytes) -> None:
        """Send; raises OSError when the other side is gone."""
        self.wfile.write(data)
        self.wfile.flush()
        if self.gone(0):
            raise ConnectionResetError

    def wait(self, seconds: float) -> None:
        """Wait, but raise OSError as soon as the other side is gone."""
        if self.gone(seconds):
            raise ConnectionResetError

    def gone(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not self.server.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], min(0.02, max(0.0, until - time.monotonic())))
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return True
            if time.monotonic() >= until:
                return False
        return True

    def log_message(self, format: str, *args: object) -> None:  # the tests look at `requests`
        pass


class Server(ThreadingHTTPServer):
    """``script`` is what the next requests get, ``left`` when clients went away in the middle of something."""

    daemon_threads = False  # so that closing waits for them

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: deque[Play] = deque()
        self.requests: list[Mapping[str, Any]] = []
        self.left: list[float] = []
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def then(self, *plays: Play) -> None:
        self.script.extend(plays)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that resets the connection is part of the play."""


@contextmanager
def fault_server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join()


@contextmanager
def refusing_address() -> Iterator[str]:
    """The base address of a port where nobody listens, and nobody else can."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


def answer(handler: Handler) -> None:
    handler.begin()
    for piece in (chunk("Hello"), chunk(" there."), chunk(None, "stop"), DONE):
        handler.write(piece)


def status(code: int, **headers: str) -> Play:
    body = json.dumps({"error": {"message": "SECRET of the server", "type": "x"}}).encode()
    return whole(body, code=code, kind="application/json", **headers)


def whole(body: bytes, code: int = 200, kind: str = "text/event-stream", **headers: str) -> Play:
    def play(handler: Handler) -> None:
        handler.begin(code, kind, content_length=str(len(body)), **headers)
        handler.write(body)

    return play


def cut_stream(handler: Handler) -> None:
    """In the middle of a chunked body."""
    handler.begin(transfer_encoding="chunked")
    data = chunk("Half an")
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) + b"ff\r\ndata: {")
    handler.wfile.flush()


def closed_stream(handler: Handler) -> None:
    """Without a length, a connection that ends looks like the end of the answer."""
    handler.begin()
    handler.write(chunk("Half an"))


def endless(handler: Handler) -> None:
    handler.begin()
    while True:
        handler.write(chunk("word " * 50))


def endless_line(handler: Handler) -> None:
    handler.begin()
    while True:
        handler.write(b"data: " + b"x" * (1 << 20))


def endless_error(handler: Handler) -> None:
    handler.begin(500, "application/json")
    while True:
        handler.write(b"x" * (1 << 20))


def drip(seconds: float, *, first: str = "One") -> Play:
    """One word per that many seconds, for ever."""

    def play(handler: Handler) -> None:
        handler.begin()
        handler.write(chunk(first))
        while True:
            handler.wait(seconds)
            handler.write(chunk(" more"))

    return play


def silence(handler: Handler) -> None:
    handler.wait(60)


def silence_after_headers(handler: Handler) -> None:
    handler.begin()
    handler.write(chunk(""))
    while True:
        handler.wait(0.05)
        handler.write(b": still here\n\n")
