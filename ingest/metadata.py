"""documents.yaml, and a file beside a document: what is known of documents, read strictly and with line numbers."""

from __future__ import annotations

import difflib
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple, NoReturn, cast, get_args

import yaml  # type: ignore[import-untyped]

from ingest.document import Authority
from ingest.errors import MetadataError
from ingest.readers.dates import date_bounds

METADATA_FILE = "documents.yaml"
"""The name of the file that describes the documents of its folder."""
SIDECAR_SUFFIX = ".yaml"
"""What stands behind the whole name of a document in the name of the file that describes it alone."""

_NAMES = ("organisation", "organisation_name")
_TOP_KEYS = (*_NAMES, "collections", "documents")
_DATES = ("published", "not_before", "valid_from", "valid_until")
_PATTERNS = {
    "id": (re.compile(r"[^\W_][\w.-]*"), "letters, digits, '-', '_' and '.'"),
    "language": (re.compile(r"[a-z]{2}"), "a code of two small letters, such as 'en'"),
    "url": (re.compile(r"https?://[^\s<>\"]+"), "an address that begins with https:// or http://"),
    "authority": (re.compile("|".join(get_args(Authority))), " or ".join(get_args(Authority))),
    "collection": (re.compile(r"[\w.-]{1,64}"), "at most 64 letters, digits, '-', '_' and '.'"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenMetadata:
    """What is given of one document; None is a field left out. ``file`` is relative to the folder, with slashes."""

    file: str
    id: str | None = None
    title: str | None = None
    publisher: str | None = None
    authority: Authority | None = None
    kind: str | None = None
    published: str | None = None
    not_before: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    supersedes: str | None = None
    superseded_by: str | None = None
    language: str | None = None
    url: str | None = None
    note: str | None = None
    collection: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one place says of one document: ``place`` is a documents.yaml or a file beside the document, ``line`` where
    it begins to, ``lines`` where each key stands; both from 1."""

    given: GivenMetadata
    place: Path
    line: int
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMetadata:
    """A whole documents.yaml; ``organisation`` is "" where it names none, ``organisation_name`` its long name.

    ``collections`` are names by folder; a folder is relative, with slashes, "." for the one of the file itself.
    """

    organisation: str
    organisation_name: str
    collections: Mapping[str, str]
    entries: tuple[Entry, ...]

    @property
    def documents(self) -> tuple[GivenMetadata, ...]:
        """What the entries give, without the lines that they stand in."""
        return tuple(entry.given for entry in self.entries)


_KEYS = tuple(field.name for field in fields(GivenMetadata))


def load_metadata(path: Path, text: str | None = None) -> FolderMetadata:
    """Read and check ``path``, whose entries name files beside it or in folders below it, or ``text`` as if it stood
    there.

    Raises MetadataError, which begins with ``path:line:``: no YAML, a key that is unknown, twice or of a wrong type, an
    impossible date, an id or a file given twice, a file or a folder that is not there, an unknown authority. What
    supersedes what is not checked, since that may be in another folder.
    """
    return _File(path, text).load()


def load_sidecar(path: Path) -> Entry | None:
    """Read and check a file beside the document whose name it has, with ``SIDECAR_SUFFIX`` behind; None if it is empty.

    Its keys are those of an entry without ``file``. Raises MetadataError like ``load_metadata``.
    """
    return _File(path).load_alone()


def advice(wanted: str, known: Sequence[str], otherwise: str) -> str:
    """The known name that was probably meant, else what to do otherwise."""
    near = difflib.get_close_matches(wanted, known, n=1)
    return f"did you mean {near[0]!r}" if near else otherwise


class _Text(NamedTuple):
    """A value as it is written: 2016-02, 2019 and 2021-03-04 are dates to us, ``no`` is Norwegian."""

    value: str
    line: int


class _File:
    """One file of metadata at work; its path goes into every error."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self._path, self._text = path, text
        self._folder = path.parent.resolve()

    def load(self) -> FolderMetadata:
        root = self._composed()
        top = {} if root is None else self._mapping(root, _TOP_KEYS)
        listed = top.get("documents")
        if listed is not None and not _is_null(listed) and not isinstance(listed, yaml.SequenceNode):
            self._fail(_line(listed), "documents must be a list of entries that begin with '- '")
        entries = [self._entry(node) for node in (listed.value if isinstance(listed, yaml.SequenceNode) else [])]
        self._check_unique(entries)
        names = self._texts({key: node for key, node in top.items() if key in _NAMES})
        organisation = names["organisation"].value if "organisation" in names else ""
        return FolderMetadata(
            organisation=organisation,
            organisation_name=names["organisation_name"].value if "organisation_name" in names else organisation,
            collections=self._collections(top["collections"]) if "collections" in top else {},
            entries=tuple(entries),
        )

    def load_alone(self) -> Entry | None:
        root = self._composed()
        if root is None:
            return None
        texts = self._texts(self._mapping(root, _KEYS))
        if "file" in texts:
            self._fail(texts["file"].line, "file is known from the name of this file; remove the line")
        name = self._path.name.removesuffix(SIDECAR_SUFFIX)
        return self._checked({"file": _Text(name, _line(root)), **texts}, _line(root))

    def _fail(self, line: int, problem: str) -> NoReturn:
        raise MetadataError(f"{self._path}:{line}: {problem}.")

    def _composed(self) -> yaml.Node | None:
        try:
            # Only the tree of nodes is built: no tag in the file makes an object, and every node knows its line.
            text = self._path.read_text(encoding="utf-8-sig") if self._text is None else self._text
            return yaml.compose(text, Loader=yaml.SafeLoader)
        except OSError as error:
            self._fail(1, f"the file cannot be opened ({error.strerror}); check its permissions")
        except UnicodeDecodeError:
            self._fail(1, "the file is not UTF-8 text; save it as UTF-8")
        except yaml.MarkedYAMLError as error:
            self._fail(error.problem_mark.line + 1, f"this is not valid YAML ({error.problem}); mend this line")
        except RecursionError:
            self._fail(1, "the file nests its values too deeply; it needs a list of entries with keys")
        except yaml.YAMLError:
            self._fail(1, "the file holds characters that YAML does not allow; remove them")

    def _mapping(self, node: yaml.Node, known: Sequence[str]) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._fail(_line(node), f"here belong keys with values, such as '{known[0]}: …'")
        found: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if key not in known:
                known_keys = f"the known keys are {', '.join(known)}"
                self._fail(_line(key_node), f"unknown key {key!r}; {advice(key, known, known_keys)}")
            if key in found:
                self._fail(_line(key_node), f"{key} is given twice; keep one of them")
            found[key] = value
        return found

    def _texts(self, nodes: Mapping[str, yaml.Node]) -> dict[str, _Text]:
        """The values of ``nodes`` without those that are null."""
        texts: dict[str, _Text] = {}
        for key, node in nodes.items():
            if not isinstance(node, yaml.ScalarNode):
                self._fail(_line(node), f"{key} must be a text, not a list and not keys with values")
            if _is_null(node):
                continue
            # The name of a file may begin or end with a space.
            texts[key] = _Text(node.value if key == "file" else node.value.strip(), _line(node))
            if not texts[key].value:
                self._fail(texts[key].line, f"{key} is empty; give it a value or leave it out")
        return texts

    def _collections(self, node: yaml.Node) -> dict[str, str]:
        if _is_null(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            self._fail(_line(node), "collections must be folders with the names of their collections")
        found: dict[str, str] = {}
        for key_node, value in node.value:
            folder = self._checked_folder(key_node)
            texts = self._texts({"collection": value})
            if "collection" not in texts:
                self._fail(_line(key_node), f"the folder {folder!r} has no collection; name it or remove the line")
            self._check_pattern("collection", texts["collection"])
            if folder in found:
                self._fail(_line(key_node), f"the folder {folder!r} is given twice; keep one of them")
            found[folder] = texts["collection"].value
        return found

    def _checked_folder(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            self._fail(_line(node), "here belongs a folder, such as 'internal: staff'")
        target = _resolved(self._folder / node.value)
        if target is None or not _is_there(target, is_folder=True):
            folders = [Path(at, name) for at, names, _ in os.walk(self._folder) for name in names]
            known = [folder.relative_to(self._folder).as_posix() for folder in folders]
            what_to_do = advice(node.value, known, "correct the name or remove the line")
            self._fail(_line(node), f"the folder {node.value!r} is not there; {what_to_do}")
        if not target.is_relative_to(self._folder):
            self._fail(_line(node), f"the folder {node.value!r} lies outside this folder; name one inside it")
        return target.relative_to(self._folder).as_posix()

    def _entry(self, node: yaml.Node) -> Entry:
        texts = self._texts(self._mapping(node, _KEYS))
        if "file" not in texts:
            self._fail(_line(node), "an entry without a file; add 'file: …', relative to this folder")
        texts["file"] = self._checked_file(texts["file"])
        return self._checked(texts, _line(node))

    def _checked(self, texts: dict[str, _Text], line: int) -> Entry:
        for key in _PATTERNS:
            if key in texts:
                self._check_pattern(key, texts[key])
        bounds = {}
        for key in _DATES:
            if key in texts:
                try:
                    bounds[key] = date_bounds(texts[key].value)
                except ValueError as error:
                    self._fail(texts[key].line, f"{key}: {error}; correct it or leave it out")
        if "valid_from" in bounds and "valid_until" in bounds and bounds["valid_from"][0] > bounds["valid_until"][1]:
            self._fail(texts["valid_until"].line, "valid_until lies before valid_from; correct one of them")
        values = {key: text.value for key, text in texts.items()}
        authority = cast(Authority | None, values.pop("authority", None))
        return Entry(
            given=GivenMetadata(file=values.pop("file"), authority=authority, **values),
            place=self._path,
            line=line,
            lines={key: text.line for key, text in texts.items()},
        )

    def _check_pattern(self, key: str, text: _Text) -> None:
        pattern, meaning = _PATTERNS[key]
        if not pattern.fullmatch(text.value):
            self._fail(text.line, f"{key} is {text.value!r}; it must be {meaning}")

    def _checked_file(self, file: _Text) -> _Text:
        target = _resolved(self._folder / file.value)
        if target is not None and not target.is_relative_to(self._folder):
            self._fail(file.line, f"file {file.value!r} lies outside the folder; move it in")
        if target is not None and not _is_there(target):
            target = _composed_otherwise(target)
        if target is None or not _is_there(target):
            self._fail(file.line, f"file {file.value!r} is not there; correct the name or remove the entry")
        return _Text(target.relative_to(self._folder).as_posix(), file.line)

    def _check_unique(self, entries: Sequence[Entry]) -> None:
        for key in ("id", "file"):
            lines: dict[str, int] = {}
            for entry in entries:
                value = getattr(entry.given, key)
                if value in lines:
                    problem = f"{key} {value!r} is already that of line {lines[value]}; each needs its own"
                    self._fail(entry.lines[key], problem)
                if value is not None:
                    lines[value] = entry.lines[key]


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _composed_otherwise(path: Path) -> Path:
    """The file whose name differs only in how its accents are composed, as on a Mac; ``path`` where there is none."""
    wanted = unicodedata.normalize("NFC", path.name)
    with suppress(OSError):
        for other in path.parent.iterdir():
            if unicodedata.normalize("NFC", other.name) == wanted:
                return other
    return path


def _resolved(path: Path) -> Path | None:
    """The path without links; None for what cannot be a path."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return None


def _is_there(path: Path, *, is_folder: bool = False) -> bool:
    """Whether a regular file or a folder is there; a name that is too long is none."""
    try:
        return path.is_dir() if is_folder else path.is_file()
    except OSError:
        return False
