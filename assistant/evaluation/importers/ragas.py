"""Data sets in the form of ragas: JSON Lines, JSON or CSV, with the names of its versions 0.1 to 0.4.

What an assistant answered there goes into stored answers. Contexts do not say which document they are from, unless
there are ids beside them, so only those become expected sources.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.importers.imported import Imported, filled, numbered
from assistant.evaluation.importers.tables import left_out, read_rows
from assistant.evaluation.jsonl import read_objects

MARKS = frozenset({"user_input", "retrieved_contexts", "reference_contexts", "ground_truths", "contexts", "response"})
"""Names by which such a file is known."""
_NAMES: Mapping[str, str] = {
    "id": "id",
    "sample_id": "id",
    "user_input": "question",
    "question": "question",
    "reference": "reference",
    "ground_truth": "reference",
    "ground_truths": "reference",
    "retrieved_contexts": "passages",
    "contexts": "passages",
    "retrieved_context_ids": "passage_ids",
    "reference_contexts": "quotes",
    "reference_context_ids": "quote_ids",
    "response": "answer",
    "answer": "answer",
    "synthesizer_name": "kind",
    "evolution_type": "kind",
}
_ROLES = {"human": "user", "user": "user", "ai": "assistant", "assistant": "assistant"}


def read_ragas(path: Path) -> Imported:
    """Read such a file. Raises CaseFileError where it is none or a sample has no question."""
    samples = list(_samples(path))
    if not samples:
        raise CaseFileError(f"{path} holds no sample; give a file with at least one.")
    known = [_known(sample) for sample in samples]
    ids = numbered(path, [str(sample.get("id") or "") for sample in known])
    cases, answers = [], []
    for n, (id, sample) in enumerate(zip(ids, known, strict=True), start=1):
        case = {"id": id, **_case(path, n, sample)}
        cases.append(case)
        if "answer" in sample:
            answers.append({"id": id, "question": case["question"], **_answer(sample)})
    unknown = dict.fromkeys(name for sample in samples for name in sample if name not in _NAMES)
    told = left_out(unknown)
    if any(sample.get("quotes") and not sample.get("quote_ids") for sample in known):
        told.append(
            "The reference contexts are left out where no reference_context_ids say which documents they are from."
        )
    return Imported(cases=cases, answers=answers, left_out=told)


def _samples(path: Path) -> Sequence[Mapping[str, Any]]:
    if path.suffix.lower() in (".csv", ".tsv"):
        return [row.cells for row in read_rows(path).rows]
    if path.suffix.lower() != ".json":
        return [value for _, value in read_objects(path, CaseFileError)]
    try:
        value = json.loads(path.read_bytes())
    except OSError as failure:
        raise CaseFileError(f"{path} cannot be read ({failure.strerror}): give the path of a data set.") from failure
    except (ValueError, RecursionError) as failure:
        raise CaseFileError(f"{path} is not JSON ({failure}); export the data set again.") from failure
    if isinstance(value, dict):
        value = value.get("samples", value.get("data", value))
    if isinstance(value, dict) and value and all(isinstance(column, dict | list) for column in value.values()):
        # One list or one table of row numbers for each column, as pandas writes it.
        columns = {name: list(c.values()) if isinstance(c, dict) else c for name, c in value.items()}
        lengths = {len(column) for column in columns.values()}
        if len(lengths) == 1:
            value = [{name: column[n] for name, column in columns.items()} for n in range(lengths.pop())]
    if not isinstance(value, list) or not all(isinstance(sample, dict) for sample in value):
        raise CaseFileError(f"{path} is no list of samples; export the data set as JSON Lines.")
    return value


def _known(sample: Mapping[str, Any]) -> dict[str, Any]:
    return {_NAMES[name]: value for name, value in sample.items() if name in _NAMES and value not in (None, "", [])}


def _case(path: Path, n: int, sample: Mapping[str, Any]) -> dict[str, Any]:
    turns = _turns(sample.get("question"))
    if not turns or "user" not in turns[-1] or not turns[-1]["user"].strip():
        raise CaseFileError(f"{path}: sample {n} has no question at its end; complete or remove it.")
    ids = _texts(sample.get("quote_ids"))
    quotes = _texts(sample.get("quotes")) if len(ids) == len(_texts(sample.get("quotes"))) else [""] * len(ids)
    return filled(
        {
            "question": turns[-1]["user"],
            "history": turns[:-1],
            "kind": str(sample.get("kind", "")),
            "reference": " ".join(_texts(sample.get("reference"))),
            "sources": [filled({"doc": doc, "quote": quote}) for doc, quote in zip(ids, quotes, strict=True)],
        }
    )


def _turns(value: object) -> list[dict[str, str]]:
    """The question, as a text or as the messages of a conversation; those of tools are passed over."""
    if not isinstance(value, list):
        return [{"user": str(value)}] if value else []
    messages = [message for message in value if isinstance(message, dict)]
    roles = [_ROLES.get(str(message.get("type") or message.get("role"))) for message in messages]
    turns = [{role: str(m.get("content", ""))} for role, m in zip(roles, messages, strict=True) if role]
    while turns and "assistant" in turns[-1]:
        turns.pop()  # the answer to the last question
    return turns


def _answer(sample: Mapping[str, Any]) -> dict[str, Any]:
    ids = _texts(sample.get("passage_ids"))
    texts = _texts(sample.get("passages"))
    ids = ids if len(ids) == len(texts) else [""] * len(texts)
    passages = [filled({"text": text, "document": document}) for text, document in zip(texts, ids, strict=True)]
    return {"answer": str(sample["answer"])} | ({"passages": passages} if "passages" in sample else {})


def _texts(value: object) -> list[str]:
    """A list of texts, which a cell of a table holds as Python writes it."""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return [str(value)]
    if isinstance(value, list):
        return [str(text) for text in value if str(text).strip()]
    return [str(value)] if value else []
