"""The documentation is true: its commands run, its links lead somewhere, its examples are what the program prints."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import tomllib
import urllib.request
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from assistant.settings import load_settings
from ingest.corpus import scan
from ingest.metadata import GivenMetadata
from ui.cli.app import app, run
from ui.cli.exits import EXIT_CODES, Exit
from ui.notice import NOTICE

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
"""Commands and examples of these are tried."""
ALL_PAGES = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FOLDERS = "ingest|vectorstore|prompts|assistant|ui|tests|docs"
NAMED_FILE = re.compile(rf"`((?:{FOLDERS})/[\w./-]+?\.\w+)`")

EXAMPLE = ROOT / "examples" / "evaluate-an-assistant"
CASES = """
version: 1
cases:
  - id: loan
    question: How long may a guest borrow a book of the library?
    facts: [three weeks]
    sources: [{doc: library.txt, quote: Guests may borrow a book for three weeks., vital: false}]
  - id: match
    question: And who won?
    expect: refuse
    history: [{user: Who plays on Sunday?}]
"""
"""What ``CASES.picum.yaml`` stands for."""
LIBRARY = "Rules of the library\n\nGuests may borrow a book for three weeks. A film goes back the next day.\n"
GARDEN = "Rules of the garden\n\nThe gate of the garden is closed at eight in the evening.\n"


class Block(NamedTuple):
    page: Path
    language: str
    text: str


def blocks(*languages: str) -> list[Block]:
    found = [Block(page, *match) for page in PAGES for match in FENCE.findall(page.read_text(encoding="utf-8"))]
    return [block for block in found if not languages or block.language in languages]


def lines_beginning(program: str) -> list[str]:
    """Every line of a fenced block that calls a program, with what may stand before and without what stands behind."""
    found = []
    for block in blocks("", "sh", "console"):
        for line in block.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True) if program in line else []
            words = words[: words.index(">")] if ">" in words else words
            while words and re.fullmatch(r"[A-Z_]+=\S+", words[0]) and program in words[1:2]:
                words.append(words.pop(0))
            if words[:1] == [program]:
                found.append(shlex.join(words[1:]))
    return list(dict.fromkeys(found))


COMMANDS = lines_beginning("picum-assistant")
SUITES = [command for command in lines_beginning("pytest") if ".picum." in command]


@pytest.fixture(scope="module")
def workplace(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One machine for all commands: its home folder, the model, and every file that the documentation speaks of."""
    place = tmp_path_factory.mktemp("documented")
    home = place / "data"
    home.mkdir()
    (home / "models").symlink_to(model_home / "models", target_is_directory=True)
    for folder, name, text in (("our-documents", "library.txt", LIBRARY), ("more-documents", "garden.txt", GARDEN)):
        (place / folder).mkdir()
        (place / folder / name).write_text(text, encoding="utf-8")
    (place / "CASES.picum.yaml").write_text(CASES, encoding="utf-8")
    kept = {"day": "2026-01-31", "verdict": "missing", "question": "How long may I keep a book?", "comment": "Longer."}
    (home / "feedback.jsonl").write_text(f"{json.dumps(kept)}\n", encoding="utf-8")
    (home / "feedback.jsonl").chmod(0o600)
    (place / "QUESTIONS.csv").write_text("question,facts\nHow long may I keep a book?,three weeks\n", encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(place))
        patch.setenv("PICUM_HOME", str(home))
        patch.setenv("PICUM_LLM", "none")  # the large model may be here, and would make every command slow
        patch.setenv("PICUM_PORT", port)
        patch.chdir(place)
        yield place


def split(command: str) -> tuple[list[str], dict[str, str]]:
    """The arguments of a command, and the variables that were set in front of it."""
    words = shlex.split(command)
    given = [word for word in words if re.fullmatch(r"[A-Z_]+=\S+", word)]
    arguments = [str(Path(word).expanduser()) if word.startswith("~") else word for word in words if word not in given]
    return arguments, dict(word.split("=", 1) for word in given)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_documentation_runs(command, workplace, monkeypatch, capsys):
    """In the order of the pages, on one machine: as somebody who reads them and types along."""
    arguments, variables = split(command)
    for name, value in variables.items():
        if name != "PICUM_PORT":  # another program may be using that one here
            monkeypatch.setenv(name, value)
    if arguments == ["serve"]:
        serve_and_look()
        return
    if arguments == ["chat"]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("Who can become a member?\n/quit\n"))
    if arguments[:2] == ["cases", "new"]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("a\nq\n"))
    assert run(arguments) == 0, capsys.readouterr().err
    shown = capsys.readouterr()
    assert shown.out or arguments[0] == "answer" or arguments[:2] == ["cases", "convert"]
    if arguments == ["chat"]:
        assert shown.out.startswith(NOTICE)


def test_every_test_run_of_the_documentation_runs(tmp_path):
    """On copies of the example project."""
    assert SUITES
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for number, command in enumerate(SUITES):
        place = tmp_path / str(number)
        shutil.copytree(EXAMPLE, place)
        arguments = [sys.executable, "-m", "pytest", "-p", "picum_pytest", *shlex.split(command)]
        done = subprocess.run(arguments, cwd=place, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        for name in re.findall(r"--picum-report (\S+)", command):
            assert (place / name).is_file()


def serve_and_look() -> None:
    """Start the page as people do, see that it is there, and close it with Ctrl-C."""
    command = [sys.executable, "-m", "ui", "serve"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        watchdog = threading.Timer(120, process.kill)
        watchdog.start()
        try:
            address = re.search(r"http://\S+", process.stdout.readline())
            assert address, process.stderr.read()
            with urllib.request.urlopen(f"{address[0]}/healthz", timeout=30) as health:
                assert json.load(health) == {"status": "ok"}
            process.send_signal(signal.SIGINT)
            _, said = process.communicate()
        finally:
            watchdog.cancel()
            process.kill()
    assert (process.returncode, said) == (Exit.INTERRUPTED, "The page is closed.\n")


def words_of(text: str) -> str:
    """The text on one line, without the signs in front of quoted lines, so that line breaks do not matter."""
    return " ".join(re.sub(r"^> ?", "", text, flags=re.MULTILINE).split())


def test_the_answer_in_the_readme_is_what_the_command_prints(workplace, monkeypatch, capsys):
    (shown,) = [block.text for block in blocks("console") if " picum-assistant ask" in block.text.splitlines()[0]]
    command, _, answer = shown.removeprefix("$ ").partition("\n")
    arguments, variables = split(command)
    assert variables == {"PICUM_LLM": "none"}
    monkeypatch.setenv("PICUM_CORPUS", str(ROOT / "ingest" / "corpus"))
    assert run(arguments[1:]) == 0
    printed = words_of(capsys.readouterr().out)
    at = 0
    for part in re.split(r"^…$", answer, flags=re.MULTILINE):
        at = printed.find(words_of(part), at)
        assert at >= 0, f"The README shows {words_of(part)!r}, and the answer is {printed!r}."


def shape(value: object) -> object:
    """The keys of JSON and the kinds of its values; of a list, those of its first element."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return type(value).__name__


def test_the_contract_in_the_documentation_is_that_of_a_real_answer(workplace, monkeypatch, capsys):
    (contract,) = [value for value in map(json.loads, json_examples()) if "schema" in value]
    monkeypatch.setenv("PICUM_CORPUS", str(ROOT / "ingest" / "corpus"))
    assert run(["ask", "--json", contract["question"]]) == 0
    assert shape(contract) == shape(json.loads(capsys.readouterr().out))
    for citation in contract["citations"]:
        text = (ROOT / "ingest" / "corpus" / f"{citation['document']}.txt").read_text(encoding="utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['marker']}]" in contract["answer"]
    for sentence in contract["sentences"]:
        assert contract["answer"][sentence["start"] : sentence["end"]] == sentence["text"]


def json_examples() -> list[str]:
    """Every JSON value of the documentation: a whole block, or each line of a block of JSON Lines."""
    found = []
    for block in blocks("json", "jsonl"):
        found += block.text.splitlines() if block.language == "jsonl" else [block.text]
    return found


def test_every_example_of_json_can_be_read():
    assert json_examples()
    for example in json_examples():
        json.loads(example)


def test_every_settings_file_of_the_documentation_is_one(tmp_path):
    examples = blocks("toml")
    assert examples
    for number, block in enumerate(examples):
        file = tmp_path / f"{number}.toml"
        file.write_text(block.text, encoding="utf-8")
        settings = load_settings({"PICUM_CONFIG": str(file), "PICUM_HOME": str(tmp_path)})
        for key in tomllib.loads(block.text):
            assert key in type(settings).model_fields


def test_every_documents_yaml_of_the_documentation_is_one(tmp_path):
    examples = [block for block in blocks("yaml") if block.page.name == "operate.md"]
    assert examples
    for number, block in enumerate(examples):
        folder = tmp_path / str(number)
        for name in yaml.safe_load(block.text).get("collections", {}):
            (folder / name).mkdir(parents=True)
        for name in re.findall(r"^- file: (\S+)$", block.text, flags=re.MULTILINE):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).touch()
        (folder / "documents.yaml").write_text(block.text, encoding="utf-8")
        found = scan([folder])
        assert found.problems == ()
        assert all(source.listed for source in found.sources)


def section(page: str, heading: str) -> str:
    """The text under a heading of a page in docs/, to the next heading of any level."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return text.split(f"\n{heading}\n", 1)[1].split("\n#", 1)[0]


def first_cells(table: str) -> list[str]:
    return re.findall(r"^\| (.+?) \|", table, flags=re.MULTILINE)


def test_every_key_of_documents_yaml_is_explained():
    explained = re.findall(r"`(\w+)`", " ".join(first_cells(section("operate.md", "### documents.yaml"))))
    assert explained[:4] == ["organisation", "organisation_name", "collections", "documents"]
    assert sorted(explained[4:]) == sorted(field.name for field in fields(GivenMetadata))


def test_every_exit_code_is_explained():
    rows = dict(re.findall(r"^\| (\d+) \| (.+) \|$", section("operate.md", "## Exit codes"), flags=re.MULTILINE))
    assert {int(code): meaning.casefold() for code, meaning in rows.items()} == {
        int(code): meaning.casefold() for code, meaning in EXIT_CODES
    }


def test_every_line_of_the_doctor_is_explained(workplace, capsys):
    run(["doctor"])
    lines = re.findall(r"^(?:OK|TO DO) +([^:]+):", capsys.readouterr().out, flags=re.MULTILINE)
    explained = first_cells(section("operate.md", "## Troubleshooting"))
    assert lines
    assert [name for name in explained if name in lines] == lines


def test_every_command_stands_in_the_readme():
    readme = README.read_text(encoding="utf-8")
    commands = [command.callback.__name__ for command in app.registered_commands]
    for name in [*commands, *(group.name for group in app.registered_groups)]:
        assert f"picum-assistant {name}" in readme


def test_every_make_verb_of_the_documentation_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.search(r"^\.PHONY:(.*)$", makefile, flags=re.MULTILINE)[1].split())
    named = {split(command)[0][0] for command in lines_beginning("make")}
    for page in ALL_PAGES:
        named |= set(re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8")))
    assert {"serve", "test", "setup"} <= named <= verbs


def anchors(page: Path) -> set[str]:
    """What headings of a page are called in links, as GitHub names them."""
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", prose, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(prose):
        if target.startswith(("https://", "http://")):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name) if name else page
        assert file.exists(), f"{page.name} links to {target}."
        assert file.resolve().is_relative_to(ROOT)
        if anchor:
            assert anchor in anchors(file), f"{page.name} links to {target}."


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_that_is_named_is_there(page):
    for name in NAMED_FILE.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / name).is_file(), f"{page.name} names {name}."


def test_images_are_small():
    images = [path for path in (ROOT / "docs" / "images").iterdir() if path.is_file()]
    assert images
    for image in images:
        assert image.stat().st_size < 200_000
        assert any(image.name in page.read_text(encoding="utf-8") for page in ALL_PAGES)
