"""Passages → evidence: which sentences are quoted, in which order, within a budget of words.

Four ideas. A short first part holds the most telling sentences, since people (and the measures) read the first lines;
what else is worth quoting follows as further passages. A sentence brings the neighbours of its paragraph that score
nearly as well, and a question for many things brings whole lists. What was chosen side by side is quoted in one piece.
And each document that a question means, each that gives another number for the same thing, and the newest version of
each has its say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from assistant.conflicts import quantities
from assistant.cues import Heard, cues
from assistant.evidence import Evidence, joined
from assistant.passages import Passage, ScoredSentence
from assistant.question import Question
from assistant.quotability import poor_quotation
from assistant.versions import holds_in
from ingest.cut import CutDocument
from ingest.document import BlockKind
from ingest.text import stems

MAX_EVIDENCE = 8
"""Citations of one answer at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Words: of the first part, up to where only close neighbours are taken along (``tight``), and in all."""

    main: int
    tight: int
    total: int


NARROW = Budget(main=100, tight=60, total=170)
WIDE = Budget(main=190, tight=150, total=300)
"""For questions that want many things."""

UNIT_WORDS = 90
"""Words of neighbouring sentences that are quoted together at the most."""
_CLOSE, _NEAR = 0.8, 0.5
"""Share of its score that a neighbour must have to be taken along, in the first part and after it."""
_NEXT_TO = 0.01
"""What the score of evidence placed beside other evidence lacks of that one's."""
_ALONE = 2.0
"""A share that no neighbour reaches."""
_RELEVANT = 0.58
"""Share of the best score under which nothing is quoted. A lower one cites more of the evidence, a higher one fewer
sentences that were not asked for. On the development questions 0.55 to 0.6 are alike; from 0.65 on facts are lost."""
_NARROW_PASSAGES = 2
"""Best passages that a question for one thing is answered from. On the development questions the third and later ones
held an answer once in ten times, and citing them made every second citation one that nobody had asked for."""
_POOR = 2.0
"""A sentence this poor as a quotation is taken only as a part of a list."""
_OVERRUN = 1.15
_LIST_ITEMS, _LIST_HITS = 3, 2
_NEWER = 0.45
"""Share of the score of an older version's evidence that the best sentence of the newest version must have."""
NOTHING_NEWER: Mapping[str, str] = MappingProxyType({})
_MEANT = 0.3
"""Share of the best score that the best sentence of a document the question means must have."""


def select(
    question: Question, passages: Sequence[Passage], newest: Mapping[str, str] = NOTHING_NEWER
) -> list[Evidence]:
    """The evidence for a question, best first, the main part before the rest; at most ``MAX_EVIDENCE`` pieces.
    ``newest`` is the id of the newest version by the id of each document that has been superseded.
    """
    choice = _Choice(question, passages)
    choice.take_meant_documents()
    choice.take_best()
    choice.take_other_numbers()
    choice.take_newer_versions(newest)
    found = _in_order(joined(choice.taken))
    # What the organisation says itself comes first, unless somebody asks for another's document.
    asked_of_others = bool(question.meant) and not any(
        piece.document in question.meant for piece in found if _is_own(piece)
    )
    return _in_two_parts(found, choice.budget, own_words=not asked_of_others)


def _in_order(pieces: Sequence[Evidence]) -> list[Evidence]:
    """The pieces by their scores. One that hangs on another stands right behind it: elsewhere "under this policy" would
    speak of whatever stands above it.
    """
    groups: list[list[Evidence]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.document, piece.first)):
        before = groups[-1][-1] if groups else None
        follows = before is not None and (before.document, before.last) == (piece.document, piece.first - 1)
        if follows and hangs(piece.cut, piece.first):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    best = {id(group): max(piece.score for piece in group) for group in groups}
    groups.sort(key=lambda group: -best[id(group)])
    return [replace(piece, score=best[id(group)]) for group in groups for piece in group]


class _Choice:
    """Evidence taken so far, and what it leaves to take."""

    def __init__(self, question: Question, passages: Sequence[Passage]) -> None:
        self.question = question
        # "How many countries …" names many things and asks for one number.
        self.many = "many" in question.wants and "number" not in question.wants
        self.budget = WIDE if self.many else NARROW
        self.scores = {(s.cut.document.id, s.ordinal): s for passage in passages for s in passage.sentences}
        best_passages = (s for passage in passages[:_NARROW_PASSAGES] for s in passage.sentences)
        self.nearest = {self._key(s) for s in best_passages}
        quotable = (s for s in self.scores.values() if poor_quotation(s.sentence, s.wording) < _POOR)
        self.order = sorted(quotable, key=lambda s: -s.score)
        self.best = self.order[0].score if self.order else 0.0
        self.taken: list[Evidence] = []
        self.used: set[tuple[str, int]] = set()
        self.words = 0

    def take_meant_documents(self) -> None:
        """The best sentence of each of several documents that the question means."""
        meant = self.question.meant
        if len(meant) < 2 or not self.many:
            return
        for document in meant[:MAX_EVIDENCE]:
            first = next((s for s in self.order if s.cut.document.id == document), None)
            if first and first.score >= _MEANT * self.best:
                self._take(self._around(first, _CLOSE))

    def take_best(self) -> None:
        """Sentence after sentence until the budget is spent or the rest is not relevant."""
        for scored in self.order:
            if len(self.taken) >= MAX_EVIDENCE or self.words >= self.budget.total:
                return
            if self.taken and scored.score < _RELEVANT * self.best:
                return
            if self._key(scored) in self.used or (
                self.taken and not self.many and self._key(scored) not in self.nearest
            ):
                continue
            if self.taken and self.words + len(scored.wording.split()) > _OVERRUN * self.budget.total:
                continue
            whole = self._whole_list(scored) if self.many else None
            self._take(whole or self._around(scored, _CLOSE if self.words < self.budget.tight else _NEAR))

    def take_other_numbers(self) -> None:
        """Where the number of something is asked for, the best sentence of each document that counts it.

        Such sentences stand next to each other; the least telling evidence makes room.
        """
        if "number" not in self.question.wants:
            return
        for unit in self._asked_units():
            counting = [e for e in self.taken if unit in _units(_words_of(e), e.cut)]
            beside = max((e.score for e in counting), default=self.best) - _NEXT_TO
            seen = {e.document for e in counting}
            for other in self.order:
                if other.cut.document.id in seen or unit not in _units(other.wording, other.cut):
                    continue
                seen.add(other.cut.document.id)
                if self._key(other) not in self.used and other.score >= _MEANT * self.best:
                    self._take_beyond(replace(self._around(other, _ALONE), score=beside))

    def take_newer_versions(self, newest: Mapping[str, str]) -> None:
        """Where an older version of a document is quoted and not meant, the newest one has its say too; before the
        older one where it says nearly as much, or counts the same thing.
        """
        for older, newer in newest.items():
            quoted = [piece for piece in self.taken if piece.document == older]
            if not quoted or self._is_meant(quoted[0].cut):
                continue
            best = max(quoted, key=lambda piece: piece.score)
            if not any(piece.document == newer for piece in self.taken):
                first = next((s for s in self.order if s.cut.document.id == newer), None)
                if first is None or first.score < _NEWER * best.score:
                    continue
                self._take_beyond(self._around(first, _CLOSE))
            said = max((piece for piece in self.taken if piece.document == newer), key=lambda piece: piece.score)
            if said.score <= best.score and (said.score >= _CLOSE * best.score or self._count_alike(said, best)):
                self.taken[self.taken.index(said)] = replace(said, score=best.score + _NEXT_TO)

    def _is_meant(self, cut: CutDocument) -> bool:
        named = cut.document.id in self.question.meant
        return named or holds_in(cut.document.metadata, self.question.years)

    def _count_alike(self, one: Evidence, other: Evidence) -> bool:
        """Whether a number is asked for and both count the same thing."""
        both = _units(_words_of(one), one.cut) & _units(_words_of(other), other.cut)
        return "number" in self.question.wants and bool(both)

    def _take_beyond(self, evidence: Evidence) -> None:
        """Take evidence that must not be missing: the least telling one makes room."""
        if len(self.taken) >= MAX_EVIDENCE:
            self.taken.remove(min(self.taken, key=lambda e: e.score))
        self._take(evidence)

    def _asked_units(self) -> list[str]:
        """The stems of the question that relevant sentences count, those of better sentences first."""
        found: list[str] = []
        for scored in self.order:
            if scored.score < _RELEVANT * self.best:
                break
            asked = set(stems(self.question.text, scored.cut.document.metadata.language))
            found += sorted(_units(scored.wording, scored.cut) & asked)
        return list(dict.fromkeys(found))

    def _key(self, scored: ScoredSentence) -> tuple[str, int]:
        return scored.cut.document.id, scored.ordinal

    def _around(self, scored: ScoredSentence, share: float) -> Evidence:
        """The sentence with the neighbours of its block that score at least ``share`` of it, and with the one before it
        if it cannot be understood without that."""
        first = last = scored.ordinal
        words = len(scored.wording.split())
        for step in (1, -1):
            at = scored.ordinal + step
            while (near := self._joining(scored, at)) and words + len(near.wording.split()) <= UNIT_WORDS:
                # A count that was announced needs what is counted.
                if near.score < share * scored.score and not (step > 0 and _begins(scored.cut, at, "ordinal")):
                    break
                words += len(near.wording.split())
                first, last, at = min(first, at), max(last, at), at + step
        # A sentence that leans back needs the one before it, however little that one says of the question.
        while hangs(scored.cut, first) and (scored.cut.document.id, first - 1) not in self.used:
            first -= 1
        last = self._with_announced(scored.cut, last, words)
        return Evidence(cut=scored.cut, first=first, last=last, score=scored.score)

    def _with_announced(self, cut: CutDocument, last: int, words: int) -> int:
        """The last sentence to quote if the one at ``last`` announces what follows with a colon: the list that it leads
        in, as far as it fits, or the next sentence."""
        sentences = cut.sentences
        if cut.document.text[sentences[last].end - 1] != ":":
            return last
        announcing = last
        while last + 1 < len(sentences) and (cut.document.id, last + 1) not in self.used:
            following = sentences[last + 1]
            words += len(cut.wording(following).split())
            listed = following.lead_in == announcing and following.kind is BlockKind.LIST_ITEM
            text = following.section == sentences[announcing].section and following.kind is not BlockKind.FOOTNOTE
            next_one = last == announcing and text
            if words > 2 * UNIT_WORDS or not (listed or next_one):
                break
            last += 1
        return last

    def _joining(self, scored: ScoredSentence, ordinal: int) -> ScoredSentence | None:
        """The sentence at ``ordinal`` if it may stand in one quotation with ``scored``."""
        key = (scored.cut.document.id, ordinal)
        near = self.scores.get(key)
        if near is None or key in self.used or near.sentence.block != scored.sentence.block:
            return None
        return near if poor_quotation(near.sentence, near.wording) < _POOR else None

    def _whole_list(self, scored: ScoredSentence) -> Evidence | None:
        """The list of an item with its lead-in, if it fits the budget and more than one item is relevant."""
        if scored.sentence.list_id is None:
            return None
        items = [i for i, s in enumerate(scored.cut.sentences) if s.list_id == scored.sentence.list_id]
        first, last = items[0], items[-1]
        if scored.sentence.lead_in == first - 1:
            first -= 1
        document = scored.cut.document.id
        hits = sum(
            (near := self.scores.get((document, i))) is not None and near.score >= _NEAR * scored.score for i in items
        )
        evidence = Evidence(cut=scored.cut, first=first, last=last, score=scored.score)
        fits = self.words + evidence.words <= self.budget.total
        free = all((document, i) not in self.used for i in range(first, last + 1))
        contiguous = last - items[0] + 1 == len(items)
        blocks = len({scored.cut.sentences[i].block for i in items})
        return evidence if blocks >= _LIST_ITEMS and hits >= _LIST_HITS and fits and free and contiguous else None

    def _take(self, evidence: Evidence) -> None:
        keys = {(evidence.document, i) for i in range(evidence.first, evidence.last + 1)}
        if keys & self.used:
            return
        self.used |= keys
        self.words += evidence.words
        self.taken.append(evidence)


def hangs(cut: CutDocument, ordinal: int) -> bool:
    """Whether a sentence leans on the one before it in its paragraph."""
    return ordinal > 0 and cut.sentences[ordinal - 1].block == cut.sentences[ordinal].block and leans(cut, ordinal)


def leans(cut: CutDocument, ordinal: int) -> bool:
    """Whether a sentence cannot be understood without the one before it."""
    return _begins(cut, ordinal, "leaning")


def _begins(cut: CutDocument, ordinal: int, kind: Literal["leaning", "ordinal"]) -> bool:
    """Whether a sentence begins with a word that points back, or that counts (first, second …)."""
    known = cues(cut.document.metadata.language)
    heard = Heard(cut.wording(cut.sentences[ordinal]))
    phrases = known.leaning if kind == "leaning" else known.ordinal
    return any(" ".join(heard.words[:n]) in phrases for n in (1, 2, 3) if heard.words)


def _units(text: str, cut: CutDocument) -> set[str]:
    """The stems of what a text counts."""
    return {unit for _, unit in quantities(text, cut.document.metadata.language)}


def _words_of(evidence: Evidence) -> str:
    return " ".join(evidence.cut.wording(s) for s in evidence.cut.sentences[evidence.first : evidence.last + 1])


def _is_own(piece: Evidence) -> bool:
    return piece.cut.document.metadata.authority == "own"


def _in_two_parts(evidence: Sequence[Evidence], budget: Budget, *, own_words: bool) -> list[Evidence]:
    """As much as the budget allows is the main part, the best at any rate; with ``own_words`` also the best piece of
    the organisation's own documents, where there is one, so that no answer begins with what others say of it.
    """
    best_own = next((piece for piece in evidence if _is_own(piece)), None) if own_words else None

    def parted() -> Iterator[Evidence]:
        words = 0
        for n, piece in enumerate(evidence):
            main = n == 0 or piece is best_own or words + piece.words <= budget.main
            words += piece.words if main else 0
            yield replace(piece, main=main)

    return sorted(parted(), key=lambda piece: not piece.main)
