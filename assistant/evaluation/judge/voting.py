"""Several votes → one verdict."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.judge.questions import VERDICTS, Verdict


def settled(votes: Sequence[Verdict], open: int) -> Verdict | None:
    """The median of the votes, if the ``open`` ones (failed, or not asked yet) cannot change it any more; else None.

    The number of all votes, ``len(votes) + open``, is odd, so there is a median; where more than half of them say the
    same, that is it, and of one yes, one partial and one no it is "partial".
    """
    ranks = [VERDICTS.index(vote) for vote in votes]
    middle = (len(ranks) + open) // 2
    first = sorted([0] * open + ranks)[middle]
    last = sorted(ranks + [len(VERDICTS) - 1] * open)[middle]
    return VERDICTS[first] if first == last else None
