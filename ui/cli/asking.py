"""The commands ``ask`` and ``chat``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from assistant.answer import Answer
from assistant.events import Delta, Failed, Finished, Turn
from ui.answering import AnswersQuestions
from ui.cli.backend import backend_of, open_assistant
from ui.cli.console import complain, say, say_json, width
from ui.cli.exits import Exit
from ui.cli.rendering import notes, render_answer, render_sources, without_markup
from ui.errors import Interrupted, QuestionError
from ui.notice import NOTICE
from ui.questions import checked_question


def ask(
    context: typer.Context,
    question: Annotated[list[str], typer.Argument(help="The question; - reads it from standard input.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the answer as JSON, with everything known of it.")
    ] = False,
) -> None:
    """Answer one question, with its sources."""
    asked = checked_question(sys.stdin.read() if question == ["-"] else " ".join(question))
    backend = backend_of(context)
    with open_assistant(backend, backend.settings()) as assistant:
        answer = assistant.answer(asked)
    if as_json:
        say_json(answer.to_json())
    else:
        say(render_answer(answer, width()))
    if answer.status == "failed":
        raise typer.Exit(Exit.FAILED)


def chat(context: typer.Context) -> None:
    """Ask in several turns; earlier turns are kept in memory until you leave, and nowhere else."""
    backend = backend_of(context)
    with open_assistant(backend, backend.settings(), kept=True) as assistant:
        say(f"{NOTICE}\nWrite a question, /new to begin again, or /quit to leave.")
        try:
            _converse(assistant)
        except KeyboardInterrupt:
            raise Interrupted("The conversation is over and nothing of it was kept.") from None


def _converse(assistant: AnswersQuestions) -> None:
    """Take turns until the input ends or says so."""
    history: list[Turn] = []
    while (line := _read_line()) is not None:
        match line.strip():
            case "":
                continue
            case "/quit" | "/exit":
                return
            case "/new":
                history.clear()
                say("The earlier questions are forgotten.")
            case text:
                _take_turn(assistant, text, history)


def _read_line() -> str | None:
    """One line of input without its end; None when there is no more."""
    if sys.stdin.isatty():
        import readline  # noqa: F401  # gives input() the arrow keys; its history lives in this process alone

        try:
            return input("\n> ")
        except EOFError:
            say()
            return None
    return sys.stdin.readline() or None


def _take_turn(assistant: AnswersQuestions, text: str, history: list[Turn]) -> None:
    """Ask, show the answer as it comes, and remember both sides of the turn."""
    try:
        question = checked_question(text)
    except QuestionError as error:
        complain(str(error))
        return
    shown = ""
    for event in assistant.ask(question, tuple(history)):
        match event:
            case Delta():
                say(without_markup(event.text), end="")
                shown += event.text
            case Finished():
                _finish(event.answer, shown)
                history += [Turn(role="user", content=question), Turn(role="assistant", content=event.answer.answer)]
            case Failed():
                if shown:
                    say()
                complain(event.message)


def _finish(answer: Answer, shown: str) -> None:
    """What is left to show of an answer when ``shown`` of its text is on the screen."""
    if shown and shown.strip() == answer.answer.strip():
        rest = "\n\n".join(part for part in (render_sources(answer.citations, width()), notes(answer)) if part)
        say(f"\n\n{rest}" if rest else "")
    else:
        say(("\n\n" if shown else "") + render_answer(answer, width()))
