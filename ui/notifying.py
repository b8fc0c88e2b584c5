"""Tells the service manager (systemd, ``Type=notify``) when the server is ready and when it ends."""

from __future__ import annotations

import logging
import os
import socket

_log = logging.getLogger(__name__)

READY = "READY=1"
STOPPING = "STOPPING=1"


def notify(state: str) -> None:
    """Send one state to the socket that ``NOTIFY_SOCKET`` names; nothing where no service manager listens. Raises
    nothing: a server without a listener goes on.
    """
    name = os.environ.get("NOTIFY_SOCKET", "")
    if not name:
        return
    # "@" stands for the abstract namespace, whose names begin with a zero byte.
    address = f"\0{name[1:]}" if name.startswith("@") else name
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.connect(address)
            channel.sendall(state.encode())
    except OSError as error:
        _log.warning("the service manager cannot be told %s: %s", state.partition("=")[0], error.strerror or error)
