"""The doors that are reached over the network, put together in one application."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from urllib.parse import urlsplit

import gradio as gr
from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from starlette.routing import Route

from assistant.language_models import kind_of_model
from assistant.settings import Settings, shipped_corpus
from ui.access.entrance import embeds_of, gate_of, login_of
from ui.access.limits import Counts
from ui.access.login_routes import login_router
from ui.access.views import Views
from ui.answering import AnswersQuestions
from ui.api.application import PREFIX, create_api
from ui.chat.export_routes import export_router
from ui.chat.feedback_routes import feedback_router
from ui.chat.leaving import leaving_router
from ui.chat.library_route import library_router
from ui.chat.original_route import original_router
from ui.chat.page import THEME, build_page
from ui.chat.pieces import TITLE
from ui.chat.privacy_page import Arrangements
from ui.chat.served_files import File, page_files
from ui.chat.source_route import source_router
from ui.chat.texts import texts
from ui.completions import application as completions
from ui.compressing import Compressing
from ui.conversations import Conversations
from ui.draining import Draining, TurnAway
from ui.embed.framing import Framing
from ui.embed.routes import embed_router
from ui.errors import PageError
from ui.feedback import FeedbackFile
from ui.guard import Guard
from ui.mcp.application import PATH, OverHttp
from ui.metrics import Metrics, State
from ui.numbers import numbers_router, state_of
from ui.observing import Observing
from ui.originals import Originals
from ui.probes import probes_router
from vectorstore.corpora import to_answer_from

_FORGET_SECONDS = 60
"""How often idle conversations are looked for."""


def create_app(
    assistant: AnswersQuestions,
    settings: Settings,
    *,
    remote_host: str | None = None,
    draining: Draining | None = None,
) -> FastAPI:
    """The application: the page at ``/``, documents at ``/source/…``, programs at ``/api/v1/…``, clients of OpenAI
    at ``/v1/…``, those of the Model Context Protocol at ``/mcp``, embeds at ``/embed/…``, and probes.

    All of it stands behind the gate. It does not start or wait for a WarmingAssistant. ``remote_host`` is where
    questions go for a language model that is not on this machine, ``draining`` is told when the server ends. Raises
    AccessError for settings that are not safe.
    """
    draining = draining or Draining()
    embeds = embeds_of(settings)
    login = login_of(settings)
    gate = gate_of(settings, embeds, login)
    metrics = Metrics(answers=kind_of_model(settings))
    counts = Counts(settings.home, settings.current_date)
    views = Views(
        assistant,
        settings.limits,
        counts=counts,
        embed=embeds.find,
        metrics=metrics,
        feedback=settings.feedback,
        public_url=settings.public_url,
    )
    metrics.watch(
        State(
            state=lambda: state_of(views, draining),
            index=views.index_facts,
            in_progress=lambda: views.in_progress,
            waiting=lambda: views.waiting,
        )
    )
    conversations = Conversations()
    tools = OverHttp(views)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        forgetting = asyncio.create_task(_forget(conversations))
        async with tools.running():
            yield
        forgetting.cancel()

    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    app.include_router(probes_router(views, lambda: draining.ending))
    app.include_router(numbers_router(metrics))
    # Files of their own, because Gradio adds what it puts into the head too late for a nonce.
    for file in page_files():
        _serve(app, file)
    app.include_router(login_router(login, urlsplit(settings.public_url).path.rstrip("/")))
    originals = Originals(partial(to_answer_from, settings.home, setting=settings.corpus, shipped=shipped_corpus()))
    app.include_router(source_router(views, originals, settings.current_date))
    app.include_router(original_router(views, originals))
    app.include_router(library_router(views, settings.current_date))
    app.include_router(leaving_router(conversations, Arrangements.of(settings, remote_host), settings.quick_exit_url))
    app.include_router(embed_router(settings.public_url))
    feedback = FeedbackFile(settings.home, settings.current_date) if settings.feedback else None
    app.include_router(export_router(conversations))
    app.include_router(feedback_router(views, conversations, feedback))
    app.mount(PREFIX, create_api(views, feedback))
    app.mount(completions.PREFIX, completions.create_completions(views, lambda language: texts(language).words))
    app.router.routes.append(Route(PATH, tools, methods=["POST"]))
    pages = list[gr.Blocks]()

    def mount() -> None:
        pages.append(build_page(views, conversations, today=settings.current_date, remote_host=remote_host))
        _mount_page(app, pages[0], settings)

    _in_an_event_loop(mount)
    app.add_middleware(Framing)
    # Without one of our own, Gradio answers every foreign origin with its permission.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    streams = pages[0]._queue.pending_messages_per_session
    app.add_middleware(TurnAway, draining=draining, has_stream=lambda session: session in streams)
    app.add_middleware(Guard, max_body_bytes=settings.limits.body_kilobytes * 1024)
    app.add_middleware(Compressing)
    app.add_middleware(Observing, metrics=metrics)
    app.add_middleware(gate)
    return app


async def _forget(conversations: Conversations) -> None:
    """Idle conversations go though nobody asks any more."""
    while True:
        await asyncio.sleep(_FORGET_SECONDS)
        conversations.forget_idle()


def _serve(app: FastAPI, served: File) -> None:
    # Its name stays when it changes: browsers ask whether theirs is still the same.
    kept = {"ETag": f'W/"{sha256(served.content.encode()).hexdigest()[:32]}"', "Cache-Control": "no-cache"}

    @app.get(f"/{served.name}")
    def file(request: Request) -> Response:
        """A file of the pages."""
        if request.headers.get("if-none-match") == kept["ETag"]:
            return Response(status_code=304, headers=kept)
        return Response(served.content, media_type=served.kind, headers=kept)


def _mount_page(app: FastAPI, page: gr.Blocks, settings: Settings) -> None:
    # Gradio's own limit of 40 counts waiting pages too; above it new questions queue up behind them.
    page.max_threads = 128
    page.queue(max_size=256, api_open=False)
    # Gradio would keep when each page asked, and compute statistics of it with every event.
    page._queue.ANALYTICS_MAX_EVENTS = 0
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,  # it would keep questions and answers in the browser
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        theme=THEME,
        head='<link rel="stylesheet" href="page.css"><script src="page.js" defer></script>',
    )
    # Gradio checks names of files in requests only for applications that were launched.
    page.has_launched = True


def _in_an_event_loop(build: Callable[[], None]) -> None:
    """Call ``build`` inside an event loop: outside of one Gradio opens one for each of its locks and closes none."""

    async def inside() -> None:
        build()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(inside())
    else:
        build()


def bind(host: str, port: int) -> socket.socket:
    """A listening address, taken before anything is loaded. Raises PageError when it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
        except OSError:
            listener.close()
            raise
    except OSError as failure:
        raise PageError(
            f"The page cannot be opened at {host}:{port} ({failure.strerror}); "
            "end what uses that address, or set PICUM_HOST or PICUM_PORT."
        ) from failure
    return listener
