"""What ``ingest`` would do, what it says of each file, and what it does not do twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui.cli.summary import mail
from vectorstore import indexing
from vectorstore.indexing import index_corpus
from vectorstore.planning import plan
from vectorstore.report import IndexReport
from vectorstore.testing import HashEmbedder

TEXTS = {
    "beds.txt": "Beds\n\nThe shelter has forty beds. They are free of charge.",
    "bread.txt": "Bread\n\nThe cook bakes bread every morning.",
    "night.txt": "Night\n\nThe doors are open all night.",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(corpus: Path, home: Path) -> IndexReport:
    return index_corpus([corpus], home=home, embedder=HashEmbedder(), check=lambda _: None)


def statuses(corpus: Path, home: Path) -> dict[str, str]:
    return {row.id: row.status for row in plan([corpus], home=home)}


def test_without_an_index_everything_is_new_and_nothing_is_written(corpus: Path, home: Path) -> None:
    assert statuses(corpus, home) == dict.fromkeys(TEXTS, "added")
    assert not home.exists()


def test_what_is_new_changed_and_gone_is_told_beforehand(corpus: Path, home: Path) -> None:
    run(corpus, home)
    (corpus / "beds.txt").write_text("The shelter has fifty beds.", encoding="utf-8")
    (corpus / "bread.txt").unlink()
    (corpus / "new.txt").write_text("Soup is served at noon.", encoding="utf-8")
    (corpus / "the-same.txt").write_text(TEXTS["night.txt"], encoding="utf-8")
    (corpus / "photo.jpg").write_bytes(b"\xff\xd8")
    before = sorted(path for path in home.rglob("*") if path.is_file())
    expected = {"beds.txt": "changed", "bread.txt": "removed", "new.txt": "added"}
    told = statuses(corpus, home)
    assert {id: status for id, status in told.items() if status not in ("unchanged", "skipped")} == expected
    assert sorted(Path(id).name for id, status in told.items() if status == "skipped") == ["photo.jpg", "the-same.txt"]
    assert sorted(path for path in home.rglob("*") if path.is_file()) == before


def test_metadata_that_changes_makes_a_document_changed(corpus: Path, home: Path) -> None:
    run(corpus, home)
    (corpus / "documents.yaml").write_text("documents:\n  - file: beds.txt\n    title: All beds\n", encoding="utf-8")
    assert statuses(corpus, home) == {**dict.fromkeys(TEXTS, "unchanged"), "beds.txt": "changed"}


def test_only_what_changed_is_read_again(corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(corpus, home)
    read: list[str] = []
    reading = indexing.read_all

    def spy(sources, organisation, options):
        read.extend(source.id for source in sources)
        return reading(sources, organisation, options)

    monkeypatch.setattr(indexing, "read_all", spy)
    (corpus / "beds.txt").write_text("The shelter has fifty beds.", encoding="utf-8")
    report = run(corpus, home)
    assert read == ["beds.txt"]
    assert {row.id: row.status for row in report.documents} == {
        **dict.fromkeys(TEXTS, "unchanged"),
        "beds.txt": "changed",
    }


def test_what_an_interrupted_run_had_read_is_not_read_again(
    corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = indexing.read_all
    read: list[str] = []

    def interrupted(sources, organisation, options):
        for source, result in zip(sources, reading(sources, organisation, options), strict=True):
            if source.id == "night.txt":
                raise KeyboardInterrupt
            yield result

    def spy(sources, organisation, options):
        read.extend(source.id for source in sources)
        return reading(sources, organisation, options)

    monkeypatch.setattr(indexing, "read_all", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(corpus, home)
    monkeypatch.setattr(indexing, "read_all", spy)
    assert run(corpus, home).counts.documents == len(TEXTS)
    assert read == ["night.txt"]
    assert not list(home.rglob("documents.resume"))


def test_a_line_that_a_kill_cut_short_is_read_again(corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = indexing.read_all

    def interrupted(sources, organisation, options):
        yield from list(reading(sources, organisation, options))[:2]
        raise KeyboardInterrupt

    monkeypatch.setattr(indexing, "read_all", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(corpus, home)
    (kept,) = home.rglob("documents.resume")
    kept.write_bytes(kept.read_bytes()[:-20])
    monkeypatch.setattr(indexing, "read_all", reading)
    report = run(corpus, home)
    assert report.counts.documents == len(TEXTS)
    assert report.problems == ()


def test_the_mail_says_first_what_needs_somebody(corpus: Path, home: Path) -> None:
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (corpus / "photo.jpg").write_bytes(b"\xff\xd8")
    text = mail(run(corpus, home))
    order = [
        "3 documents can be asked about",
        "Could not be read",
        "broken.pdf",
        "Left out",
        "photo.jpg",
        "New:",
        "Beds",
    ]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    (corpus / "beds.txt").unlink()
    (corpus / "bread.txt").write_text("Bread\n\nThe cook bakes no bread.", encoding="utf-8")
    text = mail(run(corpus, home))
    assert "Gone since the last time:\n- Beds (beds.txt)" in text
    assert "Changed:\n- Bread (bread.txt)" in text
    assert text.endswith("\n\n1 unchanged.\n")


def test_documents_that_are_nearly_the_same_are_named(corpus: Path, home: Path) -> None:
    told = [f"In year {1950 + n} the town had {n * n + 3} beds, as clerk {chr(65 + n)} wrote down." for n in range(20)]
    (corpus / "report.txt").write_text("The report\n\n" + " ".join(told), encoding="utf-8")
    (corpus / "web.txt").write_text("The report on the web\n\n" + " ".join(told), encoding="utf-8")
    report = run(corpus, home)
    (problem,) = report.problems
    assert problem.verdict == "advice"
    assert "report.txt" in problem.message
    assert "web.txt" in problem.message
    assert problem.message in mail(report)
    assert {row.verdict for row in report.documents} == {"read"}


def test_a_file_that_came_beside_the_documents_is_told_though_nothing_changed(corpus: Path, home: Path) -> None:
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    run(corpus, home)
    (corpus / "photo.jpg").write_bytes(b"\xff\xd8")
    report = run(corpus, home)
    assert report.unchanged
    assert [Path(problem.path).name for problem in report.problems] == ["photo.jpg", "broken.pdf"]
    (corpus / "photo.jpg").unlink()
    assert [Path(problem.path).name for problem in run(corpus, home).problems] == ["broken.pdf"]
