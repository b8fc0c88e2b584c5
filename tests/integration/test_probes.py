"""What probes are told: whether the process lives, whether it may be asked, and nothing of what it holds."""

from __future__ import annotations

from concurrent.futures import Future

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.condition import Condition
from assistant.door_settings import Limits
from assistant.errors import AssistantError
from assistant.language_models import build_language_model
from assistant.settings import load_settings
from assistant.testing import assistant_over, read
from tests.fault_server import refusing_address
from tests.serving import serving
from ui.access.views import Views
from ui.answering import AnswersQuestions
from ui.probes import probes_router
from ui.testing import FakeAssistant
from ui.warming import WarmingAssistant
from vectorstore.errors import IndexDamaged

PARTS = {"index", "embedding_model", "language_model"}


def get(address: str) -> httpx2.Response:
    return httpx2.get(address, trust_env=False)


def test_readiness_follows_the_assistant_and_life_does_not() -> None:
    opened: Future[FakeAssistant] = Future()
    assistant = WarmingAssistant(opened.result)
    with serving(assistant) as address:
        assert get(f"{address}/healthz").json() == {"status": "ok"}
        early = get(f"{address}/readyz")
        assert (early.status_code, early.json()) == (
            503,
            {"status": "getting_ready", **dict.fromkeys(PARTS, "unknown")},
        )
        assert int(early.headers["retry-after"]) > 0
        assistant.start()
        opened.set_result(FakeAssistant())
        assistant.wait()
        ready = get(f"{address}/readyz")
        assert ready.status_code == 200
        assert ready.json() == {
            "status": "ready",
            "index": "ready",
            "embedding_model": "ready",
            "language_model": "none",
        }
        assert httpx2.head(f"{address}/readyz", trust_env=False).status_code == 200
        assert httpx2.head(f"{address}/healthz", trust_env=False).status_code == 200


def test_an_assistant_that_cannot_be_opened_lives_and_is_not_ready() -> None:
    def broken() -> AnswersQuestions:
        raise AssistantError("The model SECRET is not here: fetch it.")

    assistant = WarmingAssistant(broken)
    assistant.start()
    assistant.wait()
    with serving(assistant) as address:
        assert get(f"{address}/healthz").status_code == 200
        response = get(f"{address}/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "failed")
    assert "SECRET" not in response.text


def test_an_index_that_does_not_answer_makes_it_unready() -> None:
    def damaged() -> Condition:
        raise IndexDamaged("The index in SECRET is damaged.")

    with serving(FakeAssistant(condition=damaged)) as address:
        response = get(f"{address}/readyz")
    assert (response.status_code, response.json()["index"]) == (503, "failed")
    assert "SECRET" not in response.text


def test_an_index_of_words_alone_and_a_resting_model_are_ready() -> None:
    condition = Condition(index="by_words", language_model="resting")
    with serving(FakeAssistant(condition=lambda: condition)) as address:
        response = get(f"{address}/readyz")
    assert response.status_code == 200
    assert (response.json()["index"], response.json()["language_model"]) == ("by_words", "resting")


def test_a_language_model_that_is_gone_rests_and_quotations_go_on() -> None:
    documents = [read("plan", "The shelter has 40 beds for families. It opens at eight in the evening.")]
    with refusing_address() as upstream:
        model = build_language_model(load_settings({"PICUM_LLM": f"{upstream}#m"}))
        assert model is not None
        assistant = assistant_over(documents, model=model)
        with serving(assistant) as address, httpx2.Client(base_url=address, trust_env=False, timeout=60) as client:
            assert client.get("/readyz").json()["language_model"] == "ready"
            for _ in range(6):
                asked = {"question": "How many beds for families does the shelter have?"}
                assert client.post("/api/v1/ask", json=asked).json()["mode"] == "extractive"
            response = client.get("/readyz")
        assistant.close()
    assert (response.status_code, response.json()["language_model"]) == (200, "resting")
    assert "plan" not in response.text


@pytest.mark.parametrize(("ending", "status", "said"), [(False, 200, "ready"), (True, 503, "ending")])
def test_a_server_that_ends_is_not_ready_and_lives(ending: bool, status: int, said: str) -> None:
    app = FastAPI()
    app.include_router(probes_router(Views(FakeAssistant(), Limits()), lambda: ending))
    with TestClient(app) as client:
        response = client.get("/readyz")
        assert (response.status_code, response.json()["status"]) == (status, said)
        assert client.get("/healthz").json() == {"status": "ok"}
