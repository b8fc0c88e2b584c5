"""What a question plainly asks for and the passages found plainly do not hold: a year, a name, a sum of money …

A question that has no answer in the documents has the words of one that has, and so has its vector. What tells them
apart more surely than any likeness is a thing without which no answer could be one. Each rule says that something is
lacking only where nothing speaks for its being there, so few answers are lost by them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.cues import Heard, cues, listed
from assistant.passages import Passage, ScoredSentence
from assistant.question import Question
from ingest.document import Metadata
from ingest.readers.dates import date_bounds
from ingest.text import fold, stems, words
from vectorstore.index import Index
from vectorstore.store import Scope

Kind = Literal["name_unknown", "year", "amount", "telephone", "name"]

_PASSAGES = 10
"""Passages in which a year is looked for."""
_NEAR, _FAR = 4, 15
"""Best sentences in which somebody's name, and in which an amount or a telephone number, is looked for. Names stand in
most texts, so only the nearest ones count; an amount is rare and may stand further down."""

_CLAUSE = re.compile(r"(?<=[.!?…:;])\s+")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|0?'?s\b)")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-–/]\s?((?:19|20)?\d\d)(?!\d)")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_POSSESSIVE = re.compile(r"['’]s$")
_OPENING = frozenset("\"'“”„«»‘’([{-–—/")
_NOUNS_WITH_CAPITALS = frozenset({"de", "lb"})
"""Languages in which a capital does not tell a name."""
_SHOUTED = 0.5
"""Share of words with capitals from which capitals tell nothing."""
_ENDING = 2
"""Letters in which forms of a long name may differ."""
_LONG_NAME = 7

_CURRENCY = re.compile(
    r"[$£¥€₺₴₽₹₪₩฿]|\b(?:eur|usd|gbp|chf|sek|nok|dkk|pln|czk|huf|ron|try|aed"
    r"|euros?|dollars?|dolares|dolar\w*|pounds?|pence|libras?|francs?|franken|francos|franchi|zl|zlot\w+|kronor|kroner|koruny?|kc"
    r"|lir[aey]?|forint\w*|lei|lev\w?|yen|pesos?|dinars?|dirhams?|rupees?|rubl\w+|roubles?|hryvn\w+)\b|евро|руб|грн|лв"
)
_TELEPHONE = re.compile(r"(?:\+|\b00|(?<![\d.,])\(?0)[\d ()/.-]{5,}\d|(?<!\d)\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?!\d)")
_PAIR = re.compile(r"(?<=[\w,;)] )([^\W\d_][\w'’-]+) ([^\W\d_][\w'’.-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """One thing that is lacking; ``what`` is the name or the year, as the question writes it, else empty."""

    kind: Kind
    what: str = ""


def lacking(question: Question, passages: Sequence[Passage], index: Index, scope: Scope) -> tuple[Lack, ...]:
    """What the question asks for that the passages, best first, do not hold; empty where nothing is known to lack."""
    asked = _asking(question.text)
    best = sorted((s for passage in passages for s in passage.sentences), key=lambda s: -s.score)
    found = [
        *_unknown_names(asked, question.language, passages, index, scope),
        *_other_years(asked, passages[:_PASSAGES]),
    ]
    tests: tuple[tuple[Kind, int, Callable[[ScoredSentence], bool]], ...] = (
        ("amount", _FAR, _holds_amount),
        ("telephone", _FAR, lambda s: bool(_TELEPHONE.search(s.wording))),
        ("name", _NEAR, lambda s: _holds_name(s, question.text)),
    )
    for kind, count, holds in tests:
        if kind in question.wants and not any(map(holds, best[:count])):
            found.append(Lack(kind=kind))
    return tuple(found)


def _asking(text: str) -> str:
    """The last clause that asks, or the last one: what comes before it tells of the one who asks."""
    clauses = [clause for clause in _CLAUSE.split(text.strip()) if clause]
    asking = [clause for clause in clauses if clause.endswith("?")] or clauses
    return asking[-1] if asking else text


def _unknown_names(asked: str, language: str, passages: Sequence[Passage], index: Index, scope: Scope) -> list[Lack]:
    """Names in the question that no document in scope uses.

    None for a question in a language of none of the documents, since names have forms of their own in each, or in a
    language whose nouns have capitals too.
    """
    languages = sorted(index.languages(scope))
    if language not in languages or language in _NOUNS_WITH_CAPITALS:
        return []
    texts = fold(" ".join(_searched(passage) for passage in passages[:_PASSAGES]))
    own = set(words(f"{index.organisation} {index.organisation_name}"))

    def known(name: str) -> bool:
        plain = fold(name)
        if set(words(name)) <= own or (len(plain) >= _LONG_NAME and plain[:-_ENDING] in texts):
            return True
        return any(
            all(index.keyword_scores([stem], scope).scores.any() for stem in stems(name, known_in))
            for known_in in languages
        )

    return [Lack(kind="name_unknown", what=name) for name in dict.fromkeys(_names(asked)) if not known(name)]


def _names(text: str) -> list[str]:
    """The words with capitals that neither begin the text nor a quotation; none where most words have them."""
    found = list(_WORD.finditer(text))
    capitals = [match for match in found if match.group()[0].isupper()]
    if len(capitals) > _SHOUTED * len(found) and len(found) > 1:
        return []
    return [
        _POSSESSIVE.sub("", match.group())
        for match in capitals
        if match is not found[0] and text[: match.start()].rstrip()[-1:] not in _OPENING and len(match.group()) > 1
    ]


def _other_years(asked: str, passages: Sequence[Passage]) -> list[Lack]:
    """The years that the question is about, if the passages are about years and about none of these."""
    wanted = list(dict.fromkeys([*_YEAR.findall(asked), *_spanned(asked)]))
    held = {year for passage in passages for year in _years(_searched(passage))}
    held |= {year for passage in passages for year in _covered(passage.cut.document.metadata)}
    # Undated texts cannot be of another year.
    if not held or not held.isdisjoint(wanted):
        return []
    return [Lack(kind="year", what=year) for year in wanted]


def _years(text: str) -> Iterable[str]:
    return [*_YEAR.findall(text), *_spanned(text)]


def _spanned(text: str) -> Iterable[str]:
    """The years of spans such as 2016-2020, the first and the last and all between."""
    for first, last in _YEARS.findall(text):
        end = int(last) if len(last) == 4 else int(first[:2] + last)
        yield from map(str, range(int(first), end + 1))


def _covered(metadata: Metadata) -> Iterable[str]:
    """The years of a document: those for which it holds, and those of its dates."""
    for stated in (metadata.published, metadata.not_before, metadata.valid_from, metadata.valid_until):
        if stated:
            yield stated[:4]
    if metadata.valid_from and metadata.valid_until:
        first, last = date_bounds(metadata.valid_from)[0].year, date_bounds(metadata.valid_until)[1].year
        yield from map(str, range(first, last + 1))


def _searched(passage: Passage) -> str:
    """The passage with its document's title and date and its headings, as it was indexed."""
    return passage.cut.embedding_text(passage.chunk.chunk)


def _holds_amount(scored: ScoredSentence) -> bool:
    """Whether a sentence speaks of money, or says that something costs none; any may in a language without cues."""
    language = scored.cut.document.metadata.language
    plain = fold(scored.wording)
    return not listed(language) or bool(_CURRENCY.search(plain)) or bool(Heard(plain).holds(cues(language).free))


def _holds_name(scored: ScoredSentence, question: str) -> bool:
    """Whether a sentence holds what may be the full name of somebody or something that the question does not name.

    Where a script has no capitals, any sentence may.
    """
    asked = set(words(question))
    wording = scored.wording
    if wording.upper() == wording.lower():
        return True
    return any(
        all(part[0].isupper() for part in pair) and asked.isdisjoint(words(" ".join(pair)))
        for pair in _PAIR.findall(wording)
    )
