"""Which sentences are quoted: whole lists, neighbours, several documents, and never more than fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import Evidence
from assistant.passages import PASSAGE_WORDS, Passage, ScoredSentence
from assistant.question import Question
from assistant.selection import MAX_EVIDENCE, NARROW, WIDE, select
from assistant.testing import read
from ingest.cut import CutDocument
from ingest.document import BlockKind, Mark
from vectorstore.index import IndexedChunk


def question(
    text: str = "What is said?", *, wants=(), documents: Mapping[str, float] | None = None, years=()
) -> Question:
    return Question(
        text=text,
        language="en",
        topic=text,
        wants=frozenset(wants),
        documents=documents or {},
        years=frozenset(years),
    )


def passages(
    cut: CutDocument, scores: Mapping[int, float] | Sequence[float], *, otherwise: float = 0.0
) -> list[Passage]:
    """The chunks of a document with a score for each sentence by its ordinal."""
    given_ = dict(enumerate(scores)) if isinstance(scores, Sequence) else scores
    found = []
    for ordinal, chunk in enumerate(cut.chunks):
        sentences = tuple(
            ScoredSentence(cut=cut, ordinal=n, score=given_.get(n, otherwise), similarity=0.5)
            for n in range(chunk.first, chunk.last)
        )
        indexed = IndexedChunk(
            number=ordinal,
            row_id=f"{cut.document.id}-{ordinal}",
            document_id=cut.document.id,
            ordinal=ordinal,
            collection="default",
            chunk=chunk,
            sentences=(),
        )
        best = max(sentence.score for sentence in sentences)
        found.append(
            Passage(cut=cut, chunk=indexed, chunks=(indexed,), score=best, rank=1, similarity=0.5, sentences=sentences)
        )
    return found


def said(evidence: Sequence[Evidence]) -> list[str]:
    return [
        " ".join(piece.cut.wording(s) for s in piece.cut.sentences[piece.first : piece.last + 1]) for piece in evidence
    ]


A = "The club keeps forty boats here."
B = "Every boat is checked in spring."
C = "Painters come from the next village."
D = "Lunch is served under old trees."
WALK = read("walk", f"{A} {B} {C} {D}", title="Walk")


def test_the_best_sentence_is_quoted_alone_where_its_neighbours_say_little() -> None:
    assert said(select(question(), passages(WALK, [1.0, 5.0, 1.0, 0.0]))) == [B]


def test_neighbours_that_score_nearly_as_well_are_taken_along_in_reading_order() -> None:
    assert said(select(question(), passages(WALK, [4.5, 5.0, 4.2, 0.0]))) == [f"{A} {B} {C}"]


def test_neighbours_stay_in_their_paragraph() -> None:
    apart = read("apart", f"{A}\n\n{B}\n\n{C}", title="Apart")
    assert said(select(question(), passages(apart, [2.8, 5.0, 2.8]))) == [B]


def test_what_is_chosen_around_little_else_is_one_quotation() -> None:
    five = read("five", f"{A}\n\n{B}\n\n{C}\n\n{D}\n\nNets are mended in winter.", title="Five")
    assert said(select(question(), passages(five, [5.0, 4.0, 3.5, 0.0, 0.0]))) == [f"{A} {B} {C}"]
    assert said(select(question(), passages(five, [4.0, 0.0, 0.0, 5.0, 0.0]))) == [f"{A} {B} {C} {D}"]
    assert said(select(question(), passages(five, [4.0, 0.0, 0.0, 0.0, 5.0]))) == ["Nets are mended in winter.", A]


def test_one_quotation_stays_in_its_section() -> None:
    sections = read("sections", f"# Boats\n\n{A}\n\n# Paint\n\n{C}", title="Sections")
    assert len(sections.sections) > 1
    evidence = select(question(), passages(sections, {}, otherwise=5.0))
    assert sorted(said(evidence)) == sorted([A, C])


def test_one_quotation_never_joins_text_and_footnotes() -> None:
    notes = read("notes", f"{A}1\n\n{B}\n\n1 {C}", title="Notes", marks=[_footnote(f"{A}1\n\n{B}\n\n", f"1 {C}")])
    assert {sentence.kind for sentence in notes.sentences} == {BlockKind.PARAGRAPH, BlockKind.FOOTNOTE}
    for piece in select(question(), passages(notes, {}, otherwise=5.0)):
        assert len({sentence.kind for sentence in notes.sentences[piece.first : piece.last + 1]}) == 1


def _footnote(before: str, note: str) -> Mark:
    return Mark(kind=BlockKind.FOOTNOTE, start=len(before), end=len(before) + len(note))


def test_one_quotation_is_no_longer_than_a_passage() -> None:
    sentence = "The club keeps forty old boats in this wide harbour here."
    many = read("many", "\n\n".join(f"{sentence} {'And so on it goes. ' * 8}".strip() for _ in range(8)), title="Many")
    pieces = select(question(wants={"many"}), passages(many, {}, otherwise=5.0))
    assert len(pieces) > 1
    assert all(piece.words <= PASSAGE_WORDS for piece in pieces)


def test_a_sentence_that_leans_back_brings_the_one_before() -> None:
    leaning = read("leaning", f"{A} They are painted green every year. {C}", title="Leaning")
    assert said(select(question(), passages(leaning, [0.1, 5.0, 0.1]))) == [f"{A} They are painted green every year."]
    chain = read("chain", f"{A} They are painted green every year. However, this takes many weeks.", title="Chain")
    assert said(select(question(), passages(chain, [0.1, 0.1, 5.0]))) == [chain.document.text]


def test_leaning_back_is_heard_in_the_language_of_the_document() -> None:
    french = read(
        "fr", "Le club garde quarante bateaux. Cependant, personne ne les peint.", title="Club", language="fr"
    )
    assert said(select(question(), passages(french, [0.1, 5.0]))) == [french.document.text]


def test_what_was_announced_comes_with_what_is_counted() -> None:
    aims = "The club has two aims. First, it saves people at sea. Second, it mends old boats."
    counted = read("counted", f"{aims} {D}", title="Aims")
    (first, *_) = said(select(question(), passages(counted, [5.0, 0.1, 0.1, 0.0])))
    assert first == aims


def test_what_is_far_less_relevant_than_the_best_is_not_quoted() -> None:
    apart = [read(f"apart-{n}", text, title="Apart") for n, text in enumerate([A, B, C])]
    found = [p for cut, best in zip(apart, [5.0, 3.1, 2.8], strict=True) for p in passages(cut, [best])]
    assert said(select(question(), found)) == [A, B]


def test_a_poor_quotation_is_never_taken_by_itself() -> None:
    short = read("short", f"Boats!\n\n{A}", title="Short")
    assert said(select(question(), passages(short, [9.0, 5.0]))) == [A]
    assert select(question(), passages(read("none", "Boats!"), [9.0])) == []
    assert select(question(), []) == []


LIST = read(
    "list",
    "Members of the club promise four things:\n\n- to keep watch at night\n\n- to mend nets in winter\n\n"
    f"- to tell the truth at sea\n\n- to share their bread\n\n{D}",
    title="List",
)


def test_a_question_for_many_things_brings_the_whole_list_with_its_lead_in() -> None:
    (piece,) = select(question(wants={"many"}), passages(LIST, [0.0, 5.0, 4.0, 0.0, 0.0, 0.0]))
    assert piece.first == 0
    assert said([piece])[0].startswith("Members of the club promise four things: to keep watch at night to mend nets")
    assert said([piece])[0].endswith("to share their bread")


@pytest.mark.parametrize(
    ("wants", "scores"),
    [
        ((), [0.0, 5.0, 2.5, 0.0, 0.0, 0.0]),  # one thing is wanted
        (("many", "number"), [0.0, 5.0, 2.5, 0.0, 0.0, 0.0]),  # "how many countries" is one number
        (("many",), [0.0, 5.0, 0.0, 0.0, 0.0, 0.0]),  # only one item is relevant
    ],
)
def test_otherwise_an_item_is_quoted_by_itself(wants: tuple[str, ...], scores: list[float]) -> None:
    assert said(select(question(wants=wants), passages(LIST, scores)))[0] == "to keep watch at night"


def test_several_items_bring_their_lead_in() -> None:
    assert said(select(question(), passages(LIST, [0.0, 5.0, 4.0, 0.0, 0.0, 0.0]))) == [
        "Members of the club promise four things: to keep watch at night to mend nets in winter"
    ]


def test_a_list_that_does_not_fit_is_not_taken_whole() -> None:
    items = "\n\n".join(f"- thing number {n} is to walk along the long shore at night" for n in range(60))
    long = read("long", f"Members promise sixty things:\n\n{items}", title="Long")
    for piece in select(question(wants={"many"}), passages(long, {}, otherwise=5.0)):
        assert piece.words <= WIDE.total


PLANS = [
    read(f"plan-{n}", f"In this year the club builds pier number {n}.\n\n{D}", title=f"Plan {n}") for n in range(12)
]


def test_each_of_several_documents_that_the_question_means_has_its_say() -> None:
    found = [p for cut, best in zip(PLANS[:3], [9.0, 5.0, 4.0], strict=True) for p in passages(cut, [best, 8.0])]
    meant = {cut.document.id: 2.0 for cut in PLANS[1:3]}
    evidence = select(question("Compare the plans", wants={"many"}, documents=meant), found)
    assert {"plan-1", "plan-2"} <= {piece.document for piece in evidence}


def test_a_document_without_anything_relevant_has_no_say_though_it_is_meant() -> None:
    found = [p for cut, best in zip(PLANS[:3], [9.0, 5.0, 0.1], strict=True) for p in passages(cut, [best, 0.0])]
    meant = {cut.document.id: 2.0 for cut in PLANS[1:3]}
    evidence = select(question("Compare the plans", wants={"many"}, documents=meant), found)
    assert "plan-2" not in {piece.document for piece in evidence}


def test_more_documents_than_citations_may_be_meant() -> None:
    found = [passage for cut in PLANS for passage in passages(cut, [5.0, 0.0])]
    meant = {cut.document.id: 2.0 for cut in PLANS}
    evidence = select(question("Compare all plans", wants={"many"}, documents=meant), found)
    assert len(evidence) == MAX_EVIDENCE < len(PLANS)


COUNTS = [
    read("now", "The club keeps 40 boats in the new harbour.", title="Now"),
    read("then", "The club kept 25 boats in the old harbour.", title="Then"),
    read("oars", "The club keeps 80 oars in the old harbour.", title="Oars"),
]


def test_another_number_for_the_same_thing_is_quoted_beside_the_first() -> None:
    found = [p for cut, best in zip(COUNTS, [9.0, 4.0, 4.2], strict=True) for p in passages(cut, [best])]
    evidence = select(question("How many boats are there?", wants={"number"}), found)
    assert [piece.document for piece in evidence] == ["now", "then"]
    assert [piece.document for piece in select(question("Which boats are there?"), found)] == ["now"]


OLD = read("old", f"The club mends nets for everybody. {D}", title="Plan I", valid_from="2016", valid_until="2020")
NEW = read("new", f"The club mends nets for its members. {D}", title="Plan II", valid_from="2021", supersedes="old")
NEWEST = {"old": "new"}


@pytest.mark.parametrize(
    ("best_of_newer", "quoted"),
    [(5.0, ["new", "old"]), (4.0, ["new", "old"]), (3.0, ["old", "new"]), (2.3, ["old", "new"]), (2.0, ["old"])],
)
def test_the_newest_version_has_its_say_beside_an_older_one(best_of_newer: float, quoted: list[str]) -> None:
    far = [passages(read(f"far-{n}", A), [1.0])[0] for n in range(3)]
    found = [*passages(OLD, [5.0, 0.0]), *far, *passages(NEW, [best_of_newer, 0.0])]
    assert [piece.document for piece in select(question(), found, NEWEST)] == quoted


@pytest.mark.parametrize("asked", [question(documents={"old": 2.0}), question(years={2018})])
def test_where_the_older_version_is_meant_it_stands_as_it_was_found(asked: Question) -> None:
    found = [*passages(OLD, [5.0, 0.0]), *passages(WALK, [1.0] * 4), *passages(PLANS[0], [1.0]), *passages(NEW, [4.0])]
    assert [piece.document for piece in select(asked, found, NEWEST)] == ["old"]
    assert [piece.document for piece in select(asked, found[:1] + found[-1:], NEWEST)] == ["old", "new"]


def test_a_newer_number_for_the_same_thing_comes_first() -> None:
    found = [*passages(COUNTS[1], [9.0]), *passages(COUNTS[0], [5.5])]
    asked = question("How many boats are there?", wants={"number"})
    assert [piece.document for piece in select(asked, found, {"then": "now"})] == ["now", "then"]
    assert [piece.document for piece in select(asked, found)] == ["then", "now"]


@pytest.mark.parametrize(("wants", "budget"), [((), NARROW), (("many",), WIDE)])
def test_the_budget_holds_and_the_first_part_is_short(wants: tuple[str, ...], budget) -> None:
    many = read("many", "\n\n".join(f"{A} {B} {C} {D} number {n}." for n in range(40)), title="Many")
    evidence = select(question(wants=wants), passages(many, {}, otherwise=5.0))
    assert sum(piece.words for piece in evidence) <= 1.5 * budget.total
    main = [piece for piece in evidence if piece.main]
    assert len(main) == 1 or sum(piece.words for piece in main) <= budget.main
    assert evidence == main + [piece for piece in evidence if not piece.main]


@pytest.mark.parametrize(("meant", "parts"), [({}, [True, True]), ({"herald": 2.0}, [True, False])])
def test_no_answer_begins_with_what_others_say(meant: dict[str, float], parts: list[bool]) -> None:
    said = "The club " + "keeps boats in the harbour and " * 12 + "nothing else"
    herald = read("herald", f"{said} for members.", title="Herald", publisher="The Herald", authority="third_party")
    own = read("own", f"{said} for guests.", title="Own", authority="own")
    evidence = select(question(documents=meant), [*passages(herald, [6.0]), *passages(own, [4.0])])
    assert [(piece.document, piece.main) for piece in evidence] == list(zip(["herald", "own"], parts, strict=True))


def test_one_sentence_that_breaks_the_budget_is_still_quoted() -> None:
    endless = read("endless", "The club " + "keeps boats and " * 200 + "nothing else.", title="Endless")
    (piece,) = select(question(), passages(endless, [5.0]))
    assert piece.words > NARROW.total
    assert piece.main


SCORES = st.floats(-5, 12, allow_nan=False)


@given(
    st.lists(st.lists(SCORES, min_size=2, max_size=2), min_size=12, max_size=12),
    st.sets(st.sampled_from(["many", "number", "date"])),
    st.dictionaries(st.sampled_from([cut.document.id for cut in PLANS]), st.sampled_from([0.5, 1.0, 2.0]), max_size=7),
    st.dictionaries(*[st.sampled_from([cut.document.id for cut in PLANS])] * 2, max_size=7),
)
def test_evidence_is_bounded_apart_and_in_two_parts(
    scores: list[list[float]], wants: set[str], meant: dict[str, float], newest: dict[str, str]
) -> None:
    found = [p for cut, some in zip(PLANS, scores, strict=True) for p in passages(cut, some)]
    evidence = select(question("Which piers?", wants=wants, documents=meant), found, newest)
    assert 1 <= len(evidence) <= MAX_EVIDENCE
    places = [(piece.document, n) for piece in evidence for n in range(piece.first, piece.last + 1)]
    assert len(places) == len(set(places))
    assert [piece.main for piece in evidence] == sorted((piece.main for piece in evidence), reverse=True)
    for part in (True, False):
        of_part = [piece.score for piece in evidence if piece.main is part]
        assert of_part == sorted(of_part, reverse=True)
