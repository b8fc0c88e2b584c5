"""What all files of metadata in a corpus give, put together: each documents.yaml and the files beside documents."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ingest.errors import MetadataError
from ingest.metadata import (
    METADATA_FILE,
    SIDECAR_SUFFIX,
    Entry,
    FolderMetadata,
    GivenMetadata,
    advice,
    load_metadata,
    load_sidecar,
)
from ingest.readers.registry import can_read

_Link = Literal["supersedes", "superseded_by"]
_LINKS: tuple[_Link, _Link] = ("supersedes", "superseded_by")


def is_metadata(path: Path) -> bool:
    """Whether a file describes documents, by its name: documents.yaml, or a document's whole name with ``.yaml``."""
    return path.name == METADATA_FILE or document_beside(path) is not None


def document_beside(path: Path) -> Path | None:
    """The document that a file beside it describes by its name, be it there or not; None for any other file."""
    document = path.with_name(path.name.removesuffix(SIDECAR_SUFFIX))
    return document if path.name.endswith(SIDECAR_SUFFIX) and can_read(document) else None


class Descriptions:
    """The metadata of a corpus by resolved path. ``problems`` are metadata that are not used, each with the reason."""

    def __init__(self, tops: Sequence[Path], files: Iterable[Path]) -> None:
        """Read every documents.yaml of ``tops`` (folders that were given, or that hold a file given) and of the folders
        of ``files``, and what stands beside each file. Raises MetadataError where one of them is wrong, or where two
        describe the same document.
        """
        files = list(files)
        self.organisation = self.organisation_name = ""
        self.problems: list[tuple[Path, str]] = []
        self._entries: dict[Path, Entry] = {}
        self._collections: dict[Path, str] = {}
        folders = dict.fromkeys([*tops, *(path.parent for path in files)])
        # The nearest one is read last and wins.
        described = sorted((f for f in folders if (f / METADATA_FILE).is_file()), key=lambda folder: len(folder.parts))
        found = {folder: load_metadata(folder / METADATA_FILE) for folder in described}
        for folder, metadata in found.items():
            for entry in metadata.entries:
                self._add(folder / entry.given.file, entry)
            # "." is the folder itself, which joining leaves out.
            self._collections.update({folder / name: collection for name, collection in metadata.collections.items()})
        self._name_organisation([folder for folder in tops if folder in found], found)
        for path in files:
            self._add_sidecar(path)

    def listed(self, path: Path) -> bool:
        """Whether anything describes this very document."""
        return path in self._entries

    def given(self, path: Path) -> GivenMetadata | None:
        """What is given of a document; of its collection, what it says itself, else what its nearest folder says."""
        entry = self._entries.get(path)
        given = entry.given if entry else None
        if given and given.collection:
            return given
        nearest = next((self._collections[folder] for folder in path.parents if folder in self._collections), None)
        if nearest is None:
            return given
        return replace(given or GivenMetadata(file=path.name), collection=nearest)

    def linked(self, ids: Mapping[Path, str]) -> dict[Path, GivenMetadata]:
        """What is given of the documents of the corpus, whose ``ids`` these are; what supersedes what is said in ids.

        Raises MetadataError where an older or newer version is named that there is none of, or the document itself.
        """
        # Of documents that are described and not read, or not in what was given, it is enough that they are described.
        known = {*ids.values(), *(entry.given.id for entry in self._entries.values() if entry.given.id)}
        found = {}
        for path, own in ids.items():
            given, entry = self.given(path), self._entries.get(path)
            if given and entry:
                older, newer = (self._version(entry, key, own, ids, known) for key in _LINKS)
                given = replace(given, supersedes=older, superseded_by=newer)
            if given:
                found[path] = given
        return found

    def _version(self, entry: Entry, key: _Link, own: str, ids: Mapping[Path, str], known: Set[str]) -> str | None:
        """The id of the version that an entry names by its id or its file; None where it names none."""
        named = entry.given.supersedes if key == "supersedes" else entry.given.superseded_by
        if named is None:
            return None
        beside = Path(os.path.normpath(entry.place.parent.resolve() / named))
        if beside in ids:
            named = ids[beside]
        elif named not in known and beside not in self._entries:
            what_to_do = advice(named, sorted(known), "add that document or remove the line")
            raise _wrong(entry, key, f"{key} names {named!r}, which is no id in the corpus; {what_to_do}")
        if named == own:
            raise _wrong(entry, key, f"{key} names the document itself; name the other one")
        return named

    def _add(self, path: Path, entry: Entry) -> None:
        """Put an entry in the place of one that is farther from its document; whom that kept the document for stays."""
        farther = self._entries.get(path)
        if farther and not entry.given.collection:
            entry = replace(entry, given=replace(entry.given, collection=farther.given.collection))
        self._entries[path] = entry

    def _name_organisation(self, tops: Sequence[Path], found: Mapping[Path, FolderMetadata]) -> None:
        """That of the first top that names one; any other name is a problem."""
        for folder in dict.fromkeys([*tops, *found]):
            name = found[folder].organisation
            if name in ("", self.organisation):
                continue
            if folder in tops and not self.organisation:
                self.organisation, self.organisation_name = name, found[folder].organisation_name
            elif self.organisation:
                reason = f"but {self.organisation!r} was named before; give each a corpus of its own"
                self._leave(folder, f"names the organisation {name!r}, {reason}")
            else:
                reason = "which counts only in a folder that is given; name it there"
                self._leave(folder, f"names the organisation {name!r}, {reason}")

    def _leave(self, folder: Path, reason: str) -> None:
        self.problems.append((folder / METADATA_FILE, reason))

    def _add_sidecar(self, path: Path) -> None:
        beside = path.with_name(path.name + SIDECAR_SUFFIX)
        if not (can_read(path) and beside.is_file()):
            return
        entry = load_sidecar(beside)
        if entry is None:
            return
        if other := self._entries.get(path):
            if other.place == beside:
                return
            problem = f"{path.name} is already described in {other.place}:{other.line}; keep one of the two"
            raise MetadataError(f"{beside}:{entry.line}: {problem}.")
        self._entries[path] = entry


def _wrong(entry: Entry, key: str, problem: str) -> MetadataError:
    return MetadataError(f"{entry.place}:{entry.lines[key]}: {problem}.")
