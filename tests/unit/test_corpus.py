"""Finding documents in folders, and merging what is given, stated and derived."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ingest.corpus import Scan, read_document, scan
from ingest.document import DEFAULT_COLLECTION, Document
from ingest.errors import CorpusError, MetadataError, UnreadableFile
from ingest.metadata import GivenMetadata

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


def test_metadata_of_a_subfolder_are_used_for_what_lies_below_it(tmp_path: Path) -> None:
    put(tmp_path, sub__deep__a_txt="A", sub__documents_yaml="documents:\n- file: deep/a.txt\n  id: plan\n")
    for paths in ([tmp_path], [tmp_path, tmp_path / "sub"], [tmp_path / "sub", tmp_path]):
        found = scan(paths)
        assert (ids(found), found.problems) == (["plan"], ())


def test_the_nearest_metadata_of_a_document_win(tmp_path: Path) -> None:
    put(
        tmp_path,
        sub__a_txt="A",
        sub__b_txt="B",
        documents_yaml="documents:\n- {file: sub/a.txt, id: far, note: far}\n- {file: sub/b.txt, id: b}\n",
        sub__documents_yaml="documents:\n- {file: a.txt, title: Near}\n",
    )
    for paths in ([tmp_path], [tmp_path / "sub", tmp_path], [tmp_path, tmp_path / "sub"]):
        near, other = scan(paths).sources
        assert near.given == GivenMetadata(file="a.txt", title="Near")
        assert near.id in ("sub/a.txt", "a.txt")
        assert other.id == "b"


def test_a_mistake_in_a_subfolder_stops_the_scan_with_its_line(tmp_path: Path) -> None:
    put(tmp_path, a_txt="A", sub__deep__documents_yaml="documents:\n- titel: X\n")
    with pytest.raises(MetadataError, match=r"sub/deep/documents\.yaml:2: unknown key 'titel'"):
        scan([tmp_path])


def test_the_organisation_is_that_of_a_folder_given(tmp_path: Path) -> None:
    put(tmp_path, sub__a_txt="A", sub__documents_yaml="organisation: Partner\n")
    without = scan([tmp_path])
    assert without.organisation == ""
    assert "'Partner', which counts only in a folder that is given" in without.problems[0].message
    put(tmp_path, documents_yaml="organisation: Us\n")
    found = scan([tmp_path])
    assert found.organisation == "Us"
    assert "'Partner', but 'Us' was named before" in found.problems[0].message
    put(tmp_path, sub__documents_yaml="organisation: Us\n")
    assert scan([tmp_path]).problems == ()


def test_a_version_is_named_by_its_id_or_by_its_file_wherever_it_is(tmp_path: Path) -> None:
    put(
        tmp_path,
        plan_txt="P",
        old__one_txt="1",
        old__two_txt="2",
        old__three_txt="3",
        documents_yaml="documents:\n- {file: plan.txt, id: plan, supersedes: one}\n",
        old__documents_yaml="documents:\n- {file: one.txt, id: one, superseded_by: ../plan.txt, supersedes: two.txt}\n",
    )
    put(tmp_path / "old", **{"three.txt_yaml": "superseded_by: old/two.txt\n"})
    given = {source.id: source.given for source in scan([tmp_path]).sources}
    assert given["plan"] is not None
    assert given["plan"].supersedes == "one"
    assert given["one"] is not None
    assert (given["one"].superseded_by, given["one"].supersedes) == ("plan", "old/two.txt")
    assert given["old/three.txt"] is not None
    assert given["old/three.txt"].superseded_by == "old/two.txt"


def test_a_version_outside_what_was_given_may_be_named_where_it_is_described(tmp_path: Path) -> None:
    put(
        tmp_path,
        a_txt="A",
        b_txt="B",
        documents_yaml="documents:\n- {file: a.txt, supersedes: b}\n- {file: b.txt, id: b}\n",
    )
    (source,) = scan([tmp_path / "a.txt"]).sources
    assert source.given is not None
    assert source.given.supersedes == "b"


@pytest.mark.parametrize(
    ("entries", "place", "says"),
    [
        (
            "- file: a.txt\n  id: new\n  supersedes: old\n",
            "documents.yaml:4:",
            "supersedes names 'old', which is no id",
        ),
        ("- file: a.txt\n  superseded_by: plan-2\n", "documents.yaml:3:", "did you mean 'plan2'"),
        ("- file: a.txt\n  id: x\n  supersedes: x\n", "documents.yaml:4:", "names the document itself"),
        ("- file: a.txt\n  id: x\n  supersedes: ./a.txt\n", "documents.yaml:4:", "names the document itself"),
        ('- file: a.txt\n  supersedes: "a\\0"\n', "documents.yaml:3:", "which is no id"),
    ],
)
def test_a_version_that_is_not_there_is_an_error_with_its_line(
    tmp_path: Path, entries: str, place: str, says: str
) -> None:
    put(tmp_path, a_txt="A", sub__b_txt="B", documents_yaml=f"documents:\n{entries}")
    put(tmp_path, sub__documents_yaml="documents:\n- {file: b.txt, id: plan2}\n")
    with pytest.raises(MetadataError) as caught:
        scan([tmp_path])
    assert str(caught.value).startswith(f"{tmp_path}/{place} ")
    assert says in str(caught.value)


def test_a_file_beside_a_document_describes_it_and_is_none_itself(tmp_path: Path) -> None:
    put(tmp_path, README_md="# About", sub__a_txt="A")
    put(tmp_path, **{"README.md_yaml": "id: about\n", "sub__a.txt_yaml": "title: Plan\nauthority: own\n"})
    for paths in ([tmp_path], [tmp_path / "README.md", tmp_path / "sub" / "a.txt"]):
        found = scan(paths)
        assert found.problems == ()
        about, plan = found.sources
        assert (about.id, about.listed) == ("about", True)
        assert plan.given == GivenMetadata(file="a.txt", title="Plan", authority="own")


def test_a_file_beside_no_document_is_a_problem_of_one_sentence(tmp_path: Path) -> None:
    put(tmp_path, a_txt="A", **{"gone.pdf_yaml": "titel: wrong and not even read\n"})
    found = scan([tmp_path])
    assert ids(found) == ["a.txt"]
    (problem,) = found.problems
    assert problem.message == (
        f"{tmp_path / 'gone.pdf.yaml'} describes gone.pdf, which is not beside it; move or remove it."
    )


def test_two_places_that_describe_one_document_are_an_error_that_names_both(tmp_path: Path) -> None:
    put(
        tmp_path, sub__a_txt="A", documents_yaml="documents:\n- file: sub/a.txt\n", **{"sub__a.txt_yaml": "\nnote: x\n"}
    )
    with pytest.raises(MetadataError) as caught:
        scan([tmp_path])
    assert str(caught.value) == (
        f"{tmp_path / 'sub' / 'a.txt.yaml'}:2: a.txt is already described in {tmp_path / 'documents.yaml'}:2; "
        "keep one of the two."
    )


def test_what_systems_leave_beside_metadata_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, a_txt="A", **{"a.txt_yaml": "title: Plan\n", "documents.yaml_bak": "- old"})
    for litter in ("._a.txt", "._a.txt.yaml", "._documents.yaml"):
        (tmp_path / litter).write_bytes(b"\x00\x05\x16\x07\xff")
    found = scan([tmp_path])
    assert (ids(found), found.problems) == (["a.txt"], ())


def test_metadata_that_are_links_count(tmp_path: Path) -> None:
    """Else what stands in them about collections would be lost without a word."""
    put(tmp_path, corpus__sub__a_txt="A", corpus__b_txt="B", aside__folder_yaml="collections: {.: board}\n")
    put(tmp_path / "aside", file_yaml="collection: staff\n")
    (tmp_path / "corpus" / "sub" / "documents.yaml").symlink_to(tmp_path / "aside" / "folder.yaml")
    (tmp_path / "corpus" / "b.txt.yaml").symlink_to(tmp_path / "aside" / "file.yaml")
    found = scan([tmp_path / "corpus"])
    assert found.problems == ()
    assert collections(found) == {"b.txt": "staff", "sub/a.txt": "board"}


def collections(found: Scan) -> dict[str, str]:
    return {source.id: read_document(source, "").metadata.collection for source in found.sources}


def test_a_document_is_in_the_collection_of_its_nearest_folder_unless_it_names_one(tmp_path: Path) -> None:
    put(
        tmp_path,
        open_txt="O",
        internal__a_txt="A",
        internal__own_txt="B",
        internal__board__deep__c_txt="C",
        internalised_txt="D",
        team__e_txt="E",
        team__plans__f_txt="F",
        documents_yaml="collections: {internal: staff, internal/board: board, team: far}\n"
        "documents:\n- {file: internal/a.txt, title: A}\n- {file: internal/own.txt, collection: press}\n",
        team__documents_yaml="collections: {.: near, plans: plans}\n",
    )
    found = scan([tmp_path])
    assert found.problems == ()
    assert collections(found) == {
        "open.txt": DEFAULT_COLLECTION,
        "internal/a.txt": "staff",
        "internal/own.txt": "press",
        "internal/board/deep/c.txt": "board",
        "internalised.txt": DEFAULT_COLLECTION,
        "team/e.txt": "near",
        "team/plans/f.txt": "plans",
    }
    listed = {source.id for source in found.sources if source.listed}
    assert listed == {"internal/a.txt", "internal/own.txt"}
    # The folder that holds the metadata is given besides its sub-folder: they count however a file is reached.
    assert collections(scan([tmp_path / "internal", tmp_path]))["board/deep/c.txt"] == "board"


def test_a_nearer_description_without_a_collection_does_not_open_a_document_to_all(tmp_path: Path) -> None:
    put(
        tmp_path,
        sub__a_txt="A",
        sub__b_txt="B",
        documents_yaml="documents:\n- {file: sub/a.txt, collection: board}\n- {file: sub/b.txt, collection: board}\n",
        sub__documents_yaml="documents:\n- {file: a.txt, title: A}\n- {file: b.txt, collection: staff}\n",
    )
    assert collections(scan([tmp_path])) == {"sub/a.txt": "board", "sub/b.txt": "staff"}


def test_a_collection_changes_the_digest(tmp_path: Path) -> None:
    put(tmp_path, internal__a_txt="A")
    before = scan([tmp_path]).digest
    put(tmp_path, documents_yaml="collections: {internal: staff}\n")
    assert scan([tmp_path]).digest != before


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


def test_of_equal_files_one_is_read_in_each_collection(tmp_path: Path) -> None:
    put(tmp_path, f__a_txt="Same.", f__b_txt="Same.", f__board__c_txt="Same.", f__d_txt="", f__e_txt="")
    put(tmp_path / "f", documents_yaml="collections: {board: board}\n")
    found = scan([tmp_path / "f"])
    assert [source.id for source in found.sources] == ["a.txt", "board/c.txt", "d.txt", "e.txt"]
    (problem,) = found.problems
    assert problem.message.endswith("b.txt is a copy of a.txt, which is read.")
    assert problem.verdict == "skipped"


def test_a_copy_that_metadata_are_given_of_is_the_one_that_is_read(tmp_path: Path) -> None:
    put(tmp_path, f__a_txt="Same.", f__b_txt="Same.")
    put(tmp_path / "f", documents_yaml="documents: [{file: b.txt, title: The letter}]\n")
    assert [source.id for source in scan([tmp_path / "f"]).sources] == ["b.txt"]


def test_a_file_whose_name_is_no_text_is_read_and_named_as_far_as_it_can_be(tmp_path: Path) -> None:
    for ending in (b"txt", b"md", b"jpg"):
        (tmp_path / os.fsdecode(b"caf\xe9." + ending)).write_bytes(b"One sentence in " + ending + b".")
    found = scan([tmp_path])
    assert ids(found) == ["caf\ufffd.md", "caf\ufffd.txt"]
    assert [Path(problem.path).name for problem in found.problems] == ["caf\ufffd.jpg"]
    document = read_document(found.sources[1], "")
    assert (document.text, document.metadata.title) == ("One sentence in txt.", "Caf\ufffd")


def test_control_characters_of_a_name_stand_in_no_address_and_no_line(tmp_path: Path) -> None:
    for name in ("new\nline.txt", "new\rline.txt", "red\x1b[31m.txt"):
        (tmp_path / name).write_text(f"One sentence in {name!r}.", encoding="utf-8")
    assert ids(scan([tmp_path])) == ["new\ufffdline.txt", f"{tmp_path.name}/new\ufffdline.txt", "red\ufffd[31m.txt"]


def test_a_name_is_found_however_its_accents_are_composed(tmp_path: Path) -> None:
    (tmp_path / "re\u0301sume\u0301.txt").write_text("One sentence.", encoding="utf-8")
    (tmp_path / "documents.yaml").write_text(
        "documents: [{file: r\u00e9sum\u00e9.txt, title: Summary}]", encoding="utf-8"
    )
    (source,) = scan([tmp_path]).sources
    assert source.given is not None
    assert source.given.title == "Summary"
