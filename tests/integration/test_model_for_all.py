"""``models serve``: one language model for several workers, at an address that does not change."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from assistant.language_models import Prompt, build_language_model
from assistant.settings import load_settings
from tests.serving import ROOT, environment_of, free_port
from tests.tiny_model import tiny_file
from ui.cli.app import run

KEY = "a-long-random-text"
START = """
import sys
from pathlib import Path
from assistant import language_models
language_models.local_weights = lambda settings: Path({weights!r})
sys.argv[1:] = ["models", "serve", "--port", "{port}"]
from ui.__main__ import main
sys.exit(main())
"""


@pytest.fixture(scope="module")
def weights(model_home: Path) -> Path:
    return tiny_file(model_home)


@contextmanager
def model_at(port: int, weights: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command, once it has said that it is ready."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify"))
        manager.settimeout(120)
        environment = {**environment_of(folder), "PICUM_LLM_KEY": KEY, "NOTIFY_SOCKET": str(folder / "notify")}
        start = START.format(weights=str(weights), port=port)
        process = subprocess.Popen([sys.executable, "-c", start], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            assert manager.recv(100) == b"READY=1"
            yield process
        finally:
            process.kill()
            process.wait()


def test_workers_ask_it_with_their_key_and_nobody_else_does(weights: Path, tmp_path: Path) -> None:
    port = free_port()
    with model_at(port, weights, tmp_path) as process:
        address = f"http://127.0.0.1:{port}/v1"
        worker = {"PICUM_HOME": str(tmp_path), "PICUM_LLM": f"{address}#local", "PICUM_LLM_KEY": KEY}
        model = build_language_model(load_settings(worker))
        assert model is not None
        assert model.host is None  # questions stay on this machine
        prompt = Prompt(system="You tell stories.", user="Tell a story about a fox.")
        assert "".join(model.stream(prompt, max_tokens=8, cancelled=threading.Event()))
        model.close()
        asked = httpx2.post(f"{address}/completions", json={"prompt": "Hello", "max_tokens": 1}, trust_env=False)
        assert asked.status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(f"{address}/health", trust_env=False)


def test_without_a_key_it_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PICUM_HOME", str(tmp_path))
    assert run(["models", "serve"]) == 2
    assert "set PICUM_LLM_KEY" in capsys.readouterr().err
