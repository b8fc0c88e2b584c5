"""Answers as plain text and as HTML: readable, and text of documents stays text."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Conflict
from ui.chat.rendering import answer_html, as_text, notes_html, sources_html, status_html
from ui.cli.rendering import render_answer
from ui.errors import QuestionError
from ui.plain_text import plain, plain_line
from ui.questions import MAX_QUESTION_CHARACTERS, checked_question
from ui.sources import origin
from ui.testing import make_answer, make_citation

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
            ("half \ud83d of a pair", "half \ufffd of a pair"),
            ("café — “naïve” 👩‍👧 שלום", "café — “naïve” 👩‍👧 שלום"),
        ],
    )
    def test_nothing_steers_the_terminal(self, raw, shown):
        assert plain(raw) == shown

    @given(st.text(st.characters(codec=None)))
    def test_of_any_text(self, text):
        shown = plain(text)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
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


class TestPage:
    @pytest.mark.parametrize("evil", HOSTILE)
    def test_text_of_documents_stays_text(self, evil):
        cited = make_citation(1, evil, title=evil, publisher=evil, section=evil, url=evil)
        answer = make_answer((evil, (1,)), citations=[cited], warnings=[evil])
        for html in (answer_html(answer), sources_html(answer.citations), notes_html(answer), status_html(evil)):
            page = Page(html)
            allowed = {"div", "p", "a", "ul", "li", "h2", "strong", "q", "br", "span"}
            assert {tag for tag, _ in page.elements} <= allowed
            assert {attributes["href"] for tag, attributes in page.elements if tag == "a"} <= {"#source-1"}
            assert "".join(evil.split()) in "".join(page.text.split())
            # No sign that Markdown knows is left, and no line end that would close the block.
            assert not re.search(r"[*_`\[\]()!$|\\~:@\n]", re.sub(r"<[^>]*>", "", html))

    @given(st.text())
    def test_of_any_text(self, text):
        assert Page(as_text(text)).text == plain_line(text)
        assert Page(as_text(text)).elements == []

    def test_markers_lead_to_their_sources(self):
        answer = make_answer(("Yes.", (1,)), ("See article", (7,)), citations=[make_citation(1)])
        links = [attributes for tag, attributes in Page(answer_html(answer)).elements if tag == "a"]
        assert [(link["href"], link["title"]) for link in links] == [("#source-1", "Source 1: The plan")]
        assert ("li", {"id": "source-1"}) in Page(sources_html(answer.citations)).elements
        assert Page(answer_html(answer)).text == "Yes. [1] See article [7]"

    def test_paragraphs_lists_quotations_and_bold_words(self):
        answer = make_answer(("Goals **for\u00a0all**:\n- one\n- two\n\n> said so\n>\n> twice\n# Head\nend\nof it", ()))
        assert re.sub(r"&#(\d+);", lambda sign: chr(int(sign[1])), answer_html(answer)) == (
            '<div class="answer" lang="en"><p>Goals <strong>for all</strong>:</p><ul><li>one</li><li>two</li></ul>'
            "<blockquote><p>said so</p><p>twice</p></blockquote><h3>Head</h3><p>end<br>of it</p></div>"
        )

    def test_nothing_is_made_of_nothing(self):
        assert (sources_html(()), status_html(""), notes_html(make_answer())) == ("", "", "")
