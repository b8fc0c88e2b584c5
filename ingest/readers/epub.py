"""EPUB books: their parts in the order of reading, each read as a web page without a site around it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ingest.document import BlockKind
from ingest.errors import UnreadableFile
from ingest.readers.archive import DAMAGE, Archive
from ingest.readers.blocks import BlockWriter
from ingest.readers.dates import stated_date
from ingest.readers.html import parse_page
from ingest.readers.html_blocks import write_blocks
from ingest.readers.html_hidden import remove_hidden
from ingest.readers.naming import stated_language, stated_title
from ingest.readers.result import ReadOptions, ReadResult
from ingest.readers.xml_part import Element, XmlError, parse_xml

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})


@dataclass(frozen=True, slots=True)
class _Package:
    """What the package document says; ``parts`` are names in the archive, in the order of reading."""

    title: str | None
    language: str | None
    published: str | None
    parts: tuple[str, ...]


def read(data: bytes, path: Path, options: ReadOptions) -> ReadResult:  # noqa: ARG001
    """Read a book in the order of its spine; navigation and tables of contents are left out. Raises UnreadableFile."""
    try:
        archive = Archive(data, path)
        package = _package(archive, path)
        writer = BlockWriter()
        notes: list[str] = []
        for part in package.parts:
            notes += _read_part(archive, part, path, writer)
    except (*DAMAGE, StopIteration, XmlError) as error:
        raise UnreadableFile(f"{path} is not an EPUB book or is damaged; fetch or export it again.") from error
    except RecursionError as error:
        raise UnreadableFile(f"{path} nests its elements too deeply; convert it to PDF.") from error
    titles = (writer.text[mark.start : mark.end] for mark in writer.marks if mark.kind == BlockKind.HEADING)
    return ReadResult(
        text=writer.text,
        marks=writer.marks,
        title=package.title or stated_title(next(titles, None)),
        published=package.published,
        language=package.language,
        dropped=writer.dropped,
        notes=tuple(notes),
    )


def _read_part(archive: Archive, part: str, path: Path, writer: BlockWriter) -> tuple[str, ...]:
    """Write one part; a note says where it is missing or its encoding is doubtful."""
    if part not in archive.names:
        return (f"{path} lacks its part {part!r}, which was not read; fetch or export the book again.",)
    content = archive.read(part)
    if not content.strip():
        return ()
    soup, notes = parse_page(content, path)
    remove_hidden(soup)
    write_blocks(soup.body or soup, writer)
    return notes


def _package(archive: Archive, path: Path) -> _Package:
    container = parse_xml(archive.read(_CONTAINER), path)
    place = next(container.iter("{*}rootfile")).get("full-path", "")
    root = parse_xml(archive.read(place), path)
    items = {item.get("id"): item for item in root.iterfind("{*}manifest/{*}item")}
    contents = {_place(place, guide) for guide in root.iterfind("{*}guide/{*}reference") if guide.get("type") == "toc"}
    spine = (items.get(reference.get("idref")) for reference in root.iterfind("{*}spine/{*}itemref"))
    parts = dict.fromkeys(
        _place(place, item)
        for item in spine
        if item is not None and item.get("media-type") in _PAGES and "nav" not in item.get("properties", "").split()
    )
    if locked := _encrypted(archive, path).intersection(parts):
        raise UnreadableFile(f"{path} is protected against copying ({min(locked)} is encrypted); get an open copy.")
    return _Package(
        title=stated_title(_field(root, "title")),
        language=stated_language(_field(root, "language")),
        published=_published(root),
        parts=tuple(part for part in parts if part not in contents),
    )


def _place(package: str, item: Element) -> str:
    """The name in the archive of what ``item`` refers to from the package document."""
    reference = unquote(item.get("href", "").partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(package), reference))


def _field(root: Element, name: str) -> str:
    """The first metadata field of this name that says something."""
    texts = ("".join(field.itertext()).strip() for field in root.iterfind(f"{{*}}metadata//{{*}}{name}"))
    return next(filter(None, texts), "")


def _published(root: Element) -> str | None:
    """The date that is called that of publication, else the one that is called nothing."""
    dates: dict[str, str | None] = {}
    for field in root.iterfind("{*}metadata//{http://purl.org/dc/elements/1.1/}date"):
        event = next((value for name, value in field.items() if name.endswith("event")), "")
        dates.setdefault(event.lower(), stated_date("".join(field.itertext())))
    return dates.get("publication") or dates.get("")


def _encrypted(archive: Archive, path: Path) -> set[str]:
    """Names of the entries that are encrypted; fonts often are in open books."""
    if _ENCRYPTION not in archive.names:
        return set()
    references = parse_xml(archive.read(_ENCRYPTION), path).iter("{*}CipherReference")
    return {unquote(reference.get("URI", "")) for reference in references}
