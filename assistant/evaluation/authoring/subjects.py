"""Which words of a document can be asked about: understood without it, and named well enough to be found."""

from __future__ import annotations

import re
from collections.abc import Set

from assistant.evaluation.authoring.phrasing import Phrasing
from ingest.text import words

MAX_SUBJECT = 10
MAX_QUESTION = 25
"""Words."""

_SHORT_FORM = re.compile(r" \([^\W\d_]{2,10}\)$")
_WORD_INSIDE = re.compile(r"(?<=[^\W\d_,;)] )[^\W\d_][\w’'-]+")
_ELIDED = ("l'", "l’", "un'", "un’")
"""Articles that are written together with the next word."""
_CASELESS = frozenset({"ar"})
_CAPITALISING = frozenset({"de"})
"""Languages that write every noun with a capital."""


def names_in(text: str) -> frozenset[str]:
    """The words that a text writes with a capital in the middle of a sentence, and nowhere without."""
    inside = _WORD_INSIDE.findall(text)
    small = {word for word in inside if word[0].islower()}
    return frozenset(word for word in inside if word[0].isupper() and word[0].lower() + word[1:] not in small)


def subject_in_question(subject: str, of: Phrasing, names: Set[str]) -> str | None:
    """A subject from the beginning of a sentence as it stands inside a question; None for one not to ask about.

    Not asked about are pronouns, halves of sentences, and things that are called by one common word ("the report"):
    which one is meant is known to readers of the document alone.
    """
    subject = _SHORT_FORM.sub("", subject.strip())
    tokens = subject.split()
    lower = [token.strip("'’\"").casefold() for token in tokens]
    if not 1 <= len(tokens) <= MAX_SUBJECT or not _begins_well(subject, of):
        return None
    if of.refuse.intersection(lower) or of.verbs.intersection(lower) or lower[-1] in of.ends - {"is"}:
        return None
    has_article = lower[0] in of.articles or lower[0].startswith(_ELIDED)
    content = tokens[1:] if lower[0] in of.articles else tokens
    if not content or not _is_specific(content, has_article, of, names):
        return None
    if has_article or _is_common(tokens, of, names):
        return subject[0].lower() + subject[1:]
    return subject


def understood(question: str, of: Phrasing, own: str = "") -> bool:
    """Whether a question can be asked as it is: not too long, and no word points out of it but for ``own``, those with
    which such a question is always asked.
    """
    tokens = words(question)
    pointing = of.refuse.intersection(tokens[1:]) - set(words(own))
    return len(tokens) <= MAX_QUESTION and not pointing and question.count('"') % 2 == 0


def gives_away(question: str, answer: str) -> bool:
    """Whether more than half of the words of an answer stand in the question."""
    asked, told = set(words(question)), [word for word in words(answer) if len(word) > 3 or word.isdigit()]
    return not told or sum(word in asked for word in told) * 2 > len(told)


def without_article(phrase: str, of: Phrasing) -> str:
    """A phrase without the article that it begins with, so that it is found behind others too."""
    first, _, rest = phrase.partition(" ")
    if rest and first.casefold() in of.articles:
        return rest
    elided = next((article for article in _ELIDED if phrase.casefold().startswith(article)), "")
    return phrase[len(elided) :]


def is_named(text: str, of: Phrasing) -> bool:
    """Whether a stretch in the middle of a sentence holds a name, or enough words to be found by."""
    if of.language not in _CASELESS | _CAPITALISING and names_in(f"x {text}"):
        return True
    if any(_is_abbreviation(token) for token in text.split()):
        return True
    return sum(len(word) > 3 for word in words(text)) >= 5


def _begins_well(subject: str, of: Phrasing) -> bool:
    beginning = f"{subject.casefold()} "
    if of.no_subject and of.no_subject.match(subject):
        return False
    return subject[0].isalpha() and not any(beginning.startswith(f"{word} ") for word in of.not_first)


def _is_specific(content: list[str], has_article: bool, of: Phrasing, names: Set[str]) -> bool:
    if any(_is_abbreviation(token) for token in content):
        return True
    if len([token for token in content if len(token) > 2]) >= 2:
        return True
    if of.language in _CASELESS | _CAPITALISING:
        return False
    # A capital is that of a name after an article; at the beginning of a sentence if it is written elsewhere too.
    return content[0][0].isupper() and (has_article or content[0] in names)


def _is_common(tokens: list[str], of: Phrasing, names: Set[str]) -> bool:
    """Whether a subject without an article is written in small letters: its second word is, its first is no name."""
    if of.language in _CASELESS | _CAPITALISING or _is_abbreviation(tokens[0]):
        return False
    return len(tokens) > 1 and tokens[1][0].islower() and tokens[0] not in names


def _is_abbreviation(token: str) -> bool:
    return sum(letter.isupper() for letter in token) >= 2
