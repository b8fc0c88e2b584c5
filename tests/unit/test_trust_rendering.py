"""How far an answer may be trusted, at a glance: sentences in doubt, documents that disagree, refusals."""

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import AnswerSentence, Conflict
from assistant.events import Delta, Finished
from ui.chat.cards import cards_html
from ui.chat.messages import answer_html
from ui.chat.rendering import Doubt, markdown_html
from ui.chat.texts import languages, texts
from ui.conversations import Exchange
from ui.standing import Standing
from ui.testing import make_answer, make_citation

ENGLISH = texts("en")
SIGN = "<a>≈</a>"
CITED = [
    make_citation(1, "There were 140 members.", title="The old plan", published="2016-02"),
    make_citation(2, "There are 160 members.", document="new", published="2022-01"),
    make_citation(
        3, "About 90.", document="w", title="A view", publisher="Watch", authority="third_party", published="2010"
    ),
]
SAID = make_answer(("There are 160 members.", (2,)), ("There were 140.", (1,)), ("Or 90.", (3,)), citations=CITED)


def exchange(answer):
    return Exchange(number=1, question="How many?").after(Finished(answer=answer))


def judged(*support):
    sentences = [replace(each, support=how) for each, how in zip(SAID.sentences, support, strict=True)]
    return exchange(replace(SAID, sentences=tuple(sentences)))


def shown(html):
    """The text of HTML, without its white space, which a browser changes too."""
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def chip(marker):
    return f"<i>{marker}</i>" if marker < 4 else ""


MARKDOWN = st.lists(
    st.sampled_from(
        [
            "**",
            "word ",
            "- ",
            "\n",
            "\n\n",
            "> ",
            "[1]",
            "[2, 3]",
            "[9]",
            "\\[1\\]",
            "# ",
            "<b>",
            "&amp;",
            "é",
            "ا",
            "* ",
        ]
    )
    | st.text(st.characters(codec=None), max_size=5),
    max_size=25,
).map("".join)


@given(MARKDOWN, st.lists(st.integers(0, 60), max_size=6).map(sorted))
def test_signs_of_doubt_change_no_word_wherever_they_stand(text, places):
    doubts = [Doubt(start, end, "") for start, end in zip(places[::2], places[1::2], strict=False)]
    plain, marked = markdown_html(text, chip), markdown_html(text, chip, doubts)
    assert shown(marked) == shown(plain)
    without = re.sub(r'<span class="doubted">|</span>', "", marked)
    assert re.findall(r"<[^>]*>", without) == re.findall(r"<[^>]*>", plain)
    assert "\0" not in marked
    assert "\n" not in marked


@given(MARKDOWN, st.integers(0, 60), st.integers(0, 60))
def test_a_sign_stands_once_at_the_most(text, start, end):
    html = markdown_html(text, chip, [Doubt(start, end, SIGN)])
    assert html.count(SIGN) == ("doubted" in html)
    # Each underlined piece is closed before the element around it.
    assert all("<" not in piece for piece in re.findall(r'<span class="doubted">(.*?)</span>', html))


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        ("One. Two. [1]", "Two.", f'<p>One. <span class="doubted">Two.</span>{SIGN} <i>1</i></p>'),
        ("**One.** Two.", "**One.**", f'<p><strong><span class="doubted">One.</span>{SIGN}</strong> Two.</p>'),
        (
            "- **One** is\n- two",
            "- **One** is",
            (
                '<ul><li><strong><span class="doubted">One</span></strong><span class="doubted"> is</span>'
                f"{SIGN}</li><li>two</li></ul>"
            ),
        ),
        (
            "> said\n> so",
            "said\n> so",
            (
                '<blockquote dir="ltr"><p><span class="doubted">said</span><br><span class="doubted">so</span>'
                f"{SIGN}</p></blockquote>"
            ),
        ),
        ("قال نعم. [1]", "قال نعم.", f'<p><span class="doubted">قال نعم.</span>{SIGN} <i>1</i></p>'),
    ],
)
def test_where_the_sign_stands(text, words, html):
    start = text.index(words)
    made = markdown_html(text, chip, [Doubt(start, start + len(words), SIGN)])
    assert re.sub(r"&#(\d+);", lambda sign: chr(int(sign[1])), made) == html


def test_what_is_supported_needs_no_sign():
    html = answer_html(judged("supported", "supported", "supported"), ENGLISH)
    assert "doubt" not in html


def test_each_kind_of_doubt_has_its_sign_its_words_and_one_line():
    html = answer_html(judged("supported", "partial", "not_assessable"), ENGLISH)
    assert re.findall(r'class="doubted">([^<]*)<', html.replace("&#46;", ".")) == ["There were 140.", "Or 90."]
    for kind, said in (("partial", "Only partly borne out"), ("not_assessable", "Not compared word for word")):
        assert html.count(f'<a class="doubt doubt-{kind}" href="#doubt-1-{kind}">') == 1
        assert html.count(f'id="doubt-1-{kind}"') == 1
        assert said in unescape(html)


def test_signs_are_there_while_the_answer_grows():
    sentence = AnswerSentence(text="So it is.", start=0, end=9, markers=(1,), support="partial")
    growing = Exchange(number=1, question="How?").after(
        Delta(text="So it is. [1]", sentence=sentence, citations=tuple(CITED[:1]))
    )
    assert 'class="doubted">So it is' in answer_html(growing, ENGLISH)


def test_a_disagreement_is_a_table_of_who_says_what_and_when():
    html = unescape(
        answer_html(exchange(replace(SAID, conflicts=(Conflict(about="members", markers=(1, 2, 3)),))), ENGLISH)
    )
    caption, *rows = re.findall(r"<caption>.*?</caption>|<tr><th scope=\"row\">.*?</tr>", html)
    text = [re.sub(r"<[^>]*>", " ", row).split() for row in rows]
    assert re.sub(r"<[^>]*>", "", caption) == "The documents differ on: members"
    assert " ".join(text[0]) == "The old plan The organisation 2016-02 older document There were 140 members. [ 1 ]"
    assert " ".join(text[1]) == "The plan The organisation 2022-01 There are 160 members. [ 2 ]"
    # That somebody else wrote earlier makes nothing old.
    assert " ".join(text[2]) == "A view Watch (third party) 2010 About 90. [ 3 ]"


@pytest.mark.parametrize(
    ("date", "other", "older"), [("2022", "2022-05", False), ("2021", "2022-05", True), ("", "2022", False)]
)
def test_older_is_only_what_surely_is(date, other, older):
    cited = [replace(CITED[0], published=date or None), replace(CITED[1], published=other)]
    answer = replace(SAID, citations=tuple(cited), conflicts=(Conflict(about="members", markers=(1, 2)),))
    assert ("older document" in answer_html(exchange(answer), ENGLISH)) is older


@pytest.mark.parametrize("status", ["not_in_documents", "declined"])
@pytest.mark.parametrize("language", languages())
def test_a_refusal_says_how_to_get_further_and_offers_nothing_to_copy(status, language):
    said = texts(language)
    refusal = exchange(make_answer(("The documents do not say.", ()), status=status))
    html = answer_html(refusal, said)
    assert f'<a href="library?lang={language}">' in html
    assert (shown(said.say("help_words")) in shown(html)) is (status != "declined"), "other words help no other wish"
    assert "copy" not in html
    cards = unescape(cards_html([refusal], said))
    assert said.say("no_sources") not in cards
    assert said.say("nothing_cited") in cards


def test_what_a_refusal_cites_is_near_and_no_proof():
    near = exchange(make_answer(("Nearest:", (1,)), citations=CITED[:1], status="not_in_documents"))
    assert "<h2>Passages that come nearest</h2>" in cards_html([near], ENGLISH)


def test_an_answer_has_no_ways_on():
    assert "library" not in answer_html(exchange(SAID), ENGLISH)


def answered(answer, **spoken):
    known = {document: Standing(language=language) for document, language in spoken.items()}
    return answer_html(replace(exchange(answer), documents=known), texts("fr"))


def in_french(text, language):
    return replace(SAID, language=language, answer=text, sentences=())


def test_sources_in_another_language_than_the_answer_are_named_and_their_words_marked_as_such():
    html = answered(in_french("**The old plan**:\n\n> There were 140 members. [1]", "fr"), plan="en", new="en", w="nl")
    assert '<blockquote lang="en" dir="ltr">' in html
    assert shown("Langue des sources : anglais, néerlandais.") in shown(html)
    mixed = answered(in_french("> There were 140. [1] Er zijn er 90. [3]", "fr"), plan="en", new="en", w="nl")
    assert '<blockquote dir="ltr">' in mixed


def test_quotations_of_third_parties_alone_are_set_apart():
    html = answered(in_french("> There were 140. [1]\n\n> About 90. [3]\n\n> Some [1] or others. [3]", "en"))
    assert [quote.split(">")[0] for quote in html.split("<blockquote")[1:]] == [
        ' dir="ltr"',
        ' class="of-third-party" dir="ltr"',
        ' dir="ltr"',
    ]


@pytest.mark.parametrize(("language", "spoken"), [("en", "en"), ("", "en"), ("en", ""), ("en", "und")])
def test_sources_in_the_language_of_the_answer_or_in_none_that_is_known_are_not_named(language, spoken):
    html = answered(in_french("> There were 140. [1]", language), plan=spoken, new=spoken, w=spoken)
    assert shown("Langue des sources") not in shown(html)
