"""Refusals told by words alone, and answers that only look like one."""

import pytest

from assistant.evaluation.refusals import asks_back, refused
from assistant.evaluation.reply import CitedSource, Reply
from assistant.evaluation.sentences import sentences


def refuses(text: str, *markers: int, language: str = "en", status: str | None = None) -> bool:
    reply = Reply(answer=text, status=status, citations=tuple(CitedSource(marker=m, document="a") for m in markers))
    return refused(reply, sentences(reply, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I don't know."),
        ("en", "I don't know, but nobody does."),
        ("en", "I’m sorry, but I could not find any information about the canteen."),
        ("en", "The provided documents do not contain information about the canteen menu. Please ask the office."),
        ("en", "Unfortunately, there is no information on parking in the sources provided."),
        ("en", "I cannot answer this question from the documents. Could you rephrase it?"),
        ("en", "Sorry! I was unable to locate that, but you can contact the office."),
        ("en", "This question is outside the scope of the documents."),
        ("en", "The fee is not mentioned in the documents."),
        ("en", "The report does not mention the fee."),
        ("en", "I don't have enough information to answer that."),
        ("en", "Je ne sais pas."),
        ("fr", "I am sorry, but after a long search in all of it I could not find any information about the canteen."),
        (
            "fr",
            "Malheureusement, après une longue recherche, je n’ai trouvé aucune information sur la cantine du club.",
        ),
        ("fr", "Je n’ai trouvé aucune information à ce sujet dans les documents."),
        ("fr", "Les documents fournis ne précisent pas le tarif."),
        ("fr", "Désolé, aucune information sur la cantine ne figure dans les documents."),
        ("es", "No lo sé."),
        ("es", "Lo siento, no he encontrado información sobre la cuota en los documentos."),
        ("es", "Los documentos no mencionan la cuota."),
        ("es", "No hay información sobre el aparcamiento."),
        ("de", "Das weiß ich leider nicht."),
        ("de", "Ich kann diese Frage anhand der Dokumente nicht beantworten."),
        ("de", "Die Dokumente enthalten dazu keine Angaben."),
        ("de", "In den vorliegenden Unterlagen finden sich dazu keine Informationen."),
        ("de", "Leider habe ich dazu nichts gefunden."),
        ("it", "Non lo so."),
        ("it", "Non ho trovato informazioni sulla quota nei documenti."),
        ("it", "I documenti non indicano la quota."),
        ("nl", "Dat weet ik helaas niet."),
        ("nl", "Ik kan deze vraag niet beantwoorden."),
        ("nl", "De documenten bevatten geen informatie over de kantine."),
        ("pt", "Não sei."),
        ("pt", "Não encontrei informações sobre a quota nos documentos."),
        ("pt", "Os documentos não mencionam a quota."),
        ("pl", "Nie wiem."),
        ("pl", "Nie znalazłem informacji o składce w dokumentach."),
        ("pl", "Dokumenty nie zawierają tej informacji."),
        ("pl", "W dokumentach brak informacji o parkingu."),
        ("el", "Δεν γνωρίζω."),
        ("el", "Τα έγγραφα δεν αναφέρουν το ποσό της συνδρομής."),
        ("el", "Δεν υπάρχουν πληροφορίες για αυτό."),
        ("ar", "لا أعرف."),
        ("ar", "لا توجد معلومات عن الرسوم في الوثائق."),
        ("ar", "لم أجد إجابة عن هذا السؤال."),
    ],
)
def test_a_refusal_is_told_by_its_words(language, text):
    assert refuses(text, language=language)


@pytest.mark.parametrize(
    ("language", "text", "markers"),
    [
        ("en", "The report does not say that members must pay; membership is free. [1]", (1,)),
        ("en", "The report does not say that members must pay. Membership is free of charge for everybody.", ()),
        ("en", "The statutes do not mention a fee. Members pay nothing [1].", (1,)),
        ("en", "I don't know the exact day, but the club was founded in May 1950.", ()),
        ("en", "I don't know the month, but it was 1950.", ()),
        ("en", "I don't know, but the year is 1950.", ()),
        ("en", "I could not find the month. The club was founded in 1950 [1].", (1,)),
        ("en", "The board does not know how many boats leak [1].", (1,)),
        ("en", "The club has no information desk.", ()),
        ("en", "Members cannot find parking near the hall in summer [1].", (1,)),
        ("en", "The club owns boats. They lie on the river. I do not know their colour.", ()),
        ("en", "No boats are available in winter.", ()),
        ("en", "", ()),
        ("fr", "Le rapport ne dit pas que les membres paient ; l’adhésion est gratuite [1].", (1,)),
        ("fr", "Je ne connais pas le jour exact, mais le club a été fondé en mai 1950.", ()),
        ("es", "El club no tiene barcos a motor [1].", (1,)),
        ("es", "El informe no dice que se pague; la inscripción es gratuita [1].", (1,)),
        ("de", "Mitglieder können die Boote im Winter nicht nutzen [1].", (1,)),
        ("de", "Der Verein hat keine Motorboote.", ()),
        ("de", "Den genauen Tag kenne ich nicht, aber der Verein wurde im Mai 1950 gegründet.", ()),
        ("it", "Il club non possiede barche a motore.", ()),
        ("nl", "De club heeft geen motorboten.", ()),
        ("pt", "O clube não possui barcos a motor.", ()),
        ("pl", "Klub nie ma łodzi motorowych.", ()),
        ("el", "Ο σύλλογος δεν διαθέτει σκάφη με κινητήρα.", ()),
        ("ar", "لا يملك النادي قوارب بمحرك.", ()),
    ],
)
def test_an_answer_is_not_taken_for_a_refusal(language, text, markers):
    assert not refuses(text, *markers, language=language)


def test_a_source_under_the_refusing_words_themselves_makes_no_answer_of_them():
    assert refuses("The documents do not mention the fee [1].", 1)


def test_a_marker_without_a_source_makes_no_answer_of_a_refusal():
    assert refuses("I could not find that. The office knows more [1].")
    assert not refuses("I could not find the day. It was in 1950 [1].", 1)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("not_in_documents", True), ("declined", True), ("answered", False), ("partial", False), ("failed", False)],
)
def test_the_status_decides_where_there_is_one(status, expected):
    assert refuses("I don't know.", status=status) is expected
    assert refuses("The club owns boats [1].", 1, status=status) is expected


@pytest.mark.parametrize(
    ("text", "markers", "expected"),
    [
        ("Which fee do you mean?", (), True),
        ("There are two halls. Do you mean the old one or the new one?", (), True),
        ("Ποια αίθουσα εννοείτε;", (), True),
        ("أي قاعة تقصد؟", (), True),
        ("您指的是哪个大厅？", (), True),
        ("The old hall is open [1]. Do you want to know more?", (1,), False),
        ("Do you mean the hall? It is open.", (), False),
        ("The hall is open.", (), False),
        ("It is open; closed on Mondays;", (), False),
        ("", (), False),
    ],
)
def test_a_question_back_ends_in_a_question_and_cites_nothing(text, markers, expected):
    reply = Reply(answer=text, citations=tuple(CitedSource(marker=m) for m in markers))
    assert asks_back(reply, sentences(reply, "en")) is expected
