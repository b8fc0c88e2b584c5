from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

from assistant.events import GivenUp
from assistant.waiting_room import Turn, WaitingRoom


def never() -> threading.Event:
    return threading.Event()


def soon(seconds: float = 5.0) -> float:
    return time.monotonic() + seconds


def queue_up(pool: ThreadPoolExecutor, room: WaitingRoom, cancelled: threading.Event) -> Future[Turn]:
    """Somebody who waits, when this returns."""
    waiting = pool.submit(room.enter, soon(), cancelled)
    time.sleep(0.03)
    assert not waiting.done()
    return waiting


def test_there_are_as_many_turns_as_slots_and_seats_behind_them() -> None:
    room = WaitingRoom(slots=2, seats=1)
    assert [room.enter(soon(), never()) for _ in range(2)] == ["taken", "taken"]
    with ThreadPoolExecutor(1) as pool:
        waiting = queue_up(pool, room, never())
        began = time.monotonic()
        assert room.enter(soon(), never()) == "full"
        assert time.monotonic() - began < 0.2
        room.leave()
        assert waiting.result(1) == "taken"


def test_first_come_first_served() -> None:
    room = WaitingRoom(slots=1, seats=5)
    room.enter(soon(), never())
    with ThreadPoolExecutor(3) as pool:
        waiting = [queue_up(pool, room, never()) for _ in range(3)]
        for served in range(3):
            room.leave()
            assert waiting[served].result(1) == "taken"
            assert [future.done() for future in waiting[served + 1 :]] == [False] * (2 - served)


def test_who_waits_hears_its_place_whenever_that_changes() -> None:
    room, heard = WaitingRoom(slots=1, seats=5), list[list[int]]()
    room.enter(soon(), never())
    with ThreadPoolExecutor(3) as pool:
        waiting = []
        for _ in range(3):
            places: list[int] = []
            heard.append(places)
            waiting.append(queue_up(pool, room, GivenUp(places.append)))
        for served in range(3):
            room.leave()
            assert waiting[served].result(1) == "taken"
    # Who is quick to be served may miss a step between.
    assert [(places[0], places[-1]) for places in heard] == [(1, 0), (2, 0), (3, 0)]
    assert all(places == sorted(set(places), reverse=True) for places in heard)


def test_who_needs_not_wait_hears_nothing() -> None:
    heard: list[int] = []
    assert WaitingRoom(slots=1, seats=1).enter(soon(), GivenUp(heard.append)) == "taken"
    assert heard == []


def test_without_seats_only_a_free_slot_is_given() -> None:
    room = WaitingRoom(slots=1, seats=0)
    assert room.enter(soon(), never()) == "taken"
    assert room.enter(soon(), never()) == "full"
    room.leave()
    assert room.enter(soon(), never()) == "taken"


def test_one_who_gives_up_or_is_late_frees_the_seat() -> None:
    room = WaitingRoom(slots=1, seats=1)
    room.enter(soon(), never())
    assert room.enter(soon(0.05), never()) == "late"
    gone = never()
    with ThreadPoolExecutor(1) as pool:
        waiting = queue_up(pool, room, gone)
        gone.set()
        assert waiting.result(1) == "cancelled"
        waiting = queue_up(pool, room, never())
        room.leave()
        assert waiting.result(1) == "taken"
