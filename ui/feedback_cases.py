"""What readers said of answers → cases for evaluation: whole ones, and drafts that a person has to complete."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from assistant.evaluation.case_writing import Fields, write_cases
from assistant.evaluation.errors import CaseFileError, EvaluationError
from assistant.evaluation.jsonl import parse_line, read_lines
from ui.errors import UsageError
from ui.feedback_form import Cited, Kept, Verdict

_SAID: Mapping[Verdict, str] = {
    "right": "right, but what it cited was not sent: say what a right answer cites or says",
    "wrong": "wrong: say what a right answer says",
    "wrong_source": "a source does not say it: say which sources a right answer cites",
    "missing": "something is missing: say what a right answer says besides",
}
"""What a person has to do with a draft, by what the reader said."""
_ID_CHARACTERS = 10


class Numbered(NamedTuple):
    """A line of the file by its number, from 1."""

    line: int
    kept: Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFeedback:
    """A file of feedback; ``broken`` are the numbers of the lines that are none."""

    lines: tuple[Numbered, ...]
    broken: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackCases:
    """``whole`` can be asked as they are, ``drafts`` are skipped until somebody has completed them.

    ``verdicts`` counts the lines that were used, ``merged`` those of them that say again what another said, and
    ``without_question`` the lines from which no case can be made.
    """

    whole: tuple[Fields, ...]
    drafts: tuple[Fields, ...]
    verdicts: Mapping[Verdict, int]
    merged: int
    without_question: int


def read_feedback(path: Path) -> ReadFeedback:
    """The lines of a file. Raises UsageError where it cannot be read."""
    found, broken = list[Numbered](), list[int]()
    try:
        for number, raw in read_lines(path, EvaluationError):
            try:
                found.append(Numbered(number, Kept.model_validate(parse_line(path, number, raw, EvaluationError))))
            except (EvaluationError, ValidationError):
                broken.append(number)
    except EvaluationError as error:
        raise UsageError(
            f"{path} cannot be read: feedback is kept where PICUM_FEEDBACK is set and somebody sent some; "
            "give another file with --from."
        ) from error
    return ReadFeedback(lines=tuple(found), broken=tuple(broken))


def cases_of(lines: Iterable[Kept]) -> FeedbackCases:
    """A case for each question, verdict and set of citations. A right answer that was sent with its citations makes a
    whole case, whose sources are these; anything else makes a draft with the reader's comment.
    """
    groups = dict[tuple[object, ...], list[Kept]]()
    verdicts = Counter[Verdict]()
    without = 0
    for kept in lines:
        if not (kept.question or "").strip():
            without += 1
            continue
        verdicts[kept.verdict] += 1
        groups.setdefault(_key(kept), []).append(kept)
    whole, drafts = list[Fields](), list[Fields]()
    for group in groups.values():
        (whole if _is_whole(group[0]) else drafts).append(_case(group))
    return FeedbackCases(
        whole=tuple(whole),
        drafts=tuple(drafts),
        verdicts=verdicts,
        merged=sum(verdicts.values()) - len(groups),
        without_question=without,
    )


def write_feedback_cases(path: Path, made: FeedbackCases, *, overwrite: bool = False) -> None:
    """Write the cases, whole ones first. Raises CaseFileError where there is a file that must not be overwritten."""
    cases = [*made.whole, *made.drafts]
    if not overwrite or not path.exists():
        write_cases(path, cases)
        return
    # Beside the old one, which stays until the new one is whole.
    beside = path.with_name(f".{secrets.token_hex(8)}.picum{path.suffix}")
    write_cases(beside, cases)
    try:
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CaseFileError(f"{path} cannot be written ({error.strerror}): give another path.") from error


def _key(kept: Kept) -> tuple[object, ...]:
    cited = sorted((cited.document, cited.start, cited.end) for cited in kept.citations or ())
    meant = (kept.source.document, kept.source.start, kept.source.end) if kept.source else None
    return (" ".join((kept.question or "").split()).casefold(), kept.verdict, tuple(cited), meant)


def _is_whole(kept: Kept) -> bool:
    return kept.verdict == "right" and any(cited.document.strip() for cited in kept.citations or ())


def _case(group: Sequence[Kept]) -> Fields:
    first = group[0]
    digest = hashlib.sha256(repr(_key(first)).encode("utf-8", "backslashreplace")).hexdigest()
    case: dict[str, Any] = {
        "id": f"feedback-{digest[:_ID_CHARACTERS]}",
        "question": (first.question or "").strip(),
        "tags": ["feedback"],
    }
    if _is_whole(first):
        case["sources"] = [_source(cited) for cited in first.citations or () if cited.document.strip()]
    else:
        case["tags"] = ["feedback", "draft"]
        case["skip"] = f"draft: a reader found the answer {_SAID[first.verdict]}"
    case["note"] = "\n".join(_notes(group))
    return case


def _source(cited: Cited) -> dict[str, str]:
    quote = {"quote": cited.quote} if (cited.quote or "").strip() else {}
    return {"doc": cited.document, **quote}  # type: ignore[dict-item]


def _notes(group: Sequence[Kept]) -> list[str]:
    """Who reads the case should see what was said, each thing once."""
    days = sorted({kept.day for kept in group})
    notes = [f"Readers' feedback of {', '.join(days)}."]
    notes += [f"Comment: {kept.comment}" for kept in group if kept.comment]
    first = group[0]
    if not _is_whole(first):
        if first.source:
            notes.append(f"The source meant: {_named(first.source)}")
        notes += [f"Cited: {_named(cited)}" for cited in first.citations or ()]
        notes += [f"The answer was: {kept.answer}" for kept in group if kept.answer]
    return list(dict.fromkeys(notes))


def _named(cited: Cited) -> str:
    return f"{cited.document} ({cited.start}–{cited.end})" + (f": “{cited.quote}”" if cited.quote else "")
