"""Which lines are headings, of which level, and which only look like them."""

from __future__ import annotations

import pytest

from ingest.blocks import Block
from ingest.document import BlockKind, Document, Metadata
from ingest.numbering import heading_shape, label, names_part, readings
from ingest.structure import find_blocks

TEXT = "Members meet once a year and decide on the budget. They elect the board."
LONG = "Members meet once a year and decide on the budget, on the plan and on what else there is. They elect the board."


def blocks(text: str) -> list[Block]:
    return find_blocks(Document(id="d", path="d", sha256="0", text=text, metadata=Metadata(title="T", language="en")))


def found(text: str) -> dict[str, str]:
    """The kind and level of every block by its words."""
    return {" ".join(text[b.start : b.end].split()): f"{b.kind} {b.level}" for b in blocks(text)}


def headings(text: str) -> dict[str, int]:
    """The level of every heading by its words."""
    return {" ".join(text[b.start : b.end].split()): b.level for b in blocks(text) if b.kind is BlockKind.HEADING}


@pytest.mark.parametrize(
    "line",
    [
        "Who we are",
        "Our work on health, housing and justice",
        "WHAT WE DO",
        "2. Legal framework",
        "2.1 International law",
        "IV. Conclusions",
        "A) Housing",
        "§ 5",
        "§ 12a",
        "Article 3",
        "Art. 5.",
        "Article 1er – Dénomination",
        "Rozdział IV",
        "2019",
        "2016-2020",
        "**Our aims**",
        "# Our aims",
        "What does it cost?",
        "Ποιοι είμαστε;",
        "ماذا نفعل؟",
        "من نحن",
        "Agenda 2030",
    ],
)
def test_lines_that_are_headings(line: str) -> None:
    assert found(f"Before.\n\n{line}\n\n{TEXT}")[line].startswith(BlockKind.HEADING)


@pytest.mark.parametrize(
    "line",
    [
        "We meet once a year.",
        "We want:",
        "where all is said and",
        "Doctors, nurses,",
        "© Picture: A. Jansen",
        "press@example.org",
        "Film about the work - 02:44",
        "Why? Nobody knows. Who does?",
        "It was confirmed.[3]",
        "450",
        "The plan says what is to be done in the year to come, by whom it is to be done, and who pays for it all",
    ],
)
def test_lines_that_are_not(line: str) -> None:
    assert headings(f"Before.\n\n{line}\n\n{TEXT}") == {}


def test_nothing_is_a_heading_without_text_under_it() -> None:
    assert set(found("Annual report").values()) == {"paragraph 0"}
    assert set(found("Housing\n\nHealth\n\nWork\n\nJustice").values()) == {"list_item 1"}
    assert headings(f"Who we are\n\n{TEXT}\n\nHelping Hands\n\nMain Street 1\n\nDublin") == {"Who we are": 2}


def test_headings_under_one_another() -> None:
    assert headings(f"Report\n\nPart one\n\nHealth\n\n{TEXT}") == {"Report": 2, "Part one": 3, "Health": 4}


def test_many_lines_under_one_another_are_a_list_but_for_the_last() -> None:
    titles = [f"Guide for {name}" for name in ("workers", "parents", "tenants", "pupils", "patients")]
    assert headings("\n\n".join([*titles, LONG])) == {titles[-1]: 2}


def test_what_is_sure_to_be_a_heading_is_no_part_of_a_list() -> None:
    contents = "Contents\nOur aims\nChildren and youth\nHealth\nMoney\n"
    run = ["Our aims", "Children and youth", "Health", "Inclusion in policies", "At school"]
    body = "\n\n".join([*run, TEXT, "Money", TEXT])
    assert list(headings(f"{contents}\n{body}")) == [*run, "Money"]


def test_close_lines_are_a_list() -> None:
    text = f"Our partners\n\nCity of Ghent\nKing Foundation\nOpen Fund\n\n{TEXT}"
    assert list(headings(text)) == ["Our partners"]
    assert found(text)["Open Fund"] == "list_item 1"


def test_close_lines_after_a_colon_are_what_it_announces() -> None:
    text = f"Members of the board:\nAnna Jansen\nBruno Costa\n\nMoney\n\n{TEXT}"
    assert list(headings(text)) == ["Money"]
    assert found(text)["Bruno Costa"] == "list_item 1"
    assert headings(f"Contact:\nAnna Jansen\n\n{TEXT}") == {}


def test_lines_of_a_form_are_no_headings() -> None:
    assert headings(f"Present: Anna Jansen\nApologies: Bruno Costa\n\n{TEXT}") == {}
    assert list(headings(f"Detention: what to do\n\n{TEXT}")) == ["Detention: what to do"]


def test_the_last_item_of_a_list_is_no_heading() -> None:
    text = f"In this issue:\n1. Permits\n2. Health\n3. Events\n\n{TEXT}\n\n4. Thanks\n\n{TEXT}"
    assert list(headings(text)) == ["4. Thanks"]


def test_a_heading_of_two_lines_has_space_around_it() -> None:
    wrapped = (
        "In the last year all of our members in ten countries\nhave met for the first time in the capital of the\n"
    )
    body = wrapped + "smallest of them, where they spoke about the plan for the\nyear to come.\n"
    text = f"{body}\nProgress on health and on the well-being of people who\nhave no papers\n\n{body}\n{body}"
    assert list(headings(text)) == ["Progress on health and on the well-being of people who have no papers"]


def test_levels_follow_the_numbers() -> None:
    text = f"1 Scope\n\n{TEXT}\n\n2 Terms\n\n2.1 Child\n\n{TEXT}\n\n2.2 Harm\n\n{TEXT}\n\n3 Duties\n\n{TEXT}"
    levels = list(headings(text).values())
    assert levels == [levels[0], levels[0], levels[0] + 1, levels[0] + 1, levels[0]]


def test_a_number_of_two_parts_is_one_level_below_that_of_one() -> None:
    text = f"Terms\n\nAll\n\n1 Scope\n\n{TEXT}\n\n1.1 Child\n\n{TEXT}\n\n1.1.1 Age\n\n{TEXT}"
    assert list(headings(text).values()) == [2, 3, 4, 5, 6]


def test_levels_follow_the_kinds_of_numbers() -> None:
    text = f"I. Inicio\n\n{TEXT}\n\nII. Trabajo\n\nA) Salud\n\n{TEXT}\n\nB) Vivienda\n\n{TEXT}\n\nV. Fin\n\n{TEXT}"
    assert list(headings(text).values()) == [2, 2, 3, 3, 2]
    first = f"Kapitel 1\n\nRechte\n\n§ 1 Zweck\n\n{TEXT}\n\n§ 2 Begriffe\n\n{TEXT}"
    text = f"{first}\n\nKapitel 2\n\nPflichten\n\n§ 3\n\n{TEXT}"
    assert list(headings(text).values()) == [2, 3, 4, 4, 2, 3, 4]


def test_levels_follow_the_table_of_contents() -> None:
    contents = "Contents\nAims\n1. Health\nCare\n2. Work\n"
    text = f"Aims\n\n{TEXT}\n\n1. Health\n\nCare\n\n{TEXT}\n\nClinics\n\n{TEXT}\n\n2. Work\n\n{TEXT}"
    assert list(headings(f"{contents}\n{text}").values()) == [2, 1, 2, 3, 1]


def test_levels_of_markdown_and_of_a_heading_that_comes_twice() -> None:
    text = f"# One\n\n{TEXT}\n\n### Two\n\n{TEXT}\n\nThree\n\nThree\n\n{TEXT}"
    assert [block.level for block in blocks(text) if block.kind is BlockKind.HEADING] == [1, 3, 2, 2]


@pytest.mark.parametrize(
    ("line", "first", "also"),
    [
        ("7. Next", ("1.", 7), None),
        ("(c) that", ("(a)", 3), None),
        ("B) Housing", ("A)", 2), None),
        ("i) first", ("i)", 1), ("a)", 9)),
        ("v) fifth", ("a)", 22), ("i)", 5)),
        ("(iv) fourth", ("(i)", 4), None),
        ("XIV. Part", ("I.", 14), None),
        ("3.2 Scope", ("1.1", 2), None),
        ("3.2.1. Scope", ("1.1.1.", 1), None),
        ("β) δεύτερο", ("a)", 2), None),
        ("б) второе", ("a)", 2), None),
        ("iiii. no number", ("a.", 0), None),
    ],
)
def test_readings_of_numbers(line: str, first: tuple[str, int], also: tuple[str, int] | None) -> None:
    assert readings(label(line)) == tuple(reading for reading in (first, also) if reading)


@pytest.mark.parametrize(
    "line", ["3.2 million people", "2019 was hard", "Nobody", "1.Next", "(see above) it", "", "§ 5"]
)
def test_lines_without_a_number_in_front(line: str) -> None:
    assert label(line) == ""


def test_shapes_of_numbers_and_names_of_parts() -> None:
    lines = ["2 Scope", "IV. End", "C. Third", "§ 5 Review", "Article 4: Aims", "3.2 Scope", "Scope"]
    assert [heading_shape(line) for line in lines] == ["1", "I.", "A.", "§ 1", "article 1", "1.1", ""]
    assert [names_part(line) for line in ("§ 5", "Art. 5.", "Titre II", "Article 4 Aims", "5")] == [True] * 3 + [
        False
    ] * 2
