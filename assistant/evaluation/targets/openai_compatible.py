"""Any assistant behind an OpenAI-compatible ``/chat/completions``."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.evaluation.errors import TargetError
from assistant.evaluation.reply import Reply, Times
from assistant.evaluation.targets.address import Address
from assistant.evaluation.targets.exchange import Exchange
from assistant.evaluation.targets.openai_reply import reply_of_completion
from assistant.evaluation.targets.protocol import Query, without_filters

_PATH = "/chat/completions"
_ANY_MODEL = "default"
"""Sent where no model is named; servers of one model take any."""
_OURS = frozenset({"model", "messages", "stream"})


class OpenAICompatible:
    """Sends the history and the question as messages and nothing else; options of the address, like ``temperature=0``,
    go into the request as they are.
    """

    def __init__(self, address: Address, key: str = "") -> None:
        """Opens no connection. Raises TargetError for an address or an option that cannot be used."""
        if clash := _OURS & set(address.options):
            raise TargetError(f"{address.shown} takes no option {min(clash)!r}; name the model as in …/v1#model.")
        headers: Mapping[str, str] = {"authorization": f"Bearer {key}"} if key else {}
        self._shown, self._model = address.shown, address.model or _ANY_MODEL
        self._options = {name: _value(given) for name, given in address.options.items()}
        self._exchange = Exchange(address, "" if address.url.rstrip("/").endswith(_PATH) else _PATH, headers)
        self.name = f"{address.model} at {address.shown}" if address.model else address.shown

    def ask(self, query: Query) -> Reply:
        """See Target."""
        without_filters(query, self.name)
        messages = [turn.model_dump() for turn in query.history] + [{"role": "user", "content": query.question}]
        began = time.perf_counter()
        given = self._exchange.post({"model": self._model, "messages": messages, "stream": False, **self._options})
        took_ms = (time.perf_counter() - began) * 1000
        try:
            reply = reply_of_completion(given)
        except ValueError as error:
            raise TargetError(
                f"{self._shown} answered JSON that is no chat completion ({error}); "
                "see that the address is right, most end in /v1."
            ) from error
        return replace(reply, question=query.question, timings=Times(total_ms=took_ms))

    def close(self) -> None:
        """See Target."""
        self._exchange.close()


def _value(given: str) -> Any:
    try:
        return json.loads(given)
    except ValueError:
        return given
