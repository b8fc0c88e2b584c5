"""Rerankers and entailment models: tiny ones with random weights, which show how they load and not their worth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vectorstore.errors import PairModelRefused
from vectorstore.pair_models import CrossEncoderEntailment, CrossEncoderReranker

ROOT = Path(__file__).parents[2]
NLI = {"0": "contradiction", "1": "entailment", "2": "neutral"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with everything but a working model: enough for all that happens before the first pair."""
    model = tmp_path / "tiny"
    model.mkdir()
    configure(model, {"0": "LABEL_0"})
    (model / "model.safetensors").write_bytes(b"weights")
    return model


def configure(model: Path, labels: dict[str, str] | None, kind: str = "BertForSequenceClassification") -> None:
    (model / "config.json").write_text(json.dumps({"architectures": [kind], "id2label": labels}))


def test_a_folder_without_weights_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(PairModelRefused, match=r"no model\.safetensors in .*tiny; choose"):
        CrossEncoderReranker(folder)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "modeling_own.py"])
def test_files_that_could_run_code_are_refused(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    with pytest.raises(PairModelRefused, match="can run code"):
        CrossEncoderReranker(folder)


def test_modules_from_elsewhere_are_refused(folder: Path) -> None:
    (folder / "modules.json").write_text(json.dumps([{"path": "", "type": "own_code.Model"}]))
    with pytest.raises(PairModelRefused, match="own_code"):
        CrossEncoderReranker(folder)


@pytest.mark.parametrize("kind", ["BertModel", "BertForMaskedLM"])
def test_a_model_without_a_head_for_scores_is_refused(folder: Path, kind: str) -> None:
    configure(folder, {"0": "LABEL_0"}, kind)
    with pytest.raises(PairModelRefused, match="names no model that scores pairs"):
        CrossEncoderReranker(folder)


@pytest.mark.parametrize("text", ["[", "[]", '{"architectures": 3}', '{"architectures": []}', "null"])
def test_a_broken_configuration_is_named(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text)
    with pytest.raises(PairModelRefused, match=r"config\.json (cannot be read|names no model)"):
        CrossEncoderReranker(folder)


@pytest.mark.parametrize("labels", [NLI, None])
def test_a_model_of_several_scores_is_no_reranker(folder: Path, labels: dict[str, str] | None) -> None:
    configure(folder, labels)
    with pytest.raises(PairModelRefused, match="a reranker gives one"):
        CrossEncoderReranker(folder)


@pytest.mark.parametrize("labels", [{"0": "LABEL_0"}, {"0": "entailment", "1": "not_entailment"}, None])
def test_a_model_of_other_labels_is_no_entailment_model(folder: Path, labels: dict[str, str] | None) -> None:
    configure(folder, labels)
    with pytest.raises(PairModelRefused, match="entailment, neutral and contradiction"):
        CrossEncoderEntailment(folder)


def test_the_case_and_the_order_of_labels_do_not_matter(folder: Path) -> None:
    configure(folder, {"0": "ENTAILMENT", "1": "Neutral", "2": "contradiction"})
    assert CrossEncoderEntailment(folder).fingerprint.startswith("tiny:")


def test_the_fingerprint_changes_with_weights_and_configuration(folder: Path) -> None:
    seen = {CrossEncoderReranker(folder).fingerprint}
    (folder / "model.safetensors").write_bytes(b"other weights")
    seen.add(CrossEncoderReranker(folder).fingerprint)
    (folder / "tokenizer.json").write_text("{}")
    seen.add(CrossEncoderReranker(folder).fingerprint)
    assert len(seen) == 3


_MADE = """
import json, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast
from transformers.utils import logging
logging.disable_progress_bar()
letters = [*"abcdefghijklmnopqrstuvwxyz"]
words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + letter for letter in letters)]
for name, labels in json.loads(sys.argv[2]).items():
    torch.manual_seed(7)
    folder = Path(sys.argv[1]) / name
    folder.mkdir()
    (folder / "vocab.txt").write_text("\\n".join(words))
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64, initializer_range=0.5, id2label=labels, label2id={v: k for k, v in labels.items()},
    )
    BertForSequenceClassification(config).eval().save_pretrained(folder)
"""

_USED = """
import sys, warnings
warnings.simplefilter("error")
from pathlib import Path
import numpy as np
from vectorstore.errors import PairModelRefused
from vectorstore.pair_models import CrossEncoderEntailment, CrossEncoderReranker
home = Path(sys.argv[1])
texts = ["a bed for a child", "the price of bread", "half a pair \\ud800", "", "long " * 500]
reranker = CrossEncoderReranker(home / "rank", threads=1)
scores = reranker.scores("a bed", texts)
assert scores.shape == (5,) and scores.dtype == np.float64 and np.isfinite(scores).all()
assert len(set(scores.round(4))) > 2
assert np.allclose(reranker.scores("a bed", texts[::-1]), scores[::-1], atol=1e-5)
assert np.allclose(reranker.scores("a bed", texts[:1]), scores[:1], atol=1e-5)
assert reranker.scores("a bed", []).shape == (0,)
found = {CrossEncoderEntailment(home / "nli", threads=1).relation(p, c) for p in texts[:3] for c in texts[:3]}
turned = {CrossEncoderEntailment(home / "turned", threads=1).relation(p, c) for p in texts[:3] for c in texts[:3]}
swap = {"entailment": "contradiction", "contradiction": "entailment", "neutral": "neutral"}
assert found and turned == {swap[one] for one in found}, (found, turned)
(home / "rank" / "model.safetensors").write_bytes(b"torn")
try:
    CrossEncoderReranker(home / "rank").scores("a", ["b"])
except PairModelRefused as error:
    assert "cannot be loaded" in str(error) and "\\n" not in str(error)
else:
    raise AssertionError("torn weights were loaded")
"""


def test_tiny_models_are_silent_deterministic_and_offline(tmp_path: Path) -> None:
    """In processes of their own: nothing may be imported, set or cached already."""
    turned = {"0": "entailment", "1": "contradiction", "2": "neutral"}
    python(_MADE, str(tmp_path), json.dumps({"rank": {"0": "LABEL_0"}, "nli": NLI, "turned": turned}))
    assert python(_USED, str(tmp_path)) == ("", "")


def python(script: str, *arguments: str) -> tuple[str, str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "TRANSFORMERS_"))}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr
