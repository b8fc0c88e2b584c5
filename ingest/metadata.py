"""documents.yaml: what is known of the documents of a folder, read strictly and with line numbers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple, NoReturn, cast, get_args

import yaml  # type: ignore[import-untyped]

from ingest.document import Authority
from ingest.errors import MetadataError
from ingest.readers.dates import date_bounds

METADATA_FILE = "documents.yaml"
"""The name of the file that describes the documents of its folder."""

_TOP_KEYS = ("organisation", "organisation_name", "documents")
_DATES = ("published", "not_before", "valid_from", "valid_until")
_LINKS = ("supersedes", "superseded_by")
_PATTERNS = {
    "id": (re.compile(r"[^\W_][\w.-]*"), "letters, digits, '-', '_' and '.'"),
    "language": (re.compile(r"[a-z]{2}"), "a code of two small letters, such as 'en'"),
    "url": (re.compile(r"https?://[^\s<>\"]+"), "an address that begins with https:// or http://"),
    "authority": (re.compile("|".join(get_args(Authority))), " or ".join(get_args(Authority))),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenMetadata:
    """One entry of documents.yaml; None is a field left out. ``file`` is relative to the folder, with slashes."""

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
class FolderMetadata:
    """A whole documents.yaml; ``organisation`` is "" where it names none, ``organisation_name`` its long name."""

    organisation: str
    organisation_name: str
    documents: tuple[GivenMetadata, ...]


_KEYS = tuple(field.name for field in fields(GivenMetadata))


def load_metadata(path: Path) -> FolderMetadata:
    """Read and check ``path``, whose entries name files beside it or in folders below it.

    Raises MetadataError, which begins with ``path:line:``: no YAML, a key that is unknown, twice or of a wrong type, an
    impossible date, an id or a file given twice, a file that is not there, a link to no document, an unknown authority.
    """
    return _File(path).load()


class _Text(NamedTuple):
    """A value as it is written: 2016-02, 2019 and 2021-03-04 are dates to us, ``no`` is Norwegian."""

    value: str
    line: int


class _Entry(NamedTuple):
    texts: dict[str, _Text]
    line: int

    @property
    def id(self) -> str:
        """What other entries call it: its id, else its file."""
        return self.texts.get("id", self.texts["file"]).value


class _File:
    """One documents.yaml at work; its path goes into every error."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> FolderMetadata:
        root = self._composed()
        top = {} if root is None else self._mapping(root, _TOP_KEYS)
        listed = top.pop("documents", None)
        if listed is not None and not isinstance(listed, yaml.SequenceNode):
            self._fail(_line(listed), "documents must be a list of entries that begin with '- '")
        entries = [self._entry(node) for node in (listed.value if listed is not None else [])]
        self._check_unique(entries)
        self._check_links(entries)
        names = self._texts(top)
        organisation = names["organisation"].value if "organisation" in names else ""
        return FolderMetadata(
            organisation=organisation,
            organisation_name=names["organisation_name"].value if "organisation_name" in names else organisation,
            documents=tuple(_given(entry) for entry in entries),
        )

    def _fail(self, line: int, problem: str) -> NoReturn:
        raise MetadataError(f"{self._path}:{line}: {problem}.")

    def _composed(self) -> yaml.Node | None:
        try:
            # Only the tree of nodes is built: no tag in the file makes an object, and every node knows its line.
            return yaml.compose(self._path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
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
                near = difflib.get_close_matches(key, known, n=1)
                advice = f"did you mean {near[0]!r}" if near else f"the known keys are {', '.join(known)}"
                self._fail(_line(key_node), f"unknown key {key!r}; {advice}")
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
            if node.tag == "tag:yaml.org,2002:null":
                continue
            texts[key] = _Text(node.value.strip(), _line(node))
            if not texts[key].value:
                self._fail(texts[key].line, f"{key} is empty; give it a value or leave it out")
        return texts

    def _entry(self, node: yaml.Node) -> _Entry:
        texts = self._texts(self._mapping(node, _KEYS))
        if "file" not in texts:
            self._fail(_line(node), "an entry without a file; add 'file: …', relative to this folder")
        texts["file"] = self._checked_file(texts["file"])
        for key, (pattern, meaning) in _PATTERNS.items():
            if key in texts and not pattern.fullmatch(texts[key].value):
                self._fail(texts[key].line, f"{key} is {texts[key].value!r}; it must be {meaning}")
        bounds = {}
        for key in _DATES:
            if key in texts:
                try:
                    bounds[key] = date_bounds(texts[key].value)
                except ValueError as error:
                    self._fail(texts[key].line, f"{key}: {error}; correct it or leave it out")
        if "valid_from" in bounds and "valid_until" in bounds and bounds["valid_from"][0] > bounds["valid_until"][1]:
            self._fail(texts["valid_until"].line, "valid_until lies before valid_from; correct one of them")
        return _Entry(texts, _line(node))

    def _checked_file(self, file: _Text) -> _Text:
        folder = self._path.parent.resolve()
        target = (folder / file.value).resolve()
        if not target.is_relative_to(folder):
            self._fail(file.line, f"file {file.value!r} lies outside the folder; move it in")
        if not target.is_file():
            self._fail(file.line, f"file {file.value!r} is not there; correct the name or remove the entry")
        return _Text(target.relative_to(folder).as_posix(), file.line)

    def _check_unique(self, entries: Sequence[_Entry]) -> None:
        for key in ("id", "file"):
            lines: dict[str, int] = {}
            for texts, _ in entries:
                if key in texts:
                    value, line = texts[key]
                    if value in lines:
                        self._fail(line, f"{key} {value!r} is already that of line {lines[value]}; each needs its own")
                    lines[value] = line

    def _check_links(self, entries: Sequence[_Entry]) -> None:
        ids = {entry.id for entry in entries}
        for entry in entries:
            for key in _LINKS:
                if key not in entry.texts:
                    continue
                value, line = entry.texts[key]
                if value not in ids:
                    near = difflib.get_close_matches(value, ids, n=1)
                    advice = f"did you mean {near[0]!r}" if near else "add that document or remove the line"
                    self._fail(line, f"{key} names {value!r}, which is no id in this file; {advice}")
                if value == entry.id:
                    self._fail(line, f"{key} names the document itself; name the other one")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _given(entry: _Entry) -> GivenMetadata:
    values = {key: text.value for key, text in entry.texts.items()}
    authority = cast(Authority | None, values.pop("authority", None))
    return GivenMetadata(file=values.pop("file"), authority=authority, **values)
