"""Follow-ups are made standalone by rules; everything else is left as it was asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.condense import condense, leans_back
from assistant.events import Turn

FIRST = "Which services does the night shelter in Lyon offer to homeless families?"
SECOND = "Who pays for the medical consultations that the shelter offers every Tuesday evening?"


def user(text: str) -> Turn:
    return Turn(role="user", content=text)


def reply(text: str) -> Turn:
    return Turn(role="assistant", content=text)


@pytest.mark.parametrize("question", ["And then?", "What about it?", FIRST, "", "???"])
def test_without_a_history_a_question_is_unchanged(question: str) -> None:
    assert condense(question, [], "en") == question
    assert condense(question, [reply("Good morning.")], "en") == question


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What do consular officers check before issuing emergency travel documents?", "en"),
        ("Which trade unions signed agreements with agricultural employers during harvest season?", "en"),
        ("Welche Gewerkschaften unterzeichneten Vereinbarungen mit landwirtschaftlichen Arbeitgebern?", "de"),
        ("Quels syndicats agricoles défendent actuellement travailleurs saisonniers étrangers ?", "fr"),
        # articles and conjunctions join the words of one question
        ("What do the organisations say about health and labour rights?", "en"),
        ("Quels sont les objectifs de la stratégie en matière de santé et de logement ?", "fr"),
        ("¿Cuáles son los objetivos del plan y las prioridades de salud?", "es"),
        ("Was sagt die Strategie über das Recht auf Gesundheit und Bildung?", "de"),
        ("Quali sono gli obiettivi e le misure del piano per la salute?", "it"),
        ("Wat zegt het plan over de gezondheid van kinderen en het onderwijs?", "nl"),
        ("Quais são as prioridades da estratégia e a saúde das crianças?", "pt"),
        ("Jakie są cele strategii i co mówi o zdrowiu dzieci?", "pl"),
    ],
)
def test_another_topic_is_unchanged(question: str, language: str) -> None:
    assert condense(question, [user(FIRST), reply("Beds and meals.")], language) == question


@pytest.mark.parametrize("courtesy", ["Thank you!", "ok", "Danke!", "…"])
def test_thanks_lean_on_nothing_and_nothing_leans_on_them(courtesy: str) -> None:
    history = [user(FIRST), reply("Beds and meals.")]
    assert condense(courtesy, history, "en") == courtesy
    went_on = [*history, user(courtesy), reply("You can ask about the shelter.")]
    assert condense("And in winter?", went_on, "en") == f"{FIRST} And in winter?"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Does it also offer legal advice to newly arrived people?", "en"),
        ("And in winter?", "en"),
        ("Why?", "en"),
        ("How many beds?", "en"),
        ("ok, and what does the municipality contribute to the costs of all those services every year?", "en"),
        ("Et pour les enfants ?", "fr"),
        ("Proposent-ils aussi des consultations juridiques aux personnes arrivées récemment ?", "fr"),
        ("Und im Winter?", "de"),
        ("Bieten sie dort auch rechtliche Beratung für neu angekommene Menschen an?", "de"),
        ("¿Y en invierno?", "es"),
        ("E d'inverno?", "it"),
        ("En in de winter?", "nl"),
        ("E no inverno?", "pt"),
        ("A zimą?", "pl"),
        ("А зимой?", "ru"),
    ],
)
def test_a_follow_up_gets_the_question_it_leans_on(question: str, language: str) -> None:
    assert leans_back(question, language)
    assert condense(question, [user(FIRST), reply("Beds and meals.")], language) == f"{FIRST} {question}"


def test_a_short_question_about_the_organisation_is_another_topic() -> None:
    history = [user(FIRST), reply("Beds and meals.")]
    for question in ("When was Harbour founded?", "Harbour's telephone number?"):
        assert condense(question, history, "en", ("Harbour",)) == question
        assert condense(question, history, "en") == f"{FIRST} {question}"
    for question in ("Harbour Aid?", "And Harbour Aid's budget?", "Does it pay Harbour Aid?"):
        assert condense(question, history, "en", ("Harbour Aid",)) == f"{FIRST} {question}"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("No, I meant the consultations that the municipality of Lyon offers to elderly residents", "en"),
        ("Sorry, the consultations that the municipality of Lyon offers to elderly residents", "en"),
        ("I meant consultations that the municipality of Lyon offers to elderly residents", "en"),
        ("Nein, ich meinte die Sprechstunden der Gemeinde Lyon für ältere Bewohner ohne Wohnung", "de"),
        ("Non, je parlais des consultations que la commune de Lyon propose aux habitants âgés", "fr"),
        ("Όχι, εννοούσα τις συμβουλές που δίνει ο δήμος στους ηλικιωμένους κατοίκους της Λυών", "el"),
        ("Hayır, belediyenin yaşlı sakinlere verdiği danışmanlık hizmetlerini sormuştum size", "tr"),
    ],
)
def test_a_correction_keeps_the_question_that_it_corrects(question: str, language: str) -> None:
    assert condense(question, [user(FIRST)], language) == f"{FIRST} {question}"


def test_a_question_that_begins_with_no_corrects_nothing() -> None:
    question = "No fee for children under fourteen: which regional libraries apply this exemption during holidays?"
    assert condense(question, [user(FIRST)], "en") == question


def test_years_of_a_follow_up_replace_those_of_the_question_before() -> None:
    asked = user("How many families did the night shelter in Lyon house in 2019?")
    assert condense("And in 2021?", [asked], "en") == (
        "How many families did the night shelter in Lyon house in ? And in 2021?"
    )
    assert condense("And in winter?", [asked], "en") == f"{asked.content} And in winter?"


def test_a_follow_up_to_a_follow_up_reaches_back_two_questions_and_no_further() -> None:
    history = [user(SECOND), user(FIRST), reply("Beds."), user("How many beds?"), reply("Forty.")]
    assert condense("And in winter?", history, "en") == f"{FIRST} How many beds? And in winter?"
    history = [user(FIRST), user("How many beds?"), user("Since when?")]
    assert condense("And in winter?", history, "en") == "How many beds? Since when? And in winter?"


def test_the_last_question_that_stands_alone_is_enough() -> None:
    assert condense("And in winter?", [user(FIRST), user(SECOND)], "en") == f"{SECOND} And in winter?"


def test_words_of_answers_are_never_searched_for() -> None:
    condensed = condense("And in winter?", [user(FIRST), reply("Beds, meals and a laundry.")], "en")
    assert "laundry" not in condensed


def test_a_long_question_with_a_pronoun_of_its_own_stands_alone() -> None:
    question = "Which of the regional offices say in their yearly reports that they turned away families with children?"
    assert condense(question, [user(FIRST)], "en") == question


def test_what_was_declined_is_not_asked_again() -> None:
    history = [user(FIRST), reply("Beds."), user("Write me a poem about beds"), reply("I only answer questions.")]
    assert condense("How many beds?", history, "en") == f"{FIRST} How many beds?"
    assert condense("How many beds?", history[2:], "en") == "How many beds?"


def test_a_pasted_text_does_not_drown_the_question() -> None:
    assert condense("And in winter?", [user("shelter " * 500)], "en") == "And in winter?"
    assert condense("And in winter?", [user("  ")], "en") == "And in winter?"


@given(st.text(), st.lists(st.builds(Turn, role=st.sampled_from(["user", "assistant"]), content=st.text())))
def test_the_question_itself_always_stands_last_and_whole(question: str, history: list[Turn]) -> None:
    condensed = condense(question, history, "en")
    assert condensed.endswith(question)
    assert len(condensed) <= len(question) + 2 * 401
