"""What a file is by its first bytes, whatever its name says. Imports no parser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from ingest.readers.archive import DAMAGE, Archive


class Kind(NamedTuple):
    """A kind of file; ``reader`` is the module that reads it, "" where none does and ``advice`` says what to do."""

    name: str
    reader: str = ""
    advice: str = ""


PDF = Kind("a PDF file", "pdf")
HTML = Kind("a web page", "html")
WORD = Kind("a Word file", "docx")
OPEN_DOCUMENT = Kind("an OpenDocument text", "odt")
EPUB = Kind("an EPUB book", "epub")

_OLE = Kind("locked with a password or an old .doc file", advice="save it as an open .docx")
_RTF = Kind("an RTF file", advice="save it as .docx or .odt")
_POSTSCRIPT = Kind("a PostScript file", advice="convert it to PDF")
_WEB_ARCHIVE = Kind("a web archive (MHTML)", advice='save the page again as "HTML only"')
_IMAGE = Kind("an image", advice="run text recognition (OCR) on it and save the result as PDF or text")
_PROGRAM = Kind("a program, not a document", advice="remove it")
_SOUND = Kind("a sound or a film, not a document", advice="put a transcript in its place")
_DATABASE = Kind("a database, not a document", advice="export what is to be read as text")
_ARCHIVE = Kind("an archive, not a document", advice="unpack it and put its documents in its place")
_SHEETS = Kind("a spreadsheet", advice="save it as PDF")
_SLIDES = Kind("a presentation", advice="save it as PDF")

_BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"{\\rtf", _RTF),
    (b"%!PS", _POSTSCRIPT),
    *((beginning, _IMAGE) for beginning in (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")),
    *((beginning, _PROGRAM) for beginning in (b"\x7fELF", b"MZ\x90\0", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")),
    *((beginning, _SOUND) for beginning in (b"ID3\x03", b"ID3\x04", b"OggS\0", b"fLaC\0", b"\x1aE\xdf\xa3")),
    (b"SQLite format 3\0", _DATABASE),
    *((beginning, _ARCHIVE) for beginning in (b"\x1f\x8b\x08", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\0")),
)
_WITHIN = 1024
"""Bytes from the beginning in which a file shows what it is."""
_PAGE = re.compile(
    rb"(?:\s|<\?xml[^>]*>|<!--(?:(?!-->).)*-->)*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE | re.DOTALL
)
_SAVED_PAGE = re.compile(rb"(?:From|MIME-Version|Snapshot-Content-Location):.*?multipart/related", re.DOTALL)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MIMETYPES = {
    b"application/vnd.oasis.opendocument.text": OPEN_DOCUMENT,
    b"application/vnd.oasis.opendocument.spreadsheet": _SHEETS,
    b"application/vnd.oasis.opendocument.presentation": _SLIDES,
    b"application/epub+zip": EPUB,
}
_OFFICE_FOLDERS = {"word": WORD, "xl": _SHEETS, "ppt": _SLIDES}


def kind_of(data: bytes, path: Path) -> Kind | None:
    """What ``data`` is beyond doubt; None for plain text, and for what only the reader of its suffix can judge.

    Raises UnreadableFile for an archive that is not safe to unpack.
    """
    head = data[:_WITHIN]
    for mark in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    # White space may come first, and every other byte is a zero in UTF-16.
    start = head.lstrip()
    for beginning, kind in _BEGINNINGS:
        if start.startswith(beginning):
            return kind
    if head.startswith(b"RIFF"):
        return _IMAGE if head[8:12] == b"WEBP" else _SOUND
    if head[4:8] == b"ftyp":
        return _IMAGE if head[8:11] in (b"hei", b"avi", b"mif") else _SOUND
    if head.startswith(b"PK\x03\x04"):
        return _packed(data, path)
    if _SAVED_PAGE.match(start):
        return _WEB_ARCHIVE
    return HTML if _PAGE.match(head.replace(b"\0", b"")) else None


def _packed(data: bytes, path: Path) -> Kind | None:
    """What a zip file is; None where it is damaged."""
    try:
        archive = Archive(data, path)
        if "mimetype" in archive.names:
            return _MIMETYPES.get(archive.read("mimetype").strip(), _ARCHIVE)
    except DAMAGE:
        return None
    if "META-INF/container.xml" in archive.names:
        return EPUB
    if "[Content_Types].xml" in archive.names:
        folders = (name.partition("/")[0] for name in archive.names)
        return next((_OFFICE_FOLDERS[folder] for folder in folders if folder in _OFFICE_FOLDERS), None)
    return _ARCHIVE
