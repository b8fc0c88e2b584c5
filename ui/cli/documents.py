"""The commands ``ingest`` and ``documents``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.backend import backend_of, open_assistant
from ui.cli.console import complain, progress, say, say_json, say_table
from ui.cli.exits import Exit

if TYPE_CHECKING:
    from vectorstore.report import IndexReport


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders that become the whole corpus.", show_default=False)
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Add the paths to the corpus instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the report as JSON.")] = False,
) -> None:
    """Make or renew the index; without paths, of the corpus in use."""
    backend = backend_of(context)
    settings = backend.settings()
    with progress("reading") as advance:
        report = backend.ingest(settings, paths or [], add, advance)
    if as_json:
        say_json(asdict(report))
    else:
        say_table(
            ("document", "title", "status", "pages", "sections", "chunks", "sentences"),
            [
                (row.id, row.title, row.status, *map(str, (row.pages, row.sections, row.chunks, row.sentences)))
                for row in report.documents
            ],
        )
        say()
        say(_summary(report))
    if paths and settings.corpus:
        complain("Answers still come from the documents of PICUM_CORPUS; remove that setting to use these.")
    for left_out in report.left_out:
        complain(f"{left_out.path}: {left_out.message}.")
    for problem in report.problems:
        named = problem.path in problem.message
        complain(problem.message if named else f"{problem.path}: {problem.message}")
    if report.problems:
        raise typer.Exit(Exit.FAILED)


def _summary(report: IndexReport) -> str:
    counts = report.counts
    held = f"{counts.documents} documents, {counts.chunks} chunks, {counts.sentences} sentences"
    if counts.questions:
        held += f", {counts.questions} questions about chunks"
    if report.unchanged:
        return f"Nothing has changed: {held} are in the index {report.generation}."
    return (
        f"{held} are in the index {report.generation}: {report.embedded} rows embedded, {report.copied} copied, "
        f"in {report.seconds:.1f} s."
    )


def documents(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Write the list as JSON.")] = False,
) -> None:
    """List the documents that answers are made from."""
    backend = backend_of(context)
    with open_assistant(backend, backend.settings()) as assistant:
        listed = assistant.documents()
    if as_json:
        say_json([{**asdict(document), "derived": sorted(document.derived)} for document in listed])
        return
    say_table(
        ("document", "title", "publisher", "authority", "published", "language", "pages", "chunks"),
        [
            (
                document.id,
                document.title,
                document.publisher,
                document.authority.replace("_", " "),
                document.published or "",
                document.language,
                str(document.pages or ""),
                str(document.chunks),
            )
            for document in listed
        ],
    )
    if any(document.derived for document in listed):
        say()
    for document in listed:
        if document.derived:
            say(f"{document.id}: read from the document and not given: {', '.join(sorted(document.derived))}.")
