"""Small PDF files for tests, in any script: the least that a reader of text layers needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

PAGE_HEIGHT = 842
"""Points; A4."""

# PDFium leaves out text without an outline, so letters borrow the codes of letters that Helvetica has.
_CODES = (*range(33, 127), *range(161, 173), *range(174, 256))
MOST_LETTERS = len(_CODES)
"""How many different characters, apart from the space, one file can hold."""


class PdfText(NamedTuple):
    """One line of text with its foot at ``y`` points above the foot of the page."""

    text: str
    y: float
    size: float = 11
    x: float = 72


def make_pdf(pages: Sequence[Sequence[PdfText]], *, title: str = "", created: str = "", locked: bool = False) -> bytes:
    """A PDF with these texts, drawn in this order; ``created`` looks like ``D:20210304``.

    It holds up to MOST_LETTERS different characters. ``locked`` asks for a password that nobody has.
    """
    letters = sorted({character for page in pages for text in page for character in text.text} - {" "})
    codes = {" ": 32, **dict(zip(letters, _CODES, strict=False))}
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        _pages(len(pages)),
        _dictionary(Title=_string(title), CreationDate=b"(%s)" % created.encode()),
        _font(),
        _stream(_unicode_map(codes)),
    ]
    for number, page in enumerate(pages):
        content = 7 + 2 * number
        box = b"[0 0 595 %d]" % PAGE_HEIGHT
        resources = b"<< /Font << /F 4 0 R >> >>"
        objects.append(
            _dictionary(Type=b"/Page", Parent=b"2 0 R", MediaBox=box, Resources=resources, Contents=b"%d 0 R" % content)
        )
        objects.append(_stream("\n".join(_drawn(text, codes) for text in page)))
    extra = b""
    if locked:
        key = b"<" + b"5a" * 32 + b">"
        extra = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >> /ID [<00> <00>]" % (key, key)
    return _file(objects, extra)


def _file(objects: Iterable[bytes], extra: bytes) -> bytes:
    data = b"%PDF-1.7\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(offsets) + 1
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, extra, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, trailer)


def _pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (6 + 2 * number) for number in range(count))
    return b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)


def _font() -> bytes:
    widths = b" ".join([b"500"] * (256 - 32))
    return _dictionary(
        Type=b"/Font", Subtype=b"/Type1", BaseFont=b"/Helvetica", Encoding=b"/WinAnsiEncoding",
        FirstChar=b"32", LastChar=b"255", Widths=b"[%s]" % widths, ToUnicode=b"5 0 R",
    )  # fmt: skip


def _unicode_map(codes: dict[str, int]) -> str:
    """Says which character each code of the font shows."""
    rows = "\n".join(f"<{code:02x}> <{character.encode('utf-16-be').hex()}>" for character, code in codes.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(codes)} beginbfchar\n{rows}\nendbfchar\n"
        "endcmap end end"
    )


def _drawn(text: PdfText, codes: dict[str, int]) -> str:
    shown = bytes(codes[character] for character in text.text).hex()
    return f"BT /F {text.size} Tf 1 0 0 1 {text.x} {text.y} Tm <{shown}> Tj ET"


def _dictionary(**entries: bytes) -> bytes:
    return b"<< %s >>" % b" ".join(b"/%s %s" % (key.encode(), value) for key, value in entries.items())


def _string(text: str) -> bytes:
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def _stream(content: str) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content.encode("ascii"))
