"""The rules that hold for every answer, looked for from outside: by its text and its documents, not by asking the code
that made it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.answer import Answer, AnswerSentence, Citation
from assistant.writing import OMITTED, plain
from ingest.cut import CutDocument
from prompts.loader import phrases

MOST_CITATIONS = 8
REFUSALS = frozenset({"not_in_documents", "declined"})
AUTHORITIES = ("own", "unstated", "third_party")
"""In the order in which they speak."""

_MARKER = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")
_NUMBER = re.compile(r"\d+")


def broken_rules(answer: Answer, documents: Mapping[str, CutDocument]) -> list[str]:
    """What an answer breaks of the rules that hold for every answer, one sentence each; empty for a good one."""
    return [
        *_wrong_places(answer, documents),
        *_wrong_markers(answer),
        *_wrong_sentences(answer),
        *_wrong_attribution(answer),
        *_wrong_refusal(answer),
    ]


def _wrong_places(answer: Answer, documents: Mapping[str, CutDocument]) -> list[str]:
    found = [f"{len(answer.citations)} citations"] if len(answer.citations) > MOST_CITATIONS else []
    for citation in answer.citations:
        document = documents[citation.document].document
        if document.text[citation.start : citation.end] != citation.quote or not citation.quote.strip():
            found.append(f"citation {citation.marker} is not where it says")
        if document.page_at(citation.start) != citation.page:
            found.append(f"citation {citation.marker} names another page")
        if not _left_out_of(_one_line(citation.quote), citation.display_quote):
            found.append(f"citation {citation.marker} displays what is not quoted")
    return found


def _left_out_of(quote: str, displayed: str) -> bool:
    """Whether ``displayed`` is ``quote`` but for what is marked as omitted."""
    pieces = (re.escape(piece.strip()) for piece in displayed.split(OMITTED))
    return re.fullmatch(".*?".join(pieces), quote) is not None


def _wrong_markers(answer: Answer) -> list[str]:
    """Markers as everybody finds them, the page and evaluation alike."""
    shown = [int(number) for group in _MARKER.findall(answer.answer) for number in group.split(",")]
    listed = [citation.marker for citation in answer.citations]
    if list(dict.fromkeys(shown)) != listed or listed != list(range(1, len(listed) + 1)):
        return [f"the text has the markers {shown} and the citations are {listed}"]
    return []


def _wrong_sentences(answer: Answer) -> list[str]:
    cited = {citation.marker: citation for citation in answer.citations}
    found = []
    end = 0
    quotations = _quotations(answer)
    for sentence in answer.sentences:
        if answer.answer[sentence.start : sentence.end] != sentence.text or sentence.start < end:
            found.append(f"the sentence at {sentence.start} is not there")
        end = sentence.end
        behind = "".join(f"[{marker}]" for marker in sentence.markers)
        if not answer.answer[sentence.end :].startswith(f" {behind}"):
            found.append(f"the sentence at {sentence.start} is not followed by {behind}")
        if sentence.start < quotations:
            found += _wrong_written(sentence, [cited[marker] for marker in sentence.markers])
        elif not all(sentence.text in plain(cited[marker].display_quote) for marker in sentence.markers):
            found.append(f"{sentence.text!r} is not in its evidence")
    return found


def _quotations(answer: Answer) -> int:
    """Where the quotations begin; before them stands what a model wrote."""
    if answer.mode == "extractive":
        return 0
    at = answer.answer.find(f"\n\n{phrases(answer.language).say('quoted')}\n\n")
    return at if at >= 0 else len(answer.answer)


def _wrong_written(sentence: AnswerSentence, cited: Sequence[Citation]) -> list[str]:
    """What is wrong with a sentence that a model wrote, without asking those who let it pass."""
    found = [] if cited else [f"{sentence.text!r} is not cited"]
    said = " ".join(f"{citation.quote} {citation.title} {citation.publisher}" for citation in cited)
    found += [
        f"{number} does not stand in the evidence" for number in _NUMBER.findall(sentence.text) if number not in said
    ]
    strangers = {_name(citation) for citation in cited if citation.authority == "third_party"}
    for name in strangers:
        if plain(_one_line(name)) not in sentence.text and _without_markers(name) not in sentence.text:
            found.append(f"{sentence.text!r} does not name {name!r}")
    return found


def _wrong_attribution(answer: Answer) -> list[str]:
    """Whoever is not the organisation is named right above the quotation and comes after it in each part."""
    cited = {citation.marker: citation for citation in answer.citations}
    said = phrases(answer.language)
    parts = [answer.answer.find(f"\n\n{said.say(name)}\n\n") for name in ("further", "address")]
    found = []
    last = (0, 0)
    quotations = _quotations(answer)
    for sentence in answer.sentences:
        citation = cited[sentence.markers[0]]
        if sentence.start < quotations:
            continue
        above = _label_above(answer.answer, sentence.start)
        if citation.authority != "own" and plain(_one_line(_name(citation))) not in above:
            found.append(f"the words of {_name(citation)!r} stand under {above!r}")
        place = (sum(0 <= part < sentence.start for part in parts), AUTHORITIES.index(citation.authority))
        if place < last:
            found.append(f"{citation.authority} document stands before others at {sentence.start}")
        last = place
    return found


def _label_above(text: str, at: int) -> str:
    """The last paragraph before ``at`` that is no quotation."""
    paragraphs = [part for part in text[:at].split("\n\n") if not part.startswith(">")]
    return paragraphs[-1] if paragraphs else ""


def _name(citation: Citation) -> str:
    return citation.publisher if citation.authority == "third_party" and citation.publisher else citation.title


def _without_markers(name: str) -> str:
    """A name as a model may write it: what looks like a marker is taken out of drafts."""
    return _one_line(_MARKER.sub("", name))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wrong_refusal(answer: Answer) -> list[str]:
    if answer.status not in REFUSALS:
        return [] if answer.citations else [f"{answer.status} without a citation"]
    first_line = answer.answer.partition("\n")[0]
    return [] if first_line and not _MARKER.search(first_line) else ["a refusal that is cited"]
