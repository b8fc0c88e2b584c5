"""Lines of the log: text or JSON, and never more of a mistake than its kind."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from ui.logs import configure


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root, hook = logging.getLogger(), threading.excepthook
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], threading.excepthook = handlers, hook
    root.setLevel(level)
    for name in ("ingest", "vectorstore", "prompts", "assistant", "ui", "uvicorn"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def fail() -> None:
    try:
        raise ValueError("SECRET")
    except ValueError:
        logging.getLogger("assistant.some").exception("it failed")


def test_text_names_the_kind_of_a_mistake_alone(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "text")
    fail()
    assert capsys.readouterr().err == "ERROR assistant.some: it failed (ValueError)\n"


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    fail()
    logging.getLogger("ui.x").info("two\nlines é")
    first, second = capsys.readouterr().err.splitlines()
    said = json.loads(first)
    assert (said["level"], said["logger"], said["error"]) == ("ERROR", "assistant.some", "ValueError")
    assert "SECRET" not in first
    assert json.loads(second)["message"] == "two\nlines é"
    assert json.loads(second)["time"].endswith("+00:00")


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_traceback_comes_at_debug(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure("DEBUG", form)  # type: ignore[arg-type]
    fail()
    assert "Traceback" in capsys.readouterr().err


def test_levels_hold_and_libraries_only_warn(capsys: pytest.CaptureFixture[str]) -> None:
    configure("DEBUG", "text")
    logging.getLogger("openai._base_client").debug("SECRET")
    logging.getLogger("httpx").info("SECRET")
    logging.getLogger("assistant.x").debug("ours")
    logging.getLogger("chromadb").warning("theirs")
    assert capsys.readouterr().err == "DEBUG assistant.x: ours\nWARNING chromadb: theirs\n"
    configure("WARNING", "text")
    logging.getLogger("ui.requests").info("a request")
    logging.getLogger("ui.requests").warning("once")
    assert capsys.readouterr().err == "WARNING ui.requests: once\n"


def test_an_error_level_silences_warnings_of_libraries_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure("ERROR", "text")
    logging.getLogger("chromadb").warning("theirs")
    assert capsys.readouterr().err == ""


def test_a_mistake_in_a_thread_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure("WARNING", "json")
    thread = threading.Thread(target=lambda: {}["SECRET"])
    thread.start()
    thread.join()
    line = capsys.readouterr().err
    assert json.loads(line)["error"] == "KeyError"
    assert "SECRET" not in line
    ended = threading.Thread(target=sys.exit)
    ended.start()
    ended.join()
    assert capsys.readouterr().err == ""
