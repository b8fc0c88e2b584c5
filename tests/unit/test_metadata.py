"""documents.yaml: what is accepted, and that every mistake is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import MetadataError
from ingest.metadata import GivenMetadata, load_metadata, load_sidecar


def write(folder: Path, text: str) -> Path:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text("Text.", encoding="utf-8")
    path = folder / "documents.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_metadata_is_valid() -> None:
    shipped = load_metadata(Path("ingest/corpus/documents.yaml"))
    assert shipped.organisation == "PICUM"
    assert {entry.id: entry.authority for entry in shipped.documents}["influencewatch-profile"] == "third_party"


def test_every_way_to_write_a_date_is_taken_as_written(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "organisation: Αλληλεγγύη\n"
        "documents:\n"
        "- file: a.txt\n  published: 2016-02\n  valid_from: 2019\n  valid_until: 2021-03-04\n"
        "  language: no\n  title: 2020\n"
        "- {file: ./b.txt, published: null, collection: board}\n",
    )
    metadata = load_metadata(path)
    assert metadata.organisation == metadata.organisation_name == "Αλληλεγγύη"
    assert metadata.documents == (
        GivenMetadata(
            file="a.txt", title="2020", published="2016-02", valid_from="2019", valid_until="2021-03-04", language="no"
        ),
        GivenMetadata(file="b.txt", collection="board"),
    )


def test_an_empty_file_describes_nothing(tmp_path: Path) -> None:
    assert load_metadata(write(tmp_path, "# nothing yet\n")).documents == ()


@pytest.mark.parametrize(
    ("entries", "line", "says"),
    [
        ("- file: a.txt\n  titel: X\n", 3, "unknown key 'titel'; did you mean 'title'"),
        ("- file: a.txt\n  zzz: X\n", 3, "unknown key 'zzz'; the known keys are"),
        ("- file: a.txt\n  published: 2021-13\n", 3, "published: '2021-13' is no date in the calendar"),
        ("- file: a.txt\n  published: 2021-02-30\n", 3, "published: '2021-02-30' is no date in the calendar"),
        ("- file: a.txt\n  published: spring 2021\n", 3, "is not a date like 2021"),
        ("- file: a.txt\n  valid_until: 2019\n  valid_from: 2020-01\n", 3, "valid_until lies before valid_from"),
        ("- file: a.txt\n  id: x\n- file: b.txt\n  id: x\n", 5, "id 'x' is already that of line 3"),
        ("- file: a.txt\n- file: ./a.txt\n", 3, "file 'a.txt' is already that of line 2"),
        ("- file: c.txt\n", 2, "file 'c.txt' is not there"),
        ("- file: ../documents.yaml\n", 2, "lies outside the folder"),
        ("- file: /etc/hostname\n", 2, "lies outside the folder"),
        ('- file: "a\\0.txt"\n', 2, "is not there"),
        (f"- file: {'a' * 300}.txt\n", 2, "is not there"),
        ("- file: a.txt\n  collection: our board\n", 3, "collection is 'our board'; it must be at most 64 letters"),
        (f"- file: a.txt\n  collection: {'x' * 65}\n", 3, "at most 64 letters"),
        ("- id: x\n", 2, "an entry without a file"),
        ("- file: a.txt\n  authority: ours\n", 3, "authority is 'ours'; it must be own or third_party or unstated"),
        ("- file: a.txt\n  language: english\n", 3, "a code of two small letters"),
        ("- file: a.txt\n  url: javascript:alert(1)\n", 3, "an address that begins with https:// or http://"),
        ("- file: a.txt\n  id: a b\n", 3, "id is 'a b'; it must be letters"),
        ("- file: a.txt\n  title: [one, two]\n", 3, "title must be a text"),
        ("- file: a.txt\n  title: ' '\n", 3, "title is empty"),
        ("- file: a.txt\n  note: x\n  note: y\n", 4, "note is given twice"),
        ("- a.txt\n", 2, "here belong keys with values"),
        ("  file: a.txt\n", 2, "documents must be a list"),
        ("- file: a.txt\n  title: 'open\n", 4, "this is not valid YAML"),
        ("- file: \x07\n", 1, "characters that YAML does not allow"),
        ("- !!python/object/apply:os.getcwd []\n", 2, "here belong keys with values"),
    ],
)
def test_a_mistake_names_its_line_in_one_sentence(tmp_path: Path, entries: str, line: int, says: str) -> None:
    path = write(tmp_path, f"documents:\n{entries}")
    with pytest.raises(MetadataError) as caught:
        load_metadata(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: ")
    assert says in message
    assert message.endswith(".")
    assert "\n" not in message


def test_collections_are_names_by_folder(tmp_path: Path) -> None:
    (tmp_path / "internal" / "board").mkdir(parents=True)
    text = "collections: {internal/: staff, ./internal/board: β-1_x.y, .: public}\n"
    assert load_metadata(write(tmp_path, text)).collections == {
        "internal": "staff",
        "internal/board": "β-1_x.y",
        ".": "public",
    }


@pytest.mark.parametrize("text", ["collections:\ndocuments:\n", "collections: {}\ndocuments: []\n"])
def test_keys_without_a_value_give_nothing(tmp_path: Path, text: str) -> None:
    metadata = load_metadata(write(tmp_path, text))
    assert (metadata.collections, metadata.documents) == ({}, ())


@pytest.mark.parametrize(
    ("mapping", "line", "says"),
    [
        ("  internl: staff\n", 2, "the folder 'internl' is not there; did you mean 'internal'"),
        ("  zzz: staff\n", 2, "the folder 'zzz' is not there; correct the name"),
        ("  a.txt: staff\n", 2, "the folder 'a.txt' is not there"),
        ("  '': staff\n", 2, "here belongs a folder"),
        ("  [internal]: staff\n", 2, "here belongs a folder"),
        ("  ..: staff\n", 2, "lies outside this folder"),
        ("  /etc: staff\n", 2, "lies outside this folder"),
        ("  internal: the staff\n", 2, "collection is 'the staff'; it must be at most 64"),
        ("  internal:\n", 2, "has no collection"),
        ("  internal: [staff]\n", 2, "collection must be a text"),
        ("  internal: staff\n  ./internal/: board\n", 3, "the folder 'internal' is given twice"),
        ("- internal: staff\n", 2, "collections must be folders"),
    ],
)
def test_a_mistake_in_collections_names_its_line(tmp_path: Path, mapping: str, line: int, says: str) -> None:
    (tmp_path / "internal").mkdir()
    path = write(tmp_path, f"collections:\n{mapping}")
    with pytest.raises(MetadataError) as caught:
        load_metadata(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert says in str(caught.value)


def beside(folder: Path, text: str) -> Path:
    path = folder / "a.txt.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_beside_a_document_has_the_keys_of_an_entry(tmp_path: Path) -> None:
    entry = load_sidecar(beside(tmp_path, "title: Plan\n\npublished: 2016-02\n"))
    assert entry is not None
    assert entry.given == GivenMetadata(file="a.txt", title="Plan", published="2016-02")
    assert (entry.line, entry.lines["published"]) == (1, 3)


def test_an_empty_file_beside_a_document_gives_nothing(tmp_path: Path) -> None:
    assert load_sidecar(beside(tmp_path, "# later\n")) is None


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("title: X\nfile: a.txt\n", 2, "file is known from the name of this file"),
        ("title: X\ntitel: Y\n", 2, "did you mean 'title'"),
        ("- title: X\n", 1, "here belong keys with values"),
        ("documents: []\n", 1, "unknown key 'documents'"),
        ("published: soon\n", 1, "is not a date"),
    ],
)
def test_a_mistake_beside_a_document_names_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = beside(tmp_path, text)
    with pytest.raises(MetadataError) as caught:
        load_sidecar(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert says in str(caught.value)


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    path.write_bytes("organisation: Zażółć".encode("cp1250"))
    with pytest.raises(MetadataError, match="not UTF-8"):
        load_metadata(path)


def test_nesting_without_end_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match="too deeply"):
        load_metadata(write(tmp_path, "documents: " + "[" * 5000))
