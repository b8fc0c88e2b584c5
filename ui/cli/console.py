"""Everything that the command line writes: results on standard output, all else on standard error."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper

from assistant.evaluation.jsonl import json_text
from ui.plain_text import plain, plain_line

MAX_WIDTH = 100
"""Columns: longer lines are hard to read, however wide the terminal."""

_MAX_CELL = 60

Advance = Callable[[int, int, str], None]
"""Called with (done, total, what is being done)."""


def prepare_streams() -> None:
    """Make both streams take any text: UTF-8 into pipes and files, replacement characters on other terminals."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="replace")


def width() -> int | None:
    """Columns to wrap at; None where the output goes into a pipe or a file."""
    return min(MAX_WIDTH, shutil.get_terminal_size().columns) if sys.stdout.isatty() else None


def say(text: str = "", end: str = "\n") -> None:
    """Write text to standard output, at once; escape sequences and control characters are taken out."""
    print(plain(text), end=end, flush=True)


def say_json(value: object) -> None:
    """Write one JSON value to standard output."""
    print(json_text(value, indent=2), flush=True)


def complain(sentence: str) -> None:
    """Write a message to standard error."""
    print(plain(sentence), file=sys.stderr, flush=True)


def say_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write rows in aligned columns, without lines and colours, so that it reads the same everywhere."""
    from rich.cells import cell_len

    cells = [[_shortened(plain_line(cell)) for cell in row] for row in [head, *rows]]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        padded = [cell + " " * (columns - cell_len(cell)) for cell, columns in zip(row, widths, strict=True)]
        say("  ".join(padded).rstrip())


def _shortened(cell: str) -> str:
    return cell if len(cell) <= _MAX_CELL else f"{cell[: _MAX_CELL - 1]}…"


@contextmanager
def progress(description: str, *, in_bytes: bool = False) -> Iterator[Advance]:
    """A progress bar with counts on standard error; nothing where that is not a terminal."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    counts = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), counts, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=None)

        def advance(done: int, total: int, doing: str) -> None:
            bar.update(task, completed=done, total=total, description=escape(plain_line(doing)) or description)

        yield advance


def _silent(_done: int, _total: int, _doing: str) -> None:
    """Show nothing."""
