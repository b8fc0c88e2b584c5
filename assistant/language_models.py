"""Language models as the rest of the assistant sees them: text in, text out, in time or with one sentence why not.

``build_language_model`` reads ``PICUM_LLM``; what speaks to a model is only loaded when there is one.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from assistant.errors import LanguageModelNotSetUp, ModelFileError
from assistant.manifest import load_manifest
from assistant.models import locate_weights
from assistant.settings import Settings

LOCAL_MODEL = "qwen2.5-coder-1.5b-instruct"
"""The model of the manifest behind ``PICUM_LLM=local``."""

Schema = Mapping[str, Any]
"""A JSON schema that an answer has to follow."""


CERTAIN = 10.0
"""Log odds of a model that says "yes" or "no" and not how surely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is told: ``system`` is the fixed part, which servers keep in their cache; ``user`` is the rest."""

    system: str
    user: str


class LanguageModel(Protocol):
    """Something that writes. Any thread may call any method.

    ``name`` says which model it is. ``host`` is None where questions stay on this machine, else the host they go to.
    ``resting`` is whether it failed so often that it is left alone for a while.
    """

    @property
    def name(self) -> str:
        """The model, for answers and for ``doctor``."""

    @property
    def host(self) -> str | None:
        """Where questions go."""

    @property
    def resting(self) -> bool:
        """Whether the next call would be refused, or is a trial after that."""

    def warm_up(self, system: str) -> None:
        """Begin to get ready for prompts with this fixed part, and return at once; a failure shows when something is
        asked.
        """

    def stream(
        self, prompt: Prompt, *, max_tokens: int, schema: Schema | None = None, cancelled: threading.Event
    ) -> Iterator[str]:
        """Pieces of the answer as they are written, none of them empty.

        An answer may stop short after ``max_tokens``. A server that can do so holds it to ``schema``; others take no
        notice. When ``cancelled`` is set or the iterator is closed, the connection is closed within a second; after
        ``cancelled`` the iterator simply ends. Raises LanguageModelError, also in the middle of an answer.
        """

    def log_odds(self, prompt: Prompt, *, cancelled: threading.Event) -> float:
        """How much rather the model says "yes" or "partly" than "no" to a prompt: the natural logarithm of the odds of
        its first word, 0 where it says none of them. A server that tells no probabilities gives plus or minus
        ``CERTAIN``.

        Ends and raises as ``stream`` does; 0 after ``cancelled``.
        """

    def close(self) -> None:
        """End every process, thread and connection of the model."""


def build_language_model(settings: Settings) -> LanguageModel | None:
    """The language model of the settings; None for ``none``. Opens no connection and starts no process.

    Raises LanguageModelNotSetUp for a model whose file, package or key is missing.
    """
    if settings.llm == "none":
        return None
    weights = local_weights(settings) if settings.llm == "local" else None
    # Two seconds; not where no model is set, nor where the one that is set is not here.
    from assistant.model_building import local_model, model_at, model_of_provider  # noqa: PLC0415

    if weights:
        return local_model(weights, settings)
    if settings.llm.startswith(("http://", "https://")):
        return model_at(settings)
    return model_of_provider(settings)


def local_weights(settings: Settings) -> Path:
    """The file of the model behind ``PICUM_LLM=local``. Raises LanguageModelNotSetUp where it is not here."""
    try:
        return locate_weights(LOCAL_MODEL, settings.home)
    except ModelFileError as error:
        size = f"{load_manifest()[LOCAL_MODEL].size / 1e9:.1f} GB"
        raise LanguageModelNotSetUp(
            "The language model of this machine is not here, and without it answers are quotations; run "
            f"`picum-assistant models fetch {LOCAL_MODEL}` ({size}), or set PICUM_LLM=none."
        ) from error


def why_nothing_is_written(settings: Settings) -> str:
    """One sentence why the language model that is set cannot be used; "" where it can be, or none is set.

    Opens no connection and starts no process, so a model that fails only when it is asked is not found out.
    """
    try:
        if settings.llm == "local":
            local_weights(settings)
        elif model := build_language_model(settings):
            model.close()
    except LanguageModelNotSetUp as error:
        return str(error)
    return ""


def remote_host(settings: Settings) -> str | None:
    """The host that questions would go to with these settings; None where they stay on this machine."""
    if settings.llm in ("none", "local"):
        return None
    try:
        model = build_language_model(settings)
    except LanguageModelNotSetUp:
        return None  # then none is asked
    return model.host if model else None


def kind_of_model(settings: Settings) -> str:
    """Which of the four kinds of language model is set: ``none``, ``local``, ``server`` or ``provider``."""
    if settings.llm in ("none", "local"):
        return settings.llm
    return "server" if settings.llm.startswith(("http://", "https://")) else "provider"


def models_in_use(settings: Settings) -> tuple[str, ...]:
    """The names of the models that the settings ask for on this machine, the embedding model first.

    The embedding model may be a folder of the user's own; a language model elsewhere is not among them.
    """
    return (settings.embedding, LOCAL_MODEL) if settings.llm == "local" else (settings.embedding,)


def is_this_machine(host: str) -> bool:
    """Whether a host name or address means the machine that asks."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
