"""Questions about chunks: what a model is told and what is taken of what it writes; how they are searched."""

from __future__ import annotations

import json

import pytest

from assistant.chunk_questions import ModelAsker, questions_of
from assistant.question import analyse
from assistant.search import search
from assistant.testing import ScriptedModel
from vectorstore.chunk_questions import NO_QUESTIONS, ChunkQuestions, load, save
from vectorstore.errors import IndexDamaged
from vectorstore.store import Scope
from vectorstore.testing import HashEmbedder, cut_document, memory_index

EMBEDDER = HashEmbedder(64)
TWO = ("Where do I sleep?", "What does it cost?")


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        (json.dumps({"questions": TWO}), TWO),
        (json.dumps({"questions": [" Where\ndo I  sleep? ", "Where do I sleep?"]}), ("Where do I sleep?",)),
        (json.dumps({"questions": [*TWO, "And a third?"]}), TWO),
        (json.dumps({"questions": ["", "x" * 201, 7, None]}), ()),
        (json.dumps({"questions": "Where?"}), ()),
        (json.dumps(list(TWO)), ()),
        ('{"questions": ["Where', ()),
        ("Where do I sleep?", ()),
        ("", ()),
    ],
)
def test_what_is_taken_of_what_a_model_writes(written: str, taken: tuple[str, ...]) -> None:
    assert questions_of(written) == taken


def test_the_model_is_told_the_text_and_its_language() -> None:
    model = ScriptedModel(json.dumps({"questions": TWO}))
    asker = ModelAsker(model)
    assert asker.ask("Plan. Beds cost $5.", "fr") == TWO
    assert model.prompts[0].user == "Passage: Plan. Beds cost $5.\n\nWrite the questions in French."
    asker.ask("Plan.", "mt")
    assert model.prompts[1].user.endswith("Write the questions in the language of the text.")
    assert asker.fingerprint.startswith("scripted:")


class Asker:
    """Asks about gulls wherever herring stands in a text."""

    fingerprint = "gulls"

    def ask(self, text: str, language: str) -> tuple[str, ...]:
        return ("What feeds hungry gulls?", "Why do gulls shout?") if "herring" in text else ("What about boats?",)


ROPES = cut_document("ropes", ["Ropes are tarred in spring."])
FISH = cut_document("fish", ["Crates of herring stand on the quay."])
NETS = cut_document("nets", ["Nets dry in the loft."])
STAFF = cut_document("staff", ["Old herring is kept by the staff."], collection="staff")
GULLS = "Why do hungry gulls shout?"


def found(asker: Asker | None, *scope: str) -> dict[str, float]:
    """The texts of the passages, best first, with their scores."""
    index = memory_index([ROPES, FISH, NETS, STAFF], EMBEDDER, asker=asker)
    question = analyse(GULLS, "en", {}, ())
    passages = search(question, index, EMBEDDER, Scope.of(*(scope or ("default",))))
    assert len({passage.text for passage in passages}) == len(passages)
    return {passage.text: passage.score for passage in passages}


def test_a_question_about_a_chunk_speaks_for_its_passage() -> None:
    before, after = found(None), found(Asker())
    herring = next(text for text in before if "herring" in text)
    assert after[herring] > before[herring] + 0.1
    assert all(after[text] < before[text] for text in before if text != herring)


def test_questions_outside_the_scope_lead_nowhere() -> None:
    assert not any("staff" in text for text in found(Asker()))
    assert any("staff" in text for text in found(Asker(), "default", "staff"))


def test_files_of_questions_are_read_as_they_were_written(tmp_path) -> None:
    path = tmp_path / "questions.json"
    assert load(path) == NO_QUESTIONS
    save(NO_QUESTIONS, path)
    assert not path.exists()
    questions = ChunkQuestions(asker="a", written={"k": TWO, "l": ()})
    save(questions, path)
    assert load(path) == questions
    path.write_text("{")
    with pytest.raises(IndexDamaged, match=r"questions\.json.*picum-assistant ingest"):
        load(path)
