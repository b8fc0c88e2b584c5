"""The commands ``ingest``, ``documents list`` and ``documents edit-metadata``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.backend import backend_of, open_assistant
from ui.cli.console import complain, progress, say, say_json, say_table
from ui.cli.exits import Exit
from ui.cli.summary import mail
from ui.errors import UsageError

if TYPE_CHECKING:
    from assistant.settings import Settings
    from vectorstore.report import DocumentReport, IndexReport

documents = typer.Typer(
    help="The documents that answers are made from: list them, describe them.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
_LISTED = 50
"""Documents up to which ``ingest`` names those too that are as before."""
_AsJson = Annotated[bool, typer.Option("--json", help="Write the list as JSON.")]


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders that become the whole corpus.", show_default=False)
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Add the paths to the corpus instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the report as JSON.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what is new, changed and gone.")] = False,
    summary: Annotated[
        Path | None,
        typer.Option("--summary", help="Write what became of each file into this file too, as plain text for a mail."),
    ] = None,
) -> None:
    """Make or renew the index; without paths, of the corpus in use."""
    backend = backend_of(context)
    settings = backend.settings()
    if dry_run:
        _say_plan(backend.plan(settings, paths or [], add), as_json)
        return
    with progress("reading") as advance:
        report = backend.ingest(settings, paths or [], add, advance)
    if summary:
        _keep(summary, mail(report))
    if as_json:
        say_json(asdict(report))
    else:
        _say_documents(report)
        say(_summary(report))
    if paths and settings.corpus:
        complain("Answers still come from the documents of PICUM_CORPUS; remove that setting to use these.")
    for row in report.documents:
        if row.verdict == "partly read":
            complain(row.reason)
    for problem in report.problems:
        named = problem.path in problem.message
        complain(problem.message if named else f"{problem.path}: {problem.message}")
    if any(problem.verdict in ("failed", "ignored") for problem in report.problems):
        raise typer.Exit(Exit.FAILED)


def _say_documents(report: IndexReport) -> None:
    """What became of each document; of a large corpus only what is not as before."""
    held = [row for row in report.documents if row.verdict not in ("skipped", "failed")]
    shown = held if len(held) <= _LISTED else [row for row in held if row.status != "unchanged"]
    if shown:
        say_table(
            ("document", "title", "status", "verdict", "pages", "sections", "chunks", "sentences"),
            [
                (
                    *(row.id, row.title, row.status, row.verdict),
                    *map(str, (row.pages, row.sections, row.chunks, row.sentences)),
                )
                for row in shown
            ],
        )
        say()
    if not report.unchanged and len(shown) < len(held):
        say(f"{len(held) - len(shown)} unchanged documents are not listed.")


def _keep(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        complain(
            f"The summary could not be written to {path} ({error.strerror}); name a file in a folder that is there."
        )


def _say_plan(reports: Sequence[DocumentReport], as_json: bool) -> None:
    """What a run would do."""
    if as_json:
        say_json([{"id": row.id, "status": row.status, "reason": row.reason} for row in reports])
        return
    listed = [row for row in reports if row.status != "skipped"]
    if len(listed) > _LISTED:
        listed = [row for row in listed if row.status != "unchanged"]
    say_table(("document", "status"), [(row.id, row.status) for row in listed])
    for row in reports:
        if row.status == "skipped":
            complain(row.reason if row.id in row.reason else f"{row.id}: {row.reason}")
    counts = Counter(row.status for row in reports)
    say()
    say(f"{', '.join(f'{count} {status}' for status, count in counts.items())}. Nothing was written.")


def _summary(report: IndexReport) -> str:
    counts = report.counts
    parts = [(counts.documents, "document"), (counts.chunks, "chunk"), (counts.sentences, "sentence")]
    held = ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in parts)
    if counts.questions:
        held += f", {counts.questions} questions about chunks"
    if report.unchanged:
        return f"Nothing has changed: {held} are in the index {report.generation}."
    return (
        f"{held} are in the index {report.generation}: {report.embedded} rows embedded, {report.copied} copied, "
        f"in {report.seconds:.1f} s."
    )


@documents.callback()
def list_by_default(context: typer.Context, as_json: _AsJson = False) -> None:
    """The documents that answers are made from: list them, describe them."""
    if context.invoked_subcommand is None:
        list_documents(context, as_json)
    elif as_json:
        raise UsageError(f"Give --json behind {context.invoked_subcommand!r}, if that takes it.")


@documents.command("list")
def list_documents(context: typer.Context, as_json: _AsJson = False) -> None:
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


@documents.command("edit-metadata")
def edit_metadata(
    context: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(help="The folder to describe; that of the corpus in use otherwise.")
    ] = None,
    to_stdout: Annotated[bool, typer.Option("--stdout", help="Print the draft and write nothing.")] = False,
) -> None:
    """Draft the documents.yaml of a folder; one that is there grows by the documents that nothing describes yet."""
    from ingest.metadata_draft import draft_metadata, write_draft

    folder = path or _only_folder(backend_of(context).settings())
    if folder.is_file():
        raise UsageError(f"{folder} is no folder; give the folder that holds the documents.")
    draft = draft_metadata(folder)
    if to_stdout:
        say(draft.text, end="")
    elif not draft.added:
        say("Every document that can be read is described already; nothing was written.")
    else:
        backup = write_draft(draft)
        count = "1 document" if draft.added == 1 else f"{draft.added} documents"
        kept = f"; what it was before is in {backup.name}" if backup else ""
        say(f"{count} added to {draft.path}{kept}; look at what is marked 'derived: check'.")
    for problem in draft.problems:
        named = problem.path in problem.message
        complain(problem.message if named else f"{problem.path}: {problem.message}")
    if draft.problems:
        raise typer.Exit(Exit.FAILED)


def _only_folder(settings: Settings) -> Path:
    from assistant.wiring import corpus_in_use

    paths = corpus_in_use(settings)
    if len(paths) != 1 or not paths[0].is_dir():
        raise UsageError("The corpus in use is not one folder; name the folder to describe.")
    return paths[0]
