"""The commands from their arguments to their output and exit code, over an assistant with known answers."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.events import Failed, Turn
from assistant.language_models import LOCAL_MODEL
from assistant.settings import Settings, load_settings
from ui.cli.app import app, run
from ui.cli.exits import EXIT_CODES, Exit
from ui.notice import NOTICE
from ui.testing import FakeAssistant, make_answer, make_citation
from vectorstore.errors import IndexMissing

TEXT = "Membership is open to any organisation. Fees are paid once a year.\n"
OPEN = make_answer(
    ("Membership is open to any organisation.", (1,)),
    citations=[make_citation(1, "Membership is open to any organisation.", document="plan.txt")],
)
FAILED = make_answer(("Something broke.", ()), status="failed")


class FakeBackend:
    """Settings of a folder of its own, and an assistant that was made by hand."""

    def __init__(self, home: Path, assistant: FakeAssistant | None = None, llm: str = "none") -> None:
        corpus = home / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        (corpus / "plan.txt").write_text(TEXT, encoding="utf-8")
        self.fake = assistant or FakeAssistant({"Who can join?": OPEN, "Break": FAILED})
        self.opened: list[Settings] = []
        self._settings = load_settings({"PICUM_HOME": str(home), "PICUM_CORPUS": str(corpus), "PICUM_LLM": llm})

    def settings(self):
        return self._settings

    def assistant(self, settings, kept=False):
        self.opened.append(settings)
        return self.fake

    def ingest(self, settings, paths, add, advance, whole=False):
        raise IndexMissing("Nothing can be read here.")

    def trouble(self, settings):
        return None


@pytest.fixture
def backend(tmp_path):
    return FakeBackend(tmp_path / "home")


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_questions(path, *questions):
    path.write_text("".join(json.dumps(question) + "\n" for question in questions), encoding="utf-8")
    return str(path)


class TestAsk:
    def test_answer_and_sources(self, backend, capsys):
        assert run(["ask", "Who can join?"], backend) == 0
        shown = capsys.readouterr()
        assert shown.out == (
            "Membership is open to any organisation. [1]\n\nSources\n[1] “Membership is open to any organisation.”\n"
            "    The plan · The organisation · 2022-01 · section Membership\n"
        )
        assert shown.err == ""

    def test_words_need_no_quotation_marks(self, backend):
        assert run(["ask", "Who", "can", "join?"], backend) == 0
        assert backend.fake.asked == [("Who can join?", ())]

    def test_json_is_the_contract(self, backend, capsys):
        assert run(["ask", "--json", "Who can join?"], backend) == 0
        assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(OPEN.to_json()))

    def test_a_refusal_is_an_answer(self, backend, capsys):
        assert run(["ask", "What is the fee?"], backend) == 0
        assert capsys.readouterr().out == "The documents do not say.\n"

    def test_a_failed_answer_fails(self, backend):
        assert run(["ask", "Break"], backend) == Exit.FAILED

    def test_the_question_can_come_from_standard_input(self, backend, monkeypatch):
        monkeypatch.setattr(sys, "stdin", io.StringIO("Who can join?\n"))
        assert run(["ask", "-"], backend) == 0
        assert backend.fake.asked == [("Who can join?", ())]

    @pytest.mark.parametrize("question", ["", "  ", "x" * 4001])
    def test_an_impossible_question_is_one_sentence(self, backend, capsys, question):
        assert run(["ask", question], backend) == Exit.WRONG_USE
        shown = capsys.readouterr()
        assert (shown.out, shown.err.count("\n")) == ("", 1)
        assert backend.opened == []

    def test_an_error_of_the_index_is_one_sentence(self, backend, capsys):
        assert run(["ingest"], backend) == Exit.FAILED
        assert capsys.readouterr().err == "Nothing can be read here.\n"


class TestChat:
    def chat(self, backend, monkeypatch, typed):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return run(["chat"], backend)

    def test_later_turns_know_the_earlier_ones(self, backend, monkeypatch, capsys):
        assert self.chat(backend, monkeypatch, "Who can join?\n\n  \nAnd then?\n/quit\nnever asked\n") == 0
        first, second = backend.fake.asked
        assert first == ("Who can join?", ())
        assert second == (
            "And then?",
            (Turn(role="user", content="Who can join?"), Turn(role="assistant", content=OPEN.answer)),
        )
        shown = capsys.readouterr().out
        assert NOTICE in shown
        assert shown.count("Membership is open to any organisation. [1]") == 1
        assert "[1] “Membership is open to any organisation.”" in shown

    def test_it_can_begin_again(self, backend, monkeypatch):
        assert self.chat(backend, monkeypatch, "Who can join?\n/new\nAnd then?\n") == 0
        assert backend.fake.asked[1] == ("And then?", ())

    def test_an_impossible_question_does_not_end_it(self, backend, monkeypatch, capsys):
        assert self.chat(backend, monkeypatch, "x" * 4001 + "\nWho can join?\n") == 0
        assert len(backend.fake.asked) == 1
        assert "at most 4,000" in capsys.readouterr().err

    def test_a_failure_is_said_and_does_not_end_it(self, tmp_path, monkeypatch, capsys):
        class Failing(FakeAssistant):
            def ask(self, question, history=()):
                self.asked.append((question, tuple(history)))
                yield Failed(message="The model does not answer; ask again.", retryable=True)

        backend = FakeBackend(tmp_path / "home", Failing())
        assert self.chat(backend, monkeypatch, "Who can join?\nAnd then?\n") == 0
        assert capsys.readouterr().err == "The model does not answer; ask again.\n" * 2
        assert backend.fake.asked[1] == ("And then?", ())

    def test_control_c_is_one_sentence(self, tmp_path, monkeypatch, capsys):
        class Interrupting(FakeAssistant):
            def ask(self, question, history=()):
                raise KeyboardInterrupt

        backend = FakeBackend(tmp_path / "home", Interrupting())
        assert self.chat(backend, monkeypatch, "Who can join?\n") == Exit.INTERRUPTED
        assert capsys.readouterr().err == "The conversation is over and nothing of it was kept.\n"


class TestAnswer:
    def test_one_line_of_the_contract_for_each_question(self, backend, tmp_path, capsys):
        history = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Yes?"}]
        questions = write_questions(
            tmp_path / "q.jsonl",
            {"id": "1", "question": "Who can join?", "history": history},
            {"id": "2", "question": "What is the fee?"},
        )
        output = tmp_path / "a.jsonl"
        assert run(["answer", questions, "--output", str(output), "--mode", "extractive"], backend) == 0
        first, second = lines_of(output)
        assert first == {"id": "1", **json.loads(json.dumps(OPEN.to_json()))}
        assert (second["id"], second["status"]) == ("2", "not_in_documents")
        assert [len(turns) for _, turns in backend.fake.asked] == [2, 0]
        assert capsys.readouterr().err == f"2 questions are answered in {output}, 2 of them now.\n"

    def test_it_goes_on_where_it_stopped(self, tmp_path, capsys):
        class Stopped(FakeAssistant):
            def answer(self, question, history=(), **narrowed):
                if len(self.asked) == 2:
                    raise KeyboardInterrupt
                return super().answer(question, history, **narrowed)

        questions = write_questions(
            tmp_path / "q.jsonl", *({"id": str(number), "question": f"Question {number}?"} for number in range(4))
        )
        output = tmp_path / "a.jsonl"
        command = ["answer", questions, "--output", str(output)]
        assert run(command, FakeBackend(tmp_path / "home", Stopped())) == Exit.INTERRUPTED
        assert capsys.readouterr().err == "Stopped with 2 of 4 questions answered; run this again to go on.\n"
        with output.open("ab") as file:
            file.write(b'{"id": "2", "schema": 1, "quest')
        backend = FakeBackend(tmp_path / "home")
        assert run(command, backend) == 0
        assert [question for question, _ in backend.fake.asked] == ["Question 2?", "Question 3?"]
        assert [line["id"] for line in lines_of(output)] == ["0", "1", "2", "3"]
        assert run(command, backend) == 0
        assert len(backend.fake.asked) == 2

    @pytest.mark.parametrize("bad", ['{"id": "2"}', '{"id": "2", "question": " "}', '{"id": "2", "que'])
    def test_a_bad_line_is_named_and_nothing_is_lost(self, backend, tmp_path, capsys, bad):
        questions = tmp_path / "q.jsonl"
        questions.write_text(f'{{"id": "1", "question": "Who can join?"}}\n{bad}\n', encoding="utf-8")
        output = tmp_path / "a.jsonl"
        output.write_text("", encoding="utf-8")
        assert run(["answer", str(questions), "--output", str(output)], backend) == Exit.FAILED
        assert capsys.readouterr().err.startswith(f"{questions}:2: ")
        assert backend.fake.asked == []

    def test_generated_answers_need_a_model(self, backend, tmp_path, capsys):
        """That of this machine where none is set; were it missing, all answers would be quotations."""
        questions = write_questions(tmp_path / "q.jsonl", {"id": "1", "question": "Who can join?"})
        command = ["answer", questions, "--output", str(tmp_path / "a.jsonl"), "--mode", "generated"]
        assert run(command, backend) == Exit.FAILED
        shown = capsys.readouterr().err
        assert f"picum-assistant models fetch {LOCAL_MODEL}" in shown
        assert (shown.count("\n"), backend.opened) == (1, [])

    @pytest.mark.parametrize(
        ("mode", "asked"),
        [("extractive", "none"), ("generated", "http://127.0.0.1:9/v1#m"), (None, "http://127.0.0.1:9/v1#m")],
    )
    def test_the_mode_decides_whether_the_model_that_is_set_is_asked(self, tmp_path, mode, asked):
        backend = FakeBackend(tmp_path / "home", llm="http://127.0.0.1:9/v1#m")
        questions = write_questions(tmp_path / "q.jsonl", {"id": "1", "question": "Who can join?"})
        command = ["answer", questions, "--output", str(tmp_path / "a.jsonl")]
        assert run([*command, *(["--mode", mode] if mode else [])], backend) == 0
        assert [settings.llm for settings in backend.opened] == [asked]

    def test_generated_answers_are_not_begun_without_the_file_of_the_model(self, tmp_path, capsys):
        backend = FakeBackend(tmp_path / "home", llm="local")
        questions = write_questions(tmp_path / "q.jsonl", {"id": "1", "question": "Who can join?"})
        output = tmp_path / "a.jsonl"
        assert run(["answer", questions, "--output", str(output), "--mode", "generated"], backend) == Exit.FAILED
        complained = capsys.readouterr().err
        assert (complained.count("\n"), "models fetch" in complained) == (1, True)
        assert (backend.opened, output.exists()) == ([], False)

    def test_quotations_for_want_of_the_file_of_the_model_are_said_once(self, tmp_path, capsys):
        backend = FakeBackend(tmp_path / "home", llm="local")
        asked = [{"id": str(number), "question": "Who can join?"} for number in range(3)]
        questions = write_questions(tmp_path / "q.jsonl", *asked)
        assert run(["answer", questions, "--output", str(tmp_path / "a.jsonl")], backend) == 0
        assert capsys.readouterr().err.count("models fetch") == 1
        command = ["answer", questions, "--output", str(tmp_path / "b.jsonl"), "--mode", "extractive"]
        assert run(command, backend) == 0
        assert "models fetch" not in capsys.readouterr().err

    def test_quotations_among_generated_answers_are_said(self, tmp_path, capsys):
        warned = replace(OPEN, warnings=("The model does not answer; ask again.",))
        answers = {"Who can join?": warned, "And who?": replace(OPEN, mode="generated"), "Why?": OPEN}
        backend = FakeBackend(tmp_path / "home", FakeAssistant(answers), llm="http://127.0.0.1:9/v1#m")
        asked = [{"id": str(number), "question": question} for number, question in enumerate(answers)]
        questions = write_questions(tmp_path / "q.jsonl", *asked)
        command = ["answer", questions, "--output", str(tmp_path / "a.jsonl")]
        assert run([*command, "--mode", "generated"], backend) == Exit.FAILED
        assert "1 answers are quotations" in (complained := capsys.readouterr().err)
        assert "The model does not answer; ask again." in complained
        assert run(["answer", questions, "--output", str(tmp_path / "b.jsonl")], backend) == 0
        assert "are quotations" not in capsys.readouterr().err

    def test_answers_are_not_written_over_questions(self, backend, tmp_path):
        questions = write_questions(tmp_path / "q.jsonl", {"id": "1", "question": "Who can join?"})
        assert run(["answer", questions, "--output", questions], backend) == Exit.WRONG_USE
        assert lines_of(Path(questions)) == [{"id": "1", "question": "Who can join?"}]

    def test_failed_answers_are_counted(self, backend, tmp_path, capsys):
        questions = write_questions(tmp_path / "q.jsonl", {"id": "1", "question": "Break"})
        assert run(["answer", questions, "--output", str(tmp_path / "a.jsonl")], backend) == Exit.FAILED
        assert "1 answers have the status failed" in capsys.readouterr().err


CASE = {
    "id": "1",
    "question": "Who can join?",
    "language": "en",
    "kind": "fact",
    "facts": ["any organisation"],
    "sources": [{"doc": "plan.txt", "quote": "Membership is open to any organisation."}],
}


class TestEvaluate:
    def test_asks_and_prints_the_figures(self, backend, tmp_path, capsys):
        cases = write_questions(tmp_path / "q.jsonl", CASE)
        report = tmp_path / "evaluation.md"
        assert run(["evaluate", cases, "--report", str(report)], backend) == 0
        page = report.read_text(encoding="utf-8")
        assert capsys.readouterr().out == page
        assert "| citations that stand where they say, pooled | 1.00 (n=1) |" in page
        assert re.search(r"\| machine \| \d+ cores, load ", page)

    def test_scores_stored_answers_without_asking(self, backend, tmp_path, capsys):
        cases = write_questions(tmp_path / "q.jsonl", CASE)
        answers = write_questions(tmp_path / "a.jsonl", {"id": "1", **OPEN.to_json()})
        assert run(["evaluate", cases, "--answers", answers, "--json"], backend) == 0
        (figures,) = json.loads(capsys.readouterr().out)["runs"]
        assert (figures["results"][0]["passed"], figures["circumstances"]["machine"]) == (True, None)
        assert (backend.fake.asked, backend.opened) == ([], [])
        assert run(["evaluate", cases, "--answers", answers, "--mode", "extractive"], backend) == Exit.WRONG_USE

    def test_a_citation_that_the_files_do_not_hold_is_found_out(self, tmp_path, capsys):
        moved = make_answer(
            ("Membership is open.", (1,)),
            citations=[make_citation(1, "Membership is open to any organisation.", document="plan.txt", start=3)],
        )
        backend = FakeBackend(tmp_path / "home", FakeAssistant(otherwise=moved))
        assert run(["evaluate", write_questions(tmp_path / "q.jsonl", CASE)], backend) == 0
        assert "| citations that stand where they say, pooled | 0.00 (n=1) |" in capsys.readouterr().out

    def test_a_gate_that_is_not_reached_fails(self, backend, tmp_path, capsys):
        cases = write_questions(tmp_path / "q.jsonl", {**CASE, "facts": ["only friends"]})
        command = ["evaluate", cases, "--min", "citation_validity=100%", "--min", "passed=50%"]
        assert run(command, backend) == Exit.FAILED
        reached, missed = capsys.readouterr().err.splitlines()
        assert reached.startswith("reached: citation_validity")
        assert missed.startswith("NOT REACHED: passed")
        assert run(["evaluate", cases, "--min", "pased=1"], backend) == Exit.FAILED
        assert "passed" in capsys.readouterr().err
        assert len(backend.fake.asked) == 1

    def test_an_earlier_report_is_compared_with(self, backend, tmp_path, capsys):
        cases = write_questions(tmp_path / "q.jsonl", CASE)
        earlier = write_questions(tmp_path / "a.jsonl", {"id": "1", "answer": "Nobody.", "question": "Who can join?"})
        report = tmp_path / "before.json"
        assert run(["evaluate", cases, "--answers", earlier, "--report", str(report)], backend) == 0
        capsys.readouterr()
        assert run(["evaluate", cases, "--baseline", str(report)], backend) == 0
        assert re.search(r"newly passing: 1$", capsys.readouterr().out, flags=re.MULTILINE)
        good = write_questions(tmp_path / "b.jsonl", {"id": "1", **OPEN.to_json()})
        both = ["evaluate", cases, "--answers", earlier, "--answers", good, "--baseline", str(report)]
        assert run(both, backend) == 0
        assert re.search(r"newly passing: 1$", capsys.readouterr().out, flags=re.MULTILINE)

    def test_one_failure_is_a_failed_case_and_failing_from_the_start_an_error(self, tmp_path, capsys):
        class Moody(FakeAssistant):
            def answer(self, question, history=(), **narrowed):
                if question.startswith("Why"):
                    raise IndexMissing("It is gone.")
                return super().answer(question, history, **narrowed)

        backend = FakeBackend(tmp_path / "home", Moody({"Who can join?": OPEN}))
        why = {"id": "2", "question": "Why?"}
        assert run(["evaluate", write_questions(tmp_path / "a.jsonl", CASE, why)], backend) == 0
        assert "| failed | 0.50" in capsys.readouterr().out
        assert run(["evaluate", write_questions(tmp_path / "b.jsonl", why, CASE)], backend) == Exit.FAILED
        assert capsys.readouterr().err == "It is gone.\n"

    def test_cases_are_repeated_and_skipped_as_they_say(self, backend, tmp_path, capsys):
        cases = write_questions(tmp_path / "q.jsonl", {**CASE, "repeat": 3}, {**CASE, "id": "2", "skip": "not yet"})
        assert run(["evaluate", cases, "--json"], backend) == 0
        (figures,) = json.loads(capsys.readouterr().out)["runs"]
        assert [result["id"] for result in figures["results"]] == ["1#1", "1#2", "1#3"]

    def test_missing_answers_are_an_error(self, backend, tmp_path, capsys):
        cases = write_questions(tmp_path / "q.jsonl", CASE)
        whole = write_questions(tmp_path / "a.jsonl", {"id": "1", **OPEN.to_json()})
        short = write_questions(tmp_path / "b.jsonl", {"id": "other", **OPEN.to_json(), "question": "Another?"})
        assert run(["evaluate", cases, "--answers", whole, "--answers", short], backend) == Exit.FAILED
        assert f"{short} has no answer to the case '1'" in capsys.readouterr().err

    def test_several_files_of_answers_are_several_runs(self, backend, tmp_path, capsys):
        cases = write_questions(tmp_path / "q.jsonl", CASE)
        quoted = write_questions(tmp_path / "a.jsonl", {"id": "1", **OPEN.to_json()})
        written = write_questions(tmp_path / "b.jsonl", {"id": "1", **OPEN.to_json(), "mode": "generated"})
        command = ["evaluate", cases, "--answers", quoted, "--answers"]
        report = tmp_path / "evaluation.md"
        assert run([*command, written, "--json", "--report", str(report)], backend) == 0
        runs = json.loads(capsys.readouterr().out)["runs"]
        assert [each["name"] for each in runs] == ["extractive", "generated"]
        assert "extractive" in report.read_text(encoding="utf-8")
        again = tmp_path / "c.jsonl"
        again.write_bytes(Path(quoted).read_bytes())
        assert run([*command, str(again), "--json"], backend) == 0
        assert [each["name"] for each in json.loads(capsys.readouterr().out)["runs"]] == ["a", "c"]
        assert (backend.fake.asked, backend.opened) == ([], [])


class TestClosing:
    """Whatever ends a command, the assistant is closed: a language model's process must not stay behind."""

    @pytest.fixture(params=["ask", "chat", "answer", "evaluate"])
    def command(self, request, tmp_path, monkeypatch):
        monkeypatch.setattr(sys, "stdin", io.StringIO("Who can join?\n"))
        questions = write_questions(tmp_path / "q.jsonl", CASE)
        return {
            "ask": ["ask", "Who can join?"],
            "chat": ["chat"],
            "answer": ["answer", questions, "--output", str(tmp_path / "a.jsonl")],
            "evaluate": ["evaluate", questions],
        }[request.param]

    def test_at_the_end(self, backend, command):
        assert run(command, backend) == 0
        assert len(backend.fake.asked) == 1
        assert backend.fake.closed == 1

    @pytest.mark.parametrize(
        ("error", "code"), [(KeyboardInterrupt(), Exit.INTERRUPTED), (IndexMissing("It is gone."), Exit.FAILED)]
    )
    def test_after_control_c_and_errors(self, tmp_path, command, error, code):
        class Broken(FakeAssistant):
            def answer(self, question, history=(), **narrowed):
                raise error

        backend = FakeBackend(tmp_path / "home", Broken())
        assert run(command, backend) == code
        assert backend.fake.closed == 1

    def test_documents_close_it_too(self, backend):
        assert run(["documents"], backend) == 0
        assert backend.fake.closed == 1


class TestWrongUse:
    @pytest.mark.parametrize(
        "arguments", [["fly"], ["ask"], ["ask", "--colour", "Who?"], ["answer", "q.jsonl"], ["models", "fly"]]
    )
    def test_is_one_sentence(self, backend, capsys, arguments):
        assert run(arguments, backend) == Exit.WRONG_USE
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err.count("\n") == 1

    def test_models_of_an_empty_home_are_listed_and_missed(self, backend, capsys):
        assert run(["models"], backend) == 0
        assert re.search(r"all-MiniLM-L6-v2 .* no +yes", capsys.readouterr().out)
        assert run(["models", "verify"], backend) == Exit.FAILED
        assert "models fetch all-MiniLM-L6-v2" in capsys.readouterr().err

    def test_doctor_says_what_to_do(self, backend, capsys):
        assert run(["doctor"], backend) == Exit.FAILED
        lines = capsys.readouterr().out.splitlines()
        assert {line[:5] for line in lines} == {"OK   ", "TO DO"}
        assert any(line.startswith("TO DO  embedding model: ") and "models fetch" in line for line in lines)
        assert any(line.startswith("TO DO  index: ") for line in lines)
        assert any(line.startswith("OK     outgoing connections: none") for line in lines)


def python(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", check=False, **options
    )


class TestProcess:
    def test_help_comes_at_once_and_names_every_exit_code(self):
        began = time.monotonic()
        shown = python("-X", "importtime", "-m", "ui", "--help")
        assert shown.returncode == 0
        assert time.monotonic() - began < 5
        words = " ".join(shown.stdout.split())
        assert all(f"{code:d} {meaning}" in words for code, meaning in EXIT_CODES)
        imported = set(re.findall(r"\| +([\w.]+)$", shown.stderr, re.MULTILINE))
        heavy = {"torch", "langchain_core", "chromadb", "gradio", "sentence_transformers", "transformers"}
        assert not imported & {*heavy, "numpy", "jinja2", "yaml"}

    def test_a_wrong_setting_is_one_sentence(self, tmp_path):
        environment = {**os.environ, "PICUM_HOME": str(tmp_path), "PICUM_PORT": "many"}
        shown = python("-m", "ui", "documents", env=environment)
        assert (shown.returncode, shown.stdout, shown.stderr.count("\n")) == (1, "", 1)
        assert "PICUM_PORT" in shown.stderr

    def test_output_is_utf_8_whatever_the_locale(self, tmp_path):
        environment = {**os.environ, "PICUM_HOME": str(tmp_path), "LC_ALL": "C", "PYTHONUTF8": "0"}
        shown = python("-m", "ui", "ask", "ü" * 4001, env=environment)
        assert (shown.returncode, shown.stderr.count("\n")) == (2, 1)

    def test_a_reader_that_leaves_early_is_no_error(self, tmp_path):
        script = (
            f"import sys, time; from pathlib import Path; sys.path.insert(0, {str(Path(__file__).parent)!r});"
            "from test_cli import FakeBackend; from ui.cli.app import run;"
            "time.sleep(0.3); sys.exit(run(['ask', 'Who can join?'], FakeBackend(Path(sys.argv[1]))))"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait(timeout=30) == Exit.FAILED

    def test_control_c_is_one_sentence(self, tmp_path):
        environment = {**os.environ, "PICUM_HOME": str(tmp_path)}
        process = subprocess.Popen(
            [sys.executable, "-m", "ui", "ask", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        time.sleep(1.5)  # it waits for the question by now
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (Exit.INTERRUPTED, b"")
        assert err == b"Interrupted.\n"


def test_every_command_says_what_it_does():
    for command in app.registered_commands:
        assert (command.callback.__doc__ or "").strip()
