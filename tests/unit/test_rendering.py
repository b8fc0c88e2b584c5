"""Answers and documents as plain text and as HTML: readable, and text of documents stays text."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Conflict
from assistant.events import Delta, EvidenceFound, Failed, Finished
from ingest.cut import Section
from ingest.document import Page as SheetOfPaper
from ingest.document import Span
from tests.exports import whole
from ui.chat.cards import cards_html, earlier_html
from ui.chat.copying import copied
from ui.chat.links import source_address
from ui.chat.messages import answer_html, question_html
from ui.chat.pieces import failure_html, notice_html
from ui.chat.rendering import as_text, markdown_html
from ui.chat.source_asked import Asked, shown_in
from ui.chat.source_head import PageAround
from ui.chat.source_page import source_page
from ui.chat.texts import texts
from ui.cli.rendering import render_answer
from ui.conversations import Exchange
from ui.errors import QuestionError
from ui.fingerprints import fingerprint
from ui.plain_text import plain, plain_line
from ui.questions import MAX_QUESTION_CHARACTERS, checked_question
from ui.sources import origin
from ui.standing import Standing
from ui.testing import FakeSource, make_answer, make_citation

ENGLISH = texts("en")
TWO = make_answer(
    ("It is open.", (1,)),
    ("It costs.", (2,)),
    citations=[make_citation(1, "It is open to all."), make_citation(2, "It costs a little.", start=40)],
)
OPEN = make_answer(("It is open.", (1,)), citations=[make_citation(1)])

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="http://elsewhere.test/a.png" onerror=alert(1)>',
    "![a](http://elsewhere.test/a.png)",
    "[click](javascript:alert(1))",
    "[ref]: http://elsewhere.test/b.png",
    "https://elsewhere.test/ www.elsewhere.test a@elsewhere.test",
    "</div></div><form action=//elsewhere.test><input name=password></form>",
    "<style>*{background:url(//elsewhere.test)}</style>",
    "```mermaid\ngraph TD\n```",
    "$$\\href{http://elsewhere.test}{x}$$",
    "&lt;b&gt; &#60;i&#62;",
]


class Page(HTMLParser):
    """What a browser makes of a piece of HTML: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


class TestPlainText:
    @pytest.mark.parametrize(
        ("raw", "shown"),
        [
            ("\x1b[31mred\x1b[0m", "red"),
            ("\x1b[2J\x1b[1;1Hgone", "gone"),
            ("\x1b]0;title\x07text", "text"),
            ("\x1b]8;;http://elsewhere.test\x1b\\link\x1b]8;;\x1b\\", "link"),
            ("\x1bPdata\x1b\\text", "text"),
            ("\x9b31mred", "red"),
            ("\x1bcreset", "reset"),
            ("a\x08\x08\x07b\x00", "ab"),
            ("one\rtwo", "onetwo"),
            ("one\r\ntwo\n\tthree", "one\ntwo\n\tthree"),
            ("abc\u202efed\u202c", "abcfed"),
            ("ze\u200bro\u2060 \ufeffx\U000e0041", "zero x"),
            ("half \ud83d of a pair", "half \ufffd of a pair"),
            ("café — “naïve” 👩‍👧 שלום", "café — “naïve” 👩‍👧 שלום"),
        ],
    )
    def test_nothing_steers_the_terminal(self, raw, shown):
        assert plain(raw) == shown

    @pytest.mark.parametrize("introducer", ["\x9d", "\x90", "\x1b]", "\x1bP"])
    def test_many_that_are_never_ended_are_gone_through_once(self, introducer):
        # Each tried as far as the next line end, this would take hours.
        assert plain(introducer * 300_000 + "\nend").endswith("\nend")

    @given(st.text(st.characters(codec=None)))
    def test_of_any_text(self, text):
        shown = plain(text)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", shown)
        assert plain(shown) == shown
        assert len(plain_line(text).splitlines()) <= 1


class TestQuestions:
    def test_white_space_and_control_characters_go(self):
        assert checked_question("  Who\x1b[0m can\n join?\n") == "Who can\n join?"

    @pytest.mark.parametrize("text", ["", " \n\t", "\x1b[31m\x00"])
    def test_an_empty_question_is_refused(self, text):
        with pytest.raises(QuestionError, match="is empty"):
            checked_question(text)

    def test_a_question_has_a_limit(self):
        assert checked_question("x" * MAX_QUESTION_CHARACTERS)
        with pytest.raises(QuestionError, match=r"has 4,001 characters and at most 4,000"):
            checked_question("x" * (MAX_QUESTION_CHARACTERS + 1))


class TestOrigin:
    def test_names_everything_that_is_known(self):
        cited = make_citation(1, title="A profile", publisher="Watch", authority="third_party", page=3)
        assert origin(cited) == "A profile · Watch (third party) · 2022-01 · section Membership · page 3"

    @pytest.mark.parametrize(
        ("publisher", "authority", "says"),
        [
            ("Watch", "own", "P · Watch · undated"),
            ("", "own", "P · undated"),
            ("", "third_party", "P · third party · undated"),
            ("", "unstated", "P · publisher not stated · undated"),
            ("Watch", "unstated", "P · Watch · undated"),
        ],
    )
    def test_says_who_speaks(self, publisher, authority, says):
        cited = make_citation(1, title="P", publisher=publisher, authority=authority, published=None, section="")
        assert origin(cited) == says


class TestTerminal:
    def test_the_answer_its_sources_and_what_to_know_besides(self):
        answer = make_answer(
            ("Membership is open.", (1,)),
            ("A profile doubts it.", (2,)),
            citations=[
                make_citation(1, "Membership is open\nto all.", url="https://example.org/plan"),
                make_citation(2, "Not so.", title="A profile", publisher="Watch", authority="third_party"),
            ],
            warnings=["The index is older than the documents."],
        )
        answer = replace(answer, conflicts=(Conflict(about="membership", markers=(1, 2)),))
        assert render_answer(answer, None) == (
            "Membership is open. [1] A profile doubts it. [2]\n"
            "\n"
            "Sources\n"
            "[1] “Membership is open to all.”\n"
            "    The plan · The organisation · 2022-01 · section Membership\n"
            "    https://example.org/plan\n"
            "[2] “Not so.”\n"
            "    A profile · Watch (third party) · 2022-01 · section Membership\n"
            "\n"
            "Note: the documents disagree about membership: [1], [2].\n"
            "Note: The index is older than the documents."
        )

    def test_sentences_that_could_not_be_compared_are_told(self):
        assert "could not be compared" not in render_answer(TWO, None)
        assert render_answer(not_compared(TWO), None).endswith(
            "\n\nNote: sentences that could not be compared with their sources word by word, because the sources are "
            "in another language: 1. Check them against the quotes."
        )

    def test_a_refusal_has_no_sources(self):
        assert render_answer(make_answer(("Not in the documents.", ()), status="not_in_documents"), 80) == (
            "Not in the documents."
        )

    def test_lines_are_wrapped_to_the_width_and_lists_stay_lists(self):
        answer = make_answer(("Goals:\n- " + "one two " * 12 + "\n12. " + "three four " * 8, (1,)))
        answer = replace(answer, citations=(make_citation(1, "quoted words " * 10),))
        lines = render_answer(answer, 40).splitlines()
        assert max(map(len, lines)) <= 40
        assert [line[:6] for line in lines[1:7]] == ["- one ", "  two ", "  one ", "12. th", "    th", "    th"]

    def test_bold_words_and_quotations_are_readable_without_markdown(self):
        answer = make_answer(("**The plan** (2022):\n\n> " + "said so " * 8 + "\n>\n> 2 ** 3 ** 4", ()))
        assert render_answer(answer, 40) == (
            "The plan (2022):\n\n> said so said so said so said so said\n> so said so said so said so\n>\n> 2 ** 3 ** 4"
        )

    def test_words_of_documents_cannot_steer_it(self):
        evil = "a\x1b[2Jb\x1b]0;owned\x07c"
        answer = make_answer((evil, (1,)), citations=[make_citation(1, evil, title=evil, section=evil, url=evil)])
        assert "\x1b" not in render_answer(answer, 80)
        assert "\x07" not in render_answer(answer, 80)


ADDRESS = f"source/plan?start=0&end=39&quote={fingerprint(make_citation(1).quote)}&lang=en#passage"
PLACES = {
    "answer": lambda evil: answer_html(exchange(hostile(evil)), ENGLISH),
    "answer in work": lambda evil: answer_html(asked().after(found(hostile(evil))), ENGLISH),
    "answer half written": lambda evil: answer_html(half_written(hostile(evil)), ENGLISH),
    "cards of an answer half written": lambda evil: cards_html([half_written(hostile(evil))], ENGLISH),
    "failure": lambda evil: answer_html(asked().after(Failed(message=evil, retryable=False)), ENGLISH),
    "question": lambda evil: question_html(replace(asked(), question=evil), ENGLISH),
    "cards": lambda evil: cards_html([exchange(hostile(evil))], ENGLISH),
    "cards of an earlier answer": lambda evil: earlier_html(
        [exchange(hostile(evil))], [exchange(hostile(evil)), asked(2)], ENGLISH
    ),
    "host": lambda evil: notice_html(ENGLISH, evil),
    "no assistant": lambda evil: failure_html(evil, ENGLISH),
    "document": lambda evil: page_of(document(evil), Asked(passage=Span(0, len(evil))), around=around(evil)),
}
ALLOWED = {
    *("a", "article", "bdi", "blockquote", "br", "button", "cite", "details", "div", "h1", "h2", "h3", "header", "li"),
    *("em", "main", "mark", "nav", "ol", "p", "q", "section", "span", "strong", "summary", "ul"),
    *("caption", "table", "tbody", "td", "th", "thead", "tr"),
}


def asked(number=1):
    return Exchange(number=number, question="Who can join?", asked_on="2026-01-31")


def found(answer):
    return EvidenceFound(citations=answer.citations, passages=answer.passages)


def exchange(answer, number=1):
    return asked(number).after(Finished(answer=answer))


def not_compared(answer):
    """The first sentence could not be compared with its source."""
    first, *rest = answer.sentences
    return replace(answer, sentences=(replace(first, support="not_assessable"), *rest))


def half_written(answer):
    """The first sentence is there, with its citations."""
    first, *rest = answer.sentences
    text = answer.answer[: rest[0].start if rest else None]
    cited = tuple(citation for citation in answer.citations if citation.marker in first.markers)
    return asked().after(found(answer)).after(Delta(text=text, sentence=first, citations=cited))


def hostile(evil):
    cited = make_citation(1, evil, document=evil, title=evil, publisher=evil, section=evil, url=evil)
    answer = make_answer((evil, (1,)), citations=[cited], warnings=[evil])
    return replace(answer, conflicts=(Conflict(about=evil, markers=(1,)),))


def around(evil=""):
    """What of a page does not come from the document."""
    holds = Standing(superseded=bool(evil), successor_title=evil, expired=evil)
    return PageAround(standing=holds, quotation=evil, permalink="source/plan" if evil else "", original_is=evil)


def page_of(source, asked, said=ENGLISH, root="/", around=around()):  # noqa: B008
    return source_page(source, shown_in(source.text, asked), around, said, root).split("<body>")[1]


def document(evil):
    return FakeSource(
        text=evil, title=evil, publisher=evil, url=evil, sections=(Section(path=(evil,), start=0, end=len(evil)),)
    )


class TestPage:
    @pytest.mark.parametrize("evil", HOSTILE)
    @pytest.mark.parametrize("place", PLACES)
    def test_text_of_documents_stays_text(self, place, evil):
        html = PLACES[place](evil)
        page = Page(html)
        assert {tag for tag, _ in page.elements} <= ALLOWED
        assert "".join(evil.split()) in "".join(page.text.split())
        for tag, attributes in page.elements:
            assert set(attributes) <= {
                "class",
                "id",
                "lang",
                "dir",
                "href",
                "scope",
                "title",
                "tabindex",
                "type",
                "hidden",
                "rel",
                "role",
                "aria-hidden",
                *(("aria-label", "aria-current", "hreflang") if place == "document" else ()),
            }
            if tag == "a":
                address = attributes["href"]
                pages = [f"{where}?lang=" for where in ("privacy", "library", "/", "", "/library", "/privacy")]
                own = ("source/", "#", "/exit", *pages)
                assert address.startswith(own) or (place == "document" and address == evil)
                assert not address.startswith(("javascript:", "data:"))
        if place != "document":
            # No sign that Markdown knows is left, and no line end that would close the block.
            assert not re.search(r"[*_`\[\]()!$|\\~:@\n]", re.sub(r"<[^>]*>", "", html))

    @given(st.text())
    def test_of_any_text(self, text):
        assert Page(as_text(text)).text == plain_line(text)
        assert Page(as_text(text)).elements == []

    def test_markers_lead_to_their_sources(self):
        answer = make_answer(("Yes.", (1,)), ("See article", (7,)), ("Again.", (1,)), citations=[make_citation(1)])
        page = Page(answer_html(exchange(answer, number=3), ENGLISH))
        links = [attributes for tag, attributes in page.elements if tag == "a"]
        assert [(link["href"], link["title"], link["class"], link.get("id")) for link in links] == [
            (
                ADDRESS,
                "Source 1: The plan",
                "marker source-3-1",
                "cite-3-1",
            ),
            (
                ADDRESS,
                "Source 1: The plan",
                "marker source-3-1",
                None,
            ),
        ]
        assert page.text.startswith("Yes. [1] See article [7] Again. [1]")

    def test_the_source_of_a_note_has_no_second_way_back(self):
        answer = replace(OPEN, conflicts=(Conflict(about="fees", markers=(1,)),))
        ids = [attributes.get("id") for tag, attributes in Page(answer_html(exchange(answer), ENGLISH)).elements]
        assert ids.count("cite-1-1") == 1

    @pytest.mark.parametrize(
        ("after", "says"),
        [
            (lambda writing: writing, "Writing …It is open. [1] "),
            (lambda writing: writing.stopped(), "It is open. [1] Stopped.Try again"),
            (
                lambda writing: writing.after(Failed(message="Ask again.", retryable=True)),
                "It is open. [1] Ask again.Try again",
            ),
        ],
    )
    def test_what_is_written_has_its_sources_before_the_rest_is(self, after, says):
        exchange = after(half_written(TWO))
        page = Page(answer_html(exchange, ENGLISH))
        assert page.text.startswith(says)
        links = [attributes for tag, attributes in page.elements if tag == "a"]
        assert [(link["class"], link["id"]) for link in links] == [("marker source-1-1", "cite-1-1")]
        cards = Page(cards_html([exchange], ENGLISH))
        assert cards.text.startswith("Sources1 The plan")
        assert [attributes["id"] for tag, attributes in cards.elements if "id" in attributes] == ["source-1-1"]
        cited, besides = cards.text.split("Other passages found")
        # Once to read and once to copy.
        assert (cited.count("It is open to all."), cited.count("It costs a little.")) == (2, 0)
        assert (besides.count("It is open to all."), besides.count("It costs a little.")) == (0, 2)

    def test_a_marker_without_a_citation_is_text(self):
        writing = asked().after(Delta(text="See article [7].", sentence=OPEN.sentences[0], citations=()))
        page = Page(answer_html(writing, ENGLISH))
        assert "See article [7]." in page.text
        assert "a" not in [tag for tag, _ in page.elements]

    def test_what_stands_of_a_stopped_answer_is_copied_with_its_sources(self):
        assert whole(copied(half_written(TWO).stopped(), ENGLISH)) == (
            "It is open. [1]\n\n"
            "Sources\n[1] “It is open to all.” The plan · The organisation · 2022-01 · section Membership\n\n"
            "Made by an AI assistant on 2026-01-31. Check the sources."
        )

    def test_what_was_found_at_last_is_what_is_shown(self):
        exchange = asked().after(found(OPEN)).after(found(TWO))
        for html in (answer_html(exchange, ENGLISH), cards_html([exchange], ENGLISH)):
            text = Page(html).text
            assert "It costs a little." in text
            assert OPEN.citations[0].quote not in text

    def test_nothing_found_is_not_called_found(self):
        nothing = asked().after(EvidenceFound(citations=(), passages=()))
        assert Page(answer_html(nothing, ENGLISH)).text == "Looking in the documents …"
        assert "The sources of an answer appear here" in cards_html([nothing], ENGLISH)

    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("Several[1, 2].", "<p>Several(1)(2).</p>"),
            ("Its own \\[1\\] stays.", "<p>Its own [1] stays.</p>"),
            ("One [1, 9] is none.", "<p>One [1, 9] is none.</p>"),
            (
                "Goals **for\u00a0all**:\n- one\n- two",
                "<p>Goals <strong>for all</strong>:</p><ul><li>one</li><li>two</li></ul>",
            ),
            ("> said so\n>\n> - twice", '<blockquote dir="ltr"><p>said so</p><ul><li>twice</li></ul></blockquote>'),
            ("> said\n> > so", '<blockquote dir="ltr"><p>said<br>> so</p></blockquote>'),
            ("# Head\nend\nof it\n\nnew", "<h3>Head</h3><p>end<br>of it</p><p>new</p>"),
            ("2 ** 3 ** 4 *de facto* [1]", "<p>2 ** 3 ** 4 <em>de facto</em> (1)</p>"),
            ("5 * 3 * 2, a*b*c, \\*no*", "<p>5 * 3 * 2, a*b*c, \\*no*</p>"),
        ],
    )
    def test_markdown_of_answers(self, text, html):
        made = markdown_html(text, lambda marker: f"({marker})" if marker < 3 else "")
        assert re.sub(r"&#(\d+);", lambda sign: chr(int(sign[1])), made) == html

    def test_the_state_and_the_quotes_until_there_is_text(self):
        looking = Page(answer_html(asked(), ENGLISH))
        assert looking.text == "Looking in the documents …"
        reading = Page(answer_html(asked().after(found(OPEN)), ENGLISH))
        assert reading.text == (
            "These passages were found. Now writing an answer from them …"
            "Membership is open to any organisation. The plan"
        )
        stopped = Page(answer_html(asked().after(found(OPEN)).stopped(), ENGLISH))
        assert stopped.text == (
            "Stopped.Try againEdit the questionWho can join?Membership is open to any organisation. The plan"
        )

    def test_what_to_know_besides(self):
        page = Page(answer_html(exchange(replace(OPEN, removed=2, warnings=("Old.",))), ENGLISH))
        assert "Old." in page.text
        assert "Sentences left out because the sources did not support them: 2." in page.text

    @pytest.mark.parametrize("make", [exchange, half_written], ids=["whole", "half written"])
    def test_sentences_that_could_not_be_compared_are_told(self, make):
        note = "Sentences that could not be compared with their sources word by word"
        assert note not in Page(answer_html(make(TWO), ENGLISH)).text
        (told,) = re.findall(f"{note}[^:]*: (\\d)", Page(answer_html(make(not_compared(TWO)), ENGLISH)).text)
        assert told == "1"

    def test_a_warning_is_english_on_every_page(self):
        answer = replace(OPEN, warnings=("The model was too slow.",))
        elements = Page(answer_html(exchange(answer), texts("ar"))).elements
        assert ("span", {"lang": "en", "dir": "ltr"}) in elements
        assert ("span", {"lang": "en", "dir": "ltr"}) not in Page(answer_html(exchange(answer), ENGLISH)).elements

    def test_a_failure_is_told_in_both_languages(self):
        failed = asked().after(Failed(message="Ask again.", retryable=True))
        assert Page(answer_html(failed, ENGLISH)).text == "Ask again.Try againEdit the questionWho can join?"
        page = Page(answer_html(failed, texts("de")))
        assert page.text.startswith("Diese Frage konnte nicht beantwortet werden. Ask again.")
        assert ("span", {"lang": "en", "dir": "ltr"}) in page.elements

    def test_languages_and_directions(self):
        arabic = exchange(replace(OPEN, language="ar"))
        elements = Page(answer_html(arabic, texts("fr"))).elements
        assert elements[0][1]["lang"] == "fr"
        assert ("div", {"class": "said", "lang": "ar", "dir": "rtl"}) in elements
        assert Page(cards_html([arabic], texts("ar"))).elements[0] == (
            "section",
            {"class": "cards", "lang": "ar", "dir": "rtl"},
        )

    def test_cards_say_who_speaks_and_since_when(self):
        cited = make_citation(1, title="A profile", publisher="Watch", authority="third_party", page=3, published=None)
        page = Page(cards_html([exchange(make_answer(("Yes.", (1,)), citations=[cited]))], ENGLISH))
        assert "1 A profileWatch (third party) · undated · section Membership · page 3" in page.text
        assert ("bdi", {"class": "third-party"}) in page.elements
        assert ("li", {"class": "card of-third-party", "id": "source-1-1", "tabindex": "-1"}) in page.elements

    def test_cards_without_sources(self):
        uncited = exchange(make_answer(("Yes.", ())))
        refusal = exchange(make_answer(("Not in the documents.", ()), status="not_in_documents"))
        assert "The sources of an answer appear here" in cards_html([], ENGLISH)
        assert "This answer has no sources" in cards_html([uncited], ENGLISH)
        assert "nothing is cited" in cards_html([refusal], ENGLISH)
        assert "Sources for" not in cards_html([refusal, asked(2)], ENGLISH)

    def test_copied_text(self):
        answer = make_answer(
            ("**The plan** (2022):\n\n> - See \\[2\\].", (1,)),
            citations=[make_citation(1, "Read\nthis.", url="https://example.org/")],
        )
        assert whole(copied(exchange(answer), ENGLISH)) == (
            "The plan (2022):\n\n- See [2]. [1]\n\n"
            "Sources\n[1] “Read this.” The plan · The organisation · 2022-01 · section Membership\nhttps://example.org/\n\n"
            "Put together by an AI assistant on 2026-01-31 from sentences of the documents; no language model wrote "
            "it. Check the sources."
        )


class TestDocument:
    TEXT = "# The plan #\n\nOne.\n\n**Fees**\nFees are\npaid.\n\nAnd more."
    FEES = TEXT.index("**Fees**")
    SOURCE = FakeSource(
        text=TEXT,
        sections=(
            Section(path=("The plan",), start=0, end=FEES),
            Section(path=("The plan", "Fees"), start=FEES, end=len(TEXT)),
        ),
        pages=(
            SheetOfPaper(number=1, start=0, end=30),
            SheetOfPaper(number=2, start=TEXT.index("paid"), end=len(TEXT)),
        ),
    )

    def shown(self, source=SOURCE, passage=None, language="en"):
        around = PageAround(standing=Standing())
        html = source_page(source, shown_in(source.text, Asked(passage=passage)), around, texts(language), "/kb/")
        return html.split("<article")[1].split(">", 1)[1].split("</article>")[0], html

    def test_headings_pages_and_paragraphs(self):
        article, _ = self.shown()
        assert article == (
            '<section><p class="page">page 1</p><h2 id="section-0">The plan</h2><p>One.</p></section>'
            '<section><h3 id="section-1">Fees</h3><p>Fees are</p><p class="page">page 2</p><p>paid.</p>'
            "<p>And more.</p></section>"
        )

    def test_a_passage_over_several_paragraphs_is_marked_in_each(self):
        article, html = self.shown(passage=Span(self.TEXT.index("ees are"), len(self.TEXT) - 5))
        assert '<p>F<mark id="passage" tabindex="-1">ees are\n</mark></p>' in article
        assert "<p><mark>paid.</mark></p><p><mark>And </mark>more.</p>" in article
        assert html.count('id="passage"') == 1
        assert 'href="#passage"' in html

    def test_a_passage_in_a_heading_is_marked_there(self):
        article, _ = self.shown(passage=Span(self.FEES + 2, self.FEES + 6))
        assert '<h3 id="section-1">**<mark id="passage" tabindex="-1">Fees</mark>**</h3>' in article

    @given(st.integers(-5, 80), st.integers(-5, 80))
    def test_what_is_marked_is_the_passage(self, start, end):
        passage = Span(start, end)
        article, html = self.shown(passage=passage)
        marked = "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", article, flags=re.DOTALL))
        within = 0 <= start < end <= len(self.TEXT) and self.TEXT[start:end].strip()
        assert "".join(marked.split()) == ("".join(self.TEXT[start:end].split()) if within else "")
        assert ("no longer at this place" in html) == (not within)

    def test_a_document_without_sections_or_anything_known(self):
        bare = FakeSource(text="Words.", title="", publisher="", authority="unstated", published=None, language="ar")
        article, html = self.shown(bare, language="pl")
        assert article == "<section><p>Words.</p></section>"
        assert '<html lang="pl" dir="ltr">' in html
        assert '<article lang="ar" dir="rtl">' in html
        assert "wydawca nieznany" in html

    @pytest.mark.parametrize(
        "url",
        [
            *(
                "javascript:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "https://a b",
                "//example.org/",
                "vbscript:x",
            ),
            *(
                "https://example.org@elsewhere.test/",
                "https://example.org\\@elsewhere.test/",
                "https:///x",
                "blob:https://a/b",
            ),
        ],
    )
    def test_only_addresses_in_the_web_are_links(self, url):
        _, html = self.shown(replace(self.SOURCE, url=url))
        links = [attributes["href"] for tag, attributes in Page(html).elements if tag == "a"]
        assert {link for link in links if not link.startswith(("/kb/", "?lang=", "#"))} == set()

    def test_the_contents_of_a_long_document(self):
        text = "".join(f"Part {n}\n\nWords.\n\n" for n in range(3))
        starts = [text.index(f"Part {n}") for n in range(3)] + [len(text)]
        sections = [Section(path=(f"Part {n}",), start=starts[n], end=starts[n + 1]) for n in range(3)]
        _, html = self.shown(FakeSource(text=text, sections=tuple(sections)))
        links = [attributes["href"] for tag, attributes in Page(html).elements if tag == "a"]
        assert [link for link in links if link[0] == "#"] == ["#section-0", "#section-1", "#section-2"]
        assert "#section-" not in self.shown()[1]


class TestAddresses:
    @given(st.text(st.characters(codec="utf-8"), min_size=1))
    def test_the_address_of_a_document_names_it(self, document):
        cited = make_citation(1, "word", document=document, start=7)
        address = urlsplit(source_address(cited, "pt"))
        assert unquote(address.path) == f"source/{document}"
        known = str(fingerprint("word"))
        assert parse_qs(address.query) == {"start": ["7"], "end": ["11"], "quote": [known], "lang": ["pt"]}
        assert address.fragment == "passage"
