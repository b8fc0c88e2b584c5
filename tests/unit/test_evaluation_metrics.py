"""Every metric on cases made by hand, wrong answers included."""

import dataclasses

import pytest

from assistant.evaluation import metrics
from assistant.evaluation.cases import Case, GoldEvidence, Nugget, QuestionType
from ui.testing import make_answer, make_citation

QUOTE = "Membership is open to any non-profit organisation that shares our values."


def case(
    *vital: tuple[str, ...],
    okay: tuple[tuple[str, ...], ...] = (),
    kind: QuestionType = "fact",
    evidence: tuple[GoldEvidence, ...] = (GoldEvidence(document="plan", quote=QUOTE),),
    forbidden: tuple[str, ...] = (),
) -> Case:
    nuggets = [Nugget(text="needed", vital=True, match=strings) for strings in vital]
    nuggets += [Nugget(text="welcome", vital=False, match=strings) for strings in okay]
    return Case(
        id="c1",
        question="Who can join?",
        language="en",
        type=kind,
        answerable=True,
        nuggets=tuple(nuggets or [Nugget(text="needed", vital=True, match=("non-profit",))]),
        evidence=evidence,
        forbidden=forbidden,
    )


UNANSWERABLE = Case(id="c2", question="How much?", language="en", type="unanswerable", answerable=False)


class TestNuggets:
    def test_counts_vital_nuggets_alone(self):
        asked = case(("non-profit",), ("members", "organisation"), ("free of charge",), okay=(("values",),))
        answer = make_answer((QUOTE, (1,)), citations=[make_citation(1, QUOTE)])
        assert metrics.vital_nuggets(asked, answer) == (2, 3)
        assert metrics.fully_answered(asked, answer) is False

    def test_any_string_of_a_nugget_is_enough(self):
        assert metrics.vital_nuggets(case(("absent", "non-profit")), make_answer((QUOTE, ()))) == (1, 1)

    def test_case_quotes_and_white_space_are_normalised(self):
        answer = make_answer(("The  “Supporters”\nof PICUM’s\u00a0work", ()))
        assert metrics.vital_nuggets(case(('"supporters" of picum\'s work',)), answer) == (1, 1)

    def test_a_marker_in_the_middle_does_not_break_a_match(self):
        answer = make_answer(("It covers two [1], and [2, 3] no more mandates [4].", ()))
        assert metrics.fully_answered(case(("two, and no more mandates.",)), answer) is True

    @pytest.mark.parametrize(
        ("kind", "limit"),
        [
            ("fact", 120),
            ("followup", 120),
            ("temporal", 160),
            ("list", 220),
            ("synthesis", 220),
            ("comparison", 220),
            ("conflict", 220),
        ],
    )
    def test_only_the_first_words_count(self, kind, limit):
        inside = make_answer((" ".join(["word"] * (limit - 1)) + " needle", ()))
        outside = make_answer((" ".join(["word"] * limit) + " needle", ()))
        assert metrics.vital_nuggets(case(("needle",), kind=kind), inside) == (1, 1)
        assert metrics.vital_nuggets(case(("needle",), kind=kind), outside) == (0, 1)

    def test_markers_are_not_counted_as_words(self):
        said = [(f"word{number}", (1, 2, 3)) for number in range(119)]
        assert metrics.vital_nuggets(case(("needle",)), make_answer(*said, ("needle", ()))) == (1, 1)

    def test_an_empty_answer_holds_nothing(self):
        assert metrics.vital_nuggets(case(("needle",)), make_answer()) == (0, 1)

    def test_not_applicable_without_vital_nuggets(self):
        assert metrics.vital_nuggets(UNANSWERABLE, make_answer(("No.", ()))) is None
        assert metrics.fully_answered(UNANSWERABLE, make_answer(("No.", ()))) is None


class TestEvidence:
    def test_a_quote_covers_when_it_shares_half_of_the_shorter_ones_words(self):
        gold = GoldEvidence(document="plan", quote="one two three four")
        assert metrics.covers(make_citation(1, "one two five six"), gold)
        assert not metrics.covers(make_citation(1, "one five six seven"), gold)
        assert metrics.covers(make_citation(1, "zero ONE, two; three “four” and then many words more"), gold)

    def test_a_repeated_word_is_shared_as_often_as_both_hold_it(self):
        gold = GoldEvidence(document="plan", quote="the end of the line")
        assert not metrics.covers(make_citation(1, "the the the the the"), gold)

    def test_the_same_words_of_another_document_do_not_cover(self):
        assert not metrics.covers(make_citation(1, QUOTE, document="other"), GoldEvidence(document="plan", quote=QUOTE))

    def test_a_quote_without_words_covers_nothing(self):
        assert not metrics.covers(make_citation(1, "…"), GoldEvidence(document="plan", quote="…"))

    def test_recall_and_precision(self):
        asked = case(
            evidence=(GoldEvidence(document="plan", quote=QUOTE), GoldEvidence(document="plan", quote="Fees: none."))
        )
        cited = [make_citation(1, QUOTE), make_citation(2, "Something else entirely.")]
        answer = make_answer(("It is open.", (1, 2)), citations=cited)
        assert metrics.gold_cited(asked, answer) == (1, 2)
        assert metrics.useful_citations(asked, answer) == (1, 2)

    def test_a_swapped_citation_earns_nothing(self):
        answer = make_answer(("It is open.", (1,)), citations=[make_citation(1, "Offices are in Brussels.")])
        assert metrics.gold_cited(case(), answer) == (0, 1)
        assert metrics.useful_citations(case(), answer) == (0, 1)

    def test_a_dangling_marker_is_a_wrong_citation(self):
        answer = make_answer(("It is open.", (1, 7)), citations=[make_citation(1, QUOTE)])
        assert metrics.useful_citations(case(), answer) == (1, 2)

    def test_citations_after_the_eighth_do_not_earn_recall(self):
        eight = [make_citation(number, "Something else entirely.") for number in range(1, 9)]
        answer = make_answer(("It is open.", tuple(range(1, 10))), citations=[*eight, make_citation(9, QUOTE)])
        assert metrics.gold_cited(case(), answer) == (0, 1)
        assert metrics.few_citations(answer) is False

    def test_an_answer_without_citations_has_recall_0_and_no_precision(self):
        assert metrics.gold_cited(case(), make_answer(("It is open.", ()))) == (0, 1)
        assert metrics.useful_citations(case(), make_answer(("It is open.", ()))) is None

    def test_not_applicable_without_gold_evidence(self):
        answer = make_answer(("No.", (1,)), citations=[make_citation(1)])
        assert metrics.gold_cited(UNANSWERABLE, answer) is None
        assert metrics.useful_citations(UNANSWERABLE, answer) is None


class TestLocating:
    TEXT = f"1. Members 👩‍👧\n{QUOTE} More."

    def located(self, **changes):
        citation = dataclasses.replace(make_citation(1, QUOTE, start=self.TEXT.index(QUOTE)), **changes)
        answer = make_answer(("It is open.", (1,)), citations=[citation])
        return metrics.citations_located(answer, {"plan": self.TEXT})

    def test_offsets_count_code_points(self):
        assert self.located() == (1, 1)

    @pytest.mark.parametrize(
        "changes",
        [
            {"start": 3},
            {"end": 12},
            {"quote": QUOTE.upper()},
            {"quote": "", "end": 15, "start": 15},
            {"start": -89, "end": -6},
            {"end": 10_000},
            {"document": "unknown"},
        ],
        ids=["shifted", "cut", "other case", "empty", "counted from the end", "beyond the end", "unknown document"],
    )
    def test_anything_else_is_not_located(self, changes):
        assert self.located(**changes) == (0, 1)

    def test_not_applicable_without_citations(self):
        assert metrics.citations_located(make_answer(("No.", ())), {"plan": self.TEXT}) is None


class TestMarkers:
    @pytest.mark.parametrize(
        ("text_markers", "citations", "match"),
        [
            ((), (), True),
            ((1, 2), (1, 2), True),
            ((1, 2, 1), (1, 2), True),
            ((1, 7), (1,), False),
            ((1,), (1, 2), False),
            ((2, 1), (1, 2), False),
            ((0,), (0,), False),
            ((2,), (2,), False),
            ((1, 1), (1, 1), False),
            ((), (1,), False),
        ],
    )
    def test_match_one_to_one_in_order_of_appearance(self, text_markers, citations, match):
        answer = make_answer(("It is open.", text_markers), citations=[make_citation(number) for number in citations])
        assert metrics.markers_match(answer) is match

    def test_grouped_markers_count_each(self):
        answer = make_answer(("It is open [1, 2].", ()), citations=[make_citation(1), make_citation(2)])
        assert metrics.markers_match(answer) is True


class TestSentences:
    def test_share_with_a_valid_marker(self):
        answer = make_answer(
            ("It is open.", (1,)), ("Perhaps.", ()), ("It is free.", (7,)), citations=[make_citation(1)]
        )
        assert metrics.cited_sentences(answer) == (1, 3)

    def test_a_sentence_that_is_not_in_the_answer_is_not_cited(self):
        answer = make_answer(("It is open.", (1,)), citations=[make_citation(1)])
        moved = dataclasses.replace(answer.sentences[0], start=1)
        assert metrics.cited_sentences(dataclasses.replace(answer, sentences=(moved,))) == (0, 1)

    def test_not_applicable_to_refusals_and_empty_answers(self):
        assert metrics.cited_sentences(make_answer(("Not in the documents.", ()), status="not_in_documents")) is None
        assert metrics.cited_sentences(make_answer()) is None


class TestWriting:
    @pytest.mark.parametrize(("support", "supported"), [("supported", 2), ("partial", 0), ("not_assessable", 0)])
    def test_only_full_support_counts(self, support, supported):
        answer = make_answer(("It is open.", (1,)), ("Join.", ()), citations=[make_citation(1)], support=support)
        assert metrics.supported_sentences(answer) == (supported, 2)

    def test_support_is_not_applicable_to_refusals_and_empty_answers(self):
        refusal = make_answer(("Not in the documents.", ()), status="not_in_documents")
        assert metrics.supported_sentences(refusal) is None
        assert metrics.supported_sentences(make_answer()) is None

    def test_the_mode_says_whether_a_model_wrote(self):
        assert metrics.written(make_answer(("It is open.", ()), mode="generated")) is True
        assert metrics.written(make_answer(("It is open.", ()))) is False

    @pytest.mark.parametrize(
        ("status", "milliseconds"),
        [("answered", 900), ("partial", 900), ("not_in_documents", None), ("declined", None), ("failed", None)],
    )
    def test_the_first_sentence_is_timed_where_there_is_an_answer(self, status, milliseconds):
        answer = make_answer(("It is open.", ()), status=status, evidence_ms=40, first_sentence_ms=900)
        assert metrics.first_sentence_ms(answer) == milliseconds


class TestForbidden:
    def test_found_beyond_the_words_that_are_read_for_nuggets(self):
        answer = make_answer((" ".join(["word"] * 300) + " 30 [1]  Days", ()))
        assert metrics.forbidden_found(case(forbidden=("30 days", "180 days")), answer) == ("30 days",)

    def test_none_found_is_not_the_same_as_none_forbidden(self):
        assert metrics.forbidden_found(case(forbidden=("30 days",)), make_answer((QUOTE, ()))) == ()
        assert metrics.forbidden_found(case(), make_answer((QUOTE, ()))) is None


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "refused"),
        [("answered", False), ("partial", False), ("not_in_documents", True), ("declined", True), ("failed", False)],
    )
    def test_the_status_decides(self, status, refused):
        answer = make_answer(("I cannot say.", ()), status=status)
        assert metrics.right_refusal(UNANSWERABLE, answer) is refused
        assert metrics.wrong_refusal(case(), answer) is refused

    def test_each_applies_to_its_own_questions(self):
        answer = make_answer(("No.", ()), status="declined")
        assert metrics.right_refusal(case(), answer) is None
        assert metrics.wrong_refusal(UNANSWERABLE, answer) is None


def test_words_leave_markers_out():
    assert metrics.words(make_answer(("It is open", (1, 2)), ("and free.", (3,)))) == 5
    assert metrics.words(make_answer()) == 0
