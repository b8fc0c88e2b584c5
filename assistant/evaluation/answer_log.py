"""An answer file that grows line by line and can be taken up again after any kind of stop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from assistant.evaluation.errors import AnswerFileError
from assistant.evaluation.jsonl import json_text


class AnswerLog:
    """The answers of a run, one JSON object a line, each written out before the next question is asked.

    Opening an existing file keeps its complete lines; a last line that was torn off by a stop is removed. ``done``
    holds the ids that are answered. Raises AnswerFileError when the file cannot be opened or holds something else than
    answers; then it is left as it was.
    """

    def __init__(self, path: Path) -> None:
        self.done: set[str] = set()
        self._path = path
        try:
            content = path.read_bytes() if path.exists() else b""
            kept = self._read(content)
            self._file: BinaryIO = path.open("r+b" if path.exists() else "xb")
            self._file.truncate(kept)
            self._file.seek(kept)
            if kept and not content[:kept].endswith(b"\n"):
                self._file.write(b"\n")
        except OSError as failure:
            raise AnswerFileError(
                f"{path} cannot be written ({failure.strerror}); give another path with --output."
            ) from failure

    def _read(self, content: bytes) -> int:
        """Take the ids of all complete lines; returns how many bytes of the file are kept."""
        *lines, tail = content.split(b"\n")
        for number, line in enumerate(lines, start=1):
            if line.strip():
                self.done.add(self._identifier(line, number))
        if not tail.strip(b"\0 \t\r"):  # a power cut can leave zeros
            return len(content) - len(tail)
        if _is_torn(tail):
            return len(content) - len(tail)
        self.done.add(self._identifier(tail, len(lines) + 1))
        return len(content)

    def _identifier(self, line: bytes, number: int) -> str:
        value = _parsed(line)
        identifier = value.get("id") if isinstance(value, dict) and "answer" in value else None
        if not isinstance(identifier, str):
            raise AnswerFileError(f"{self._path}:{number}: the line is no answer; give another path with --output.")
        return identifier

    def append(self, identifier: str, answer: Mapping[str, Any]) -> None:
        """Write one answer, the JSON of an answer or of a reply, to the disk's care.

        Raises AnswerFileError when the disk does not take it.
        """
        try:
            self._file.write(json_text({"id": identifier, **answer}).encode("utf-8") + b"\n")
            self._file.flush()
        except OSError as failure:
            raise AnswerFileError(
                f"{self._path} cannot be written ({failure.strerror}); mend that and run the same command again."
            ) from failure
        self.done.add(identifier)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return None


def _is_torn(tail: bytes) -> bool:
    """Whether the text after the last line feed is the beginning of a line that ``append`` was writing."""
    beginning = b'{"id": "'
    return _parsed(tail) is None and tail[: len(beginning)] == beginning[: len(tail)]
