from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.errors import SettingsError
from assistant.settings import ENVIRONMENT_ONLY, FILE_ONLY, Settings, available_cores, load_settings, settings_table


def test_defaults_need_no_environment() -> None:
    settings = load_settings({})
    assert settings.embedding == "all-MiniLM-L6-v2"
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert settings.scope == ("default",)
    assert settings.threads == min(4, available_cores())
    assert settings.current_date() == date.today()
    assert settings.home.is_absolute()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings({}).port = 1  # type: ignore[misc]


def test_every_kind_of_value_is_read_from_the_environment(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "PICUM_HOME": str(tmp_path),
            "PICUM_CORPUS": f"{tmp_path / 'a'}{os.pathsep}{tmp_path / 'b.pdf'}",
            "PICUM_SCOPE": "public, staff",
            "PICUM_TODAY": "2025-03-01",
            "PICUM_PORT": " 8080 ",
            "PICUM_LOG_LEVEL": "info",
            "PICUM_THREADS": "",
            "PATH": "/usr/bin",
        }
    )
    assert settings.home == tmp_path
    assert settings.corpus == (tmp_path / "a", tmp_path / "b.pdf")
    assert settings.scope == ("public", "staff")
    assert settings.current_date() == date(2025, 3, 1)
    assert settings.port == 8080
    assert settings.log_level == "INFO"
    assert settings.threads == load_settings({}).threads


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "picum.toml").write_text('port = 1111\nhost = "::1"\ntoday = 2024-02-29\n', encoding="utf-8")
    settings = load_settings({"PICUM_HOME": str(tmp_path), "PICUM_PORT": "2222"})
    assert (settings.host, settings.port, settings.today) == ("::1", 2222, date(2024, 2, 29))


def test_paths_in_the_file_start_at_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "etc" / "ngo.toml"
    file.parent.mkdir()
    file.write_text('corpus = ["papers", "/srv/more"]\nembedding = "models/own"\n', encoding="utf-8")
    settings = load_settings({"PICUM_CONFIG": "etc/ngo.toml", "PICUM_HOME": "state"})
    assert settings.corpus == (file.parent / "papers", Path("/srv/more"))
    assert settings.embedding == str(file.parent / "models/own")
    assert settings.home == tmp_path / "state"


@pytest.mark.parametrize(
    ("environ", "parts"),
    [
        ({"PICUM_PROT": "1"}, ["PICUM_PROT", "did you mean PICUM_PORT?"]),
        ({"PICUM_XYZZY": "1"}, ["PICUM_XYZZY", "PICUM_HOME, PICUM_CONFIG", "remove it"]),
        ({"PICUM_PORT": "many"}, ["environment variable PICUM_PORT", "'many'", "integer"]),
        ({"PICUM_PORT": "70000"}, ["environment variable PICUM_PORT", "'70000'", "65535"]),
        ({"PICUM_THREADS": "0"}, ["PICUM_THREADS", "greater than or equal to 1"]),
        ({"PICUM_TODAY": "86400"}, ["PICUM_TODAY", "a date like 2026-01-31"]),
        ({"PICUM_LANGUAGE": "English"}, ["PICUM_LANGUAGE", "a language code like en"]),
        ({"PICUM_LLM": "gpt"}, ["PICUM_LLM", "none, local", "http://", "ollama:"]),
        ({"PICUM_LLM": "https://host.test/v1?key=1"}, ["PICUM_LLM", "provider:model"]),
        ({"PICUM_LLM_GAP_SECONDS": "0"}, ["PICUM_LLM_GAP_SECONDS", "greater than 0"]),
        ({"PICUM_LLM_TOTAL_SECONDS": "long"}, ["PICUM_LLM_TOTAL_SECONDS", "number"]),
        ({"PICUM_SCOPE": " , "}, ["PICUM_SCOPE", "at least 1 item"]),
        ({"PICUM_HUB": "huggingface.co"}, ["PICUM_HUB", "https://"]),
        ({"PICUM_CONFIG": "/does/not/exist.toml"}, ["/does/not/exist.toml", "create it"]),
    ],
)
def test_a_wrong_variable_is_named_in_one_sentence(environ: dict[str, str], parts: list[str], tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"PICUM_HOME": str(tmp_path), **environ})
    message = str(caught.value)
    assert "\n" not in message
    assert message[-1] in ".?"
    for part in parts:
        assert part.lower() in message.lower()


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("prot = 1", ["prot in", "did you mean port?"]),
        ('port = "x"', ["port in", "'x'"]),
        ('home = "/srv"', ["home in", "set PICUM_HOME"]),
        ("[server]\nport = 1", ["server in", "is no setting"]),
        ("port = = 1", ["not valid TOML", "line 1"]),
        ("scope = [1]", ["scope in", "string"]),
        ('[login]\nkind = "oidcc"', ["login.kind in", "'none', 'header' or 'oidc'"]),
        ('[login]\nkidn = "none"', ["kidn in [login]", "did you mean kind?"]),
        ("login = 3", ["login in", "a table"]),
        ("[embeds.wiki]\npaused = true", ["embeds.wiki.origins in", "it is missing"]),
        ('[embeds.wiki]\norigins = "https://a.example.org"', ["embeds.wiki.origins", "a list"]),
        (
            '[embeds.wiki]\norigins = ["https://a.example.org/x"]',
            ["embeds.wiki.origins.0", "scheme and host of a site"],
        ),
        ('[limits]\npublic_url = "https://a.example.org"', ["public_url stands in [limits]", "above the first"]),
        ('public_url = "https://a.example.org/"', ["public_url in", "an address like https://"]),
    ],
)
def test_a_wrong_line_of_the_file_is_named_with_the_file(content: str, parts: list[str], tmp_path: Path) -> None:
    file = tmp_path / "picum.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings({"PICUM_HOME": str(tmp_path)})
    for part in [*parts, str(file)]:
        assert part.lower() in str(caught.value).lower()


@pytest.mark.parametrize(
    "llm",
    [
        "none",
        "local",
        "http://127.0.0.1:8080/v1",
        "https://host.test/v1#a/model:4b",
        "ollama:llama3.2:3b",
        "mistralai:mistral-small-latest",
    ],
)
def test_a_language_model_is_set_in_one_of_four_ways(llm: str) -> None:
    assert load_settings({"PICUM_LLM": llm}).llm == llm


def test_the_language_model_is_the_one_on_this_machine_unless_another_is_set() -> None:
    assert load_settings({}).llm == "local"


def test_a_key_is_not_shown_by_settings_or_errors(tmp_path: Path) -> None:
    settings = load_settings({"PICUM_LLM_KEY": "very-secret"})
    assert settings.llm_key is not None
    assert settings.llm_key.get_secret_value() == "very-secret"
    assert "very-secret" not in f"{settings!r} {settings}"
    (tmp_path / "picum.toml").write_text("llm_key = 12345678\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"(?i)llm_key in") as caught:
        load_settings({"PICUM_HOME": str(tmp_path)})
    assert "12345678" not in f"{caught.value} {caught.value.__cause__}"
    with pytest.raises(SettingsError, match="PICUM_LLM") as caught:
        load_settings({"PICUM_LLM": "https://me:very-secret@host.test/v1"})
    assert "very-secret" not in str(caught.value)


def test_the_variable_of_the_test_suite_is_let_through() -> None:
    assert load_settings({"PICUM_REQUIRE_BROWSER": "1"}) == load_settings({})


@given(st.integers())
def test_a_port_is_taken_exactly_when_it_is_one(port: int) -> None:
    if 1 <= port <= 65535:
        assert load_settings({"PICUM_PORT": str(port)}).port == port
    else:
        with pytest.raises(SettingsError, match="PICUM_PORT"):
            load_settings({"PICUM_PORT": str(port)})


def test_the_table_has_a_described_row_for_every_setting() -> None:
    rows = settings_table().splitlines()[2:]
    names = [name for name in Settings.model_fields if name not in FILE_ONLY]
    for row, name in zip(rows, names, strict=True):
        variable, key, default, meaning = (cell.strip() for cell in row.strip("|").split("|"))
        assert variable == f"`PICUM_{name.upper()}`"
        assert key == ("" if name in ENVIRONMENT_ONLY else f"`{name}`")
        assert default
        assert meaning.endswith(".")


def test_the_table_does_not_depend_on_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = settings_table()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert settings_table() == before
    assert str(Path.home()) not in before
