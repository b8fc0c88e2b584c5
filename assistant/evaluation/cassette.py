"""Replies that were recorded, so that the same queries can be scored again without the assistant that gave them.

A folder holds one JSON file for each query. A query is its question, its history and its filters: under another wording
nothing is found. Everything that is scored is kept, the passages too, since a fact that is missing is looked for in
them; there is no way to shorten them that would not change a verdict.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.evaluation.errors import TargetError
from assistant.evaluation.jsonl import describe, json_text
from assistant.evaluation.reply import Reply, reply_from_json
from assistant.evaluation.targets.protocol import Query, Target
from assistant.evaluation.whole_files import write_whole

FORMAT = 1
_SLUG = 60
"""Characters of a file's name that are taken from the id or the question, for people."""
_HASH = 16
"""Hexadecimal digits of a file's name by which a query is found; the file itself says the query in full."""


class NotRecorded(TargetError):
    """There is no recording of this query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A reply with the name of the target that gave it, and when: UTC, in ISO 8601."""

    reply: Reply
    target: str
    at: str


class Cassette:
    """The recordings in a folder. Several processes may record into one; the last recording of a query stays."""

    def __init__(self, folder: Path) -> None:
        """Touches no file; the folder is made with the first recording."""
        self.folder = folder

    def record(self, query: Query, reply: Reply, target: str) -> Path:
        """Keep a reply; the file appears whole or not at all. Raises TargetError where it cannot be written."""
        recording = {
            "format": FORMAT,
            "id": query.id,
            "query": _said(query),
            "recorded": {"target": target, "at": datetime.now(UTC).isoformat(timespec="seconds")},
            "reply": {**reply.to_json(), "made_with": dict(sorted(reply.made_with.items()))},
        }
        path = self._path(query)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, f"{json_text(recording, indent=2)}\n".encode())
        except OSError as failure:
            raise TargetError(
                f"{path} cannot be written ({failure.strerror}); mend that, or record into another folder."
            ) from failure
        return path

    def replay(self, query: Query) -> Recording:
        """The recording of exactly this query, under whatever id it was made.

        Raises NotRecorded, and TargetError for a file that cannot be read.
        """
        path = self._path(query)
        if not path.is_file():
            path = next(iter(sorted(self.folder.glob(f"*-{_hash(query)}.json"))), path)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise self._missing(query) from None
        except OSError as failure:
            raise TargetError(f"{path} cannot be read ({failure.strerror}); record the answer again.") from failure
        try:
            value: dict[str, Any] = json.loads(content)
            if (value["format"], value["query"]) != (FORMAT, _said(query)):
                raise ValueError("it holds another query than its name says")
            recorded = value["recorded"]
            return Recording(reply=reply_from_json(value["reply"]), target=recorded["target"], at=recorded["at"])
        except ValidationError as error:
            raise _unreadable(path, describe(error)) from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise _unreadable(path, f"{type(error).__name__}: {error}") from error

    def _path(self, query: Query) -> Path:
        return self.folder / f"{_slug(query.id or query.question)}-{_hash(query)}.json"

    def _missing(self, query: Query) -> NotRecorded:
        what = f"The case {query.id!r}" if query.id else f"The question {query.question[:60]!r}"
        how = "ask the assistant itself once and record its answers"
        other = query.id and next(self.folder.glob(f"{_slug(query.id)}-{'[0-9a-f]' * _HASH}.json"), None)
        if other:
            return NotRecorded(f"{what} was recorded with other words in {other}; {how} again.")
        return NotRecorded(f"{what} is not recorded in {self.folder}; {how}.")


class RecordingTarget:
    """Asks a target and keeps each reply."""

    def __init__(self, target: Target, cassette: Cassette) -> None:
        self._target, self._cassette = target, cassette

    @property
    def name(self) -> str:
        """That of the target."""
        return self._target.name

    def ask(self, query: Query) -> Reply:
        """See Target. What failed is not recorded."""
        reply = self._target.ask(query)
        self._cassette.record(query, reply, self.name)
        return reply

    def close(self) -> None:
        """Close the target."""
        self._target.close()


class ReplayTarget:
    """Gives the replies that were recorded, and nothing else."""

    def __init__(self, cassette: Cassette) -> None:
        self._cassette = cassette

    @property
    def name(self) -> str:
        """The folder."""
        return f"recorded in {self._cassette.folder.name}"

    def ask(self, query: Query) -> Reply:
        """See Target. Raises NotRecorded."""
        return self._cassette.replay(query).reply

    def close(self) -> None:
        """See Target."""


def _said(query: Query) -> dict[str, Any]:
    return {
        "question": query.question,
        "history": [turn.model_dump() for turn in query.history],
        "filters": {
            "documents": sorted(set(query.filters.documents)),
            "collections": sorted(set(query.filters.collections)),
        },
    }


def _hash(query: Query) -> str:
    return hashlib.sha256(json.dumps(_said(query), sort_keys=True).encode("ascii")).hexdigest()[:_HASH]


def _slug(text: str) -> str:
    """A part of a file's name that every system takes; "reply" where no letter is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG].strip("-") or "reply"


def _unreadable(path: Path, reason: str) -> TargetError:
    return TargetError(f"{path} is no recording ({reason}); remove it and record the answer again.")
