from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.errors import ModelFileError
from assistant.manifest import ModelFile, load_manifest
from assistant.models import listing, locate, locate_weights, verify
from assistant.settings import Settings

TINY = """
[[models]]
name = "tiny"
kind = "embedding"
licence = "CC0-1.0"
languages = "none"
dimensions = 2

[[models.files]]
path = "modules.json"
size = 2
sha256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

[[models.files]]
path = "1_Pooling/config.json"
size = 2
sha256 = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
"""

MANIFEST = load_manifest(TINY)


WEIGHTS = """
[[models]]
name = "talker"
kind = "language"
licence = "CC0-1.0"
languages = "none"

[[models.files]]
path = "talker.gguf"
size = 2
sha256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the model of TINY, whole."""
    folder = tmp_path / "models" / "tiny"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "modules.json").write_text("{}", encoding="utf-8")
    (folder / "1_Pooling" / "config.json").write_text("[]", encoding="utf-8")
    return tmp_path


def test_the_shipped_manifest_is_sound() -> None:
    manifest = load_manifest()
    assert Settings().embedding in manifest
    for name, model in manifest.items():
        assert model.name == name
        assert model.licence == "Apache-2.0"
        assert model.wheel or model.hub
        assert model.size == sum(file.size for file in model.files)
        if model.kind == "embedding":
            parts = {"modules.json", "config.json", "tokenizer.json", "model.safetensors"}
            assert parts <= {file.path for file in model.files}
            assert model.dimensions > 0
        else:
            assert model.kind == "language"
            assert [Path(file.path).suffix for file in model.files] == [".gguf"]
        assert len({file.path for file in model.files}) == len(model.files)
        for file in model.files:
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.size > 0
            assert not file.path.endswith((".py", ".bin", ".pkl", ".pt"))
        if model.wheel:
            assert all("==" in part.requirement for part in model.wheel.parts)
        if model.hub:
            assert len(bytes.fromhex(model.hub.revision)) == 20


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a/../../b", "a\\b"])
def test_a_manifest_cannot_write_outside_the_folder_of_the_model(path: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        ModelFile(path=path, size=1, sha256="0" * 64)


def test_a_misspelt_key_of_a_manifest_is_an_error() -> None:
    with pytest.raises(TypeError, match="license"):
        load_manifest(TINY.replace("licence", "license"))


def test_a_whole_model_is_verified_listed_and_located(home: Path) -> None:
    report = verify("tiny", home, MANIFEST)
    assert report.ok
    (listed,) = listing(home, MANIFEST)
    assert listed.installed
    assert locate("tiny", home, MANIFEST) == report.folder == home / "models" / "tiny"


def test_damage_is_reported_file_by_file(home: Path) -> None:
    folder = home / "models" / "tiny"
    (folder / "modules.json").write_text("[]", encoding="utf-8")  # same size, other bytes
    (folder / "1_Pooling" / "config.json").unlink()
    (folder / "adapter_config.json").write_text("{}", encoding="utf-8")
    (folder / ".DS_Store").touch()
    report = verify("tiny", home, MANIFEST)
    assert not report.ok
    assert report.faults == {
        "modules.json": "damaged",
        "1_Pooling/config.json": "missing",
        "adapter_config.json": "unknown",
    }


def test_a_model_that_is_not_here_is_missing_not_an_exception(tmp_path: Path) -> None:
    assert set(verify("tiny", tmp_path, MANIFEST).faults.values()) == {"missing"}
    assert [item.installed for item in listing(tmp_path, MANIFEST)] == [False]


def test_a_model_without_all_its_files_is_not_located(home: Path) -> None:
    (home / "models" / "tiny" / "1_Pooling" / "config.json").write_text("", encoding="utf-8")
    with pytest.raises(ModelFileError, match="picum-assistant models fetch tiny") as caught:
        locate("tiny", home, MANIFEST)
    assert "1_Pooling/config.json" in str(caught.value)


def test_a_folder_of_ones_own_is_located(home: Path, tmp_path: Path) -> None:
    own = shutil.copytree(home / "models" / "tiny", tmp_path / "own")
    assert locate(str(own), tmp_path / "elsewhere", MANIFEST) == own


def test_what_is_neither_model_nor_folder_is_named_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"neither the folder .* nor one of tiny") as caught:
        locate("huge", tmp_path, MANIFEST)
    assert "PICUM_EMBEDDING" in str(caught.value)


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="No model is called huge; choose one of tiny"):
        verify("huge", tmp_path, MANIFEST)


def test_the_file_of_a_language_model_is_located_when_it_is_there(tmp_path: Path) -> None:
    manifest = load_manifest(TINY + WEIGHTS)
    with pytest.raises(ModelFileError, match="picum-assistant models fetch talker"):
        locate_weights("talker", tmp_path, manifest)
    file = tmp_path / "models" / "talker" / "talker.gguf"
    file.parent.mkdir(parents=True)
    file.write_text("{}", encoding="utf-8")
    assert locate_weights("talker", tmp_path, manifest) == file
    assert verify("talker", tmp_path, manifest).ok


def test_a_language_model_is_no_choice_for_embedding(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"talker is neither .* nor one of tiny;"):
        locate("talker", tmp_path, load_manifest(TINY + WEIGHTS))


def test_joined_wheels_without_a_folder_make_one_file_only() -> None:
    joined = '[models.wheel]\nparts = [{ requirement = "tiny==1" }]\n'
    with pytest.raises(ValueError, match="tiny has 2 files"):
        load_manifest(TINY + joined)
