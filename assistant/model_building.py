"""Language models as the settings want them, put together from a source, limits and a name."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.chat_models import CONTEXT_TOKENS, ChatModel, first_model, host_of, named, of_provider, openai_compatible
from assistant.language_models import LOCAL_MODEL, is_this_machine
from assistant.model_call import CLOSE_S, CallLoop, Limits
from assistant.model_client import ModelClient
from assistant.model_server import Endpoint, ModelServer
from assistant.settings import Settings
from assistant.waiting_room import WaitingRoom

LOCAL_SLOTS = 1
"""Answers that the local model writes at a time: two at once take each more than twice as long on few cores."""
LOCAL_SEATS = 10
"""Questions that may wait for it; a later one is told so at once."""

_LOCAL_FIRST_TOKEN_S = 120.0
_REMOTE_FIRST_TOKEN_S = 30.0


class Remote:
    """A chat model that somebody else runs."""

    reads_slowly = False

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    def warm_up(self) -> None:
        """Nothing to do."""

    def ready(self, _until: float, _cancelled: threading.Event) -> ChatModel:
        """The chat model."""
        return self._model

    def suspect(self) -> None:
        """Nothing to do."""

    def close(self, loop: CallLoop) -> None:
        """Close its connections."""
        _close(self._model, loop)


class Unnamed(Remote):
    """A chat model of a server that was set without a name: the first that the server lists, once it does."""

    def __init__(self, model: ChatModel, url: str, key: SecretStr | None, *, connect_s: float) -> None:
        super().__init__(model)
        self._url = url
        self._key = key
        self._connect_s = connect_s
        self._named = False

    def ready(self, until: float, cancelled: threading.Event) -> ChatModel:
        """The chat model. Where the list cannot be had, the call itself will show why."""
        if not self._named and (name := first_model(self._url, self._key, timeout_s=self._connect_s)):
            self._model, self._named = named(self._model, name), True
        return super().ready(until, cancelled)


class Local:
    """A chat model whose server is ours: a new one for each process, because the address changes."""

    reads_slowly = True

    def __init__(self, server: ModelServer, *, name: str, connect_s: float) -> None:
        self._server = server
        self._name = name
        self._connect_s = connect_s
        self._lock = threading.Lock()
        self._opened: dict[Endpoint, ChatModel] = {}

    def warm_up(self) -> None:
        """Start the process."""
        self._server.start()

    def ready(self, until: float, cancelled: threading.Event) -> ChatModel | None:
        """The chat model of the running process."""
        endpoint = self._server.endpoint(until, cancelled)
        if endpoint is None:
            return None
        with self._lock:
            if endpoint not in self._opened:
                key = SecretStr(endpoint.key)
                self._opened[endpoint] = openai_compatible(endpoint.url, self._name, key, connect_s=self._connect_s)
            return self._opened[endpoint]

    def suspect(self) -> None:
        """Look after the process."""
        self._server.check()

    def close(self, loop: CallLoop) -> None:
        """End the process, then close the connections to it."""
        self._server.close()
        with self._lock:
            for model in self._opened.values():
                _close(model, loop)
            self._opened.clear()


def local_model(weights: Path, settings: Settings) -> ModelClient:
    """The small model on this machine, from its file."""
    server = ModelServer(weights, threads=settings.threads, context=CONTEXT_TOKENS, slots=LOCAL_SLOTS)
    return served_model(server, name=LOCAL_MODEL, limits=limits_of(settings, local=True))


def server_for_all(weights: Path, settings: Settings, port: int, key: str) -> ModelServer:
    """The server of the small model at an address that does not change, for several assistants on this machine."""
    return ModelServer(weights, threads=settings.threads, context=CONTEXT_TOKENS, slots=LOCAL_SLOTS, port=port, key=key)


def served_model(server: ModelServer, *, name: str, limits: Limits) -> ModelClient:
    """The model behind a server of ours."""
    return ModelClient(
        Local(server, name=name, connect_s=limits.connect_s),
        name=name,
        host=None,
        limits=limits,
        room=WaitingRoom(slots=LOCAL_SLOTS, seats=LOCAL_SEATS),
    )


def model_at(settings: Settings) -> ModelClient:
    """The model at the address that is set."""
    url, _, name = settings.llm.partition("#")
    host = urlsplit(url).hostname or ""
    limits = limits_of(settings, local=False)
    model = openai_compatible(url, name, settings.llm_key, connect_s=limits.connect_s)
    return ModelClient(
        Remote(model) if name else Unnamed(model, url, settings.llm_key, connect_s=limits.connect_s),
        name=name or url,
        host=None if is_this_machine(host) else host,
        limits=limits,
    )


def model_of_provider(settings: Settings) -> ModelClient:
    """The model of the provider that is set. Raises LanguageModelNotSetUp."""
    provider, _, model = settings.llm.partition(":")
    chat_model = of_provider(provider, model, settings.llm_key)
    host = host_of(chat_model.chat) or provider
    return ModelClient(
        Remote(chat_model),
        name=settings.llm,
        host=None if is_this_machine(host) else host,
        limits=limits_of(settings, local=False),
    )


def limits_of(settings: Settings, *, local: bool) -> Limits:
    """The limits that are set; a model on this machine's processor has more time to begin."""
    return Limits(
        connect_s=settings.llm_connect_seconds,
        first_token_s=settings.llm_first_token_seconds or (_LOCAL_FIRST_TOKEN_S if local else _REMOTE_FIRST_TOKEN_S),
        gap_s=settings.llm_gap_seconds,
        total_s=settings.llm_total_seconds,
    )


def _close(model: ChatModel, loop: CallLoop) -> None:
    if model.aclose is not None:
        with suppress(TimeoutError):
            loop.run(_awaited(model)).result(CLOSE_S)


async def _awaited(model: ChatModel) -> None:
    if model.aclose is not None:
        await model.aclose()
