"""Questions that a language model writes about single sentences, of which only those are kept that can be checked.

What the answer is, is chosen here: a figure with what it counts, else a name. A small model then has one thing to do.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Set
from itertools import zip_longest
from typing import TYPE_CHECKING

from assistant.drafts import text_of
from assistant.evaluation.authoring.phrasing import phrasing
from assistant.evaluation.authoring.proposals import Draft, Proposal
from assistant.evaluation.authoring.proposing import Library, proposal_of, running_sentences
from assistant.evaluation.authoring.quotations import Quotable
from assistant.evaluation.authoring.sentence_questions import number_of, percentage
from assistant.evaluation.authoring.subjects import MAX_QUESTION, gives_away, is_named, names_in, understood
from assistant.language_models import Prompt
from ingest.language import question_language
from ingest.text import fold, stems, words
from prompts.loader import language_name
from prompts.texts import render

if TYPE_CHECKING:
    from assistant.language_models import LanguageModel, Schema

MAX_TOKENS = 160
_FEWEST_WORDS, _MOST_WORDS = 8, 45
"""Of a sentence that is asked about."""
_FEWEST_SHARED, _SHARED = 2, 0.6
"""How many stems of a question, and which share of them, stand in its sentence at the least."""
_SMALL = 12
"""Up to here a number alone stands for anything."""
_AROUND = ".,;:!?()[]\"'“”‘’„«»"
_QUESTION_MARKS = ("?", ";", "؟")
_FIGURE = re.compile(r"(?<![\w.,/-])(?:\d{1,3}(?:[., ]\d{3})+|\d+(?:[.,]\d+)?)(?: ?%)?(?![\w/-])")
_YEAR = re.compile(r"(?<![\w.,/-])(?:1[5-9]|20)\d\d(?![\w/-])")
_SCHEMA: Schema = {
    "type": "object",
    "properties": {"question": {"type": "string"}},
    "required": ["question"],
    "additionalProperties": False,
}


def propose_with_model(library: Library, model: LanguageModel) -> Iterator[Proposal]:
    """A question for one sentence of each document in turn, as they are asked for: each costs a call of the model.

    Raises LanguageModelError.
    """
    asked: set[str] = set()
    of_each = [_proposals(quotable, model) for quotable in library.documents.values()]
    for proposal in (one for round_ in zip_longest(*of_each) for one in round_ if one):
        question = fold(proposal.draft.question)
        if question not in asked:
            asked.add(question)
            yield proposal


def answer_in(sentence: str, names: Set[str]) -> str:
    """The words of a sentence to ask for: a year, a percentage or a number that is not small, else the longest name
    behind its first word; "" where it has none.
    """
    figures = [match[0] for expression in (_YEAR, _FIGURE) for match in expression.finditer(sentence)]
    for figure in figures:
        if figure.endswith("%") or number_of(figure) > _SMALL:
            return figure
    rows: list[list[str]] = [[]]
    for word in sentence.split()[1:]:
        plain = word.strip(_AROUND)
        if plain in names and word[0] not in _AROUND:
            rows[-1].append(plain)
        if plain not in names or word[-1] in _AROUND:
            rows.append([])
    longest = max(rows, key=len)
    return " ".join(longest)


def fact_of(answer: str) -> object:
    """An answer as a fact of a case: a year as a date, a figure in any notation, a name as it is written."""
    if _YEAR.fullmatch(answer):
        return {"date": answer}
    if answer.endswith("%"):
        return percentage(answer)
    return {"number": number_of(answer)} if answer[0].isdigit() else answer


def checked(written: str, answer: str, sentence: str, language: str) -> Draft | None:
    """What a model wrote about a sentence, if it is a question in its language that names what it is about, shares
    words with the sentence, and does not give away the answer; else None.
    """
    question = text_of(written)
    of = phrasing(language)
    holds = (
        question.endswith(_QUESTION_MARKS)
        and 4 <= len(words(question)) <= MAX_QUESTION
        and (of is None or (understood(question, of) and is_named(question.partition(" ")[2], of)))
        and question_language(question, default=language) == language
        and not gives_away(question, answer)
        and _is_about(question, sentence, language)
    )
    return Draft(question=question, facts=(fact_of(answer),), way="model") if holds else None


def _is_about(question: str, sentence: str, language: str) -> bool:
    asked = set(stems(question, language))
    shared = asked & set(stems(sentence, language))
    return len(shared) >= max(_FEWEST_SHARED, _SHARED * len(asked))


def _proposals(quotable: Quotable, model: LanguageModel) -> Iterator[Proposal]:
    cut = quotable.cut
    metadata = cut.document.metadata
    language = language_name(metadata.language) or metadata.language
    for sentence, answer in _worth_asking(quotable):
        prompt = Prompt(
            system=render("case"),
            user=render("case_sentence", title=metadata.title, sentence=sentence, answer=answer, language=language),
        )
        pieces = model.stream(prompt, max_tokens=MAX_TOKENS, schema=_SCHEMA, cancelled=threading.Event())
        draft = checked("".join(pieces), answer, sentence, metadata.language)
        proposal = draft and proposal_of(quotable, draft, sentence)
        if proposal:
            yield proposal


def _worth_asking(quotable: Quotable) -> list[tuple[str, str]]:
    """Whole sentences with the words to ask for, those with figures first, in the order of the document."""
    cut = quotable.cut
    names = names_in(cut.one_line(0, len(cut.document.text)))
    of = phrasing(cut.document.metadata.language)
    found = []
    for _, wording in running_sentences(cut):
        tokens = words(wording)
        if not _FEWEST_WORDS <= len(tokens) <= _MOST_WORDS or wording[-1] not in ".!" or not wording[0].isalnum():
            continue
        if "://" in wording or (of is not None and tokens[0] in of.refuse):
            continue
        answer = answer_in(wording, names)
        if answer:
            found.append((not any(map(str.isdigit, answer)), wording, answer))
    return [(wording, answer) for _, wording, answer in sorted(found, key=lambda entry: entry[0])]
