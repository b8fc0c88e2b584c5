"""Servers for tests of logins: with a settings file of their own, at an address that is known before they start."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from assistant.settings import load_settings
from tests.openid import CLIENT, SECRET, OpenIdProvider
from ui import server
from ui.answering import AnswersQuestions

PROXY_SECRET = "between proxy and server"
OPENID = f'kind = "oidc"\nclient_id = "{CLIENT}"\nissuer = '


@contextmanager
def serving_with(
    assistant: AnswersQuestions,
    home: Path,
    tables: str = "",
    *,
    public: str = "",
    certificate: tuple[Path, Path] | None = None,
    environment: Mapping[str, str] = {},
) -> Iterator[str]:
    """The address of a running server whose settings file is ``tables``. ``public`` is its public address, in which
    PORT stands for the port.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / "picum.toml").write_text(tables, encoding="utf-8")
    with server.bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        public = public.replace("PORT", str(port))
        given = {"PICUM_LLM": "none", "PICUM_HOME": str(home), "PICUM_PUBLIC_URL": public, **environment}
        app = server.create_app(assistant, load_settings(given))
        tls = {"ssl_certfile": certificate[0], "ssl_keyfile": certificate[1]} if certificate else {}
        running = uvicorn.Server(
            uvicorn.Config(
                app, log_level="critical", access_log=False, proxy_headers=False, timeout_graceful_shutdown=1, **tls
            )
        )
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield public or f"http://127.0.0.1:{port}"
        finally:
            running.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


def by_openid(provider: OpenIdProvider, more: str = "") -> dict[str, object]:
    """What ``serving_with`` needs for a login with this provider."""
    tables = f'[login]\n{OPENID}"{provider.issuer}"\n{more}'
    return {"tables": tables, "environment": {"PICUM_LOGIN_SECRET": SECRET}}


def self_signed(folder: Path, *hosts: str) -> tuple[Path, Path]:
    """A certificate for these hosts and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = ",".join(f"DNS:{host}" for host in hosts)
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test"]
    command += ["-addext", f"subjectAltName={names}", "-out", str(certificate), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key
