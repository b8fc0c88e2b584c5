"""OpenDocument texts: what is read of them, what is never read, and how they fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import UnreadableFile
from ingest.readers.registry import read_bytes
from ingest.readers.result import ReadResult
from ingest.readers.testing_archives import make_odt, make_zip

NOTE = (
    "<text:note text:note-class='footnote'><text:note-citation>{0}</text:note-citation>"
    "<text:note-body><text:p>{1}</text:p></text:note-body></text:note>"
)


def odt(body: str, **parts: str) -> ReadResult:
    return read_bytes(make_odt(body, **parts), Path("a.odt"))  # type: ignore[arg-type]


def marked(result: ReadResult) -> list[tuple[str, int, str]]:
    return [(str(mark.kind), mark.level, result.text[mark.start : mark.end]) for mark in result.marks]


def style(name: str, properties: str = "", family: str = "text", further: str = "") -> str:
    return (
        f"<style:style style:name='{name}' style:family='{family}' {further}>"
        f"<style:text-properties {properties}/></style:style>"
    )


def test_headings_lists_tables_and_notes_in_order() -> None:
    item = "<text:list-item><text:p>{0}</text:p>{1}</text:list-item>"
    inner = f"<text:list>{item.format('w środku', '')}</text:list><text:p>dalej</text:p>"
    row = "<table:table-row><table:table-cell><text:p>{0}</text:p></table:table-cell>{1}</table:table-row>"
    cell = "<table:table-cell><text:p>{0}</text:p><text:p>{1}</text:p></table:table-cell>"
    result = odt(
        "<text:p text:style-name='P1'>Raport</text:p><text:h text:outline-level='2'>Wstęp</text:h>"
        f"<text:p>Akapit\n  z przypisem{NOTE.format(1, 'Art. 6.')}.</text:p>"
        f"<text:list>{item.format('jeden' + NOTE.format(2, 'Art. 7.'), inner)}{item.format('dwa', '')}</text:list>"
        f"<table:table><table:table-header-rows>{row.format('Rok', cell.format('Liczba', 'osób'))}"
        f"</table:table-header-rows>{row.format('2021', cell.format('160', ''))}</table:table>"
        f"<table:table>{row.format('W ramce', '')}</table:table>",
        styles=style("P1", family="paragraph", further="style:parent-style-name='Title'")
        + style("Title", family="paragraph"),
    )
    assert marked(result) == [
        ("heading", 1, "Raport"),
        ("heading", 2, "Wstęp"),
        ("paragraph", 0, "Akapit z przypisem¹."),
        ("footnote", 0, "¹ Art. 6."),
        ("list_item", 1, "jeden²"),
        ("list_item", 2, "w środku"),
        ("paragraph", 0, "dalej"),
        ("list_item", 1, "dwa"),
        ("footnote", 0, "² Art. 7."),
        ("table_row", 0, "Rok\tLiczba osób"),
        ("table_row", 0, "2021\t160"),
        ("paragraph", 0, "W ramce"),
    ]


def test_spaces_tabs_breaks_superscripts_and_links() -> None:
    text = odt(
        "<text:p>a<text:s text:c='3'/>b<text:tab/>c<text:line-break/><text:a>d</text:a> m<text:span "
        "text:style-name='T1'>2</text:span> <text:span text:style-name='T2'>x</text:span></text:p>",
        styles=style("T1", "style:text-position='super 58%'") + style("T2", "style:text-position='sub 58%'"),
    ).text
    assert text == "a   b\tc\nd m² x"


@pytest.mark.parametrize(
    "unseen",
    [
        "<text:p text:style-name='hidden'>no</text:p>",
        "<text:p text:style-name='based'>no</text:p>",
        "<text:p><text:span text:style-name='spot'>no</text:span></text:p>",
        "<text:p><text:span text:style-name='dot'>no</text:span></text:p>",
        "<text:p><text:hidden-text text:string-value='no'>no</text:hidden-text></text:p>",
        "<text:p><text:hidden-paragraph text:is-hidden='true'/>no</text:p>",
        "<text:section text:display='none'><text:p>no</text:p></text:section>",
        "<text:section text:display='condition' text:is-hidden='true'><text:p>no</text:p></text:section>",
        "<text:p><office:annotation><text:p>no</text:p></office:annotation></text:p>",
        "<text:tracked-changes><text:deletion><text:p>no</text:p></text:deletion></text:tracked-changes>",
        "<text:p><text:ruby><text:ruby-text>no</text:ruby-text></text:ruby></text:p>",
    ],
)
def test_what_is_hidden_or_deleted_is_never_read(unseen: str) -> None:
    hiding = "text:display='none'"
    styles = (
        style("hidden", hiding, "paragraph")
        + style("based", "", "paragraph", "style:parent-style-name='hidden'")
        + style("spot", hiding)
        + style("dot", "fo:font-size='1pt'")
    )
    assert (
        odt(f"{unseen}<text:p>yes<text:change-start text:change-id='1'/> too</text:p>", styles=styles).text == "yes too"
    )


def test_text_shown_within_hidden_text_is_read() -> None:
    styles = style("off", "text:display='none'", "paragraph") + style("on", "text:display='true'")
    body = "<text:p text:style-name='off'>no<text:span text:style-name='on'>yes</text:span></text:p>"
    assert odt(body, styles=styles).text == "yes"


def test_text_boxes_and_notes_in_cells_are_read_once() -> None:
    frame = "<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame>"
    cell = f"<table:table-cell><text:p>cell{frame}{NOTE.format(1, 'note')}</text:p></table:table-cell>"
    result = odt(
        f"<text:p>around{frame}</text:p><table:table><table:table-row>{cell}<table:table-cell/></table:table-row></table:table>"
    )
    assert marked(result) == [
        ("paragraph", 0, "around"),
        ("paragraph", 0, "boxed"),
        ("table_row", 0, "cell¹"),
        ("footnote", 0, "¹ note"),
        ("paragraph", 0, "boxed"),
    ]


def test_contents_are_marked() -> None:
    result = odt(
        "<text:table-of-content><text:table-of-content-source><text:p>no</text:p></text:table-of-content-source>"
        "<text:index-body><text:p>Intro 1</text:p></text:index-body></text:table-of-content><text:p>Text</text:p>"
    )
    assert marked(result) == [("contents", 0, "Intro 1"), ("paragraph", 0, "Text")]


def test_title_date_and_language_are_those_of_its_properties() -> None:
    meta = (
        "<dc:title>Plan</dc:title><dc:language>pt-BR</dc:language>"
        "<meta:creation-date>2021-03-04T10:00:00.5</meta:creation-date>"
    )
    result = odt("<text:p>Text</text:p>", meta=meta)
    assert (result.title, result.published, result.language) == ("Plan", "2021-03", "pt")
    untitled = odt("<text:h>Heading</text:h>", meta="<dc:title>Untitled 1</dc:title>")
    assert (untitled.title, untitled.published, untitled.language) == ("Heading", None, None)


LOCKED = {"META-INF/manifest.xml": "<manifest><file-entry><encryption-data/></file-entry></manifest>"}
EMPTY = make_zip({"mimetype": "application/vnd.oasis.opendocument.text"})


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK", "is not an OpenDocument text or is damaged"),
        (make_odt("<text:p>open"), "is not an OpenDocument text or is damaged"),
        (EMPTY, "is not an OpenDocument text or is damaged"),
        (make_odt("<text:p/>"), "holds no text"),
        (make_odt("<text:span>" * 300 + "</text:span>" * 300), "is not an OpenDocument text or is damaged"),
        (make_odt("x", further=LOCKED), "is locked with a password"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, Path("a.odt"))
    assert str(caught.value).startswith(f"a.odt {says}")


def test_styles_based_on_each_other_in_a_circle_end() -> None:
    styles = "".join(
        style(name, family="paragraph", further=f"style:parent-style-name='{base}'")
        for name, base in (("A", "B"), ("B", "A"))
    )
    assert marked(odt("<text:p text:style-name='A'>text</text:p>", styles=styles)) == [("paragraph", 0, "text")]
