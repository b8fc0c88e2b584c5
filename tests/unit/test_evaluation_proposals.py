"""Cases proposed from documents: questions are asked as people ask, and rather none than a bad one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import LanguageModelError
from assistant.evaluation.authoring.abbreviations import long_forms
from assistant.evaluation.authoring.list_questions import question_about_list, question_about_row, question_of_heading
from assistant.evaluation.authoring.model_questions import answer_in, checked, fact_of, propose_with_model
from assistant.evaluation.authoring.phrasing import Phrasing, languages, phrasing
from assistant.evaluation.authoring.proposing import propose, read_library, without_table
from assistant.evaluation.authoring.quotations import Quotable
from assistant.evaluation.authoring.sentence_questions import question_about
from assistant.evaluation.cases import Case
from assistant.evaluation.errors import EvaluationError
from assistant.testing import ScriptedModel, read
from ingest.errors import CorpusError

CORPUS = Path(__file__).parents[2] / "ingest" / "corpus"


def of(language: str) -> Phrasing:
    found = phrasing(language)
    assert found
    return found


def value(fact: Any) -> object:
    return fact.get("number", fact.get("date")) if isinstance(fact, dict) else fact


ASKED = [
    (
        "en",
        "The Riverside Trust is a charitable foundation that runs libraries.",
        "What is the Riverside Trust?",
        "charitable foundation",
    ),
    (
        "en",
        "Jane Holloway is the executive director of the Riverside Trust.",
        "Who is the executive director of the Riverside Trust?",
        "Jane Holloway",
    ),
    (
        "en",
        "The European Social Charter was adopted in Turin in 1961.",
        "When was the European Social Charter adopted?",
        "1961",
    ),
    (
        "en",
        "About 18% of the employees of the Riverside Trust work part-time.",
        "What percentage of the employees of the Riverside Trust work part-time?",
        18,
    ),
    (
        "en",
        "More than 45 Member States have ratified the European Convention.",
        "How many Member States have ratified the European Convention?",
        45,
    ),
    (
        "en",
        "The Council of Europe has 46 member states.",
        "How many member states does the Council of Europe have?",
        46,
    ),
    (
        "en",
        "The Riverside Trust employs about 310 people across Wales.",
        "How many people does the Riverside Trust employ?",
        310,
    ),
    ("en", "The trial period lasts six months.", "How long is the trial period?", "six months"),
    ("en", "The membership fee is €40 per year.", "How much is the membership fee?", 40),
    (
        "de",
        "Der Verein Hafenlicht ist ein gemeinnütziger Verein zur Beratung von Zugewanderten.",
        "Was ist der Verein Hafenlicht?",
        "gemeinnütziger Verein",
    ),
    ("de", "Der Verein Hafenlicht wurde 2004 gegründet.", "Wann wurde der Verein Hafenlicht gegründet?", "2004"),
    (
        "de",
        "Rund 38 Prozent der Beschäftigten in den Heimen in Sachsen arbeiten in Teilzeit.",
        "Wie viel Prozent der Beschäftigten in den Heimen in Sachsen arbeiten in Teilzeit?",
        38,
    ),
    (
        "de",
        "Rund 120 Ehrenamtliche arbeiten in den Beratungsstellen des Vereins Hafenlicht.",
        "Wie viele Ehrenamtliche arbeiten in den Beratungsstellen des Vereins Hafenlicht?",
        120,
    ),
    ("de", "Der Deutsche Bundestag hat 630 Abgeordnete.", "Wie viele Abgeordnete hat der Deutsche Bundestag?", 630),
    (
        "de",
        "Die ordentliche Kündigungsfrist beträgt drei Monate.",
        "Wie lang ist die ordentliche Kündigungsfrist?",
        "drei Monate",
    ),
    ("de", "Der jährliche Mitgliedsbeitrag beträgt 48 Euro.", "Wie hoch ist der jährliche Mitgliedsbeitrag?", 48),
    (
        "fr",
        "Le Conseil de l'Europe est une organisation internationale qui défend les droits humains.",
        "Qu'est-ce que le Conseil de l'Europe ?",
        "organisation internationale",
    ),
    (
        "fr",
        "La Ligue des droits de l'Homme a été fondée en 1898 à Paris.",
        "En quelle année a été fondée la Ligue des droits de l'Homme ?",
        "1898",
    ),
    (
        "fr",
        "Environ 62 % des personnes accueillies à Lyon viennent d'Afrique.",
        "Quel pourcentage des personnes accueillies à Lyon viennent d'Afrique ?",
        62,
    ),
    (
        "fr",
        "Plus de 120 bénévoles de la Croix-Rouge ont suivi la formation.",
        "Combien de bénévoles de la Croix-Rouge ont suivi la formation ?",
        120,
    ),
    (
        "fr",
        "Le Conseil de l'Europe compte 46 États membres.",
        "Combien d'États membres compte le Conseil de l'Europe ?",
        46,
    ),
    ("fr", "Le délai de préavis est de trois mois.", "Quelle est la durée du délai de préavis ?", "trois mois"),
    ("fr", "La cotisation annuelle est de 25 euros.", "À combien s'élève la cotisation annuelle ?", 25),
    (
        "es",
        "La Cruz Roja Española es una organización humanitaria que ayuda a personas vulnerables.",
        "¿Qué es la Cruz Roja Española?",
        "organización humanitaria",
    ),
    ("es", "La Cruz Roja Española fue fundada en 1864.", "¿Cuándo fue fundada la Cruz Roja Española?", "1864"),
    (
        "es",
        "El 35 % de las mujeres migrantes en Andalucía trabaja sin contrato.",
        "¿Qué porcentaje de las mujeres migrantes en Andalucía trabaja sin contrato?",
        35,
    ),
    (
        "es",
        "La asociación Puente Nuevo tiene 120 socios en Sevilla.",
        "¿Cuántos socios tiene la asociación Puente Nuevo?",
        120,
    ),
    (
        "es",
        "La asociación Puente Nuevo tiene 40 empleadas.",
        "¿Cuántas empleadas tiene la asociación Puente Nuevo?",
        40,
    ),
    ("es", "El plazo de recurso es de dos meses.", "¿Cuánto dura el plazo de recurso?", "dos meses"),
    ("es", "La cuota anual es de 30 euros.", "¿A cuánto asciende la cuota anual?", 30),
    (
        "es",
        "La Ley de Extranjería establece un plazo máximo para resolver.",
        "¿Qué establece la Ley de Extranjería?",
        "plazo máximo",
    ),
    (
        "it",
        "La Caritas Italiana è un'organizzazione cattolica che aiuta i poveri.",
        "Che cosa è la Caritas Italiana?",
        "organizzazione cattolica",
    ),
    (
        "it",
        "La Croce Rossa Italiana è stata fondata nel 1864.",
        "Quando è stata fondata la Croce Rossa Italiana?",
        "1864",
    ),
    (
        "it",
        "Il 35% dei lavoratori stranieri in Lombardia ha un contratto a termine.",
        "Quale percentuale dei lavoratori stranieri in Lombardia ha un contratto a termine?",
        35,
    ),
    ("it", "L'associazione Ponte Nuovo ha 120 soci in Toscana.", "Quanti soci ha l'associazione Ponte Nuovo?", 120),
    (
        "it",
        "L'associazione Ponte Nuovo ha 12 sezioni locali.",
        "Quante sezioni locali ha l'associazione Ponte Nuovo?",
        12,
    ),
    ("it", "Il periodo di prova dura sei mesi.", "Quanto dura il periodo di prova?", "sei mesi"),
    ("it", "La quota annuale è di 30 euro.", "A quanto ammonta la quota annuale?", 30),
    (
        "it",
        "La legge Bossi-Fini prevede il rimpatrio degli stranieri.",
        "Che cosa prevede la legge Bossi-Fini?",
        "rimpatrio degli stranieri",
    ),
    (
        "nl",
        "De Raad van Europa is een internationale organisatie die mensenrechten beschermt.",
        "Wat is de Raad van Europa?",
        "internationale organisatie",
    ),
    ("nl", "Stichting De Brug werd in 1998 opgericht.", "Wanneer werd Stichting De Brug opgericht?", "1998"),
    (
        "nl",
        "Ongeveer 35% van de werknemers in Rotterdam werkt deeltijds.",
        "Welk percentage van de werknemers in Rotterdam werkt deeltijds?",
        35,
    ),
    (
        "nl",
        "Stichting De Brug telt 120 vrijwilligers in Utrecht.",
        "Hoeveel vrijwilligers telt Stichting De Brug?",
        120,
    ),
    (
        "nl",
        "De wettelijke opzegtermijn bedraagt drie maanden.",
        "Hoe lang is de wettelijke opzegtermijn?",
        "drie maanden",
    ),
    ("nl", "De jaarlijkse contributie bedraagt 25 euro.", "Hoeveel bedraagt de jaarlijkse contributie?", 25),
    (
        "pt",
        "A Cruz Vermelha Portuguesa é uma organização humanitária que apoia pessoas.",
        "O que é a Cruz Vermelha Portuguesa?",
        "organização humanitária",
    ),
    ("pt", "A Cruz Vermelha Portuguesa foi fundada em 1865.", "Quando foi fundada a Cruz Vermelha Portuguesa?", "1865"),
    (
        "pt",
        "Cerca de 35% dos trabalhadores estrangeiros em Lisboa têm contrato.",
        "Que percentagem dos trabalhadores estrangeiros em Lisboa têm contrato?",
        35,
    ),
    ("pt", "A associação Ponte Nova tem 120 sócios em Lisboa.", "Quantos sócios tem a associação Ponte Nova?", 120),
    ("pt", "A associação Ponte Nova tem 40 funcionárias.", "Quantas funcionárias tem a associação Ponte Nova?", 40),
    ("pt", "O período experimental dura seis meses.", "Quanto tempo dura o período experimental?", "seis meses"),
    ("pt", "A quota anual é de 30 euros.", "Quanto custa a quota anual?", 30),
    (
        "pl",
        "Fundacja Nowy Most to organizacja pozarządowa, która pomaga migrantom.",
        "Czym jest Fundacja Nowy Most?",
        "organizacja pozarządowa",
    ),
    ("pl", "Fundacja Nowy Most została założona w 1998 roku.", "Kiedy została założona Fundacja Nowy Most?", "1998"),
    (
        "pl",
        "Około 35% pracowników fabryki w Gdańsku pracuje na czas określony.",
        "Jaki odsetek pracowników fabryki w Gdańsku pracuje na czas określony?",
        35,
    ),
    ("pl", "Roczna składka członkowska wynosi 30 zł.", "Ile wynosi roczna składka członkowska?", 30),
    (
        "pl",
        "Ustawowy okres wypowiedzenia wynosi trzy miesiące.",
        "Ile wynosi ustawowy okres wypowiedzenia?",
        "trzy miesiące",
    ),
    (
        "el",
        "Το Συμβούλιο της Ευρώπης είναι ένας διεθνής οργανισμός που προστατεύει τα δικαιώματα.",
        "Τι είναι το Συμβούλιο της Ευρώπης;",
        "διεθνής οργανισμός",
    ),
    ("el", "Ο Ερυθρός Σταυρός ιδρύθηκε το 1863.", "Πότε ιδρύθηκε ο Ερυθρός Σταυρός;", "1863"),
    (
        "el",
        "Το 35% των εργαζομένων στην Αθήνα και στον Πειραιά δουλεύει με μερική απασχόληση.",
        "Ποιο ποσοστό των εργαζομένων στην Αθήνα και στον Πειραιά δουλεύει με μερική απασχόληση;",
        35,
    ),
    ("el", "Η ετήσια συνδρομή είναι 30 ευρώ.", "Πόσο είναι η ετήσια συνδρομή;", 30),
    ("el", "Η δοκιμαστική περίοδος διαρκεί έξι μήνες.", "Πόσο διαρκεί η δοκιμαστική περίοδος;", "έξι μήνες"),
    (
        "ar",
        "منظمة العفو الدولية هي منظمة غير حكومية تدافع عن حقوق الإنسان.",
        "ما هي منظمة العفو الدولية؟",
        "منظمة غير حكومية",
    ),
    ("ar", "تأسست منظمة العفو الدولية في عام 1961.", "متى تأسست منظمة العفو الدولية؟", "1961"),
    ("ar", "يبلغ رسم العضوية السنوي 30 يورو.", "كم يبلغ رسم العضوية السنوي؟", 30),
    (
        "ar",
        "35% من العاملين في قطاع البناء في تونس يعملون بلا عقود.",
        "أي نسبة من العاملين في قطاع البناء في تونس يعملون بلا عقود؟",
        35,
    ),
]


@pytest.mark.parametrize(("language", "sentence", "question", "fact"), ASKED, ids=[row[2] for row in ASKED])
def test_a_sentence_becomes_the_question_that_it_answers(
    language: str, sentence: str, question: str, fact: object
) -> None:
    draft = question_about(sentence, of(language), frozenset())
    assert draft
    assert (draft.question, value(draft.facts[0])) == (question, fact)
    Case.model_validate({"id": "a", "question": draft.question, "facts": draft.facts})


def test_every_language_has_questions_of_several_sorts() -> None:
    assert {language for language, *_ in ASKED} == set(languages())
    assert set(languages()) == {"ar", "de", "el", "en", "es", "fr", "it", "nl", "pl", "pt"}
    assert of("pt-BR").language == "pt"
    assert phrasing("fi") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "It is a network of local organisations.",
        "The report was published in 2019.",
        "The organisation is a non-profit association.",
        "This is a matter of some urgency for all of us.",
        "Our members are organisations that help migrants.",
        "One of the aims is a better law for undocumented workers.",
        "The notice period for members is a matter of debate.",
        "In 2019, the Council was a member of the network.",
        "What the Council wants is a binding treaty.",
        "Using the new form is a requirement of the Council.",
        "A solidarity network is a solidarity network of people.",
        "20 people came.",
        "The Council of Europe has 46 member states that have ratified it.",
        "Is the Council of Europe an international organisation?",
        "The Council of Europe is an international organisation and",
        "The Council of Europe, which is a body of states, was founded in 1949 and it has members.",
        "Defaulted parameters were accidentally accepted in positions that were not intended.",
        "The Riverside Trust is a part of the county.",
    ],
)
def test_rather_no_question_than_a_bad_one(sentence: str) -> None:
    assert question_about(sentence, of("en"), frozenset()) is None


def test_a_word_with_a_capital_is_a_name_only_if_it_has_one_elsewhere() -> None:
    sentence = "Migration is a human right that many lack."
    assert question_about(sentence, of("en"), frozenset()) is None
    sentence = "Frontex is a European agency that guards borders."
    assert question_about(sentence, of("en"), frozenset()) is None
    draft = question_about(sentence, of("en"), frozenset({"Frontex"}))
    assert draft
    assert draft.question == "What is Frontex?"


def test_marks_of_footnotes_are_no_part_of_a_sentence() -> None:
    draft = question_about("The Riverside Trust has 310 employees.12", of("en"), frozenset())
    assert draft
    assert draft.facts == ({"number": 310},)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("the Council of Europe (CoE) says", [("CoE", "Council of Europe")]),
        ("The Platform for International Cooperation on Undocumented Migrants (PICUM) is", [
            ("PICUM", "Platform for International Cooperation on Undocumented Migrants"),
        ]),
        ("das Bundesamt für Migration und Flüchtlinge (BAMF)", [("BAMF", "Bundesamt für Migration und Flüchtlinge")]),
        ("a Non-Governmental Organisation (NGO)", [("NGO", "Non-Governmental Organisation")]),
        ("the Office (PICUM)", []),
        ("members met in Brussels (EU) and left", []),
        ("Subject Alternative Names (SANs)", []),
        ("(EU)", []),
        ("End. Of Union (EU)", []),
    ],
)  # fmt: skip
def test_abbreviations_are_known_by_their_letters(text: str, forms: list[tuple[str, str]]) -> None:
    found = list(long_forms(text))
    assert [(form.short, form.long) for form in found] == forms
    for form in found:
        assert text[form.start : form.end] == f"{form.long} ({form.short})"


@pytest.mark.parametrize(
    ("language", "lead_in", "items", "question"),
    [
        ("en", "The main duties of a librarian are:", ["lending: to readers", "advice"],
         "What are the main duties of a librarian?"),
        ("en", "The Riverside Trust aims to:", ["open libraries", "teach reading"],
         "What does the Riverside Trust aim to do?"),
        ("en", "Membership benefits of the Trust", ["free loans", "a vote"],
         "What are the membership benefits of the Trust?"),
        ("de", "Die Organe des Vereins sind:", ["der Vorstand", "der Beirat"], "Was sind die Organe des Vereins?"),
        ("fr", "Les organes de l'association sont les suivants :", ["le bureau", "le conseil"],
         "En quoi consistent les organes de l'association ?"),
        ("es", "Los órganos de la asociación son:", ["la junta", "la asamblea"],
         "¿Cuáles son los órganos de la asociación?"),
        ("it", "Gli organi dell'associazione sono:", ["il consiglio", "l'assemblea"],
         "Quali sono gli organi dell'associazione?"),
        ("nl", "De organen van de vereniging zijn:",
         ["het bestuur", "de raad"],
         "Wat zijn de organen van de vereniging?"),
        ("pt", "Os órgãos da associação são:", ["a direção", "a assembleia"], "Quais são os órgãos da associação?"),
        ("pl", "Zakres usług fundacji obejmuje:",
         ["porady prawne", "kursy języka"],
         "Co obejmuje zakres usług fundacji?"),
        ("el", "Το έργο του Ιδρύματος περιλαμβάνει:", ["νομική βοήθεια", "μαθήματα"],
         "Τι περιλαμβάνει το έργο του Ιδρύματος;"),
        ("ar", "تشمل خدمات المنظمة:", ["المشورة القانونية", "دروس اللغة"], "ماذا تشمل خدمات المنظمة؟"),
        ("en", "They are:", ["one thing", "another thing"], None),
        ("en", "For instance:", ["one thing", "another thing"], None),
        ("en", "The main duties of a librarian are:", ["lending"], None),
        ("en", "The main duties of a librarian are:", ["lending", "lending: again"], None),
        ("en", "The main duties of a librarian are:",
         ["lending", "everything that a reader who comes in for the first time may need"], None),
        ("en", "The main duties of a librarian are:", ["lending", "<b>advice</b>"], None),
        ("en", "Outcomes after four years:", ["more members", "more money"], None),
        ("en", "Removal of obsolete features", ["keywords", "constructs"], None),
    ],
)  # fmt: skip
def test_a_list_is_asked_for_by_its_lead_in(
    language: str, lead_in: str, items: list[str], question: str | None
) -> None:
    draft = question_about_list(lead_in, items, of(language), frozenset())
    assert (draft.question if draft else None) == question
    if draft:
        assert len(draft.facts) == len(items)


def test_a_list_within_a_sentence_is_one_too() -> None:
    told = "The bodies of the Trust are the Board, the Executive Committee and the Staff Council."
    draft = question_about_row(told, of("en"), frozenset())
    assert draft
    assert draft.facts == ("Board", "Executive Committee", "Staff Council")
    for other in (
        "The bodies of the Trust are slow, expensive and they are unknown.",
        "The bodies of the Trust are old and new.",
        "The bodies of the Trust are rich and poor, old and young, big and small.",
    ):
        assert question_about_row(other, of("en"), frozenset()) is None


def test_a_heading_that_asks_is_answered_by_a_figure_below() -> None:
    heading = "How many days of leave do employees of the Trust have?"
    draft = question_of_heading(heading, "They have 28 days of leave.", of("en"))
    assert draft
    assert draft.facts == ("28 days",)
    assert question_of_heading(heading, "Ask the Board.", of("en")) is None
    assert question_of_heading("How many?", "They have 28 days.", of("en")) is None
    assert question_of_heading("What is our leave under the new rules of 2019?", "It is 28 days.", of("en")) is None


def test_proposals_from_the_shipped_documents_hold() -> None:
    library = read_library([CORPUS])
    proposals = list(propose(library))
    assert len(proposals) >= 8
    assert len({proposal.key for proposal in proposals}) == len(proposals)
    assert len({proposal.draft.question for proposal in proposals}) == len(proposals)
    for proposal in proposals:
        assert library.documents[proposal.document].find(proposal.quote), proposal
        case = Case.model_validate(proposal.case("a"))
        assert case.facts
        assert case.question.endswith("?")
    assert [proposal.key for proposal in propose(library)] == [proposal.key for proposal in proposals]


def test_documents_in_other_languages_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Yhdistys on perustettu vuonna 1998 Helsingissä. Sen jäsenmaksu on 30 euroa.")
    library = read_library([tmp_path])
    assert list(propose(library)) == []
    assert without_table(library) == ("a.txt",)


def test_where_no_document_can_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No document was found"):
        read_library([tmp_path])
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    with pytest.raises(EvaluationError, match=r"No document could be read: .*a\.pdf"):
        read_library([tmp_path])


SENTENCE = "The Riverside Trust opened its fourth library in Newport in 2011."


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("When did the Riverside Trust open its fourth library?", False),
        ("When did the Riverside Trust open the fourth library?", True),
        ("When did the Riverside Trust open a library in Newport?", True),
        ("When did it open a library in Newport?", False),
        ("When did the Riverside Trust open a library in Newport in 2011?", False),
        ("When did the Riverside Trust open a library in Newport", False),
        ("Wann hat der Riverside Trust die vierte Bibliothek in Newport eröffnet?", False),
        ("When was the library opened?", False),
        ("Who won the cup in Cardiff that year?", False),
        ("", False),
    ],
)
def test_what_a_model_asks_is_held_to_the_sentence(question: str, holds: bool) -> None:
    written = json.dumps({"question": question})
    assert (checked(written, "2011", SENTENCE, "en") is not None) == holds
    assert checked(f"[{written}", "2011", SENTENCE, "en") is None


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        (SENTENCE, "2011"),
        ("The Trust has 1,310 employees in four towns.", "1,310"),
        ("Breakfast costs € 12 in the hostel.", ""),
        ("About 18% of them work.", "18%"),
        ("The Act 12/2019 says so.", ""),
        ("Members met Jane Holloway, Newport and others.", "Jane Holloway"),
        ("Newport is a town.", ""),
    ],
)
def test_the_answer_is_a_figure_or_a_name(sentence: str, answer: str) -> None:
    assert answer_in(sentence, frozenset({"Jane", "Holloway", "Newport"})) == answer


@pytest.mark.parametrize(
    ("answer", "fact"),
    [("2011", {"date": "2011"}), ("1,310", {"number": 1310}), ("2.5", {"number": 2.5}), ("Newport", "Newport")],
)
def test_an_answer_becomes_a_fact(answer: str, fact: object) -> None:
    assert fact_of(answer) == fact
    assert fact_of("18 %") == {"number": 18, "unit": fact_of("18%")["unit"]}  # type: ignore[index]


def test_a_model_is_asked_as_far_as_proposals_are_wanted(tmp_path: Path) -> None:
    closed = "The Riverside Trust closed the library in Barry in 2015."
    (tmp_path / "a.txt").write_text(f"{SENTENCE}\n\n{closed}\n\nNobody knows any more about it today.\n")
    model = ScriptedModel("nonsense", '{"question": "When did the Riverside Trust close the library in Barry?"}')
    [proposal] = propose_with_model(read_library([tmp_path]), model)
    assert proposal.draft.facts == ({"date": "2015"},)
    assert proposal.draft.way == "model"
    assert proposal.quote == closed
    told = [prompt.user.splitlines()[2:5:2] for prompt in model.prompts]
    assert told == [[f"Sentence: {SENTENCE}", "Answer: 2011"], [f"Sentence: {closed}", "Answer: 2015"]]
    failing = ScriptedModel("", failure=LanguageModelError("The model is gone."))
    with pytest.raises(LanguageModelError):
        next(propose_with_model(read_library([tmp_path]), failing))


PAGES = (
    "Fees\n\nThe yearly fee is 40 euros. It is paid in March or later.\n\fRules\n\nDogs stay outside. Cats do not.\n"
)


def test_quotations_are_found_whatever_their_spaces_and_signs() -> None:
    document = Quotable(read("a", PAGES))
    for quote in (
        "The yearly fee is 40 euros.",
        "the  yearly FEE is 40 euros",
        "It is paid in March",
        "40 euros. It is paid",
        "The yearly fee […] paid in March",
        "“Dogs stay outside.”",
    ):
        assert document.find(quote), quote
    for quote in ("The yearly fee is 4", "Dogs stay inside", "paid in March … The yearly fee", "", "…"):
        assert document.find(quote) is None, quote


def test_the_nearest_wording_is_named() -> None:
    document = Quotable(read("a", PAGES))
    nearest = document.nearest("The yearly fee is 45 euros.")
    assert nearest
    assert nearest[0] == "The yearly fee is 40 euros."
    assert document.nearest("Nothing of this is anywhere near.") is None
