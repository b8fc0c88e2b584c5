"""What all tests share: no connection leaves the machine, settings start from nothing, models are fetched once.

Nor does a test start the large language model, unless it asks for the fixture ``large_model``.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from assistant.errors import AssistantError
from assistant.language_models import LOCAL_MODEL
from assistant.models import fetch
from assistant.privacy import force_offline_and_private
from assistant.settings import PREFIX, Settings, load_settings
from ingest.corpus import Source
from ingest.errors import UnreadableFile
from ingest.readers.result import ReadOptions
from ingest.worker import read_here
from ui import logs as ui_logs
from vectorstore import indexing

hypothesis_settings.register_profile("local", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True)

_guard = {"up": True, "large model": False}
_starts_of_the_large_model: list[str] = []
_session_home = load_settings().home


def _stays_here(host: object) -> bool:
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


def _forbid_connections(event: str, args: tuple[object, ...]) -> None:
    """An audit hook sees every connection that Python code of any library opens, by whatever road."""
    if not _guard["up"]:
        return
    target: object = None
    if event in {"socket.connect", "socket.sendto"} and isinstance(args[1], tuple):
        target = args[1][0]
    elif event == "socket.getaddrinfo":
        target = args[0]
    if not _stays_here(target):
        pytest.fail(f"A test tried to reach {target!r}; only this machine may be reached.")


def _forbid_the_large_model(event: str, args: tuple[object, ...]) -> None:
    """It is on the machine of whoever uses the assistant, takes gigabytes of memory, and makes every answer slow."""
    if event != "subprocess.Popen" or _guard["large model"]:
        return
    command = str(args[1])
    if "model_server_process" in command and LOCAL_MODEL in command:
        # Not only the error, which the code under test may well cope with: the test has failed.
        _starts_of_the_large_model.append(command)
        raise PermissionError(f"A test tried to start {LOCAL_MODEL}.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    yield
    tried = list(_starts_of_the_large_model)
    _starts_of_the_large_model.clear()
    if tried:
        pytest.fail(f"The test tried to start the large language model: {tried}")


@pytest.fixture(scope="module")
def large_model() -> Iterator[None]:
    """The rest of the module may start the large language model."""
    _guard["large model"] = True
    yield
    _guard["large model"] = False


@pytest.fixture
def starts_of_the_large_model() -> list[str]:
    """What was tried, for a test of the guard itself."""
    return _starts_of_the_large_model


@contextmanager
def outgoing_allowed() -> Iterator[None]:
    _guard["up"] = False
    try:
        yield
    finally:
        _guard["up"] = True


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs Chromium; skipped without it unless PICUM_REQUIRE_BROWSER=1")
    hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "local")
    force_offline_and_private()
    # A shell without job control ignores Ctrl-C for what it runs in the background, and programs inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Tests see no setting of the person who runs them, nor do the processes that they start.
    for variable in [name for name in os.environ if name.startswith(PREFIX) and name != "PICUM_REQUIRE_BROWSER"]:
        del os.environ[variable]
    os.environ["PICUM_LLM"] = "none"
    # It trebles the time that indexing takes; tests of the second model switch it on.
    os.environ["PICUM_SECOND_EMBEDDING"] = "none"
    sys.addaudithook(_forbid_connections)
    sys.addaudithook(_forbid_the_large_model)


@pytest.fixture(scope="session")
def model_home() -> Path:
    """A home folder that holds the default embedding model: the real one, so that it is fetched once for all."""
    with outgoing_allowed():
        try:
            fetch(Settings().embedding, _session_home)
        except AssistantError as error:
            pytest.fail(str(error))
    return _session_home


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Default settings, but for the language model and the second embedding model, which are not set, with an empty
    home of this test's own; no model in it.
    """
    return load_settings({"PICUM_HOME": str(tmp_path / "home"), "PICUM_LLM": "none", "PICUM_SECOND_EMBEDDING": "none"})


@pytest.fixture
def settings_with_model(settings: Settings, model_home: Path) -> Settings:
    """The same, with the default embedding model in place."""
    settings.home.mkdir(parents=True)
    (settings.home / "models").symlink_to(model_home / "models", target_is_directory=True)
    return settings


@pytest.fixture(autouse=True)
def _the_log_of_a_test_ends_with_it() -> Iterator[None]:
    """What a test configured would write to its standard error, which is closed in the next one."""
    yield
    root = logging.getLogger()
    for handler in [each for each in root.handlers if type(each.formatter).__module__ == ui_logs.__name__]:
        root.removeHandler(handler)


@pytest.fixture(autouse=True)
def _files_are_read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Indexing reads files in a process of their own, which takes a second to start; tests of that start it."""

    def read_all(sources: Sequence[Source], organisation: str, options: ReadOptions) -> Iterator[object]:
        for source in sources:
            try:
                yield read_here(source, organisation, options)
            except UnreadableFile as error:
                yield error

    monkeypatch.setattr(indexing, "read_all", read_all)
