"""The documents that a case file is about: whether what its cases expect is among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assistant.evaluation.case_shape import Fault, near
from assistant.evaluation.cases import Case
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.yaml_lines import Located
from ingest import corpus
from ingest.document import DEFAULT_COLLECTION
from ingest.errors import IngestError


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What documents can be called in a case: ids, paths within the folder, file names. ``ids`` are the ids alone."""

    folder: Path
    names: frozenset[str]
    ids: frozenset[str]
    collections: frozenset[str]

    def faults(self, case: Case, at: Located) -> list[Fault]:
        """The sources and filters of a case that name what is not there; ``at`` is the case as it was read."""
        return [*self._sources(case, at), *self._filters(case, at)]

    def _sources(self, case: Case, at: Located) -> Iterator[Fault]:
        for n, source in enumerate(case.sources):
            if source.doc not in self.names:
                yield self._fault(at.at(("sources", n, "doc")), "source", source.doc, self.names)

    def _filters(self, case: Case, at: Located) -> Iterator[Fault]:
        # A filter that matches nothing makes an assistant refuse, and a case that expects a refusal pass.
        for name, known in (("documents", self.ids), ("collections", self.collections)):
            for n, wanted in enumerate(getattr(case.filters, name)):
                if wanted not in known:
                    yield self._fault(at.at(("filters", name, n)), name.removesuffix("s"), wanted, known)

    def _fault(self, at: Located, what: str, wanted: str, known: frozenset[str]) -> Fault:
        return Fault(
            at.line, f"the {what} {wanted!r} is not in the corpus {self.folder}; {near(wanted, sorted(known))}"
        )


def open_corpus(folder: Path) -> Corpus:
    """Look into a folder of documents; none is parsed. Raises CaseFileError, with a message that has no line."""
    if not folder.is_dir():
        raise CaseFileError(f"the corpus {folder} is no folder; give one relative to this file")
    try:
        sources = corpus.scan([folder]).sources
    except IngestError as error:
        raise CaseFileError(str(error).removesuffix(".")) from error
    names = {name for source in sources for name in (source.id, source.relative, PurePosixPath(source.relative).name)}
    return Corpus(
        folder=folder,
        names=frozenset(names),
        ids=frozenset(source.id for source in sources),
        collections=frozenset(
            (source.given.collection if source.given else None) or DEFAULT_COLLECTION for source in sources
        ),
    )
