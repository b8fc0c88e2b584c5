"""Pairs of texts → scores, by a model in a local folder that reads both texts at once.

Such a model is slower than comparing vectors and sees more: which word answers which. Two kinds are used here:
rerankers (question and passage → one score) and entailment models (premise and claim → what follows).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import PairModelRefused
from vectorstore.model_folders import WEIGHTS, digests, executable_file, import_quietly, whole_characters

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

Relation = Literal["entailment", "neutral", "contradiction"]
Scores = NDArray[np.float64]
_BATCH = 32


class Reranker(Protocol):
    """Reads a question together with each text."""

    @property
    def fingerprint(self) -> str:
        """Names everything the scores depend on."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """How well each text answers the question, higher is better, on a scale of the model's own; shape
        (len(texts),). Raises PairModelRefused.
        """
        ...


class EntailmentModel(Protocol):
    """Reads a claim together with what is known."""

    @property
    def fingerprint(self) -> str:
        """Names everything the judgement depends on."""
        ...

    def relation(self, premise: str, claim: str) -> Relation:
        """Whether the claim follows from the premise, is left open by it or contradicts it; raises PairModelRefused."""
        ...


class CrossEncoderReranker:
    """A cross-encoder with one score, in the layout of sentence-transformers; see ``_PairModel``."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        """Raises PairModelRefused, also for a model with several labels."""
        self._model = _PairModel(folder, threads)
        if len(self._model.labels) != 1:
            raise PairModelRefused(
                f"The model in {folder} gives several scores ({', '.join(self._model.labels)}) where a reranker gives "
                "one; choose the folder of a cross-encoder that ranks passages."
            )

    @property
    def fingerprint(self) -> str:
        """See ``Reranker.fingerprint``."""
        return self._model.fingerprint

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """See ``Reranker.scores``."""
        scores: Scores = self._model.scores([(question, text) for text in texts])[:, 0]
        return scores


class CrossEncoderEntailment:
    """A cross-encoder with the labels entailment, neutral and contradiction, in whatever order; see ``_PairModel``."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        """Raises PairModelRefused, also for a model with other labels."""
        self._model = _PairModel(folder, threads)
        self._relations = [label.lower() for label in self._model.labels]
        if sorted(self._relations) != sorted(get_args(Relation)):
            raise PairModelRefused(
                f"The model in {folder} has the labels {', '.join(self._model.labels)} and an entailment model has "
                "entailment, neutral and contradiction; choose a folder of that kind."
            )

    @property
    def fingerprint(self) -> str:
        """See ``EntailmentModel.fingerprint``."""
        return self._model.fingerprint

    def relation(self, premise: str, claim: str) -> Relation:
        """The most probable one."""
        best = self._relations[int(np.argmax(self._model.scores([(premise, claim)])[0]))]
        return next(relation for relation in get_args(Relation) if relation == best)


class _PairModel:
    """A folder of a sequence classification model with its weights as safetensors.

    Nothing is loaded before the first pair, and nothing is ever fetched. ``labels`` are those of the configuration, in
    the order of the scores. Safe to use from several threads; pairs longer than the model's window are cut at its end.
    """

    def __init__(self, folder: Path, threads: int | None) -> None:
        """Raises PairModelRefused."""
        self.folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._model: CrossEncoder | None = None
        if not (folder / WEIGHTS).is_file():
            raise PairModelRefused(f"There is no {WEIGHTS} in {folder}; choose the folder of a cross-encoder.")
        if suspect := executable_file(folder):
            raise PairModelRefused(
                f"{suspect} can run code when it is loaded; remove it, or choose a model that has only safetensors."
            )
        try:
            self.labels = self._labels()
        except (AttributeError, KeyError, TypeError, IndexError) as error:  # JSON, but not of this form
            raise self._not_readable(folder / "config.json", error) from error

    @cached_property
    def fingerprint(self) -> str:
        """Name of the folder, SHA-256 of the weights and of the configuration (12 digits each)."""
        return f"{self.folder.name}:{digests(self.folder)}"

    def scores(self, pairs: Sequence[tuple[str, str]]) -> Scores:
        """The logits; shape (len(pairs), len(labels))."""
        if not pairs:
            return np.zeros((0, len(self.labels)))
        whole = [(whole_characters(one), whole_characters(other)) for one, other in pairs]
        with self._lock:
            if self._model is None:
                self._model = self._load()
            found = self._model.predict(whole, batch_size=_BATCH, show_progress_bar=False)
        scores = np.asarray(found, dtype=np.float64).reshape(len(pairs), -1)
        if scores.shape[1] != len(self.labels) or not np.isfinite(scores).all():
            raise PairModelRefused(
                f"The model in {self.folder} gives scores that cannot be used; put its files there again, or choose "
                "another."
            )
        return scores

    def _load(self) -> CrossEncoder:
        import_quietly(self._threads)
        import torch  # noqa: PLC0415 (seconds; not before the first pair)
        from safetensors import SafetensorError  # noqa: PLC0415
        from sentence_transformers import CrossEncoder  # noqa: PLC0415

        try:
            model: CrossEncoder = CrossEncoder(
                str(self.folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
                # Logits: a sigmoid makes all good passages alike. Given here, none is imported by its name.
                activation_fn=torch.nn.Identity(),
            )
            return model
        except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
            reason = str(error).strip().partition("\n")[0].rstrip(".")
            raise PairModelRefused(
                f"The model in {self.folder} cannot be loaded ({reason}); put its files there again, or choose another."
            ) from error

    def _labels(self) -> tuple[str, ...]:
        config = self._json("config.json")
        kinds = config.get("architectures") or [""]
        if not str(kinds[0]).endswith("ForSequenceClassification"):
            # Without such a head its weights would be drawn at random, and nobody would notice.
            raise PairModelRefused(
                f"{self.folder / 'config.json'} names no model that scores pairs of texts; choose the folder of a "
                "cross-encoder."
            )
        if (self.folder / "modules.json").is_file():
            for module in self._json("modules.json"):
                if not str(module["type"]).startswith("sentence_transformers."):
                    raise PairModelRefused(
                        f"The model in {self.folder} asks for code of its own ({module['type']}); choose another model."
                    )
        named = config.get("id2label") or {"0": "LABEL_0", "1": "LABEL_1"}  # what transformers takes where none is said
        return tuple(str(named[str(n)]) for n in range(len(named)))

    def _json(self, name: str) -> Any:
        path = self.folder / name
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise self._not_readable(path, error) from error

    def _not_readable(self, path: Path, error: Exception) -> PairModelRefused:
        reason = str(error).rstrip(".")
        return PairModelRefused(f"{path} cannot be read ({reason}); put the files of the model there again.")
