"""Rules on what must stand in the evidence: figures, names, quotations, the subject, and whose words they are.

Rules look at ``words``, a part of the claim, because the clauses of one sentence may stand on different evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.claim_dates import dates_agree
from assistant.claim_words import Word
from assistant.claims import Reading, plain_words
from assistant.figures import Figure
from assistant.matching import Comparison, Fact, Missing, is_range, name_stands, names

_LEADING = 6
"""Words at the front of a sentence among which its subject is looked for."""
_ASSERTED = 0.5
"""Share of the words of a claim that the evidence has from which on it is a say-so when they are."""
_GAP = re.compile(r"\[?(?:\.\.\.|…)\]?")


def missing_figures(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """Numbers, dates and addresses that are not there. Those of the document serve only where it is named with them."""
    claim, fact = compared.claim, compared.fact
    for index in dict.fromkeys(word.figure for word in words if word.figure >= 0):
        figure = claim.figures[index]
        if not _stands(figure, fact, names_source=_names_source(claim, index)) or _repeated(figure, claim, fact):
            yield Missing(kind=figure.kind, text=figure.text)


def missing_names(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """Proper names that stand neither in the evidence nor, where it names nobody else instead, in its context."""
    served = not _is_about_another(compared)
    for row in names(words):
        if name_stands(row, compared.fact.said):
            continue
        if (served or all(word.credit for word in row)) and name_stands(row, compared.fact.context):
            continue
        yield Missing(kind="name", text=" ".join(word.text for word in row))


def missing_subject(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """A bare first word of content, where the evidence begins with another: "Austria sued" is not "Belgium sued",
    though at the front a capital does not tell a name.
    """
    said = compared.fact.said.words
    if not (words and words[0].at == 0 and said):
        return
    one, other = words[0], said[0]
    if one.name or one.credit or not one.key or compared.found[0] or one.key in compared.fact.context.by_key:
        return
    if other.key and other.key not in compared.claim.by_key:
        yield Missing(kind="name", text=one.text)


def other_subject(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """Of whom the evidence tells what a clause without a subject of its own tells of the subject of another clause: the
    words in front of the first that they share, where the claim does not know them.
    """
    said, known = compared.fact.said, {*compared.claim.by_key, *compared.fact.context.by_key}
    first = min((there.at for word in words for there in compared.found[word.at][:1]), default=0)
    unknown = [word for word in said.words[:first] if word.key and word.key not in known]
    if unknown:
        named = any(word.name for word in unknown)
        yield Missing(kind="name" if named else "word", text=" ".join(word.text for word in unknown))


def missing_quotations(claim: Reading, facts: Sequence[Fact]) -> Iterator[Missing]:
    """Quotations that are the very words of none of the facts. Gaps in them may be marked by dots."""
    for quotation in claim.quotations:
        pieces = [plain_words(piece) for piece in _GAP.split(quotation) if plain_words(piece).strip()]
        if not any(all(piece in fact.said.plain for piece in pieces) for fact in facts):
            yield Missing(kind="quotation", text=quotation)


def missing_speaker(compared: Comparison, words: Sequence[Word]) -> Iterator[Missing]:
    """Whose words they are, where they are a third party's or the evidence itself only reports what somebody says."""
    claim, fact = compared.claim, compared.fact
    attributes = claim.has("according") or claim.has("speech")
    if fact.attributed:
        parts = [part for part in plain_words(fact.speaker).split() if len(part) > 2]
        credited = {word.folded for word in claim.words if word.credit}
        named = not parts or any(part in credited for part in parts) or " third party " in claim.plain
        if not (attributes and named):
            yield Missing(kind="speaker", text=fact.speaker)
    if attributes or not fact.said.has("opinion"):
        return
    found = [there for word in words if word.key and (there := compared.found[word.at])]
    claimed = sum(all(word.claimed for word in there) for there in found)
    if found and claimed >= _ASSERTED * len(found):
        yield Missing(kind="speaker", text=fact.said.phrase(fact.said.cues["opinion"][0]))


def _stands(figure: Figure, fact: Fact, *, names_source: bool) -> bool:
    if figure.kind == "address":
        return figure.value in fact.addresses
    if figure.kind == "date":
        known = fact.dates | fact.context_dates if names_source else fact.dates
        return all(any(dates_agree(one, date) for date in known) for one in (figure.value, *figure.parts))
    return _number_stands(figure, fact.numbers) or (names_source and _number_stands(figure, fact.context_numbers))


def _number_stands(figure: Figure, known: frozenset[str]) -> bool:
    return figure.value in known or (is_range(figure) and figure.parts <= known)


def _repeated(figure: Figure, claim: Reading, fact: Fact) -> bool:
    """Whether a number stands in the claim more often than in the evidence, in whatever unit: one is another one."""
    if figure.kind != "number":
        return False
    said = sum(_bare(figure) == _bare(other) for other in claim.figures)
    there = sum(_bare(figure) in {_bare(other), *other.parts} for other in fact.said.figures)
    return said > 1 and said > there > 0


def _bare(figure: Figure) -> str:
    """A number without its unit, a date's year."""
    return figure.value[:4] if figure.kind == "date" else figure.value.partition(" ")[0]


def _names_source(claim: Reading, index: int) -> bool:
    """Whether a figure is a part of naming the source, "according to the 2019 report", or stands right beside what
    sources are called, "the Plan 2021-2025".
    """
    rows = claim.figure_words[index]
    if any(claim.words[n].credit for n in rows):
        return True
    return any(start <= n < end for start, end in claim.cues.get("sources", ()) for n in (rows[0] - 1, rows[-1] + 1))


def _is_about_another(compared: Comparison) -> bool:
    """Whether the evidence begins with a name that neither the claim nor the context knows."""
    claim, context = compared.claim, compared.fact.context
    return any(
        word.name
        and word.folded not in claim.folded
        and word.folded not in context.folded
        and word.folded not in claim.initials
        and word.folded not in context.initials
        for word in compared.fact.said.words[:_LEADING]
    )
