"""LangChain's chat models, made so that nothing of theirs retries, redirects, waits for minutes or reports anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from assistant.errors import LanguageModelNotSetUp
from assistant.language_models import Schema, is_this_machine

CONTEXT_TOKENS = 8192
"""Room for a prompt and its answer, where that is ours to choose."""
MAX_RESPONSE_BYTES = 16 << 20
"""Of one response, on the wire. An answer of 2,000 tokens takes about half a megabyte."""

_ANY_MODEL = "default"
"""Sent to a server that was set without a model name; servers of one model take any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatModel:
    """A chat model and what has to be known to call it.

    ``options`` gives the keyword arguments of a call from its ``max_tokens`` and ``schema``. ``weighs`` are those that
    ask for the probabilities of the first word, empty where that cannot be asked. ``says_end`` tells that a whole
    answer ends with a reason, so that one without was cut off. ``aclose`` closes the connections.
    """

    chat: BaseChatModel
    options: Callable[[int, Schema | None], dict[str, Any]]
    weighs: Mapping[str, Any] = field(default_factory=dict)
    says_end: bool = False
    aclose: Callable[[], Awaitable[None]] | None = None


def openai_compatible(url: str, model: str, key: SecretStr | None, *, connect_s: float) -> ChatModel:
    """The model behind an OpenAI-compatible base address (``http://…/v1``)."""
    here = is_this_machine(urlsplit(url).hostname or "")
    timeout = httpx2.Timeout(None, connect=connect_s)
    client = httpx2.AsyncClient(
        timeout=timeout,
        # The server that is set is the one that is asked, and no other: neither by redirection, nor, on this machine,
        # by way of a proxy.
        follow_redirects=False,
        trust_env=not here,
        headers={"accept-encoding": "identity"},
        event_hooks={"response": [_bound]},
    )
    chat = ChatOpenAI(
        model=model or _ANY_MODEL,
        base_url=url,
        # Given even where there is none: else the library sends the one that it finds in the environment.
        api_key=key or SecretStr("none"),
        timeout=timeout,
        http_async_client=client,
        max_retries=0,
        stream_chunk_timeout=None,
        stream_usage=False,
        use_responses_api=False,
        temperature=0,
        cache=False,
    )
    # Names of the user's accounts elsewhere, from the environment.
    chat.root_async_client.organization = chat.root_async_client.project = None
    return ChatModel(
        chat=chat, options=_options_of_server, weighs=_WEIGHED_BY_SERVERS, says_end=True, aclose=client.aclose
    )


def named(model: ChatModel, name: str) -> ChatModel:
    """The same chat model, asked by this name."""
    weighs = {**model.weighs, "model": name} if model.weighs else {}
    return replace(model, options=lambda most, schema: {**model.options(most, schema), "model": name}, weighs=weighs)


def first_model(url: str, key: SecretStr | None, *, timeout_s: float) -> str | None:
    """The first model that an OpenAI-compatible server lists; None where it lists none or does not answer."""
    headers = {} if key is None else {"authorization": f"Bearer {key.get_secret_value()}"}
    here = is_this_machine(urlsplit(url).hostname or "")
    try:
        listed = httpx2.get(f"{url.rstrip('/')}/models", headers=headers, timeout=timeout_s, trust_env=not here)
        name = listed.raise_for_status().json()["data"][0]["id"]
    except (httpx2.HTTPError, ValueError, LookupError, TypeError):
        return None
    return name if isinstance(name, str) else None


def of_provider(provider: str, model: str, key: SecretStr | None) -> ChatModel:
    """The model of a provider that LangChain knows. Raises LanguageModelNotSetUp."""
    setting = f"PICUM_LLM={provider}:{model}"
    given = _GIVEN.get(provider, {"max_retries": 0})
    if key is not None:
        given = {**given, "api_key": key}
    try:
        chat = init_chat_model(model, model_provider=provider, cache=False, **given)
    except ImportError as error:
        module = getattr(error.__cause__, "name", None) or f"langchain_{provider}"
        package = module.split(".")[0].replace("_", "-")
        raise LanguageModelNotSetUp(
            f"{setting} needs a package that is not installed: run `pip install {package}` beside the assistant."
        ) from error
    except Exception as error:
        # An unknown provider is the only plain ValueError; each provider words a missing key in its own way.
        if type(error) is ValueError:
            todo = "LangChain knows no such provider; correct it"
        else:
            todo = "its library does not take what it was given, most often for want of a key: set PICUM_LLM_KEY"
        raise LanguageModelNotSetUp(f"{setting} cannot be used: {todo}.") from error
    return ChatModel(chat=chat, options=_OPTIONS.get(provider, _options_of_others))


def host_of(chat: BaseChatModel) -> str:
    """The host that a chat model talks to; "" where that cannot be found out."""
    for address in _addresses(chat):
        if host := urlsplit(str(address)).hostname:
            return host
    return ""


def _addresses(chat: BaseChatModel) -> Iterator[object]:
    for client in ("root_async_client", "_async_client", "async_client"):
        inner = getattr(chat, client, None)
        yield getattr(inner, "base_url", None) or getattr(getattr(inner, "_client", None), "base_url", None) or ""
    for name in ("base_url", "endpoint", "api_base"):
        yield getattr(chat, name, None) or ""


_WEIGHED_BY_SERVERS = {"extra_body": {"max_tokens": 1, "logprobs": True, "top_logprobs": 20}}
"""Twenty words are as many as any server gives."""


def _options_of_server(max_tokens: int, schema: Schema | None) -> dict[str, Any]:
    # Both go into the body as they are. ``max_tokens`` is what every server knows, its successor is not; and given as
    # an argument, a response format would make the client parse the answer, which is for us to do.
    body: dict[str, Any] = {"max_tokens": max_tokens}
    if schema is not None:
        body["response_format"] = _response_format(schema)
    return {"extra_body": body}


def _options_of_openai(max_tokens: int, schema: Schema | None) -> dict[str, Any]:
    body = {} if schema is None else {"response_format": _response_format(schema)}
    return {"max_tokens": max_tokens, "extra_body": body}


def _options_of_ollama(max_tokens: int, schema: Schema | None) -> dict[str, Any]:
    options = {"temperature": 0, "num_predict": max_tokens, "num_ctx": CONTEXT_TOKENS}
    return {"options": options, "format": schema}


def _options_of_others(max_tokens: int, _schema: Schema | None) -> dict[str, Any]:
    return {"max_tokens": max_tokens}


# What some providers' classes are made with, and asked with, unlike the others.
_GIVEN: dict[str, dict[str, Any]] = {
    "ollama": {},
    "mistralai": {"max_retries": 0, "temperature": 0},
}
_OPTIONS: dict[str, Callable[[int, Schema | None], dict[str, Any]]] = {
    "openai": _options_of_openai,
    "ollama": _options_of_ollama,
}


def _response_format(schema: Schema) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


class _Bounded(httpx2.AsyncByteStream):
    """A response's bytes, up to a limit: a line without an end would fill the memory before any time limit."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for block in self._stream:
            size += len(block)
            if size > MAX_RESPONSE_BYTES:
                # No error of the library: those are taken for a broken connection, and tried again.
                raise ValueError(f"The response has more than {MAX_RESPONSE_BYTES:,} bytes.")
            yield block

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bound(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(response.stream)
