"""A folder of good, odd and hostile files goes through the real path: every file has a verdict, nothing is lost."""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest import reading
from ingest.corpus import Source
from ingest.cut import CutDocument
from ingest.errors import UnreadableFile
from ingest.readers.result import ReadOptions
from ingest.reading import ReadingProcess
from tests.torture import Case, build
from vectorstore import indexing
from vectorstore.indexing import index_corpus
from vectorstore.report import DocumentReport, IndexReport
from vectorstore.testing import HashEmbedder

MOST_SECONDS = 30
MOST_MEMORY = 1 << 30


@dataclass
class Run:
    """What became of the folder; ``seconds`` by the clock for each file; ``memory`` in bytes is the most that one of
    the children took that lived on, ``limits`` what the system allows each.
    """

    folder: Path
    cases: list[Case]
    report: IndexReport
    results: dict[str, CutDocument | UnreadableFile]
    seconds: dict[str, float]
    memory: int
    limits: set[int]

    def row(self, case: Case) -> DocumentReport | None:
        """What the report says of a file: documents are named by their path in the folder, other files by any path."""
        names = {shown(case.name), shown(str(self.folder / case.name))}
        return next((row for row in self.report.documents if row.id in names), None)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    base = tmp_path_factory.mktemp("torture")
    cases = build(base / "files")
    results: dict[str, CutDocument | UnreadableFile] = {}
    seconds: dict[str, float] = {}
    peaks: list[int] = []
    limits: set[int] = set()

    def read_all(
        sources: Sequence[Source], organisation: str, options: ReadOptions
    ) -> Iterator[CutDocument | UnreadableFile]:
        for source, result in zip(sources, reading.read_all(sources, organisation, options), strict=True):
            results[str(source.path)] = result
            yield result

    read = ReadingProcess.read

    def timed(process: ReadingProcess, source: Source, organisation: str, options: ReadOptions) -> CutDocument:
        began = time.monotonic()
        try:
            return read(process, source, organisation, options)
        finally:
            seconds[str(source.path)] = time.monotonic() - began
            if process.pid:
                peaks.append(peak(process.pid))
                limits.add(resource.prlimit(process.pid, resource.RLIMIT_AS)[0])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexing, "read_all", read_all)
        patch.setattr(ReadingProcess, "read", timed)
        report = index_corpus([base / "files"], home=base / "home", embedder=HashEmbedder(), check=lambda _: None)
    return Run(base / "files", cases, report, results, seconds, max(peaks), limits)


def peak(pid: int) -> int:
    """The most memory that a process has had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def shown(name: str) -> str:
    """A name as a report says it: what is no text is replaced, and so are control characters."""
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f]",
        "\N{REPLACEMENT CHARACTER}",
        name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
    )


def flat(text: str) -> str:
    """A text without its white space and the hyphens at line ends, which setting it has put there."""
    return " ".join(text.split())


def test_every_file_has_the_verdict_that_it_deserves(run: Run) -> None:
    wrong = []
    for case in run.cases:
        row = run.row(case)
        if row is None or row.verdict != case.verdict or not re.search(case.reason, row.reason):
            wrong.append((case.name, case.verdict, case.reason, row and (row.verdict, row.reason)))
    assert wrong == []
    assert len(run.cases) >= 60
    assert len(run.report.documents) == len(run.cases)


def test_reasons_are_one_short_sentence(run: Run) -> None:
    for row in run.report.documents:
        if row.verdict in ("failed", "skipped"):
            assert row.reason.endswith(".")
            assert len(row.reason) < 700


def test_no_file_takes_long_or_much(run: Run) -> None:
    assert {name: took for name, took in run.seconds.items() if took > MOST_SECONDS} == {}
    assert run.memory <= MOST_MEMORY
    assert run.limits == {MOST_MEMORY}


def test_known_sentences_are_citable_on_their_page(run: Run) -> None:
    missing = []
    known = 0
    for case in run.cases:
        result = run.results.get(str(run.folder / case.name))
        for sentence, page in case.sentences:
            known += 1
            assert isinstance(result, CutDocument), case.name
            found = [s for s in result.sentences if flat(sentence) in result.wording(s)]
            if not any(result.document.page_at(s.start) == page for s in found):
                missing.append((case.name, sentence, page, result.document.text[:300]))
    assert missing == []
    assert known >= 350


def test_what_is_cited_stands_in_the_text(run: Run) -> None:
    for result in run.results.values():
        if isinstance(result, CutDocument):
            for sentence in result.sentences:
                assert result.document.text[sentence.start : sentence.end].strip()


def test_hidden_text_is_never_read(run: Run) -> None:
    for case in run.cases:
        result = run.results.get(str(run.folder / case.name))
        if isinstance(result, CutDocument):
            assert not [hidden for hidden in case.hidden if hidden in result.document.text], case.name
            cited = " ".join(map(result.wording, result.sentences))
            assert not [uncited for uncited in case.uncited if uncited in cited], case.name


def test_nothing_outside_the_folder_was_read_or_written(run: Run) -> None:
    assert sorted(path.name for path in run.folder.parent.iterdir()) == ["files", "home", "outside.txt"]
    read = [result for result in run.results.values() if isinstance(result, CutDocument)]
    assert not [result for result in read if "must stay outside" in result.document.text]
