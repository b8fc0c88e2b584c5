"""What was decided about proposals, kept so that nobody decides twice: accepted cases grow the case file one by one,
and a file beside it remembers every decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from assistant.evaluation.authoring.proposals import Draft, Proposal, case_fields
from assistant.evaluation.case_files import load_cases
from assistant.evaluation.case_writing import Fields, entry, head, is_yaml
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.jsonl import json_text, read_objects
from ingest.text import fold, stop_words, words

Decision = Literal["accepted", "skipped"]

_MAX_ID_WORDS = 5
_IN_ID = re.compile(r"[^\w-]")


class Review:
    """A case file that grows, and the decisions about it.

    Opening an existing file takes it up again. Raises CaseFileError where it, or the file of decisions, is none.
    """

    def __init__(self, path: Path, corpus: str = "") -> None:
        self.path, self._corpus = path, corpus
        self.log = path.with_name(path.name.removesuffix(path.suffix).removesuffix(".picum") + ".decisions.jsonl")
        self._ids: set[str] = set()
        self._questions: set[str] = set()
        if path.exists():
            for case in load_cases(path).cases:
                self._ids.add(case.id.partition("[")[0])
                self._questions.add(fold(case.question))
        self._decided = {str(value.get("key")) for _, value in self._logged()}

    def _logged(self) -> Iterable[tuple[int, dict[str, object]]]:
        return read_objects(self.log, CaseFileError) if self.log.exists() else ()

    @property
    def decided(self) -> int:
        """How many decisions were made so far."""
        return len(self._decided)

    def open(self, proposals: Iterable[Proposal]) -> Iterator[Proposal]:
        """The proposals about which nothing was decided, and whose question is not in the file yet."""
        for proposal in proposals:
            if proposal.key not in self._decided and fold(proposal.draft.question) not in self._questions:
                yield proposal

    def accept(self, proposal: Proposal, draft: Draft) -> str:
        """Add a proposal to the file, with the question and the facts of ``draft``; the id of the case.

        Raises CaseFileError where these make no case, or the file cannot be added to; it is then as it was.
        """
        id = self._free_id(draft.question, proposal.language)
        self._append(case_fields(id, proposal, draft))
        self._ids.add(id)
        self._questions.add(fold(draft.question))
        self._note(proposal, "accepted")
        return id

    def skip(self, proposal: Proposal) -> None:
        """Remember that a proposal is not wanted."""
        self._note(proposal, "skipped")

    def _append(self, case: Fields) -> None:
        before = self.path.read_bytes() if self.path.exists() else None
        if is_yaml(self.path):
            beginning = head(self._corpus) if before is None else ""
            added = entry(case)
        else:
            beginning, added = "", json_text(case) + "\n"
        if before and not before.endswith(b"\n"):
            beginning = "\n"
        count = 0 if before is None else len(load_cases(self.path).cases)
        try:
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(beginning + added)
        except OSError as failure:
            raise CaseFileError(f"{self.path} cannot be written ({failure.strerror}): give another path.") from failure
        try:
            whole = len(load_cases(self.path).cases) == count + 1
        except CaseFileError:
            self._restore(before)
            raise
        if not whole:
            self._restore(before)
            raise CaseFileError(f"{self.path} cannot be added to: its list of cases has to stand at the end.")

    def _restore(self, before: bytes | None) -> None:
        if before is None:
            self.path.unlink()
        else:
            self.path.write_bytes(before)

    def _note(self, proposal: Proposal, decision: Decision) -> None:
        line = {"key": proposal.key, "decision": decision, "question": proposal.draft.question}
        try:
            with self.log.open("a", encoding="utf-8", newline="\n") as file:
                file.write(json_text(line) + "\n")
        except OSError as failure:
            raise CaseFileError(f"{self.log} cannot be written ({failure.strerror}): mend that first.") from failure
        self._decided.add(proposal.key)

    def _free_id(self, question: str, language: str) -> str:
        """An id of the question's own words: "founded-club", then "founded-club-2"."""
        stop = stop_words(language)
        asked = [_IN_ID.sub("", word) for word in words(question)]
        telling = [word for word in asked if word and word not in stop] or asked
        id = stem = "-".join(telling[:_MAX_ID_WORDS]) or "case"
        number = 2
        while id in self._ids:
            id, number = f"{stem}-{number}", number + 1
        return id
