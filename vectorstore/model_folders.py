"""What all models of torch in a local folder share: nothing is fetched, nothing in the folder is run as code."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from vectorstore.openmp import wait_asleep

WEIGHTS = "model.safetensors"

_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
# Files that can hold pickled objects or code; loading such a file may run what it says.
_EXECUTABLE = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".py"}
_SURROGATES = re.compile("[\ud800-\udfff]")


def executable_file(folder: Path) -> Path | None:
    """A file of the folder that could run code when it is loaded; None where there is none."""
    return next((path for path in sorted(folder.rglob("*")) if path.suffix in _EXECUTABLE), None)


def digests(folder: Path) -> str:
    """SHA-256 of the weights and of the configuration, 12 digits each, with a colon between them."""
    with (folder / WEIGHTS).open("rb") as file:
        weights = hashlib.file_digest(file, "sha256").hexdigest()
    configuration = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".json", ".txt", ".model") and path.is_file():
            configuration.update(path.relative_to(folder).as_posix().encode() + b"\0")
            configuration.update(path.read_bytes() + b"\0")
    return f"{weights[:12]}:{configuration.hexdigest()[:12]}"


def import_quietly(threads: int | None) -> None:
    """Import torch and transformers, offline and without progress bars: seconds, the first time. ``threads`` None
    leaves torch's choice.
    """
    os.environ.update(_OFFLINE)  # read by these libraries when they are imported
    wait_asleep()
    import torch  # noqa: PLC0415 (seconds; not before the first text)
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    if threads is not None:
        torch.set_num_threads(threads)


def whole_characters(text: str) -> str:
    """The text without lone halves of surrogate pairs, for which a tokenizer refuses a whole batch."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
