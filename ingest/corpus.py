"""Folders and files → sources with their metadata → documents."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from ingest.descriptions import Descriptions, document_beside, is_metadata
from ingest.document import DEFAULT_COLLECTION, Document, Metadata
from ingest.errors import CorpusError, UnreadableFile
from ingest.language import detect_language
from ingest.metadata import GivenMetadata
from ingest.readers.naming import encodable, readable_name, title_in
from ingest.readers.registry import DEFAULTS, SUFFIXES, can_read, load_bytes, read_bytes
from ingest.readers.result import ReadOptions

# About the folder and not of it, unless metadata are given of them.
_ABOUT = re.compile(r"(?:readme|licen[cs]e|copying|notice)(?:\.(?:md|txt|rst))?", re.IGNORECASE)
# What office programs, desktops and archives leave behind; hidden files begin with a dot.
# What a documents.yaml was before documents were added to it is no document either.
_LITTER = re.compile(r"\..*|~\$.*|thumbs\.db|desktop\.ini|__macosx|documents\.yaml\.bak", re.IGNORECASE)

_EMPTY = hashlib.sha256().hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file to read. ``relative`` is its path from the folder that was given, with slashes; ``listed`` says whether
    an entry of documents.yaml or a file beside it describes it, and not its folder alone."""

    path: Path
    id: str
    relative: str
    sha256: str
    given: GivenMetadata | None
    listed: bool

    def recipe(self, organisation: str, options: ReadOptions) -> str:
        """A SHA-256 over all that its document is made from; the rules of reading and cutting are not in it."""
        fields = [self.id, self.relative, self.sha256, self.given and asdict(self.given), organisation, asdict(options)]
        return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a file was ``skipped`` without being read, could not be read (``failed``), or has metadata that are not used
    (``ignored``), or what else whoever keeps the documents may want to mend (``advice``): one sentence.
    """

    path: str
    message: str
    verdict: Literal["skipped", "failed", "ignored", "advice"] = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Everything found, before any file is parsed. Ids are unique; each file is there once."""

    sources: tuple[Source, ...]
    organisation: str
    organisation_name: str
    problems: tuple[Problem, ...]
    options: ReadOptions = DEFAULTS

    @property
    def digest(self) -> str:
        """A SHA-256 over all that an index is made from: ids, paths, contents, given metadata, the organisation and
        how files are read.
        """
        recipes = sorted(source.recipe(self.organisation, self.options) for source in self.sources)
        return hashlib.sha256(json.dumps([self.organisation_name, recipes]).encode()).hexdigest()


def scan(paths: Sequence[Path], options: ReadOptions = DEFAULTS) -> Scan:
    """Find the documents in ``paths``, which are folders (with all below them) and single files.

    Metadata are looked for in each folder given and all below it, and beside each file given. Sources keep the order of
    ``paths``, and are sorted by path within a folder. Raises CorpusError where a path is missing or no document is
    found, MetadataError where metadata are wrong; whatever concerns one file alone becomes a Problem.
    """
    finder = _Finder(paths)
    for path in paths:
        if path.is_dir():
            finder.add_folder(path.resolve())
        else:
            finder.add_file(path.resolve(), path.name, path.name)
    finder.leave_copies()
    if not finder.sources:
        where = ", ".join(str(path) for path in paths) or "the paths given"
        found = f" ({finder.problems[0].message})" if finder.problems else ""
        raise CorpusError(f"No document was found in {where}; put files there that end in {_endings()}{found}.")
    return Scan(
        sources=finder.linked(),
        organisation=finder.descriptions.organisation,
        organisation_name=finder.descriptions.organisation_name,
        problems=tuple(finder.problems),
        options=options,
    )


def _endings() -> str:
    return ", ".join(sorted(SUFFIXES))


class _Finder:
    """Gathers sources; paths in it are resolved, so that one file is one path however it was reached."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.sources: list[Source] = []
        self.problems: list[Problem] = []
        self._seen: set[Path] = set()
        self._ids: set[str] = set()
        for path in paths:
            if not path.exists():
                raise CorpusError(f"{path} is not there; check the path of the corpus.")
        folders = [path.resolve() for path in paths if path.is_dir()]
        files = [path.resolve() for path in paths if not path.is_dir()]
        self._files = {folder: list(self._walk(folder)) for folder in folders}
        walked = [path for path in chain.from_iterable(self._files.values()) if not _LITTER.fullmatch(path.name)]
        tops = dict.fromkeys(path.resolve() if path.is_dir() else path.resolve().parent for path in paths)
        self.descriptions = Descriptions(list(tops), [*walked, *files])
        for path, reason in self.descriptions.problems:
            self._leave(path, reason, "ignored")

    def linked(self) -> tuple[Source, ...]:
        """The sources, each with the ids of its older and newer version where they are named."""
        given = self.descriptions.linked({source.path: source.id for source in self.sources})
        return tuple(replace(source, given=given.get(source.path)) for source in self.sources)

    def _leave(self, path: Path, reason: str, verdict: Literal["skipped", "failed", "ignored"] = "skipped") -> None:
        shown = encodable(str(path))
        self.problems.append(Problem(path=shown, message=f"{shown} {reason}.", verdict=verdict))

    def add_folder(self, root: Path) -> None:
        """Add every document below ``root``."""
        for path in sorted(self._files[root], key=lambda path: path.relative_to(root).as_posix()):
            relative = path.relative_to(root).as_posix()
            listed = self.descriptions.listed(path)
            if is_metadata(path) and not _LITTER.fullmatch(path.name):
                document = document_beside(path)
                if document and not document.is_file():
                    reason = f"describes {document.name}, which is not beside it; move or remove it"
                    self._leave(path, reason, "ignored")
            elif listed or not (_LITTER.fullmatch(path.name) or _ABOUT.fullmatch(path.name)):
                self.add_file(path, relative, f"{root.name}/{relative}")

    def _walk(self, root: Path) -> Iterator[Path]:
        """All files below ``root`` that are no links; links out of it, into nowhere and closed folders are problems."""
        for folder, subfolders, names in os.walk(root, onerror=self._closed):
            subfolders[:] = [name for name in subfolders if not _LITTER.fullmatch(name)]
            for path in (Path(folder, name) for name in (*subfolders, *names)):
                if not path.is_symlink():
                    if path.name in names:
                        yield path
                elif not path.exists():
                    self._leave(path, "is a link to nothing; mend or remove it", "failed")
                elif not (path.resolve().is_relative_to(root) or is_metadata(path)):
                    self._leave(path, "is a link that leads out of the folder; put the file itself there")

    def _closed(self, error: OSError) -> None:
        self._leave(Path(error.filename), f"cannot be opened ({error.strerror}); check its permissions", "failed")

    def add_file(self, path: Path, relative: str, longer: str) -> None:
        """Add one file unless it is there already; its id is the given one, else ``relative``, else ``longer``."""
        relative, longer = encodable(relative), encodable(longer)
        if path in self._seen:
            return
        self._seen.add(path)
        if not can_read(path):
            self._leave(path, f"is of a type that is not read; save it with one of the endings {_endings()}")
            return
        if not path.is_file():
            self._leave(path, "is not a regular file; remove it")
            return
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            self._leave(path, f"cannot be opened ({error.strerror}); check its permissions", "failed")
            return
        given = self.descriptions.given(path)
        wanted = given.id if given and given.id else relative
        id = wanted if wanted not in self._ids else self._other_id(path, wanted, longer, given)
        self._ids.add(id)
        listed = self.descriptions.listed(path)
        self.sources.append(Source(path=path, id=id, relative=relative, sha256=sha256, given=given, listed=listed))

    def leave_copies(self) -> None:
        """Keep one of several files with the same bytes in one collection, and those that metadata are given of."""
        kept: dict[tuple[str, str], Source] = {}
        left: set[str] = set()
        for source in sorted(self.sources, key=lambda source: not source.listed):
            collection = (source.given and source.given.collection) or DEFAULT_COLLECTION
            first = kept.setdefault((source.sha256, collection), source)
            if first is not source and not source.listed and source.sha256 != _EMPTY:
                self._leave(source.path, f"is a copy of {first.relative}, which is read")
                left.add(source.id)
        self.sources = [source for source in self.sources if source.id not in left]

    def _other_id(self, path: Path, taken: str, longer: str, given: GivenMetadata | None) -> str:
        id, number = longer, 2
        while id in self._ids:
            id, number = f"{longer}~{number}", number + 1
        if given and given.id:
            reason = f"has the id {taken!r} of another document and is called {id!r}; rename one"
            self._leave(path, reason, "ignored")
        return id


def source_of(fields: dict[str, Any]) -> Source:
    """The source whose fields, as JSON holds them, are given: the way of a source to another process."""
    given = fields["given"]
    return Source(**{**fields, "path": Path(fields["path"]), "given": given and GivenMetadata(**given)})


def read_document(source: Source, organisation: str, options: ReadOptions = DEFAULTS) -> Document:
    """Read one source. What is given wins, then what the file states, then what its text and name say.

    A document without a stated authority is "unstated"; one of the organisation's own, without a publisher, is
    published by ``organisation``. Raises UnreadableFile, also where the file is no longer the one that was scanned.
    """
    data = load_bytes(source.path)
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise UnreadableFile(f"{source.path} changed while the corpus was being read; start again.")
    result = read_bytes(data, Path(encodable(str(source.path))), options)
    fields = asdict(source.given) if source.given else {}
    given = {key: value for key, value in fields.items() if value and key not in ("id", "file")}
    stated = {"title": result.title, "language": result.language, "published": result.published}
    if not (given.get("title") or result.title):
        stated["title"] = title_in(result.text, result.marks) or readable_name(encodable(source.path.stem))
    if not (given.get("language") or result.language):
        stated["language"] = detect_language(result.text)
    if "not_before" in given:
        # Who gives it says that the date of publication is not known; that of the file is then none.
        del stated["published"]
    if given.get("authority") == "own":
        stated["publisher"] = organisation
    derived = {key: value for key, value in stated.items() if value and key not in given}
    values: dict[str, Any] = {**derived, **given}
    return Document(
        id=source.id,
        path=source.relative,
        sha256=source.sha256,
        text=result.text,
        metadata=Metadata(**values, derived=frozenset(derived)),
        pages=result.pages,
        marks=result.marks,
        dropped=result.dropped,
        # Where the folder lies on this machine is nobody's business who reads the index.
        notes=tuple(note.replace(encodable(str(source.path)), source.relative) for note in result.notes),
        recipe=source.recipe(organisation, options),
    )
