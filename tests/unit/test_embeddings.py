from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vectorstore.embeddings import SentenceTransformerEmbedder
from vectorstore.errors import EmbeddingModelMissing, EmbeddingModelRefused
from vectorstore.testing import HashEmbedder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder with everything but a working model: enough for all that happens before the first text."""
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    model = tmp_path / "small-model"
    (model / "1_Pooling").mkdir(parents=True)
    (model / "modules.json").write_text(json.dumps(modules))
    (model / "config.json").write_text(json.dumps({"hidden_size": 384}))
    (model / "1_Pooling" / "config.json").write_text(json.dumps({"word_embedding_dimension": 384}))
    (model / "model.safetensors").write_bytes(b"weights")
    return model


def test_a_missing_model_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingModelMissing, match="picum-assistant models fetch"):
        SentenceTransformerEmbedder(tmp_path / "all-MiniLM-L6-v2")


@pytest.mark.parametrize("name", ["pytorch_model.bin", "modeling_own.py", "1_Pooling/state.pt"])
def test_files_that_could_run_code_are_refused(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    with pytest.raises(EmbeddingModelRefused, match="can run code"):
        SentenceTransformerEmbedder(folder)


def test_modules_from_elsewhere_are_refused(folder: Path) -> None:
    (folder / "modules.json").write_text(json.dumps([{"path": "", "type": "own_code.Model"}]))
    with pytest.raises(EmbeddingModelRefused, match="own_code"):
        SentenceTransformerEmbedder(folder)


def test_broken_configuration_is_named(folder: Path) -> None:
    (folder / "modules.json").write_text("[")
    with pytest.raises(EmbeddingModelRefused, match=r"modules\.json is not valid JSON"):
        SentenceTransformerEmbedder(folder)


def test_dimensions_and_fingerprint_are_read_without_loading(folder: Path) -> None:
    embedder = SentenceTransformerEmbedder(folder)
    assert embedder.dimensions == 384
    assert embedder.fingerprint == SentenceTransformerEmbedder(folder).fingerprint
    assert embedder.fingerprint.startswith("small-model:")


def test_a_projection_after_pooling_sets_the_dimensions(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text())
    modules.append({"path": "2_Dense", "type": "sentence_transformers.models.Dense"})
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "config.json").write_text(json.dumps({"in_features": 384, "out_features": 128}))
    assert SentenceTransformerEmbedder(folder).dimensions == 128


@pytest.mark.parametrize("change", ["weights", "configuration", "prefixes", "name"])
def test_the_fingerprint_changes_with_all_that_shapes_a_vector(folder: Path, change: str) -> None:
    before = SentenceTransformerEmbedder(folder).fingerprint
    if change == "weights":
        (folder / "model.safetensors").write_bytes(b"other weights")
    elif change == "configuration":
        (folder / "1_Pooling" / "config.json").write_text(json.dumps({"word_embedding_dimension": 384, "cls": True}))
    elif change == "prefixes":
        prompts = {"prompts": {"query": "question: "}}
        (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    after = SentenceTransformerEmbedder(folder, name="other" if change == "name" else "")
    assert after.fingerprint != before


@pytest.mark.parametrize(
    ("name", "prompts", "question", "passage"),
    [
        ("all-MiniLM-L6-v2", None, "", ""),
        ("multilingual-e5-small", None, "query: ", "passage: "),
        ("intfloat/e5-base-v2", {}, "", ""),
        ("multilingual-e5-large-instruct", None, "", ""),
        ("anything", {"query": "q: ", "passage": "p: "}, "q: ", "p: "),
        ("anything", {"query": "q: ", "document": "d: "}, "q: ", "d: "),
        ("multilingual-e5-small", {"query": "own "}, "own ", ""),
        ("base5-small", None, "", ""),
    ],
)
def test_prefixes_are_those_of_the_model(
    folder: Path, name: str, prompts: dict[str, str] | None, question: str, passage: str
) -> None:
    if prompts is not None:
        (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    fingerprint = SentenceTransformerEmbedder(folder, name=name).fingerprint
    assert fingerprint.endswith(f":384:{question}|{passage}")


def test_words_shared_make_texts_near_in_the_fake() -> None:
    embedder = HashEmbedder()
    near, far = embedder.embed_passages(["health care for children", "the price of bread"])
    question = embedder.embed_question("children and health")
    assert question @ near > question @ far + 0.2
    np.testing.assert_allclose(np.linalg.norm([near, far, question], axis=1), 1, atol=1e-6)


_REAL = """
import os, sys, warnings
warnings.simplefilter("error")
policies = []
sys.addaudithook(lambda event, args: event == "import" and args[0] == "torch" and policies.append(
    os.environ.get("OMP_WAIT_POLICY")))
from pathlib import Path
import numpy as np
from vectorstore.embeddings import SentenceTransformerEmbedder
embedder = SentenceTransformerEmbedder(Path(sys.argv[1]), threads=1)
texts = ["Undocumented children may go to school.", "The price of bread rose.", "half a pair \\ud800", ""]
rows = embedder.embed_passages(texts)
assert rows.shape == (4, embedder.dimensions) and rows.dtype == np.float32
assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
assert np.array_equal(rows, embedder.embed_passages(texts))
question = embedder.embed_question("Can a child without papers attend school?")
assert rows[0] @ question > rows[1] @ question + 0.3
assert embedder.embed_passages([]).shape == (0, embedder.dimensions)
assert policies[0] == "PASSIVE"
"""


def test_the_real_model_is_silent_deterministic_and_offline(model_home: Path) -> None:
    """In a process of its own: nothing may be imported, set or cached already."""
    model = model_home / "models" / "all-MiniLM-L6-v2"
    foreign = ("HF_", "OMP_", "TRANSFORMERS_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    done = subprocess.run(
        [sys.executable, "-c", _REAL, str(model)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
