"""Answers as Markdown and as Word files: everything that a reader must know is in them, and text stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from assistant.answer import AnswerSentence
from assistant.events import Delta, Failed
from tests.exports import MarkdownFile, W, WordFile, conflict, exchange_of, whole
from ui.chat.cards import cards_html
from ui.chat.copying import copied
from ui.chat.export_content import Content, content_of
from ui.chat.export_docx import docx_of
from ui.chat.export_markdown import markdown_of
from ui.chat.made import made_by
from ui.chat.quoted_words import quoted_words
from ui.chat.texts import languages, texts
from ui.conversations import Exchange
from ui.plain_text import plain_line
from ui.standing import Standing
from ui.testing import make_answer, make_citation

ENGLISH = texts("en")
PLAN = make_citation(1, "Membership is open.", page=4, url="https://example.org/plan")
PROFILE = make_citation(
    2, "Few may join.", document="profile", title="A profile", publisher="Watch", authority="third_party"
)
ANSWER = replace(
    make_answer(
        ("**The plan** says:\n\n> - Membership is open.", (1,)),
        ("A profile doubts it.", (2,)),
        ("The plan says so again.", (1,)),
        citations=[PLAN, PROFILE],
        warnings=["The index is older than the documents."],
        removed=2,
    ),
    conflicts=(conflict("the fee", 1, 2),),
)
LINKED = re.compile(r"\w://|www\.|\w@\w", re.IGNORECASE)
HOSTILE = [
    "<script>alert(1)</script> &amp; <!-- x -->",
    "![a](http://elsewhere.test/a.png) [b](javascript:alert(1)) [^1] [^9]: x",
    "https://elsewhere.test www.elsewhere.test someone@elsewhere.test ftp://elsewhere.test/a_b_c HTTP://elsewhere.test",
    "# not a heading",
    "1. not a list",
    "- not a list",
    "```not code``` `x` ~~y~~ $z$ | a | b |",
    "]]></w:t><w:t>&lt;",
    "***x*** __y__ \\* \\\\",
    "=HYPERLINK(1)",
]


def both(content: Content) -> tuple[MarkdownFile, WordFile]:
    return MarkdownFile(markdown_of(content)), WordFile(docx_of(content))


def test_an_answer_has_its_text_its_notes_and_who_wrote_it() -> None:
    for file in both(content_of([exchange_of(ANSWER)], ENGLISH)):
        assert set(file.references) == {1, 2}
        assert sorted(file.notes) == [1, 2]
        for number, said in ((1, "“Membership is open.”"), (1, "The plan · The organisation · 2022-01"), (1, "page 4")):
            assert said in file.notes[number]
        assert "“Few may join.” A profile · Watch (third party)" in file.notes[2]
        said = file.text if isinstance(file, MarkdownFile) else file.read.text
        for words in (
            "Who can join?",
            "A profile doubts it.",
            "The documents disagree about the fee:",
            "The index is older than the documents.",
            "Sentences left out because the sources did not support them: 2.",
            "An AI assistant made the answers from documents",
            "Put together by an AI assistant on 2026-01-31 from sentences of the documents",
            "Index of the documents: fake-1.",
        ):
            assert words in said


def test_markdown_has_the_notes_of_the_extended_syntax_and_links_only_the_sources() -> None:
    file = both(content_of([exchange_of(ANSWER)], ENGLISH))[0]
    assert "Membership is open.[^1] A profile doubts it.[^2] The plan says so again.[^1]" in file.raw
    assert "<https://example.org/plan>" in file.raw
    assert "<strong>The plan</strong>" in file.html
    assert "<blockquote>\n<ul>\n<li>" in file.html


def test_a_word_file_has_real_footnotes_and_repeats_a_number_by_a_field() -> None:
    file = both(content_of([exchange_of(ANSWER)], ENGLISH))[1]
    assert file.references == [1, 2]
    fields = [code.text for code in file.document.iter(f"{W}instrText")]
    assert fields == [" NOTEREF _Ref1 \\f \\h ", " NOTEREF _Ref1 \\f \\h ", " NOTEREF _Ref2 \\f \\h "]
    bookmarks = [mark.attrib[f"{W}name"] for mark in file.document.iter(f"{W}bookmarkStart")]
    assert bookmarks == ["_Ref1", "_Ref2"]
    assert file.headings == ["Questions and answers", "Who can join?"]
    assert file.read.title == "Questions and answers"


def test_a_conversation_numbers_its_notes_through() -> None:
    exchanges = [exchange_of(ANSWER), exchange_of(ANSWER, 2, "And now?")]
    for file in both(content_of(exchanges, ENGLISH)):
        assert sorted(set(file.references)) == [1, 2, 3, 4] == sorted(file.notes)
        assert file.notes[1] == file.notes[3]
    assert both(content_of(exchanges, ENGLISH))[1].headings[1:] == ["Who can join?", "And now?"]


def test_the_model_is_named() -> None:
    written = replace(ANSWER, mode="generated", made_with=replace(ANSWER.made_with, language_model="qwen 1.7b"))
    for file in both(content_of([exchange_of(written)], ENGLISH)):
        said = file.text if isinstance(file, MarkdownFile) else file.read.text
        assert "Written by an AI assistant (language model qwen 1.7b) on 2026-01-31." in said
        assert "no language model" not in said


@pytest.mark.parametrize("status", ["not_in_documents", "declined"])
def test_nobody_wrote_a_refusal(status: str) -> None:
    refusal = exchange_of(make_answer(("Sorry.", ()), status=status))  # type: ignore[arg-type]
    assert made_by(refusal, ENGLISH) == "Made by an AI assistant on 2026-01-31. Check the sources."


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("not_in_documents", "No answer was found in the documents."),
        ("declined", "The assistant declined to answer this question."),
    ],
)
def test_a_refusal_says_that_it_is_one(status: str, words: str) -> None:
    refusal = make_answer(("Sorry.", ()), status=status)  # type: ignore[arg-type]
    for file in both(content_of([exchange_of(refusal)], ENGLISH)):
        assert words in (file.text if isinstance(file, MarkdownFile) else file.read.text)
        assert file.notes == {}


def test_sentences_that_are_not_wholly_supported_are_named() -> None:
    verdicts = ("partial", "not_assessable", "supported")
    sentences = tuple(
        replace(sentence, support=verdict) for sentence, verdict in zip(ANSWER.sentences, verdicts, strict=True)
    )
    file = both(content_of([exchange_of(replace(ANSWER, sentences=sentences))], ENGLISH))[0]
    assert "Only partly supported by its source: “The plan says:" in file.text
    assert "Not compared with its source word by word: “A profile doubts it.”" in file.text
    assert "“The plan says so again.”" not in file.text


def test_what_was_stopped_or_failed_says_so() -> None:
    begun = Exchange(number=1, question="Who?", asked_on="2026-01-31")
    sentence = AnswerSentence(text="It is open.", start=0, end=11, markers=(1,), support="supported")
    half = begun.after(Delta(text="It is open. [1]", sentence=sentence, citations=(PLAN,)))
    file = both(content_of([half.stopped()], ENGLISH))[0]
    assert "Stopped." in file.text
    assert file.references == [1]
    failed = begun.after(Failed(message="The model did not answer; ask again.", retryable=True))
    limited = begun.after(Failed(message="x", retryable=True, reason="limit", retry_after_s=7))
    assert "The model did not answer; ask again." in both(content_of([failed], ENGLISH))[0].text
    assert "ask again in 7 seconds" in both(content_of([limited], ENGLISH))[0].text


def test_a_source_says_whether_it_still_holds_and_where_its_words_are_here() -> None:
    standing = Standing(superseded=True, successor="new-plan", successor_title="The new plan", expired="2025")
    exchange = replace(exchange_of(ANSWER), documents={"plan": standing}, base="https://chat.example.org/")
    here = "The passage: https://chat.example.org/source/plan?start=0&end="
    for file in both(content_of([exchange], ENGLISH)):
        assert "superseded by “The new plan” · was valid until 2025 https://example.org/plan" in file.notes[1]
        assert here in file.notes[1]
        assert "superseded" not in file.notes[2]
        assert "The passage: https://chat.example.org/source/profile?" in file.notes[2]
    lines = whole(copied(exchange, ENGLISH)).split("\n")
    assert lines[-7].endswith("page 4 · superseded by “The new plan” · was valid until 2025")
    assert lines[-6] == "https://example.org/plan"
    assert lines[-5].startswith(here)


@pytest.mark.parametrize(
    ("quote", "path", "shown"),
    [
        ("It holds *de facto* and **always**.", "plan.md", "It holds de facto and always."),
        ("It holds *de facto*.", "plan.pdf", "It holds *de facto*."),
        (
            "They are:\n\n- full members;\n- observers - for now.",
            "plan.md",
            "They are: • full members; • observers - for now.",
        ),
        ("They are:\n* full members\n  * observers", "", "They are: • full members • observers"),
    ],
)
def test_cards_notes_and_copies_show_the_same_words(quote: str, path: str, shown: str) -> None:
    answer = make_answer(("It is so.", (1,)), citations=[make_citation(1, quote, display_quote=plain_line(quote))])
    exchange = replace(exchange_of(answer), documents={"plan": Standing(path=path)})
    for file in both(content_of([exchange], ENGLISH)):
        assert f"“{shown}”" in file.notes[1]
    assert f"[1] “{shown}” The plan" in whole(copied(exchange, ENGLISH))
    card = unescape(re.sub(r"<[^>]*>", "", cards_html([exchange], ENGLISH)))
    assert card.count(shown) == 2  # in the card, and in what it copies


def test_an_item_that_is_left_out_takes_no_dot_of_another() -> None:
    quote = "They are:\n- left out\n- kept - always\n- last"
    cited = make_citation(1, quote, display_quote="They are: […] - kept - always - last")
    assert quoted_words(cited, Standing()) == "They are: […] • kept - always • last"


def test_a_source_that_the_text_does_not_name_keeps_its_place() -> None:
    answer = make_answer(("It is open.", ()), citations=[PLAN])
    for file in both(content_of([exchange_of(answer)], ENGLISH)):
        assert file.references == [1]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_text(hostile: str) -> None:
    answer = replace(
        make_answer((hostile, (1,)), citations=[make_citation(1, hostile, title=hostile, publisher=hostile)]),
        conflicts=(conflict(hostile, 1),),
    )
    content = content_of([exchange_of(answer, question=hostile)], ENGLISH)
    markdown, word = both(content)
    # Signs of the answer's own Markdown are signs; there is no link, image, table or number of a list.
    assert set(_tags(markdown.html)) <= {"h1", "h2", "h3", "p", "br", "strong", "em", "ul", "li", "blockquote", "code"}
    assert "href" not in markdown.html
    # What readers make links of behind the parsing stands in code, where none does.
    assert not LINKED.search(re.sub(r"<code>.*?</code>", "", markdown.html))
    assert not LINKED.search(re.sub(r"`[^`]*`", "", markdown.raw))
    assert hostile in word.read.text
    assert hostile in word.notes[1]
    assert (markdown.references, word.references) == ([1, 1], [1])


def test_control_characters_and_overrides_are_gone() -> None:
    answer = make_answer(("A\x00B\x1b[31mC\u202eD\ufffeE", (1,)), citations=[make_citation(1, "q\x08\ud800")])
    word = both(content_of([exchange_of(answer)], ENGLISH))[1]
    assert any(paragraph.startswith("ABCD\ufffdE") for paragraph in word.paragraphs)


def test_each_text_is_set_in_its_language_and_direction() -> None:
    answer = make_answer(("العضوية مفتوحة لجميع المنظمات", (1,)), citations=[PLAN], language="ar")
    word = both(content_of([exchange_of(answer, question="من يمكنه الانضمام إلى الشبكة؟")], texts("fr")))[1]
    found = {_said(paragraph): paragraph for paragraph in word.document.iter(f"{W}p")}
    arabic = next(paragraph for said, paragraph in found.items() if said.startswith("العضوية"))
    question = next(paragraph for said, paragraph in found.items() if said.startswith("من"))
    french = next(paragraph for said, paragraph in found.items() if said.startswith("Rédigé") or "IA" in said)
    for paragraph in (arabic, question):
        assert paragraph.find(f"{W}pPr/{W}bidi") is not None
        assert [lang.attrib for lang in paragraph.iter(f"{W}lang")] == [{f"{W}bidi": "ar"}]
        assert paragraph.find(f"{W}r/{W}rPr/{W}rtl") is not None
    assert french.find(f"{W}pPr/{W}bidi") is None
    assert {lang.attrib[f"{W}val"] for lang in french.iter(f"{W}lang")} == {"fr"}


@pytest.mark.parametrize("language", languages())
def test_every_language_has_its_words(language: str) -> None:
    for file in both(content_of([exchange_of(ANSWER)], texts(language))):
        assert sorted(file.notes) == [1, 2]


def _said(paragraph: object) -> str:
    return "".join(each.text or "" for each in paragraph.iter(f"{W}t"))  # type: ignore[attr-defined]


def _tags(html: str) -> list[str]:
    return re.findall(r"<([a-z0-9]+)", html)
