"""Small PDF files for tests, in any script: the least that a reader of PDF needs."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

PAGE_HEIGHT = 842
"""Points; A4."""

# PDFium leaves out text without an outline, so letters borrow the codes of letters that Helvetica has.
_CODES = (*range(33, 127), *range(161, 173), *range(174, 256))
MOST_LETTERS = len(_CODES)
"""How many different characters, apart from the space, one file can hold."""


class PdfText(NamedTuple):
    """One line of text with its foot at ``y`` points above the foot of the page; each letter is half its size wide."""

    text: str
    y: float
    size: float = 11
    x: float = 72
    bold: bool = False


class PdfBookmark(NamedTuple):
    """An entry of the outline that leads to a page (1-based)."""

    title: str
    page: int
    under: Sequence[PdfBookmark] = ()


def make_pdf(
    pages: Sequence[Sequence[PdfText]],
    *,
    title: str = "",
    created: str = "",
    bookmarks: Sequence[PdfBookmark] = (),
    pictures: Sequence[int] = (),
    mapped: bool = True,
    turned: int = 0,
    locked: bool = False,
    restricted: bool = False,
) -> bytes:
    """A PDF with these texts, drawn in this order; ``created`` looks like ``D:20210304``.

    It holds up to MOST_LETTERS different characters. The pages ``pictures`` (1-based) have a black box on them. Without
    ``mapped`` the fonts do not say which letters they show. Pages are shown with ``turned`` degrees. ``locked`` asks
    for a password that nobody has; ``restricted`` asks for none and forbids to print.
    """
    letters = sorted({character for page in pages for text in page for character in text.text} - {" "})
    codes = {" ": 32, **dict(zip(letters, _CODES, strict=False))}
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Outlines %d 0 R >>" % (_FIRST_PAGE + 2 * len(pages)),
        _pages(len(pages)),
        _dictionary(Title=_string(title), CreationDate=b"(%s)" % created.encode()),
        _font(b"/Helvetica", mapped=mapped),
        _font(b"/Helvetica-Bold", mapped=mapped),
        _stream(_unicode_map(codes)),
    ]
    for number, page in enumerate(pages):
        box = b"[0 0 595 %d]" % PAGE_HEIGHT
        objects.append(
            _dictionary(
                Type=b"/Page",
                Parent=b"2 0 R",
                MediaBox=box,
                Rotate=b"%d" % turned,
                Resources=b"<< /Font << /F 4 0 R /B 5 0 R >> >>",
                Contents=b"%d 0 R" % (_FIRST_PAGE + 2 * number + 1),
            )
        )
        box_drawn = ["100 100 300 300 re f"] if number + 1 in pictures else []
        objects.append(_stream("\n".join([*box_drawn, *(_drawn(text, codes) for text in page)])))
    objects += _outline(bookmarks, len(objects) + 1)
    extra = b""
    if locked:
        key = b"<" + b"5a" * 32 + b">"
        extra = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >> /ID [<00> <00>]" % (key, key)
    if restricted:
        objects, extra = _restricted(objects)
    return _file(objects, extra)


_FIRST_PAGE = 7
"""The number of the object of the first page."""
_NO_PRINTING = -4 - 4
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
"""Stands for the part of a password that is not there (PDF 1.7, algorithm 2)."""


def _outline(bookmarks: Sequence[PdfBookmark], first: int) -> list[bytes]:
    """The objects of an outline, of which the root has the number ``first``."""
    objects: list[bytes] = [b""]

    def add(entries: Sequence[PdfBookmark], parent: int) -> bytes:
        numbers = []
        for entry in entries:
            numbers.append(first + len(objects))
            objects.append(b"")
            inside = add(entry.under, numbers[-1])
            objects[numbers[-1] - first] = b"/Title %s /Parent %d 0 R /Dest [%d 0 R /Fit] %s" % (
                _string(entry.title), parent, _FIRST_PAGE + 2 * (entry.page - 1), inside,
            )  # fmt: skip
        for number, following in itertools.pairwise(numbers):
            objects[number - first] += b" /Next %d 0 R" % following
        return b"/First %d 0 R /Last %d 0 R" % (numbers[0], numbers[-1]) if numbers else b""

    objects[0] = add(bookmarks, first)
    return [b"<< %s >>" % content for content in objects]


def _restricted(objects: Sequence[bytes]) -> tuple[list[bytes], bytes]:
    """The objects with their streams encrypted for an empty password, and the entries of the trailer (algorithms 1 to
    4); strings, which stay as they are, turn into nonsense.
    """
    owner = _rc4(hashlib.md5(b"owner".ljust(5) + _PADDING[:27]).digest()[:5], _PADDING)
    given = _PADDING + owner + (_NO_PRINTING & 0xFFFFFFFF).to_bytes(4, "little") + b"\0"
    key = hashlib.md5(given).digest()[:5]
    user = _rc4(key, _PADDING)

    def encrypted(number: int, content: bytes) -> bytes:
        own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]
        return re.sub(rb"(?s)(?<=stream\n)(.*)(?=\nendstream)", lambda match: _rc4(own, match[1]), content, count=1)

    extra = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P %d /O <%s> /U <%s> >> /ID [<00> <00>]" % (
        _NO_PRINTING, owner.hex().encode(), user.hex().encode(),
    )  # fmt: skip
    return [encrypted(number, content) for number, content in enumerate(objects, start=1)], extra


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


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
    kids = b" ".join(b"%d 0 R" % (_FIRST_PAGE + 2 * number) for number in range(count))
    return b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)


def _font(name: bytes, *, mapped: bool) -> bytes:
    widths = b" ".join([b"500"] * (256 - 32))
    nameless = b" ".join(b"/g%d" % code for code in range(32, 256))
    entries = (
        {"Encoding": b"/WinAnsiEncoding", "ToUnicode": b"6 0 R"}
        if mapped
        else {"Encoding": b"<< /Type /Encoding /Differences [32 %s] >>" % nameless}
    )
    return _dictionary(
        Type=b"/Font", Subtype=b"/Type1", BaseFont=name, FirstChar=b"32", LastChar=b"255",
        Widths=b"[%s]" % widths, **entries,
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
    return f"BT /{'B' if text.bold else 'F'} {text.size} Tf 1 0 0 1 {text.x} {text.y} Tm <{shown}> Tj ET"


def _dictionary(**entries: bytes) -> bytes:
    return b"<< %s >>" % b" ".join(b"/%s %s" % (key.encode(), value) for key, value in entries.items())


def _string(text: str) -> bytes:
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def _stream(content: str) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content.encode("ascii"))
