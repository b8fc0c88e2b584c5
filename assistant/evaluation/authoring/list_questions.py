"""Lists with their lead-in, and headings that ask, → questions."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from assistant.evaluation.authoring.phrasing import Phrasing
from assistant.evaluation.authoring.proposals import Draft
from assistant.evaluation.authoring.sentence_questions import without_stop
from assistant.evaluation.authoring.subjects import (
    gives_away,
    is_named,
    subject_in_question,
    understood,
    without_article,
)
from ingest.text import words

FEWEST, FEWEST_IN_ROW, MOST = 2, 3, 8
"""Items of a list that is asked for: more are no answer to remember."""
_MAX_LABEL = 7
"""Words of an item that are a fact; a longer one is said in other words by whoever answers."""
_LABEL = re.compile(r"^(?P<label>[^:;.,(–—]{3,}?)(?:\s*[:;.,(–—]|\s+-\s|$)")
_MARKUP = re.compile(r"[<>\[\]{}|\\]")
_HEADING = re.compile(r"(?:The )?(?P<heading>(?:[^\W\d_][\w-]+ ){1,4}?[a-z-]{3,}(?<!s)s(?: (?:of|for|in|under) .+)?)")
_FIGURE = re.compile(r"(?<![\w.,])(?P<figure>\d{1,3}(?:[., ]\d{3})+|\d+(?:[.,]\d+)?)(?P<unit> ?%| [^\W\d_]{3,}|)")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


def question_about_list(lead_in: str, items: Sequence[str], of: Phrasing, names: Set[str]) -> Draft | None:
    """The question that a list answers, each item a fact; None unless its lead-in asks for a question and its items are
    short enough, or begin with a few words that name them.
    """
    facts = tuple(without_article(label, of) for label in _labels(items))
    if not facts or _MARKUP.search(" ".join(facts)) or facts[0].split()[0].casefold() in of.weak:
        return None
    question = _asked(lead_in.strip(), of, names)
    if question is None or any(gives_away(question, fact) for fact in facts):
        return None
    return Draft(question=question, facts=facts, way="list")


def question_about_row(sentence: str, of: Phrasing, names: Set[str]) -> Draft | None:
    """The same of a list within a sentence: "The members are the towns of A, B and C."."""
    told = without_stop(sentence)
    for pattern in of.lists:
        match = pattern.expression.match(told)
        if match is None or not told[match.end() :].startswith(" "):
            continue
        row = told[match.end() :].strip()
        joints = list(of.joins.finditer(row))
        items = [*row[: joints[0].start()].split(", "), row[joints[0].end() :]] if len(joints) == 1 else []
        if len(items) < FEWEST_IN_ROW or not all(_is_plain(item, of) for item in items):
            continue
        draft = question_about_list(f"{match[0]}:", items, of, names)
        if draft:
            return draft
    return None


def _is_plain(item: str, of: Phrasing) -> bool:
    """Whether an item of a row names one thing and holds nothing of the sentence around it."""
    tokens = set(words(item))
    return bool(item) and item[0].isalnum() and not tokens & (of.verbs | of.refuse) and "," not in item


def question_of_heading(heading: str, below: str, of: Phrasing) -> Draft | None:
    """A heading that is a question, answered by a figure in the first sentence under it."""
    question = heading.strip()
    if not question or question[-1] != of.mark or len(question.split()) < 3:
        return None
    if not is_named(question, of) or not understood(question, of):
        return None
    match = _FIGURE.search(below)
    if match is None or match["figure"] in question:
        return None
    fact = {"date": match["figure"]} if _YEAR.fullmatch(match["figure"]) else match[0].strip()
    return Draft(question=question, facts=(fact,), way="heading")


def _labels(items: Sequence[str]) -> tuple[str, ...]:
    """What names each item; nothing unless all of them have such a name of their own."""
    if not FEWEST <= len(items) <= MOST:
        return ()
    labels = []
    for item in items:
        match = _LABEL.match(item.strip())
        if match is None or len(match["label"].split()) > _MAX_LABEL or len(match["label"]) < 4:
            return ()
        labels.append(match["label"].strip(" `'\"“”*_"))
    folded = {label.casefold() for label in labels}
    return tuple(labels) if len(folded) == len(labels) else ()


def _asked(lead_in: str, of: Phrasing, names: Set[str]) -> str | None:
    if lead_in.endswith((":", "：")):
        told = lead_in.rstrip(":： ")
        for pattern in of.lists:
            match = pattern.expression.fullmatch(told)
            subject = subject_in_question(match["subject"], of, names) if match else None
            if match and subject:
                question = of.ask(pattern.question, {**match.groupdict(), "subject": subject})
                return question if understood(question, of, f"{pattern.question} {match['verb']}") else None
        return None
    match = _HEADING.fullmatch(lead_in) if of.heading else None
    if match is None or not is_named(match["heading"], of):
        return None
    heading = match["heading"]
    if not heading.partition(" of ")[0].endswith("s"):
        return None
    heading = heading if heading[:2].isupper() else heading[0].lower() + heading[1:]
    return of.ask(of.heading, {"heading": heading}) if understood(f"x {heading}", of) else None
