"""An assistant that is embedded, and pages of other sites that embed it; each under a name of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import FrameLocator, Locator, Page, expect

from assistant.settings import load_settings
from ui import server
from ui.answering import AnswersQuestions

STRICT = "default-src 'none'; script-src 'self' {0}; frame-src {0}; style-src 'self'"
"""A policy as careful sites have it; ``{0}`` is the assistant."""


class Hosts:
    """Pages of ``host.example`` and ``other.example``: what is at a path and the policy that it is sent with."""

    def __init__(self) -> None:
        pages = self.pages = dict[str, tuple[str, str]]()
        asked = self.asked = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                html, policy = pages.get(self.path, ("", ""))
                self.send_response(200 if html else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def site(self, name: str = "host.example") -> str:
        """The origin of one of the sites."""
        return f"http://{name}:{self.port}"

    def page(self, body: str, policy: str = "", *, language: str = "en", site: str = "host.example") -> str:
        """The address of a page with this body."""
        path = f"/page-{len(self.pages)}"
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Intranet</title>'
        html = f'<!doctype html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'
        self.pages[path] = (html, policy)
        return self.site(site) + path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Embedded:
    """A running assistant at ``http://assistant.example``, with the embeds of a settings file that can be changed."""

    def __init__(self, assistant: AnswersQuestions, home: Path, embeds: str) -> None:
        self.file = home / "picum.toml"
        self._listener = server.bind("127.0.0.1", 0)
        self.port = self._listener.getsockname()[1]
        self.origin = f"http://assistant.example:{self.port}"
        self.write(embeds)
        app = server.create_app(assistant, load_settings())
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        self._running = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._running.run, kwargs={"sockets": [self._listener]})
        self._thread.start()

    def write(self, embeds: str) -> None:
        """Put these embeds in the place of those before."""
        limits = "[limits]\nquestions_per_minute = 1000\nburst = 1000\n"
        self.file.write_text(f'public_url = "{self.origin}"\n{limits}[login]\nopen = true\n{embeds}', encoding="utf-8")

    def script(self, embed: str = "intranet", **attributes: str) -> str:
        """The element that loads the widget."""
        given = "".join(f' data-{name}="{escape(value)}"' for name, value in attributes.items())
        return f'<script src="{self.origin}/widget.js" data-embed="{embed}"{given} async></script>'

    def close(self) -> None:
        self._running.should_exit = True
        self._thread.join()
        self._listener.close()


@contextmanager
def embedded(assistant: AnswersQuestions, home: Path, embeds: str) -> Iterator[Embedded]:
    """An assistant that runs; ``home`` is its data folder, whose settings file is made of ``embeds``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PICUM_HOME", str(home))  # the server reads its embeds again when they change
        running = Embedded(assistant, home, embeds)
        try:
            yield running
        finally:
            running.close()


def dialog(page: Page) -> Locator:
    """The panel of the widget."""
    return page.locator("picum-assistant").get_by_role("dialog")


def frame_of(page: Page, nth: int = 0) -> FrameLocator:
    """What stands in the frame of a widget."""
    return page.locator("picum-assistant").nth(nth).locator("iframe").content_frame


def ask(frame: Page | FrameLocator, question: str = "Who can join?", number: int = 1, patience_s: float = 10) -> None:
    """Ask a question, and wait for the end of its answer."""
    box = frame.locator("#question textarea")
    expect(box).to_be_editable(timeout=patience_s * 1000)
    box.fill(question)
    box.press("Enter")
    expect(frame.locator(f".turn-{number}.is-over")).to_be_visible(timeout=patience_s * 1000)


def only_from(page: Page, *origins: str) -> list[str]:
    """What a page asked of anybody else."""
    return [url for url in page.watch.requested if not url.startswith((*origins, "data:", "blob:"))]


def focused(page: Page) -> str:
    """The class of the part of a widget that has the focus, else the name of the element."""
    found: str = page.evaluate(
        "document.activeElement.shadowRoot?.activeElement?.className ?? document.activeElement.tagName"
    )
    return found
