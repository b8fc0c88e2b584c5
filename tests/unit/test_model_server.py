"""A server that does not get as far as serving; one that does is in tests/integration/test_local_model.py."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from assistant.errors import LanguageModelNotSetUp, LanguageModelTooSlow, LanguageModelUnreachable
from assistant.model_server import ModelServer


def server_for(model: Path) -> ModelServer:
    return ModelServer(model, threads=1, context=64, slots=1)


def wait_s(seconds: float) -> float:
    return time.monotonic() + seconds


def test_a_file_that_is_no_model_is_named_and_not_tried_for_ever(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"no model")
    threads = threading.active_count()
    server = server_for(tmp_path / "broken.gguf")
    with pytest.raises(LanguageModelNotSetUp, match=r"broken\.gguf.*models verify"):
        server.endpoint(wait_s(30), threading.Event())
    began = time.monotonic()
    with pytest.raises(LanguageModelNotSetUp):
        server.endpoint(wait_s(30), threading.Event())
    assert time.monotonic() - began < 0.1
    assert server.process_id is None
    server.close()
    assert threading.active_count() == threads


def test_who_waits_for_the_server_waits_no_longer_than_they_want(tmp_path: Path) -> None:
    server = server_for(tmp_path / "none.gguf")
    with pytest.raises(LanguageModelTooSlow, match="still being loaded"):
        server.endpoint(wait_s(0), threading.Event())
    cancelled = threading.Event()
    cancelled.set()
    assert server.endpoint(wait_s(30), cancelled) is None
    server.close()


def test_a_server_that_is_closed_stays_closed(tmp_path: Path) -> None:
    server = server_for(tmp_path / "none.gguf")
    server.start()
    server.close()
    server.close()
    assert server.process_id is None
    server.start()
    with pytest.raises(LanguageModelUnreachable, match="shut down"):
        server.endpoint(wait_s(30), threading.Event())
    server.check()
