"""The one item of a list that a question is about, of those that were found.

The items of a list are alike, so that all of them are found for a question about one ("How old is the scheme in
Belgium?"), and the figures of the others would be read as the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.evidence import Evidence
from assistant.question import Question
from ingest.cut import CutDocument
from ingest.text import stems

_ONE_VALUE = frozenset({"number", "date", "amount", "telephone"})
_LABEL = re.compile(r"[^:(–—]+?(?=\s*[:(–—]|\s-\s)")
"""What an item is about, where it says so first: "Belgium" of "Belgium (22 years) – …"."""
_LABEL_WORDS = 6


def without_other_items(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence without those items of a list that are labelled as another's than the one that the question names.

    Unchanged where the question asks for no single figure or date, or names no label of a list or several.
    """
    if _ONE_VALUE.isdisjoint(question.wants) or ("many" in question.wants and "number" not in question.wants):
        return list(evidence)
    meant: dict[tuple[str, int], int | None] = {}
    for piece in evidence:
        for ordinal in range(piece.first, piece.last + 1):
            if (list_id := piece.cut.sentences[ordinal].list_id) is not None and (piece.document, list_id) not in meant:
                meant[piece.document, list_id] = _named_item(question, piece.cut, list_id)
    there = {(p.document, p.cut.sentences[n].block) for p in evidence for n in range(p.first, p.last + 1)}
    chosen = {key: block for key, block in meant.items() if block is not None and (key[0], block) in there}
    return [part for piece in evidence for part in _kept(piece, chosen)]


def _named_item(question: Question, cut: CutDocument, list_id: int) -> int | None:
    """The block of the item whose label shares a word with the question, if it is the only one."""
    language = cut.document.metadata.language
    asked = set(stems(question.text, language))
    labels: dict[int, str] = {}
    for sentence in cut.sentences:
        if sentence.list_id == list_id and sentence.block not in labels:
            found = _LABEL.match(cut.wording(sentence))
            labels[sentence.block] = found[0] if found and len(found[0].split()) <= _LABEL_WORDS else ""
    named = [block for block, label in labels.items() if not asked.isdisjoint(stems(label, language))]
    return named[0] if len(named) == 1 and all(labels.values()) else None


def _kept(piece: Evidence, chosen: dict[tuple[str, int], int]) -> Iterable[Evidence]:
    """The stretches of a piece that hold no item of another label."""
    sentences = piece.cut.sentences
    kept = [
        n
        for n in range(piece.first, piece.last + 1)
        if (list_id := sentences[n].list_id) is None
        or chosen.get((piece.document, list_id), sentences[n].block) == sentences[n].block
    ]
    starts = [n for n in kept if n - 1 not in kept]
    ends = [n for n in kept if n + 1 not in kept]
    return [replace(piece, first=first, last=last) for first, last in zip(starts, ends, strict=True)]
