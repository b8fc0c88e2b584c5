"""Cutting: sections, sentences with lead-ins and footnotes, chunks, and the words of each."""

from __future__ import annotations

import pytest

from ingest.chunks import MAX_WORDS, TARGET_WORDS, cut
from ingest.cut import CutDocument
from ingest.document import BlockKind, Document, Mark, Metadata, Span

TEXT = "Members meet once a year and decide on the budget. They elect the board."


def cut_text(text: str, *, language: str = "en", published: str | None = None) -> CutDocument:
    metadata = Metadata(title="Plan", language=language, published=published)
    return cut(Document(id="d", path="d", sha256="0", text=text, metadata=metadata))


def wordings(result: CutDocument) -> list[str]:
    return [result.wording(sentence) for sentence in result.sentences]


def lead_ins(result: CutDocument) -> dict[str, str]:
    return {
        result.wording(sentence): result.wording(result.sentences[sentence.lead_in])
        for sentence in result.sentences
        if sentence.lead_in is not None
    }


def test_sections_have_the_path_of_their_headings() -> None:
    result = cut_text(f"Intro.\n\n# One\n\n{TEXT}\n\n## **Two** ##\n\n{TEXT}\n\n### Empty\n\n# Three\n\n{TEXT}")
    assert [section.title for section in result.sections] == ["", "One", "One › Two", "One › Two › Empty", "Three"]
    assert [result.sections[chunk.section].title for chunk in result.chunks] == ["", "One", "One › Two", "Three"]
    assert "Empty" not in wordings(result)
    assert wordings(result)[4] == "Two"


def test_a_link_label_ends_a_section() -> None:
    teasers = "".join(f"{name}\n\n{TEXT}\n\nMore about {name}\n\n\n" for name in ("Health", "Work", "Law", "Youth"))
    result = cut_text(f"{teasers}For many it is hard to see a doctor.")
    assert [result.sections[chunk.section].title for chunk in result.chunks] == ["Health", "Work", "Law", "Youth", ""]


def test_a_document_without_words_has_no_chunks() -> None:
    for text in ("", " \n", "----\n\n* * *"):
        result = cut_text(text)
        assert (result.sentences, result.chunks) == ((), ())
        assert [(section.start, section.end) for section in result.sections] == ([(0, len(text))] if text else [])


def test_what_has_no_words_is_no_sentence() -> None:
    mark = Mark(kind=BlockKind.PARAGRAPH, start=0, end=3)
    metadata = Metadata(title="Plan", language="en")
    result = cut(Document(id="d", path="d", sha256="0", text="***\n\nSo be it.", metadata=metadata, marks=(mark,)))
    assert wordings(result) == ["So be it."]


def test_items_know_what_introduces_them() -> None:
    result = cut_text(
        "We ask for:\n- Health\n  - doctors\n  - nurses\n- Work\n\nOur aims\n\n* Rights\n* Peace\n\nSo be it.\n- End"
    )
    assert lead_ins(result) == {
        "Health": "We ask for:",
        "doctors": "Health",
        "nurses": "Health",
        "Work": "We ask for:",
        "Rights": "Our aims",
        "Peace": "Our aims",
    }
    by_list: dict[int | None, list[str]] = {}
    for sentence in result.sentences:
        by_list.setdefault(sentence.list_id, []).append(result.wording(sentence))
    by_list.pop(None)
    assert list(by_list.values()) == [["Health", "Work"], ["doctors", "nurses"], ["Rights", "Peace"], ["End"]]


def test_a_list_stays_with_its_lead_in() -> None:
    result = cut_text("Word " * 80 + ".\n\nWe ask for:\n- " + "care " * 30 + "\n- " + "work " * 100)
    texts = [result.chunk_wording(chunk) for chunk in result.chunks]
    assert [text.split()[0] for text in texts] == ["Word", "We", "work"]
    assert result.embedding_text(result.chunks[2]).startswith("Plan. We ask for: work")


def test_a_lead_in_that_does_not_fit_is_left() -> None:
    result = cut_text("So.\n\n" + "Word " * 80 + "as follows:\n- " + "care " * 60)
    assert [len(result.chunk_wording(chunk).split()) for chunk in result.chunks] == [83, 60]
    assert result.embedding_text(result.chunks[1]).startswith("Plan. Word Word")


def test_long_blocks_are_cut_between_sentences_and_long_sentences_are_not() -> None:
    sentence = "It " + "goes on " * 14 + "here. "
    result = cut_text(sentence * 10)
    sizes = [len(result.chunk_wording(chunk).split()) for chunk in result.chunks]
    assert sum(sizes) == 300
    assert max(sizes) <= TARGET_WORDS
    result = cut_text(f"Short one.\n\n{'very ' * (MAX_WORDS + 5)}long.")
    assert [chunk.last - chunk.first for chunk in result.chunks] == [1, 1]


def test_footnotes_follow_the_text_apart_and_know_their_mark() -> None:
    text = (
        "The network was founded by seven organisations that gave\n"
        "legal aid.1 It has grown since then to more than ninety\n"
        "1 Act of May. It was amended.\n\nmembers, who meet once a year and decide on the budget."
    )
    result = cut_text(text)
    assert wordings(result)[1].endswith("more than ninety members, who meet once a year and decide on the budget.")
    assert [text[gap.start : gap.end].strip() for gap in result.sentences[1].gaps] == ["1 Act of May. It was amended."]
    notes = [sentence for sentence in result.sentences if sentence.kind is BlockKind.FOOTNOTE]
    assert [(result.wording(note), note.lead_in) for note in notes] == [("1 Act of May.", 0), ("It was amended.", 0)]
    assert [chunk.first for chunk in result.chunks] == [0, 2]


@pytest.mark.parametrize(("mark", "note"), [("[2]", "[2]"), ("²", "²"), ("2", "2"), ("[^2]", "[^2]:")])
def test_marks_of_footnotes(mark: str, note: str) -> None:
    result = cut_text(f"It helps.1 It grows.{mark} It stays.\n1 Act of May.\n{note} Act of June.")
    assert lead_ins(result)[f"{note} Act of June."].startswith("It grows.")


def test_headings_and_rows_are_whole_and_without_signs() -> None:
    result = cut_text(
        "# Why? Because. #\n\nItem. One\tPlan. Two\n\n• Point. Next.\n\n> Quoted. Lines\n> go on.\n\nEnd."
    )
    assert wordings(result) == [
        "Why? Because.", "Item. One Plan. Two", "Point.", "Next.", "Quoted.", "Lines go on.", "End.",
    ]  # fmt: skip


def test_the_text_that_is_embedded() -> None:
    result = cut_text(f"Who we are\n\n{TEXT}", published="2021-05")
    assert result.embedding_text(result.chunks[0]) == f"Plan (2021-05) – Who we are. {TEXT}"


WRAPPED = (
    "of all the people in the whole of the region who came in the year\nand were seen by a doctor, a nurse or a social "
    "worker of one of the\nclinics that are run by our members and by others who give their time\n"
)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("The undocu-\nmented. Undocumented.", "The undocumented. Undocumented."),
        ("The undocu- mented. Undocumented.", "The undocumented. Undocumented."),
        ("The gender-\nresponsive. Gender-responsive.", "The gender-responsive. Gender-responsive."),
        ("The gender- responsive. Gender-responsive.", "The gender-responsive. Gender-responsive."),
        ("The organi-\nsation helps.", "The organisation helps."),
        ("The organi- sation helps.", "The organi- sation helps."),
        ("A long-\nterm plan for the term.", "A long-term plan for the term."),
        ("A non-\nracist law. Post-\nwar laws. Post-war.", "A non-racist law. Post-war laws. Post-war."),
        ("Pre-\nand postnatal care.", "Pre- and postnatal care."),
        ("The EU-\nwide plan of COVID-\n19 and Anti-\nRacism.", "The EU- wide plan of COVID- 19 and Anti- Racism."),
        ("Von 1-\n2 Jahren.", "Von 1- 2 Jahren."),
        ("Μετανά-\nστες χωρίς έγγραφα.", "Μετανάστες χωρίς έγγραφα."),
    ],
)
def test_hyphens_at_line_ends(text: str, wording: str) -> None:
    result = cut_text(WRAPPED + text)
    assert " ".join(wordings(result)).endswith(wording)
    assert result.document.text == WRAPPED + text


def test_function_words_after_a_hyphen_are_those_of_the_language() -> None:
    result = cut_text("Zugang zu Kinder-\nund Jugendhilfe für alle, die hier leben.", language="de")
    assert wordings(result) == ["Zugang zu Kinder- und Jugendhilfe für alle, die hier leben."]


def test_one_line_leaves_out_gaps_and_says_so() -> None:
    result = cut_text("The undocu-\nmented people\nof the region.")
    text = result.document.text
    gap = Span(text.index("people"), text.index("of"))
    assert result.one_line(0, len(text), [gap], "[…]") == "The undocumented […] of the region."
    assert result.one_line(0, len(text), [gap]) == "The undocumented of the region."
    assert result.one_line(4, text.index("\n")) == "undocu-"
