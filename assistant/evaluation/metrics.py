"""What is measured of one answer. Deterministic: text against text, no model, no network.

Every function returns None where its question does not apply: "not applicable" is not a number. Matching strings are a
mechanical stand-in for a reader; they may judge a single answer wrongly and are meant for comparing versions.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.answer import Answer, Citation
from assistant.evaluation.cases import Case, GoldEvidence, Nugget, QuestionType
from assistant.evaluation.normalise import first_words, markers, normalise, without_markers, word_counts
from assistant.evaluation.statistics import Counts

METRICS_VERSION = 1
"""Raised when a definition changes, so that figures of different reports are not compared unawares."""

WORD_LIMIT = 120
WORD_LIMITS: Mapping[QuestionType, int] = {
    "list": 220,
    "synthesis": 220,
    "comparison": 220,
    "conflict": 220,
    "temporal": 160,
}
"""Types whose right answers need more words than WORD_LIMIT."""

MAX_CITATIONS = 8
"""Citations of an answer that count: a reader follows a few, and citing everything must not pay."""


def refused(answer: Answer) -> bool:
    """Whether the answer says that it does not answer, by its status and not by its wording."""
    return answer.status in {"not_in_documents", "declined"}


def right_refusal(case: Case, answer: Answer) -> bool | None:
    """Refused where the documents hold no answer; None for answerable questions. Its mean is "right refusals"."""
    return None if case.answerable else refused(answer)


def wrong_refusal(case: Case, answer: Answer) -> bool | None:
    """Refused although the documents hold the answer; None for unanswerable questions. Its mean is "wrong refusals"."""
    return refused(answer) if case.answerable else None


def read_part(case: Case, answer: Answer) -> str:
    """What nuggets are looked for in: the first words of the answer, markers left out, normalised.

    Unit of the limit: words between white space; WORD_LIMITS by question type.
    """
    limit = WORD_LIMITS.get(case.type, WORD_LIMIT)
    return normalise(first_words(without_markers(answer.answer), limit))


def _found(nugget: Nugget, text: str) -> bool:
    return any(normalise(string) in text for string in nugget.match)


def vital_nuggets(case: Case, answer: Answer) -> Counts | None:
    """(vital nuggets found, vital nuggets); None when the case has none.

    Their ratio is the nugget recall, 0 to 1. A nugget is found when any of its match strings is a substring of
    ``read_part``. Source: the nuggets of the TREC 2024 RAG track (vital ones, all or nothing per nugget), with strings
    in place of an assessor.
    """
    vital = [nugget for nugget in case.nuggets if nugget.vital]
    if not vital:
        return None
    text = read_part(case, answer)
    return sum(_found(nugget, text) for nugget in vital), len(vital)


def fully_answered(case: Case, answer: Answer) -> bool | None:
    """Whether every vital nugget is found; None when the case has none."""
    found = vital_nuggets(case, answer)
    return None if found is None else found[0] == found[1]


def covers(citation: Citation, gold: GoldEvidence) -> bool:
    """Whether a cited quote covers a gold quote.

    They stand in the same document, and the words that they share (each as often as both hold it) are at least half of
    the words of the shorter one. Words are case folded; punctuation and white space do not count.
    """
    if citation.document != gold.document:
        return False
    cited, wanted = word_counts(citation.quote), word_counts(gold.quote)
    shorter = min(cited.total(), wanted.total())
    return shorter > 0 and 2 * (cited & wanted).total() >= shorter


def gold_cited(case: Case, answer: Answer) -> Counts | None:
    """(gold quotes covered by the first MAX_CITATIONS citations, gold quotes); None when the case has none.

    Their ratio is the evidence recall, 0 to 1.
    """
    if not case.evidence:
        return None
    counted = answer.citations[:MAX_CITATIONS]
    return sum(any(covers(citation, gold) for citation in counted) for gold in case.evidence), len(case.evidence)


def useful_citations(case: Case, answer: Answer) -> Counts | None:
    """(citations that cover a gold quote, citations and dangling markers); None without gold evidence or citations.

    Their ratio is the evidence precision, 0 to 1. A marker in the text without a citation counts as a wrong citation:
    an invented source must hurt.
    """
    dangling = set(markers(answer.answer)) - {citation.marker for citation in answer.citations}
    given = len(answer.citations) + len(dangling)
    if not case.evidence or not given:
        return None
    return sum(any(covers(citation, gold) for gold in case.evidence) for citation in answer.citations), given


def citations_located(answer: Answer, documents: Mapping[str, str]) -> Counts | None:
    """(citations whose ``text[start:end]`` is their quote, citations); None when nothing is cited.

    ``documents`` gives the text as read by id. Offsets count code points from 0. An unknown document, an empty quote
    and an offset outside the text are not located.
    """
    if not answer.citations:
        return None
    located = sum(_located(citation, documents.get(citation.document)) for citation in answer.citations)
    return located, len(answer.citations)


def _located(citation: Citation, text: str | None) -> bool:
    if text is None or not citation.quote or not 0 <= citation.start < citation.end <= len(text):
        return False
    return text[citation.start : citation.end] == citation.quote


def markers_match(answer: Answer) -> bool:
    """Whether markers in the text and citations match one to one.

    The citations are numbered 1, 2, … without a gap, and the markers of the text name each of them and nothing else, in
    that order of first appearance. True for an answer with neither.
    """
    listed = [citation.marker for citation in answer.citations]
    in_order_of_appearance = list(dict.fromkeys(markers(answer.answer)))
    return listed == list(range(1, len(listed) + 1)) == in_order_of_appearance


def few_citations(answer: Answer) -> bool:
    """Whether the answer has at most MAX_CITATIONS citations."""
    return len(answer.citations) <= MAX_CITATIONS


def cited_sentences(answer: Answer) -> Counts | None:
    """(sentences with a marker that names a citation, sentences); None for refusals and answers without sentences.

    Their ratio is the share of sentences cited, 0 to 1. A sentence counts only if ``answer[start:end]`` is its text, so
    that the list cannot describe another answer.
    """
    if refused(answer) or not answer.sentences:
        return None
    known = {citation.marker for citation in answer.citations}
    cited = sum(
        answer.answer[sentence.start : sentence.end] == sentence.text and not known.isdisjoint(sentence.markers)
        for sentence in answer.sentences
    )
    return cited, len(answer.sentences)


def supported_sentences(answer: Answer) -> Counts | None:
    """(sentences whose support is "supported", sentences); None for refusals and answers without sentences.

    Their ratio is the share of sentences supported, 0 to 1. The assistant itself assessed the support, by comparing the
    sentence with its citations; a quotation supports itself.
    """
    if refused(answer) or not answer.sentences:
        return None
    return sum(sentence.support == "supported" for sentence in answer.sentences), len(answer.sentences)


def written(answer: Answer) -> bool:
    """Whether a language model wrote sentences of the answer. Its mean is "answers with written sentences"."""
    return answer.mode == "generated"


def first_sentence_ms(answer: Answer) -> float | None:
    """Milliseconds from the question to the first verified sentence; None where the question was not answered.

    Of an answer of quotations alone, also where a draft failed first, it is the time to the evidence.
    """
    return answer.timings.first_sentence_ms if answer.status in {"answered", "partial"} else None


def forbidden_found(case: Case, answer: Answer) -> tuple[str, ...] | None:
    """The forbidden strings that the whole answer holds, markers left out; None when the case forbids none."""
    if not case.forbidden:
        return None
    text = normalise(without_markers(answer.answer))
    return tuple(string for string in case.forbidden if normalise(string) in text)


def words(answer: Answer) -> int:
    """Length of the answer in words between white space, markers left out."""
    return len(without_markers(answer.answer).split())
