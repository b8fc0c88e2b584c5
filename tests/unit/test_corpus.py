"""Finding documents in folders, and merging what is given, stated and derived."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ingest.corpus import Scan, read_document, scan
from ingest.document import DEFAULT_COLLECTION, Document
from ingest.errors import CorpusError, MetadataError, UnreadableFile

SHIPPED = Path("ingest/corpus")


def put(folder: Path, **files: str) -> Path:
    """Write files named by keywords, with ``__`` for a slash and ``_`` before the suffix for its dot."""
    for name, text in files.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        path = folder / f"{stem}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def ids(found: Scan) -> list[str]:
    return [source.id for source in found.sources]


def only(folder: Path) -> Document:
    found = scan([folder])
    assert len(found.sources) == 1
    return read_document(found.sources[0], found.organisation)


def test_the_shipped_corpus_is_read_whole() -> None:
    found = scan([SHIPPED])
    assert (found.organisation, len(found.sources), found.problems) == ("PICUM", 5, ())
    for source in found.sources:
        document = read_document(source, found.organisation)
        assert document.id == source.id
        assert document.metadata.derived == frozenset()
        assert document.text.split() == source.path.read_text(encoding="utf-8").split()


def test_a_folder_is_walked_in_order_without_litter(tmp_path: Path) -> None:
    put(tmp_path, b_txt="B", a__z_md="Z", a__y_txt="Y", README_md="about", LICENSE_txt="law")
    for litter in (".hidden.txt", ".git/notes.txt", "~$b.docx", "Thumbs.db", "__MACOSX/b.txt", "LICENSE"):
        (tmp_path / litter).parent.mkdir(exist_ok=True)
        (tmp_path / litter).write_text("no", encoding="utf-8")
    found = scan([tmp_path])
    assert (ids(found), found.problems) == (["a/y.txt", "a/z.md", "b.txt"], ())


def test_a_readme_that_is_listed_or_given_is_a_document(tmp_path: Path) -> None:
    put(tmp_path, README_md="# About us", documents_yaml="documents:\n- file: README.md\n  id: about\n")
    assert ids(scan([tmp_path])) == ["about"]
    assert ids(scan([tmp_path / "README.md"])) == ["about"]


def test_a_file_of_another_type_is_a_problem_of_one_sentence(tmp_path: Path) -> None:
    put(tmp_path, a_txt="A", sheet_xlsx="x")
    (problem,) = scan([tmp_path]).problems
    assert problem.path == str(tmp_path / "sheet.xlsx")
    assert problem.message.startswith(f"{tmp_path / 'sheet.xlsx'} is of a type that is not read")


def test_overlapping_paths_read_each_file_once(tmp_path: Path) -> None:
    put(tmp_path, a_txt="A", sub__b_txt="B")
    found = scan([tmp_path, tmp_path / "sub", tmp_path / "a.txt", tmp_path / "sub" / ".." / "a.txt"])
    assert ids(found) == ["a.txt", "sub/b.txt"]


def test_equal_names_in_two_folders_get_ids_of_their_own(tmp_path: Path) -> None:
    put(tmp_path, one__report_txt="1", two__report_txt="2", deep__two__report_txt="3")
    found = scan([tmp_path / "one", tmp_path / "two", tmp_path / "deep" / "two"])
    assert ids(found) == ["report.txt", "two/report.txt", "two/report.txt~2"]
    assert found.problems == ()


def test_an_id_given_in_two_folders_is_a_problem(tmp_path: Path) -> None:
    for name in ("one", "two"):
        put(tmp_path / name, a_txt=name, documents_yaml="documents:\n- file: a.txt\n  id: plan\n")
    found = scan([tmp_path / "one", tmp_path / "two"])
    assert ids(found) == ["plan", "two/a.txt"]
    assert "'plan'" in found.problems[0].message


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    put(tmp_path, secret_txt="S", folder__a_txt="A", elsewhere__b_txt="B")
    folder = tmp_path / "folder"
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    (folder / "again.txt").symlink_to(folder / "a.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "broken.txt").symlink_to(folder / "nothing.txt")
    found = scan([folder])
    assert ids(found) == ["a.txt"]
    assert sorted(Path(problem.path).name for problem in found.problems) == ["broken.txt", "out", "out.txt"]


def test_a_pipe_does_not_hold_up_the_scan(tmp_path: Path) -> None:
    put(tmp_path, a_txt="A")
    os.mkfifo(tmp_path / "pipe.txt")
    found = scan([tmp_path])
    assert ids(found) == ["a.txt"]
    assert "not a regular file" in found.problems[0].message


def test_metadata_of_a_subfolder_is_used_only_if_the_subfolder_is_given(tmp_path: Path) -> None:
    put(tmp_path, sub__a_txt="A", sub__documents_yaml="documents:\n- file: a.txt\n  id: plan\n")
    alone = scan([tmp_path])
    assert ids(alone) == ["sub/a.txt"]
    assert "is not used" in alone.problems[0].message
    both = scan([tmp_path, tmp_path / "sub"])
    assert (ids(both), both.problems) == (["plan"], ())


def test_a_second_organisation_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path, one__a_txt="A", one__documents_yaml="organisation: One\n")
    put(tmp_path, two__b_txt="B", two__documents_yaml="organisation: Two\n")
    found = scan([tmp_path / "one", tmp_path / "two"])
    assert found.organisation == found.organisation_name == "One"
    assert "'Two'" in found.problems[0].message


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No document was found"):
        scan([tmp_path])
    with pytest.raises(CorpusError, match="is not there"):
        scan([tmp_path / "missing"])
    with pytest.raises(CorpusError, match="No document was found"):
        scan([])
    with pytest.raises(CorpusError, match="is of a type that is not read"):
        scan([put(tmp_path, sheet_xlsx="x") / "sheet.xlsx"])


def test_wrong_metadata_stops_the_scan(tmp_path: Path) -> None:
    with pytest.raises(MetadataError):
        scan([put(tmp_path, a_txt="A", documents_yaml="documents:\n- file: b.txt\n")])


def test_the_digest_changes_with_all_that_an_index_is_made_of(tmp_path: Path) -> None:
    folder = put(tmp_path / "f", a_txt="A", b_txt="B")
    digests = [scan([folder]).digest]
    for change in (
        {"a_txt": "A changed"},
        {"documents_yaml": "organisation: One\n"},
        {"documents_yaml": "organisation: One\ndocuments:\n- file: a.txt\n  published: 2020\n"},
        {"documents_yaml": "organisation: One\ndocuments:\n- file: a.txt\n  published: 2020\n  id: a\n"},
        {"c_md": "C"},
    ):
        put(folder, **change)
        digests.append(scan([folder]).digest)
    (folder / "c.md").rename(folder / "d.md")
    digests.append(scan([folder]).digest)
    assert len(set(digests)) == len(digests)


def test_the_digest_does_not_depend_on_where_the_folder_lies_or_how_it_is_given(tmp_path: Path) -> None:
    put(tmp_path / "f", a_txt="A", sub__b_txt="B")
    shutil.copytree(tmp_path / "f", tmp_path / "g")
    digest = scan([tmp_path / "f"]).digest
    assert scan([tmp_path / "g"]).digest == digest
    assert scan([tmp_path / "f", tmp_path / "f" / "a.txt"]).digest == digest


def test_given_metadata_wins_over_what_the_file_states(tmp_path: Path) -> None:
    put(
        tmp_path,
        a_md="---\ntitle: Stated\ndate: 2019-05-01\nlang: pl\n---\n\nTreść.",
        documents_yaml="organisation: Us\ndocuments:\n- file: a.md\n  title: Given\n  authority: own\n",
    )
    metadata = only(tmp_path).metadata
    assert (metadata.title, metadata.published, metadata.language) == ("Given", "2019-05-01", "pl")
    assert (metadata.authority, metadata.publisher) == ("own", "Us")
    assert metadata.derived == {"published", "language", "publisher"}


def test_where_the_date_is_said_to_be_unknown_that_of_the_file_is_not_taken(tmp_path: Path) -> None:
    put(
        tmp_path,
        a_md="---\ndate: 2019-05-01\n---\n\nText.",
        documents_yaml="documents:\n- file: a.md\n  not_before: 2023\n",
    )
    metadata = only(tmp_path).metadata
    assert (metadata.published, metadata.not_before) == (None, "2023")


def test_a_document_without_metadata_is_unstated_and_everything_about_it_derived(tmp_path: Path) -> None:
    text = "Sprawozdanie roczne 2021\n\n" + "Organizacja pomaga migrantom bez dokumentów w całej Europie. " * 5
    document = only(put(tmp_path, raport_txt=text))
    metadata = document.metadata
    assert (document.id, document.path) == ("raport.txt", "raport.txt")
    assert (metadata.title, metadata.authority, metadata.publisher) == ("Sprawozdanie roczne 2021", "unstated", "")
    assert (metadata.published, metadata.collection) == (None, DEFAULT_COLLECTION)
    assert metadata.derived == {"title", "language"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n\nΕτήσια έκθεση\nκαι προοπτικές\n\nΤο κείμενο αρχίζει.", "Ετήσια έκθεση και προοπτικές"),
        ("# Who is **undocumented**?\n\nText.", "Who is undocumented?"),
        ("A sentence that stands at the beginning.\n\nAnother one.", "My report 2021"),
        ("We welcome the invitation by the committee for\n\nsubmissions on good practice.", "My report 2021"),
        ("12345\n\nText.", "My report 2021"),
        ("word " * 80, "My report 2021"),
    ],
)
def test_a_title_is_taken_from_the_text_only_where_it_stands_like_one(tmp_path: Path, text: str, title: str) -> None:
    (tmp_path / "my_report-2021.md").write_text(text, encoding="utf-8")
    assert only(tmp_path).metadata.title == title


def test_a_file_that_changes_after_the_scan_is_not_read(tmp_path: Path) -> None:
    found = scan([put(tmp_path, a_txt="A")])
    put(tmp_path, a_txt="B")
    with pytest.raises(UnreadableFile, match="changed"):
        read_document(found.sources[0], "")


def test_a_file_that_goes_away_after_the_scan_is_one_sentence(tmp_path: Path) -> None:
    found = scan([put(tmp_path, a_txt="A")])
    (tmp_path / "a.txt").unlink()
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read_document(found.sources[0], "")


def test_a_file_whose_name_is_no_text_is_read_and_named_as_far_as_it_can_be(tmp_path: Path) -> None:
    for ending in (b"txt", b"md", b"jpg"):
        (tmp_path / os.fsdecode(b"caf\xe9." + ending)).write_bytes(b"One sentence in " + ending + b".")
    found = scan([tmp_path])
    assert ids(found) == ["caf\ufffd.md", "caf\ufffd.txt"]
    assert [Path(problem.path).name for problem in found.problems] == ["caf\ufffd.jpg"]
    document = read_document(found.sources[1], "")
    assert (document.text, document.metadata.title) == ("One sentence in txt.", "Caf\ufffd")
