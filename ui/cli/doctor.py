"""The command ``doctor``: what is in order on this machine, and what to do about the rest."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import typer

from assistant.errors import AssistantError, LanguageModelError
from assistant.language_models import (
    LOCAL_MODEL,
    LanguageModel,
    Prompt,
    build_language_model,
    is_this_machine,
    local_weights,
)
from assistant.settings import Settings, available_cores
from ingest.errors import IngestError
from ui.cli.backend import backend_of
from ui.cli.console import say
from ui.cli.exits import Exit
from vectorstore.errors import VectorStoreError

if TYPE_CHECKING:
    from vectorstore.pair_models import EntailmentModel, Reranker

_PACKAGES = ("torch", "sentence-transformers", "langchain", "langchain-openai", "xllamacpp", "chromadb", "gradio")
_OLDEST_PYTHON = (3, 11)
_ROOM_BYTES = 500_000_000
"""What an index that is being made beside the one in use, and a model, need at least."""
_MODEL_MEMORY_GB = 2.2
_ENOUGH_MEMORY_GB = 4
"""For the language model, the embedding model, the system and a browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line: ``todo`` is empty where all is well, else one sentence that says what to do."""

    about: str
    says: str
    todo: str = ""


def doctor(context: typer.Context) -> None:
    """Look over the installation, the models, the index and the connections; say what to do."""
    settings = backend_of(context).settings()
    findings = []
    for finding in examine(settings):
        findings.append(finding)
        say(
            f"OK     {finding.about}: {finding.says}" if not finding.todo else f"TO DO  {finding.about}: {finding.todo}"
        )
    if any(finding.todo for finding in findings):
        raise typer.Exit(Exit.FAILED)


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings, in the order in which they would have to be mended."""
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _installation,
        _machine,
        _home,
        _model,
        _second_model,
        _reranker,
        _entailment,
        _language_model,
        _index,
        _page,
        _connections,
    )
    for check in checks:
        yield check(settings)


def _installation(_: Settings) -> Finding:
    about = "installation"
    if sys.version_info < _OLDEST_PYTHON:
        return Finding(about=about, says="", todo=f"Python {sys.version.split()[0]} is too old; use 3.11 or newer.")
    found, missing = [], []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        return Finding(about=about, says="", todo=f"{', '.join(missing)} cannot be found; run `make setup`.")
    return Finding(about=about, says=f"Python {sys.version.split()[0]}, {', '.join(found)}")


def _machine(settings: Settings) -> Finding:
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    return Finding(
        about="machine",
        says=f"{available_cores()} cores ({settings.threads} threads for models), {_memory():.1f} GB of memory, "
        f"{free:.1f} GB of it unused",
    )


def _memory() -> float:
    """Gigabytes of memory of this machine."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9


def _home(settings: Settings) -> Finding:
    about, home = "data folder", settings.home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
        room = shutil.disk_usage(existing).free
    except OSError as error:
        todo = f"{existing} cannot be written ({error.strerror}); give yourself that right, or set PICUM_HOME."
        return Finding(about=about, says="", todo=todo)
    if room < _ROOM_BYTES:
        todo = f"only {room / 1e6:.0f} MB are free at {home}; make room there, or set PICUM_HOME to another disk."
        return Finding(about=about, says="", todo=todo)
    return Finding(about=about, says=f"{home} can be written, {room / 1e9:.1f} GB free")


def _model(settings: Settings) -> Finding:
    from assistant.models import listing, locate

    about, name = "embedding model", settings.embedding
    try:
        folder = locate(name, settings.home)
    except AssistantError as error:
        return Finding(about=about, says="", todo=str(error))
    if name not in {listed.model.name for listed in listing(settings.home)}:
        return Finding(about=about, says=f"the folder {folder}, whose files no hash is known of")
    if todo := _file_to_mend(name, settings):
        return Finding(about=about, says="", todo=todo)
    return Finding(about=about, says=f"{name}, every file as it should be, in {folder}")


def _second_model(settings: Settings) -> Finding:
    from vectorstore.nano_e5 import PACKAGE, why_not_usable

    about, chosen = "second embedding model", settings.second_embedding
    if chosen == "none":
        return Finding(about=about, says="none is set")
    why = why_not_usable()
    if why and chosen == "auto":
        return Finding(about=about, says=f"none, because {why}")
    if why:
        return Finding(about=about, says="", todo=f"{why}; set PICUM_SECOND_EMBEDDING=none.")
    return Finding(about=about, says=f"multilingual-e5-small, by {PACKAGE}")


def _reranker(settings: Settings) -> Finding:
    from assistant.wiring import build_reranker

    return _pair_model("reranker", settings.reranker, lambda: build_reranker(settings))


def _entailment(settings: Settings) -> Finding:
    from assistant.wiring import build_entailment

    return _pair_model("entailment model", settings.entailment, lambda: build_entailment(settings))


def _pair_model(about: str, folder: str, build: Callable[[], Reranker | EntailmentModel | None]) -> Finding:
    try:
        model = build()
    except (AssistantError, VectorStoreError) as error:
        return Finding(about=about, says="", todo=str(error))
    if model is None:
        return Finding(about=about, says="none is set")
    return Finding(about=about, says=f"the folder {folder}, whose files no hash is known of")


def _language_model(settings: Settings) -> Finding:
    about = "language model"
    try:
        model = build_language_model(settings)
    except AssistantError as error:
        return Finding(about=about, says="", todo=str(error))
    if model is None:
        return Finding(about=about, says="none is set, so answers are the documents' own sentences")
    try:
        if model.host:
            return Finding(about=about, says=f"{model.name}; questions and passages go to {model.host}")
        if settings.llm == "local":
            return _local_model(model, settings)
        return Finding(about=about, says=f"{model.name}; questions stay on this machine")
    finally:
        model.close()


def _local_model(model: LanguageModel, settings: Settings) -> Finding:
    """Whether its file is as it should be and its server starts and writes, for which it is tried."""
    about, weights = "language model", local_weights(settings)
    if todo := _file_to_mend(LOCAL_MODEL, settings):
        return Finding(about=about, says="", todo=todo)
    try:
        seconds = seconds_to_write(model)
    except LanguageModelError as error:
        return Finding(about=about, says="", todo=f"{str(error).rstrip('.')}; until then answers are quotations.")
    memory = _memory()
    hint = "" if memory >= _ENOUGH_MEMORY_GB else f", of which this machine has {memory:.1f}; without: PICUM_LLM=none"
    return Finding(
        about=about,
        says=f"{model.name}, {weights.stat().st_size / 1e9:.1f} GB, as it should be, in {weights.parent}; its server "
        f"started and wrote in {seconds:.0f} s, and takes about {_MODEL_MEMORY_GB} GB of memory while it runs{hint}; "
        "questions stay on this machine",
    )


def seconds_to_write(model: LanguageModel) -> float:
    """How long a language model takes to a few words, with all that it has to start. Raises LanguageModelError."""
    began = time.monotonic()
    prompt = Prompt(system="Answer in one word.", user="What colour is snow?")
    for _ in model.stream(prompt, max_tokens=4, cancelled=threading.Event()):
        pass
    return time.monotonic() - began


def _file_to_mend(name: str, settings: Settings) -> str:
    """What to do about the first file of a model that is not as it should be; "" where all are."""
    from assistant.models import verify

    for file, fault in verify(name, settings.home).faults.items():
        return f"{file} of {name} is {fault}; run `picum-assistant models fetch {name}`."
    return ""


def _index(settings: Settings) -> Finding:
    from ui.cli.local_index import index_state

    about = "index"
    try:
        state = index_state(settings)
    except (AssistantError, VectorStoreError, IngestError) as error:
        return Finding(about=about, says="", todo=str(error))
    if not state.current:
        todo = "documents were changed, added or removed since it was made; run `picum-assistant ingest`."
        return Finding(about=about, says="", todo=todo)
    counts = state.counts
    if settings.chunk_questions and not counts.questions:
        todo = "it has no questions about chunks, and PICUM_CHUNK_QUESTIONS is set; run `picum-assistant ingest`."
        return Finding(about=about, says="", todo=todo)
    questions = f"{counts.questions} questions about chunks, " if counts.questions else ""
    return Finding(
        about=about,
        says=f"{counts.documents} documents, {counts.chunks} chunks, {counts.sentences} sentences, {questions}"
        f"generation {state.generation}, as new as the documents",
    )


def _page(settings: Settings) -> Finding:
    where = f"`serve` opens {settings.host}:{settings.port}"
    if is_this_machine(settings.host):
        return Finding(about="page", says=f"{where}, for this machine only")
    return Finding(
        about="page", says=f"{where}, for every machine that can reach this one: there is no login, so put one in front"
    )


def _connections(settings: Settings) -> Finding:
    host = _language_model_host(settings)
    if host and settings.chunk_questions:
        when = f"documents, while they are read, and questions with the passages found for them go to {host}"
    elif host:
        when = f"none while documents are read; to answer a question, it and the passages found go to {host}"
    else:
        when = "none while documents are read and questions answered"
    return Finding(
        about="outgoing connections",
        says=f"{when} (telemetry and tracing are off); only `models fetch` reaches out{' besides' if host else ''}, "
        f"to the package index and {settings.hub}",
    )


def _language_model_host(settings: Settings) -> str | None:
    try:
        model = build_language_model(settings)
    except AssistantError:
        return None  # it has a line of its own, and nothing is sent to it
    if model is None:
        return None
    model.close()
    return model.host
