"""A sentence → the question that it answers: what something is, when, how many, how long, how much, who."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

from assistant.evaluation.authoring.phrasing import Answer, Pattern, Phrasing
from assistant.evaluation.authoring.proposals import Draft, Way
from assistant.evaluation.authoring.subjects import (
    gives_away,
    is_named,
    subject_in_question,
    understood,
    without_article,
)

SHORTEST, LONGEST = 25, 350
"""Characters of a sentence that is looked at."""
_MAX_PREDICATE = 6
_WAYS: Mapping[Answer, Way] = {"predicate": "definition", "name": "definition", "year": "date"}
_STOP = re.compile(r"[.!](?:\s?\[?\d{1,3}\]?)*$")
_WORD = re.compile(r"[^\W_][\w'’-]*")
_OF = ("of", "de", "der", "des", "di", "van", "von", "da", "do", "del", "della")
_COMPOUNDING = frozenset({"de", "nl"})
"""Languages in which one word can say as much as several."""
_GROUPED = re.compile(r"[., \u00a0](?=\d{3})")
_PERCENT = (
    "%",
    "percent",
    "per cent",
    "Prozent",
    "pour cent",
    "por ciento",
    "per cento",
    "procent",
    "por cento",
    "τοις εκατό",
    "في المائة",
)
_EURO = ("€", "euro", "euros", "Euro", "EUR", "ευρώ", "يورو")


def question_about(sentence: str, of: Phrasing, names: Set[str]) -> Draft | None:
    """The question that a sentence answers, with the answer as a fact; None for nearly all sentences.

    ``names`` are the words that the document writes with a capital in the middle of sentences.
    """
    told = without_stop(sentence)
    if not SHORTEST <= len(sentence) <= LONGEST or not told or not sentence[0].isalnum():
        return None
    for pattern in of.questions:
        match = pattern.expression.fullmatch(told)
        draft = _draft(pattern, match, of, names) if match else None
        if draft:
            return draft
    return None


def without_stop(sentence: str) -> str:
    """A sentence without its full stop and the marks of footnotes behind it; "" for one that ends otherwise."""
    match = _STOP.search(sentence)
    return sentence[: match.start()].rstrip() if match else ""


def _draft(pattern: Pattern, match: re.Match[str], of: Phrasing, names: Set[str]) -> Draft | None:
    parts = match.groupdict()
    if pattern.answer == "name":
        subject = parts["subject"]
    elif "subject" in parts:
        subject = subject_in_question(parts["subject"], of, names)
        if subject is None:
            return None
        parts["subject"] = subject
    elif not is_named(parts["rest"], of):
        return None
    facts = _facts(pattern.answer, parts, of)
    question = of.ask(pattern.question, parts)
    if (
        not facts
        or not understood(question, of, f"{pattern.question} {parts.get('verb')}")
        or gives_away(question, _told(pattern.answer, parts, facts))
    ):
        return None
    return Draft(question=question, facts=facts, way=_WAYS.get(pattern.answer, "number"))


def _told(answer: Answer, parts: Mapping[str, str | None], facts: tuple[object, ...]) -> str:
    """The words of the answer."""
    key = {"percent": "number", "predicate": ""}.get(answer, answer)
    return parts[key] or "" if key else str(facts[0])


def _facts(answer: Answer, parts: Mapping[str, str | None], of: Phrasing) -> tuple[object, ...]:
    told = {name: part or "" for name, part in parts.items()}
    if answer in ("name", "duration"):
        return (told[answer],)
    if answer == "predicate":
        phrase = what_it_is(without_article(told["predicate"], of), of)
        return (phrase,) if phrase else ()
    if answer == "year":
        return ({"date": told["year"]},)
    return _counted(told) if answer == "number" else (_measured(answer, told),)


def _measured(answer: Answer, told: Mapping[str, str]) -> object:
    """A share of a hundred or an amount of money, with its unit in any notation."""
    if answer == "percent":
        return percentage(told["number"])
    figure = re.sub(r"[^\d.,]", "", told["amount"])
    unit = told["amount"].replace(figure, "").strip()
    return {"number": number_of(figure), "unit": list(_EURO if unit in _EURO else (unit,))}


def _counted(told: Mapping[str, str]) -> tuple[object, ...]:
    """A number; a small one, which stands for anything, with the word that it counts."""
    value = number_of(told["number"])
    if value > 12:
        return ({"number": value},)
    word = (told.get("unit") or told["rest"]).split()[0]
    return ({"number": value, "unit": [word]},)


def number_of(figure: str) -> int | float:
    """The number that a figure says in either notation; signs around it are passed over."""
    plain = _GROUPED.sub("", re.sub(r"[^\d., \u00a0]", "", figure)).strip().replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def percentage(figure: str) -> dict[str, object]:
    """A share of a hundred as a fact, in any notation."""
    return {"number": number_of(figure), "unit": list(_PERCENT)}


def what_it_is(predicate: str, of: Phrasing) -> str:
    """The words at the beginning of a predicate that name a thing ("network of organisations"), up to six of them; ""
    where they say little.
    """
    found: list[str] = []
    at = 0
    for match in _WORD.finditer(predicate):
        word = match[0].casefold()
        if word in of.ends or predicate[at : match.start()].strip():
            break
        found.append(match[0])
        at = match.end()
    head = next((n for n, word in enumerate(found) if word.casefold() in _OF), len(found))
    if len(found) > _MAX_PREDICATE and head >= 2:
        found = found[:head]
    while found and found[-1].casefold() in (*_OF, *of.articles, *of.refuse):
        found.pop()
    lower = [word.casefold() for word in found]
    if not 1 <= len(found) <= _MAX_PREDICATE or lower[0] in of.weak or lower[min(head, len(found)) - 1] in of.weak:
        return ""
    says_enough = len(found) > 1 or (of.language in _COMPOUNDING and len(found[0]) > 9)
    return " ".join(found) if says_enough else ""
