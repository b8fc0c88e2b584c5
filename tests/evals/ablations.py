"""What each part of finding, choosing and refusing is worth: the questions answered in quotations again and again,
with one part left out.

    python tests/evals/ablations.py docs/ablations.md

Every row is the whole pipeline over the index in use, with one constant or one function changed. With PICUM_LLM=local
there is a row for the answers that the language model imagines to search with.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from assistant import chain, confidence, evidence, passages, search, selection, wiring
from assistant.assistant import Assistant
from assistant.confidence import Judgement, Verdict
from assistant.evaluation.case_files import load_cases
from assistant.evaluation.cases import Case
from assistant.evaluation.results import CaseResult
from assistant.evaluation.scoring import score
from assistant.evaluation.statistics import summarise
from assistant.evaluation.targets.in_process import InProcess
from assistant.evaluation.targets.protocol import Query
from assistant.language_models import build_language_model
from assistant.privacy import force_offline_and_private
from assistant.reading import hypothetical
from assistant.settings import Settings, load_settings
from vectorstore.embeddings import Embedder
from vectorstore.store import Matrix, Vector

CASES = Path(__file__).parent / "questions.picum.jsonl"
FIGURES = {
    "retrieval_recall_5": "R@5",
    "retrieval_recall_10": "R@10",
    "vital_recall": "vital facts",
    "all_vital": "every vital fact",
    "source_recall": "sources cited",
    "source_precision": "citations of sources",
    "right_refusals": "refused rightly",
    "wrong_refusals": "refused wrongly",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablation:
    """What is left out, and how: (owner, name, value) for each thing that is changed. ``settings`` change as well."""

    name: str
    changes: tuple[tuple[Any, str, Any], ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def always(_question: object, found: Any, _index: object, _scope: object) -> Judgement:
    return Judgement(verdict=Verdict.ANSWER if found else Verdict.NOTHING)


ABLATIONS = (
    Ablation(name="everything"),
    Ablation(name="without the second embedding model", settings={"second_embedding": "none"}),
    Ablation(name="without keywords", changes=((search, "KEYWORDS", 0.0),)),
    Ablation(name="without moving the question towards what it finds", changes=((search, "FEEDBACK_SENTENCES", 0),)),
    Ablation(name="without the sentences around a sentence", changes=((search, "NEIGHBOUR", 0.0),)),
    Ablation(
        name="without documents that the question means",
        changes=((search, "NAMED_DOCUMENT", 0.0), (search, "THIRD_PARTY", 0.0)),
    ),
    Ablation(
        name="without what speaks for a sentence as a quotation",
        changes=((search, "wanted_tests", lambda _question: []), (search, "poor_quotation", lambda *_: 0.0)),
    ),
    Ablation(name="without the neighbours of a chunk", changes=((passages, "PASSAGE_WORDS", 0),)),
    Ablation(name="without joining quotations", changes=((evidence, "_BETWEEN", -1),)),
    Ablation(name="without whole lists", changes=((selection, "_LIST_ITEMS", 10_000),)),
    Ablation(name="without a share of the best score", changes=((selection, "_RELEVANT", 0.0),)),
    Ablation(name="without the two best passages for one thing", changes=((selection, "_NARROW_PASSAGES", 10_000),)),
    Ablation(name="without other documents' numbers", changes=((selection, "quantities", lambda *_: []),)),
    Ablation(name="without looking for what is lacking", changes=((confidence, "lacking", lambda *_: ()),)),
    Ablation(name="without refusals", changes=((chain, "judge", always),)),
)


class Remembering:
    """An embedding model that reads each question once for all rows."""

    def __init__(self, embedder: Embedder) -> None:
        self.fingerprint, self.dimensions = embedder.fingerprint, embedder.dimensions
        self._embedder = embedder
        self.embed_question: Callable[[str], Vector] = lru_cache(maxsize=None)(embedder.embed_question)

    def embed_passages(self, texts: list[str]) -> Matrix:
        return self._embedder.embed_passages(texts)


def answered(assistant: Assistant, cases: tuple[Case, ...]) -> list[CaseResult]:
    target = InProcess(lambda: assistant)
    return [score(case, target.ask(Query.of(case))) for case in cases]


def row(name: str, results: list[CaseResult]) -> str:
    parts = [summarise(chosen) for chosen in (results, [result for result in results if result.case.part == "tuning"])]
    cells = []
    for metric in FIGURES:
        whole, tuning = (found[metric] for found in parts)
        pooled = "" if whole.pooled is None else f" / {whole.pooled:.2f}"
        cells.append("n/a" if whole.value is None else f"{whole.value:.2f}{pooled} ({tuning.value:.2f})")
    return f"| {name} | {' | '.join(cells)} |"


@contextmanager
def changed(ablation: Ablation) -> Iterator[None]:
    with ExitStack() as stack:
        for owner, name, value in ablation.changes:
            stack.enter_context(patch.object(owner, name, value))
        yield


@contextmanager
def indexed_for(ablation: Ablation, settings: Settings) -> Iterator[Settings]:
    """The settings of a row; where they differ, with an index of their own that is gone afterwards."""
    if not ablation.settings:
        yield settings
        return
    with TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "models").symlink_to(settings.home / "models", target_is_directory=True)
        used = settings.model_copy(update={**ablation.settings, "home": home})
        wiring.ingest(used, (), False, lambda _progress: None)
        yield used


def imagined(settings: Settings, cases: tuple[Case, ...]) -> dict[str, str]:
    """An imagined answer for each question."""
    model = build_language_model(settings)
    if model is None:
        return {}
    try:
        return {case.question: hypothetical(case.question, "en", model, threading.Event()) for case in cases}
    finally:
        model.close()


def main(path: Path) -> None:
    force_offline_and_private()
    settings = load_settings()
    quoting = settings.model_copy(update={"llm": "none"})
    cases = load_cases(CASES).cases
    rows = []
    whole = Remembering(wiring.build_embedder(quoting))
    for ablation in ABLATIONS:
        with indexed_for(ablation, quoting) as used:
            embedder = Remembering(wiring.build_embedder(used)) if ablation.settings else whole
            with patch.object(wiring, "build_embedder", lambda _settings, chosen=embedder: chosen), changed(ablation):
                rows.append(row(ablation.name, answered(wiring.build_assistant(used), cases)))
        print(rows[-1], flush=True)
    if extra := imagined(settings, cases):
        expand = chain._expand

        def wider(course: chain.Course) -> chain.Course:
            text = extra.get(course.asked, "")
            return expand(replace(course, expansions=(text,) if text else ()))

        with patch.object(wiring, "build_embedder", lambda _settings: whole), patch.object(chain, "_expand", wider):
            rows.append(row("with an answer that a model imagines", answered(wiring.build_assistant(quoting), cases)))
    path.write_text(report(rows, whole.fingerprint), encoding="utf-8")


def report(rows: list[str], fingerprint: str) -> str:
    head = f"| | {' | '.join(FIGURES.values())} |"
    return "\n".join(
        [
            "# What each part is worth",
            "",
            f"Measured {datetime.now().astimezone():%Y-%m-%d %H:%M %Z} by `make ablations`: the development questions",
            "over the shipped documents, in quotations. Each figure: mean over the cases / pooled (mean of the tuning",
            "part). One row leaves out one thing; differences under 0.03 are within chance.",
            "",
            head,
            "|---" * (len(FIGURES) + 1) + "|",
            *rows,
            "",
            f"Embedding: {json.dumps(fingerprint)}",
            "",
        ]
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
