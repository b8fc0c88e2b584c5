"""What a person names as the assistant under test, and what functions and files give as answers."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.messages import AIMessage

from assistant.errors import QuestionRejected
from assistant.evaluation.cases import Filters, Turn
from assistant.evaluation.errors import TargetError
from assistant.evaluation.reply import CitedSource, Reply, Retrieved, reply_from_json
from assistant.evaluation.targets.address import parse_address
from assistant.evaluation.targets.in_process import InProcess
from assistant.evaluation.targets.opening import as_target, open_target
from assistant.evaluation.targets.protocol import Query
from assistant.evaluation.targets.reading import reply_of
from assistant.evaluation.targets.sources import markers_in
from assistant.testing import assistant_over, read
from ui.testing import FakeAssistant, make_answer, make_citation

ROOT = Path(__file__).parents[2]
HISTORY = (Turn(role="user", content="Hi"),)
ANSWER = make_answer(("Open.", (1,)), ("Κλειστό — ναι.", (2,)), citations=[make_citation(1), make_citation(2, page=3)])


def ask(value: object, query: Query | None = None) -> Reply:
    target = as_target(value)
    try:
        return target.ask(query or Query(question="Who?"))
    finally:
        target.close()


class TestForms:
    def test_the_contract_is_read_whole_in_every_form(self) -> None:
        wanted = reply_from_json(ANSWER.to_json())
        for form in (ANSWER, ANSWER.to_json(), json.loads(json.dumps(ANSWER.to_json())), wanted):
            assert reply_of(form) == wanted

    @pytest.mark.parametrize(
        "value",
        [
            "Yes.",
            {"answer": "Yes."},
            {"result": "Yes."},
            {"input": "Who?", "output": "Yes."},
            {"answer": AIMessage("Yes.")},
            AIMessage("Yes."),
            AIMessage([{"type": "text", "text": "Y"}, {"type": "text", "text": "es."}]),
            SimpleNamespace(content="Yes."),
        ],
    )
    def test_a_text_under_any_of_its_names(self, value: object) -> None:
        assert reply_of(value).answer == "Yes."

    def test_a_message_says_what_it_cost(self) -> None:
        message = AIMessage(
            "Yes.",
            usage_metadata={"input_tokens": 3, "output_tokens": 4, "total_tokens": 7},
            response_metadata={"model_name": "small"},
        )
        for form in (message, {"answer": message}):
            assert (reply_of(form).tokens, reply_of(form).made_with) == (7, {"language_model": "small"})

    def test_markers_count_the_passages_of_a_chain(self) -> None:
        found = [
            Document("Open.", metadata={"source": "plan.pdf", "page": 0, "title": "The plan"}),
            Document("Closed.", metadata={"source": "old.pdf", "page": 4, "page_label": "v"}, id="x"),
            Document("Half open.", metadata={"source": "https://a.example/", "page": 4, "page_label": "7"}),
        ]
        reply = reply_of({"answer": "Open [1], half open [3, 9].", "context": found})
        assert reply.citations == (
            CitedSource(marker=1, document="plan.pdf", title="The plan", page=1, quote="Open."),
            CitedSource(marker=3, document="", url="https://a.example/", page=7, quote="Half open."),
        )
        assert reply.passages is not None
        assert [(one.text, one.document, one.page) for one in reply.passages] == [
            ("Open.", "plan.pdf", 1),
            ("Closed.", "old.pdf", 5),
            ("Half open.", "https://a.example/", 7),
        ]

    def test_without_markers_nothing_is_cited(self) -> None:
        reply = reply_of({"result": "Open.", "source_documents": [Document("Open.", metadata={"source": "a"})]})
        assert reply.citations == ()
        assert reply.passages == (Retrieved(text="Open.", document="a"),)

    @pytest.mark.parametrize(
        ("listed", "cited"),
        [
            (["a.pdf", "https://b.example"], (CitedSource(marker=2, url="https://b.example"),)),
            (
                [{"source": "a"}, {"source": "b", "text": "Open."}],
                (CitedSource(marker=2, document="b", quote="Open."),),
            ),
            ([{"id": "b", "marker": 2, "page": "3"}], (CitedSource(marker=2, document="b", page=3),)),
            ([{"id": "z", "marker": 5}], (CitedSource(marker=5, document="z"),)),
            ("only.pdf", ()),
        ],
    )
    def test_lists_of_sources(self, listed: object, cited: tuple[CitedSource, ...]) -> None:
        assert reply_of({"answer": "Open [2].", "sources": listed}).citations == cited

    @pytest.mark.parametrize("context", ["one text", ["one text"], [{"text": "one text"}], {"content": "one text"}])
    def test_passages_as_texts(self, context: object) -> None:
        assert reply_of({"answer": "x", "context": context}).passages == (Retrieved(text="one text"),)

    def test_no_passages_are_other_than_none_found(self) -> None:
        assert reply_of({"answer": "x"}).passages is None
        assert reply_of({"answer": "x", "context": []}).passages == ()

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            (None, "NoneType is no answer"),
            (7, "int is no answer"),
            ({"question": "Who?"}, "none of the keys answer, result"),
            ({"answer": {"text": "x"}}, "its text is a table"),
            ({"answer": "x", "status": "fine"}, "status: "),
            ({"answer": "x", "context": [7]}, "int is no source"),
            ({"answer": "x", "context": 7}, "int where a list was expected"),
        ],
    )
    def test_what_is_no_answer_says_why(self, value: object, words: str) -> None:
        with pytest.raises(ValueError, match=words):
            reply_of(value)

    def test_markers(self) -> None:
        assert markers_in("A [1][3], B [2; 3] and 【4】, [^5]. Not [a], [1999-2003], [12345] or (6).") == (
            1,
            3,
            2,
            4,
            5,
        )


class TestFunctions:
    def test_functions_get_what_they_take(self) -> None:
        seen: list[Any] = []

        def one(question: str) -> str:
            seen.append(question)
            return "1"

        def second(question: str, earlier: list[dict[str, str]]) -> str:
            seen.append(earlier)
            return "2"

        def named(question: str, k: int = 4, *, history: object = (), filters: object = None) -> str:
            seen.append((k, history, filters))
            return "3"

        def config(question: str, config: object = None) -> str:
            seen.append(config)
            return "4"

        ask(one)
        ask(config)
        told = Query(question="Who?", history=HISTORY, filters=Filters(documents=("a",)))
        ask(second, Query(question="Who?", history=HISTORY))
        ask(named, told)
        history = [{"role": "user", "content": "Hi"}]
        assert seen == ["Who?", None, history, (4, history, told.filters.model_dump(mode="json"))]
        with pytest.raises(TargetError, match="takes no history; give its function a parameter `history`"):
            ask(one, Query(question="Who?", history=HISTORY))
        with pytest.raises(TargetError, match=r"cannot be narrowed .* remove the filters of the case 'c'"):
            ask(second, Query(question="Who?", filters=Filters(collections=("a",)), id="c"))

    def test_coroutines_run_in_one_loop(self) -> None:
        loops = []

        async def answer(question: str) -> str:
            import asyncio

            loops.append(asyncio.get_running_loop())
            return question

        target = as_target(answer)
        assert [target.ask(Query(question=text)).answer for text in "ab"] == ["a", "b"]
        assert loops[0] is loops[1]
        target.close()
        assert loops[0].is_closed()

    def test_coroutines_run_where_another_loop_is_running(self) -> None:
        import asyncio

        async def answer(question: str) -> str:
            await asyncio.sleep(0)
            return question

        async def inside() -> str:
            target = as_target(answer)
            said = target.ask(Query(question="a")).answer
            target.close()
            return said

        # In a thread, because this one may have a running loop of its own, left by a browser.
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(asyncio.run, inside()).result() == "a"

    def test_the_time_is_measured_where_it_is_not_said(self) -> None:
        assert (ask(lambda question: question).timings.total_ms or 0) > 0
        assert ask(lambda question: ANSWER).timings.total_ms == 100.0

    def test_what_goes_wrong_is_one_sentence_with_its_cause(self) -> None:
        def broken(question: str) -> str:
            raise LookupError("no\nindex")

        with pytest.raises(TargetError, match=r"broken raised LookupError \(no index\); mend it") as raised:
            ask(broken)
        assert isinstance(raised.value.__cause__, LookupError)
        with pytest.raises(TargetError, match="returned something that is no answer: NoneType is no answer"):
            ask(lambda question: None)

    def test_objects_with_ask(self) -> None:
        class Bot:
            def ask(self, question: str, history: object) -> str:
                return f"{question} {history}"

        @dataclass
        class Own:
            name: str = "mine"

            def ask(self, query: Query) -> Reply:
                return Reply(answer=query.id)

            def close(self) -> None: ...

        assert ask(Bot(), Query(question="Who?", history=HISTORY)).answer.startswith("Who? [{")
        assert as_target(Bot()).name == "Bot"
        own = Own()
        assert as_target(own) is own
        assert ask(FakeAssistant({"Who?": ANSWER})).answer == ANSWER.answer
        with pytest.raises(TargetError, match="int is no assistant"):
            as_target(7)


class TestInProcess:
    def test_one_assistant_is_kept_open_and_narrowed(self) -> None:
        opened: list[FakeAssistant] = []

        def open_fake() -> FakeAssistant:
            opened.append(FakeAssistant({"Who?": ANSWER}))
            return opened[-1]

        target = InProcess(open_fake)
        assert not opened
        reply = target.ask(Query(question="Who?", history=HISTORY, filters=Filters(documents=("a",))))
        target.ask(Query(question="Who?"))
        (fake,) = opened
        assert reply == reply_from_json({**ANSWER.to_json(), "question": "Who?"})
        assert fake.asked[0][1][0].content == "Hi"
        assert fake.narrowed == [({"a"}, None), (None, None)]
        target.close()
        target.close()
        assert fake.closed == 1

    def test_the_whole_assistant_answers_from_the_documents_of_a_case(self) -> None:
        documents = [read(f"plan-{n}", f"The shelter has {n} beds for families.", title=f"Plan {n}") for n in (40, 55)]
        target = InProcess(lambda: assistant_over(documents))
        question = "How many beds for families does the shelter have?"
        reply = target.ask(Query(question=question, filters=Filters(documents=("plan-55",))))
        assert {source.document for source in reply.citations} == {"plan-55"}
        assert {one.document for one in reply.passages or ()} == {"plan-55"}
        with pytest.raises(TargetError, match="The question is empty") as raised:
            target.ask(Query(question=" "))
        assert isinstance(raised.value.__cause__, QuestionRejected)


class TestStoredAnswers:
    def write(self, tmp_path: Path, *lines: object) -> str:
        path = tmp_path / "given.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return f"answers:{path}"

    def test_by_id_and_by_question(self, tmp_path: Path) -> None:
        spec = self.write(
            tmp_path,
            {"id": "a", **ANSWER.to_json()},
            {"id": "b", "answer": "B"},
            {"question": "Wer  darf?", "result": "C [1]", "context": [{"source": "x", "text": "C"}]},
        )
        target = open_target(spec)
        assert target.name == "given.jsonl"
        assert target.ask(Query(question="who CAN\njoin?", id="a")) == reply_from_json(ANSWER.to_json())
        assert target.ask(Query(question="Anything", id="b")).answer == "B"
        assert target.ask(Query(question="wer darf?", id="new")).citations[0].document == "x"

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            (Query(question="Who can leave?", id="a"), r"given\.jsonl:1: the answer 'a' was given to another wording"),
            (Query(question="When?", id="z"), r"given\.jsonl has no answer to the case 'z'; answer it first"),
            (Query(question="When?"), r"has no answer to the question 'When\?'"),
            (Query(question="And then?"), r"several answers to the question 'And then\?', in lines 2, 3"),
        ],
    )
    def test_an_answer_that_is_not_there(self, tmp_path: Path, query: Query, words: str) -> None:
        then = {"question": "And then?", "answer": "x"}
        spec = self.write(tmp_path, {"id": "a", **ANSWER.to_json()}, {"id": "b", **then}, {"id": "c", **then})
        with pytest.raises(TargetError, match=words):
            open_target(spec).ask(query)

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ({"answer": "x"}, "neither the id of a case nor a question"),
            ({"id": 7, "answer": "x"}, "neither the id"),
            ({"id": "a", "answer": "x"}, "stands in line 1 already"),
            ({"id": "b", "schema": 2, "answer": "x"}, "the schema is 2 and 1 is read"),
            ({"id": "b", "text": None}, "is no answer: it has none of the keys"),
            ({"id": "b", "answer": "x", "removed": "many"}, "is no answer: removed: "),
            ([], "not a JSON object"),
        ],
    )
    def test_a_wrong_line_is_named(self, tmp_path: Path, line: object, words: str) -> None:
        with pytest.raises(TargetError, match=rf"given\.jsonl:2: .*{words}"):
            open_target(self.write(tmp_path, {"id": "a", "answer": "x"}, line))

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(TargetError, match="cannot be read"):
            open_target(f"answers:{tmp_path / 'nowhere.jsonl'}")


class TestOpening:
    @pytest.mark.parametrize(
        "spec", ["", "asistant", "answers:", "openai:", "python:", "ftp://x", "file.jsonl", "assistant:x"]
    )
    def test_what_names_nothing_says_what_does(self, spec: str) -> None:
        with pytest.raises(TargetError, match="names no assistant to ask; write assistant, http://host:7860"):
            open_target(spec)

    @pytest.mark.parametrize(
        ("spec", "words"),
        [
            ("http://", "is no address"),
            ("http://host:port", "is no address"),
            ("openai:host/v1#m", "is no address"),
            ("https://me:secret@host/", "The address of host holds a name or password"),
            ("http://host#model", "takes no 'model' behind the #"),
            ("http://host#tmeout=3", "takes no 'tmeout' behind the #"),
            ("http://host#timeout=soon", "is no number of seconds"),
            ("http://host#timeout=nan", "is no number of seconds"),
            ("http://host#key=NOT_SET", "The environment variable NOT_SET for http://host is not set"),
            ("openai:http://host/v1#a&b", "names two models, a and b"),
            ("openai:http://host/v1#m&messages=1", "takes no option 'messages'"),
            ("python:json", "names no function"),
            ("python:json:nothing", "json has no nothing"),
            ("python:json:__name__", "is no function, but str"),
            ("python:no_such_module:answer", "there is no no_such_module here"),
            ("python:/nowhere/chain.py:answer", "does not exist"),
        ],
    )
    def test_what_cannot_be_opened_says_why(self, spec: str, words: str) -> None:
        with pytest.raises(TargetError, match=words) as raised:
            open_target(spec, {})
        assert "secret" not in str(raised.value)

    def test_a_function_in_a_module_and_in_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "beside_it.py").write_text("WORD = 'beside'\n")
        chain = tmp_path / "chain.py"
        chain.write_text(
            "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom beside_it import WORD\n"
            "@dataclass\nclass Bot:\n    word: str\n    def ask(self, question):\n        return self.word + question\n"
            "bot = Bot(WORD)\ndef wrong(question):\n    return 1 / 0\n"
        )
        assert open_target(f"python:{chain}:bot.ask").ask(Query(question="?")).answer == "beside?"
        assert open_target("python:json:dumps").ask(Query(question="?")).answer == '"?"'
        chain.write_text("import no_such_thing\n")
        with pytest.raises(TargetError, match=r"chain\.py cannot be imported \(ModuleNotFoundError: No module"):
            open_target(f"python:{chain}:bot")

    def test_keys_that_nobody_named_go_only_where_nobody_can_read_them(self) -> None:
        assert parse_address("https://host/v1").is_private
        assert parse_address("http://localhost:1/v1").is_private
        assert parse_address("http://[::1]:1/v1").is_private
        assert not parse_address("http://10.0.0.1/v1").is_private
        assert not parse_address("http://localhost.example/v1").is_private

    def test_an_address_is_taken_apart(self) -> None:
        address = parse_address("https://h/openai/v1?api-version=1#org/m%26m&timeout=2.5&key=K&seed=1")
        assert (address.url, address.shown) == ("https://h/openai/v1?api-version=1", "https://h/openai/v1")
        assert (address.model, address.timeout_s, address.key_variable) == ("org/m&m", 2.5, "K")
        assert address.options == {"seed": "1"}


def test_no_module_of_evaluation_loads_anything_heavy() -> None:
    names = [
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for folder in ("assistant/evaluation/targets", "assistant/evaluation")
        for path in (ROOT / folder).glob("*.py")
        if path.stem in {"cassette", "answer_log"} or "targets" in folder
    ]
    heavy = ["torch", "langchain", "langchain_core", "chromadb", "gradio", "transformers", "sentence_transformers"]
    program = (
        f"import sys, importlib; [importlib.import_module(name) for name in {names!r}]; "
        f"print(*(set({heavy!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
