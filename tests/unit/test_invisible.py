"""Which characters are dropped, and which stay because a script or an emoji needs them."""

from __future__ import annotations

import pytest

from ingest.invisible import drop_invisible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("un\u200bdocu\u2060men\ufeffted", "undocumented"),
        ("Auf\u200clage", "Auflage"),
        ("plain\u200d text", "plain text"),
        ("a\x00b\x1bc\x9dd", "abcd"),
        ("tag\U000e0049\U000e0067\U000e006e", "tag"),
        ("a\u202eb\u202cc", "abc"),
        ("left\u200eright", "leftright"),
        ("\u3164x\u115f", "x"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("bytes in selectors: x\ufe01\ufe02\U000e0101\U000e0102", "bytes in selectors: x\ufe01"),
    ],
)
def test_what_nobody_sees_is_dropped_and_counted(text: str, expected: str) -> None:
    assert drop_invisible(text) == (expected, len(text) - len(expected))


@pytest.mark.parametrize(
    "text",
    [
        "zażółć gęślą jaźń – Ελληνικά, кириллица\tx\n\fy\u00a0z",
        "می\u200cخواهم",  # Persian: without the non-joiner another word form
        "क्\u200dष और क्\u200cष",
        "അവന്\u200d",  # Malayalam: a joiner after a virama ends the word
        "👩\u200d👩\u200d👧 and 🏳\ufe0f\u200d🌈 and 👩🏽\u200d⚕\ufe0f",
        "العدد \u200e(+32)\u200e هنا",
        "葛\U000e0100",
    ],
)
def test_what_scripts_and_emoji_need_stays(text: str) -> None:
    assert drop_invisible(text) == (text, 0)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x85", "\u2028", "\u2029"])
def test_every_line_end_becomes_a_newline_and_is_not_counted(end: str) -> None:
    assert drop_invisible(f"one{end}two") == ("one\ntwo", 0)


def test_a_soft_hyphen_shows_at_the_end_of_a_line_only() -> None:
    assert drop_invisible("Mi\u00adgra\u00ad\ntion\u00ad") == ("Migra-\ntion", 2)


def test_marks_of_direction_stay_only_in_the_lines_that_need_them() -> None:
    assert drop_invisible("abc\u200f\nשלום\u200f!") == ("abc\nשלום\u200f!", 1)
