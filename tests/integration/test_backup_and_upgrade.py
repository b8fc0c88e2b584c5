"""Backup, restore, upgrade and going back, as docs/deploy.md says, with the real command as a process."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.settings import load_settings
from tests.serving import FEE, ROOT, Worker, environment_of, fee_of, make_home, working
from vectorstore import manifest
from vectorstore.corpora import corpus_key
from vectorstore.generations import IndexFolder

DOCS = ROOT / "docs" / "deploy.md"


def command(name: str, **places: str) -> list[str]:
    """The command of the documentation behind a comment, with the places of a test."""
    (block,) = re.findall(rf"^```sh\n# {name}\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for theirs, ours in places.items():
        block = block.replace({"lib": "/var/lib", "backups": "/var/backups"}[theirs], ours)
    return shlex.split(block.replace(" picum-assistant\n", " data\n").replace("picum-assistant/models", "data/models"))


@pytest.fixture
def home(tmp_path: Path, model_home: Path) -> Path:
    home = make_home(tmp_path / "old", model_home)
    home.chmod(0o700)
    (home / "tokens.json").write_text("[]", encoding="utf-8")
    (home / "tokens.json").chmod(0o600)
    return home


def generation_of(home: Path) -> Path:
    settings = load_settings({"PICUM_HOME": str(home)})
    found = IndexFolder(home, corpus_key(settings.corpus)).current()
    assert found is not None
    return found


def without_times(worker: Worker) -> dict[str, object]:
    answer = worker.ask().json()
    return {key: value for key, value in answer.items() if key != "timings"}


@pytest.fixture
def backup(home: Path, tmp_path: Path) -> tuple[dict[str, object], Path]:
    """What was answered, and a backup that was made while questions were."""
    (tmp_path / "backups").mkdir()
    failed, over = list[Exception](), threading.Event()

    def ask(worker: Worker) -> None:
        while not over.is_set():
            try:
                fee_of(worker.ask())
            except Exception as error:  # noqa: BLE001  # every failure counts
                failed.append(error)

    with working(home) as worker:
        answered = without_times(worker)
        asking = threading.Thread(target=ask, args=(worker,))
        asking.start()
        made = command("backup", lib=str(home.parent), backups=str(tmp_path / "backups"))
        subprocess.run(made, check=True, capture_output=True)
        over.set()
        asking.join()
    assert failed == []
    return answered, tmp_path / "backups"


def restored(backups: Path, place: Path, home: Path) -> Path:
    place.mkdir()
    subprocess.run(command("restore", lib=str(place), backups=str(backups)), check=True, capture_output=True)
    (place / "data" / "models").symlink_to((home / "models").resolve(), target_is_directory=True)
    return place / "data"


def test_a_backup_made_while_serving_answers_the_same_elsewhere(
    home: Path, backup: tuple[dict[str, object], Path], tmp_path: Path
) -> None:
    answered, backups = backup
    elsewhere = restored(backups, tmp_path / "new", home)
    assert not (elsewhere / "models" / "models").exists()
    assert elsewhere.stat().st_mode & 0o777 == 0o700
    assert (elsewhere / "tokens.json").stat().st_mode & 0o777 == 0o600
    shutil.rmtree(home)
    with working(elsewhere) as worker:
        # The same index, also by name: nothing was read anew.
        assert without_times(worker) == answered
        assert worker.log.read_text(encoding="utf-8") == ""


def test_an_index_of_an_older_version_is_replaced_by_itself(home: Path) -> None:
    generation = generation_of(home)
    found = manifest.read(generation)
    manifest.write(replace(found, fingerprint=replace(found.fingerprint, chunker="0")), generation)
    with working(home) as worker:
        assert "40 euros" in fee_of(worker.ask())
        assert "made again from the documents" in worker.log.read_text(encoding="utf-8")
    assert generation_of(home) != generation


def test_going_back_leaves_a_newer_index_and_the_backup_answers(
    home: Path, backup: tuple[dict[str, object], Path], tmp_path: Path
) -> None:
    answered, backups = backup
    generation = generation_of(home)
    found = manifest.read(generation)
    manifest.write(replace(found, fingerprint=replace(found.fingerprint, format=99)), generation)
    before = (generation / manifest.MANIFEST).read_bytes()
    asked = [sys.executable, "-m", "ui", "ask", FEE]
    done = subprocess.run(asked, cwd=ROOT, env=environment_of(home), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "made by a newer version of this program and is left as it is" in done.stderr
    assert (generation / manifest.MANIFEST).read_bytes() == before
    with working(restored(backups, tmp_path / "back", home)) as worker:
        assert without_times(worker) == answered
