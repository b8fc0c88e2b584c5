"""What holds of every cut document, whatever its text, marks and pages."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunks import MAX_WORDS, cut
from ingest.cut import CutDocument, Sentence
from ingest.document import BlockKind, Document, Mark, Metadata, Page, Span
from ingest.structure import find_blocks

LINES = """
1 Scope|1.1 This policy applies to all.|1.2 Child|Article 4|§ 5 Review|(a) report every concern;|(b) keep records, and
- first|- second item that|  - inner|•|• point|* star|– dash|2.|12|iv|Page 3 of 9|2019|Contents|Foreword ..... 3
Our work 5|# Title|## Part|**Bold**|> quoted line|----|***|item\tplan\tactual|staff\t12\t13|https://example.org/a
More about health|More about work|More about law|The network was founded by seven organisations that gave legal aid
to people without papers. It has grown since then to more than ninety members in|twenty countries.1 Members meet once a
year, and they decide on the budget.|1 Act of 2019, page 3.|[2] See the annex.|The law is old.[2]|The undocu-
mented people|Who can help me?|What we do|We want:|PRESS RELEASE|FOR ALL|Ποιοι είμαστε;|من نحن؟|حق الصحة للجميع.
Present: A. Jansen|Date: May|Annual Report 2020|Annual Report 2020|z. B. in Art. 5 Abs. 2 GG. Danach gilt es.
a) wer klagt,|Übermitt-|lung der Daten.|www.example.org
""".replace("\n", "|").split("|")
BREAKS = st.sampled_from(["\n", "\n", "\n\n", "\n\n\n", "\f", "\n\f", "\n   ", " ", "\t", "\n\t"])
LIKE_DOCUMENTS = st.lists(st.tuples(st.sampled_from(LINES), BREAKS), max_size=60).map(
    lambda pairs: "".join(line + end for line, end in pairs)
)
TEXTS = LIKE_DOCUMENTS | st.text(max_size=200) | st.text(alphabet="aB1. \n\f\t-•*#:[]()§", max_size=200)
LANGUAGES = st.sampled_from(["en", "de", "fr", "el", "ar", "und"])
LEVELLED = {BlockKind.HEADING, BlockKind.LIST_ITEM}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A text with ascending marks and pages that fit it, or without them."""
    text = draw(TEXTS)
    places = sorted(set(draw(st.lists(st.integers(0, len(text)), max_size=12))))
    marks = []
    for start, end in itertools.pairwise(places):
        if draw(st.booleans()):
            kind = draw(st.sampled_from(BlockKind))
            level = draw(st.integers(1, 9)) if kind in LEVELLED else 0
            marks.append(Mark(kind=kind, start=start, end=end, level=level))
    pages = [Page(number=n, start=a, end=b) for n, (a, b) in enumerate(itertools.pairwise(places), 1)]
    return document(
        text,
        marks=marks if draw(st.booleans()) else [],
        pages=pages if draw(st.booleans()) else [],
        language=draw(LANGUAGES),
    )


def document(text: str, *, marks: list[Mark] = [], pages: list[Page] = [], language: str = "en") -> Document:  # noqa: B006
    return Document(
        id="d",
        path="d.txt",
        sha256="0",
        text=text,
        metadata=Metadata(title="Annual report 2020", language=language),
        marks=tuple(marks),
        pages=tuple(pages),
    )


def pieces(sentence: Sentence) -> Iterator[Span]:
    at = sentence.start
    for gap in sentence.gaps:
        yield Span(at, gap.start)
        at = gap.end
    yield Span(at, sentence.end)


def words(cut_document: CutDocument, sentence: Sentence) -> int:
    return len(cut_document.document.text[sentence.start : sentence.end].split())


@given(documents())
def test_sections_tile_the_text(given_document: Document) -> None:
    sections = cut(given_document).sections
    ends = [0, *(section.end for section in sections)]
    assert [section.start for section in sections] == ends[:-1]
    assert ends[-1] == len(given_document.text)
    assert all(section.start < section.end for section in sections)


@given(documents())
def test_blocks_ascend_and_leave_out_nothing_but_white_space(given_document: Document) -> None:
    blocks = find_blocks(given_document)
    text, at, outer = given_document.text, 0, 0
    for block in blocks:
        assert block.start >= at
        if block.start >= outer:  # not inside the gap of a paragraph
            assert not text[outer : block.start].strip()
        assert block.start < block.end
        at, outer = block.start, max(outer, block.end)
    assert not text[outer:].strip()


@given(documents())
def test_every_sentence_stands_in_one_chunk_of_its_section(given_document: Document) -> None:
    result = cut(given_document)
    standing = [i for chunk in result.chunks for i in range(chunk.first, chunk.last)]
    assert standing == list(range(len(result.sentences)))
    for chunk in result.chunks:
        inside = result.sentences[chunk.first : chunk.last]
        assert {sentence.section for sentence in inside} == {chunk.section}
        assert (chunk.start, chunk.end) == (inside[0].start, inside[-1].end)


@given(documents())
def test_sentences_ascend_within_their_section_and_footnotes_follow(given_document: Document) -> None:
    result = cut(given_document)
    for number, group in itertools.groupby(result.sentences, key=lambda sentence: sentence.section):
        section, inside = result.sections[number], list(group)
        is_note = [sentence.kind is BlockKind.FOOTNOTE for sentence in inside]
        assert is_note == sorted(is_note)
        for kind in (True, False):
            row = [s for s in inside if (s.kind is BlockKind.FOOTNOTE) is kind]
            assert all(a.end <= b.start for a, b in itertools.pairwise(row))
            assert all(section.start <= s.start < s.end <= section.end for s in row)
    numbers = [sentence.section for sentence in result.sentences]
    assert numbers == sorted(numbers)


@given(documents())
def test_the_wording_of_a_sentence_is_its_text_without_gaps_and_typesetting(given_document: Document) -> None:
    result = cut(given_document)
    dropped = {i for stretch in result.typesetting for i in range(*stretch)}
    for sentence in result.sentences:
        text = " ".join(
            "".join(given_document.text[i] for i in range(*piece) if i not in dropped) for piece in pieces(sentence)
        )
        assert result.wording(sentence) == " ".join(text.split())
        assert any(character.isalnum() for character in result.wording(sentence))
        wording = given_document.text[sentence.start : sentence.end]
        assert wording == wording.strip()


@given(documents())
def test_typesetting_is_signs_and_white_space_only(given_document: Document) -> None:
    at = 0
    for stretch in cut(given_document).typesetting:
        assert at <= stretch.start < stretch.end
        assert not any(character.isalnum() for character in given_document.text[slice(*stretch)])
        at = stretch.end


@given(documents())
def test_gaps_are_furniture_contents_and_footnotes(given_document: Document) -> None:
    result, blocks = cut(given_document), find_blocks(given_document)
    uncited = [block for block in blocks if block.kind in (BlockKind.FURNITURE, BlockKind.CONTENTS, BlockKind.FOOTNOTE)]
    for sentence in result.sentences:
        at = sentence.start
        for gap in sentence.gaps:
            assert at < gap.start < gap.end < sentence.end
            inside = [block for block in uncited if gap.start <= block.start and block.end <= gap.end]
            assert inside
            rest = set(range(*gap)) - {i for block in inside for i in range(block.start, block.end)}
            assert not any(given_document.text[i].strip() for i in rest)
            at = gap.end


@given(documents())
def test_furniture_and_contents_are_never_cited(given_document: Document) -> None:
    result = cut(given_document)
    cited = {i for sentence in result.sentences for piece in pieces(sentence) for i in range(*piece)}
    for block in find_blocks(given_document):
        if block.kind in (BlockKind.FURNITURE, BlockKind.CONTENTS):
            assert cited.isdisjoint(range(block.start, block.end))


@given(documents())
def test_no_chunk_is_longer_than_the_maximum_unless_it_is_one_sentence(given_document: Document) -> None:
    result = cut(given_document)
    for chunk in result.chunks:
        inside = result.sentences[chunk.first : chunk.last]
        assert len(inside) == 1 or sum(words(result, sentence) for sentence in inside) <= MAX_WORDS


@given(
    st.lists(st.sampled_from([1, 3, 20, 60, 95, 130]), max_size=20),
    st.sampled_from([" ", "\n", "\n\n", "\n- ", ":\n- "]),
)
def test_long_blocks_and_lists_keep_to_the_maximum(lengths: list[int], between: str) -> None:
    result = cut(document(between.join("We " + "go on " * (length // 2) + "here." for length in lengths)))
    for chunk in result.chunks:
        inside = result.sentences[chunk.first : chunk.last]
        assert len(inside) == 1 or sum(words(result, sentence) for sentence in inside) <= MAX_WORDS


@given(documents())
def test_lists_and_lead_ins_are_consistent(given_document: Document) -> None:
    result = cut(given_document)
    lists: dict[int, set[tuple[int, int | None]]] = {}
    for i, sentence in enumerate(result.sentences):
        assert sentence.list_id is None or sentence.kind is BlockKind.LIST_ITEM
        if sentence.list_id is not None:
            lists.setdefault(sentence.list_id, set()).add((sentence.section, sentence.lead_in))
            assert sentence.lead_in is None or sentence.lead_in < i
        if sentence.lead_in is not None:
            assert result.sentences[sentence.lead_in].kind is not BlockKind.FOOTNOTE
    assert all(len(of) == 1 for of in lists.values())


@given(documents())
@settings(max_examples=30)
def test_the_same_document_is_cut_the_same_way(given_document: Document) -> None:
    assert cut(given_document) == cut(given_document)


@given(st.lists(st.sampled_from(LINES), min_size=3, max_size=30), st.integers(2, 6))
@settings(max_examples=50)
def test_a_foot_on_every_page_is_not_cited(lines: list[str], count: int) -> None:
    page = "\n".join(lines)
    text = "\f".join(f"{page}\n\nHelping Hands, our strategy | {n}\n" for n in range(1, count + 1))
    result = cut(document(text))
    assert not any("our strategy |" in result.wording(sentence) for sentence in result.sentences)


MEGABYTE = 1_000_000
PROSE = "The network was founded in 1998 by seven organisations that gave aid, e.g. shelter, to people.1 It grew.\n"
BIG = {
    "prose without line breaks": PROSE.replace("\n", " "),
    "wrapped lines": PROSE,
    "paragraphs": PROSE.replace("\n", "\n\n"),
    "headings with a sentence each": "A heading\n\nOne sentence here.\n\n",
    "headings only": "A heading\n",
    "numbered headings": "12.3 A heading\n\nOne sentence.\n\n",
    "items of one word": "- a\n",
    "numbered items": "1. Go\n",
    "lines that could be notes": "1 Act\n",
    "notes and marks": "The law.1 It holds.\n1 Act of May.\n",
    "bracketed notes": "The law.[1]\n[1] Act of May.\n",
    "running heads": "Our report 3\n",
    "counting lines": "Helping Hands 1\nHelping Hands 2\n",
    "addresses": "https://example.org/a\n",
    "addresses and notes": "law.1\n1 Act of\nhttps://example.org/a\n",
    "contents": "Contents\nA 1\nB 2\nC 3\n",
    "page numbers": "1\n2\n",
    "form feeds": "a\f",
    "dots": ".",
    "leaders": ". ",
    "spaces and a number": " " * 999 + "1",
    "hashes": "# ",
    "stars": "*",
    "bold": "**a** ",
    "quotation signs": "> ",
    "hyphens": "a-\n",
    "broken words": "undocu-\nmented ",
    "brackets": "([",
    "quotes after stops": '."',
    "digits": "1",
    "letters": "a",
    "rows": "a\tb\n",
    "questions": "Why? ",
    "labels": "More about it\n\n\n",
    "nested items": "".join(" " * n + "- a\n" for n in range(60)),
}


@pytest.mark.parametrize("name", BIG)
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    piece = BIG[name]

    def seconds(size: int) -> float:
        given_document = document((piece * (size // len(piece) + 1))[:size])
        began = time.process_time()
        cut(given_document)
        return time.process_time() - began

    def holds() -> bool:
        small, large = seconds(MEGABYTE // 200), seconds(MEGABYTE // 20)
        return large < 0.3 or large < 70 * small  # quadratic would be 100 times

    seconds(1_000)
    # A pause of the machine or of the garbage collector in one run is not the cutter's.
    assert any(holds() for _ in range(3))


def test_a_megabyte_is_cut_in_seconds() -> None:
    choice = random.Random(7)
    text = "\n".join(choice.choice(LINES) for _ in range(MEGABYTE // 25))
    began = time.process_time()
    cut(document(text))
    assert time.process_time() - began < 15
