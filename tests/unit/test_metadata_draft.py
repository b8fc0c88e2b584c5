"""Drafts of documents.yaml: they say what was read, load again, and leave what is there as it is."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ingest.corpus import read_document, scan
from ingest.document import Document
from ingest.errors import CorpusError, MetadataError
from ingest.metadata import load_metadata
from ingest.metadata_draft import draft_metadata, write_draft

ENGLISH = "The members of the network meet twice a year and decide together what they will ask the ministers for.\n" * 3
GREEK = "Το δίκτυο συναντιέται δύο φορές τον χρόνο και αποφασίζει μαζί για όλα τα επόμενα βήματα.\n" * 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "plan.md").write_text(f"---\ndate: 2024-05-01\n---\n\n# Plan: the #1 'aims'\n\n{ENGLISH}")
    (tmp_path / "sub" / "éκθεση.txt").write_text(f"Ετήσια έκθεση\n\n{GREEK}")
    (tmp_path / "tiny.txt").write_text("17\n")
    return tmp_path


def documents(folder: Path) -> dict[str, Document]:
    found = scan([folder])
    assert found.problems == ()
    return {source.relative: read_document(source, found.organisation) for source in found.sources}


def added_to(folder: Path, former: bytes) -> bytes:
    """What a documents.yaml has become, of which every byte is still there in its order."""
    path = folder / "documents.yaml"
    path.write_bytes(former)
    draft = draft_metadata(folder)
    assert draft.added
    assert write_draft(draft) == folder / "documents.yaml.bak"
    assert (folder / "documents.yaml.bak").read_bytes() == former
    grown = path.read_bytes()
    at = next((n for n, (old, new) in enumerate(zip(former, grown, strict=False)) if old != new), len(former))
    assert grown.startswith(former[:at])
    assert grown.endswith(former[at:])
    assert draft_metadata(folder).added == 0
    return grown


def test_a_draft_holds_what_was_read_and_gives_the_same_documents(folder: Path) -> None:
    before = documents(folder)
    draft = draft_metadata(folder)
    assert (draft.added, draft.former, draft.problems) == (3, None, ())
    assert draft.text.split("documents:\n", 1)[1] == (
        "- file: plan.md\n"
        "  title: 'Plan: the #1 ''aims'''  # derived: check\n"
        "  published: '2024-05-01'  # derived: check\n"
        "  language: en  # derived: check\n"
        "- file: sub/éκθεση.txt\n"
        "  title: Ετήσια έκθεση  # derived: check\n"
        "  language: el  # derived: check\n"
        "- file: tiny.txt\n"
        "  title: Tiny  # derived: check\n"
    )
    assert write_draft(draft) is None
    assert sorted(path.name for path in folder.iterdir()) == ["documents.yaml", "plan.md", "sub", "tiny.txt"]
    after = documents(folder)
    for name, document in before.items():
        values, former = after[name].metadata, document.metadata
        assert (values.title, values.published, values.language) == (former.title, former.published, former.language)
        assert not values.derived & {"title", "published"}


def test_a_new_file_can_be_read_by_whom_the_system_lets_read_new_files(folder: Path) -> None:
    write_draft(draft_metadata(folder))
    (folder / "other").touch()
    modes = [stat.S_IMODE((folder / name).stat().st_mode) for name in ("documents.yaml", "other")]
    assert modes[0] == modes[1]


def test_what_is_described_anywhere_is_not_described_again(folder: Path) -> None:
    (folder / "sub" / "documents.yaml").write_text("documents:\n- file: éκθεση.txt\n")
    (folder / "plan.md.yaml").write_text("note: mine\n")
    (folder / "documents.yaml").write_text("collections: {sub: staff}\ndocuments:\n- file: tiny.txt\n")
    draft = draft_metadata(folder)
    assert (draft.added, draft.text) == (0, "collections: {sub: staff}\ndocuments:\n- file: tiny.txt\n")


def test_a_folder_with_a_collection_does_not_count_as_a_description(folder: Path) -> None:
    grown = added_to(folder, b"collections: {sub: staff}\n")
    assert load_metadata(folder / "documents.yaml").collections == {"sub": "staff"}
    assert grown.count(b"- file: ") == 3


FORMER = [
    b"",
    b"# only a comment",
    b"organisation: Us\n\n# and that is all\n",
    b"documents:\n",
    b"documents:  # none yet\norganisation: Us\n",
    b"documents:\n- file: plan.md\n  note: a  # why\n\n# the end\n",
    b"documents:\n- file: plan.md\n  note: a",
    b"documents:\n- file: plan.md\n  note:\n",
    b"documents:\n  - file: plan.md\n    id: x\norganisation: Us\n",
    b"documents:\n    -   id: x\n        file: plan.md\n# organisation:\norganisation: Us",
    b"documents:\n- {file: plan.md, id: x} # flow\n",
    b"documents: # list\n- file: plan.md\n  note: |\n    two\n    lines\n\norganisation: Us\n",
    b"documents:\n- file: plan.md\n  note: |\n    to the end",
    b"documents:\n- file: plan.md\n  note: >-\n    two\n    lines\n\n\n# x\n",
    b"documents:\n- file: plan.md\n  note: 'two\n    lines'  # said\norganisation: Us\n",
    b"documents:\r\n- file: plan.md\r\n  note: a\r\norganisation: Us\r\n",
    b"\xef\xbb\xbforganisation: Us\ndocuments:\n- file: plan.md\n",
]


@pytest.mark.parametrize("former", FORMER)
def test_every_byte_that_is_there_stays(folder: Path, former: bytes) -> None:
    grown = added_to(folder, former)
    listed = load_metadata(folder / "documents.yaml")
    assert sorted(entry.file for entry in listed.documents) == ["plan.md", "sub/éκθεση.txt", "tiny.txt"]
    assert listed.organisation == (
        "Us" if b"\norganisation: Us" in former or b"organisation: Us" in former[:20] else ""
    )
    assert (grown.count(b"\r\n") == grown.count(b"\n")) == (b"\r\n" in former)


@pytest.mark.parametrize(
    "former", ["documents: []\n", "documents: null\n", "{organisation: Us}\n", "documents: [{file: plan.md}]\n"]
)
def test_a_list_that_cannot_grow_is_one_sentence_and_stays(folder: Path, former: str) -> None:
    (folder / "documents.yaml").write_text(former)
    with pytest.raises(MetadataError, match=r"documents\.yaml:1: nothing can be added to a list .* compare\.$"):
        draft_metadata(folder)
    assert (folder / "documents.yaml").read_text() == former


@pytest.mark.parametrize(
    "name",
    ["- dash.txt", "a: b.txt", "#1.txt", "null.txt", " space.txt", "two\nlines.txt", 'it\'s "it".txt', "à\u0301.txt"],
)
def test_every_name_of_a_file_can_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Text.")
    write_draft(draft_metadata(tmp_path))
    (entry,) = load_metadata(tmp_path / "documents.yaml").documents
    assert entry.file == name
    assert draft_metadata(tmp_path).added == 0


@pytest.mark.parametrize(
    "title", ["null", "~", "yes", "2020", "{a}", "a: b # c", "'", "- a", "a\x85b", "\ufeffb", "x" * 199]
)
def test_every_title_can_be_written(tmp_path: Path, title: str) -> None:
    (tmp_path / "a.html").write_text(f"<html><head><title>{title}</title></head><body><p>{ENGLISH}</p></body></html>")
    (document,) = documents(tmp_path).values()
    write_draft(draft_metadata(tmp_path))
    (entry,) = load_metadata(tmp_path / "documents.yaml").documents
    assert entry.title == document.metadata.title


def test_a_file_that_changes_meanwhile_is_not_written_over(folder: Path) -> None:
    path = folder / "documents.yaml"
    for former, meanwhile in ((None, "organisation: New\n"), ("organisation: New\n", "organisation: Newer\n")):
        assert (path.read_text() if path.exists() else None) == former
        draft = draft_metadata(folder)
        path.write_text(meanwhile)
        with pytest.raises(MetadataError, match="was changed meanwhile"):
            write_draft(draft)
        assert path.read_text() == meanwhile
    assert sorted(p.name for p in folder.iterdir()) == ["documents.yaml", "plan.md", "sub", "tiny.txt"]


def test_a_document_that_cannot_be_read_is_a_problem_and_not_described(folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"no pdf")
    draft = draft_metadata(folder)
    assert draft.added == 3
    assert [problem.path for problem in draft.problems] == ["broken.pdf"]


def test_wrong_metadata_and_empty_folders_are_errors(tmp_path: Path, folder: Path) -> None:
    (folder / "documents.yaml").write_text("documents:\n- titel: x\n")
    with pytest.raises(MetadataError, match=":2: unknown key"):
        draft_metadata(folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError):
        draft_metadata(tmp_path / "empty")
