"""Verdicts in a JSON Lines file that people can commit: sorted, one a line, the same bytes for the same verdicts.

A new verdict is appended at once, so nothing that was paid for is lost; ``close`` sorts the file. Several processes may
write: each change is made under a lock in a file beside it (``.<name>.lock``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from assistant.evaluation.errors import JudgeError
from assistant.evaluation.jsonl import json_text
from assistant.evaluation.judge.questions import JudgeQuestion, Verdict
from assistant.evaluation.whole_files import write_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVerdict:
    """One vote. The other fields than ``key`` and ``verdict`` tell people what it was about."""

    key: str
    verdict: Verdict
    about: str = ""
    asked: str = ""
    model: str = ""
    prompt: str = ""
    vote: int = 1


_STORED = TypeAdapter(StoredVerdict)
_BEGINNING = b'{"key": "'


def key_of(question: JudgeQuestion, model: str, parameters: Mapping[str, Any], vote: int) -> str:
    """32 hexadecimal digits over all that a verdict depends on: model, prompt, parameters, what is judged, and which of
    several votes it is.
    """
    parts = [model, question.about, question.fingerprint(), dict(parameters), list(question.material), vote]
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


class VerdictCache:
    """The verdicts of a file, and those of this run. Nothing is written until ``add``; a missing file is an empty one.

    Raises JudgeError for a file that cannot be read, or that holds something else than verdicts. A last line that a
    stop tore off counts as not there, and the next ``add`` removes it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path.with_name(f".{path.name}.lock"))
        self._known = _by_key(_parse(self._content(), path))
        self._added = False

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: str) -> Verdict | None:
        """The verdict that is stored under ``key``."""
        stored = self._known.get(key)
        return stored.verdict if stored else None

    def add(self, stored: StoredVerdict) -> None:
        """Keep a verdict, in the file too; one that is there already stays. Raises JudgeError."""
        if stored.key in self._known:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                self._append(_line(stored))
        except OSError as failure:
            raise self._unwritable(failure) from failure
        self._known[stored.key] = stored
        self._added = True

    def close(self) -> None:
        """Sort the file, with what other processes have written, if this one has written too. Raises JudgeError."""
        if not self._added:
            return
        try:
            with self._lock:
                self._known = _by_key(_parse(self._content(), self._path))
                write_whole(self._path, b"".join(_line(self._known[key]) for key in sorted(self._known)))
        except OSError as failure:
            raise self._unwritable(failure) from failure
        self._added = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _content(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as failure:
            raise JudgeError(
                f"The judge's verdicts in {self._path} cannot be read ({failure.strerror}): give the path of a JSON "
                "Lines file, or of none."
            ) from failure

    def _append(self, line: bytes) -> None:
        content = self._content()
        whole = content.rfind(b"\n") + 1
        tail = content[whole:]
        if not _is_torn(tail):
            line = b"\n" + line
            whole = len(content)
        with self._path.open("r+b" if content else "ab") as file:
            file.truncate(whole)
            file.seek(whole)
            file.write(line)

    def _unwritable(self, failure: OSError) -> JudgeError:
        return JudgeError(
            f"The judge's verdicts cannot be written to {self._path} ({failure.strerror}): mend that, or give another "
            "path."
        )


def _parse(content: bytes, path: Path) -> Iterator[StoredVerdict]:
    *lines, tail = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    for number, line in enumerate([*lines, b"" if _is_torn(tail) else tail], start=1):
        if line.strip():
            try:
                yield _STORED.validate_json(line)
            except ValidationError as failure:
                raise JudgeError(
                    f"{path}:{number}: the line is no verdict of a judge; remove it, restore the file, or give another."
                ) from failure


def _by_key(verdicts: Iterator[StoredVerdict]) -> dict[str, StoredVerdict]:
    known: dict[str, StoredVerdict] = {}
    for stored in verdicts:
        known.setdefault(stored.key, stored)  # two processes may have asked the same: the first one counts
    return known


def _is_torn(tail: bytes) -> bool:
    """Whether the text behind the last line feed is nothing, or the beginning of a line that was being written.

    A whole line without a line feed is not, nor is anything that never was a verdict: it must not be cut off.
    """
    written = tail.rstrip(b"\0 \t\r")  # a power cut can leave zeros
    if not written:
        return True
    if not _BEGINNING.startswith(written) and not written.startswith(_BEGINNING):
        return False
    try:
        json.loads(tail)
    except ValueError:
        return True
    return False


def _line(stored: StoredVerdict) -> bytes:
    return json_text(asdict(stored)).encode("utf-8") + b"\n"
