"""The command ``serve``."""

from __future__ import annotations

import signal

import typer

from ui.cli.backend import backend_of, ensure_index, opened
from ui.cli.console import complain, say
from ui.cli.exits import Exit
from ui.errors import AccessError, Interrupted

_CLOSED = "The page is closed."


def serve(context: typer.Context) -> None:
    """Open the page; the corpus is read first when there is no usable index of it."""
    backend = backend_of(context)
    settings = backend.settings()
    from ui.access.entrance import why_not_safe

    if why := why_not_safe(settings):  # known before the documents are read, which can take long
        raise AccessError(why)
    ensure_index(backend, settings)
    from assistant.language_models import remote_host, why_nothing_is_written
    from ui import running, server
    from ui.draining import Draining
    from ui.notifying import READY, notify
    from ui.warming import WarmingAssistant

    with server.bind(settings.host, settings.port) as listener:
        assistant = WarmingAssistant(
            lambda: opened(backend, settings, kept=True), on_failure=complain, on_ready=lambda: notify(READY)
        )
        draining = Draining()
        app = server.create_app(assistant, settings, remote_host=remote_host(settings), draining=draining)
        assistant.start()
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{host}:{listener.getsockname()[1]}"
        if why := why_nothing_is_written(settings):
            complain(why)
        try:
            ended = running.run(
                app,
                listener,
                draining,
                settings.stop_seconds,
                lambda: say(f"The page is at {address} (Ctrl-C closes it)."),
            )
        finally:
            assistant.close()
    by_hand = ended.signal == signal.SIGINT
    if ended.cut_off:
        if by_hand:
            complain(_CLOSED)
        running.leave(Exit.INTERRUPTED if by_hand else Exit.FINE)
    if by_hand:
        raise Interrupted(_CLOSED)
