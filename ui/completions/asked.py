"""The body of a request → the question, the conversation before it, and how it is to be answered.

Clients send whatever their users can set: what would only make a model write otherwise is passed over, what asks for
another kind of answer is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.events import Turn
from ui.completions.content import without_sources
from ui.completions.refusals import NotTaken
from ui.errors import QuestionError
from ui.plain_text import plain
from ui.questions import checked_question

MODEL = "picum-assistant"
"""The one model that there is."""

_TEXT_PARTS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}
"""The kinds of parts of a message that hold text, and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question. ``usage`` is whether a stream ends with what it used."""

    question: str
    history: tuple[Turn, ...]
    stream: bool
    usage: bool


def read_request(body: bytes) -> Asked:
    """What a body asks for. Raises NotTaken."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise NotTaken("The body is not JSON; send an object with messages.") from None
    if not isinstance(sent, dict):
        raise NotTaken("The body is no object; send one with messages.")
    _refuse_what_is_not_there(sent)
    options = sent.get("stream_options")
    stream = _flag(sent, "stream")
    usage = stream and isinstance(options, dict) and _flag(options, "include_usage")
    question, history = _conversation(sent.get("messages"))
    return Asked(question=question, history=history, stream=stream, usage=usage)


def check_model(name: object) -> None:
    """Raises NotTaken unless this is the name of the model."""
    if name != MODEL:
        raise NotTaken(f"There is no such model here; ask {MODEL}.", "model", status=404, code="model_not_found")


def _refuse_what_is_not_there(sent: Mapping[str, object]) -> None:
    if "model" in sent:
        check_model(sent["model"])
    if sent.get("n") not in (None, 1):  # whatever else it is
        raise NotTaken("There is one answer to a question; leave n out, or set it to 1.", "n")
    # Tools that may be called need not be; chat programs offer theirs with every question.
    for name in ("tool_choice", "function_call"):
        if sent.get(name) not in (None, "none", "auto"):
            raise NotTaken(f"This assistant calls no tools; leave {name} out.", name)
    form = sent.get("response_format")
    if isinstance(form, dict) and form.get("type", "text") != "text":
        sentence = (
            "Answers are text, not JSON; leave response_format out, or ask at /api/v1/ask, which answers in JSON."
        )
        raise NotTaken(sentence, "response_format")


def _flag(sent: Mapping[str, object], name: str) -> bool:
    value = sent.get(name)
    if value is not None and not isinstance(value, bool):
        raise NotTaken(f"{name} is neither true nor false.", name)
    return bool(value)


def _conversation(messages: object) -> tuple[str, tuple[Turn, ...]]:
    """The last message of the user as a question, and the turns before it, without what is said to a model."""
    if not isinstance(messages, list) or not messages:
        raise NotTaken("messages is not a list of messages; send at least one with the role user.", "messages")
    turns = [turn for number, message in enumerate(messages) if (turn := _turn(message, f"messages.{number}"))]
    while turns and turns[-1].role != "user":
        turns.pop()
    if not turns:
        raise NotTaken("No message has the role user, so there is no question; send one.", "messages")
    try:
        question = checked_question(turns[-1].content)
    except QuestionError as error:
        raise NotTaken(str(error), "messages") from None
    return question, tuple(turn for turn in turns[:-1] if turn.content)


def _turn(message: object, place: str) -> Turn | None:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise NotTaken(f"{place} is no message with a role.", place)
    match message["role"]:
        case "user":
            return Turn(role="user", content=plain(_text(message.get("content"), f"{place}.content")))
        case "assistant":
            said = plain(_text(message.get("content"), f"{place}.content"))
            return Turn(role="assistant", content=without_sources(said))
        case _:  # what a model is told, and what its tools said: there is no model that would obey
            return None


def _text(content: object, place: str) -> str:
    match content:
        case None:
            return ""
        case str():
            return content
        case list():
            return "\n".join(_part(part, f"{place}.{number}") for number, part in enumerate(content))
        case _:
            raise NotTaken(f"{place} is neither text nor a list of parts.", place)


def _part(part: object, place: str) -> str:
    if isinstance(part, str):
        return part
    kind = part.get("type") if isinstance(part, dict) else None
    text = part.get(_TEXT_PARTS.get(str(kind), "")) if isinstance(part, dict) else None
    if not isinstance(text, str):
        raise NotTaken("This assistant reads text alone, no images, sounds or files; send the question as text.", place)
    return text
