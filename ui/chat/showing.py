"""Steps of a question → the chat and the cards. What stays as it is while a question is answered is made once: with
twenty answers on the page it takes a quarter of a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, TypeVar

from ui.chat.cards import cards_html, earlier_html
from ui.chat.messages import Message, messages
from ui.chat.talk import Step
from ui.chat.texts import Texts
from ui.conversations import Exchange

R = TypeVar("R")


class Showing:
    """The conversation in the words of one language, for steps that follow each other."""

    def __init__(self, said: Texts) -> None:
        self.said = said
        # Questions behind an answer are offered behind the latest one alone.
        self._earlier = _OfSettled(lambda known: messages([replace(each, further=None) for each in known], said))
        self._cards = _OfSettled(lambda known: earlier_html(known, known, said))
        self._cards_at_the_end = _OfSettled(lambda known: earlier_html(known[:-1], known, said))

    def messages(self, step: Step) -> list[Message]:
        """A message for each question and each answer."""
        return [*self._earlier(step.exchanges[:-1]), *messages(step.exchanges[-1:], self.said)]

    def latest_cards(self, step: Step) -> str:
        """The cards of the latest answer, or the sentence that there are none yet."""
        return cards_html(step.exchanges, self.said)

    def earlier_cards(self, step: Step) -> str:
        """Those of the other answers. While the latest one grows they do not yet know what it cites: they would be
        others, and be sent again, with each of its sentences.
        """
        if step.exchanges and step.exchanges[-1].over:
            return self._cards_at_the_end(step.exchanges)
        return self._cards(step.exchanges[:-1])


class _OfSettled(Generic[R]):
    """What is made of exchanges that change no more; the latest result is kept. They are compared, which takes no time
    where they are the same objects.
    """

    def __init__(self, make: Callable[[tuple[Exchange, ...]], R]) -> None:
        self._make = make
        self._known: tuple[tuple[Exchange, ...], R] | None = None

    def __call__(self, exchanges: tuple[Exchange, ...]) -> R:
        if self._known is None or self._known[0] != exchanges:
            self._known = exchanges, self._make(exchanges)
        return self._known[1]
