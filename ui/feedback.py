"""What readers say of answers, kept in one file of the data folder where the operator switched that on.

Nothing is kept that a reader did not choose to send, and of the time only the day.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ui.errors import FeedbackNotKept

FILE = "feedback.jsonl"
MOST_BYTES = 16 * 1024 * 1024
"""Above this the file is full, until somebody has read it and moved it away."""
_LOCK_SECONDS = 5.0


class FeedbackFile:
    """A JSON object a line, readable by its owner alone. Several processes of one data folder may write."""

    def __init__(self, home: Path, today: Callable[[], date], *, most_bytes: int = MOST_BYTES) -> None:
        self._file, self._today, self._most_bytes = home / FILE, today, most_bytes
        self._lock = FileLock(self._file.with_suffix(".lock"), timeout=_LOCK_SECONDS)

    def keep(self, said: Mapping[str, Any]) -> None:
        """Add what a reader said, with the day. It is there as a whole or not at all.

        Raises FeedbackNotKept where the file is full or cannot be written.
        """
        self.keep_line(self.line(said))

    def line(self, said: Mapping[str, Any]) -> str:
        """The line that ``keep`` would add today, without its end."""
        # ASCII, so that no half of a character keeps the line from being written.
        return json.dumps({"day": self._today().isoformat(), **said})

    def keep_line(self, written: str) -> None:
        """Add a line that ``line`` made. Raises as ``keep`` does."""
        line = written.encode("ascii") + b"\n"
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                self._append(line)
        except Timeout as error:
            raise FeedbackNotKept("The feedback was not kept, because others are writing; send it again.") from error
        except OSError as error:
            raise FeedbackNotKept(
                "The feedback was not kept, because its file cannot be written; tell whoever runs this assistant."
            ) from error

    def _append(self, line: bytes) -> None:
        file = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(file).st_size
            if size + len(line) > self._most_bytes:
                raise FeedbackNotKept(
                    f"The feedback was not kept, because {FILE} is full; whoever runs this assistant can move it away."
                )
            try:
                if os.write(file, line) != len(line):
                    raise OSError("the disk is full")
            except OSError:
                os.ftruncate(file, size)
                raise
        finally:
            os.close(file)
