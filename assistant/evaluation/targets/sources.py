"""Sources and passages as other assistants give them: names, addresses, tables of many habits, LangChain documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast, get_args

from assistant.evaluation.reply import Authority, CitedSource, Retrieved

_DOCUMENT = ("document", "document_id", "doc_id", "doc", "source", "filepath", "file_path", "file_name", "filename")
_TITLE = ("title", "name")
_URL = ("url", "uri", "link")
_WORDS = ("quote", "cited_text", "text", "page_content", "content", "snippet")

_MARKER = re.compile(r"[\[【]\^?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)[\]】]")


def markers_in(text: str) -> tuple[int, ...]:
    """The numbers of markers like ``[1]``, ``[2, 3]``, ``[^4]`` and ``【5】``, each once, in order of appearance."""
    numbers = (int(number) for found in _MARKER.finditer(text) for number in re.findall(r"\d+", found[1]))
    return tuple(dict.fromkeys(numbers))


def cited_source(value: object, marker: int) -> CitedSource:
    """One source of a list, where it says no number of its own under ``marker``. A bare text is an address or a name.

    Raises ValueError for something that is no source.
    """
    if isinstance(value, str):
        return CitedSource(marker=marker, url=value) if _is_web(value) else CitedSource(marker=marker, document=value)
    table = _table(value)
    document, url = _first(table, _DOCUMENT), _first(table, _URL)
    if not url and _is_web(document):
        document, url = "", document
    authority = table.get("authority")
    return CitedSource(
        marker=_integer(table.get("marker")) or marker,
        document=document or _first(table, ("id",)),
        title=_first(table, _TITLE),
        publisher=_first(table, ("publisher",)),
        authority=cast(Authority, authority) if authority in get_args(Authority) else "unstated",
        published=_first(table, ("published", "date")) or None,
        section=_first(table, ("section",)),
        page=_integer(table.get("page")),
        start=_integer(table.get("start")),
        end=_integer(table.get("end")),
        quote=_first(table, _WORDS),
        url=url,
    )


def passage(value: object) -> Retrieved:
    """One passage of a list: its text, or a table or LangChain document with it.

    Raises ValueError for something that is no passage.
    """
    if isinstance(value, str):
        return Retrieved(text=value)
    table = _table(value)
    return Retrieved(
        text=_first(table, _WORDS),
        document=_first(table, (*_DOCUMENT, *_URL, "id", *_TITLE)),
        section=_first(table, ("section",)),
        page=_integer(table.get("page")),
    )


def cited_among(values: Sequence[object], text: str) -> tuple[CitedSource, ...]:
    """The sources of a list that a text cites by number, from 1; all of them where it has no markers at all, or where
    each source says its own number: then the list is one of citations and not of what was found.

    Raises ValueError for a list that holds something else.
    """
    numbered = all(isinstance(value, Mapping) and "marker" in value for value in values)
    used = () if numbered else markers_in(text)
    sources = [cited_source(value, number) for number, value in enumerate(values, start=1)]
    return tuple(source for source in sources if not used or source.marker in used)


def as_list(value: object) -> list[object]:
    """A list from what may be a list, one text, or nothing. Raises ValueError for anything else."""
    if value is None or value == "":
        return []
    if isinstance(value, str | Mapping):
        return [value]
    if isinstance(value, Iterable):
        return list(value)
    raise ValueError(f"{type(value).__name__} where a list was expected")


def _table(value: object) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    text, metadata = getattr(value, "page_content", None), getattr(value, "metadata", None)
    if not isinstance(text, str) or not isinstance(metadata, Mapping):
        raise ValueError(f"{type(value).__name__} is no source and no passage")
    return {"id": getattr(value, "id", None), **metadata, "text": text, "page": _langchain_page(metadata)}


def _langchain_page(metadata: Mapping[str, object]) -> int | None:
    """The page from 1. LangChain's PDF loaders count ``page`` from 0, and give what is printed as ``page_label``."""
    for key in ("page_label", "page_number"):
        if (printed := _integer(metadata.get(key))) is not None:
            return printed
    page = _integer(metadata.get("page"))
    return None if page is None else page + 1


def _first(table: Mapping[str, object], keys: Iterable[str]) -> str:
    return next((value for key in keys if isinstance(value := table.get(key), str) and value), "")


def _integer(value: object) -> int | None:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_web(text: str) -> bool:
    return text.startswith(("http://", "https://"))
