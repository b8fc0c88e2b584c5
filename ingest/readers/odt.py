"""OpenDocument texts (.odt), as LibreOffice writes them: the text as it shows, and what it states about itself."""

from __future__ import annotations

from pathlib import Path

from ingest.document import BlockKind
from ingest.errors import UnreadableFile
from ingest.readers.archive import DAMAGE, Archive
from ingest.readers.blocks import BlockWriter
from ingest.readers.dates import stated_date
from ingest.readers.naming import stated_language, stated_title
from ingest.readers.odt_blocks import write_blocks
from ingest.readers.odt_styles import Styles
from ingest.readers.result import ReadOptions, ReadResult
from ingest.readers.xml_part import Element, XmlError, parse_xml

_MANIFEST, _META, _STYLES, _CONTENT = "META-INF/manifest.xml", "meta.xml", "styles.xml", "content.xml"


def read(data: bytes, path: Path, options: ReadOptions) -> ReadResult:  # noqa: ARG001
    """Read an OpenDocument text; headings, list items, table rows (cells joined by a tab) and footnotes are marked.

    Page headers and footers, comments, hidden and deleted text are left out. The language is that of the document's
    properties, which somebody chose; styles carry that of the program. The date is the month in which it was made.
    Raises UnreadableFile.
    """
    writer = BlockWriter()
    try:
        archive = Archive(data, path)
        if _MANIFEST in archive.names and _is_locked(parse_xml(archive.read(_MANIFEST), path)):
            raise UnreadableFile(f"{path} is locked with a password; save it without one.")
        parts = [parse_xml(archive.read(name), path) for name in (_STYLES, _CONTENT) if name in archive.names]
        body = next(parts[-1].iterfind("{*}body/{*}text"))
        write_blocks(body, Styles(parts), writer)
        meta = parse_xml(archive.read(_META), path) if _META in archive.names else None
    except (*DAMAGE, XmlError, IndexError, RecursionError, StopIteration) as error:
        raise UnreadableFile(
            f"{path} is not an OpenDocument text or is damaged; open it in LibreOffice and save it again."
        ) from error
    titles = (writer.text[mark.start : mark.end] for mark in writer.marks if mark.kind == BlockKind.HEADING)
    return ReadResult(
        text=writer.text,
        marks=writer.marks,
        title=stated_title(_field(meta, "title")) or stated_title(next(titles, None)),
        published=(stated_date(_field(meta, "creation-date")) or "")[:7] or None,
        language=stated_language(_field(meta, "language")),
        dropped=writer.dropped,
    )


def _is_locked(manifest: Element) -> bool:
    return next(manifest.iter("{*}encryption-data"), None) is not None


def _field(meta: Element | None, name: str) -> str:
    field = None if meta is None else next(meta.iter(f"{{*}}{name}"), None)
    return "" if field is None else field.text or ""
