"""The texts of the login: the languages of the page, and the same texts in each."""

from __future__ import annotations

import re

import pytest

from ui.access.pages import refusal, said_to
from ui.chat.texts import languages
from ui.languages import table_of_texts

TABLE = table_of_texts("ui.access")


def test_the_languages_are_those_of_the_page() -> None:
    assert set(TABLE) == set(languages())


@pytest.mark.parametrize("language", TABLE)
def test_each_language_has_every_text_with_its_variables(language: str) -> None:
    variables = re.compile(r"\$\w+")
    assert list(TABLE[language]) == list(TABLE["en"])
    for name, text in TABLE[language].items():
        assert variables.findall(text) == variables.findall(TABLE["en"][name]), name
        assert text.strip() == text != ""
        assert language == "en" or text != TABLE["en"][name], name


def scope(query: bytes = b"", accepted: bytes = b"") -> dict[str, object]:
    return {"type": "http", "query_string": query, "headers": [(b"accept-language", accepted)] if accepted else []}


def test_a_page_speaks_the_language_of_its_reader() -> None:
    assert said_to(scope()).language == "en"
    assert said_to(scope(accepted=b"ar,en;q=0.5")).language == "ar"
    assert said_to(scope(b"lang=pl", b"ar")).language == "pl"
    assert said_to(scope(b"lang=xx", b"fr")).language == "fr"
    html = bytes(refusal(scope(accepted=b"ar"), "page", 404, "not_found").body).decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert TABLE["ar"]["not_found"] in html


def test_programs_are_told_in_english_and_in_their_form() -> None:
    told = bytes(refusal(scope(accepted=b"ar"), "problem", 403, "no_right", right="metrics").body).decode()
    assert "This access does not include the right to metrics." in told
    assert '"type":"authentication_error"' in bytes(refusal(scope(), "openai", 401, "stranger").body).decode()


def test_what_others_say_is_shown_as_text() -> None:
    html = bytes(refusal(scope(), "page", 403, "not_framed", origin="http://<script>alert(1)</script>").body).decode()
    assert "<script" not in html
