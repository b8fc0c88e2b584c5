"""What a run of indexing would do, found out without reading a document and without writing anything."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from ingest.readers.registry import DEFAULTS
from ingest.readers.result import ReadOptions
from vectorstore import catalogue, forgotten
from vectorstore.corpora import corpus_key
from vectorstore.errors import IndexDamaged, IndexMissing
from vectorstore.generations import IndexFolder
from vectorstore.manifest import DOCUMENTS
from vectorstore.report import DocumentReport, Status, left_out


def plan(paths: Sequence[Path], *, home: Path, options: ReadOptions = DEFAULTS) -> tuple[DocumentReport, ...]:
    """What would become of each file: added, changed, unchanged or skipped, then removed documents. What fails is known
    only when it is read; an index that is damaged counts as none. Raises CorpusError or MetadataError.
    """
    scan = forgotten.scan(paths, home, options)
    former: dict[str, tuple[str, str]] = {}
    with ExitStack() as stack:
        try:
            generation, hold = IndexFolder(home, corpus_key(paths)).hold_current()
            stack.callback(hold.release)
            for cut in catalogue.load(generation / DOCUMENTS):
                former[cut.document.id] = (cut.document.recipe, cut.document.metadata.title)
        except (IndexMissing, IndexDamaged):
            former = {}
    reports: list[DocumentReport] = []
    for source in scan.sources:
        recipe, _ = former.pop(source.id, (None, ""))
        changed: Status = "unchanged" if recipe == source.recipe(scan.organisation, options) else "changed"
        reports.append(
            DocumentReport(id=source.id, title=source.relative, status="added" if recipe is None else changed)
        )
    reports += left_out(scan.problems)
    reports += [
        DocumentReport(id=id, title=title, status="removed", verdict="removed") for id, (_, title) in former.items()
    ]
    return tuple(reports)
