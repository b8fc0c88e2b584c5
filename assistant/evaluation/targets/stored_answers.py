"""Answers that were given before, from a JSON Lines file."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from assistant.answer import SCHEMA
from assistant.evaluation.errors import TargetError
from assistant.evaluation.jsonl import NumberedObject, read_objects
from assistant.evaluation.reply import Reply
from assistant.evaluation.targets.protocol import Query
from assistant.evaluation.targets.reading import reply_of


class _Stored(NamedTuple):
    line: int
    question: str
    reply: Reply


class StoredAnswers:
    """The answers of a file, found by the id of the case, and by the question where the file has no such id.

    Each line holds an object with ``id`` or ``question`` or both, and an answer: what ``picum-assistant answer``
    writes, or any form that ``reply_of`` reads. An answer with a question belongs to that wording alone, but for case
    and white space.
    """

    def __init__(self, path: Path) -> None:
        """Read the file. Raises TargetError, its message beginning with ``path:line:`` where a line is to blame."""
        self.name = path.name
        self._path = path
        self._by_id: dict[str, _Stored] = {}
        self._by_question: defaultdict[str, list[_Stored]] = defaultdict(list)
        for numbered in read_objects(path, TargetError):
            self._keep(numbered)

    def ask(self, query: Query) -> Reply:
        """See Target."""
        stored = self._by_id.get(query.id) if query.id else None
        if stored is None:
            return self._by_wording(query).reply
        if stored.question and _folded(stored.question) != _folded(query.question):
            raise TargetError(
                f"{self._path}:{stored.line}: the answer {query.id!r} was given to another wording of the question; "
                "answer it again."
            )
        return stored.reply

    def close(self) -> None:
        """See Target."""

    def _by_wording(self, query: Query) -> _Stored:
        found = self._by_question.get(_folded(query.question), [])
        if len(found) == 1:
            return found[0]
        what = f"the case {query.id!r}" if query.id else f"the question {query.question[:60]!r}"
        if found:
            lines = ", ".join(str(stored.line) for stored in found)
            raise TargetError(f"{self._path} has several answers to {what}, in lines {lines}; give each the case's id.")
        raise TargetError(f"{self._path} has no answer to {what}; answer it first.")

    def _keep(self, numbered: NumberedObject) -> None:
        line, value = numbered
        where = f"{self._path}:{line}"
        id, question = value.get("id"), value.get("question", "")
        if not isinstance(question, str) or not isinstance(id, str | None) or not (id or question):
            raise TargetError(f"{where}: the line has neither the id of a case nor a question; add one as text.")
        if value.get("schema", SCHEMA) != SCHEMA:
            raise TargetError(f"{where}: the schema is {value['schema']!r} and {SCHEMA} is read here; answer again.")
        if id in self._by_id:
            raise TargetError(f"{where}: the id {id!r} stands in line {self._by_id[id].line} already; remove one.")
        try:
            stored = _Stored(line, question, reply_of(value))
        except ValueError as error:
            raise TargetError(f"{where}: the line is no answer: {error}.") from error
        if id:
            self._by_id[id] = stored
        if question:
            self._by_question[_folded(question)].append(stored)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
