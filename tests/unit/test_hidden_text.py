"""Text that nobody sees who looks at a page or a Word file is never read; all that shows is."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import UnreadableFile
from ingest.readers.registry import read_bytes


def html(body: str, head: str = "") -> str:
    return read_bytes(f"<html><head>{head}</head><body>{body}<p>end</p></body></html>".encode(), Path("a.html")).text


@pytest.mark.parametrize(
    "hidden",
    [
        "<p style='display:none'>no</p>",
        "<p style='DISPLAY: NONE !important; display: block'>no</p>",
        "<div style='visibility:hidden'><p>no</p></div>",
        "<div style='opacity:0'><p>no</p></div>",
        "<div style='opacity:0%'><p>no</p></div>",
        "<div style='font-size:0'><p>no</p></div>",
        "<p style='font-size:1px'>no</p>",
        "<p style='font-size:1pt'>no</p>",
        "<p style='font-size:0.01em'>no</p>",
        "<div style='font-size:0'><p style='font-size:2em'>no</p></div>",
        "<p hidden>no</p>",
        "<p aria-hidden=true>no</p>",
        "<p popover>no</p>",
        "<template><p>no</p></template>",
        "<noscript><p>no</p></noscript>",
        "<!-- no -->",
        "<p style='position:absolute;left:-9999px'>no</p>",
        "<p style='position:fixed; top:-100em'>no</p>",
        "<p style='text-indent:-9999px'>no</p>",
        "<p style='position:absolute;clip:rect(0 0 0 0)'>no</p>",
        "<p style='position:absolute;clip:rect(1px, 1px, 1px, 1px)'>no</p>",
        "<p style='clip-path:inset(50%)'>no</p>",
        "<p style='height:1px;overflow:hidden'>no</p>",
        "<p style='transform:scale(0)'>no</p>",
        "<p style='color:white'>no</p>",
        "<p style='color:#fff;background:#ffffff'>no</p>",
        "<p style='color:rgb(254, 254, 254)'>no</p>",
        "<div style='background-color:navy'><p style='color:#000080'>no</p></div>",
        "<p style='color:transparent'>no</p>",
        "<p style='color:rgba(0,0,0,0)'>no</p>",
        "<font color=white>no</font>",
        "<table bgcolor=black><tr><td><font color='#000'>no</font></td></tr></table>",
    ],
)
def test_hidden_text_of_a_page_is_never_read(hidden: str) -> None:
    assert html(hidden) == "end"
    assert html(f"<main>{hidden}<p>too</p></main>") == "too"


@pytest.mark.parametrize(
    "shown",
    [
        "<details><summary>yes</summary></details>",
        "<p style='display:block;visibility:visible;opacity:0.5;font-size:8px'>yes</p>",
        "<p hidden=until-found>yes</p>",
        "<div style='visibility:hidden'><p style='visibility:visible'>yes</p></div>",
        "<ul style='font-size:0'><li style='font-size:16px'>yes</li></ul>",
        "<p style='color:white;background:black'>yes</p>",
        "<div style='background:#003'><h1 style='color:#fff'>yes</h1></div>",
        "<div style='background:url(dark.jpg)'><p style='color:white'>yes</p></div>",
        "<p style='background:linear-gradient(red, blue);color:transparent;-webkit-background-clip:text'>yes</p>",
        "<div style='position:relative'><p style='position:absolute;color:white;top:10px'>yes</p></div>",
        "<p style='color:white'><a href='#' style='color:red'>yes</a></p>",
        "<p style='margin-left:-10px;left:-9999px'>yes</p>",
        "<p style='height:1px'>yes</p>",
        "<p style='color:var(--ink);background:var(--paper)'>yes</p>",
        "<p style='display'>yes</p>",
    ],
)
def test_what_shows_is_read(shown: str) -> None:
    assert html(shown) == "yes\n\nend"


def test_white_text_is_read_where_a_sheet_elsewhere_may_paint_behind_it() -> None:
    sheet = "<link rel=stylesheet href=site.css>"
    assert html("<p style='color:white'>yes</p>", sheet) == "yes\n\nend"
    assert html("<p style='color:white;background:white'>no</p>", sheet) == "end"


@pytest.mark.parametrize(
    ("css", "text"),
    [
        (".x{display:none}", "end"),
        ("p.x, .other {visibility:hidden}", "end"),
        ("#i{opacity:0}", "end"),
        (".x.y{font-size:0}", "end"),
        (".x{color:#fff}", "end"),
        ("/* a } */ .z{} @media print{.x{display:block}} .x{display:none}", "end"),
        ("@import 'a.css'; .x{display:none}", "end"),
        (".x{display:none} .x{display:block}", "yes\n\nend"),
        (".x{display:none} .x.y{display:block}", "yes\n\nend"),
        (".x.y{display:none} .x{display:block}", "end"),
        (".x{display:none!important} #i{display:block}", "end"),
        ("@media print{.x{display:none}}", "yes\n\nend"),
        (".x::before{display:none} .x:hover{display:none} .menu .x{display:none}", "yes\n\nend"),
        (".xx{display:none} div.x{display:none}", "yes\n\nend"),
        (".x{", "yes\n\nend"),
        ("}}{{", "yes\n\nend"),
    ],
)
def test_simple_rules_of_the_page_hide_too(css: str, text: str) -> None:
    assert html("<p id=i class='x y'>yes</p>", f"<style>{css}</style>") == text


def test_a_style_attribute_goes_before_a_rule() -> None:
    assert html("<p class=x style='display:block'>yes</p>", "<style>.x{display:none}</style>") == "yes\n\nend"


def test_many_hidden_elements_and_rules_take_no_longer_than_shown_ones() -> None:
    rules = "".join(f".a.b{number}{{display:none}}" for number in range(3_000))
    body = "".join(f"<p hidden>no</p><p class='a c{number}'>x</p>" for number in range(5_000))
    assert html(body, f"<style>{rules}{'/*' * 20_000}</style>").count("x") == 5_000


def test_a_page_with_too_many_elements_is_one_sentence() -> None:
    with pytest.raises(UnreadableFile, match="more elements than can be read"):
        read_bytes(b"<p>x" * 400_001, Path("a.html"))


# Word


def word(*parts: str, styles: str = "") -> str:
    document = docx.Document()
    for place, part in enumerate(parts):
        document.element.body.insert(place, parse_xml(part.replace(">", f" {nsdecls('w')}>", 1)))
    for style in (f"{style}</w:style>" for style in styles.split("</w:style>") if style):
        document.styles.element.append(parse_xml(style.replace(" ", f" {nsdecls('w')} ", 1)))
    stream = io.BytesIO()
    document.save(stream)
    return read_bytes(stream.getvalue(), Path("a.docx")).text


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


DOTS = "<w:sz w:val='2'/>"
STYLED = "<w:rStyle w:val='H'/>"
SHOWN = f"<w:p>{run('end')}</w:p>"
HIDDEN = "<w:style w:type='{0}' w:styleId='H'><w:name w:val='H'/><w:rPr><w:vanish/></w:rPr></w:style>"
BASED = "<w:style w:type='{0}' w:styleId='B'><w:name w:val='B'/><w:basedOn w:val='H'/></w:style>"


@pytest.mark.parametrize(
    ("paragraph", "styles"),
    [
        (f"<w:p>{run('no', '<w:vanish/>')}</w:p>", ""),
        (f"<w:p>{run('no', DOTS)}</w:p>", ""),
        (f"<w:p>{run('no', STYLED)}</w:p>", HIDDEN.format("character")),
        (f"<w:p><w:pPr><w:pStyle w:val='H'/></w:pPr>{run('no')}</w:p>", HIDDEN.format("paragraph")),
        (f"<w:p><w:pPr><w:pStyle w:val='B'/></w:pPr>{run('no')}</w:p>",
         HIDDEN.format("paragraph") + BASED.format("paragraph")),
        (f"<w:p><w:moveFrom>{run('no')}</w:moveFrom></w:p>", ""),
        (f"<w:tbl><w:tr><w:trPr><w:del w:id='1'/></w:trPr><w:tc><w:p>{run('no')}</w:p></w:tc></w:tr></w:tbl>", ""),
    ],
)  # fmt: skip
def test_hidden_and_deleted_text_of_a_word_file_is_never_read(paragraph: str, styles: str) -> None:
    assert word(paragraph, SHOWN, styles=styles) == "end"


def test_text_shown_in_a_hidden_style_is_read() -> None:
    shown = run("yes", "<w:vanish w:val='0'/>")
    paragraph = f"<w:p><w:pPr><w:pStyle w:val='H'/></w:pPr>{shown}</w:p>"
    assert word(paragraph, SHOWN, styles=HIDDEN.format("paragraph")) == "yes\n\nend"


def test_a_text_box_with_a_copy_for_old_programs_is_read_once_also_in_the_last_table() -> None:
    alternate = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    box = f"<w:pict><w:txbxContent><w:p>{run('boxed')}</w:p></w:txbxContent></w:pict>"
    copies = (
        f"<w:r><mc:AlternateContent {alternate}><mc:Choice Requires='wps'>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert word(f"<w:p>{run('around')}{copies}</w:p>") == "around\n\nboxed"
    cells = f"<w:tc><w:p>{run('one')}{copies}</w:p></w:tc><w:tc><w:p>{run('two')}</w:p></w:tc>"
    assert word(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>") == "one\ttwo\n\nboxed"


def test_styles_based_on_each_other_in_a_circle_end() -> None:
    circle = HIDDEN.format("paragraph").replace("<w:rPr>", "<w:basedOn w:val='B'/><w:rPr>") + BASED.format("paragraph")
    assert word(f"<w:p><w:pPr><w:pStyle w:val='B'/></w:pPr>{run('no')}</w:p>", SHOWN, styles=circle) == "end"
