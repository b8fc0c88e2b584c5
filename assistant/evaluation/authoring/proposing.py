"""Documents → proposed cases, the surest first, each with a quotation that was found in its document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from pathlib import Path

from assistant.evaluation.authoring import abbreviations, list_questions
from assistant.evaluation.authoring.phrasing import languages, phrasing
from assistant.evaluation.authoring.proposals import Draft, Proposal, Way
from assistant.evaluation.authoring.quotations import Quotable
from assistant.evaluation.authoring.sentence_questions import LONGEST, question_about
from assistant.evaluation.authoring.subjects import names_in
from assistant.evaluation.errors import EvaluationError
from ingest import corpus
from ingest.chunks import cut
from ingest.cut import CutDocument, Sentence
from ingest.document import BlockKind
from ingest.errors import UnreadableFile
from ingest.text import fold

WAYS: tuple[Way, ...] = ("definition", "number", "date", "list", "heading", "abbreviation")
"""In turn one of each, so that the first proposals are of many sorts."""
_MAX_ABBREVIATIONS = 3
"""Of one document: one is like the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Documents that were read, by id; ``problems`` are sentences about those that could not be."""

    documents: Mapping[str, Quotable]
    problems: tuple[str, ...]


def read_library(paths: Sequence[Path]) -> Library:
    """Read documents (folders and files) as for an index. Raises CorpusError or MetadataError where none is found."""
    scan = corpus.scan(paths)
    documents: dict[str, Quotable] = {}
    problems: list[str] = []
    for source in scan.sources:
        try:
            document = corpus.read_document(source, scan.organisation)
        except UnreadableFile as failure:
            problems.append(str(failure))
        else:
            documents[document.id] = Quotable(cut(document))
    if not documents:
        raise EvaluationError(f"No document could be read: {problems[-1] if problems else 'give other paths.'}")
    return Library(documents=documents, problems=tuple(problems))


def propose(library: Library) -> Iterator[Proposal]:
    """The cases that can be made without a model: of each document in turn, of each sort in turn, no question twice.

    Documents in a language without a table (``phrasing``) give none.
    """
    asked: set[str] = set()
    of_each = [_in_turn(_proposals(quotable)) for quotable in library.documents.values()]
    for proposal in (one for round_ in zip_longest(*of_each) for one in round_ if one):
        question = fold(proposal.draft.question)
        if question not in asked:
            asked.add(question)
            yield proposal


def without_table(library: Library) -> tuple[str, ...]:
    """The ids of documents in a language for which questions cannot be made without a model."""
    return tuple(
        id
        for id, quotable in library.documents.items()
        if quotable.cut.document.metadata.language.partition("-")[0] not in languages()
    )


def proposal_of(quotable: Quotable, draft: Draft, quote: str) -> Proposal | None:
    """A draft with its place; None where the quotation is not found again in the document."""
    found = quotable.find(quote)
    if found is None:
        return None
    metadata = quotable.cut.document.metadata
    return Proposal(
        draft=draft,
        document=quotable.cut.document.id,
        title=metadata.title,
        language=metadata.language,
        quote=quote,
        page=found.page,
    )


def running_sentences(cut: CutDocument) -> Iterator[tuple[Sentence, str]]:
    """The sentences of paragraphs and list items that nothing interrupts, with their wording."""
    for sentence in cut.sentences:
        if sentence.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) and not sentence.gaps:
            yield sentence, cut.wording(sentence)


def _in_turn(proposals: Iterable[Proposal]) -> list[Proposal]:
    by_way: dict[str, list[Proposal]] = {way: [] for way in WAYS}
    for proposal in proposals:
        by_way[proposal.draft.way].append(proposal)
    del by_way["abbreviation"][_MAX_ABBREVIATIONS:]
    return [one for round_ in zip_longest(*by_way.values()) for one in round_ if one]


def _proposals(quotable: Quotable) -> Iterator[Proposal]:
    for draft, quote in _drafts(quotable.cut):
        proposal = proposal_of(quotable, draft, quote)
        if proposal:
            yield proposal


def _drafts(cut: CutDocument) -> Iterator[tuple[Draft, str]]:
    of = phrasing(cut.document.metadata.language)
    if of is None:
        return
    names = names_in(cut.one_line(0, len(cut.document.text)))
    explained: set[str] = set()
    for _, wording in running_sentences(cut):
        draft = question_about(wording, of, names) or list_questions.question_about_row(wording, of, names)
        if draft:
            yield draft, wording
        for form in abbreviations.long_forms(wording):
            if form.short not in explained:
                explained.add(form.short)
                quote = wording if len(wording) <= LONGEST else wording[form.start : form.end]
                yield abbreviations.question_about(form, of), quote
    for lead_in, items in _lists(cut):
        draft = list_questions.question_about_list(lead_in, items, of, names)
        if draft:
            yield draft, " ".join([lead_in, *items])
    for heading, below in _headed(cut):
        draft = list_questions.question_of_heading(heading, below, of)
        if draft:
            yield draft, below


def _lists(cut: CutDocument) -> Iterator[tuple[str, list[str]]]:
    """The wording of each list's lead-in and of its items; of an item all sentences."""
    listed = [sentence for sentence in cut.sentences if sentence.list_id is not None and sentence.lead_in is not None]
    for (_, lead_in), group in groupby(listed, key=lambda sentence: (sentence.list_id, sentence.lead_in)):
        sentences = list(group)
        if lead_in is None or any(sentence.gaps for sentence in sentences):
            continue
        items = [
            " ".join(cut.wording(sentence) for sentence in block)
            for _, block in groupby(sentences, key=lambda sentence: sentence.block)
        ]
        yield cut.wording(cut.sentences[lead_in]), items


def _headed(cut: CutDocument) -> Iterator[tuple[str, str]]:
    """Each heading with the first sentence right under it."""
    for heading, below in zip(cut.sentences, cut.sentences[1:], strict=False):
        if heading.kind is BlockKind.HEADING and below.kind is BlockKind.PARAGRAPH and not below.gaps:
            yield cut.wording(heading), cut.wording(below)
