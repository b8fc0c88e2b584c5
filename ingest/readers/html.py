"""HTML: the main content of the page as blocks, and what the page states about itself."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from bs4 import BeautifulSoup, ParserRejectedMarkup, XMLParsedAsHTMLWarning

from ingest.errors import UnreadableFile
from ingest.readers.blocks import BlockWriter
from ingest.readers.dates import stated_date
from ingest.readers.encoding import decode
from ingest.readers.html_blocks import write_blocks
from ingest.readers.html_content import attribute, main_content, remove_chrome
from ingest.readers.html_hidden import remove_hidden
from ingest.readers.naming import stated_language, stated_title
from ingest.readers.result import ReadOptions, ReadResult

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_:.-]+)""", re.IGNORECASE)
_CHARSET_WITHIN = 4096
"""Bytes from the beginning of the page in which it may declare its encoding."""
_MOST_TAGS = 400_000
"""Opening and closing ones; the tree of so many takes some seconds, and half a gigabyte while it is worked on."""

_TITLE_PARTS = re.compile(r"\s+[|–—·»-]\s+")
_META_TITLES = ("citation_title", "dcterms.title", "dc.title", "og:title")
_META_DATES = (
    "citation_publication_date",
    "article:published_time",
    "og:published_time",
    "datepublished",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.date",
    "dc.date",
    "date",
)


def read(data: bytes, path: Path, options: ReadOptions) -> ReadResult:  # noqa: ARG001
    """Read a web page: its main element or article where there is one, else its body.

    Headings, list items, table rows (cells joined by a tab), footnotes and paragraphs are marked; hidden text is left
    out. Raises UnreadableFile.
    """
    try:
        soup, notes = parse_page(data, path)
        title, published, language = _title(soup), _published(soup), _language(soup)
        remove_hidden(soup)
        remove_chrome(soup)
        writer = BlockWriter()
        write_blocks(main_content(soup), writer)
    except RecursionError as error:
        raise UnreadableFile(f"{path} nests its elements too deeply; save the page again from a browser.") from error
    return ReadResult(
        text=writer.text,
        marks=writer.marks,
        title=title,
        published=published,
        language=language,
        dropped=writer.dropped,
        notes=notes,
    )


def parse_page(data: bytes, path: Path) -> tuple[BeautifulSoup, tuple[str, ...]]:
    """The elements of a page, and a note where its encoding is doubtful; UnreadableFile where it is no page."""
    declared = _CHARSET.search(data[:_CHARSET_WITHIN])
    markup, notes = decode(data, path, declared[1].decode("ascii") if declared else "")
    if "<" not in markup:
        raise UnreadableFile(f"{path} is not an HTML page; save it again from a browser.")
    if markup.count("<") > _MOST_TAGS:
        raise UnreadableFile(f"{path} has more elements than can be read; split it into several pages.")
    with warnings.catch_warnings():
        # Saved pages may begin with an XML declaration and are HTML all the same.
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        try:
            return BeautifulSoup(markup, "lxml"), notes
        except ParserRejectedMarkup as error:
            raise UnreadableFile(f"{path} is not an HTML page; save it again from a browser.") from error


def _title(soup: BeautifulSoup) -> str | None:
    for content in _meta(soup, _META_TITLES):
        if title := stated_title(content):
            return title
    title = stated_title(soup.title.get_text()) if soup.title else None
    heading = next((stated_title(h1.get_text()) for h1 in soup.find_all("h1")), None)
    # "Heading | Name of the site": the heading is the title.
    if title is None or (heading and heading in _TITLE_PARTS.split(title)):
        return heading
    return title


def _published(soup: BeautifulSoup) -> str | None:
    stated = [*_meta(soup, _META_DATES)]
    stated += [attribute(time, "datetime") for time in soup.find_all("time", itemprop="datePublished")]
    for text in stated:
        if found := stated_date(text):
            return found
    linked: set[str | None] = set()
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            linked.update(stated_date(text) for text in _values(json.loads(script.get_text()), "datePublished"))
        except (ValueError, RecursionError):
            continue
    # A page that lists several articles carries the date of each: none of them is its own.
    return linked.pop() if len(linked) == 1 else None


def _language(soup: BeautifulSoup) -> str | None:
    declared = [attribute(soup.html, "lang"), attribute(soup.html, "xml:lang")] if soup.html else []
    return next(filter(None, map(stated_language, [*declared, *_meta(soup, ["content-language"])])), None)


def _meta(soup: BeautifulSoup, names: Sequence[str]) -> Iterator[str]:
    """Contents of the meta elements of these names, in the order of ``names``."""
    contents: dict[str, str] = {}
    for element in soup.find_all("meta"):
        for key in ("name", "property", "itemprop", "http-equiv"):
            contents.setdefault(attribute(element, key).lower(), attribute(element, "content"))
    return (contents[name] for name in names if name in contents)


def _values(data: object, key: str) -> Iterator[str]:
    """Every text under ``key`` in nested JSON."""
    if isinstance(data, dict):
        if isinstance(value := data.get(key), str):
            yield value
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from _values(item, key)
