"""This project's assistant behind its HTTP interface."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from assistant.evaluation.errors import TargetError
from assistant.evaluation.jsonl import describe
from assistant.evaluation.reply import Reply, reply_from_json
from assistant.evaluation.targets.address import Address
from assistant.evaluation.targets.exchange import Exchange
from assistant.evaluation.targets.protocol import Query

PATH = "/api/v1/ask"


class PicumHttp:
    """Asks ``POST /api/v1/ask`` below an address; ``key`` goes along as a bearer token where it is not empty."""

    def __init__(self, address: Address, key: str = "") -> None:
        """Opens no connection. Raises TargetError for an address or an option that cannot be used."""
        if address.model or address.options:
            odd = address.model or next(iter(address.options))
            raise TargetError(f"{address.shown} takes no {odd!r} behind the #; only timeout= and key= are known.")
        self._shown = address.shown
        headers: Mapping[str, str] = {"authorization": f"Bearer {key}"} if key else {}
        self._exchange = Exchange(address, "" if address.url.endswith(PATH) else PATH, headers)

    @property
    def name(self) -> str:
        """The address."""
        return self._shown

    def ask(self, query: Query) -> Reply:
        """See Target."""
        given = self._exchange.post(
            {
                "question": query.question,
                "history": [turn.model_dump() for turn in query.history],
                # A list that names nothing would leave nothing.
                "filters": {kind: names for kind, names in query.filters.model_dump(mode="json").items() if names},
            }
        )
        try:
            return reply_from_json(given)
        except ValidationError as error:
            raise TargetError(
                f"{self._shown} answered JSON that is no answer ({describe(error)}); see that the address is right."
            ) from error

    def close(self) -> None:
        """See Target."""
        self._exchange.close()
