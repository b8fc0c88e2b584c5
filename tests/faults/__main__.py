"""All trials at length: `make faults` counts them on a progress bar and writes what came of them as Markdown.

``python -m tests.faults FILE [SHARE]`` runs all of them, or a share from 0 to 1 of each.
"""

from __future__ import annotations

import logging
import math
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.faults import trials
from tests.faults.damage import DAMAGE
from tests.faults.driver import Driver
from tests.faults.points import Kind

_FILE_SYSTEM = 300_000_000
"""Bytes of the file system that is filled."""
_ENOUGH = 100_000_000


class Trial(NamedTuple):
    """``begin`` starts it in an empty folder, after as many steps as were done before a failure; ``drawn`` means that
    its moments are drawn at random.
    """

    name: str
    meaning: str
    steps: int | None
    begin: Callable[[Path, int], Iterator[str]]
    drawn: bool = False


@dataclass(slots=True)
class Count:
    """What came of a trial: steps done, those in which the fault came before the run had ended, and failures."""

    steps: int = 0
    hit: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0


def all_trials(driver: Driver, share: float, file_system: Path | None) -> list[Trial]:
    """Every trial; those of a full file system only where there is one to fill."""

    def of(number: int) -> int:
        return max(1, round(number * share))

    sizes = [int(500 * 1.65**step) for step in range(of(20) - 1)] + [_ENOUGH]
    rooms = [0, *(int(4_000 * 1.5**step) for step in range(of(20) - 1))]
    every = max(1, round(1 / share))

    def at_points(kind: Kind) -> Callable[[Path, int], Iterator[str]]:
        return lambda place, done: trials.faults_at_points(place, driver, kind, first=1 + done * every, step=every)

    found = [
        Trial(
            "kill at a random moment",
            "SIGKILL 0 to 0.5 s after the start of a run; every tenth, checked by a fresh process, 0 to 1.5 s after it",
            of(200),
            lambda place, done: trials.random_kills(place, driver, of(200) - done, random.Random(20 + done)),
            drawn=True,
        ),
        Trial(
            "kill while the store writes",
            "SIGKILL 0 to 30 ms after the vector store first wrote vectors into the new generation",
            of(100),
            lambda place, done: trials.kills_at_flushes(place, driver, of(100) - done, random.Random(30 + done)),
            drawn=True,
        ),
        Trial(
            "no file may grow further",
            f"a limit on the size of files, from {sizes[0]} bytes to one that is enough",
            len(sizes),
            lambda place, done: trials.disks_without_room(place, driver, sizes[done:]),
        ),
        Trial(
            "damage",
            "each of the damages to files of a generation: found before an answer, mended by the next run",
            len(DAMAGE),
            lambda place, done: trials.damages(place, list(DAMAGE)[done:]),
        ),
        Trial(
            "failure at the n-th change of files",
            f"“no space left” at the n-th open, write, mkdir, rename or fsync of Python code, n = 1, {1 + every}, …",
            None,
            at_points("full"),
        ),
        Trial(
            "kill at the n-th change of files",
            f"SIGKILL at the same places and before each removal, n = 1, {1 + every}, …",
            None,
            at_points("kill"),
        ),
    ]
    if file_system:
        full = Trial(
            "full file system",
            f"a file system of its own that is filled while a run works, but for {rooms[0]} to {rooms[-1]} bytes",
            len(rooms),
            lambda place, done: trials.full_file_systems(file_system / place.name, driver, rooms[done:]),
        )
        found.insert(3, full)
    return found


def count(trial: Trial, place: Path, driver: Driver, advance: Callable[[], object]) -> Count:
    """Run a trial to its end; a failure is counted and the rest goes on in an empty folder."""
    found, began = Count(), time.monotonic()
    while trial.steps is None or found.steps < trial.steps:
        folder = place / f"{trial.name.replace(' ', '-')}-{found.steps}"
        try:
            for said in trial.begin(folder, found.steps):
                found.steps += 1
                found.hit += said not in ("had ended", "done")
                advance()
            break
        except Exception as error:  # noqa: BLE001 (whatever it is, it counts as a failure)
            found.steps += 1
            found.hit += 1
            found.failures.append(f"{trial.name}, step {found.steps}: {type(error).__name__} {error}".splitlines()[0])
            driver.begin_anew()
            advance()
    found.seconds = time.monotonic() - began
    return found


def bound(failures: int, steps: int) -> float:
    """The exact upper end of a one-sided 95 % interval for the share of failures (Clopper and Pearson)."""
    low, high = failures / steps if steps else 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        seen = sum(math.comb(steps, k) * middle**k * (1 - middle) ** (steps - k) for k in range(failures + 1))
        low, high = (middle, high) if seen > 0.05 else (low, middle)
    return high


@contextmanager
def small_file_system() -> Iterator[Path | None]:
    """A file system in memory, where this process may make one."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={_FILE_SYSTEM}", "tmpfs", folder]
        mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
        try:
            yield Path(folder) if mounted else None
        finally:
            if mounted:
                subprocess.run(["umount", folder], check=True)


def _share(done: Count) -> str:
    return f"{100 * bound(len(done.failures), done.hit):.1f} %" if done.hit else "–"


def report(counts: list[tuple[Trial, Count]], share: float, load: tuple[float, float], filled: bool) -> str:
    """The page."""
    machine = f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} on {platform.machine()}, {os.cpu_count()} cores, "
    machine += f"Python {platform.python_version()}"
    rows = [
        f"| {trial.name} | {done.steps} | {done.hit} | {len(done.failures)} | "
        f"{_share(done) if trial.drawn else '–'} | {done.seconds:.0f} s | {trial.meaning} |"
        for trial, done in counts
    ]
    failures = [f"- {sentence}" for _, done in counts for sentence in done.failures]
    missing = [] if filled else ["No file system could be made to be filled, so that trial is not among them.", ""]
    part = (
        []
        if share == 1
        else [
            f"This run took a share of {share:g} of the moments, sizes and points; `make faults` takes all of them.",
            "",
        ]
    )
    return "\n".join(
        [
            "# What breaking the index does",
            "",
            "`make faults` writes this page. Each step makes a run of indexing fail, or damages an index, and then",
            "looks. The index must answer (every file is hashed, 64 rows find themselves, a sentence is found by its",
            "words), from the old documents or wholly from the new; in the end a run must succeed, and nothing of the",
            "broken ones be left. A failure is a step after which one of these was not so.",
            "",
            f"- {machine}; load at the beginning {load[0]:.1f}, at the end {load[1]:.1f}",
            "- four documents of 60 sentences, of 6 for the changes of files; an embedder that needs no model",
            "",
            *part,
            *missing,
            "| Trial | Steps | Fault came in time | Failures | at most, with 95 % certainty | Time | What is done |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            "“In time” leaves out steps whose run had ended before the fault. The upper bound of the share of failures",
            "is the exact one (Clopper and Pearson), and stands where the moments were drawn at random; the other",
            "trials go through a list to its end.",
            "",
            "## Failures",
            "",
            *(failures or ["None."]),
            "",
        ]
    )


def main(arguments: list[str]) -> int:
    page, share = Path(arguments[0]), float(arguments[1]) if arguments[1:] else 1.0
    logging.disable()
    before = os.getloadavg()[0]
    driver = Driver()
    counts: list[tuple[Trial, Count]] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with small_file_system() as full, tempfile.TemporaryDirectory() as place, Progress(*columns) as bar:
            for trial in all_trials(driver, share, full):
                task = bar.add_task(trial.name, total=trial.steps)
                counts.append((trial, count(trial, Path(place), driver, lambda task=task: bar.advance(task))))
        load = before, os.getloadavg()[0]
    except KeyboardInterrupt:
        sys.stderr.write(f"Interrupted; {page} stays as it was.\n")
        return 130
    finally:
        driver.close()
    page.write_text(report(counts, share, load, full is not None), encoding="utf-8")
    failed = sum(len(done.failures) for _, done in counts)
    sys.stdout.write(f"{sum(done.steps for _, done in counts)} steps, {failed} failures; see {page}.\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
