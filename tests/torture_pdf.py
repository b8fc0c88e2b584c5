"""PDF files for the torture folder: whole ones by ``make_pdf``, and ones that are made to do harm."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from ingest.readers.testing import PdfText, make_pdf

_MEGABYTE = 1 << 20
_TOP, _LEADING = 740, 16


def lines(texts: Sequence[str], x: float = 72, top: float = _TOP) -> list[PdfText]:
    """Lines under each other."""
    return [PdfText(text, top - _LEADING * number, x=x) for number, text in enumerate(texts)]


def one_column(*pages: Sequence[str]) -> bytes:
    """Pages of lines."""
    return make_pdf([lines(page) for page in pages])


def many_pages(texts: Sequence[str]) -> bytes:
    """A page for each text, with running heads that differ on left and right pages, and page numbers."""
    return make_pdf(
        [
            [
                PdfText("Handbook of shelters" if number % 2 else "Chapter on beds", 800, 9),
                *lines([text, "Its doors are open all year."], top=600),
                PdfText(str(number), 40, 9, 290),
            ]
            for number, text in enumerate(texts, start=1)
        ]
    )


def raw(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1, of which the first is the catalogue."""
    parts, offsets, at = [b"%PDF-1.7\n"], [], 9
    for number, content in enumerate(objects, start=1):
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        offsets.append(at)
        at += len(parts[-1])
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    parts += [b"%010d 00000 n \n" % offset for offset in offsets]
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at))
    return b"".join(parts)


def one_page(content: bytes, *more: bytes, resources: bytes = b"", coded: bool = False) -> bytes:
    """A page with this content, already packed (``coded``) or to be; ``more`` objects have the numbers from 6 on."""
    packed = content if coded else zlib.compress(content)
    return raw(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
            b"/Resources << /Font << /F 4 0 R >> %s >> >>" % resources,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            stream(packed, b"/Filter /FlateDecode"),
            *more,
        ]
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def zeros_packed(megabytes: int) -> bytes:
    """What unpacks to so many megabytes of spaces; made without packing them all."""
    packer = zlib.compressobj(9)
    space = b" " * _MEGABYTE
    first = packer.compress(space) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(space) + packer.flush(zlib.Z_FULL_FLUSH)
    sum_of_all = 1
    for _ in range(megabytes):
        sum_of_all = zlib.adler32(space, sum_of_all)
    return first + again * (megabytes - 1) + b"\x03\x00" + sum_of_all.to_bytes(4, "big")


def stream_bomb() -> bytes:
    """A page whose content unpacks to 1 GiB."""
    return one_page(zeros_packed(1 << 10), coded=True)


def form_bomb(depth: int = 30) -> bytes:
    """A page that draws a form that draws the next one twice, and so on: 2^``depth`` drawings."""
    forms = [
        stream(
            b"/X Do /X Do",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>" % (7 + number),
        )
        for number in range(depth)
    ]
    last = stream(b"BT /F 9 Tf (word) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    return one_page(b"/X Do", *forms, last, resources=b"/XObject << /X 6 0 R >>")


def operators(count: int) -> bytes:
    """A page of so many drawings of a small box."""
    return one_page(b"0 0 1 1 re f\n" * (count // 2))


def letters(count: int) -> bytes:
    """A page with so many letters, each shown by itself."""
    return one_page(b"BT /F 9 Tf 72 700 Td " + b"(a) Tj " * count + b"ET")


def pages_of_nothing(count: int) -> bytes:
    """So many pages, each an object of its own."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)
    return raw([b"<< /Type /Catalog /Pages 2 0 R >>", tree, *[page] * count])
