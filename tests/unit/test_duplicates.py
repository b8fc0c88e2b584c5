"""Documents that are nearly the same text: what is one, and what only looks like one."""

from __future__ import annotations

import random
import re
import textwrap
import time
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.chunks import cut
from ingest.corpus import read_document, scan
from ingest.cut import CutDocument
from ingest.document import DEFAULT_COLLECTION, Document, Metadata
from ingest.duplicates import NearDuplicate, near_duplicates

LETTERS = {"en": "abcdefghijklmnopqrstuvwxyz", "el": "αβγδεζηθικλμνξοπρστυφχψω", "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"}


def paragraphs(count: int, *, seed: int = 0, language: str = "en", figures: int = 0) -> list[str]:
    """Paragraphs of three sentences of a language that nobody speaks, each of about 45 words."""
    chance = random.Random(f"{seed} {language}")
    vocabulary = ["".join(chance.choices(LETTERS[language], k=chance.randint(3, 9))) for _ in range(600)]
    made = []
    for _ in range(count):
        sentences = []
        for _ in range(3):
            said = chance.choices(vocabulary, k=15)
            if figures:
                said[7] = str(chance.randint(10, figures))
            sentences.append(" ".join(said).capitalize() + ".")
        made.append(" ".join(sentences))
    return made


def document(
    id: str,
    text: str | list[str],
    *,
    language: str = "en",
    collection: str = DEFAULT_COLLECTION,
    supersedes: str | None = None,
) -> CutDocument:
    text = text if isinstance(text, str) else "\n\n".join(text)
    metadata = Metadata(title=id, language=language, collection=collection, supersedes=supersedes)
    return cut(Document(id=id, path=f"{id}.txt", sha256=id, text=text, metadata=metadata))


def as_printed(texts: list[str]) -> str:
    """Narrow lines with words broken by hyphens, a running head and page numbers, two paragraphs a page."""
    pages = []
    for number in range(0, len(texts), 2):
        lines = [line for text in texts[number : number + 2] for line in [*broken(text), ""]]
        pages.append("\n".join(["Annual meeting of the network", "", *lines, f"- {number // 2 + 1} -", ""]))
    return "\n".join(pages)


def broken(text: str) -> list[str]:
    lines = textwrap.wrap(text, 50)
    for at, (line, following) in enumerate(pairwise(lines)):
        head, _, tail = following.partition(" ")
        if at % 3 == 0 and len(head) > 5 and head.isalpha():
            lines[at], lines[at + 1] = f"{line} {head[:3]}-", f"{head[3:]} {tail}"
    return lines


@pytest.mark.parametrize("language", sorted(LETTERS))
def test_the_printed_and_the_web_version_of_a_text_are_one(language: str) -> None:
    texts = paragraphs(20, language=language)
    web = "\n\n".join(["Home", "About us", "Contact", *texts, "Share this page", "Sign up for our newsletter"])
    (found,) = near_duplicates(
        [document("web", web, language=language), document("print", as_printed(texts), language=language)]
    )
    assert {found.document, found.other} == {"web", "print"}
    assert found.share > 0.9
    assert found.share_of_other > 0.85
    assert found.sentence == (
        f"{found.document} is {100 * found.share:.0f} % the same text as {found.other}; remove one, or say in "
        "documents.yaml which one supersedes the other."
    )


def test_case_accents_and_typography_do_not_matter() -> None:
    plain = [
        'The "cafe" of the network - open to all, 2016-2020 - says no more than this, and says it well enough.'
    ] * 1
    texts = [*plain, *paragraphs(6)]
    other = [text.replace('"', "”").replace("-", "–").replace("cafe", "cafe\u0301").upper() for text in texts]
    (found,) = near_duplicates([document("a", texts), document("b", other)])
    assert found == NearDuplicate(document="a", other="b", share=1.0, share_of_other=1.0)


def test_a_chapter_stands_in_its_book_and_not_the_other_way_round() -> None:
    book = paragraphs(30)
    (found,) = near_duplicates([document("book", book), document("chapter", book[4:10])])
    assert (found.document, found.other, found.share) == ("chapter", "book", 1.0)
    assert found.share_of_other == pytest.approx(0.2, abs=0.02)
    assert found.sentence == (
        "100 % of chapter stands in book and is 20 % of that; remove chapter, unless it is to be quoted by itself."
    )


def test_words_that_were_edited_count_for_themselves() -> None:
    texts = paragraphs(20)
    edited = [re.sub(r"^(\w+ \w+) \w+", r"\1 otherwise", text) for text in texts]
    (found,) = near_duplicates([document("a", texts), document("b", edited)])
    assert 0.9 < found.share < 1


def test_a_text_of_which_a_third_is_new_is_another_text() -> None:
    texts = paragraphs(21)
    assert near_duplicates([document("a", texts), document("b", [*texts[:14], *paragraphs(7, seed=1)])]) == []


def test_a_translation_is_no_duplicate() -> None:
    assert near_duplicates([document("en", paragraphs(20)), document("el", paragraphs(20, language="el"))]) == []


def test_reports_of_two_years_with_the_same_boilerplate_are_none() -> None:
    about, method = paragraphs(6, seed=1), paragraphs(4, seed=2)
    reports = [document(f"report-{year}", [*about, *paragraphs(10, seed=year), *method]) for year in (2023, 2024)]
    assert near_duplicates(reports) == []


def test_reports_in_the_same_words_with_other_figures_are_none() -> None:
    texts = paragraphs(20, figures=999)
    chance = random.Random(3)
    later = [re.sub(r"\d+", lambda _: str(chance.randint(1000, 9999)), text) for text in texts]
    assert near_duplicates([document("2023", texts), document("2024", later)]) == []
    with_page_numbers = document("copy", as_printed(texts))
    assert [found.other for found in near_duplicates([document("2023", texts), with_page_numbers])] == ["copy"]


def test_versions_that_metadata_name_and_other_collections_are_left_out() -> None:
    texts = paragraphs(10)
    assert near_duplicates([document("old", texts), document("new", [*texts, "More."], supersedes="old")]) == []
    assert near_duplicates([document("public", texts), document("staff", texts, collection="staff")]) == []


def test_short_texts_are_not_compared() -> None:
    assert near_duplicates([document("a", "We say it again. " * 10), document("b", "We say it again. " * 10)]) == []
    assert near_duplicates([]) == []


def test_each_is_named_once_whatever_the_order_and_however_many_there_are() -> None:
    texts = paragraphs(6)
    copies = [document(f"copy-{n}", [*texts, *["One more."] * n]) for n in range(5)]
    others = [document(f"other-{n}", paragraphs(6, seed=n + 1)) for n in range(5)]
    found = near_duplicates([*copies, *others])
    assert [one.document for one in found] == ["copy-0", "copy-1", "copy-2", "copy-3"]
    assert all(one.other > one.document for one in found)
    assert near_duplicates([*others, *reversed(copies)]) == found


def test_where_boilerplate_is_everywhere_a_fraction_of_the_text_stands_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.duplicates._COUNTED", 2_000)
    texts = paragraphs(20)
    documents = [document("a", texts), document("b", [*texts, "The end."]), document("c", paragraphs(20, seed=1))]
    assert [(found.document, found.other) for found in near_duplicates(documents)] == [("a", "b")]


def test_none_of_the_shipped_documents_is_one() -> None:
    found = scan([Path("ingest/corpus")])
    assert near_duplicates([cut(read_document(source, found.organisation)) for source in found.sources]) == []


def test_many_documents_are_compared_fast() -> None:
    texts = [document(f"d{n}", paragraphs(9, seed=n % 95)) for n in range(100)]
    began = time.process_time()
    assert len(near_duplicates(texts)) == 5
    assert time.process_time() - began < 2
