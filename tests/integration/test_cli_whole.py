"""The commands over the real assistant: a small corpus from its files to cited answers."""

import json
from dataclasses import replace

import numpy as np
import pytest

from assistant.settings import Settings
from ui.cli.app import run
from ui.cli.backend import LocalBackend
from ui.cli.exits import Exit
from vectorstore import manifest

FEES = "Fees of the club\n\nThe yearly fee of the club is 40 euros. Students pay half of the yearly fee.\n"
BOATS = "Boats of the club\n\nThe club owns three rowing boats. They are kept in the boathouse at the lake.\n"


class Here(LocalBackend):
    """The real backend with settings of a test."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def settings(self) -> Settings:
        return self._settings


@pytest.fixture
def backend(settings_with_model, tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "fees.txt").write_text(FEES, encoding="utf-8")
    (docs / "boats.txt").write_text(BOATS, encoding="utf-8")
    return Here(settings_with_model.model_copy(update={"corpus": (docs,)}))


def test_from_files_to_a_cited_answer(backend, capsys, tmp_path):
    fees = tmp_path / "docs" / "fees.txt"
    assert run(["ingest"], backend) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == ["document", "title", "status", "verdict", "pages", "sections", "chunks", "sentences"]
    assert sum(" added " in line for line in table) == 2

    assert run(["ask", "What is the yearly fee of the club?", "--json"], backend) == 0
    answer = json.loads(capsys.readouterr().out)
    cited = [citation for citation in answer["citations"] if citation["document"] == "fees.txt"]
    assert "40 euros" in "".join(citation["quote"] for citation in cited)
    assert all(FEES[citation["start"] : citation["end"]] == citation["quote"] for citation in cited)

    for listing in (["documents", "--json"], ["documents", "list", "--json"]):
        assert run(listing, backend) == 0
        assert {document["id"] for document in json.loads(capsys.readouterr().out)} == {"fees.txt", "boats.txt"}

    assert run(["doctor"], backend) == 0
    assert "2 documents" in capsys.readouterr().out

    assert run(["ingest", "--json"], backend) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] is True

    fees.write_text(FEES.replace("40", "50"), encoding="utf-8")
    assert run(["doctor"], backend) == Exit.FAILED
    assert "TO DO  index: documents were changed" in capsys.readouterr().out

    (tmp_path / "docs" / "broken.pdf").write_bytes(b"no pdf")
    assert run(["ingest"], backend) == Exit.FAILED
    shown = capsys.readouterr()
    assert "Nothing has changed" not in shown.out
    assert shown.err.count("\n") == 1
    assert "broken.pdf" in shown.err

    assert run(["ask", "What is the yearly fee of the club?"], backend) == 0
    assert "50 euros" in capsys.readouterr().out


def test_a_corpus_that_was_never_read_is_read_first(backend, capsys):
    assert run(["ask", "How many rowing boats does the club own?"], backend) == 0
    assert "three rowing boats" in capsys.readouterr().out


class TestEditMetadata:
    def test_of_the_corpus_in_use(self, settings, tmp_path, capsys):
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "fees.txt").write_text(FEES, encoding="utf-8")
        (tmp_path / "docs" / "boats.txt").write_text(BOATS, encoding="utf-8")
        backend = Here(settings.model_copy(update={"corpus": (tmp_path / "docs",)}))
        file = tmp_path / "docs" / "documents.yaml"
        assert run(["documents", "edit-metadata", "--stdout"], backend) == 0
        printed = capsys.readouterr().out
        assert "title: Fees of the club  # derived: check" in printed
        assert not file.exists()
        assert run(["documents", "edit-metadata"], backend) == 0
        assert capsys.readouterr().out == (f"2 documents added to {file}; look at what is marked 'derived: check'.\n")
        assert file.read_text(encoding="utf-8") == printed
        (tmp_path / "docs" / "rules.txt").write_text("Rules of the club\n\nBe kind.\n", encoding="utf-8")
        assert run(["documents", "edit-metadata", str(tmp_path / "docs")], backend) == 0
        assert "1 document added" in (said := capsys.readouterr().out)
        assert "what it was before is in documents.yaml.bak" in said
        assert file.read_text(encoding="utf-8").startswith(printed)
        assert run(["documents", "edit-metadata"], backend) == 0
        assert "nothing was written" in capsys.readouterr().out

    def test_says_what_could_not_be_read(self, settings, tmp_path, capsys):
        (tmp_path / "fees.txt").write_text(FEES, encoding="utf-8")
        (tmp_path / "broken.pdf").write_bytes(b"no pdf")
        assert run(["documents", "edit-metadata", str(tmp_path)], Here(settings)) == Exit.FAILED
        shown = capsys.readouterr()
        assert "1 document added" in shown.out
        assert shown.err.count("\n") == 1
        assert "broken.pdf" in shown.err

    @pytest.mark.parametrize(
        "arguments", [["edit-metadata", "{folder}/fees.txt"], ["edit-metadata"], ["--json", "edit-metadata"]]
    )
    def test_wrong_use_is_one_sentence(self, settings, tmp_path, capsys, arguments):
        (tmp_path / "fees.txt").write_text(FEES, encoding="utf-8")
        backend = Here(settings.model_copy(update={"corpus": (tmp_path / "fees.txt", tmp_path)}))
        given = [argument.format(folder=tmp_path) for argument in arguments]
        assert run(["documents", *given], backend) == Exit.WRONG_USE
        shown = capsys.readouterr()
        assert (shown.out, shown.err.count("\n")) == ("", 1)

    def test_wrong_metadata_and_a_folder_that_cannot_be_written_are_one_sentence(
        self, settings, tmp_path, capsys, monkeypatch
    ):
        (tmp_path / "fees.txt").write_text(FEES, encoding="utf-8")
        assert run(["documents", "edit-metadata", str(tmp_path / "nowhere")], Here(settings)) == Exit.FAILED
        assert "is not there" in capsys.readouterr().err

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("ingest.metadata_draft.os.fsync", full)
        assert run(["documents", "edit-metadata", str(tmp_path)], Here(settings)) == Exit.FAILED
        assert capsys.readouterr().err == "The system refused (No space left on device).\n"
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["fees.txt"]


def test_without_the_model_it_says_what_to_do(settings, capsys):
    assert run(["ask", "Who?"], Here(settings)) == Exit.FAILED
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert "models fetch" in shown.err


def generation_of(settings):
    return next((settings.home / "indexes").glob("*/generations/*"))


def test_damage_is_mended_at_the_start_and_said(backend, capsys):
    assert run(["ingest"], backend) == 0
    damaged = generation_of(backend.settings())
    (damaged / "documents.jsonl").write_text("{}")
    capsys.readouterr()
    assert run(["ask", "How many rowing boats does the club own?"], backend) == 0
    shown = capsys.readouterr()
    assert "three rowing boats" in shown.out
    assert shown.err == "The index is damaged, so it is made again from the documents.\n"
    assert not damaged.exists()


def test_damage_that_only_opening_shows_is_mended_too(backend, capsys):
    """The files are as they were written, and what was written answers wrongly."""
    assert run(["ingest"], backend) == 0
    damaged = generation_of(backend.settings())
    canaries = np.load(damaged / "canaries.npy")
    np.save(damaged / "canaries.npy", canaries[::-1])
    manifest.write(replace(manifest.read(damaged), files=manifest.hashes(damaged)), damaged)
    capsys.readouterr()
    assert run(["ask", "How many rowing boats does the club own?"], backend) == 0
    shown = capsys.readouterr()
    assert "three rowing boats" in shown.out
    assert shown.err == "The index is damaged, so it is made again from the documents.\n"


def test_an_index_of_another_version(backend, capsys):
    assert run(["ingest"], backend) == 0
    folder = generation_of(backend.settings())
    found = manifest.read(folder)

    def made_by(format: int) -> None:
        manifest.write(replace(found, fingerprint=replace(found.fingerprint, format=format)), folder)

    made_by(manifest.FORMAT + 1)
    capsys.readouterr()
    for command in (["ask", "How many rowing boats?"], ["ingest"], ["documents"]):
        assert run(command, backend) == Exit.FAILED
        shown = capsys.readouterr()
        assert (shown.out, shown.err.count("\n")) == ("", 1)
        assert "was made by a newer version of this program and is left as it is" in shown.err
    assert run(["doctor"], backend) == Exit.FAILED
    assert "newer version" in capsys.readouterr().out
    made_by(manifest.FORMAT - 1)
    assert run(["ask", "How many rowing boats does the club own?"], backend) == 0
    shown = capsys.readouterr()
    assert "three rowing boats" in shown.out
    assert "by an older version of this program, so it is made again" in shown.err


def test_what_ingest_would_do_and_a_summary_to_mail(backend, capsys, tmp_path):
    docs, summary = tmp_path / "docs", tmp_path / "summary.txt"
    (docs / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    assert run(["ingest", "--dry-run"], backend) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[-1] == "2 added, 1 skipped. Nothing was written."
    assert "photo.jpg" in shown.err
    assert run(["ingest", "--summary", str(summary)], backend) == 0
    assert "New:\n- Boats of the club (boats.txt)\n- Fees of the club (fees.txt)" in summary.read_text(encoding="utf-8")

    (docs / "fees.txt").unlink()
    capsys.readouterr()
    assert run(["ingest", "--dry-run", "--json"], backend) == 0
    plan = {row["id"]: row["status"] for row in json.loads(capsys.readouterr().out)}
    assert {plan.pop(name) for name in list(plan) if name.endswith("photo.jpg")} == {"skipped"}
    assert plan == {"boats.txt": "unchanged", "fees.txt": "removed"}

    assert run(["ingest", "--summary", str(tmp_path / "no folder" / "summary.txt")], backend) == 0
    assert "could not be written" in capsys.readouterr().err


def test_a_large_corpus_is_listed_by_what_changed(backend, capsys, tmp_path):
    for number in range(60):
        (tmp_path / "docs" / f"note{number}.txt").write_text(f"Note {number} is kept here.", encoding="utf-8")
    assert run(["ingest"], backend) == 0
    capsys.readouterr()
    (tmp_path / "docs" / "note7.txt").write_text("Note seven was changed.", encoding="utf-8")
    assert run(["ingest"], backend) == 0
    shown = capsys.readouterr().out
    assert "note7.txt" in shown
    assert "note8.txt" not in shown
    assert "61 unchanged documents are not listed." in shown
