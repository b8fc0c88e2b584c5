"""An answer as a whole reply, and as the chunks of one that is streamed."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from assistant.answer import Answer, Citation
from assistant.events import Delta
from ui.completions.annotations import annotated
from ui.completions.asked import MODEL
from ui.completions.content import Words, behind, safe

USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
"""Nothing is charged, most answers take no tokens at all, and words are not tokens: any other number were made up."""
DONE = b"data: [DONE]\n\n"
STILL_HERE = b": still working\n\n"
"""A comment, so that nobody in between closes a connection on which nothing happens."""


class Reply:
    """The message of one answer, as it grows. ``page`` is the address of the page of a citation, ``words`` gives the
    words of a language.
    """

    def __init__(self, words: Callable[[str], Words], page: Callable[[Citation], str]) -> None:
        self._words, self._page = words, page
        self._said = ""
        self._sent = ""

    def add(self, delta: Delta) -> str:
        """What one more sentence adds to the content."""
        self._said += delta.text
        # An angle bracket at the end waits for what it begins.
        now = safe(self._said.removesuffix("<"))
        new = now[len(self._sent) :]
        self._sent += new
        return new

    def finish(self, answer: Answer) -> tuple[str, list[dict[str, Any]]]:
        """What the end adds: the rest of the text, notes, sources; and the annotations of the whole message.

        An answer that is not the one that was streamed follows it as a whole: nothing that was sent can be taken back.
        """
        text = safe(answer.answer)
        if text.startswith(self._sent):
            begins, rest = 0, text[len(self._sent) :]
        else:
            begins, rest = len(self._sent) + 2, f"\n\n{text}"
        cited = {citation.marker: citation for citation in answer.citations}
        rest += behind(answer, self._words(answer.language), self._page)
        return rest, annotated(text, begins, cited, self._page)


class Envelope:
    """What is around the parts of one reply; ``usage`` is whether its stream ends with what it used."""

    def __init__(self, usage: bool = False) -> None:
        self._head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        self._usage: Mapping[str, object] = {"usage": None} if usage else {}

    def whole(self, content: str, cited: list[dict[str, Any]]) -> dict[str, Any]:
        """A reply that is not streamed."""
        message = {"role": "assistant", "content": content, "refusal": None, "annotations": cited}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self._head, "object": "chat.completion", "choices": [choice], "usage": USAGE}

    def chunk(self, delta: Mapping[str, object], finish_reason: str | None = None) -> bytes:
        """A part of one that is."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._event({"choices": [choice], **self._usage})

    def ending(self) -> bytes:
        """What comes behind the last part."""
        return (self._event({"choices": [], "usage": USAGE}) if self._usage else b"") + DONE

    def _event(self, said: Mapping[str, object]) -> bytes:
        return event({**self._head, "object": "chat.completion.chunk", **said})


def event(said: Mapping[str, object]) -> bytes:
    """One event of a stream."""
    return b"data: " + json.dumps(said, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n\n"
