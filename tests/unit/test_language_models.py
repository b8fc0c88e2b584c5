"""Which language model the settings mean, what is asked of it, and what foreign errors become."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx2
import openai
import pytest

from assistant.chat_models import host_of, of_provider
from assistant.errors import (
    LanguageModelBusy,
    LanguageModelError,
    LanguageModelFaulty,
    LanguageModelNotSetUp,
    LanguageModelRefused,
    LanguageModelTooSlow,
    LanguageModelUnreachable,
)
from assistant.language_models import (
    LOCAL_MODEL,
    LanguageModel,
    Prompt,
    build_language_model,
    is_this_machine,
    models_in_use,
    why_nothing_is_written,
)
from assistant.manifest import load_manifest
from assistant.model_building import limits_of
from assistant.model_faults import fault_of
from assistant.settings import Settings, load_settings
from tests.fault_server import Server, fault_server, status

PROMPT = Prompt(system="Be brief.", user="Who can join?")
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}


def settings_for(llm: str, **others: str) -> Settings:
    return load_settings({"PICUM_LLM": llm, **others})


@pytest.fixture
def server() -> Iterator[Server]:
    with fault_server() as running:
        yield running


@pytest.fixture
def built() -> Iterator[list[LanguageModel]]:
    models: list[LanguageModel] = []
    yield models
    for model in models:
        model.close()


def ask(model: LanguageModel, **others: object) -> str:
    return "".join(model.stream(PROMPT, max_tokens=50, cancelled=threading.Event(), **others))  # type: ignore[arg-type]


def test_none_is_no_model_and_loads_nothing() -> None:
    assert build_language_model(settings_for("none")) is None
    program = (
        "import sys; from assistant.settings import load_settings;"
        "from assistant.language_models import build_language_model;"
        "build_language_model(load_settings({'PICUM_LLM': 'none'}));"
        "print(*({'openai', 'langchain', 'langchain_core', 'xllamacpp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("llm", "name", "host"),
    [
        ("http://127.0.0.1:1/v1#some/model:4b", "some/model:4b", None),
        ("http://localhost:1/v1", "http://localhost:1/v1", None),
        ("http://[::1]:1/v1#m", "m", None),
        ("http://192.168.1.20:8000/v1#m", "m", "192.168.1.20"),
        ("https://models.example.org/v1#m", "m", "models.example.org"),
        ("openai:gpt-4o-mini", "openai:gpt-4o-mini", "api.openai.com"),
    ],
)
def test_a_model_says_what_it_is_and_where_questions_go(
    llm: str, name: str, host: str | None, built: list[LanguageModel]
) -> None:
    model = build_language_model(settings_for(llm, PICUM_LLM_KEY="k"))
    assert model is not None
    built.append(model)
    assert (model.name, model.host) == (name, host)


@pytest.mark.parametrize(
    ("llm", "words"),
    [
        ("groq:llama-3.3", ["PICUM_LLM=groq:llama-3.3", "pip install langchain-groq"]),
        ("anthropic:claude", ["pip install langchain-anthropic"]),
        ("nowhere:model", ["PICUM_LLM=nowhere:model", "no such provider"]),
        ("openai:gpt-4o-mini", ["PICUM_LLM_KEY"]),
    ],
)
def test_what_is_missing_is_named_in_one_sentence(llm: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_ADMIN_KEY", raising=False)
    # Whoever has a provider's package installed sees what others see.
    monkeypatch.setitem(sys.modules, "langchain_groq", None)
    monkeypatch.setitem(sys.modules, "langchain_anthropic", None)
    with pytest.raises(LanguageModelNotSetUp) as caught:
        build_language_model(settings_for(llm))
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith((".", "it.", "assistant."))
    for word in words:
        assert word in message


def test_a_local_model_that_is_not_here_says_how_to_fetch_it(tmp_path: Path) -> None:
    settings = settings_for("local", PICUM_HOME=str(tmp_path))
    sentence = (
        "The language model of this machine is not here, and without it answers are quotations; "
        "run `picum-assistant models fetch qwen2.5-coder-1.5b-instruct` (1.1 GB), or set PICUM_LLM=none."
    )
    with pytest.raises(LanguageModelNotSetUp) as caught:
        build_language_model(settings)
    assert str(caught.value) == why_nothing_is_written(settings) == sentence


def test_a_local_model_that_is_not_here_costs_no_time(tmp_path: Path) -> None:
    program = (
        "import sys; from assistant.settings import load_settings;"
        "from assistant.language_models import why_nothing_is_written;"
        f"assert why_nothing_is_written(load_settings({{'PICUM_HOME': {str(tmp_path)!r}}}));"
        "print(*({'openai', 'langchain', 'langchain_core', 'xllamacpp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("llm", "said"), [("none", ""), ("http://127.0.0.1:1/v1#m", ""), ("nowhere:model", "no such provider")]
)
def test_what_stands_in_the_way_of_writing_is_known_before_anything_is_asked(llm: str, said: str) -> None:
    sentence = why_nothing_is_written(settings_for(llm))
    assert bool(sentence) == bool(said)
    assert said in sentence


def test_the_local_model_is_one_of_the_manifest_and_in_use_only_when_set() -> None:
    assert load_manifest()[LOCAL_MODEL].kind == "language"
    assert models_in_use(settings_for("local")) == (Settings().embedding, LOCAL_MODEL)
    for llm in ("none", "ollama:m", "http://127.0.0.1:1/v1"):
        assert models_in_use(settings_for(llm)) == (Settings().embedding,)


def test_limits_come_from_the_settings_and_a_processor_may_take_longer_to_begin() -> None:
    assert limits_of(settings_for("local"), local=True).first_token_s == 120
    limits = limits_of(settings_for("http://127.0.0.1:1/v1"), local=False)
    assert (limits.connect_s, limits.first_token_s, limits.gap_s, limits.total_s) == (5, 30, 20, 180)
    changed = settings_for(
        "local",
        PICUM_LLM_CONNECT_SECONDS="1",
        PICUM_LLM_FIRST_TOKEN_SECONDS="2",
        PICUM_LLM_GAP_SECONDS="3",
        PICUM_LLM_TOTAL_SECONDS="4",
    )
    limits = limits_of(changed, local=True)
    assert (limits.connect_s, limits.first_token_s, limits.gap_s, limits.total_s) == (1, 2, 3, 4)


def test_a_request_is_text_alone_with_our_key_and_nothing_from_the_environment(
    server: Server, built: list[LanguageModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ORGANIZATION"):
        monkeypatch.setenv(variable, "somebody-else")
    for key, expected in ((None, "none"), ("our-key", "our-key")):
        model = build_language_model(settings_for(f"{server.url}#m", **({"PICUM_LLM_KEY": key} if key else {})))
        assert model is not None
        built.append(model)
        assert ask(model) == "Hello there."
        request = server.requests[-1]
        assert request["headers"]["authorization"] == f"Bearer {expected}"
        assert "somebody-else" not in str(request)
    assert {name: request[name] for name in request if name not in {"headers", "path"}} == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who can join?"}],
        "stream": True,
        "temperature": 0.0,
        "max_tokens": 50,
    }


def test_a_schema_is_sent_for_the_server_to_hold_the_answer_to(server: Server, built: list[LanguageModel]) -> None:
    model = build_language_model(settings_for(f"{server.url}#m"))
    assert model is not None
    built.append(model)
    assert ask(model, schema=SCHEMA) == "Hello there."
    assert server.requests[-1]["response_format"]["json_schema"]["schema"] == SCHEMA


def test_without_a_name_the_first_model_that_the_server_lists_is_asked(
    server: Server, built: list[LanguageModel]
) -> None:
    model = build_language_model(settings_for(server.url))
    assert model is not None
    built.append(model)
    for _ in range(2):
        ask(model)
    assert [request.get("model", "a list") for request in server.requests] == ["a list", "listed-model", "listed-model"]


def test_this_machine_is_asked_without_a_proxy_and_never_by_redirection(
    server: Server, built: list[LanguageModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    with fault_server() as elsewhere:
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(variable, f"http://127.0.0.1:{elsewhere.server_port}")
        model = build_language_model(settings_for(f"{server.url}#m"))
        assert model is not None
        built.append(model)
        assert ask(model) == "Hello there."
        server.then(status(307, location=f"{elsewhere.url}/chat/completions"))
        with pytest.raises(LanguageModelNotSetUp, match="points elsewhere"):
            ask(model)
        assert elsewhere.requests == []


def test_a_key_is_nowhere_to_be_seen(server: Server, built: list[LanguageModel]) -> None:
    settings = settings_for(f"{server.url}#m", PICUM_LLM_KEY="very-secret")
    model = build_language_model(settings)
    assert model is not None
    built.append(model)
    server.then(status(401))
    with pytest.raises(LanguageModelNotSetUp) as caught:
        ask(model)
    assert "very-secret" not in f"{settings!r} {model!r} {vars(model)!r} {caught.value!r}"


def test_hosts_of_providers_are_found_out_from_their_clients() -> None:
    class Client:
        base_url = httpx2.URL("https://api.provider.test/v1/")

    class Chat:
        async_client = Client()

    class Silent:
        pass

    assert host_of(Chat()) == "api.provider.test"  # type: ignore[arg-type]
    assert host_of(Silent()) == ""  # type: ignore[arg-type]


def test_openai_itself_is_told_a_schema_in_its_own_way() -> None:
    model = of_provider("openai", "gpt-4o-mini", settings_for("none", PICUM_LLM_KEY="k").llm_key)
    assert model.options(7, None) == {"max_tokens": 7, "extra_body": {}}
    assert model.options(7, SCHEMA)["extra_body"]["response_format"]["type"] == "json_schema"
    assert model.chat.max_retries == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("192.168.0.1", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_only_loopback_is_this_machine(host: str, here: bool) -> None:
    assert is_this_machine(host) is here


REQUEST = httpx2.Request("POST", "http://models.test/v1")


def with_status(code: int, **headers: str) -> openai.APIStatusError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = httpx2.Response(code, headers=named, request=REQUEST)
    return openai.APIStatusError("What is my status?", response=response, body={"error": "What is my status?"})


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind", "repeat"),
    [
        (with_status(401), LanguageModelNotSetUp, False),
        (with_status(403), LanguageModelNotSetUp, False),
        (with_status(404), LanguageModelNotSetUp, False),
        (with_status(302), LanguageModelNotSetUp, False),
        (with_status(400), LanguageModelRefused, False),
        (with_status(413), LanguageModelRefused, False),
        (with_status(408), LanguageModelTooSlow, True),
        (with_status(429), LanguageModelBusy, True),
        (with_status(503), LanguageModelBusy, True),
        (with_status(500), LanguageModelFaulty, True),
        (with_status(529), LanguageModelFaulty, True),
        (openai.APIError("What is my status?", request=REQUEST, body=None), LanguageModelFaulty, False),
        (
            caused(openai.APIConnectionError(request=REQUEST), httpx2.ConnectError("refused")),
            LanguageModelUnreachable,
            True,
        ),
        (
            caused(openai.APIConnectionError(request=REQUEST), socket.gaierror(-2, "unknown")),
            LanguageModelUnreachable,
            True,
        ),
        (
            caused(httpx2.ConnectError("tls"), ssl.SSLCertVerificationError(1, "self-signed")),
            LanguageModelUnreachable,
            False,
        ),
        (httpx2.RemoteProtocolError("peer closed"), LanguageModelFaulty, True),
        (ConnectionResetError(), LanguageModelFaulty, True),
        (ValueError("What is my status?"), LanguageModelFaulty, False),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "What is my status?"), LanguageModelFaulty, False),
    ],
)
def test_a_foreign_error_becomes_one_sentence_of_ours(
    error: Exception, kind: type[LanguageModelError], repeat: bool
) -> None:
    fault = fault_of(error, "The language model at models.test")
    assert type(fault) is kind
    assert fault.repeat is repeat
    message = str(fault)
    assert message.startswith("The language model at models.test ")
    assert message.endswith(".")
    assert "\n" not in message
    assert "What is my status?" not in message


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 0.0), ("soon", None), ("-3", None), ("nan", None), ("", None)],
)
def test_a_server_may_say_how_long_to_wait(header: str, seconds: float | None) -> None:
    assert fault_of(with_status(429, retry_after=header), "X").wait_s == seconds


def test_a_server_may_say_until_when_to_wait() -> None:
    at = datetime.now(UTC) + timedelta(seconds=40)
    fault = fault_of(with_status(503, retry_after=format_datetime(at, usegmt=True)), "X")
    assert fault.wait_s == pytest.approx(40, abs=5)
    assert "ask again in" in str(fault)
    past = format_datetime(at - timedelta(hours=1), usegmt=True)
    assert fault_of(with_status(503, retry_after=past), "X").wait_s == 0
