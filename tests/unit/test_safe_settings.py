"""Settings that would let somebody in by mistake, or nobody at all, end the server before it listens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.settings import Settings, load_settings
from ui.access.entrance import login_of, why_not_safe
from ui.errors import AccessError

PROVIDER = '[login]\nkind = "oidc"\nissuer = "https://id.example.org"\nclient_id = "assistant"\n'


def settings(home: Path, content: str = "", **variables: str) -> Settings:
    home.mkdir(exist_ok=True)
    (home / "picum.toml").write_text(content, encoding="utf-8")
    return load_settings({"PICUM_HOME": str(home), **variables})


@pytest.mark.parametrize(
    ("content", "variables", "parts"),
    [
        ("", {"PICUM_HOST": "0.0.0.0"}, ["0.0.0.0", "[login]", "open = true"]),
        ("", {"PICUM_HOST": "::"}, ["other machines"]),
        ("", {"PICUM_HOST": "intranet.example.org"}, ["other machines"]),
        ("", {"PICUM_PUBLIC_URL": "https://ask.example.org"}, ["PICUM_PUBLIC_URL", "open = true"]),
        ('[login]\nkind = "header"\n', {}, ["PICUM_TRUSTED_PROXIES", "PICUM_LOGIN_SECRET"]),
        (PROVIDER, {"PICUM_LOGIN_SECRET": "x"}, ["PICUM_PUBLIC_URL"]),
        (PROVIDER, {"PICUM_PUBLIC_URL": "https://ask.example.org"}, ["PICUM_LOGIN_SECRET"]),
        ('[login]\nkind = "oidc"\n', {}, ["issuer", "client_id", "PICUM_LOGIN_SECRET", "PICUM_PUBLIC_URL"]),
    ],
)
def test_what_is_not_safe_is_refused_in_one_sentence(
    tmp_path: Path, content: str, variables: dict[str, str], parts: list[str]
) -> None:
    unsafe = settings(tmp_path, content, **variables)
    why = why_not_safe(unsafe)
    assert why is not None
    for part in parts:
        assert part in why
    with pytest.raises(AccessError, match=re.escape(why)):
        login_of(unsafe)


@pytest.mark.parametrize(
    ("content", "variables"),
    [
        ("", {}),
        ("", {"PICUM_HOST": "localhost"}),
        ("", {"PICUM_HOST": "::1"}),
        ("[login]\nopen = true\n", {"PICUM_HOST": "0.0.0.0", "PICUM_PUBLIC_URL": "http://ask.example.org/a"}),
        ('[login]\nkind = "header"\n', {"PICUM_HOST": "0.0.0.0", "PICUM_LOGIN_SECRET": "x"}),
        ('trusted_proxies = ["10.0.0.1"]\n[login]\nkind = "header"\n', {"PICUM_HOST": "0.0.0.0"}),
        (PROVIDER, {"PICUM_LOGIN_SECRET": "x", "PICUM_PUBLIC_URL": "https://ask.example.org"}),
    ],
)
def test_what_is_safe_is_not(tmp_path: Path, content: str, variables: dict[str, str]) -> None:
    assert why_not_safe(settings(tmp_path, content, **variables)) is None
