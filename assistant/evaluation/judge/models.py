"""Whoever can be asked to judge: a chat model, a function of a text, or a language model by its name."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from assistant.evaluation.errors import JudgeError
from assistant.evaluation.judge.questions import MAX_TOKENS, SCHEMA

if TYPE_CHECKING:
    from assistant.language_models import LanguageModel
    from assistant.settings import Settings

_HOW_TO_NAME = (
    "The judge is no language model: give local, an address like http://127.0.0.1:8080/v1#model, or provider:model "
    "like ollama:llama3.2."
)


class Unanswered(Exception):
    """The model gave no reply; the message is one sentence why. Makes one vote inconclusive."""


class JudgeModel(Protocol):
    """A model that judges. ``parameters`` are those that shape its replies, as far as they are known."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """JSON types."""
        ...

    def ask(self, system: str, user: str) -> str:
        """Its reply. Raises Unanswered."""
        ...

    def close(self) -> None:
        """End what belongs to it."""
        ...


@runtime_checkable
class Invokable(Protocol):
    """What every chat model of LangChain does."""

    def invoke(self, input: Any, /) -> Any:
        """Takes messages, returns one with ``content``."""
        ...


AnyModel = str | Invokable | Callable[[str], str]
"""A name, a chat model, or a function from a prompt to a reply."""


class ChatJudge:
    """A chat model of LangChain, or anything with the same ``invoke``; time limits and retries are its own."""

    def __init__(self, model: Invokable) -> None:
        self._model = model
        self.parameters = _parameters_of_object(model)

    def ask(self, system: str, user: str) -> str:
        """See JudgeModel."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        try:
            message = self._model.invoke(messages)
        except Exception as error:
            raise Unanswered(_failure(error)) from error
        content = getattr(message, "content", message)
        if isinstance(content, list):  # blocks, of which some may be thoughts
            content = "".join(_text_of(block) for block in content)
        return _checked(content)

    def close(self) -> None:
        """Nothing: the model belongs to whoever made it."""


class FunctionJudge:
    """A function from a prompt to a reply."""

    parameters: Mapping[str, Any] = {}

    def __init__(self, function: Callable[[str], str]) -> None:
        self._function = function

    def ask(self, system: str, user: str) -> str:
        """See JudgeModel."""
        try:
            reply: object = self._function(f"{system}\n\n{user}")
        except Exception as error:
            raise Unanswered(_failure(error)) from error
        return _checked(reply)

    def close(self) -> None:
        """Nothing."""


class NamedJudge:
    """A language model as the assistant itself uses them, held to the answer format where its server can do that."""

    parameters: Mapping[str, Any] = {"max_tokens": MAX_TOKENS, "temperature": 0}

    def __init__(self, model: LanguageModel) -> None:
        from assistant.language_models import Prompt  # noqa: PLC0415 (the light installation has no models)

        self._model = model
        self._prompt = Prompt

    def ask(self, system: str, user: str) -> str:
        """See JudgeModel."""
        from assistant.errors import LanguageModelError  # noqa: PLC0415 (as above)

        prompt = self._prompt(system=system, user=user)
        try:
            pieces = self._model.stream(prompt, max_tokens=MAX_TOKENS, schema=SCHEMA, cancelled=threading.Event())
            return "".join(pieces)
        except LanguageModelError as error:
            raise Unanswered(str(error)) from error

    def close(self) -> None:
        """End its processes and connections."""
        self._model.close()


def open_model(model: AnyModel, settings: Settings | None = None) -> JudgeModel:
    """The judge's model; opens no connection. ``settings`` (those of the environment by default) give time limits, the
    key and the folder of model files for one that is given by name. Raises JudgeError.
    """
    if isinstance(model, str):
        return NamedJudge(_by_name(model, settings))
    return ChatJudge(model) if isinstance(model, Invokable) else FunctionJudge(model)


def name_of(model: AnyModel) -> str:
    """What a model is called in verdicts and reports: the same wherever its server stands, so that stored verdicts hold
    on every machine. Opens nothing and needs no package of models. Raises JudgeError for an object without a name.
    """
    if isinstance(model, str):
        if model == "local":
            from assistant.language_models import LOCAL_MODEL  # noqa: PLC0415 (as above)

            return LOCAL_MODEL
        if not model or model == "none":
            raise JudgeError(_HOW_TO_NAME)
        address, _, name = model.partition("#")
        return name or address
    if isinstance(model, Invokable):
        names = (getattr(model, attribute, None) for attribute in ("model_name", "model", "model_id"))
        return next((name for name in names if name and isinstance(name, str)), type(model).__name__)
    if inspect.isroutine(model) and model.__name__ != "<lambda>":
        return f"{model.__module__}:{model.__qualname__}"
    raise JudgeError(
        f"The judge {type(model).__name__!r} has no name by which its verdicts can be stored; give it one with name=…."
    )


def parameters_of(model: AnyModel) -> Mapping[str, Any]:
    """The parameters that the model would be asked with; opens nothing."""
    if isinstance(model, str):
        return NamedJudge.parameters
    return _parameters_of_object(model) if isinstance(model, Invokable) else FunctionJudge.parameters


def _by_name(name: str, settings: Settings | None) -> LanguageModel:
    from pydantic import ValidationError  # noqa: PLC0415 (as above)

    from assistant.errors import LanguageModelNotSetUp  # noqa: PLC0415
    from assistant.language_models import build_language_model  # noqa: PLC0415
    from assistant.settings import Settings, load_settings  # noqa: PLC0415

    base = settings or load_settings()
    try:
        asked = Settings.model_validate({**dict(base), "llm": name})
        model = build_language_model(asked)
    except ValidationError as error:
        raise JudgeError(_HOW_TO_NAME) from error
    except LanguageModelNotSetUp as error:
        raise JudgeError(f"The judge cannot be used: {error}") from error
    if model is None:
        raise JudgeError(_HOW_TO_NAME)
    return model


def _parameters_of_object(model: object) -> dict[str, Any]:
    temperature = getattr(model, "temperature", None)
    return {"temperature": temperature} if isinstance(temperature, int | float) else {}


def _text_of(block: object) -> str:
    if isinstance(block, str):
        return block
    return str(block.get("text", "")) if isinstance(block, dict) and block.get("type") == "text" else ""


def _checked(reply: object) -> str:
    if not isinstance(reply, str):
        raise Unanswered(f"The judge replied with {type(reply).__name__} and not with a text.")
    return reply


def _failure(error: Exception) -> str:
    # Not its message: libraries put addresses, keys and the whole request into it.
    return f"The judge could not be asked ({type(error).__name__})."
