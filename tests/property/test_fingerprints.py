"""A passage is found again by its words, however its document was read anew."""

from __future__ import annotations

import re
import time

from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.document import Span
from ui.fingerprints import fingerprint, locate, written_fingerprint

SOME = ["a", "b", "the", "Rights", "2021", "café", "ÉTÉ", "ﬁne", "مهاجر", "δικαίωμα", "x²"]
WORDS = st.lists(st.sampled_from(SOME), min_size=1, max_size=8)
SPACE = st.text(" \n\t\N{NO-BREAK SPACE}", min_size=1, max_size=4)
ANY = st.text(st.characters(codec="utf-8"), max_size=60)


def found(text: str, quote: str, near: int) -> Span | None:
    wanted = fingerprint(quote)
    assert wanted is not None
    return locate(text, wanted, Span(near, near + len(quote)))


@given(ANY, WORDS, ANY)
def test_a_passage_that_stands_where_it_stood_is_marked_as_it_was(before: str, words: list[str], after: str) -> None:
    quote = f"({' '.join(words)})."
    assert found(f"{before}{quote}{after}", quote, len(before)) == (len(before), len(before) + len(quote))


@given(ANY, ANY, WORDS, ANY)
def test_text_before_it_moves_it(inserted: str, before: str, words: list[str], after: str) -> None:
    quote = " ".join(words)
    start = len(inserted) + len(before) + 2
    place = found(f"{inserted}{before} \n{quote} \n{after}", quote, len(before) + 2)
    assert place is not None
    text = f"{inserted}{before} \n{quote} \n{after}"
    assert fingerprint(text[place.start : place.end]) == fingerprint(quote)
    # There may be the same words in front of it that are nearer to its old place.
    assert abs(place.start - (len(before) + 2)) <= abs(start - (len(before) + 2))


@given(WORDS, st.lists(SPACE, min_size=8, max_size=8), st.sampled_from(["", ",", " –", ";"]))
def test_white_space_line_breaks_and_punctuation_do_not_count(words: list[str], gaps: list[str], sign: str) -> None:
    changed = "".join(word + sign + gap for word, gap in zip(words, gaps, strict=False))
    text = f"Begins. {changed}"
    place = found(text, " ".join(words), 500)
    assert place is not None
    assert fingerprint(text[place.start : place.end]) == fingerprint(" ".join(words))


@given(WORDS, st.lists(st.integers(0, 30), min_size=2, max_size=6), st.integers(0, 400))
def test_of_equal_passages_the_nearest_is_marked(words: list[str], gaps: list[int], near: int) -> None:
    quote, text, places = " ".join(words), "", []
    for gap in gaps:
        text += "zz " * gap
        places.append(len(text))
        text += f"{quote} zz "
    place = found(text, quote, near)
    assert place is not None
    assume(not text[near:].startswith(quote))
    assert abs(place.start - near) == min(abs(each - near) for each in places)


@given(ANY, WORDS)
def test_words_that_stand_nowhere_are_not_found(text: str, words: list[str]) -> None:
    assert found(text, f"{' '.join(words)} quizzaciously", 3) is None


@given(ANY, st.integers(-3, 90), st.integers(-3, 90), st.integers(1, 9), st.integers(0, 2**61))
def test_no_place_and_no_fingerprint_breaks_the_search(text: str, start: int, end: int, words: int, hash: int) -> None:
    wanted = written_fingerprint(f"{words}-{hash:016x}")
    assert wanted is not None
    place = locate(text, wanted, Span(start, end))
    assert place is None or fingerprint(text[place.start : place.end]) == wanted


@given(ANY)
def test_a_fingerprint_is_read_as_it_is_written(quote: str) -> None:
    known = fingerprint(quote)
    if known is None:
        assert not re.search(r"[^\W_]", quote)
    else:
        assert written_fingerprint(str(known)) == known


def test_case_and_composition_do_not_count() -> None:
    assert fingerprint("Café ﬁne") == fingerprint("CAFE\N{COMBINING ACUTE ACCENT} FINE")
    assert fingerprint("one two") != fingerprint("two one")
    assert fingerprint("— …") is None
    assert written_fingerprint("0-0000000000000000") is written_fingerprint("3-zz") is written_fingerprint("") is None


def test_a_megabyte_is_searched_in_one_pass() -> None:
    text = " ".join(f"word{number % 9973} and more" for number in range(60_000))
    assert len(text) > 1_000_000
    began = time.process_time()
    assert found(text, "nothing of this stands there", 5) is None
    assert time.process_time() - began < 20  # one or two on a busy machine; many passes would take minutes
