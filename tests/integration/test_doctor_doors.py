"""``doctor`` on the doors: what is safe and complete, and what to do about the rest."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from assistant.settings import Settings, load_settings
from tests.serving import make_home
from ui.access.limits import Counts
from ui.access.tokens import Tokens
from ui.cli.doctor_doors import DOORS
from ui.cli.findings import Finding

YAML = "organisation: Club\ndocuments:\n- file: board.txt\n  id: board\n  collection: board\n"
DOCUMENTS = {"board.txt": "Minutes of the board\n\nThe board met in May.\n", "documents.yaml": YAML}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_home: Path) -> Path:
    return make_home(tmp_path_factory.mktemp("doors"), model_home, documents=DOCUMENTS, tables="")


@pytest.fixture
def look(home: Path, tmp_path: Path) -> Callable[..., dict[str, Finding]]:
    """The findings by name, with these tables of the settings file and these variables."""
    own = tmp_path / "data"
    own.mkdir()
    for name in ("indexes", "models"):
        (own / name).symlink_to(home / name)
    corpus = (home / "picum.toml").read_text(encoding="utf-8")

    def look_at(tables: str = "", **variables: str) -> dict[str, Finding]:
        (own / "picum.toml").write_text(corpus + tables, encoding="utf-8")
        settings = load_settings({"PICUM_HOME": str(own), **variables})
        return {found.about: found for found in (check(settings) for check in DOORS)}

    look_at.home = own  # type: ignore[attr-defined]
    return look_at


def test_what_is_shipped_is_fine(look: Callable[..., dict[str, Finding]]) -> None:
    found = look()
    assert list(found) == ["page", "login", "proxies", "groups", "embeds", "tokens", "files", "feedback"]
    assert [finding.todo for finding in found.values()] == [""] * len(found)
    assert found["login"].says == "nobody logs in, and only this machine may ask"
    assert found["groups"].says == "none; everybody sees default"


@pytest.mark.parametrize(
    ("about", "tables", "variables", "said"),
    [
        ("login", "", {"PICUM_HOST": "0.0.0.0"}, "Nobody logs in, and 0.0.0.0 is reached from other machines"),
        ("login", '[login]\nkind = "header"\n', {}, "needs a proxy that can be believed"),
        ("login", '[login]\nkind = "oidc"\n', {}, "needs issuer in [login] and client_id in [login]"),
        (
            "login",
            '[login]\nkind = "oidc"\nissuer = "http://127.0.0.1:9"\nclient_id = "picum"\n',
            {
                "PICUM_LOGIN_SECRET": "s",
                "PICUM_PUBLIC_URL": "https://example.org",
                "PICUM_TRUSTED_PROXIES": "127.0.0.1",
            },
            "http://127.0.0.1:9 cannot log people in",
        ),
        ("proxies", "", {"PICUM_PUBLIC_URL": "https://example.org/a"}, "limits count all readers as one"),
        (
            "proxies",
            "",
            {"PICUM_PUBLIC_URL": "http://example.org/a", "PICUM_TRUSTED_PROXIES": "127.0.0.1"},
            "questions go unencrypted to http://example.org/a",
        ),
        ("proxies", "", {"PICUM_TRUSTED_PROXIES": "0.0.0.0/0,127.0.0.1"}, "0.0.0.0/0 in PICUM_TRUSTED_PROXIES holds"),
        ("groups", '[groups]\nstaff = ["board"]\n', {}, "nobody logs in, so nobody is in a group"),
        (
            "groups",
            '[login]\nkind = "header"\n[groups]\nstaff = ["board", "bord"]\nall = ["default"]\n',
            {"PICUM_TRUSTED_PROXIES": "127.0.0.1"},
            "no document is in bord of staff;",
        ),
        (
            "embeds",
            '[embeds.a]\norigins = ["http://example.org"]\n',
            {},
            "http://example.org of the embed a is not https",
        ),
        (
            "embeds",
            '[embeds.a]\norigins = ["https://example.org"]\ncollections = ["bord"]\n',
            {},
            "no document is in the collection bord of the embed a",
        ),
        (
            "embeds",
            '[embeds.a]\norigins = ["https://example.org"]\ndocuments = ["board", "plan"]\n',
            {},
            "there is no document plan for the embed a",
        ),
    ],
)
def test_what_is_wrong_is_said(
    look: Callable[..., dict[str, Finding]], about: str, tables: str, variables: dict[str, str], said: str
) -> None:
    todo = look(tables, **variables)[about].todo
    assert said in todo
    assert todo.endswith(".")


def test_what_is_well_set_is_said(look: Callable[..., dict[str, Finding]]) -> None:
    tables = """
[login]
kind = "header"
[groups]
staff = ["board"]
[embeds.start]
origins = ["https://example.org", "http://localhost:8000"]
public = true
questions_per_day = 40
[embeds.notes]
origins = ["https://example.org"]
documents = ["board"]
paused = true
"""
    counts = Counts(look.home, date.today)  # type: ignore[attr-defined]
    for _ in range(3):
        counts.take("start", 40)
    found = look(tables, PICUM_TRUSTED_PROXIES="127.0.0.1", PICUM_LOGIN_SECRET="s", PICUM_FEEDBACK="true")
    assert [finding.todo for finding in found.values()] == [""] * len(found)
    assert "X-Forwarded-User, with an address of 127.0.0.1/32 and the secret in" in found["login"].says
    assert found["embeds"].says == "start (no login) (3 of 40 questions today); notes (paused)"
    assert found["groups"].says == "1: staff"
    assert found["feedback"].says.startswith("readers may leave it")


def test_tokens_that_ended_or_see_nothing_are_named(look: Callable[..., dict[str, Finding]]) -> None:
    tokens = Tokens(look.home)  # type: ignore[attr-defined]
    made = {"rights": ["ask"], "created": date(2026, 1, 1)}
    tokens.add("fine", collections=["default"], **made)  # type: ignore[arg-type]
    assert look()["tokens"].says == "1: fine"
    tokens.add("old", collections=["default"], expires=date(2026, 1, 2), **made)  # type: ignore[arg-type]
    tokens.add("blind", collections=["bord"], **made)  # type: ignore[arg-type]
    assert look(PICUM_TODAY="2026-01-03")["tokens"].todo.startswith("old ended; blind sees no document;")
    (look.home / "tokens.json").write_text("[", encoding="utf-8")  # type: ignore[attr-defined]
    assert "cannot be read" in look()["tokens"].todo


def test_what_others_can_read_is_found(look: Callable[..., dict[str, Finding]]) -> None:
    home: Path = look.home  # type: ignore[attr-defined]
    home.chmod(0o755)
    (home / "tokens.json").write_text("[]", encoding="utf-8")
    (home / "tokens.json").chmod(0o644)
    assert look()["files"].todo.endswith(f"run `chmod go= {home / 'tokens.json'}`.")
    (home / "tokens.json").chmod(0o600)
    assert look()["files"].todo == ""
    assert str(home / "picum.toml") in look('llm_key = "k"\n')["files"].todo
    home.chmod(0o700)
    assert look()["files"].says == f"nobody but their owner can enter {home}"


class Provider(BaseHTTPRequestHandler):
    """What an OpenID provider says of itself."""

    def do_GET(self) -> None:
        issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        names = ("authorization", "token", "userinfo")
        said = {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/keys",
            **{f"{name}_endpoint": f"{issuer}/{name}" for name in names},
        }
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_a_provider_that_answers_is_fine(look: Callable[..., dict[str, Finding]]) -> None:
    with HTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        issuer = f"http://127.0.0.1:{server.server_address[1]}"
        tables = f'[login]\nkind = "oidc"\nissuer = "{issuer}"\nclient_id = "picum"\n'
        found = look(tables, PICUM_LOGIN_SECRET="s", PICUM_PUBLIC_URL="https://example.org")
        server.shutdown()
        thread.join()
    assert found["login"].says == f"{issuer} logs people in, and answers"


def test_without_an_index_collections_are_not_judged(settings: Settings) -> None:
    asked = settings.model_copy(
        update={"groups": {"staff": ("board",)}, "login": settings.login.model_copy(update={"kind": "header"})}
    )
    (groups,) = [check(asked) for check in DOORS if check.__name__ == "groups"]
    assert groups.todo == ""
