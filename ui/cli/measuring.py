"""The commands ``answer`` and ``evaluate``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant.answer import Answer
from assistant.errors import LanguageModelNotSetUp
from assistant.evaluation.answer_log import AnswerLog
from assistant.evaluation.answers import load_answers, pair
from assistant.evaluation.cases import Case, load_cases
from assistant.evaluation.errors import CaseFileError
from assistant.evaluation.questions import Question, read_questions
from assistant.evaluation.report import render_markdown, to_json
from assistant.evaluation.runs import Circumstances, Machine, Run, made_with, mode_of, run_names
from assistant.evaluation.scoring import score
from assistant.language_models import why_nothing_is_written
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
        now = _answer_the_rest(backend, settings, asked, log)
    complain(f"{len(asked)} questions are answered in {output}, {len(asked) - before} of them now.")
    if failed := sum(given.status == "failed" for given in now):
        complain(f"{failed} answers have the status failed: remove their lines from {output} and run this again.")
    wanted = mode is AskedMode.GENERATED
    unwritten = [given for given in now if wanted and given.warnings and given.mode == "extractive"]
    if unwritten:
        complain(
            f"{len(unwritten)} answers are quotations, the last of them because: {unwritten[-1].warnings[0]} "
            f"Then remove their lines, those with warnings, from {output} and run this again."
        )
    if failed or unwritten:
        raise typer.Exit(Exit.FAILED)


def evaluate(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(help="JSON Lines: questions with expected facts and sources.")],
    answers: Annotated[
        list[Path] | None,
        typer.Option(
            help="Score these answers, written by `answer`, and ask nothing; several files stand side by side."
        ),
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
    settings = backend.settings() if answers else _with_mode(backend.settings(), None)
    if answers:
        answered = [pair(cases, load_answers(path), path) for path in answers]
    else:
        answered = [_ask_all(backend, settings, cases)]
    names = run_names([mode_of(given for _, given in pairs) for pairs in answered], answers or ())
    digest = hashlib.sha256(questions.read_bytes()).hexdigest()
    texts = read_texts(settings)
    runs = [
        Run(
            name=name,
            scores=tuple(score(case, given, texts) for case, given in pairs),
            circumstances=Circumstances(
                questions=questions.name,
                questions_sha256=digest,
                measured=datetime.now().astimezone(),
                made_with=made_with(given for _, given in pairs),
                machine=None if answers else Machine.now(),
            ),
        )
        for name, pairs in zip(names, answered, strict=True)
    ]
    page = render_markdown(runs)
    if output is not None:
        _write(output, page)
    if as_json:
        say_json(to_json(runs))
    else:
        say(page, end="")


def _ask_all(backend: Backend, settings: Settings, cases: Sequence[Case]) -> tuple[tuple[Case, Answer], ...]:
    """Each case with the answer that the assistant gives now."""
    answered = []
    with open_assistant(backend, settings) as assistant, progress("answering") as advance:
        assistant.warm_up()
        for number, case in enumerate(cases):
            advance(number, len(cases), f"answering {case.id}")
            answered.append((case, assistant.answer(case.question, case.turns)))
    return tuple(answered)


def _checked(question: Question, path: Path) -> str:
    try:
        return checked_question(question.question)
    except QuestionError as error:
        raise CaseFileError(f"{path}:{question.line}: {error}") from error


def _with_mode(settings: Settings, mode: AskedMode | None) -> Settings:
    """The settings that make such answers, generated ones by the model of this machine where none is set; what is known
    to stand in the way of written ones is said before any.
    """
    if mode is AskedMode.GENERATED and settings.llm == "none":
        settings = settings.model_copy(update={"llm": "local"})
    if mode is AskedMode.EXTRACTIVE:
        return settings.model_copy(update={"llm": "none"})
    if why := why_nothing_is_written(settings):
        if mode is AskedMode.GENERATED:
            raise LanguageModelNotSetUp(why)
        complain(why)
    return settings


def _answer_the_rest(
    backend: Backend, settings: Settings, asked: Sequence[tuple[Question, str]], log: AnswerLog
) -> list[Answer]:
    """Answer what the log does not hold; returns these answers."""
    rest = [(question, text) for question, text in asked if question.id not in log.done]
    if not rest:
        return []
    now = list[Answer]()
    with open_assistant(backend, settings) as assistant:
        try:
            assistant.warm_up()
            with progress("answering") as advance:
                for question, text in rest:
                    advance(len(log.done), len(asked), f"answering {question.id}")
                    given = assistant.answer(text, question.history)
                    log.append(question.id, given)
                    now.append(given)
        except KeyboardInterrupt:
            done = sum(question.id in log.done for question, _ in asked)
            raise Interrupted(
                f"Stopped with {done} of {len(asked)} questions answered; run this again to go on."
            ) from None
    return now


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as failure:
        raise UsageError(
            f"{path} cannot be written ({failure.strerror}): give another path with --output."
        ) from failure
