"""Rules on what turns a meaning round although the words stand there: negation, what is only wanted or possible,
degrees, opposites, and names or figures that changed places.

Rules look at ``words``, a part of the claim, because the clauses of one sentence may stand on different evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from assistant.claim_words import Word
from assistant.claims import Item, Reading
from assistant.figures import Figure
from assistant.lexicon import MODES, lexicon
from assistant.matching import Comparison, Missing, names, same_figure

_ASSERTED = 0.5
"""Share of the matched words of a clause from which on it is turned round, or only wanted or possible."""
_TURNS = ("negation", "paired", "without", "adverse", "harmless")
_VERBATIM = 0.8
"""Share of the content words of a stretch from which on it is taken over nearly word for word."""
_NOT_YET = frozenset({"demand", "intention"})
_DENYING = ("un", "in", "il", "ir", "im", "dis", "non", "on", "nie")


def turned_round(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """Clauses that say yes where the evidence says no, or the other way round."""
    claim, said = compared.claim, compared.fact.said
    for clause in _clauses(words):
        found = [(word, there) for word in clause if (there := _matched(compared, word))]
        turned = sum(all((t.denied, t.without) != (word.denied, word.without) for t in there) for word, there in found)
        if found and turned >= _ASSERTED * len(found):
            yield Missing(kind="negation", text=_text(clause))
    known = {said.phrase(span) for span in said.cues.get("harmless", ())}
    for span in claim.cues.get("harmless", ()):
        if claim.phrase(span) not in known:
            yield Missing(kind="negation", text=claim.phrase(span))


def only_wanted(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """Clauses that state what the evidence only wants, plans, holds possible or makes conditional, and those that add
    such a word of their own. What is so may also be said to be possible.
    """
    context = frozenset(mode for mode in MODES if compared.fact.context.has(mode))
    clauses = _clauses(words)
    # A name is nothing that could be wanted, unless nothing else is said.
    without_names = [[word for word in clause if not word.name] for clause in clauses]
    if any(_matched(compared, word) for clause in without_names for word in clause):
        clauses = without_names
    for clause in clauses:
        said = frozenset[str]().union(*(word.modes for word in clause))
        found = [there for word in clause if (there := _matched(compared, word))]
        other = sum(not any(_same_mode(said, word.modes, context) for word in there) for there in found)
        if found and other >= _ASSERTED * len(found):
            yield Missing(kind="modality", text=_text(clause))


def turned_within(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """What turns meanings round, counted, where a claim takes over a stretch of the evidence nearly word for word.

    Looking at words alone, the second "not" of a sentence is easily taken for the first.
    """
    stretch = _stretch(compared, words)
    if stretch is None:
        return
    claim, said = compared.claim, compared.fact.said
    if _count(claim, _TURNS, [word.at for word in words]) != _count(said, _TURNS, stretch):
        yield Missing(kind="negation", text=_text(words))
    if _count(claim, MODES, range(len(claim.words))) < _count(said, MODES, stretch):
        yield Missing(kind="modality", text=_text(words))


def other_degree(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """ "All", "only", "more than" and the like that are added; as "qualifier" a "most" or "about" that is left out."""
    claim, said = compared.claim, compared.fact.said
    inside = {word.at for word in words}
    for label, spans in claim.cues.items():
        if label.startswith("degree.") and not said.has(label) and label != "degree.about":
            for span in spans:
                if span[0] in inside:
                    yield Missing(kind="degree", text=claim.phrase(span))
    dropped = [f"degree.{name}" for name in lexicon(said.language).dropped]
    if any(claim.has(label) and said.has(label) for label in dropped):
        return
    taken = {there.at for word in words for there in compared.found[word.at]}
    for label in sorted(dropped):
        for start, end in said.cues.get(label, ()):
            # The number that "over #" was found with is within the phrase.
            beside = next((n for n in said.speaking if n >= end or (n >= start and said.words[n].figure >= 0)), None)
            if beside in taken and not claim.has(label):
                yield Missing(kind="qualifier", text=said.phrase((start, end)))


def opposites(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """Words whose opposite stands in the evidence and they do not: "rose" for "fell", "regular" for "irregular"."""
    claim, said = compared.claim, compared.fact.said
    inside = {word.at for word in words}
    for label, spans in claim.cues.items():
        if not label.startswith("opposite.") or said.has(label):
            continue
        other = f"{label[:-1]}{1 - int(label[-1])}"
        if said.has(other) and not claim.has(other):
            for span in spans:
                if span[0] in inside:
                    yield Missing(kind="opposite", text=claim.phrase(span))
    for word in words:
        if compared.lacks(word) and _denied_by_prefix(word.folded, said.folded):
            yield Missing(kind="opposite", text=word.text)


def misplaced_figures(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """Numbers that the evidence has, but for something else: "12 groups in 48 countries" for "48 groups in 12"."""
    claim, said = compared.claim, compared.fact.said
    if len(said.places) < 2:
        return
    inside = {word.figure for word in words if word.figure >= 0}
    for place in claim.places:
        figure = claim.figures[place.figure]
        if place.figure not in inside or figure.kind == "address":
            continue
        own = [there for there in said.places if same_figure(figure, said.figures[there.figure])]
        # A share and a count may be of the same thing, "65 %, of the 31 cases", and are not taken for each other.
        others = [there for there in said.places if there not in own and _same_sort(figure, said.figures[there.figure])]
        if not own or not others:
            continue
        counted = place.unit and any(there.unit == place.unit for there in others)
        elsewhere = all(place.unit not in there.near or there.unit not in {"", place.unit} for there in own)
        nearer = max(len(place.near & o.near) for o in own) < max(len(place.near & o.near) for o in others)
        if (counted and elsewhere) or nearer:
            yield Missing(kind=figure.kind, text=figure.text)


def misplaced_names(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """Names that the evidence has, while what the claim tells of them it tells of another name."""
    claim, said = compared.claim, compared.fact.said
    here, there = names(words), names(said.words)
    if len(there) < 2:
        return
    told = [(row, _told_of(said, row, onward=True)) for row in there]
    for row in here:
        near = _told_of(claim, row, onward=False)
        known = {word.folded for word in row}
        own = [keys for name, keys in told if known & {word.folded for word in name}]
        others = [keys for name, keys in told if not known & {word.folded for word in name}]
        if own and not any(near & keys for keys in own) and any(near & keys for keys in others):
            yield Missing(kind="name", text=_text(row))


def changed_places(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """Names or figures that changed places: around what one does to the other ("Belgium sued Hungary"), or beside small
    words ("from Vienna to Graz", "3 of the 5").
    """
    claim, said = compared.claim, compared.fact.said
    inside = {word.at for word in words}
    shared = [name for name, item in claim.items.items() if name in said.items and item.word.at in inside]
    agent = lexicon(claim.language).agent
    same_voice = (agent & claim.folded) == (agent & said.folded)
    for n, one in enumerate(shared):
        for other in shared[n + 1 :]:
            here, there = (claim.items[one], claim.items[other]), (said.items[one], said.items[other])
            around = same_voice and (_exchanged(here, there, "behind") or _other_way_round(here, there, claim, said))
            if around or _exchanged(here, there, "before"):
                yield Missing(kind="name", text=f"{one} … {other}")


def _same_sort(one: Figure, other: Figure) -> bool:
    return one.value.endswith("%") == other.value.endswith("%")


def _told_of(reading: Reading, name: Sequence[Word], *, onward: bool) -> set[str]:
    """The keys in the clause of a name and, ``onward``, in those behind it up to the next name, whose subject it is.

    A name alone, "and the Red Cross" or "the director, Ada Mann, opened", shares the clause before.
    """
    own = clause = name[0].clause
    found = set[str]()
    if all(word.name or not word.key for word in reading.words if word.clause == clause):
        clause -= 1
    for word in reading.words:
        if word.clause > own and (not onward or word.name):
            break
        if word.clause >= clause and word.key and not word.name:
            found.add(word.key)
    return found


def _exchanged(here: tuple[Item, Item], there: tuple[Item, Item], side: Literal["before", "behind"]) -> bool:
    """Whether one of two stands beside the small word that the other stood beside, and the other no longer does."""
    now, once = [getattr(item, side) for item in here], [getattr(item, side) for item in there]
    return any(now[n] and now[n] == once[1 - n] and now[n] not in {now[1 - n], once[n]} for n in (0, 1))


def _other_way_round(here: tuple[Item, Item], there: tuple[Item, Item], claim: Reading, said: Reading) -> bool:
    """Whether two names stand in another order with the same word of content between."""
    if here[0].word.figure >= 0 or here[1].word.figure >= 0 or there[0].word.at < there[1].word.at:
        return False
    between = {word.key for word in claim.words[here[0].word.at + 1 : here[1].word.at] if word.key and not word.name}
    return any(word.key in between for word in said.words[there[1].word.at + 1 : there[0].word.at])


def _matched(compared: Comparison, word: Word) -> Sequence[Word]:
    """The words of the evidence that say the same as a word of content that does not name the source."""
    return compared.found[word.at] if word.key and not word.credit else ()


def _clauses(words: Sequence[Word]) -> list[list[Word]]:
    found: dict[int, list[Word]] = {}
    for word in words:
        found.setdefault(word.clause, []).append(word)
    return list(found.values())


def _same_mode(said: frozenset[str], there: frozenset[str], context: frozenset[str]) -> bool:
    if not said:
        return not there
    if "condition" in there and "condition" not in said:
        return False
    if there & _NOT_YET and not said & _NOT_YET:  # "urges that all can see a doctor" is not "all can see a doctor"
        return False
    return bool(said & (there | context)) or (said == {"possibility"} and not there)


def _stretch(compared: Comparison, words: Sequence[Word]) -> range | None:
    """The places of the evidence that the words take over nearly word for word, small words at either end included."""
    said = compared.fact.said
    at, taken = -1, set[int]()
    for word in words:
        places = [there.at for there in compared.found[word.at]]
        if places:
            at = next((n for n in places if n > at), places[0])
            taken.add(at)
    if not taken:
        return None
    first, last = min(taken), max(taken)
    if len(taken) < _VERBATIM * sum(first <= n <= last for n in said.speaking):
        return None
    before = max((n for n in said.speaking if n < first), default=-1)
    goes_on = any(n > last for n in said.speaking)
    return range(before + 1, last + 1 if goes_on else len(said.words))


def _count(reading: Reading, labels: Sequence[str], places: Sequence[int]) -> int:
    """How many places a cue of one of these labels begins at."""
    there = set(places)
    return len({start for label in labels for start, _ in reading.cues.get(label, ()) if start in there})


def _denied_by_prefix(word: str, others: frozenset[str]) -> bool:
    return any(p + word in others or (word.startswith(p) and word[len(p) :] in others) for p in _DENYING)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
