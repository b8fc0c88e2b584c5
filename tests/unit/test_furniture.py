"""What is recognised as no running text: furniture, contents, footnotes."""

from __future__ import annotations

import pytest

from ingest.contents import find_contents, listed
from ingest.document import BlockKind, Document, Mark, Metadata
from ingest.furniture import recognise
from ingest.lines import layout_of, read_lines

TEXT = "Members meet once a year."
OPEN = "Members meet once a year and decide on the"


def kinds(text: str, *, title: str = "T", marks: tuple[Mark, ...] = ()) -> dict[str, BlockKind]:
    document = Document(
        id="d", path="d", sha256="0", text=text, metadata=Metadata(title=title, language="en"), marks=marks
    )
    lines = read_lines(document)
    return {lines[i].text: kind for i, kind in recognise(document, lines, layout_of(lines)).kinds.items()}


def furniture(text: str, *, title: str = "T") -> set[str]:
    return {line for line, kind in kinds(text, title=title).items() if kind is BlockKind.FURNITURE}


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Page 3",
            "page iv",
            "Page 3 of 12",
            "3/12",
            "3 of 12",
            "- 3 -",
            "[3]",
            "p. 7",
            "Seite 3",
            "Página 3",
            "صفحة 3",
        ),
        *("-----", "* * *", "=====", "____", "• • •"),
    ],
)
def test_page_numbers_and_rules(line: str) -> None:
    assert furniture(f"{TEXT}\n\n{line}\n\n{TEXT}") == {line}


@pytest.mark.parametrize(
    "line",
    [
        "§ 3",
        "Article 3",
        "II",
        "Civil",
        "2019",
        "450",
        "24/7",
        "12/2023",
        "A3",
        "S3",
        "Rule 3 of 12 applies",
        "5.",
        "3 children",
    ],
)
def test_lines_that_look_like_page_numbers(line: str) -> None:
    assert furniture(f"{TEXT}\n\n{line}\n\n{TEXT}") == set()


def test_bare_numbers_are_page_numbers_where_they_count_up_or_break_a_sentence() -> None:
    assert furniture(f"{TEXT}\n\n7\n\n{TEXT}\n\n8\n\n{TEXT}\n\n10\n\n{TEXT}") == {"7", "8", "10"}
    assert furniture(f"{OPEN}\n\n7\n\nbudget of the year.") == {"7"}
    assert furniture(f"{OPEN}\n\nvii\n\nbudget of the year.") == {"vii"}
    assert furniture(f"2019\n\n{TEXT}\n\n2020\n\n{TEXT}") == set()


def test_the_title_with_a_page_number() -> None:
    text = f"{TEXT}\n\nHelping Hands – Strategic Plan 2021-2025 27\n\n{TEXT}\n\nStrategic Plan 2021\n\n{TEXT}"
    assert furniture(text, title="Helping Hands Strategic Plan 2021-2025") == {
        "Helping Hands – Strategic Plan 2021-2025 27"
    }


def test_heads_and_feet_of_pages() -> None:
    page = "Report {0}      Helping Hands\n\nWe did work {1}.\n\n{2}\n"
    text = "\f".join(page.format(2020, f"number {n}", n) for n in range(4, 8))
    assert furniture(text) == {"Report 2020      Helping Hands", "4", "5", "6", "7"}


def test_what_differs_or_stands_inside_is_no_head() -> None:
    pages = [
        f"Table {n}\n\nAll\n\nSame line of text\n\nBerlin {n}\n\nLast words of {name}"
        for n, name in ((3, "A"), (1, "B"), (2, "C"))
    ]
    assert furniture("\f".join(pages)) == set()


def test_returning_lines_without_pages() -> None:
    foot = "Helping Hands, report"
    text = f"{OPEN}\n{foot}\n3\nbudget.\n\n{TEXT}\n{foot}\n4\n{TEXT}\n{foot}\n5"
    assert furniture(text) == {foot, "3", "4", "5"}
    text = "\n".join(f"{OPEN}\nHelping Hands | {n}\nbudget.\n" for n in (3, 4, 5))
    assert furniture(text) == {"Helping Hands | 3", "Helping Hands | 4", "Helping Hands | 5"}


def test_names_of_parts_that_count_up_are_no_furniture() -> None:
    assert furniture("\n\n".join(f"Article {n}\n\n{TEXT}" for n in range(1, 6))) == set()
    assert furniture("\n\n".join(f"Video library\n\n{TEXT} {n}" for n in range(5))) == set()


def test_link_labels() -> None:
    text = "\n\n".join(f"{TEXT}\n\nMore about {name}\n\n" for name in ("health", "work", "law", "youth"))
    assert furniture(text) == {"More about health", "More about work", "More about law", "More about youth"}
    assert furniture("\n\n".join(f"More about {name}\n{TEXT}" for name in ("health", "work", "law", "youth"))) == set()


def test_addresses_collected_from_links() -> None:
    assert furniture(f"{TEXT}\nhttps://example.org/a\nhttps://example.org/b\n{TEXT}") == {
        "https://example.org/a",
        "https://example.org/b",
    }
    assert furniture(f"{TEXT}\n\nwww.example.org\n\n{TEXT}") == set()


def test_marks_are_believed() -> None:
    mark = Mark(kind=BlockKind.PARAGRAPH, start=0, end=6)
    assert kinds("Page 3\n\nPage 4", marks=(mark,)) == {"Page 4": BlockKind.FURNITURE}
    mark = Mark(kind=BlockKind.FURNITURE, start=0, end=len(TEXT))
    assert kinds(TEXT, marks=(mark,)) == {TEXT: BlockKind.FURNITURE}


CONTENTS = {
    "title and repeated entries": "Contents\nWho we are\nAims\nMoney\n\nWho we are\n\nWe are many.",
    "title and page numbers": "Índice\n\nPresentación 3\nNuestro trabajo 5\nCuentas 12\n\nSomos una red.",
    "leaders": "Foreword ....... 3\nOur work . . . . . 5\nMoney\t9\n\nWe are many.",
    "numbers and repeated entries": "Foreword 3\nOur work 5\nMoney 9\n\nForeword\nWe are many.\nMoney\nWe have none.",
    "numbers on lines of their own": "Contents\nForeword\n3\nOur work\n5\nMoney\n9\nForeword\nWe are many.",
    "entries of two lines": "Contents\nForeword 3\nOur work in the\nyear 2020 5\nMoney 9\n\nOther heading\n\nSo.",
    "pages glued on": "Sommaire\nAvant-propos3\nNos actions5\nComptes9\n\nNous sommes un réseau.",
}


@pytest.mark.parametrize("name", CONTENTS)
def test_tables_of_contents(name: str) -> None:
    lines = read_lines(
        Document(id="d", path="d", sha256="0", text=CONTENTS[name], metadata=Metadata(title="T", language="en"))
    )
    found = find_contents(lines)
    texts = [line.text for i, line in enumerate(lines) if i in found]
    assert texts
    assert sorted(found) == list(range(min(found), max(found) + 1))
    last = max(found) + 1
    assert lines[last].text in {
        "Who we are",
        "Foreword",
        "Other heading",
        "We are many.",
        "Somos una red.",
        "Nous sommes un réseau.",
    }
    assert min(found) == 0


@pytest.mark.parametrize(
    "text",
    [
        "Index\n\nPrices rose. The index rose, too.\n\nWages\n\nThey fell.",
        "Berlin 12\nMunich 14\nRome 20\n\nThese are the houses that we run.",
        "Contents\n\nThe box held a lamp.",
    ],
)
def test_what_is_no_table_of_contents(text: str) -> None:
    assert not any(kind is BlockKind.CONTENTS for kind in kinds(text).values())


def test_entries_are_listed_with_and_without_page() -> None:
    assert listed(["Contents:", "Our Work ..... 5", "Agenda 2030"]) == {
        "contents", "our work ..... 5", "our work", "agenda 2030", "agenda",
    }  # fmt: skip


NOTES = {
    "glued to a word": "It helps people.1 It grows2 well.\n1 Act of May.\n2 Annex of it.",
    "after a year": "It was changed in 2019.1 It holds.\n1 Act of May.",
    "in brackets": "It helps.[1] It grows.[2]\n[1] Act of May.\n[2] annex of it.",
    "raised": "It helps.¹ It grows.²\n¹ Act of May.\n² annex of it.",
    "of Markdown": "It helps.[^1]\n\n[^1]: Act of May.",
}


@pytest.mark.parametrize("name", NOTES)
def test_footnotes(name: str) -> None:
    first, *notes = [line for line in NOTES[name].splitlines() if line]
    assert {line for line, kind in kinds(NOTES[name]).items() if kind is BlockKind.FOOTNOTE} == set(notes)
    assert first not in kinds(NOTES[name])


@pytest.mark.parametrize(
    "text",
    [
        "1 Scope\n\nIt helps.",
        "It helps. 1 It grows.\n2 Act of May.",
        "It helps1.\n3 Act of May.",
        "It helps.1 It grows.3\n3 Act of May.",
        f"It helps.1 {'It grows. ' * 1000}\n1 Act of May.",
        "[1] Act of May.\n\nSee [1].",
    ],
)
def test_lines_without_their_mark_before_are_no_footnotes(text: str) -> None:
    assert not any(kind is BlockKind.FOOTNOTE for kind in kinds(text).values())
