"""Whatever the description allows, and much that it does not, is sent: what comes back is as described."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from assistant.library import DocumentSummary, FoundPassage
from assistant.settings import load_settings
from assistant.testing import assistant_over, read
from tests.serving import serving
from ui.answering import AnswersQuestions
from ui.api.application import PREFIX
from ui.testing import FakeAssistant, FakeSource, make_answer, make_citation

OPEN = make_answer(("Membership is open.", (1,)), citations=[make_citation(1)])
EXAMPLES = 25
OPERATIONS = ["ask", "search", "list_documents", "get_document", "get_text", "give_feedback"]
CANNOT_BE_WRONG = {"list_documents", "get_document"}
"""Without a body or a parameter that is more than any text."""
IDS = ["plan", "reports/2024/text", "nowhere"]


def fake() -> AnswersQuestions:
    about: dict[str, Any] = {"publisher": "", "authority": "own", "published": None}
    listed = [
        DocumentSummary(
            id=id, title=id, **about, language="en", pages=1, chunks=1, derived=frozenset({"title", "language"})
        )
        for id in IDS[:2]
    ]
    passage = FoundPassage(
        document="plan", title="Plan", **about, section="", page=1, start=0, end=5, score=0.5, rank=1, text="Open."
    )
    return FakeAssistant(
        otherwise=OPEN, documents=listed, sources={id: FakeSource(text="Open.") for id in IDS[:2]}, passages=[passage]
    )


def real() -> AnswersQuestions:
    return assistant_over(
        [
            read("plan", "Shelter\n\nThe shelter has 40 beds for families. It opens at eight 🌙 in the evening."),
            read("reports/2024/text", "Le refuge a 30 lits.", language="fr", published="2024-01"),
        ]
    )


@pytest.fixture(scope="module", params=[fake, real], ids=["fake", "real"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home: Path = tmp_path_factory.mktemp("home")
    settings = load_settings({"PICUM_HOME": str(home), "PICUM_LLM": "none", "PICUM_FEEDBACK": "true"})
    with serving(request.param(), settings=settings) as address:
        yield address


@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        (operation, mode)
        for operation in OPERATIONS
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or operation not in CANNOT_BE_WRONG
    ],
    ids=str,
)
def test_replies_are_as_described(address: str, operation: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{address}{PREFIX}/openapi.json")
    statuses: set[int] = set()

    @given(case=schema.find_operation_by_id(operation).as_strategy(generation_mode=mode), data=st.data())
    @hypothesis_settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Case, data: st.DataObject) -> None:
        if mode is GenerationMode.POSITIVE and case.path_parameters:
            # What is there has more to say than what is not.
            case.path_parameters["id"] = data.draw(st.sampled_from([*IDS, str(case.path_parameters["id"])]))
        response = case.call()
        statuses.add(response.status_code)
        case.validate_response(
            response,
            checks=[
                not_a_server_error,
                content_type_conformance,
                response_headers_conformance,
                response_schema_conformance,
                *([status_code_conformance] if mode is GenerationMode.POSITIVE else []),
            ],
        )

    holds()
    assert statuses
    if mode is GenerationMode.POSITIVE:
        assert statuses & {200, 204}, "nothing of what was sent was taken"
