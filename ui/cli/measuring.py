"""The commands ``answer`` and ``evaluate``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant.evaluation.answer_log import AnswerLog
from assistant.evaluation.answers import load_answers, pair
from assistant.evaluation.cases import load_cases
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.questions import Question, read_questions
from assistant.evaluation.report import Circumstances, Machine, made_with, render_markdown, to_json
from assistant.evaluation.scoring import score
from assistant.settings import Settings
from ui.cli.backend import Backend, backend_of, open_assistant
from ui.cli.console import complain, progress, say, say_json
from ui.cli.exits import Exit
from ui.errors import Interrupted, QuestionError, UsageError
from ui.questions import checked_question


class AskedMode(StrEnum):
    """How answers are to be made."""

    EXTRACTIVE = "extractive"
    GENERATED = "generated"


def answer(
    context: typer.Context,
    questions: Annotated[
        Path, typer.Argument(help='JSON Lines: "id", "question" and, if there is one, "history" of each question.')
    ],
    output: Annotated[Path, typer.Option(help="JSON Lines: the answers; what is there already is kept.")],
    mode: Annotated[AskedMode | None, typer.Option(help="How answers are made; the settings decide otherwise.")] = None,
) -> None:
    """Answer a file of questions; run it again to go on where it stopped."""
    asked = [(question, _checked(question, questions)) for question in read_questions(questions)]
    if output.exists() and output.samefile(questions):
        raise UsageError("The answers would be written over the questions: give another path with --output.")
    backend = backend_of(context)
    settings = _with_mode(backend.settings(), mode)
    with AnswerLog(output) as log:
        before = len(log.done.intersection(question.id for question, _ in asked))
        failed = _answer_the_rest(backend, settings, asked, log)
    complain(f"{len(asked)} questions are answered in {output}, {len(asked) - before} of them now.")
    if failed:
        complain(f"{failed} answers have the status failed: remove their lines from {output} and run this again.")
        raise typer.Exit(Exit.FAILED)


def evaluate(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(help="JSON Lines: questions with expected facts and sources.")],
    answers: Annotated[
        Path | None, typer.Option(help="Score these answers, written by `answer`, and ask nothing.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Write the table as Markdown into this file as well.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the figures as JSON, with those of every case.")
    ] = False,
) -> None:
    """Measure answers against expected facts and sources, without any model as a judge."""
    from ui.cli.local_index import read_texts

    cases = load_cases(questions)
    backend = backend_of(context)
    settings = backend.settings()
    if answers is not None:
        pairs = pair(cases, load_answers(answers))
    else:
        assistant = open_assistant(backend, settings)
        assistant.warm_up()
        with progress("answering") as advance:
            asked = []
            for number, case in enumerate(cases):
                advance(number, len(cases), f"answering {case.id}")
                asked.append((case, assistant.answer(case.question, case.turns)))
        pairs = tuple(asked)
    texts = read_texts(settings)
    scores = [score(case, given, texts) for case, given in pairs]
    circumstances = Circumstances(
        questions=questions.name,
        questions_sha256=hashlib.sha256(questions.read_bytes()).hexdigest(),
        measured=datetime.now().astimezone(),
        made_with=made_with(given for _, given in pairs),
        machine=None if answers is not None else Machine.now(),
    )
    page = render_markdown(scores, circumstances)
    if output is not None:
        _write(output, page)
    if as_json:
        say_json(to_json(scores, circumstances))
    else:
        say(page, end="")


def _checked(question: Question, path: Path) -> str:
    try:
        return checked_question(question.question)
    except QuestionError as error:
        raise CaseFileError(f"{path}:{question.line}: {error}") from error


def _with_mode(settings: Settings, mode: AskedMode | None) -> Settings:
    if mode is AskedMode.GENERATED and settings.llm == "none":
        raise UsageError("Generated answers need a language model and none is set: leave --mode out, or set PICUM_LLM.")
    if mode is AskedMode.EXTRACTIVE:
        return settings.model_copy(update={"llm": "none"})
    return settings


def _answer_the_rest(
    backend: Backend, settings: Settings, asked: Sequence[tuple[Question, str]], log: AnswerLog
) -> int:
    """Answer what the log does not hold; returns how many of these answers have the status failed."""
    rest = [(question, text) for question, text in asked if question.id not in log.done]
    if not rest:
        return 0
    assistant, failed = open_assistant(backend, settings), 0
    assistant.warm_up()
    try:
        with progress("answering") as advance:
            for question, text in rest:
                advance(len(log.done), len(asked), f"answering {question.id}")
                given = assistant.answer(text, question.history)
                log.append(question.id, given)
                failed += given.status == "failed"
    except KeyboardInterrupt:
        done = sum(question.id in log.done for question, _ in asked)
        raise Interrupted(f"Stopped with {done} of {len(asked)} questions answered; run this again to go on.") from None
    return failed


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as failure:
        raise UsageError(
            f"{path} cannot be written ({failure.strerror}): give another path with --output."
        ) from failure
