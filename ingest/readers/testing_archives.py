"""Small OpenDocument and EPUB files for tests, and zip files with whatever is wrong with them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from ingest.readers.odt_styles import NAMESPACES

_DECLARED = " ".join(f'xmlns:{name}="{address}"' for name, address in NAMESPACES.items())
_DUBLIN_CORE = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf"'


def make_zip(entries: Mapping[str, str | bytes], *, packed: bool = True) -> bytes:
    """A zip file with these entries in this order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as file:
        for name, content in entries.items():
            file.writestr(zipfile.ZipInfo(name), content, file.compression)
    return stream.getvalue()


def make_odt(body: str, *, styles: str = "", meta: str = "", further: Mapping[str, str] | None = None) -> bytes:
    """An OpenDocument text of this XML, in the prefixes of the standard; ``meta`` holds elements with ``dc:`` names."""
    office = f"office:document-content {_DECLARED} office:version='1.3'"
    return make_zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<{office}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {_DECLARED} {_DUBLIN_CORE} xmlns:meta='{_meta_namespace()}'>"
            f"<office:meta>{meta}</office:meta></office:document-meta>",
            **(further or {}),
        }
    )


def make_epub(
    parts: Mapping[str, str], *, metadata: str = "", spine: str = "", further: Mapping[str, str] | None = None
) -> bytes:
    """A book whose spine holds ``parts``, XHTML by name in the folder OEBPS, or the items that ``spine`` names."""
    items = "".join(
        f'<item id="{name}" href="{name.replace(" ", "%20")}" media-type="application/xhtml+xml"'
        f"{' properties=' + chr(34) + 'nav' + chr(34) if name.startswith('nav') else ''}/>"
        for name in parts
    )
    order = spine or "".join(f'<itemref idref="{name}"/>' for name in parts)
    return make_zip(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
            "OEBPS/book.opf": f'<package xmlns="http://www.idpf.org/2007/opf"><metadata {_DUBLIN_CORE}>{metadata}'
            f"</metadata><manifest>{items}</manifest><spine>{order}</spine></package>",
            **{f"OEBPS/{name}": content for name, content in parts.items()},
            **(further or {}),
        }
    )


def _meta_namespace() -> str:
    return NAMESPACES["office"].replace("office", "meta")
