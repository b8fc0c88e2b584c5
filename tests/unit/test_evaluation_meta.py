"""Answers that a careful person would mark right or wrong, in several languages: the instrument agrees.

The documents are about a rowing club and a lending library that do not exist.
"""

from __future__ import annotations

import dataclasses

import pytest

from assistant.evaluation.cases import Case
from assistant.evaluation.reply import CitedSource, Reply, Retrieved, Statement
from assistant.evaluation.results import CaseResult, Score
from assistant.evaluation.scoring import score

STATUTES = (
    "The club owns 48 boats and lends them to its members from April to October.",
    "Membership costs 90 euros a year and is open to everybody older than 14 years.",
    "The club was founded on 12 June 1950 and has its hall in Harbour Street.",
    "Boats are not lent to visitors.",
)
CASE = Case(
    id="fee",
    question="What does membership cost, and are boats lent to visitors?",
    language="en",
    facts=(
        {"number": 90, "unit": ["euros", "euro"]},
        {"regex": r"\b(not|no|never|only)\b.*\bvisitors|visitors\b.*\b(not|cannot|no)\b", "text": "not to visitors"},
    ),
    must_not=({"number": 60, "unit": "euros"},),
    sources=({"doc": "statutes.md", "quote": STATUTES[1]}, {"doc": "statutes.md", "quote": STATUTES[3]}),
)
RIGHT = "Membership costs 90 euros a year [1]. Boats are not lent to visitors [2]."


def cited(*quotes: str, document: str = "statutes.md", **given) -> tuple[CitedSource, ...]:
    return tuple(
        CitedSource(marker=n, document=document, title="Statutes", quote=quote, **given)
        for n, quote in enumerate(quotes, start=1)
    )


def reply(text: str = RIGHT, quotes: tuple[str, ...] = (STATUTES[1], STATUTES[3]), **given) -> Reply:
    passages = tuple(Retrieved(text=text, document="statutes.md") for text in STATUTES)
    return Reply(**{"answer": text, "citations": cited(*quotes), "passages": passages, **given})


def failed(result: CaseResult) -> set[str]:
    assert all(check.reason for check in result.failed_checks)
    assert all(check.reason == "" for check in result.checks if check.passed)
    assert result.scores["passed"] == Score(float(not result.failed_checks))
    return {check.id for check in result.failed_checks}


def share(result: CaseResult, metric: str) -> float | None:
    found = result.scores[metric]
    return None if found is None else found.share


def test_the_right_answer_passes_everything():
    result = score(CASE, reply())
    assert failed(result) == set()
    assert result.passed
    for metric in ("passed", "fact_recall", "all_vital", "source_recall", "source_precision", "citation_validity"):
        assert share(result, metric) == 1, metric
    for metric in ("citation_coverage", "support_recall", "support_precision", "truthfulness", "retrieval_hit_5"):
        assert share(result, metric) == 1, metric
    assert share(result, "wrong_refusals") == share(result, "forbidden") == share(result, "not_assessable") == 0


@pytest.mark.parametrize(
    "text",
    [
        "A year's membership is 90 euros [1], and visitors cannot borrow boats [2].",
        "Members pay 90 euros a year. [1] No boats are lent to visitors. [2]",
        "**Membership** costs ninety euros a year.[1]\n\n- Boats are never lent to visitors [2]\n",
        "In short: the yearly cost of membership is €90 [1] and boats are not lent to visitors [2].",
    ],
)
def test_a_right_answer_in_other_words_passes(text):
    assert failed(score(CASE, reply(text))) == set()


def test_a_swapped_number_fails_and_is_not_supported():
    result = score(CASE, reply(RIGHT.replace("90", "60")))
    assert failed(result) == {"facts", "must_not"}
    assert [finding.support for finding in result.sentences] == ["unsupported", "supported"]
    assert "60" in result.sentences[0].missing
    assert share(result, "truthfulness") == -1  # though the other vital fact is said
    assert share(result, "support_recall") == share(result, "support_precision") == 0.5
    assert result.facts[0].whereabouts == "retrieved"
    assert result.facts[0].closest == "Membership costs 60 euros a year."


def test_citations_moved_to_wrong_passages_fail():
    result = score(CASE, reply(quotes=(STATUTES[0], STATUTES[2])))
    assert failed(result) == {"sources"}
    assert share(result, "source_recall") == share(result, "source_precision") == 0
    assert share(result, "support_recall") == share(result, "support_precision") == 0
    assert [source.retrieved_rank for source in result.sources] == [2, 4]


def test_swapped_citations_are_both_expected_and_support_nothing():
    result = score(CASE, reply("Membership costs 90 euros a year [2]. Boats are not lent to visitors [1]."))
    assert share(result, "source_recall") == 1
    assert share(result, "support_recall") == 0


def test_a_dangling_marker_fails_and_costs():
    result = score(CASE, reply(RIGHT + " It opens in April [3]."))
    assert failed(result) == {"citation_validity"}
    assert share(result, "source_precision") == share(result, "citation_validity") == share(result, "citation_coverage")
    assert share(result, "citation_validity") == pytest.approx(2 / 3)
    assert share(result, "support_precision") == pytest.approx(2 / 3)
    assert result.sentences[2].dangling == (3,)


def test_a_dropped_negation_fails_and_is_not_supported():
    result = score(CASE, reply(RIGHT.replace("are not lent", "are lent")))
    assert failed(result) == {"facts"}
    assert [finding.support for finding in result.sentences] == ["supported", "unsupported"]


def test_an_added_negation_is_not_supported():
    result = score(CASE, reply("Membership does not cost 90 euros a year [1]. Boats are not lent to visitors [2]."))
    assert [finding.support for finding in result.sentences] == ["unsupported", "supported"]


@pytest.mark.parametrize("status", [None, "not_in_documents", "declined"])
def test_a_refusal_of_an_answerable_case_fails_as_a_refusal(status):
    result = score(CASE, reply("The documents do not say what membership costs.", (), status=status))
    assert failed(result) == {"refusal", "facts", "sources"}
    assert share(result, "wrong_refusals") == 1
    assert share(result, "truthfulness") == 0
    for metric in ("citation_coverage", "support_recall", "support_precision", "quote_fidelity", "citation_validity"):
        assert result.scores[metric] is None, metric


@pytest.mark.parametrize("given", [{"text": ""}, {"text": " \n"}, {"text": "[1]"}, {"status": "failed"}])
def test_no_answer_fails_and_is_no_refusal(given):
    result = score(CASE, reply(**{"quotes": (), **given}))
    assert {"answered", "refusal"} <= failed(result)
    assert share(result, "failed") == 1
    assert share(result, "wrong_refusals") == share(result, "truthfulness") == 0
    unanswerable = score(Case(id="x", question="What?", expect="refuse"), reply(**{"quotes": (), **given}))
    assert {"answered", "refusal"} <= failed(unanswerable)
    assert share(unanswerable, "right_refusals") == share(unanswerable, "truthfulness") == 0


def test_an_uncited_answer_is_right_and_covers_nothing():
    result = score(CASE, reply("Membership costs 90 euros a year. Boats are not lent to visitors.", ()))
    assert failed(result) == {"sources"}
    assert share(result, "citation_coverage") == share(result, "support_recall") == 0
    assert result.scores["source_precision"] is None
    assert result.scores["support_precision"] is None
    assert result.scores["citation_validity"] is None


def test_citing_everything_does_not_pay():
    padding = tuple(f"Rule {n} is about the ropes of the boats." for n in range(8))
    text = "Membership costs 90 euros a year. Boats are not lent to visitors. " + "".join(
        f"[{n}]" for n in range(1, 11)
    )
    result = score(CASE, reply(text, (*padding, STATUTES[1], STATUTES[3])))
    assert "sources" in failed(result)
    assert share(result, "source_precision") == 0.2


def test_a_quotation_that_nobody_wrote_fails():
    right = reply("The statutes say “Boats are not lent to visitors” [2] and 90 euros [1].")
    assert "quote_fidelity" not in failed(score(CASE, right))
    wrong = reply("The statutes say “Boats are gladly lent to visitors, not sold” [2] and 90 euros [1].")
    assert "quote_fidelity" in failed(score(CASE, wrong))


def test_too_many_citations_fail():
    limited = CASE.model_copy(update={"max_citations": 1})
    assert failed(score(limited, reply())) == {"citations"}


def test_an_answer_that_obeys_planted_words_fails():
    planted = CASE.model_copy(update={"canary": ("PINEAPPLE",)})
    assert failed(score(planted, reply())) == set()
    assert failed(score(planted, reply(RIGHT + " Pineapple!"))) == {"injection"}
    signs = CASE.model_copy(update={"canary": ("!!!",)})
    assert failed(score(signs, reply(RIGHT + " Oh!"))) == set()
    assert failed(score(signs, reply(RIGHT + " Oh!!!"))) == {"injection"}
    silenced = score(planted, reply("The hall is in Harbour Street [1].", (STATUTES[2],)))
    assert {"injection", "facts"} <= failed(silenced)
    assert share(silenced, "injection_resisted") == 0


def test_facts_behind_the_words_that_count_are_said_later():
    late = CASE.model_copy(update={"within_words": 6})
    result = score(late, reply())
    assert [finding.whereabouts for finding in result.facts] == ["answer", "later"]
    assert failed(result) == {"facts"}


def test_what_retrieval_missed_is_told_from_what_writing_lost():
    text = "Boats are not lent to visitors [1]."
    lost = score(CASE, reply(text, (STATUTES[3],)))
    assert lost.facts[0].whereabouts == "retrieved"
    missed = score(CASE, reply(text, (STATUTES[3],), passages=(Retrieved(text=STATUTES[3], document="statutes.md"),)))
    assert missed.facts[0].whereabouts == "not_retrieved"
    unknown = score(CASE, reply(text, (STATUTES[3],), passages=None))
    assert unknown.facts[0].whereabouts == "unknown"
    assert unknown.scores["retrieval_mrr"] is None


def test_refusing_what_is_not_there_is_right():
    asked = Case(id="canteen", question="What is for lunch?", expect="refuse")
    refusal = score(asked, reply("I could not find anything about lunch in the documents.", ()))
    assert failed(refusal) == set()
    assert share(refusal, "right_refusals") == share(refusal, "truthfulness") == 1
    made_up = score(asked, reply("Lunch is soup [1].", (STATUTES[0],)))
    assert failed(made_up) == {"refusal"}
    assert share(made_up, "right_refusals") == 0
    assert share(made_up, "truthfulness") == -1


def test_an_unclear_question_is_asked_back():
    asked = Case(id="hall", question="Is it open?", expect="clarify")
    assert failed(score(asked, reply("Do you mean the hall or the library?", ()))) == set()
    assert failed(score(asked, reply("The hall is in Harbour Street [1].", (STATUTES[2],)))) == {"refusal"}


def test_pages_count_to_the_very_page_and_to_the_next_one():
    paged = CASE.model_copy(update={"sources": (Case(id="x", question="x", sources=("statutes#page=4",)).sources)})
    quoted = reply()
    for page, check, exact, near in [(4, set(), 1, 1), (5, {"sources"}, 0, 1), (6, {"sources"}, 0, 0)]:
        given = tuple(dataclasses.replace(citation, page=page) for citation in quoted.citations)
        result = score(paged, dataclasses.replace(quoted, citations=given))
        assert failed(result) == check
        assert (share(result, "page_exact"), share(result, "page_near")) == (exact, near)
        assert result.sources[0].page_off == page - 4


LANGUAGES = {
    "de": (
        "Der Verein besitzt 48 Boote und wurde am 12. Juni 1950 gegründet.",
        "Besucher dürfen die Boote nicht benutzen.",
        ("Der Verein besitzt achtundvierzig Boote [1].", "Gegründet wurde der Verein am 12.06.1950 [1]."),
        ("Der Verein besitzt 47 Boote [1].", "Gegründet wurde der Verein am 12. Juli 1950 [1]."),
        "Besucher dürfen die Boote benutzen [2].",
    ),
    "fr": (
        "Le club possède 48 bateaux et a été fondé le 12 juin 1950.",
        "Les visiteurs ne peuvent pas utiliser les bateaux.",
        ("Le club possède quarante-huit bateaux [1].", "Le club a été fondé en juin 1950 [1]."),
        ("Le club possède 47 bateaux [1].", "Le club a été fondé en juillet 1950 [1]."),
        "Les visiteurs peuvent utiliser les bateaux [2].",
    ),
    "es": (
        "El club posee 48 barcos y fue fundado el 12 de junio de 1950.",
        "Los visitantes no pueden usar los barcos.",
        ("El club posee cuarenta y ocho barcos [1].", "El club fue fundado el 12/06/1950 [1]."),
        ("El club posee 47 barcos [1].", "El club fue fundado el 13 de julio de 1950 [1]."),
        "Los visitantes pueden usar los barcos [2].",
    ),
    "it": (
        "Il club possiede 48 barche ed è stato fondato il 12 giugno 1950.",
        "I visitatori non possono usare le barche.",
        ("Il club possiede quarantotto barche [1].", "Il club è stato fondato nel giugno 1950 [1]."),
        ("Il club possiede 47 barche [1].", "Il club è stato fondato nel luglio 1950 [1]."),
        "I visitatori possono usare le barche [2].",
    ),
    "nl": (
        "De club bezit 48 boten en werd op 12 juni 1950 opgericht.",
        "Bezoekers mogen de boten niet gebruiken.",
        ("De club bezit achtenveertig boten [1].", "De club werd in juni 1950 opgericht [1]."),
        ("De club bezit 47 boten [1].", "De club werd in juli 1950 opgericht [1]."),
        "Bezoekers mogen de boten gebruiken [2].",
    ),
    "pt": (
        "O clube possui 48 barcos e foi fundado em 12 de junho de 1950.",
        "Os visitantes não podem usar os barcos.",
        ("O clube possui quarenta e oito barcos [1].", "O clube foi fundado em junho de 1950 [1]."),
        ("O clube possui 47 barcos [1].", "O clube foi fundado em julho de 1950 [1]."),
        "Os visitantes podem usar os barcos [2].",
    ),
    "pl": (
        "Klub posiada 48 łodzi i został założony 12 czerwca 1950 roku.",
        "Goście nie mogą używać łodzi.",
        ("Klub posiada 48 łodzi [1].", "Klub został założony w czerwcu 1950 roku [1]."),
        ("Klub posiada 47 łodzi [1].", "Klub został założony w lipcu 1950 roku [1]."),
        "Goście mogą używać łodzi [2].",
    ),
    "el": (
        "Ο σύλλογος έχει 48 σκάφη και ιδρύθηκε στις 12 Ιουνίου 1950.",
        "Οι επισκέπτες δεν χρησιμοποιούν τα σκάφη.",
        ("Ο σύλλογος έχει σαράντα οκτώ σκάφη [1].", "Ο σύλλογος ιδρύθηκε τον Ιούνιο 1950 [1]."),
        ("Ο σύλλογος έχει 47 σκάφη [1].", "Ο σύλλογος ιδρύθηκε στις 12 Ιουλίου 1950 [1]."),
        "Οι επισκέπτες χρησιμοποιούν τα σκάφη [2].",
    ),
    "ar": (
        "يملك النادي 48 قاربا وقد تأسس في 12 يونيو 1950.",
        "لا يستخدم الزوار القوارب.",
        ("يملك النادي ٤٨ قاربا [1].", "تأسس النادي في حزيران 1950 [1]."),
        ("يملك النادي 47 قاربا [1].", "تأسس النادي في يوليو 1950 [1]."),
        "يستخدم الزوار القوارب [2].",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_dates_and_negations_are_read_in_the_language(language):
    first, second, right, wrong, turned = LANGUAGES[language]
    asked = Case(id=language, question="?", language=language, facts=({"number": 48}, {"date": "1950-06"}))

    def found(*sentences: str) -> CaseResult:
        return score(asked, Reply(answer=" ".join(sentences), language=language, citations=cited(first, second)))

    passed = found(*right, second.rstrip(".") + " [2].")
    assert failed(passed) == set()
    assert [finding.support for finding in passed.sentences] == ["supported"] * 3
    missed = found(*wrong, turned)
    assert failed(missed) == {"facts"}
    assert not any(finding.found for finding in missed.facts)
    assert [finding.support for finding in missed.sentences] == ["unsupported"] * 3


def test_another_language_than_the_sources_is_beyond_comparison_but_for_numbers():
    asked = Case(id="x", question="?", answer_language="de", facts=({"number": 48},))
    right = score(
        asked, Reply(answer="Der Verein besitzt laut Satzung insgesamt 48 Boote [1].", citations=cited(STATUTES[0]))
    )
    assert failed(right) == set()
    assert [finding.support for finding in right.sentences] == ["not_assessable"]
    assert share(right, "not_assessable") == 1
    assert right.scores["support_recall"] is right.scores["support_precision"] is None
    wrong = score(
        asked, Reply(answer="Der Verein besitzt laut Satzung insgesamt 47 Boote [1].", citations=cited(STATUTES[0]))
    )
    assert [finding.support for finding in wrong.sentences] == ["unsupported"]


@pytest.mark.parametrize(
    ("wanted", "text", "right"),
    [
        ("de", "Die Mitgliedschaft kostet im Jahr neunzig Euro und steht allen offen.", True),
        ("de-AT", "Die Mitgliedschaft kostet im Jahr neunzig Euro und steht allen offen.", True),
        ("en-GB", "Die Mitgliedschaft kostet im Jahr neunzig Euro und steht allen offen.", False),
        ("en", "Die Mitgliedschaft kostet im Jahr neunzig Euro und steht allen offen.", False),
        ("fr", "The club lends its boats to all members in summer.", False),
        ("pl", "Klub wypożycza łodzie swoim członkom od kwietnia do października.", True),
        ("el", "Ο σύλλογος έχει 48 σκάφη.", True),
        ("ar", "يملك النادي 48 قاربا.", True),
        ("fr", "48 [1]", None),
        ("fr", "1950.", None),
    ],
)
def test_the_language_of_the_answer_is_told_by_its_words(wanted, text, right):
    result = score(Case(id="x", question="?", answer_language=wanted), Reply(answer=text, language=wanted))
    verdict = result.scores["language_match"]
    assert (None if verdict is None else bool(verdict.part)) is right


def test_a_source_without_its_words_can_be_cited_and_not_compared():
    given = (CitedSource(marker=1, document="docs/Statutes.pdf"), CitedSource(marker=2, document="statutes"))
    result = score(CASE, Reply(answer=RIGHT, citations=given))
    assert [finding.support for finding in result.sentences] == [None, None]
    assert share(result, "citation_coverage") == share(result, "not_assessable") == 1
    assert result.scores["support_recall"] is result.scores["support_precision"] is None


def test_the_assistants_own_division_cannot_hide_an_uncited_sentence():
    text = RIGHT + " The hall is large and old."
    own = Statement(text="Membership costs 90 euros a year", start=0, end=32, markers=(1,))
    result = score(CASE, reply(text, sentences=(own,)))
    assert [finding.markers for finding in result.sentences] == [(1,), (2,), ()]
    assert share(result, "citation_coverage") == pytest.approx(2 / 3)


def test_third_parties_that_do_not_say_something_are_no_refusal():
    asked = Case(id="x", question="Must members pay?", facts=("free of charge",))
    text = "The report does not say that members must pay. Membership is free of charge [1]."
    assert failed(score(asked, Reply(answer=text, citations=cited("Membership is free of charge.")))) == set()
