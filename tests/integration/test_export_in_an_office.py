"""Exported Word files as LibreOffice lays them out: each note at the foot of the page that refers to it."""

from __future__ import annotations

import re
import subprocess

import pypdfium2
import pytest

from tests.exports import exchange_of
from tests.pdf_layouts import SOFFICE
from ui.chat.export_content import content_of
from ui.chat.export_docx import docx_of
from ui.chat.texts import texts
from ui.testing import make_answer, make_citation

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="Word files are laid out by LibreOffice, which is not here.")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The text of each page of a conversation that needs several, in the order of the page."""
    folder = tmp_path_factory.mktemp("office")
    exchanges = []
    for number in (1, 2, 3):
        quotes = [make_citation(marker, f"Words {number}.{marker} of the plan.", page=marker) for marker in (1, 2)]
        long = "It says much that fills a page and more, line after line, as answers seldom do. " * 40
        said = [(f"Statement {number}.1.", (1,)), (long, ()), (f"Statement {number}.2.", (2,)), ("Again.", (1,))]
        exchanges.append(exchange_of(make_answer(*said, citations=quotes), number, f"Question {number}?"))
    arabic = make_answer(("العضوية مفتوحة", (1,)), citations=[make_citation(1, "Open.")], language="ar")
    exchanges.append(exchange_of(arabic, 4, "من؟"))
    file = folder / "conversation.docx"
    file.write_bytes(docx_of(content_of(exchanges, texts("en"))))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    document = pypdfium2.PdfDocument(folder / "conversation.pdf")
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_notes_stand_at_the_foot_of_the_page_of_their_mark(pages: list[str]) -> None:
    assert len(pages) > 2
    for number in (1, 2, 3):
        for marker in (1, 2):
            [page] = [text for text in pages if f"Statement {number}.{marker}" in " ".join(text.split())]
            note = f"“Words {number}.{marker} of the plan.” The plan"
            assert note in " ".join(page.split())
            assert page.index(f"Words {number}.{marker}") > page.index(f"Statement {number}.{marker}")


def test_notes_are_numbered_through_and_repeated_by_their_number(pages: list[str]) -> None:
    text = " ".join(" ".join(pages).split())
    found = re.findall(r"(\d) “Words (\d)\.(\d) of the plan\.”", text)
    assert found == [
        (str(2 * number + marker - 2), str(number), str(marker)) for number in (1, 2, 3) for marker in (1, 2)
    ]
    assert list(re.findall(r"Again\.\s?(\d)", text)) == ["1", "3", "5"]


def test_what_a_reader_must_know_is_there(pages: list[str]) -> None:
    text = " ".join(" ".join(pages).split())
    assert text.count("2026-01-31") == 4
    assert text.count("Index of the documents: fake-1.") == 4
