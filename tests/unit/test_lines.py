"""Lines of a text, and whether they are wrapped."""

from __future__ import annotations

import itertools
import textwrap

import pytest

from ingest.document import BlockKind, Document, Mark, Metadata
from ingest.lines import Line, ends_sentence, layout_of, read_lines

PROSE = (
    "The network was founded by seven organisations that gave legal aid to people without papers. It has grown since "
    "then to more than ninety members in twenty countries. Members meet once a year, and they decide on the budget and "
    "on the plan of work for the year to come. Decisions are taken by simple majority, after a debate among all."
)
GERMAN = (
    "Der Verein berät Menschen ohne Papiere in allen Fragen des Aufenthalts, der Arbeit und der Gesundheit. Gemäß dem "
    "Gesetz müssen Schulen, Krankenhäuser und Gerichte keine Daten übermitteln. Die Beratung ist kostenlos und findet "
    "an drei Tagen der Woche statt, und Anwältinnen und Anwälte helfen dabei ohne Entgelt den Ratsuchenden."
)


def lines_of(text: str, *marks: Mark) -> list[Line]:
    metadata = Metadata(title="T", language="en")
    return read_lines(Document(id="d", path="d", sha256="0", text=text, metadata=metadata, marks=marks))


def test_lines_know_where_they_stand() -> None:
    text = "\n one \n\n\ntwo\n\fthree\ffour"
    lines = lines_of(text)
    assert [text[line.start : line.end] for line in lines] == ["one", "two", "three", "four"]
    assert [(line.gap, line.indent, line.begins_page) for line in lines] == [
        (1, 1, False),
        (2, 0, False),
        (1, 0, True),
        (0, 0, True),
    ]


def test_a_mark_is_on_every_line_that_it_covers() -> None:
    mark = Mark(kind=BlockKind.HEADING, start=4, end=11, level=1)
    assert [line.mark for line in lines_of("one\ntwo\nthree\nfour", mark)] == [None, mark, mark, None]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("It holds.", True),
        ("He said: “It holds.”", True),
        ("It holds.12", True),
        ("It holds.[3]", True),
        ("It holds.³", True),
        ("It holds […]", True),
        ("We want:", True),
        ("De quoi s'agit-il ?", True),
        ("هل هذا صحيح؟", True),
        ("Version 1.2", False),
        ("Agenda 2030", False),
        ("What we do", False),
        ("and,", False),
    ],
)
def test_ends_of_sentences(text: str, ends: bool) -> None:
    assert ends_sentence(text) is ends


@pytest.mark.parametrize("prose", [PROSE, GERMAN])
@pytest.mark.parametrize("width", [45, 72, 100])
def test_wrapped_text_is_recognised(prose: str, width: int) -> None:
    layout = layout_of(lines_of(textwrap.fill(prose, width)))
    assert 0.8 * width <= layout.width <= width
    assert not layout.double_spaced
    assert layout_of(lines_of(textwrap.fill(prose, width).replace("\n", "\n\n"))).double_spaced


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One line only, which is as long as a wrapped line could well be, and no longer.",
        PROSE.replace(". ", ".\n"),
        "\n".join(
            f"Guide to the rights of workers without papers in {name}" for name in ("Austria", "Spain", "Malta") * 4
        ),
        "\n".join(["- Health", "- Housing", "- Work"] * 5),
    ],
)
def test_paragraphs_titles_and_lists_are_not_wrapped_text(text: str) -> None:
    assert layout_of(lines_of(text)).width == 0


def test_wrapped_text_without_capitals_is_recognised_by_its_length() -> None:
    arabic = "تدافع المنظمة عن حقوق المهاجرين في كل مكان وتعمل مع الأعضاء على تغيير القوانين " * 8
    assert layout_of(lines_of(textwrap.fill(arabic, 60))).width > 50


def test_a_paragraph_ends_where_the_next_word_would_have_fitted() -> None:
    year = "It was a good year."
    following = "The next one will be as good, if members and funders give their help to it as before."
    text = "\n".join([textwrap.fill(PROSE, 72), year, textwrap.fill(following, 72)])
    lines = lines_of(text)
    layout = layout_of(lines)
    ends = [not layout.wraps(line, following) for line, following in itertools.pairwise(lines)]
    assert [lines[i].text.split()[-1] for i, end in enumerate(ends) if end] == ["all.", "year."]
