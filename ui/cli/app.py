"""The command line: its commands, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer
from typer.main import get_command

from assistant.errors import AssistantError
from assistant.evaluation.errors import EvaluationError
from assistant.installation import why_missing
from ingest.errors import IngestError
from ui.cli.answers import answer
from ui.cli.asking import ask, chat
from ui.cli.backend import Backend, LocalBackend
from ui.cli.cases import cases
from ui.cli.connecting import mcp
from ui.cli.console import complain, prepare_streams
from ui.cli.doctor import doctor
from ui.cli.documents import documents, ingest
from ui.cli.embedding import embed
from ui.cli.exits import Exit, help_text
from ui.cli.feedback import feedback
from ui.cli.forgetting import forget, remember
from ui.cli.judging import judge
from ui.cli.measuring import evaluate
from ui.cli.models import models
from ui.cli.serving import serve
from ui.cli.tokens import token
from ui.errors import Interrupted, QuestionError, UiError, UsageError
from vectorstore.errors import VectorStoreError

# Plain help and no tracebacks: output must read the same in a pipe, and a traceback can hold a question.
app = typer.Typer(
    name="picum-assistant",
    help="Ask an organisation's documents; every sentence of an answer is cited to the exact words of its source.",
    epilog=help_text(),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _command in (ask, chat, ingest, forget, remember, serve, mcp, doctor, answer, evaluate):
    app.command()(_command)
app.add_typer(documents, name="documents")
app.add_typer(models, name="models")
app.add_typer(cases, name="cases")
app.add_typer(judge, name="judge")
app.add_typer(embed, name="embed")
app.add_typer(token, name="token")
app.add_typer(feedback, name="feedback")


def run(arguments: Sequence[str] | None = None, backend: Backend | None = None) -> int:
    """Run one command and return its exit code (``ui.cli.exits``). ``arguments`` default to those of the process."""
    prepare_streams()
    try:
        return _invoke(arguments, backend or LocalBackend())
    except (Interrupted, KeyboardInterrupt) as error:
        complain(str(error) or "Interrupted.")
        return Exit.INTERRUPTED
    except typer.TyperException as error:
        complain(error.format_message())
        return Exit.WRONG_USE
    except (QuestionError, UsageError) as error:
        complain(str(error))
        return Exit.WRONG_USE
    except (AssistantError, VectorStoreError, IngestError, EvaluationError, UiError) as error:
        complain(str(error))
    except ModuleNotFoundError as error:
        if (sentence := why_missing(error)) is None:
            raise
        complain(sentence)
    except BrokenPipeError:
        # Whoever read the output has enough; what is left in the buffer must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        complain(f"The system refused ({error.strerror or error}{f': {error.filename}' if error.filename else ''}).")
    return Exit.FAILED


def _invoke(arguments: Sequence[str] | None, backend: Backend) -> int:
    # Not app(): that would put typer's own handler of uncaught errors in place of the program's.
    code = get_command(app)(
        args=None if arguments is None else list(arguments),
        prog_name="picum-assistant",
        standalone_mode=False,
        obj=backend,
    )
    if code == Exit.INTERRUPTED:  # typer made it of a KeyboardInterrupt
        raise KeyboardInterrupt
    return int(code or Exit.FINE)
