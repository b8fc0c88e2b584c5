"""Documents that are nearly the same text, such as the PDF and the web page of one report, or a chapter and its book.

Two texts are compared by their runs of five words, as folded words without page furniture, so that layout, headers and
hyphenation hardly matter. Files that are equal byte for byte are not looked for here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ingest.cut import CutDocument
from ingest.text import fold

SAME = 0.8
"""Share of a document's words from which it counts as standing in another. The PDF and the web page of one text differ
in notes, tables and boxes, which are seldom a fifth; what two yearly reports share is seldom more than a half."""

_RUN = 5
"""Words in a run: phrases of fewer are shared by texts on the same subject."""
_RUNS_SHARED = 0.6
"""Share of its runs from which a document is looked at word by word. A changed word breaks five runs: where one word
in twelve is another, two thirds of the runs are left and four fifths of the words are still in one of them."""
_LOOKED_AT = 10
"""Longer documents, those that hold most of its runs, in which a document is looked for word by word."""
_SHORTEST = 50
"""Words of a document below which a shared phrase would count for too much."""
_FIGURES, _FIGURES_SHARED = 5, 0.6
"""Different figures from which on they can tell a text from one of the same words, and the share of them that the other
has to have: a report gives the figures of the year before as well, which are the half."""
_COUNTED = 100_000_000
"""Pairs of equal runs that are counted; where boilerplate makes more, a fraction of the runs stands for all."""
_WORD = re.compile(r"[^\W_]+")

_Hashes = NDArray[np.uint64]
_MULTIPLIERS: _Hashes = np.random.default_rng(5).integers(0, 2**64, size=_RUN, dtype=np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class NearDuplicate:
    """``share`` of the words of ``document`` stand in the longer ``other``, and are ``share_of_other`` of its words.

    The documents are ids, the shares from 0 to 1.
    """

    document: str
    other: str
    share: float
    share_of_other: float

    @property
    def sentence(self) -> str:
        """What was found and what to do about it."""
        share = f"{100 * self.share:.0f} %"
        if self.share_of_other >= SAME:
            return (
                f"{self.document} is {share} the same text as {self.other}; remove one, or say in documents.yaml which "
                "one supersedes the other."
            )
        return (
            f"{share} of {self.document} stands in {self.other} and is {100 * self.share_of_other:.0f} % of that; "
            f"remove {self.document}, unless it is to be quoted by itself."
        )


def near_duplicates(documents: Sequence[CutDocument]) -> list[NearDuplicate]:
    """The documents of which ``SAME`` or more stands in a longer one of their collection, by id.

    Each is named once, with the one that holds most of it. Left out are those that metadata name as a version of the
    other, and texts of the same words with other figures, as reports of two years are.
    """
    texts = _texts(documents)
    found: list[NearDuplicate] = []
    for collection in sorted({text.collection for text in texts}):
        # A text can only stand in one that comes after it.
        inside = sorted((t for t in texts if t.collection == collection), key=lambda t: (t.length, t.id))
        for number, candidates in _candidates(inside):
            pairs = (_compared(inside[number], inside[candidate]) for candidate in candidates[:_LOOKED_AT])
            first = next((pair for pair in pairs if pair), None)
            if first:
                found.append(first)
    return sorted(found)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Text:
    """A document of ``length`` words. ``runs`` are the hashes of the runs that begin with each word, ``linked`` the
    documents of which it is a version, ``figures`` the numbers of its different figures."""

    id: str
    collection: str
    linked: frozenset[str | None]
    length: int
    runs: _Hashes
    figures: set[int]


def _texts(documents: Iterable[CutDocument]) -> list[_Text]:
    """Those documents that are long enough to be compared."""
    numbers = _Numbers()
    texts = []
    for cut in documents:
        metadata = cut.document.metadata
        values = numbers.of(" ".join(cut.wording(sentence) for sentence in cut.sentences))
        if len(values) < _SHORTEST:
            continue
        runs = np.lib.stride_tricks.sliding_window_view(np.array(values, dtype=np.uint64), _RUN)
        texts.append(
            _Text(
                id=cut.document.id,
                collection=metadata.collection,
                linked=frozenset((metadata.supersedes, metadata.superseded_by)),
                length=len(values),
                runs=(runs * _MULTIPLIERS).sum(axis=1, dtype=np.uint64),
                figures=numbers.figures.intersection(values),
            )
        )
    return texts


class _Numbers:
    """Numbers words as they come; two that are equal when folded have one number. ``figures`` are those of figures."""

    def __init__(self) -> None:
        self.figures: set[int] = set()
        self._words: dict[str, int] = {}
        self._pieces: dict[str, tuple[int, ...]] = {}

    def of(self, text: str) -> list[int]:
        """The words of a text in order."""
        pieces = text.split()
        # Most pieces come again and again, and folding is what takes the time.
        for piece in set(pieces).difference(self._pieces):
            self._pieces[piece] = tuple(self._number(word) for word in _WORD.findall(fold(piece)))
        return list(chain.from_iterable(map(self._pieces.__getitem__, pieces)))

    def _number(self, word: str) -> int:
        number = self._words.setdefault(word, len(self._words))
        # Single digits are marks of notes and numbers of items.
        if len(word) > 1 and word.isdigit():
            self.figures.add(number)
        return number


def _candidates(texts: Sequence[_Text]) -> Iterator[tuple[int, list[int]]]:
    """For each text that has any the later ones that hold enough of its runs, the one that holds most of them first."""
    distinct = _sampled([np.unique(text.runs) for text in texts])
    owners = np.repeat(np.arange(len(texts)), [len(runs) for runs in distinct])
    _, place, counts = np.unique(np.concatenate(distinct), return_inverse=True, return_counts=True)
    # The owners of each run stand together, from ``starts`` on.
    owners = owners[np.argsort(place, kind="stable")]
    starts = np.cumsum(counts) - counts
    end = 0
    for number, runs in enumerate(distinct):
        mine = place[end : end + len(runs)]
        end += len(runs)
        least = _RUNS_SHARED * len(runs)
        mine = mine[counts[mine] > 1]
        if not len(mine) or len(mine) < least:
            continue
        lengths = counts[mine]
        steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        shared = np.bincount(owners[np.repeat(starts[mine], lengths) + steps], minlength=len(texts))
        shared[: number + 1] = 0
        enough = np.flatnonzero(shared >= least)
        yield number, [int(other) for other in enough[np.argsort(-shared[enough], kind="stable")]]


def _sampled(distinct: Sequence[_Hashes]) -> list[_Hashes]:
    """The runs of each text, or the same fraction of them for all where counting them would take too long."""
    _, counts = np.unique(np.concatenate(distinct), return_counts=True)
    fraction = 1 + int((counts.astype(np.int64) ** 2).sum()) // _COUNTED
    return [runs[runs % np.uint64(fraction) == 0] for runs in distinct]


def _compared(text: _Text, longer: _Text) -> NearDuplicate | None:
    """What of a text stands in a longer one, and the other way round; None if that is not enough."""
    if text.id in longer.linked or longer.id in text.linked:
        return None
    if len(text.figures) >= _FIGURES and len(text.figures & longer.figures) < _FIGURES_SHARED * len(text.figures):
        return None
    share = _share(text, longer)
    if share < SAME:
        return None
    return NearDuplicate(document=text.id, other=longer.id, share=share, share_of_other=_share(longer, text))


def _share(text: _Text, other: _Text) -> float:
    """The share of the words of a text that stand in a run that the other has too."""
    covered = np.zeros(text.length, dtype=np.bool_)
    begins = np.flatnonzero(np.isin(text.runs, other.runs))
    for step in range(_RUN):
        covered[begins + step] = True
    return float(covered.mean())
