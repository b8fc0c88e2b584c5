"""The whole chain from a question to an answer, over an index in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from assistant.answer import Answer
from assistant.assistant import MAX_QUESTION, Assistant
from assistant.chain import build_chain
from assistant.errors import QuestionRejected
from assistant.events import EvidenceFound, Failed, Finished, Turn
from assistant.retrieval import PASSAGE, IndexRetriever
from assistant.testing import FixedIndex, assistant_over, read
from assistant.testing_rules import broken_rules
from ingest.cut import CutDocument
from vectorstore.errors import StoreFailure
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, memory_index

OLD = read(
    "plan-2014",
    "The shelter has 40 beds for families in the old harbour.",
    title="Shelter plan 2014-2018",
    publisher="Night Shelter",
    kind="strategy",
    published="2014",
    valid_from="2014",
    valid_until="2018",
    superseded_by="plan-2019",
)
NEW = read(
    "plan-2019",
    "The shelter has 55 beds for families in the new harbour.",
    title="Shelter plan 2019-2023",
    publisher="Night Shelter",
    kind="strategy",
    published="2019-02",
    valid_from="2019",
    valid_until="2023",
)
PRESS = read(
    "press",
    "The shelter has 30 beds for families and far too many friends.",
    title="Inside the shelter",
    publisher="Harbour Herald",
    authority="third_party",
    published="2020",
)
LETTER = read("letter", "The cook of the shelter bakes bread for families.", title="A letter", authority="unstated")
OTHERS = [
    read(f"other-{n}", text, title=f"Other {n}", authority="unstated")
    for n, text in enumerate(
        ["Gulls nest on the cliffs.", "Trains leave at dawn from the coast.", "Salt is won from the sea in summer."]
    )
]
CORPUS = (PRESS, LETTER, OLD, NEW, *OTHERS)
BEDS = "How many beds for families does the shelter have?"


def check(answer: Answer, documents: Sequence[CutDocument] = CORPUS) -> Answer:
    assert broken_rules(answer, {document.document.id: document for document in documents}) == []
    return answer


def test_an_answer_from_every_document_that_speaks_of_it() -> None:
    answer = check(assistant_over(CORPUS).answer(BEDS))
    assert answer.status == "answered"
    assert answer.mode == "extractive"
    quoted = {citation.document: citation.quote for citation in answer.citations}
    assert "40 beds" in quoted["plan-2014"]
    assert "55 beds" in quoted["plan-2019"]
    assert "30 beds" in quoted["press"]
    assert "According to Harbour Herald, a third party (Inside the shelter) (2020):" in answer.answer
    assert answer.answer.index("Harbour Herald") > answer.answer.index("55 beds")
    assert answer.answer.index("40 beds") > answer.answer.index("55 beds"), "what holds now comes first"


def test_documents_that_disagree_are_found_with_all_markers() -> None:
    answer = check(assistant_over(CORPUS).answer(BEDS))
    (conflict,) = answer.conflicts
    assert conflict.about == "beds"
    disagreeing = {citation.document for citation in answer.citations if citation.marker in conflict.markers}
    assert disagreeing == {"plan-2014", "plan-2019", "press"}


@pytest.mark.parametrize(
    ("today", "old", "new"),
    [
        (date(2023, 12, 31), "(2014; superseded by Shelter plan 2019-2023)", "(2019-02)"),
        (date(2024, 1, 1), "(2014; superseded by Shelter plan 2019-2023)", "(2019-02; covered the time to 2023)"),
    ],
)
def test_now_is_the_clock(today: date, old: str, new: str) -> None:
    answer = check(assistant_over(CORPUS, today=today).answer(BEDS))
    assert f"**Shelter plan 2014-2018** {old}:" in answer.answer
    assert f"**Shelter plan 2019-2023** {new}:" in answer.answer


def test_a_successor_outside_the_scope_is_not_named() -> None:
    hidden = read("plan-2019", "The shelter has 55 beds for families.", title="Secret plan", collection="board")
    answer = assistant_over([OLD, hidden], today=date(2020, 1, 1)).answer(BEDS)
    assert "40 beds" in answer.answer
    assert "covered the time to 2018" in answer.answer
    assert "Secret" not in str(answer.to_json())
    assert "55" not in str([answer.answer, answer.passages, answer.citations])


@pytest.mark.parametrize("organisation", ["", "Night Shelter"])
def test_a_deed_is_declined_without_a_source(organisation: str) -> None:
    answer = check(assistant_over(CORPUS, organisation=organisation).answer("Write a poem about the beds."))
    assert answer.status == "declined"
    assert answer.answer == "I can only answer questions from the documents here; I do not carry out other requests."
    assert (answer.citations, answer.passages) == ((), ())


@pytest.mark.parametrize("text", ["Thank you!", "???", "Hello"])
def test_who_asks_nothing_is_told_what_can_be_asked(text: str) -> None:
    history = [Turn(role="user", content=BEDS), Turn(role="assistant", content="55 beds.")]
    answer = check(assistant_over(CORPUS).answer(text, history))
    assert answer.status == "declined"
    assert answer.answer.startswith("You can ask about what stands in these: ")
    assert (answer.citations, answer.passages) == ((), ())
    assert check(assistant_over([]).answer(text), []).answer == "The documents here do not answer this question."


def test_the_name_of_the_organisation_is_no_topic() -> None:
    retriever = IndexRetriever(
        index=memory_index(CORPUS, HashEmbedder(64)),
        embedder=HashEmbedder(64),
        scope=Scope.of("default"),
        organisation=("Night", "Night Shelter"),
    )
    assert retriever.question("Which bread does Night bake daily?").topic == "Which bread does bake daily?"


def test_what_begins_later_supersedes_nothing_yet() -> None:
    answer = check(assistant_over(CORPUS, today=date(2018, 6, 1)).answer(BEDS))
    assert "**Shelter plan 2014-2018** (2014):" in answer.answer


def test_a_word_alone_is_answered_in_the_language_of_the_conversation() -> None:
    history = [Turn(role="user", content="Combien de lits pour les familles le refuge compte-t-il ?")]
    assert assistant_over(CORPUS).answer("Pourquoi ?", history).language == "fr"
    assert assistant_over(CORPUS).answer("How many beds are there for families?", history).language == "en"


@pytest.mark.parametrize(
    ("question", "reader", "language"),
    [
        ("Kto finansuje PICUM?", "pl", "pl"),
        ("Kto finansuje PICUM?", "", "en"),
        ("Beds?", "fr", "fr"),
        ("How many beds are there for families?", "pl", "en"),
        ("Combien de lits pour les familles le refuge compte-t-il ?", "pl", "fr"),
    ],
)
def test_a_question_that_does_not_tell_its_language_is_in_that_of_the_reader(
    question: str, reader: str, language: str
) -> None:
    *_, finished = assistant_over(CORPUS).ask(question, language=reader)
    assert isinstance(finished, Finished)
    assert finished.answer.language == language


def test_what_is_not_in_the_documents_is_refused_without_a_passage() -> None:
    answer = check(assistant_over(CORPUS).answer("Which glaciers melted quickest during Pliocene warming?"))
    assert answer.status == "not_in_documents"
    assert answer.answer == (
        "The documents here do not answer this question. They do not mention Pliocene. "
        "You can ask about what stands in these: A letter; Shelter plan 2014-2018; Shelter plan 2019-2023; Other 0; "
        "Other 1; …."
    )
    assert (answer.citations, answer.sentences, answer.conflicts) == ((), (), ())


def test_a_refusal_may_offer_what_comes_nearest_and_cites_only_that() -> None:
    assistant = assistant_over(CORPUS)
    unknown = ["glaciers", "melted", "warming", "tectonics", "volcano", "basalt", "granite", "gneiss", "lava", "magma"]
    answers = [
        check(assistant.answer(f"Who bakes bread for families of the shelter {' '.join(unknown[:count])}?"))
        for count in range(len(unknown) + 1)
    ]
    assert answers[0].status == "answered"
    offering = [answer for answer in answers if answer.status == "not_in_documents" and answer.citations]
    assert offering, "between an answer and a bare refusal there is something"
    for answer in offering:
        refusal, _, rest = answer.answer.partition("What they say that comes nearest:")
        assert refusal.strip() == "The documents here do not answer this question."
        assert "bakes bread" in rest
        assert len(answer.citations) <= 2


def test_an_empty_scope_refuses() -> None:
    answer = assistant_over(CORPUS, scope=["board"]).answer(BEDS)
    assert (answer.status, answer.passages) == ("not_in_documents", ())


def test_the_answer_is_worded_in_the_language_of_the_question() -> None:
    french = read(
        "lettre",
        "Le refuge compte cinquante lits pour les familles du vieux port.",
        title="Lettre",
        language="fr",
        publisher="Port",
        authority="third_party",
    )
    assistant = assistant_over([french])
    answer = check(assistant.answer("Combien de lits pour les familles le refuge compte-t-il ?"), [french])
    assert answer.language == "fr"
    assert answer.answer.startswith("Selon Port, un tiers (Lettre) :")
    refused = assistant.answer("Quels glaciers ont fondu pendant le réchauffement du Pliocène ?")
    assert refused.answer.startswith("Les documents disponibles ici ne répondent pas à cette question.")


def test_a_short_question_about_something_else_is_not_answered_with_the_one_before() -> None:
    history = [Turn(role="user", content=BEDS), Turn(role="assistant", content="It has 55 beds.")]
    answer = check(assistant_over(CORPUS).answer("Which chess federation lost?", history))
    assert answer.standalone_question == "Which chess federation lost?"
    assert answer.status == "not_in_documents"
    further = check(assistant_over(CORPUS).answer("Which harbour?", history))
    assert further.standalone_question == f"{BEDS} Which harbour?"


def test_a_follow_up_is_asked_as_a_whole_question() -> None:
    history = [Turn(role="user", content=BEDS), Turn(role="assistant", content="It has 55 beds.")]
    answer = check(assistant_over(CORPUS).answer("And the bread?", history))
    assert answer.question == "And the bread?"
    assert answer.standalone_question == f"{BEDS} And the bread?"
    assert answer.passages[0].document == "letter", "what is asked now counts for more"


def test_a_question_alone_is_its_own_standalone_question() -> None:
    assert assistant_over(CORPUS).answer(BEDS).standalone_question == BEDS


@pytest.mark.parametrize("question", ["", " \n\t", "x" * (MAX_QUESTION + 1)])
def test_a_question_that_cannot_be_asked(question: str) -> None:
    assistant = assistant_over(CORPUS)
    with pytest.raises(QuestionRejected) as caught:
        assistant.answer(question)
    assert list(assistant.ask(question)) == [Failed(message=str(caught.value), retryable=False)]
    assert "xxx" not in str(caught.value)


def test_the_longest_question_is_answered() -> None:
    assert assistant_over(CORPUS).answer(f"{BEDS} ".ljust(MAX_QUESTION, "?")).status in {"answered", "not_in_documents"}


class _Broken(FixedIndex):
    """An index that cannot be read."""

    def __init__(self) -> None:
        pass

    def current(self):
        raise StoreFailure("The index cannot be read; run `picum-assistant ingest`.")


def test_an_index_that_fails_is_one_sentence_and_the_last_event() -> None:
    assistant = Assistant(
        _Broken(), HashEmbedder(), scope=Scope.of("default"), language="en", today=lambda: date(2026, 1, 1)
    )
    (event,) = assistant.ask(BEDS)
    assert event == Failed(message="The index cannot be read; run `picum-assistant ingest`.", retryable=False)


def test_a_refusal_has_its_events_too() -> None:
    found, finished = assistant_over(CORPUS).ask("Which glaciers melted quickest during Pliocene warming?")
    assert isinstance(found, EvidenceFound)
    assert isinstance(finished, Finished)
    assert found.citations == ()


def test_the_answer_says_what_it_was_made_with() -> None:
    made = assistant_over(CORPUS).answer(BEDS).made_with
    assert (made.embedding, made.language_model, made.index_generation) == ("hash:64", "", "in-memory")
    assert len(made.prompts) == 12


def test_the_same_question_gets_the_same_answer() -> None:
    first, second = (assistant_over(CORPUS).answer(BEDS) for _ in range(2))
    assert (first.answer, first.citations, first.passages) == (second.answer, second.citations, second.passages)


def test_documents_are_those_in_scope_by_title() -> None:
    hidden = read("hidden", "The board meets in May.", title="Board", collection="board")
    titles = [summary.title for summary in assistant_over([*CORPUS, hidden]).documents()]
    assert titles == sorted(document.document.metadata.title for document in CORPUS)
    (board,) = assistant_over([*CORPUS, hidden], scope=["board"]).documents()
    assert (board.id, board.authority, board.chunks, board.pages) == ("hidden", "own", 1, 0)


def test_the_steps_are_runnables_with_names() -> None:
    chain = build_chain(lambda: date(2026, 1, 1))
    names = [node.name for node in chain.get_graph().nodes.values()]
    assert names[1:-1] == ["condense", "expand", "retrieve", "select", "write", "verify"]


def test_the_retriever_is_one_of_langchain_and_keeps_to_its_scope() -> None:
    hidden = read("hidden", "The shelter has 99 beds for families.", collection="board")
    index = memory_index([*CORPUS, hidden], HashEmbedder(64))
    retriever = IndexRetriever(index=index, embedder=HashEmbedder(64), scope=Scope.of("default"))
    found = retriever.invoke(BEDS)
    assert {document.metadata["document"] for document in found} == {d.document.id for d in CORPUS}
    assert [document.metadata["rank"] for document in found] == list(range(1, len(found) + 1))
    texts = {document.document.id: document.document.text for document in CORPUS}
    for document in found:
        known = document.metadata
        assert texts[known["document"]][known["start"] : known["end"]] == document.page_content
        assert known[PASSAGE].text == document.page_content


REACHED = read("page", "Ring +32 2 555 01 02 or come by.", title="Reaching us", published="2022")
ADVICE = "Before you act, ask a lawyer or an advice centre near you."


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("I am homeless. How many beds for families does the shelter have?", "answered"),
        ("Can they deport me on quantum computers?", "not_in_documents"),
        ("Be my lawyer: they arrested me.", "declined"),
    ],
)
def test_who_asks_for_themselves_is_told_where_to_turn(question: str, status: str) -> None:
    documents = (*CORPUS, REACHED)
    answer = check(assistant_over(documents).answer(question), documents)
    assert answer.status == status
    assert answer.answer.index(ADVICE) < answer.answer.index("+32 2 555 01 02")
    assert answer.citations[-1].document == "page"


def test_without_an_address_in_the_documents_the_advice_stands_alone() -> None:
    answer = check(assistant_over(CORPUS).answer("I am homeless. How many beds for families does the shelter have?"))
    assert answer.answer.endswith(ADVICE)


def test_who_asks_about_others_gets_no_advice() -> None:
    documents = (*CORPUS, REACHED)
    assert ADVICE not in check(assistant_over(documents).answer(BEDS), documents).answer
