"""A draft of documents.yaml: what is read from documents that nothing describes yet, added to what is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from ingest.corpus import Problem, read_document, scan
from ingest.document import Document
from ingest.errors import MetadataError, UnreadableFile
from ingest.language import UNDETERMINED
from ingest.metadata import METADATA_FILE, load_metadata

BACKUP_SUFFIX = ".bak"
"""What stands behind the name of the file that keeps the former text."""

_DERIVED = "  # derived: check"
_HEAD = (
    "# What is known of the documents of this folder; docs/operate.md of the assistant explains every key.",
    "# A value with the mark 'derived: check' was read from the document: correct it, and remove the mark.",
    "# Add 'authority: own' where your organisation speaks, and 'authority: third_party' where somebody else does.",
    "# organisation: the short name of your organisation",
)
_FIELDS = ("title", "publisher", "published", "language")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataDraft:
    """The whole ``text`` of a documents.yaml with ``added`` new entries after ``former``, the bytes that are there now.

    ``former`` is None where there is no file yet; ``problems`` are documents that could not be read.
    """

    path: Path
    text: str
    former: bytes | None
    added: int
    problems: tuple[Problem, ...]


def draft_metadata(folder: Path) -> MetadataDraft:
    """Describe the documents in ``folder`` and below it that no documents.yaml and no file beside them describes.

    What is there stays as it is, to the byte. Raises CorpusError without documents, MetadataError where metadata are
    wrong or written in a way that cannot be added to.
    """
    path = (folder / METADATA_FILE).resolve()
    former = path.read_bytes() if path.exists() else None
    found = scan([folder])
    problems = list(found.problems)
    entries: list[list[str]] = []
    for source in found.sources:
        if source.listed:
            continue
        try:
            document = read_document(source, found.organisation)
        except UnreadableFile as error:
            problems.append(Problem(path=source.relative, message=str(error)))
        else:
            entries.append(list(_entry(source.path.relative_to(folder.resolve()).as_posix(), document)))
    before = former.decode("utf-8") if former is not None else "\n".join(_HEAD) + "\n"
    return MetadataDraft(
        path=path,
        text=_with(path, before, entries) if entries else before,
        former=former,
        added=len(entries),
        problems=tuple(problems),
    )


def write_draft(draft: MetadataDraft) -> Path | None:
    """Put the draft in the place of the file, which is kept with ``BACKUP_SUFFIX``; return where, None for a new file.

    Raises MetadataError where the file is no longer what it was when the draft was made, OSError where the folder
    cannot be written; the file is then as it was.
    """
    new = draft.path.with_name(f".{draft.path.name}.{os.getpid()}.new")
    try:
        with new.open("wb") as file:
            file.write(draft.text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if (draft.path.read_bytes() if draft.path.exists() else None) != draft.former:
            raise MetadataError(f"{draft.path}:1: the file was changed meanwhile; nothing was written, so try again.")
        backup = None
        if draft.former is not None:
            shutil.copymode(draft.path, new)
            backup = draft.path.with_name(draft.path.name + BACKUP_SUFFIX)
            shutil.copy2(draft.path, backup)
        new.replace(draft.path)
    finally:
        new.unlink(missing_ok=True)
    return backup


def _entry(file: str, document: Document) -> Iterator[str]:
    """The lines of one entry without their indentation."""
    yield f"file: {_scalar(file)}"
    for key in _FIELDS:
        value = getattr(document.metadata, key)
        if key in document.metadata.derived and value != UNDETERMINED:
            yield f"{key}: {_scalar(value)}{_DERIVED}"


def _scalar(text: str) -> str:
    """A text as YAML writes it on one line."""
    for style in (None, '"'):
        written = yaml.safe_dump([text], allow_unicode=True, width=10**9, default_style=style)
        if written.count("\n") == 1:
            break
    return str(written).removeprefix("- ").rstrip("\n")


def _with(path: Path, text: str, entries: list[list[str]]) -> str:
    """The text with the entries behind those that it has."""
    plain = text.removeprefix(_BYTE_ORDER_MARK)
    line_end = "\r\n" if "\r\n" in plain else "\n"
    at, indentation, opening = _place(path, plain)
    lines = opening + [
        " " * indentation + ("- " if number == 0 else "  ") + line
        for entry in entries
        for number, line in enumerate(entry)
    ]
    before, after = plain[:at], plain[at:]
    gap = line_end if before and not before.endswith("\n") else ""
    grown = before + gap + "".join(line + line_end for line in lines) + after
    _check(path, plain, grown, len(entries))
    return text[: len(text) - len(plain)] + grown


def _place(path: Path, text: str) -> tuple[int, int, list[str]]:
    """Where entries can be put: the offset, their indentation, and the line that has to stand before them if any."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    listed = next((value for key, value in root.value if key.value == "documents"), None) if root else None
    if listed is None:
        return len(text), 0, ["documents:"]
    last, indentation = listed, 0
    if isinstance(listed, yaml.SequenceNode) and not listed.flow_style:
        indentation = listed.start_mark.column
        while isinstance(last, yaml.CollectionNode) and not last.flow_style:
            last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    elif not isinstance(listed, yaml.ScalarNode) or listed.value:
        raise _not_growing(path, listed.start_mark.line + 1)
    mark = last.end_mark
    if mark.column == 0:  # a text of several lines ends with its last line
        return mark.index, indentation, []
    line_end = text.find("\n", mark.index)
    return (line_end + 1 or len(text)), indentation, []


def _check(path: Path, before: str, grown: str, added: int) -> None:
    """Make sure that the new text says what the old one said, and the new entries behind that."""
    try:
        old, new = load_metadata(path, before), load_metadata(path, grown)
    except MetadataError as error:
        raise _not_growing(path, 1) from error
    known = (old.organisation, old.organisation_name, old.collections, old.documents)
    if known != (new.organisation, new.organisation_name, new.collections, new.documents[: len(old.documents)]) or (
        len(new.documents) != len(old.documents) + added
    ):
        raise _not_growing(path, 1)


def _not_growing(path: Path, line: int) -> MetadataError:
    advice = "write documents: as the last key, with entries that begin with '- ', or move the file away and compare"
    return MetadataError(f"{path}:{line}: nothing can be added to a list that is written like this; {advice}.")
