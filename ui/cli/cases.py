"""The commands ``cases new``, ``cases check``, ``cases convert`` and ``cases schema``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.backend import backend_of
from ui.cli.console import complain, say
from ui.cli.exits import Exit
from ui.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from assistant.evaluation.authoring.proposals import Draft, Proposal
    from assistant.evaluation.authoring.proposing import Library
    from assistant.evaluation.authoring.review import Review
    from assistant.evaluation.case_files import CaseFile
    from assistant.settings import Settings

cases = typer.Typer(
    help="Files of cases for evaluations: propose, check, convert, and their schema for editors.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_KEYS = "[a]ccept  [e]dit  [s]kip  [q]uit"


class From(StrEnum):
    """Forms that are converted."""

    DEV = "dev"
    CSV = "csv"
    RAGAS = "ragas"


@cases.command("new")
def new_cases(
    context: typer.Context,
    documents: Annotated[list[Path], typer.Argument(help="Files and folders to ask about.", show_default=False)],
    output: Annotated[Path, typer.Option(help="The case file; one that is there grows.")],
    count: Annotated[int, typer.Option(min=1, help="How many proposals to show at most.")] = 20,
    with_model: Annotated[
        bool, typer.Option("--with-model", help="Let the language model that is set write the questions.")
    ] = False,
) -> None:
    """Propose cases from documents, and keep those that you accept; run it again to go on."""
    from assistant.evaluation.authoring.proposing import read_library, without_table
    from assistant.evaluation.authoring.review import Review
    from assistant.evaluation.case_files import is_case_file

    if not is_case_file(output):
        raise UsageError(f"The name {output} has to end in .picum.yaml or .picum.jsonl: give another with --output.")
    review = Review(output, _corpus_of(documents, output))
    library = read_library(documents)
    for problem in library.problems:
        complain(problem)
    if not with_model and (silent := without_table(library)):
        complain(f"Nothing is proposed about {', '.join(silent)}: only --with-model can ask in their languages.")
    accepted = 0
    try:
        for proposal in islice(_open(context, library, review, with_model=with_model), count):
            decision = _decide(proposal, review)
            if decision is None:
                break
            accepted += decision
        else:
            say("There is nothing more to propose." if review.decided or accepted else "There is nothing to propose.")
    except KeyboardInterrupt:
        raise Interrupted(f"What was accepted is in {output}; the same command goes on from there.") from None
    added = f"{_count(accepted)} {'was' if accepted == 1 else 'were'} added to {output}."
    say(added if accepted else "No case was added.")


@cases.command("check")
def check_cases(
    files: Annotated[list[Path], typer.Argument(help="Case files.", show_default=False)],
    documents: Annotated[
        list[Path] | None, typer.Option(help="The documents, where a file does not name its corpus.")
    ] = None,
) -> None:
    """Check case files, and list the cases that no longer fit their documents."""
    from assistant.evaluation.case_files import load_cases
    from assistant.evaluation.errors import CaseFileError

    libraries: dict[tuple[Path, ...], Library] = {}
    wrong = False
    for path in files:
        try:
            file = load_cases(path)
        except CaseFileError as error:
            complain(str(error))
            wrong = True
            continue
        wrong |= _check(file, tuple(documents or ([file.corpus] if file.corpus else [])), libraries)
    if wrong:
        raise typer.Exit(Exit.FAILED)


@cases.command("convert")
def convert_cases(
    source: Annotated[Path, typer.Argument(help="Questions in another form.", show_default=False)],
    target: Annotated[Path, typer.Argument(help="The case file to write.", show_default=False)],
    form: Annotated[
        From | None, typer.Option("--from", help="What the form is; guessed otherwise.", show_default=False)
    ] = None,
) -> None:
    """Convert questions with nuggets (dev), a table (csv) or a data set of ragas into a case file."""
    from assistant.evaluation.importers.converting import convert

    converted = convert(source, target, form.value if form else None)
    say(f"Written to {target}: {_count(len(converted.file.cases))} (from: {converted.form}).")
    if converted.answers:
        say(f"The answers in {source} were written to {converted.answers}.")
    for sentence in converted.left_out:
        complain(sentence)
    if converted.unchecked:
        named = ", ".join(converted.unchecked[:5]) + (", …" if len(converted.unchecked) > 5 else "")
        has = "has" if len(converted.unchecked) == 1 else "have"
        complain(
            f"{_count(len(converted.unchecked))} {has} neither facts nor sources, so that no answer can fail: add some "
            f"({named})."
        )


@cases.command("schema")
def print_schema(
    line: Annotated[bool, typer.Option("--line", help="The schema of one line of a .picum.jsonl file.")] = False,
) -> None:
    """Print the JSON Schema of case files, by which editors complete and check them."""
    from assistant.evaluation.case_schema import file_schema, line_schema, schema_text

    say(schema_text(line_schema() if line else file_schema()), end="")


def _corpus_of(documents: Sequence[Path], output: Path) -> str:
    """What a new file names as its corpus, relative to itself: the folder that holds all documents, if it is one."""
    folders = {path if path.is_dir() else path.parent for path in documents}
    return Path(os.path.relpath(folders.pop(), output.parent)).as_posix() if len(folders) == 1 else ""


def _open(context: typer.Context, library: Library, review: Review, *, with_model: bool) -> Iterator[Proposal]:
    """The proposals that are left to decide about, made as they are asked for."""
    from assistant.evaluation.authoring.proposing import propose

    if not with_model:
        yield from review.open(propose(library))
        return
    from assistant.evaluation.authoring.model_questions import propose_with_model
    from assistant.language_models import build_language_model

    settings: Settings = backend_of(context).settings()
    model = build_language_model(settings)
    if model is None:
        raise UsageError("No language model is set: set PICUM_LLM=local, or leave out --with-model.")
    try:
        yield from review.open(propose_with_model(library, model))
    finally:
        model.close()


def _decide(proposal: Proposal, review: Review) -> bool | None:
    """Show a proposal and do as is told; whether it was accepted, None to stop."""
    from assistant.evaluation.errors import CaseFileError

    draft = proposal.draft
    _show(proposal, draft)
    while True:
        match _answer(f"{_KEYS} > "):
            case "q" | None:
                return None
            case "s":
                review.skip(proposal)
                return False
            case "a":
                try:
                    say(f"  kept as {review.accept(proposal, draft)}")
                except CaseFileError as error:
                    complain(str(error))
                else:
                    return True
            case "e":
                draft = _edited(draft)
                _show(proposal, draft)
            case _:
                say("  Write a, e, s or q.")


def _show(proposal: Proposal, draft: Draft) -> None:
    from assistant.evaluation.cases import Fact

    page = f", page {proposal.page}" if proposal.page is not None else ""
    say(f"\n{draft.question}")
    for fact in draft.facts:
        say(f"  fact    {Fact.model_validate(fact).name}")
    say(f"  source  {proposal.document}{page}: {proposal.quote}")


def _edited(draft: Draft) -> Draft:
    """Another question and other facts; an empty line keeps what there is."""
    from dataclasses import replace

    question = _line("  question, or Enter to keep it: ")
    facts = _line("  facts with | between them, or Enter to keep them: ")
    given = tuple(fact.strip() for fact in (facts or "").split("|") if fact.strip())
    return replace(draft, question=question or draft.question, facts=given or draft.facts)


def _answer(prompt: str) -> str | None:
    """The first letter of what is written, None at the end of the input."""
    line = _line(prompt)
    return line if line is None else line[:1].lower()


def _line(prompt: str) -> str | None:
    say(prompt, end="")
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        say()
    return line.strip() if line else None


def _check(file: CaseFile, paths: tuple[Path, ...], libraries: dict[tuple[Path, ...], Library]) -> bool:
    """Say what is stale in a file; whether anything is."""
    from assistant.evaluation.authoring.proposing import read_library
    from assistant.evaluation.authoring.staleness import stale_sources

    if not paths:
        say(f"{file.path}: {_count(len(file.cases))}; it names no corpus, so their sources were not looked at.")
        return False
    if paths not in libraries:
        libraries[paths] = read_library(paths)
        for problem in libraries[paths].problems:
            complain(problem)
    stale = list(stale_sources(file, libraries[paths]))
    for found in stale:
        say(f"{file.path}:{found.line}: {found.id}: {found.message}.")
        if found.nearest:
            say(f"    now: {found.nearest}")
    count = len({found.id for found in stale})
    say(f"{file.path}: {_count(len(file.cases))}, {f'{count} of them stale' if count else 'none of them stale'}.")
    return bool(stale)


def _count(number: int) -> str:
    return f"{number} case" if number == 1 else f"{number} cases"
