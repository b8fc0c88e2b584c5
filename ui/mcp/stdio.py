"""The tools for one program on this machine, over standard input and output."""

from __future__ import annotations

import signal

import anyio
from mcp.server.stdio import stdio_server

from ui.answering import View
from ui.mcp.application import create_server


def serve_over_stdio(view: View) -> None:
    """Serve until the input ends. Meanwhile standard output carries the protocol alone: whatever else is written there
    goes to standard error. For the main thread.
    """
    # The thread that waits for input cannot be interrupted, and with Python's own handler Ctrl-C would wait for it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(_serve, view)


async def _serve(view: View) -> None:
    server = create_server(lambda _context: (view, ""))
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
