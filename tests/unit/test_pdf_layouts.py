"""The corpus, set by LibreOffice in several layouts and read back: how much of its words and sentences comes back."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import ingest
from ingest.chunks import cut
from ingest.corpus import read_document, scan
from ingest.cut import CutDocument, Sentence
from ingest.document import BlockKind, Document, Metadata
from ingest.readers.registry import read_bytes
from tests.pdf_layouts import COLUMNS, PLAIN, SOFFICE, Setting, fodt, fodt_of, to_pdf

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice Writer (soffice)")

SETTINGS = {"plain": PLAIN, "columns": COLUMNS}
LEAST_WORDS, LEAST_SENTENCES = 0.985, 0.97


@pytest.fixture(scope="module")
def corpus() -> list[Document]:
    folder = Path(ingest.__file__).parent / "corpus"
    return [read_document(source, "") for source in scan([folder]).sources]


@pytest.fixture(scope="module")
def files(corpus: list[Document], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The PDF files of all documents in all settings, by "setting-number"."""
    sources = {
        f"{name}-{number}": fodt_of(document, setting)
        for number, document in enumerate(corpus)
        for name, setting in SETTINGS.items()
    }
    return to_pdf(sources, tmp_path_factory.mktemp("layouts"))


def letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def reread(document: Document, data: bytes) -> CutDocument:
    result = read_bytes(data, Path("a.pdf"))
    return cut(replace(document, text=result.text, marks=result.marks, pages=result.pages))


def words(document: CutDocument) -> Counter[str]:
    found = (letters(word) for sentence in document.sentences for word in document.wording(sentence).split())
    return Counter(word for word in found if word)


def bare(document: CutDocument, sentence: Sentence) -> str:
    """The letters of a sentence, of a footnote without its number, which LibreOffice gives anew."""
    wording = document.wording(sentence)
    return letters(re.sub(r"^\d{1,2} ", "", wording) if sentence.kind is BlockKind.FOOTNOTE else wording)


@pytest.mark.parametrize("setting", SETTINGS)
def test_words_and_sentences_come_back(setting: str, corpus: list[Document], files: dict[str, bytes]) -> None:
    for number, document in enumerate(corpus):
        source, back = cut(document), reread(document, files[f"{setting}-{number}"])
        wanted = words(source)
        assert (wanted & words(back)).total() >= LEAST_WORDS * wanted.total()
        flow = letters(" ".join(back.wording(sentence) for sentence in back.sentences))
        headings = {letters(title) for section in back.sections for title in section.path}
        sentences = [found for sentence in source.sentences if (found := bare(source, sentence))]
        whole = sum(sentence in flow or sentence in headings for sentence in sentences)
        assert whole >= LEAST_SENTENCES * len(sentences)
        inside = [letters(back.chunk_wording(chunk)) for chunk in back.chunks]
        held = sum(any(s in chunk for chunk in inside) or s in headings for s in sentences)
        assert held >= (LEAST_SENTENCES - 0.02) * len(sentences)


def test_what_is_quoted_stands_in_the_text_and_hyphens_are_joined_for_search(tmp_path: Path) -> None:
    words_broken = [
        "undocumented",
        "internationally",
        "accommodation",
        "administration",
        "representatives",
        "well-being",
    ]
    # Soft hyphens show where words may be broken, whatever patterns LibreOffice has.
    soft = "undoc\u00adumented inter\u00adnation\u00adally accom\u00admoda\u00adtion admin\u00adis\u00adtra\u00adtion"
    soft = f"{soft} repre\u00adsen\u00adta\u00adtives well-being"
    text = " ".join([soft] * 40)
    body = f'<text:p text:style-name="P">{text}.</text:p>'
    data = to_pdf({"a": fodt(body, Setting(columns=2, justified=True))}, tmp_path)["a"]
    metadata = Metadata(title="A", language="en")
    back = reread(Document(id="a", path="a.pdf", sha256="", text="", metadata=metadata), data)
    broken = re.findall(r"(\w+)-\n(\w+)", back.document.text)
    assert any(halves[0] + halves[1] in words_broken for halves in broken)
    found = Counter(re.findall(r"[\w-]+", " ".join(back.wording(sentence) for sentence in back.sentences)))
    assert set(found) == set(words_broken)
    assert all(back.document.text[s.start : s.end].strip() for s in back.sentences)


def test_the_tables_headings_and_notes_of_a_word_processor(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        inside = "".join(
            f'<table:table-cell><text:p text:style-name="P">{cell}</text:p></table:table-cell>' for cell in cells
        )
        return f"<table:table-row>{inside}</table:table-row>"

    note = (
        '<text:note text:id="n" text:note-class="footnote"><text:note-citation/><text:note-body>'
        '<text:p text:style-name="Footnote">Law of 2013.</text:p></text:note-body></text:note>'
    )
    body = (
        '<text:h text:style-name="H1" text:outline-level="1">Rights</text:h>'
        f'<text:p text:style-name="P">Everyone has them{note}, wherever they live and whatever they do.</text:p>'
        '<text:h text:style-name="H3" text:outline-level="3">In numbers</text:h>'
        '<table:table><table:table-column table:number-columns-repeated="3"/>'
        f"{row('Year', 'Members', 'Staff')}{row('2019', '155', '9')}{row('2020', '160', '11')}</table:table>"
    )
    options = '{"ExportBookmarks":{"type":"boolean","value":"true"}}'
    data = to_pdf({"a": fodt(body, PLAIN)}, tmp_path, options=options)["a"]
    result = read_bytes(data, Path("a.pdf"))
    assert [(mark.kind, mark.level, result.text[mark.start : mark.end]) for mark in result.marks] == [
        (BlockKind.HEADING, 1, "Rights"),
        (BlockKind.HEADING, 2, "In numbers"),
        (BlockKind.TABLE_ROW, 0, "Year\tMembers\tStaff"),
        (BlockKind.TABLE_ROW, 0, "2019\t155\t9"),
        (BlockKind.TABLE_ROW, 0, "2020\t160\t11"),
        (BlockKind.FOOTNOTE, 0, "¹ Law of 2013."),
    ]
    assert "Everyone has them¹, wherever" in result.text


def test_other_scripts_in_two_columns(tmp_path: Path) -> None:
    texts = {
        "ar": "لكل شخص الحق في الرعاية الصحية دون تمييز، وفي السكن اللائق وفي التعليم، أيا كان وضعه القانوني.",
        "tr": "Herkesin sağlık hizmetlerine erişme hakkı vardır; bu hak kişinin ikamet statüsüne bağlı değildir.",
        "el": "Κάθε άνθρωπος έχει δικαίωμα στην υγεία και στη στέγαση, όποιο κι αν είναι το καθεστώς του.",
    }
    paragraphs = {
        language: [f"{number} – {text} {text}" for number in range(10, 34)] for language, text in texts.items()
    }
    bodies = {
        language: "".join(f'<text:p text:style-name="P">{paragraph}</text:p>' for paragraph in written)
        for language, written in paragraphs.items()
    }
    files = to_pdf({name: fodt(body, Setting(columns=2, language=name)) for name, body in bodies.items()}, tmp_path)
    for language, data in files.items():
        flow = " ".join(read_bytes(data, Path("a.pdf")).text.split())
        places = [flow.find(paragraph) for paragraph in paragraphs[language]]
        assert places == sorted(places)
        assert places[0] >= 0
