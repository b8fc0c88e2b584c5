"""Documents forgotten and taken back: out of every index at once, with their files left where they are."""

from __future__ import annotations

import difflib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UnknownDocument
from assistant.settings import Settings
from assistant.wiring import OnProgress, corpus_in_use, ingest
from ingest import corpus
from ingest.corpus import Source
from ingest.errors import CorpusError
from vectorstore import forgotten
from vectorstore.corpora import corpus_key
from vectorstore.erasing import documents_of, erase_elsewhere, wait_until_gone
from vectorstore.forgotten import Forgotten
from vectorstore.generations import IndexFolder
from vectorstore.report import IndexReport

PATIENCE = 60.0
"""Seconds that programs which still read an old index are waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """What became of a document: ``file`` is where it still lies, None where it does not; ``held`` are the folders
    that may still hold something of it, because a program uses them.
    """

    document: str
    file: Path | None
    held: tuple[Path, ...]


def forget(
    settings: Settings, document: str, on_progress: OnProgress, *, delete_file: bool, patience: float | None = None
) -> Forgetting:
    """Take a document, given by its id or its path, out of all that the data folder holds, for good.

    The index of the corpus in use is made anew as a whole; those of other corpora that hold the document are removed
    and made again when they are needed. Programs that still use an old index are waited for, ``patience`` seconds at
    the most. A call that failed can be repeated. Raises UnknownDocument, and what ``wiring.ingest`` raises; the
    document is then on the list of forgotten ones already.
    """
    home, paths = settings.home, corpus_in_use(settings)
    entry, file = _entry(settings, document, _sources(paths))
    forgotten.add(home, entry)
    folder = IndexFolder(home, corpus_key(paths))
    if any(not entry.is_of(source) for source in _kept(paths, home)):
        ingest(settings, (), False, on_progress, whole=True)
    else:  # it was the only one
        folder.erase()
    busy = erase_elsewhere(home, folder.root.name, entry)
    if delete_file and file:
        file.unlink(missing_ok=True)
        file = None
    return Forgetting(
        document=entry.id, file=file, held=(*busy, *wait_until_gone(home, PATIENCE if patience is None else patience))
    )


def remember(settings: Settings, document: str, on_progress: OnProgress) -> IndexReport:
    """Take a forgotten document back into the index. Raises UnknownDocument, and what ``wiring.ingest`` raises."""
    if not forgotten.remove(settings.home, document):
        listed = [entry.id for entry in forgotten.listed(settings.home)]
        raise UnknownDocument(f"{document!r} was not forgotten; {_named(document, listed, 'nothing is')}.")
    return ingest(settings, (), False, on_progress)


def _sources(paths: tuple[Path, ...]) -> tuple[Source, ...]:
    with suppress(CorpusError):  # the file may be gone already, and have been the only one
        return corpus.scan(paths).sources
    return ()


def _kept(paths: tuple[Path, ...], home: Path) -> tuple[Source, ...]:
    with suppress(CorpusError):
        return forgotten.scan(paths, home).sources
    return ()


def _entry(settings: Settings, document: str, sources: tuple[Source, ...]) -> tuple[Forgotten, Path | None]:
    """The line of the list for a document, and its file where it is there."""
    folder = IndexFolder(settings.home, corpus_key(corpus_in_use(settings)))
    indexed = {one.id: one.sha256 for one in documents_of(folder)}
    before = {entry.id: entry for entry in forgotten.listed(settings.home)}
    path = Path(document).expanduser().resolve()
    source = next((one for one in sources if one.id == document), None) or next(
        (one for one in sources if path == one.path), None
    )
    id = source.id if source else document
    if not source and id not in indexed and id not in before:
        known = dict.fromkeys([*(one.id for one in sources), *indexed])
        raise UnknownDocument(f"There is no document {document!r}; {_named(document, list(known), 'there is none')}.")
    hashes = [source.sha256] if source else []
    hashes += [indexed[id]] if id in indexed else []
    file = str(source.path) if source else before[id].file if id in before else ""
    entry = Forgotten(id=id, file=file, sha256=tuple(dict.fromkeys(hashes)), on=settings.current_date().isoformat())
    return entry, source.path if source else None


def _named(document: str, known: list[str], otherwise: str) -> str:
    close = difflib.get_close_matches(document, known, n=1)
    return f"did you mean {close[0]}?" if close else f"choose one of {', '.join(known)}" if known else otherwise
