"""What ``doctor`` finds out about the models: their files, and whether the one that writes does."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, LanguageModelError
from assistant.language_models import LOCAL_MODEL, LanguageModel, Prompt, build_language_model, local_weights
from assistant.settings import Settings
from ui.cli.findings import Finding
from vectorstore.errors import VectorStoreError

if TYPE_CHECKING:
    from vectorstore.pair_models import EntailmentModel, Reranker

_MODEL_MEMORY_GB = 2.2
_ENOUGH_MEMORY_GB = 4
"""For the language model, the embedding model, the system and a browser."""


def memory() -> float:
    """Gigabytes of memory of this machine."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9


def embedding_model(settings: Settings) -> Finding:
    """Whether the files of the embedding model are as they should be."""
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


def second_model(settings: Settings) -> Finding:
    """Whether there is a second embedding model beside the first."""
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


def reranker(settings: Settings) -> Finding:
    """The model that orders passages."""
    from assistant.wiring import build_reranker

    return _pair_model("reranker", settings.reranker, lambda: build_reranker(settings))


def entailment(settings: Settings) -> Finding:
    """The model that judges written sentences."""
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


def language_model(settings: Settings) -> Finding:
    """Who writes, and where questions go."""
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
    has = memory()
    hint = "" if has >= _ENOUGH_MEMORY_GB else f", of which this machine has {has:.1f}; without: PICUM_LLM=none"
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
