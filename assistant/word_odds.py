"""How surely a model says "yes" or "partly", from what a server tells of the probabilities of its first word."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from assistant.language_models import CERTAIN

_FOR, _AGAINST = ("yes", "partly"), ("no",)
_LEAST = 1e-6
"""Probability of a word that is not among those that the server names."""
_TOKEN = 3
"""Letters of a longer word that its first piece must hold; models write words in pieces."""


def log_odds(said: str, weighed: Sequence[Any]) -> float:
    """The natural logarithm of the odds of "yes" or "partly" against "no", at most ``CERTAIN`` either way; 0 where none
    of them shows.

    ``weighed`` is what the OpenAI API calls ``logprobs``; where there is nothing to be read in it, ``said`` decides.
    """
    words = _alternatives(weighed)
    chance_for, chance_against = _chance(words, _FOR), _chance(words, _AGAINST)
    if chance_for or chance_against:
        return max(-CERTAIN, min(CERTAIN, math.log((chance_for + _LEAST) / (chance_against + _LEAST))))
    first = said.split(maxsplit=1)[0] if said.split() else ""
    return CERTAIN if _begins(first, _FOR) else -CERTAIN if _begins(first, _AGAINST) else 0.0


def _alternatives(weighed: Sequence[Any]) -> list[tuple[str, float]]:
    """The words that could have come first, with the logarithms of their probabilities."""
    try:
        first = weighed[0]["content"][0]["top_logprobs"]
        return [(str(entry["token"]), min(0.0, float(entry["logprob"]))) for entry in first]
    except (LookupError, TypeError, ValueError):
        return []


def _chance(words: Iterable[tuple[str, float]], wanted: Sequence[str]) -> float:
    return sum(math.exp(value) for word, value in words if _begins(word, wanted))


def _begins(token: str, wanted: Sequence[str]) -> bool:
    plain = token.strip(" .,:;!\"'*\n").casefold()
    return any(word == plain or (word.startswith(plain) and len(plain) >= _TOKEN) for word in wanted)
