"""The command ``doctor``: what is in order on this machine, and what to do about the rest."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version

import typer

from assistant.errors import AssistantError
from assistant.language_models import build_language_model
from assistant.settings import Settings, available_cores
from ingest.errors import IngestError
from ui.cli.backend import backend_of
from ui.cli.console import say
from ui.cli.doctor_doors import DOORS
from ui.cli.doctor_models import embedding_model, entailment, language_model, memory, reranker, second_model
from ui.cli.exits import Exit
from ui.cli.findings import Finding
from vectorstore.errors import VectorStoreError

_PACKAGES = ("torch", "sentence-transformers", "langchain", "langchain-openai", "xllamacpp", "chromadb", "gradio")
_OLDEST_PYTHON = (3, 11)
_ROOM_BYTES = 500_000_000
"""What an index that is being made beside the one in use, and a model, need at least."""


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
        embedding_model,
        second_model,
        reranker,
        entailment,
        language_model,
        _index,
        *DOORS,
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
        says=f"{available_cores()} cores ({settings.threads} threads for models), {memory():.1f} GB of memory, "
        f"{free:.1f} GB of it unused",
    )


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
