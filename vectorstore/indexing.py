"""Corpus → generation: read, cut, embed what is new, write, prove, switch."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ingest.corpus import Problem, Scan
from ingest.cut import CutDocument
from ingest.duplicates import near_duplicates
from ingest.readers.registry import DEFAULTS
from ingest.readers.result import ReadOptions
from ingest.reading import read_all
from vectorstore import asking, canaries, catalogue, chunk_questions, forgotten, manifest
from vectorstore.asking import Asker
from vectorstore.chroma import ChromaStore, blank_unused
from vectorstore.chunk_questions import ChunkQuestions
from vectorstore.corpora import corpus_key, last_ingested
from vectorstore.document_cache import DocumentCache
from vectorstore.embeddings import Embedder
from vectorstore.errors import IndexDamaged, IndexMissing, IndexNotWritten, IndexTooNew, StoreFailure
from vectorstore.generations import IndexFolder
from vectorstore.lexical import LexicalIndex
from vectorstore.manifest import CHROMA, DOCUMENTS, FORMAT, LEXICAL, QUESTIONS, Counts, Fingerprint, Manifest
from vectorstore.report import IndexReport, Progress, document_reports
from vectorstore.room import check_room, unwritable
from vectorstore.rows import TextRow, text_rows
from vectorstore.store import Row
from vectorstore.vector_cache import VectorCache
from vectorstore.vectorise import Vectoriser
from vectorstore.verify import verify

_log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]
_EMBEDDED = 128
"""Texts in one call of the embedder: one or two seconds of work that a kill can lose."""
_STORED = 4_096
"""Rows in one call of the store, which writes its files anew each time."""
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
"""Errors of a folder that cannot be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Former:
    """A sound generation, held so that it stays."""

    folder: Path
    manifest: Manifest

    def questions(self) -> ChunkQuestions:
        """The questions about its chunks."""
        return chunk_questions.load(self.folder / QUESTIONS)

    def made_from(self) -> tuple[str, Fingerprint, str]:
        """The digest of the corpus, what shaped the rows, and who wrote the questions."""
        return self.manifest.digest, self.manifest.fingerprint, self.questions().asker


def index_corpus(
    paths: Sequence[Path],
    *,
    home: Path,
    embedder: Embedder,
    asker: Asker | None = None,
    options: ReadOptions = DEFAULTS,
    on_progress: OnProgress = lambda _: None,
    check: Callable[[Path], object] = verify,
    whole: bool = False,
) -> IndexReport:
    """Make the index of a corpus new, unless its files and all that shapes it are as they were: then write nothing.

    Until the new generation is complete and proved the old one answers; whatever fails or interrupts the run leaves
    it in use. Files are parsed in processes of their own, as ``options`` say; one that cannot be read goes into the
    report and does not stop the run. A document that is made from the same as before is not read again, vectors of
    rows that are known from this index, from the one of the corpus last ingested or from an interrupted run are copied.
    An ``asker`` writes questions about each chunk that is new to this index or to an interrupted run; without one the
    index has none. ``check`` proves the new generation or raises IndexDamaged; whoever gives another than ``verify``
    risks this process. A generation that cannot be proved is made once more, from the vectors that are known by then.
    ``whole`` makes a new generation whatever is there, and copies vectors only from indexes that ``check`` proves.
    Documents that were forgotten are left out.

    Raises CorpusError or MetadataError of ``ingest``; IndexBusy; IndexTooNew; HomeUnusable; IndexNotWritten;
    InvalidVector; EmbeddingModelError; whatever the asker raises.
    """
    run = partial(_indexed, paths, home, embedder, asker, options, on_progress, check, whole)
    try:
        return run()
    except IndexNotWritten as error:
        if not isinstance(error.__cause__, IndexDamaged):
            raise
        _log.warning("the new index is made once more: %s", error.__cause__)
        return run()


def _indexed(
    paths: Sequence[Path],
    home: Path,
    embedder: Embedder,
    asker: Asker | None,
    options: ReadOptions,
    on_progress: OnProgress,
    check: Callable[[Path], object],
    whole: bool,
) -> IndexReport:
    began = time.perf_counter()
    on_progress(Progress(stage="scan", done=0, total=1))
    scan = forgotten.scan(paths, home, options)
    on_progress(Progress(stage="scan", done=1, total=1))
    key = corpus_key(paths)
    folder = IndexFolder(home, key)
    fingerprint = Fingerprint(embedder=embedder.fingerprint)
    with ExitStack() as stack:
        former = _sound(folder, stack)
        wanted = (scan.digest, fingerprint, asker.fingerprint if asker else "")
        # What an interrupted run left may be of documents that are gone: a run that writes takes it away.
        interrupted = folder.questions_resume.exists() or folder.documents_resume.exists()
        if former and former.made_from() == wanted and not interrupted and not whole:
            return _unchanged_report(key, former, scan, began)
        check_room(folder.root, former.folder if former else None)
    proof = check if whole else None
    with _failures_explained(folder), folder.writer(), folder.building() as new:
        # Whatever the new generation is made from is let go before the switch, which clears the former one away.
        with ExitStack() as stack:
            former = _sound(folder, stack, proof)
            before = catalogue.load(former.folder / DOCUMENTS) if former else ()
            cut_as_now = former is not None and former.manifest.fingerprint.chunker == fingerprint.chunker
            texts = stack.enter_context(DocumentCache(folder.documents_resume, fingerprint.chunker))
            documents, failed = _read(scan, before if cut_as_now else (), texts, on_progress)
            earlier = [one for one in (former, _active(home, key, stack, proof)) if one]
            donors = [donor for donor in earlier if _alike(donor, fingerprint)]
            stores = [stack.enter_context(ChromaStore(donor.folder / CHROMA)) for donor in donors]
            cache = stack.enter_context(VectorCache(folder.resume, embedder.fingerprint, embedder.dimensions))
            vectoriser = Vectoriser(embedder, stores, cache)
            alike = (Problem(path=n.document, message=n.sentence, verdict="advice") for n in near_duplicates(documents))
            problems = (*scan.problems, *failed, *alike)
            known = [one.questions() for one in earlier]
            questions = asking.collect(documents, asker, known, folder.questions_resume, on_progress)
            written = _write(new, scan, documents, questions, problems, fingerprint, vectoriser, on_progress)
        on_progress(Progress(stage="check", done=0, total=1))
        check(new)
        folder.publish(new)
        cache.discard()
        texts.discard()
        folder.questions_resume.unlink(missing_ok=True)
        on_progress(Progress(stage="check", done=1, total=1))
    return IndexReport(
        key=key,
        generation=new.name,
        unchanged=False,
        documents=document_reports(before, documents, problems),
        problems=problems,
        counts=written.counts,
        embedded=vectoriser.embedded,
        copied=vectoriser.copied,
        seconds=time.perf_counter() - began,
    )


def _sound(folder: IndexFolder, stack: ExitStack, proof: Callable[[Path], object] | None = None) -> _Former | None:
    """The generation in use if its files are what was written, in the form of this version, and the ``proof`` holds;
    held until the stack is left. Raises IndexTooNew.
    """
    try:
        path, hold = folder.hold_current()
        stack.callback(hold.release)
        former = _Former(folder=path, manifest=manifest.check_files(path))
        if former.manifest.fingerprint.format != FORMAT:
            _log.info("the index was made by an older version of this program and is made again from the documents")
            return None
        if proof:
            proof(path)
        return former
    except IndexMissing:
        return None
    except IndexDamaged as error:
        _log.warning("the index is made again from the documents: %s", error)
        return None


def _active(home: Path, key: str, stack: ExitStack, proof: Callable[[Path], object] | None = None) -> _Former | None:
    """The index of the corpus last ingested, where that is another one: adding a folder embeds only its documents."""
    paths = last_ingested(home)
    if not paths or corpus_key(paths) == key:
        return None
    try:
        return _sound(IndexFolder(home, corpus_key(paths)), stack, proof)
    except IndexTooNew:
        return None


def _alike(donor: _Former, fingerprint: Fingerprint) -> bool:
    """Whether rows of the same id have the same vector. The chunker does not matter: its result is in the ids."""
    theirs = donor.manifest.fingerprint
    return (theirs.embedder, theirs.format) == (fingerprint.embedder, fingerprint.format)


def _read(
    scan: Scan, known: Iterable[CutDocument], cache: DocumentCache, on_progress: OnProgress
) -> tuple[list[CutDocument], list[Problem]]:
    """Every document: those of ``known`` that were made from the very same, the others read and cut, each in turn kept
    for the run after an interrupted one. Raises IndexNotWritten if none gives a text.
    """
    before = {cut.document.recipe: cut for cut in (*known, *cache.documents)}
    recipes = {source.id: source.recipe(scan.organisation, scan.options) for source in scan.sources}
    documents: dict[str, CutDocument] = {
        source.id: before[recipes[source.id]] for source in scan.sources if recipes[source.id] in before
    }
    failed: list[Problem] = []
    total = len(scan.sources)
    new = [source for source in scan.sources if source.id not in documents]
    on_progress(Progress(stage="read", done=len(documents), total=total))
    with closing(read_all(new, scan.organisation, scan.options)) as results:
        for done, (source, result) in enumerate(zip(new, results, strict=True), start=total - len(new) + 1):
            if isinstance(result, CutDocument):
                documents[source.id] = result
                cache.put(result)
            else:
                failed.append(Problem(path=source.relative, message=str(result), verdict="failed"))
            on_progress(Progress(stage="read", done=done, total=total, what=source.relative))
    if not documents:
        reason = f" ({failed[0].path}: {failed[0].message.rstrip('.')})" if failed else ""
        raise IndexNotWritten(f"No document of the corpus could be read{reason}; nothing was changed.")
    return [documents[source.id] for source in scan.sources if source.id in documents], failed


def _write(
    folder: Path,
    scan: Scan,
    documents: Sequence[CutDocument],
    questions: ChunkQuestions,
    problems: tuple[Problem, ...],
    fingerprint: Fingerprint,
    vectoriser: Vectoriser,
    on_progress: OnProgress,
) -> Manifest:
    """Fill the folder of a new generation."""
    rows = [row for document in documents for row in text_rows(document, questions)]
    catalogue.save(documents, folder / DOCUMENTS)
    chunk_questions.save(questions, folder / QUESTIONS)
    LexicalIndex.of_documents(documents).save(folder / LEXICAL)
    chosen = canaries.choose(rows)
    with ChromaStore(folder / CHROMA, create=True) as store:
        waiting: list[Row] = []
        for batch in _batches(rows, on_progress):
            waiting += vectoriser.rows(batch)
            if len(waiting) >= _STORED:
                store.add(waiting)
                waiting = []
        store.add(waiting)
        canaries.save(chosen, store, folder)
    blank_unused(folder / CHROMA)
    written = Manifest(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=fingerprint,
        digest=scan.digest,
        organisation=scan.organisation,
        organisation_name=scan.organisation_name,
        collections=tuple(sorted({row.collection for row in rows})),
        counts=Counts.of(len(documents), (row.kind for row in rows)),
        problems=problems,
        canaries=chosen,
        files=manifest.hashes(folder),
    )
    manifest.write(written, folder)
    return written


def _batches(rows: Sequence[TextRow], on_progress: OnProgress) -> Iterator[Sequence[TextRow]]:
    for at in range(0, len(rows), _EMBEDDED):
        on_progress(Progress(stage="embed", done=at, total=len(rows), what=rows[at].document))
        yield rows[at : at + _EMBEDDED]
    on_progress(Progress(stage="embed", done=len(rows), total=len(rows)))


@contextmanager
def _failures_explained(folder: IndexFolder) -> Iterator[None]:
    """Failures of the disk, the store and the proof, said as what they mean: nothing has changed."""
    try:
        yield
    except OSError as error:
        if error.errno in _CLOSED:
            raise unwritable(folder.root, str(error.strerror)) from error
        raise _not_finished(folder, error) from error
    except (StoreFailure, IndexDamaged) as error:
        raise _not_finished(folder, error) from error


def _not_finished(folder: IndexFolder, error: Exception) -> IndexNotWritten:
    return IndexNotWritten(
        f"The new index in {folder.root} could not be finished ({error}); the former one stays in use, "
        "so check space and permissions there and run `picum-assistant ingest` again."
    )


def _unchanged_report(key: str, former: _Former, scan: Scan, began: float) -> IndexReport:
    """What is known of a corpus that nothing was done for: files beside the documents may be others than before."""
    found = [problem for problem in former.manifest.problems if problem.verdict in ("failed", "advice")]
    problems = tuple(dict.fromkeys((*scan.problems, *found)))
    documents = catalogue.load(former.folder / DOCUMENTS)
    return IndexReport(
        key=key,
        generation=former.folder.name,
        unchanged=True,
        documents=document_reports(documents, documents, problems),
        problems=problems,
        counts=former.manifest.counts,
        embedded=0,
        copied=0,
        seconds=time.perf_counter() - began,
    )
