"""Whatever stands in a settings file: a command that changes it changes that alone, or nothing."""

from __future__ import annotations

import stat
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SettingsError
from assistant.settings import load_settings, settings_from
from assistant.settings_writing import change_settings
from ui.cli.app import run

ORIGIN = "https://intranet.example.org"
PIECES = (
    "# a comment\n",
    "\n",
    "\r\n",
    'language = "fr"  # why\n',
    "[limits] # few\nburst = 3\n",
    "[login]\nopen = true\n",
    f"[embeds.first]\norigins = ['{ORIGIN}'] # ours\n# after\n",
    f'[embeds.second]\r\norigins = [\n  "{ORIGIN}", # one\n]\npaused = true # for now\n',
    f'embeds.third.origins = ["{ORIGIN}"]\n',
    f'embeds = {{ fourth = {{ origins = ["{ORIGIN}"] }} }}\n',
    f'[embeds]\nfifth = {{ origins = ["{ORIGIN}"], paused = false }}\n',
    '[groups]\nboard = ["minutes"]',
)


def loads(text: str) -> bool:
    try:
        settings_from(text, Path("picum.toml"), {})
    except SettingsError:
        return False
    return True


FILES = st.lists(st.sampled_from(PIECES), max_size=6, unique=True).map("".join).filter(loads)


@given(before=FILES, name=st.sampled_from(["new", "first", "third", "fifth"]))
def test_a_change_changes_nothing_else(before: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        file = Path(folder) / "picum.toml"
        file.write_bytes(before.encode())
        patch.setenv("PICUM_HOME", folder)
        was = tomllib.loads(before)
        known = name in was.get("embeds", {})
        code = run(["embed", "pause", name] if known else ["embed", "new", name, "--origin", ORIGIN])
        after = file.read_bytes().decode()
        if code:
            assert after == before
            return
        load_settings({"PICUM_HOME": folder})
        expected = was.get("embeds", {})
        expected[name] = {**expected[name], "paused": True} if known else {"origins": [ORIGIN]}
        assert tomllib.loads(after) == {**was, "embeds": expected}
        assert after.count("#") == before.count("#")
        # In their order; lines that hold a whole embed may change.
        kept = [line for line in before.splitlines() if line.strip() and "paused" not in line and "{" not in line]
        written = iter(after.splitlines())
        assert all(any(line in each for each in written) for line in kept)


def test_most_files_can_be_changed() -> None:
    """Else the test above would hold for a command that never does anything."""
    for piece in PIECES:
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            (Path(folder) / "picum.toml").write_bytes(piece.encode())
            patch.setenv("PICUM_HOME", folder)
            assert run(["embed", "new", "new", "--origin", ORIGIN, "--per-day", "3"]) == 0
            assert load_settings({"PICUM_HOME": folder}).embeds["new"].questions_per_day == 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["new", "Bad", "--origin", ORIGIN], 2, "An embed cannot be called 'Bad'"),
        (["new", "new", "--origin", f"{ORIGIN}/path"], 2, f"--origin cannot be '{ORIGIN}/path'"),
        (["new", "new", "--origin", "intranet.example.org"], 2, "--origin cannot be 'intranet.example.org'"),
        (["new", "new", "--origin", ORIGIN, "--per-day", "0"], 1, "greater than or equal to 1"),
        (["new", "new", "--origin", ORIGIN, "--collection", "a b"], 1, "embeds.new.collections.0 in "),
        (["new", "first", "--origin", ORIGIN], 1, "There is an embed first already"),
        (["pause", "nowhere"], 1, "There is no embed nowhere"),
        (["snippet", "nowhere"], 1, "There is no embed nowhere"),
    ],
)
def test_what_would_not_load_is_not_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    file = tmp_path / "picum.toml"
    file.write_text(PIECES[6], encoding="utf-8")
    monkeypatch.setenv("PICUM_HOME", str(tmp_path))
    assert run(["embed", *arguments]) == code
    assert said in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == PIECES[6]


@pytest.mark.parametrize(("mode", "kept"), [(None, 0o600), (0o600, 0o600), (0o640, 0o640)])
def test_nobody_else_may_read_what_nobody_else_could(tmp_path: Path, mode: int | None, kept: int) -> None:
    file = tmp_path / "picum.toml"
    if mode is not None:
        file.touch()
        file.chmod(mode)
    change_settings(file, lambda content: content.update({"port": 7000}))
    assert stat.S_IMODE(file.stat().st_mode) == kept
    with pytest.raises(SettingsError, match="no setting"):
        change_settings(file, lambda content: content.update({"prot": 7000}))
    assert file.read_text(encoding="utf-8") == "port = 7000\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == [".picum.toml.lock", "picum.toml"]
