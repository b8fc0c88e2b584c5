"""Questions to offer are looked for by one reader at a time, and what is known waits for nobody."""

import threading

import pytest

from assistant import suggesting
from assistant.suggesting import Suggesting
from assistant.suggestions import Suggestion

FOUND = (Suggestion(question="Who can join?", document="plan"),)


def never():
    pytest.fail("looked for again")


@pytest.fixture
def busy(monkeypatch):
    """One that knows one answer, while somebody looks for another."""
    monkeypatch.setattr(suggesting, "PATIENCE_SECONDS", 0.05)
    turns, begun, go_on = Suggesting(), threading.Event(), threading.Event()
    assert turns.first("known", lambda: FOUND) == FOUND

    def slow():
        begun.set()
        assert go_on.wait(10)
        return FOUND

    other = threading.Thread(target=turns.first, args=("slow", slow))
    other.start()
    assert begun.wait(10)
    yield turns
    go_on.set()
    other.join()
    assert turns.first("slow", never) == FOUND


def test_what_is_known_is_there_while_somebody_looks_for_more(busy):
    assert busy.first("known", never) == FOUND


def test_whoever_waits_too_long_is_offered_nothing_and_nothing_is_kept_of_that(busy):
    assert busy.first("other", never) == busy.further(never) == ()


def test_a_failure_gives_the_turn_back():
    turns = Suggesting()
    with pytest.raises(ZeroDivisionError):
        turns.further(lambda: 1 // 0)
    assert turns.first("a", lambda: FOUND) == turns.further(lambda: FOUND) == FOUND


def test_where_nothing_was_found_it_is_looked_again():
    turns = Suggesting()
    assert turns.first("a", tuple) == ()
    assert turns.first("a", lambda: FOUND) == turns.first("a", never) == FOUND


def test_what_was_found_first_is_forgotten_first():
    turns = Suggesting()
    for key in range(70):
        turns.first(key, lambda: FOUND)
    assert turns.first(69, never) == turns.first(6, never) == FOUND
    assert turns.first(5, tuple) == ()
