"""Nothing leaves the machine and nothing of a conversation stays on it: whole processes, watched from outside."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import shipped_corpus

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-P", "-m", "ui"]

# Loaded by every Python process that is started with it on the path, before anything else.
WATCH = """
import os, sys
_log = os.open(os.environ["WATCH_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(_log, b"watching\\n")
_REACHING = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname",
             "socket.gethostbyaddr", "urllib.Request"}
def _watch(event, args):
    # The address of a socket of the file system is text; all others are somewhere on a network.
    if event in _REACHING and not (event.startswith("socket.") and isinstance(args[-1], (str, bytes)) and len(args) == 2
                                   and hasattr(args[0], "family")):
        os.write(_log, f"{event} {args!r}\\n".encode())
sys.addaudithook(_watch)
"""


MARKER = "quetzalkumquat"
QUESTION = f"What does PICUM stand for, asks a {MARKER}?"
DOCUMENT = "influencewatch-profile.txt"
"""Of the shipped corpus; the others would only take longer."""
SAID = "Platform for International Cooperation on Undocumented Migrants"


class Machine:
    """A home folder, a folder for temporary files, one for data, and nothing else that could be written to.

    Commands run without any network where that is permitted.
    """

    def __init__(self, folder: Path, models: Path) -> None:
        self.folder, self.log, site = folder / "machine", folder / "watch.log", folder / "site"
        for made in (self.folder / "picum", self.folder / "tmp", site):
            made.mkdir(parents=True)
        (self.folder / "picum" / "models").symlink_to(models / "models", target_is_directory=True)
        (site / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
        self.counters = folder / "counters.txt"
        self.cut_off = cut_off()
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ},
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder / "tmp"),
            "PICUM_HOME": str(self.folder / "picum"),
            "PICUM_LLM": "none",
            "PICUM_LOG_LEVEL": "DEBUG",
            "PICUM_SECOND_EMBEDDING": "auto",
            "PICUM_CORPUS": str(shipped_corpus() / DOCUMENT),
            "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "WATCH_LOG": str(self.log),
        }

    def start(self, *command: str, **settings: str) -> subprocess.Popen[str]:
        """A command in a session of its own; when it ends, what the kernel counted is kept."""
        # The trap lets an interruption pass to the command without ending the shell.
        watched = f"trap : INT; \"$@\"; code=$?; cat /proc/net/snmp /proc/net/snmp6 >'{self.counters}'; exit $code"
        return subprocess.Popen(
            [*self.cut_off, "sh", "-c", watched, "sh", *command],
            env=self.environment | settings,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, entering: str = "", **settings: str) -> tuple[int, str, str]:
        """Exit code, output and log of one command of the assistant."""
        with self.start(*COMMAND, *arguments, **settings) as process:
            shown, logged = process.communicate(entering, timeout=300)
        return process.returncode, shown, logged

    def attempts(self) -> list[str]:
        """Every attempt of Python code to reach an address so far."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        assert "watching" in lines
        return [line for line in lines if line != "watching"]

    def refused_by_the_kernel(self) -> int:
        """Attempts of native code too, in the last command: packets without a route (OutNoRoutes of RFC 4293)."""
        counters = self.counters.read_text(encoding="utf-8")
        names, values = (line.split()[1:] for line in counters.splitlines() if line.startswith("Ip:"))
        by_version_6 = re.search(r"Ip6OutNoRoutes\s+(\d+)", counters)
        return int(values[names.index("OutNoRoutes")]) + int(by_version_6[1] if by_version_6 else 0)

    def files(self) -> dict[Path, bytes]:
        """All files with their contents; models are not followed."""
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink()}

    def traces(self, before: dict[Path, bytes]) -> list[Path]:
        """Files that hold something of a question, and those written since ``before`` that hold an answer."""
        return [
            path
            for path, content in self.files().items()
            if MARKER.encode() in content.lower() or (before.get(path) != content and SAID.encode() in content)
        ]


def cut_off() -> list[str]:
    """The command that starts another one without any network; empty where that is not permitted."""
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        if (
            shutil.which("unshare")
            and not subprocess.run([*command, "true"], capture_output=True, check=False).returncode
        ):
            return command
    return []


@pytest.fixture(scope="module")
def machine(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(tmp_path_factory.mktemp("offline"), model_home)


@pytest.fixture(scope="module")
def first_answer(machine: Machine) -> dict[str, Any]:
    """The first thing that is done after set-up: a question, for which the shipped documents are read."""
    code, shown, logged = machine.run("ask", "--json", QUESTION)
    assert code == 0, logged
    assert MARKER not in logged.lower()
    assert SAID not in logged
    return json.loads(shown)


def without_network(machine: Machine) -> None:
    if not machine.cut_off:
        pytest.skip("a namespace without network needs `unshare` and the right to use it")


def test_documents_are_read_and_questions_answered_without_a_network(
    machine: Machine, first_answer: dict[str, Any]
) -> None:
    without_network(machine)
    assert first_answer["status"] == "answered"
    assert SAID in first_answer["answer"]
    assert machine.refused_by_the_kernel() == 0


def test_no_connection_is_attempted(machine: Machine, first_answer: dict[str, Any]) -> None:
    assert machine.attempts() == []


def test_an_attempt_would_be_seen(machine: Machine, first_answer: dict[str, Any]) -> None:
    without_network(machine)
    reach = "import socket\ntry: socket.create_connection(('192.0.2.1', 80), timeout=1)\nexcept OSError: pass"
    seen = machine.log.with_name("seen.log")
    with machine.start(sys.executable, "-c", reach, WATCH_LOG=str(seen)) as process:
        process.communicate(timeout=60)
    assert "192.0.2.1" in seen.read_text(encoding="utf-8")
    assert machine.refused_by_the_kernel() > 0


def test_a_question_leaves_no_trace(machine: Machine, first_answer: dict[str, Any]) -> None:
    index = {path: content for path, content in machine.files().items() if "indexes" in path.parts}
    assert machine.traces(before=index) == []


@pytest.mark.parametrize(
    ("entered", "settings", "code"),
    [
        (f"{QUESTION} " * 100, {}, 2),  # too long
        (QUESTION, {"PICUM_EMBEDDING": "./no-such-model"}, 1),
        (QUESTION, {"PICUM_TODAY": "never"}, 1),
    ],
)
def test_a_question_that_fails_leaves_no_trace(
    machine: Machine, first_answer: dict[str, Any], entered: str, settings: dict[str, str], code: int
) -> None:
    before = machine.files()
    ended, shown, logged = machine.run("ask", "-", entering=entered, **settings)
    assert (ended, shown) == (code, "")
    assert MARKER not in logged.lower()
    assert machine.traces(before) == []


def test_a_chat_that_is_interrupted_leaves_no_trace(machine: Machine, first_answer: dict[str, Any]) -> None:
    before = machine.files()
    with machine.start(*COMMAND, "chat") as chat:
        chat.stdin.write(f"{QUESTION}\n")
        chat.stdin.flush()
        shown = ""
        while "Sources" not in shown:
            line = chat.stdout.readline()
            assert line, "the chat ended before it answered"
            shown += line
        assert SAID in shown
        chat.stdin.write(f"And what does the {MARKER} want?\n")
        chat.stdin.flush()
        os.killpg(chat.pid, signal.SIGINT)
        _, logged = chat.communicate(timeout=60)
    assert chat.returncode == 130
    assert "nothing of it was kept" in logged
    assert MARKER not in logged.lower()
    assert machine.traces(before) == []
    assert machine.attempts() == []
