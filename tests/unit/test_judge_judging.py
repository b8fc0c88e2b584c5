"""The judge with fakes of chat models: modes, votes, failures, and the findings of a case."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.errors import LanguageModelTooSlow
from assistant.evaluation.cases import Case
from assistant.evaluation.errors import JudgeError
from assistant.evaluation.judge.cache import VerdictCache, key_of
from assistant.evaluation.judge.judging import Judge, Ruling, judge_figures, open_judge
from assistant.evaluation.judge.models import NamedJudge, name_of
from assistant.evaluation.judge.questions import VERDICTS, SourceText, support_question
from assistant.evaluation.judge.voting import settled
from assistant.evaluation.reply import CitedSource, Reply
from assistant.evaluation.results import CaseResult, Check, JudgeFinding, SentenceFinding
from assistant.settings import Settings
from assistant.testing import ScriptedModel

QUESTION = support_question("Beds are free.", [SourceText("Nobody pays for a bed.")])
RESULT = CaseResult(
    id="beds",
    case=Case.model_validate(
        {
            "id": "beds",
            "question": "What do beds cost?",
            "facts": ["free", {"regex": "no(body|ne) pays"}, {"number": 9, "unit": "beds", "vital": False}],
            "reference": "Beds are free.",
        }
    ),
    reply=Reply(
        answer="Beds are free [1]. There are nine [2]. All agree [3].",
        citations=(
            CitedSource(marker=1, quote="Nobody pays for a bed.", title="Rules", publisher="Trust", published="2019"),
            CitedSource(marker=2, document="no-words"),
        ),
    ),
    checks=(Check(id="vital_facts", passed=False, expected="free", found=""),),
    scores={},
    sentences=(
        SentenceFinding(text="Beds are free [1].", markers=(1,), dangling=(), support="supported"),
        SentenceFinding(text="There are nine [2].", markers=(2,), dangling=(), support=None),
        SentenceFinding(text="All agree [3].", markers=(3,), dangling=(3,), support=None),
    ),
)


class Function:
    """A judge that is a plain function; ``prompts`` is what it was asked."""

    def __init__(self, *replies: str | Exception) -> None:
        self.prompts: list[str] = []
        self._replies = iter(replies)

    def __call__(self, prompt: str) -> str:
        self.prompts.append(prompt)
        reply = next(self._replies)
        if isinstance(reply, Exception):
            raise reply
        return reply


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "verdicts.jsonl"


def live(cache: Path, model: Any, votes: int = 1) -> Judge:
    return open_judge("live", cache, model, votes=votes, name="the judge")


def test_a_chat_model_of_langchain_judges(cache: Path) -> None:
    with open_judge("live", cache, FakeListChatModel(responses=['{"verdict": "partial"}'])) as judge:
        assert judge.rule(QUESTION) == Ruling(verdict="partial")
        assert judge.made_with["judge"] == "FakeListChatModel"


def test_it_is_told_the_prompt_as_system_and_the_material_as_user(cache: Path) -> None:
    told: list[Any] = []

    class Recording(GenericFakeChatModel):
        def _generate(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
            told.extend(messages)
            return super()._generate(messages, *args, **kwargs)

    blocks = [{"type": "reasoning", "reasoning": "no"}, {"type": "text", "text": "yes"}]
    with live(cache, Recording(messages=iter([AIMessage(content=blocks)]))) as judge:  # type: ignore[arg-type]
        assert judge.rule(QUESTION).verdict == "yes"
    assert [(message.type, message.content) for message in told] == [
        ("system", QUESTION.system()),
        ("human", QUESTION.user()),
    ]


def test_a_function_judges(cache: Path) -> None:
    function = Function("no")
    with live(cache, function) as judge:
        assert judge.rule(QUESTION).verdict == "no"
    assert function.prompts == [f"{QUESTION.system()}\n\n{QUESTION.user()}"]


def test_what_was_judged_is_not_asked_again_and_cached_asks_nobody(cache: Path) -> None:
    with live(cache, Function("no")) as judge:
        judge.rule(QUESTION)
        assert judge.rule(QUESTION).verdict == "no"
    before = cache.read_bytes()
    for mode in ("live", "cached"):
        with open_judge(mode, cache, Function(), name="the judge") as judge:
            assert judge.rule(QUESTION) == Ruling(verdict="no")
    other = support_question("Beds cost money.", [SourceText("Nobody pays for a bed.")])
    with open_judge("cached", cache, Function(), name="the judge") as judge:
        ruling = judge.rule(other)
    assert ruling.verdict == "skipped"
    assert "No verdict of this judge is stored" in ruling.reason
    assert cache.read_bytes() == before


def test_another_model_prompt_parameter_text_or_vote_is_another_key() -> None:
    keys = {
        key_of(QUESTION, "m", {"temperature": 0}, 1),
        key_of(QUESTION, "n", {"temperature": 0}, 1),
        key_of(QUESTION, "m", {"temperature": 1}, 1),
        key_of(QUESTION, "m", {"temperature": 0}, 2),
        key_of(replace(QUESTION, about="fact"), "m", {"temperature": 0}, 1),
        key_of(replace(QUESTION, material=("[source 1] x",)), "m", {"temperature": 0}, 1),
    }
    assert len(keys) == 6
    assert key_of(replace(QUESTION, asked="y"), "m", {"temperature": 0}, 1) in keys


def test_off_changes_nothing_and_touches_no_file(cache: Path) -> None:
    with open_judge("off", cache, Function()) as judge:
        assert judge.judge(RESULT) is RESULT
        assert judge.made_with == {}
    assert not cache.exists()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("I cannot say.", "none of yes, partial and no"),
        (TimeoutError("secret"), "could not be asked (TimeoutError)"),
        (ConnectionError("secret"), "could not be asked (ConnectionError)"),
        (5, "replied with int"),
    ],
)
def test_a_failure_is_inconclusive_and_asked_again_the_next_time(cache: Path, reply: Any, reason: str) -> None:
    with live(cache, Function(reply)) as judge:
        ruling = judge.rule(QUESTION)
    assert ruling.verdict == "inconclusive"
    assert reason in ruling.reason
    assert "secret" not in ruling.reason
    assert not cache.exists()
    with live(cache, Function("yes")) as judge:
        assert judge.rule(QUESTION).verdict == "yes"


def test_a_language_model_that_is_too_slow_is_inconclusive(cache: Path) -> None:
    slow = NamedJudge(ScriptedModel('{"verdict": "y', failure=LanguageModelTooSlow("It fell silent.")))
    with Judge(name="m", parameters={}, cache=VerdictCache(cache), model=slow, votes=1) as judge:
        assert judge.rule(QUESTION) == Ruling(verdict="inconclusive", reason="It fell silent.")


def test_a_chat_model_that_breaks_is_inconclusive(cache: Path) -> None:
    with live(cache, FakeListChatModel(responses=["yes"], error_on_chunk_number=0)) as judge:
        assert judge.rule(QUESTION).verdict == "yes"  # only streaming breaks
    with live(cache.with_name("other"), GenericFakeChatModel(messages=iter([]))) as judge:
        assert judge.rule(QUESTION).verdict == "inconclusive"


@pytest.mark.parametrize(
    ("replies", "verdict", "asked"),
    [
        (["yes", "yes"], "yes", 2),
        (["yes", "no", "no"], "no", 3),
        (["yes", "partial", "no"], "partial", 3),
        (["yes", "?", "yes"], "yes", 3),
        (["yes", "?", "no"], "inconclusive", 3),
        (["?", "?", "yes"], "inconclusive", 3),
    ],
)
def test_three_votes(cache: Path, replies: list[str], verdict: str, asked: int) -> None:
    function = Function(*replies)
    with live(cache, function, votes=3) as judge:
        assert judge.rule(QUESTION).verdict == verdict
    assert len(function.prompts) == asked
    with open_judge("cached", cache, function, votes=3, name="the judge") as judge:
        assert judge.rule(QUESTION).verdict == ("skipped" if "?" in replies else verdict)


def test_votes_are_settled_when_no_other_vote_could_change_them() -> None:
    for size, given in product((1, 3, 5), range(6)):
        for votes in product(VERDICTS, repeat=min(given, size)):
            rest = size - len(votes)
            possible = {settled((*votes, *others), 0) for others in product(VERDICTS, repeat=rest)}
            assert settled(votes, rest) == (possible.pop() if len(possible) == 1 else None)
    assert {settled(votes, 0) for votes in permutations(("no", "partial", "yes"))} == {"partial"}
    assert settled(("no", "no", "yes"), 0) == "no"


@pytest.mark.parametrize("votes", [0, 2, -1])
def test_even_votes_are_refused_in_one_sentence(cache: Path, votes: int) -> None:
    with pytest.raises(JudgeError, match=f"cannot have {votes} votes: give an odd number"):
        open_judge("live", cache, Function(), votes=votes, name="x")


def test_findings_of_a_case_leave_its_checks_alone(cache: Path) -> None:
    with live(cache, Function("yes", "?", "no", "partial")) as judge:
        judged = judge.judge(RESULT)
    assert [(found.about, found.verdict) for found in judged.judged] == [
        ("fact", "yes"),
        ("fact", "skipped"),
        ("fact", "inconclusive"),
        ("support", "no"),
        ("reference", "partial"),
    ]
    assert judged.judged[0].question == "Does the answer say: free"
    assert "regular expression" in judged.judged[1].reason
    assert judged.judged[3].question == "Do the cited sources say: Beds are free."
    assert replace(judged, judged=()) == RESULT
    assert not judged.passed


def test_the_sources_of_a_sentence_are_shown_with_their_origin(cache: Path) -> None:
    function = Function("yes", "yes", "no", "yes")
    with live(cache, function) as judge:
        judge.judge(RESULT)
    assert "[source 1] Rules, Trust, 2019: Nobody pays for a bed.\n[statement] Beds are free." in function.prompts[2]


def test_an_empty_answer_is_not_judged(cache: Path) -> None:
    with live(cache, Function()) as judge:
        assert judge.judge(replace(RESULT, reply=Reply(answer=" "))).judged == ()


def test_figures_count_what_was_not_decided_apart(cache: Path) -> None:
    with live(cache, Function("partial", "?", "no", "yes")) as judge:
        figures = judge_figures([judge.judge(RESULT), RESULT])
    assert figures.keys() == {"fact", "support", "reference"}
    fact = figures["fact"]
    assert (fact.yes, fact.partial, fact.no, fact.inconclusive, fact.skipped) == (0, 1, 0, 1, 1)
    assert (fact.n, fact.value) == (1, 0.5)
    assert (figures["support"].value, figures["reference"].value) == (0.0, 1.0)
    failed = JudgeFinding(about="fact", question="x", verdict="inconclusive")
    assert judge_figures([replace(RESULT, judged=(failed,))])["fact"].value is None


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("http://127.0.0.1:8080/v1#small", "small"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("ollama:llama3.2", "ollama:llama3.2"),
        ("local", "qwen2.5-coder-1.5b-instruct"),
        (live, f"{__name__}:live"),
    ],
)
def test_a_model_is_named_without_being_opened(model: Any, name: str) -> None:
    assert name_of(model) == name


@pytest.mark.parametrize("model", [lambda prompt: prompt, Function()])
def test_a_model_without_a_name_has_to_be_given_one(cache: Path, model: Any) -> None:
    with pytest.raises(JudgeError, match="has no name by which its verdicts can be stored"):
        open_judge("cached", cache, model)


@pytest.mark.parametrize("model", ["none", "", "gpt", "http://user:secret@host/v1", "local:"])
def test_what_is_no_model_is_an_error(cache: Path, model: str) -> None:
    with pytest.raises(JudgeError, match="no language model: give local") as caught:
        open_judge("live", cache, model, settings=Settings())
    assert "secret" not in str(caught.value)


def test_a_model_that_is_not_here_is_an_error(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(JudgeError, match="models fetch"):
        open_judge("live", cache, "local", settings=Settings(home=tmp_path))
    with open_judge("cached", cache, "local", settings=Settings(home=tmp_path)) as judge:
        assert judge.rule(QUESTION).verdict == "skipped"


def test_stored_verdicts_need_no_heavy_package(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; import assistant.evaluation.judge.calibration\n"
        "from assistant.evaluation.judge.judging import open_judge\n"
        "from assistant.evaluation.judge.labels import read_labelled\n"
        f"open_judge('cached', Path({str(tmp_path / 'none')!r}), 'local').close()\n"
        "print(*{'torch', 'langchain', 'langchain_core', 'chromadb', 'gradio', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
