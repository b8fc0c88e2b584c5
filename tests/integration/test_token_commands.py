"""``picum-assistant token``: made once, shown once, and worthless when revoked."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import httpx2
import pytest

from assistant.settings import load_settings
from tests.logging_in import serving_with
from ui.access.tokens import FILE, PREFIX
from ui.cli.app import run
from ui.testing import FakeAssistant


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("PICUM_HOME", str(home))
    monkeypatch.setenv("PICUM_TODAY", "2026-01-31")
    return home


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    assert run(["token", *arguments]) == code
    found = capsys.readouterr()
    return found.out, found.err


def test_a_token_is_shown_once_and_kept_as_a_hash(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(capsys, "new", "wiki", "--days", "30", "--per-minute", "2.5", "--collection", "board")
    shown = out.strip()
    assert shown.startswith(PREFIX)
    assert len(shown) > 40
    assert shown not in err
    assert "may ask in board until 2026-03-02" in err
    assert shown not in (home / FILE).read_text(encoding="utf-8")
    assert stat.S_IMODE((home / FILE).stat().st_mode) == 0o600
    listed, _ = said(capsys, "list")
    assert shown not in listed
    assert json.loads((home / FILE).read_text(encoding="utf-8"))[0]["sha256"][:8] not in listed
    for told in ("wiki", "ask", "board", "2026-01-31", "2026-03-02", "2.5"):
        assert told in listed


def test_without_options_a_token_asks_in_what_everybody_sees(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, err = said(capsys, "new", "wiki")
    assert "may ask in default until it is revoked" in err
    assert "revocation" in said(capsys, "list")[0]
    assert "ended" not in said(capsys, "list")[0]


def test_a_token_that_has_ended_is_listed_so(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(capsys, "new", "wiki", "--days", "1")
    monkeypatch.setenv("PICUM_TODAY", "2026-02-01")
    assert "(ended)" not in said(capsys)[0]
    monkeypatch.setenv("PICUM_TODAY", "2026-02-02")
    assert "2026-02-01 (ended)" in said(capsys)[0]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["new", "a b"], 1, "A token cannot be called 'a b'"),
        (["new", "x", "--right", "write"], 2, "There is no right 'write'"),
        (["new", "x", "--days", "0"], 2, "cannot be good for 0 days"),
        (["new", "x", "--days", "100000"], 2, "cannot be good for 100000 days"),
        (["new", "x", "--per-minute", "0"], 2, "cannot have 0 questions a minute"),
        (["new", "x", "--per-minute", "nan"], 2, "cannot have nan questions a minute"),
        (["new"], 2, "Missing argument 'name'"),
        (["revoke", "x"], 1, "There is no token x"),
        (["list"], 0, "There are no tokens"),
    ],
)
def test_what_cannot_be_is_said(
    arguments: list[str], code: int, sentence: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = said(capsys, *arguments, code=code)
    assert out == ""
    assert sentence in err
    assert not (home / FILE).exists()


def test_a_name_is_given_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", "wiki")
    _, err = said(capsys, "new", "wiki", code=1)
    assert "There is a token wiki already" in err


def test_a_broken_file_is_said_and_lets_nobody_in(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    (home / FILE).write_text('{"a": 1}', encoding="utf-8")
    assert "cannot be read" in said(capsys, "list", code=1)[1]
    with serving_with(FakeAssistant(), home) as address:
        headers = {"authorization": f"Bearer {PREFIX}x"}
        response = httpx2.get(f"{address}/api/v1/openapi.json", headers=headers, trust_env=False)
    assert response.status_code == 503
    assert response.json()["detail"].startswith("Tokens cannot be checked")


def test_a_server_that_runs_knows_new_tokens_and_forgets_revoked_ones(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeAssistant()
    login = '[login]\nkind = "header"\n'
    with serving_with(fake, home, login, environment={"PICUM_LOGIN_SECRET": "s"}) as address:
        shown = said(capsys, "new", "wiki", "--collection", "board", "--right", "ask")[0].strip()

        def ask(token: str, path: str = "/api/v1/ask") -> int:
            headers = {"authorization": f"Bearer {token}"}
            return httpx2.post(address + path, json={"question": "?"}, headers=headers, trust_env=False).status_code

        assert ask(shown) == 200
        assert fake.seen[-1] == (frozenset({"board"}), None)
        assert ask(shown + "x") == ask(PREFIX) == ask("sk-another") == 401
        assert ask(shown, "/api/v1/feedback") == 403
        said(capsys, "revoke", "wiki")
        assert ask(shown) == 401
    assert load_settings().home == home
