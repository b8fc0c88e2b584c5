"""How `make faults` counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.__main__ import Trial, bound, count
from tests.faults.driver import Driver


@pytest.mark.parametrize(
    ("failures", "steps", "upper"), [(0, 20, 0.1391), (0, 200, 0.0149), (1, 20, 0.2161), (20, 20, 1.0)]
)
def test_the_upper_bound_is_the_exact_one(failures: int, steps: int, upper: float) -> None:
    assert bound(failures, steps) == pytest.approx(upper, abs=1e-4)


class _NoDriver(Driver):
    def __init__(self) -> None:
        self.begun = 0

    def begin_anew(self) -> None:
        self.begun += 1


def test_a_step_that_fails_is_counted_and_the_others_go_on(tmp_path: Path) -> None:
    def steps(_place: Path, done: int) -> Iterator[str]:
        for number in range(done, 5):
            assert number != 2, "the index is gone"
            yield "had ended" if number == 4 else "killed"

    driver = _NoDriver()
    advanced: list[None] = []
    found = count(Trial("kill", "", 5, steps), tmp_path, driver, lambda: advanced.append(None))
    assert (found.steps, found.hit, len(advanced), driver.begun) == (5, 4, 5, 1)
    assert found.failures == ["kill, step 3: AssertionError the index is gone"]
