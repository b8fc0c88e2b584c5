"""Texts → unit vectors, by a sentence-transformers model in a local folder."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from vectorstore.errors import EmbeddingModelMissing, EmbeddingModelRefused
from vectorstore.model_folders import WEIGHTS, digests, executable_file, import_quietly, whole_characters
from vectorstore.store import Matrix, Vector, unit

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 32
# The E5 models were trained with these words in front of every text, and their older folders do not say so; the
# instruct models of the family take another form, which their folders do name.
_E5 = re.compile(r"(?:^|[-_])e5(?:[-_]|$)")


class Embedder(Protocol):
    """Gives texts a direction: texts of like meaning have a high cosine. The same text gives the same vector."""

    @property
    def fingerprint(self) -> str:
        """Names everything the vectors depend on. Vectors of different fingerprints are never compared."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of every vector."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Texts of documents → one unit row each, in order; shape (len(texts), dimensions)."""
        ...

    def embed_question(self, text: str) -> Vector:
        """A question, or a text that stands for one → a unit vector; shape (dimensions,)."""
        ...


class SentenceTransformerEmbedder:
    """A model folder in the layout of sentence-transformers, with its weights as safetensors.

    Nothing is loaded before the first text, and nothing is ever fetched. ``fingerprint`` and ``dimensions`` are read
    from the files alone. Safe to use from several threads; texts longer than the model's window are cut at its end.
    """

    def __init__(self, folder: Path, *, name: str = "", threads: int | None = None) -> None:
        """``name`` is what people call the model, by default the folder's; ``threads`` None leaves torch's choice.

        Raises EmbeddingModelMissing or EmbeddingModelRefused.
        """
        self.folder = folder
        self.name = name or folder.name
        self._threads = threads
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None
        if not (folder / WEIGHTS).is_file() or not (folder / "modules.json").is_file():
            raise EmbeddingModelMissing(
                f"The embedding model {self.name} is not in {folder}; run `picum-assistant models fetch`."
            )
        self._modules = self._checked_modules()
        self._question_prefix, self._passage_prefix = self._prefixes()

    @cached_property
    def fingerprint(self) -> str:
        """Name, SHA-256 of the weights and of the configuration (12 digits each), dimensions, prefixes."""
        prefixes = f"{self._question_prefix}|{self._passage_prefix}"
        return f"{self.name}:{digests(self.folder)}:{self.dimensions}:{prefixes}"

    @cached_property
    def dimensions(self) -> int:
        """The width of the last module that sets one."""
        width = 0
        for module in self._modules:
            config = self._json(f"{module.get('path') or '.'}/config.json")
            for key in ("hidden_size", "word_embedding_dimension", "embedding_dimension", "out_features"):
                width = int(config.get(key) or width)
        if width < 1:
            raise EmbeddingModelRefused(
                f"The folder {self.folder} does not say how long its vectors are; "
                "choose a model in the format of sentence-transformers."
            )
        return width

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """See ``Embedder.embed_passages``."""
        return self._embed([self._passage_prefix + text for text in texts])

    def embed_question(self, text: str) -> Vector:
        """See ``Embedder.embed_question``."""
        vector: Vector = self._embed([self._question_prefix + text])[0]
        return vector

    def _embed(self, texts: list[str]) -> Matrix:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        texts = [whole_characters(text) for text in texts]
        with self._lock:
            if self._model is None:
                self._model = self._load()
            vectors = self._model.encode(
                texts, batch_size=_BATCH, show_progress_bar=False, normalize_embeddings=True, convert_to_numpy=True
            )
        return unit(vectors, self.dimensions)

    def _load(self) -> SentenceTransformer:
        import_quietly(self._threads)
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 (seconds; not before the first text)

        return SentenceTransformer(
            str(self.folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )

    def _checked_modules(self) -> list[dict[str, Any]]:
        if suspect := executable_file(self.folder):
            raise EmbeddingModelRefused(
                f"{suspect} can run code when it is loaded; remove it, or choose a model that has only safetensors."
            )
        modules: list[dict[str, Any]] = self._json("modules.json", [])
        for module in modules:
            if not str(module.get("type")).startswith("sentence_transformers."):
                raise EmbeddingModelRefused(
                    f"The model {self.name} asks for code of its own ({module.get('type')}); choose another model."
                )
        return modules

    def _prefixes(self) -> tuple[str, str]:
        prompts = self._json("config_sentence_transformers.json").get("prompts") or {}
        question, passage = prompts.get("query", ""), prompts.get("passage", prompts.get("document", ""))
        if not (question or passage) and _E5.search(self.name.lower()) and "instruct" not in self.name.lower():
            return "query: ", "passage: "
        return str(question), str(passage)

    def _json(self, relative: str, missing: Any = None) -> Any:
        path = self.folder / relative
        if not path.is_file():
            return {} if missing is None else missing
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise EmbeddingModelRefused(
                f"{path} is not valid JSON ({error}); run `picum-assistant models fetch` to get it again."
            ) from error
